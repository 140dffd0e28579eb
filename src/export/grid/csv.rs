//! Text between commas: the headings, then the rows.

use super::Grid;
use crate::export::csv::Writer;

pub fn csv(grid: &Grid) -> String {
    let mut writer = Writer::default();
    writer.row(grid.headings.iter().map(|heading| heading.title.as_str()));
    for row in &grid.rows {
        // Numbers below zero are numbers, not formulas.
        writer.row_of(row.iter().map(|cell| (cell.words(), !matches!(cell, super::Cell::Number(_)))));
    }
    writer.finish()
}
