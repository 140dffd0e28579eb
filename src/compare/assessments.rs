//! Two assessments, joined by concept.

use super::answers::{self, AnswerChange, AnswerDifference};
use super::signals::{self, Signal};
use super::{ItemChange, Pair, editions};
use crate::assess::{Assessment, State};
use crate::model::{Answer, Answers, Item, Standard};
use std::collections::BTreeMap;

/// An edition's answers with their verdict.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub standard: &'a Standard,
    pub answers: &'a Answers,
    pub assessment: &'a Assessment,
}

impl<'a> Side<'a> {
    pub fn answer(&self, item: &Item) -> Option<&'a Answer> {
        self.answers.answers.get(&item.number)
    }

    pub fn state(&self, item: &Item) -> Option<State> {
        let at = self.standard.index_of(&item.number)?;
        self.assessment.items.get(at).map(|verdict| verdict.state)
    }

    /// The id of the level reached.
    pub fn level(&self) -> Option<&'a str> {
        self.assessment.reached.map(|level| self.standard.levels[level].id.as_str())
    }
}

/// One concept on both sides.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    pub pair: Pair<'a>,
    pub old_answer: Option<&'a Answer>,
    pub new_answer: Option<&'a Answer>,
    pub old_state: Option<State>,
    pub new_state: Option<State>,
    pub answer: AnswerDifference,
    /// Whether the new answer is carried over and nobody has confirmed it.
    pub carried: bool,
}

impl Change<'_> {
    pub fn concept(&self) -> &str {
        self.pair.concept
    }

    /// The number to show: the new one, where there is one.
    pub fn number(&self) -> &str {
        self.pair.new.or(self.pair.old).map_or("", |item| item.number.as_str())
    }
}

/// What changed between two assessments.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// Every concept of either side: the new edition's in its order, then what is retired in the old one's order.
    pub changes: Vec<Change<'a>>,
    /// Ids of the levels reached.
    pub old_level: Option<&'a str>,
    pub new_level: Option<&'a str>,
    pub signals: Vec<Signal>,
}

/// How many concepts changed in which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// In the order of [`ItemChange::WORDS`].
    pub items: Vec<(&'static str, usize)>,
    /// In the order of [`AnswerChange::WORDS`].
    pub answers: Vec<(&'static str, usize)>,
    /// Items whose wording differs, renumbered or not.
    pub reworded: usize,
    /// Answers carried over and not confirmed.
    pub carried: usize,
}

impl Comparison<'_> {
    pub fn counts(&self) -> Counts {
        let mut items: BTreeMap<ItemChange, usize> = BTreeMap::new();
        let mut answers: BTreeMap<AnswerChange, usize> = BTreeMap::new();
        for change in &self.changes {
            *items.entry(change.pair.change).or_default() += 1;
            *answers.entry(change.answer.change).or_default() += 1;
        }
        let item_changes =
            [ItemChange::Same, ItemChange::Renumbered, ItemChange::Reworded, ItemChange::New, ItemChange::Retired];
        Counts {
            items: item_changes.map(|kind| (kind.word(), items.get(&kind).copied().unwrap_or(0))).to_vec(),
            answers: AnswerChange::ALL.map(|kind| (kind.word(), answers.get(&kind).copied().unwrap_or(0))).to_vec(),
            reworded: self.changes.iter().filter(|change| change.pair.reworded).count(),
            carried: self.changes.iter().filter(|change| change.carried).count(),
        }
    }
}

/// Compares two assessments of one standard. `before` is the assessment of the edition before the old one, where the
/// three follow each other without a gap: only then can a text be the same for three years running.
pub fn assessments<'a>(old: Side<'a>, new: Side<'a>, before: Option<Side<'a>>) -> Comparison<'a> {
    let changes: Vec<Change<'a>> = editions(old.standard, new.standard)
        .into_iter()
        .map(|pair| {
            let old_answer = pair.old.and_then(|item| old.answer(item));
            let new_answer = pair.new.and_then(|item| new.answer(item));
            Change {
                old_answer,
                new_answer,
                old_state: pair.old.and_then(|item| old.state(item)),
                new_state: pair.new.and_then(|item| new.state(item)),
                answer: answers::difference(
                    pair.old.map(|item| (item, old_answer)),
                    pair.new.map(|item| (item, new_answer)),
                ),
                carried: new_answer.is_some_and(|answer| answer.carried_from.is_some()),
                pair,
            }
        })
        .collect();
    let signals = signals::signals(old, new, before, &changes);
    Comparison { old_level: old.level(), new_level: new.level(), changes, signals }
}
