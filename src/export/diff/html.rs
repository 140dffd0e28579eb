//! One page that stands by itself: no scripts, no fonts or pictures from elsewhere, fit to print.

use super::{DiffItem, DiffReport, Difference, GROUPS, QUIET, TextRun};
use crate::export::ExportError;
use crate::export::template::{self, Template};
use crate::export::text::plain;
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

const TEMPLATE: Template = ("diff.html", include_str!("../templates/diff.html"));

/// A part of an answer: its title and its runs.
#[derive(Serialize)]
struct Part {
    title: &'static str,
    runs: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Entry {
    numbers: String,
    words: String,
    question: Vec<(String, String)>,
    parts: Vec<Part>,
    documents: Vec<(&'static str, String)>,
    said: String,
}

#[derive(Serialize)]
struct Group {
    title: &'static str,
    entries: Vec<Entry>,
}

pub fn html(report: &DiffReport) -> Result<String, ExportError> {
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
        .map(|signal| (signal.signal.as_str(), fit(&signal.message), signal.numbers.join(", ")))
        .collect();
    let context = context! {
        title => fit(&report.title()),
        line => fit(&report.line()),
        level => report.level_line(),
        items => report.items_line(),
        answers => report.answers_line(),
        signals => Serde(signals),
        questions => Serde(questions),
        groups => Serde(groups),
        quiet => Serde(quiet),
        notes => Serde(report.notes()),
    };
    template::render("comparison", TEMPLATE, context)
}

fn fit(text: &str) -> String {
    plain(text).into_owned()
}

fn numbers<'a>(items: impl Iterator<Item = &'a DiffItem>) -> String {
    let numbers: Vec<&str> =
        items.filter_map(|item| item.new_number.as_deref().or(item.old_number.as_deref())).collect();
    numbers.join(", ")
}

fn question(item: &DiffItem) -> Entry {
    let text = match (&item.old_question, &item.new_question) {
        (Some(old), Some(new)) if item.reworded => runs(&Difference::of(&crate::compare::Difference {
            field: "text",
            old: Some(old.clone()),
            new: Some(new.clone()),
        })),
        _ => vec![("kept".to_owned(), fit(item.question()))],
    };
    Entry {
        numbers: item.numbers(),
        words: item.question_words(),
        question: text,
        parts: Vec::new(),
        documents: Vec::new(),
        said: String::new(),
    }
}

fn answer(item: &DiffItem) -> Entry {
    Entry {
        numbers: item.numbers(),
        words: String::new(),
        question: vec![("kept".to_owned(), fit(item.question()))],
        parts: item
            .differences
            .iter()
            .map(|difference| Part { title: difference.title(), runs: runs(difference) })
            .collect(),
        documents: item.documents().into_iter().map(|(word, label)| (word, fit(label))).collect(),
        said: fit(&item.word_line()),
    }
}

fn runs(difference: &Difference) -> Vec<(String, String)> {
    if !difference.runs.is_empty() {
        return difference.runs.iter().map(|TextRun { change, text }| (change.clone(), fit(text))).collect();
    }
    let gone = difference.old.iter().map(|text| ("gone".to_owned(), fit(text)));
    let added = difference.new.iter().map(|text| ("added".to_owned(), fit(text)));
    // A blank parts what was from what is.
    let both = difference.old.is_some() && difference.new.is_some();
    let blank = both.then(|| ("kept".to_owned(), " ".to_owned()));
    gone.chain(blank).chain(added).collect()
}
