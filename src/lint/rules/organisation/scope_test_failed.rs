use super::{covered, site, site_name};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "scope-test-failed",
    group: Group::Organisation,
    severity: Severity::Error,
    summary: "a covered site that does not share what one assessment has to share",
    page: include_str!("scope_test_failed.md"),
    check: Check::Workspace(check),
};

/// One finding for each no: the site's own where it says one, else the organisation's, once for all its sites.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    let mut inherited = [0; 4];
    for (index, listed) in covered(context) {
        let own = listed.shares.unwrap_or_default().each();
        let answers = context.organisation.shares_of(listed).each();
        for (number, ((key, what, answer), (_, _, said))) in answers.into_iter().zip(own).enumerate() {
            match (answer, said) {
                (Some(false), Some(_)) => {
                    let at = At::value(file, site(index).key("shares").key(key));
                    sink.report(draft(
                        at,
                        format!(
                            "{} is covered, but does not share the headquarters' {what}",
                            shorten(site_name(listed))
                        ),
                    ));
                }
                (Some(false), None) => inherited[number] += 1,
                _ => {}
            }
        }
    }
    let default = context.organisation.shares.unwrap_or_default().each();
    for ((key, what, _), sites) in default.into_iter().zip(inherited).filter(|(_, sites)| *sites > 0) {
        let at = At::value(file, Pointer::root().key("organisation").key("shares").key(key));
        let subject = if sites == 1 {
            "the site is covered, but does".to_owned()
        } else {
            format!("{sites} sites are covered, but do")
        };
        sink.report(draft(at, format!("{subject} not share the headquarters' {what}")));
    }
}

fn draft(at: At, message: String) -> Draft {
    Draft::new(&RULE, at, message)
        .help("give such a site `excluded = \"…\"` with the reason, and let it answer for itself; or correct the answer if they do share it")
}
