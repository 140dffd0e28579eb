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
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A format that a CI system reads: it shows findings where it shows the change.
///
/// A document of many workspaces is put together from what each of them adds to it, so that none need be at hand any
/// more when the next one is read.
pub struct CiFormat {
    /// What `--format` takes.
    pub name: &'static str,
    pub about: &'static str,
    /// What a workspace adds to a document.
    pub part: fn(&Report<'_>) -> Part,
    /// What stands between two parts.
    pub between: &'static str,
    /// What stands around the parts.
    pub frame: fn(&Whole<'_>) -> Frame,
}

impl CiFormat {
    /// The document of some workspaces.
    pub fn render(&self, reports: &[Report<'_>], whole: Whole<'_>) -> String {
        let mut whole = whole;
        let parts: Vec<String> = reports.iter().filter_map(|report| whole.take((self.part)(report))).collect();
        let Frame { before, after } = (self.frame)(&whole);
        format!("{before}{}{after}", parts.join(self.between))
    }
}

/// The formats of CI systems: a file beside this one and a line here.
pub const CI: &[CiFormat] = &[
    CiFormat {
        name: "sarif",
        about: "SARIF, for code scanning",
        part: sarif::part,
        between: sarif::BETWEEN,
        frame: sarif::frame,
    },
    CiFormat {
        name: "junit",
        about: "JUnit XML, for test reports",
        part: junit::part,
        between: "",
        frame: junit::frame,
    },
    CiFormat {
        name: "github",
        about: "Annotations of GitHub Actions",
        part: github::part,
        between: "",
        frame: github::frame,
    },
    CiFormat {
        name: "gitlab",
        about: "Code quality report of GitLab",
        part: gitlab::part,
        between: gitlab::BETWEEN,
        frame: gitlab::frame,
    },
    CiFormat {
        name: "rdjson",
        about: "For reviewdog",
        part: rdjson::part,
        between: rdjson::BETWEEN,
        frame: rdjson::frame,
    },
];

/// What one workspace adds to a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What stands in the document for it; empty where that is nothing.
    text: String,
    /// Test cases, where the format counts them, and how many of them failed.
    cases: usize,
    failures: usize,
    /// Lines by severity, the gravest first, of a format that has room for a few of each only; and how many there are.
    few: [Vec<String>; 3],
    counts: [usize; 3],
}

/// What is known of a whole document once its parts have been gone through.
#[derive(Debug, Clone)]
pub struct Whole<'a> {
    /// The rules that it describes. Findings refer to them by their place.
    rules: &'a [&'a str],
    /// What its paths are relative to, for people.
    root: &'static str,
    /// The command that lists everything.
    command: &'static str,
    is_empty: bool,
    part: Part,
}

impl<'a> Whole<'a> {
    /// A document of workspaces whose files are named from the top of the repository around them.
    pub fn of_repository(rules: &'a [&'a str]) -> Self {
        let (root, command) = ("The repository's root.", "dspt lint");
        Self { rules, root, command, is_empty: true, part: Part::default() }
    }

    /// A document of a portfolio's clients.
    pub fn of_portfolio(rules: &'a [&'a str]) -> Self {
        Self { command: "dspt portfolio lint", ..Self::of_repository(rules) }
    }

    /// Counts a part; what stands in the document for it.
    pub fn take(&mut self, part: Part) -> Option<String> {
        self.part.cases += part.cases;
        self.part.failures += part.failures;
        for ((whole, few), (sum, count)) in
            self.part.few.iter_mut().zip(part.few).zip(self.part.counts.iter_mut().zip(part.counts))
        {
            let room = github::SHOWN.saturating_sub(whole.len());
            whole.extend(few.into_iter().take(room));
            *sum += count;
        }
        self.is_empty &= part.text.is_empty();
        Some(part.text).filter(|text| !text.is_empty())
    }
}

/// What stands before the parts of a document and after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub before: String,
    pub after: String,
}

/// Stands where the parts go in a document of JSON; no text of a document is this.
const HERE: &str = "\u{0}";

impl Frame {
    /// The frame of a JSON document in which a list has [`HERE`]; without parts the list is empty.
    fn of_json(document: &Value, is_empty: bool) -> Self {
        let text = format!("{document:#}\n");
        let (before, after) = text.split_once("\"\\u0000\"").unwrap_or((&text, ""));
        let (before, after) = if is_empty { (before.trim_end(), after.trim_start()) } else { (before, after) };
        Self { before: before.to_owned(), after: after.to_owned() }
    }
}

/// Values as they stand in a list of a JSON document, one below the other; `between` parts two of them.
fn listed(values: &[Value], between: &str) -> String {
    let indented = values.iter().map(|value| format!("{value:#}").replace('\n', between.trim_start_matches(',')));
    indented.collect::<Vec<_>>().join(between)
}

/// The findings of one workspace as a CI system is told them.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    pub findings: Findings<'a>,
    /// What somebody decided to live with.
    pub silenced: &'a [Finding],
    /// Where the workspace lies from where files are looked up, the top of its repository as a rule: empty, or ending in
    /// `/`.
    pub prefix: &'a str,
    /// The mildest severity that makes the check fail.
    pub fail_on: Severity,
    /// The rules that the document describes.
    pub rules: &'a [&'a str],
}

impl Report<'_> {
    /// A file's path as the document names it.
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
