use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

/// The first rule of the group looks for all of them.
pub(super) static RULE: Rule = Rule {
    name: "private-key",
    group: Group::Sensitive,
    severity: Severity::Error,
    summary: "a private key",
    page: include_str!("private_key.md"),
    check: Check::Workspace(super::check),
};
