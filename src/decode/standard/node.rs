//! `[[node]]` and `[[rule]]`: the tree above the items, and how a node's result follows from what lies below it.

use super::Reader;
use crate::model::standard::{Node, Rule, RuleRow, Share};
use crate::source::Fault;
use crate::source::decode::{Fields, text_of, wrong_type};

impl<'d> Reader<'d, '_> {
    pub(super) fn rules(&mut self, fields: &Fields<'d>) -> Vec<Rule> {
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

    pub(super) fn nodes(&mut self, fields: &Fields<'d>, rules: &[Rule]) -> Vec<Node> {
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
}
