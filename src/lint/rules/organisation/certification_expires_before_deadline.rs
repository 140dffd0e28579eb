use super::{certification, certifications};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Rule, Sink};
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "certification-expires-before-deadline",
    group: Group::Organisation,
    severity: Severity::Info,
    summary: "a certificate that runs out before the deadline",
    page: include_str!("certification_expires_before_deadline.md"),
    check: Check::Workspace(check),
};

/// One that has run out already has its own finding.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let deadline = context.edition.deadline;
    for (key, expires) in certifications(context).filter(|(_, expires)| context.day <= *expires && *expires < deadline)
    {
        let (title, at) = certification(context, key);
        let message = format!(
            "the {title} certificate runs out on {}, before the deadline of {}",
            in_words(expires),
            in_words(deadline)
        );
        sink.report(
            Draft::new(&RULE, at, message)
                .help(format!("publish by {}, or renew it and put the new last day here", in_words(expires))),
        );
    }
}
