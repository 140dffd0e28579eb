//! Files of other people: read, judged and held against ours, never trusted.
//!
//! One file a format. Reading gives rows and notes with line numbers; an [`ImportError`] only where nothing can be made
//! of a file, and it says what to bring instead.

pub mod answers;
pub mod cell;
pub mod clients;
pub mod grid;
pub mod items;
pub mod plan;
pub mod public;
pub mod sites;
pub mod table;

/// What holds where a foreign file and ours changed differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// Nothing until somebody decides: each place is a conflict.
    Neither,
    /// What our files say.
    Ours,
    /// What the foreign file says.
    Theirs,
}

impl Prefer {
    /// As the command line asks for it, which refuses both at once.
    pub fn asked(ours: bool, theirs: bool) -> Self {
        match (ours, theirs) {
            (true, _) => Self::Ours,
            (_, true) => Self::Theirs,
            _ => Self::Neither,
        }
    }
}

/// A cell that says what nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// With its sheet, such as `Action plan!N9`.
    pub cell: String,
    pub text: String,
}

/// Why nothing can be made of a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ImportError {
    #[error("it is {size} bytes long; dspt reads lists up to {} MB", table::MAX_BYTES / 1_000_000)]
    TooLarge { size: u64 },
    #[error("it is a workbook or a zip archive: unpack it, or save its sheet as CSV, and give that file")]
    Archive,
    #[error("it is UTF-16 text: save it as CSV UTF-8")]
    Utf16,
    #[error("it is no text: give a CSV file")]
    Binary,
    #[error("line {line}: a row of more than {} MB: a quotation mark is not closed there", table::MAX_ROW / 1_000_000)]
    RowTooLong { line: u64 },
    #[error("line {line}: a quotation mark is not closed, so that the rest of the file is one row")]
    Unclosed { line: u64 },
    #[error("none of its first lines has headings for ODS code and name")]
    NoClientColumns,
    #[error("it is a workbook that cannot be read: {0}")]
    Workbook(String),
    #[error("it unfolds to more than {} MB", grid::MAX_UNPACKED / 1_000_000)]
    Unfolds,
    #[error("it has more than {} cells", grid::MAX_CELLS)]
    TooManyCells,
    #[error("this dspt was built without the feature `xlsx` and reads no workbooks: save the sheet as CSV")]
    NoWorkbooks,
    #[error("none of its columns holds numbers of this edition's items")]
    NoNumbers,
    #[error("it has no column {column}; it has {known}")]
    NoSuchColumn { column: String, known: String },
    #[error("none of its headings says where the answers stand: {0}")]
    NoAnswers(String),
    #[error("no column with the questions was found")]
    NoQuestions,
    #[error("none of its sheets has a column with the heading \"{0}\"")]
    NoColumn(&'static str),
    #[error(
        "it is an action plan that a newer dspt made (layout {layout}, this one reads {read}): bring dspt up to date"
    )]
    NewerPlan { layout: u32, read: u32 },
    #[error(
        "it is an action plan that an older dspt made (layout {layout}, this one reads {read}): write the plan anew with `dspt plan show`, and fill that in"
    )]
    OlderPlan { layout: u32, read: u32 },
    #[error("none of its first lines has headings for code, name and status")]
    NoPublicColumns,
    #[error("it has no rows")]
    Empty,
    #[error("none of its first lines is a heading that dspt knows, and no ODS layout has {columns} column{}", if *columns == 1 { "" } else { "s" })]
    UnknownLayout { columns: usize },
    #[error("line {line}: the headings have no column that says whose sites these are")]
    NoParentColumn { line: u64 },
    #[error("it is a list of CQC, and the organisation has no cqc_provider_id to find its rows by")]
    NoProviderId,
}
