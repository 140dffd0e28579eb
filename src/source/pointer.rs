//! A path of keys and indices: how rules say where something stands without knowing spans.

use std::borrow::Cow;
use std::fmt;

/// A step into a table or a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    Key(Cow<'static, str>),
    Index(usize),
}

/// Leads from the document's root to a node, such as `answers` → `1.1.5` → `text`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pointer(Vec<Step>);

impl Pointer {
    /// The document itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// One step further, into a table.
    #[must_use]
    pub fn key(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// One step further, into a list.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The pointer of these steps.
    pub fn from_steps(steps: &[Step]) -> Self {
        Self(steps.to_vec())
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The last step and the pointer to what holds it.
    pub fn split_last(&self) -> Option<(&Step, Self)> {
        self.0.split_last().map(|(last, before)| (last, Self(before.to_vec())))
    }

    /// The pointer to an answer, `answers.<number>`.
    pub fn answer(number: &str) -> Self {
        Self::root().key("answers").key(number.to_owned())
    }

    /// The pointer to an action of a plan, `actions.<number>`.
    pub fn action(number: &str) -> Self {
        Self::root().key("actions").key(number.to_owned())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if key.contains('.') => write!(out, "{}\"{key}\"", if at > 0 { "." } else { "" })?,
                Step::Key(key) => write!(out, "{}{key}", if at > 0 { "." } else { "" })?,
                Step::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}
