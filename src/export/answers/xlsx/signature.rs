//! Who filled a sheet in, and when.

use super::{View, hidden, quoted};
use crate::export::sheet as style;
use crate::form::book::{self, FILLED_IN_BY, ON};
use rust_xlsxwriter::{DataValidation, FormatAlign, Formula, Worksheet, XlsxError};

/// The two cells that say who filled a sheet in, and when: rows for name and day, and the columns of label and cell.
pub(super) fn signature(
    view: &View<'_>,
    sheet: &mut Worksheet,
    (by, on): (u32, u32),
    (label, from, to): (u16, u16, u16),
) -> Result<(), XlsxError> {
    let names = hidden::names(view);
    let right = style::quiet().set_align(FormatAlign::Right);
    let name = style::open().set_align(FormatAlign::VerticalCenter);
    let day = style::open_day().set_align(FormatAlign::VerticalCenter);
    for (row, text, format) in [(by, FILLED_IN_BY, &name), (on, ON, &day)] {
        sheet.write_string_with_format(row, label, text, &right)?;
        sheet.merge_range(row, from, row, to, "", format)?;
    }
    if !names.is_empty() {
        let list = format!("={}!$B$1:$B${}", quoted(book::HIDDEN), names.len());
        let choice = DataValidation::new().allow_list_formula(Formula::new(list)).show_error_message(false);
        sheet.add_data_validation(by, from, by, from, &choice)?;
    }
    sheet.add_data_validation(on, from, on, from, &style::day_choice(ON)?)?;
    Ok(())
}
