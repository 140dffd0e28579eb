//! What `init --ci` writes at the repository's root: the workflow that serves every organisation in it, and the owners
//! of this one's directory.

use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::cli::write;
use crate::diagnostic::links;
use crate::model::organisation::MemberRole;
use crate::tree::WorkTree;
use crate::workspace::ci::{GITLAB_INCLUDE, GITLAB_ROOT, Host, Release};
use crate::workspace::codeowners;
use crate::workspace::{Scope, Workspace};
use clap::ValueEnum;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
}

/// Path and what was done about it, for the list that `init` prints.
pub type Done = (String, String);

/// Writes the files. What is there already is left as it is, and said.
pub fn write(context: &Context, root: &Path, ci: Ci) -> Result<Vec<Done>, Failure> {
    let host = match ci {
        Ci::Github => Host::GitHub,
        Ci::Gitlab => Host::GitLab,
    };
    let root = root.canonicalize()?;
    let top = root.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(&root).to_owned();
    let workflow = host.workflow(Release { version: env!("CARGO_PKG_VERSION"), repository: links::REPOSITORY });
    let mut done = Vec::new();
    if top.join(workflow.path).symlink_metadata().is_ok() {
        let said = "is there already and serves every organisation of the repository; left as it is";
        done.push((workflow.path.to_owned(), said.to_owned()));
    } else {
        write::create(&top, workflow.path, workflow.text.as_bytes())?;
        let mut said = "lint, status and diff on every change, each week and at each publication".to_owned();
        if links::REPOSITORY.is_empty() {
            said.push_str(match host {
                Host::GitHub => "; set the variable DSPT_REPOSITORY to the repository whose releases hold dspt",
                Host::GitLab => "; set the variable DSPT_IMAGE to the container image with dspt",
            });
        }
        done.push((workflow.path.to_owned(), said));
    }
    if host == Host::GitLab {
        let said = match read(&top.join(GITLAB_ROOT))? {
            None => {
                write::create(&top, GITLAB_ROOT, GITLAB_INCLUDE.as_bytes())?;
                "reads the file above; make a weekly pipeline schedule for what time makes worse".to_owned()
            }
            Some(text) if text.contains(workflow.path) => "reads the file above already".to_owned(),
            Some(_) => format!("is yours: add to its `include:` the line `- local: {}`", workflow.path),
        };
        done.push((GITLAB_ROOT.to_owned(), said));
    }
    done.extend(owners(context, &root, &top, host)?);
    Ok(done)
}

/// Makes the administrators the owners of the workspace's directory.
fn owners(context: &Context, root: &Path, top: &Path, host: Host) -> Result<Option<Done>, Failure> {
    let workspace = Workspace::load(&WorkTree::new(root), Scope::Edition(None));
    let Some((_, organisation)) = &workspace.organisation else { return Ok(None) };
    let members = &organisation.value.members;
    let path = host.owners().iter().find(|path| top.join(path).symlink_metadata().is_ok()).unwrap_or(&host.owners()[0]);
    let old = read(&top.join(path))?;
    let below = root.strip_prefix(top).map(|below| below.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let prefix = if below.is_empty() { below } else { format!("{below}/") };
    let new = codeowners::merged(old.as_deref().unwrap_or_default(), &prefix, members, context.day())
        .map_err(|reason| Failure::new(reason).hint(format!("put the lines in {path} right, or take both away")))?;
    let listed = organisation.value.members_on(context.day()).any(|member| member.role == MemberRole::Administrator);
    if Some(&new) != old.as_ref() {
        write::refuse_links(top, path)?;
        write::replace(&top.join(path), new.as_bytes())?;
    }
    let said = if listed {
        "changes to this workspace ask its administrators for a review"
    } else {
        "waits for administrators in organisation.toml: run `dspt init --ci` again once they are there"
    };
    Ok(Some(((*path).to_owned(), said.to_owned())))
}

/// A text file; none where there is none.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("{} cannot be read: {error}", path.display()))),
    }
}
