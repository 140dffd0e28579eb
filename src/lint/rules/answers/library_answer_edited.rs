use super::shared::{library, shared};
use crate::diagnostic::Severity;
use crate::library::Standing;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "library-answer-edited",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "a shared answer that says something else than its library",
    page: include_str!("library_answer_edited.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for shared in shared(context, judged) {
        if shared.standing != Some(Standing::Edited) {
            continue;
        }
        let number = &shared.item.number;
        let message = format!("{number} is marked as a shared answer, and says something else than its library");
        sink.report(
            Draft::new(&RULE, judged.at_key(number, "from"), message)
                .help(format!(
                    "if it is your own answer now, take `from` away; else write the library's again: `dspt answer {number} --from library:{}`",
                    library(shared.from)
                ))
                .item(number),
        );
    }
}
