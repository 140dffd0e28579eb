//! One year's answers with their verdict: what `diff` and `history` put side by side.

use super::context::Context;
use super::error::Failure;
use super::ledger;
use super::opened::Opened;
use super::revision::Revision;
use crate::assess::{self, Assessment, Case};
use crate::compare;
use crate::diagnostic::render::one_line;
use crate::ledger::git::{AsStored, Repository};
use crate::ledger::record::bare;
use crate::lint;
use crate::model::{Answers, Evidence, Organisation, Standard};
use crate::tree::{Entry, Tree};
use crate::workspace::Scope;
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::Arc;

/// An edition's answers, judged.
#[derive(Debug)]
pub struct Side {
    /// How the user spells it.
    pub label: String,
    pub organisation: Organisation,
    pub standard: Arc<Standard>,
    pub answers: Answers,
    pub assessment: Assessment,
    /// The day it is judged on.
    pub day: Date,
    /// The files it was read from.
    pub tree: Box<dyn Tree>,
    /// The commit whose files they are; none for those of the work tree.
    revision: Option<Revision>,
    root: PathBuf,
}

impl Side {
    /// Reads an edition of the work tree, or of what `--at` names, and judges it on the day at hand.
    pub fn of_edition(context: &Context, edition: &str) -> Result<Self, Failure> {
        let opened = context.open(Scope::Edition(Some(edition)))?;
        Self::judge(context, opened, edition, edition.to_owned(), context.day())
    }

    /// Reads an edition as a revision has it. A publication is judged on its own date, unless `--as-of` says otherwise.
    pub fn of_revision(context: &Context, revision: &Revision, edition: &str) -> Result<Self, Failure> {
        let own = revision.publication.as_ref().filter(|_| context.global.as_of.is_none());
        let day = own.map_or(context.day(), |published| published.date);
        let label = match &revision.publication {
            Some(published) => published.id(),
            None => format!("{edition} at {}", revision.shown()),
        };
        let (root, tree) = revision.workspace()?;
        let opened = context.open_tree(root, Box::new(tree), Some(revision), Scope::Edition(Some(edition)))?;
        Self::judge(context, opened, edition, label, day)
    }

    /// Judges one edition of what was opened, by the profile and the history that lie beside it.
    fn judge(context: &Context, opened: Opened, edition: &str, label: String, day: Date) -> Result<Self, Failure> {
        opened.require_sound(context)?;
        let workspace = &opened.workspace;
        let Some(found) = workspace.answers.iter().find(|answers| answers.edition == edition) else {
            return Err(match &opened.revision {
                None => no_answers(edition),
                Some(revision) => {
                    Failure::new(format!("there are no answers for {} in {}", one_line(edition), revision.shown()))
                }
            });
        };
        let answers = found.decoded.value.clone();
        let bank = opened.banks.find(&answers.standard, edition).ok_or_else(|| {
            Failure::new(format!(
                "{}: there is no question bank for {} {}",
                workspace.file(found.file).path,
                one_line(&answers.standard),
                one_line(edition)
            ))
            .hint("`dspt standards` lists the editions")
        })?;
        let standard = bank.standard()?;
        let history = lint::history_of(workspace, &standard);
        let plan = workspace.plans.iter().find(|plan| plan.edition == edition).map(|plan| &plan.decoded.value);
        let document = plan.and_then(|plan| plan.document.as_deref());
        let organisation = opened.organisation();
        let assessment = assess::assess(Case {
            standard: &standard,
            organisation: &organisation,
            answers: &answers,
            plan,
            plan_document: document.is_some_and(|path| matches!(opened.tree.entry(path), Ok(Entry::File { .. }))),
            history: &history,
            day,
        });
        let Opened { tree, revision, root, .. } = opened;
        Ok(Self { label, organisation, standard, answers, assessment, day, tree, revision, root })
    }

    pub fn compared(&self) -> compare::Side<'_> {
        compare::Side { standard: &self.standard, answers: &self.answers, assessment: &self.assessment }
    }

    /// Another edition from the same files, judged on the same day.
    pub fn beside(&self, context: &Context, edition: &str) -> Result<Self, Failure> {
        match &self.revision {
            Some(revision) => Self::of_revision(context, revision, edition),
            None => Self::of_edition(context, edition),
        }
    }

    fn documents(&mut self) -> impl Iterator<Item = &mut Evidence> {
        self.answers.answers.values_mut().flat_map(|answer| answer.evidence.iter_mut().flatten())
    }

    /// The digest of a document: that of the file that lies there, or the one that the answers state, first of all where
    /// two editions may share a file that was replaced since.
    /// In the work tree that is the digest of what git stores of it.
    fn digest(&self, document: &Evidence, stated_first: bool, repository: Option<&Repository>) -> Option<String> {
        let stated = || document.sha256.as_deref().map(|digest| bare(digest).to_ascii_lowercase());
        let repository = repository.filter(|_| self.revision.is_none());
        let actual = || {
            let file = document.file.as_deref()?;
            match repository {
                Some(repository) => AsStored { work: self.tree.as_ref(), repository }.sha256(file).ok(),
                None => self.tree.sha256(file).ok(),
            }
        };
        if stated_first || document.is_private() { stated().or_else(actual) } else { actual().or_else(stated) }
    }
}

/// Fills in the digests of documents that both sides keep in the same place, so that a file that was replaced shows.
pub fn fill_digests(old: &mut Side, new: &mut Side) {
    let places =
        |side: &mut Side| -> Vec<String> { side.documents().filter_map(|document| document.file.clone()).collect() };
    let stated_first = old.revision.is_none() && new.revision.is_none();
    let theirs = places(new);
    let mut shared: Vec<String> = places(old).into_iter().filter(|path| theirs.contains(path)).collect();
    shared.sort();
    shared.dedup();
    if shared.is_empty() {
        return;
    }
    let repository = ledger::repository(&new.root).ok();
    for path in shared {
        let same = old.tree.object(&path).is_some_and(|object| Some(object) == new.tree.object(&path));
        for side in [&mut *old, &mut *new] {
            let own = |document: &Evidence| document.file.as_deref() == Some(path.as_str());
            let found = side.documents().find(|document| own(document)).cloned();
            // The same object has the same digest, whichever it is.
            let digest = if same {
                None
            } else {
                found.and_then(|document| side.digest(&document, stated_first, repository.as_ref()))
            };
            side.documents().filter(|document| own(document)).for_each(|document| document.sha256.clone_from(&digest));
        }
    }
}

/// There is nothing to read for an edition.
pub fn no_answers(edition: &str) -> Failure {
    let edition = one_line(edition);
    Failure::new(format!("there are no answers for {edition}: assessments/{edition}.toml or .yaml is missing"))
        .hint("`dspt rollover --to EDITION` writes them from another year's; `dspt standards` lists the editions")
}
