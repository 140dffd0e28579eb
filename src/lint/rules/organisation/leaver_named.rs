use super::{is_shared_name, leavers};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::Member;
use crate::model::period::in_words;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "leaver-named",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "a text names somebody who has left",
    page: include_str!("leaver_named.md"),
    check: Check::Edition(check),
};

/// Texts that others read; notes may remember whom they like.
fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let mut leavers = leavers(context);
    // A first name alone is anybody's.
    leavers.retain(|gone| gone.name.trim().contains(' ') && !is_shared_name(context, &gone.name));
    if leavers.is_empty() {
        return;
    }
    for (item, answer) in judged.every() {
        let texts = [("text", &answer.text), ("comment", &answer.comment), ("not_applicable", &answer.not_applicable)];
        for (key, text) in texts.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
            for gone in leavers.iter().filter(|gone| names(text, gone.name.trim())) {
                sink.report(
                    draft(judged.at_key(&item.number, key), gone, &format!("the answer to {}", item.number))
                        .item(&item.number),
                );
            }
        }
    }
    let Some(plan) = judged.plan else { return };
    for (number, action) in plan.decoded.value.actions.iter().filter(|(_, action)| !action.is_done()) {
        let Some(text) = &action.action else { continue };
        for gone in leavers.iter().filter(|gone| names(text, gone.name.trim())) {
            let at = At::value(plan.file, Pointer::action(number).key("action"));
            sink.report(draft(at, gone, &format!("the action for {number}")).item(number));
        }
    }
}

fn draft(at: At, gone: &Member, what: &str) -> Draft {
    let left = gone.left.map(in_words).unwrap_or_default();
    Draft::new(&RULE, at, format!("{what} names {}, who left on {left}", gone.name.trim()))
        .help("name who does it now, or the post instead of the person")
}

/// Whether a text holds a name as words of their own.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let mut after = text[at + name.len()..].chars();
        let goes_on = match after.next() {
            Some('-') => after.next().is_some_and(char::is_alphanumeric),
            Some(c) => c.is_alphanumeric(),
            None => false,
        };
        !goes_on && !text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_words_of_its_own() {
        for text in [
            "Ann Lee",
            "ask Ann Lee.",
            "Ann Lee's office",
            "(Ann Lee)",
            "Ann Lee - deputy",
            "the Ann Leeway, and Ann Lee",
        ] {
            assert!(names(text, "Ann Lee"), "{text}");
        }
        for text in ["", "Ann Leeway", "Joann Lee", "Ann Lee-Jones", "Ann", "ann lee"] {
            assert!(!names(text, "Ann Lee"), "{text}");
        }
    }
}
