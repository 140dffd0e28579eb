//! For pages of a repository, wikis and messages.

use super::{DiffItem, DiffReport, Difference, GROUPS, QUIET};
use crate::export::ExportError;
use crate::export::markdown::escaped;
use crate::export::template::{self, Template};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

const TEMPLATE: Template = ("diff.md", include_str!("../templates/diff.md"));

/// Every text is Markdown already.
#[derive(Serialize)]
struct Entry {
    numbers: String,
    words: String,
    question: String,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Group {
    title: &'static str,
    entries: Vec<Entry>,
}

pub fn markdown(report: &DiffReport) -> Result<String, ExportError> {
    let groups: Vec<Group> = GROUPS
        .iter()
        .map(|(word, title)| Group { title, entries: report.of_change(word).map(answer).collect() })
        .filter(|group| !group.entries.is_empty())
        .collect();
    let questions: Vec<Entry> = report.changed_questions().map(question).collect();
    let mut quiet: Vec<(&str, String)> =
        vec![("Carried over, not confirmed yet", numbers(report.items.iter().filter(|item| item.carried)))];
    quiet.extend(QUIET.iter().map(|(word, title)| {
        let items = report.of_change(word).filter(|item| !(item.carried && *word == "unchanged"));
        (*title, numbers(items))
    }));
    quiet.retain(|(_, numbers)| !numbers.is_empty());
    let signals: Vec<(&str, String, String)> = report
        .signals
        .iter()
        .map(|signal| (signal.signal.as_str(), escaped(&signal.message), escaped(&signal.numbers.join(", "))))
        .collect();
    let context = context! {
        title => escaped(&report.title()),
        line => escaped(&report.line()),
        level => escaped(&report.level_line()),
        items => escaped(&report.items_line()),
        answers => escaped(&report.answers_line()),
        signals => Serde(signals),
        questions => Serde(questions),
        groups => Serde(groups),
        quiet => Serde(quiet),
        notes => Serde(report.notes().iter().map(|note| escaped(note)).collect::<Vec<_>>()),
    };
    template::render("comparison", TEMPLATE, context)
}

fn numbers<'a>(items: impl Iterator<Item = &'a DiffItem>) -> String {
    let numbers: Vec<&str> =
        items.filter_map(|item| item.new_number.as_deref().or(item.old_number.as_deref())).collect();
    escaped(&numbers.join(", "))
}

fn question(item: &DiffItem) -> Entry {
    let mut lines = Vec::new();
    if let (Some(old), true) = (&item.old_question, item.reworded) {
        lines.push(format!("Before: {}", escaped(old)));
    }
    Entry {
        numbers: escaped(&item.numbers()),
        words: escaped(&item.question_words()),
        question: escaped(item.question()),
        lines,
    }
}

fn answer(item: &DiffItem) -> Entry {
    let mut lines: Vec<String> =
        item.differences.iter().map(|difference| format!("{}: {}", difference.title(), shown(difference))).collect();
    lines.extend(item.documents().into_iter().map(|(word, label)| format!("Document {word}: {}", escaped(label))));
    let words = item.word_line();
    if !words.is_empty() {
        lines.push(escaped(&words));
    }
    Entry { numbers: escaped(&item.numbers()), words: String::new(), question: escaped(item.question()), lines }
}

fn shown(difference: &Difference) -> String {
    if difference.runs.is_empty() {
        let gone = difference.old.as_deref().map(|text| mark("del", text));
        let added = difference.new.as_deref().map(|text| mark("ins", text));
        return gone.into_iter().chain(added).collect::<Vec<_>>().join(" ");
    }
    difference
        .runs
        .iter()
        .map(|run| match run.change.as_str() {
            "gone" => mark("del", &run.text),
            "added" => mark("ins", &run.text),
            _ => spaced(&run.text, |text| text),
        })
        .collect()
}

/// HTML's own marks, which every renderer of Markdown knows.
fn mark(tag: &str, text: &str) -> String {
    spaced(text, |text| format!("<{tag}>{text}</{tag}>"))
}

/// The blanks around a text stay outside its marks.
fn spaced(text: &str, mark: impl Fn(String) -> String) -> String {
    let body = text.trim();
    if body.is_empty() {
        return if text.is_empty() { String::new() } else { " ".to_owned() };
    }
    let before = if text.starts_with(char::is_whitespace) { " " } else { "" };
    let after = if text.ends_with(char::is_whitespace) { " " } else { "" };
    format!("{before}{}{after}", mark(escaped(body)))
}
