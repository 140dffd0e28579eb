use super::entries;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::tree::{Entry as Found, spelled_outside};

pub(super) static RULE: Rule = Rule {
    name: "evidence-not-tracked",
    group: Group::Evidence,
    severity: Severity::Warning,
    summary: "a file that an answer points to is not in git",
    page: include_str!("evidence_not_tracked.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let Some(tracked) = &context.ledger.tracked else { return };
    for entry in entries(judged).filter(|entry| !entry.evidence.is_private()) {
        let Some(file) = entry.evidence.file.as_deref() else { continue };
        // A file that is not there, or leads elsewhere, has its own finding.
        let is_there = || !spelled_outside(file) && matches!(context.tree.entry(file), Ok(Found::File { .. }));
        if tracked.contains(file) || !is_there() {
            continue;
        }
        sink.report(
            Draft::new(&RULE, entry.at(judged, "file"), "this file is in the work tree but not in git")
                .help(format!(
                    "`git add {file}` and commit it; a file that must stay out of git lies in `private/` and is marked private = true"
                ))
                .item(&entry.item.number),
        );
    }
}
