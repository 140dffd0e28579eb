use super::{amiss, draft};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Group, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "publication-altered",
    group: Group::Ledger,
    severity: Severity::Error,
    summary: "a file of a publication is not as it was published",
    page: include_str!("publication_altered.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (path, publication, held_by) in amiss(context, false) {
        sink.report(
            draft(&RULE, format!("{path} is not as it was when {publication} was published"))
                .help(format!(
                    "records are never changed: {held_by} holds the file as it was, and `git checkout` puts it back; a mistake is put right and published again with --reason"
                ))
                .subject(path.clone())
                .related(At::Top(path), "this file was changed"),
        );
    }
}
