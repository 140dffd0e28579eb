//! One item of one client, as far as a table of all of them says it: how it stands, and nobody's words.

use super::judge::Judged;
use jiff::civil::Date;

/// How an item stands with a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    pub number: String,
    pub concept: String,
    pub section: String,
    /// tick, text, document or date.
    pub kind: &'static str,
    /// Whether the level aimed at asks for it.
    pub required: bool,
    /// As `questions` says it.
    pub state: &'static str,
    /// Whether it counts for the level.
    pub counts: bool,
    /// Why it does not.
    pub reason: Option<String>,
    /// How many documents the answer names.
    pub documents: usize,
    pub owner: Option<String>,
    pub reviewed: Option<Date>,
    pub carried_from: Option<String>,
}

/// The items of a client, in the standard's order.
pub fn items(judged: &Judged<'_>) -> Vec<ItemRow> {
    let standard = &judged.standard;
    let answers = &judged.answers().answers;
    let assessed = standard.items.iter().zip(&judged.assessment.items);
    assessed
        .map(|(item, verdict)| {
            let answer = answers.get(&item.number);
            ItemRow {
                number: item.number.clone(),
                concept: item.concept.clone(),
                section: standard.sections[item.section].clone(),
                kind: item.kind.word(),
                required: standard.asks(judged.assessment.aim, item),
                state: verdict.state.word(),
                counts: verdict.state.counts(),
                reason: verdict.gap.as_ref().map(crate::assess::Gap::words),
                documents: answer.and_then(|answer| answer.evidence.as_ref()).map_or(0, Vec::len),
                owner: answer.and_then(|answer| answer.owner.clone()),
                reviewed: answer.and_then(|answer| answer.reviewed),
                carried_from: answer.and_then(|answer| answer.carried_from.clone()),
            }
        })
        .collect()
}
