//! The action plan: what is outstanding, whether the plan covers it, and the plan as rows and as a file.
//!
//! [`rows()`] joins the standard's open items with what the plan says; every document of [`crate::export::plan`] shows
//! those rows. [`generate`] writes a new plan's file, or adds what an existing one lacks.

pub mod generate;
pub mod owner;
mod rows;

pub use rows::{Lack, LevelName, PlanRow, Standing, rows};

use crate::assess::{Case, ItemVerdict};
use crate::model::{ActionPlan, Item, Standard};

/// Whether the plan covers what is outstanding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanVerdict {
    /// Items outstanding, by number, in the standard's order.
    pub outstanding: Vec<String>,
    /// Outstanding items without an action.
    pub without_action: Vec<String>,
    /// Actions for outstanding items that lack owner, target or what is to be done.
    pub incomplete: Vec<String>,
    /// The document that stands in for the plan, and whether it is there.
    pub document: Option<(String, bool)>,
    /// Whether there is a plan file at all.
    pub exists: bool,
}

impl PlanVerdict {
    pub fn is_complete(&self) -> bool {
        self.document.as_ref().is_some_and(|(_, there)| *there)
            || (self.without_action.is_empty()
                && self.incomplete.is_empty()
                && (self.exists || self.outstanding.is_empty()))
    }

    /// Whether it is complete, and in words why or why not.
    pub fn words(&self) -> (bool, String) {
        let items = |count: usize| format!("{count} item{}", if count == 1 { "" } else { "s" });
        match &self.document {
            Some((file, true)) => return (true, format!("The action plan is the document {file}.")),
            Some((file, false)) => {
                return (false, format!("The action plan names the document {file}, which is not there."));
            }
            None => {}
        }
        if self.outstanding.is_empty() {
            return (true, "Nothing is outstanding, so there is nothing to plan.".to_owned());
        }
        if !self.exists {
            return (false, format!("There is no action plan for the {} outstanding.", items(self.outstanding.len())));
        }
        let mut lacking = Vec::new();
        if !self.without_action.is_empty() {
            lacking.push(format!("{} without an action", items(self.without_action.len())));
        }
        if !self.incomplete.is_empty() {
            lacking.push(format!("{} without owner, target or action text", items(self.incomplete.len())));
        }
        if lacking.is_empty() {
            (true, format!("The action plan covers the {} outstanding.", items(self.outstanding.len())))
        } else {
            (false, format!("The action plan is not complete: {}.", lacking.join(" and ")))
        }
    }
}

/// The level whose items a plan is about: the highest one that answers alone can reach.
pub fn goal(standard: &Standard) -> usize {
    standard.default_aim()
}

/// The items that the plan has to cover: asked for at the goal and not counting.
pub fn outstanding<'s>(standard: &'s Standard, verdicts: &[ItemVerdict]) -> Vec<&'s Item> {
    let goal = goal(standard);
    standard
        .items
        .iter()
        .zip(verdicts)
        .filter(|(item, verdict)| standard.asks(goal, item) && !verdict.state.counts())
        .map(|(item, _)| item)
        .collect()
}

/// Judges the plan of a case against what is outstanding.
pub fn judge(case: Case<'_>, verdicts: &[ItemVerdict]) -> PlanVerdict {
    let items = outstanding(case.standard, verdicts);
    let action = |item: &Item| case.plan.and_then(|plan: &ActionPlan| plan.actions.get(&item.number));
    let numbers = |wanted: &dyn Fn(&Item) -> bool| {
        items.iter().filter(|item| wanted(item)).map(|item| item.number.clone()).collect::<Vec<_>>()
    };
    PlanVerdict {
        outstanding: numbers(&|_| true),
        without_action: numbers(&|item| action(item).is_none()),
        incomplete: numbers(&|item| action(item).is_some_and(|action| !action.is_complete())),
        document: case.plan.and_then(|plan| plan.document.clone()).map(|file| (file, case.plan_document)),
        exists: case.plan.is_some(),
    }
}
