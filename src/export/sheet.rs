//! What the workbooks share: colours, fonts and the writing of cells, text always as text.

use crate::export::text::{one_line, plain, shortened, utf16_prefix};
use crate::form::{Cell, LONGEST};
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, IntoCustomDateTime, ProtectionOptions, Worksheet, XlsxError,
};

pub(in crate::export) const NAVY: Color = Color::RGB(0x17_40_5f);
pub(in crate::export) const INK: Color = Color::RGB(0x1c_27_33);
pub(in crate::export) const QUIET: Color = Color::RGB(0x5a_66_73);
pub(in crate::export) const LINE: Color = Color::RGB(0xc9_d2_da);
pub(in crate::export) const SHADE: Color = Color::RGB(0xf1_f4_f7);
pub(in crate::export) const AMBER: Color = Color::RGB(0xff_f2_cc);
pub(in crate::export) const DARK_AMBER: Color = Color::RGB(0x6b_4e_00);
pub(in crate::export) const RED: Color = Color::RGB(0xf8_d3_ce);
pub(in crate::export) const DARK_RED: Color = Color::RGB(0x8c_1d_12);
pub(in crate::export) const GREEN: Color = Color::RGB(0xd8_ed_dc);
pub(in crate::export) const DARK_GREEN: Color = Color::RGB(0x1d_5c_2e);
pub(in crate::export) const GREY: Color = Color::RGB(0xe4_e9_ee);

/// How a day is shown: as people in Britain type it.
pub(in crate::export) const DAY: &str = "dd/mm/yyyy";

/// What the file says of itself: what it is, whose it is, and the moment judged as the time of its making.
pub(in crate::export) fn properties(title: &str, subject: &str, now: DateTime) -> DocProperties {
    DocProperties::new()
        .set_title(title)
        .set_subject(shortened(&one_line(&plain(subject)), 200))
        .set_creation_datetime(Created(now))
}

struct Created(DateTime);

impl IntoCustomDateTime for Created {
    fn utc_datetime(self) -> String {
        let now = self.0;
        format!("{}T{:02}:{:02}:{:02}Z", now.date(), now.hour(), now.minute(), now.second())
    }
}

/// Locks all but the white cells, without a password; rows and columns may still be made wider, and be filtered.
pub(in crate::export) fn lock(sheet: &mut Worksheet) {
    let options =
        ProtectionOptions { format_columns: true, format_rows: true, use_autofilter: true, ..ProtectionOptions::new() };
    sheet.protect_with_options(&options);
}

/// Sets the page: A4 on its side, the table as wide as the paper, whose it is and what in the footer.
pub(in crate::export) fn page(sheet: &mut Worksheet, whose: &str, what: &str) {
    let whose = shortened(&one_line(&plain(whose)), 100).replace('&', "&&");
    let what = if what.is_empty() { String::new() } else { format!("&C&8{what}") };
    sheet.set_screen_gridlines(false);
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer(format!("&L&8{whose}{what}&R&8Page &P of &N"));
}

/// The characters of the default font that so many columns may take together to be printed at seven tenths of their size
/// at least: A4 on its side has 1045 pixels between the margins, and a column takes seven for each character and five
/// besides.
pub(in crate::export) fn characters_on_paper(columns: usize) -> u32 {
    const PIXELS: u32 = 1045 * 10 / 7;
    PIXELS.saturating_sub(5 * u32::try_from(columns).unwrap_or(0)) / 7
}

pub(in crate::export) fn base() -> Format {
    Format::new().set_font_size(10).set_font_color(INK)
}

/// Text of several lines, from the top.
pub(in crate::export) fn prose() -> Format {
    base().set_align(FormatAlign::Top).set_align(FormatAlign::Left).set_text_wrap().set_indent(1)
}

fn ruled(format: Format) -> Format {
    format.set_border(FormatBorder::Thin).set_border_color(LINE)
}

/// A cell that is read only.
pub(in crate::export) fn locked() -> Format {
    ruled(prose()).set_background_color(SHADE)
}

/// A cell to be filled in: white and unlocked. As text, so that `1/2` stays what was typed and `+44` is no formula.
pub(in crate::export) fn open() -> Format {
    ruled(prose()).set_num_format("@").set_unlocked()
}

pub(in crate::export) fn open_day() -> Format {
    ruled(prose()).set_num_format(DAY).set_unlocked()
}

pub(in crate::export) fn open_number() -> Format {
    ruled(prose()).set_num_format("0").set_unlocked()
}

pub(in crate::export) fn header() -> Format {
    base()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(NAVY)
        .set_align(FormatAlign::VerticalCenter)
        .set_align(FormatAlign::Left)
        .set_indent(1)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_border_color(NAVY)
}

pub(in crate::export) fn title() -> Format {
    Format::new().set_font_size(18).set_bold().set_font_color(NAVY).set_align(FormatAlign::VerticalCenter)
}

pub(in crate::export) fn heading() -> Format {
    Format::new().set_font_size(12).set_bold().set_font_color(NAVY).set_align(FormatAlign::VerticalCenter)
}

pub(in crate::export) fn quiet() -> Format {
    Format::new().set_font_size(10).set_font_color(QUIET).set_align(FormatAlign::VerticalCenter)
}

/// Cells that only the program reads.
pub(in crate::export) fn hidden() -> Format {
    Format::new().set_num_format("@").set_font_color(QUIET).set_font_size(8)
}

/// Writes text as text, whatever it looks like.
pub(in crate::export) fn string(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let text = utf16_prefix(text, LONGEST);
    if text.is_empty() {
        sheet.write_blank(row, column, format)?;
    } else if is_taken_for_markup(text) {
        // The writer takes such a text for ready-made markup; as a rich string of one piece it is escaped. That makes it
        // longer: where the cell cannot hold it then, it is shown cut, which is markup no more.
        let escaped = text.replace("_x", "_x005F_x");
        let rich = sheet.write_rich_string_with_format(row, column, &[(&Format::default(), escaped.as_str())], format);
        if let Err(XlsxError::MaxStringLengthExceeded) = rich {
            let cut = format!("{}…", text.trim_end_matches('>'));
            sheet.write_string_with_format(row, column, utf16_prefix(&cut, LONGEST), format)?;
        } else {
            rich?;
        }
    } else {
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

fn is_taken_for_markup(text: &str) -> bool {
    text.starts_with("<r>") && text.ends_with("</r>")
}

/// Writes a question: a word on why it stands here, the question, and quietly below what it means.
pub(in crate::export) fn question(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    [note, question, help]: [&str; 3],
    format: &Format,
) -> Result<(), XlsxError> {
    let looks = [
        Format::new().set_font_size(8).set_bold().set_font_color(NAVY),
        Format::new().set_font_size(10).set_bold().set_font_color(INK),
        Format::new().set_font_size(9).set_font_color(QUIET),
    ];
    let mut pieces: Vec<(&Format, String)> = Vec::new();
    for (look, text) in looks.iter().zip([note, question, help]).filter(|(_, text)| !text.is_empty()) {
        let between = if pieces.is_empty() { "" } else { "\n" };
        // The writer of rich strings leaves escapes to us.
        pieces.push((look, format!("{between}{}", text.replace("_x", "_x005F_x"))));
    }
    let pieces: Vec<(&Format, &str)> = pieces.iter().map(|(look, text)| (*look, text.as_str())).collect();
    sheet.write_rich_string_with_format(row, column, &pieces, format)?;
    Ok(())
}

/// Writes a cell of the form.
pub(in crate::export) fn cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {
            sheet.write_blank(row, column, format)?;
        }
        Cell::Text(text) => string(sheet, row, column, text, format)?,
        Cell::Number(number) => {
            sheet.write_number_with_format(row, column, f64::from(*number), format)?;
        }
        Cell::Date(day) => date(sheet, row, column, *day, &format.clone().set_num_format(DAY))?,
    }
    Ok(())
}

/// Writes a day as a real date where the calendar of spreadsheets has it, else as text.
pub(in crate::export) fn date(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    day: Date,
    format: &Format,
) -> Result<(), XlsxError> {
    let [month, of_month] = [day.month(), day.day()].map(i8::unsigned_abs);
    match u16::try_from(day.year()).ok().filter(|year| (1901..=9999).contains(year)) {
        Some(year) => {
            let day = ExcelDateTime::from_ymd(year, month, of_month)?;
            sheet.write_datetime_with_format(row, column, &day, format)?;
        }
        None => string(sheet, row, column, &day.to_string(), format)?,
    }
    Ok(())
}

/// Only real days are taken without a question; whoever insists may type something else.
pub(in crate::export) fn day_choice(title: &str) -> Result<DataValidation, XlsxError> {
    let earliest = ExcelDateTime::from_ymd(1901, 1, 1)?;
    DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(earliest))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(title)?
        .set_error_message("Type a day, such as 30/06/2026.")
}

/// Writes a line that stands for itself over columns of so many characters together: on as many lines as it takes.
pub(in crate::export) fn line(
    sheet: &mut Worksheet,
    row: u32,
    (from, to): (u16, u16),
    width: usize,
    text: &str,
    (format, size): (&Format, usize),
) -> Result<(), XlsxError> {
    let text = plain(&one_line(text)).into_owned();
    let lines = lines(&text, width * 10 / size);
    if lines == 1 {
        return string(sheet, row, from, &text, format);
    }
    let format = format.clone().set_text_wrap().set_align(FormatAlign::Top).set_align(FormatAlign::Left);
    sheet.merge_range(row, from, row, to, "", &format)?;
    string(sheet, row, from, &text, &format)?;
    let height = f64::from(u32::try_from(lines * size).unwrap_or(u32::MAX)) * 1.3 + 6.0;
    sheet.set_row_height(row, height.min(HIGHEST))?;
    Ok(())
}

/// No program shows rows higher than 409 points.
const HIGHEST: f64 = 405.0;

/// The lines that a text takes in a column of so many characters of the default font: ours is smaller, and the letters
/// of a text are narrower than the digits that the width is counted in.
pub(in crate::export) fn lines(text: &str, width: usize) -> usize {
    let width = (width.saturating_sub(2) * 126 / 100).max(1);
    let columns = |word: &str| word.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum::<usize>();
    let mut lines = 0;
    for paragraph in text.split('\n') {
        lines += 1;
        let mut at = 0;
        for word in paragraph.split(' ') {
            let long = columns(word);
            if at > 0 && at + 1 + long > width {
                lines += 1;
                at = 0;
            }
            lines += long.saturating_sub(1) / width;
            at += long % width + 1;
        }
    }
    lines
}

/// Points for so many lines. Some programs fit rows to their text by themselves and some do not, so it is said.
pub(in crate::export) fn points(lines: usize) -> f64 {
    (f64::from(u32::try_from(lines).unwrap_or(u32::MAX)) * 12.75 + 6.0).clamp(18.0, HIGHEST)
}

/// `A` for 0, `AB` for 27.
pub(in crate::export) fn letters(column: u16) -> String {
    let mut left = u32::from(column) + 1;
    let mut out = Vec::new();
    while left > 0 {
        left -= 1;
        out.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_of_twelve_columns_is_printed_legibly() {
        // The pixels of twelve columns, in points, at seven tenths: no wider than A4 between margins of 0.4 inches.
        let pixels = characters_on_paper(12) * 7 + 12 * 5;
        let paper = (297.0 / 25.4 - 0.8) * 72.0;
        assert!(f64::from(pixels) * 0.75 * 0.7 <= paper && characters_on_paper(12) > 200);
    }

    #[test]
    fn text_that_looks_like_markup_never_costs_the_workbook() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let inside = ["", "a", &"a".repeat(40_000), &"_x".repeat(16_380), &"😀".repeat(20_000)];
        for (text, row) in inside.iter().zip(0..) {
            string(sheet, row, 0, &format!("<r>{text}</r>"), &Format::default()).expect("any text can be written");
        }
        book.save_to_buffer().expect("a workbook");
    }
}
