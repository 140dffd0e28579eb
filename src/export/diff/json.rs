//! For other programs, and what every other format shows.

use crate::compare::{self, Change, Comparison, Run, Side, count_words};
use crate::model::{self, Answer, Organisation, Standard};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Two assessments side by side, every concept of either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffReport {
    pub ods_code: String,
    pub name: String,
    pub standard: String,
    pub standard_title: String,
    pub old: DiffSide,
    pub new: DiffSide,
    /// The new edition's items in its order, then the retired ones in the old edition's order.
    pub items: Vec<DiffItem>,
    pub level: DiffLevel,
    /// What an auditor looks at twice.
    pub signals: Vec<Signal>,
    pub summary: DiffSummary,
    /// That a newer question set may be in force, where the day suggests it.
    pub remark: Option<String>,
}

/// One side of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffSide {
    /// As it was asked for.
    pub label: String,
    pub edition: String,
    /// The day judged, `2026-03-02`.
    pub as_of: String,
    /// The level reached, in the standard's words.
    pub level_label: Option<String>,
    /// What the question set rests on.
    pub provenance: String,
}

/// The levels reached, as ids; null where none is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffLevel {
    pub old: Option<String>,
    pub new: Option<String>,
}

/// One concept on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffItem {
    pub concept: String,
    /// Null where the old edition does not ask it.
    pub old_number: Option<String>,
    /// Null where the new edition does not ask it.
    pub new_number: Option<String>,
    /// same, renumbered, reworded, new or retired; renumbered goes before reworded.
    pub item_change: String,
    /// Whether the wording differs, renumbered or not.
    pub reworded: bool,
    /// unchanged, reconfirmed, changed, answered, withdrawn, not-applicable, evidence-changed or none.
    pub answer_change: String,
    /// Whether the new answer is carried over and nobody has confirmed it yet.
    pub carried: bool,
    /// Whether another kind of answer is asked for.
    pub kind_changed: bool,
    /// Ids of levels that ask for it in the new edition only.
    pub newly_required: Vec<String>,
    /// Ids of levels that asked for it in the old edition only.
    pub no_longer_required: Vec<String>,
    #[serde(skip)]
    pub(super) newly_required_labels: Vec<String>,
    #[serde(skip)]
    pub(super) no_longer_required_labels: Vec<String>,
    pub old_question: Option<String>,
    pub new_question: Option<String>,
    /// exempt, carried, not-applicable, met, unmet or optional.
    pub old_state: Option<String>,
    pub new_state: Option<String>,
    pub old_answer: Option<AnswerReport>,
    pub new_answer: Option<AnswerReport>,
    /// The parts of the answer that say something else.
    pub differences: Vec<Difference>,
    pub evidence: Evidence,
}

/// What an answer says; owners and private notes stay in the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerReport {
    pub tick: Option<bool>,
    pub text: Option<String>,
    pub date: Option<String>,
    pub count: Option<String>,
    pub not_applicable: Option<String>,
    pub comment: Option<String>,
    /// What each document is called.
    pub evidence: Vec<String>,
    pub reviewed: Option<String>,
    pub reviewed_by: Option<String>,
    pub carried_from: Option<String>,
}

/// A part of an answer that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// The key in the file: tick, text, date, count, `not_applicable` or comment.
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
    /// Word by word, where both sides have a text: kept and gone together are the old one, kept and added the new one.
    pub runs: Vec<TextRun>,
}

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextRun {
    /// kept, gone or added.
    pub change: String,
    pub text: String,
}

/// What became of the documents, each by what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// In the same place, with another digest, approval or title.
    pub refreshed: Vec<String>,
}

/// Something worth a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Signal {
    /// level-lost, answer-changed-evidence-not, confirmed-in-bulk or same-text-three-years.
    pub signal: String,
    pub message: String,
    /// The items it is about, by their number in the new edition; none where it is about the whole.
    pub numbers: Vec<String>,
}

/// How many concepts changed in which way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffSummary {
    /// By `item_change`.
    pub items: BTreeMap<String, usize>,
    /// By `answer_change`.
    pub answers: BTreeMap<String, usize>,
    pub reworded: usize,
    pub carried: usize,
}

/// Each side with its label and the day it is judged on.
pub fn report(
    organisation: &Organisation,
    (old, old_label, old_day): (Side<'_>, &str, Date),
    (new, new_label, new_day): (Side<'_>, &str, Date),
    comparison: &Comparison<'_>,
    remark: Option<String>,
) -> DiffReport {
    let side = |side: Side<'_>, label: &str, day: Date| DiffSide {
        label: label.to_owned(),
        edition: side.standard.edition().to_owned(),
        as_of: day.to_string(),
        level_label: side.level().map(|level| side.standard.label(level).to_owned()),
        provenance: side.standard.provenance_line(),
    };
    let counts = comparison.counts();
    let by_word = |counts: &[(&str, usize)]| counts.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
    DiffReport {
        ods_code: organisation.ods_code.clone(),
        name: organisation.name.clone(),
        standard: new.standard.id().to_owned(),
        standard_title: new.standard.head.title.clone(),
        old: side(old, old_label, old_day),
        new: side(new, new_label, new_day),
        items: comparison.changes.iter().map(|change| item(old.standard, new.standard, change)).collect(),
        level: DiffLevel { old: comparison.old_level.map(str::to_owned), new: comparison.new_level.map(str::to_owned) },
        signals: comparison
            .signals
            .iter()
            .map(|signal| Signal {
                signal: signal.kind.word().to_owned(),
                message: signal.message.clone(),
                numbers: signal.numbers.clone(),
            })
            .collect(),
        summary: DiffSummary {
            items: by_word(&counts.items),
            answers: by_word(&counts.answers),
            reworded: counts.reworded,
            carried: counts.carried,
        },
        remark,
    }
}

fn item(old: &Standard, new: &Standard, change: &Change<'_>) -> DiffItem {
    let pair = &change.pair;
    let owned = |levels: &[&str]| levels.iter().map(|level| (*level).to_owned()).collect();
    let labels = |standard: &Standard, levels: &[&str]| {
        levels.iter().map(|level| standard.label(level).to_owned()).collect::<Vec<_>>()
    };
    DiffItem {
        concept: pair.concept.to_owned(),
        old_number: pair.old.map(|item| item.number.clone()),
        new_number: pair.new.map(|item| item.number.clone()),
        item_change: pair.change.word().to_owned(),
        reworded: pair.reworded,
        answer_change: change.answer.change.word().to_owned(),
        carried: change.carried,
        kind_changed: pair.kind_changed,
        newly_required: owned(&pair.newly_required),
        no_longer_required: owned(&pair.no_longer_required),
        newly_required_labels: labels(new, &pair.newly_required),
        no_longer_required_labels: labels(old, &pair.no_longer_required),
        old_question: pair.old.map(model::Item::shown),
        new_question: pair.new.map(model::Item::shown),
        old_state: change.old_state.map(|state| state.word().to_owned()),
        new_state: change.new_state.map(|state| state.word().to_owned()),
        old_answer: change.old_answer.map(AnswerReport::of),
        new_answer: change.new_answer.map(AnswerReport::of),
        differences: change.answer.differences.iter().map(Difference::of).collect(),
        evidence: Evidence::of(&change.answer.evidence),
    }
}

impl AnswerReport {
    pub fn of(answer: &Answer) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        Self {
            tick: answer.tick,
            text: answer.text.clone(),
            date: day(answer.date),
            count: answer.count.map(count_words),
            not_applicable: answer.not_applicable.clone(),
            comment: answer.comment.clone(),
            evidence: answer.evidence.iter().flatten().map(|document| document.label().to_owned()).collect(),
            reviewed: day(answer.reviewed),
            reviewed_by: answer.reviewed_by.clone(),
            carried_from: answer.carried_from.clone(),
        }
    }
}

impl Evidence {
    pub fn of(change: &compare::EvidenceChange) -> Self {
        Self { added: change.added.clone(), removed: change.removed.clone(), refreshed: change.refreshed.clone() }
    }
}

impl Difference {
    pub fn of(difference: &compare::Difference) -> Self {
        let runs = match (&difference.old, &difference.new) {
            (Some(old), Some(new)) if difference.is_prose() => compare::runs(old, new)
                .into_iter()
                .map(|run| match run {
                    Run::Kept(text) => ("kept", text),
                    Run::Gone(text) => ("gone", text),
                    Run::Added(text) => ("added", text),
                })
                .map(|(change, text)| TextRun { change: change.to_owned(), text })
                .collect(),
            _ => Vec::new(),
        };
        Self { field: difference.field.to_owned(), old: difference.old.clone(), new: difference.new.clone(), runs }
    }
}
