//! Findings as text, one file a format.

mod concise;
mod human;
pub mod json;

pub use concise::concise;
pub use human::{HumanStyle, human};

use super::Finding;
use crate::source::Span;
use crate::workspace::Workspace;

/// The findings of one workspace, and what a renderer needs of it.
#[derive(Clone, Copy)]
pub struct Findings<'a> {
    pub findings: &'a [Finding],
    pub workspace: &'a Workspace,
    /// Where the workspace lies, seen from where the command runs; `.` for here.
    pub root: &'a str,
    /// Texts that must not be shown.
    pub secrets: &'a [String],
}

impl Findings<'_> {
    /// A file's path seen from where the command runs.
    pub fn path(&self, file: &str) -> String {
        if self.root == "." { file.to_owned() } else { format!("{}/{file}", self.root) }
    }

    fn source(&self, file: &str) -> Option<&str> {
        self.workspace.files.iter().find(|known| known.path == file).map(|known| known.document.text.as_str())
    }

    /// The bytes of a file that no snippet may show: what the sensitive rules found. Where the text found is not
    /// spelled so in the file (escapes, several lines), the whole value is hidden.
    fn masks(&self, file: &str) -> Vec<Span> {
        let Some(source) = self.source(file) else { return Vec::new() };
        let mut masks: Vec<Span> = Vec::new();
        for secret in self.secrets.iter().filter(|secret| !secret.is_empty()) {
            masks.extend(source.match_indices(secret.as_str()).map(|(at, _)| Span::new(at, at + secret.len())));
        }
        for finding in self.findings.iter().filter(|finding| finding.place.file == file && is_sensitive(finding)) {
            if let Some(span) = finding.place.span
                && !masks.iter().any(|mask| span.start <= mask.start && mask.end <= span.end)
            {
                masks.push(span);
            }
        }
        masks
    }
}

fn is_sensitive(finding: &Finding) -> bool {
    crate::lint::rule(finding.rule).is_some_and(|rule| rule.group == crate::lint::Group::Sensitive)
}

/// A text without control characters, line breaks or marks that turn the direction of writing: safe to print in one
/// line of a terminal, whatever an answer holds.
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_bidi_control(*c))
        .collect()
}

/// A text of several lines without control characters but line breaks.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| *c == '\n' || (!c.is_control() && !is_bidi_control(*c)))
        .collect()
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
