//! `assessments/<edition>.toml`: the answers.

use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// An organisation's answers to one edition, by the number of the item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    pub standard: String,
    pub edition: String,
    /// The level aimed at, where somebody said so.
    pub aim: Option<String>,
    pub answers: BTreeMap<String, Answer>,
}

/// One answer. A table without any of these keys is an open item.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Answer {
    /// For items that are ticked: true is yes; false is answered no and does not count.
    pub tick: Option<bool>,
    /// For items that are answered in words.
    pub text: Option<String>,
    /// For items that ask for a date.
    pub date: Option<Date>,
    /// Documents: what a document item asks for, or what proves any other answer.
    pub evidence: Option<Vec<Evidence>>,
    /// Why the item does not apply, where the standard allows that.
    pub not_applicable: Option<String>,
    /// How many of how many, for items with a threshold.
    pub count: Option<Count>,
    /// Who looks after this item.
    pub owner: Option<String>,
    /// When a person last said that this is still true.
    pub reviewed: Option<Date>,
    /// Who said so.
    pub reviewed_by: Option<String>,
    /// Goes to the toolkit's comments box.
    pub comment: Option<String>,
    /// Stays in the repository, in no export.
    pub notes: Option<String>,
    /// The edition (or organisation and edition) it was rolled over from; until it is confirmed it does not count.
    pub carried_from: Option<String>,
    /// Where a shared answer came from.
    pub from: Option<LibrarySource>,
}

impl Answer {
    /// The answer to an item that nobody has said anything about.
    pub const OPEN: Self = Self {
        tick: None,
        text: None,
        date: None,
        evidence: None,
        not_applicable: None,
        count: None,
        owner: None,
        reviewed: None,
        reviewed_by: None,
        comment: None,
        notes: None,
        carried_from: None,
        from: None,
    };

    /// Whether nothing has been said about the item yet; who looks after it and private notes say nothing.
    pub fn is_open(&self) -> bool {
        self.tick.is_none()
            && self.text.is_none()
            && self.date.is_none()
            && self.evidence.is_none()
            && self.not_applicable.is_none()
            && self.count.is_none()
    }

    pub fn has_evidence(&self) -> bool {
        self.evidence.as_ref().is_some_and(|evidence| !evidence.is_empty())
    }
}

/// So many of so many on a day, such as staff trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Count {
    /// How many.
    pub done: u32,
    /// Of how many.
    pub of: u32,
    /// The day of the count.
    pub on: Option<Date>,
}

impl Count {
    /// Whether the share reaches a threshold given in ten-thousandths; a count of none reaches nothing.
    pub fn reaches(&self, threshold: u32) -> bool {
        self.of > 0 && u64::from(self.done) * 10_000 >= u64::from(self.of) * u64::from(threshold)
    }

    /// How many more are needed to reach a threshold given in ten-thousandths.
    pub fn short_by(&self, threshold: u32) -> u32 {
        let needed = (u64::from(self.of) * u64::from(threshold)).div_ceil(10_000);
        u32::try_from(needed.saturating_sub(u64::from(self.done))).unwrap_or(u32::MAX)
    }

    /// The share in words, one decimal, never rounded up: `94.2 %`.
    pub fn percent(&self) -> String {
        if self.of == 0 {
            return "0 %".to_owned();
        }
        let tenths = u64::from(self.done) * 1000 / u64::from(self.of);
        if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("{}.{} %", tenths / 10, tenths % 10) }
    }
}

/// A document: a file in the workspace, a link, or where it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Evidence {
    /// Path from the workspace, with `/`.
    pub file: Option<String>,
    /// Web address.
    pub link: Option<String>,
    /// Where a paper or another system's document is kept.
    pub location: Option<String>,
    /// What the document is called.
    pub title: Option<String>,
    /// When it was approved or last reviewed.
    pub approved: Option<Date>,
    /// Who approved or reviewed it.
    pub approved_by: Option<String>,
    /// When it has to be looked at again.
    pub review_by: Option<Date>,
    /// SHA-256 of the file, 64 hex digits, `sha256:` before them allowed.
    pub sha256: Option<String>,
    /// The file stays out of git.
    pub private: Option<bool>,
}

impl Evidence {
    pub fn is_private(&self) -> bool {
        self.private == Some(true)
    }

    /// What to call it: its title, else the file, link or place.
    pub fn label(&self) -> &str {
        [&self.title, &self.file, &self.link, &self.location]
            .into_iter()
            .flatten()
            .next()
            .map_or("document", String::as_str)
    }
}

/// Where a shared answer was written from.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LibrarySource {
    /// `<library>/<item>`.
    pub library: String,
    /// Digest of the rendered answer, `sha256:<hex>`.
    pub digest: String,
    /// The last day on which its author stands by it.
    pub until: Option<Date>,
}
