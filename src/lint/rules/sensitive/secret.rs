use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

/// Found by the one pass of the group.
pub(super) static RULE: Rule = Rule {
    name: "secret",
    group: Group::Sensitive,
    severity: Severity::Warning,
    summary: "a password or an access key",
    page: include_str!("secret.md"),
    check: Check::Reading,
};
