//! What hands and other programs do to a workbook on its way back.

use super::stray::rewritten;
use super::{Setting, TODAY};
use dspt::form::{Field, Typed};
use dspt::import::answers::{self, Book};
use dspt::import::grid;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// Where a field of an item stands: the number of the sheet's file, and the cell.
fn place(setting: &Setting, number: &str, field: Field) -> (usize, String) {
    let book = setting.book();
    let row = book.rows.iter().find(|row| row.id.number == number && row.id.document == 0).unwrap();
    let value = row.values.iter().find(|value| value.field == field).unwrap();
    let (sheet, cell) = value.cell.split_once('!').unwrap();
    let sheets = grid::read(setting.bytes()).unwrap();
    (sheets.iter().position(|known| known.name == sheet).unwrap() + 1, cell.to_owned())
}

/// The workbook with a block of cells made one.
fn merged(setting: &Setting, sheet: usize, block: &str) -> Book {
    let bytes = rewritten(&setting.bytes(), &format!("xl/worksheets/sheet{sheet}.xml"), |xml| {
        assert!(xml.contains("</mergeCells>"));
        xml.replace("</mergeCells>", &format!("<mergeCell ref=\"{block}\"/></mergeCells>"))
    });
    answers::read(&bytes).unwrap()
}

#[test]
fn cells_that_were_made_one_are_named_and_empty_nothing() {
    let setting = Setting::example("northfield-care");
    let (sheet, first) = place(&setting, "1.1.5", Field::Answer);
    let (_, second) = place(&setting, "2.1.1", Field::Answer);
    let block = format!("{first}:{second}");
    let merge = setting.merge(&merged(&setting, sheet, &block));
    assert_eq!(merge.troubles.len(), 1, "{:?}", merge.troubles);
    assert!(merge.troubles[0].cell.ends_with(&second), "{:?}", merge.troubles);
    let why = &merge.troubles[0].message;
    assert!(why.contains(&block) && why.contains("2.1.1") && why.contains("take them apart"), "{why}");
    // Within one row, too; and on the sheet of the organisation.
    let (sheet, done) = place(&setting, "3.2.1", Field::Done);
    let (_, of) = place(&setting, "3.2.1", Field::Of);
    assert_eq!(setting.merge(&merged(&setting, sheet, &format!("{done}:{of}"))).troubles.len(), 1);
    assert_eq!(setting.merge(&merged(&setting, 1, "B8:B9")).troubles.len(), 1);
    // What is asked of nobody may be one.
    let merge = setting.merge(&merged(&setting, sheet, "A1:D1"));
    assert_eq!((merge.troubles, merge.answers.len()), (vec![], 0));
}

/// What a sheet's only cell says.
fn cell(write: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Typed {
    let mut book = Workbook::new();
    write(book.add_worksheet());
    grid::read(book.save_to_buffer().unwrap()).unwrap()[0].cell(0, 0).clone()
}

#[test]
fn a_time_of_day_is_kept_and_a_day_stays_one() {
    let timed = |format: &str, moment: ExcelDateTime| {
        cell(|sheet| {
            sheet.write_datetime_with_format(0, 0, moment, &Format::new().set_num_format(format)).unwrap();
        })
    };
    let day = || ExcelDateTime::from_ymd(2026, 4, 1).unwrap();
    assert_eq!(timed("dd/mm/yyyy", day()), Typed::Day("2026-04-01".parse().unwrap()));
    let said = |text: &str| Typed::Text(text.to_owned());
    assert_eq!(timed("dd/mm/yyyy hh:mm", day().and_hms(9, 30, 0).unwrap()), said("2026-04-01 09:30"));
    assert_eq!(timed("dd/mm/yyyy hh:mm", day().and_hms(9, 30, 5).unwrap()), said("2026-04-01 09:30:05"));
    assert_eq!(timed("hh:mm", ExcelDateTime::from_hms(9, 30, 0).unwrap()), said("09:30"));
    let long = Format::new().set_num_format("[h]:mm");
    let lasting = cell(|sheet| {
        sheet.write_number_with_format(0, 0, 1.25, &long).unwrap();
    });
    assert_eq!(lasting, said("30:00"));
    assert_eq!(dspt::form::day("01/04/2026 09:30"), "2026-04-01".parse().ok(), "a day is asked for");
    assert_eq!(dspt::form::day("1 April 2026 09:30:05"), "2026-04-01".parse().ok());
    assert_eq!(dspt::form::day("09:30"), None);
}

#[test]
fn what_is_typed_into_a_text_stays_what_the_sheet_shows() {
    let setting = Setting::toml("");
    for (typed, wanted) in [
        (Typed::Flag(true), "TRUE"),
        (Typed::Flag(false), "FALSE"),
        (Typed::Number(42.0), "42"),
        (Typed::Number(3.5), "3.5"),
        (Typed::Day(TODAY), "2026-04-20"),
    ] {
        let mut book = setting.book();
        let row = book.rows.iter_mut().find(|row| row.id.number == "1.1.5").unwrap();
        for value in &mut row.values {
            if matches!(value.field, Field::Answer | Field::Comment) {
                value.typed = typed.clone();
            }
        }
        let answer = setting.applied(&setting.merge(&book)).answer("1.1.5");
        assert_eq!((answer.text.as_deref(), answer.comment.as_deref()), (Some(wanted), Some(wanted)));
    }
}
