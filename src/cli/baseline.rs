//! `--baseline`: the same workspace at an earlier revision, so that a check complains only of what got worse since.
//!
//! Both sides are judged by today's banks, so that only what people did and the time that passed make a difference. The
//! earlier side is judged on its own day, the publication's date or that of the commit: what was in order then and has run out since got worse.
//! `--baseline-on` names another day; a pull request judges both sides on one day, so that it answers for what it
//! changes and not for the calendar.

use super::context::Context;
use super::error::Failure;
use super::ledger;
use super::opened::Opened;
use super::revision::publication;
use crate::assess::{self, Assessment, Case};
use crate::diagnostic::Finding;
use crate::diagnostic::render::{Findings, one_line};
use crate::ledger::git::{Id, Repository, RevisionTree};
use crate::library::Libraries;
use crate::lint::baseline::{Against, EXPIRY, against};
use crate::lint::{self, Known, LintResult, Setting};
use crate::model::Standard;
use crate::tree::{Entry, Tree as _};
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use clap::Args;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

#[derive(Debug, Default, Args)]
pub struct BaselineArgs {
    /// Complain only of what got worse since a publication or a git revision, such as origin/main
    #[arg(long, value_name = "REF")]
    pub baseline: Option<String>,
    /// The day to judge REF on [default: the publication's date, or the day of the commit]
    #[arg(long, value_name = "DATE", requires = "baseline")]
    pub baseline_on: Option<Date>,
}

/// The earlier side of one workspace.
#[derive(Debug)]
pub struct Base {
    /// The revision as the user wrote it.
    pub revision: String,
    pub day: Date,
    /// Empty where the revision does not hold the workspace yet.
    pub workspace: Workspace,
    pub result: LintResult,
    /// None where the revision does not hold the workspace yet.
    tree: Option<RevisionTree>,
}

impl BaselineArgs {
    /// Reads and lints a workspace as the revision has it; none where no revision is named.
    pub fn open(&self, context: &Context, opened: &Opened, in_full: &[String]) -> Result<Option<Base>, Failure> {
        let Some(revision) = &self.baseline else { return Ok(None) };
        let repository = ledger::repository(&opened.root)?;
        let published = publication(&repository, &opened.root, &opened.banks, revision, Some(context.day()))?;
        let (commit, then) = match &published {
            Some(published) => {
                let Some(commit) = published.commit else { return Err(unknown(&repository, revision)) };
                (commit, Some(published.date))
            }
            None => {
                let Some(commit) = repository.resolve(revision) else { return Err(unknown(&repository, revision)) };
                let time = jiff::Timestamp::from_second(repository.commit(commit)?.time).ok();
                (commit, time.map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date()))
            }
        };
        // No side is judged on a day that has not come.
        let day = self.baseline_on.or(then).map_or(context.day(), |day| day.min(context.day()));
        let tree = repository.workspace_at(commit)?;
        let mut base = Base {
            revision: revision.clone(),
            day,
            workspace: Workspace::default(),
            result: LintResult::default(),
            tree: None,
        };
        if matches!(tree.entry(ORGANISATION_FILE), Ok(Entry::File { .. })) {
            base.workspace = Workspace::load(&tree, Scope::All);
            base.workspace.edition.clone_from(&opened.workspace.edition);
            base.workspace.libraries = libraries_then(&repository, commit, opened);
            let setting = Setting { tree: &tree, banks: &opened.banks, now: day.into(), in_full };
            // What git knew then: a publication that was altered before is no news now.
            let knew = ledger::facts_at(&repository, commit, &tree, &base.workspace, &opened.banks, day);
            let known = Known { ledger: knew.as_ref(), beside: None };
            base.result = lint::lint(&base.workspace, setting, known)?;
            base.tree = Some(tree);
        }
        Ok(Some(base))
    }
}

/// The libraries of shared answers as the revision has them, where they lie in the same repository; else today's.
fn libraries_then(repository: &Repository, commit: Id, opened: &Opened) -> Option<Arc<Libraries>> {
    let today = opened.workspace.libraries.as_ref()?;
    let directory = super::answer::shared::directory(&opened.root)?;
    let then = repository.around(&directory).and_then(|around| around.workspace_at(commit));
    Some(then.map_or_else(|_| Arc::clone(today), |tree| Arc::new(Libraries::load(&tree))))
}

fn unknown(repository: &Repository, revision: &str) -> Failure {
    let failure =
        Failure::new(format!("there is no publication and no git revision called \"{}\"", one_line(revision)));
    if repository.is_shallow() {
        failure.hint("this clone is shallow: `git fetch --unshallow --tags` fetches the rest (in CI: fetch-depth: 0)")
    } else {
        failure.hint("--baseline takes a publication, or what git takes: a branch such as origin/main, a tag, HEAD~1")
    }
}

/// What a workspace was, and what is worse than it was.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorseOutput {
    /// The revision compared with.
    pub revision: String,
    /// The day that it was judged on.
    pub judged_on: String,
    /// The level reached then.
    pub level: Option<String>,
    /// Whether a lower level is reached now.
    pub level_dropped: bool,
    /// Items that a level asks for, that counted then and do not count now.
    pub newly_missing: Vec<NewlyMissing>,
    /// What has run out since.
    pub newly_expired: Vec<NewlyExpired>,
    /// Findings that are new, what has run out among them.
    pub new_findings: crate::diagnostic::Summary,
    /// Findings of then that are there no longer.
    pub mended: usize,
    /// Whether level, items or dates got worse.
    pub worse: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct NewlyMissing {
    pub number: String,
    pub reason: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct NewlyExpired {
    pub rule: String,
    pub item: Option<String>,
    pub file: String,
    pub line: u32,
    pub message: String,
}

impl Base {
    /// Today's findings against those of the revision.
    pub fn against(&self, now: Findings<'_>) -> Against {
        against(now, self.findings())
    }

    fn findings(&self) -> Findings<'_> {
        Findings {
            findings: &self.result.findings,
            workspace: &self.workspace,
            root: ".",
            secrets: &self.result.secrets,
        }
    }

    /// The verdict on the same edition then; none where it had no answers yet.
    fn assess(&self, standard: &Standard) -> Option<Assessment> {
        let tree = self.tree.as_ref()?;
        let workspace = &self.workspace;
        let of_edition = |edition: &String| edition == standard.edition();
        let answers = workspace.answers.iter().find(|answers| of_edition(&answers.edition))?;
        let plan = workspace.plans.iter().find(|plan| of_edition(&plan.edition)).map(|plan| &plan.decoded.value);
        let document = plan.and_then(|plan| plan.document.as_deref());
        let (_, organisation) = workspace.organisation.as_ref()?;
        Some(assess::assess(Case {
            standard,
            organisation: &organisation.value,
            answers: &answers.decoded.value,
            plan,
            plan_document: document.is_some_and(|path| matches!(tree.entry(path), Ok(Entry::File { .. }))),
            history: &lint::history_of(workspace, standard),
            day: self.day,
        }))
    }

    /// What is worse now. A workspace or an edition that is new since then has nothing to be worse than.
    pub fn worse(&self, standard: &Standard, now: &Assessment, findings: Findings<'_>) -> WorseOutput {
        let then = self.assess(standard);
        let against = self.against(findings);
        let new = || findings.findings.iter().zip(&against.is_new).filter(|(_, is_new)| **is_new).map(|(new, _)| new);
        let mut newly_missing = Vec::new();
        if let Some(then) = &then {
            for ((item, before), after) in standard.items.iter().zip(&then.items).zip(&now.items) {
                let asked = (0..standard.levels.len()).any(|level| standard.asks(level, item));
                if asked && before.state.counts() && !after.state.counts() {
                    let reason = after.gap.as_ref().map_or_else(|| "not answered".to_owned(), assess::Gap::words);
                    newly_missing.push(NewlyMissing { number: item.number.clone(), reason });
                }
            }
        }
        let expired = |finding: &&Finding| then.is_some() && EXPIRY.contains(&finding.rule);
        let newly_expired: Vec<NewlyExpired> = new()
            .filter(expired)
            .map(|finding| NewlyExpired {
                rule: finding.rule.to_owned(),
                item: finding.item.clone(),
                file: finding.place.file.clone(),
                line: finding.place.start.line,
                message: finding.message.clone(),
            })
            .collect();
        let level = then.as_ref().and_then(|then| then.reached);
        let level_dropped = then.is_some() && now.reached < level;
        WorseOutput {
            revision: self.revision.clone(),
            judged_on: self.day.to_string(),
            level: level.map(|level| standard.levels[level].id.clone()),
            level_dropped,
            worse: level_dropped || !newly_missing.is_empty() || !newly_expired.is_empty(),
            newly_missing,
            newly_expired,
            new_findings: crate::diagnostic::Summary::of(new()),
            mended: against.mended,
        }
    }
}
