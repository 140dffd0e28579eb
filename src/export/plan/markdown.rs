//! For pages of a repository, wikis and messages.

use super::Sheet;
use crate::export::ExportError;
use crate::export::markdown::escaped;
use crate::export::template::{self, Template};
use crate::model::period::in_words;
use minijinja::context;
use minijinja::value::Serde;

const TEMPLATE: Template = ("plan.md", include_str!("../templates/plan.md"));

pub fn markdown(sheet: &Sheet<'_>) -> Result<String, ExportError> {
    let columns = sheet.columns_to_read();
    let titles: Vec<&str> = columns.iter().map(|column| column.title()).collect();
    let rows: Vec<Vec<String>> = sheet
        .rows
        .iter()
        .map(|row| columns.iter().map(|column| escaped(&sheet.cell(row, *column).words())).collect())
        .collect();
    let context = context! {
        whose => escaped(&sheet.whose()),
        standard => escaped(&sheet.standard.head.title),
        edition => escaped(sheet.standard.edition()),
        day => in_words(sheet.now.date()),
        level => escaped(&sheet.level_line()),
        verdict => escaped(&sheet.verdict_line()),
        provenance => escaped(&sheet.standard.provenance_line()),
        titles => Serde(titles),
        rows => Serde(rows),
    };
    template::render("action plan", TEMPLATE, context)
}
