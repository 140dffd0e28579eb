//! Nodes above the items: the result of an outcome from its indicators, by the rule table of the bank.

use super::ItemVerdict;
use crate::model::standard::Share;
use crate::model::{Answers, Standard};

/// The result of each node with a rule, as an index into the rule's results.
pub(super) fn results(standard: &Standard, answers: &Answers, items: &[ItemVerdict]) -> Vec<Option<usize>> {
    standard
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let rule = &standard.rules[node.rule?];
            let share = |group: &str| {
                let mut all = 0;
                let mut ticked = 0;
                for (item, verdict) in standard.items.iter().zip(items) {
                    if item.node == Some(at) && item.group.as_deref() == Some(group) {
                        all += 1;
                        let said = answers.answers.get(&item.number);
                        let is_ticked =
                            said.is_some_and(|answer| answer.tick == Some(true) && answer.carried_from.is_none());
                        ticked += usize::from(is_ticked || verdict.exempt_because.is_some());
                    }
                }
                match ticked {
                    0 => Share::None,
                    ticked if ticked == all => Share::All,
                    _ => Share::Some,
                }
            };
            rule.rows
                .iter()
                .find(|row| row.when.iter().all(|(group, shares)| shares.contains(&share(group))))
                .map(|row| row.result)
        })
        .collect()
}
