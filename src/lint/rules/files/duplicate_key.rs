use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "duplicate-key",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a key or table stands in a file twice",
    page: include_str!("duplicate_key.md"),
    check: Check::Reading,
};
