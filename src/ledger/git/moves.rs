//! Where a workspace lay in the commits of a history: a directory may be moved within its repository.

use super::Id;
use super::repository::{GitError, Repository};
use crate::workspace::{ORGANISATION_FILE, PUBLICATIONS};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The places of a workspace along a history: each empty, or ending in `/`.
#[derive(Debug, Default)]
pub(super) struct Places {
    by_commit: HashMap<Id, Arc<str>>,
    /// Where it lay before, newest first.
    former: Vec<Arc<str>>,
}

impl Places {
    pub(super) fn is_empty(&self) -> bool {
        self.by_commit.is_empty()
    }
}

impl Repository {
    /// The same workspace, looked for in each ancestor of a commit where it lay then. Only what the commits between say
    /// counts: one of them took a directory away and put the workspace where it is now.
    pub fn following_moves(&self, head: Id) -> Result<Self, GitError> {
        let mut following = self.clone();
        following.places = Arc::new(places(&self.handle(), head, self.prefix())?);
        Ok(following)
    }

    /// The workspace's path from the top in a commit: empty, or ending in `/`.
    pub fn place_at(&self, commit: Id) -> &str {
        if let Some(place) = self.places.by_commit.get(&commit) {
            return place;
        }
        let former = &self.places.former;
        if former.is_empty() {
            return self.prefix();
        }
        // A commit of another branch, such as one that was squashed.
        let repository = self.handle();
        let mut all = std::iter::once(self.prefix()).chain(former.iter().map(AsRef::as_ref));
        all.find(|place| object(&repository, commit, place, ORGANISATION_FILE).is_some()).unwrap_or(self.prefix())
    }
}

fn places(repository: &git2::Repository, head: Id, prefix: &str) -> Result<Places, GitError> {
    let mut places = Places::default();
    places.by_commit.insert(head, Arc::from(prefix));
    let mut walk = repository.revwalk()?;
    walk.set_sorting(git2::Sort::TOPOLOGICAL)?;
    walk.push(head)?;
    for id in walk {
        let commit = repository.find_commit(id?)?;
        let Some(place) = places.by_commit.get(&commit.id()).cloned() else { continue };
        for parent in commit.parent_ids() {
            if places.by_commit.contains_key(&parent) {
                continue;
            }
            if object(repository, parent, &place, ORGANISATION_FILE).is_some() {
                places.by_commit.insert(parent, place.clone());
            } else if let Some(before) = before_move(repository, commit.id(), parent, &place) {
                let before: Arc<str> = Arc::from(before);
                places.former.push(before.clone());
                places.by_commit.insert(parent, before);
            }
        }
    }
    Ok(places)
}

/// The object at a path of a workspace in a commit.
fn object(repository: &git2::Repository, commit: Id, place: &str, path: &str) -> Option<Id> {
    let tree = repository.find_commit(commit).ok()?.tree().ok()?;
    tree.get_path(Path::new(&format!("{place}{path}"))).ok().map(|entry| entry.id())
}

/// The directory that a commit took away and whose publications, or else whose organisation file, it put into a place
/// where there was none. Where several could be meant none is.
fn before_move(repository: &git2::Repository, commit: Id, parent: Id, place: &str) -> Option<String> {
    let tree = |id| repository.find_commit(id).and_then(|commit| commit.tree());
    let diff = repository.diff_tree_to_tree(Some(&tree(parent).ok()?), Some(&tree(commit).ok()?), None).ok()?;
    let gone = diff.deltas().filter(|delta| delta.status() == git2::Delta::Deleted);
    let paths = gone.filter_map(|delta| delta.old_file().path().and_then(Path::to_str).map(str::to_owned));
    let directories = paths.filter_map(|path| path.strip_suffix(ORGANISATION_FILE).map(str::to_owned));
    let left: Vec<String> = directories.filter(|before| before.is_empty() || before.ends_with('/')).collect();
    [PUBLICATIONS, ORGANISATION_FILE].into_iter().find_map(|path| {
        let there = object(repository, commit, place, path)?;
        let mut same = left.iter().filter(|before| object(repository, parent, before, path) == Some(there));
        same.next().filter(|_| same.next().is_none()).cloned()
    })
}
