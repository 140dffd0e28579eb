//! Where a document is: a file of the workspace, or one from outside that is copied into it.

use super::super::context::Context;
use super::super::error::Failure;
use super::super::ledger;
use crate::diagnostic::render::one_line;
use crate::ledger::git::Repository;
use crate::model::Evidence;
use crate::tree::{Tree, WorkTree, spelled_outside};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Where evidence is kept, and where what must not go into git is.
const EVIDENCE: &str = "evidence";
const PRIVATE: &str = "private";

/// A file to be copied into the workspace.
#[derive(Debug)]
pub struct Copy {
    /// From the workspace, with `/`.
    pub to: String,
    pub bytes: Vec<u8>,
}

/// The entry for a file, with the digest of what git will store of it, and the copy that has to be made first where it lies outside.
pub fn of_file(
    context: &Context,
    root: &Path,
    given: &Path,
    private: bool,
) -> Result<(Evidence, Option<Copy>), Failure> {
    let shown = one_line(&given.display().to_string());
    let found = [context.start.join(given), root.join(given)].into_iter().find(|path| path.exists());
    let path = found.and_then(|path| path.canonicalize().ok()).ok_or_else(|| {
        Failure::new(format!("there is no file {shown}; nothing was written"))
            .hint("a web address is given with --link, a paper's place with --location")
    })?;
    if !path.is_file() {
        return Err(Failure::new(format!("{shown} is no ordinary file; nothing was written"))
            .hint("give one file; more of them one after the other"));
    }
    let top = root.canonicalize()?;
    match path.strip_prefix(&top) {
        Ok(inside) => inside_file(&WorkTree::new(&top), inside, private).map(|evidence| (evidence, None)),
        Err(_) => outside_file(&WorkTree::new(&top), &path, private),
    }
}

fn inside_file(tree: &WorkTree, inside: &Path, private: bool) -> Result<Evidence, Failure> {
    let path = slashed(inside)?;
    let is_private = path.starts_with("private/");
    if private && !is_private {
        return Err(Failure::new(format!("{path} lies where git may see it; nothing was written"))
            .hint("move it into private/ first: what is private stays out of git"));
    }
    let stored = repository(tree, is_private).and_then(|repository| repository.sha256_stored(&path, tree));
    let sha256 = stored.map_or_else(|| digest(tree, &path), Ok)?;
    Ok(entry(path, sha256, is_private))
}

fn outside_file(tree: &WorkTree, path: &Path, private: bool) -> Result<(Evidence, Option<Copy>), Failure> {
    let name = slashed(Path::new(path.file_name().unwrap_or_default()))?;
    let to = format!("{}/{name}", if private { PRIVATE } else { EVIDENCE });
    let beside = path.parent().unwrap_or(path);
    let sha256 = digest(&WorkTree::new(beside), &name)?;
    // A file that is there already and is the same need not be copied again.
    if fs::symlink_metadata(tree.root().join(&to)).is_ok() {
        if tree.sha256(&to).ok().as_ref() == Some(&sha256) {
            let stored = repository(tree, private).and_then(|repository| repository.sha256_stored(&to, tree));
            return Ok((entry(to, stored.unwrap_or(sha256), private), None));
        }
        return Err(Failure::new(format!("{to} is there already and is another file; nothing was written"))
            .hint(format!("give yours another name, or put it in place of {to} yourself and name that")));
    }
    let bytes = fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let stored = repository(tree, private).and_then(|repository| repository.sha256_of_stored(&to, &bytes));
    Ok((entry(to.clone(), stored.unwrap_or(sha256), private), Some(Copy { to, bytes })))
}

/// The repository that will store the file, where one does.
fn repository(tree: &WorkTree, private: bool) -> Option<Repository> {
    ledger::repository(tree.root()).ok().filter(|_| !private)
}

fn entry(file: String, sha256: String, private: bool) -> Evidence {
    Evidence { file: Some(file), sha256: Some(sha256), private: private.then_some(true), ..Evidence::default() }
}

fn digest(tree: &WorkTree, path: &str) -> Result<String, Failure> {
    tree.sha256(path).map_err(|error| Failure::new(format!("{}: {error}; nothing was written", one_line(path))))
}

/// A path as the files write it; a name that they could not hold is refused.
fn slashed(path: &Path) -> Result<String, Failure> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect();
    let joined = parts.map(|parts| parts.join("/"));
    joined.filter(|path| !path.is_empty() && !spelled_outside(path) && !path.contains(char::is_control)).ok_or_else(
        || {
            let shown = one_line(&PathBuf::from(path).display().to_string());
            Failure::new(format!("the name {shown} cannot stand in the answers; nothing was written"))
                .hint("give the file a name of letters, digits, blanks, dots and dashes")
        },
    )
}
