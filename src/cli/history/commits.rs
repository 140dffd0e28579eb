//! The commits that changed an answer: who, when, and word by word what; publications among them.

use super::HistoryOfItemOutput;
use crate::bank::Banks;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::cli::ledger;
use crate::cli::revision::{self, DEEPEN, Published};
use crate::cli::side::Side;
use crate::cli::style::{self, ATTENTION, GOOD, QUIET, STRONG, paint};
use crate::compare::{self, AnswerChange};
use crate::diagnostic::render::one_line;
use crate::export::diff::{Difference, Evidence, Look, parts};
use crate::export::history as document;
use crate::ledger::git::{AsStored, Id, Repository};
use crate::ledger::timeline::{EditionChange, Timeline, said_in, timeline};
use crate::model::Item;
use crate::model::period::in_words;
use crate::tree::Tree;
use crate::workspace::rollover::answered;
use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// Hexadecimal digits of a commit's name that people are shown.
const SHORT: usize = 10;

/// A commit that changed the answer or published it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CommitOutput {
    /// Null for what is not committed yet.
    pub commit: Option<String>,
    /// When its author made it, in UTC, `2026-02-04T10:12:00Z`; null for what is not committed yet.
    pub date: Option<String>,
    pub author: Option<String>,
    pub email: Option<String>,
    /// The first line of its message.
    pub subject: Option<String>,
    /// The publication that it is, where it is one.
    pub publication: Option<PublishedOutput>,
    /// By edition, rising.
    pub changes: Vec<ChangeOutput>,
}

/// A publication among the commits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PublishedOutput {
    pub edition: String,
    pub number: String,
    /// The level's id.
    pub level: String,
    /// As its record has it.
    pub date: String,
    #[serde(skip)]
    label: String,
}

/// What a commit did to the answer in one edition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeOutput {
    pub edition: String,
    /// The item's number in that edition.
    pub number: String,
    /// carried, or as in `diff`: changed, reconfirmed, answered, withdrawn, not-applicable or evidence-changed.
    pub change: String,
    /// The edition it was carried over from, not confirmed.
    pub carried_from: Option<String>,
    pub reviewed: Option<String>,
    pub reviewed_by: Option<String>,
    /// The parts of the answer that say something else.
    pub differences: Vec<Difference>,
    pub evidence: Evidence,
}

/// What git tells, and what it cannot.
#[derive(Debug, Default)]
pub struct Found {
    pub commits: Vec<CommitOutput>,
    pub notes: Vec<String>,
}

/// Reads the history of a concept. Outside git there is none, and it is said why.
pub fn commits(context: &Context, root: &Path, at_hand: &Side, concept: &str) -> Result<Found, Failure> {
    let repository = match &context.revision {
        Some(revision) => revision.repository.clone(),
        None => match ledger::repository(root) {
            Ok(repository) => repository,
            Err(failure) => {
                let hint = failure.hints.first().map(|hint| format!("; {hint}")).unwrap_or_default();
                // Prose is wrapped, and a path in it would be torn.
                let why = failure.message.replace(&root.display().to_string(), "this workspace");
                return Ok(Found {
                    notes: vec![format!("Who changed it is not told: {why}{hint}.")],
                    ..Found::default()
                });
            }
        },
    };
    let head = match &context.revision {
        Some(revision) => Some(revision.commit),
        None => repository.head()?.commit,
    };
    let Some(head) = head else {
        return Ok(Found { notes: vec!["Nothing is committed here yet.".to_owned()], ..Found::default() });
    };
    let banks = context.banks_anywhere()?;
    let asked = Asked { banks: &banks, standard: at_hand.standard.id(), concept };
    let number = |standard: &str, edition: &str| {
        if standard != asked.standard {
            return None;
        }
        asked.item(edition, |item| item.number.clone())
    };
    let timeline = timeline(&repository, head, &number)?;
    let mut found = Found { commits: committed(context, &repository, root, &asked, &timeline)?, ..Found::default() };
    if context.revision.is_none() && timeline.is_committed {
        let work = context.tree(root)?;
        let committed = repository.workspace_at(head)?;
        let stored = AsStored { work: work.as_ref(), repository: &repository };
        let changes = uncommitted(&asked, &stored, &committed);
        if !changes.is_empty() {
            found.commits.push(CommitOutput {
                commit: None,
                date: None,
                author: None,
                email: None,
                subject: None,
                publication: None,
                changes,
            });
        }
    }
    found.notes = notes(&repository, &timeline)?;
    Ok(found)
}

/// The question whose history is told.
struct Asked<'a> {
    banks: &'a Banks,
    standard: &'a str,
    concept: &'a str,
}

impl Asked<'_> {
    fn item<T>(&self, edition: &str, take: impl FnOnce(&Item) -> T) -> Option<T> {
        let standard = self.banks.find(self.standard, edition)?.standard().ok()?;
        standard.concept(self.concept).map(take)
    }

    /// What was done to the answer in an edition; none where nothing that was said is otherwise.
    fn told(&self, change: &EditionChange) -> Option<ChangeOutput> {
        let (difference, number) = self.item(&change.edition, |item| {
            let difference =
                compare::difference(Some((item, change.before.as_ref())), Some((item, change.after.as_ref())));
            (difference, item.number.clone())
        })?;
        let carried =
            |answer: &Option<crate::model::Answer>| answer.as_ref().and_then(|answer| answer.carried_from.clone());
        let carried_from = carried(&change.after);
        let is_new = carried_from.is_some() && carried_from != carried(&change.before);
        if matches!(difference.change, AnswerChange::Unchanged | AnswerChange::None) && !is_new {
            return None;
        }
        let after = change.after.as_ref();
        Some(ChangeOutput {
            edition: change.edition.clone(),
            number,
            change: if is_new { "carried".to_owned() } else { difference.change.word().to_owned() },
            carried_from,
            reviewed: after.and_then(|answer| answer.reviewed).map(|day| day.to_string()),
            reviewed_by: after.and_then(|answer| answer.reviewed_by.clone()),
            differences: difference.differences.iter().map(Difference::of).collect(),
            evidence: Evidence::of(&difference.evidence),
        })
    }
}

/// Changes and publications in the order of the commits.
fn committed(
    context: &Context,
    repository: &Repository,
    root: &Path,
    asked: &Asked<'_>,
    timeline: &Timeline,
) -> Result<Vec<CommitOutput>, Failure> {
    let order: HashMap<Id, usize> = timeline.commits.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let day = context.day();
    let mut publications: Vec<(Id, Published)> = revision::publications(repository, root, asked.banks)?
        .into_iter()
        .filter(|published| published.date <= day && asked.item(&published.edition, |_| ()).is_some())
        .filter_map(|published| Some((published.commit?, published)))
        .collect();
    let mut found: Vec<(usize, i64, CommitOutput)> = Vec::new();
    let mut add = |id: Id, published: Option<&Published>, changes: Vec<ChangeOutput>| -> Result<(), Failure> {
        let who = repository.authored(id)?;
        // A publication whose commit was squashed or rebased away stands by its time.
        let by_time = || found.iter().rfind(|(_, time, _)| *time <= who.time).map_or(0, |(at, _, _)| *at);
        let at = order.get(&id).copied().unwrap_or_else(by_time);
        let date = Timestamp::from_second(who.time).map_or_else(|_| String::new(), |time| time.to_string());
        let commit = CommitOutput {
            commit: Some(id.to_string()),
            date: Some(date),
            author: Some(who.name),
            email: Some(who.email),
            subject: Some(who.summary),
            publication: published.map(|published| PublishedOutput {
                edition: published.edition.clone(),
                number: published.number.clone(),
                level: published.level.clone(),
                date: published.date.to_string(),
                label: label(asked, published),
            }),
            changes,
        };
        found.push((at, who.time, commit));
        Ok(())
    };
    for event in &timeline.events {
        let changes: Vec<ChangeOutput> = event.changes.iter().filter_map(|change| asked.told(change)).collect();
        let own = publications.iter().position(|(commit, _)| *commit == event.commit);
        let own = own.map(|at| publications.remove(at).1);
        if !changes.is_empty() || own.is_some() {
            add(event.commit, own.as_ref(), changes)?;
        }
    }
    for (commit, published) in &publications {
        // With `--at` what came later is not seen; what was squashed away has no place among the commits.
        let later = |revision: &revision::Revision| !repository.is_within(*commit, revision.commit);
        if !context.revision.as_ref().is_some_and(later) {
            add(*commit, Some(published), Vec::new())?;
        }
    }
    found.sort_by_key(|(at, time, _)| (*at, *time));
    Ok(found.into_iter().map(|(_, _, commit)| commit).collect())
}

fn label(asked: &Asked<'_>, published: &Published) -> String {
    let standard = asked.banks.find(asked.standard, &published.edition).and_then(|bank| bank.standard().ok());
    standard.map_or_else(|| published.level.clone(), |standard| standard.label(&published.level).to_owned())
}

/// What the work tree says otherwise than the last commit.
fn uncommitted(asked: &Asked<'_>, work: &dyn Tree, committed: &dyn Tree) -> Vec<ChangeOutput> {
    let mut editions = answered(work);
    editions.extend(answered(committed));
    editions.sort();
    editions.dedup();
    editions
        .into_iter()
        .filter_map(|edition| {
            let number = asked.item(&edition, |item| item.number.clone())?;
            let before = said_in(committed, &edition, &number);
            let after = said_in(work, &edition, &number);
            asked.told(&EditionChange { edition, before, after })
        })
        .collect()
}

fn notes(repository: &Repository, timeline: &Timeline) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    if !timeline.is_committed {
        notes.push("These files are in no commit yet: who changed them is not told.".to_owned());
    }
    if let Some(end) = timeline.ends.first() {
        let when = day_of(repository.authored(*end)?.time);
        notes.push(format!(
            "This is a shallow clone: who changed it before {when} (commit {}) cannot be seen; {DEEPEN}.",
            short(*end)
        ));
    }
    if let (Some(first), count) = (timeline.unreadable.first(), timeline.unreadable.len()) {
        notes.push(format!(
            "{}, the first of them {}, where a file of answers cannot be read: what was said before is taken to have stood.",
            style::count(count, "commit"),
            short(*first)
        ));
    }
    Ok(notes)
}

fn short(id: Id) -> String {
    id.to_string()[..SHORT].to_owned()
}

/// The day of a moment, in UTC, for people.
fn day_of(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| in_words(time.to_zoned(TimeZone::UTC).date()))
}

/// The commits below the years, oldest first.
pub fn human(out: &mut String, output: &HistoryOfItemOutput, width: usize) {
    if !output.commits.is_empty() {
        let _ = writeln!(out, "\n{}", paint(STRONG, "Who changed it, oldest first"));
    }
    for commit in &output.commits {
        out.push('\n');
        let look = if commit.date.is_some() { STRONG } else { ATTENTION };
        let mut head = paint(look, commit.day());
        if let Some(author) = &commit.author {
            let _ = write!(head, "  {}", one_line(author));
        }
        let _ = writeln!(out, "{}", style::hang(&head, width, 0, 2));
        if let Some(text) = commit.line() {
            let _ = writeln!(out, "{}", paint(QUIET, style::hang(&text, width, 2, 4)));
        }
        if let Some(text) = commit.published() {
            let _ = writeln!(out, "{}", style::hang(&paint(GOOD, text), width, 2, 4));
        }
        for change in &commit.changes {
            let _ = writeln!(out, "{}", style::hang(&paint(STRONG, words(change)), width, 2, 4));
            // What is carried over was said before.
            if change.change == "carried" {
                continue;
            }
            let look = Look { width, styled: true, verbose: false };
            for part in parts(&change.differences, &change.evidence, look) {
                let _ = writeln!(out, "{}", style::hang(&part, width, 4, 6));
            }
        }
    }
    if !output.notes.is_empty() {
        out.push('\n');
    }
    for note in &output.notes {
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&one_line(note), width, 0)));
    }
}

impl CommitOutput {
    fn day(&self) -> String {
        let date = self.date.as_deref().and_then(|date| date.parse::<Timestamp>().ok());
        date.map_or_else(|| "Not committed yet".to_owned(), |date| in_words(date.to_zoned(TimeZone::UTC).date()))
    }

    /// Short name and first line.
    fn line(&self) -> Option<String> {
        let (id, subject) = self.commit.as_ref().zip(self.subject.as_ref())?;
        Some(format!("{} {}", &id[..SHORT], one_line(subject)))
    }

    fn published(&self) -> Option<String> {
        let published = self.publication.as_ref()?;
        Some(one_line(&format!("Published {}/{}: {}", published.edition, published.number, published.label)))
    }
}

/// A commit as a document has it.
pub fn shown(commit: &CommitOutput) -> document::Commit {
    let change = |change: &ChangeOutput| {
        let is_said_before = change.change == "carried";
        let none = Evidence { added: Vec::new(), removed: Vec::new(), refreshed: Vec::new() };
        document::Change {
            words: words(change),
            differences: if is_said_before { Vec::new() } else { change.differences.clone() },
            evidence: if is_said_before { none } else { change.evidence.clone() },
        }
    };
    document::Commit {
        day: commit.day(),
        author: commit.author.clone().unwrap_or_default(),
        subject: commit.line().unwrap_or_default(),
        published: commit.published(),
        changes: commit.changes.iter().map(change).collect(),
    }
}

fn words(change: &ChangeOutput) -> String {
    format!("{} in {}, {}", done(change), one_line(&change.edition), change.number)
}

fn done(change: &ChangeOutput) -> String {
    match change.change.as_str() {
        "carried" => {
            let from = change.carried_from.as_deref().map(|from| format!(" from {}", one_line(from)));
            format!("Carried over{}", from.unwrap_or_default())
        }
        "reconfirmed" => {
            let by = change.reviewed_by.as_deref().map(|by| format!(" by {}", one_line(by)));
            format!("Confirmed{}", by.unwrap_or_default())
        }
        "not-applicable" => "Said to be not applicable".to_owned(),
        "evidence-changed" => "Evidence changed".to_owned(),
        "answered" => "Answered".to_owned(),
        "withdrawn" => "Withdrawn".to_owned(),
        _ => "Changed".to_owned(),
    }
}
