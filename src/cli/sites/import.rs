//! `dspt sites import`: what a list has and organisation.toml has not.

use super::{Format, NoteOutput, change, heading, note_outputs, notes, read_list};
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::opened::Opened;
use crate::cli::style::{self, ATTENTION, GOOD, paint};
use crate::diagnostic::render::one_line;
use crate::import::sites::compare::{self, Comparison, Verdict};
use crate::import::sites::{Layout, Listed, SiteList};
use crate::model::Organisation;
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// More new sites than these are a mistake in the list or in the organisation's codes: the largest groups have hundreds.
const MOST_NEW: usize = 2000;

/// What `sites import --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SitesImportOutput {
    pub file: String,
    /// `cqc-directory`, `cqc-filters`, `ods-headquarters`, `ods-sites`, `ods-generic` or `ods-headings`.
    pub layout: String,
    /// The day the list says it was made.
    pub produced: Option<String>,
    /// Whether organisation.toml was changed.
    pub written: bool,
    /// New sites.
    pub added: Vec<AddedOutput>,
    /// Codes that sites gained which did not have them.
    pub completed: Vec<CompletedOutput>,
    /// Sites that the list and organisation.toml both have.
    pub known: usize,
    pub notes: Vec<NoteOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AddedOutput {
    /// Empty where the list has none.
    pub ods_code: String,
    pub name: String,
    pub cqc_location_id: Option<String>,
    pub opened: Option<String>,
    pub closed: Option<String>,
    /// The list's line.
    pub line: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CompletedOutput {
    /// The site's place in organisation.toml, from 0.
    pub site: usize,
    pub name: Option<String>,
    pub key: String,
    pub value: String,
    /// The list's line.
    pub line: u64,
}

pub(super) fn run(
    context: &Context,
    opened: &Opened,
    file: &Path,
    commit: Option<Commit>,
    format: Format,
) -> Result<Outcome, Failure> {
    let organisation = opened.organisation();
    let list = read_list(context, &organisation, file)?;
    let comparison = compare::compare(&organisation, &list, context.day());
    let completed = completions(&organisation, &list, &comparison);
    let added = additions(&list, &comparison);
    if added.len() > MOST_NEW {
        return Err(Failure::new(format!(
            "{}: {} new sites are more than one headquarters has; nothing was written",
            file.display(),
            added.len()
        ))
        .hint("look at the list, and at ods_code, former_codes and cqc_provider_id in organisation.toml"));
    }
    let mut changes: Vec<Change> = completed
        .iter()
        .map(|gain| {
            let key = Pointer::root().key("site").index(gain.site).key(gain.key.clone());
            Change::Set(key, Literal::Text(gain.value.clone()))
        })
        .collect();
    let first = organisation.sites.len();
    let tables = added.iter().enumerate();
    changes.extend(tables.map(|(at, row)| Change::Set(Pointer::root().key("site").index(first + at), table(row))));
    let dry_run = commit.is_none();
    let commit = commit.filter(|_| !changes.is_empty());
    let written = commit.is_some();
    if let Some(commit) = commit {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        change(context, opened, &changes, commit, &format!("Sites from {}", one_line(&name)))?;
    }
    let known = comparison.rows.iter().flatten().filter(|row| list.rows[**row].is_ours).count();
    if format == Format::Json {
        context.print_json(&SitesImportOutput {
            file: file.display().to_string(),
            layout: list.layout.word().to_owned(),
            produced: list.produced.map(|day| day.to_string()),
            written,
            added: added.iter().map(|row| addition(row)).collect(),
            completed,
            known,
            notes: note_outputs(&list),
        })?;
        return Ok(Outcome::Done);
    }
    let mut out = heading(context, &list, file, &organisation);
    for row in &added {
        let opened = row.began().map(|day| format!(", since {day}")).unwrap_or_default();
        let closes = row.ended().map(|day| format!(", until {day}")).unwrap_or_default();
        let _ = writeln!(out, "{} {}{opened}{closes}", paint(GOOD, "add"), named(row));
    }
    for gain in &completed {
        let name = one_line(gain.name.as_deref().unwrap_or_default());
        let _ = writeln!(out, "{} {name}: {} = \"{}\"", paint(GOOD, "fill in"), gain.key, one_line(&gain.value));
    }
    out.push_str(&notes(&list));
    let _ = writeln!(out, "{}", closing(&organisation, &list, &added, completed.len(), known, dry_run));
    context.print(&out)?;
    hints(context, &list, &comparison, &added, file);
    Ok(Outcome::Done)
}

fn closing(
    organisation: &Organisation,
    list: &SiteList,
    added: &[&Listed],
    completed: usize,
    known: usize,
    dry_run: bool,
) -> String {
    if list.layout == Layout::OdsHeadquarters {
        return "This list holds headquarters and no sites: nothing to add. ecarehomesite has the sites.".to_owned();
    }
    if list.rows.iter().all(|row| !row.is_ours) {
        return format!(
            "No row is of {}: nothing to add.",
            if list.layout.is_cqc() {
                one_line(organisation.cqc_provider_id.as_deref().unwrap_or_default())
            } else {
                one_line(&organisation.ods_code)
            }
        );
    }
    let were = style::count(known, "site");
    if added.is_empty() && completed == 0 {
        return format!("Nothing new: {were} of the list {} here.", if known == 1 { "is" } else { "are" });
    }
    let what = match (added.len(), completed) {
        (0, gains) => style::count(gains, "code"),
        (sites, 0) => style::count(sites, "site"),
        (sites, gains) => format!("{} and {}", style::count(sites, "site"), style::count(gains, "code")),
    };
    if dry_run {
        format!("Would add {what} to organisation.toml; nothing was written.")
    } else {
        format!("Added {what} to organisation.toml; {were} were there.").replace("1 site were", "1 site was")
    }
}

/// What is left to do that an import does not do.
fn hints(context: &Context, list: &SiteList, comparison: &Comparison, added: &[&Listed], file: &Path) {
    let without = added.iter().filter(|row| row.ods_code.is_empty()).count();
    if without > 0 {
        context.note(&format!(
            "{} no ODS code, which this list does not have: import ecarehomesite, or write it in.",
            if without == 1 { "A new site has".to_owned() } else { format!("{without} new sites have") }
        ));
    }
    let is_other = |verdict: Verdict| !matches!(verdict, Verdict::Opened | Verdict::MissingHere);
    if list.layout != Layout::OdsHeadquarters
        && comparison.differences.iter().any(|difference| is_other(difference.verdict))
    {
        context.note(&format!(
            "The list disagrees about other sites: {}",
            paint(ATTENTION, format!("dspt sites check {}", one_line(&file.display().to_string())))
        ));
    }
}

/// The rows that organisation.toml does not have, in the list's order.
fn additions<'l>(list: &'l SiteList, comparison: &Comparison) -> Vec<&'l Listed> {
    let is_new = |verdict: Verdict| matches!(verdict, Verdict::Opened | Verdict::MissingHere);
    let new = comparison.differences.iter().filter(|difference| is_new(difference.verdict));
    let mut rows: Vec<&Listed> = new.filter_map(|difference| list.rows.get(difference.row?)).collect();
    rows.sort_by_key(|row| row.line);
    rows
}

/// Codes that the list has for sites without them.
fn completions(organisation: &Organisation, list: &SiteList, comparison: &Comparison) -> Vec<CompletedOutput> {
    let mut found = Vec::new();
    for (index, site) in organisation.sites.iter().enumerate() {
        let Some(row) = comparison.rows[index].map(|row| &list.rows[row]).filter(|row| row.is_ours) else { continue };
        let location = site.cqc_location_id.as_deref().unwrap_or_default();
        for (key, here, there) in
            [("ods_code", site.ods_code.as_str(), &row.ods_code), ("cqc_location_id", location, &row.cqc_location_id)]
        {
            if here.trim().is_empty() && !there.is_empty() {
                found.push(CompletedOutput {
                    site: index,
                    name: site.name.clone(),
                    key: key.to_owned(),
                    value: there.clone(),
                    line: row.line,
                });
            }
        }
    }
    found
}

/// A site as it is written.
fn table(row: &Listed) -> Literal {
    let mut entries = vec![("ods_code", Literal::Text(row.ods_code.clone()))];
    let texts = [("name", &row.name), ("cqc_location_id", &row.cqc_location_id)];
    entries.extend(
        texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (key, Literal::Text(text.clone()))),
    );
    let days = [("opened", row.opened), ("closed", row.ended())];
    entries.extend(days.into_iter().filter_map(|(key, day)| Some((key, Literal::Date(day?)))));
    Literal::Table(entries)
}

fn addition(row: &Listed) -> AddedOutput {
    AddedOutput {
        ods_code: row.ods_code.clone(),
        name: row.name.clone(),
        cqc_location_id: Some(row.cqc_location_id.clone()).filter(|id| !id.is_empty()),
        opened: row.opened.map(|day| day.to_string()),
        closed: row.ended().map(|day| day.to_string()),
        line: row.line,
    }
}

/// Code and name of a row.
pub(super) fn named(row: &Listed) -> String {
    let code = if row.ods_code.is_empty() { &row.cqc_location_id } else { &row.ods_code };
    format!("{} {}", one_line(code), one_line(&row.name))
}
