//! One page that stands by itself: no scripts, no fonts or pictures from elsewhere, fit to print.

use super::page::{self, Format};
use super::{DiffItem, DiffReport, Difference, TextRun};
use crate::export::ExportError;
use crate::export::template::{self, Template};
use crate::export::text::plain;
use serde::Serialize;

const TEMPLATE: Template =
    ("diff.html", concat!(include_str!("../templates/changes.html"), include_str!("../templates/diff.html")));

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

pub fn html(report: &DiffReport) -> Result<String, ExportError> {
    template::render("comparison", TEMPLATE, page::context(report, &Format { text: fit, question, answer }))
}

fn fit(text: &str) -> String {
    plain(text).into_owned()
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
            .said()
            .iter()
            .map(|difference| Part { title: difference.title(), runs: runs(difference) })
            .collect(),
        documents: item.documents().into_iter().map(|(word, label)| (word, fit(label))).collect(),
        said: fit(&item.word_line()),
    }
}

pub(in crate::export) fn runs(difference: &Difference) -> Vec<(String, String)> {
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
