//! SARIF 2.1.0, as code scanning reads it: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Columns are in characters (`columnKind`). A finding is followed through moved lines by `partialFingerprints`.
//! Silenced findings are told with their suppression, so that an alert is closed with its reason and not as mended.

use super::{Frame, HERE, Part, Report, Whole, listed, one_sound_line};
use crate::diagnostic::{Finding, Place, Severity, fingerprint, links};
use crate::lint;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What our fingerprint is called: the number changes with what goes into it.
const FINGERPRINT: &str = "dsptFinding/v1";
/// The name that paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// Between two results.
pub const BETWEEN: &str = ",\n        ";

pub fn part(report: &Report<'_>) -> Part {
    Part { text: listed(&results(report), BETWEEN), ..Part::default() }
}

pub fn frame(whole: &Whole<'_>) -> Frame {
    let mut driver = json!({
        "name": "dspt",
        "fullName": "dspt: the Data Security and Protection Toolkit as code",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": whole.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    });
    if !links::REPOSITORY.is_empty() {
        driver["informationUri"] = links::REPOSITORY.into();
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "automationDetails": { "id": "dspt/" },
            "originalUriBaseIds": { ROOT: { "description": { "text": whole.root } } },
            "columnKind": "unicodeCodePoints",
            "results": [HERE],
        }],
    });
    Frame::of_json(&log, whole.is_empty)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A rule with its page, which a reader of alerts sees beside them.
fn descriptor(name: &str) -> Value {
    let Some(rule) = lint::rule(name) else { return json!({ "id": name }) };
    let page = below_title(rule.page);
    let severity = match rule.severity {
        Severity::Info => "recommendation",
        severity => severity.word(),
    };
    json!({
        "id": name,
        "name": pascal_case(name),
        "shortDescription": { "text": sentence(rule.summary) },
        "fullDescription": { "text": page.split("\n\n").next().unwrap_or_default() },
        "helpUri": links::rule(name),
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": [rule.group.word()], "problem.severity": severity },
    })
}

/// A rule's page without its title.
fn below_title(page: &str) -> String {
    page.trim_start().split_once('\n').map_or(page, |(_, rest)| rest).trim().to_owned()
}

fn pascal_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    words.collect()
}

fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn results(report: &Report<'_>) -> Vec<Value> {
    let (open, silenced) = (report.findings.findings, report.silenced);
    let known = fingerprint::fingerprints(report.findings, report.prefix, open.iter().chain(silenced));
    let told = open.iter().map(|finding| (finding, false)).chain(silenced.iter().map(|finding| (finding, true)));
    let made = told.zip(known).map(|((finding, silent), known)| {
        let text = match &finding.help {
            Some(help) => {
                format!("{}: {}.", sentence_start(&finding.message), one_sound_line(help).trim_end_matches('.'))
            }
            None => format!("{}.", sentence_start(&finding.message)),
        };
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": report.rules.iter().position(|rule| *rule == finding.rule),
            "level": level(finding.severity),
            "message": { "text": text },
            "locations": [{ "physicalLocation": physical(report, &finding.place) }],
            "partialFingerprints": { FINGERPRINT: known },
            "suppressions": suppressions(report, finding, silent),
        });
        if !finding.related.is_empty() {
            let related = finding.related.iter().enumerate().map(|(at, related)| {
                json!({
                    "id": at + 1,
                    "message": { "text": one_sound_line(&related.message) },
                    "physicalLocation": physical(report, &related.place),
                })
            });
            result["relatedLocations"] = related.collect();
        }
        if !finding.fixes.is_empty() {
            result["fixes"] = finding.fixes.iter().map(|fix| fix_value(report, fix)).collect();
        }
        let mut properties = Map::new();
        properties.insert("workspace".to_owned(), report.findings.root.into());
        if let Some(item) = &finding.item {
            properties.insert("item".to_owned(), item.as_str().into());
        }
        result["properties"] = Value::Object(properties);
        result
    });
    made.collect()
}

fn sentence_start(text: &str) -> String {
    one_sound_line(text).trim_end_matches('.').to_owned()
}

fn suppressions(report: &Report<'_>, finding: &Finding, silent: bool) -> Value {
    if !silent {
        return json!([]);
    }
    let mut suppression = json!({ "kind": "external", "status": "accepted" });
    if let Some(ignore) = lint::ignore_of(report.findings.workspace, finding) {
        suppression["justification"] =
            format!("{} (until {})", one_sound_line(&ignore.reason).trim(), ignore.until).into();
    }
    json!([suppression])
}

fn physical(report: &Report<'_>, place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&report.path(&place.file)), "uriBaseId": ROOT },
        "region": region(place),
    })
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    })
}

fn fix_value(report: &Report<'_>, fix: &crate::diagnostic::Fix) -> Value {
    let files: BTreeSet<&str> = fix.edits.iter().map(|edit| edit.place.file.as_str()).collect();
    let changes = files.into_iter().map(|file| {
        let edits = fix.edits.iter().filter(|edit| edit.place.file == file);
        json!({
            "artifactLocation": { "uri": uri(&report.path(file)), "uriBaseId": ROOT },
            "replacements": edits
                .map(|edit| json!({ "deletedRegion": region(&edit.place), "insertedContent": { "text": edit.text } }))
                .collect::<Vec<_>>(),
        })
    });
    json!({
        "description": { "text": one_sound_line(&fix.title) },
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

/// A path as a relative reference: RFC 3986's unreserved characters and `/` stand for themselves.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("clients/Söhne & Co/organisation.toml"), "clients/S%C3%B6hne%20%26%20Co/organisation.toml");
        assert_eq!(uri("a:b/100%#?.md"), "a%3Ab/100%25%23%3F.md");
    }

    #[test]
    fn names_read_as_names() {
        assert_eq!(pascal_case("toml-1-1-only"), "Toml11Only");
        assert_eq!(sentence("a key that stands twice"), "A key that stands twice.");
        assert_eq!(below_title("# x\n\nWhat it is.\n"), "What it is.");
    }
}
