//! For spreadsheets and scripts: every column, dates as `2026-06-30`.

use super::{Column, Sheet};
use crate::export::csv::Writer;

pub fn csv(sheet: &Sheet<'_>) -> String {
    let mut writer = Writer::default();
    writer.row(Column::ALL.map(Column::title));
    for row in &sheet.rows {
        writer.row(Column::ALL.map(|column| sheet.cell(row, column).iso()));
    }
    writer.finish()
}
