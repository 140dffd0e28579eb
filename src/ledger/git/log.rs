//! Commits one after another, with the directories and files that each has: what a history is read from.

use super::Id;
use super::repository::{GitError, Repository};
use std::path::Path;

/// A commit of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub id: Id,
    pub parents: Vec<Id>,
    /// The workspace's directory; none where the commit has none.
    pub workspace: Option<Id>,
}

/// Who made a commit, when and with which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authored {
    pub name: String,
    pub email: String,
    /// Seconds since 1970, as the author's clock had it.
    pub time: i64,
    /// The first line of the message.
    pub summary: String,
}

impl Repository {
    /// All commits of a history, ancestors first.
    pub fn log(&self, from: Id) -> Result<Vec<Logged>, GitError> {
        let repository = self.handle();
        let mut walk = repository.revwalk()?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)?;
        walk.push(from)?;
        let directory = self.prefix().trim_end_matches('/');
        let mut found = Vec::new();
        for id in walk {
            let commit = repository.find_commit(id?)?;
            let workspace = match directory {
                "" => Some(commit.tree_id()),
                directory => commit
                    .tree()?
                    .get_path(Path::new(directory))
                    .ok()
                    .filter(|entry| entry.kind() == Some(git2::ObjectType::Tree))
                    .map(|entry| entry.id()),
            };
            found.push(Logged { id: commit.id(), parents: commit.parent_ids().collect(), workspace });
        }
        Ok(found)
    }

    pub fn authored(&self, id: Id) -> Result<Authored, GitError> {
        let repository = self.handle();
        let commit = repository.find_commit(id)?;
        let author = commit.author();
        Ok(Authored {
            name: String::from_utf8_lossy(author.name_bytes()).into_owned(),
            email: String::from_utf8_lossy(author.email_bytes()).into_owned(),
            time: author.when().seconds(),
            summary: String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned(),
        })
    }

    /// The files of a directory object, by name, directories and links left out.
    pub fn files_of(&self, directory: Id, name: &str) -> Vec<(String, Id)> {
        let repository = self.handle();
        let Ok(tree) = repository.find_tree(directory) else { return Vec::new() };
        let inside = tree.get_name(name).and_then(|entry| repository.find_tree(entry.id()).ok());
        let Some(inside) = inside else { return Vec::new() };
        let files = inside.iter().filter(|entry| matches!(entry.filemode(), 0o100_644 | 0o100_755 | 0o100_664));
        files.filter_map(|entry| Some((entry.name().ok()?.to_owned(), entry.id()))).collect()
    }

    /// The object that stands at a path below a directory object.
    pub fn object_at(&self, directory: Id, path: &str) -> Option<Id> {
        let repository = self.handle();
        let tree = repository.find_tree(directory).ok()?;
        tree.get_path(Path::new(path)).ok().map(|entry| entry.id())
    }

    /// The bytes of a file's object, up to a limit.
    pub fn bytes_of(&self, blob: Id, limit: u64) -> Option<Vec<u8>> {
        let repository = self.handle();
        let blob = repository.find_blob(blob).ok()?;
        (blob.size() as u64 <= limit).then(|| blob.content().to_vec())
    }
}
