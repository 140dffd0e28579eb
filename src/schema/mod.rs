//! JSON Schemas of the files that dspt reads, for editors and other validators.
//!
//! The base of each is what `schemars` derives from the types of [`crate::model`], doc comments as descriptions; what
//! the file formats ask beyond the types is shaped here. The schemas accept what [`crate::decode`] and the lint's group
//! *files* accept, as far as JSON Schema can say it: a test compares the two file by file and names what it cannot say.
//!
//! Only keywords that draft 7 knows too are used, and nothing but annotations stands beside a `$ref`: several editors
//! read the newer drafts by the rules of the older one.

mod answers;
mod bank;
pub mod check;
mod library;
mod organisation;
mod plan;
mod portfolio;
mod record;
mod shape;
mod toolkit;

use crate::bank::Banks;
use schemars::JsonSchema;
use schemars::consts::meta_schemas::DRAFT2020_12;
use serde_json::{Value, json};

type Make = fn(&Banks) -> Value;

/// What a schema is called where the edition does not matter, and how it is made.
const KINDS: &[(&str, Make)] = &[
    ("organisation", organisation::schema),
    ("action-plan", |_| plan::schema()),
    ("bank", |_| bank::schema()),
    ("library", |_| library::schema()),
    ("toolkit", toolkit::schema),
    ("record", record::schema),
    ("portfolio", |_| portfolio::schema()),
];

/// The names of all schemas: one for each kind of file, for answers one for each edition at hand.
pub fn names(banks: &Banks) -> Vec<String> {
    let kinds = KINDS.iter().map(|(name, _)| (*name).to_owned());
    kinds.chain(banks.iter().map(|bank| answers_name(&bank.head.standard, &bank.head.edition))).collect()
}

/// The name of the schema for an edition's answers.
pub fn answers_name(standard: &str, edition: &str) -> String {
    format!("answers-{standard}-{edition}")
}

/// The schema with a name; none where there is no such name, or the bank it is made from cannot be used.
pub fn schema(name: &str, banks: &Banks) -> Option<Value> {
    if let Some((_, make)) = KINDS.iter().find(|(kind, _)| *kind == name) {
        return Some(headed(name, make(banks)));
    }
    let bank = banks.iter().find(|bank| answers_name(&bank.head.standard, &bank.head.edition) == name)?;
    Some(headed(name, answers::schema(&*bank.standard().ok()?)))
}

/// The schema of what a command writes as JSON, from the type it writes.
pub fn output<T: JsonSchema>(command: &str) -> Value {
    let mut schema = serde_json::to_value(
        schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>(),
    )
    .unwrap_or_default();
    // A document's format is chosen with the document.
    let flag = if command == "export" { "to" } else { "format" };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert(
            "title".to_owned(),
            json!(format!("What `dspt {} --{flag} json` writes", command.replace('-', " "))),
        );
    }
    headed(&format!("output-{command}"), schema)
}

/// With the draft it follows and a name of its own, every schema's keywords in one order.
fn headed(name: &str, mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), json!(DRAFT2020_12));
        schema.insert("$id".to_owned(), json!(format!("urn:dspt:schema:{name}")));
    }
    ordered(schema, false)
}

/// The keywords of a schema in the order in which people read them; the names of properties stay in their own.
fn ordered(value: Value, names: bool) -> Value {
    const ORDER: &[&str] = &[
        "$schema",
        "$id",
        "title",
        "description",
        "$ref",
        "type",
        "format",
        "pattern",
        "enum",
        "const",
        "properties",
        "required",
        "items",
        "additionalProperties",
    ];
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map
                .into_iter()
                .map(|(key, value)| {
                    let holds_names = !names && matches!(key.as_str(), "properties" | "$defs");
                    (key, ordered(value, holds_names))
                })
                .collect();
            if !names {
                entries.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
            }
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(|value| ordered(value, false)).collect()),
        value => value,
    }
}
