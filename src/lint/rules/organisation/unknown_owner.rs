use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "unknown-owner",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "an owner who is neither a member nor holds a role",
    page: include_str!("unknown_owner.md"),
    check: Check::Edition(check),
};

/// Who has left is known: that is another finding. An action may be somebody's who is no member, a supplier's say; an
/// address there is looked up all the same.
fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let nobody = context.organisation.members.is_empty() && context.organisation.roles.is_empty();
    if nobody || context.organisation_touched("member") || context.organisation_touched("roles") {
        return;
    }
    let mut people: Vec<(&str, bool)> = Vec::new();
    let mut knows = |owner| {
        if let Some((_, is_known)) = people.iter().find(|(known, _)| *known == owner) {
            return *is_known;
        }
        let is_known = context.knows_person(owner);
        people.push((owner, is_known));
        is_known
    };
    for (item, answer) in judged.every() {
        if let Some(owner) = answer.owner.as_deref().filter(|owner| !owner.trim().is_empty())
            && !knows(owner)
        {
            sink.report(draft(judged.at_key(&item.number, "owner"), owner, &item.number));
        }
    }
    let Some(plan) = judged.plan else { return };
    for (number, action) in &plan.decoded.value.actions {
        if let Some(owner) = action.owner.as_deref().filter(|owner| owner.contains('@'))
            && !knows(owner)
        {
            sink.report(draft(At::value(plan.file, Pointer::action(number).key("owner")), owner, number));
        }
    }
}

fn draft(at: At, owner: &str, item: &str) -> Draft {
    Draft::new(&RULE, at, format!("{item} belongs to \"{}\", who is neither a member nor holds a role", shorten(owner)))
        .help("write the e-mail address of a [[member]] of organisation.toml, or add the person there")
        .item(item)
}
