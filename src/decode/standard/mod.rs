//! `standards/<standard>/<edition>.toml`: a question bank.
//!
//! Head tables come first and every `[[item]]` after them, so that [`head`] can stop reading at the first item.
//! References are resolved here (sections, nodes, sources, concepts); what does not resolve is a fault of the bank.

mod contradiction;
mod item;
mod level;
mod node;

use super::Decoded;
use crate::model::standard::{DatedChange, EditionHead, Fact, Named, Retired, Standard, Status};
use crate::source::decode::{Faults, Fields, check_format, text_of};
use crate::source::{Document, Fault, Span, Syntax};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

const KEYS: &[&str] = &[
    "format",
    "standard",
    "edition",
    "title",
    "version",
    "revision",
    "opens",
    "deadline",
    "closes",
    "predecessor",
    "notice",
    "sources",
    "section",
    "node",
    "fact",
    "certification",
    "role",
    "rule",
    "level",
    "status",
    "contradiction",
    "change",
    "item",
    "retired",
];

/// Reads a bank's bytes. Faults are a bank author's; a shipped bank has none, which a test holds.
pub fn decode(bytes: &[u8]) -> Decoded<Option<Standard>> {
    let document = Document::read(bytes.to_vec(), Syntax::Toml);
    let mut decoded = decode_document(&document);
    if let Some(standard) = &mut decoded.value {
        standard.digest = digest(bytes);
    }
    decoded
}

/// `sha256:<hex>` of bytes.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

/// Reads only what stands before the first item.
pub fn head(text: &str) -> Option<EditionHead> {
    let end = text.find("\n[").unwrap_or(text.len());
    let document = Document::read_text(&text[..end], Syntax::Toml);
    let fields = Fields::root(&document, KEYS)?;
    edition_head(&fields, &document, &mut Faults::new())
}

pub fn decode_document(document: &Document) -> Decoded<Option<Standard>> {
    let mut decoded = Decoded::<Option<Standard>>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let mut reader = Reader { document, faults: &mut faults };
        decoded.value = reader.standard(&fields);
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

fn edition_head(fields: &Fields<'_>, document: &Document, faults: &mut Faults) -> Option<EditionHead> {
    for key in ["standard", "edition", "title", "deadline"] {
        if !fields.has(key) && !document.damaged {
            fields.missing(key, "a bank begins with standard, edition, title and deadline", faults);
        }
    }
    Some(EditionHead {
        standard: fields.text("standard", faults)?,
        edition: fields.text("edition", faults)?,
        title: fields.text("title", faults)?,
        version: fields.text("version", faults),
        revision: fields.count("revision", faults).unwrap_or(1),
        opens: fields.date("opens", faults),
        deadline: fields.date("deadline", faults)?,
        closes: fields.date("closes", faults),
        predecessor: fields.text("predecessor", faults),
        notice: fields.text("notice", faults),
    })
}

struct Reader<'d, 'f> {
    document: &'d Document,
    faults: &'f mut Faults,
}

impl<'d> Reader<'d, '_> {
    fn tables(&mut self, fields: &Fields<'d>, key: &str, known: &'static [&'static str]) -> Vec<Fields<'d>> {
        let nodes = fields.list(key, self.faults);
        nodes.iter().filter_map(|node| Fields::of_element(self.document, node, key, known, self.faults)).collect()
    }

    fn unresolved(&mut self, span: Span, what: &str, name: &str) {
        self.faults.push(
            Fault::new("unknown-reference", span, format!("there is no {what} `{name}` in this bank"))
                .help("declare it above, or correct the name"),
        );
    }

    fn needed(&mut self, fields: &Fields<'d>, key: &str) -> String {
        if let Some(text) = fields.text(key, self.faults) {
            text
        } else {
            if !fields.has(key) {
                fields.missing(key, "every entry of this kind has it", self.faults);
            }
            String::new()
        }
    }

    fn span_of(fields: &Fields<'d>, key: &str) -> Span {
        fields.entry(key).map_or(fields.place, |entry| entry.node.place(entry.key.span))
    }

    fn standard(&mut self, fields: &Fields<'d>) -> Option<Standard> {
        let head = edition_head(fields, self.document, self.faults)?;
        let mut sources = BTreeMap::new();
        for entry in fields.entries("sources", self.faults) {
            let key = self.document.key_of(entry);
            if let Some(text) = text_of(self.document, &entry.node, key, self.faults) {
                sources.insert(key.to_owned(), text);
            }
        }
        let mut sections = Vec::new();
        for inner in self.tables(fields, "section", &["title"]) {
            sections.push(self.needed(&inner, "title"));
            inner.finish(self.faults);
        }
        let rules = self.rules(fields);
        let nodes = self.nodes(fields, &rules);
        let facts = self.facts(fields);
        let certifications = self.named(fields, "certification");
        let roles = self.named(fields, "role");
        let mut standard = Standard {
            head,
            digest: String::new(),
            sources,
            sections,
            nodes,
            facts,
            certifications,
            roles,
            rules,
            levels: Vec::new(),
            statuses: Vec::new(),
            contradictions: Vec::new(),
            changes: Vec::new(),
            items: Vec::new(),
            retired: Vec::new(),
            by_number: BTreeMap::new(),
            by_concept: HashMap::new(),
        };
        self.levels(fields, &mut standard);
        for inner in self.tables(fields, "status", &["id", "label", "published", "meaning"]) {
            standard.statuses.push(Status {
                id: self.needed(&inner, "id"),
                label: self.needed(&inner, "label"),
                published: inner.flag("published", self.faults).unwrap_or(true),
                meaning: inner.text("meaning", self.faults),
            });
            inner.finish(self.faults);
        }
        for inner in self.tables(fields, "item", item::KEYS) {
            self.item(&inner, &mut standard);
            inner.finish(self.faults);
        }
        self.contradictions(fields, &mut standard);
        for inner in self.tables(fields, "change", &["date", "text", "concepts", "sources"]) {
            standard.changes.push(DatedChange {
                date: inner.date("date", self.faults),
                text: self.needed(&inner, "text"),
                concepts: inner.texts("concepts", self.faults),
                sources: self.sources(&inner, &standard),
            });
            inner.finish(self.faults);
        }
        for inner in self.tables(fields, "retired", &["concept", "was", "reason", "sources"]) {
            standard.retired.push(Retired {
                concept: self.needed(&inner, "concept"),
                was: self.needed(&inner, "was"),
                reason: inner.text("reason", self.faults),
                sources: self.sources(&inner, &standard),
            });
            inner.finish(self.faults);
        }
        Some(standard)
    }

    fn sources(&mut self, fields: &Fields<'d>, standard: &Standard) -> Vec<String> {
        let keys = fields.texts("sources", self.faults);
        for key in &keys {
            if !standard.sources.contains_key(key) {
                self.unresolved(Self::span_of(fields, "sources"), "source", key);
            }
        }
        keys
    }

    fn repeated(&mut self, span: Span, what: &str, name: &str) {
        self.faults.push(
            Fault::new("repeated-name", span, format!("the {what} `{name}` stands in this bank a second time"))
                .help("each name may stand once"),
        );
    }

    fn facts(&mut self, fields: &Fields<'d>) -> Vec<Fact> {
        let mut facts = Vec::new();
        for inner in self.tables(fields, "fact", &["key", "question", "values"]) {
            facts.push(Fact {
                key: self.needed(&inner, "key"),
                question: self.needed(&inner, "question"),
                values: inner.texts("values", self.faults),
            });
            inner.finish(self.faults);
        }
        facts
    }

    fn named(&mut self, fields: &Fields<'d>, key: &str) -> Vec<Named> {
        let mut named = Vec::new();
        for inner in self.tables(fields, key, &["key", "title"]) {
            named.push(Named { key: self.needed(&inner, "key"), title: self.needed(&inner, "title") });
            inner.finish(self.faults);
        }
        named
    }
}
