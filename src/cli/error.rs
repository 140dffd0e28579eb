//! Why a command could not do its work: one line that says what, and lines that say what to do.

use std::fmt;

/// The work could not be done: exit status 2.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    pub hints: Vec<String>,
    /// Rendered findings that explain it, shown before the message.
    pub findings: Option<String>,
    /// Whether the reader of standard output has gone, which nobody needs to be told.
    pub reader_gone: bool,
}

/// How a command ended that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to complain of: exit status 0.
    Done,
    /// The check failed: exit status 1.
    CheckFailed,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hints: Vec::new(), findings: None, reader_gone: false }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl From<crate::bank::BankError> for Failure {
    fn from(error: crate::bank::BankError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let reader_gone = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self { reader_gone, ..Self::new(error.to_string()) }
    }
}
