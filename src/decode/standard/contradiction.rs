//! `[[contradiction]]`: answers that cannot hold together.

use super::Reader;
use crate::model::standard::{Clause, ClauseIs, Contradiction, Standard};
use crate::source::decode::Fields;

impl<'d> Reader<'d, '_> {
    pub(super) fn contradictions(&mut self, fields: &Fields<'d>, standard: &mut Standard) {
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
