//! For other programs. Levels, statuses and states are ids; owners stand as the file has them and by name.

use super::{Sheet, is_open, lack_word};
use crate::plan::{self, PlanRow, owner};
use schemars::JsonSchema;
use serde::Serialize;

/// The action plan, every outstanding item and every other action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanReport {
    pub ods_code: String,
    pub name: String,
    pub standard: String,
    pub edition: String,
    /// The day judged, `2026-03-02`.
    pub as_of: String,
    /// The level aimed at.
    pub aim: String,
    /// The level that the plan leads to.
    pub goal: String,
    /// Whether there is a plan file.
    pub exists: bool,
    pub complete: bool,
    /// Why it is complete or not, in words.
    pub reason: String,
    /// The document that stands in for the plan.
    pub document: Option<String>,
    pub items: Vec<PlanItem>,
}

/// One row of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanItem {
    pub number: String,
    /// Null where the edition has no such item.
    pub concept: Option<String>,
    pub section: String,
    pub question: String,
    /// The levels that ask for it.
    pub required_for: Vec<String>,
    /// The state of the item; null where the edition has no such item.
    pub state: Option<String>,
    /// Whether the plan has to cover it.
    pub outstanding: bool,
    /// Why the item does not count, in words.
    pub gap: String,
    pub action: Option<String>,
    /// As the plan's file has it.
    pub owner: Option<String>,
    /// The owner's name, where the organisation's file knows one.
    pub owner_name: Option<String>,
    /// `2026-06-30`
    pub target: Option<String>,
    /// `planned`, `in-progress` or `done`.
    pub status: Option<String>,
    pub resources: Option<String>,
    pub cost: Option<String>,
    pub progress: Option<String>,
    pub comments: Option<String>,
    /// What an outstanding item's action lacks: `action`, `owner`, `target`.
    pub missing: Vec<String>,
    /// Whether the target has passed while it is still to be done.
    pub late: bool,
}

pub fn json(sheet: &Sheet<'_>) -> PlanReport {
    let standard = sheet.standard;
    let verdict = sheet.verdict();
    let (complete, reason) = verdict.words();
    PlanReport {
        ods_code: sheet.organisation.ods_code.clone(),
        name: sheet.organisation.name.clone(),
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        as_of: sheet.now.date().to_string(),
        aim: standard.levels[sheet.assessment.aim].id.clone(),
        goal: standard.levels[plan::goal(standard)].id.clone(),
        exists: verdict.exists,
        complete,
        reason,
        document: verdict.document.as_ref().map(|(file, _)| file.clone()),
        items: sheet.rows.iter().map(|row| item(sheet, row)).collect(),
    }
}

fn item(sheet: &Sheet<'_>, row: &PlanRow) -> PlanItem {
    let action = row.action.clone().unwrap_or_default();
    let owner_name = action.owner.as_deref().and_then(|written| owner::name(sheet.organisation, written));
    PlanItem {
        number: row.number.clone(),
        concept: row.concept.clone(),
        section: row.section.clone(),
        question: row.question.clone(),
        required_for: row.mandatory_for.iter().map(|level| level.id.clone()).collect(),
        state: row.state.map(|state| state.word().to_owned()),
        outstanding: is_open(row),
        gap: row.gap.clone(),
        owner_name: owner_name.map(str::to_owned),
        action: action.action,
        owner: action.owner,
        target: action.target.map(|target| target.to_string()),
        status: action.status.map(|status| status.word().to_owned()),
        resources: action.resources,
        cost: action.cost,
        progress: action.progress,
        comments: action.notes,
        missing: row.lacks().into_iter().map(|lack| lack_word(lack).to_owned()).collect(),
        late: row.is_late(sheet.now.date()),
    }
}
