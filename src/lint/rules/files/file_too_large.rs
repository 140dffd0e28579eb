use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "file-too-large",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a file over 4 MB",
    page: include_str!("file_too_large.md"),
    check: Check::Reading,
};
