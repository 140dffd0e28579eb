use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "unused-ignore",
    group: Group::Lint,
    severity: Severity::Warning,
    summary: "an ignore that ignores nothing",
    page: include_str!("unused_ignore.md"),
    check: Check::Reading,
};
