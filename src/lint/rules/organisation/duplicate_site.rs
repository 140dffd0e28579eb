use super::site;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::decode::shorten;
use std::collections::HashMap;

pub(super) static RULE: Rule = Rule {
    name: "duplicate-site",
    group: Group::Organisation,
    severity: Severity::Error,
    summary: "two sites with one ODS code",
    page: include_str!("duplicate_site.md"),
    check: Check::Workspace(check),
};

/// Codes are compared without case.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let (Some(file), sites) = (context.organisation_file, &context.organisation.sites) else { return };
    if sites.len() < 2 {
        return;
    }
    let mut first = HashMap::with_capacity(sites.len());
    for (index, listed) in sites.iter().enumerate() {
        let code = listed.ods_code.trim();
        let before = *first.entry(code.to_ascii_uppercase()).or_insert(index);
        if before == index || code.is_empty() {
            continue;
        }
        let at = |index| At::value(file, site(index).key("ods_code"));
        sink.report(
            Draft::new(&RULE, at(index), format!("the site {} is listed a second time", shorten(code)))
                .help("keep one of the two entries, or put the right code into this one")
                .related(at(before), "it is listed here first"),
        );
    }
}
