//! `dspt checklist`: the documents and policies to have in place, ticked off against the evidence present.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::level::find_level;
use super::questions::Shown;
use super::style::{self, ATTENTION, GOOD, QUIET, STRONG, paint};
use crate::assess::State;
use crate::diagnostic::render::one_line;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub struct Checklist {
    /// Only what a level asks for [default: the level aimed at]
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Markdown,
    Json,
}

/// What `checklist --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChecklistOutput {
    pub edition: String,
    pub level: String,
    pub items: Vec<ChecklistItem>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChecklistItem {
    pub number: String,
    pub section: String,
    /// The documents to have ready.
    pub wanted: Vec<String>,
    /// The evidence the answer gives.
    pub given: Vec<String>,
    /// Whether a document is asked for, not only good to have.
    pub document_required: bool,
    pub state: String,
}

pub fn run(context: &Context, args: &Checklist) -> Result<Outcome, Failure> {
    let shown = Shown::open(context)?;
    let standard = &shown.standard;
    let level = match &args.level {
        Some(word) => find_level(standard, word)?,
        None => shown.judged.as_ref().map_or_else(|| standard.default_aim(), |(_, assessment)| assessment.aim),
    };
    let items: Vec<ChecklistItem> = standard
        .items
        .iter()
        .filter(|item| standard.asks(level, item) && !item.evidence.is_empty())
        .map(|item| ChecklistItem {
            number: item.number.clone(),
            section: standard.section(item).to_owned(),
            wanted: item.evidence.clone(),
            given: shown
                .answer(&item.number)
                .filter(|answer| answer.carried_from.is_none())
                .and_then(|answer| answer.evidence.as_ref())
                .map(|evidence| evidence.iter().map(|given| given.label().to_owned()).collect())
                .unwrap_or_default(),
            document_required: item.kind == crate::model::ItemKind::Document,
            state: shown.state(item).word().to_owned(),
        })
        .collect();
    let label = &standard.levels[level].label;
    match args.format {
        Format::Json => context.print_json(&ChecklistOutput {
            edition: standard.edition().to_owned(),
            level: standard.levels[level].id.clone(),
            items,
        })?,
        Format::Markdown => context.print(&markdown(&items, label, standard.edition()))?,
        Format::Human => context.print(&human(context, &items, label, standard.edition()))?,
    }
    Ok(Outcome::Done)
}

/// A document is in place when evidence is given, or when the item does not apply.
fn is_done(item: &ChecklistItem) -> bool {
    !item.given.is_empty() || [State::NotApplicable, State::Exempt].iter().any(|state| state.word() == item.state)
}

fn human(context: &Context, items: &[ChecklistItem], label: &str, edition: &str) -> String {
    let width = context.prose_width();
    let mut out = format!("{}\n", paint(STRONG, format!("Documents for {label}, {edition}")));
    let mut section = "";
    for item in items {
        if item.section != section {
            section = &item.section;
            let _ = writeln!(out, "\n{}", paint(STRONG, section));
        }
        let sign = if is_done(item) {
            paint(GOOD, "✓")
        } else if item.document_required {
            paint(ATTENTION, "✗")
        } else {
            paint(QUIET, "○")
        };
        let wanted = item.wanted.join("; ");
        let _ =
            writeln!(out, "{}", style::hang(&format!("{sign} {}{wanted}", style::pad(&item.number, 8)), width, 2, 12));
        if !item.given.is_empty() {
            let given: Vec<String> = item.given.iter().map(|given| one_line(given)).collect();
            let _ = writeln!(out, "{}", paint(QUIET, style::hang(&format!("→ {}", given.join("; ")), width, 12, 14)));
        } else if is_done(item) {
            let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&format!("→ {}", item.state), width, 12)));
        }
    }
    let done = items.iter().filter(|item| is_done(item)).count();
    let _ = writeln!(out, "\n{done} of {} have evidence or do not apply.", style::count(items.len(), "item"));
    let _ = writeln!(out, "{}", paint(QUIET, "✓ in place  ✗ document needed  ○ good to have ready"));
    out
}

fn markdown(items: &[ChecklistItem], label: &str, edition: &str) -> String {
    let mut out = format!("# Documents for {label}, {edition}\n");
    let mut section = "";
    for item in items {
        if item.section != section {
            section = &item.section;
            let _ = writeln!(out, "\n## {section}\n");
        }
        let tick = if is_done(item) { "x" } else { " " };
        let given: Vec<String> = item.given.iter().map(|given| escape(given)).collect();
        let given = if given.is_empty() { String::new() } else { format!(" ({})", given.join("; ")) };
        let _ = writeln!(out, "- [{tick}] **{}** {}{given}", item.number, item.wanted.join("; "));
    }
    out
}

/// Text from answers as Markdown text: nothing in it is markup.
fn escape(text: &str) -> String {
    one_line(text).chars().flat_map(|c| if c.is_ascii_punctuation() { vec!['\\', c] } else { vec![c] }).collect()
}
