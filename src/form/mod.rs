//! The answers form: what an answer looks like in the cells of a table, and what cells that come back mean.
//!
//! Documents are written and read with the same words and the same columns: what [`cell`] shows and [`read()`] takes are
//! each other's mirror. Nothing here knows a file format. The words are those of people who fill in forms; no key of
//! ours is among them.

pub mod book;
pub mod organisation;
mod read;

pub use read::{Typed, Unclear, day, read};

use crate::model::{Answer, Evidence, Item, ItemKind};
use jiff::civil::Date;
use std::borrow::Cow;

pub const YES: &str = "Yes";
pub const NO: &str = "No";
pub const NOT_YET: &str = "Not yet";
pub const NOT_APPLICABLE: &str = "Not applicable";
pub const CHANGED: &str = "I have changed it";

/// UTF-16 units that a cell of a workbook holds.
pub const LONGEST: usize = 32_767;

/// What is asked about an item, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    StillTrue,
    Answer,
    WhyNot,
    Done,
    Of,
    CountedOn,
    Document,
    Approved,
    ApprovedBy,
    Comment,
}

/// What kind of thing a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Date,
    Number,
}

impl Field {
    pub const ALL: [Self; 10] = [
        Self::StillTrue,
        Self::Answer,
        Self::WhyNot,
        Self::Done,
        Self::Of,
        Self::CountedOn,
        Self::Document,
        Self::Approved,
        Self::ApprovedBy,
        Self::Comment,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::StillTrue => "Still true?",
            Self::Answer => "Answer",
            Self::WhyNot => "Why not applicable",
            Self::Done => "How many",
            Self::Of => "Out of",
            Self::CountedOn => "Counted on",
            Self::Document => "Document: name, web link or where it is kept",
            Self::Approved => "Approved on",
            Self::ApprovedBy => "Approved by",
            Self::Comment => "Comments",
        }
    }

    pub fn holds(self, kind: ItemKind) -> Holds {
        match self {
            Self::CountedOn | Self::Approved => Holds::Date,
            Self::Answer if kind == ItemKind::Date => Holds::Date,
            Self::Done | Self::Of => Holds::Number,
            _ => Holds::Text,
        }
    }

    /// Whether the field belongs to one of an item's documents, of which there may be several.
    pub fn is_of_document(self) -> bool {
        matches!(self, Self::Document | Self::Approved | Self::ApprovedBy)
    }

    /// Whether the field is there to be filled in for an item; the first document's row is the item's own.
    pub fn is_open(self, item: &Item, answer: &Answer) -> bool {
        let may_not_apply = item.not_applicable.is_some() || answer.not_applicable.is_some();
        match self {
            Self::StillTrue => answer.carried_from.is_some(),
            Self::Answer => item.kind != ItemKind::Document || may_not_apply,
            Self::WhyNot => may_not_apply,
            Self::Done | Self::Of | Self::CountedOn => item.threshold.is_some() || answer.count.is_some(),
            Self::Document | Self::Approved | Self::ApprovedBy | Self::Comment => true,
        }
    }
}

/// What stands in a cell. Text is [`fit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Date(Date),
    Number(u32),
}

impl Cell {
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(fit(text).into_owned()) }
    }

    fn optional(text: Option<&String>) -> Self {
        text.map_or(Self::Empty, |text| Self::text(text))
    }

    fn day(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Date)
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The cell as text, days as `2026-06-30`: what is kept beside the cell to know later whether it was edited.
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Date(day) => Cow::Owned(day.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }

    /// Whether a cell of a workbook cannot hold it.
    pub fn is_too_long(&self) -> bool {
        matches!(self, Self::Text(text) if text.len() > LONGEST && text.encode_utf16().count() > LONGEST)
    }
}

/// Text as a cell can hold it: LF line ends, and the replacement character for what no document may hold.
pub fn fit(text: &str) -> Cow<'_, str> {
    let unfit = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{fdd0}'..='\u{fdef}')
            || u32::from(c) & 0xfffe == 0xfffe
    };
    if !text.contains(unfit) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.chars().map(|c| if unfit(c) { char::REPLACEMENT_CHARACTER } else { c }).collect())
}

/// What a field of an answer shows. `document` counts the item's documents from 0.
pub fn cell(item: &Item, answer: &Answer, document: usize, field: Field) -> Cell {
    let evidence = || answer.evidence.as_ref().and_then(|list| list.get(document));
    match field {
        Field::StillTrue => Cell::Empty,
        Field::Answer if answer.not_applicable.is_some() => Cell::Text(NOT_APPLICABLE.to_owned()),
        Field::Answer => match item.kind {
            ItemKind::Tick => answer.tick.map_or(Cell::Empty, |tick| Cell::Text(choice(item, tick).to_owned())),
            ItemKind::Text => Cell::optional(answer.text.as_ref()),
            ItemKind::Date => Cell::day(answer.date),
            ItemKind::Document => Cell::Empty,
        },
        Field::WhyNot => Cell::optional(answer.not_applicable.as_ref()),
        Field::Done => answer.count.map_or(Cell::Empty, |count| Cell::Number(count.done)),
        Field::Of => answer.count.map_or(Cell::Empty, |count| Cell::Number(count.of)),
        Field::CountedOn => Cell::day(answer.count.and_then(|count| count.on)),
        Field::Document => evidence().map_or(Cell::Empty, |evidence| Cell::text(&document_words(evidence))),
        Field::Approved => Cell::day(evidence().and_then(|evidence| evidence.approved)),
        Field::ApprovedBy => Cell::optional(evidence().and_then(|evidence| evidence.approved_by.as_ref())),
        Field::Comment => Cell::optional(answer.comment.as_ref()),
    }
}

/// A tick in words. Where ticking is the bad answer, the other word is no promise.
pub fn choice(item: &Item, tick: bool) -> &'static str {
    match (tick, item.negative) {
        (true, _) => YES,
        (false, false) => NOT_YET,
        (false, true) => NO,
    }
}

/// A document: what it is called, and below that where it is; only where it is for one without a title.
pub fn document_words(evidence: &Evidence) -> String {
    let place = [&evidence.file, &evidence.link, &evidence.location].into_iter().flatten().next();
    let parts = [evidence.title.as_ref(), place];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}
