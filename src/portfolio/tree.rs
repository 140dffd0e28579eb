//! A client's files, looked up with as few calls of the system as can be, and noted down for the cache.
//!
//! What is found is what [`WorkTree`] finds. An ordinary file in ordinary directories costs one call to look up, since
//! each directory on the way is looked at once; whether files are there is read from their directory's names, all of
//! them at once, and that directory's own times then vouch for all of them: no name in it comes, goes or means another
//! file without changing those. Everything else, links above all, is left to [`WorkTree`], and then nothing is remembered
//! of the client ([`ClientTree::uses`]): what lies behind a link may change unseen.

use super::disk::{self, Names};
use crate::tree::{Entry, Tree, TreeError, WorkTree, from_here, spelled_outside};
use memchr::memrchr;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What tells whether a file is still the one it was, as git's index has it: size, mtime, ctime and inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat(u64, i64, i64, u64);

impl Stat {
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let nanoseconds = |seconds: i64, nanoseconds: i64| seconds.wrapping_mul(1_000_000_000) + nanoseconds;
            Self(
                metadata.len(),
                nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
                nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
                metadata.ino(),
            )
        }
        #[cfg(not(unix))]
        {
            let since = |time: std::io::Result<_>| {
                let since = time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
                since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
            };
            Self(metadata.len(), since(metadata.modified()), since(metadata.created()), 0)
        }
    }

    /// When it was last changed, in nanoseconds since 1970.
    pub fn mtime(self) -> i64 {
        self.1
    }

    fn bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (to, from) in bytes.chunks_exact_mut(8).zip([
            self.0.to_le_bytes(),
            self.1.to_le_bytes(),
            self.2.to_le_bytes(),
            self.3.to_le_bytes(),
        ]) {
            to.copy_from_slice(&from);
        }
        bytes
    }
}

/// What was made of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Use {
    /// There is nothing.
    Absent,
    /// A directory on the way to something.
    Directory,
    /// Looked at; a document whose digest was taken, or a text searched, too.
    Looked(Stat),
    /// A file of ours, read: its stat and the digest of its bytes.
    Read(Stat, String),
    /// A directory's names.
    Listed(Stat),
}

/// Everything that a client's result was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uses {
    /// Path, stat and digest of the files read.
    read: Vec<(String, Stat, String)>,
    listed: Vec<(String, Stat)>,
    directories: Vec<String>,
    absent: Vec<String>,
    /// Paths of what was looked at, and one digest over their stats in this order.
    looked: Vec<String>,
    stats: String,
    /// The newest change of all that was not read by us.
    newest: i64,
}

/// The digest of some bytes, short: nobody gains by making two alike.
pub fn short_digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Uses {
    /// Whether everything is as it was when it was noted down by a run that began at `started`.
    ///
    /// A file whose times lie less than two seconds before that may have changed afterwards within the grain of the
    /// clock: one of ours is read and its digest decides, anything else is taken to have changed.
    pub fn hold(&self, root: &Path, started: i64) -> bool {
        let root = from_here(root);
        let settled = |mtime: i64| mtime <= started.saturating_sub(2_000_000_000);
        let stat = |path: &String| fs::symlink_metadata(root.join(path)).ok().map(|found| (Stat::of(&found), found));
        if !settled(self.newest) {
            return false;
        }
        let is_directory = |path: &String| stat(path).is_some_and(|(_, found)| found.is_dir());
        let is_absent = |path: &String| {
            fs::symlink_metadata(root.join(path))
                .is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
        };
        let is_read = |(path, was, digest): &(String, Stat, String)| {
            let Some((now, found)) = stat(path).filter(|(_, found)| found.is_file()) else { return false };
            (now == *was && settled(now.mtime()))
                || (found.len() == was.0
                    && fs::read(root.join(path)).is_ok_and(|bytes| short_digest(&bytes) == *digest))
        };
        if !self.read.iter().all(is_read)
            || !self.listed.iter().all(|(path, was)| stat(path).is_some_and(|(now, _)| now == *was))
            || !self.directories.iter().all(is_directory)
            || !self.absent.iter().all(is_absent)
        {
            return false;
        }
        let mut hasher = Sha256::new();
        for path in &self.looked {
            match stat(path) {
                Some((now, _)) => hasher.update(now.bytes()),
                None => return false,
            }
        }
        format!("{:x}", hasher.finalize())[..32] == self.stats
    }
}

/// What a directory on the way to something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Ordinary,
    Absent,
    /// A link, or something else that is no directory.
    Odd,
}

#[derive(Debug, Default)]
struct Seen {
    directories: HashMap<String, Way>,
    /// What lies at the paths that were looked at; none where there is nothing.
    entries: HashMap<String, Option<Metadata>>,
    /// The names of directories.
    names: HashMap<String, Arc<Names>>,
    /// The directory whose names were asked for last, which are asked for again and again.
    last: Option<(String, Arc<Names>)>,
    uses: BTreeMap<String, Use>,
    /// Whether something was met of which no note can be kept.
    unclear: bool,
}

/// A file of a client as a look at it found it, for the next look in the same run.
#[derive(Debug)]
pub struct Known {
    path: &'static str,
    metadata: Metadata,
    bytes: Vec<u8>,
}

/// The files of one client.
#[derive(Debug)]
pub struct ClientTree {
    root: PathBuf,
    plain: WorkTree,
    /// Whether notes are kept.
    notes: bool,
    known: Option<Arc<Known>>,
    seen: Mutex<Seen>,
}

impl ClientTree {
    pub fn new(root: &Path, notes: bool) -> Self {
        Self {
            root: from_here(root).to_owned(),
            plain: WorkTree::new(root),
            notes,
            known: None,
            seen: Mutex::default(),
        }
    }

    /// The same, with a file that need not be read again.
    #[must_use]
    pub fn knowing(self, known: Option<Arc<Known>>) -> Self {
        if let Some(known) = &known {
            self.seen().entries.insert(known.path.to_owned(), Some(known.metadata.clone()));
        }
        Self { known, ..self }
    }

    /// What was read of an ordinary file, for the next look at the client.
    pub fn known(&self, path: &'static str, bytes: Vec<u8>) -> Option<Known> {
        let metadata = self.seen().entries.get(path)?.clone().filter(Metadata::is_file)?;
        Some(Known { path, metadata, bytes })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was looked at; none where no note can be kept of it.
    pub fn uses(&self) -> Option<Uses> {
        let seen = self.seen();
        if seen.unclear || !self.notes {
            return None;
        }
        let mut uses = Uses { newest: i64::MIN, ..Uses::default() };
        let mut hasher = Sha256::new();
        for (path, used) in &seen.uses {
            let path = path.clone();
            match used {
                Use::Absent => uses.absent.push(path),
                Use::Directory => uses.directories.push(path),
                Use::Looked(stat) => {
                    hasher.update(stat.bytes());
                    uses.newest = uses.newest.max(stat.mtime());
                    uses.looked.push(path);
                }
                Use::Read(stat, digest) => uses.read.push((path, *stat, digest.clone())),
                Use::Listed(stat) => {
                    uses.newest = uses.newest.max(stat.mtime());
                    uses.listed.push((path, *stat));
                }
            }
        }
        format!("{:x}", hasher.finalize())[..32].clone_into(&mut uses.stats);
        Some(uses)
    }

    /// Says that the result rests on something else than files, of which no note is kept.
    pub fn forget(&self) {
        self.seen().unclear = true;
    }

    /// What the directory above a path is; odd where the path is not spelled plainly.
    fn way_to(&self, path: &str) -> Way {
        let is_plain = !path.is_empty() && path.split('/').all(|part| !part.is_empty() && part != ".");
        if spelled_outside(path) || !is_plain {
            return Way::Odd;
        }
        self.way(path.rsplit_once('/').map_or("", |(above, _)| above))
    }

    /// What lies at a path whose every directory is an ordinary one and that is no link; none where it is not so plain.
    fn look(&self, path: &str) -> Option<Result<(PathBuf, Metadata), TreeError>> {
        match self.way_to(path) {
            Way::Ordinary => {}
            Way::Absent => return Some(Err(TreeError::Missing)),
            Way::Odd => return None,
        }
        let full = self.root.join(path);
        match self.stat(path, &full) {
            Ok(Some(found)) if found.is_file() || found.is_dir() => Some(Ok((full, found))),
            Ok(None) => {
                self.note(path, Use::Absent);
                Some(Err(TreeError::Missing))
            }
            _ => None,
        }
    }

    /// What lies at a path, asked of the system once; nothing where nothing does.
    fn stat(&self, path: &str, full: &Path) -> std::io::Result<Option<Metadata>> {
        if let Some(known) = self.seen().entries.get(path) {
            return Ok(known.clone());
        }
        let found = match fs::symlink_metadata(full) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        self.seen().entries.insert(path.to_owned(), found.clone());
        Ok(found)
    }

    /// What a directory is, those above it looked at first.
    fn way(&self, directory: &str) -> Way {
        if directory.is_empty() {
            return Way::Ordinary;
        }
        if let Some(known) = self.seen().directories.get(directory) {
            return *known;
        }
        let above = self.way(directory.rsplit_once('/').map_or("", |(above, _)| above));
        let way = match above {
            Way::Ordinary => match self.stat(directory, &self.root.join(directory)) {
                Ok(Some(found)) if found.is_dir() => Way::Ordinary,
                Ok(None) => Way::Absent,
                _ => Way::Odd,
            },
            other => other,
        };
        match way {
            Way::Ordinary => self.note(directory, Use::Directory),
            Way::Absent if above == Way::Ordinary => self.note(directory, Use::Absent),
            _ => {}
        }
        self.seen().directories.insert(directory.to_owned(), way);
        way
    }

    fn note(&self, path: &str, used: Use) {
        if !self.notes {
            return;
        }
        let mut seen = self.seen();
        match (seen.uses.get(path), &used) {
            // What was read or listed tells more than that it is there.
            (Some(Use::Read(..) | Use::Listed(_)), _) => {}
            (Some(Use::Looked(was)), Use::Looked(now)) if was != now => seen.unclear = true,
            _ => drop(seen.uses.insert(path.to_owned(), used)),
        }
    }

    /// The names of an ordinary directory, read once; none where they cannot be read or it is no such directory.
    fn names(&self, directory: &str) -> Option<Result<Arc<Names>, TreeError>> {
        {
            let mut seen = self.seen();
            if let Some((last, names)) = &seen.last
                && *last == *directory
            {
                return Some(Ok(Arc::clone(names)));
            }
            if let Some(known) = seen.names.get(directory).map(Arc::clone) {
                seen.last = Some((directory.to_owned(), Arc::clone(&known)));
                return Some(Ok(known));
            }
            match seen.directories.get(directory) {
                Some(Way::Absent) => return Some(Err(TreeError::Missing)),
                Some(Way::Odd) => return None,
                _ => {}
            }
        }
        match self.way_to(directory) {
            Way::Ordinary => {}
            Way::Absent => return Some(Err(TreeError::Missing)),
            Way::Odd => return None,
        }
        let (names, opened) = match disk::names(&self.root.join(directory)) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.note(directory, Use::Absent);
                let mut seen = self.seen();
                seen.directories.insert(directory.to_owned(), Way::Absent);
                seen.entries.insert(directory.to_owned(), None);
                return Some(Err(TreeError::Missing));
            }
            Err(_) => return None,
        };
        if self.notes {
            self.note(directory, Use::Listed(Stat::of(&opened.metadata().ok()?)));
        }
        let names = Arc::new(names);
        let mut seen = self.seen();
        seen.directories.insert(directory.to_owned(), Way::Ordinary);
        seen.names.insert(directory.to_owned(), Arc::clone(&names));
        Some(Ok(names))
    }

    /// What is not plain: nothing is remembered of a client that has it.
    fn slowly<T>(&self, result: T) -> T {
        self.forget();
        result
    }
}

impl Tree for ClientTree {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        match self.look(path) {
            Some(Ok((_, found))) if found.is_dir() => {
                self.note(path, Use::Directory);
                Ok(Entry::Directory)
            }
            Some(Ok((_, found))) => {
                self.note(path, Use::Looked(Stat::of(&found)));
                Ok(Entry::File { size: found.len() })
            }
            Some(Err(error)) => Err(error),
            None => self.slowly(self.plain.entry(path)),
        }
    }

    fn is_file(&self, path: &str) -> Result<bool, TreeError> {
        // What is not among the names is looked up by itself: the file system may know it by another spelling.
        if let Some(slash) = memrchr(b'/', path.as_bytes())
            && let Some(Ok(names)) = self.names(&path[..slash])
            && names.has_file(&path[slash + 1..])
        {
            return Ok(true);
        }
        self.entry(path).map(|entry| matches!(entry, Entry::File { .. }))
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        let known = self.known.as_ref().filter(|known| known.path == path && known.metadata.len() <= limit);
        let (bytes, metadata) = match (self.way_to(path), known) {
            (Way::Absent, _) => return Err(TreeError::Missing),
            (Way::Ordinary, Some(known)) => (known.bytes.clone(), known.metadata.clone()),
            (Way::Ordinary, None) => match disk::read(&self.root.join(path), limit) {
                Ok(Some(read)) => read,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    self.note(path, Use::Absent);
                    self.seen().entries.insert(path.to_owned(), None);
                    return Err(TreeError::Missing);
                }
                // It is no ordinary file, too long, changes meanwhile or may not be read: the careful way says which.
                _ => return self.slowly(self.plain.read(path, limit)),
            },
            (Way::Odd, _) => return self.slowly(self.plain.read(path, limit)),
        };
        if self.notes {
            self.note(path, Use::Read(Stat::of(&metadata), short_digest(&bytes)));
        }
        self.seen().entries.insert(path.to_owned(), Some(metadata));
        Ok(bytes)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        match self.names(directory) {
            Some(names) => return Ok(names?.iter().map(str::to_owned).collect()),
            None if directory.is_empty() => return self.slowly(self.plain.list(directory)),
            None => {}
        }
        match self.look(directory) {
            Some(Ok((_, found))) if !found.is_dir() => {
                self.note(directory, Use::Looked(Stat::of(&found)));
                Err(TreeError::Missing)
            }
            Some(Err(error)) => Err(error),
            _ => self.slowly(self.plain.list(directory)),
        }
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        match self.look(path) {
            Some(Ok((_, found))) if found.is_file() => {
                self.note(path, Use::Looked(Stat::of(&found)));
                self.plain.sha256(path)
            }
            Some(Err(error)) => Err(error),
            _ => self.slowly(self.plain.sha256(path)),
        }
    }
}
