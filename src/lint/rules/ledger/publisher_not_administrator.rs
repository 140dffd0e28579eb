use super::{draft, read, record_of};
use crate::diagnostic::Severity;
use crate::ledger::record;
use crate::lint::{At, Check, Context, Group, Rule, Sink};
use crate::source::MAX_BYTES;

pub(super) static RULE: Rule = Rule {
    name: "publisher-not-administrator",
    group: Group::Ledger,
    severity: Severity::Error,
    summary: "somebody published who was no administrator then",
    page: include_str!("publisher_not_administrator.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for published in &context.ledger.published {
        let path = record_of(published).path;
        let Some(record) = context.tree.read(&path, MAX_BYTES).ok().and_then(read) else { continue };
        let members = published.members.as_deref().unwrap_or_default();
        let Some(why) = record::objection(members, &record) else { continue };
        sink.report(
            draft(&RULE, format!("{} published {}, {why}", record.publisher.name, published.id()))
                .help("an administrator looks at the answers and publishes again with --reason; records are never changed")
                .subject(published.id())
                .related(At::Top(path), "the record names its publisher"),
        );
    }
}
