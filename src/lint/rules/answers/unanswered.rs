use super::how_to_write;
use crate::assess::Gap;
use crate::diagnostic::Severity;
use crate::lint::rules::evidence::lacks_documents;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "unanswered",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "an item that the level aimed at asks for has no answer yet",
    page: include_str!("unanswered.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    if judged.damaged {
        return;
    }
    for (item, verdict) in judged.standard.items.iter().zip(&judged.assessment.items) {
        if verdict.gap != Some(Gap::Unanswered) || !judged.is_asked(item) || judged.is_touched(&item.number) {
            continue;
        }
        let answer = judged.answer(&item.number);
        if answer.is_some_and(|answer| lacks_documents(item, answer)) {
            continue;
        }
        let level = &judged.standard.levels[judged.assessment.aim].label;
        let may_not_apply = match &item.not_applicable {
            Some(_) => "; where it does not apply, not_applicable = \"why\"",
            None => "",
        };
        sink.report(
            Draft::new(
                &RULE,
                judged.at(&item.number),
                format!("{} is not answered yet; {level} asks for it", item.number),
            )
            .help(format!(
                "{}{may_not_apply}; `dspt questions {}` shows the question",
                how_to_write(item.kind),
                item.number
            ))
            .item(&item.number),
        );
    }
}
