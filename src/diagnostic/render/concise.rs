//! `file:line:column: severity[rule] message`, one line a finding.

use super::{Findings, one_line};
use std::fmt::Write as _;

pub fn concise(findings: Findings<'_>) -> String {
    let mut out = String::new();
    for finding in findings.findings {
        let place = &finding.place;
        let _ = writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            one_line(&findings.path(&place.file)),
            place.start.line,
            place.start.column,
            finding.severity.word(),
            finding.rule,
            one_line(&finding.message)
        );
    }
    out
}
