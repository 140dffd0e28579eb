use super::draft;
use crate::assess::edition_standing;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};
use crate::model::PublicationSource;
use crate::model::period::days_between;

pub(super) static RULE: Rule = Rule {
    name: "not-on-toolkit",
    group: Group::Ledger,
    severity: Severity::Info,
    summary: "the last publication is not known to be on the national web site",
    page: include_str!("not_on_toolkit.md"),
    check: Check::Workspace(check),
};

/// Days before the deadline from which a person must look.
const PRESSING: i64 = 30;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(last) = context.history.last(context.day) else { return };
    if last.on_toolkit(context.day) || last.source != PublicationSource::Record {
        return;
    }
    let heads = context.banks.heads(context.standard.id());
    let deadline = edition_standing(&heads, &last.edition).map(|edition| edition.deadline);
    let pressing = deadline.is_some_and(|deadline| days_between(context.day, deadline) <= PRESSING);
    let id = format!("{}/{}", last.edition, last.number.as_deref().unwrap_or_default());
    sink.report(
        draft(&RULE, format!("{id} is not yet on the toolkit, as far as is noted here"))
            .severity(if pressing { Severity::Warning } else { Severity::Info })
            .help(format!(
                "enter it on the national web site; then `dspt publications add --edition {} --level {} --date DATE --record {id}` notes what it shows",
                last.edition, last.level
            )),
    );
}
