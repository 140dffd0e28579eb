//! A workspace as a command finds it: its files, what git knows of them, the banks that judge it.

use super::context::Context;
use super::error::Failure;
use super::revision::Revision;
use crate::bank::Banks;
use crate::diagnostic::render::{self, Findings};
use crate::lint::{self, Known, LintResult, Setting};
use crate::model::Organisation;
use crate::tree::Tree;
use crate::workspace::Workspace;
use jiff::civil::DateTime;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A loaded workspace with the banks that judge it.
#[derive(Debug)]
pub struct Opened {
    pub root: PathBuf,
    /// The files that are read; what is written goes below `root`.
    pub tree: Box<dyn Tree>,
    /// None where the files are those of the work tree.
    pub revision: Option<Revision>,
    pub workspace: Workspace,
    pub banks: Banks,
    pub now: DateTime,
    pub ledger: OnceLock<lint::Ledger>,
}

impl Opened {
    pub fn lint(&self, in_full: &[String]) -> Result<LintResult, Failure> {
        let setting = Setting { tree: self.tree.as_ref(), banks: &self.banks, now: self.now, in_full };
        Ok(lint::lint(&self.workspace, setting, Known { ledger: Some(self.ledger()), beside: None })?)
    }

    /// What git knows of the workspace, gathered when first asked for; nothing outside git, or where git cannot be read.
    pub fn ledger(&self) -> &lint::Ledger {
        self.ledger.get_or_init(|| super::ledger::facts(self).unwrap_or_default())
    }

    pub fn organisation(&self) -> Organisation {
        self.workspace.organisation.as_ref().map(|(_, decoded)| decoded.value.clone()).unwrap_or_default()
    }

    /// Refuses where a file cannot be read whole or says two things at once, showing what is wrong.
    pub fn require_sound(&self, context: &Context) -> Result<(), Failure> {
        let unclear = ["duplicate-key", "two-answer-files", "syntax-error", "merge-conflict", "newer-format"];
        let broken = !self.workspace.problems.is_empty()
            || self
                .workspace
                .files
                .iter()
                .any(|file| file.document.damaged || file.faults.iter().any(|fault| unclear.contains(&fault.rule)));
        if !broken {
            return Ok(());
        }
        let found = lint::unreadable(&self.workspace);
        let findings =
            Findings { findings: &found.findings, workspace: &self.workspace, root: ".", secrets: &found.secrets };
        let mut failure = Failure::new("the files of this workspace cannot be read whole, so nothing was judged")
            .hint("mend what is shown above; `dspt lint` shows everything");
        failure.findings = Some(render::human(findings, context.human_style()));
        Err(failure)
    }
}
