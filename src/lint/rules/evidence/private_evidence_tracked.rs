use super::entries;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "private-evidence-tracked",
    group: Group::Evidence,
    severity: Severity::Error,
    summary: "a file that is marked private is in git",
    page: include_str!("private_evidence_tracked.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let Some(tracked) = &context.ledger.tracked else { return };
    for entry in entries(judged).filter(|entry| entry.evidence.is_private()) {
        let Some(file) = entry.evidence.file.as_deref().filter(|file| tracked.contains(*file)) else { continue };
        sink.report(
            Draft::new(&RULE, entry.at(judged, "file"), "this file is marked private, and git has it")
                .help(format!(
                    "`git rm --cached {file}` takes it out of the next commit; those that were pushed still show it, which only a rewritten history undoes. A file that may be shown needs no `private`"
                ))
                .item(&entry.item.number),
        );
    }
}
