//! One client, read and judged, as `dspt status` in its own directory would judge it.

use super::Client;
use crate::assess::{Assessment, Case, Edition, Standing, assess, edition_standing, publication_standing};
use crate::bank::Banks;
use crate::export::calendar;
use crate::ledger::git::Repository;
use crate::ledger::{listing, record, said};
use crate::library::Libraries;
use crate::lint::{self, LintResult};
use crate::model::{ActionPlan, Answers, History, Organisation, Record, Standard};
use crate::tree::{Entry, Tree, TreeError};
use crate::workspace::{Editioned, ORGANISATION_FILE, Scope, Workspace};
use jiff::civil::{Date, DateTime};
use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// The banks of a client that brings its own: from its directory and those that its organisation file names.
pub type OwnBanks<'a> = &'a (dyn Fn(&Path, &Workspace) -> Result<Banks, String> + Sync);

/// What judging a client needs besides its files.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The banks of everybody.
    pub banks: &'a Banks,
    pub own_banks: OwnBanks<'a>,
    /// The shared answers beside the portfolio.
    pub libraries: Option<&'a Arc<Libraries>>,
    /// The edition asked for; else the newest that has answers.
    pub edition: Option<&'a str>,
    pub now: DateTime,
}

impl<'a> Setting<'a> {
    /// A client's files, with the shared answers that its own may have come from.
    pub fn load(self, tree: &dyn Tree, scope: Scope<'_>) -> Workspace {
        let mut workspace = Workspace::load(tree, scope);
        workspace.libraries = self.libraries.cloned();
        if let Some(edition) = self.edition {
            workspace.edition = Some(edition.to_owned());
        }
        workspace
    }

    /// The banks that judge a workspace.
    pub fn banks_of(self, root: &Path, workspace: &Workspace) -> Result<Cow<'a, Banks>, String> {
        let own = workspace.organisation.as_ref().is_some_and(|(_, decoded)| !decoded.value.standards.is_empty());
        if own { (self.own_banks)(root, workspace).map(Cow::Owned) } else { Ok(Cow::Borrowed(self.banks)) }
    }
}

/// A client with everything that was found out about it.
pub struct Judged<'a> {
    pub workspace: Workspace,
    pub banks: Cow<'a, Banks>,
    pub standard: Arc<Standard>,
    pub edition: Edition,
    pub history: History,
    pub standing: Standing,
    pub assessment: Assessment,
    pub lint: LintResult,
    /// Whether anything is said otherwise than in the last publication of this edition here.
    pub changed: bool,
    /// Whether git was asked, so that more than files decided.
    pub asked_git: bool,
    pub day: Date,
}

/// Why a client cannot be judged, and what could be read of it all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unjudged {
    pub ods_code: Option<String>,
    pub name: Option<String>,
    pub edition: Option<String>,
    pub error: String,
}

impl Judged<'_> {
    pub fn organisation(&self) -> &Organisation {
        static NOBODY: LazyLock<Organisation> = LazyLock::new(Organisation::default);
        self.workspace.organisation.as_ref().map_or(&NOBODY, |(_, decoded)| &decoded.value)
    }

    /// Only a workspace with answers for the edition at hand is judged.
    pub fn answers(&self) -> &Answers {
        static NOTHING: LazyLock<Answers> = LazyLock::new(Answers::default);
        at_hand(&self.workspace).map_or(&NOTHING, |answers| &answers.decoded.value)
    }

    pub fn plan(&self) -> Option<&ActionPlan> {
        plan(&self.workspace)
    }

    /// The days that matter to the client, the first first.
    pub fn days(&self) -> Vec<calendar::Entry> {
        calendar::entries(calendar::Source {
            organisation: self.organisation(),
            standard: &self.standard,
            edition: &self.edition,
            answers: self.answers(),
            plan: self.plan(),
            assessment: &self.assessment,
            history: &self.history,
            standing: &self.standing,
            day: self.day,
        })
    }
}

fn at_hand(workspace: &Workspace) -> Option<&Editioned<Answers>> {
    workspace.answers.iter().find(|answers| Some(&answers.edition) == workspace.edition.as_ref())
}

fn plan(workspace: &Workspace) -> Option<&ActionPlan> {
    let found = workspace.plans.iter().find(|plan| Some(&plan.edition) == workspace.edition.as_ref());
    found.map(|plan| &plan.decoded.value)
}

/// Reads a client's files and judges them.
pub fn judge<'a>(client: &Client, tree: &dyn Tree, setting: Setting<'a>) -> Result<Judged<'a>, Unjudged> {
    if tree.entry(ORGANISATION_FILE) == Err(TreeError::Missing) {
        let error = format!("there is no {ORGANISATION_FILE} in {}", client.path);
        return Err(Unjudged { error, ..Unjudged::default() });
    }
    let workspace = setting.load(tree, Scope::Edition(setting.edition));
    let unjudged = |error: String| {
        let organisation = workspace.organisation.as_ref().map(|(_, decoded)| &decoded.value);
        let said = |text: fn(&Organisation) -> &String| organisation.map(text).filter(|text| !text.is_empty()).cloned();
        Unjudged {
            ods_code: said(|organisation| &organisation.ods_code),
            name: said(|organisation| &organisation.name),
            edition: workspace.edition.clone(),
            error,
        }
    };
    if let Some(error) = unclear(&workspace) {
        return Err(unjudged(error));
    }
    let banks = setting.banks_of(&client.root, &workspace).map_err(unjudged)?;
    let Some(answers) = at_hand(&workspace) else {
        return Err(unjudged(match setting.edition {
            Some(edition) => format!("there are no answers for {edition}"),
            None => "there are no answers yet".to_owned(),
        }));
    };
    let said = &answers.decoded.value;
    let Some(bank) = banks.find(&said.standard, &answers.edition) else {
        let path = &workspace.file(answers.file).path;
        let standard = if said.standard.is_empty() { "an unnamed standard" } else { &said.standard };
        return Err(unjudged(format!("{path}: there is no question bank for {standard} {}", answers.edition)));
    };
    let standard = bank.standard().map_err(|error| unjudged(error.to_string()))?;
    let heads = banks.heads(standard.id());
    let history = lint::history_of(&workspace, &standard);
    let day = setting.now.date();
    let standing = publication_standing(&history, &heads, day);
    let Some(edition) = edition_standing(&heads, standard.edition()) else {
        return Err(unjudged(format!("the edition {} has no dates", standard.edition())));
    };
    let reading = lint::Setting { tree, banks: &banks, now: setting.now, in_full: &[] };
    let lint = lint::lint(&workspace, reading, lint::Known::default()).map_err(|error| unjudged(error.to_string()))?;
    let nobody = Organisation::default();
    let organisation = workspace.organisation.as_ref().map_or(&nobody, |(_, decoded)| &decoded.value);
    let plan = plan(&workspace);
    let document = plan.and_then(|plan| plan.document.as_deref());
    let assessment = assess(Case {
        standard: &standard,
        organisation,
        answers: said,
        plan,
        plan_document: document.is_some_and(|path| matches!(tree.entry(path), Ok(Entry::File { .. }))),
        history: &history,
        day,
    });
    let last = last_record(tree, standard.edition(), day).filter(|_| !workspace.records.is_empty());
    let asked_git = last.as_ref().is_some_and(|last| !record::is_as_listed(tree, &last.edition, &last.number));
    let changed = asked_git
        && last.is_some_and(|last| changed(&client.root, tree, &banks, &last, organisation, said).unwrap_or(false));
    Ok(Judged { workspace, banks, standard, edition, history, standing, assessment, lint, changed, asked_git, day })
}

/// What makes it unclear what holds: the first finding, with its place.
pub(super) fn unclear(workspace: &Workspace) -> Option<String> {
    const UNCLEAR: [&str; 5] = ["duplicate-key", "two-answer-files", "syntax-error", "merge-conflict", "newer-format"];
    let broken = !workspace.problems.is_empty()
        || workspace
            .files
            .iter()
            .any(|file| file.document.damaged || file.faults.iter().any(|fault| UNCLEAR.contains(&fault.rule)));
    if !broken {
        return None;
    }
    let found = lint::unreadable(workspace);
    let worst = found.findings.iter().max_by_key(|finding| (UNCLEAR.contains(&finding.rule), finding.severity));
    Some(worst.map_or_else(
        || "its files cannot be read whole".to_owned(),
        |finding| {
            let place = &finding.place;
            format!("{}:{}:{}: {}", place.file, place.start.line, place.start.column, finding.message)
        },
    ))
}

/// The last publication of an edition here.
fn last_record(tree: &dyn Tree, edition: &str, day: Date) -> Option<Record> {
    let mut records = listing::records(tree).into_iter().filter_map(|found| found.record.ok());
    records.rfind(|record| record.date <= day && record.edition == edition)
}

/// Whether anything is said otherwise than in a publication; none where that cannot be found out.
///
/// Where every file that the publication rests on has the bytes it had, nothing can be, and git need not be asked.
fn changed(
    root: &Path,
    tree: &dyn Tree,
    banks: &Banks,
    last: &Record,
    organisation: &Organisation,
    answers: &Answers,
) -> Option<bool> {
    let repository = Repository::open_around(root).ok()?;
    let tag = record::tag_name(banks, &last.standard, &last.ods_code, &last.edition, &last.number);
    let path = record::record_path(&last.edition, &last.number);
    let head = repository.head().ok()?.commit?;
    let commit = repository.tag(&tag).map(|tag| tag.commit);
    let commit = commit.or_else(|| listing::commit_that_added(&repository, head, &path))?;
    let then = listing::said_at(&repository.workspace_at(commit).ok()?, &last.edition)?;
    Some(!then.differences(&said::said(organisation, answers, tree)).is_empty())
}
