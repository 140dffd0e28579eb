use super::{covered, site, site_name};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "scope-test-unanswered",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "a covered site of which nobody has said what it shares",
    page: include_str!("scope_test_unanswered.md"),
    check: Check::Workspace(check),
};

/// A site that shares something not has its own finding.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    if context.organisation_touched("site") || context.organisation_touched("organisation") {
        return;
    }
    for (index, listed) in covered(context) {
        let answers = context.organisation.shares_of(listed).each();
        let open: Vec<_> = answers.iter().filter(|(.., answer)| answer.is_none()).collect();
        if open.is_empty() || answers.iter().any(|(.., answer)| *answer == Some(false)) {
            continue;
        }
        let what: Vec<&str> = open.iter().map(|(_, what, _)| *what).collect();
        let keys: Vec<String> = open.iter().map(|(key, ..)| format!("{key} = true")).collect();
        let at = At::value(file, site(index).key("shares").key(open[0].0));
        sink.report(
            Draft::new(
                &RULE,
                at,
                format!(
                    "nobody has said whether {} shares {} with the headquarters",
                    shorten(site_name(listed)),
                    what.join(", ")
                ),
            )
            .help(format!(
                "write shares = {{ {} }} under [organisation] if that holds for every site, else here",
                keys.join(", ")
            )),
        );
    }
}
