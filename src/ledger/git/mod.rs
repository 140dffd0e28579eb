//! The only place that names git2.
//!
//! Repositories are opened as git itself would open them. Objects are read and written here; signatures are made and
//! judged by the programs that git uses for them, `ssh-keygen` and `gpg`, spawned.

mod commit;
mod drivers;
mod environment;
mod history;
mod journal;
mod lineage;
mod log;
mod moves;
mod repository;
mod sign;
mod ssh;
mod stored;
mod tag;
mod tree;
mod write;

pub use drivers::{LineMarks, merge_lines};
pub use git2::Oid as Id;
pub use history::{CommitInfo, Signed, TagObject};
pub use journal::{Interrupted, Journal};
pub use log::{Authored, Logged};
pub use repository::{Change, ChangeKind, GitError, Head, Repository};
pub use sign::{Judges, Signers, Signing, Verdict, judge_signature, make_signature, public_key};
pub use stored::AsStored;
pub use tag::RawTag;
pub use tree::RevisionTree;
pub use write::{NewFile, Publication, Published};

use std::path::{Path, PathBuf};

/// Git's `user.email` as it counts in a directory.
pub fn user_email(directory: &Path) -> Option<String> {
    let config = match environment::open(directory) {
        Ok(repository) => repository.config().ok()?,
        Err(_) => environment::user_config().ok()?,
    };
    let email = config.get_string("user.email").ok()?;
    Some(email).filter(|email| !email.trim().is_empty())
}

/// What the user has git ignore in every repository: the bytes of that list, none where there is no such list.
pub fn user_ignores() -> Vec<u8> {
    environment::user_ignores()
}

/// The directories into which git does not climb when it looks for a repository around one below them.
pub fn ceilings() -> Vec<PathBuf> {
    environment::ceilings()
}

/// Whether a directory lies in a repository, be it one that cannot be opened. One that is not there yet does not.
pub fn is_repository(directory: &Path) -> bool {
    !matches!(environment::search(directory), Err(error) if error.code() == git2::ErrorCode::NotFound)
}

/// Makes a directory a repository, unless it lies in one already. Says whether one was made.
pub fn ensure_repository(directory: &Path) -> Result<bool, String> {
    if is_repository(directory) {
        return Ok(false);
    }
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head("main");
    git2::Repository::init_opts(directory, &options).map(|_| true).map_err(|error| error.message().to_owned())
}

/// Reads objects as git itself does, without hashing each again: for commands that show what is stored and prove
/// nothing. It holds for the whole run of the program.
pub fn read_without_hashing() {
    git2::opts::strict_hash_verification(false);
}
