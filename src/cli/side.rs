//! One year's answers with their verdict: what `diff` and `history` put side by side.

use super::context::{Context, Opened};
use super::error::Failure;
use crate::assess::{self, Assessment, Case};
use crate::compare;
use crate::diagnostic::render::one_line;
use crate::lint;
use crate::model::{Answers, Organisation, Standard};
use crate::tree::Entry;
use crate::workspace::Scope;
use jiff::civil::Date;
use std::sync::Arc;

/// An edition's answers, judged.
#[derive(Debug)]
pub struct Side {
    /// How the user spells it.
    pub label: String,
    pub organisation: Organisation,
    pub standard: Arc<Standard>,
    pub answers: Answers,
    pub assessment: Assessment,
    /// The day it is judged on.
    pub day: Date,
}

impl Side {
    /// Reads an edition of the work tree and judges it on the day at hand.
    pub fn of_edition(context: &Context, edition: &str) -> Result<Self, Failure> {
        let opened = context.open(Scope::Edition(Some(edition)))?;
        Self::judge(context, &opened, edition)
    }

    /// Judges one edition of what was opened, by the profile and the history that lie beside it.
    fn judge(context: &Context, opened: &Opened, edition: &str) -> Result<Self, Failure> {
        opened.require_sound(context)?;
        let workspace = &opened.workspace;
        let Some(found) = workspace.answers.iter().find(|answers| answers.edition == edition) else {
            return Err(no_answers(edition));
        };
        let answers = found.decoded.value.clone();
        let bank = opened.banks.find(&answers.standard, edition).ok_or_else(|| {
            Failure::new(format!(
                "{}: there is no question bank for {} {}",
                workspace.file(found.file).path,
                one_line(&answers.standard),
                one_line(edition)
            ))
            .hint("`dspt standards` lists the editions")
        })?;
        let standard = bank.standard()?;
        let history = lint::history_of(workspace, &standard);
        let plan = workspace.plans.iter().find(|plan| plan.edition == edition).map(|plan| &plan.decoded.value);
        let document = plan.and_then(|plan| plan.document.as_deref());
        let organisation = opened.organisation();
        let assessment = assess::assess(Case {
            standard: &standard,
            organisation: &organisation,
            answers: &answers,
            plan,
            plan_document: document.is_some_and(|path| matches!(opened.tree.entry(path), Ok(Entry::File { .. }))),
            history: &history,
            day: context.day(),
        });
        Ok(Self { label: edition.to_owned(), organisation, standard, answers, assessment, day: context.day() })
    }

    pub fn compared(&self) -> compare::Side<'_> {
        compare::Side { standard: &self.standard, answers: &self.answers, assessment: &self.assessment }
    }
}

/// There is nothing to read for an edition.
pub fn no_answers(edition: &str) -> Failure {
    let edition = one_line(edition);
    Failure::new(format!("there are no answers for {edition}: assessments/{edition}.toml or .yaml is missing"))
        .hint("`dspt rollover --to EDITION` writes them from another year's; `dspt standards` lists the editions")
}
