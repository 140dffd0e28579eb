//! `portfolio.toml`.

use super::Decoded;
use crate::model::{ClientEntry, Portfolio};
use crate::source::decode::{Faults, Fields, check_format, text_of};
use crate::source::{Document, Fault, Node};

const KEYS: &[&str] = &["format", "name", "standards", "clients", "client"];
const CLIENT_KEYS: &[&str] = &["path", "aliases", "labels", "left"];

pub fn decode(document: &Document) -> Decoded<Portfolio> {
    let mut decoded = Decoded::<Portfolio>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let portfolio = &mut decoded.value;
        portfolio.name = fields.text("name", &mut faults);
        portfolio.standards = fields.texts("standards", &mut faults);
        for node in fields.list("clients", &mut faults) {
            if let Some(pattern) = text_of(document, node, "clients", &mut faults) {
                check_path(pattern.strip_prefix('!').unwrap_or(&pattern), node, &mut faults);
                portfolio.clients.push(pattern);
            }
        }
        for node in fields.list("client", &mut faults) {
            portfolio.entries.extend(entry(document, node, &mut faults));
        }
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

fn entry(document: &Document, node: &Node, faults: &mut Faults) -> Option<ClientEntry> {
    let inner = Fields::of_element(document, node, "client", CLIENT_KEYS, faults)?;
    let path = inner.text("path", faults);
    match inner.entry("path") {
        None => inner.missing("path", "`path` names the client's directory, seen from portfolio.toml", faults),
        Some(entry) => path.iter().for_each(|path| check_path(path, &entry.node, faults)),
    }
    let mut found = ClientEntry {
        path: path.unwrap_or_default(),
        aliases: inner.texts("aliases", faults),
        left: inner.date("left", faults),
        ..ClientEntry::default()
    };
    for label in inner.entries("labels", faults) {
        let key = document.key_of(label);
        found.labels.extend(text_of(document, &label.node, key, faults).map(|value| (key.to_owned(), value)));
    }
    inner.finish(faults);
    (!found.path.is_empty()).then_some(found)
}

/// A directory is named from the portfolio, in the same way on every system.
fn check_path(path: &str, node: &Node, faults: &mut Faults) {
    if path.trim().is_empty() || path.contains(['\\', '\0']) {
        faults.push(
            Fault::new("wrong-type", node.span, "this is no path of a directory")
                .help("write a path from portfolio.toml with `/`, such as \"clients/*\""),
        );
    }
}
