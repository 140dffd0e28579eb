use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "unquoted-item",
    group: Group::Files,
    severity: Severity::Error,
    summary: "an item's number without quotation marks",
    page: include_str!("unquoted_item.md"),
    check: Check::Reading,
};
