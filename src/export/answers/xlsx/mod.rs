//! The answers workbook: what people fill in who will not touch the files.
//!
//! White cells are to be filled in, everything else is locked (without a password). Colours follow what is typed. User
//! text is written as strings only; the formulas are ours and count. Hidden columns at the right of each sheet say what
//! a row stands for and what its cells held, [`crate::form::book`], so that what comes back is merged cell by cell.

mod guide;
mod hidden;
mod organisation;
mod section;
mod signature;
mod summary;

use super::View;
use crate::export::ExportError;
use crate::export::sheet as style;
use crate::export::text::{one_line, plain};
use crate::form::book::{self, Identity};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The workbook's bytes; the same for the same input. `printed` is how the reader of workbooks knows again what stands in
/// one that nobody typed: the workbook keeps that of itself.
pub fn xlsx(view: &View<'_>, printed: fn(&[u8]) -> Vec<String>) -> Result<Vec<u8>, ExportError> {
    build(view, &[])
        .and_then(|bare| build(view, &printed(&bare)))
        .map_err(|error| ExportError { document: "answers workbook", reason: error.to_string() })
}

fn build(view: &View<'_>, printed: &[String]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = style::properties("Answers", &whose(view), view.now);
    workbook.set_properties(&properties.set_comment(identity(view).text()));
    let sections = section::plan(view);
    let mut organisation = Worksheet::new();
    organisation::write(view, &mut organisation)?;
    let mut guide = Worksheet::new();
    guide::write(view, &sections, &mut guide)?;
    let mut summary = Worksheet::new();
    summary::write(view, &sections, &mut summary)?;
    for sheet in [organisation, guide, summary] {
        workbook.push_worksheet(sheet);
    }
    for section in &sections {
        let mut sheet = Worksheet::new();
        section::write(view, section, &mut sheet)?;
        workbook.push_worksheet(sheet);
    }
    let mut sheet = Worksheet::new();
    hidden::write(view, printed, &mut sheet)?;
    workbook.push_worksheet(sheet);
    workbook.save_to_buffer()
}

fn identity(view: &View<'_>) -> Identity {
    Identity {
        format: book::FORMAT,
        ods_code: plain(view.organisation.ods_code.trim()).into_owned(),
        standard: view.standard.id().to_owned(),
        edition: view.standard.edition().to_owned(),
        bank: view.standard.digest.clone(),
    }
}

/// "Hazel House, ODS code VHZ4Q"
fn whose(view: &View<'_>) -> String {
    let organisation = view.organisation;
    format!("{}, ODS code {}", plain(organisation.name.trim()), plain(organisation.ods_code.trim()))
}

/// Locks all but the white cells, and sets the page, the heading on each.
fn page(view: &View<'_>, sheet: &mut Worksheet, header: Option<u32>) -> Result<(), XlsxError> {
    style::lock(sheet);
    let edition = view.standard.edition().replace('&', "&&");
    style::page(sheet, &whose(view), &format!("&A, edition {edition}"));
    if let Some(header) = header {
        sheet.set_repeat_rows(header, header)?;
    }
    Ok(())
}

/// A name that a sheet may have and that no other one has yet.
fn sheet_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let fit = |c: char| if c.is_control() || "[]:*?/\\".contains(c) { ' ' } else { c };
    let words: String = one_line(&wanted.chars().map(fit).collect::<String>());
    let words = words.trim_matches('\'').trim();
    let words = if words.is_empty() { "Section" } else { words };
    let cut = |room: usize| crate::export::text::utf16_prefix(words, room).trim_end().to_owned();
    let mut name = cut(31);
    let mut count = 1;
    while !taken.insert(name.to_lowercase()) {
        count += 1;
        let end = format!(" {count}");
        name = format!("{}{end}", cut(31 - end.len()));
    }
    name
}

/// A sheet's name as formulas have it.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}
