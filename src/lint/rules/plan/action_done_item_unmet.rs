use super::rows;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "action-done-item-unmet",
    group: Group::Plan,
    severity: Severity::Warning,
    summary: "an action that is done for an item that still does not count",
    page: include_str!("action_done_item_unmet.md"),
    check: Check::Edition(check),
};

/// What could not be read may well be answered.
fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for row in rows(judged).filter(|row| row.action.is_done()) {
        let number = &row.item.number;
        let Some(gap) = row.verdict.gap.as_ref().filter(|_| !judged.damaged && !judged.is_touched(number)) else {
            continue;
        };
        let message = format!("the action for {number} is done, and {number} still does not count: {}", gap.words());
        sink.report(
            row.draft(&RULE, row.at("status"), message)
                .help("answer the item if the action has settled it; else set the status back"),
        );
    }
}
