//! A line for every client, or for every code of a list: what the repository says, and what the public record.

use super::{Reconcile, looked_on, read};
use crate::bank::Banks;
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::cli::portfolio::Portfolio;
use crate::cli::publications::with_entry;
use crate::diagnostic::render::one_line;
use crate::import::public;
use crate::model::ToolkitEntry;
use crate::portfolio::reconcile::{self, Own, Public, Record, Repository, Verdict, Words};
use crate::workspace::{TOOLKIT_FILE, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// A row before it is shown.
pub(super) struct Line {
    pub(super) ods_code: Option<String>,
    pub(super) name: Option<String>,
    pub(super) path: Option<String>,
    pub(super) repository: Repository,
    pub(super) public: Option<Public>,
    pub(super) verdict: Option<Verdict>,
    pub(super) recorded: bool,
    pub(super) error: Option<String>,
}

/// The rows of the file: those of some codes, or with `--all` every one.
fn record(args: &Reconcile, text: &str, words: &Words, wanted: &BTreeSet<String>) -> Result<Record, Failure> {
    let mut record = Record::default();
    let read = public::each(text, |row| {
        if args.all || wanted.contains(&reconcile::code(row.code).0) {
            record.add(words, row.code, row.name, row.status, public::day(row.date));
        }
    });
    read.map_err(|error| Failure::new(format!("{}: {error}", args.file.display())))?;
    Ok(record)
}

/// A line for every code of a list.
pub(super) fn of_list(
    context: &Context,
    banks: &Banks,
    args: &Reconcile,
    list: &Path,
    text: &str,
) -> Result<Vec<Line>, Failure> {
    let listed =
        public::codes(&read(context, list)?).map_err(|error| Failure::new(format!("{}: {error}", list.display())))?;
    let words = Words::of(banks, banks.default_standard())?;
    let wanted: BTreeSet<String> = listed.iter().map(|listed| reconcile::code(&listed.code).0).collect();
    let record = record(args, text, &words, &wanted)?;
    let mut lines: Vec<Line> = listed
        .into_iter()
        .map(|listed| {
            let public = record.find([&listed.code]).map(|(_, row)| row.clone());
            Line {
                verdict: Some(if public.is_some() { Verdict::NotInPortfolio } else { Verdict::NotInPublic }),
                name: listed.name.or_else(|| public.as_ref().map(|row| row.name.clone())),
                ods_code: Some(listed.code),
                path: None,
                repository: Repository::default(),
                public,
                recorded: false,
                error: None,
            }
        })
        .collect();
    if args.all {
        lines.extend(others(&record, &wanted));
    }
    Ok(lines)
}

/// Rows of the file that nobody asked for by code.
fn others<'r>(record: &'r Record, known: &'r BTreeSet<String>) -> impl Iterator<Item = Line> + 'r {
    record.iter().filter(|(code, _)| !known.contains(*code)).map(|(_, row)| Line {
        ods_code: Some(row.code.clone()),
        name: Some(row.name.clone()),
        path: None,
        repository: Repository::default(),
        public: Some(row.clone()),
        verdict: Some(Verdict::NotInPortfolio),
        recorded: false,
        error: None,
    })
}

/// A line for every client, and what the file shows noted where that is asked for.
pub(super) fn of_clients(
    context: &Context,
    portfolio: &Portfolio,
    args: &Reconcile,
    text: &str,
) -> Result<Vec<Line>, Failure> {
    let banks_of = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &banks_of);
    let mut clients: Vec<Own> = Vec::with_capacity(portfolio.found.clients.len());
    portfolio.over(
        |client| reconcile::own(client, setting),
        |_, own| {
            clients.push(own);
            Ok(())
        },
    )?;
    let banks = &portfolio.banks;
    let mut words: BTreeMap<&str, Arc<Words>> = BTreeMap::new();
    let default = banks.default_standard();
    let by_default = Arc::new(Words::of(banks, default)?);
    for standard in clients.iter().filter_map(|own| own.standard.as_deref()) {
        if !words.contains_key(standard) {
            let own = if standard == default { by_default.clone() } else { Arc::new(Words::of(banks, standard)?) };
            words.insert(standard, own);
        }
    }
    let known: BTreeSet<String> =
        clients.iter().flat_map(|own| &own.codes).map(|code| reconcile::code(code).0).collect();
    let record = record(args, text, &by_default, &known)?;
    let seen = looked_on(&args.file).filter(|seen| *seen <= context.day()).unwrap_or(context.day());
    let mut lines = Vec::with_capacity(clients.len());
    for (client, own) in portfolio.found.clients.iter().zip(&clients) {
        let words = own.standard.as_deref().and_then(|standard| words.get(standard)).unwrap_or(&by_default);
        let public = record.find(&own.codes).map(|(_, row)| row);
        let mut line = Line {
            ods_code: own.ods_code.clone(),
            name: own.name.clone(),
            path: Some(client.path.clone()),
            repository: own.repository.clone(),
            public: public.cloned(),
            verdict: own.error.is_none().then(|| reconcile::verdict(words, &own.repository, public)),
            recorded: false,
            error: own.error.clone(),
        };
        if args.record
            && own.error.is_none()
            && let Some(entry) = public.and_then(|public| own.to_note(public, seen, context.day()))
        {
            match note(context, args.commit, &client.root, &entry) {
                Ok(recorded) => line.recorded = recorded,
                Err(failure) => line.error = Some(failure.message),
            }
        }
        lines.push(line);
    }
    if args.record {
        tell_undated(context, &lines);
    }
    if args.all {
        lines.extend(others(&record, &known));
    }
    Ok(lines)
}

/// Says which rows show a level and no day on which it was reached: an entry without one would prove nothing.
fn tell_undated(context: &Context, lines: &[Line]) {
    let is_undated = |public: &Public| {
        let says = public.said.level.is_some() && public.said.edition.is_some();
        says && public.date.is_none_or(|date| date > context.day())
    };
    let undated = lines.iter().filter(|line| line.error.is_none() && line.public.as_ref().is_some_and(is_undated));
    let codes: Vec<String> = undated.map(|line| one_line(line.ods_code.as_deref().unwrap_or_default())).collect();
    if !codes.is_empty() {
        context.note(&format!(
            "Not noted, since {} no date that can be used: {}",
            if codes.len() == 1 { "its row has" } else { "their rows have" },
            codes.join(", ")
        ));
    }
}

/// Adds an entry to a client's file; whether it was not there already.
fn note(context: &Context, commit: Commit, root: &Path, entry: &ToolkitEntry) -> Result<bool, Failure> {
    let Some(new) = with_entry(root, entry)? else { return Ok(false) };
    let what = format!("The toolkit shows {} for {}", one_line(&entry.level), one_line(&entry.edition));
    commit.save(context, root, &[(TOOLKIT_FILE, &new)], &what)?;
    Ok(true)
}
