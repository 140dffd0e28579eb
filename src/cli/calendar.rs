//! `dspt calendar`: the days that matter, as a calendar that other programs read.

use super::context::Context;
use super::delivery;
use super::error::{Failure, Outcome};
use super::judgement::Judgement;
use super::style::{self, ATTENTION, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::export::calendar::{self, Entry, Source};
use crate::export::text::terminal;
use crate::model::period::in_words;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Calendar {
    /// How it is written or shown
    #[arg(long, value_enum, default_value_t = Format::Ics)]
    format: Format,
    /// Where to write it; `-` is standard output [default: a file below out/, the other formats standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// iCalendar: a second import changes what the calendar has
    Ics,
    /// For people
    Human,
    /// For programs
    Json,
}

/// What `calendar --format json` prints, by day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CalendarOutput {
    pub ods_code: String,
    pub edition: String,
    /// The day judged.
    pub as_of: String,
    pub entries: Vec<CalendarEntryOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CalendarEntryOutput {
    pub day: String,
    /// deadline, certificate, review, shared-answer or action.
    pub kind: String,
    pub title: String,
    pub details: Vec<String>,
    /// Numbers of the items that it has to do with.
    pub items: Vec<String>,
    pub owner: Option<String>,
    /// Nothing is left to be done.
    pub settled: bool,
}

pub fn run(context: &Context, args: &Calendar) -> Result<Outcome, Failure> {
    let judgement = context.judge()?;
    let entries = entries(&judgement);
    let bytes = match args.format {
        Format::Ics => {
            let title = format!("{} {}", judgement.organisation.name, judgement.standard.edition());
            calendar::ics(&title, &entries, judgement.opened.now).into_bytes()
        }
        Format::Human => human(context, &judgement, &entries).into_bytes(),
        Format::Json => {
            let text = serde_json::to_string_pretty(&output(&judgement, &entries))
                .map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n").into_bytes()
        }
    };
    let fit = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let code: String = judgement.organisation.ods_code.chars().map(fit).collect();
    let usual = format!("out/{code}-{}-calendar.ics", judgement.standard.edition());
    let usual = (args.format == Format::Ics).then_some((judgement.opened.root.as_path(), usual.as_str()));
    let place = delivery::place(context, args.output.as_deref(), usual)?;
    let entries = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
    delivery::put_with(context, place.as_deref(), &bytes, args.format == Format::Human, &format!(" ({entries})"))?;
    Ok(Outcome::Done)
}

/// The days of one organisation.
fn entries(judgement: &Judgement) -> Vec<Entry> {
    calendar::entries(Source {
        organisation: &judgement.organisation,
        standard: &judgement.standard,
        edition: &judgement.edition,
        answers: judgement.answers(),
        plan: judgement.plan(),
        assessment: &judgement.assess(),
        history: &judgement.history,
        standing: &judgement.standing,
        day: judgement.opened.now.date(),
    })
}

fn output(judgement: &Judgement, entries: &[Entry]) -> CalendarOutput {
    CalendarOutput {
        ods_code: judgement.organisation.ods_code.clone(),
        edition: judgement.standard.edition().to_owned(),
        as_of: judgement.opened.now.date().to_string(),
        entries: entries
            .iter()
            .map(|entry| CalendarEntryOutput {
                day: entry.day.to_string(),
                kind: entry.kind.word().to_owned(),
                title: entry.title.clone(),
                details: entry.details.clone(),
                items: entry.items.clone(),
                owner: entry.owner.clone(),
                settled: entry.settled,
            })
            .collect(),
    }
}

fn human(context: &Context, judgement: &Judgement, entries: &[Entry]) -> String {
    let day = judgement.opened.now.date();
    let width = context.prose_width();
    let mut out = String::new();
    let name = format!("{} ({})", one_line(&judgement.organisation.name), one_line(&judgement.organisation.ods_code));
    let _ = writeln!(out, "{}", paint(STRONG, name));
    for entry in entries {
        let passed = entry.day < day && !entry.settled;
        let owner = entry.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
        let late = if passed { ", passed" } else { "" };
        let text = one_line(&terminal(&format!("{}{owner}{late}", entry.title)));
        let line = style::hang(&format!("{}{text}", style::pad(&in_words(entry.day), 19)), width, 0, 19);
        let look = match (entry.settled, passed) {
            (true, _) => QUIET,
            (false, true) => ATTENTION,
            (false, false) => anstyle::Style::new(),
        };
        let _ = writeln!(out, "{}", paint(look, line));
    }
    out
}
