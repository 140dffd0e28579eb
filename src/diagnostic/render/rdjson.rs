//! The Reviewdog Diagnostic Format as one JSON object: `DiagnosticResult` of reviewdog's `proto/rdf`.
//!
//! Its columns count bytes of UTF-8 from 1; the end is exclusive.

use super::{Frame, HERE, Part, Report, Whole, listed, one_sound_line};
use crate::diagnostic::{Finding, Place, Severity, links};
use serde_json::{Value, json};

/// Between two diagnostics.
pub const BETWEEN: &str = ",\n    ";

pub fn part(report: &Report<'_>) -> Part {
    let findings = report.findings.findings.iter();
    let diagnostics: Vec<Value> = findings.map(|finding| diagnostic(report, finding)).collect();
    Part { text: listed(&diagnostics, BETWEEN), ..Part::default() }
}

pub fn frame(whole: &Whole<'_>) -> Frame {
    let mut source = json!({ "name": "dspt" });
    if !links::REPOSITORY.is_empty() {
        source["url"] = links::REPOSITORY.into();
    }
    Frame::of_json(&json!({ "source": source, "diagnostics": [HERE] }), whole.is_empty)
}

fn diagnostic(report: &Report<'_>, finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    };
    let message = match &finding.help {
        Some(help) => format!("{} ({help})", finding.message),
        None => finding.message.clone(),
    };
    let mut value = json!({
        "message": one_sound_line(&message),
        "location": location(report, &finding.place),
        "severity": severity,
        "code": { "value": finding.rule, "url": links::rule(finding.rule) },
    });
    // A suggestion is applied to the file that the diagnostic is about.
    let suggestions: Vec<Value> = finding
        .fixes
        .iter()
        .flat_map(|fix| &fix.edits)
        .filter(|edit| edit.place.file == finding.place.file)
        .map(|edit| json!({ "range": range(report, &edit.place), "text": edit.text }))
        .collect();
    if !suggestions.is_empty() {
        value["suggestions"] = suggestions.into();
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|related| {
            json!({ "message": one_sound_line(&related.message), "location": location(report, &related.place) })
        });
        value["related_locations"] = related.collect();
    }
    value
}

fn location(report: &Report<'_>, place: &Place) -> Value {
    json!({ "path": report.path(&place.file), "range": range(report, place) })
}

/// Lines only, where the text that columns could be counted in is not at hand.
fn range(report: &Report<'_>, place: &Place) -> Value {
    match report.byte_columns(place) {
        Some((start, end)) => json!({
            "start": { "line": place.start.line, "column": start },
            "end": { "line": place.end.line, "column": end },
        }),
        None => json!({ "start": { "line": place.start.line }, "end": { "line": place.end.line } }),
    }
}
