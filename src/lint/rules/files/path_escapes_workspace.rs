use crate::diagnostic::Severity;
use crate::lint::{Check, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "path-escapes-workspace",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a path that leads out of the workspace",
    page: include_str!("path_escapes_workspace.md"),
    check: Check::Reading,
};
