use super::shared::{library, shared};
use crate::diagnostic::Severity;
use crate::library::Standing;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "library-answer-outdated",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "a shared answer that its library has changed since",
    page: include_str!("library_answer_outdated.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for shared in shared(context, judged) {
        let number = &shared.item.number;
        let (message, help) = match shared.standing {
            Some(Standing::Outdated) => (
                format!("the shared answer to {number} has changed in its library since it was written here"),
                format!("read it and take it anew: `dspt answer {number} --from library:{}`", library(shared.from)),
            ),
            Some(Standing::Withdrawn) => (
                format!("the library of the shared answer to {number} has no such answer any more"),
                format!("see whether it still holds and say it as your own: take `from` away, or answer {number} anew"),
            ),
            Some(Standing::AsWritten | Standing::Edited) | None => continue,
        };
        sink.report(Draft::new(&RULE, judged.at_key(number, "from"), message).help(help).item(number));
    }
}
