//! What stands above the items, and how its result is worked out from them.

use schemars::JsonSchema;

/// A node above the items: an NDG standard, an assertion, an objective, an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    pub kind: String,
    pub title: Option<String>,
    pub basis: Option<String>,
    /// Index into [`super::Standard::nodes`].
    pub parent: Option<usize>,
    /// Index into [`super::Standard::rules`]: the node's result is worked out from the indicators below it.
    pub rule: Option<usize>,
}

/// How many indicators of a group are ticked. A group without indicators counts as [`Share::None`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Share {
    None,
    Some,
    All,
}

impl Share {
    pub const WORDS: &'static [&'static str] = &["none", "some", "all"];
}

/// One row of a rule table: holds when each group named has one of the shares named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    pub when: Vec<(String, Vec<Share>)>,
    /// Index into [`Rule::results`].
    pub result: usize,
}

/// A rule table: the first row that holds decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    /// In rising order.
    pub results: Vec<String>,
    pub rows: Vec<RuleRow>,
}
