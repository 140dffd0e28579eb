//! The module's tests, apart from the code so that both stay readable.

#![allow(clippy::format_push_string, clippy::format_collect, reason = "a test may allocate where that reads best")]

mod document;
mod edit_random;
mod edit_toml;
mod edit_yaml;
mod equality;
mod hostile;
mod injected;
mod toml;
mod toml_faults;
mod yaml;
mod yaml_faults;

use super::{Document, Kind, Node, Syntax};

/// Every fault as `line:column rule "the marked text"`.
fn faults(document: &Document) -> Vec<String> {
    document
        .faults
        .iter()
        .map(|fault| {
            let at = document.position(fault.span.start);
            format!("{}:{} {} {:?}", at.line, at.column, fault.rule, &document.text[fault.span.range()])
        })
        .collect()
}

#[track_caller]
fn assert_faults(syntax: Syntax, text: &str, expected: &[&str]) {
    assert_eq!(faults(&Document::read_text(text, syntax)), expected, "\n{text}");
}

/// A tree on one line, for comparison: tables `{a: …}`, lists `[…]`, texts in quotation marks, the rest as it stands.
fn outline(document: &Document) -> String {
    fn write(document: &Document, node: &Node, out: &mut String) {
        match &node.kind {
            Kind::Table(table) => {
                out.push('{');
                for (at, entry) in table.entries.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    out.push_str(document.key_of(entry));
                    out.push_str(": ");
                    write(document, &entry.node, out);
                }
                out.push('}');
            }
            Kind::List(nodes) => {
                out.push('[');
                for (at, node) in nodes.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    write(document, node, out);
                }
                out.push(']');
            }
            Kind::Scalar(scalar) => match scalar.kind {
                super::ScalarKind::String => out.push_str(&format!("{:?}", document.text_of(&scalar.text))),
                super::ScalarKind::Null => out.push_str("null"),
                _ => out.push_str(document.text_of(&scalar.text)),
            },
        }
    }
    let mut out = String::new();
    write(document, &document.root, &mut out);
    out
}
