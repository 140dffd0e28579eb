use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "expired-ignore",
    group: Group::Lint,
    severity: Severity::Warning,
    summary: "an ignore whose day has passed",
    page: include_str!("expired_ignore.md"),
    check: Check::Reading,
};
