use super::{how_to_write, says_two_things};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::Item;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "not-applicable-in-text",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "\"N/A\" typed as a text or as the place of a document",
    page: include_str!("not_applicable_in_text.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        if let Some(reason) = answer.text.as_deref().and_then(typed)
            && !says_two_things(item, answer)
        {
            let draft = draft(item, judged.at_key(&item.number, "text"), "the text");
            let may_move = item.not_applicable.is_some() && !reason.is_empty() && answer.not_applicable.is_none();
            sink.report(if may_move {
                draft.unsafe_fix("say it with `not_applicable`", rename(judged, item))
            } else {
                draft
            });
        }
        for (index, evidence) in answer.evidence.iter().flatten().enumerate() {
            if evidence.location.as_deref().is_none_or(|place| typed(place).is_none()) {
                continue;
            }
            let pointer = Pointer::answer(&item.number).key("evidence").index(index).key("location");
            sink.report(draft(item, At::value(judged.file(), pointer), "the place of a document"));
        }
    }
}

fn draft(item: &Item, at: At, what: &str) -> Draft {
    let help = match &item.not_applicable {
        Some(rule) => {
            let when = rule.when.as_ref().map(|when| format!(" (it may be said when {when})")).unwrap_or_default();
            format!("write not_applicable = \"why\" instead{when}; dspt then writes it as the toolkit wants it")
        }
        None => format!("this item cannot be answered with \"not applicable\": {}", how_to_write(item.kind)),
    };
    Draft::new(&RULE, at, format!("{what} answers {} with \"not applicable\"", item.number))
        .help(help)
        .item(&item.number)
}

fn rename(judged: &Judged<'_>, item: &Item) -> Vec<(At, String)> {
    vec![(At::key(judged.file(), Pointer::answer(&item.number).key("text")), "not_applicable".to_owned())]
}

/// If a text is a way of typing "not applicable", what it says besides: the reason, or nothing.
pub(super) fn typed(text: &str) -> Option<&str> {
    const PHRASES: [&str; 6] = ["not applicable", "not-applicable", "n/a", "n / a", "n.a.", "n\\a"];
    let text = text.trim().trim_start_matches(['(', '[', '"', '\'', '-', '*', '\u{2013}']).trim_start();
    if !text.starts_with(['n', 'N']) {
        return None;
    }
    let is_mark = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '.' | ',' | ';' | ':' | '!' | '-' | '\u{2013}' | '\u{2014}' | ')' | ']' | '(' | '"' | '\'' | '*'
            )
    };
    // By itself: as a beginning it may be somebody's name.
    if matches!(text.trim_end_matches(is_mark), "NA" | "na" | "Na" | "N.A" | "n.a") {
        return Some("");
    }
    let rest = PHRASES.iter().find_map(|phrase| {
        let begins = text.get(..phrase.len())?.eq_ignore_ascii_case(phrase);
        let rest = &text[phrase.len()..];
        (begins && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
    })?;
    let reason = rest.trim_matches(is_mark);
    // "Not applicable: no paper" says why; "N/A for laptops, tablets are …" answers.
    let parted = rest.trim_start().starts_with(|c| is_mark(c) && !char::is_whitespace(c));
    let because = ["as ", "because ", "since "]
        .iter()
        .any(|word| reason.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    (reason.is_empty() || parted || because).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn ways_of_typing_it_are_known() {
        for text in [
            "N/A",
            "n/a.",
            " not applicable. ",
            "(Not applicable)",
            "N.A.",
            "na",
            "NOT-APPLICABLE!",
            "\"n/a\"",
            "- N/A -",
        ] {
            assert_eq!(typed(text), Some(""), "{text}");
        }
        assert_eq!(typed("Not applicable - we have no paper records."), Some("we have no paper records"));
        assert_eq!(typed("N/A as we have none"), Some("as we have none"));
    }

    #[test]
    fn sentences_that_answer_are_none() {
        for text in [
            "",
            "Burning is not applicable to us.",
            "Names are checked.",
            "N/A for laptops; tablets are wiped.",
            "Not applicable laws are named.",
            "Nacho wipes the drives.",
            "Na, Li answers for it.",
            "N.A. Smith answers for it.",
            "no",
        ] {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([tTbBcCoOdDxX:/. \\[\\]<>{}%nNaA0-9éß\u{a0}-]|\\PC){0,60}") {
            let _ = typed(&text);
        }
    }
}
