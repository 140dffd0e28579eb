//! For other programs: the keys of the answers' file, beside what the standard asks and how it is judged.

use super::View;
use crate::plan::owner;
use schemars::JsonSchema;
use serde::Serialize;

/// The answers of one organisation to one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswersReport {
    pub ods_code: String,
    pub name: String,
    pub standard: String,
    pub edition: String,
    /// The day judged, `2026-03-02`.
    pub as_of: String,
    /// The level aimed at.
    pub aim: String,
    /// The highest level reached; null where none is.
    pub level: Option<String>,
    /// The items chosen, in the standard's order.
    pub items: Vec<AnswerItem>,
}

/// One item with its answer. Private notes are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerItem {
    pub number: String,
    pub concept: String,
    pub section: String,
    pub question: String,
    /// tick, text, document or date.
    pub kind: String,
    pub required_for: Vec<String>,
    /// met, unmet, carried, exempt, not-applicable or optional.
    pub state: String,
    /// Why it does not count, in words.
    pub gap: Option<String>,
    pub tick: Option<bool>,
    pub text: Option<String>,
    /// `2026-06-30`
    pub date: Option<String>,
    /// Why the item does not apply.
    pub not_applicable: Option<String>,
    pub count: Option<CountItem>,
    pub evidence: Vec<DocumentItem>,
    pub comment: Option<String>,
    /// As the answers' file has it.
    pub owner: Option<String>,
    /// The owner's name, where the organisation's file knows one.
    pub owner_name: Option<String>,
    /// `2026-06-30`
    pub reviewed: Option<String>,
    pub reviewed_by: Option<String>,
    /// The edition it was carried over from and not confirmed since.
    pub carried_from: Option<String>,
}

/// So many of so many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CountItem {
    pub done: u32,
    pub of: u32,
    /// `2026-06-30`
    pub on: Option<String>,
    /// Whether it reaches the item's threshold; null where the item has none.
    pub reached: Option<bool>,
}

/// A document: a file of the workspace, a link, or where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentItem {
    pub file: Option<String>,
    pub link: Option<String>,
    pub location: Option<String>,
    pub title: Option<String>,
    /// `2026-06-30`
    pub approved: Option<String>,
    pub approved_by: Option<String>,
    /// `2026-06-30`
    pub review_by: Option<String>,
    pub sha256: Option<String>,
    /// Whether the file stays out of git.
    pub private: bool,
}

pub fn json(view: &View<'_>) -> AnswersReport {
    let standard = view.standard;
    let level = |at: usize| standard.levels[at].id.clone();
    AnswersReport {
        ods_code: view.organisation.ods_code.clone(),
        name: view.organisation.name.clone(),
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        as_of: view.now.date().to_string(),
        aim: level(view.assessment.aim),
        level: view.assessment.reached.map(level),
        items: view.items.iter().map(|at| item(view, *at)).collect(),
    }
}

fn item(view: &View<'_>, at: usize) -> AnswerItem {
    let (item, answer, verdict) = (view.item(at), view.answer(at), view.verdict(at));
    let owner_name = answer.owner.as_deref().and_then(|written| owner::name(view.organisation, written));
    let documents = answer.evidence.iter().flatten().map(|evidence| DocumentItem {
        file: evidence.file.clone(),
        link: evidence.link.clone(),
        location: evidence.location.clone(),
        title: evidence.title.clone(),
        approved: evidence.approved.map(|day| day.to_string()),
        approved_by: evidence.approved_by.clone(),
        review_by: evidence.review_by.map(|day| day.to_string()),
        sha256: evidence.sha256.clone(),
        private: evidence.is_private(),
    });
    AnswerItem {
        number: item.number.clone(),
        concept: item.concept.clone(),
        section: view.standard.section(item).to_owned(),
        question: item.shown(),
        kind: item.kind.word().to_owned(),
        required_for: item.required_for.clone(),
        state: verdict.state.word().to_owned(),
        gap: verdict.gap.as_ref().map(crate::assess::Gap::words),
        tick: answer.tick,
        text: answer.text.clone(),
        date: answer.date.map(|day| day.to_string()),
        not_applicable: answer.not_applicable.clone(),
        count: answer.count.map(|count| CountItem {
            done: count.done,
            of: count.of,
            on: count.on.map(|day| day.to_string()),
            reached: item.threshold.map(|threshold| count.reaches(threshold)),
        }),
        evidence: documents.collect(),
        comment: answer.comment.clone(),
        owner: answer.owner.clone(),
        owner_name: owner_name.map(str::to_owned),
        reviewed: answer.reviewed.map(|day| day.to_string()),
        reviewed_by: answer.reviewed_by.clone(),
        carried_from: answer.carried_from.clone(),
    }
}
