use super::rows;
use crate::assess::State;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Group, Judged, Rule, Sink};
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "action-for-met-item",
    group: Group::Plan,
    severity: Severity::Info,
    summary: "an open action for an item that counts already",
    page: include_str!("action_for_met_item.md"),
    check: Check::Edition(check),
};

fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for row in rows(judged).filter(|row| !row.is_needed() && !row.action.is_done()) {
        let number = &row.item.number;
        let why = match row.verdict.state {
            State::NotApplicable => "is answered not applicable",
            State::Exempt => "is not asked of you",
            _ => "is met",
        };
        let at = At::value(row.plan.file, Pointer::action(number));
        sink.report(
            row.draft(&RULE, at, format!("{number} {why}, and its action is still open"))
                .help("write status = \"done\", or take the action away"),
        );
    }
}
