//! `[[level]]`: what a level asks for besides its items, and tests of the organisation profile.

use super::Reader;
use crate::model::standard::{Condition, ConditionKind, Level, ProfileTest, Standard};
use crate::source::decode::{Fields, text_of};

const CONDITION_KEYS: &[&str] = &["id", "kind", "reason", "fact", "is", "certification", "sources"];

impl<'d> Reader<'d, '_> {
    pub(super) fn levels(&mut self, fields: &Fields<'d>, standard: &mut Standard) {
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

    pub(super) fn profile_test(&mut self, fields: &Fields<'d>, standard: &Standard) -> Option<ProfileTest> {
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
}
