//! The one thing to do now.

use super::{Assessment, Gap, PublicationState, Standing, State};
use crate::model::Standard;

/// What to do now and the command that does it or shows how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    pub step: String,
    pub command: Option<String>,
}

/// What the step depends on besides the assessment.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    pub errors: usize,
    pub standing: &'a Standing,
    pub profile_confirmed: bool,
    /// The highest level at which the edition at hand is published, an index into the standard's.
    pub published: Option<usize>,
    pub changed: bool,
    /// Whether the newest publication is known to be on the national web site.
    pub on_toolkit: bool,
}

/// From what stops everything to what is merely left: errors, carried answers, open items, plan, profile, publishing.
pub fn next_step(standard: &Standard, assessment: &Assessment, around: Surroundings<'_>) -> NextStep {
    let step = |step: String, command: &str| NextStep { step, command: Some(command.to_owned()) };
    let aim = &standard.levels[assessment.aim];
    let verdict = &assessment.levels[assessment.aim];
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    if around.errors > 0 {
        return step(format!("Mend what is wrong in the files: {}.", count(around.errors, "error")), "dspt lint");
    }
    if around.published.is_some() && !around.changed && !around.on_toolkit {
        return step(
            "Enter the publication on the national web site, then note what it shows.".to_owned(),
            "dspt publications",
        );
    }
    let asked = || standard.items.iter().zip(&assessment.items).filter(|(item, _)| standard.asks(assessment.aim, item));
    let carried: Vec<&str> =
        asked().filter(|(_, verdict)| verdict.state == State::Carried).map(|(item, _)| item.number.as_str()).collect();
    let mut open = asked().filter(|(_, verdict)| verdict.gap == Some(Gap::Unanswered)).map(|(item, _)| &item.number);
    if !carried.is_empty() {
        let shown = if carried.len() <= 4 { carried.join(" ") } else { carried[0].to_owned() };
        return step(
            format!("Read {} from last year and confirm what is still true.", count(carried.len(), "answer")),
            &format!("dspt confirm {shown}"),
        );
    }
    if let Some(first) = open.next() {
        return step(
            format!("Answer what is open for {}: {}.", aim.label, count(open.count() + 1, "item")),
            &format!("dspt answer {first}"),
        );
    }
    if !verdict.missing.is_empty() {
        return step(
            format!("Look at what does not count for {}: {}.", aim.label, count(verdict.missing.len(), "item")),
            "dspt status --why",
        );
    }
    if let Some(condition) = verdict.conditions.iter().find(|condition| !condition.met) {
        let command = if condition.on_publishing && !assessment.plan.is_complete() {
            "dspt plan generate"
        } else {
            "dspt status --why"
        };
        return step(format!("{} is not ready: {}", aim.label, condition.reason), command);
    }
    if !around.profile_confirmed {
        return step("Check the organisation profile and confirm it.".to_owned(), "dspt organisation confirm");
    }
    let is_published = around.published.is_some_and(|level| level >= assessment.aim);
    if is_published && !around.changed && around.standing.state == PublicationState::Current {
        return NextStep { step: "Nothing: this edition is published and up to date.".to_owned(), command: None };
    }
    step(format!("Ready for {}: see what publishing would do.", aim.label), "dspt publish --dry-run")
}
