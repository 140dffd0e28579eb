//! Writing a publication: every object first, then the journal, then the branch moves, which publishes; tag, files and
//! index follow.

use super::Id;
use super::journal::{Journal, Lock};
use super::repository::{GitError, Repository, unread_index};
use super::sign::{Signing, make_signature};
use std::fs;
use std::io::Write as _;

/// A file that a publication adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// From the workspace, with `/`.
    pub path: String,
    pub content: Vec<u8>,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Publication<'a> {
    /// `2025-26/001`, for people.
    pub name: &'a str,
    /// The commit on which everything was judged.
    pub parent: Id,
    pub files: &'a [NewFile],
    pub message: &'a str,
    /// Without `refs/tags/`.
    pub tag: &'a str,
    pub tag_message: &'a str,
    pub sign_commit: bool,
    pub sign_tag: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub commit: Id,
    /// What could not be done after the branch had moved, in words.
    pub left: Vec<String>,
}

impl Repository {
    /// Publishes, or changes nothing.
    pub fn publish(&self, publication: &Publication<'_>, signing: &Signing) -> Result<Published, GitError> {
        let Some(_lock) = Lock::take(self)? else {
            return Err(GitError::new("another `dspt publish` is at work in this repository; nothing was changed")
                .hint("wait until it has ended, then start again"));
        };
        // What an earlier one left half done comes first: its journal would be lost otherwise.
        self.make_good_locked()?;
        let head = self.head()?;
        if head.commit != Some(publication.parent) {
            return Err(overtaken());
        }
        let full: Vec<(String, &[u8])> =
            publication.files.iter().map(|file| (self.full(&file.path), file.content.as_slice())).collect();
        let (commit, tag, blobs) = self.write_objects(publication, &full, signing)?;
        let journal = Journal {
            publication: publication.name.to_owned(),
            reference: head.reference.clone(),
            commit: commit.to_string(),
            tag: publication.tag.to_owned(),
            tag_object: tag.to_string(),
            files: full.iter().zip(&blobs).map(|((path, _), blob)| (path.clone(), blob.to_string())).collect(),
        };
        self.check_index()?;
        journal.write(self)?;
        if let Err(error) = self.lay_out(&full) {
            self.discard(&journal);
            return Err(error);
        }
        let moved = {
            let repository = self.handle();
            let log = format!("dspt publish: {}", publication.name);
            let id = publication.parent;
            repository.reference_matching(&head.reference, commit, true, id, &log).map(drop)
        };
        if let Err(error) = moved {
            self.discard(&journal);
            return Err(match error.code() {
                git2::ErrorCode::Modified | git2::ErrorCode::NotFound => overtaken(),
                _ => GitError::new(format!("the branch could not be moved: {}; nothing was published", reason(&error))),
            });
        }
        let left = self.follow(&journal)?;
        Journal::remove(self);
        Ok(Published { commit, left })
    }

    fn write_objects(
        &self,
        publication: &Publication<'_>,
        files: &[(String, &[u8])],
        signing: &Signing,
    ) -> Result<(Id, Id, Vec<Id>), GitError> {
        let unwritten = |error: git2::Error| {
            GitError::new(format!("git's objects cannot be written: {}; nothing was changed", reason(&error)))
        };
        let (buffer, blobs, tagger) = {
            let repository = self.handle();
            if repository.find_reference(&format!("refs/tags/{}", publication.tag)).is_ok() {
                return Err(GitError::new(format!("the tag {} is there already; nothing was changed", publication.tag))
                    .hint("`git tag -d` takes away a tag that was left behind; `git fetch --tags` shows whether others have it"));
            }
            let parent = repository.find_commit(publication.parent)?;
            let mut builder = git2::build::TreeUpdateBuilder::new();
            let mut blobs = Vec::new();
            for (path, content) in files {
                let blob = repository.blob(content).map_err(unwritten)?;
                builder.upsert(path.as_str(), blob, git2::FileMode::Blob);
                blobs.push(blob);
            }
            let tree = builder.create_updated(&repository, &parent.tree()?).map_err(unwritten)?;
            let tree = repository.find_tree(tree)?;
            let nobody = |_| {
                GitError::new("git does not know who you are; nothing was changed")
                    .hint("`git config user.name NAME` and `git config user.email ADDRESS` say so")
            };
            let author = in_utc(&repository.author_from_env().map_err(nobody)?)?;
            let committer = in_utc(&repository.committer_from_env().map_err(nobody)?)?;
            let buffer =
                repository.commit_create_buffer(&author, &committer, publication.message, &tree, &[&parent])?;
            let tagger = format!(
                "{} <{}> {} +0000",
                String::from_utf8_lossy(committer.name_bytes()),
                String::from_utf8_lossy(committer.email_bytes()),
                committer.when().seconds()
            );
            (String::from_utf8_lossy(&buffer).into_owned(), blobs, tagger)
        };
        // Signing may ask a person: the repository is not held meanwhile.
        let signature = if publication.sign_commit { Some(make_signature(signing, buffer.as_bytes())?) } else { None };
        let commit = {
            let repository = self.handle();
            if let Some(signature) = signature {
                repository.commit_signed(&buffer, signature.trim_end(), Some("gpgsig")).map_err(unwritten)?
            } else {
                let odb = repository.odb()?;
                odb.write(git2::ObjectType::Commit, buffer.as_bytes()).map_err(unwritten)?
            }
        };
        let mut tag = format!(
            "object {commit}\ntype commit\ntag {}\ntagger {tagger}\n\n{}",
            publication.tag, publication.tag_message
        );
        if publication.sign_tag {
            let signature = make_signature(signing, tag.as_bytes())?;
            tag.push_str(&signature);
        }
        let tag = self.handle().odb()?.write(git2::ObjectType::Tag, tag.as_bytes()).map_err(unwritten)?;
        Ok((commit, tag, blobs))
    }

    /// The index must be readable and free before anything moves.
    pub(super) fn check_index(&self) -> Result<(), GitError> {
        let repository = self.handle();
        let index = repository
            .index()
            .and_then(|mut index| index.read(true).map(|()| index))
            .map_err(|error| unread_index(&error))?;
        let lock = index.path().map(|path| path.with_extension("lock"));
        if let Some(lock) = lock.filter(|lock| lock.exists()) {
            return Err(GitError::new(format!(
                "another git is at work here: {} exists; nothing was changed",
                lock.display()
            ))
            .hint("wait until it has ended; if none is running, delete that file"));
        }
        Ok(())
    }

    /// Writes every file beside its place, so that a full disk or a directory that cannot be written shows now.
    fn lay_out(&self, files: &[(String, &[u8])]) -> Result<(), GitError> {
        for (path, content) in files {
            let full = self.top().join(path);
            let ways = full.ancestors().take_while(|way| *way != self.top());
            if let Some(link) = ways.into_iter().find(|way| way.is_symlink()) {
                return Err(GitError::new(format!(
                    "{} is a symbolic link; dspt does not write through links; nothing was changed",
                    link.display()
                )));
            }
            let waiting = Journal::waiting(&full);
            let write = || {
                if let Some(directory) = full.parent() {
                    fs::create_dir_all(directory)?;
                }
                let mut file = fs::File::create(&waiting)?;
                file.write_all(content)?;
                file.sync_all()
            };
            write()
                .map_err(|error| GitError::new(format!("{path} cannot be written: {error}; nothing was changed")))?;
        }
        Ok(())
    }
}

/// Why git could not write, in words. It has none where the system call behind it failed without its noticing why, and
/// misses objects that it took for written.
pub(super) fn reason(error: &git2::Error) -> String {
    const PERHAPS: &str = "the disk may be full, or the directory may not be written";
    match error.message() {
        "" | "no error" => PERHAPS.to_owned(),
        said if error.code() == git2::ErrorCode::NotFound || error.class() == git2::ErrorClass::Odb => {
            format!("{said}; {PERHAPS}")
        }
        said => said.to_owned(),
    }
}

pub(super) fn overtaken() -> GitError {
    GitError::new("the branch moved while this publication was being made; nothing was published")
        .hint("look at `git log`, then start again")
}

/// The same person and moment, in UTC: no time zone is stored.
pub(super) fn in_utc(who: &git2::Signature<'_>) -> Result<git2::Signature<'static>, GitError> {
    let name = String::from_utf8_lossy(who.name_bytes()).into_owned();
    let email = String::from_utf8_lossy(who.email_bytes()).into_owned();
    Ok(git2::Signature::new(&name, &email, &git2::Time::new(who.when().seconds(), 0))?)
}
