//! Findings as an editor shows them, and their fixes.

use super::texts::Lines;
use crate::diagnostic::{Finding, Fix, Place, Severity, links};
use crate::workspace::Workspace;
use lsp_types::{
    Code, CodeAction, CodeActionKind, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    Location, Message, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::{BTreeMap, HashMap};

/// The files of a workspace, by path, with their lines.
pub(super) struct Pages<'w> {
    lines: BTreeMap<&'w str, (Lines<'w>, u32)>,
    /// The address of a file.
    pub(super) address: &'w dyn Fn(&str) -> Option<Uri>,
}

impl<'w> Pages<'w> {
    pub(super) fn of(workspace: &'w Workspace, address: &'w dyn Fn(&str) -> Option<Uri>) -> Self {
        let lines = workspace.files.iter().map(|file| {
            // A byte order mark is a character of the editor's text and none of ours.
            let mark = u32::from(file.document.byte_order_mark);
            (file.path.as_str(), (Lines::of(&file.document.text), mark))
        });
        Self { lines: lines.collect(), address }
    }

    pub(super) fn range(&self, place: &Place) -> Range {
        let (Some(span), Some((lines, mark))) = (place.span, self.lines.get(place.file.as_str())) else {
            return Range::default();
        };
        let mut range = lines.range(span.range());
        for position in [&mut range.start, &mut range.end] {
            if position.line == 0 {
                position.character += mark;
            }
        }
        range
    }

    pub(super) fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let severity = match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Info => DiagnosticSeverity::Information,
        };
        let message = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        let related = finding.related.iter().filter_map(|related| {
            let uri = (self.address)(&related.place.file)?;
            let location = Location { uri, range: self.range(&related.place) };
            Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
        });
        let related: Vec<_> = related.collect();
        Diagnostic {
            range: self.range(&finding.place),
            severity: Some(severity),
            code: Some(Code::String(finding.rule.to_owned())),
            code_description: links::rule(finding.rule).parse().ok().map(|href| CodeDescription { href }),
            source: Some("dspt".to_owned()),
            message: Message::String(message),
            related_information: (!related.is_empty()).then_some(related),
            ..Diagnostic::default()
        }
    }

    pub(super) fn action(&self, finding: &Finding, fix: &Fix) -> CodeAction {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for edit in &fix.edits {
            if let Some(uri) = (self.address)(&edit.place.file) {
                let edit = TextEdit { range: self.range(&edit.place), new_text: edit.text.clone() };
                changes.entry(uri).or_default().push(edit);
            }
        }
        CodeAction {
            title: fix.title.clone(),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![self.diagnostic(finding)]),
            is_preferred: Some(fix.safe),
            edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
            ..CodeAction::default()
        }
    }
}

/// Whether two ranges touch.
pub(super) fn touches(a: &Range, b: &Range) -> bool {
    a.start <= b.end && b.start <= a.end
}
