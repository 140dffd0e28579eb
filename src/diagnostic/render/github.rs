//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! GitHub shows ten annotations of each level in a step and drops the rest without a word: the gravest come first, and
//! what is left out is counted.

use super::{Frame, Part, Report, Whole, one_sound_line};
use crate::diagnostic::{Finding, Severity};
use std::fmt::Write as _;

/// Annotations of a level that GitHub shows for a step.
pub(super) const SHOWN: usize = 10;

const LEVELS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

pub fn part(report: &Report<'_>) -> Part {
    let mut part = Part::default();
    for (at, severity) in LEVELS.into_iter().enumerate() {
        let of_level = || report.findings.findings.iter().filter(move |finding| finding.severity == severity);
        part.few[at] = of_level().take(SHOWN).map(|finding| annotation(report, finding)).collect();
        part.counts[at] = of_level().count();
    }
    part
}

pub fn frame(whole: &Whole<'_>) -> Frame {
    let mut out = whole.part.few.concat().concat();
    let mut left_out = Vec::new();
    for ((severity, few), count) in LEVELS.into_iter().zip(&whole.part.few).zip(whole.part.counts) {
        let rest = count - few.len();
        if rest > 0 {
            let what = if severity == Severity::Info { "remark" } else { severity.word() };
            left_out.push(format!("{rest} more {what}{}", if rest == 1 { "" } else { "s" }));
        }
    }
    if !left_out.is_empty() {
        let _ = writeln!(
            out,
            "{} without an annotation: GitHub shows {SHOWN} of each level. `{}` lists them all.",
            left_out.join(", "),
            whole.command
        );
    }
    Frame { before: out, after: String::new() }
}

fn annotation(report: &Report<'_>, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = &finding.place;
    let mut properties = format!("file={},line={}", property(&report.path(&place.file)), place.start.line);
    if place.end.line > place.start.line {
        // Columns count within one line only.
        let _ = write!(properties, ",endLine={}", place.end.line);
    } else {
        let _ = write!(properties, ",endLine={},col={}", place.end.line, place.start.column);
        // The last column is inclusive here.
        let last = place.end.column.saturating_sub(1).max(place.start.column);
        let _ = write!(properties, ",endColumn={last}");
    }
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        let _ = write!(message, ". {}", capital(help));
    }
    format!("::{command} {properties},title={}::{}\n", property(finding.rule), data(&message))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The message: `%` and line ends are escaped, so that no text can begin a command of its own.
fn data(text: &str) -> String {
    one_sound_line(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property: `:` and `,` part properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_an_annotation() {
        assert_eq!(property("a,b:c%\n::error::x"), "a%2Cb%3Ac%25 %3A%3Aerror%3A%3Ax");
        assert_eq!(data("50 %\r\n::set-output name=x::y"), "50 %25 ::set-output name=x::y");
    }
}
