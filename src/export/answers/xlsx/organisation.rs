//! The first sheet: profile, roles, sites.

use super::signature::signature;
use super::{View, identity, page, whose};
use crate::export::sheet::{self as style, AMBER, QUIET, points};
use crate::export::text::{one_line, plain};
use crate::form::book::{self, MARK, ORGANISATION, WAS};
use crate::form::organisation::{self as form, About, HIDDEN_COLUMN, Line, SITE_TITLES, Takes};
use crate::form::{NO, YES};
use crate::model::period::in_words;
use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, Format, FormatAlign, Worksheet, XlsxError,
};

/// Together no more than the paper holds.
const WIDTHS: [u8; 12] = [29, 26, 36, 14, 11, 18, 18, 11, 9, 9, 13, 8];
/// So many sites fit below the rest on paper; more begin a page of their own.
const SITES_BELOW: usize = 3;
/// The row with the hidden name of the workbook.
const NAMED: u32 = 4;

pub(super) fn write(view: &View<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(ORGANISATION)?;
    for (width, column) in WIDTHS.iter().zip(0..) {
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_row_height(0, 28)?.write_string_with_format(0, 0, ORGANISATION, &style::title())?;
    let line = format!("{}, edition {}, as of {}", whose(view), view.standard.edition(), in_words(view.now.date()));
    style::string(sheet, 1, 0, &one_line(&plain(&line)), &style::quiet())?;
    sheet.set_row_height(2, 18)?.set_row_height(3, 18)?;
    signature(view, sheet, (2, 3), (0, 1, 2))?;
    let hint = style::base().set_align(FormatAlign::VerticalCenter);
    sheet.write_string_with_format(2, 3, "  Correct what is wrong in the white cells; grey ones are locked.", &hint)?;
    sheet.write_string_with_format(3, 3, "  Then go on with the sheets at the bottom of the window.", &hint)?;
    style::string(sheet, NAMED, HIDDEN_COLUMN, &identity(view).text(), &style::hidden())?;
    sheet.write_string_with_format(NAMED, HIDDEN_COLUMN + 1, MARK, &style::hidden())?;
    for at in 0..u16::try_from(SITE_TITLES.len()).unwrap_or(0) {
        sheet.write_string_with_format(NAMED, HIDDEN_COLUMN + 2 + at, format!("{WAS}{}", at + 1), &style::hidden())?;
    }
    let lines = form::lines(view.standard, view.organisation);
    let mut row = NAMED;
    let mut block = None;
    for line in &lines {
        let heading = Block::of(&line.about);
        if block != Some(heading) {
            block = Some(heading);
            row += 1;
            row = head(view, sheet, row, heading)?;
            if heading == Block::Sites {
                sheet.set_repeat_rows(row - 1, row - 1)?;
                if view.organisation.sites.len() > SITES_BELOW {
                    sheet.set_page_breaks(&[row - 2])?;
                }
            }
        }
        write_line(sheet, row, line)?;
        row += 1;
    }
    sheet.set_print_area(0, 0, row, if block == Some(Block::Sites) { 11 } else { 5 })?;
    for at in 0..u16::try_from(SITE_TITLES.len()).unwrap_or(0) + 2 {
        sheet.set_column_hidden(HIDDEN_COLUMN + at)?;
    }
    sheet.set_freeze_panes(NAMED, 0)?;
    sheet.set_selection(2, 1, 2, 1)?;
    page(view, sheet, None)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Particulars,
    Profile,
    Certifications,
    Roles,
    Shares,
    Sites,
}

impl Block {
    fn of(about: &About) -> Self {
        match about {
            About::Code | About::Name | About::CqcProvider => Self::Particulars,
            About::Fact(_) => Self::Profile,
            About::Certification(_) | About::Right => Self::Certifications,
            About::Role(_) => Self::Roles,
            About::Shares => Self::Shares,
            About::Site(..) | About::FreeSite(_) => Self::Sites,
        }
    }
}

/// The heading of a block and, where it has several cells a line, their titles; gives the row below.
fn head(view: &View<'_>, sheet: &mut Worksheet, row: u32, block: Block) -> Result<u32, XlsxError> {
    let title = match block {
        Block::Particulars => "Who you are",
        Block::Profile => "Organisation profile",
        Block::Certifications => "Certificates you hold",
        Block::Roles => "Who does what",
        Block::Shares => "What the sites share with the headquarters",
        Block::Sites => "Sites",
    };
    sheet.set_row_height(row, 24)?.write_string_with_format(row, 0, title, &style::heading())?;
    let quiet = style::quiet();
    let titles: &[&str] = match block {
        Block::Particulars => return Ok(row + 1),
        Block::Profile => {
            let said = view.organisation.profile.confirmed.map_or_else(
                || "Nobody has said yet that it is right.".to_owned(),
                |day| format!("Last said to be right on {}.", in_words(day)),
            );
            sheet.write_string_with_format(row, 1, said, &quiet)?;
            return Ok(row + 1);
        }
        Block::Certifications => &["Certificate", "Number of the certificate", "Last day"],
        Block::Roles => &["Role", "Name", "E-mail address"],
        Block::Shares => &["", SITE_TITLES[8], SITE_TITLES[9], SITE_TITLES[10], SITE_TITLES[11]],
        Block::Sites => {
            sheet.write_string_with_format(
                row,
                1,
                "An empty Same …? cell means: as every site. New sites go into the free lines.",
                &quiet,
            )?;
            &SITE_TITLES
        }
    };
    let is_tall = matches!(block, Block::Shares | Block::Sites);
    sheet.set_row_height(row + 1, if is_tall { 32 } else { 18 })?;
    for (title, column) in titles.iter().zip(0..) {
        sheet.write_string_with_format(row + 1, column, *title, &style::header())?;
    }
    Ok(row + 2)
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &Line) -> Result<(), XlsxError> {
    let mut height = 1;
    if let Some(label) = &line.label {
        let label = plain(label);
        style::string(sheet, row, 0, &label, &style::locked())?;
        height = height.max(style::lines(&label, usize::from(WIDTHS[0])));
    }
    let keep = style::hidden();
    let id = line.about.text();
    let mut was = Vec::new();
    for (slot, column) in line.slots.iter().zip(line.from()..) {
        let cell = book::shown(slot.cell.clone());
        let open = slot.takes != Takes::Nothing && !slot.cell.is_too_long();
        let format = match (&slot.takes, open) {
            (_, false) => style::locked(),
            (Takes::Date, true) => style::open_day(),
            _ => style::open(),
        };
        style::cell(sheet, row, column, &cell, &format)?;
        height = height.max(style::lines(&cell.plain(), usize::from(WIDTHS[usize::from(column)])));
        if open && let Some(choice) = choice(&slot.takes)? {
            sheet.add_data_validation(row, column, row, column, &choice)?;
        }
        was.push(cell.plain().into_owned());
    }
    if line.about == About::Right {
        let cell = format!("$B${}", row + 1);
        let amber = Format::new().set_background_color(AMBER);
        let empty = ConditionalFormatFormula::new().set_rule(format!("=LEN({cell})=0").as_str()).set_format(&amber);
        sheet.add_conditional_format(row, 1, row, 1, &empty)?;
        let quiet = style::quiet().set_font_color(QUIET);
        sheet.write_string_with_format(row, 2, format!("  {YES}, once it is: the toolkit asks each year."), &quiet)?;
    }
    style::string(sheet, row, HIDDEN_COLUMN, &id, &keep)?;
    let mark = book::mark(&id, was.iter().map(String::as_str));
    sheet.write_string_with_format(row, HIDDEN_COLUMN + 1, mark, &keep)?;
    for (text, at) in was.iter().zip(0..) {
        style::string(sheet, row, HIDDEN_COLUMN + 2 + at, text, &keep)?;
    }
    sheet.set_row_height(row, points(height))?;
    Ok(())
}

/// The drop-down of a cell; none for words that are too long for one, which a bank of the user's may have.
fn choice(takes: &Takes) -> Result<Option<DataValidation>, XlsxError> {
    let list = |words: &[String]| -> Result<DataValidation, XlsxError> {
        DataValidation::new()
            .allow_list_strings(words)?
            .set_error_style(DataValidationErrorStyle::Stop)
            .set_error_message(format!("Choose one of: {}.", words.join(", ")))
    };
    Ok(match takes {
        Takes::Text | Takes::Nothing => None,
        Takes::Date => Some(style::day_choice("A day")?),
        Takes::YesNo => Some(list(&[YES.to_owned(), NO.to_owned()])?),
        Takes::Yes => Some(list(&[YES.to_owned()])?),
        Takes::Value(values) => list(&values.iter().map(|value| form::value_words(value)).collect::<Vec<_>>()).ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::WIDTHS;
    use crate::export::sheet::characters_on_paper;

    #[test]
    fn the_sites_are_printed_legibly() {
        assert!(WIDTHS.iter().map(|width| u32::from(*width)).sum::<u32>() <= characters_on_paper(WIDTHS.len()));
    }
}
