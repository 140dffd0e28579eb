use super::{not_applicable_in_text, own_reason, says_nothing};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "not-applicable-without-reason",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "an item is said not to apply, but not why",
    page: include_str!("not_applicable_without_reason.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        let Some(reason) = own_reason(item, answer) else { continue };
        if !says_nothing(reason) && not_applicable_in_text::typed(reason) != Some("") {
            continue;
        }
        let when = item.not_applicable.as_ref().and_then(|rule| rule.when.as_ref());
        let when = when.map(|when| format!(" (it may be said when {when})")).unwrap_or_default();
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "not_applicable"),
                format!("{} is said not to apply, but not why", item.number),
            )
            .help(format!("write the reason in a few words{when}"))
            .item(&item.number),
        );
    }
}
