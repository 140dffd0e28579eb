//! The portal sheet: found here is what it is marked against, the publication that was entered last.

use super::Export;
use crate::cli::error::Failure;
use crate::cli::{ledger, publications, publish};
use crate::export::portal::{self as document, Entered, Portal, Source};
use crate::ledger::git::{AsStored, RevisionTree};
use crate::ledger::{listing, record};
use crate::model::{Answers, Standard, ToolkitEntry};
use crate::tree::Tree;
use crate::workspace::{Scope, Workspace};
use std::sync::Arc;

pub(super) fn html(export: &Export) -> Result<Vec<u8>, Failure> {
    let page = document::html(&sheet(export)?).map_err(|error| Failure::new(error.to_string()))?;
    Ok(page.into_bytes())
}

pub(super) fn text(export: &Export) -> Result<Vec<u8>, Failure> {
    Ok(document::text(&sheet(export)?).into_bytes())
}

fn sheet(export: &Export) -> Result<Portal, Failure> {
    let judgement = &export.judgement;
    let day = judgement.opened.now.date();
    let records = publish::records(judgement)?;
    let edition = judgement.standard.edition();
    let record = records.iter().rfind(|record| record.edition == edition && record.date <= day);
    let changed = publications::changed(judgement).unwrap_or_default();
    let toolkit: Vec<ToolkitEntry> = listing::toolkit(judgement.opened.tree.as_ref())
        .into_iter()
        .filter(|entry| entry.void.is_none() && entry.date <= day)
        .collect();
    let before = before(export, &toolkit);
    let entered = before.as_ref().map(|before| Entered {
        entry: &before.entry,
        standard: &before.standard,
        answers: &before.answers,
        tree: &before.tree,
    });
    let plan = judgement.plan().filter(|_| judgement.plan_document);
    // What was published has the digests of what git stores: so has what is held against it.
    let opened = &judgement.opened;
    let repository = ledger::repository(&opened.root).ok().filter(|_| opened.revision.is_none());
    let stored = repository.as_ref().map(|repository| AsStored { work: opened.tree.as_ref(), repository });
    let tree = stored.as_ref().map_or(opened.tree.as_ref(), |stored| stored as &dyn Tree);
    let portal = Portal::new(Source {
        organisation: &judgement.organisation,
        standard: &judgement.standard,
        answers: judgement.answers(),
        assessment: &export.assessment,
        tree,
        record,
        changed,
        entered: entered.as_ref(),
        toolkit: &toolkit,
        plan_document: plan.and_then(|plan| plan.document.as_deref()),
        now: judgement.opened.now,
    });
    let items: Vec<&str> = export.items.iter().map(|at| judgement.standard.items[*at].number.as_str()).collect();
    Ok(portal.only(|number| items.contains(&number)))
}

/// What was entered on the web site last.
struct Before {
    entry: ToolkitEntry,
    standard: Arc<Standard>,
    answers: Answers,
    tree: RevisionTree,
}

/// The newest entry that names a publication of ours which can still be read, with that publication.
fn before(export: &Export, toolkit: &[ToolkitEntry]) -> Option<Before> {
    let opened = &export.judgement.opened;
    let entry = toolkit.iter().filter(|entry| entry.record.is_some()).max_by_key(|entry| entry.date)?;
    let (edition, number) = entry.record.as_deref()?.split_once('/')?;
    let found = listing::find(opened.tree.as_ref(), edition, number)?.record.ok()?;
    let repository = ledger::repository(&opened.root).ok()?;
    let tag = record::tag_name(&opened.banks, &found.standard, &found.ods_code, edition, number);
    let commit = repository.tag(&tag).map(|tag| tag.commit).or_else(|| {
        let head = repository.head().ok()?.commit?;
        listing::commit_that_added(&repository, head, &record::record_path(edition, number))
    })?;
    let tree = repository.workspace_at(commit).ok()?;
    let mut workspace = Workspace::load(&tree, Scope::Edition(Some(edition)));
    let at = workspace.answers.iter().position(|answers| answers.edition == edition)?;
    let answers = workspace.answers.swap_remove(at).decoded.value;
    let standard = opened.banks.find(&found.standard, edition)?.standard().ok()?;
    Some(Before { entry: entry.clone(), standard, answers, tree })
}
