//! Answers that cannot all hold.

use schemars::JsonSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ClauseIs {
    NotApplicable,
    Ticked,
    Unticked,
    Answered,
    Evidence,
}

impl ClauseIs {
    pub const WORDS: &'static [&'static str] = &["not-applicable", "ticked", "unticked", "answered", "evidence"];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Indices into [`super::Standard::items`].
    pub any_of: Vec<usize>,
    pub is: ClauseIs,
}

/// Answers that cannot all hold: every clause must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub id: String,
    pub message: String,
    pub clauses: Vec<Clause>,
}
