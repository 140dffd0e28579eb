use super::{is_blank, sound_rows};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "action-without-owner",
    group: Group::Plan,
    severity: Severity::Warning,
    summary: "an action that nobody owns",
    page: include_str!("action_without_owner.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for row in sound_rows(context, judged).filter(|row| row.is_needed() && is_blank(row.action.owner.as_ref())) {
        let message = format!("nobody owns the action for {}", row.item.number);
        sink.report(
            row.draft(&RULE, row.at("owner"), message)
                .help("write owner = \"…\" with the name or e-mail address of who sees to it"),
        );
    }
}
