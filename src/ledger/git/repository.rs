//! A repository opened as git would open it, and the workspace's place in it.

use super::lineage::Lineage;
use super::moves::Places;
use super::{Id, RevisionTree, environment};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What git refused, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    pub message: String,
    pub hint: Option<String>,
}

impl GitError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::new(format!("git: {}", error.message()))
    }
}

/// Where commits go: a branch, or the head itself where it is detached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The reference that moves, such as `refs/heads/main`; `HEAD` where it is detached.
    pub reference: String,
    /// None before the first commit.
    pub commit: Option<Id>,
}

impl Head {
    /// The branch's short name; none where the head is detached.
    pub fn branch(&self) -> Option<&str> {
        self.reference.strip_prefix("refs/heads/")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Conflicted,
    Deleted,
    Changed,
    Untracked,
}

impl ChangeKind {
    pub fn words(self) -> &'static str {
        match self {
            Self::Conflicted => "has an unsettled merge conflict",
            Self::Deleted => "is deleted, which is not committed",
            Self::Changed => "has changes that are not committed",
            Self::Untracked => "is not in git yet",
        }
    }
}

/// A file of the workspace that is not as the last commit has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// From the workspace, with `/`.
    pub path: String,
    pub kind: ChangeKind,
}

/// A repository and the workspace's path in it. Clones share one handle.
#[derive(Clone)]
pub struct Repository {
    handle: Arc<Mutex<git2::Repository>>,
    /// The workspace's path from the top of the work tree: empty, or ending in `/`.
    prefix: String,
    top: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    /// The tags by [`tag_key`], once somebody has asked.
    tags: Arc<OnceLock<HashMap<String, Vec<String>>>>,
    /// Where the workspace lay before, as far as somebody has looked.
    pub(super) places: Arc<Places>,
    /// The history that is read once for all workspaces, where this is one of many; none in it where it cannot be read.
    lineage: Option<Arc<OnceLock<Option<Lineage>>>>,
}

/// What the tags of one code have in common, whatever its case.
fn tag_key(family: &str, code: &str) -> String {
    format!("{family}/{}", code.to_ascii_lowercase())
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Repository").field("top", &self.top).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Repository {
    /// Opens the repository around a workspace as git would: the one that `GIT_DIR` names, or the one it lies in.
    pub fn open(workspace: &Path) -> Result<Self, GitError> {
        Self::around_workspace(workspace, environment::open(workspace))
    }

    /// Opens the repository that a workspace lies in, whatever `GIT_DIR` says: with many workspaces it means none of them.
    pub fn open_around(workspace: &Path) -> Result<Self, GitError> {
        Self::around_workspace(workspace, environment::search(workspace))
    }

    fn around_workspace(workspace: &Path, opened: Result<git2::Repository, git2::Error>) -> Result<Self, GitError> {
        let repository = opened.map_err(|error| refused(workspace, &error))?;
        if is_partial(&repository) {
            return Err(partial(workspace));
        }
        let Some(top) = repository.workdir().map(Path::to_owned) else {
            return Err(GitError::new(format!(
                "{} is a bare repository: it has no work tree",
                repository.path().display()
            ))
            .hint("`git clone` it, or `git worktree add` a work tree, and run dspt there"));
        };
        let prefix = prefix(&top, workspace)?;
        let git_dir = repository.path().to_owned();
        let common_dir = repository.commondir().to_owned();
        Ok(Self {
            handle: Arc::new(Mutex::new(repository)),
            prefix,
            top,
            git_dir,
            common_dir,
            tags: Arc::default(),
            places: Arc::default(),
            lineage: None,
        })
    }

    /// The same repository around another workspace in it.
    pub fn around(&self, workspace: &Path) -> Result<Self, GitError> {
        Ok(Self { prefix: prefix(&self.top, workspace)?, places: Arc::default(), ..self.clone() })
    }

    /// The same repository, of which many workspaces are going to be asked about: what they share is read once.
    #[must_use]
    pub fn of_many(self) -> Self {
        Self { lineage: Some(Arc::default()), ..self }
    }

    /// The same repository around an ordinary directory of this workspace.
    #[must_use]
    pub fn below(&self, name: &str) -> Self {
        Self { prefix: format!("{}{name}/", self.prefix), places: Arc::default(), ..self.clone() }
    }

    /// The history of a commit, read once for many workspaces, where this is one of them, nobody found that it lay
    /// elsewhere before, and it is the first commit that anybody asked about.
    pub(super) fn lineage(&self, head: Id) -> Option<&Lineage> {
        let shared = self.lineage.as_ref().filter(|_| self.places.is_empty())?;
        let lineage = shared.get_or_init(|| Lineage::of(&self.handle(), head).ok());
        lineage.as_ref().filter(|lineage| lineage.head == head)
    }

    pub(super) fn handle(&self) -> MutexGuard<'_, git2::Repository> {
        // A panic elsewhere leaves the handle as it was: libgit2 keeps no half-done state in it.
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace's path from the top: empty, or ending in `/`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The top of the work tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    pub(super) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    pub(super) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// A path of the workspace as the repository knows it.
    pub fn full(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    pub fn is_shallow(&self) -> bool {
        self.handle().is_shallow()
    }

    pub fn head(&self) -> Result<Head, GitError> {
        let repository = self.handle();
        let head = repository.find_reference("HEAD")?;
        let reference = match head.symbolic_target() {
            Ok(Some(target)) => target.to_owned(),
            _ => "HEAD".to_owned(),
        };
        let commit = match repository.head() {
            Ok(head) => Some(head.peel_to_commit()?.id()),
            Err(error) if matches!(error.code(), git2::ErrorCode::UnbornBranch | git2::ErrorCode::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Head { reference, commit })
    }

    /// The commit that a revision names, if there is one.
    pub fn resolve(&self, revision: &str) -> Option<Id> {
        let repository = self.handle();
        let object = repository.revparse_single(revision).ok()?;
        object.peel_to_commit().ok().map(|commit| commit.id())
    }

    /// The workspace's files at a commit; see [`Self::following_moves`] for one that lay elsewhere then.
    pub fn workspace_at(&self, commit: Id) -> Result<RevisionTree, GitError> {
        RevisionTree::new(self, commit, self.place_at(commit))
    }

    /// The whole repository's files at a commit.
    pub fn top_at(&self, commit: Id) -> Result<RevisionTree, GitError> {
        RevisionTree::new(self, commit, "")
    }

    /// The tags below a family and a code, the code compared without case, as they were when any were first asked for:
    /// many workspaces of one repository read the references once.
    pub fn tags_of(&self, family: &str, code: &str) -> &[String] {
        let all = self.tags.get_or_init(|| {
            let mut all: HashMap<String, Vec<String>> = HashMap::new();
            for name in self.tags("") {
                let mut parts = name.splitn(3, '/');
                if let (Some(family), Some(code), Some(_)) = (parts.next(), parts.next(), parts.next()) {
                    all.entry(tag_key(family, code)).or_default().push(name);
                }
            }
            all
        });
        all.get(&tag_key(family, code)).map(Vec::as_slice).unwrap_or_default()
    }

    /// A setting of git's configuration.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.handle().config().ok()?.get_string(key).ok().filter(|value| !value.is_empty())
    }

    pub fn flag(&self, key: &str) -> bool {
        self.handle().config().ok().and_then(|config| config.get_bool(key).ok()).unwrap_or(false)
    }

    /// A setting that is a path, `~` expanded.
    pub fn path_setting(&self, key: &str) -> Option<PathBuf> {
        let path = self.handle().config().ok()?.get_path(key).ok()?;
        Some(if path.is_absolute() { path } else { self.top.join(path) })
    }

    /// Names of hooks that git would run at a commit; dspt runs none.
    pub fn commit_hooks(&self) -> Vec<String> {
        let directory = self.path_setting("core.hookspath").unwrap_or_else(|| self.common_dir.join("hooks"));
        ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction"]
            .into_iter()
            .filter(|name| directory.join(name).is_file())
            .map(str::to_owned)
            .collect()
    }

    /// Who commits here, as git knows it: name and e-mail address.
    pub fn committer(&self) -> Result<(String, String), GitError> {
        let repository = self.handle();
        let who = repository.committer_from_env().map_err(|_| {
            GitError::new("git does not know who you are")
                .hint("`git config user.name NAME` and `git config user.email ADDRESS` say so")
        })?;
        Ok((
            String::from_utf8_lossy(who.name_bytes()).into_owned(),
            String::from_utf8_lossy(who.email_bytes()).into_owned(),
        ))
    }

    /// What is not committed among the workspace's files, ignored files and other workspaces inside it left out.
    pub fn changes(&self) -> Result<Vec<Change>, GitError> {
        let repository = self.handle();
        let mut options = git2::StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false).exclude_submodules(true);
        options.disable_pathspec_match(true);
        if !self.prefix.is_empty() {
            options.pathspec(self.prefix.trim_end_matches('/'));
        }
        let statuses = repository.statuses(Some(&mut options)).map_err(|error| match error.class() {
            git2::ErrorClass::Index => unread_index(&error),
            _ => error.into(),
        })?;
        let mut changes = Vec::new();
        for entry in statuses.iter() {
            let full = String::from_utf8_lossy(entry.path_bytes()).into_owned();
            let Some(path) = full.strip_prefix(&self.prefix) else { continue };
            // Another publication at this moment lays its files out so.
            if path.ends_with(super::journal::WAITING) {
                continue;
            }
            let status = entry.status();
            let kind = if status.is_conflicted() {
                ChangeKind::Conflicted
            } else if status.is_wt_deleted() || status.is_index_deleted() {
                ChangeKind::Deleted
            } else if status.is_wt_new() && !status.is_index_new() {
                ChangeKind::Untracked
            } else if status.is_ignored() || status.is_empty() {
                continue;
            } else {
                ChangeKind::Changed
            };
            changes.push(Change { path: path.to_owned(), kind });
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// Whether git's rules say that a path of the workspace stays out of git.
    pub fn is_ignored(&self, path: &str) -> bool {
        let full = self.full(path);
        self.handle().is_path_ignored(Path::new(&full)).unwrap_or(false)
    }

    /// Whether the workspace's directory is ignored as a whole and git's index holds nothing of it.
    pub fn knows_nothing(&self) -> bool {
        let directory = Path::new(&self.prefix);
        let repository = self.handle();
        let is_ignored = !self.prefix.is_empty() && repository.is_path_ignored(directory).unwrap_or(false);
        is_ignored && repository.index().is_ok_and(|index| index.find_prefix(directory).is_err())
    }

    /// The submodule that a path of the workspace lies in, from the workspace; none where it lies in none.
    pub fn submodule_around(&self, path: &str) -> Option<String> {
        const SUBMODULE: u32 = 0o160_000;
        let repository = self.handle();
        let index = repository.index().ok()?;
        let mut above = Path::new(path).ancestors().skip(1).filter_map(Path::to_str).filter(|above| !above.is_empty());
        let is_submodule =
            |above: &&str| index.get_path(Path::new(&self.full(above)), 0).is_some_and(|entry| entry.mode == SUBMODULE);
        above.find(is_submodule).map(str::to_owned)
    }

    /// Whether git's index holds a path of the workspace.
    pub fn is_tracked(&self, path: &str) -> bool {
        let full = self.full(path);
        let repository = self.handle();
        repository.index().is_ok_and(|index| index.get_path(Path::new(&full), 0).is_some())
    }
}

/// A workspace's path from the top of a work tree: empty, or ending in `/`.
fn prefix(top: &Path, workspace: &Path) -> Result<String, GitError> {
    // Only what is there can be followed; a workspace that a commit alone has keeps its spelling below that.
    let real = |path: &Path| {
        let there = path.ancestors().find_map(|there| Some((there, there.canonicalize().ok()?)));
        there.map_or_else(
            || path.to_owned(),
            |(there, real)| match path.strip_prefix(there) {
                Ok(below) if !below.as_os_str().is_empty() => real.join(below),
                _ => real,
            },
        )
    };
    let path = real(workspace).strip_prefix(real(top)).ok().and_then(|path| path.to_str().map(str::to_owned));
    let Some(path) = path.map(|path| path.replace('\\', "/")) else {
        return Err(GitError::new(format!(
            "{} is not in the work tree of the repository, {}",
            workspace.display(),
            top.display()
        ))
        .hint("run dspt where git status shows the workspace's files; GIT_DIR and GIT_WORK_TREE count"));
    };
    Ok(if path.is_empty() { path } else { format!("{path}/") })
}

/// Whether objects are fetched only when git asks for them: what is missing cannot be told from what was tampered with.
fn is_partial(repository: &git2::Repository) -> bool {
    let Ok(config) = repository.config() else { return false };
    let promised = |name: &str| config.get_bool(&format!("remote.{name}.promisor")).unwrap_or(false);
    let remotes = repository.remotes();
    config.get_string("extensions.partialclone").is_ok()
        || remotes.is_ok_and(|remotes| remotes.iter().flatten().flatten().any(promised))
}

fn partial(workspace: &Path) -> GitError {
    GitError::new(format!("the repository around {} is a partial clone, which dspt cannot read", workspace.display()))
        .hint("clone it again without --filter")
}

/// Why git's index cannot be read.
pub(super) fn unread_index(error: &git2::Error) -> GitError {
    GitError::new(format!("git's index cannot be read: {}; nothing was changed", error.message())).hint(
        "a split or sparse index is beyond dspt: `git update-index --no-split-index`, `git sparse-checkout disable`",
    )
}

/// Why a repository cannot be opened, in words, with what to do.
fn refused(workspace: &Path, error: &git2::Error) -> GitError {
    let place = workspace.display();
    let said = error.message().to_lowercase();
    if error.code() == git2::ErrorCode::Owner {
        return GitError::new(format!("git does not trust the repository around {place}: somebody else owns it"))
            .hint(format!("if you trust it: `git config --global --add safe.directory {place}`"));
    }
    if said.contains("objectformat") || said.contains("sha256") || said.contains("object id type") {
        return GitError::new(format!(
            "the repository around {place} has SHA-256 object names, which dspt cannot read"
        ))
        .hint("keep the workspace in a repository made without --object-format=sha256");
    }
    if said.contains("refstorage") || said.contains("reftable") {
        return GitError::new(format!(
            "the repository around {place} keeps its references in reftables, which dspt cannot read"
        ))
        .hint("`git refs migrate --ref-format=files` turns it into one that dspt reads");
    }
    if said.contains("partialclone") || said.contains("promisor") {
        return partial(workspace);
    }
    if error.code() == git2::ErrorCode::NotFound {
        return GitError::new(format!("{place} is in no git repository"))
            .hint("`git init` makes one here; publishing and verifying need it");
    }
    GitError::new(format!("the git repository around {place} cannot be opened: {}", error.message()))
}
