//! A revision's files as a [`Tree`]: the pipeline that reads the work tree reads a commit unchanged.

use super::Id;
use super::repository::{GitError, Repository};
use crate::tree::{Entry, Tree, TreeError, spelled_outside};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Symbolic links followed one after another before it counts as a circle.
const MAX_LINKS: usize = 16;

/// Files below a directory of a commit.
#[derive(Debug, Clone)]
pub struct RevisionTree {
    repository: Repository,
    commit: Id,
    /// The directory's tree object; none where the commit has no such directory.
    root: Option<Id>,
}

enum Found {
    Blob(Id, u64),
    Directory(Option<Id>),
}

impl RevisionTree {
    pub(super) fn new(repository: &Repository, commit: Id, prefix: &str) -> Result<Self, GitError> {
        let handle = repository.handle();
        let tree = handle.find_commit(commit)?.tree()?;
        let directory = prefix.trim_end_matches('/');
        let root = if directory.is_empty() {
            Some(tree.id())
        } else {
            tree.get_path(Path::new(directory))
                .ok()
                .filter(|entry| entry.kind() == Some(git2::ObjectType::Tree))
                .map(|entry| entry.id())
        };
        drop(tree);
        drop(handle);
        Ok(Self { repository: repository.clone(), commit, root })
    }

    pub fn commit(&self) -> Id {
        self.commit
    }

    /// The object at a path: equal objects have equal content.
    pub fn id_of(&self, path: &str) -> Option<Id> {
        match self.find(path).ok()? {
            Found::Blob(id, _) => Some(id),
            Found::Directory(id) => id,
        }
    }

    /// Names of the directories in a directory, links to directories left out, sorted.
    pub fn directories(&self, directory: &str) -> Vec<String> {
        let Ok(Found::Directory(Some(id))) = self.directory(directory) else { return Vec::new() };
        let repository = self.repository.handle();
        let Ok(tree) = repository.find_tree(id) else { return Vec::new() };
        let inside = tree.iter().filter(|entry| entry.kind() == Some(git2::ObjectType::Tree));
        let mut names: Vec<String> = inside.filter_map(|entry| Some(entry.name().ok()?.to_owned())).collect();
        names.sort();
        names
    }

    fn directory(&self, directory: &str) -> Result<Found, TreeError> {
        if directory.is_empty() { Ok(Found::Directory(self.root)) } else { self.find(directory) }
    }

    fn find(&self, path: &str) -> Result<Found, TreeError> {
        if spelled_outside(path) {
            return Err(TreeError::Escapes);
        }
        let repository = self.repository.handle();
        let mut parts: Vec<String> = parts_of(path);
        for _ in 0..MAX_LINKS {
            match walk(&repository, self.root, &parts)? {
                Step::Found(found) => return Ok(found),
                Step::Link { at, target } => {
                    // The link's own place, then its target, then what follows it.
                    let mut next: Vec<String> = parts[..at].to_vec();
                    if target.starts_with('/') {
                        return Err(TreeError::Escapes);
                    }
                    for part in target.split('/').filter(|part| !part.is_empty() && *part != ".") {
                        if part != ".." {
                            next.push(part.to_owned());
                        } else if next.pop().is_none() {
                            return Err(TreeError::Escapes);
                        }
                    }
                    next.extend_from_slice(&parts[at + 1..]);
                    parts = next;
                }
            }
        }
        Err(TreeError::Unreadable("it is a symbolic link in a circle".to_owned()))
    }

    fn blob(&self, path: &str) -> Result<(Id, u64), TreeError> {
        match self.find(path)? {
            Found::Blob(id, size) => Ok((id, size)),
            Found::Directory(_) => Err(TreeError::Unreadable("it is a directory, not a file".to_owned())),
        }
    }

    fn content<T>(&self, id: Id, take: impl FnOnce(&[u8]) -> T) -> Result<T, TreeError> {
        let repository = self.repository.handle();
        let blob = repository.find_blob(id).map_err(|error| TreeError::Unreadable(error.message().to_owned()))?;
        Ok(take(blob.content()))
    }
}

fn parts_of(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
}

enum Step {
    Found(Found),
    Link { at: usize, target: String },
}

fn walk(repository: &git2::Repository, root: Option<Id>, parts: &[String]) -> Result<Step, TreeError> {
    let unreadable = |error: &git2::Error| TreeError::Unreadable(error.message().to_owned());
    let mut current = root;
    for (at, part) in parts.iter().enumerate() {
        let tree = repository.find_tree(current.ok_or(TreeError::Missing)?).map_err(|error| unreadable(&error))?;
        let entry = tree.get_name(part).ok_or(TreeError::Missing)?;
        let last = at + 1 == parts.len();
        match entry.filemode() {
            0o040_000 => current = Some(entry.id()),
            0o120_000 => {
                let blob = repository.find_blob(entry.id()).map_err(|error| unreadable(&error))?;
                return Ok(Step::Link { at, target: String::from_utf8_lossy(blob.content()).into_owned() });
            }
            0o160_000 => return Err(TreeError::Missing),
            _ if last => {
                let (size, _) =
                    repository.odb().and_then(|odb| odb.read_header(entry.id())).map_err(|error| unreadable(&error))?;
                return Ok(Step::Found(Found::Blob(entry.id(), size as u64)));
            }
            _ => return Err(TreeError::Missing),
        }
    }
    match current {
        Some(id) => Ok(Step::Found(Found::Directory(Some(id)))),
        None if parts.is_empty() => Ok(Step::Found(Found::Directory(None))),
        None => Err(TreeError::Missing),
    }
}

impl Tree for RevisionTree {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        Ok(match self.find(path)? {
            Found::Blob(_, size) => Entry::File { size },
            Found::Directory(_) => Entry::Directory,
        })
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        let (id, size) = self.blob(path)?;
        if size > limit {
            return Err(TreeError::TooLarge(size));
        }
        self.content(id, <[u8]>::to_vec)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        let Found::Directory(Some(id)) = self.directory(directory)? else { return Err(TreeError::Missing) };
        let repository = self.repository.handle();
        let unreadable = |error: git2::Error| TreeError::Unreadable(error.message().to_owned());
        let tree = repository.find_tree(id).map_err(unreadable)?;
        let mut names: Vec<String> =
            tree.iter().filter_map(|entry| String::from_utf8(entry.name_bytes().to_vec()).ok()).collect();
        names.sort();
        Ok(names)
    }

    fn object(&self, path: &str) -> Option<String> {
        self.blob(path).ok().map(|(id, _)| id.to_string())
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        let (id, _) = self.blob(path)?;
        self.content(id, |bytes| {
            crate::tree::lfs_oid(&bytes[..bytes.len().min(1024)])
                .unwrap_or_else(|| format!("{:x}", Sha256::digest(bytes)))
        })
    }
}
