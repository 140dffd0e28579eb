//! The summary: how far each section has come, counted as it is filled in.

use super::section::{COUNTS_AS_DONE, Section, WAITS};
use super::{View, page, quoted, whose};
use crate::export::sheet::{self as style, GREEN, QUIET};
use crate::export::text::plain;
use crate::form::book::SUMMARY;
use crate::model::period::in_words;
use rust_xlsxwriter::{
    ConditionalFormatDataBar, ConditionalFormatDataBarDirection, ConditionalFormatType, FormatAlign, Formula, Url,
    Worksheet, XlsxError,
};

const HEADER: u32 = 6;
const TITLES: [&str; 7] =
    ["Section", "Asked of you", "Done", "To do", "Progress", "Waiting for Still true?", "Optional, done"];
const WIDTHS: [u8; 7] = [42, 13, 13, 13, 34, 15, 15];

pub(super) fn write(view: &View<'_>, sections: &[Section], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(SUMMARY)?;
    for (width, column) in WIDTHS.iter().zip(0..) {
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_row_height(0, 30)?.write_string_with_format(0, 0, SUMMARY, &style::title())?;
    let width = WIDTHS.iter().map(|width| usize::from(*width)).sum();
    style::line(sheet, 1, (0, 6), width, &whose(view), (&style::base().set_bold(), 10))?;
    let standard = view.standard;
    let level = |at: usize| plain(&standard.levels[at].label).into_owned();
    let lines = [
        format!("Edition {}, due by {}.", standard.edition(), in_words(standard.head.deadline)),
        format!("Level aimed at: {}.", level(view.assessment.aim)),
        format!(
            "Level reached on {}, when this workbook was made: {}.",
            in_words(view.now.date()),
            view.assessment.reached.map_or_else(|| "none yet".to_owned(), level)
        ),
    ];
    for (line, row) in lines.iter().zip(2..) {
        style::string(sheet, row, 0, line, &style::base())?;
    }
    sheet.set_row_height(HEADER, 32)?;
    for (title, column) in TITLES.iter().zip(0..) {
        let header = if column == 0 { style::header() } else { style::header().set_align(FormatAlign::Center) };
        sheet.write_string_with_format(HEADER, column, *title, &header)?;
    }
    let first = HEADER + 1;
    let text = style::locked().set_align(FormatAlign::VerticalCenter).set_bold();
    let number = style::locked().set_align(FormatAlign::VerticalCenter).set_align(FormatAlign::Center);
    let share = number.clone().set_num_format("0%");
    let mut totals = [0; 4];
    for (section, row) in sections.iter().zip(first..) {
        sheet.set_row_height(row, 24)?;
        // The name leads to the sheet.
        let url = Url::new(format!("internal:{}!A1", quoted(&section.name))).set_text(&section.name);
        sheet.write_url_with_format(row, 0, url, &text)?;
        let counts = section.counts(view);
        for (sum, count) in totals.iter_mut().zip(counts) {
            *sum += count;
        }
        let (stands, asked) = (section.range_stands(), section.range_asked());
        let done =
            |flag: u8| COUNTS_AS_DONE.map(|word| format!("COUNTIFS({stands},\"{word}\",{asked},{flag})")).join("+");
        let formulas = [
            (1, format!("=SUM({asked})"), counts[0]),
            (2, format!("={}", done(1)), counts[1]),
            (3, format!("=B{0}-C{0}", row + 1), counts[0] - counts[1]),
            (5, format!("=COUNTIF({stands},\"{WAITS}\")"), counts[2]),
            (6, format!("={}", done(0)), counts[3]),
        ];
        for (column, formula, result) in formulas {
            let formula = Formula::new(formula).set_result(result.to_string());
            sheet.write_formula_with_format(row, column, formula, &number)?;
        }
        write_share(sheet, row, counts[1], counts[0], &share)?;
    }
    let last = first + u32::try_from(sections.len()).unwrap_or(1) - 1;
    let row = last + 1;
    sheet.set_row_height(row, 26)?;
    sheet.write_string_with_format(row, 0, "All together", &text)?;
    let strong = number.set_bold();
    for (column, result) in [(1, totals[0]), (2, totals[1]), (3, totals[0] - totals[1]), (5, totals[2]), (6, totals[3])]
    {
        let letter = style::letters(column);
        let formula = Formula::new(format!("=SUM({letter}{}:{letter}{})", first + 1, last + 1));
        sheet.write_formula_with_format(row, column, formula.set_result(result.to_string()), &strong)?;
    }
    write_share(sheet, row, totals[1], totals[0], &share.set_bold())?;
    let bar = ConditionalFormatDataBar::new()
        .set_fill_color(GREEN)
        .set_solid_fill(true)
        .set_border_off(true)
        .set_direction(ConditionalFormatDataBarDirection::LeftToRight)
        .set_minimum(ConditionalFormatType::Number, 0)
        .set_maximum(ConditionalFormatType::Number, 1);
    sheet.add_conditional_format(first, 4, row, 4, &bar)?;
    let quiet = style::base().set_font_size(9).set_font_color(QUIET);
    let notes = [
        "The numbers follow what is typed on the other sheets. The level itself is worked out when the workbook comes back.".to_owned(),
        standard.provenance_line(),
    ];
    for (note, at) in notes.iter().zip(row + 2..) {
        style::string(sheet, at, 0, &plain(note), &quiet)?;
    }
    sheet.set_print_area(0, 0, row + 3, 6)?;
    page(view, sheet, None)
}

fn write_share(
    sheet: &mut Worksheet,
    row: u32,
    done: usize,
    of: usize,
    format: &rust_xlsxwriter::Format,
) -> Result<(), XlsxError> {
    let formula = Formula::new(format!("=IF(B{0}>0,C{0}/B{0},1)", row + 1));
    let thousandths = (done * 1000).checked_div(of).unwrap_or(1000);
    let result = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    sheet.write_formula_with_format(row, 4, formula.set_result(result), format)?;
    Ok(())
}
