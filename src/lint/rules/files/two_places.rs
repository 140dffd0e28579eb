use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "two-places",
    group: Group::Files,
    severity: Severity::Error,
    summary: "one evidence entry names two places",
    page: include_str!("two_places.md"),
    check: Check::Reading,
};
