//! The days that matter to an organisation: the deadline, reviews that fall due, certificates that expire, targets of
//! the action plan. [`ics()`] writes any list of them, of one organisation or of many, as a calendar.

mod gather;
mod ics;

pub use gather::{Source, entries};
pub use ics::ics;

use jiff::civil::Date;

/// What falls on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The last day to publish.
    Deadline,
    /// The last day of a certificate.
    Certificate,
    /// A document or an answer has to be looked at again.
    Review,
    /// The last day on which the author of a shared answer stands by it.
    SharedAnswer,
    /// Something of the action plan has to be done.
    Action,
}

impl Kind {
    pub const WORDS: &'static [&'static str] = &["deadline", "certificate", "review", "shared-answer", "action"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// What calendars file it under.
    fn category(self) -> &'static str {
        match self {
            Self::Deadline => "Deadline",
            Self::Certificate => "Certificate",
            Self::Review => "Review",
            Self::SharedAnswer => "Shared answer",
            Self::Action => "Action plan",
        }
    }

    /// Days before it on which it is called to mind, the longest first.
    fn alarms(self) -> &'static [i32] {
        match self {
            Self::Deadline => &[90, 60, 30, 7],
            Self::Certificate => &[60, 14],
            Self::Review | Self::SharedAnswer => &[30, 7],
            Self::Action => &[14, 1],
        }
    }
}

/// One day that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub day: Date,
    pub kind: Kind,
    /// The standard's id.
    pub standard: String,
    pub ods_code: String,
    pub organisation: String,
    /// What it is about within the organisation: the same for as long as it is the same thing, whatever its day or its
    /// wording, so that a calendar changes what it has instead of having it twice.
    pub key: String,
    pub title: String,
    /// Further lines.
    pub details: Vec<String>,
    /// Numbers of the items that it has to do with.
    pub items: Vec<String>,
    /// Who sees to it, by name.
    pub owner: Option<String>,
    /// Nothing is left to be done: it is shown and calls nobody.
    pub settled: bool,
}
