//! From drafts with pointers to findings with places.

use super::Rule;
use crate::diagnostic::{Edit, Finding, Fix, Place, Related, Severity};
use crate::source::{Fault, Pointer, Position, Span};
use crate::workspace::{FileId, Workspace};
use std::collections::BTreeSet;

/// Where a draft points, before anybody looked up lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A value; a table's header; where it does not exist, the nearest table that lacks it.
    Value(FileId, Pointer),
    /// The last key of the pointer.
    Key(FileId, Pointer),
    /// Bytes of a file of ours.
    Bytes(FileId, Span),
    /// A range in a file that is not ours, such as a text document.
    Range { path: String, start: Position, end: Position },
    /// The first character of a file, by its path.
    Top(String),
}

impl At {
    pub fn value(file: FileId, pointer: Pointer) -> Self {
        Self::Value(file, pointer)
    }

    pub fn key(file: FileId, pointer: Pointer) -> Self {
        Self::Key(file, pointer)
    }
}

/// A finding as a rule writes it.
#[derive(Debug, Clone)]
pub struct Draft {
    rule: &'static str,
    severity: Severity,
    at: At,
    message: String,
    help: Option<String>,
    item: Option<String>,
    subject: Option<String>,
    related: Vec<(At, String)>,
    fixes: Vec<DraftFix>,
}

/// A fix before its places are looked up.
#[derive(Debug, Clone)]
struct DraftFix {
    title: String,
    safe: bool,
    edits: Vec<(At, String)>,
}

impl Draft {
    pub fn new(rule: &'static Rule, at: At, message: impl Into<String>) -> Self {
        Self {
            rule: rule.name,
            severity: rule.severity,
            at,
            message: message.into(),
            help: None,
            item: None,
            subject: None,
            related: Vec::new(),
            fixes: Vec::new(),
        }
    }

    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn item(mut self, number: &str) -> Self {
        self.item = Some(number.to_owned());
        self
    }

    /// What it is about, where neither item nor place tell.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    #[must_use]
    pub fn related(mut self, at: At, message: impl Into<String>) -> Self {
        self.related.push((at, message.into()));
        self
    }

    /// A fix that cannot change what anybody meant: each edit replaces what stands at a place by a text.
    #[must_use]
    pub fn safe_fix(mut self, title: impl Into<String>, edits: Vec<(At, String)>) -> Self {
        self.fixes.push(DraftFix { title: title.into(), safe: true, edits });
        self
    }

    /// A fix that a person has to look at.
    #[must_use]
    pub fn unsafe_fix(mut self, title: impl Into<String>, edits: Vec<(At, String)>) -> Self {
        self.fixes.push(DraftFix { title: title.into(), safe: false, edits });
        self
    }
}

/// Collects findings; looks places up as they come.
pub struct Sink<'w> {
    workspace: &'w Workspace,
    pub(super) findings: Vec<Finding>,
    /// What must not be shown: texts found by the sensitive rules.
    pub(super) secrets: BTreeSet<String>,
}

impl<'w> Sink<'w> {
    pub(super) fn new(workspace: &'w Workspace) -> Self {
        Self { workspace, findings: Vec::new(), secrets: BTreeSet::new() }
    }

    pub fn report(&mut self, draft: Draft) {
        let related =
            draft.related.into_iter().map(|(at, message)| Related { place: self.place(&at), message }).collect();
        let fixes = draft
            .fixes
            .into_iter()
            .map(|DraftFix { title, safe, edits }| Fix {
                title,
                safe,
                edits: edits.into_iter().map(|(at, text)| Edit { place: self.place(&at), text }).collect(),
            })
            .collect();
        self.findings.push(Finding {
            rule: draft.rule,
            severity: draft.severity,
            place: self.place(&draft.at),
            message: draft.message,
            help: draft.help,
            item: draft.item,
            subject: draft.subject,
            related,
            fixes,
        });
    }

    /// A text that no output may show, wherever it stands.
    pub fn hide(&mut self, secret: &str) {
        if !self.secrets.contains(secret) {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// A fault of reading or decoding, under its rule.
    pub(super) fn report_fault(&mut self, rule: &'static Rule, file: FileId, fault: &Fault, item: Option<String>) {
        let mut draft = Draft::new(rule, At::Bytes(file, fault.span), fault.message.clone());
        draft.help.clone_from(&fault.help);
        draft.item = item;
        for (span, message) in &fault.related {
            draft = draft.related(At::Bytes(file, *span), message.clone());
        }
        if let Some((title, span, text)) = &fault.fix {
            let edits = vec![(At::Bytes(file, *span), text.clone())];
            // What a mistyped key was meant to be is a guess; notation is not.
            let guessed = fault.rule == "unknown-key";
            draft = if guessed { draft.unsafe_fix(title.clone(), edits) } else { draft.safe_fix(title.clone(), edits) };
        }
        self.report(draft);
    }

    fn place(&self, at: &At) -> Place {
        let (file, span) = match at {
            At::Value(file, pointer) => (file, self.workspace.file(*file).document.span(pointer)),
            At::Key(file, pointer) => (file, self.workspace.file(*file).document.key_span(pointer)),
            At::Bytes(file, span) => (file, *span),
            At::Range { path, start, end } => {
                return Place { file: path.clone(), start: *start, end: *end, span: None };
            }
            At::Top(path) => {
                let top = Position { line: 1, column: 1 };
                return Place { file: path.clone(), start: top, end: top, span: None };
            }
        };
        let file = self.workspace.file(*file);
        Place {
            file: file.path.clone(),
            start: file.document.position(span.start),
            end: file.document.position(span.end),
            span: Some(span),
        }
    }
}
