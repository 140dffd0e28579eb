use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "alias-expansion",
    group: Group::Files,
    severity: Severity::Error,
    summary: "YAML aliases that unfold without end",
    page: include_str!("alias_expansion.md"),
    check: Check::Reading,
};
