use super::draft;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Group, Rule, Sink};
use crate::workspace::TOOLKIT_FILE;

pub(super) static RULE: Rule = Rule {
    name: "toolkit-entry-altered",
    group: Group::Ledger,
    severity: Severity::Error,
    summary: "a note of what the national web site showed was changed or taken away",
    page: include_str!("toolkit_entry_altered.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let file = context.workspace.toolkit.as_ref();
    // A file that cannot be read whole has its own finding.
    if file.is_some_and(|(file, decoded)| !decoded.readable || context.workspace.file(*file).document.damaged) {
        return;
    }
    let now = || file.into_iter().flat_map(|(_, decoded)| decoded.value.iter().flatten());
    for entry in context.ledger.toolkit.iter().filter(|entry| !now().any(|there| entry.is_kept_in(there))) {
        let draft = draft(
            &RULE,
            format!(
                "the entry for {} of {} is not in {TOOLKIT_FILE} any more as it was noted",
                entry.edition, entry.date
            ),
        )
        .help("put the entry back; `void = \"why\"` added to it takes a wrong one out, and a new entry says what is right");
        let draft = draft.subject(format!("{} {} {}", entry.edition, entry.level, entry.date));
        sink.report(match file {
            Some(_) => draft.related(At::Top(TOOLKIT_FILE.to_owned()), "entries are added here, never changed"),
            None => draft,
        });
    }
}
