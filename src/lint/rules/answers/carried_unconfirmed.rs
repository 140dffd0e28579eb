use crate::assess::Gap;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "carried-unconfirmed",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "an answer was rolled over and nobody has confirmed it",
    page: include_str!("carried_unconfirmed.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, verdict) in judged.standard.items.iter().zip(&judged.assessment.items) {
        let Some(Gap::Carried(from)) = &verdict.gap else { continue };
        if !judged.is_asked(item) {
            continue;
        }
        let from = crate::source::decode::shorten(from);
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "carried_from"),
                format!(
                    "the answer to {} comes from {from} and nobody has confirmed it, so it does not count",
                    item.number
                ),
            )
            .help(format!(
                "read it; if it still holds, `dspt confirm {}`, else answer anew and take `carried_from` away",
                item.number
            ))
            .item(&item.number),
        );
    }
}
