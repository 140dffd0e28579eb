//! The pack: what an auditor or a site's manager is given, one ZIP archive that explains itself.
//!
//! The same publication gives the same bytes: every entry carries the publication's date, and entries stand in one
//! order. Names are such that every system can unpack them, and none leads out of the archive's one directory.

mod name;
mod page;
mod sample;
mod zip;

pub use name::Names;
pub use page::page;
pub use sample::{SAMPLING, sample};
pub use zip::zip;

use super::answers::AnswerItem;
use super::certificate::Certificate;
use crate::export::report::PublicationPart;

/// A file of the pack, its name from the pack's directory.
#[derive(Debug, Clone)]
pub struct PackFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// An item as it was published, and its documents.
#[derive(Debug, Clone)]
pub struct PackItem {
    pub answer: AnswerItem,
    /// One for each of the answer's evidence, in its order.
    pub documents: Vec<PackDocument>,
}

/// Where a document of an answer is.
#[derive(Debug, Clone)]
pub enum PackDocument {
    /// In the pack, by its name there.
    Inside(String),
    /// Nowhere in the pack, and why.
    LeftOut(&'static str),
    /// A web page or a place that is no file: its own words say where.
    Elsewhere,
}

/// How the items were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    All,
    Named,
    /// So many of so many, drawn by the record's digest.
    Sample {
        size: usize,
        population: usize,
    },
}

/// Everything that the pack's first page shows.
#[derive(Debug)]
pub struct Pack {
    pub certificate: Certificate,
    pub choice: Choice,
    pub items: Vec<PackItem>,
    pub publications: Vec<PublicationPart>,
    /// Names in the pack, none where it is not there.
    pub certificate_file: String,
    pub proof_file: Option<String>,
    pub record_file: String,
    pub list_file: String,
    pub bank_file: String,
}
