//! The cells of a workbook, as they stand in the file.

use super::BookError;
use crate::form::Typed;
use calamine::{DataRef, Reader as _, Xlsx, open_workbook_from_rs};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::Cursor;

/// More text than this (bytes, unpacked) is in no workbook of ours: a thousandth of it is usual.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// More cells than these are in no workbook of ours.
const MAX_CELLS: usize = 1_000_000;

/// A sheet's cells that hold something, by row and column from 0.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) cells: BTreeMap<(u32, u32), Typed>,
}

impl Sheet {
    pub(super) fn at(&self, row: u32, column: u32) -> &Typed {
        self.cells.get(&(row, column)).unwrap_or(&Typed::Empty)
    }

    pub(super) fn text(&self, row: u32, column: u32) -> Option<&str> {
        match self.at(row, column) {
            Typed::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The cells of a row.
    pub(super) fn row(&self, row: u32) -> impl Iterator<Item = (u32, &Typed)> {
        self.cells.range((row, 0)..=(row, u32::MAX)).map(|((_, column), typed)| (*column, typed))
    }
}

pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, BookError> {
    let unreadable = |error: &dyn std::fmt::Display| BookError::Unreadable(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut unpacked: u64 = 0;
    for at in 0..archive.len() {
        let size = archive.by_index_raw(at).map_err(|error| unreadable(&error))?.size();
        unpacked = unpacked.saturating_add(size);
    }
    if unpacked > MAX_UNPACKED {
        return Err(BookError::TooLarge);
    }
    let mut workbook: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|error: calamine::XlsxError| unreadable(&error))?;
    let names: Vec<String> = workbook.sheet_names();
    let mut sheets = Vec::with_capacity(names.len());
    let mut total = 0;
    for name in names {
        let mut cells = BTreeMap::new();
        // A sheet of another kind (a chart, a macro) has no cells.
        if let Ok(mut reader) = workbook.worksheet_cells_reader(&name) {
            while let Some(cell) = reader.next_cell_with_formula().map_err(|error| unreadable(&error))? {
                let typed = match (typed(&cell.value), cell.formula) {
                    // What a program wrote and nobody has worked out yet is what was typed.
                    (Typed::Empty, Some(formula)) => Typed::Text(format!("={formula}")),
                    (typed, _) => typed,
                };
                if typed != Typed::Empty {
                    total += 1;
                    if total > MAX_CELLS {
                        return Err(BookError::TooLarge);
                    }
                    cells.insert(cell.pos, typed);
                }
            }
        }
        sheets.push(Sheet { name, cells });
    }
    Ok(sheets)
}

fn typed(value: &DataRef<'_>) -> Typed {
    let text = |text: &str| {
        if text.is_empty() {
            Typed::Empty
        } else if text.contains('\r') {
            Typed::Text(text.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Typed::Text(text.to_owned())
        }
    };
    match value {
        DataRef::Empty => Typed::Empty,
        DataRef::String(found) => text(found),
        DataRef::SharedString(found) => text(found),
        DataRef::Int(number) => number.to_string().parse().map_or(Typed::Empty, Typed::Number),
        DataRef::Float(number) => Typed::Number(*number),
        DataRef::Bool(flag) => Typed::Flag(*flag),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let part = |number: u8| i8::try_from(number).ok();
            let day = i16::try_from(year).ok().zip(part(month)).zip(part(day));
            match day.and_then(|((year, month), day)| Date::new(year, month, day).ok()) {
                Some(day) if !moment.is_duration() => Typed::Day(day),
                _ => Typed::Number(moment.as_f64()),
            }
        }
        DataRef::DateTimeIso(moment) => {
            moment.get(..10).and_then(|day| day.parse().ok()).map_or_else(|| text(moment), Typed::Day)
        }
        DataRef::DurationIso(duration) => text(duration),
        DataRef::Error(error) => Typed::Broken(error.to_string()),
    }
}

/// `E7` for row 6 and column 4.
pub(super) fn name_of(row: u32, column: u32) -> String {
    let mut left = column + 1;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row + 1)
}
