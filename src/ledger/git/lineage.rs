//! A history read once for the many workspaces that lie in it.
//!
//! What is asked of each workspace is when its publications changed, and which commits came before which. Asked one by
//! one, every workspace has every commit looked at; here each commit is, once, and of its trees only what differs from
//! its parents'.

use super::Id;
use crate::workspace::PUBLICATIONS;
use git2::{ObjectType, Repository, Sort};
use std::collections::HashMap;
use std::rc::Rc;

/// Directories of earlier commits that are kept at hand: most commits share them with their parents.
const KEPT: usize = 4096;

/// The commits reachable from one.
#[derive(Debug)]
pub(super) struct Lineage {
    pub(super) head: Id,
    /// Ancestors first.
    commits: Vec<Commit>,
    at: HashMap<Id, usize>,
    /// The commits that changed what was published, by the workspace's path from the top.
    publishing: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Commit {
    id: Id,
    parents: Vec<usize>,
    /// Whether only first parents lead to it from the head.
    is_on_trunk: bool,
}

/// A directory's names with their objects, and which of them are directories.
type Names = Rc<HashMap<Box<[u8]>, (Id, bool)>>;

impl Lineage {
    pub(super) fn of(repository: &Repository, head: Id) -> Result<Self, git2::Error> {
        let mut walk = repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        walk.push(head)?;
        let mut made = Self { head, commits: Vec::new(), at: HashMap::new(), publishing: HashMap::new() };
        let mut directories = Directories { repository, kept: HashMap::new() };
        let mut trees: Vec<Id> = Vec::new();
        for id in walk {
            let commit = repository.find_commit(id?)?;
            let parents: Vec<usize> = commit.parent_ids().filter_map(|parent| made.at.get(&parent).copied()).collect();
            let at = made.commits.len();
            let before: Vec<Id> = parents.iter().map(|parent| trees[*parent]).collect();
            let mut changed = Vec::new();
            directories.changed(commit.tree_id(), &before, "", &mut changed)?;
            for workspace in changed {
                made.publishing.entry(workspace).or_default().push(at);
            }
            trees.push(commit.tree_id());
            made.at.insert(commit.id(), at);
            made.commits.push(Commit { id: commit.id(), parents, is_on_trunk: false });
        }
        let mut trunk = made.at.get(&head).copied();
        while let Some(at) = trunk {
            made.commits[at].is_on_trunk = true;
            trunk = made.commits[at].parents.first().copied();
        }
        Ok(made)
    }

    pub(super) fn holds(&self, commit: Id) -> bool {
        self.at.contains_key(&commit)
    }

    /// Whether a commit is another or one of its ancestors.
    fn is_before(&self, ancestor: usize, descendant: usize) -> bool {
        if ancestor >= descendant {
            return ancestor == descendant;
        }
        if self.commits[ancestor].is_on_trunk && self.commits[descendant].is_on_trunk {
            return true;
        }
        let mut seen = vec![false; descendant - ancestor + 1];
        let mut waiting = vec![descendant];
        while let Some(at) = waiting.pop() {
            if at == ancestor {
                return true;
            }
            for parent in self.commits[at].parents.iter().filter(|parent| **parent >= ancestor) {
                if !std::mem::replace(&mut seen[parent - ancestor], true) {
                    waiting.push(*parent);
                }
            }
        }
        false
    }

    /// The commits that changed what a workspace published, without those within any of some others, which are of this
    /// history; ancestors first.
    pub(super) fn publishing(&self, prefix: &str, without: &[Id]) -> Vec<Id> {
        let without: Vec<usize> = without.iter().filter_map(|id| self.at.get(id).copied()).collect();
        let found = self.publishing.get(prefix).into_iter().flatten();
        let is_since = |at: &&usize| !without.iter().any(|known| self.is_before(**at, *known));
        found.filter(is_since).map(|at| self.commits[*at].id).collect()
    }
}

/// The directories of a repository's commits.
struct Directories<'r> {
    repository: &'r Repository,
    kept: HashMap<Id, Names>,
}

impl Directories<'_> {
    fn names(&mut self, id: Id) -> Result<Names, git2::Error> {
        if let Some(known) = self.kept.get(&id) {
            return Ok(Rc::clone(known));
        }
        let tree = self.repository.find_tree(id)?;
        let names =
            tree.iter().map(|entry| (entry.name_bytes().into(), (entry.id(), entry.kind() == Some(ObjectType::Tree))));
        let names: Names = Rc::new(names.collect());
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(id, Rc::clone(&names));
        Ok(names)
    }

    /// Adds the workspaces whose publications are those of no tree before.
    fn changed(&mut self, id: Id, before: &[Id], path: &str, found: &mut Vec<String>) -> Result<(), git2::Error> {
        if before.contains(&id) {
            return Ok(());
        }
        let names = self.names(id)?;
        let before = before.iter().map(|id| self.names(*id)).collect::<Result<Vec<_>, _>>()?;
        let mut directories: Vec<_> = names.iter().filter(|(_, (_, is_directory))| *is_directory).collect();
        directories.sort();
        for (name, (id, _)) in directories {
            let then: Vec<(Id, bool)> = before.iter().filter_map(|names| names.get(name).copied()).collect();
            if then.iter().any(|(then, _)| then == id) {
                continue;
            }
            let Ok(name) = std::str::from_utf8(name) else { continue };
            if name == PUBLICATIONS {
                found.push(path.to_owned());
            } else {
                let then: Vec<Id> =
                    then.into_iter().filter(|(_, is_directory)| *is_directory).map(|(id, _)| id).collect();
                self.changed(*id, &then, &format!("{path}{name}/"), found)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::git::{Id, Repository};
    use proptest::prelude::*;
    use std::path::Path;

    const WORKSPACES: [&str; 3] = ["a", "b/c", "b/d"];

    /// A commit of workspaces whose publications are known by a number, and are not there where it is 0.
    fn commit(repository: &git2::Repository, state: [u8; 3], parents: &[Id]) -> Id {
        let mut index = git2::Index::new().expect("an index");
        for (workspace, number) in WORKSPACES.iter().zip(state) {
            let blob = repository.blob(&[number]).expect("an object");
            for path in ["organisation.toml", "publications/2025-26/001.toml"] {
                if number > 0 || !path.starts_with("pub") {
                    let entry = git2::IndexEntry {
                        ctime: git2::IndexTime::new(0, 0),
                        mtime: git2::IndexTime::new(0, 0),
                        dev: 0,
                        ino: 0,
                        mode: 0o100_644,
                        uid: 0,
                        gid: 0,
                        file_size: 0,
                        id: blob,
                        flags: 0,
                        flags_extended: 0,
                        path: format!("{workspace}/{path}").into_bytes(),
                    };
                    index.add(&entry).expect("an entry");
                }
            }
        }
        let tree = index.write_tree_to(repository).expect("a tree");
        let tree = repository.find_tree(tree).expect("a tree");
        let who = git2::Signature::new("Jo", "jo@sunrise.example", &git2::Time::new(0, 0)).expect("a signature");
        let parents: Vec<_> = parents.iter().map(|id| repository.find_commit(*id).expect("a commit")).collect();
        let message = format!("{}", parents.len());
        repository.commit(None, &who, &who, &message, &tree, &parents.iter().collect::<Vec<_>>()).expect("a commit")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn a_history_read_once_says_what_it_says_to_each(
            steps in prop::collection::vec((any::<[u8; 2]>(), 0..4_usize, 0..3_u8), 1..14),
            without in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        ) {
            let place = tempfile::tempdir().expect("a directory");
            let opened = git2::Repository::init(place.path()).expect("a repository");
            let mut made: Vec<(Id, [u8; 3])> = vec![(commit(&opened, [0; 3], &[]), [0; 3])];
            for (before, workspace, number) in steps {
                let nth = |back: u8| made[made.len() - 1 - usize::from(back) % made.len().min(4)];
                let ((first, mut state), (second, other)) = (nth(before[0] % 2), nth(before[1]));
                let parents = if before[1] % 3 == 0 && second != first { vec![first, second] } else { vec![first] };
                match state.get_mut(workspace) {
                    Some(own) => *own = number,
                    None => state = other,
                }
                made.push((commit(&opened, state, &parents), state));
            }
            let head = made[made.len() - 1].0;
            let known: Vec<Id> = without.iter().map(|at| at.get(&made).0).collect();
            let many = Repository::open_around(place.path()).expect("the repository").of_many();
            for workspace in WORKSPACES {
                std::fs::create_dir_all(place.path().join(workspace)).expect("a directory");
                let plainly = Repository::open_around(&place.path().join(workspace)).expect("the repository");
                let among = many.around(Path::new(&place.path().join(workspace))).expect("the repository");
                let ids = |repository: &Repository| -> std::collections::BTreeSet<Id> {
                    let found = repository.commits_publishing(head, &known).expect("a history");
                    found.into_iter().map(|commit| commit.id).collect()
                };
                prop_assert_eq!(ids(&among), ids(&plainly));
                for (id, _) in &made {
                    prop_assert_eq!(among.is_within(*id, head), plainly.is_within(*id, head));
                }
            }
        }
    }
}
