//! What git stores of files whose line ends a checkout converted: digests are taken over that, so that they hold on
//! every platform.

use super::Repository;
use crate::tree::{Entry, Tree, TreeError};
use sha2::{Digest as _, Sha256};
use std::path::Path;

impl Repository {
    /// SHA-256 of what git stores of a file in the work tree, where only its line ends were converted at the checkout, so
    /// that git calls it unmodified. None where it is as git stores it, was changed, or is not in git.
    pub fn sha256_before_checkout(&self, path: &str, work: &dyn Tree) -> Option<String> {
        let full = self.full(path);
        let (id, stored) = {
            let repository = self.handle();
            let id = repository.index().ok()?.get_path(Path::new(&full), 0)?.id;
            let (size, _) = repository.odb().ok()?.read_header(id).ok()?;
            (id, size as u64)
        };
        // Each line end grows by one byte: nothing else needs to be read.
        let Ok(Entry::File { size }) = work.entry(path) else { return None };
        if size <= stored || size > 2 * stored {
            return None;
        }
        let there = work.read(path, size).ok()?;
        let repository = self.handle();
        let blob = repository.find_blob(id).ok()?;
        let is_blob = with_plain_ends(&there).eq(blob.content().iter().copied());
        let unmodified = is_blob && repository.status_file(Path::new(&full)).is_ok_and(|status| status.is_empty());
        unmodified.then(|| format!("{:x}", Sha256::digest(blob.content())))
    }
}

/// Bytes with each CRLF as LF.
fn with_plain_ends(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let is_end = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    (0..bytes.len()).filter(move |at| !is_end(*at)).map(|at| bytes[at])
}

/// A work tree whose files have the digests of what git stores.
#[derive(Debug, Clone, Copy)]
pub struct AsStored<'t> {
    pub work: &'t dyn Tree,
    pub repository: &'t Repository,
}

impl Tree for AsStored<'_> {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        self.work.entry(path)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        self.work.read(path, limit)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        self.work.list(directory)
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        let stored = self.repository.sha256_before_checkout(path, self.work);
        stored.map_or_else(|| self.work.sha256(path), Ok)
    }
}
