//! Findings as text, one file a format.

mod concise;
mod github;
mod gitlab;
mod human;
pub mod json;
mod junit;
mod rdjson;
mod sarif;

pub use concise::concise;
pub use human::{HumanStyle, human};

use super::{Finding, Place, Severity};
use crate::source::Span;
use crate::workspace::Workspace;

/// A format that a CI system reads: it shows findings where it shows the change.
pub struct CiFormat {
    /// What `--format` takes.
    pub name: &'static str,
    pub about: &'static str,
    pub render: fn(&[Report<'_>]) -> String,
}

/// The formats of CI systems: a file beside this one and a line here.
pub const CI: &[CiFormat] = &[
    CiFormat { name: "sarif", about: "SARIF, for code scanning", render: sarif::sarif },
    CiFormat { name: "junit", about: "JUnit XML, for test reports", render: junit::junit },
    CiFormat { name: "github", about: "Annotations of GitHub Actions", render: github::github },
    CiFormat { name: "gitlab", about: "Code quality report of GitLab", render: gitlab::gitlab },
    CiFormat { name: "rdjson", about: "For reviewdog", render: rdjson::rdjson },
];

/// The findings of one workspace as a CI system is told them: files are named from the repository's root, where it
/// looks them up.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    pub findings: Findings<'a>,
    /// What somebody decided to live with.
    pub silenced: &'a [Finding],
    /// Where the workspace lies in its repository: empty, or ending in `/`.
    pub prefix: &'a str,
    /// The mildest severity that makes the check fail.
    pub fail_on: Severity,
}

impl Report<'_> {
    /// A file's path from the repository's root.
    fn path(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }

    /// Column of a place's two ends in bytes of UTF-8, from 1; none where the file's text is not at hand.
    fn byte_columns(&self, place: &Place) -> Option<(usize, usize)> {
        let source = self.findings.source(&place.file)?;
        let column = |at: usize| at - source[..at].rfind('\n').map_or(0, |at| at + 1) + 1;
        let span = place.span?;
        Some((column(span.start as usize), column(span.end as usize)))
    }
}

/// A text in characters that every XML and JSON reader takes, on one line.
fn one_sound_line(text: &str) -> String {
    one_line(text).replace(['\u{fffe}', '\u{ffff}'], "")
}

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

    pub(super) fn source(&self, file: &str) -> Option<&str> {
        self.workspace.files.iter().find(|known| known.path == file).map(|known| known.document.text.as_str())
    }

    /// The bytes of a file that no snippet may show: what the sensitive rules found. Where the text found is not
    /// spelled so in the file (escapes, several lines), the whole value is hidden.
    pub(super) fn masks(&self, file: &str) -> Vec<Span> {
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
