//! Where an item stands: its words, worked out here and by a formula in the workbook alike.

use super::{Column, Section};
use crate::assess::State;
use crate::export::answers::View;
use crate::export::sheet::letters;
use crate::form::{self, Cell, Field, NOT_APPLICABLE, NOT_YET, YES};
use crate::model::ItemKind;

/// The words of the column that says where an item stands.
pub(super) const DONE: &str = "Done";
pub(super) const TO_DO: &str = "To do";
pub(super) const OPTIONAL: &str = "Optional";
pub(super) const SAY_WHY: &str = "Say why";
pub(super) const STILL: &str = "Still true?";
pub(super) const TOO_FEW: &str = "Too few";
pub(super) const EXEMPT: &str = "Not asked of you";

/// Where an item stands by its cells, in the words that the formula beside it works out as well.
pub(super) fn stands(view: &View<'_>, at: usize) -> &'static str {
    let (item, answer) = (view.item(at), view.answer(at));
    let shown = |field| form::cell(item, answer, 0, field);
    let nothing = if view.is_optional(at) { OPTIONAL } else { TO_DO };
    if view.verdict(at).state == State::Exempt {
        return EXEMPT;
    }
    if answer.carried_from.is_some() {
        return STILL;
    }
    let is = |word: &str| matches!(shown(Field::Answer), Cell::Text(text) if text == word);
    if is(NOT_APPLICABLE) {
        return match (item.not_applicable.is_some(), shown(Field::WhyNot).plain().trim().is_empty()) {
            (false, _) => nothing,
            (true, true) => SAY_WHY,
            (true, false) => DONE,
        };
    }
    match item.kind {
        ItemKind::Tick if item.negative => {
            if is(YES) {
                TO_DO
            } else {
                DONE
            }
        }
        ItemKind::Tick if is(YES) => {
            let reached = item.threshold.zip(answer.count).is_none_or(|(threshold, count)| count.reaches(threshold));
            if reached { DONE } else { TOO_FEW }
        }
        ItemKind::Tick if is(NOT_YET) => NOT_YET,
        ItemKind::Tick => nothing,
        ItemKind::Document => {
            if answer.has_evidence() {
                DONE
            } else {
                nothing
            }
        }
        ItemKind::Text | ItemKind::Date => {
            if shown(Field::Answer).plain().trim().is_empty() {
                nothing
            } else {
                DONE
            }
        }
    }
}

/// The formula that works out where an item stands from what is typed; none where nothing typed changes it.
pub(super) fn formula(view: &View<'_>, section: &Section, at: usize, row: u32, documents: u32) -> Option<String> {
    let (item, answer) = (view.item(at), view.answer(at));
    if view.verdict(at).state == State::Exempt {
        return None;
    }
    let place = |field: Field| Some(format!("{}{}", letters(section.column(Column::Field(field))?), row + 1));
    let nothing = if view.is_optional(at) { OPTIONAL } else { TO_DO };
    let blank = |cell: &str| format!("LEN(TRIM({cell}))=0");
    let answer_cell = place(Field::Answer)?;
    let yes = match (item.threshold, place(Field::Done), place(Field::Of)) {
        (Some(threshold), Some(done), Some(of)) => format!(
            "IF(AND(ISNUMBER({done}),ISNUMBER({of}),OR({of}<=0,{done}*10000<{of}*{threshold})),\"{TOO_FEW}\",\"{DONE}\")"
        ),
        _ => format!("\"{DONE}\""),
    };
    let said = match item.kind {
        ItemKind::Tick if item.negative => format!("IF({answer_cell}=\"{YES}\",\"{TO_DO}\",\"{DONE}\")"),
        ItemKind::Tick => {
            format!("IF({answer_cell}=\"{YES}\",{yes},IF({answer_cell}=\"{NOT_YET}\",\"{NOT_YET}\",\"{nothing}\"))")
        }
        ItemKind::Document => {
            let column = letters(section.column(Column::Field(Field::Document))?);
            format!("IF(COUNTA({column}{}:{column}{})=0,\"{nothing}\",\"{DONE}\")", row + 1, row + documents)
        }
        ItemKind::Text | ItemKind::Date => format!("IF({},\"{nothing}\",\"{DONE}\")", blank(&answer_cell)),
    };
    let why = match place(Field::WhyNot).filter(|_| item.not_applicable.is_some()) {
        Some(why) => format!("IF({},\"{SAY_WHY}\",\"{DONE}\")", blank(&why)),
        None => format!("\"{nothing}\""),
    };
    let settled = format!("IF({answer_cell}=\"{NOT_APPLICABLE}\",{why},{said})");
    match place(Field::StillTrue).filter(|_| answer.carried_from.is_some()) {
        Some(still) => {
            let main = if item.kind == ItemKind::Document { Field::Document } else { Field::Answer };
            let (now, was) = (place(main)?, format!("{}{}", letters(section.was(main)), row + 1));
            let untouched = if item.kind == ItemKind::Date { String::new() } else { format!(",EXACT({now},{was})") };
            Some(format!("=IF(AND({}{untouched}),\"{STILL}\",{settled})", blank(&still)))
        }
        None => Some(format!("={settled}")),
    }
}
