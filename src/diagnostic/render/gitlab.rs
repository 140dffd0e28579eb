//! GitLab's code quality report, the part of the Code Climate format that GitLab reads.

use super::{Frame, HERE, Part, Report, Whole, listed, one_sound_line};
use crate::diagnostic::{Severity, fingerprint};
use serde_json::{Value, json};

/// Between two issues.
pub const BETWEEN: &str = ",\n  ";

pub fn part(report: &Report<'_>) -> Part {
    Part { text: listed(&issues(report), BETWEEN), ..Part::default() }
}

pub fn frame(whole: &Whole<'_>) -> Frame {
    Frame::of_json(&json!([HERE]), whole.is_empty)
}

fn issues(report: &Report<'_>) -> Vec<Value> {
    let findings = report.findings.findings;
    // GitLab drops all but one of what has the same fingerprint.
    let known = fingerprint::fingerprints(report.findings, report.prefix, findings);
    let made = findings.iter().zip(known).map(|(finding, known)| {
        let severity = match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        };
        let description = match &finding.help {
            Some(help) => format!("{} ({help})", finding.message),
            None => finding.message.clone(),
        };
        json!({
            "type": "issue",
            "check_name": finding.rule,
            "description": one_sound_line(&description),
            "severity": severity,
            "fingerprint": known,
            "location": {
                "path": report.path(&finding.place.file),
                "lines": { "begin": finding.place.start.line, "end": finding.place.end.line },
            },
        })
    });
    made.collect()
}
