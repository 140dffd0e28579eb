//! A workbook of one sheet: headings that stay in sight, a filter over them, real numbers and days.

use super::{Cell, Grid};
use crate::export::ExportError;
use crate::export::sheet::string;
use crate::export::text::{one_line, plain, shortened};
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IntoCustomDateTime, Workbook, Worksheet,
    XlsxError,
};

const NAVY: Color = Color::RGB(0x17_40_5f);
const LINE: Color = Color::RGB(0xc9_d2_da);

/// The workbook's bytes; the same for the same input.
pub fn xlsx(grid: &Grid) -> Result<Vec<u8>, ExportError> {
    build(grid).map_err(|error| ExportError { document: "workbook", reason: error.to_string() })
}

/// The moment judged, as the workbook's time of creation.
struct Created(DateTime);

impl IntoCustomDateTime for Created {
    fn utc_datetime(self) -> String {
        let now = self.0;
        format!("{}T{:02}:{:02}:{:02}Z", now.date(), now.hour(), now.minute(), now.second())
    }
}

fn build(grid: &Grid) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title(shortened(&one_line(&plain(&grid.title)), 200))
            .set_creation_datetime(Created(grid.now)),
    );
    let sheet = workbook.add_worksheet();
    sheet.set_name("Portfolio")?;
    let strong = Format::new().set_bold().set_font_size(14.0).set_font_color(NAVY);
    let quiet = Format::new().set_font_color(Color::RGB(0x5a_66_73));
    string(sheet, 0, 0, &one_line(&plain(&grid.title)), &strong)?;
    let mut row = 1;
    for line in &grid.about {
        string(sheet, row, 0, &one_line(&plain(line)), &quiet)?;
        row += 1;
    }
    let head = Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(NAVY)
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let first = row;
    for (column, heading) in (0..).zip(&grid.headings) {
        sheet.set_column_width(column, heading.width)?;
        string(sheet, first, column, &heading.title, &head)?;
    }
    let text = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_color(LINE);
    let number = text.clone().set_num_format("0");
    let day = text.clone().set_num_format("yyyy-mm-dd");
    for cells in &grid.rows {
        row += 1;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => drop(sheet.write_blank(row, column, &text)?),
                #[expect(clippy::cast_precision_loss, reason = "a cell's number is a float")]
                Cell::Number(value) => drop(sheet.write_number_with_format(row, column, *value as f64, &number)?),
                Cell::Day(value) => date(sheet, row, column, *value, &day)?,
                Cell::Text(value) => string(sheet, row, column, &plain(value), &text)?,
            }
        }
    }
    if let Some(last) = u16::try_from(grid.headings.len()).ok().and_then(|count| count.checked_sub(1)) {
        sheet.autofilter(first, 0, row, last)?;
    }
    sheet.set_freeze_panes(first + 1, 1)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(first, first)?
        .set_footer("&R&8Page &P of &N");
    workbook.save_to_buffer()
}

/// Writes a day as a real date where the calendar of spreadsheets has it, else as text.
fn date(sheet: &mut Worksheet, row: u32, column: u16, day: Date, format: &Format) -> Result<(), XlsxError> {
    let [month, of_month] = [day.month(), day.day()].map(i8::unsigned_abs);
    match u16::try_from(day.year()).ok().filter(|year| (1901..=9999).contains(year)) {
        Some(year) => {
            sheet.write_datetime_with_format(row, column, ExcelDateTime::from_ymd(year, month, of_month)?, format)?;
        }
        None => string(sheet, row, column, &day.to_string(), format)?,
    }
    Ok(())
}
