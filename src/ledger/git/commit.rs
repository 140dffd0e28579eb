//! A commit of some files and nothing else, as `git commit --only` makes it.

use super::Id;
use super::journal::Lock;
use super::repository::{GitError, Repository};
use super::sign::{Signing, make_signature};
use super::write::{in_utc, overtaken, reason};
use std::path::Path;

impl Repository {
    /// A path on disk as the repository knows it, from the top; none where it lies outside.
    pub fn from_top(&self, path: &Path) -> Option<String> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // The file itself may be new, or a link that nobody writes through: its directory counts.
        let full = real(path.parent()?).join(path.file_name()?);
        let below = full.strip_prefix(real(self.top())).ok()?;
        Some(below.to_str()?.replace('\\', "/"))
    }

    /// Why a file could not be committed without something else: what it holds is not committed yet. Files that are not
    /// there, and those that git ignores, are no hindrance.
    pub fn hinders(&self, file: &str) -> Option<&'static str> {
        let repository = self.handle();
        let status = repository.status_file(Path::new(file)).ok()?;
        if status.is_conflicted() {
            Some("has an unsettled merge conflict")
        } else if status.is_ignored() || status.is_empty() {
            None
        } else if status.is_wt_new() && !status.is_index_new() {
            Some("is not in git yet")
        } else if status.is_wt_deleted() && !status.is_index_modified() {
            Some("is deleted, which is not committed")
        } else {
            Some("has changes that are not committed")
        }
    }

    /// Commits files, by their paths from the top, as they lie in the work tree. The index gains them and is else
    /// untouched; files that git ignores are left out. None where nothing of them differs from the last commit.
    pub fn commit_files(&self, files: &[String], message: &str, signing: &Signing) -> Result<Option<Id>, GitError> {
        let Some(_lock) = Lock::take(self)? else {
            return Err(GitError::new("a `dspt publish` is at work in this repository").hint("wait until it has ended"));
        };
        let head = self.head()?;
        self.check_index()?;
        let unwritten =
            |error: git2::Error| GitError::new(format!("git's objects cannot be written: {}", reason(&error)));
        let (mut index, buffer) = {
            let repository = self.handle();
            if repository.state() != git2::RepositoryState::Clean {
                return Err(GitError::new("a merge, rebase or the like is under way in this repository")
                    .hint("end it, then commit; `git status` shows it"));
            }
            let parent = head.commit.map(|id| repository.find_commit(id)).transpose()?;
            let base = match &parent {
                Some(parent) => parent.tree()?,
                None => repository.find_tree(repository.treebuilder(None)?.write().map_err(unwritten)?)?,
            };
            let mut index = repository.index()?;
            let mut builder = git2::build::TreeUpdateBuilder::new();
            for file in files {
                let path = Path::new(file);
                if index.get_path(path, 0).is_none() && repository.is_path_ignored(path)? {
                    continue;
                }
                index.add_path(path).map_err(unwritten)?;
                let entry = index.get_path(path, 0).ok_or_else(|| GitError::new(format!("git did not take {file}")))?;
                let mode = if entry.mode & 0o111 == 0 { git2::FileMode::Blob } else { git2::FileMode::BlobExecutable };
                builder.upsert(file.as_str(), entry.id, mode);
            }
            let tree = builder.create_updated(&repository, &base).map_err(unwritten)?;
            if tree == base.id() {
                return Ok(None);
            }
            let tree = repository.find_tree(tree)?;
            let nobody = |_| {
                GitError::new("git does not know who you are")
                    .hint("`git config user.name NAME` and `git config user.email ADDRESS` say so")
            };
            let author = in_utc(&repository.author_from_env().map_err(nobody)?)?;
            let committer = in_utc(&repository.committer_from_env().map_err(nobody)?)?;
            let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
            let buffer = repository.commit_create_buffer(&author, &committer, message, &tree, &parents)?;
            (index, String::from_utf8_lossy(&buffer).into_owned())
        };
        // Signing may ask a person: the repository is not held meanwhile.
        let signature = if signing.commits { Some(make_signature(signing, buffer.as_bytes())?) } else { None };
        let repository = self.handle();
        let commit = match signature {
            Some(signature) => repository.commit_signed(&buffer, signature.trim_end(), Some("gpgsig")),
            None => repository.odb()?.write(git2::ObjectType::Commit, buffer.as_bytes()),
        };
        let commit = commit.map_err(unwritten)?;
        let log = format!("dspt: {}", message.lines().next().unwrap_or_default());
        let moved = match head.commit {
            Some(parent) => repository.reference_matching(&head.reference, commit, true, parent, &log),
            None => repository.reference(&head.reference, commit, false, &log),
        };
        moved.map_err(|error| match error.code() {
            git2::ErrorCode::Modified | git2::ErrorCode::NotFound | git2::ErrorCode::Exists => overtaken(),
            _ => GitError::new(format!("the branch could not be moved: {}", error.message())),
        })?;
        index.write().map_err(|error| {
            GitError::new(format!("it is committed, but git's index could not be written: {}", error.message()))
                .hint("`git reset` puts the index right")
        })?;
        Ok(Some(commit))
    }
}
