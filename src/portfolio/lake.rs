//! The portfolio as two tables by column, `clients` and `items`: what each column is, and where a row belongs.

use super::Row;
use super::item::ItemRow;
use crate::export::columnar::{Heading, Kind, Value};
use jiff::civil::Date;

/// A column and how it is filled.
pub struct Column<A, B> {
    pub heading: Heading,
    pub of: fn(&A, &B) -> Value,
}

const fn column<A, B>(name: &'static str, kind: Kind, meaning: &'static str, of: fn(&A, &B) -> Value) -> Column<A, B> {
    Column { heading: Heading { name, kind, meaning }, of }
}

fn day(text: Option<&String>) -> Value {
    Value::from(text.and_then(|text| text.parse::<Date>().ok()))
}

/// The columns of `clients`, one row a client, with the day judged on.
pub const CLIENTS: &[Column<Row, Date>] = &[
    column("path", Kind::Text, "the client's directory, from the portfolio", |row, _| Value::from(&row.path)),
    column("ods_code", Kind::Text, "as the organisation file has it", |row, _| Value::from(row.ods_code.as_ref())),
    column("name", Kind::Text, "likewise", |row, _| Value::from(row.name.as_ref())),
    column("labels", Kind::Json, "what the portfolio says of the client, an object of texts", |row, _| {
        Value::from(serde_json::to_string(&row.labels).ok().as_ref())
    }),
    column("client_left", Kind::Day, "the client's last day", |row, _| day(row.left.as_ref())),
    column("as_of", Kind::Day, "the day judged on", |_, day| Value::from(*day)),
    column("level", Kind::Text, "the highest level reached", |row, _| Value::from(row.level.as_ref())),
    column("aim", Kind::Text, "the level aimed at", |row, _| Value::from(row.aim.as_ref())),
    column("met", Kind::Number, "items that the aim asks for and that count", |row, _| Value::from(row.met)),
    column("required", Kind::Number, "items that the aim asks for", |row, _| Value::from(row.required)),
    column("carried", Kind::Number, "answers carried over and not confirmed", |row, _| Value::from(row.carried)),
    column("errors", Kind::Number, "errors of the lint", |row, _| Value::from(row.errors)),
    column("warnings", Kind::Number, "warnings of the lint", |row, _| Value::from(row.warnings)),
    column("overdue_evidence", Kind::Number, "documents past their review or window", |row, _| {
        Value::from(row.overdue_evidence)
    }),
    column("open_actions", Kind::Number, "actions of the plan not done", |row, _| {
        Value::from(row.plan.as_ref().map(|plan| plan.open))
    }),
    column("late_actions", Kind::Number, "those whose target has passed", |row, _| {
        Value::from(row.plan.as_ref().map(|plan| plan.overdue))
    }),
    column("deadline", Kind::Day, "of the edition", |row, _| day(row.deadline.as_ref())),
    column("days_to_deadline", Kind::Number, "negative once it has passed", |row, _| Value::from(row.days_to_deadline)),
    column("next_due", Kind::Day, "when the first thing falls due that is not done", |row, _| {
        day(row.next_due.as_ref())
    }),
    column("publication_state", Kind::Text, "never, current, due-soon, overdue or stale", |row, _| {
        Value::from(row.publication.as_ref().map(|it| &it.state))
    }),
    column("published_edition", Kind::Text, "of the newest publication", |row, _| {
        Value::from(row.publication.as_ref().and_then(|it| it.last.as_ref()).map(|last| &last.edition))
    }),
    column("published_level", Kind::Text, "likewise", |row, _| {
        Value::from(row.publication.as_ref().and_then(|it| it.last.as_ref()).map(|last| &last.level))
    }),
    column("published_on", Kind::Day, "likewise", |row, _| {
        day(row.publication.as_ref().and_then(|it| it.last.as_ref()).map(|last| &last.date))
    }),
    column("on_toolkit", Kind::YesNo, "whether the newest publication is known to be on the web site", |row, _| {
        Value::from(row.publication.as_ref().map(|it| it.on_toolkit))
    }),
    column("next_step", Kind::Text, "what to do now", |row, _| Value::from(row.next.as_ref().map(|next| &next.step))),
    column("error", Kind::Text, "why the client could not be judged", |row, _| Value::from(row.error.as_ref())),
];

/// The columns of `items`, one row an item of a client.
pub const ITEMS: &[Column<Row, ItemRow>] = &[
    column("path", Kind::Text, "the client's directory, from the portfolio", |row, _| Value::from(&row.path)),
    column("ods_code", Kind::Text, "the client's code", |row, _| Value::from(row.ods_code.as_ref())),
    column("number", Kind::Text, "the item's number in the edition", |_, item| Value::from(&item.number)),
    column("concept", Kind::Text, "the same question in every edition", |_, item| Value::from(&item.concept)),
    column("section", Kind::Text, "the section that it stands in", |_, item| Value::from(&item.section)),
    column("kind", Kind::Text, "tick, text, document or date", |_, item| Value::from(item.kind)),
    column("required", Kind::YesNo, "whether the level aimed at asks for it", |_, item| Value::from(item.required)),
    column("state", Kind::Text, "exempt, carried, not-applicable, met, unmet or optional", |_, item| {
        Value::from(item.state)
    }),
    column("counts", Kind::YesNo, "whether it counts for the level", |_, item| Value::from(item.counts)),
    column("reason", Kind::Text, "why it does not", |_, item| Value::from(item.reason.as_ref())),
    column("documents", Kind::Number, "documents that the answer names", |_, item| Value::from(item.documents)),
    column("owner", Kind::Text, "who looks after it", |_, item| Value::from(item.owner.as_ref())),
    column("reviewed", Kind::Day, "when a person last said that it is true", |_, item| Value::from(item.reviewed)),
    column("carried_from", Kind::Text, "the edition it was carried over from", |_, item| {
        Value::from(item.carried_from.as_ref())
    }),
];

/// What a directory is called whose rows have no value, as Hive has it.
const NOTHING: &str = "__HIVE_DEFAULT_PARTITION__";

/// Where a row's file lies: a directory by standard and one by edition.
pub fn partition(row: &Row) -> String {
    let part = |value: Option<&String>| value.map_or_else(|| NOTHING.to_owned(), |value| escaped(value));
    format!("standard={}/edition={}", part(row.standard.as_ref()), part(row.edition.as_ref()))
}

/// A value as it may stand in the name of a directory: what is neither letter, digit nor one of `-_.` as `%XX`.
fn escaped(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let text: String = value
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    if text.is_empty() { NOTHING.to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_hold_no_path() {
        let row = |standard: &str, edition: Option<&str>| Row {
            standard: Some(standard.to_owned()),
            edition: edition.map(str::to_owned),
            ..Row::default()
        };
        assert_eq!(partition(&row("care", Some("2024-25"))), "standard=care/edition=2024-25");
        assert_eq!(partition(&row("../x y", None)), "standard=..%2Fx%20y/edition=__HIVE_DEFAULT_PARTITION__");
        assert_eq!(partition(&row("", Some("é"))), "standard=__HIVE_DEFAULT_PARTITION__/edition=%C3%A9");
    }
}
