//! What may be typed where, and the colours that follow what is typed.

use super::stands::{DONE, EXEMPT, OPTIONAL, SAY_WHY, STILL, TO_DO, TOO_FEW};
use super::{Column, FIRST, Section};
use crate::export::answers::View;
use crate::export::sheet::{self as style, AMBER, DARK_AMBER, DARK_GREEN, GREEN, GREY, QUIET, letters};
use crate::form::{self, CHANGED, Field, NOT_APPLICABLE, NOT_YET, YES};
use crate::model::ItemKind;
use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, Format, Worksheet,
    XlsxError,
};

/// Drop-downs, and what may be typed where.
pub(super) fn choices(view: &View<'_>, section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let list = |words: &[&str], strict: bool, title: &str| -> Result<DataValidation, XlsxError> {
        let choice = DataValidation::new().allow_list_strings(words)?;
        if !strict {
            return Ok(choice.show_error_message(false));
        }
        choice
            .set_error_style(DataValidationErrorStyle::Stop)
            .set_error_title(title)?
            .set_error_message(format!("Choose one of: {}.", words.join(", ")))
    };
    let whole = DataValidation::new()
        .allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0))
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("A number")?
        .set_error_message("Type a whole number.")?;
    let mut row = FIRST;
    for (at, _, rows) in &section.items {
        let (item, answer) = (view.item(*at), view.answer(*at));
        for field in section.fields() {
            let Some(column) = section.column(Column::Field(field)) else { continue };
            let last = if field.is_of_document() { row + rows - 1 } else { row };
            if !field.is_open(item, answer) {
                continue;
            }
            let allowed = item.not_applicable.is_some();
            let choice = match (field, item.kind) {
                (Field::StillTrue, _) => Some(list(&[YES, CHANGED], true, field.title())?),
                (Field::Answer, ItemKind::Tick) => {
                    let mut words = vec![YES, form::choice(item, false)];
                    words.extend(allowed.then_some(NOT_APPLICABLE));
                    Some(list(&words, true, field.title())?)
                }
                (Field::Answer, ItemKind::Document) => Some(list(&[NOT_APPLICABLE], true, field.title())?),
                (Field::Answer, ItemKind::Text | ItemKind::Date) if allowed => {
                    Some(list(&[NOT_APPLICABLE], false, field.title())?)
                }
                (Field::Answer, ItemKind::Date) | (Field::Approved | Field::CountedOn, _) => {
                    Some(style::day_choice(field.title())?)
                }
                (Field::Done | Field::Of, _) => Some(whole.clone()),
                _ => None,
            };
            if let Some(choice) = choice {
                sheet.add_data_validation(row, column, last, column, &choice)?;
            }
        }
        row += rows;
    }
    Ok(())
}

/// Colours that follow what is typed: green where an item is done, yellow where somebody is waited for.
pub(super) fn colours(section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let Some(stands) = section.column(Column::Stands) else { return Ok(()) };
    let last = FIRST + section.rows() - 1;
    let cell = format!("${}{}", letters(stands), FIRST + 1);
    let green = Format::new().set_background_color(GREEN).set_font_color(DARK_GREEN);
    let amber = Format::new().set_background_color(AMBER).set_font_color(DARK_AMBER);
    let grey = Format::new().set_background_color(GREY).set_font_color(QUIET);
    let rule = |condition: String, format: &Format| {
        ConditionalFormatFormula::new().set_rule(condition.as_str()).set_format(format)
    };
    let any = |words: &[&str]| {
        let each: Vec<String> = words.iter().map(|word| format!("{cell}=\"{word}\"")).collect();
        format!("=OR({})", each.join(","))
    };
    for column in [0, stands] {
        sheet.add_conditional_format(FIRST, column, last, column, &rule(any(&[DONE]), &green))?;
        sheet.add_conditional_format(
            FIRST,
            column,
            last,
            column,
            &rule(any(&[TO_DO, NOT_YET, SAY_WHY, STILL, TOO_FEW]), &amber),
        )?;
        sheet.add_conditional_format(FIRST, column, last, column, &rule(any(&[OPTIONAL, EXEMPT]), &grey))?;
    }
    let pointed = [
        (Column::Field(Field::StillTrue), any(&[STILL])),
        (Column::Field(Field::WhyNot), any(&[SAY_WHY])),
        (Column::Field(Field::Done), any(&[TOO_FEW])),
    ];
    let fill = Format::new().set_background_color(AMBER);
    for (column, condition) in pointed {
        if let Some(column) = section.column(column) {
            sheet.add_conditional_format(FIRST, column, last, column, &rule(condition, &fill))?;
        }
    }
    Ok(())
}
