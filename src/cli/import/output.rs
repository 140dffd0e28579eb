//! What `dspt import` says it did, whatever kind of source it read.

use schemars::JsonSchema;
use serde::Serialize;

/// What `import --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportOutput {
    pub source: String,
    /// What kind of source it is: `workbook`.
    pub kind: String,
    pub edition: String,
    /// Whether anything was written.
    pub written: bool,
    pub changed: Vec<ChangedOutput>,
    pub confirmed: Vec<ConfirmedOutput>,
    /// Why nothing was written.
    pub findings: Vec<ImportFindingOutput>,
    /// What was not taken over, and what else is worth knowing.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedOutput {
    /// Null for the organisation's own particulars.
    pub item: Option<String>,
    /// The title of the column, or the label of the line.
    pub what: String,
    /// The cell, such as `Data security!E7`.
    pub cell: String,
    /// As the files had it.
    pub old: String,
    /// As the sheet has it.
    pub new: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfirmedOutput {
    pub item: String,
    pub by: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportFindingOutput {
    /// `conflict` or `unclear`.
    pub kind: String,
    pub cell: String,
    pub message: String,
    /// Where the files say otherwise.
    pub file: Option<String>,
    pub line: Option<u32>,
}
