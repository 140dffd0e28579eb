//! The repositories around many workspaces: found without git, opened only where there is something to ask, and once
//! however many workspaces lie in them.

use super::git::{self, Repository};
use crate::tree::{Entry, Tree, TreeError};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const GIT: &str = ".git";
/// Files of a repository that what it says of a workspace may rest on, besides its references and its index.
const STATE: [&str; 5] = [HEAD, CONFIG, "packed-refs", "shallow", "info/exclude"];
const CONFIG: &str = "config";
/// What git ignores in a directory.
const IGNORE: &str = ".gitignore";
const HEAD: &str = "HEAD";
const INDEX: &str = "index";
const TAGS: &str = "refs/tags";
/// A file of references is no longer than this, in bytes.
const MAX_REFERENCE: u64 = 4096;
/// Settings of one repository are no longer than this, in bytes.
const MAX_CONFIG: u64 = 1024 * 1024;
/// The checksum at the end of git's index, in bytes.
const CHECKSUM: i64 = 20;

/// The repository around a workspace.
#[derive(Debug)]
pub struct Around {
    /// None where git cannot read it.
    pub repository: Option<Repository>,
    /// Whether what it says holds for as long as the workspace's own files and [`Repositories::state`] are as they are.
    pub is_noted: bool,
}

/// Which repositories lie around the directories of workspaces.
#[derive(Debug, Default)]
pub struct Repositories {
    /// Each directory that holds workspaces.
    places: BTreeMap<OsString, Place>,
    shared: BTreeMap<PathBuf, Shared>,
}

/// A directory that holds workspaces.
#[derive(Debug, Default)]
struct Place {
    /// The top of the work tree around it.
    top: Option<PathBuf>,
    /// The digest of what git ignores in it and above, the user's own list among it.
    ignored: String,
    /// What git knows of it, asked when the first of its workspaces is looked at.
    known: OnceLock<Known>,
}

/// What git knows of a directory that holds workspaces.
#[derive(Debug)]
enum Known {
    /// It is ignored with all that lies in it, so that its workspaces lie in no repository.
    Nothing,
    /// The repository around it; none where git cannot read it.
    Around(Option<Repository>),
}

/// A repository that lies around several workspaces.
#[derive(Debug, Default)]
struct Shared {
    /// What its files said before any workspace was looked at; none where that cannot be told.
    state: Option<String>,
    opened: OnceLock<Option<Repository>>,
}

impl Repositories {
    /// Looks upwards from the directories that workspaces lie in, from each of them once.
    pub fn above<'w>(workspaces: impl IntoIterator<Item = &'w Path>) -> Self {
        let mut found = Self::default();
        let everywhere = git::user_ignores();
        let ceilings = git::ceilings();
        let mut last = OsStr::new("");
        for directory in workspaces.into_iter().filter_map(Path::parent) {
            // Most of them lie where the one before lies.
            if std::mem::replace(&mut last, directory.as_os_str()) == directory.as_os_str()
                || found.places.contains_key(directory.as_os_str())
            {
                continue;
            }
            let real = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
            let mut searched = real.ancestors().take_while(|above| !ceilings.iter().any(|ceiling| ceiling == above));
            let top = searched.find(|above| above.join(GIT).symlink_metadata().is_ok()).map(Path::to_owned);
            let within = real.ancestors().take_while(|above| top.as_ref().is_some_and(|top| above.starts_with(top)));
            let mut lists = Sha256::new_with_prefix(&everywhere);
            for list in within.map(|above| fs::read(above.join(IGNORE)).unwrap_or_default()) {
                lists.update(list.len().to_le_bytes());
                lists.update(list);
            }
            if let Some(top) = &top {
                found.shared.entry(top.clone()).or_insert_with(|| Shared { state: state(top), ..Shared::default() });
            }
            let ignored = format!("{:x}", lists.finalize());
            found.places.insert(directory.as_os_str().to_owned(), Place { top, ignored, ..Place::default() });
        }
        found
    }

    /// Everything that the answers of the repositories around several workspaces rest on, in one text.
    pub fn state(&self) -> String {
        let mut text = String::new();
        for (directory, Place { top, ignored, .. }) in &self.places {
            let state = top.as_ref().and_then(|top| self.shared.get(top)?.state.as_deref()).unwrap_or_default();
            let top = top.as_ref().map_or_else(String::new, |top| top.display().to_string());
            text.push_str(&format!("{}\t{top}\t{state}\t{ignored}\n", Path::new(directory).display()));
        }
        text
    }

    /// The repository around a workspace, where there is one; whether its directory is a link, the caller knows. The tree
    /// notes which files were looked at.
    pub fn around(&self, workspace: &Path, is_link: bool, tree: &dyn Tree) -> Option<Around> {
        let own = |is_noted| Some(Around { repository: Repository::open_around(workspace).ok(), is_noted });
        match tree.entry(GIT) {
            Ok(Entry::Directory) => own(!is_link && note(tree).is_some()),
            Err(TreeError::Missing) if !is_link => {
                let directory = workspace.parent()?;
                let place = self.places.get(directory.as_os_str())?;
                let top = place.top.as_ref()?;
                let shared = self.shared.get(top)?;
                let known = place.known.get_or_init(|| {
                    let opened =
                        shared.opened.get_or_init(|| Repository::open_around(top).ok().map(Repository::of_many));
                    match opened.as_ref().and_then(|opened| opened.around(directory).ok()) {
                        Some(repository) if repository.knows_nothing() => Known::Nothing,
                        around => Known::Around(around),
                    }
                });
                let Known::Around(around) = known else { return None };
                let name = workspace.file_name().and_then(|name| name.to_str());
                let repository = around.as_ref().zip(name).map(|(around, name)| around.below(name));
                Some(Around { repository, is_noted: shared.state.is_some() && note_ignore(tree).is_some() })
            }
            // A file that leads to the repository, a link, or something that cannot be looked into.
            _ => own(false),
        }
    }
}

/// Lets a tree note what a workspace's own repository rests on; none where that cannot be told.
fn note(tree: &dyn Tree) -> Option<()> {
    for file in STATE.into_iter().chain([INDEX]) {
        match tree.entry(&format!("{GIT}/{file}")) {
            Ok(Entry::File { .. }) | Err(TreeError::Missing) => {}
            _ => return None,
        }
    }
    if names_ignores(&tree.read(&format!("{GIT}/{CONFIG}"), MAX_CONFIG).ok()?) {
        return None;
    }
    let head = String::from_utf8(tree.read(&format!("{GIT}/{HEAD}"), MAX_REFERENCE).ok()?).ok()?;
    if let Some(reference) = head.trim_end().strip_prefix("ref: ") {
        // Where it is not there it is packed, or nothing is committed.
        let _ = tree.entry(&format!("{GIT}/{reference}"));
    }
    note_below(tree, &format!("{GIT}/{TAGS}"))?;
    note_ignore(tree)
}

/// Whether a repository's settings name a list of its own of what git ignores.
fn names_ignores(config: &[u8]) -> bool {
    String::from_utf8_lossy(config).to_lowercase().contains("excludesfile")
}

/// Lets a tree note what git ignores in the workspace itself.
fn note_ignore(tree: &dyn Tree) -> Option<()> {
    matches!(tree.entry(IGNORE), Ok(Entry::File { .. }) | Err(TreeError::Missing)).then_some(())
}

fn note_below(tree: &dyn Tree, directory: &str) -> Option<()> {
    let names = match tree.list(directory) {
        Err(TreeError::Missing) => return Some(()),
        names => names.ok()?,
    };
    for name in names {
        let path = format!("{directory}/{name}");
        if tree.entry(&path) == Ok(Entry::Directory) {
            note_below(tree, &path)?;
        }
    }
    Some(())
}

/// What the files of a repository say, as far as anything said of a workspace rests on it; none where the repository is
/// not of the ordinary kind.
fn state(top: &Path) -> Option<String> {
    let git = top.join(GIT);
    let mut hasher = Sha256::new();
    let mut add = |name: &str, bytes: &[u8]| {
        hasher.update(name);
        hasher.update(bytes.len().to_le_bytes());
        hasher.update(bytes);
    };
    if !fs::symlink_metadata(&git).ok()?.is_dir() {
        return None;
    }
    for name in STATE {
        match fs::read(git.join(name)) {
            // A list of its own of what git ignores may lie anywhere.
            Ok(bytes) if name == CONFIG && names_ignores(&bytes) => return None,
            Ok(bytes) => add(name, &bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => return None,
        }
    }
    let head = fs::read_to_string(git.join(HEAD)).ok()?;
    if let Some(reference) = head.trim_end().strip_prefix("ref: ") {
        add(reference, &fs::read(git.join(reference)).unwrap_or_default());
    }
    let mut waiting = vec![git.join(TAGS)];
    while let Some(directory) = waiting.pop() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                waiting.push(path);
            } else {
                add(&path.to_string_lossy(), &fs::read(&path).ok()?);
            }
        }
    }
    match index(&git.join(INDEX)) {
        Ok(checksum) => add(INDEX, &checksum),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(_) => return None,
    }
    Some(format!("{:x}", hasher.finalize()))
}

/// The checksum that git's index ends with, and how long it is; an index without one is refused.
fn index(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let length = file.seek(SeekFrom::End(-CHECKSUM))?;
    let mut checksum = Vec::new();
    file.read_to_end(&mut checksum)?;
    if checksum.iter().all(|byte| *byte == 0) {
        return Err(ErrorKind::InvalidData.into());
    }
    checksum.extend(length.to_le_bytes());
    Ok(checksum)
}
