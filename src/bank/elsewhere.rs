//! What a number asked in another edition: numbers were reused, so an answer to the old question may stand below it.

use super::Banks;
use crate::model::{Item, ItemKind, Standard};

/// What a number asked in another edition, and the number of that question in this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherQuestion {
    /// For people, such as `1.1.2 asked until 2021-22 "…", which is 1.1.5 in 2022-23`.
    pub words: String,
    pub now: Option<String>,
}

impl Banks {
    /// The question that a number stood for in the nearest other edition, an earlier one first, if it was another one
    /// that took the kind of answer given.
    pub fn other_question(&self, standard: &Standard, item: &Item, kind: ItemKind) -> Option<OtherQuestion> {
        let elsewhere = self.elsewhere(standard.id(), &item.number);
        let (later, earlier): (Vec<_>, Vec<_>) =
            elsewhere.iter().partition(|(edition, _)| edition.as_str() > standard.edition());
        let earlier = earlier.iter().rev().map(|other| ("until", *other));
        let in_turn = earlier.chain(later.iter().map(|other| ("in", *other)));
        in_turn.filter(|(_, (_, concept))| *concept != item.concept).find_map(|(when, (edition, concept))| {
            let there = self.find(standard.id(), edition)?.standard().ok()?;
            let question = there.concept(concept).filter(|other| other.kind == kind)?.shown();
            let now = standard.concept(concept).map(|item| item.number.clone());
            let asked = format!("{} asked {when} {edition} \"{question}\"", item.number);
            let words = match &now {
                Some(now) => format!("{asked}, which is {now} in {}", standard.edition()),
                None => format!("{asked}, which {} does not ask", standard.edition()),
            };
            Some(OtherQuestion { words, now })
        })
    }
}
