use super::top;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "role-vacant",
    group: Group::Organisation,
    severity: Severity::Info,
    summary: "a key role that nobody holds",
    page: include_str!("role_vacant.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    if context.organisation_touched("roles") {
        return;
    }
    let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    for role in &context.standard.roles {
        if context.organisation.roles.get(&role.key).is_some_and(|holder| said(&holder.name) || said(&holder.email)) {
            continue;
        }
        let draft = Draft::new(&RULE, top(), format!("nobody is {}", role.title)).subject(&role.key);
        sink.report(draft.help(format!(
            "write [roles.{}] with name and email, or ignore this finding with the reason why there is none",
            role.key
        )));
    }
}
