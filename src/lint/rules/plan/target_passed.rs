use super::rows;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Judged, Rule, Sink};
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "target-passed",
    group: Group::Plan,
    severity: Severity::Warning,
    summary: "an open action whose day has passed",
    page: include_str!("target_passed.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for row in rows(judged).filter(|row| row.is_needed() && !row.action.is_done()) {
        let Some(target) = row.action.target.filter(|target| *target < context.day) else { continue };
        let message = format!("the action for {} was to be done by {}", row.item.number, in_words(target));
        sink.report(
            row.draft(&RULE, row.at("target"), message)
                .help("answer the item if it is done; else agree a new day with its owner and write it here"),
        );
    }
}
