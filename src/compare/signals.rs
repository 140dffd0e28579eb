//! What an auditor looks at twice. A signal is a question to ask, never a fault.

use super::answers::{AnswerChange, same_words};
use super::assessments::{Change, Side};
use crate::model::period::in_words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// So many answers confirmed unchanged by one person on one day are worth a question.
const MANY: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignalKind {
    /// The level reached is lower than before.
    LevelLost,
    /// The answer says something else, and the documents that prove it are the same.
    AnswerChangedEvidenceNot,
    /// Many answers confirmed unchanged by the same person on the same day.
    ConfirmedInBulk,
    /// The same text for three editions in a row.
    SameTextThreeYears,
}

impl SignalKind {
    pub const WORDS: &'static [&'static str] =
        &["level-lost", "answer-changed-evidence-not", "confirmed-in-bulk", "same-text-three-years"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub kind: SignalKind,
    /// One sentence; who and when stand in it.
    pub message: String,
    /// Numbers in the new edition, in its order; none where it is about the whole.
    pub numbers: Vec<String>,
}

pub(super) fn signals(old: Side<'_>, new: Side<'_>, before: Option<Side<'_>>, changes: &[Change<'_>]) -> Vec<Signal> {
    let mut signals = Vec::new();
    signals.extend(level_lost(old, new));
    signals.extend(evidence_not(changes));
    signals.extend(in_bulk(changes));
    signals.extend(before.and_then(|before| same_text(before, old, new, changes)));
    signals
}

fn level_lost(old: Side<'_>, new: Side<'_>) -> Option<Signal> {
    let had = old.level()?;
    // A level that the new edition does not know cannot be compared.
    let rank = new.standard.level_index(had)?;
    if new.assessment.reached.is_some_and(|reached| reached >= rank) {
        return None;
    }
    let has = new.level().map_or("no level".to_owned(), |level| new.standard.label(level).to_owned());
    Some(Signal {
        kind: SignalKind::LevelLost,
        message: format!("{} before, {has} now.", old.standard.label(had)),
        numbers: Vec::new(),
    })
}

/// A change of the comment alone does not count: it is a remark beside the answer.
fn evidence_not(changes: &[Change<'_>]) -> Option<Signal> {
    let numbers: Vec<String> = changes
        .iter()
        .filter(|change| change.answer.change == AnswerChange::Changed && change.answer.evidence.is_none())
        .filter(|change| change.answer.differences.iter().any(super::Difference::is_answer))
        .filter(|change| change.new_answer.is_some_and(crate::model::Answer::has_evidence))
        .map(|change| change.number().to_owned())
        .collect();
    (!numbers.is_empty()).then(|| Signal {
        kind: SignalKind::AnswerChangedEvidenceNot,
        message: "The answer says something else than before, the documents behind it are the same.".to_owned(),
        numbers,
    })
}

fn in_bulk(changes: &[Change<'_>]) -> Vec<Signal> {
    let mut groups: BTreeMap<(Date, Option<&str>), Vec<String>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.answer.change == AnswerChange::Reconfirmed) {
        let Some(answer) = change.new_answer else { continue };
        if let Some(day) = answer.reviewed {
            groups.entry((day, answer.reviewed_by.as_deref())).or_default().push(change.number().to_owned());
        }
    }
    groups
        .into_iter()
        .filter(|(_, numbers)| numbers.len() >= MANY)
        .map(|((day, person), numbers)| Signal {
            kind: SignalKind::ConfirmedInBulk,
            message: format!(
                "{} answers were confirmed unchanged on {} by {}.",
                numbers.len(),
                in_words(day),
                person.unwrap_or("somebody who is not named")
            ),
            numbers,
        })
        .collect()
}

/// Answers carried over and not confirmed say nothing yet, and what has a fixed form (a registration number) is meant to
/// stay.
fn same_text(before: Side<'_>, old: Side<'_>, new: Side<'_>, changes: &[Change<'_>]) -> Option<Signal> {
    let text = |side: Side<'_>, concept: &str| {
        let item = side.standard.concept(concept).filter(|item| item.format.is_none())?;
        let answer = side.answer(item).filter(|answer| answer.carried_from.is_none())?;
        answer.text.clone().filter(|text| !text.trim().is_empty())
    };
    let numbers: Vec<String> = changes
        .iter()
        .filter(|change| {
            let texts = [before, old, new].map(|side| text(side, change.concept()));
            matches!(&texts, [Some(a), Some(b), Some(c)] if same_words(a, b) && same_words(b, c))
        })
        .map(|change| change.number().to_owned())
        .collect();
    (!numbers.is_empty()).then(|| Signal {
        kind: SignalKind::SameTextThreeYears,
        message: format!(
            "The same text in {}, {} and {}.",
            before.standard.edition(),
            old.standard.edition(),
            new.standard.edition()
        ),
        numbers,
    })
}
