use super::is_blank;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::Standard;
use crate::model::standard::ConditionKind;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "action-missing",
    group: Group::Plan,
    severity: Severity::Warning,
    summary: "an item that is still open has no action in the plan",
    page: include_str!("action_missing.md"),
    check: Check::Edition(check),
};

/// Only where a plan was begun and may be asked for. What could not be read is not absent.
fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let Some(plan) = judged.plan else { return };
    let is_damaged = judged.damaged || context.workspace.file(plan.file).document.damaged;
    if is_damaged || !may_be_asked_for(judged) {
        return;
    }
    for number in &judged.assessment.plan.outstanding {
        if judged.is_touched(number) || plan.decoded.touched.contains(number) {
            continue;
        }
        let (pointer, message) = match plan.decoded.value.actions.get(number) {
            None => (Pointer::action(number), format!("{number} is still open and has no action in the plan")),
            Some(action) if is_blank(action.action.as_ref()) => (
                Pointer::action(number).key("action"),
                format!("the plan does not say what will be done about {number}"),
            ),
            Some(_) => continue,
        };
        sink.report(
            Draft::new(&RULE, At::value(plan.file, pointer), message)
                .help(format!("write [actions.\"{number}\"] with action, owner and target; `dspt plan generate` adds the rows that are missing"))
                .item(number),
        );
    }
}

/// Whether the level aimed at is published with a plan; where no aim is written, whether any level is.
fn may_be_asked_for(judged: &Judged<'_>) -> bool {
    let standard = judged.standard;
    let aim = judged.answers.decoded.value.aim.as_deref().and_then(|aim| standard.level_index(aim));
    match aim {
        Some(aim) => is_published_with_plan(standard, aim),
        None => (0..standard.levels.len()).any(|level| is_published_with_plan(standard, level)),
    }
}

fn is_published_with_plan(standard: &Standard, level: usize) -> bool {
    let level = &standard.levels[level];
    level.conditions.iter().any(|condition| condition.kind == ConditionKind::ActionPlan)
        || level.builds_on.is_some_and(|below| is_published_with_plan(standard, below))
}
