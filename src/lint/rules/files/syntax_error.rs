use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "syntax-error",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a line that TOML or YAML cannot read",
    page: include_str!("syntax_error.md"),
    check: Check::Reading,
};
