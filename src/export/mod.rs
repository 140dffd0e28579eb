//! Documents for people and other programs: one file a format.
//!
//! Nothing here decides anything: a document shows what [`crate::assess`] and [`crate::plan`] say. Text that somebody
//! typed goes through [`text::plain`] and through its format's own escaping, so that it never becomes a formula, markup
//! or an escape sequence. The same input gives the same bytes: the moment shown is handed in.
//!
//! A further format of the plan is one file in [`plan`] that goes over [`plan::Sheet::rows`] and [`plan::Column::ALL`].

pub mod answers;
pub mod base64;
pub mod calendar;
pub mod certificate;
pub mod columnar;
pub mod csv;
pub mod dashboard;
pub mod diff;
pub mod grid;
pub mod history;
pub mod mail;
pub mod markdown;
pub mod meaning;
pub mod pack;
pub mod plan;
pub mod portal;
pub mod report;
#[cfg(feature = "xlsx")]
mod sheet;
mod template;
pub mod text;

/// A document that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the {document} cannot be made: {reason}")]
pub struct ExportError {
    pub document: &'static str,
    pub reason: String,
}
