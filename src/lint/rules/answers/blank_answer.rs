use super::{own_text, says_nothing};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "blank-answer",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "a text that says nothing",
    page: include_str!("blank_answer.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        if own_text(item, answer).is_some_and(says_nothing) {
            sink.report(
                Draft::new(
                    &RULE,
                    judged.at_key(&item.number, "text"),
                    format!("the answer to {} is blank", item.number),
                )
                .help("answer in words, or take `text` away: an item without it is open")
                .item(&item.number),
            );
        }
        for (index, evidence) in answer.evidence.iter().flatten().enumerate() {
            if evidence.location.as_deref().is_some_and(says_nothing) {
                let place = Pointer::answer(&item.number).key("evidence").index(index).key("location");
                sink.report(
                    Draft::new(
                        &RULE,
                        At::value(judged.file(), place),
                        format!("a document of {} is kept nowhere: the location is blank", item.number),
                    )
                    .help("say where the document is kept, or take this entry away")
                    .item(&item.number),
                );
            }
        }
    }
}
