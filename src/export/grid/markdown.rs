//! A Markdown table.

use super::{Cell, Grid};
use crate::export::markdown::escaped;
use std::fmt::Write as _;

pub fn markdown(grid: &Grid) -> String {
    let mut out = format!("# {}\n\n", escaped(&grid.title));
    for line in &grid.about {
        let _ = write!(out, "{}\n\n", escaped(line));
    }
    let numbers = |at: usize| grid.rows.iter().any(|row| matches!(row.get(at), Some(Cell::Number(_))));
    let headings: Vec<String> = grid.headings.iter().map(|heading| escaped(&heading.title)).collect();
    let _ = writeln!(out, "| {} |", headings.join(" | "));
    let lines: Vec<&str> = (0..headings.len()).map(|at| if numbers(at) { "--:" } else { "---" }).collect();
    let _ = writeln!(out, "| {} |", lines.join(" | "));
    for row in &grid.rows {
        let cells: Vec<String> = row.iter().map(|cell| escaped(&cell.words())).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}
