//! `--commit`: what a command wrote becomes a commit, exactly that and nothing else.
//!
//! A command that writes takes [`Commit`] into its arguments (`#[command(flatten)]`). It either hands its files to
//! [`Commit::save`], or calls [`Commit::ready`] before it writes and [`Commit::written`] after.

use super::context::Context;
use super::error::Failure;
use super::{ledger, write};
use crate::diagnostic::render::one_line;
use crate::ledger::git::{Repository, Signing};
use clap::Args;
use std::path::Path;

#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Commit {
    /// Commit exactly what is written, and nothing else
    #[arg(long)]
    commit: bool,
}

impl Commit {
    pub fn is_asked(self) -> bool {
        self.commit
    }

    /// Before anything is written: refuses where a commit of these files would take in changes that are somebody's own.
    /// Paths are from the workspace, with `/`.
    pub fn ready(self, root: &Path, paths: &[&str]) -> Result<(), Failure> {
        if !self.commit {
            return Ok(());
        }
        let repository = ledger::repository(root)?;
        for path in paths {
            let full = within(&repository, root, path)?;
            if let Some(why) = repository.hinders(&full) {
                return Err(Failure::new(format!(
                    "{path} {why}, and --commit would take that in; nothing was written"
                ))
                .hint("commit it first, or leave --commit out"));
            }
        }
        Ok(())
    }

    /// After they are written: commits the files. Does nothing without `--commit`.
    pub fn written(self, context: &Context, root: &Path, paths: &[&str], message: &str) -> Result<(), Failure> {
        if self.commit { commit_written(context, root, paths, message) } else { Ok(()) }
    }

    /// Writes files over what is there, each whole, and commits them where that is asked for.
    pub fn save(self, context: &Context, root: &Path, files: &[(&str, &[u8])], message: &str) -> Result<(), Failure> {
        let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        self.ready(root, &paths)?;
        for (path, bytes) in files {
            write::replace(&root.join(path), bytes)?;
        }
        self.written(context, root, &paths, message)
    }
}

fn within(repository: &Repository, root: &Path, path: &str) -> Result<String, Failure> {
    repository.from_top(&root.join(path)).ok_or_else(|| Failure::new(format!("{path} lies outside the git repository")))
}

/// Commits files of a workspace as they lie there; other changes and what is staged stay as they are.
pub fn commit_written(context: &Context, root: &Path, paths: &[&str], message: &str) -> Result<(), Failure> {
    let commit = || {
        let repository = ledger::repository(root)?;
        let full = paths.iter().map(|path| within(&repository, root, path)).collect::<Result<Vec<_>, _>>()?;
        let signing = Signing::of(&repository);
        if let Some(lack) = signing.lacks().filter(|_| signing.commits) {
            return Err(Failure::new(lack));
        }
        let made = repository.commit_files(&full, &format!("{}\n", message.trim_end()), &signing)?;
        Ok((made, repository.commit_hooks()))
    };
    let (made, hooks) = commit().map_err(|failure: Failure| Failure {
        message: format!("it is written, but not committed: {}", failure.message),
        ..failure
    })?;
    let Some(id) = made else { return Ok(()) };
    let short: String = id.to_string().chars().take(7).collect();
    context.note(&format!("Committed as {short}: {}", one_line(message.lines().next().unwrap_or_default())));
    if !hooks.is_empty() {
        context.note(&format!("Hooks are set up here and did not run: {}.", hooks.join(", ")));
    }
    Ok(())
}
