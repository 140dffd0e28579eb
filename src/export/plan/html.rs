//! One page that stands by itself: no scripts, no fonts or pictures from elsewhere, fit to print.

use super::{Cell, Column, Sheet, is_open};
use crate::export::ExportError;
use crate::export::template::{self, Template};
use crate::model::Action;
use crate::model::period::in_words;
use crate::plan::{Lack, PlanRow};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

const TEMPLATE: Template = ("plan.html", include_str!("../templates/plan.html"));

#[derive(Serialize)]
struct HtmlCell {
    text: String,
    /// For `<time>`.
    date: Option<String>,
    /// `missing` where something has to be filled in, `late` at a target that has passed.
    mark: &'static str,
}

#[derive(Serialize)]
struct HtmlRow {
    class: &'static str,
    cells: Vec<HtmlCell>,
}

pub fn html(sheet: &Sheet<'_>) -> Result<String, ExportError> {
    let columns = sheet.columns_to_read();
    let titles: Vec<&str> = columns.iter().map(|column| column.title()).collect();
    let rows: Vec<HtmlRow> = sheet
        .rows
        .iter()
        .map(|row| HtmlRow {
            class: match row.action.as_ref().is_some_and(Action::is_done) {
                _ if !is_open(row) => "other",
                true => "done",
                false => "open",
            },
            cells: columns.iter().map(|column| cell(sheet, row, *column)).collect(),
        })
        .collect();
    let context = context! {
        whose => sheet.whose(),
        standard => sheet.standard.head.title.clone(),
        edition => sheet.standard.edition(),
        day => in_words(sheet.now.date()),
        level => sheet.level_line(),
        verdict => sheet.verdict_line(),
        provenance => sheet.standard.provenance_line(),
        titles => Serde(titles),
        rows => Serde(rows),
    };
    template::render("action plan", TEMPLATE, context)
}

fn cell(sheet: &Sheet<'_>, row: &PlanRow, column: Column) -> HtmlCell {
    let cell = sheet.cell(row, column);
    let lack = match column {
        Column::Action => Some(Lack::Action),
        Column::Owner => Some(Lack::Owner),
        Column::Target => Some(Lack::Target),
        _ => None,
    };
    let mark = match lack {
        Some(lack) if row.lacks().contains(&lack) => "missing",
        Some(Lack::Target) if row.is_late(sheet.now.date()) => "late",
        _ => "",
    };
    let date = matches!(cell, Cell::Date(_)).then(|| cell.iso());
    HtmlCell { text: cell.words(), date, mark }
}
