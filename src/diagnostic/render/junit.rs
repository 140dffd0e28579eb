//! `JUnit` XML, as Jenkins' `junit-10.xsd` has it and GitLab reads it: a suite for each file, a case for each finding.
//!
//! A finding that makes the check fail is a failure, so that the report is red exactly when the job is; a milder one is
//! a skipped case, which test reports list with its words. A file without findings is one case that passes.

use super::{Frame, Part, Report, Whole, one_sound_line};
use crate::diagnostic::Finding;
use std::fmt::Write as _;

pub fn part(report: &Report<'_>) -> Part {
    let mut part = Part::default();
    let mut files: Vec<&str> = report.findings.workspace.files.iter().map(|file| file.path.as_str()).collect();
    for finding in report.findings.findings {
        if !files.contains(&finding.place.file.as_str()) {
            files.push(&finding.place.file);
        }
    }
    for file in files {
        let members: Vec<&Finding> =
            report.findings.findings.iter().filter(|finding| finding.place.file == file).collect();
        suite(&mut part, report, file, &members);
    }
    part
}

/// The totals that `testsuites` may carry: it has no `skipped`.
pub fn frame(whole: &Whole<'_>) -> Frame {
    let Part { cases, failures, .. } = whole.part;
    Frame {
        before: format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{cases}\" failures=\"{failures}\" errors=\"0\">\n",
            whole.command
        ),
        after: "</testsuites>\n".to_owned(),
    }
}

fn suite(part: &mut Part, report: &Report<'_>, file: &str, members: &[&Finding]) {
    let path = attribute(&report.path(file));
    let failures = members.iter().filter(|finding| finding.severity >= report.fail_on).count();
    let (cases, skipped) = (members.len().max(1), members.len() - failures);
    part.cases += cases;
    part.failures += failures;
    let out = &mut part.text;
    let _ = writeln!(
        out,
        "  <testsuite name=\"{path}\" file=\"{path}\" tests=\"{cases}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">"
    );
    if members.is_empty() {
        let _ = writeln!(out, "    <testcase name=\"lint\" classname=\"{path}\" time=\"0\"/>");
    }
    for finding in members {
        let about = finding.item.as_ref().map(|item| format!(" {item}")).unwrap_or_default();
        let start = finding.place.start;
        let name = format!("{}{about} at {}:{}", finding.rule, start.line, start.column);
        let _ = writeln!(out, "    <testcase name=\"{}\" classname=\"{path}\" time=\"0\">", attribute(&name));
        let message = attribute(&finding.message);
        if finding.severity >= report.fail_on {
            let place = format!("{}:{}:{}", report.path(&finding.place.file), start.line, start.column);
            let mut body = format!("{place}: {}[{}] {}", finding.severity.word(), finding.rule, finding.message);
            if let Some(help) = &finding.help {
                let _ = write!(body, " (help: {help})");
            }
            let kind = finding.severity.word();
            let _ = writeln!(
                out,
                "      <failure type=\"{kind}\" message=\"{message}\">{}</failure>",
                escaped(&one_sound_line(&body))
            );
        } else {
            let _ = writeln!(out, "      <skipped message=\"{}: {message}\"/>", finding.severity.word());
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
}

fn attribute(text: &str) -> String {
    escaped(&one_sound_line(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}
