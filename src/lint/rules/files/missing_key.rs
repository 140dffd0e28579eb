use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "missing-key",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a table lacks a key that it must have",
    page: include_str!("missing_key.md"),
    check: Check::Reading,
};
