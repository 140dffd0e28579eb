//! What was typed outside the cells to be filled in. It has no place in the files, but it is told: nothing is lost.
//!
//! A workbook keeps, on its hidden sheet, a key of everything that it says itself ([`keys`]). What stands elsewhere
//! and has none of these keys was typed by somebody.

use super::book::{plain, shortened};
use crate::form::book::{self, GUIDE, HIDDEN, ORGANISATION, PRINTED, PRINTED_COLUMN, SUMMARY};
use crate::import::grid::{Sheet, address, letters};
use std::collections::{BTreeMap, BTreeSet};

/// A cell that says what nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Its name, such as `Summary!C7`.
    pub cell: String,
    /// What it says, shortened.
    pub text: String,
}

/// Cells that are read for what they say, or told of otherwise, by the sheet's name.
#[derive(Debug, Default)]
pub(super) struct Claimed(BTreeMap<String, BTreeSet<(usize, usize)>>);

impl Claimed {
    pub(super) fn cell(&mut self, sheet: &Sheet, row: usize, column: usize) {
        self.0.entry(sheet.name.clone()).or_default().insert((row, column));
    }

    pub(super) fn row(&mut self, sheet: &Sheet, row: usize) {
        self.0.entry(sheet.name.clone()).or_default().extend(sheet.columns(row).map(|column| (row, column)));
    }

    pub(super) fn sheet(&mut self, sheet: &Sheet) {
        let cells = sheet.cells().map(|(row, column, _)| (row, column));
        self.0.entry(sheet.name.clone()).or_default().extend(cells);
    }

    fn left<'a>(&'a self, sheet: &'a Sheet) -> impl Iterator<Item = (usize, usize, String)> + 'a {
        let claimed = self.0.get(&sheet.name);
        let cells = sheet.cells().filter(|(_, _, typed)| !plain(typed).trim().is_empty());
        cells
            .filter(move |(row, column, _)| !claimed.is_some_and(|claimed| claimed.contains(&(*row, *column))))
            .map(|(row, column, typed)| (row, column, plain(typed)))
    }
}

/// The keys of all that is left, sorted.
pub(super) fn keys(sheets: &[Sheet], claimed: &Claimed) -> Vec<String> {
    let keys = sheets.iter().flat_map(|sheet| {
        claimed.left(sheet).map(|(row, column, text)| key(sheet, row, column, &text)).collect::<Vec<_>>()
    });
    keys.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What is left and has none of the workbook's keys. None where the workbook keeps no keys: its hidden sheet is gone, or
/// it was made before there were any.
pub(super) fn find(sheets: &[Sheet], claimed: &Claimed) -> Option<Vec<Stray>> {
    let hidden = sheets.iter().find(|sheet| sheet.name == HIDDEN)?;
    let column = usize::from(PRINTED_COLUMN);
    hidden.said(0, column).filter(|title| *title == PRINTED)?;
    let known: BTreeSet<&str> = hidden.rows().filter_map(|row| hidden.said(row, column)).collect();
    let strays = sheets.iter().flat_map(|sheet| {
        let left = claimed.left(sheet).filter(|(row, column, text)| {
            let key = key(sheet, *row, *column, text);
            !known.contains(key.as_str())
        });
        left.map(|(row, column, text)| Stray {
            cell: format!("{}!{}", sheet.name, address(row, column)),
            text: shortened(&text),
        })
        .collect::<Vec<_>>()
    });
    Some(strays.collect())
}

/// By what a text of the workbook's own is known again. Rows may be sorted on the sections' sheets, whose names may be
/// changed, and columns put between; on the others a text stays in its column and a formula in its cell. What a formula
/// shows is worked out anew by whatever opens the workbook.
fn key(sheet: &Sheet, row: usize, column: usize, text: &str) -> String {
    let is_table = ![GUIDE, SUMMARY, ORGANISATION].contains(&sheet.name.as_str());
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match (is_table, sheet.is_formula(row, column)) {
        (true, false) => book::mark("", [said.as_str()]),
        (true, true) => book::mark("=", [said.as_str()]),
        (false, false) => book::mark(&sheet.name, [letters(column).as_str(), &said]),
        (false, true) => book::mark(&sheet.name, ["=", &address(row, column)]),
    }
}
