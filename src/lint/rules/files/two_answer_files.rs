use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "two-answer-files",
    group: Group::Files,
    severity: Severity::Error,
    summary: "one edition has answers in two files",
    page: include_str!("two_answer_files.md"),
    check: Check::Reading,
};
