use super::top;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Rule, Sink};
use crate::model::MemberRole;

pub(super) static RULE: Rule = Rule {
    name: "no-administrator",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "no member is administrator any more, or yet",
    page: include_str!("no_administrator.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let is_administered =
        context.organisation.members_on(context.day).any(|member| member.role == MemberRole::Administrator);
    if is_administered || context.organisation_touched("member") {
        return;
    }
    let had_one = context.organisation.members.iter().any(|member| member.role == MemberRole::Administrator);
    let message = if had_one { "every administrator has left" } else { "no member is administrator" };
    sink.report(
        Draft::new(&RULE, top(), message)
            .help("give one [[member]] who is still there role = \"administrator\": only administrators publish"),
    );
}
