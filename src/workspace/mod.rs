//! Finds and loads an organisation's files into one [`Workspace`].
//!
//! Loading never fails: what cannot be read is a [`Problem`], which the lint reports and other commands refuse on.

pub mod answer;
pub mod ci;
pub mod codeowners;
pub mod fresh;
pub mod rollover;

use crate::decode::publications::RecordHead;
use crate::decode::{self, Decoded};
use crate::library::Libraries;
use crate::model::{ActionPlan, Answers, Organisation, ToolkitEntry};
use crate::source::{Document, Fault, MAX_BYTES, Syntax};
use crate::tree::{Tree, TreeError};
use std::sync::Arc;

pub const ORGANISATION_FILE: &str = "organisation.toml";
pub const ASSESSMENTS: &str = "assessments";
pub const ACTION_PLANS: &str = "action-plans";
pub const PUBLICATIONS: &str = "publications";
pub const TOOLKIT_FILE: &str = "publications/toolkit.toml";

/// Index of a file in [`Workspace::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// A file of ours, read.
#[derive(Debug)]
pub struct File {
    /// From the workspace's root, with `/`.
    pub path: String,
    pub document: Document,
    /// Faults of the file's shape, from reading and from decoding.
    pub faults: Vec<Fault>,
}

/// A file of one edition.
#[derive(Debug)]
pub struct Editioned<T> {
    pub file: FileId,
    /// The edition by the file's name.
    pub edition: String,
    pub decoded: Decoded<T>,
}

/// A file that could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub path: String,
    pub rule: &'static str,
    pub message: String,
    pub help: Option<String>,
    /// Another file that has to do with it.
    pub related: Option<String>,
}

/// Which files to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everything, for the lint.
    All,
    /// One edition, or the newest that has answers.
    Edition(Option<&'a str>),
}

/// An organisation's files.
#[derive(Debug, Default)]
pub struct Workspace {
    pub files: Vec<File>,
    pub organisation: Option<(FileId, Decoded<Organisation>)>,
    /// In rising order of editions.
    pub answers: Vec<Editioned<Answers>>,
    pub plans: Vec<Editioned<ActionPlan>>,
    pub toolkit: Option<(FileId, Decoded<Vec<Option<ToolkitEntry>>>)>,
    pub records: Vec<(FileId, RecordHead)>,
    pub problems: Vec<Problem>,
    /// The shared answers of the portfolio around the workspace, where somebody looked for them: nothing here depends
    /// on them but the rules about answers that came from there.
    pub libraries: Option<Arc<Libraries>>,
    /// The edition at hand.
    pub edition: Option<String>,
}

impl Workspace {
    pub fn load(tree: &dyn Tree, scope: Scope<'_>) -> Self {
        let mut workspace = Self::default();
        workspace.organisation = workspace.take(tree, ORGANISATION_FILE, decode::organisation::decode);
        let mut answer_files = workspace.listed(ASSESSMENTS, editions(tree, ASSESSMENTS));
        for pair in answer_files.windows(2) {
            if pair[0].0 == pair[1].0 {
                workspace.problems.push(Problem {
                    path: format!("{ASSESSMENTS}/{}", pair[1].1),
                    rule: "two-answer-files",
                    message: format!(
                        "the edition {} has answers in {} and in this file: it is unclear which hold",
                        pair[0].0, pair[0].1
                    ),
                    help: Some("keep one of the two files".to_owned()),
                    related: Some(format!("{ASSESSMENTS}/{}", pair[0].1)),
                });
            }
        }
        workspace.edition = match scope {
            Scope::Edition(Some(edition)) => Some(edition.to_owned()),
            _ => answer_files.last().map(|(edition, _)| edition.clone()),
        };
        let at_hand = workspace.edition.clone();
        let wanted = |edition: &String| scope == Scope::All || at_hand.as_ref() == Some(edition);
        answer_files.retain(|(edition, _)| wanted(edition));
        let mut plan_files = workspace.listed(ACTION_PLANS, editions(tree, ACTION_PLANS));
        plan_files.retain(|(edition, _)| wanted(edition));
        for (edition, name) in answer_files {
            let path = format!("{ASSESSMENTS}/{name}");
            if let Some((file, decoded)) = workspace.take(tree, &path, decode::answers::decode) {
                workspace.answers.push(Editioned { file, edition, decoded });
            }
        }
        for (edition, name) in plan_files {
            let path = format!("{ACTION_PLANS}/{name}");
            if let Some((file, decoded)) = workspace.take(tree, &path, decode::plan::decode) {
                workspace.plans.push(Editioned { file, edition, decoded });
            }
        }
        if tree.entry(TOOLKIT_FILE) != Err(TreeError::Missing) {
            workspace.toolkit = workspace.take(tree, TOOLKIT_FILE, decode::publications::decode_toolkit);
        }
        workspace.load_records(tree);
        workspace
    }

    fn load_records(&mut self, tree: &dyn Tree) {
        // Among the editions' directories lies what the toolkit shows.
        let editions = self.listed(PUBLICATIONS, tree.list(PUBLICATIONS));
        for edition in editions.into_iter().filter(|name| Syntax::of(name).is_none()) {
            let directory = format!("{PUBLICATIONS}/{edition}");
            for name in self.listed(&directory, tree.list(&directory)) {
                let numbered = name
                    .strip_suffix(".toml")
                    .is_some_and(|stem| stem.len() == 3 && stem.bytes().all(|byte| byte.is_ascii_digit()));
                if !numbered {
                    continue;
                }
                let path = format!("{directory}/{name}");
                if let Some((file, decoded)) = self.take(tree, &path, decode::publications::decode_record) {
                    self.records.extend(decoded.value.map(|record| (file, record)));
                }
            }
        }
    }

    /// What a directory holds, nothing where it is not there; notes why it cannot be listed.
    fn listed<T>(&mut self, directory: &str, listed: Result<Vec<T>, TreeError>) -> Vec<T> {
        let (rule, message) = match listed {
            Ok(names) => return names,
            Err(TreeError::Missing) => return Vec::new(),
            Err(TreeError::Escapes) => (
                "path-escapes-workspace",
                "this directory is a symbolic link that leads out of the workspace".to_owned(),
            ),
            Err(error) => ("unreadable", format!("the files in this directory cannot be listed: {error}")),
        };
        self.problems.push(Problem {
            path: directory.to_owned(),
            rule,
            message,
            help: Some("put a readable directory in its place".to_owned()),
            related: None,
        });
        Vec::new()
    }

    /// Reads a file that is known to exist, or notes why it cannot be read.
    fn read(&mut self, tree: &dyn Tree, path: &str) -> Option<Document> {
        let (rule, message, help) = match tree.read(path, MAX_BYTES) {
            Ok(bytes) => {
                let syntax = Syntax::of(path).unwrap_or(Syntax::Toml);
                return Some(Document::read(bytes, syntax));
            }
            Err(TreeError::TooLarge(size)) => (
                "file-too-large",
                format!("this file is {size} bytes long; dspt reads files up to {MAX_BYTES} bytes"),
                "keep documents under evidence/ and only answers in this file",
            ),
            Err(TreeError::Escapes) => (
                "path-escapes-workspace",
                "this file is a symbolic link that leads out of the workspace".to_owned(),
                "put the file itself here",
            ),
            Err(error) => {
                ("unreadable", format!("this file cannot be read: {error}"), "put a readable file in its place")
            }
        };
        self.problems.push(Problem {
            path: path.to_owned(),
            rule,
            message,
            help: Some(help.to_owned()),
            related: None,
        });
        None
    }

    /// Reads and decodes a file that is known to exist, and keeps it.
    fn take<T>(
        &mut self,
        tree: &dyn Tree,
        path: &str,
        decode: fn(&Document) -> Decoded<T>,
    ) -> Option<(FileId, Decoded<T>)> {
        let mut document = self.read(tree, path)?;
        let mut decoded = decode(&document);
        let mut faults = std::mem::take(&mut document.faults);
        faults.append(&mut decoded.faults);
        let file = FileId(self.files.len());
        self.files.push(File { path: path.to_owned(), document, faults });
        Some((file, decoded))
    }

    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0]
    }
}

/// The files of a directory that are named after an edition, by edition and then by name.
fn editions(tree: &dyn Tree, directory: &str) -> Result<Vec<(String, String)>, TreeError> {
    let mut found: Vec<(String, String)> = tree
        .list(directory)?
        .into_iter()
        .filter(|name| Syntax::of(name).is_some() && !name.starts_with('.'))
        .filter_map(|name| Some((name.rsplit_once('.')?.0.to_owned(), name)))
        .collect();
    found.sort();
    Ok(found)
}
