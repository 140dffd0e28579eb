use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "newer-format",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a file of a format that this program does not know",
    page: include_str!("newer_format.md"),
    check: Check::Reading,
};
