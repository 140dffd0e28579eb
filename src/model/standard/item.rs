//! An evidence item: what is asked, of whom, since when, and how sure that is.

use super::{Grade, ProfileTest};
use crate::model::period::{Period, in_words};
use jiff::civil::Date;
use schemars::JsonSchema;

/// What kind of answer an item takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ItemKind {
    Tick,
    Text,
    Document,
    Date,
}

impl ItemKind {
    pub const WORDS: &'static [&'static str] = &["tick", "text", "document", "date"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The key of an answer that holds what an item of this kind asks for.
    pub fn key(self) -> &'static str {
        ["tick", "text", "evidence", "date"][self as usize]
    }

    /// What an item of this kind asks for.
    pub fn phrase(self) -> &'static str {
        ["a tick", "a text", "a document", "a date"][self as usize]
    }
}

/// What an item's window limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum WindowOf {
    /// Something must have been done, reviewed or approved within the window.
    Review,
    /// The question is about what happened within the window.
    Events,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowStart {
    /// So long before the day judged, which is the publication's day when publishing.
    Period(Period),
    /// Since a fixed day.
    Since(Date),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub start: WindowStart,
    pub of: WindowOf,
    /// Whether a source says that it is counted back from the day of publication; else that is taken to be so.
    pub from_publication: bool,
    pub grade: Option<Grade>,
}

impl Window {
    /// The first day inside the window when judged on a day.
    pub fn first_day(&self, judged_on: Date) -> Date {
        match self.start {
            WindowStart::Period(period) => period.before(judged_on),
            WindowStart::Since(day) => day,
        }
    }

    pub fn words(&self) -> String {
        match self.start {
            WindowStart::Period(period) if self.from_publication => {
                format!("the {} before the day of publication", period.words())
            }
            WindowStart::Period(period) => format!("the last {}", period.words()),
            WindowStart::Since(day) => format!("the time since {}", in_words(day)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    pub when: ProfileTest,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable {
    /// In what case the item may be answered so.
    pub when: Option<String>,
    /// How the national web site wants it written.
    pub write: Option<String>,
    pub grade: Option<Grade>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub wording: Grade,
    pub number: Grade,
    pub level: Grade,
    pub wording_inference: Option<String>,
    pub number_inference: Option<String>,
    pub level_inference: Option<String>,
    /// Keys of [`super::Standard::sources`].
    pub sources: Vec<String>,
}

impl Provenance {
    /// The weakest of the three grades: what the item as a whole rests on.
    pub fn weakest(&self) -> Grade {
        self.wording.min(self.number).min(self.level)
    }
}

/// What became of an item since the edition before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum LineageChange {
    Same,
    Renumbered,
    New,
    Split,
    Merged,
}

impl LineageChange {
    pub const WORDS: &'static [&'static str] = &["same", "renumbered", "new", "split", "merged"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    pub change: LineageChange,
    /// The number in the predecessor.
    pub was: Option<String>,
    pub reworded: bool,
    /// Levels that ask for it now and did not before.
    pub newly_required: Vec<String>,
}

/// An evidence item: one question.
#[derive(Debug, Clone)]
pub struct Item {
    pub number: String,
    pub number_alt: Option<String>,
    pub concept: String,
    /// The standard's own words.
    pub question: String,
    /// Whether the whole wording is known.
    pub complete: bool,
    pub subject: Option<String>,
    pub wording_note: Option<String>,
    /// Index into [`super::Standard::sections`].
    pub section: usize,
    /// Index into [`super::Standard::nodes`].
    pub node: Option<usize>,
    pub kind: ItemKind,
    /// For indicators of an outcome: the group its rule counts it in.
    pub group: Option<String>,
    /// Whether ticking it is the bad answer, as with an indicator that an outcome is not achieved: it counts until
    /// somebody ticks it.
    pub negative: bool,
    pub required_for: Vec<String>,
    pub guidance: Option<String>,
    pub evidence: Vec<String>,
    pub not_applicable: Option<NotApplicable>,
    pub window: Option<Window>,
    /// In ten-thousandths: 9500 is 95 %.
    pub threshold: Option<u32>,
    pub format: Option<String>,
    pub shareable: bool,
    pub exempt: Vec<Exemption>,
    pub lineage: Option<Lineage>,
    pub provenance: Provenance,
}

impl Item {
    /// What is shown as the question: the standard's words, or the subject where they are not fully known.
    pub fn shown(&self) -> String {
        match &self.subject {
            Some(subject) if !self.complete => format!("{subject} (full wording not known; read it in the toolkit)"),
            _ => self.question.clone(),
        }
    }

    pub fn is_required_for(&self, level: &str) -> bool {
        self.required_for.iter().any(|required| required == level)
    }
}
