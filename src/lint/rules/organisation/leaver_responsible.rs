use super::{leaver, leavers};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::model::Member;
use crate::model::period::in_words;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "leaver-responsible",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "somebody who has left still holds a role, an item or an action",
    page: include_str!("leaver_responsible.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let leavers = leavers(context);
    if leavers.is_empty() {
        return;
    }
    if let Some(file) = context.organisation_file {
        for (key, holder) in &context.organisation.roles {
            let held = [("name", &holder.name), ("email", &holder.email)]
                .into_iter()
                .find_map(|(part, who)| Some((part, leaver(context, &leavers, who.as_deref()?)?)));
            if let Some((part, gone)) = held {
                let title = context
                    .standard
                    .roles
                    .iter()
                    .find(|role| role.key == *key)
                    .map_or(key.as_str(), |role| &role.title);
                let at = At::value(file, Pointer::root().key("roles").key(key.clone()).key(part));
                sink.report(draft(
                    at,
                    gone,
                    &format!("is still {title}"),
                    "name who holds the role now, or take it away",
                ));
            }
        }
    }
    let Some(judged) = context.at_hand else { return };
    let hand_over = "name who looks after it now";
    for (item, answer) in judged.every() {
        if let Some(gone) = answer.owner.as_deref().and_then(|owner| leaver(context, &leavers, owner)) {
            let at = judged.at_key(&item.number, "owner");
            sink.report(
                draft(at, gone, &format!("is still to look after {}", item.number), hand_over).item(&item.number),
            );
        }
    }
    let Some(plan) = judged.plan else { return };
    for (number, action) in plan.decoded.value.actions.iter().filter(|(_, action)| !action.is_done()) {
        if let Some(gone) = action.owner.as_deref().and_then(|owner| leaver(context, &leavers, owner)) {
            let at = At::value(plan.file, Pointer::action(number).key("owner"));
            sink.report(
                draft(at, gone, &format!("is still to see to the action for {number}"), hand_over).item(number),
            );
        }
    }
}

fn draft(at: At, gone: &Member, what: &str, help: &str) -> Draft {
    let left = gone.left.map(in_words).unwrap_or_default();
    Draft::new(&RULE, at, format!("{}, who left on {left}, {what}", gone.name)).help(help)
}
