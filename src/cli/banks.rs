//! The question banks that files name: those of a workspace, and those of a portfolio.

use super::error::Failure;
use super::revision::Revision;
use crate::assess;
use crate::bank::{BankProblem, Banks};
use crate::tree::WorkTree;
use crate::workspace::{ORGANISATION_FILE, Workspace};
use jiff::civil::Date;
use std::path::{Component, Path, PathBuf};

/// The failure of directories of question banks that could not be used.
pub fn refuse(problems: Vec<BankProblem>) -> Result<(), Failure> {
    match problems.into_iter().next() {
        Some(problem) => Err(Failure::new(format!("{}: {}", problem.path, problem.message))
            .hint("`standards` in organisation.toml and `--standards` name directories of question banks")),
        None => Ok(()),
    }
}

/// Adds the banks that organisation.toml names: directories inside the repository, or inside the workspace where there
/// is no repository. A revision's banks are those of the revision; for a publication that another bank than the shipped one
/// was judged by, that one.
pub fn add_own_banks(
    banks: &mut Banks,
    root: &Path,
    workspace: &Workspace,
    revision: Option<&Revision>,
) -> Result<(), Failure> {
    if let Some((_, organisation)) = &workspace.organisation {
        add_named_banks(banks, root, ORGANISATION_FILE, &organisation.value.standards, revision)?;
    }
    match revision.filter(|revision| revision.root.as_deref() == Some(root)) {
        Some(revision) => revision.add_committed_bank(banks),
        None => Ok(()),
    }
}

/// Adds the banks of directories that a file names: inside the repository around it, or its own directory.
pub fn add_named_banks(
    banks: &mut Banks,
    root: &Path,
    file: &str,
    standards: &[String],
    revision: Option<&Revision>,
) -> Result<(), Failure> {
    if standards.is_empty() {
        return Ok(());
    }
    let around =
        revision.map(|revision| Ok::<_, Failure>((revision, revision.repository_around(root)?))).transpose()?;
    // In a revision the workspace's place is spelled from the top of the repository; on disk from its own root.
    let (top, root) = match &around {
        Some((revision, around)) => (Path::new("/"), Path::new("/").join(around.place_at(revision.commit))),
        None => (root.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(root), root.to_owned()),
    };
    let mut directories = Vec::new();
    for directory in standards {
        let inside =
            within(&root, directory).and_then(|path| Some(path.strip_prefix(top).ok()?.to_str()?.replace('\\', "/")));
        match inside {
            Some(path) => directories.push(path),
            None => {
                return Err(Failure::new(format!(
                    "{file}: the directory of question banks {directory} lies outside the repository"
                )));
            }
        }
    }
    match revision {
        Some(revision) => refuse(banks.add_from(&revision.top()?, &directories)),
        None => refuse(banks.add_from(&WorkTree::new(top), &directories)),
    }
}

/// The remark that a newer question set may be in force, where the day suggests it.
pub fn newer_note(banks: &Banks, standard: &str, day: Date) -> Option<String> {
    assess::knows_no_newer(&banks.heads(standard), day)
        .map(|edition| format!("This dspt knows no question set after {edition}; a newer one may be in force."))
}

/// A relative path below or beside a directory, its `..` resolved by spelling.
fn within(root: &Path, path: &str) -> Option<PathBuf> {
    let mut full = root.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => full.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                full.pop();
            }
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    Some(full)
}
