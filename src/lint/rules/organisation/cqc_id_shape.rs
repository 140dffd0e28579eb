use super::site;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "cqc-id-shape",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "a CQC id of an unusual shape",
    page: include_str!("cqc_id_shape.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    let organisation = context.organisation;
    if let Some(id) = organisation.cqc_provider_id.as_deref().filter(|id| !is_usual(id)) {
        let at = At::value(file, Pointer::root().key("organisation").key("cqc_provider_id"));
        sink.report(draft(at, id, "provider"));
    }
    for (index, listed) in organisation.sites.iter().enumerate() {
        if let Some(id) = listed.cqc_location_id.as_deref().filter(|id| !is_usual(id)) {
            sink.report(draft(At::value(file, site(index).key("cqc_location_id")), id, "location"));
        }
    }
}

fn draft(at: At, id: &str, what: &str) -> Draft {
    Draft::new(&RULE, at, format!("\"{}\" does not look like a {what} id of the CQC", shorten(id)))
        .help(format!("a {what} id is 1, a hyphen and digits, such as \"1-123456789\"; the CQC's web site shows it on the {what}'s page"))
}

/// `1-` and digits.
fn is_usual(id: &str) -> bool {
    id.strip_prefix("1-").is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
