//! Judges a file against a schema, each complaint at its place in the file.

use crate::source::{Document, Fault, Kind, Node, Pointer, ScalarKind};
use jsonschema::paths::LocationSegment;
use serde_json::{Map, Value};

/// What a schema has against a document, in the order of its lines.
pub fn check(document: &Document, schema: &Value) -> Vec<Fault> {
    let Ok(validator) = jsonschema::validator_for(schema) else { return Vec::new() };
    let instance = value(document, &document.root);
    let mut faults: Vec<Fault> = validator
        .iter_errors(&instance)
        .map(|error| {
            let pointer = error.instance_path().iter().fold(Pointer::root(), |pointer, segment| match segment {
                LocationSegment::Property(key) => pointer.key(key.into_owned()),
                LocationSegment::Index(index) => pointer.index(index),
            });
            Fault::new("schema", document.span(&pointer), error.to_string()).help(format!(
                "the schema of this file asks for something else at {}",
                if pointer == Pointer::root() { "its top".to_owned() } else { pointer.to_string() }
            ))
        })
        .collect();
    faults.sort_by_key(|fault| fault.span);
    faults
}

/// A tree as JSON: dates are strings, a YAML null is null.
fn value(document: &Document, node: &Node) -> Value {
    match &node.kind {
        Kind::Table(table) => {
            let entries =
                table.entries.iter().map(|entry| (document.key_of(entry).to_owned(), value(document, &entry.node)));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
        Kind::List(nodes) => Value::Array(nodes.iter().map(|node| value(document, node)).collect()),
        Kind::Scalar(scalar) => {
            let text = document.text_of(&scalar.text);
            let plain = matches!(
                scalar.kind,
                ScalarKind::Plain | ScalarKind::Boolean | ScalarKind::Integer | ScalarKind::Float
            );
            let number = || text.replace('_', "").parse::<serde_json::Number>().ok().map(Value::Number);
            match (scalar.kind, text) {
                (ScalarKind::Null, _) => Value::Null,
                (_, "true") if plain => Value::Bool(true),
                (_, "false") if plain => Value::Bool(false),
                _ if plain => number().unwrap_or_else(|| Value::String(text.to_owned())),
                _ => Value::String(text.to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Banks;
    use crate::source::Syntax;

    #[test]
    fn a_complaint_stands_at_its_place() {
        let schema = crate::schema::schema("bank", &Banks::shipped()).unwrap();
        let text =
            "standard = \"x\"\nedition = \"1\"\ntitle = \"X\"\ndeadline = 2026-06-30\n\n[[section]]\ntitle = 5\n";
        let document = Document::read_text(text, Syntax::Toml);
        let faults = check(&document, &schema);
        let title = faults.iter().find(|fault| document.position(fault.span.start).line == 7);
        assert_eq!(title.map(|fault| document.position(fault.span.start).column), Some(9), "{faults:#?}");
    }
}
