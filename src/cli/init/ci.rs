//! What `init --ci` writes at the repository's root: the workflow that serves every organisation in it, and the owners
//! of this one's directory. What is to be done is worked out before anything is written, so that `--commit` can refuse
//! in time.

use crate::cli::error::Failure;
use crate::cli::write;
use crate::diagnostic::links;
use crate::model::{Member, MemberRole};
use crate::workspace::ci::{GITLAB_ROOT, Host, Release, gitlab_include};
use crate::workspace::codeowners;
use clap::ValueEnum;
use jiff::civil::Date;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
}

impl Ci {
    pub fn host(self) -> Host {
        match self {
            Self::Github => Host::GitHub,
            Self::Gitlab => Host::GitLab,
        }
    }
}

/// A file at the top, and what is to be done about it.
#[derive(Debug)]
struct Step {
    /// From the top, with `/`.
    path: &'static str,
    write: Write,
    /// What people are told of it.
    said: String,
}

#[derive(Debug)]
enum Write {
    Nothing,
    New(String),
    /// A file that is there gets another text.
    Changed(String),
}

/// The files at a repository's root.
#[derive(Debug)]
pub struct Setup {
    /// The repository's root; where there is no repository yet, the workspace's.
    pub top: PathBuf,
    /// The workspace from there, empty or ending in `/`.
    pub below: String,
    steps: Vec<Step>,
}

impl Setup {
    /// Works out what is to be written. What is there already is left as it is.
    pub fn plan(root: &Path, ci: Ci, members: &[Member], day: Date) -> Result<Self, Failure> {
        let host = ci.host();
        let root = real(root)?;
        let top = root.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(&root).to_owned();
        let below = root.strip_prefix(&top).map(|below| below.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        let below = if below.is_empty() { below } else { format!("{below}/") };
        let release = Release { version: env!("CARGO_PKG_VERSION"), repository: links::REPOSITORY };
        let mut steps = vec![workflow(&top, host, release)?];
        if host == Host::GitLab {
            steps.push(included(&top, steps[0].path)?);
        }
        steps.push(owners(&top, &below, host, members, day)?);
        Ok(Self { top, below, steps })
    }

    /// The files that are written, from the top.
    pub fn paths(&self) -> Vec<&'static str> {
        let written = self.steps.iter().filter(|step| !matches!(step.write, Write::Nothing));
        written.map(|step| step.path).collect()
    }

    pub fn write(&self) -> Result<(), Failure> {
        for step in &self.steps {
            match &step.write {
                Write::Nothing => {}
                Write::New(text) => write::create(&self.top, step.path, text.as_bytes())?,
                Write::Changed(text) => {
                    write::refuse_links(&self.top, step.path)?;
                    write::replace(&self.top.join(step.path), text.as_bytes())?;
                }
            }
        }
        Ok(())
    }

    /// Each file, and what was done about it.
    pub fn said(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.steps.iter().map(|step| (step.path, step.said.as_str()))
    }
}

/// The workflow under the first name that is ours already, else under the first that is free. What somebody else has
/// under a name stays.
fn workflow(top: &Path, host: Host, release: Release<'_>) -> Result<Step, Failure> {
    let paths = host.workflow_paths();
    let is_ours = |path: &str| read(&top.join(path)).is_ok_and(|text| text.is_some_and(|text| host.wrote(&text)));
    if let Some(path) = paths.iter().find(|path| is_ours(path)) {
        let said = "is there already and serves every organisation of the repository; left as it is";
        return Ok(Step { path, write: Write::Nothing, said: said.to_owned() });
    }
    let Some(free) = paths.iter().position(|path| top.join(path).symlink_metadata().is_err()) else {
        return Err(Failure::new(format!(
            "{} are there and not written by dspt; nothing was written",
            paths.join(" and ")
        ))
        .hint("rename one of the two, and give the command again"));
    };
    let mut said = "lint, status and diff on every change, each week and at each publication".to_owned();
    if let [.., theirs] = paths[..free] {
        said.push_str(&format!("; named so because {theirs} is somebody else's, which stays as it is"));
    }
    if let Some((variable, what)) = host.lacks(release) {
        said.push_str(&format!("; set the variable {variable} to {what}: this dspt came from no release"));
    }
    Ok(Step { path: paths[free], write: Write::New(host.workflow(release)), said })
}

/// GitLab reads one file alone, which includes ours.
fn included(top: &Path, workflow: &str) -> Result<Step, Failure> {
    let path = GITLAB_ROOT;
    Ok(match read(&top.join(path))? {
        None => {
            let said = "reads the file above; make a weekly pipeline schedule for what time makes worse".to_owned();
            Step { path, write: Write::New(gitlab_include(workflow)), said }
        }
        Some(text) => {
            let said = if text.contains(workflow) {
                "reads the file above already".to_owned()
            } else {
                format!("is yours: add to its `include:` the line `- local: {workflow}`")
            };
            Step { path, write: Write::Nothing, said }
        }
    })
}

/// Makes the administrators the owners of the workspace's directory.
fn owners(top: &Path, below: &str, host: Host, members: &[Member], day: Date) -> Result<Step, Failure> {
    let known = host.owners().iter().find(|path| top.join(path).symlink_metadata().is_ok());
    let path = known.unwrap_or(&host.owners()[0]);
    let old = read(&top.join(path))?;
    let new = codeowners::merged(old.as_deref().unwrap_or_default(), below, members, day)
        .map_err(|reason| Failure::new(reason).hint(format!("put the lines in {path} right, or take both away")))?;
    let listed = members
        .iter()
        .any(|member| member.role == MemberRole::Administrator && member.left.is_none_or(|left| day <= left));
    let said = if listed {
        "changes to this workspace ask its administrators for a review".to_owned()
    } else {
        let again = host.name().to_lowercase();
        format!("waits for administrators in organisation.toml: run `dspt init --ci {again}` again once they are there")
    };
    let write = match old {
        None => Write::New(new),
        Some(old) if old == new => Write::Nothing,
        Some(_) => Write::Changed(new),
    };
    Ok(Step { path, write, said })
}

/// A directory as the system spells it, which may not be there yet.
fn real(directory: &Path) -> Result<PathBuf, Failure> {
    let there = directory.ancestors().find(|directory| directory.exists()).unwrap_or(directory);
    let missing = directory.strip_prefix(there).unwrap_or(Path::new(""));
    Ok(there.canonicalize()?.join(missing))
}

/// A text file; none where there is none.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("{} cannot be read: {error}", path.display()))),
    }
}
