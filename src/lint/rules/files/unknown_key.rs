use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::{nearest, shorten};

pub(super) static RULE: Rule = Rule {
    name: "unknown-key",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a key that the format does not know",
    page: include_str!("unknown_key.md"),
    check: Check::Workspace(check),
};

/// Which facts, roles and certifications there are is the standard's to say; all other keys are known while decoding.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    let standard = context.standard;
    let facts: Vec<&str> = standard.facts.iter().map(|fact| fact.key.as_str()).chain(["confirmed"]).collect();
    let roles: Vec<&str> = standard.roles.iter().map(|role| role.key.as_str()).collect();
    let certifications: Vec<&str> = standard.certifications.iter().map(|known| known.key.as_str()).collect();
    let organisation = context.organisation;
    let groups = [
        ("profile", &facts, organisation.profile.facts.keys().collect::<Vec<_>>()),
        ("roles", &roles, organisation.roles.keys().collect()),
        ("certifications", &certifications, organisation.certifications.keys().collect()),
    ];
    for (table, known, used) in groups {
        for key in used.into_iter().filter(|key| !known.contains(&key.as_str())) {
            let at = At::key(file, Pointer::root().key(table).key(key.clone()));
            let draft = Draft::new(&RULE, at.clone(), format!("`{}` is nothing that {} {} asks for under `{table}`", shorten(key), standard.id(), standard.edition()));
            sink.report(match nearest(key, known) {
                Some(near) => draft.help(format!("did you mean `{near}`?")).unsafe_fix(format!("call it `{near}`"), vec![(at, near.to_owned())]),
                None => draft.help(format!("known here: {}", known.join(", "))),
            });
        }
    }
}
