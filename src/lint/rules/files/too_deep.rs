use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "too-deep",
    group: Group::Files,
    severity: Severity::Error,
    summary: "tables and lists nested beyond all use",
    page: include_str!("too_deep.md"),
    check: Check::Reading,
};
