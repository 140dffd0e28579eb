//! The archive itself.

use super::PackFile;
use crate::export::ExportError;
use crate::ledger::record::list;
use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, ZipWriter};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Write as _};

/// The list of digests in the pack's directory, which names every other file.
const SUMS: &str = "SHA256SUMS";

/// An archive of one directory, all of its files dated with one day; `SHA256SUMS` is added.
pub fn zip(directory: &str, files: &[PackFile], day: Date) -> Result<Vec<u8>, ExportError> {
    let failed = |error: &dyn std::fmt::Display| ExportError { document: "pack", reason: error.to_string() };
    let sums: Vec<(String, String)> =
        files.iter().map(|file| (file.name.clone(), format!("{:x}", Sha256::digest(&file.bytes)))).collect();
    let sums = PackFile { name: SUMS.to_owned(), bytes: list(&sums).into_bytes() };
    let part = |number: i8| number.unsigned_abs();
    // Archives know no year before 1980.
    let date = DateTime::from_date_and_time(day.year().unsigned_abs(), part(day.month()), part(day.day()), 0, 0, 0)
        .unwrap_or_default();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(date)
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files.iter().chain([&sums]) {
        writer.start_file(format!("{directory}/{}", file.name), options).map_err(|error| failed(&error))?;
        writer.write_all(&file.bytes).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}
