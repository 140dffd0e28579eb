//! `dspt sites check`: where a list and organisation.toml disagree.

use super::{NoteOutput, heading, note_outputs, notes, read_list};
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::cli::sites::letter;
use crate::cli::style::{self, ATTENTION, GOOD, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::import::sites::compare::{self, Comparison, Difference, Verdict};
use crate::import::sites::{Layout, Listed, SiteList};
use crate::model::period::in_words;
use crate::model::{Organisation, Site};
use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
    /// A message to be looked through, addressed and sent by hand
    Eml,
}

/// What `sites check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SitesCheckOutput {
    pub file: String,
    /// `cqc-directory`, `cqc-filters`, `ods-headquarters`, `ods-sites`, `ods-generic` or `ods-headings`.
    pub layout: String,
    /// The day the list says it was made.
    pub produced: Option<String>,
    pub ods_code: String,
    /// The day judged.
    pub as_of: String,
    /// Whether anything differs.
    pub differs: bool,
    /// Sites of organisation.toml that agree with the list.
    pub agreeing: usize,
    pub differences: Vec<DifferenceOutput>,
    pub notes: Vec<NoteOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct DifferenceOutput {
    /// `opened`, `missing-here`, `closed`, `moved`, `still-open` or `not-in-file`.
    pub verdict: String,
    pub ods_code: Option<String>,
    pub cqc_location_id: Option<String>,
    pub name: Option<String>,
    /// In words.
    pub detail: String,
    /// The day of the list that the verdict is about: opened or joined, closed or left.
    pub date: Option<String>,
    /// The parent by the list: an ODS code, or a provider's number at CQC.
    pub parent: Option<String>,
    /// The list's line.
    pub line: Option<u64>,
    /// The site's place in organisation.toml, from 0.
    pub site: Option<usize>,
}

pub(super) fn run(
    context: &Context,
    organisation: &Organisation,
    file: &Path,
    format: Format,
    output: Option<&Path>,
) -> Result<Outcome, Failure> {
    let list = read_list(context, organisation, file)?;
    let comparison = compare::compare(organisation, &list, context.day());
    let parts = Parts { organisation, list: &list, comparison: &comparison };
    let differs = !comparison.differences.is_empty();
    let text = match format {
        Format::Human => human(context, &parts, file),
        Format::Json => {
            let text = serde_json::to_string_pretty(&json(context, &parts, file))
                .map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n")
        }
        Format::Eml if !differs => {
            context.note("Nothing differs: there is nothing to write about.");
            return Ok(Outcome::Done);
        }
        Format::Eml => letter::write(&parts, file, context.now),
    };
    delivery::deliver(context, text.as_bytes(), format == Format::Human, output)?;
    Ok(if differs { Outcome::CheckFailed } else { Outcome::Done })
}

/// What was compared.
pub(super) struct Parts<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) list: &'a SiteList,
    pub(super) comparison: &'a Comparison,
}

impl<'a> Parts<'a> {
    pub(super) fn site(&self, difference: &Difference) -> Option<&'a Site> {
        difference.site.map(|site| &self.organisation.sites[site])
    }

    pub(super) fn row(&self, difference: &Difference) -> Option<&'a Listed> {
        difference.row.map(|row| &self.list.rows[row])
    }

    pub(super) fn ods_code(&self, difference: &Difference) -> Option<&'a str> {
        let here = match self.site(difference) {
            Some(site) => Some(site.ods_code.as_str()),
            None if is_own(difference) => Some(self.organisation.ods_code.as_str()),
            None => None,
        };
        let there = self.row(difference).map(|row| row.ods_code.as_str());
        [here, there].into_iter().flatten().find(|code| !code.trim().is_empty())
    }

    pub(super) fn location(&self, difference: &Difference) -> Option<&'a str> {
        let here = self.site(difference).and_then(|site| site.cqc_location_id.as_deref());
        let there = self.row(difference).map(|row| row.cqc_location_id.as_str());
        [here, there].into_iter().flatten().find(|id| !id.trim().is_empty())
    }

    pub(super) fn name(&self, difference: &Difference) -> Option<&'a str> {
        let here = match self.site(difference) {
            Some(site) => site.name.as_deref(),
            None if is_own(difference) => Some(self.organisation.name.as_str()),
            None => None,
        };
        let there = self.row(difference).map(|row| row.name.as_str());
        [here, there].into_iter().flatten().find(|name| !name.trim().is_empty())
    }

    /// The verdict in words.
    pub(super) fn detail(&self, difference: &Difference) -> String {
        let row = self.row(difference);
        let ours = if self.list.layout.is_cqc() { "the provider" } else { "the headquarters" };
        match (difference.verdict, row) {
            (Verdict::Opened | Verdict::MissingHere, Some(row)) => match (row.opened, row.joined) {
                (opened, Some(joined)) if opened.is_none_or(|opened| opened < joined) => {
                    format!("joined {ours} on {}", in_words(joined))
                }
                (Some(opened), _) => format!("opened on {}", in_words(opened)),
                _ => "open by the list".to_owned(),
            },
            (Verdict::Closed, Some(row)) => match (row.closed, row.left) {
                (Some(closed), left) if left.is_none_or(|left| closed <= left) => {
                    format!("closed on {}", in_words(closed))
                }
                (_, Some(left)) => format!("left {ours} on {}", in_words(left)),
                _ => "closed".to_owned(),
            },
            (Verdict::Moved, Some(row)) => {
                let parent = if row.parent.is_empty() { "nobody" } else { &row.parent };
                let since = row.joined.map(|day| format!(" since {}", in_words(day))).unwrap_or_default();
                format!("belongs to {}{since}", one_line(parent))
            }
            (Verdict::StillOpen, _) => {
                let closed = self.site(difference).and_then(|site| site.closed);
                let closed = closed.map(|day| format!(" on {}", in_words(day))).unwrap_or_default();
                format!("open by the list, closed here{closed}")
            }
            _ => {
                let bare = self.site(difference).is_some_and(|site| {
                    let id = if self.list.layout.is_cqc() {
                        site.cqc_location_id.as_deref()
                    } else {
                        Some(site.ods_code.as_str())
                    };
                    id.unwrap_or_default().trim().is_empty()
                });
                match (bare, self.list.layout.is_cqc()) {
                    (true, true) => "no row of this name, and no cqc_location_id here to find it by".to_owned(),
                    (true, false) => "no row of this name, and no ods_code here to find it by".to_owned(),
                    _ => "not in the list".to_owned(),
                }
            }
        }
    }
}

/// Whether it is about the organisation's own code.
fn is_own(difference: &Difference) -> bool {
    difference.site.is_none() && matches!(difference.verdict, Verdict::Closed | Verdict::NotInFile)
}

fn json(context: &Context, parts: &Parts<'_>, file: &Path) -> SitesCheckOutput {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let difference = |difference: &Difference| {
        let row = parts.row(difference);
        let date = row.and_then(|row| match difference.verdict {
            Verdict::Opened | Verdict::MissingHere => row.began(),
            Verdict::Closed => row.ended(),
            Verdict::Moved => row.joined,
            Verdict::StillOpen | Verdict::NotInFile => None,
        });
        DifferenceOutput {
            verdict: difference.verdict.word().to_owned(),
            ods_code: text(parts.ods_code(difference)),
            cqc_location_id: text(parts.location(difference)),
            name: text(parts.name(difference)),
            detail: parts.detail(difference),
            date: date.map(|day| day.to_string()),
            parent: row.map(|row| row.parent.clone()).filter(|parent| !parent.is_empty()),
            line: row.map(|row| row.line),
            site: difference.site,
        }
    };
    SitesCheckOutput {
        file: file.display().to_string(),
        layout: parts.list.layout.word().to_owned(),
        produced: parts.list.produced.map(|day| day.to_string()),
        ods_code: parts.organisation.ods_code.clone(),
        as_of: context.day().to_string(),
        differs: !parts.comparison.differences.is_empty(),
        agreeing: parts.comparison.agreeing,
        differences: parts.comparison.differences.iter().map(difference).collect(),
        notes: note_outputs(parts.list),
    }
}

/// What a verdict is headed by.
fn title(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Opened => "Opened, and not in organisation.toml yet",
        Verdict::MissingHere => "Missing in organisation.toml",
        Verdict::Closed => "Closed or left",
        Verdict::Moved => "Moved to another parent",
        Verdict::StillOpen => "Closed here, and open by the list",
        Verdict::NotInFile => "Here, and not in the list",
    }
}

fn human(context: &Context, parts: &Parts<'_>, file: &Path) -> String {
    let mut out = heading(context, parts.list, file, parts.organisation);
    let differences = &parts.comparison.differences;
    for verdict in Verdict::ALL {
        let of: Vec<&Difference> = differences.iter().filter(|difference| difference.verdict == verdict).collect();
        if of.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}", paint(STRONG, title(verdict)));
        for difference in of {
            let code = parts.ods_code(difference).or_else(|| parts.location(difference)).unwrap_or("?");
            let name = parts.name(difference).map(one_line).unwrap_or_default();
            let place = parts.row(difference).map(|row| format!(" (line {})", row.line)).unwrap_or_default();
            let text = format!("{}  {name}: {}{place}", one_line(code), parts.detail(difference));
            let _ = writeln!(out, "{}", style::hang(&text, context.prose_width(), 2, 4 + code.chars().count()));
        }
    }
    if !parts.list.notes.is_empty() {
        out.push('\n');
        out.push_str(&notes(parts.list));
    }
    out.push('\n');
    out.push_str(&closing(parts, file));
    out
}

fn closing(parts: &Parts<'_>, file: &Path) -> String {
    let differences = &parts.comparison.differences;
    if parts.list.layout == Layout::OdsHeadquarters {
        let remark = "This list holds headquarters: sites were not compared.\n";
        return if differences.is_empty() {
            format!("{} {remark}", paint(GOOD, "Nothing differs."))
        } else {
            remark.to_owned()
        };
    }
    let agree = match parts.comparison.agreeing {
        1 => "1 site agrees".to_owned(),
        number => format!("{number} sites agree"),
    };
    if differences.is_empty() {
        return format!("{} {agree}.\n", paint(GOOD, "Nothing differs."));
    }
    let number = match differences.len() {
        1 => "1 difference".to_owned(),
        number => format!("{number} differences"),
    };
    let mut out = format!("{}; {agree}.\n", paint(ATTENTION, number));
    let file = one_line(&file.display().to_string());
    let has = |wanted: &[Verdict]| differences.iter().any(|difference| wanted.contains(&difference.verdict));
    let mut next = Vec::new();
    if has(&[Verdict::Opened, Verdict::MissingHere]) {
        next.push(format!("`dspt sites import {file}` adds what is missing here"));
    }
    if has(&[Verdict::Closed, Verdict::Moved, Verdict::StillOpen, Verdict::NotInFile]) {
        next.push(format!("`dspt sites check {file} --format eml` drafts a letter about it"));
    }
    for (at, step) in next.iter().enumerate() {
        let _ = writeln!(out, "{} {step}", if at == 0 { "Next:" } else { "     " });
    }
    out
}
