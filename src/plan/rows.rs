//! The plan as rows: what is outstanding, joined with what the plan says about it.

use super::outstanding;
use crate::assess::{Assessment, Gap, State};
use crate::model::{Action, ActionPlan, Answers, Item, Standard};
use jiff::civil::Date;

/// Why an item has a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The plan has to cover it.
    Outstanding,
    /// It has an action, and the plan need not cover it: no level that the plan is about asks for it.
    Further,
    /// It has an action, and it counts already.
    Settled,
    /// It has an action, and this edition has no such item.
    Unknown,
}

/// What an action for an outstanding item still lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    Action,
    Owner,
    Target,
}

/// A level, by what it is called in files and by what it is called to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelName {
    pub id: String,
    pub label: String,
}

/// One row of the action plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRow {
    pub number: String,
    pub concept: Option<String>,
    pub section: String,
    pub question: String,
    /// The levels that ask for the item.
    pub mandatory_for: Vec<LevelName>,
    pub standing: Standing,
    pub state: Option<State>,
    /// Why the item does not count, or why nothing is missing.
    pub gap: String,
    /// What the plan says; none where it says nothing.
    pub action: Option<Action>,
    /// Who looks after the item's answer.
    pub answer_owner: Option<String>,
    /// The documents that the item calls for.
    pub prepare: Vec<String>,
}

impl PlanRow {
    fn of(standard: &Standard, at: usize, assessment: &Assessment, standing: Standing) -> Self {
        let item = &standard.items[at];
        let verdict = &assessment.items[at];
        let gap = match verdict.state {
            State::Met => "none, the item is met".to_owned(),
            State::NotApplicable => "none, the item does not apply".to_owned(),
            State::Exempt => "none, the profile exempts the item".to_owned(),
            _ => verdict.gap.as_ref().map_or_else(|| Gap::Unanswered.words(), Gap::words),
        };
        Self {
            number: item.number.clone(),
            concept: Some(item.concept.clone()),
            section: standard.section(item).to_owned(),
            question: item.shown(),
            mandatory_for: levels_of(standard, item),
            standing,
            state: Some(verdict.state),
            gap,
            action: None,
            answer_owner: None,
            prepare: item.evidence.clone(),
        }
    }

    fn unknown(number: &str, action: &Action) -> Self {
        Self {
            number: number.to_owned(),
            concept: None,
            section: String::new(),
            question: String::new(),
            mandatory_for: Vec::new(),
            standing: Standing::Unknown,
            state: None,
            gap: "this edition has no such item".to_owned(),
            action: Some(action.clone()),
            answer_owner: None,
            prepare: Vec::new(),
        }
    }

    /// What is still missing before the plan covers the item.
    pub fn lacks(&self) -> Vec<Lack> {
        if self.standing != Standing::Outstanding {
            return Vec::new();
        }
        let Some(action) = &self.action else { return vec![Lack::Action, Lack::Owner, Lack::Target] };
        let blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
        [
            (Lack::Action, blank(&action.action)),
            (Lack::Owner, blank(&action.owner)),
            (Lack::Target, action.target.is_none()),
        ]
        .into_iter()
        .filter(|(_, lacks)| *lacks)
        .map(|(lack, _)| lack)
        .collect()
    }

    /// Whether its target has passed while it is still to be done.
    pub fn is_late(&self, day: Date) -> bool {
        matches!(self.standing, Standing::Outstanding | Standing::Further)
            && self
                .action
                .as_ref()
                .is_some_and(|action| !action.is_done() && action.target.is_some_and(|target| target < day))
    }
}

/// The levels that name an item themselves, or ask for an outcome above it.
fn levels_of(standard: &Standard, item: &Item) -> Vec<LevelName> {
    standard
        .levels
        .iter()
        .filter(|level| {
            item.is_required_for(&level.id) || level.results.iter().any(|(node, _)| standard.is_below(item.node, *node))
        })
        .map(|level| LevelName { id: level.id.clone(), label: level.label.clone() })
        .collect()
}

/// One row for each outstanding item, in the standard's order; behind them the actions for other items in the same
/// order, and at last those for numbers that the edition does not know.
pub fn rows(
    standard: &Standard,
    assessment: &Assessment,
    answers: &Answers,
    plan: Option<&ActionPlan>,
) -> Vec<PlanRow> {
    let outstanding = outstanding(standard, &assessment.items);
    let mut rows = Vec::new();
    let mut others = Vec::new();
    for (at, item) in standard.items.iter().enumerate() {
        let action = plan.and_then(|plan| plan.actions.get(&item.number));
        let (list, standing) = if outstanding.iter().any(|open| open.number == item.number) {
            (&mut rows, Standing::Outstanding)
        } else if action.is_none() {
            continue;
        } else if assessment.items[at].state.counts() {
            (&mut others, Standing::Settled)
        } else {
            (&mut others, Standing::Further)
        };
        let mut row = PlanRow::of(standard, at, assessment, standing);
        row.action = action.cloned();
        row.answer_owner = answers.answers.get(&item.number).and_then(|answer| answer.owner.clone());
        list.push(row);
    }
    rows.append(&mut others);
    let unknown = plan.into_iter().flat_map(|plan| &plan.actions).filter(|(number, _)| standard.item(number).is_none());
    rows.extend(unknown.map(|(number, action)| PlanRow::unknown(number, action)));
    rows
}
