use super::{certification, certifications};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Rule, Sink};
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "certification-expired",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "a certificate that has run out",
    page: include_str!("certification_expired.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (key, expires) in certifications(context).filter(|(_, expires)| *expires < context.day) {
        let (title, at) = certification(context, key);
        sink.report(
            Draft::new(
                &RULE,
                at,
                format!("the {title} certificate ran out on {}, so it does not count", in_words(expires)),
            )
            .help("put the new certificate's number and last day here, or take the entry away"),
        );
    }
}
