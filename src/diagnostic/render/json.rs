//! Findings as JSON. The field names are relied on by other programs.

use super::Findings;
use crate::diagnostic::{Finding, Place, Severity, Summary};
use schemars::JsonSchema;
use serde::Serialize;

/// What `lint --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LintOutput {
    /// By workspace, file and place.
    pub findings: Vec<FindingOutput>,
    pub summary: Summary,
    /// With `--baseline`: what was compared with; `findings` then holds only what is new.
    pub baseline: Option<BaselineOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct BaselineOutput {
    pub revision: String,
    /// Findings that were there before and are not among `findings`.
    pub known: usize,
    /// Findings of before that are there no longer.
    pub mended: usize,
}

/// A finding. Lines and columns begin at 1; columns are in characters; the end is exclusive.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingOutput {
    /// The rule's name.
    pub rule: &'static str,
    pub severity: Severity,
    /// From the workspace, with `/`.
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub message: String,
    pub help: Option<String>,
    /// The number of the item it is about.
    pub item: Option<String>,
    /// The workspace, seen from where the command ran; `.` for one.
    pub workspace: String,
    /// Other places that have to do with it.
    pub related: Vec<RelatedOutput>,
    pub fixes: Vec<FixOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RelatedOutput {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct FixOutput {
    pub title: String,
    /// Whether `--fix` applies it.
    pub safe: bool,
    pub edits: Vec<EditOutput>,
}

/// The range is replaced by the text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditOutput {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub text: String,
}

pub fn findings(findings: Findings<'_>) -> Vec<FindingOutput> {
    findings.findings.iter().map(|finding| output(finding, findings.root)).collect()
}

fn output(finding: &Finding, root: &str) -> FindingOutput {
    let Place { file, start, end, .. } = &finding.place;
    FindingOutput {
        rule: finding.rule,
        severity: finding.severity,
        file: file.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: finding.message.clone(),
        help: finding.help.clone(),
        item: finding.item.clone(),
        workspace: root.to_owned(),
        related: finding
            .related
            .iter()
            .map(|related| RelatedOutput {
                file: related.place.file.clone(),
                line: related.place.start.line,
                column: related.place.start.column,
                message: related.message.clone(),
            })
            .collect(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| FixOutput {
                title: fix.title.clone(),
                safe: fix.safe,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| EditOutput {
                        file: edit.place.file.clone(),
                        line: edit.place.start.line,
                        column: edit.place.start.column,
                        end_line: edit.place.end.line,
                        end_column: edit.place.end.column,
                        text: edit.text.clone(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
