use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

/// Found by the one pass of the group.
pub(super) static RULE: Rule = Rule {
    name: "national-insurance-number",
    group: Group::Sensitive,
    severity: Severity::Warning,
    summary: "a National Insurance number",
    page: include_str!("national_insurance_number.md"),
    check: Check::Reading,
};
