use super::{covered, site, site_name};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::model::period::in_words;
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "site-unconfirmed",
    group: Group::Organisation,
    severity: Severity::Info,
    summary: "a covered site whose manager has not said that the answers hold there",
    page: include_str!("site_unconfirmed.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    for (index, listed) in covered(context) {
        let name = shorten(site_name(listed));
        let message = match listed.confirmed {
            None if context.organisation_touched("site") => continue,
            None => format!("nobody has confirmed yet that the answers hold at {name}"),
            Some(day) if context.edition.opens.is_some_and(|opens| day < opens) => {
                format!(
                    "that the answers hold at {name} was last confirmed on {}, before {} opened",
                    in_words(day),
                    context.edition.id
                )
            }
            Some(_) => continue,
        };
        let at = At::value(file, site(index).key("confirmed"));
        sink.report(
            Draft::new(&RULE, at, message)
                .help("ask its manager to read the answers, then write `confirmed` with the day and `confirmed_by`"),
        );
    }
}
