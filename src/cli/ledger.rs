//! What the commands of the ledger share: the repository around a workspace, and git's refusals in the program's words.

use super::context::Context;
use super::error::Failure;
use crate::ledger::git::{GitError, Interrupted, Repository};
use std::path::Path;

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let failure = Self::new(error.message);
        match error.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// The repository around a workspace, as git would find it.
pub fn repository(root: &Path) -> Result<Repository, Failure> {
    Ok(Repository::open(root, std::env::var_os("GIT_DIR").is_some())?)
}

/// Finishes or drops what a killed `publish` left half done, and says which. Workspaces outside git have nothing such.
pub fn make_good(context: &Context) -> Result<(), Failure> {
    let Some(root) = context.find_root(&context.start) else { return Ok(()) };
    let Ok(repository) = repository(&root) else { return Ok(()) };
    match repository.make_good()? {
        None => {}
        Some(Interrupted::Finished { publication, left }) => {
            context.note(&format!("Publication {publication} had been interrupted; it is complete now."));
            for line in left {
                context.note(&format!("  {line}"));
            }
        }
        Some(Interrupted::Dropped { publication }) => {
            context.note(&format!(
                "Publication {publication} had been interrupted before it was made; nothing was published."
            ));
        }
    }
    Ok(())
}
