use super::{Entry, entries, evidence_date_in_future};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::in_words;
use crate::model::standard::WindowOf;
use jiff::civil::Date;

pub(super) static RULE: Rule = Rule {
    name: "evidence-out-of-window",
    group: Group::Evidence,
    severity: Severity::Warning,
    summary: "a document was approved too long ago for the item",
    page: include_str!("evidence_out_of_window.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for entry in entries(judged) {
        let (Some(window), Some((approved, first_day))) = (&entry.item.window, out_of_window(context, &entry)) else {
            continue;
        };
        let number = &entry.item.number;
        sink.report(
            Draft::new(
                &RULE,
                entry.at(judged, "approved"),
                format!(
                    "{number} is about {}, and this document was approved on {}",
                    window.words(),
                    in_words(approved)
                ),
            )
            .help(format!(
                "have it reviewed and approved again, and write that day: it counts from {} on",
                in_words(first_day)
            ))
            .item(number),
        );
    }
}

/// The day of approval and the first day that counts, where the first lies before the second.
pub(super) fn out_of_window(context: &Context<'_>, entry: &Entry<'_>) -> Option<(Date, Date)> {
    let window = entry.item.window.as_ref().filter(|window| window.of == WindowOf::Review)?;
    let approved = entry.evidence.approved?;
    let first_day = window.first_day(context.day);
    let applies = !entry.proves_not_applicable() && !evidence_date_in_future::in_future(context, entry);
    (applies && approved < first_day).then_some((approved, first_day))
}
