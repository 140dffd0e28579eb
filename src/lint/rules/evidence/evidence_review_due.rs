use super::entries;
use super::evidence_date_in_future::in_future;
use super::evidence_out_of_window::out_of_window;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::{days_between, in_words};

pub(super) static RULE: Rule = Rule {
    name: "evidence-review-due",
    group: Group::Evidence,
    severity: Severity::Warning,
    summary: "a document was to be reviewed by a day that has passed",
    page: include_str!("evidence_review_due.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for entry in entries(judged) {
        let Some(due) = entry.evidence.review_by.filter(|due| *due < context.day) else { continue };
        if in_future(context, &entry) || out_of_window(context, &entry).is_some() {
            continue;
        }
        let ago = match days_between(due, context.day) {
            1 => "yesterday".to_owned(),
            days => format!("{days} days ago"),
        };
        sink.report(
            Draft::new(
                &RULE,
                entry.at(judged, "review_by"),
                format!("this document was to be reviewed by {}, {ago}", in_words(due)),
            )
            .help("review it, then write the new `approved` day and the next `review_by`")
            .item(&entry.item.number),
        );
    }
}
