use super::draft;
use crate::assess::PublicationState;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "publication-stale",
    group: Group::Time,
    severity: Severity::Warning,
    summary: "the deadline for publishing again has passed",
    page: include_str!("publication_stale.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    if !matches!(context.standing.state, PublicationState::Overdue | PublicationState::Stale) {
        return;
    }
    let newest = context.history.until(context.day).map(|published| published.edition.as_str()).max();
    let (Some(newest), Some(due)) = (newest, context.standing.due) else { return };
    let message = format!("the last publication is for {newest}; it was to be made anew by {}", in_words(due));
    sink.report(
        draft(&RULE, message).help(
            "publish again; if the toolkit shows a newer publication already, add it to publications/toolkit.toml",
        ),
    );
}
