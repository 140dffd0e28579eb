use super::how_to_write;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "not-applicable-not-allowed",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "an item is said not to apply that applies to everybody",
    page: include_str!("not_applicable_not_allowed.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        if answer.not_applicable.is_none() || item.not_applicable.is_some() {
            continue;
        }
        let instead = if judged.is_asked(item) {
            how_to_write(item.kind)
        } else {
            "take `not_applicable` away: the item is optional and may stay open"
        };
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "not_applicable"),
                format!("{} cannot be answered with \"not applicable\"", item.number),
            )
            .help(instead)
            .item(&item.number),
        );
    }
}
