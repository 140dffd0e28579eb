//! For people who sort and filter: a row for each question of either year, what changed most at the top.

use super::{DiffItem, DiffReport, Difference, GROUPS, QUIET};
use crate::export::ExportError;
use crate::export::sheet::{self, AMBER, DARK_AMBER, DARK_GREEN, GREEN, GREY, QUIET as QUIET_INK};
use crate::export::text::{one_line, plain};
use jiff::civil::Date;
use rust_xlsxwriter::{IgnoreError, Workbook, Worksheet, XlsxError};

const TITLES: [&str; 8] = [
    "No.",
    "Question",
    "What became of the question",
    "What became of the answer",
    "Before",
    "Now",
    "Documents",
    "Last word",
];
const WIDTHS: [u8; 8] = [12, 44, 20, 20, 42, 42, 30, 38];
const HEADER: u32 = 6;

/// The workbook's bytes; the same for the same report.
pub fn xlsx(report: &DiffReport) -> Result<Vec<u8>, ExportError> {
    build(report).map_err(|error| ExportError { document: "workbook of the comparison", reason: error.to_string() })
}

fn build(report: &DiffReport) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let day = report.new.as_of.parse().unwrap_or(Date::MIN);
    workbook.set_properties(&sheet::properties("Comparison", &report.title(), day.at(0, 0, 0, 0)));
    items(report, workbook.add_worksheet())?;
    if !report.signals.is_empty() {
        signals(report, workbook.add_worksheet())?;
    }
    workbook.save_to_buffer()
}

fn items(report: &DiffReport, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("What changed")?;
    top(report, sheet)?;
    for ((title, width), column) in TITLES.iter().zip(WIDTHS).zip(0..) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(HEADER, column, *title, &sheet::header())?;
    }
    sheet.set_row_height(HEADER, 32)?;
    let mut row = HEADER + 1;
    for (word, title) in GROUPS.iter().chain(QUIET) {
        for item in report.of_change(word) {
            write(sheet, row, item, word, title)?;
            row += 1;
        }
    }
    let last = (row - 1).max(HEADER);
    sheet.autofilter(HEADER, 0, last, 7)?;
    sheet.ignore_error_range(HEADER, 0, last, 7, IgnoreError::NumberStoredAsText)?;
    let quiet = sheet::base().set_font_size(9).set_font_color(QUIET_INK);
    for (note, at) in report.notes().iter().zip(last + 2..) {
        sheet::string(sheet, at, 0, &plain(&one_line(note)), &quiet)?;
    }
    sheet.set_print_area(0, 0, last + 1 + u32::try_from(report.notes().len()).unwrap_or(0), 7)?;
    sheet.set_freeze_panes(HEADER + 1, 2)?;
    sheet::page(sheet, &report.title(), "");
    sheet.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

fn top(report: &DiffReport, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 28)?;
    let width = WIDTHS.iter().map(|width| usize::from(*width)).sum();
    sheet::line(sheet, 0, (0, 7), width, &report.title(), (&sheet::title(), 18))?;
    sheet::string(sheet, 1, 0, &plain(&one_line(&report.line())), &sheet::quiet())?;
    let lines =
        [("Level", report.level_line()), ("Questions", report.items_line()), ("Answers", report.answers_line())];
    for ((name, text), row) in lines.iter().zip(2..) {
        sheet.write_string_with_format(row, 0, *name, &sheet::quiet())?;
        sheet::string(sheet, row, 1, &plain(&one_line(text)), &sheet::base().set_bold())?;
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, row: u32, item: &DiffItem, word: &str, title: &str) -> Result<(), XlsxError> {
    let all = item.said();
    let side = |of: fn(&Difference) -> Option<&String>| {
        let said = all.iter().filter_map(|difference| {
            let text = of(difference)?;
            let is_answer = all.len() == 1 && difference.field == "text";
            Some(if is_answer { text.clone() } else { format!("{}: {text}", difference.title()) })
        });
        said.collect::<Vec<_>>().join("\n")
    };
    let documents: Vec<String> = item.documents().iter().map(|(word, label)| format!("{word}: {label}")).collect();
    let texts = [
        item.numbers(),
        item.question().to_owned(),
        item.question_words(),
        title.to_owned(),
        side(|difference| difference.old.as_ref()),
        side(|difference| difference.new.as_ref()),
        documents.join("\n"),
        item.word_line(),
    ];
    let change = match word {
        "changed" | "withdrawn" => sheet::locked().set_background_color(AMBER).set_font_color(DARK_AMBER).set_bold(),
        "answered" | "not-applicable" | "evidence-changed" => {
            sheet::locked().set_background_color(GREEN).set_font_color(DARK_GREEN).set_bold()
        }
        _ => sheet::locked().set_background_color(GREY).set_font_color(QUIET_INK),
    };
    let mut height = 1;
    for ((text, width), column) in texts.iter().zip(WIDTHS).zip(0..) {
        let text = plain(text);
        let format = match column {
            0 => sheet::locked().set_bold(),
            3 => change.clone(),
            _ => sheet::locked(),
        };
        sheet::string(sheet, row, column, &text, &format)?;
        height = height.max(sheet::lines(&text, usize::from(width)));
    }
    sheet.set_row_height(row, sheet::points(height))?;
    Ok(())
}

fn signals(report: &DiffReport, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Worth a question")?;
    sheet.set_column_width(0, 80)?.set_column_width(1, 60)?;
    sheet.set_row_height(0, 28)?.write_string_with_format(0, 0, "Worth a question", &sheet::title())?;
    for (title, column) in ["What was noticed", "Items"].iter().zip(0..) {
        sheet.write_string_with_format(2, column, *title, &sheet::header())?;
    }
    for (signal, row) in report.signals.iter().zip(3..) {
        let (message, numbers) = (plain(&signal.message), signal.numbers.join(", "));
        sheet::string(sheet, row, 0, &message, &sheet::locked())?;
        sheet::string(sheet, row, 1, &plain(&numbers), &sheet::locked())?;
        let lines = sheet::lines(&message, 80).max(sheet::lines(&numbers, 60));
        sheet.set_row_height(row, sheet::points(lines))?;
    }
    sheet::page(sheet, &report.title(), "");
    Ok(())
}
