//! From what `schemars` derives to what the files allow.

use crate::source::decode::FORMAT;
use jiff::civil::Date;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// A day of the calendar, leap years included, so that validators that pass over `format` refuse the others too.
const DATE: &str = "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$";

/// Whether a file may be written in YAML, where a key without a value is an empty text, table or list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    Never,
    Empty,
}

/// The schema of a type as a file writes it, with everything it refers to in its place.
pub(super) fn of<T: JsonSchema>(nulls: Nulls) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = serde_json::to_value(settings.into_generator().into_root_schema_for::<T>()).unwrap_or_default();
    settle(&mut schema);
    if nulls == Nulls::Empty {
        allow_empty(&mut schema);
    }
    // The name of the type; what it is about stands in the description.
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("title");
    }
    schema
}

/// The number of the file format, which every file may begin with.
pub(super) fn format() -> Value {
    json!({ "description": "The format of this file; without it, 1.", "type": "integer", "const": FORMAT })
}

/// A text, with what it says.
pub(super) fn text(description: &str, nulls: Nulls) -> Value {
    match nulls {
        Nulls::Never => json!({ "description": description, "type": "string" }),
        Nulls::Empty => json!({ "description": description, "type": ["string", "null"] }),
    }
}

pub(super) fn date(description: &str) -> Value {
    let mut date = of::<Date>(Nulls::Never);
    describe(&mut date, description);
    date
}

/// One of some words.
pub(super) fn word<'w>(description: &str, words: impl IntoIterator<Item = &'w str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "description": description, "type": "string", "enum": words })
}

pub(super) fn describe(schema: &mut Value, description: &str) {
    schema["description"] = json!(description);
}

/// A table whose keys are these and no others.
pub(super) fn table(description: &str, properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut table = json!({ "description": description, "type": "object" });
    table["properties"] = Value::Object(properties);
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table["additionalProperties"] = json!(false);
    table
}

/// Files have no nulls of their own, dates carry their pattern, and numbers their bounds.
fn settle(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [_] = choices.as_slice()
            && let Some(Value::Array(mut choices)) = object.shift_remove("anyOf")
            && let Some(Value::Object(only)) = choices.pop()
        {
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|word| word != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    match object.get("format").and_then(Value::as_str) {
        Some("date") => drop(object.insert("pattern".to_owned(), json!(DATE))),
        Some("uint32") => {
            object.shift_remove("format");
            object.insert("maximum".to_owned(), json!(u32::MAX));
        }
        Some("double") => drop(object.shift_remove("format")),
        _ => {}
    }
    for (key, value) in object.iter_mut() {
        match value {
            Value::Object(inner) if matches!(key.as_str(), "properties" | "$defs") => {
                inner.values_mut().for_each(settle);
            }
            Value::Object(_) => settle(value),
            Value::Array(inner) => inner.iter_mut().for_each(settle),
            _ => {}
        }
    }
}

/// Lets a key of a table be without its value, where that is an empty text, table or list.
fn allow_empty(schema: &mut Value) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut() {
            allow_empty(property);
            nullable(property);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        allow_empty(items);
    }
}

/// Lets a value be missing after its key. Dates, words from a list, numbers and flags are never empty.
pub(super) fn nullable(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let free = !["format", "enum", "const", "oneOf"].iter().any(|key| object.contains_key(*key));
    let empty = match object.get("type").and_then(Value::as_str) {
        Some("string") => free,
        Some("object" | "array") => true,
        _ => false,
    };
    if empty && let Some(word) = object.get_mut("type") {
        *word = json!([word.take(), "null"]);
    }
}
