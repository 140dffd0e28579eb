//! One sheet a section: each item with its answer, what is to be done first.

use super::{View, hidden, identity, page, quoted, sheet_name, whose};
use crate::assess::State;
use crate::export::sheet::{self as style, AMBER, DARK_AMBER, DARK_GREEN, GREEN, GREY, QUIET, letters, points};
use crate::export::text::{one_line, plain};
use crate::form::book::{self, ASKED, FILLED_IN_BY, MARK, NUMBER, ON, RowId, WAS};
use crate::form::{self, CHANGED, Cell, Field, NOT_APPLICABLE, NOT_YET, YES};
use crate::model::period::in_words;
use crate::model::standard::LineageChange;
use crate::model::{Answer, Item, ItemKind};
use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format,
    FormatAlign, Formula, IgnoreError, Worksheet, XlsxError,
};
use std::collections::BTreeSet;

/// The rows above the table: title, whose, who filled it in, when.
pub(super) const HEADER: u32 = 4;
pub(super) const FIRST: u32 = HEADER + 1;
/// Where the name and the date stand that the sheet is signed with.
const BY_ROW: u32 = 2;
const ON_ROW: u32 = 3;
const SIGNED_FROM: u16 = 2;
const SIGNED_TO: u16 = 3;

/// The words of the column that says where an item stands.
const DONE: &str = "Done";
const TO_DO: &str = "To do";
const OPTIONAL: &str = "Optional";
const SAY_WHY: &str = "Say why";
const STILL: &str = "Still true?";
const TOO_FEW: &str = "Too few";
const EXEMPT: &str = "Not asked of you";

/// What comes first in a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    New,
    Reworded,
    Open,
    Carried,
    Done,
    Optional,
}

impl Group {
    fn note(self, item: &Item) -> Option<&'static str> {
        let is_new = item.lineage.as_ref().is_some_and(|lineage| lineage.change == LineageChange::New);
        match self {
            Self::New => Some("New this year"),
            Self::Reworded => Some("Asked in other words this year"),
            Self::Optional if is_new => Some("Optional, new this year"),
            Self::Optional => Some("Optional"),
            Self::Open | Self::Carried | Self::Done => None,
        }
    }
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Question,
    /// The wording of the edition before, where it was another.
    Before,
    Stands,
    Field(Field),
    Percent,
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Self::Number => NUMBER,
            Self::Question => book::QUESTION,
            Self::Before => book::BEFORE,
            Self::Stands => book::STANDS,
            Self::Field(field) => field.title(),
            Self::Percent => book::PERCENT,
        }
    }

    /// In characters of the default font.
    fn width(self) -> u8 {
        match self {
            Self::Question => 52,
            Self::Stands => 15,
            Self::Field(Field::StillTrue | Field::CountedOn | Field::Approved) => 13,
            Self::Field(Field::Answer) => 34,
            Self::Field(Field::WhyNot) => 22,
            Self::Number | Self::Field(Field::Done | Field::Of) | Self::Percent => 9,
            Self::Before | Self::Field(Field::Document) => 30,
            Self::Field(Field::ApprovedBy) => 16,
            Self::Field(Field::Comment) => 26,
        }
    }
}

/// A section as it will stand on its sheet.
pub(super) struct Section {
    pub(super) name: String,
    title: String,
    /// Items in the order of the sheet, with the number of document rows of each.
    items: Vec<(usize, Group, u32)>,
    columns: Vec<Column>,
}

impl Section {
    fn column(&self, wanted: Column) -> Option<u16> {
        self.columns.iter().zip(0..).find(|(known, _)| **known == wanted).map(|(_, at)| at)
    }

    fn fields(&self) -> impl Iterator<Item = Field> {
        self.columns.iter().filter_map(|column| match column {
            Column::Field(field) => Some(*field),
            _ => None,
        })
    }

    /// The first hidden column; one is left free between.
    fn hidden(&self) -> u16 {
        u16::try_from(self.columns.len()).unwrap_or(0) + 1
    }

    /// The hidden column that says whether the level aimed at asks for the item.
    fn asked(&self) -> u16 {
        self.hidden() + 2
    }

    fn was(&self, field: Field) -> u16 {
        self.hidden() + 3 + self.fields().zip(0..).find(|(known, _)| *known == field).map_or(0, |(_, at)| at)
    }

    pub(super) fn rows(&self) -> u32 {
        self.items.iter().map(|(_, _, rows)| rows).sum()
    }

    /// A column's cells in the words of a formula on another sheet.
    fn range(&self, column: u16) -> String {
        let letter = letters(column);
        format!("{}!${letter}${}:${letter}${}", quoted(&self.name), FIRST + 1, FIRST + self.rows())
    }

    pub(super) fn range_stands(&self) -> String {
        self.range(self.column(Column::Stands).unwrap_or(0))
    }

    pub(super) fn range_asked(&self) -> String {
        self.range(self.asked())
    }

    /// Items that the level aimed at asks for, those of them that are done, those that wait for *Still true?*, and
    /// optional ones that are done.
    pub(super) fn counts(&self, view: &View<'_>) -> [usize; 4] {
        let mut counts = [0; 4];
        for (at, _, _) in &self.items {
            let asked = view.standard.asks(view.assessment.aim, view.item(*at));
            let stands = stands(view, *at);
            let done = matches!(stands, DONE | EXEMPT);
            counts[0] += usize::from(asked);
            counts[1] += usize::from(asked && done);
            counts[2] += usize::from(stands == STILL);
            counts[3] += usize::from(!asked && done);
        }
        counts
    }
}

pub(super) const COUNTS_AS_DONE: [&str; 2] = [DONE, EXEMPT];
pub(super) const WAITS: &str = STILL;

/// The sections that have an item to show, in the standard's order.
pub(super) fn plan(view: &View<'_>) -> Vec<Section> {
    let mut taken: BTreeSet<String> =
        [book::ORGANISATION, book::GUIDE, book::SUMMARY, book::HIDDEN].iter().map(|name| name.to_lowercase()).collect();
    let sections = view.standard.sections.iter().enumerate();
    let with_items = sections.filter_map(|(at, title)| {
        let mut items: Vec<(usize, Group, u32)> = view
            .items
            .iter()
            .filter(|item| view.item(**item).section == at)
            .map(|item| (*item, group(view, *item), document_rows(view, *item)))
            .collect();
        // Items of a group stay in the standard's order.
        items.sort_by_key(|(_, group, _)| *group);
        (!items.is_empty()).then_some((title, items))
    });
    with_items
        .map(|(title, items)| Section {
            name: sheet_name(title, &mut taken),
            title: title.clone(),
            columns: columns(view, &items),
            items,
        })
        .collect()
}

fn group(view: &View<'_>, at: usize) -> Group {
    let lineage = view.item(at).lineage.as_ref();
    let state = view.verdict(at).state;
    if view.is_optional(at) {
        Group::Optional
    } else if state.counts() {
        Group::Done
    } else if lineage.is_some_and(|lineage| lineage.change == LineageChange::New) {
        Group::New
    } else if lineage.is_some_and(|lineage| lineage.reworded) {
        Group::Reworded
    } else if state == State::Carried {
        Group::Carried
    } else {
        Group::Open
    }
}

/// A row for each document, and a free one below where there may well be another.
fn document_rows(view: &View<'_>, at: usize) -> u32 {
    let documents = view.answer(at).evidence.as_ref().map_or(0, Vec::len);
    if documents == 0 { 1 } else { u32::try_from(documents).unwrap_or(0) + 1 }
}

fn columns(view: &View<'_>, items: &[(usize, Group, u32)]) -> Vec<Column> {
    let any = |field: Field| items.iter().any(|(at, _, _)| field.is_open(view.item(*at), view.answer(*at)));
    let before = items.iter().any(|(at, group, _)| old_wording(view, *at, *group).is_some());
    let mut columns = vec![Column::Number, Column::Question];
    columns.extend(before.then_some(Column::Before));
    columns.push(Column::Stands);
    for field in Field::ALL {
        // An answer has its place even where all of them are documents.
        if any(field) || field == Field::Answer {
            columns.push(Column::Field(field));
            columns.extend((field == Field::Of).then_some(Column::Percent));
        }
    }
    columns
}

/// How the edition before asked, where that matters: the answer is not settled yet.
fn old_wording<'a>(view: &View<'a>, at: usize, group: Group) -> Option<&'a str> {
    let item = view.item(at);
    let is_reworded = item.lineage.as_ref().is_some_and(|lineage| lineage.reworded);
    let before = view.previous?.concept(&item.concept)?;
    (is_reworded && group != Group::Done && before.question != item.question).then_some(before.question.as_str())
}

/// What the question means, in plain words, and what to have ready.
fn help(item: &Item) -> String {
    let mut parts = Vec::new();
    parts.extend(item.guidance.clone());
    if let Some(case) = item.not_applicable.as_ref().and_then(|allowed| allowed.when.as_ref()) {
        parts.push(format!("\"{NOT_APPLICABLE}\" fits where {case}."));
    }
    if item.kind == ItemKind::Document && !item.evidence.is_empty() {
        parts.push(format!("Have ready: {}.", item.evidence.join("; ")));
    }
    plain(&parts.join(" ")).into_owned()
}

/// Where an item stands by its cells, in the words that the formula beside it works out as well.
fn stands(view: &View<'_>, at: usize) -> &'static str {
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
fn formula(view: &View<'_>, section: &Section, at: usize, row: u32, documents: u32) -> Option<String> {
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

pub(super) fn write(view: &View<'_>, section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(&section.name)?;
    for (column, at) in section.columns.iter().zip(0..) {
        sheet.set_column_width(at, column.width())?;
    }
    top(view, section, sheet)?;
    let mut at = FIRST;
    for (item, group, rows) in &section.items {
        for document in 0..*rows {
            row(view, section, sheet, at, (*item, *group, *rows), document)?;
            at += 1;
        }
    }
    choices(view, section, sheet)?;
    colours(section, sheet)?;
    let last = FIRST + section.rows() - 1;
    let end = u16::try_from(section.columns.len()).unwrap_or(1) - 1;
    let quiet = style::base().set_font_size(9).set_italic().set_font_color(QUIET);
    style::string(sheet, last + 2, 0, &plain(&view.standard.provenance_line()), &quiet)?;
    sheet.autofilter(HEADER, 0, last, end)?;
    sheet.set_print_area(0, 0, last + 2, end)?;
    sheet.set_freeze_panes(FIRST, 2)?;
    let answer = section.column(Column::Field(Field::Answer)).unwrap_or(0);
    sheet.set_selection(FIRST, answer, FIRST, answer)?;
    sheet.ignore_error_range(FIRST, 0, last, end, IgnoreError::NumberStoredAsText)?;
    for column in section.hidden()..=section.was(Field::Comment) {
        sheet.set_column_hidden(column)?;
    }
    page(view, sheet, Some(HEADER))
}

/// Title, whose answers these are, who filled them in, and the titles of the columns.
fn top(view: &View<'_>, section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 28)?;
    style::string(sheet, 0, 0, &plain(&one_line(&section.title)), &style::title())?;
    let line = format!("{}, edition {}, as of {}", whose(view), view.standard.edition(), in_words(view.now.date()));
    style::string(sheet, 1, 0, &one_line(&line), &style::quiet())?;
    signature(view, sheet, (BY_ROW, ON_ROW), (1, SIGNED_FROM, SIGNED_TO))?;
    let hint = style::base().set_align(FormatAlign::VerticalCenter);
    let hints = [
        (
            BY_ROW,
            "Fill in the white cells; grey ones are locked. Put your name here: what you answer and confirm is yours.",
        ),
        (ON_ROW, "Leave a cell empty where you do not know yet: empty is better than wrong."),
    ];
    for (row, text) in hints {
        sheet.set_row_height(row, 18)?;
        sheet.write_string_with_format(row, SIGNED_TO + 1, format!("  {text}"), &hint)?;
    }
    sheet.set_row_height(HEADER, 32)?;
    for (column, at) in section.columns.iter().zip(0..) {
        sheet.write_string_with_format(HEADER, at, column.title(), &style::header())?;
    }
    let keep = style::hidden();
    style::string(sheet, HEADER, section.hidden(), &identity(view).text(), &keep)?;
    sheet.write_string_with_format(HEADER, section.hidden() + 1, MARK, &keep)?;
    sheet.write_string_with_format(HEADER, section.asked(), ASKED, &keep)?;
    for field in section.fields() {
        sheet.write_string_with_format(HEADER, section.was(field), format!("{WAS}{}", field.title()), &keep)?;
    }
    Ok(())
}

/// The two cells that say who filled a sheet in, and when: rows for name and day, and the columns of label and cell.
pub(super) fn signature(
    view: &View<'_>,
    sheet: &mut Worksheet,
    (by, on): (u32, u32),
    (label, from, to): (u16, u16, u16),
) -> Result<(), XlsxError> {
    let names = hidden::names(view);
    let right = style::quiet().set_align(FormatAlign::Right);
    let name = style::open().set_align(FormatAlign::VerticalCenter);
    let day = style::open_day().set_align(FormatAlign::VerticalCenter);
    for (row, text, format) in [(by, FILLED_IN_BY, &name), (on, ON, &day)] {
        sheet.write_string_with_format(row, label, text, &right)?;
        sheet.merge_range(row, from, row, to, "", format)?;
    }
    if !names.is_empty() {
        let list = format!("={}!$B$1:$B${}", quoted(book::HIDDEN), names.len());
        let choice = DataValidation::new().allow_list_formula(Formula::new(list)).show_error_message(false);
        sheet.add_data_validation(by, from, by, from, &choice)?;
    }
    sheet.add_data_validation(on, from, on, from, &day_choice(ON)?)?;
    Ok(())
}

/// Only real days are taken without a question; whoever insists may type something else.
pub(super) fn day_choice(title: &str) -> Result<DataValidation, XlsxError> {
    let earliest = ExcelDateTime::from_ymd(1901, 1, 1)?;
    DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(earliest))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(title)?
        .set_error_message("Type a day, such as 30/06/2026.")
}

fn row(
    view: &View<'_>,
    section: &Section,
    sheet: &mut Worksheet,
    row: u32,
    (at, group, rows): (usize, Group, u32),
    document: u32,
) -> Result<(), XlsxError> {
    let (item, answer) = (view.item(at), view.answer(at));
    let first = document == 0;
    let index = usize::try_from(document).unwrap_or(0);
    let shown = |field: Field| book::shown(form::cell(item, answer, index, field));
    let number = plain(&item.number).into_owned();
    let note = group.note(item).filter(|_| first);
    let question = plain(&item.shown()).into_owned();
    let help = help(item);
    let before =
        old_wording(view, at, group).filter(|_| first).map(|text| plain(text).into_owned()).unwrap_or_default();
    let mut height = if first { 3 } else { 1 };
    for (column, to) in section.columns.iter().zip(0..) {
        let (text, format) = match column {
            Column::Number => {
                style::string(sheet, row, to, &number, &style::locked().set_bold())?;
                (number.clone(), None)
            }
            Column::Question if first => {
                style::question(sheet, row, to, [note.unwrap_or_default(), &question, &help], &style::locked())?;
                // Strong words are wider, the small ones below narrower and their lines lower.
                let width = usize::from(column.width());
                let strong = style::lines(&question, width * 95 / 100) + usize::from(note.is_some());
                let small = if help.is_empty() { 0 } else { style::lines(&help, width * 108 / 100) };
                height = height.max(strong + (small * 15).div_ceil(16));
                (String::new(), None)
            }
            Column::Question => {
                let text = if shown(Field::Document).is_empty() {
                    "Another document, if there is one"
                } else {
                    "Further document"
                };
                let quiet = style::locked().set_italic().set_font_color(QUIET).set_align(FormatAlign::Right);
                sheet.write_string_with_format(row, to, text, &quiet)?;
                (String::new(), None)
            }
            Column::Before => {
                style::string(sheet, row, to, &before, &style::locked())?;
                (before.clone(), None)
            }
            Column::Stands => {
                let format = style::locked().set_bold();
                match formula(view, section, at, row, rows).filter(|_| first) {
                    Some(formula) => {
                        let formula = Formula::new(formula).set_result(stands(view, at));
                        sheet.write_formula_with_format(row, to, formula, &format)?;
                    }
                    None if first => {
                        sheet.write_string_with_format(row, to, stands(view, at), &format)?;
                    }
                    None => {
                        sheet.write_blank(row, to, &format)?;
                    }
                }
                (String::new(), None)
            }
            Column::Percent => {
                percent(section, sheet, row, to, answer, item.threshold.is_some() && first)?;
                (String::new(), None)
            }
            Column::Field(field) => {
                let here = first || field.is_of_document();
                let cell = if here { shown(*field) } else { Cell::Empty };
                let is_cut = here && form::cell(item, answer, index, *field).is_too_long();
                let open = here && !is_cut && field.is_open(item, answer) && view.verdict(at).state != State::Exempt;
                (cell.plain().into_owned(), Some((*field, cell, open)))
            }
        };
        if let Some((field, cell, open)) = format {
            let format = match (open, field.holds(item.kind)) {
                (false, _) => style::locked(),
                (true, form::Holds::Date) => style::open_day(),
                (true, form::Holds::Number) => style::open_number(),
                (true, form::Holds::Text) => style::open(),
            };
            style::cell(sheet, row, to, &cell, &format)?;
        }
        height = height.max(style::lines(&text, usize::from(column.width())));
    }
    sheet.set_row_height(row, points(height))?;
    keep(view, section, sheet, row, at, document)
}

/// The hidden cells of a row.
fn keep(
    view: &View<'_>,
    section: &Section,
    sheet: &mut Worksheet,
    row: u32,
    at: usize,
    document: u32,
) -> Result<(), XlsxError> {
    let (item, answer) = (view.item(at), view.answer(at));
    let index = usize::try_from(document).unwrap_or(0);
    let id = RowId { number: item.number.clone(), document: index }.text();
    let was: Vec<String> = section
        .fields()
        .map(|field| {
            let here = document == 0 || field.is_of_document();
            let cell = if here { book::shown(form::cell(item, answer, index, field)) } else { Cell::Empty };
            cell.plain().into_owned()
        })
        .collect();
    let format = style::hidden();
    style::string(sheet, row, section.hidden(), &id, &format)?;
    let mark = book::mark(&id, was.iter().map(String::as_str));
    sheet.write_string_with_format(row, section.hidden() + 1, mark, &format)?;
    let asked = document == 0 && view.standard.asks(view.assessment.aim, item);
    sheet.write_number_with_format(row, section.asked(), f64::from(u8::from(asked)), &format)?;
    for (field, text) in section.fields().zip(&was) {
        style::string(sheet, row, section.was(field), text, &format)?;
    }
    Ok(())
}

/// The share as it is typed, never rounded up.
fn percent(
    section: &Section,
    sheet: &mut Worksheet,
    row: u32,
    to: u16,
    answer: &Answer,
    counted: bool,
) -> Result<(), XlsxError> {
    let format = style::locked().set_bold().set_num_format("0.0%");
    let [done, of] = [Field::Done, Field::Of].map(|field| section.column(Column::Field(field)));
    let (Some(done), Some(of), true) = (done, of, counted) else {
        sheet.write_blank(row, to, &format)?;
        return Ok(());
    };
    let (done, of) = (format!("{}{}", letters(done), row + 1), format!("{}{}", letters(of), row + 1));
    let formula = format!("=IF(AND(ISNUMBER({done}),ISNUMBER({of})),IF({of}>0,ROUNDDOWN({done}/{of},3),\"\"),\"\")");
    let result = answer.count.filter(|count| count.of > 0).map_or_else(String::new, |count| {
        let thousandths = u64::from(count.done) * 1000 / u64::from(count.of);
        format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
    });
    sheet.write_formula_with_format(row, to, Formula::new(formula).set_result(result), &format)?;
    Ok(())
}

/// Drop-downs, and what may be typed where.
fn choices(view: &View<'_>, section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
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
                    Some(day_choice(field.title())?)
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
fn colours(section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
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
