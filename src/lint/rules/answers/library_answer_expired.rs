use super::shared::{library, shared};
use crate::diagnostic::Severity;
use crate::library::Standing;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::in_words;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "library-answer-expired",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "a shared answer whose author stands by it no longer",
    page: include_str!("library_answer_expired.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for shared in shared(context, judged) {
        // An answer that has changed on either side has its own finding.
        if !matches!(shared.standing, Some(Standing::AsWritten) | None) {
            continue;
        }
        let Some(until) = shared.from.until.filter(|until| *until < context.day) else { continue };
        let number = &shared.item.number;
        let message = format!("the author of the shared answer to {number} stood by it until {}", in_words(until));
        sink.report(
            Draft::new(&RULE, At::value(judged.file(), Pointer::answer(number).key("from").key("until")), message)
                .help(format!(
                    "ask for a new one and take it: `dspt answer {number} --from library:{}`; or answer it yourself",
                    library(shared.from)
                ))
                .item(number),
        );
    }
}
