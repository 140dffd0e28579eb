use super::says_two_things;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::ItemKind;

pub(super) static RULE: Rule = Rule {
    name: "two-answers",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "an item is answered and said not to apply at once",
    page: include_str!("two_answers.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        if !says_two_things(item, answer) {
            continue;
        }
        let (key, what) = if answer.tick.is_some() {
            ("tick", "a tick")
        } else if answer.text.is_some() {
            ("text", "a text")
        } else if answer.date.is_some() {
            ("date", "a date")
        } else {
            ("evidence", "a document")
        };
        let proof = if item.kind == ItemKind::Document { "" } else { "; a document may stay beside it and prove why" };
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "not_applicable"),
                format!("{} is said not to apply, and {what} answers it all the same", item.number),
            )
            .help(format!("keep what is true: take `{key}` away or take `not_applicable` away{proof}"))
            .item(&item.number)
            .related(judged.at_key(&item.number, key), "the other answer"),
        );
    }
}
