//! A workspace whose answers are judged: the standard that they follow, and what they come to.

use super::banks::newer_note;
use super::context::Context;
use super::error::Failure;
use super::opened::Opened;
use crate::assess::{self, Assessment, Case, Edition, Standing, edition_standing, publication_standing};
use crate::lint;
use crate::model::{ActionPlan, Answers, History, Organisation, Standard};
use crate::tree::Entry;
use crate::workspace::Editioned;
use std::sync::Arc;

/// A workspace whose answers are judged.
#[derive(Debug)]
pub struct Judgement {
    pub opened: Opened,
    pub organisation: Organisation,
    pub standard: Arc<Standard>,
    pub edition: Edition,
    pub history: History,
    pub standing: Standing,
    pub plan_document: bool,
}

impl Judgement {
    pub fn new(context: &Context, opened: Opened) -> Result<Self, Failure> {
        opened.require_sound(context)?;
        let Some(answers) =
            opened.workspace.answers.iter().find(|answers| Some(&answers.edition) == opened.workspace.edition.as_ref())
        else {
            return Err(match &context.global.edition {
                Some(edition) => Failure::new(format!(
                    "there are no answers for {edition}: assessments/{edition}.toml or .yaml is missing"
                )),
                None => Failure::new(
                    "there are no answers yet: the directory assessments/ has no file named after an edition",
                ),
            }
            .hint("`dspt init` writes an answers file; `dspt standards` lists the editions"));
        };
        let said = &answers.decoded.value;
        let standard = if let Some(bank) = opened.banks.find(&said.standard, &answers.edition) {
            bank.standard()?
        } else {
            let known: Vec<&str> =
                opened.banks.heads(&said.standard).iter().map(|head| head.edition.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Failure::new(format!(
                "{}: there is no question bank for {} {}",
                opened.workspace.file(answers.file).path,
                if said.standard.is_empty() { "an unnamed standard" } else { &said.standard },
                answers.edition
            ))
            .hint(format!("editions known of it: {known}; `dspt standards` lists all")));
        };
        let heads = opened.banks.heads(standard.id());
        let history = lint::history_of(&opened.workspace, &standard);
        let standing = publication_standing(&history, &heads, context.day());
        let edition = edition_standing(&heads, standard.edition())
            .ok_or_else(|| Failure::new(format!("the edition {} has no dates", standard.edition())))?;
        let plan = opened.workspace.plans.iter().find(|plan| plan.edition == answers.edition);
        let document = plan.and_then(|plan| plan.decoded.value.document.as_deref());
        let plan_document = document.is_some_and(|path| matches!(opened.tree.entry(path), Ok(Entry::File { .. })));
        let organisation = opened.organisation();
        Ok(Self { opened, organisation, standard, edition, history, standing, plan_document })
    }

    pub fn answers_file(&self) -> &Editioned<Answers> {
        let workspace = &self.opened.workspace;
        let found = workspace.answers.iter().find(|answers| Some(&answers.edition) == workspace.edition.as_ref());
        found.expect("a judgement is made only of a workspace with answers for the edition at hand")
    }

    pub fn answers(&self) -> &Answers {
        &self.answers_file().decoded.value
    }

    pub fn plan(&self) -> Option<&ActionPlan> {
        let workspace = &self.opened.workspace;
        workspace
            .plans
            .iter()
            .find(|plan| Some(&plan.edition) == workspace.edition.as_ref())
            .map(|plan| &plan.decoded.value)
    }

    pub fn assess(&self) -> Assessment {
        self.assess_answers(self.answers())
    }

    pub fn assess_answers(&self, answers: &Answers) -> Assessment {
        assess::assess(Case {
            standard: &self.standard,
            organisation: &self.organisation,
            answers,
            plan: self.plan(),
            plan_document: self.plan_document,
            history: &self.history,
            day: self.opened.now.date(),
        })
    }

    /// The remark that a newer question set may be in force, where the day suggests it.
    pub fn newer_note(&self) -> Option<String> {
        newer_note(&self.opened.banks, self.standard.id(), self.opened.now.date())
    }
}
