//! Group *plan*: the action plan of the edition at hand, where there is one.

use super::rules;
use crate::assess::ItemVerdict;
use crate::lint::{At, Context, Draft, Judged, Rule};
use crate::model::{Action, ActionPlan, Item};
use crate::source::Pointer;
use crate::workspace::Editioned;

rules![
    action_missing,
    action_without_owner,
    action_without_target,
    target_passed,
    target_beyond_horizon,
    action_for_met_item,
    action_done_item_unmet,
];

/// A row of the plan with its item.
struct Row<'a> {
    plan: &'a Editioned<ActionPlan>,
    item: &'a Item,
    verdict: &'a ItemVerdict,
    action: &'a Action,
}

impl Row<'_> {
    /// Whether the item does not count yet: the row of one that does has only one thing to be told.
    fn is_needed(&self) -> bool {
        !self.verdict.state.counts()
    }

    /// The place of a key's value in the row, or of the row that lacks it.
    fn at(&self, key: &'static str) -> At {
        At::value(self.plan.file, Pointer::action(&self.item.number).key(key))
    }

    fn draft(&self, rule: &'static Rule, at: At, message: String) -> Draft {
        Draft::new(rule, at, message).item(&self.item.number)
    }
}

/// The rows of an edition's plan, in the order of the standard's items.
fn rows<'a>(judged: &'a Judged<'a>) -> impl Iterator<Item = Row<'a>> {
    let items = judged.standard.items.iter().zip(&judged.assessment.items);
    judged.plan.into_iter().flat_map(move |plan| {
        let actions = &plan.decoded.value.actions;
        items
            .clone()
            .filter_map(move |(item, verdict)| Some(Row { plan, item, verdict, action: actions.get(&item.number)? }))
    })
}

/// The rows of which it may be said that something is absent: nothing in them was unreadable.
fn sound_rows<'a>(context: &Context<'a>, judged: &'a Judged<'a>) -> impl Iterator<Item = Row<'a>> {
    let is_damaged = judged.plan.is_some_and(|plan| context.workspace.file(plan.file).document.damaged);
    rows(judged).filter(move |row| !is_damaged && !row.plan.decoded.touched.contains(&row.item.number))
}

fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}
