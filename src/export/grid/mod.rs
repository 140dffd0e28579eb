//! A plain table of many rows, such as a portfolio's, as a spreadsheet, text between commas or Markdown.
//!
//! One file a format. What a cell holds is text, a number or a day; text is never a formula or markup.

mod csv;
mod markdown;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use csv::csv;
pub use markdown::markdown;
#[cfg(feature = "xlsx")]
pub use xlsx::xlsx;

use jiff::civil::{Date, DateTime};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Cell {
    #[default]
    Empty,
    Number(i64),
    Day(Date),
    Text(String),
}

impl Cell {
    /// As people type it.
    pub fn words(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Date> for Cell {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

/// A column's heading, and how wide it is in a spreadsheet, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub title: String,
    pub width: u8,
}

/// A table under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    pub title: String,
    /// What it is about and as of when, one line each.
    pub about: Vec<String>,
    pub headings: Vec<Heading>,
    /// Each as long as the headings.
    pub rows: Vec<Vec<Cell>>,
    pub now: DateTime,
}
