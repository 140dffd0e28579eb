use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "not-utf-8",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a file that is not UTF-8 text",
    page: include_str!("not_utf_8.md"),
    check: Check::Reading,
};
