//! `standards/<standard>/<edition>.toml`: a question bank.
//!
//! Head tables come first and every `[[item]]` after them, so that [`head`] can stop reading at the first item.
//! References are resolved here (sections, nodes, sources, concepts); what does not resolve is a fault of the bank.

use super::Decoded;
use crate::model::Period;
use crate::model::standard::{
    Clause, ClauseIs, Condition, ConditionKind, Contradiction, DatedChange, EditionHead, Exemption, Fact, Grade, Item,
    ItemKind, Level, Lineage, LineageChange, Named, Node, NotApplicable, ProfileTest, Provenance, Retired, Rule,
    RuleRow, Share, Standard, Status, Window, WindowOf, WindowStart,
};
use crate::source::decode::{Faults, Fields, check_format, text_of, wrong_type};
use crate::source::{Document, Fault, Span, Syntax};
use jiff::civil::Date;
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
const ITEM_KEYS: &[&str] = &[
    "number",
    "number_alt",
    "concept",
    "question",
    "complete",
    "subject",
    "wording_note",
    "section",
    "node",
    "kind",
    "group",
    "negative",
    "required_for",
    "guidance",
    "evidence",
    "not_applicable",
    "window",
    "threshold",
    "format",
    "shareable",
    "exempt",
    "lineage",
    "provenance",
];
const CONDITION_KEYS: &[&str] = &["id", "kind", "reason", "fact", "is", "certification", "sources"];
const EXEMPT_KEYS: &[&str] = &["fact", "is", "certification", "reason"];
const PROVENANCE_KEYS: &[&str] =
    &["wording", "number", "level", "sources", "wording_inference", "number_inference", "level_inference"];

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
            by_number: HashMap::new(),
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
        for inner in self.tables(fields, "item", ITEM_KEYS) {
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

    fn rules(&mut self, fields: &Fields<'d>) -> Vec<Rule> {
        let mut rules = Vec::new();
        for inner in self.tables(fields, "rule", &["id", "results", "rows"]) {
            let id = self.needed(&inner, "id");
            let results = inner.texts("results", self.faults);
            let mut rows = Vec::new();
            for row in self.tables(&inner, "rows", &["when", "result"]) {
                let mut when = Vec::new();
                for entry in row.entries("when", self.faults) {
                    let Some(nodes) = entry.node.list() else {
                        let key = self.document.key_of(entry);
                        self.faults.push(wrong_type(
                            self.document,
                            &entry.node,
                            key,
                            "a list of shares such as [\"some\", \"all\"]",
                        ));
                        continue;
                    };
                    let shares = nodes
                        .iter()
                        .filter_map(|node| {
                            let word = text_of(self.document, node, "when", self.faults)?;
                            let share = match word.as_str() {
                                "none" => Some(Share::None),
                                "some" => Some(Share::Some),
                                "all" => Some(Share::All),
                                _ => None,
                            };
                            if share.is_none() {
                                self.unresolved(node.span, "share (none, some, all)", &word);
                            }
                            share
                        })
                        .collect();
                    when.push((self.document.key_of(entry).to_owned(), shares));
                }
                let name = self.needed(&row, "result");
                match results.iter().position(|result| *result == name) {
                    Some(result) => rows.push(RuleRow { when, result }),
                    None => self.unresolved(Self::span_of(&row, "result"), "result", &name),
                }
                row.finish(self.faults);
            }
            if !rows.last().is_some_and(|row: &RuleRow| row.when.is_empty()) {
                self.faults.push(
                    Fault::new(
                        "rule-without-default",
                        inner.place,
                        format!("the last row of rule `{id}` must hold always"),
                    )
                    .help("end it with a row that has only a result"),
                );
                rows.push(RuleRow { when: Vec::new(), result: 0 });
            }
            if !results.is_empty() {
                rules.push(Rule { id, results, rows });
            }
            inner.finish(self.faults);
        }
        rules
    }

    fn nodes(&mut self, fields: &Fields<'d>, rules: &[Rule]) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for inner in self.tables(fields, "node", &["id", "kind", "title", "basis", "parent", "rule"]) {
            let id = self.needed(&inner, "id");
            let parent = inner.text("parent", self.faults).and_then(|parent| {
                let found = nodes.iter().position(|node| node.id == parent);
                if found.is_none() {
                    self.unresolved(Self::span_of(&inner, "parent"), "node before this one called", &parent);
                }
                found
            });
            let rule = inner.text("rule", self.faults).and_then(|rule| {
                let found = rules.iter().position(|known| known.id == rule);
                if found.is_none() {
                    self.unresolved(Self::span_of(&inner, "rule"), "rule", &rule);
                }
                found
            });
            if nodes.iter().any(|node| node.id == id) {
                self.repeated(Self::span_of(&inner, "id"), "node", &id);
            }
            nodes.push(Node {
                id,
                kind: self.needed(&inner, "kind"),
                title: inner.text("title", self.faults),
                basis: inner.text("basis", self.faults),
                parent,
                rule,
            });
            inner.finish(self.faults);
        }
        nodes
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

    fn profile_test(&mut self, fields: &Fields<'d>, standard: &Standard) -> Option<ProfileTest> {
        let fact = fields.text("fact", self.faults);
        let certification = fields.text("certification", self.faults);
        if let Some(fact) = fact {
            let is = fields.texts("is", self.faults);
            if is.is_empty() && !fields.has("is") {
                fields.missing("is", "list the values of the fact for which this holds", self.faults);
            }
            match standard.facts.iter().find(|known| known.key == fact) {
                None => self.unresolved(Self::span_of(fields, "fact"), "fact", &fact),
                Some(known) => {
                    for value in is.iter().filter(|value| !known.values.contains(value)) {
                        let what = format!("value of the fact `{fact}` called");
                        self.unresolved(Self::span_of(fields, "is"), &what, value);
                    }
                }
            }
            return Some(ProfileTest::Fact { fact, is });
        }
        let Some(certification) = certification else {
            if !fields.has("fact") && !fields.has("certification") {
                fields.missing(
                    "fact",
                    "name a fact of the profile with its values (`is`), or a certification",
                    self.faults,
                );
            }
            return None;
        };
        if !standard.certifications.iter().any(|known| known.key == certification) {
            self.unresolved(Self::span_of(fields, "certification"), "certification", &certification);
        }
        Some(ProfileTest::Certification(certification))
    }

    fn levels(&mut self, fields: &Fields<'d>, standard: &mut Standard) {
        let known = &["id", "label", "summary", "builds_on", "condition", "results", "sources"];
        for inner in self.tables(fields, "level", known) {
            let id = self.needed(&inner, "id");
            let builds_on = inner.text("builds_on", self.faults).and_then(|below| {
                let found = standard.level_index(&below);
                if found.is_none() {
                    self.unresolved(Self::span_of(&inner, "builds_on"), "level below this one called", &below);
                }
                found
            });
            let mut conditions = Vec::new();
            for condition in self.tables(&inner, "condition", CONDITION_KEYS) {
                let kind = match condition.word(
                    "kind",
                    &["first-publication", "action-plan", "fact", "certification"],
                    self.faults,
                ) {
                    Some("first-publication") => Some(ConditionKind::FirstPublication),
                    Some("action-plan") => Some(ConditionKind::ActionPlan),
                    Some(_) => self.profile_test(&condition, standard).map(ConditionKind::Profile),
                    None => {
                        if !condition.has("kind") {
                            condition.missing("kind", "say what the condition looks at", self.faults);
                        }
                        None
                    }
                };
                if let Some(kind) = kind {
                    conditions.push(Condition {
                        id: self.needed(&condition, "id"),
                        kind,
                        reason: self.needed(&condition, "reason"),
                        sources: self.sources(&condition, standard),
                    });
                }
                condition.finish(self.faults);
            }
            let mut results = Vec::new();
            for entry in inner.entries("results", self.faults) {
                let name = self.document.key_of(entry);
                let Some(word) = text_of(self.document, &entry.node, name, self.faults) else { continue };
                let node = standard.nodes.iter().position(|node| node.id == name);
                let Some((node, rule)) = node.and_then(|node| Some((node, standard.nodes[node].rule?))) else {
                    self.unresolved(entry.key.span, "node with a rule called", name);
                    continue;
                };
                match standard.rules[rule].results.iter().position(|result| *result == word) {
                    Some(result) => results.push((node, result)),
                    None => self.unresolved(entry.node.span, "result", &word),
                }
            }
            if standard.level_index(&id).is_some() {
                self.repeated(Self::span_of(&inner, "id"), "level", &id);
            }
            standard.levels.push(Level {
                id,
                label: self.needed(&inner, "label"),
                summary: inner.text("summary", self.faults),
                builds_on,
                conditions,
                results,
                sources: self.sources(&inner, standard),
            });
            inner.finish(self.faults);
        }
        if standard.levels.is_empty() && !self.document.damaged {
            fields.missing("level", "a bank has at least one [[level]]", self.faults);
        }
    }

    fn item(&mut self, fields: &Fields<'d>, standard: &mut Standard) {
        let number = self.needed(fields, "number");
        let concept = self.needed(fields, "concept");
        let question = self.needed(fields, "question");
        let section_title = self.needed(fields, "section");
        let section = standard.sections.iter().position(|title| *title == section_title).unwrap_or_else(|| {
            if !section_title.is_empty() {
                self.unresolved(Self::span_of(fields, "section"), "section", &section_title);
            }
            0
        });
        if standard.sections.is_empty() {
            standard.sections.push(section_title);
        }
        let node = fields.text("node", self.faults).and_then(|id| {
            let found = standard.nodes.iter().position(|node| node.id == id);
            if found.is_none() {
                self.unresolved(Self::span_of(fields, "node"), "node", &id);
            }
            found
        });
        let kind = match fields.word("kind", ItemKind::WORDS, self.faults) {
            Some("text") => ItemKind::Text,
            Some("document") => ItemKind::Document,
            Some("date") => ItemKind::Date,
            Some(_) => ItemKind::Tick,
            None => {
                if !fields.has("kind") {
                    fields.missing("kind", "one of tick, text, document, date", self.faults);
                }
                ItemKind::Tick
            }
        };
        let required_for = fields.texts("required_for", self.faults);
        for level in &required_for {
            if standard.level_index(level).is_none() {
                self.unresolved(Self::span_of(fields, "required_for"), "level", level);
            }
        }
        let complete = fields.flag("complete", self.faults).unwrap_or(true);
        let subject = fields.text("subject", self.faults);
        if !complete && subject.is_none() && !fields.has("subject") {
            fields.missing("subject", "an item whose wording is incomplete names its subject", self.faults);
        }
        let exempt = self
            .tables(fields, "exempt", EXEMPT_KEYS)
            .into_iter()
            .filter_map(|inner| {
                let when = self.profile_test(&inner, standard);
                let reason = self.needed(&inner, "reason");
                inner.finish(self.faults);
                Some(Exemption { when: when?, reason })
            })
            .collect();
        let item = Item {
            number_alt: fields.text("number_alt", self.faults),
            question,
            complete,
            subject,
            wording_note: fields.text("wording_note", self.faults),
            section,
            node,
            kind,
            group: fields.text("group", self.faults),
            negative: fields.flag("negative", self.faults).unwrap_or(false),
            required_for,
            guidance: fields.text("guidance", self.faults),
            evidence: fields.texts("evidence", self.faults),
            not_applicable: self.not_applicable(fields),
            window: self.window(fields),
            threshold: fields.share("threshold", self.faults),
            format: fields.text("format", self.faults),
            shareable: fields.flag("shareable", self.faults).unwrap_or(true),
            exempt,
            lineage: self.lineage(fields, standard),
            provenance: self.provenance(fields, standard),
            number,
            concept,
        };
        let at = standard.items.len();
        if standard.by_number.insert(item.number.clone(), at).is_some() {
            self.repeated(Self::span_of(fields, "number"), "number", &item.number);
        }
        if standard.by_concept.insert(item.concept.clone(), at).is_some() {
            self.repeated(Self::span_of(fields, "concept"), "concept", &item.concept);
        }
        standard.items.push(item);
    }

    fn grade(&mut self, fields: &Fields<'d>, key: &str) -> Option<Grade> {
        fields.word(key, Grade::WORDS, self.faults).map(|word| match word {
            "verbatim" => Grade::Verbatim,
            "secondary" => Grade::Secondary,
            _ => Grade::Inferred,
        })
    }

    fn not_applicable(&mut self, fields: &Fields<'d>) -> Option<NotApplicable> {
        let inner = fields.fields("not_applicable", &["when", "write", "grade"], self.faults)?;
        let given = NotApplicable {
            when: inner.text("when", self.faults),
            write: inner.text("write", self.faults),
            grade: self.grade(&inner, "grade"),
        };
        inner.finish(self.faults);
        Some(given)
    }

    fn window(&mut self, fields: &Fields<'d>) -> Option<Window> {
        let inner = fields.fields("window", &["period", "since", "of", "from", "grade"], self.faults)?;
        let period = inner.text("period", self.faults);
        let since: Option<Date> = inner.date("since", self.faults);
        let of = match inner.word("of", &["review", "events"], self.faults) {
            Some("events") => WindowOf::Events,
            _ => WindowOf::Review,
        };
        let grade = self.grade(&inner, "grade");
        let from_publication = inner.word("from", &["publication"], self.faults).is_some();
        let start = match (period, since) {
            (Some(period), None) => Period::parse(&period).map(WindowStart::Period).or_else(|| {
                self.faults.push(
                    Fault::new(
                        "wrong-type",
                        Self::span_of(&inner, "period"),
                        format!("`{period}` is no ISO 8601 duration"),
                    )
                    .help("write P1Y, P6M, P90D and the like"),
                );
                None
            }),
            (None, Some(since)) => Some(WindowStart::Since(since)),
            (None, None) if inner.has("period") || inner.has("since") => None,
            _ => {
                inner.missing("period", "a window has either a period or a day it begins at, `since`", self.faults);
                None
            }
        };
        inner.finish(self.faults);
        Some(Window { start: start?, of, from_publication, grade })
    }

    fn lineage(&mut self, fields: &Fields<'d>, standard: &Standard) -> Option<Lineage> {
        let inner = fields.fields("lineage", &["change", "was", "reworded", "newly_required"], self.faults)?;
        let change = match inner.word("change", LineageChange::WORDS, self.faults) {
            Some("same") => LineageChange::Same,
            Some("renumbered") => LineageChange::Renumbered,
            Some("split") => LineageChange::Split,
            Some("merged") => LineageChange::Merged,
            Some(_) => LineageChange::New,
            None => {
                if !inner.has("change") {
                    inner.missing("change", "one of same, renumbered, new, split, merged", self.faults);
                }
                LineageChange::New
            }
        };
        let newly_required = inner.texts("newly_required", self.faults);
        for level in &newly_required {
            if standard.level_index(level).is_none() {
                self.unresolved(Self::span_of(&inner, "newly_required"), "level", level);
            }
        }
        let lineage = Lineage {
            change,
            was: inner.text("was", self.faults),
            reworded: inner.flag("reworded", self.faults).unwrap_or(false),
            newly_required,
        };
        inner.finish(self.faults);
        Some(lineage)
    }

    fn provenance(&mut self, fields: &Fields<'d>, standard: &Standard) -> Provenance {
        let unknown = || Provenance {
            wording: Grade::Inferred,
            number: Grade::Inferred,
            level: Grade::Inferred,
            wording_inference: None,
            number_inference: None,
            level_inference: None,
            sources: Vec::new(),
        };
        let Some(inner) = fields.fields("provenance", PROVENANCE_KEYS, self.faults) else {
            if !fields.has("provenance") {
                fields.missing(
                    "provenance",
                    "say how sure wording, number and level are, and from which sources",
                    self.faults,
                );
            }
            return unknown();
        };
        let mut grade = |key: &str| self.grade(&inner, key).unwrap_or(Grade::Inferred);
        let (wording, number, level) = (grade("wording"), grade("number"), grade("level"));
        let provenance = Provenance {
            wording,
            number,
            level,
            wording_inference: inner.text("wording_inference", self.faults),
            number_inference: inner.text("number_inference", self.faults),
            level_inference: inner.text("level_inference", self.faults),
            sources: self.sources(&inner, standard),
        };
        inner.finish(self.faults);
        provenance
    }

    fn contradictions(&mut self, fields: &Fields<'d>, standard: &mut Standard) {
        for inner in self.tables(fields, "contradiction", &["id", "message", "clauses"]) {
            let mut clauses = Vec::new();
            for clause in self.tables(&inner, "clauses", &["any_of", "is"]) {
                let concepts = clause.texts("any_of", self.faults);
                if concepts.is_empty() && !clause.has("any_of") {
                    clause.missing("any_of", "list the concepts of the items", self.faults);
                }
                let any_of = concepts
                    .iter()
                    .filter_map(|concept| {
                        let found = standard.by_concept.get(concept).copied();
                        if found.is_none() {
                            self.unresolved(Self::span_of(&clause, "any_of"), "concept", concept);
                        }
                        found
                    })
                    .collect();
                let is = match clause.word("is", ClauseIs::WORDS, self.faults) {
                    Some("ticked") => ClauseIs::Ticked,
                    Some("unticked") => ClauseIs::Unticked,
                    Some("answered") => ClauseIs::Answered,
                    Some("evidence") => ClauseIs::Evidence,
                    Some(_) => ClauseIs::NotApplicable,
                    None => {
                        if !clause.has("is") {
                            clause.missing("is", "say how the items are answered", self.faults);
                        }
                        ClauseIs::NotApplicable
                    }
                };
                clauses.push(Clause { any_of, is });
                clause.finish(self.faults);
            }
            standard.contradictions.push(Contradiction {
                id: self.needed(&inner, "id"),
                message: self.needed(&inner, "message"),
                clauses,
            });
            inner.finish(self.faults);
        }
    }
}
