//! The one thing to do now, as every command that judges tells it.

use super::context::Context;
use super::judgement::Judgement;
use super::opened::Opened;
use super::style::{self, COMMAND, STRONG, paint};
use crate::assess::{Assessment, NextStep, Surroundings, next_step};
use crate::diagnostic::Summary;
use crate::workspace::Scope;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Debug, Serialize, JsonSchema)]
pub struct NextOutput {
    pub step: String,
    pub command: Option<String>,
}

impl From<NextStep> for NextOutput {
    fn from(next: NextStep) -> Self {
        Self { step: next.step, command: next.command }
    }
}

/// The lines on the step for a workspace that was linted already; nothing where it cannot be judged.
pub fn lines(context: &Context, linted: &Opened, lint: Summary) -> String {
    let Ok(opened) = context.open_at(&linted.root, Scope::Edition(linted.workspace.edition.as_deref())) else {
        return String::new();
    };
    // What git knows was gathered already, and is the same.
    opened.ledger.get_or_init(|| linted.ledger().clone());
    let Ok(judgement) = Judgement::new(context, opened) else { return String::new() };
    let next = step(&judgement, &judgement.assess(), lint);
    if lint.error > 0 { String::new() } else { format!("\n{}", text(&next, context.prose_width())) }
}

pub fn text(next: &NextStep, width: usize) -> String {
    let mut out = format!("{}\n", style::hang(&format!("{} {}", paint(STRONG, "Next:"), next.step), width, 0, 6));
    if let Some(command) = &next.command {
        let _ = writeln!(out, "      {}", paint(COMMAND, command));
    }
    out
}

/// The step to do now.
pub fn step(judgement: &Judgement, assessment: &Assessment, lint: Summary) -> NextStep {
    let day = judgement.opened.now.date();
    let confirmed = judgement.organisation.profile.confirmed;
    next_step(
        &judgement.standard,
        assessment,
        Surroundings {
            errors: lint.error,
            standing: &judgement.standing,
            profile_confirmed: confirmed.is_some_and(|day| judgement.edition.opens.is_none_or(|opens| day >= opens)),
            published: judgement.history.highest(&judgement.standard, day),
            changed: changed(judgement),
            on_toolkit: judgement.history.last(day).is_some_and(|last| last.on_toolkit(day)),
        },
    )
}

/// Whether anything is said otherwise than in the last publication of this edition here.
pub fn changed(judgement: &Judgement) -> bool {
    super::publications::changed(judgement).is_some_and(|changed| !changed.is_empty())
}
