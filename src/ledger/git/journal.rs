//! The journal of a publication: written before the branch moves, so that what a kill left undone is finished or
//! dropped by whoever comes next, without the key.

use super::Id;
use super::repository::{GitError, Repository};
use super::write::reason;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const JOURNAL: &str = "dspt-publish.json";
const LOCK: &str = "dspt-publish.lock";
/// The ending of a file that lies beside its place before the branch moves.
pub(super) const WAITING: &str = ".dspt-waiting";
/// Seconds after the journal in which a publication takes git's own locks.
const OWN_LOCK_SECONDS: u64 = 5;

/// What a publication does, so that it can be done twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// `2025-26/001`, for people.
    pub publication: String,
    /// The reference that moves.
    pub reference: String,
    /// The commit it moves to, in hex.
    pub commit: String,
    /// The tag's name without `refs/tags/`, and its object.
    pub tag: String,
    pub tag_object: String,
    /// Path from the top of the work tree, and blob.
    pub files: Vec<(String, String)>,
}

/// What was found half done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interrupted {
    /// The branch had moved: tag, index and files were made good.
    Finished { publication: String, left: Vec<String> },
    /// The branch never moved: nothing was published.
    Dropped { publication: String },
}

/// Held while a publication is made or made good, so that two do not meet. The system lets go of it when the process
/// ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// None where another process holds it.
    pub(super) fn take(repository: &Repository) -> Result<Option<Self>, GitError> {
        let path = repository.common_dir().join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| {
            GitError::new(format!("{} cannot be written: {error}; nothing was changed", path.display()))
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: Some(file) })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            // Some file systems know no locks: git's own compare-and-swap still holds.
            Err(fs::TryLockError::Error(_)) => Ok(Some(Self { _file: None })),
        }
    }
}

fn place(repository: &Repository) -> PathBuf {
    repository.git_dir().join(JOURNAL)
}

impl Journal {
    pub(super) fn write(&self, repository: &Repository) -> Result<(), GitError> {
        let path = place(repository);
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(repository.git_dir())?;
            file.write_all(&serde_json::to_vec_pretty(self).map_err(std::io::Error::other)?)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok::<_, std::io::Error>(())
        };
        write().map_err(|error| {
            GitError::new(format!("{} cannot be written: {error}; nothing was changed", path.display()))
        })
    }

    pub(super) fn remove(repository: &Repository) {
        // A journal that stays is read again and does nothing twice.
        let _ = fs::remove_file(place(repository));
    }

    /// The name of a file that is written beside its place before the branch moves.
    pub(super) fn waiting(path: &Path) -> PathBuf {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        path.with_file_name(format!(".{name}{WAITING}"))
    }
}

impl Repository {
    /// Makes good what a killed `publish` left half done; none where nothing was.
    pub fn make_good(&self) -> Result<Option<Interrupted>, GitError> {
        if !place(self).exists() {
            return Ok(None);
        }
        // Somebody is publishing at this moment: the journal is theirs.
        let Some(_lock) = Lock::take(self)? else { return Ok(None) };
        self.make_good_locked()
    }

    pub(super) fn make_good_locked(&self) -> Result<Option<Interrupted>, GitError> {
        let Ok(bytes) = fs::read(place(self)) else { return Ok(None) };
        let Ok(journal) = serde_json::from_slice::<Journal>(&bytes) else {
            return Err(GitError::new(format!("{} cannot be read", place(self).display()))
                .hint("no dspt wrote it so; look at `git log` and `git tag`, then delete it"));
        };
        self.clear_locks(&journal);
        let tip = self.resolve(&journal.reference);
        let commit = Id::from_str(&journal.commit).ok();
        let moved = tip.zip(commit).is_some_and(|(tip, commit)| self.is_within(commit, tip));
        if moved {
            let left = self.follow(&journal)?;
            self.discard(&journal);
            return Ok(Some(Interrupted::Finished { publication: journal.publication, left }));
        }
        self.discard(&journal);
        Ok(Some(Interrupted::Dropped { publication: journal.publication }))
    }

    /// Takes away lock files that the killed process left. It is dead, since its own lock is free; a file made within
    /// seconds of the journal, under a name that the journal says it was about to lock, is taken to be its.
    fn clear_locks(&self, journal: &Journal) {
        let made = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        let Some(begun) = made(&place(self)) else { return };
        let index = self.handle().index().ok().and_then(|index| index.path().map(|path| path.with_extension("lock")));
        let reference = if journal.reference == "HEAD" { self.git_dir() } else { self.common_dir() };
        let locks = [
            index,
            Some(reference.join(format!("{}.lock", journal.reference))),
            Some(self.common_dir().join(format!("refs/tags/{}.lock", journal.tag))),
        ];
        for lock in locks.into_iter().flatten() {
            let after = made(&lock).and_then(|made| made.duration_since(begun).ok());
            if after.is_some_and(|after| after.as_secs() < OWN_LOCK_SECONDS) {
                // One that stays is named by whoever cannot take it.
                let _ = fs::remove_file(lock);
            }
        }
    }

    /// Takes away what only helped, then the journal.
    pub(super) fn discard(&self, journal: &Journal) {
        for (path, _) in &journal.files {
            let full = self.top().join(path);
            let _ = fs::remove_file(Journal::waiting(&full));
            // Only an empty directory goes: one that was made for a publication that never came.
            let mut directory = full.parent();
            while let Some(empty) = directory.filter(|directory| *directory != self.top()) {
                if fs::remove_dir(empty).is_err() {
                    break;
                }
                directory = empty.parent();
            }
        }
        Journal::remove(self);
    }

    /// Tag, files and index after the branch has moved. Does nothing twice; gives what is in the way, in words. What
    /// could not be written is an error: the journal stays, and the next command tries again.
    pub(super) fn follow(&self, journal: &Journal) -> Result<Vec<String>, GitError> {
        let undone = |what: &str, why: &dyn std::fmt::Display| {
            GitError::new(format!("{} is published, but {what} could not be written: {why}", journal.publication))
                .hint("the next dspt command writes it, once it can be written; nothing need be published again")
        };
        let mut left = Vec::new();
        let mut failed = None;
        let repository = self.handle();
        let name = format!("refs/tags/{}", journal.tag);
        let tag = Id::from_str(&journal.tag_object)?;
        match repository.refname_to_id(&name) {
            Ok(there) if there == tag => {}
            Ok(_) => left.push(format!("the tag {} is there already and is another one", journal.tag)),
            Err(_) => {
                let made = repository.reference(&name, tag, false, "dspt publish");
                failed = made.err().map(|error| undone(&format!("the tag {}", journal.tag), &reason(&error)));
            }
        }
        // On a branch without a commit nothing of it belongs in the work tree.
        let Ok(head) = repository.head() else { return failed.map_or(Ok(left), Err) };
        let tree = match head.peel_to_tree() {
            Ok(tree) => tree,
            Err(error) => return Err(failed.unwrap_or_else(|| undone("the work tree", &reason(&error)))),
        };
        let mut index = repository.index()?;
        index.read(true)?;
        let mut touched = false;
        for (path, blob) in &journal.files {
            let blob = Id::from_str(blob)?;
            // Another branch may have been checked out since: then these files are not its.
            match tree.get_path(Path::new(path)) {
                Ok(entry) if entry.id() == blob => {}
                Err(error) if error.code() != git2::ErrorCode::NotFound => {
                    failed = failed.or_else(|| Some(undone(path, &reason(&error))));
                    continue;
                }
                _ => continue,
            }
            let full = self.top().join(path);
            let content = match repository.find_blob(blob) {
                Ok(content) => content,
                Err(error) => {
                    failed = failed.or_else(|| Some(undone(path, &reason(&error))));
                    continue;
                }
            };
            match fs::read(&full) {
                Ok(there) if there == content.content() => {}
                Ok(_) => left.push(format!(
                    "{path} is another file in the work tree; `git checkout -- {path}` puts the published one there"
                )),
                Err(_) => {
                    if let Err(error) = put(&full, content.content()) {
                        failed = failed.or_else(|| Some(undone(path, &error)));
                    }
                }
            }
            if index.get_path(Path::new(path), 0).is_none_or(|entry| entry.id != blob) {
                let is_same = fs::read(&full).is_ok_and(|there| there == content.content());
                let there = fs::symlink_metadata(&full).ok().filter(|_| is_same);
                index.add(&entry(path, blob, content.size(), there.as_ref()))?;
                touched = true;
            }
        }
        if touched && let Err(error) = index.write() {
            let hint = "the next dspt command writes it; if no other git is at work, delete the file index.lock in the git directory first";
            failed = failed.or_else(|| {
                let undone = undone("git's index", &reason(&error));
                Some(GitError { hint: Some(hint.to_owned()), ..undone })
            });
        }
        failed.map_or(Ok(left), Err)
    }
}

/// Moves the waiting file to its place, or writes it anew.
fn put(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let waiting = Journal::waiting(path);
    if fs::read(&waiting).is_ok_and(|there| there == content) {
        return fs::rename(waiting, path);
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(&waiting, content)?;
    fs::rename(waiting, path)
}

/// An entry of git's index for a file as it lies in the work tree; without its times git would take it for changed until
/// somebody asks for the status.
fn entry(path: &str, blob: Id, size: usize, there: Option<&fs::Metadata>) -> git2::IndexEntry {
    let never = git2::IndexTime::new(0, 0);
    let entry = git2::IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: u32::try_from(size).unwrap_or(0),
        id: blob,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    };
    match there {
        Some(there) => with_times(entry, there),
        None => entry,
    }
}

#[cfg(unix)]
fn with_times(entry: git2::IndexEntry, there: &fs::Metadata) -> git2::IndexEntry {
    use std::os::unix::fs::MetadataExt as _;
    // The index has 32 bits for each and keeps the lower ones.
    let lower = |value: u64| u32::try_from(value & u64::from(u32::MAX)).unwrap_or(0);
    let time = |seconds: i64, nanoseconds: i64| {
        git2::IndexTime::new(i32::try_from(seconds).unwrap_or(0), u32::try_from(nanoseconds).unwrap_or(0))
    };
    git2::IndexEntry {
        ctime: time(there.ctime(), there.ctime_nsec()),
        mtime: time(there.mtime(), there.mtime_nsec()),
        dev: lower(there.dev()),
        ino: lower(there.ino()),
        uid: there.uid(),
        gid: there.gid(),
        ..entry
    }
}

#[cfg(not(unix))]
fn with_times(entry: git2::IndexEntry, _: &fs::Metadata) -> git2::IndexEntry {
    entry
}
