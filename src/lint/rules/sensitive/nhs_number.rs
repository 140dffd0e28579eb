use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

/// Found by the one pass of the group.
pub(super) static RULE: Rule = Rule {
    name: "nhs-number",
    group: Group::Sensitive,
    severity: Severity::Error,
    summary: "an NHS number",
    page: include_str!("nhs_number.md"),
    check: Check::Reading,
};
