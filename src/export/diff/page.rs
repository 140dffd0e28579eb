//! What the HTML and the Markdown of a comparison have in common: the parts of the page, in their order.

use super::{DiffItem, DiffReport, GROUPS, QUIET};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

/// The look of pages that show what was said and what became of it.
pub(in crate::export) const STYLE: &str = include_str!("../templates/changes.css");

/// The entries of one kind of change.
#[derive(Serialize)]
struct Group<E> {
    title: &'static str,
    entries: Vec<E>,
}

/// A format's own way of writing: texts, questions that changed, answers that changed.
pub(super) struct Format<E> {
    pub text: fn(&str) -> String,
    pub question: fn(&DiffItem) -> E,
    pub answer: fn(&DiffItem) -> E,
}

/// What a template shows.
pub(super) fn context<E: Serialize>(report: &DiffReport, format: &Format<E>) -> Value {
    let text = format.text;
    let groups: Vec<Group<E>> = GROUPS
        .iter()
        .map(|(word, title)| Group { title, entries: report.of_change(word).map(format.answer).collect() })
        .filter(|group| !group.entries.is_empty())
        .collect();
    let questions: Vec<E> = report.changed_questions().map(format.question).collect();
    let signals: Vec<(&str, String, String)> = report
        .signals
        .iter()
        .map(|signal| (signal.signal.as_str(), text(&signal.message), text(&signal.numbers.join(", "))))
        .collect();
    let quiet: Vec<(&str, String)> =
        quiet(report).into_iter().map(|(title, numbers)| (title, text(&numbers))).collect();
    let notes: Vec<String> = report.notes().iter().map(|note| text(note)).collect();
    context! {
        style => STYLE,
        title => text(&report.title()),
        line => text(&report.line()),
        level => text(&report.level_line()),
        items => text(&report.items_line()),
        answers => text(&report.answers_line()),
        signals => Serde(signals),
        questions => Serde(questions),
        groups => Serde(groups),
        quiet => Serde(quiet),
        notes => Serde(notes),
    }
}

/// Titles with the numbers alone.
fn quiet(report: &DiffReport) -> Vec<(&'static str, String)> {
    let carried = report.items.iter().filter(|item| item.carried);
    let mut quiet = vec![("Carried over, not confirmed yet", numbers(carried))];
    quiet.extend(QUIET.iter().map(|(word, title)| {
        let items = report.of_change(word).filter(|item| !(item.carried && *word == "unchanged"));
        (*title, numbers(items))
    }));
    quiet.retain(|(_, numbers)| !numbers.is_empty());
    quiet
}

fn numbers<'a>(items: impl Iterator<Item = &'a DiffItem>) -> String {
    let numbers: Vec<&str> =
        items.filter_map(|item| item.new_number.as_deref().or(item.old_number.as_deref())).collect();
    numbers.join(", ")
}
