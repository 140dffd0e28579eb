//! What was published: here, as records, and on the national web site, as entries of `publications/toolkit.toml`.

use jiff::civil::Date;
use schemars::JsonSchema;

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
    /// Whether the national web site is known to show it.
    pub on_toolkit: bool,
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
}
