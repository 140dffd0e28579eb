//! What git must hold: the workspace committed, earlier publications at hand, nothing changed since.

use super::{Gate, Situation, count, line_of};
use crate::ledger::git::{Change, ChangeKind};
use crate::ledger::{listing, record};
use crate::model::organisation::fits_git_ref;
use crate::source::Pointer;
use crate::tree::{Entry, Tree as _};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, ORGANISATION_FILE, PUBLICATIONS, TOOLKIT_FILE};

pub(super) fn in_git(situation: Situation<'_>) -> Gate {
    let name = "git";
    let code = &situation.organisation.ods_code;
    if !fits_git_ref(code) {
        let line =
            line_of(situation.workspace, ORGANISATION_FILE, &Pointer::root().key("organisation").key("ods_code"));
        return Gate::fail(name, format!("the ODS code \"{code}\" cannot stand in the name of a git tag"))
            .at(ORGANISATION_FILE, line);
    }
    if situation.head.commit.is_none() {
        return Gate::fail(name, "nothing is committed yet: `git add` and `git commit` the workspace first");
    }
    match situation.head.branch() {
        Some(branch) => Gate::pass(name, format!("on the branch {branch}")),
        None => Gate::pass(name, "on a detached head: no branch will lead to the publication, only its tag"),
    }
}

/// Whether every publication that a tag names is in the history at hand, and nothing is in the way of the next tag.
pub(super) fn history(situation: Situation<'_>) -> Gate {
    let name = "history";
    let family = record::tag_family(situation.banks, situation.standard.id());
    let organisation = situation.organisation;
    let tags = situation.repository.tags(family);
    let edition = situation.standard.edition();
    // A reference cannot be both a tag and the directory of others.
    let ways = [family.to_owned(), format!("{family}/{}", organisation.ods_code)];
    let ways = ways.into_iter().chain([format!("{family}/{}/{edition}", organisation.ods_code)]);
    if let Some(way) = ways.into_iter().find(|way| tags.contains(way)) {
        return Gate::fail(
            name,
            format!(
                "there is a tag named {way}, so that git can make no tag below it: rename it, \
                 `git tag {way}-old {way}` and `git tag -d {way}`"
            ),
        );
    }
    let mut codes = std::iter::once(&organisation.ods_code).chain(&organisation.former_codes);
    // What was only deleted in the work tree is in the history: gate `clean` tells how it is put back.
    let committed = situation.head.commit.and_then(|commit| situation.repository.workspace_at(commit).ok());
    let committed = committed.map(|tree| listing::names(&tree)).unwrap_or_default();
    let is_here = |tagged: &listing::Tagged| {
        let named = |edition: &str, number: &str| (edition, number) == (&tagged.edition, &tagged.number);
        situation.records.iter().any(|record| named(&record.edition, &record.number))
            || committed.iter().any(|(edition, number)| named(edition, number))
    };
    let absent = codes.find_map(|code| {
        let absent = listing::tagged(&tags, family, code).into_iter().find(|tagged| !is_here(tagged));
        absent.map(|tagged| tagged.name)
    });
    match absent {
        Some(tag) => Gate::fail(
            name,
            format!(
                "{tag} is a publication that is not in the history here: merge the branch that holds it \
                 (`git merge {tag}`); if it was taken back before anybody saw it, `git tag -d {tag}`"
            ),
        ),
        None if situation.records.is_empty() => Gate::pass(name, "nothing was published before"),
        None => Gate::pass(name, format!("{} before this one", count(situation.records.len(), "publication"))),
    }
}

/// Whether a change is to a file of this workspace that publishing rests on.
fn concerns(situation: Situation<'_>, change: &Change) -> bool {
    let path = change.path.as_str();
    let nested = path.match_indices('/').any(|(at, _)| {
        matches!(situation.tree.entry(&format!("{}/{ORGANISATION_FILE}", &path[..at])), Ok(Entry::File { .. }))
    });
    if nested {
        return false;
    }
    let below = |directory: &str| path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
    let rests = || {
        record::rests_on(situation.workspace, situation.standard.edition())
            .iter()
            .any(|file| !file.private && file.path == path)
    };
    path == ORGANISATION_FILE
        || [ASSESSMENTS, ACTION_PLANS, PUBLICATIONS].into_iter().any(below)
        || (below("evidence") && change.kind != ChangeKind::Untracked)
        || rests()
}

pub(super) fn clean(situation: Situation<'_>) -> Gate {
    let name = "clean";
    let changes = match situation.repository.changes() {
        Ok(changes) => changes,
        Err(error) => {
            let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            return Gate::fail(name, format!("{}{hint}", error.message));
        }
    };
    let own: Vec<&Change> = changes.iter().filter(|change| concerns(situation, change)).collect();
    if let Some(first) = own.first() {
        let more = if own.len() > 1 { format!(" (and {} more)", own.len() - 1) } else { String::new() };
        let (path, words) = (&first.path, first.kind.words());
        // Committing an altered record would make it fail for ever.
        let is_record = path.starts_with(PUBLICATIONS) && path != TOOLKIT_FILE;
        let what = match first.kind {
            ChangeKind::Changed | ChangeKind::Deleted if is_record => {
                format!("what was published is never changed: `git checkout HEAD -- {path}` puts it back")
            }
            _ => "commit it, then publish".to_owned(),
        };
        return Gate::fail(name, format!("{path} {words}{more}: {what}")).at(path.clone(), 1);
    }
    // What git ignores shows no change: it must be in the commit all the same.
    let committed = situation.head.commit.and_then(|commit| situation.repository.workspace_at(commit).ok());
    let own = record::rests_on(situation.workspace, situation.standard.edition());
    let missing =
        own.iter().filter(|file| !file.private && situation.workspace.files.iter().any(|own| own.path == file.path));
    for file in missing {
        let there = committed.as_ref().is_some_and(|tree| matches!(tree.entry(&file.path), Ok(Entry::File { .. })));
        if !there {
            return Gate::fail(name, format!("{} is not in git: `git add` and commit it", file.path))
                .at(file.path.clone(), 1);
        }
    }
    let others = changes.len();
    Gate::pass(
        name,
        if others == 0 {
            "the workspace's files are committed".to_owned()
        } else {
            format!("the workspace's files are committed; {} elsewhere stay as they are", count(others, "change"))
        },
    )
}
