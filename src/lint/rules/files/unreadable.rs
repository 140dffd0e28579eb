use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "unreadable",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a file that cannot be read",
    page: include_str!("unreadable.md"),
    check: Check::Reading,
};
