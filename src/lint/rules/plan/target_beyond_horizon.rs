use super::rows;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Judged, Rule, Sink};
use crate::model::Period;
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "target-beyond-horizon",
    group: Group::Plan,
    severity: Severity::Warning,
    summary: "an action that is planned for more than a year ahead",
    page: include_str!("target_beyond_horizon.md"),
    check: Check::Edition(check),
};

/// Who publishes has to publish again within a year, and by then the item has to count.
const HORIZON: Period = Period { years: 1, months: 0, weeks: 0, days: 0 };

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let last = HORIZON.after(context.day);
    for row in rows(judged).filter(|row| row.is_needed() && !row.action.is_done()) {
        let Some(target) = row.action.target.filter(|target| *target > last) else { continue };
        let message = format!(
            "the action for {} is planned for {}, more than {} from now",
            row.item.number,
            in_words(target),
            HORIZON.words()
        );
        let help = format!("plan it for {} at the latest, or split it and plan a first step", in_words(last));
        sink.report(row.draft(&RULE, row.at("target"), message).help(help));
    }
}
