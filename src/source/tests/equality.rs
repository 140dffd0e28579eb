//! Compares a tree of ours with what the toml crate makes of the same text.

use super::super::{Document, Kind, Node, ScalarKind};
use toml::Value;

pub(super) fn same_table(document: &Document, table: &toml::Table) -> Result<(), String> {
    same(document, &document.root, &Value::Table(table.clone()))
}

fn same(document: &Document, node: &Node, value: &Value) -> Result<(), String> {
    let differs = |what: &str| Err(format!("{what}: {:?} is not {value:?}", &document.text[node.span.range()]));
    match (&node.kind, value) {
        (Kind::Table(table), Value::Table(theirs)) => {
            if table.entries.len() != theirs.len() {
                return differs("other keys");
            }
            for entry in &table.entries {
                let Some(value) = theirs.get(document.key_of(entry)) else { return differs(document.key_of(entry)) };
                same(document, &entry.node, value)?;
            }
            Ok(())
        }
        (Kind::List(nodes), Value::Array(values)) => {
            if nodes.len() != values.len() {
                return differs("another length");
            }
            nodes.iter().zip(values).try_for_each(|(node, value)| same(document, node, value))
        }
        (Kind::Scalar(scalar), value) => {
            let text = document.text_of(&scalar.text);
            let equal = match (scalar.kind, value) {
                (ScalarKind::String, Value::String(theirs)) => text == lf(theirs),
                (ScalarKind::Integer, Value::Integer(theirs)) => integer(text) == Some(*theirs),
                (ScalarKind::Float, Value::Float(theirs)) => {
                    let ours: f64 = text.replace('_', "").parse().map_err(|_| format!("{text} is no float"))?;
                    ours.to_bits() == theirs.to_bits() || (ours.is_nan() && theirs.is_nan())
                }
                (ScalarKind::Boolean, Value::Boolean(theirs)) => text == theirs.to_string(),
                (ScalarKind::DateTime, Value::Datetime(theirs)) => text.parse().ok() == Some(*theirs),
                _ => false,
            };
            if equal { Ok(()) } else { differs("another value") }
        }
        _ => differs("another kind"),
    }
}

/// Line ends as LF.
pub(super) fn lf(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains("\r\n") {
        text = text.replace("\r\n", "\n");
    }
    text
}

fn integer(text: &str) -> Option<i64> {
    let digits = text.replace('_', "");
    match digits.get(..2) {
        Some("0x") => i64::from_str_radix(&digits[2..], 16).ok(),
        Some("0o") => i64::from_str_radix(&digits[2..], 8).ok(),
        Some("0b") => i64::from_str_radix(&digits[2..], 2).ok(),
        _ => digits.parse().ok(),
    }
}
