use super::draft;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};

pub(super) static RULE: Rule = Rule {
    name: "changed-since-publication",
    group: Group::Ledger,
    severity: Severity::Info,
    summary: "the files say something else than was published",
    page: include_str!("changed_since_publication.md"),
    check: Check::Workspace(check),
};

/// Names shown before the rest is counted.
const SHOWN: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(changed) = context.ledger.changed.as_ref().filter(|changed| !changed.what.is_empty()) else { return };
    let shown = changed.what.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match changed.what.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    sink.report(
        draft(&RULE, format!("since {} was published, this is said otherwise: {shown}{more}", changed.publication))
            .help(format!("`dspt diff {}` shows what changed; `dspt publish --reason …` publishes it", changed.publication)),
    );
}
