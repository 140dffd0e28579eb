use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "toml-1-1-only",
    group: Group::Files,
    severity: Severity::Warning,
    summary: "TOML that only version 1.1 allows",
    page: include_str!("toml_1_1_only.md"),
    check: Check::Reading,
};
