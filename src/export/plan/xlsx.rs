//! The workbook that is opened by people who will not touch the files, and uploaded to the toolkit as it is.
//!
//! White cells are to be filled in, everything else is locked (without a password). Colours follow what is typed. Text
//! is written as strings only, never as formulas.

use super::{Cell, Column, EXPORTED, EXPORTED_MARK, Sheet, is_open, status_label};
use crate::export::ExportError;
use crate::export::sheet::string;
use crate::export::text::{one_line, plain, shortened, utf16_prefix};
use crate::model::ActionStatus;
use crate::plan::owner;
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties,
    ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, IgnoreError, IntoCustomDateTime, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;

/// UTF-16 units that a cell holds.
const LONGEST: usize = 32_767;
const CUT: &str = " … [too long for a cell: the rest is in the action plan's file]";

const NAVY: Color = Color::RGB(0x17_40_5f);
const INK: Color = Color::RGB(0x1c_27_33);
const QUIET: Color = Color::RGB(0x5a_66_73);
const LINE: Color = Color::RGB(0xc9_d2_da);
const SHADE: Color = Color::RGB(0xf1_f4_f7);
const AMBER: Color = Color::RGB(0xff_f2_cc);
const RED: Color = Color::RGB(0xf8_d3_ce);
const DARK_RED: Color = Color::RGB(0x8c_1d_12);
const GREEN: Color = Color::RGB(0xd8_ed_dc);
const DARK_GREEN: Color = Color::RGB(0x1d_5c_2e);

/// The rows above the table: title, three rows of particulars, how to fill it in.
const HEADER: u32 = 5;
const FIRST: u32 = HEADER + 1;
const LISTS: &str = "Lists";

/// The workbook's bytes; the same for the same input.
pub fn xlsx(sheet: &Sheet<'_>) -> Result<Vec<u8>, ExportError> {
    build(sheet).map_err(|error| ExportError { document: "workbook of the action plan", reason: error.to_string() })
}

fn build(sheet: &Sheet<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title("Action plan")
            .set_subject(shortened(&one_line(&sheet.whose()), 200))
            .set_creation_datetime(Created(sheet.now)),
    );
    let owners = owner::choices(sheet.organisation, sheet.now.date());
    let plan = workbook.add_worksheet();
    plan.set_name("Action plan")?;
    columns(plan)?;
    title(plan, sheet)?;
    table(plan, sheet)?;
    if !sheet.rows.is_empty() {
        colours(plan, sheet)?;
        choices(plan, sheet, owners.len())?;
    }
    page(plan, sheet)?;
    if !owners.is_empty() {
        let lists = workbook.add_worksheet();
        lists.set_name(LISTS)?.set_hidden(true).protect();
        for (at, name) in (0..).zip(&owners) {
            string(lists, at, 0, &plain(name), &Format::new())?;
        }
    }
    exported(&mut workbook, sheet)?;
    workbook.save_to_buffer()
}

/// Keeps every cell as it was exported.
fn exported(workbook: &mut Workbook, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let kept = workbook.add_worksheet();
    kept.set_name(EXPORTED)?.set_very_hidden(true).protect();
    let text = Format::new().set_num_format("@");
    let whose = [EXPORTED_MARK, sheet.standard.id(), sheet.standard.edition(), sheet.organisation.ods_code.trim()];
    for (at, said) in (0..).zip(whose) {
        string(kept, 0, at, &plain(said), &text)?;
    }
    let columns: Vec<Column> = Column::ALL.into_iter().filter(|column| column.is_filled_in()).collect();
    for (at, known) in (0..).zip(std::iter::once(Column::Item).chain(columns)) {
        string(kept, 1, at, known.title(), &text)?;
        for (line, row) in (2..).zip(&sheet.rows) {
            let cell = sheet.cell(row, known);
            if cell != Cell::Empty {
                string(kept, line, at, &fitted(&cell.iso()), &text)?;
            }
        }
    }
    Ok(())
}

/// A text as a cell can show it.
fn fitted(text: &str) -> Cow<'_, str> {
    if text.encode_utf16().count() <= LONGEST {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}{CUT}", utf16_prefix(text, LONGEST - CUT.encode_utf16().count())))
}

/// The moment judged, as the workbook's time of creation.
struct Created(DateTime);

impl IntoCustomDateTime for Created {
    fn utc_datetime(self) -> String {
        let now = self.0;
        format!("{}T{:02}:{:02}:{:02}Z", now.date(), now.hour(), now.minute(), now.second())
    }
}

fn column(column: Column) -> u16 {
    Column::ALL.into_iter().zip(0..).find(|(known, _)| *known == column).map_or(0, |(_, at)| at)
}

/// `$E` for conditions and lists.
fn letter(wanted: Column) -> char {
    char::from(b'A' + u8::try_from(column(wanted)).unwrap_or(0))
}

/// In characters of the default font.
fn width(column: Column) -> u8 {
    match column {
        Column::Item => 9,
        Column::Section | Column::MandatoryFor => 12,
        Column::Question | Column::Action => 33,
        Column::Gap | Column::Owner => 14,
        Column::Target | Column::Status => 11,
        Column::Resources | Column::Comments | Column::Progress => 18,
        Column::Cost => 10,
    }
}

fn columns(plan: &mut Worksheet) -> Result<(), XlsxError> {
    for known in Column::ALL {
        plan.set_column_width(column(known), width(known))?;
    }
    Ok(())
}

/// Points that a row needs. Some programs fit rows to their text by themselves and some do not, so it is said: with room
/// for an answer of three lines, and rather a line too many than one too few.
fn height(cells: &[(Column, String)]) -> f64 {
    let lines = cells.iter().map(|(column, text)| lines(text, usize::from(width(*column)))).max().unwrap_or(1);
    f64::from(u32::try_from(lines.clamp(3, 30)).unwrap_or(30)) * 12.75 + 5.0
}

/// The lines that a text takes in a column; the text is smaller than the default font that the width is given in.
fn lines(text: &str, width: usize) -> usize {
    let width = width * 116 / 100;
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

fn text_format() -> Format {
    Format::new()
        .set_font_color(INK)
        .set_font_size(10)
        .set_align(FormatAlign::Top)
        .set_align(FormatAlign::Left)
        .set_text_wrap()
}

fn title(plan: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let heading =
        Format::new().set_font_size(18).set_bold().set_font_color(NAVY).set_align(FormatAlign::VerticalCenter);
    let label = Format::new().set_font_size(10).set_font_color(QUIET);
    let value = Format::new().set_font_size(10).set_bold().set_font_color(INK).set_align(FormatAlign::Left);
    let day = value.clone().set_num_format("d mmmm yyyy");
    let hint = Format::new().set_font_size(10).set_font_color(INK).set_align(FormatAlign::VerticalCenter);
    plan.set_row_height(0, 30)?.write_string_with_format(0, 0, "Action plan", &heading)?;
    let pairs = [
        (1, Column::Item, Column::Question, "Organisation", sheet.organisation.name.as_str()),
        (2, Column::Item, Column::Question, "Edition", sheet.standard.edition()),
        (1, Column::Gap, Column::Action, "ODS code", sheet.organisation.ods_code.as_str()),
        (2, Column::Gap, Column::Action, "Level aimed at", sheet.aim_label()),
        (3, Column::Gap, Column::Action, "Plan leads to", sheet.goal_label()),
    ];
    for (row, name, place, what, said) in pairs {
        plan.write_string_with_format(row, column(name), what, &label)?;
        string(plan, row, column(place), &plain(&one_line(said)), &value)?;
    }
    plan.write_string_with_format(3, column(Column::Item), "As of", &label)?;
    date(plan, 3, column(Column::Question), sheet.now.date(), &day)?;
    plan.set_row_height(4, 24)?.write_string_with_format(
        4,
        0,
        "Fill in the white cells; Owner and Status offer a list. The other cells are locked.",
        &hint,
    )?;
    let key = hint.set_align(FormatAlign::Center);
    let swatches = [
        (Column::Owner, "to fill in", key.clone().set_background_color(AMBER)),
        (Column::Target, "late", key.clone().set_background_color(RED).set_font_color(DARK_RED)),
        (Column::Status, "done", key.set_background_color(GREEN).set_font_color(DARK_GREEN)),
    ];
    for (place, what, format) in swatches {
        plan.write_string_with_format(4, column(place), what, &format)?;
    }
    Ok(())
}

fn table(plan: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let header = Format::new()
        .set_bold()
        .set_font_size(10)
        .set_font_color(Color::White)
        .set_background_color(NAVY)
        .set_align(FormatAlign::VerticalCenter)
        .set_align(FormatAlign::Left)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_border_color(NAVY);
    plan.set_row_height(HEADER, 30)?;
    for known in Column::ALL {
        plan.write_string_with_format(HEADER, column(known), known.title(), &header)?;
    }
    // As text, so that `1/2` stays what was typed and `+44` is no formula when its cell is edited.
    let cell = text_format().set_border(FormatBorder::Thin).set_border_color(LINE);
    let open = cell.clone().set_num_format("@").set_unlocked();
    let locked = cell.set_background_color(SHADE);
    let number = locked.clone().set_bold();
    let other = locked.clone().set_font_color(QUIET).set_italic();
    for (at, row) in (FIRST..).zip(&sheet.rows) {
        plan.set_row_height(at, height(&Column::ALL.map(|known| (known, sheet.cell(row, known).iso()))))?;
        for known in Column::ALL {
            let cell = sheet.cell(row, known);
            let format = match known {
                Column::Item => &number,
                Column::Gap if !is_open(row) => &other,
                known if known.is_filled_in() => &open,
                _ => &locked,
            };
            match cell {
                Cell::Date(day) => date(plan, at, column(known), day, &format.clone().set_num_format("dd/mm/yyyy"))?,
                Cell::Text(text) if text.encode_utf16().count() > LONGEST => {
                    // Shown cut it must not be edited: what comes back would lose the rest.
                    string(plan, at, column(known), &fitted(&text), &locked)?;
                }
                Cell::Empty if known == Column::Target => {
                    plan.write_blank(at, column(known), &format.clone().set_num_format("dd/mm/yyyy"))?;
                }
                cell => string(plan, at, column(known), &cell.iso(), format)?,
            }
        }
    }
    let after = FIRST + rows(sheet);
    let quiet = Format::new().set_font_size(9).set_italic().set_font_color(QUIET);
    string(plan, after + 1, 0, &plain(&sheet.verdict_line()), &quiet)?;
    string(plan, after + 2, 0, &plain(&sheet.standard.provenance_line()), &quiet)?;
    plan.autofilter(HEADER, 0, (after - 1).max(HEADER), column(Column::MandatoryFor))?;
    Ok(())
}

fn rows(sheet: &Sheet<'_>) -> u32 {
    u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX)
}

/// Colours that follow what is typed: yellow where something is missing, red where the date has passed, green when done.
fn colours(plan: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let open = u32::try_from(sheet.rows.iter().filter(|row| is_open(row)).count()).unwrap_or(0);
    if open == 0 {
        return Ok(());
    }
    let last = FIRST + open - 1;
    let row = FIRST + 1;
    let [action, target, status] = [Column::Action, Column::Target, Column::Status].map(letter);
    let item = column(Column::Item);
    let amber = Format::new().set_background_color(AMBER);
    let red = Format::new().set_background_color(RED).set_font_color(DARK_RED).set_bold();
    let green = Format::new().set_background_color(GREEN).set_font_color(DARK_GREEN);
    let rule = |condition: String, format: &Format| {
        ConditionalFormatFormula::new().set_rule(condition.as_str()).set_format(format)
    };

    let empty = |letter: char| format!("LEN(TRIM(${letter}{row}))=0");
    let incomplete =
        format!("=OR({})", [Column::Action, Column::Owner, Column::Target].map(letter).map(empty).join(","));
    let late = format!("=AND(ISNUMBER(${target}{row}),${target}{row}<TODAY(),${status}{row}<>\"done\")");
    let done = format!("=${status}{row}=\"done\"");
    // What stands first wins.
    let (from, to) = (column(Column::Target), column(Column::Status));
    for (from, to) in [(item, item), (from, to)] {
        plan.add_conditional_format(FIRST, from, last, to, &rule(late.clone(), &red))?;
    }
    let each = format!("=LEN(TRIM({action}{row}))=0");
    plan.add_conditional_format(FIRST, column(Column::Action), last, column(Column::Target), &rule(each, &amber))?;
    plan.add_conditional_format(FIRST, item, last, item, &rule(incomplete, &amber))?;
    for place in [item, column(Column::Status)] {
        plan.add_conditional_format(FIRST, place, last, place, &rule(done.clone(), &green))?;
    }
    Ok(())
}

/// Drop-downs for owner and status, and only real dates as target.
fn choices(plan: &mut Worksheet, sheet: &Sheet<'_>, owners: usize) -> Result<(), XlsxError> {
    let last = FIRST + rows(sheet) - 1;
    if owners > 0 {
        // Somebody else may be typed as well.
        let names = format!("={LISTS}!$A$1:$A${owners}");
        let owner = DataValidation::new().allow_list_formula(Formula::new(names)).show_error_message(false);
        plan.add_data_validation(FIRST, column(Column::Owner), last, column(Column::Owner), &owner)?;
    }
    let words = [ActionStatus::Planned, ActionStatus::InProgress, ActionStatus::Done].map(status_label);
    let status = DataValidation::new()
        .allow_list_strings(&words)?
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Status")?
        .set_error_message(format!("Choose one of: {}.", words.join(", ")))?;
    plan.add_data_validation(FIRST, column(Column::Status), last, column(Column::Status), &status)?;
    let earliest = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let target = DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(earliest))
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Target date")?
        .set_error_message("Type a day, such as 30/06/2026.")?;
    plan.add_data_validation(FIRST, column(Column::Target), last, column(Column::Target), &target)?;
    Ok(())
}

fn page(plan: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let options =
        ProtectionOptions { format_columns: true, format_rows: true, use_autofilter: true, ..ProtectionOptions::new() };
    plan.protect_with_options(&options);
    plan.set_freeze_panes(FIRST, 1)?;
    plan.set_screen_gridlines(false);
    if !sheet.rows.is_empty() {
        let action = column(Column::Action);
        plan.set_selection(FIRST, action, FIRST, action)?;
        plan.ignore_error_range(
            FIRST,
            0,
            FIRST + rows(sheet) - 1,
            column(Column::MandatoryFor),
            IgnoreError::NumberStoredAsText,
        )?;
    }
    let whose = shortened(&one_line(&sheet.whose()), 100).replace('&', "&&");
    plan.set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(HEADER, HEADER)?
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer(format!("&L&8{whose}&C&8Edition {}&R&8Page &P of &N", sheet.standard.edition().replace('&', "&&")));
    Ok(())
}

/// Writes a day as a real date where the calendar of spreadsheets has it, else as text.
fn date(plan: &mut Worksheet, row: u32, column: u16, day: Date, format: &Format) -> Result<(), XlsxError> {
    let [month, of_month] = [day.month(), day.day()].map(i8::unsigned_abs);
    match u16::try_from(day.year()).ok().filter(|year| (1901..=9999).contains(year)) {
        Some(year) => {
            let day = ExcelDateTime::from_ymd(year, month, of_month)?;
            plan.write_datetime_with_format(row, column, &day, format)?;
        }
        None => string(plan, row, column, &day.to_string(), format)?,
    }
    Ok(())
}
