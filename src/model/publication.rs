//! What was published: here, as records, and on the national web site, as entries of `publications/toolkit.toml`.

use super::Standard;
use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A publication record: written once, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub standard: String,
    pub edition: String,
    /// Counted within the edition, from `001`.
    pub number: String,
    pub ods_code: String,
    pub name: String,
    pub level: String,
    pub date: Date,
    /// Why the edition was published again.
    pub reason: Option<String>,
    /// `sha256:<hex>` of the record before this one, of whatever edition.
    pub previous: Option<String>,
    /// `sha256:<hex>` of the list of files beside the record.
    pub files: String,
    pub bank: RecordBank,
    pub publisher: Publisher,
    pub profile: BTreeMap<String, String>,
    /// When somebody confirmed the profile for this publication.
    pub profile_confirmed: Option<Date>,
    pub sites: Option<RecordSites>,
    pub items: ItemCounts,
    /// Errors that were silenced on that day, in words.
    pub ignored: Vec<String>,
    /// The version of the program that wrote it.
    pub dspt: String,
}

impl Record {
    /// `2025-26/001`, as publications are named everywhere.
    pub fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }
}

/// The question bank that a publication was judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBank {
    /// `sha256:<hex>`.
    pub digest: String,
    pub revision: u32,
    pub confirmed: u32,
    pub required: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    pub name: String,
    pub email: String,
    /// The member's role, where the publisher is a member.
    pub role: Option<String>,
}

/// Which sites a publication covers, and which it leaves out and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordSites {
    pub covered: Vec<String>,
    pub excluded: BTreeMap<String, String>,
}

/// How the items stood at the level published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ItemCounts {
    pub met: u32,
    pub not_applicable: u32,
    pub exempt: u32,
    /// Answered, though the level does not ask for them.
    pub optional_met: u32,
}

/// What the national web site was seen to show.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ToolkitEntry {
    /// The edition that was published.
    pub edition: String,
    /// A level's id or any other status word the bank knows.
    pub level: String,
    /// The day of the publication.
    pub date: Date,
    /// When somebody looked.
    pub seen: Option<Date>,
    /// Where it was seen: the public search, a confirmation e-mail, a certificate, the provider's word.
    pub source: Option<String>,
    /// The publication of ours that was entered there, such as `2025-26/001`.
    pub record: Option<String>,
    /// Why the entry does not count.
    pub void: Option<String>,
}

impl ToolkitEntry {
    /// Whether another is this entry, unchanged but for a `void` that takes it out.
    pub fn is_kept_in(&self, now: &Self) -> bool {
        let void_alone = Self { void: None, ..now.clone() };
        self == now || (self.void.is_none() && *self == void_alone)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicationSource {
    Record,
    Toolkit,
}

impl PublicationSource {
    pub fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Toolkit => "toolkit",
        }
    }
}

/// One publication of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    pub edition: String,
    /// Of our record, `001`.
    pub number: Option<String>,
    pub level: String,
    pub date: Date,
    pub source: PublicationSource,
    /// Since when the national web site is known to show it.
    pub toolkit: Option<Date>,
}

impl Publication {
    /// Whether the national web site was known to show it on a day.
    pub fn on_toolkit(&self, day: Date) -> bool {
        self.toolkit.is_some_and(|since| since <= day)
    }
}

/// Every publication known, oldest first: our records and the toolkit's entries together, each counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    pub publications: Vec<Publication>,
}

impl History {
    /// The history as it was known on a day.
    pub fn until(&self, day: Date) -> impl DoubleEndedIterator<Item = &Publication> {
        self.publications.iter().filter(move |publication| publication.date <= day)
    }

    pub fn last(&self, day: Date) -> Option<&Publication> {
        self.until(day).next_back()
    }

    /// The highest level at which an edition was published, an index into the standard's.
    pub fn highest(&self, standard: &Standard, day: Date) -> Option<usize> {
        let here = self.until(day).filter(|published| published.edition == standard.edition());
        here.filter_map(|published| standard.level_index(&published.level)).max()
    }
}
