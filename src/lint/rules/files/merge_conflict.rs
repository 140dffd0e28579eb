use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "merge-conflict",
    group: Group::Files,
    severity: Severity::Error,
    summary: "git's conflict markers are still in the file",
    page: include_str!("merge_conflict.md"),
    check: Check::Reading,
};
