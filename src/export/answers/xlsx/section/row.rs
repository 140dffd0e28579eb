//! A row of the table: an item, or a further document of it.

use super::stands::{formula, stands};
use super::{Column, Group, Section, old_wording};
use crate::assess::State;
use crate::export::answers::View;
use crate::export::sheet::{self as style, QUIET, letters, lines, points};
use crate::export::text::plain;
use crate::form::book::{self, RowId};
use crate::form::{self, Cell, Field, Holds, NOT_APPLICABLE};
use crate::model::{Answer, Item, ItemKind};
use rust_xlsxwriter::{FormatAlign, Formula, Worksheet, XlsxError};

/// What stands in a row.
pub(super) struct Row<'a> {
    pub view: &'a View<'a>,
    pub section: &'a Section,
    /// The item, as an index into the standard's.
    pub at: usize,
    pub group: Group,
    /// How many rows the item has.
    pub rows: u32,
    /// Which of them this is, from 0. All but the first are for documents alone.
    pub document: u32,
}

impl<'a> Row<'a> {
    fn item(&self) -> &'a Item {
        self.view.item(self.at)
    }

    fn answer(&self) -> &'a Answer {
        self.view.answer(self.at)
    }

    fn is_first(&self) -> bool {
        self.document == 0
    }

    /// What a field holds; whether it is too long for a cell, which then shows it cut.
    fn shown(&self, field: Field) -> (Cell, bool) {
        if !self.is_first() && !field.is_of_document() {
            return (Cell::Empty, false);
        }
        let document = usize::try_from(self.document).unwrap_or(0);
        let cell = form::cell(self.item(), self.answer(), document, field);
        let is_cut = cell.is_too_long();
        (book::shown(cell), is_cut)
    }

    pub fn write(&self, sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
        let mut height = if self.is_first() { 3 } else { 1 };
        for (column, to) in self.section.columns.iter().zip(0..) {
            height = height.max(self.cell(sheet, row, to, *column)?);
        }
        sheet.set_row_height(row, points(height))?;
        self.keep(sheet, row)
    }

    /// Writes a cell, and gives the lines it takes.
    fn cell(&self, sheet: &mut Worksheet, row: u32, to: u16, column: Column) -> Result<usize, XlsxError> {
        let width = self.section.width(to);
        match column {
            Column::Number => {
                style::string(sheet, row, to, &plain(&self.item().number), &style::locked().set_bold())?;
                Ok(1)
            }
            Column::Question => self.question(sheet, row, to, width),
            Column::Before => {
                let before = old_wording(self.view, self.at, self.group).filter(|_| self.is_first());
                let before = plain(before.unwrap_or_default());
                style::string(sheet, row, to, &before, &style::locked())?;
                Ok(lines(&before, width))
            }
            Column::Stands => {
                self.stands(sheet, row, to)?;
                Ok(1)
            }
            Column::Percent => {
                self.percent(sheet, row, to)?;
                Ok(1)
            }
            Column::Field(field) => {
                let (cell, is_cut) = self.shown(field);
                let format = if self.is_open(field, is_cut) {
                    match field.holds(self.item().kind) {
                        Holds::Date => style::open_day(),
                        Holds::Number => style::open_number(),
                        Holds::Text => style::open(),
                    }
                } else {
                    style::locked()
                };
                style::cell(sheet, row, to, &cell, &format)?;
                Ok(lines(&cell.plain(), width))
            }
        }
    }

    /// Whether somebody may type here. What is shown cut must not be edited: what comes back would lose the rest.
    fn is_open(&self, field: Field, is_cut: bool) -> bool {
        (self.is_first() || field.is_of_document())
            && !is_cut
            && field.is_open(self.item(), self.answer())
            && self.view.verdict(self.at).state != State::Exempt
    }

    fn question(&self, sheet: &mut Worksheet, row: u32, to: u16, width: usize) -> Result<usize, XlsxError> {
        if !self.is_first() {
            let is_free = self.shown(Field::Document).0.is_empty();
            let text = if is_free { "Another document, if there is one" } else { "Further document" };
            let quiet = style::locked().set_italic().set_font_color(QUIET).set_align(FormatAlign::Right);
            sheet.write_string_with_format(row, to, text, &quiet)?;
            return Ok(1);
        }
        let item = self.item();
        let (question, help) = (item.shown(), help(item));
        let (question, note) = (plain(&question), self.group.note(item));
        style::question(sheet, row, to, [note.unwrap_or_default(), &question, &help], &style::locked())?;
        // Strong words are wider, the small ones below narrower and their lines lower.
        let strong = lines(&question, width * 95 / 100) + usize::from(note.is_some());
        let small = if help.is_empty() { 0 } else { lines(&help, width * 108 / 100) };
        Ok(strong + (small * 15).div_ceil(16))
    }

    fn stands(&self, sheet: &mut Worksheet, row: u32, to: u16) -> Result<(), XlsxError> {
        let format = style::locked().set_bold();
        if !self.is_first() {
            sheet.write_blank(row, to, &format)?;
            return Ok(());
        }
        let word = stands(self.view, self.at);
        match formula(self.view, self.section, self.at, row, self.rows) {
            Some(formula) => {
                sheet.write_formula_with_format(row, to, Formula::new(formula).set_result(word), &format)?;
            }
            None => {
                sheet.write_string_with_format(row, to, word, &format)?;
            }
        }
        Ok(())
    }

    /// The share as it is typed, never rounded up.
    fn percent(&self, sheet: &mut Worksheet, row: u32, to: u16) -> Result<(), XlsxError> {
        let format = style::locked().set_bold().set_num_format("0.0%");
        let is_counted = self.is_first() && self.item().threshold.is_some();
        let [done, of] = [Field::Done, Field::Of].map(|field| self.section.column(Column::Field(field)));
        let (Some(done), Some(of), true) = (done, of, is_counted) else {
            sheet.write_blank(row, to, &format)?;
            return Ok(());
        };
        let [done, of] = [done, of].map(|column| format!("{}{}", letters(column), row + 1));
        let formula =
            format!("=IF(AND(ISNUMBER({done}),ISNUMBER({of})),IF({of}>0,ROUNDDOWN({done}/{of},3),\"\"),\"\")");
        let result = self.answer().count.filter(|count| count.of > 0).map_or_else(String::new, |count| {
            let thousandths = u64::from(count.done) * 1000 / u64::from(count.of);
            format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
        });
        sheet.write_formula_with_format(row, to, Formula::new(formula).set_result(result), &format)?;
        Ok(())
    }

    /// The hidden cells of the row.
    fn keep(&self, sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
        let (section, item) = (self.section, self.item());
        let document = usize::try_from(self.document).unwrap_or(0);
        let id = RowId { number: item.number.clone(), document }.text();
        let was: Vec<String> = section.fields().map(|field| self.shown(field).0.plain().into_owned()).collect();
        let format = style::hidden();
        style::string(sheet, row, section.hidden(), &id, &format)?;
        let mark = book::mark(&id, was.iter().map(String::as_str));
        sheet.write_string_with_format(row, section.hidden() + 1, mark, &format)?;
        let asked = self.is_first() && self.view.standard.asks(self.view.assessment.aim, item);
        sheet.write_number_with_format(row, section.asked(), f64::from(u8::from(asked)), &format)?;
        for (field, text) in section.fields().zip(&was) {
            style::string(sheet, row, section.was(field), text, &format)?;
        }
        Ok(())
    }
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
