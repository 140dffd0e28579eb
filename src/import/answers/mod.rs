//! An answers workbook that comes back: read, understood, and merged cell by cell.
//!
//! [`read()`] makes rows of what the sheets hold, by the hidden cells that [`crate::form::book`] describes; [`merge()`]
//! compares three sides of each cell, what was written into it, what stands in it now, and what the files say now, and
//! gives the edits. Nothing is guessed: a cell whose meaning is unclear, and one that sheet and files changed
//! differently, are [`Trouble`]s, what has no place in the files is a note, and what was typed outside the cells to be
//! filled in is a [`Stray`](super::Stray). [`foreign`] reads spreadsheets that are none of ours, [`copied`] takes answers from another organisation's files.

mod answer;
#[cfg(feature = "xlsx")]
mod book;
pub mod copied;
mod difference;
pub mod foreign;
#[cfg(feature = "xlsx")]
mod merge;
#[cfg(feature = "xlsx")]
mod organisation;
#[cfg(feature = "xlsx")]
mod rows;
#[cfg(feature = "xlsx")]
mod stray;

#[cfg(feature = "xlsx")]
pub use book::{Book, printed, read};
#[cfg(feature = "xlsx")]
pub use merge::{Changed, Merge, Named, Surroundings, Trouble, TroubleKind, merge};

/// Why nothing can be made of a file.
#[cfg(feature = "xlsx")]
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    #[error(transparent)]
    Unreadable(#[from] super::ImportError),
    #[error("it is no answers workbook of dspt")]
    NotOurs,
    #[error("its sheets are of different workbooks: {0} and {1}")]
    Mixed(String, String),
}
