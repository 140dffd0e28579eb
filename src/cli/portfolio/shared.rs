//! What is wrong with the shared answers beside the portfolio: their own fault and none of the clients'.

use super::Portfolio;
use crate::decode;
use crate::library::DIRECTORY;
use crate::lint::{self, LintResult};
use crate::source::{Document, MAX_BYTES, Syntax};
use crate::tree::{Tree as _, WorkTree};
use crate::workspace::{File, Problem, Workspace};
use std::fs;
use std::io::ErrorKind;

/// What its faults come to.
const UNUSED: &str = "nothing is compared with its shared answers";

impl Portfolio {
    /// What the lint finds in the libraries' files: what is wrong with their shape, and answers that nobody can use.
    pub fn shared_faults(&self) -> (Workspace, LintResult) {
        let mut workspace = self.shared_files();
        for library in self.libraries.iter().flat_map(|libraries| &libraries.files) {
            if let Some(file) = workspace.files.iter_mut().find(|file| file.path == library.path) {
                file.faults.extend(library.unusable(&self.banks));
            }
        }
        let found = lint::unreadable(&workspace);
        (workspace, found)
    }

    /// The libraries' files as the lint reads files. Those of one library that cannot be read leave the others as they
    /// are.
    fn shared_files(&self) -> Workspace {
        let mut workspace = Workspace::default();
        let tree = WorkTree::new(&self.found.root);
        for library in self.libraries.iter().flat_map(|libraries| &libraries.files) {
            match tree.read(&library.path, MAX_BYTES) {
                Ok(bytes) => {
                    let mut document = Document::read(bytes, Syntax::Toml);
                    let mut faults = std::mem::take(&mut document.faults);
                    let mut decoded = decode::library::decode(&document).faults;
                    // What a parser could not read may be what seems to be missing.
                    decoded.retain(|fault| fault.rule != "missing-key" || !document.damaged);
                    faults.append(&mut decoded);
                    faults.extend(library.file_faults());
                    workspace.files.push(File { path: library.path.clone(), document, faults });
                }
                Err(error) => workspace.problems.push(problem(&library.path, &error.to_string())),
            }
        }
        for broken in self.libraries.iter().flat_map(|libraries| &libraries.problems) {
            workspace.problems.push(problem(&broken.path, &broken.message));
        }
        match fs::read_dir(self.found.root.join(DIRECTORY)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                workspace.problems.push(problem(DIRECTORY, &error.to_string()));
            }
            _ => {}
        }
        workspace
    }

    /// One line for each library that cannot be used as it is, for commands that show clients only.
    pub fn shared_notes(&self) -> Vec<String> {
        let workspace = self.shared_files();
        let unreadable = workspace.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message));
        let broken = workspace.files.iter().filter_map(|file| {
            let mut faults = file.faults.iter().filter(|fault| fault.rule != "toml-1-1-only");
            let fault = faults.next()?;
            let at = file.document.position(fault.span.start);
            Some(format!("{}:{}:{}: {}", file.path, at.line, at.column, fault.message))
        });
        unreadable.chain(broken).map(|text| format!("{text}; {UNUSED}")).collect()
    }
}

fn problem(path: &str, message: &str) -> Problem {
    Problem {
        path: path.to_owned(),
        rule: "unreadable",
        message: format!("these shared answers cannot be read: {message}"),
        help: Some("put a readable file in its place".to_owned()),
        related: None,
    }
}
