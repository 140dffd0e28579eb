//! `answers-library/<name>.toml`: answers that several organisations share.

use super::Evidence;
use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// Answers to one edition that may be written into the files of several organisations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    pub standard: String,
    /// The edition whose numbers the keys are; an item of another edition is found by its concept.
    pub edition: String,
    /// By the number of the item, or its concept.
    pub answers: BTreeMap<String, SharedAnswer>,
}

/// An answer to be shared. In its texts `{{ organisation.name }}` and the like stand for what an organisation's own file
/// says.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SharedAnswer {
    /// For items that are ticked.
    pub tick: Option<bool>,
    /// For items that are answered in words.
    pub text: Option<String>,
    /// For items that ask for a date.
    pub date: Option<Date>,
    /// Documents; a file lies in the library's directory and is copied into the organisation's evidence.
    pub evidence: Option<Vec<Evidence>>,
    /// Why the item does not apply, where the standard allows that.
    pub not_applicable: Option<String>,
    /// Goes to the toolkit's comments box.
    pub comment: Option<String>,
    /// The last day on which its author stands by it.
    pub until: Option<Date>,
    /// Who looks after the shared answer; stays in the library.
    pub owner: Option<String>,
    /// Stays in the library.
    pub notes: Option<String>,
}
