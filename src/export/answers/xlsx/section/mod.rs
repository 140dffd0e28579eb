//! One sheet a section: each item with its answer, what is to be done first.

mod choices;
mod row;
mod stands;

use super::signature::signature;
use super::{View, identity, page, quoted, sheet_name, whose};
use crate::assess::State;
use crate::export::sheet::{self as style, QUIET, letters};
use crate::export::text::{one_line, plain};
use crate::form::Field;
use crate::form::book::{self, ASKED, MARK, NUMBER, WAS};
use crate::model::Item;
use crate::model::period::in_words;
use crate::model::standard::LineageChange;
use row::Row;
use rust_xlsxwriter::{FormatAlign, IgnoreError, Worksheet, XlsxError};
use stands::{DONE, EXEMPT, STILL};
use std::collections::BTreeSet;

/// The rows above the table: title, whose, who filled it in, when.
pub(super) const HEADER: u32 = 4;
pub(super) const FIRST: u32 = HEADER + 1;
/// Where the name and the date stand that the sheet is signed with.
const BY_ROW: u32 = 2;
const ON_ROW: u32 = 3;
const SIGNED_FROM: u16 = 2;
const SIGNED_TO: u16 = 3;

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

    fn room(self) -> Room {
        match self {
            Self::Question => Room::Shared(40),
            Self::Field(Field::Answer) => Room::Shared(28),
            Self::Before | Self::Field(Field::Document) => Room::Shared(24),
            Self::Field(Field::Comment) => Room::Shared(18),
            Self::Field(Field::WhyNot) => Room::Shared(16),
            Self::Stands | Self::Field(Field::ApprovedBy) => Room::Fixed(13),
            Self::Field(Field::StillTrue | Field::CountedOn | Field::Approved) => Room::Fixed(11),
            Self::Number => Room::Fixed(9),
            Self::Field(Field::Done | Field::Of) | Self::Percent => Room::Fixed(8),
        }
    }
}

/// How wide a column is, in characters of the default font.
enum Room {
    Fixed(u8),
    /// Its part of what the others leave.
    Shared(u8),
}

/// What a column of text needs at least of its part, and what is good to read, in hundredths.
const PARTS: (u32, u32) = (70, 130);

/// The widths of columns that stand together.
fn widths(columns: &[Column]) -> Vec<u8> {
    let sum = |of: &dyn Fn(Room) -> u8| columns.iter().map(|column| u32::from(of(column.room()))).sum::<u32>();
    let fixed = sum(&|room| if let Room::Fixed(width) = room { width } else { 0 });
    let shared = sum(&|room| if let Room::Shared(part) = room { part } else { 0 });
    let left = style::characters_on_paper(columns.len()).saturating_sub(fixed);
    let hundredths = (left * 100 / shared.max(1)).clamp(PARTS.0, PARTS.1);
    let width = |column: &Column| match column.room() {
        Room::Fixed(width) => width,
        Room::Shared(part) => u8::try_from(u32::from(part) * hundredths / 100).unwrap_or(part),
    };
    columns.iter().map(width).collect()
}

/// A section as it will stand on its sheet.
pub(super) struct Section {
    pub(super) name: String,
    title: String,
    /// Items in the order of the sheet, with the number of document rows of each.
    items: Vec<(usize, Group, u32)>,
    columns: Vec<Column>,
    /// One for each column.
    widths: Vec<u8>,
}

impl Section {
    fn width(&self, column: u16) -> usize {
        self.widths.get(usize::from(column)).copied().map_or(0, usize::from)
    }

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
            let stands = stands::stands(view, *at);
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
        .map(|(title, items)| {
            let columns = columns(view, &items);
            let widths = widths(&columns);
            Section { name: sheet_name(title, &mut taken), title: title.clone(), columns, widths, items }
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

pub(super) fn write(view: &View<'_>, section: &Section, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(&section.name)?;
    // A result that is an empty text would else be written as 0, which programs show that do not work it out anew.
    sheet.set_formula_result_default("");
    for (width, at) in section.widths.iter().zip(0..) {
        sheet.set_column_width(at, *width)?;
    }
    top(view, section, sheet)?;
    let mut row = FIRST;
    for (at, group, rows) in section.items.iter().copied() {
        for document in 0..rows {
            Row { view, section, at, group, rows, document }.write(sheet, row)?;
            row += 1;
        }
    }
    choices::choices(view, section, sheet)?;
    choices::colours(section, sheet)?;
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
    // Strong words are wider.
    let title = |(column, at): (&Column, u16)| style::lines(column.title(), section.width(at) * 85 / 100);
    let lines = section.columns.iter().zip(0..).map(title).max().unwrap_or(1);
    sheet.set_row_height(HEADER, style::points(lines).max(32.0))?;
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
