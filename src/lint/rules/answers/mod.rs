//! Group *answers*: what is said does not fit the question, another answer or the calendar.
//!
//! What is merely carried over has its own finding and is passed over by all others. Of an answer that says two things
//! at once neither is judged further, and of a text where the item asks for something else only that.

mod shared;

use super::rules;
use crate::lint::Judged;
use crate::model::{Answer, Item, ItemKind};

rules![
    unanswered,
    wrong_answer_kind,
    two_answers,
    blank_answer,
    placeholder_text,
    not_applicable_not_allowed,
    not_applicable_without_reason,
    not_applicable_in_text,
    contradiction,
    carried_unconfirmed,
    stale_confirmation,
    window_reaches_past_review,
    threshold_not_reached,
    count_missing,
    repeated_text,
    ico_number_format,
    date_outside_window,
    library_answer_outdated,
    library_answer_edited,
    library_answer_expired,
    library_answer_not_shareable,
    library_answer_unusable,
];

/// The organisation's own answers to the items that a test picks; answers to others are not even looked up.
fn answered_where<'a>(
    judged: &Judged<'a>,
    wanted: impl Fn(&Item) -> bool,
) -> impl Iterator<Item = (&'a Item, &'a Answer)> {
    let answers = &judged.answers.decoded.value.answers;
    judged
        .standard
        .items
        .iter()
        .filter(move |item| wanted(item))
        .filter_map(|item| Some((item, answers.get(&item.number)?)))
        .filter(|(_, answer)| answer.carried_from.is_none())
}

/// Whether the item is answered and said not to apply as well. Where it must apply anyway, that is the finding.
fn says_two_things(item: &Item, answer: &Answer) -> bool {
    answer.not_applicable.is_some()
        && item.not_applicable.is_some()
        && (answer.tick.is_some()
            || answer.text.is_some()
            || answer.date.is_some()
            || (item.kind == ItemKind::Document && answer.has_evidence()))
}

/// The text that answers an item, where it asks for one.
fn own_text<'a>(item: &Item, answer: &'a Answer) -> Option<&'a str> {
    let text = answer.text.as_deref().filter(|_| item.kind == ItemKind::Text)?;
    (!says_two_things(item, answer)).then_some(text)
}

/// Why the item does not apply, where that may be said.
fn own_reason<'a>(item: &Item, answer: &'a Answer) -> Option<&'a str> {
    let reason = answer.not_applicable.as_deref().filter(|_| item.not_applicable.is_some())?;
    (!says_two_things(item, answer)).then_some(reason)
}

/// Whether a text holds nothing but blanks, dashes and full stops.
fn says_nothing(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_ascii_punctuation()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2010}'..='\u{2015}' | '\u{2026}' | '\u{feff}')
    })
}

/// What an item asks for.
fn asked(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Tick => "a tick",
        ItemKind::Text => "a text",
        ItemKind::Document => "a document",
        ItemKind::Date => "a date",
    }
}

/// How what an item asks for is written.
fn how_to_write(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Tick => "write tick = true for yes or tick = false for no",
        ItemKind::Text => "answer in words: text = \"…\"",
        ItemKind::Document => {
            "name the document: evidence = [{ file = \"evidence/…\" }], or a `link`, or the `location` where it is kept"
        }
        ItemKind::Date => "write the day, such as date = 2026-05-01",
    }
}

/// The key under which what an item asks for is written.
fn key_of(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Tick => "tick",
        ItemKind::Text => "text",
        ItemKind::Document => "evidence",
        ItemKind::Date => "date",
    }
}

#[cfg(test)]
mod tests {
    use super::says_nothing;

    #[test]
    fn blanks_dashes_and_full_stops_say_nothing() {
        for text in ["", " \t\n", "\u{a0}", "-", " – ", "…", "...", "?", "\u{feff}\u{200b}"] {
            assert!(says_nothing(text), "{text:?}");
        }
        for text in ["0", "No.", "✓", "- a"] {
            assert!(!says_nothing(text), "{text:?}");
        }
    }
}
