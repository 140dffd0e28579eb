//! What the commands of the ledger share: the repository around a workspace, and git's refusals in the program's words.

use super::context::Context;
use super::error::Failure;
use super::opened::Opened;
use crate::bank::Banks;
use crate::ledger::facts;
use crate::ledger::git::{GitError, Id, Interrupted, Judges, Repository, Signing};
use crate::ledger::verify::{Setting, Trust, Verified};
use crate::lint;
use crate::model::Record;
use crate::model::organisation::fits_git_ref;
use crate::tree::Tree;
use crate::workspace::{Scope, Workspace};
use jiff::civil::Date;
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
    Ok(Repository::open(root)?)
}

/// Finishes or drops what a killed `publish` left half done, and says which. Workspaces outside git have nothing such;
/// what cannot be made good now is said and stops no other command.
pub fn make_good(context: &Context) {
    let Some(root) = Context::find_root(&context.start) else { return };
    let Ok(repository) = repository(&root) else { return };
    match repository.make_good() {
        Ok(None) => {}
        Ok(Some(Interrupted::Finished { publication, left })) => {
            context.note(&format!("Publication {publication} had been interrupted; it is complete now."));
            for line in left {
                context.note(&format!("  {line}"));
            }
        }
        Ok(Some(Interrupted::Dropped { publication })) => context.note(&format!(
            "Publication {publication} had been interrupted before it was made; nothing was published."
        )),
        Err(error) => {
            context.note(&format!("An interrupted publication could not be made good: {}", error.message));
            if let Some(hint) = error.hint {
                context.note(&format!("  {hint}"));
            }
        }
    }
}

/// What git knows of a workspace, for its rules; none where no repository can be read.
pub fn facts(opened: &Opened) -> Option<lint::Ledger> {
    let repository = repository(&opened.root).ok()?;
    let standard = lint::standard_at_hand(&opened.workspace, &opened.banks)?.ok()?;
    let setting = facts::Setting {
        repository: &repository,
        banks: &opened.banks,
        workspace: &opened.workspace,
        tree: opened.tree.as_ref(),
        revision: opened.revision.as_ref().map(|revision| revision.commit),
        standard: standard.id(),
        day: opened.now.date(),
    };
    facts::facts(setting).ok()
}

/// What git knew of a workspace at a commit: the history that leads there and what it holds, nothing of later.
pub fn facts_at(
    repository: &Repository,
    commit: Id,
    tree: &dyn Tree,
    workspace: &Workspace,
    banks: &Banks,
    day: Date,
) -> Option<lint::Ledger> {
    let standard = lint::standard_at_hand(workspace, banks)?.ok()?;
    let revision = Some(commit);
    facts::facts(facts::Setting { repository, banks, workspace, tree, revision, standard: standard.id(), day }).ok()
}

/// The publications of a workspace's repository, and what judges them.
#[derive(Debug)]
pub struct Ledger {
    pub repository: Repository,
    pub judges: Judges,
    pub banks: Banks,
    /// The work tree, or the files that `--at` names.
    pub work: Box<dyn Tree>,
    pub head: Id,
    /// Whether `--at` names what is read.
    pub is_past: bool,
    /// The organisation's code, then its former ones.
    pub codes: Vec<String>,
}

impl Ledger {
    pub fn open(context: &Context) -> Result<Self, Failure> {
        let root = context.root()?;
        let repository = repository(&root)?;
        let head = match &context.revision {
            Some(revision) => Some(revision.commit),
            None => repository.head()?.commit,
        };
        let Some(head) = head else {
            return Err(
                Failure::new("nothing is committed in this repository yet").hint("`git add` and `git commit` first")
            );
        };
        // A bank of the organisation's own that is gone or broken proves nothing and hinders nothing: the one beside
        // the record counts.
        let banks = context.banks_anywhere().or_else(|_| context.banks())?;
        let work = context.tree(&root)?;
        let mut codes = Vec::new();
        let committed = repository.workspace_at(head)?;
        let trees: [&dyn Tree; 2] = [&committed, work.as_ref()];
        for tree in trees {
            let organisation = Workspace::load(tree, Scope::Edition(None)).organisation;
            let Some(organisation) = organisation.map(|(_, decoded)| decoded.value) else { continue };
            for code in std::iter::once(organisation.ods_code).chain(organisation.former_codes) {
                if fits_git_ref(&code) && !codes.iter().any(|known: &String| known.eq_ignore_ascii_case(&code)) {
                    codes.push(code);
                }
            }
        }
        let repository = repository.following_moves(head)?;
        let is_past = context.revision.is_some();
        Ok(Self { judges: Judges::of(&repository), repository, banks, work, head, is_past, codes })
    }

    /// The verifier's own list counts before anything in the repository; git's configuration names one too.
    pub fn trust(&self, mut trust: Trust) -> Trust {
        let configured = || Signing::of(&self.repository).allowed_signers;
        trust.allowed_signers = trust.allowed_signers.take().or_else(configured);
        trust
    }

    pub fn setting<'a>(&'a self, trust: &'a Trust) -> Setting<'a> {
        Setting {
            repository: &self.repository,
            judges: &self.judges,
            banks: &self.banks,
            work: self.work.as_ref(),
            head: self.head,
            is_past: self.is_past,
            codes: &self.codes,
            trust,
        }
    }
}

/// What the level of a record is called.
pub fn label(banks: &Banks, record: &Record) -> String {
    let standard = banks.find(&record.standard, &record.edition).and_then(|bank| bank.standard().ok());
    let label = standard.map_or_else(|| record.level.clone(), |standard| standard.label(&record.level).to_owned());
    format!("{label}, {}", record.edition)
}

/// The publication that is meant: `EDITION/001`, `EDITION/latest`, with or without the code before it.
pub fn choose<'v>(all: &'v [Verified], name: &str) -> Result<&'v Verified, Failure> {
    let parts: Vec<&str> = name.trim().rsplitn(3, '/').collect();
    let found = match parts.as_slice() {
        ["latest"] => all.last(),
        [number, edition, ..] => {
            let of = all.iter().filter(|verified| verified.edition == *edition);
            let code = parts.get(2);
            let mut of = of.filter(|verified| {
                let own = verified.record.as_ref().map(|record| record.ods_code.as_str());
                code.is_none_or(|code| own.is_some_and(|own| own.eq_ignore_ascii_case(code)))
            });
            if *number == "latest" { of.next_back() } else { of.find(|verified| verified.number == *number) }
        }
        _ => None,
    };
    found.ok_or_else(|| {
        Failure::new(format!("there is no publication {} here", crate::diagnostic::render::one_line(name)))
            .hint("`dspt publications` lists them; `git fetch --tags` fetches those that others made")
    })
}
