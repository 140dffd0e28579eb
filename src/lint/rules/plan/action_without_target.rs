use super::sound_rows;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "action-without-target",
    group: Group::Plan,
    severity: Severity::Warning,
    summary: "an action without the day it will be done by",
    page: include_str!("action_without_target.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for row in sound_rows(context, judged).filter(|row| row.is_needed() && row.action.target.is_none()) {
        let message = format!("the action for {} has no day by which it will be done", row.item.number);
        sink.report(
            row.draft(&RULE, row.at("target"), message).help("write target = with a day, such as target = 2026-06-30"),
        );
    }
}
