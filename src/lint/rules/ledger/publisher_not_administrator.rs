use super::{draft, read, record_of};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Group, Published, Rule, Sink};
use crate::model::{MemberRole, Record};
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
        let Some(why) = objection(published, &record) else { continue };
        sink.report(
            draft(&RULE, format!("{} published {}, {why}", record.publisher.name, published.id()))
                .help("an administrator looks at the answers and publishes again with --reason; records are never changed")
                .related(At::Top(path), "the record names its publisher"),
        );
    }
}

/// Why the publisher was none who may publish, by the members of that day.
fn objection(published: &Published, record: &Record) -> Option<String> {
    let members = published.members.as_ref().filter(|members| !members.is_empty())?;
    let email = record.publisher.email.trim();
    let mut known = members.iter().filter(|member| member.email.trim().eq_ignore_ascii_case(email)).peekable();
    if known.peek().is_none() {
        return Some("who was no member then".to_owned());
    }
    let here: Vec<_> = known.filter(|member| member.left.is_none_or(|left| record.date <= left)).collect();
    match here.first() {
        None => Some("who had left by then".to_owned()),
        Some(_) if here.iter().any(|member| member.role == MemberRole::Administrator) => None,
        Some(member) => Some(format!("who was listed as {} then", member.role.word())),
    }
}
