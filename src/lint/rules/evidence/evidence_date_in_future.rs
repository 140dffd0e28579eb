use super::{Entry, entries};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "evidence-date-in-future",
    group: Group::Evidence,
    severity: Severity::Error,
    summary: "a document is said to be approved on a day that has not come",
    page: include_str!("evidence_date_in_future.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for entry in entries(judged).filter(|entry| in_future(context, entry)) {
        let Some(approved) = entry.evidence.approved else { continue };
        sink.report(
            Draft::new(
                &RULE,
                entry.at(judged, "approved"),
                format!("this document is said to be approved on {}, which has not come yet", in_words(approved)),
            )
            .help("write the day on which it was approved; the day of the next review is `review_by`")
            .item(&entry.item.number),
        );
    }
}

pub(super) fn in_future(context: &Context<'_>, entry: &Entry<'_>) -> bool {
    entry.evidence.approved.is_some_and(|approved| approved > context.day)
}
