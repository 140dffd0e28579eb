//! What was typed outside the cells to be filled in. It has no place in the files, but it is told: nothing is lost.
//!
//! A workbook keeps, on its hidden sheet, a key of everything that it says itself ([`keys`]). What stands elsewhere
//! and has none of these keys was typed by somebody.

use super::book::{is_table, plain, shortened};
use crate::form::book::{self, HIDDEN, PRINTED, PRINTED_COLUMN};
use crate::import::Stray;
use crate::import::grid::{Sheet, letters};
use std::collections::{BTreeMap, BTreeSet};

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
        let is_table = is_table(sheet);
        claimed.left(sheet).map(|(row, column, text)| key(sheet, is_table, (row, column), &text)).collect::<Vec<_>>()
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
        let is_table = is_table(sheet);
        let left = claimed.left(sheet).filter(|(row, column, text)| {
            let key = key(sheet, is_table, (*row, *column), text);
            !known.contains(key.as_str())
        });
        left.map(|(row, column, text)| Stray {
            cell: sheet.address(row, column),
            text: shortened(&sheet.formula(row, column).map_or(text, |formula| format!("={formula}"))),
        })
        .collect::<Vec<_>>()
    });
    Some(strays.collect())
}

/// By what a text of the workbook's own is known again, whatever its sheet is called now. Rows may be sorted in the
/// tables of the sections, and columns put between; on the other sheets a text stays in its column. What a formula shows
/// is worked out anew by whatever opens the workbook, which may also write it in its own way: its build is known again.
fn key(sheet: &Sheet, is_table: bool, (row, column): (usize, usize), text: &str) -> String {
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match sheet.formula(row, column) {
        Some(formula) => book::mark("=", [build(formula).as_str()]),
        None if is_table => book::mark("", [said.as_str()]),
        None => book::mark("text", [letters(column).as_str(), &said]),
    }
}

/// How a formula is built: its functions, operators and constants, with `@` for whatever it refers to. References
/// change when rows are sorted, columns put between, and sheets renamed or taken away.
fn build(formula: &str) -> String {
    let mut out = String::new();
    let mut rest = formula.trim_start_matches('=');
    let refers = |out: &mut String| {
        if !out.ends_with('@') {
            out.push('@');
        }
    };
    while let Some(c) = rest.chars().next() {
        let quoted = |quote: char| {
            // A doubled quote stands for itself: it ends one piece and begins the next.
            rest[1..].find(quote).map_or(rest.len(), |end| end + 2)
        };
        let is_word = |c: char| c.is_alphanumeric() || "$_.".contains(c);
        let length = match c {
            '"' => {
                let length = quoted('"');
                out.push_str(&rest[..length]);
                length
            }
            '\'' => {
                refers(&mut out);
                quoted('\'')
            }
            '#' => {
                refers(&mut out);
                rest.find(['!', '?', ')', ',', ';'])
                    .map_or(rest.len(), |end| end + usize::from(rest[end..].starts_with(['!', '?'])))
            }
            // Between a sheet and a cell, and between two cells.
            '!' | ':' if out.ends_with('@') => 1,
            ' ' | '\n' | '\r' | '\t' => 1,
            c if is_word(c) => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let word = rest[..length].to_ascii_uppercase();
                if rest[length..].starts_with('(') {
                    out.push_str(word.strip_prefix("_XLFN.").unwrap_or(&word));
                } else if word.parse::<f64>().is_ok() {
                    out.push_str(&word);
                } else {
                    refers(&mut out);
                }
                length
            }
            ';' => {
                out.push(',');
                1
            }
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::build;

    #[test]
    fn a_formula_is_known_again_wherever_its_cells_have_gone() {
        let ours = "IF(AND(ISNUMBER(H7),ISNUMBER(I7)),IF(I7>0,ROUNDDOWN(H7/I7,3),\"\"),\"\")";
        for same in [
            "=IF(AND(ISNUMBER($J12),ISNUMBER(K12)), IF(K12>0,ROUNDDOWN(J12/K12,3),\"\"),\"\")",
            "if(and(isnumber(#REF!),isnumber(I7)),if(I7>0,rounddown(H7/I7,3),\"\"),\"\")",
            "IF(AND(ISNUMBER('My sheet'!A1:B2);ISNUMBER(I7));IF(I7>0;ROUNDDOWN(#REF!.$A$1/I7;3);\"\");\"\")",
        ] {
            assert_eq!(build(same), build(ours), "{same}");
        }
        for other in [
            "5+3",
            "H7/I7",
            "IF(AND(ISNUMBER(H7),ISNUMBER(I7)),IF(I7>0,ROUNDDOWN(H7/I7,2),\"\"),\"\")",
            "\"é",
            "'",
            "#",
        ] {
            assert_ne!(build(other), build(ours), "{other}");
        }
        assert_eq!(build("COUNTIFS('It''s'!$D$6:$D$9,\"Done, é\",A!B,1)+ '"), "COUNTIFS(@,\"Done, é\",@,1)+@");
    }
}
