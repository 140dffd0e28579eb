//! The hidden sheet: whose workbook it is, the names to choose from, and what the workbook says itself, so that what
//! somebody types beside it is told from it.

use super::{View, identity};
use crate::export::sheet as style;
use crate::export::text::plain;
use crate::form::book::{HIDDEN, PRINTED, PRINTED_COLUMN};
use crate::plan::owner;
use rust_xlsxwriter::{Worksheet, XlsxError};

/// The names offered where somebody signs.
pub(super) fn names(view: &View<'_>) -> Vec<String> {
    owner::choices(view.organisation, view.now.date()).into_iter().map(|name| plain(name.trim()).into_owned()).collect()
}

pub(super) fn write(view: &View<'_>, printed: &[String], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(HIDDEN)?.set_hidden(true).protect();
    let format = style::hidden();
    let lines = [
        identity(view).text(),
        "This sheet tells dspt whose workbook this is. Leave it as it is.".to_owned(),
        format!("made on {}", view.now.date()),
    ];
    for (row, line) in (0..).zip(&lines) {
        style::string(sheet, row, 0, line, &format)?;
    }
    for (row, name) in (0..).zip(&names(view)) {
        style::string(sheet, row, 1, name, &format)?;
    }
    let printed = printed.iter().map(String::as_str);
    for (row, key) in (0..).zip(std::iter::once(PRINTED).chain(printed)) {
        style::string(sheet, row, PRINTED_COLUMN, key, &format)?;
    }
    Ok(())
}
