use super::{amiss, draft};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "publication-deleted",
    group: Group::Ledger,
    severity: Severity::Error,
    summary: "a file of a publication is gone",
    page: include_str!("publication_deleted.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (path, publication, held_by) in amiss(context, true) {
        sink.report(
            draft(&RULE, format!("{path} is gone, which belongs to the publication {publication}"))
                .help(format!(
                    "publications are never taken back: {held_by} holds the file, and `git checkout` puts it there again; a mistake is put right and published again with --reason"
                ))
                .subject(path),
        );
    }
}
