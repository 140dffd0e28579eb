//! Applies the safe fixes of findings to the files they are about.

use crate::diagnostic::Finding;
use crate::source::{Document, Span, edit};
use crate::workspace::Workspace;

/// A file with its fixes applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    pub path: String,
    pub bytes: Vec<u8>,
    /// How many findings were mended.
    pub count: usize,
}

/// The files that safe fixes change. Of two fixes that touch the same text the first wins; the next run sees the
/// other. A file whose fixed text would read worse than before is left as it is.
pub fn fix(workspace: &Workspace, findings: &[Finding]) -> Vec<Fixed> {
    let mut fixed = Vec::new();
    for file in &workspace.files {
        let mut replacements: Vec<(Span, String)> = Vec::new();
        let mut count = 0;
        let safe = findings.iter().filter_map(|finding| finding.fixes.iter().find(|fix| fix.safe));
        for fix in safe.filter(|fix| fix.edits.iter().all(|edit| edit.place.file == file.path)) {
            let edits: Option<Vec<(Span, String)>> =
                fix.edits.iter().map(|edit| Some((edit.place.span?, edit.text.clone()))).collect();
            let Some(edits) = edits.filter(|edits| !edits.is_empty()) else { continue };
            let overlaps = |span: Span| {
                replacements.iter().any(|(taken, _)| {
                    span.start < taken.end.max(taken.start + 1) && taken.start < span.end.max(span.start + 1)
                })
            };
            if edits.iter().any(|(span, _)| overlaps(*span)) {
                continue;
            }
            replacements.extend(edits);
            count += 1;
        }
        if count == 0 {
            continue;
        }
        let bytes = edit::splice(&file.document, &replacements);
        let read = Document::read(bytes.clone(), file.document.syntax);
        let unreadable =
            |faults: &[crate::source::Fault]| faults.iter().filter(|fault| fault.rule == "syntax-error").count();
        if unreadable(&read.faults) <= unreadable(&file.faults) {
            fixed.push(Fixed { path: file.path.clone(), bytes, count });
        }
    }
    fixed
}
