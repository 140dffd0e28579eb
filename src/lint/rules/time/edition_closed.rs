use super::draft;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};
use crate::model::period::in_words;

pub(super) static RULE: Rule = Rule {
    name: "edition-closed",
    group: Group::Time,
    severity: Severity::Info,
    summary: "the edition at hand can no longer be published",
    page: include_str!("edition_closed.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let edition = context.edition;
    let is_at_hand = context.workspace.edition.as_ref() == Some(&edition.id);
    let Some(closes) = edition.closes.filter(|closes| is_at_hand && *closes < context.day) else { return };
    let heads = context.banks.heads(context.standard.id());
    let next = heads.iter().find(|head| head.edition > edition.id);
    let help = match next {
        Some(next) => format!("go on with {}: it is published in its place", next.edition),
        None => "go on with the next edition as soon as its questions are known".to_owned(),
    };
    sink.report(
        draft(&RULE, format!("{} closed on {} and can no longer be published", edition.id, in_words(closes)))
            .help(help),
    );
}
