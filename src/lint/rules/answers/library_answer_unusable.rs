use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "library-answer-unusable",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "a shared answer that no organisation can take over",
    page: include_str!("library_answer_unusable.md"),
    check: Check::Reading,
};
