use super::draft;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "history-not-here",
    group: Group::Ledger,
    severity: Severity::Info,
    summary: "a shallow clone does not show whether publications were changed",
    page: include_str!("history_not_here.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    if context.ledger.shallow {
        sink.report(
            draft(&RULE, "this is a shallow clone: whether a publication was changed or deleted is not judged".to_owned())
                .help("`git fetch --unshallow --tags` fetches the rest; in a CI job, check out with the whole history and the tags"),
        );
    }
}
