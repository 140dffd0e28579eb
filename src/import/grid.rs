//! Spreadsheets of any making as sheets of cells: workbooks and comma-separated text.
//!
//! A file may claim millions of rows or unfold to thousands of times its size: both are bounded before anything is kept.

use super::{ImportError, table};
use crate::export::csv::unguarded;
use crate::form::Typed;
use std::collections::BTreeMap;

/// Cells of one file that are not empty; the largest spreadsheets of answers have a thousandth of them.
pub const MAX_CELLS: usize = 1_000_000;
/// Bytes that a workbook may unfold to.
pub const MAX_UNPACKED: u64 = 256_000_000;

static EMPTY: Typed = Typed::Empty;

/// One sheet. Rows and columns count from 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    rows: BTreeMap<usize, BTreeMap<usize, Typed>>,
    formulas: BTreeMap<(usize, usize), String>,
    merged: Vec<Block>,
}

/// Cells that were merged into one: the first alone says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Row and column.
    pub first: (usize, usize),
    pub last: (usize, usize),
}

impl Block {
    /// Its name, such as `D7:D8`.
    pub fn name(&self) -> String {
        format!("{}:{}", address(self.first.0, self.first.1), address(self.last.0, self.last.1))
    }

    /// Why nothing can be made of what `whose` says in it.
    pub fn puzzle(&self, whose: &str) -> String {
        format!(
            "{} were merged into one cell, so it cannot be told what {whose} says: take them apart and write into each \
             what it is to say",
            self.name()
        )
    }
}

impl Sheet {
    /// The name of a cell with its sheet, such as `Action plan!N9`.
    pub fn address(&self, row: usize, column: usize) -> String {
        format!("{}!{}", self.name, address(row, column))
    }

    /// The block that keeps a cell from saying anything: one that it is in, and not the first of.
    pub fn merged_over(&self, row: usize, column: usize) -> Option<&Block> {
        self.merged.iter().find(|Block { first, last }| {
            (first.0..=last.0).contains(&row) && (first.1..=last.1).contains(&column) && *first != (row, column)
        })
    }

    /// The rows that have a cell that is not empty.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.rows.keys().copied()
    }

    pub fn cell(&self, row: usize, column: usize) -> &Typed {
        self.rows.get(&row).and_then(|cells| cells.get(&column)).unwrap_or(&EMPTY)
    }

    /// The text of a cell without blanks around it, days and numbers as text.
    pub fn text(&self, row: usize, column: usize) -> String {
        text(self.cell(row, column)).trim().to_owned()
    }

    /// What a cell says, where it holds a text.
    pub fn said(&self, row: usize, column: usize) -> Option<&str> {
        match self.cell(row, column) {
            Typed::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The columns of a row that hold something.
    pub fn columns(&self, row: usize) -> impl Iterator<Item = usize> {
        self.row(row).map(|(column, _)| column)
    }

    /// The cells of a row that hold something.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, &Typed)> {
        self.rows.get(&row).into_iter().flatten().map(|(column, typed)| (*column, typed))
    }

    /// All cells that hold something, by row and column.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize, &Typed)> {
        self.rows.iter().flat_map(|(row, cells)| cells.iter().map(|(column, typed)| (*row, *column, typed)))
    }

    /// One more than the last column that holds something.
    pub fn width(&self) -> usize {
        self.rows.values().filter_map(|cells| cells.keys().next_back()).max().map_or(0, |last| last + 1)
    }

    /// The formula by which what a cell says was worked out; none where it was typed.
    pub fn formula(&self, row: usize, column: usize) -> Option<&str> {
        self.formulas.get(&(row, column)).map(String::as_str)
    }

    fn set(&mut self, row: usize, column: usize, typed: Typed) {
        self.rows.entry(row).or_default().insert(column, typed);
    }
}

/// What a cell says, as text.
pub fn text(typed: &Typed) -> String {
    match typed {
        Typed::Empty => String::new(),
        Typed::Text(text) | Typed::Broken(text) => text.clone(),
        Typed::Number(number) => number.to_string(),
        Typed::Day(day) => day.to_string(),
        Typed::Flag(flag) => flag.to_string(),
    }
}

/// The name of a cell, such as `E9`.
pub fn address(row: usize, column: usize) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// The name of a column, such as `E`.
pub fn letters(column: usize) -> String {
    let mut out = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        out.push(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest % 26]);
        rest /= 26;
    }
    out.reverse();
    out.into_iter().map(char::from).collect()
}

/// The column that a name stands for.
pub fn column(letters: &str) -> Option<usize> {
    let letters = letters.trim();
    let fits = (1..=3).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| letters.bytes().fold(0, |sum, byte| sum * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1) - 1)
}

/// Whether the bytes are those of a workbook.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

/// The sheets of a file: a workbook's, or the one of a text.
pub fn read(bytes: Vec<u8>) -> Result<Vec<Sheet>, ImportError> {
    if is_workbook(&bytes) {
        // Left out, a formula that nobody worked out would look like an empty cell.
        workbook(bytes, |formula| match formula {
            "" => Typed::Empty,
            _ => Typed::Broken("a formula without a result".to_owned()),
        })
    } else {
        csv(bytes).map(|sheet| vec![sheet])
    }
}

fn csv(bytes: Vec<u8>) -> Result<Sheet, ImportError> {
    let text = table::text(bytes)?;
    let mut sheet = Sheet::default();
    let mut cells = 0;
    for row in table::rows(&text) {
        let row = row?;
        let line = usize::try_from(row.line).unwrap_or(usize::MAX).saturating_sub(1);
        for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            cells += 1;
            if cells > MAX_CELLS {
                return Err(ImportError::TooManyCells);
            }
            sheet.set(line, column, Typed::Text(unguarded(cell).to_owned()));
        }
    }
    if sheet.rows.is_empty() { Err(ImportError::Empty) } else { Ok(sheet) }
}

#[cfg(not(feature = "xlsx"))]
fn workbook(_: Vec<u8>, _: fn(&str) -> Typed) -> Result<Vec<Sheet>, ImportError> {
    Err(ImportError::NoWorkbooks)
}

/// The sheets of a workbook, with what a formula counts as that has no result.
#[cfg(feature = "xlsx")]
pub fn workbook(bytes: Vec<u8>, unworked: fn(&str) -> Typed) -> Result<Vec<Sheet>, ImportError> {
    use calamine::{Reader as _, SheetType, SheetVisible, Xlsx};
    use std::io::Cursor;
    bounded(&bytes)?;
    let broken = |error: calamine::XlsxError| ImportError::Workbook(error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let known: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let mut sheets = Vec::new();
    let mut count = 0;
    for (name, hidden) in known {
        let mut sheet = Sheet { name: name.clone(), hidden, ..Sheet::default() };
        let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
        while let Some(cell) = cells.next_cell_with_formula().map_err(broken)? {
            let place = (cell.pos.0 as usize, cell.pos.1 as usize);
            if let Some(formula) = &cell.formula {
                sheet.formulas.insert(place, formula.clone());
            }
            let typed = match (typed(&cell.value), cell.formula) {
                (Typed::Empty, Some(formula)) => unworked(&formula),
                (typed, _) => typed,
            };
            if typed == Typed::Empty {
                continue;
            }
            count += 1;
            if count > MAX_CELLS {
                return Err(ImportError::TooManyCells);
            }
            sheet.set(place.0, place.1, typed);
        }
        drop(cells);
        let place = |(row, column): (u32, u32)| (row as usize, column as usize);
        let merged = book.merge_cells_by_sheet_name(&name).map_err(broken)?;
        sheet.merged =
            merged.into_iter().map(|block| Block { first: place(block.start), last: place(block.end) }).collect();
        sheets.push(sheet);
    }
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) { Err(ImportError::Empty) } else { Ok(sheets) }
}

#[cfg(feature = "xlsx")]
fn typed(value: &calamine::DataRef<'_>) -> Typed {
    use calamine::DataRef;
    let said = |text: &str| match text {
        "" => Typed::Empty,
        // Programs differ in how they write the end of a line inside a cell.
        text => Typed::Text(text.replace("\r\n", "\n").replace('\r', "\n")),
    };
    match value {
        DataRef::Empty => Typed::Empty,
        #[expect(clippy::cast_precision_loss, reason = "whole numbers of a cell are doubles anyway")]
        DataRef::Int(number) => Typed::Number(*number as f64),
        DataRef::Float(number) => Typed::Number(*number),
        DataRef::String(text) | DataRef::DurationIso(text) => said(text),
        DataRef::SharedString(text) => said(text),
        DataRef::Bool(flag) => Typed::Flag(*flag),
        DataRef::DateTime(moment) => {
            timed(moment.as_f64(), moment.is_datetime(), moment).unwrap_or_else(|| Typed::Number(moment.as_f64()))
        }
        DataRef::DateTimeIso(text) => match (text.get(..10).and_then(|day| day.parse().ok()), text.get(11..)) {
            (Some(day), None) => Typed::Day(day),
            (Some(day), Some(time)) if time.trim_start_matches(['0', ':', '.']).is_empty() => Typed::Day(day),
            (Some(day), Some(time)) => Typed::Text(format!("{day} {time}")),
            (None, _) => said(text),
        },
        DataRef::Error(error) => Typed::Broken(error.to_string()),
    }
}

/// A day, a time of day or both, or how long something takes, as a sheet shows them; none where it can show nothing.
#[cfg(feature = "xlsx")]
fn timed(serial: f64, is_moment: bool, moment: &calamine::ExcelDateTime) -> Option<Typed> {
    let all = (serial * 86_400.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "in range")]
    let all = (0.0..=1e12).contains(&all).then_some(all as i64)?;
    let clock = |seconds: i64| match seconds % 60 {
        0 => format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60),
        rest => format!("{:02}:{:02}:{rest:02}", seconds / 3600, seconds / 60 % 60),
    };
    if !is_moment || all < 86_400 {
        return Some(Typed::Text(clock(all)));
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let day = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let (seconds, mut day) = (all % 86_400, day.ok()?);
    // Less than half a second before midnight is the day that begins.
    if seconds == 0 && serial.fract() > 0.5 {
        day = day.tomorrow().ok()?;
    }
    Some(if seconds == 0 { Typed::Day(day) } else { Typed::Text(format!("{day} {}", clock(seconds))) })
}

/// Refuses an archive that unfolds to more than anybody's spreadsheet, by unfolding it into nothing.
#[cfg(feature = "xlsx")]
fn bounded(bytes: &[u8]) -> Result<(), ImportError> {
    use std::io::{self, Read as _};
    if bytes.len() as u64 > table::MAX_BYTES {
        return Err(ImportError::TooLarge { size: bytes.len() as u64 });
    }
    if !bytes.starts_with(b"PK") {
        return Err(ImportError::Workbook("it is a workbook of the old kind: save it as .xlsx".to_owned()));
    }
    let broken = |error: &dyn std::fmt::Display| ImportError::Workbook(error.to_string());
    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if let Some(what) = foreign_archive(&archive) {
        return Err(ImportError::Workbook(what.to_owned()));
    }
    let mut left = MAX_UNPACKED;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| broken(&error))?;
        let taken = io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(|error| broken(&error))?;
        left = left.checked_sub(taken).ok_or(ImportError::Unfolds)?;
    }
    Ok(())
}

/// What an archive is that is no workbook of the kind that is read, by the parts in it.
#[cfg(feature = "xlsx")]
fn foreign_archive<R: std::io::Read + std::io::Seek>(archive: &zip::ZipArchive<R>) -> Option<&'static str> {
    let has = |name: &str| {
        archive.file_names().flatten().any(|known| known.trim_start_matches('/').eq_ignore_ascii_case(name))
    };
    if has("[Content_Types].xml") || has("_rels/.rels") {
        None
    } else if has("content.xml") {
        Some("it is an OpenDocument spreadsheet (.ods): save it as .xlsx")
    } else if has("Index/Document.iwa") || has("Index.zip") {
        Some("it is a Numbers spreadsheet: save it as .xlsx")
    } else {
        Some("it is a zip archive of something else: unpack it, and give one file of it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_have_the_names_that_spreadsheets_give_them() {
        assert_eq!(address(8, 4), "E9");
        for (at, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letters(at), name);
            assert_eq!(column(&name.to_lowercase()), Some(at));
        }
        assert_eq!(column("A1"), None);
        assert_eq!(column(""), None);
    }

    #[test]
    fn a_text_is_a_sheet_without_the_apostrophes_of_formulas() {
        let sheets = read("\u{feff}Number,Answer\r\n1.1,'=1+1\r\n1.2,\"'tis\"\r\n".into()).expect("a sheet");
        assert_eq!(sheets[0].text(1, 1), "=1+1");
        assert_eq!(sheets[0].text(2, 1), "'tis");
        assert_eq!(sheets[0].rows().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(sheets[0].width(), 2);
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn archives_that_are_no_workbook_are_told_apart() {
        use std::io::{Cursor, Write as _};
        let archive = |names: &[&str]| {
            let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for name in names {
                writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
                writer.write_all(b"<x/>").expect("written");
            }
            read(writer.finish().expect("an archive").into_inner()).expect_err("no workbook").to_string()
        };
        let said = archive(&["mimetype", "content.xml", "META-INF/manifest.xml"]);
        assert!(said.ends_with("it is an OpenDocument spreadsheet (.ods): save it as .xlsx"), "{said}");
        let said = archive(&["Index/Document.iwa"]);
        assert!(said.ends_with("a Numbers spreadsheet: save it as .xlsx"), "{said}");
        let said = archive(&["answers.csv"]);
        assert!(said.contains("unpack it"), "{said}");
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_reading(bytes in proptest::collection::vec(any::<u8>(), 0..200), zip in any::<bool>()) {
            let mut file = if zip { b"PK\x03\x04".to_vec() } else { Vec::new() };
            file.extend(bytes);
            let _ = read(file);
        }
    }
}
