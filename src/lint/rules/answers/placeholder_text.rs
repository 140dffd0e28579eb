use super::{own_reason, own_text};
use crate::diagnostic::Severity;
use crate::lint::block::{bits_of_pairs, each_block, places};
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "placeholder-text",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "words that were to be replaced: TBC, TODO, [insert name]",
    page: include_str!("placeholder_text.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        let texts = [
            ("text", own_text(item, answer)),
            ("comment", answer.comment.as_deref()),
            ("not_applicable", own_reason(item, answer)),
        ];
        for (key, text) in texts {
            let Some(found) = text.and_then(placeholder) else { continue };
            sink.report(
                Draft::new(&RULE, judged.at_key(&item.number, key), format!("`{key}` of {} holds {found}", item.number))
                    .help("write what is meant to stand here; what is not known yet can wait in `notes`, which nobody else reads")
                    .item(&item.number),
            );
        }
    }
}

/// Abbreviations that stand for something yet to be written.
const WORDS: &[(&str, &str)] = &[
    ("tbc", "\"TBC\", to be confirmed"),
    ("tbd", "\"TBD\", to be decided"),
    ("tba", "\"TBA\", to be announced"),
    ("todo", "\"TODO\""),
    ("to be confirmed", "the words \"to be confirmed\""),
    ("fixme", "\"FIXME\""),
    ("lorem ipsum", "the filler text \"lorem ipsum\""),
];
/// How a gap to be filled in begins: `[insert name]`, `<your organisation>`.
const ORDERS: &[&str] = &["insert", "enter", "fill", "add", "your"];
/// What stands in a gap by itself: `[name]`, `<date>`.
const FIELDS: &[&str] = &[
    "name",
    "date",
    "role",
    "job title",
    "address",
    "number",
    "organisation",
    "organisation name",
    "company",
    "company name",
];

/// The first placeholder in a text, in words. Only what may begin one is looked at closer.
pub(super) fn placeholder(text: &str) -> Option<&'static str> {
    let mut found = None;
    each_block(text.as_bytes(), |begin, block, next| {
        let mut begun = places(bits_of_pairs(block, next, may_begin)).map(|at| begin + at);
        found = found.or_else(|| begun.find_map(|at| begins(text, at)));
    });
    found
}

/// Whether a byte and the one behind it may begin a placeholder.
fn may_begin(byte: u8, next: u8) -> bool {
    let (small, next) = (byte | 0x20, next | 0x20);
    (byte == b'[')
        | (byte == b'<')
        | (byte == b'{')
        | (small == b't') & ((next == b'b') | (next == b'o'))
        | (small == b'f') & (next == b'i')
        | (small == b'l') & (next == b'o')
        | (small == b'x') & (next == b'x')
}

/// The placeholder that begins at a byte which may begin one.
fn begins(text: &str, at: usize) -> Option<&'static str> {
    let bytes = text.as_bytes();
    match bytes[at] {
        b'[' => gap(&text[at + 1..], b']')
            .filter(|after| !after.starts_with('('))
            .map(|_| "a gap in square brackets that was to be filled in"),
        b'<' => gap(&text[at + 1..], b'>').map(|_| "a gap in angle brackets that was to be filled in"),
        b'{' => braces(&text[at + 1..]).then_some("the braces of a template that was to be filled in"),
        _ if at > 0 && is_word_byte(bytes[at - 1]) || !may_begin_word(&bytes[at..]) => None,
        _ => word(text, at),
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the third letter is that of a placeholder word, where the first two are: "to" begins many others.
fn may_begin_word(rest: &[u8]) -> bool {
    match rest {
        [b't' | b'T', b'o' | b'O', third, ..] => matches!(third, b'd' | b'D') || !third.is_ascii_alphanumeric(),
        rest => rest.len() > 2,
    }
}

/// A placeholder word that begins at a byte.
fn word(text: &str, at: usize) -> Option<&'static str> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    if text[..at].chars().next_back().is_some_and(is_letter) {
        return None;
    }
    let ends_word = |rest: &str| !rest.starts_with(is_letter);
    let rest = &text[at..];
    if rest.starts_with(['x', 'X']) {
        let after = rest.trim_start_matches(['x', 'X']);
        return (rest.len() - after.len() >= 3 && ends_word(after)).then_some("a row of crosses");
    }
    WORDS.iter().find(|(word, _)| after_words(rest, word).is_some_and(ends_word)).map(|(_, found)| *found)
}

/// What follows words at the start of a text, case aside and with any blanks between them.
fn after_words<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let mut rest = text;
    for (index, word) in words.split(' ').enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        if !rest.get(..word.len())?.eq_ignore_ascii_case(word) {
            return None;
        }
        rest = &rest[word.len()..];
    }
    Some(rest)
}

/// What follows a gap to be filled in, given the text after its opening bracket.
fn gap(text: &str, closing: u8) -> Option<&str> {
    let (inside, after) = enclosed(text, closing)?;
    let first = inside.split_whitespace().next()?;
    let orders = ORDERS.iter().any(|order| first.eq_ignore_ascii_case(order));
    (orders || FIELDS.iter().any(|field| inside.eq_ignore_ascii_case(field))).then_some(after)
}

/// Whether a template goes on after its first brace: `{{`, `{%`, or `{manager_name}`.
fn braces(text: &str) -> bool {
    let is_name = |inside: &str| {
        inside.starts_with(|c: char| c.is_ascii_alphabetic())
            && inside.bytes().all(|byte| is_word_byte(byte) || matches!(byte, b' ' | b'.' | b'-'))
    };
    text.starts_with(['{', '%']) || enclosed(text, b'}').is_some_and(|(inside, _)| is_name(inside))
}

/// What stands before and after a closing bracket that is not far away: a text of nothing but brackets must not be read
/// to its end for each of them.
fn enclosed(text: &str, closing: u8) -> Option<(&str, &str)> {
    let at = text.bytes().take(80).position(|byte| byte == closing)?;
    Some((text[..at].trim(), &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn placeholders_are_found_as_words() {
        for text in [
            "TBC",
            "tbc, ask at the next meeting",
            "The deputy (TBC) stands in.",
            "“TBC”",
            "é TBD",
            "The deputy, name to\n  be confirmed.",
            "TODO: say who",
            "[insert name] answers for it",
            "[ Insert the name of the manager ]",
            "<your organisation>",
            "[name] answers for it",
            "{{ manager }} answers",
            "{% if x %}",
            "{manager_name} answers",
            "Lorem  ipsum dolor",
            "call XXXX",
        ] {
            assert!(placeholder(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_let_be() {
        for text in [
            "",
            "The duties are posted on our Mastodon page and in file TBC4.",
            "ÉTBC is a name",
            "to be",
            "Whether a visitor is to be let in is confirmed at the door.",
            "Todos los días",
            "[type 2 diabetes]",
            "our list [1], see [policy 3] and [name](https://sunrise.example)",
            "mail <jo@sunrise.example>",
            "less < more, a [ b",
            "xx",
            "the set {1, 2}",
            "To be confirmedly",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_of_brackets_is_read_once() {
        // Read again for each bracket, these would not end while anybody waits.
        for sign in ["[", "<", "{a", "x ", "to "] {
            assert_eq!(placeholder(&sign.repeat(500_000)), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([tTbBcCoOdDxX:/. \\[\\]<>{}%nNaA0-9éß\u{a0}-]|\\PC){0,60}") {
            let _ = placeholder(&text);
        }
    }
}
