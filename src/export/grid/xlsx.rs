//! A workbook of one sheet: headings that stay in sight, a filter over them, real numbers and days.

use super::{Cell, Grid};
use crate::export::ExportError;
use crate::export::sheet::{self as style, LINE, NAVY, QUIET, date, string};
use crate::export::text::{one_line, plain, shortened};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// Characters of the default font that stay legible side by side on a page.
const PAGE: usize = 240;
/// On every page there is the first column, so that a row is known.
const KEPT: u16 = 0;

/// The workbook's bytes; the same for the same input.
pub fn xlsx(grid: &Grid) -> Result<Vec<u8>, ExportError> {
    build(grid).map_err(|error| ExportError { document: "workbook", reason: error.to_string() })
}

fn build(grid: &Grid) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = one_line(&plain(&grid.title));
    workbook.set_properties(&style::properties(&shortened(&title, 200), "", grid.now));
    let sheet = workbook.add_worksheet();
    sheet.set_name("Portfolio")?;
    let strong = Format::new().set_bold().set_font_size(14.0).set_font_color(NAVY);
    let quiet = Format::new().set_font_color(QUIET);
    string(sheet, 0, 0, &title, &strong)?;
    let mut row = 1;
    for line in &grid.about {
        string(sheet, row, 0, &one_line(&plain(line)), &quiet)?;
        row += 1;
    }
    let first = row;
    headings(grid, sheet, first)?;
    let text = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_color(LINE);
    // Apart from what stands to the right of them.
    let number = text.clone().set_num_format("0").set_align(FormatAlign::Right).set_indent(1);
    let day = text.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
    for cells in &grid.rows {
        row += 1;
        let mut lines = 1;
        for ((column, cell), heading) in (0..).zip(cells).zip(&grid.headings) {
            match cell {
                Cell::Empty => drop(sheet.write_blank(row, column, &text)?),
                #[expect(clippy::cast_precision_loss, reason = "a cell's number is a float")]
                Cell::Number(value) => drop(sheet.write_number_with_format(row, column, *value as f64, &number)?),
                Cell::Day(value) => date(sheet, row, column, *value, &day)?,
                Cell::Text(value) => {
                    let value = plain(value);
                    string(sheet, row, column, &value, &text)?;
                    lines = lines.max(style::lines(&value, usize::from(heading.width) * 9 / 10));
                }
            }
        }
        sheet.set_row_height(row, style::points(lines) * 1.15)?;
    }
    if let Some(last) = u16::try_from(grid.headings.len()).ok().and_then(|count| count.checked_sub(1)) {
        sheet.autofilter(first, 0, row, last)?;
        sheet.set_print_area(0, 0, row, last)?;
    }
    sheet.set_freeze_panes(first + 1, 1)?;
    let width: usize = grid.headings.iter().map(|heading| usize::from(heading.width)).sum();
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(u16::try_from(width.div_ceil(PAGE)).unwrap_or(1).max(1), 0)
        .set_page_order(true)
        .set_repeat_rows(first, first)?
        .set_repeat_columns(KEPT, KEPT)?
        .set_footer("&R&8Page &P of &N");
    workbook.save_to_buffer()
}

fn headings(grid: &Grid, sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
    let format = Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(NAVY)
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let mut lines = 1;
    for (column, heading) in (0..).zip(&grid.headings) {
        sheet.set_column_width(column, heading.width)?;
        string(sheet, row, column, &heading.title, &format)?;
        lines = lines.max(style::lines(&heading.title, usize::from(heading.width)));
    }
    sheet.set_row_height(row, style::points(lines) * 1.15)?;
    Ok(())
}
