//! The workbook that is opened by people who will not touch the files, and uploaded to the toolkit as it is.
//!
//! White cells are to be filled in, everything else is locked (without a password). Colours follow what is typed. Text
//! is written as strings only, never as formulas.

use super::{
    Cell, Column, EXPORTED, EXPORTED_LAYOUT, EXPORTED_MARK, PRINTED, Sheet, is_open, printed_key, status_label,
};
use crate::export::ExportError;
use crate::export::sheet::{
    self as style, AMBER, DARK_GREEN, DARK_RED, GREEN, QUIET, RED, date, lines, points, string,
};
use crate::export::text::{one_line, plain, utf16_prefix};
use crate::form::LONGEST;
use crate::model::ActionStatus;
use crate::plan::owner;
use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format,
    FormatAlign, Formula, IgnoreError, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;
use std::collections::BTreeSet;

const CUT: &str = " … [too long for a cell: the rest is in the action plan's file]";

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
    workbook.set_properties(&style::properties("Action plan", &sheet.whose(), sheet.now));
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
    let mark = format!("{EXPORTED_MARK} {EXPORTED_LAYOUT}");
    let whose = [&mark, sheet.standard.id(), sheet.standard.edition(), sheet.organisation.ods_code.trim()];
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
    let printed: BTreeSet<String> = printed(sheet).iter().map(|text| printed_key(text)).collect();
    let at = u16::try_from(Column::ALL.len()).unwrap_or(0) + 1;
    for (row, key) in (1..).zip(std::iter::once(PRINTED).chain(printed.iter().map(String::as_str))) {
        string(kept, row, at, key, &text)?;
    }
    Ok(())
}

/// Every text of the plan's sheet that nobody is asked to fill in.
fn printed(sheet: &Sheet<'_>) -> Vec<String> {
    let mut all: Vec<String> = [TITLE, AS_OF, HINT].map(str::to_owned).to_vec();
    all.extend(SWATCHES.map(|(_, what)| what.to_owned()));
    for (_, _, what, said) in top(sheet) {
        all.extend([what.to_owned(), plain(&one_line(said)).into_owned()]);
    }
    all.push(sheet.now.date().to_string());
    all.extend(Column::ALL.map(|known| known.title().to_owned()));
    for row in &sheet.rows {
        let locked = Column::ALL.into_iter().filter(|known| !known.is_filled_in());
        all.extend(locked.map(|known| fitted(&sheet.cell(row, known).iso()).into_owned()));
    }
    all.extend(below(sheet));
    all
}

/// The sentences below the table.
fn below(sheet: &Sheet<'_>) -> [String; 2] {
    [sheet.verdict_line(), sheet.standard.provenance_line()].map(|line| plain(&line).into_owned())
}

/// A text as a cell can show it.
fn fitted(text: &str) -> Cow<'_, str> {
    if text.encode_utf16().count() <= LONGEST {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}{CUT}", utf16_prefix(text, LONGEST - CUT.encode_utf16().count())))
}

fn column(column: Column) -> u16 {
    Column::ALL.into_iter().zip(0..).find(|(known, _)| *known == column).map_or(0, |(_, at)| at)
}

/// `$E` for conditions and lists.
fn letter(wanted: Column) -> char {
    char::from(b'A' + u8::try_from(column(wanted)).unwrap_or(0))
}

/// In characters of the default font; together no more than the paper holds.
fn width(column: Column) -> u8 {
    match column {
        Column::Item | Column::Cost => 9,
        Column::Section | Column::Status => 12,
        Column::Question => 30,
        Column::Action => 31,
        Column::Gap => 14,
        Column::Owner => 13,
        Column::Target | Column::MandatoryFor => 11,
        Column::Resources | Column::Comments | Column::Progress => 16,
    }
}

fn columns(plan: &mut Worksheet) -> Result<(), XlsxError> {
    for known in Column::ALL {
        plan.set_column_width(column(known), width(known))?;
    }
    Ok(())
}

/// With room for an answer of three lines.
fn height(cells: &[(Column, String)]) -> f64 {
    let lines = cells.iter().map(|(column, text)| lines(text, usize::from(width(*column)))).max().unwrap_or(1);
    points(lines.max(3))
}

/// The columns of what is said at the top: each name with where its value stands.
const TOP: [(Column, Column); 3] =
    [(Column::Item, Column::Question), (Column::Gap, Column::Action), (Column::Status, Column::Resources)];

const TITLE: &str = "Action plan";
const AS_OF: &str = "As of";
const HINT: &str = "Fill in the white cells; Owner and Status offer a list. The other cells are locked.";
/// What the colours mean, each with its column.
const SWATCHES: [(Column, &str); 3] =
    [(Column::Owner, "to fill in"), (Column::Target, "late"), (Column::Status, "done")];

/// What is said at the top: the row, which of [`TOP`], the name, the value.
fn top<'s>(sheet: &'s Sheet<'_>) -> [(u32, usize, &'static str, &'s str); 5] {
    [
        (1, 0, "Organisation", sheet.organisation.name.as_str()),
        (2, 0, "ODS code", sheet.organisation.ods_code.as_str()),
        (3, 0, "Edition", sheet.standard.edition()),
        (2, 1, "Level aimed at", sheet.aim_label()),
        (3, 1, "Plan leads to", sheet.goal_label()),
    ]
}

fn title(plan: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let label = Format::new().set_font_size(10).set_font_color(QUIET).set_align(FormatAlign::Top);
    let value = style::base().set_bold().set_align(FormatAlign::Left).set_align(FormatAlign::Top);
    let hint = style::base().set_align(FormatAlign::VerticalCenter);
    plan.set_row_height(0, 30)?.write_string_with_format(0, 0, TITLE, &style::title())?;
    for (row, place, what, said) in top(sheet) {
        let (name, from) = TOP[place];
        plan.write_string_with_format(row, column(name), what, &label)?;
        // The name has its row for itself; the rest ends before the next name.
        let to = if row == 1 { Column::MandatoryFor } else { from };
        let room = Column::ALL[usize::from(column(from))..=usize::from(column(to))].iter();
        let room = room.map(|known| usize::from(width(*known))).sum();
        style::line(plan, row, (column(from), column(to)), room, said, (&value, 10))?;
    }
    let (name, place) = TOP[2];
    plan.write_string_with_format(2, column(name), AS_OF, &label)?;
    date(plan, 2, column(place), sheet.now.date(), &value.set_num_format("d mmmm yyyy"))?;
    plan.set_row_height(4, 24)?.write_string_with_format(4, 0, HINT, &hint)?;
    let key = hint.set_align(FormatAlign::Center);
    let looks = [
        key.clone().set_background_color(AMBER),
        key.clone().set_background_color(RED).set_font_color(DARK_RED),
        key.set_background_color(GREEN).set_font_color(DARK_GREEN),
    ];
    for ((place, what), format) in SWATCHES.into_iter().zip(looks) {
        plan.write_string_with_format(4, column(place), what, &format)?;
    }
    Ok(())
}

fn table(plan: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let header = style::header();
    plan.set_row_height(HEADER, 30)?;
    for known in Column::ALL {
        plan.write_string_with_format(HEADER, column(known), known.title(), &header)?;
    }
    let open = style::open();
    let locked = style::locked();
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
                Cell::Date(day) => date(plan, at, column(known), day, &format.clone().set_num_format(style::DAY))?,
                Cell::Text(text) if text.encode_utf16().count() > LONGEST => {
                    // Shown cut it must not be edited: what comes back would lose the rest.
                    string(plan, at, column(known), &fitted(&text), &locked)?;
                }
                Cell::Empty if known == Column::Target => {
                    plan.write_blank(at, column(known), &style::open_day())?;
                }
                cell => string(plan, at, column(known), &cell.iso(), format)?,
            }
        }
    }
    let after = FIRST + rows(sheet);
    let quiet = Format::new().set_font_size(9).set_italic().set_font_color(QUIET);
    for (line, at) in below(sheet).iter().zip(after + 1..) {
        string(plan, at, 0, line, &quiet)?;
    }
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
    style::lock(plan);
    plan.set_freeze_panes(FIRST, 1)?;
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
    style::page(plan, &sheet.whose(), &format!("Edition {}", sheet.standard.edition().replace('&', "&&")));
    plan.set_print_area(0, 0, FIRST + rows(sheet) + 2, column(Column::MandatoryFor))?;
    plan.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Column, style, width};

    #[test]
    fn the_plan_is_printed_legibly() {
        let all: u32 = Column::ALL.into_iter().map(|column| u32::from(width(column))).sum();
        assert!(all <= style::characters_on_paper(Column::ALL.len()), "{all}");
    }
}
