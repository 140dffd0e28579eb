//! One question through the years as a document, and who changed its answer.

use super::ExportError;
use super::diff::{Difference, Evidence, STYLE, runs_as_html, runs_as_markdown};
use super::template::{self, Template};
use super::text::plain;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

const HTML: Template =
    ("history.html", concat!(include_str!("templates/changes.html"), include_str!("templates/history.html")));
const MARKDOWN: Template = ("history.md", include_str!("templates/history.md"));

/// Everything that is shown, in the order of time.
#[derive(Debug, Clone)]
pub struct Page {
    /// Number and question.
    pub number: String,
    pub question: String,
    /// The concept, and the edition whose number it is.
    pub line: String,
    pub years: Vec<Year>,
    pub commits: Vec<Commit>,
    /// What could not be seen.
    pub notes: Vec<String>,
}

/// The question and its answer in one edition.
#[derive(Debug, Clone)]
pub struct Year {
    pub edition: String,
    /// The number there, or that it was not asked.
    pub number: String,
    pub state: String,
    /// How the wording changed since the year before.
    pub reworded: Option<Difference>,
    pub lines: Vec<String>,
}

/// What one person did at one time.
#[derive(Debug, Clone)]
pub struct Commit {
    pub day: String,
    pub author: String,
    /// Short name and first line.
    pub subject: String,
    pub published: Option<String>,
    pub changes: Vec<Change>,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub words: String,
    pub differences: Vec<Difference>,
    pub evidence: Evidence,
}

/// A part of a change: its title and its text as the format writes it.
#[derive(Serialize)]
struct Part<T> {
    title: String,
    text: T,
}

pub fn html(page: &Page) -> Result<String, ExportError> {
    template::render("history", HTML, shown(page, &fit, &runs_as_html, &|text| vec![("kept".to_owned(), fit(text))]))
}

pub fn markdown(page: &Page) -> Result<String, ExportError> {
    let text = super::markdown::escaped;
    template::render("history", MARKDOWN, shown(page, &text, &runs_as_markdown, &text))
}

fn fit(text: &str) -> String {
    plain(text).into_owned()
}

fn shown<T: Serialize>(
    page: &Page,
    text: &dyn Fn(&str) -> String,
    runs: &dyn Fn(&Difference) -> T,
    whole: &dyn Fn(&str) -> T,
) -> Value {
    let years: Vec<Value> = page
        .years
        .iter()
        .map(|year| {
            context! {
                edition => text(&year.edition),
                number => text(&year.number),
                state => text(&year.state),
                reworded => Serde(year.reworded.iter().map(runs).collect::<Vec<T>>()),
                lines => year.lines.iter().map(|line| text(line)).collect::<Vec<_>>(),
            }
        })
        .collect();
    let change = |change: &Change| {
        let said = change
            .differences
            .iter()
            .map(|difference| Part { title: difference.title().to_owned(), text: runs(difference) });
        let documents = change
            .evidence
            .documents()
            .into_iter()
            .map(|(word, label)| Part { title: format!("Document {word}"), text: whole(label) });
        let parts: Vec<Part<T>> = said.chain(documents).collect();
        context! { words => text(&change.words), parts => Serde(parts) }
    };
    let commits: Vec<Value> = page
        .commits
        .iter()
        .map(|commit| {
            context! {
                day => text(&commit.day),
                author => text(&commit.author),
                subject => text(&commit.subject),
                published => commit.published.as_deref().map(text),
                changes => commit.changes.iter().map(change).collect::<Vec<_>>(),
            }
        })
        .collect();
    context! {
        style => STYLE,
        title => text(&page.number),
        question => text(&page.question),
        line => text(&page.line),
        years => years,
        commits => commits,
        notes => page.notes.iter().map(|note| text(note)).collect::<Vec<_>>(),
    }
}
