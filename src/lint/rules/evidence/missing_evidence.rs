use super::lacks_documents;
use crate::assess::State;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::ItemKind;

pub(super) static RULE: Rule = Rule {
    name: "missing-evidence",
    group: Group::Evidence,
    severity: Severity::Warning,
    summary: "an item that asks for a document has none",
    page: include_str!("missing_evidence.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    if judged.damaged {
        return;
    }
    for (item, verdict) in judged.standard.items.iter().zip(&judged.assessment.items) {
        if item.kind != ItemKind::Document || verdict.state == State::Exempt || judged.is_touched(&item.number) {
            continue;
        }
        if !judged.answer(&item.number).is_some_and(|answer| lacks_documents(item, answer)) {
            continue;
        }
        let ready = match item.evidence.as_slice() {
            [] => String::new(),
            ready => format!("; what serves here: {}", ready.join("; ")),
        };
        sink.report(
            Draft::new(&RULE, judged.at(&item.number), format!("{} asks for a document, and none is given", item.number))
                .help(format!(
                    "name it: evidence = [{{ file = \"evidence/…\" }}], or a `link`, or the `location` where it is kept{ready}"
                ))
                .item(&item.number),
        );
    }
}
