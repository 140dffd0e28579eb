//! `dspt publications`: what was published here and what the national web site shows; `add` notes the latter.

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::judgement::Judgement;
use super::ledger::Ledger;
use super::style::{self, COMMAND, QUIET, STRONG, paint};
use super::{table, write};
use crate::decode::publications::{RecordHead, shown_by};
use crate::diagnostic::render::one_line;
use crate::ledger::listing;
use crate::ledger::verify::{self, Trust, Verified};
use crate::model::period::in_words;
use crate::model::{Record, Standard, ToolkitEntry};
use crate::source::edit::toml_string;
use crate::workspace::TOOLKIT_FILE;
use crate::workspace::fresh::SCHEMAS;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

#[derive(Debug, Args)]
pub struct Publications {
    #[command(subcommand)]
    command: Option<Command>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Note what the national web site shows
    Add(Add),
}

#[derive(Debug, Args)]
struct Add {
    /// The level, or another status word of the web site
    #[arg(long, value_name = "LEVEL")]
    level: String,
    /// The day of the publication there
    #[arg(long, value_name = "DATE")]
    date: Date,
    /// The publication of ours that was entered there, such as EDITION/001
    #[arg(long, value_name = "PUBLICATION")]
    record: Option<String>,
    /// Where it was seen: public search, confirmation e-mail, certificate, the provider's word
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[command(flatten)]
    commit: Commit,
}

/// What `publications --format json` prints, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationsOutput {
    pub publications: Vec<PublicationOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationOutput {
    pub edition: String,
    /// Null for what only the national web site shows.
    pub number: Option<String>,
    pub date: String,
    pub level: String,
    pub commit: Option<String>,
    pub tag: Option<String>,
    pub publisher: Option<PublisherOutput>,
    /// Codes of the sites covered.
    pub sites: Vec<String>,
    pub reason: Option<String>,
    /// good, bad, unsigned or unknown-key; null for what only the national web site shows.
    pub signature: Option<String>,
    pub toolkit: Option<ToolkitOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublisherOutput {
    pub name: String,
    pub email: String,
    pub role: Option<String>,
}

/// What the national web site was seen to show.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ToolkitOutput {
    pub edition: String,
    pub level: String,
    pub date: String,
    pub seen: Option<String>,
}

/// A publication here, on the web site, or both.
struct Row {
    record: Option<Record>,
    verified: Option<Verified>,
    entry: Option<ToolkitEntry>,
}

impl Row {
    fn key(&self) -> (Date, String, String) {
        let own = self.record.as_ref().map(|record| (record.date, record.edition.clone(), record.number.clone()));
        let seen = || self.entry.as_ref().map(|entry| (entry.date, entry.edition.clone(), String::new()));
        own.or_else(seen).unwrap_or((Date::MIN, String::new(), String::new()))
    }
}

pub fn run(context: &Context, args: &Publications) -> Result<Outcome, Failure> {
    if let Some(Command::Add(args)) = &args.command {
        return add(context, args);
    }
    let judgement = context.judge()?;
    let rows = rows(context, &judgement)?;
    if args.format == Format::Json {
        context.print_json(&PublicationsOutput { publications: rows.iter().map(output).collect() })?;
    } else {
        context.print(&human(context, &judgement, &rows))?;
    }
    Ok(Outcome::Done)
}

fn rows(context: &Context, judgement: &Judgement) -> Result<Vec<Row>, Failure> {
    let day = context.day();
    // Outside git, or where git cannot be read, the files are shown all the same.
    let verified = match Ledger::open(context) {
        Ok(ledger) => {
            let trust = ledger.trust(Trust::default());
            match verify::verify(ledger.setting(&trust)) {
                Ok(verified) => verified,
                Err(error) => {
                    context.note(&format!("Signatures are not judged: {}.", error.message));
                    Vec::new()
                }
            }
        }
        Err(error) => {
            context.note(&format!("Signatures are not judged: {}.", error.message));
            Vec::new()
        }
    };
    let entries: Vec<ToolkitEntry> = listing::toolkit(judgement.opened.tree.as_ref())
        .into_iter()
        .filter(|entry| entry.void.is_none() && entry.date <= day)
        .collect();
    let records = super::publish::records(judgement)?;
    let (mut rows, mut heads) = (Vec::new(), Vec::new());
    for record in records.into_iter().filter(|record| record.date <= day) {
        let id = record.id();
        heads.push(RecordHead::from(&record));
        let verified = verified.iter().find(|verified| verified.id() == id).cloned();
        rows.push(Row { record: Some(record), verified, entry: None });
    }
    for entry in entries {
        match shown_by(&entry, &heads) {
            // The newest of several says what is shown now.
            Some(at) => rows[at].entry = Some(entry),
            None => rows.push(Row { record: None, verified: None, entry: Some(entry) }),
        }
    }
    rows.sort_by_cached_key(Row::key);
    Ok(rows)
}

fn output(row: &Row) -> PublicationOutput {
    let (date, edition, number) = row.key();
    let record = row.record.as_ref();
    let verified = row.verified.as_ref();
    let level = record.map(|record| &record.level).or(row.entry.as_ref().map(|entry| &entry.level));
    PublicationOutput {
        edition,
        number: Some(number).filter(|number| !number.is_empty()),
        date: date.to_string(),
        level: level.cloned().unwrap_or_default(),
        commit: verified.and_then(|verified| verified.commit).map(|commit| commit.to_string()),
        tag: verified.map(|verified| verified.tag.clone()),
        publisher: record.map(|record| PublisherOutput {
            name: record.publisher.name.clone(),
            email: record.publisher.email.clone(),
            role: record.publisher.role.clone(),
        }),
        sites: record.and_then(|record| record.sites.as_ref()).map(|sites| sites.covered.clone()).unwrap_or_default(),
        reason: record.and_then(|record| record.reason.clone()),
        signature: verified.map(|verified| verified.signature.to_owned()),
        toolkit: row.entry.as_ref().map(|entry| ToolkitOutput {
            edition: entry.edition.clone(),
            level: entry.level.clone(),
            date: entry.date.to_string(),
            seen: entry.seen.map(|seen| seen.to_string()),
        }),
    }
}

fn human(context: &Context, judgement: &Judgement, rows: &[Row]) -> String {
    let standard = &judgement.standard;
    let organisation = &judgement.organisation;
    let mut out = String::new();
    let name = format!("{} ({})", one_line(&organisation.name), one_line(&organisation.ods_code));
    let _ = writeln!(out, "{}", paint(STRONG, name));
    if rows.is_empty() {
        let _ = writeln!(out, "Nothing was published yet, as far as this repository knows.");
        let _ = writeln!(
            out,
            "\nWhat the national web site shows is history too:\n      {}",
            paint(COMMAND, "dspt publications add --edition E --level L --date D")
        );
        return out;
    }
    let mut shown = table::new(context.width);
    shown.set_header(["Publication", "Level", "Date", "By", "Signature", "On the toolkit"]);
    for row in rows {
        let (date, edition, number) = row.key();
        let id = if number.is_empty() { edition } else { format!("{edition}/{number}") };
        let level = output(row).level;
        let by = row.record.as_ref().map_or_else(String::new, |record| one_line(&record.publisher.name));
        let signature = row.verified.as_ref().map_or("", |verified| verified.signature).replace('-', " ");
        let toolkit = match (&row.entry, &row.record) {
            (Some(entry), Some(record)) if entry.level != record.level => {
                format!("as {}, {}", one_line(standard.label(&entry.level)), entry.date)
            }
            (Some(entry), _) => entry.date.to_string(),
            (None, _) => "not yet".to_owned(),
        };
        shown.add_row([id, one_line(standard.label(&level)), date.to_string(), by, signature, toolkit]);
    }
    let _ = writeln!(out, "\n{shown}");
    if let Some(changed) = changed(judgement) {
        let said = if changed.is_empty() {
            "Nothing that was said has changed since the last publication.".to_owned()
        } else {
            format!("Changed since the last publication: {}.", one_line(&changed.join(", ")))
        };
        let _ = writeln!(out, "\n{}", style::wrap(&said, context.prose_width(), 0));
    }
    if let Some(row) = rows.iter().rev().find(|row| row.record.is_some() && row.entry.is_none())
        && let Some(record) = &row.record
    {
        let _ = writeln!(
            out,
            "\n{} is not yet on the toolkit. Once it is entered there:\n      {}",
            record.id(),
            paint(
                COMMAND,
                format!(
                    "dspt publications add --edition {} --level {} \\\n          --date {} --record {}",
                    record.edition,
                    record.level,
                    record.date,
                    record.id()
                )
            )
        );
    }
    if rows.iter().any(|row| row.record.is_none()) {
        let _ = writeln!(
            out,
            "\n{}",
            paint(
                QUIET,
                style::wrap(
                    "Rows without a number are what the national web site was seen to show.",
                    context.prose_width(),
                    0
                )
            )
        );
    }
    out
}

/// What was said otherwise in the newest publication of the edition at hand; none where there is none.
pub fn changed(judgement: &Judgement) -> Option<&[String]> {
    judgement.opened.ledger().changed.as_ref().map(|changed| changed.what.as_slice())
}

fn add(context: &Context, args: &Add) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let Some(edition) = context.global.edition.clone() else {
        return Err(Failure::new("which edition does the web site show?").hint("`--edition E` says so"));
    };
    // An edition before the first one here has no answers file: the words come from whatever is at hand.
    let root = context.root()?;
    let banks = context.banks_anywhere()?;
    let id = banks.default_standard().to_owned();
    let opened = context.open_at(&root, crate::workspace::Scope::Edition(None))?;
    opened.require_sound(context)?;
    let own = opened.workspace.answers.iter().map(|answers| answers.decoded.value.standard.clone());
    let id = own.into_iter().find(|own| banks.newest(own).is_some()).unwrap_or(id);
    let bank = banks.find(&id, &edition).or_else(|| banks.newest(&id));
    let standard = bank.ok_or_else(|| Failure::new("no question bank is at hand"))?.standard()?;
    let level = word(&standard, &args.level)?;
    let day = context.day();
    if args.date > day {
        return Err(Failure::new(format!("{} has not come yet; nothing was noted", args.date)));
    }
    if let Some(record) = &args.record {
        let known = listing::names(opened.tree.as_ref())
            .iter()
            .any(|(edition, number)| format!("{edition}/{number}") == *record);
        if !known {
            return Err(Failure::new(format!("there is no publication {} here; nothing was noted", one_line(record)))
                .hint("`dspt publications` lists them"));
        }
    }
    let entry = ToolkitEntry {
        edition,
        level,
        date: args.date,
        seen: Some(day),
        source: args.source.clone(),
        record: args.record.clone(),
        void: None,
    };
    let already = |place: &str| {
        let hint = "An entry that is wrong is taken out of account by `void = \"why\"` in it, and noted again.";
        let told = style::wrap(hint, context.prose_width(), 0);
        context.print(&format!("{place} notes that already; nothing was changed.\n{told}\n"))?;
        Ok(Outcome::Done)
    };
    if let Some(line) = listing::noted(opened.tree.as_ref(), &entry) {
        return already(&format!("{TOOLKIT_FILE}:{line}"));
    }
    let Some(new) = with_entry(&root, &entry)? else { return already(TOOLKIT_FILE) };
    let what = format!("{} for {}", standard.label(&entry.level), entry.edition);
    args.commit.save(context, &root, &[(TOOLKIT_FILE, &new)], &format!("The toolkit shows {}", one_line(&what)))?;
    let mut out = format!("Noted in {TOOLKIT_FILE}: {}, {}.\n", one_line(&what), in_words(entry.date));
    if !args.commit.is_asked() {
        let command = format!("git add {TOOLKIT_FILE} && git commit -m \"What the toolkit shows\"");
        let _ = write!(out, "\nNext: commit it.\n      {}\n", paint(COMMAND, command));
    }
    context.print(&out)?;
    Ok(Outcome::Done)
}

/// What an organisation noted of the web site, as bytes, with one entry more; none where it is there already.
pub(super) fn with_entry(root: &Path, entry: &ToolkitEntry) -> Result<Option<Vec<u8>>, Failure> {
    write::refuse_links(root, TOOLKIT_FILE)?;
    let path = root.join(TOOLKIT_FILE);
    let old = match std::fs::read(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::new(format!("{TOOLKIT_FILE} cannot be read: {error}"))),
    };
    let new = appended(old.as_deref(), entry);
    let read = |bytes: &[u8]| {
        let tree = crate::tree::MemoryTree::default().with(TOOLKIT_FILE, bytes);
        listing::toolkit(&tree)
    };
    let mut expected = read(old.as_deref().unwrap_or_default());
    if expected.contains(entry) {
        return Ok(None);
    }
    expected.push(entry.clone());
    if read(&new) != expected {
        return Err(Failure::new(format!(
            "{TOOLKIT_FILE} is written in a way that nothing can be added to safely; nothing was changed"
        ))
        .hint("write each entry as a [[published]] table, then add this one at its end"));
    }
    Ok(Some(new))
}

/// A level or status word, by its id or its label.
fn word(standard: &Standard, given: &str) -> Result<String, Failure> {
    let folded = given.trim().to_lowercase().replace([' ', '_'], "-");
    let known: Vec<(&str, &str)> = standard
        .levels
        .iter()
        .map(|level| (level.id.as_str(), level.label.as_str()))
        .chain(standard.statuses.iter().map(|status| (status.id.as_str(), status.label.as_str())))
        .collect();
    let found = known.iter().find(|(id, label)| *id == folded || label.to_lowercase().replace(' ', "-") == folded);
    found.map(|(id, _)| (*id).to_owned()).ok_or_else(|| {
        let ids: Vec<&str> = known.iter().map(|(id, _)| *id).collect();
        Failure::new(format!("the toolkit has no status \"{}\"", one_line(given)))
            .hint(format!("known: {}", ids.join(", ")))
    })
}

/// The file with an entry at its end; everything before stays as it is.
fn appended(old: Option<&[u8]>, entry: &ToolkitEntry) -> Vec<u8> {
    let mut lines = vec!["[[published]]".to_owned()];
    lines.push(format!("edition = {}", toml_string(&entry.edition)));
    lines.push(format!("level = {}", toml_string(&entry.level)));
    lines.push(format!("date = {}", entry.date));
    lines.extend(entry.seen.map(|seen| format!("seen = {seen}")));
    lines.extend(entry.source.as_ref().map(|source| format!("source = {}", toml_string(source))));
    lines.extend(entry.record.as_ref().map(|record| format!("record = {}", toml_string(record))));
    let Some(old) = old else {
        return format!("#:schema ../{SCHEMAS}/toolkit.schema.json\n\n{}\n", lines.join("\n")).into_bytes();
    };
    let end = if old.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let mut new = old.to_vec();
    if !new.is_empty() && !new.ends_with(b"\n") {
        new.extend_from_slice(end.as_bytes());
    }
    if !new.is_empty() {
        new.extend_from_slice(end.as_bytes());
    }
    new.extend_from_slice(lines.join(end).as_bytes());
    new.extend_from_slice(end.as_bytes());
    new
}
