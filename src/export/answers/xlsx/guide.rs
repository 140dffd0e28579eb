//! The guide: how to fill the workbook in, in plain words.

use super::section::Section;
use super::{View, page};
use crate::export::sheet::{self as style, AMBER, DARK_AMBER, DARK_GREEN, GREEN, GREY, QUIET, SHADE, points};
use crate::export::text::{one_line, plain};
use crate::form::book::{FILLED_IN_BY, GUIDE, ORGANISATION};
use crate::form::{CHANGED, NOT_APPLICABLE, NOT_YET, YES};
use crate::model::period::in_words;
use rust_xlsxwriter::{Color, FormatAlign, Worksheet, XlsxError};

const WIDTH: u8 = 96;

pub(super) fn write(view: &View<'_>, sections: &[Section], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(GUIDE)?.set_column_width(0, 5)?.set_column_width(1, 24)?.set_column_width(2, WIDTH)?;
    sheet.set_row_height(0, 30)?.write_string_with_format(0, 0, GUIDE, &style::title())?;
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    let deadline = in_words(view.standard.head.deadline);
    let steps = [
        (
            "Start here",
            format!(
                "These are the questions of the Data Security and Protection Toolkit for {}, with what {} has answered so far. The year's answers are due by {deadline}.",
                view.standard.edition(),
                plain(&one_line(view.organisation.name.trim()))
            ),
        ),
        (ORGANISATION, "Look through the first sheet. Correct what is wrong, then say that all of it is right.".to_owned()),
        (
            "Answer the questions",
            format!(
                "Go through the sheets {}. What needs you most stands at the top of each: new questions first, then those asked in other words, then what is open, then last year's answers. What is done and what is optional comes last.",
                join(&names)
            ),
        ),
        (
            YES,
            format!("Choose {YES} where it is so, {NOT_YET} where it is not, and leave the cell empty where you do not know. {NOT_YET} is an honest answer and costs nothing: it becomes a line of the action plan."),
        ),
        (
            NOT_APPLICABLE,
            format!("Where the list offers {NOT_APPLICABLE}, say in the next cell why. Half a sentence will do."),
        ),
        (
            "Still true?",
            format!("Answers from last year wait for your word. Read the answer: choose {YES} if it still holds. If not, change the answer and choose {CHANGED}."),
        ),
        (
            "Documents",
            "Name the document, paste its web address, or say where it is kept. Add the day it was approved and by whom. There is a free line below for another one.".to_owned(),
        ),
        (
            FILLED_IN_BY,
            "Put your name and the day at the top of each sheet that you work on: the answers you give or confirm are recorded as yours.".to_owned(),
        ),
        (
            "Send it back",
            "Save the workbook under any name and send it back to whoever gave it to you. Nothing that you type is lost: what cannot be taken over is listed for them. Rows may be sorted and filtered; a sheet that is not yours may be deleted.".to_owned(),
        ),
        (
            "Please do not",
            "write names of residents, patients or staff who were involved in an incident, NHS numbers, or passwords into any cell.".to_owned(),
        ),
    ];
    let number = style::heading().set_align(FormatAlign::Top).set_align(FormatAlign::Right);
    let strong = style::prose().set_bold().set_font_size(11);
    let text = style::prose().set_font_size(11);
    let mut row = 2;
    for (at, (title, words)) in steps.iter().enumerate() {
        sheet.write_number_with_format(row, 0, f64::from(u32::try_from(at + 1).unwrap_or(0)), &number)?;
        style::string(sheet, row, 1, title, &strong)?;
        style::string(sheet, row, 2, words, &text)?;
        let lines = style::lines(words, usize::from(WIDTH) * 94 / 100);
        sheet.set_row_height(row, points(lines) * 1.1 + 4.0)?;
        row += 1;
    }
    row += 1;
    sheet.set_row_height(row, 24)?.write_string_with_format(row, 0, "The colours", &style::heading())?;
    row += 1;
    let colours: [(&str, Color, Color, &str); 5] = [
        ("white", Color::White, style::INK, "to be filled in"),
        ("grey", SHADE, style::INK, "locked: the question, and what the program works out"),
        ("Done", GREEN, DARK_GREEN, "answered; nothing to do this year"),
        (
            "To do",
            AMBER,
            DARK_AMBER,
            "waits for you: not answered, not yet in place, or last year's answer to be confirmed",
        ),
        ("Optional", GREY, QUIET, "no level asks for it; answer it if you like"),
    ];
    for (word, fill, ink, meaning) in colours {
        let swatch = style::locked().set_background_color(fill).set_font_color(ink).set_bold();
        sheet.set_row_height(row, 18)?;
        sheet.write_string_with_format(row, 1, word, &swatch)?;
        sheet.write_string_with_format(row, 2, meaning, &text)?;
        row += 1;
    }
    row += 1;
    let quiet = style::prose().set_font_size(9).set_font_color(QUIET);
    let notes = [
        view.standard.head.notice.clone().unwrap_or_default(),
        "dspt is not affiliated with NHS England, and does not submit anything to the national web site.".to_owned(),
    ];
    for note in notes.iter().filter(|note| !note.is_empty()) {
        style::string(sheet, row, 2, &plain(note), &quiet)?;
        sheet.set_row_height(row, points(style::lines(note, usize::from(WIDTH) * 108 / 100)))?;
        row += 1;
    }
    sheet.set_print_area(0, 0, row, 2)?;
    page(view, sheet, None)?;
    sheet.set_print_fit_to_pages(1, 1);
    Ok(())
}

/// "a, b and c"
fn join(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
