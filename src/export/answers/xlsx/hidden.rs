//! The hidden sheet: whose workbook it is, and the names to choose from.

use super::{View, identity};
use crate::export::sheet as style;
use crate::export::text::plain;
use crate::form::book::HIDDEN;
use crate::plan::owner;
use rust_xlsxwriter::{Worksheet, XlsxError};

/// The names offered where somebody signs.
pub(super) fn names(view: &View<'_>) -> Vec<String> {
    owner::choices(view.organisation, view.now.date()).into_iter().map(|name| plain(name.trim()).into_owned()).collect()
}

pub(super) fn write(view: &View<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
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
    Ok(())
}
