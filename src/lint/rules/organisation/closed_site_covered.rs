use super::{is_excluded, site, site_name};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::model::period::in_words;
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "closed-site-covered",
    group: Group::Organisation,
    severity: Severity::Error,
    summary: "a site that has closed and is not excluded",
    page: include_str!("closed_site_covered.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    for (index, listed) in context.organisation.sites.iter().enumerate() {
        let Some(closed) = listed.closed.filter(|closed| *closed < context.day && !is_excluded(listed)) else {
            continue;
        };
        let at = At::value(file, site(index).key("closed"));
        sink.report(
            Draft::new(
                &RULE,
                at,
                format!("{} closed on {} and is covered all the same", shorten(site_name(listed)), in_words(closed)),
            )
            .help("write excluded = \"Closed\" for it, or take the site away"),
        );
    }
}
