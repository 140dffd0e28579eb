use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "library-answer-not-shareable",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "a shared answer to an item that each organisation answers for itself",
    page: include_str!("library_answer_not_shareable.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        if item.shareable || answer.from.is_none() {
            continue;
        }
        let message = format!("{} is not to be shared between organisations, and this answer is from a library", item.number);
        sink.report(
            Draft::new(&RULE, judged.at_key(&item.number, "from"), message)
                .help("give the organisation's own answer, and take `from` away")
                .item(&item.number),
        );
    }
}
