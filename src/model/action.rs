//! `action-plans/<edition>.toml`: what is to be done about items that are still open.

use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActionPlan {
    pub standard: String,
    pub edition: String,
    /// The plan in another format, a file in the workspace; rows missing here are then only warnings.
    pub document: Option<String>,
    pub actions: BTreeMap<String, Action>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ActionStatus {
    Planned,
    InProgress,
    Done,
}

impl ActionStatus {
    pub const WORDS: &'static [&'static str] = &["planned", "in-progress", "done"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// What will be done about one item, by whom, until when.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Action {
    /// What will be done.
    pub action: Option<String>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// The day it will be done by.
    pub target: Option<Date>,
    /// How far it is.
    pub status: Option<ActionStatus>,
    /// What it takes: people, time, help from outside.
    pub resources: Option<String>,
    /// What it costs, in words or figures.
    pub cost: Option<String>,
    /// What has been done so far.
    pub progress: Option<String>,
    /// Whatever else is worth keeping.
    pub notes: Option<String>,
}

impl Action {
    pub fn is_done(&self) -> bool {
        self.status == Some(ActionStatus::Done)
    }

    /// Whether it says what, who and when.
    pub fn is_complete(&self) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        said(&self.action) && said(&self.owner) && self.target.is_some()
    }
}
