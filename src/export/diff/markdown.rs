//! For pages of a repository, wikis and messages.

use super::page::{self, Format};
use super::{DiffItem, DiffReport, Difference};
use crate::export::ExportError;
use crate::export::markdown::escaped;
use crate::export::template::{self, Template};
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

pub fn markdown(report: &DiffReport) -> Result<String, ExportError> {
    template::render("comparison", TEMPLATE, page::context(report, &Format { text: escaped, question, answer }))
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
        item.said().iter().map(|difference| format!("{}: {}", difference.title(), shown(difference))).collect();
    lines.extend(item.documents().into_iter().map(|(word, label)| format!("Document {word}: {}", escaped(label))));
    let words = item.word_line();
    if !words.is_empty() {
        lines.push(escaped(&words));
    }
    Entry { numbers: escaped(&item.numbers()), words: String::new(), question: escaped(item.question()), lines }
}

pub(in crate::export) fn shown(difference: &Difference) -> String {
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
