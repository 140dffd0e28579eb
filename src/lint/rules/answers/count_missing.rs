use super::answered_where;
use super::threshold_not_reached::percent;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "count-missing",
    group: Group::Answers,
    severity: Severity::Info,
    summary: "ticked where a share is asked for, without a count",
    page: include_str!("count_missing.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    if judged.damaged {
        return;
    }
    for (item, answer) in answered_where(judged, |item| item.threshold.is_some()) {
        let (Some(threshold), None, Some(true)) = (item.threshold, answer.count, answer.tick) else { continue };
        if judged.is_touched(&item.number) || answer.not_applicable.is_some() {
            continue;
        }
        sink.report(
            Draft::new(
                &RULE,
                judged.at(&item.number),
                format!("{} says that {} are reached, but not how many of how many", item.number, percent(threshold)),
            )
            .help("add the count and its day, such as count = { done = 50, of = 52, on = 2026-05-01 }")
            .item(&item.number),
        );
    }
}
