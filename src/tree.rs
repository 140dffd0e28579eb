//! Where files come from: the work tree, memory, or a git revision ([`crate::ledger::git::RevisionTree`]).
//!
//! Paths are relative to the tree's root, with `/`. Nothing outside the root is ever read: `..`, absolute paths and
//! symbolic links that lead out are refused as [`TreeError::Escapes`].

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    File { size: u64 },
    Directory,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error("there is no such file")]
    Missing,
    #[error("the path leads out of the workspace")]
    Escapes,
    #[error("it is {0} bytes long")]
    TooLarge(u64),
    #[error("{0}")]
    Unreadable(String),
}

pub trait Tree: std::fmt::Debug + Send + Sync {
    fn entry(&self, path: &str) -> Result<Entry, TreeError>;
    /// Whether a file stands at a path; false for a directory. Like [`Tree::entry`], but nobody asks how large it is, which
    /// a tree of many workspaces can find out more cheaply.
    fn is_file(&self, path: &str) -> Result<bool, TreeError> {
        self.entry(path).map(|entry| matches!(entry, Entry::File { .. }))
    }
    /// The whole file, refused over `limit` bytes.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError>;
    /// Names in a directory, sorted; [`TreeError::Missing`] where no directory is.
    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError>;
    /// SHA-256 of a file of any size, in lower-case hex. A Git LFS pointer counts by the digest it names.
    fn sha256(&self, path: &str) -> Result<String, TreeError>;
    /// What names a file's content without reading it, where something does: two trees of one repository that give the
    /// same name hold the same bytes.
    fn object(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Whether a path could lead out of a tree by its mere spelling, on any system.
pub fn spelled_outside(path: &str) -> bool {
    let bytes = path.as_bytes();
    // Loops without a way out are done for many bytes at once.
    let has_odd = bytes.iter().fold(false, |odd, byte| odd | (*byte == b'\\') | (*byte == 0));
    let behind = bytes.get(1..).unwrap_or_default();
    let has_dots = bytes.iter().zip(behind).fold(false, |dots, (a, b)| dots | ((*a == b'.') & (*b == b'.')));
    bytes.is_empty()
        || matches!(bytes[0], b'/' | b'~')
        || bytes.get(1) == Some(&b':')
        || has_odd
        || (has_dots && path.split('/').any(|part| part == ".."))
}

/// The same place as it is seen from the directory that the program was started in, where it lies below that: the system
/// has fewer directories to walk, which is felt where it is asked for thousands of organisations.
pub fn from_here(path: &Path) -> &Path {
    static HERE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::current_dir().ok());
    let below = HERE.as_ref().and_then(|here| path.strip_prefix(here).ok());
    below.filter(|below| !below.as_os_str().is_empty()).unwrap_or(path)
}

/// Files on disk below a directory.
#[derive(Debug, Clone)]
pub struct WorkTree {
    root: PathBuf,
}

impl WorkTree {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path on disk and what is there, every symbolic link on the way followed only inside the root.
    fn locate(&self, path: &str) -> Result<(PathBuf, Metadata), TreeError> {
        if spelled_outside(path) {
            return Err(TreeError::Escapes);
        }
        let mut full = self.root.clone();
        let mut linked = false;
        for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
            full.push(part);
            linked |= fs::symlink_metadata(&full).map_err(|error| unreadable(&error))?.file_type().is_symlink();
        }
        if linked {
            let real = full.canonicalize().map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => TreeError::Unreadable("it is a symbolic link to nothing".to_owned()),
                _ => unreadable(&error),
            })?;
            let root = self.root.canonicalize().map_err(|error| unreadable(&error))?;
            if !real.starts_with(root) {
                return Err(TreeError::Escapes);
            }
            full = real;
        }
        let metadata = fs::metadata(&full).map_err(|error| unreadable(&error))?;
        Ok((full, metadata))
    }

    fn file(&self, path: &str) -> Result<(PathBuf, u64), TreeError> {
        let (full, metadata) = self.locate(path)?;
        if metadata.is_dir() {
            return Err(TreeError::Unreadable("it is a directory, not a file".to_owned()));
        }
        // Pipes and devices would never end.
        if !metadata.is_file() {
            return Err(TreeError::Unreadable("it is no ordinary file".to_owned()));
        }
        Ok((full, metadata.len()))
    }
}

fn unreadable(error: &io::Error) -> TreeError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => TreeError::Missing,
        io::ErrorKind::PermissionDenied => TreeError::Unreadable("permission denied".to_owned()),
        _ => TreeError::Unreadable(error.to_string()),
    }
}

impl Tree for WorkTree {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        let (_, metadata) = self.locate(path)?;
        if metadata.is_dir() {
            return Ok(Entry::Directory);
        }
        self.file(path).map(|(_, size)| Entry::File { size })
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        let (full, size) = self.file(path)?;
        if size > limit {
            return Err(TreeError::TooLarge(size));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        // A file may grow while it is read: the limit holds all the same.
        let file = File::open(full).map_err(|error| unreadable(&error))?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > limit {
            return Err(TreeError::TooLarge(bytes.len() as u64));
        }
        Ok(bytes)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        let full = if directory.is_empty() { self.root.clone() } else { self.locate(directory)?.0 };
        let mut names = Vec::new();
        for entry in fs::read_dir(full).map_err(|error| unreadable(&error))? {
            names.extend(entry.map_err(|error| unreadable(&error))?.file_name().into_string().ok());
        }
        names.sort();
        Ok(names)
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        let (full, _) = self.file(path)?;
        let mut file = File::open(full).map_err(|error| unreadable(&error))?;
        let mut hasher = Sha256::new();
        let mut first = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut total = 0;
        loop {
            let read = file.read(&mut buffer).map_err(|error| unreadable(&error))?;
            if read == 0 {
                break;
            }
            if total == 0 {
                first.extend_from_slice(&buffer[..read.min(1024)]);
            }
            total += read;
            hasher.update(&buffer[..read]);
        }
        if total <= 1024
            && let Some(oid) = lfs_oid(&first)
        {
            return Ok(oid);
        }
        Ok(format!("{:x}", hasher.finalize()))
    }
}

/// The digest that a Git LFS pointer file names.
pub(crate) fn lfs_oid(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
    let oid = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    (oid.len() == 64 && oid.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| oid.to_ascii_lowercase())
}

/// Files in memory, for tests and for text that was never saved.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl MemoryTree {
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }
}

impl Tree for MemoryTree {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        if spelled_outside(path) {
            return Err(TreeError::Escapes);
        }
        if let Some(bytes) = self.files.get(path) {
            return Ok(Entry::File { size: bytes.len() as u64 });
        }
        let below = format!("{path}/");
        let first = self.files.range(below.clone()..).next();
        if first.is_some_and(|(key, _)| key.starts_with(&below)) {
            Ok(Entry::Directory)
        } else {
            Err(TreeError::Missing)
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        match self.entry(path)? {
            Entry::Directory => Err(TreeError::Unreadable("it is a directory, not a file".to_owned())),
            Entry::File { size } if size > limit => Err(TreeError::TooLarge(size)),
            Entry::File { .. } => self.files.get(path).cloned().ok_or(TreeError::Missing),
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|key| key.strip_prefix(&prefix))
            .map(|rest| rest.split('/').next().unwrap_or(rest).to_owned())
            .collect();
        names.dedup();
        if names.is_empty() && !directory.is_empty() { Err(TreeError::Missing) } else { Ok(names) }
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        let bytes = self.read(path, u64::MAX)?;
        Ok(lfs_oid(&bytes[..bytes.len().min(1024)]).unwrap_or_else(|| format!("{:x}", Sha256::digest(&bytes))))
    }
}
