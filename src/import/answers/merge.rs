//! Three sides of each cell: what was written into it, what stands in it, what the files say now.

use super::book::{Book, Row, Signature, plain, shortened};
use super::organisation;
use super::rows::merge_rows;
use crate::form::book::ORGANISATION;
use crate::form::{self, Typed};
use crate::import::Prefer;
use crate::model::{Answers, Organisation, Standard};
use crate::source::Pointer;
use crate::source::edit::Change;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What a workbook is held against.
pub struct Surroundings<'a> {
    pub standard: &'a Standard,
    pub organisation: &'a Organisation,
    pub answers: &'a Answers,
    /// The day on which it is taken over.
    pub day: Date,
    /// Who filled it in, where no sheet says so.
    pub by: Option<&'a str>,
    pub prefer: Prefer,
    /// The digest of a file of the workspace; none where there is no such file.
    pub find_file: &'a dyn Fn(&str) -> Option<String>,
}

/// What an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    Organisation,
    Item(String),
}

/// An edit as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub named: Named,
    /// The title of the column or the label of the line.
    pub what: String,
    pub cell: String,
    pub old: String,
    pub new: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// Sheet and files changed differently.
    Conflict,
    /// It cannot be told what is meant.
    Unclear,
}

/// Why nothing is written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub kind: TroubleKind,
    pub cell: String,
    pub message: String,
    /// Where the files say it.
    pub pointer: Option<(Named, Pointer)>,
}

/// What a workbook changes.
#[derive(Debug, Default)]
pub struct Merge {
    pub answers: Vec<Change>,
    pub organisation: Vec<Change>,
    pub changed: Vec<Changed>,
    /// Items whose answers are said to be still true, with who said so.
    pub confirmed: Vec<(String, Option<String>)>,
    pub troubles: Vec<Trouble>,
    pub notes: Vec<String>,
}

impl Trouble {
    pub(super) fn conflict(cell: String, message: String, place: (Named, Pointer)) -> Self {
        Self { kind: TroubleKind::Conflict, cell, message, pointer: Some(place) }
    }
}

impl Merge {
    pub(super) fn unclear(&mut self, cell: impl Into<String>, message: impl Into<String>) {
        self.troubles.push(Trouble {
            kind: TroubleKind::Unclear,
            cell: cell.into(),
            message: message.into(),
            pointer: None,
        });
    }
}

/// Who stands behind a sheet, and since when.
pub(super) struct Signed {
    pub(super) by: Option<String>,
    pub(super) on: Date,
}

pub fn merge(book: &Book, around: &Surroundings<'_>) -> Merge {
    let mut merge = Merge { notes: book.notes.clone(), ..Merge::default() };
    merge.notes.extend(book.strays.iter().map(|stray| {
        format!(
            "not taken over: {} says \"{}\", where nothing is asked: write it into a white cell, or into the files",
            stray.cell, stray.text
        )
    }));
    for (cell, message) in &book.unsafe_ {
        merge.unclear(cell, message);
    }
    if book.identity.bank != around.standard.digest {
        merge.notes.push(
            "the workbook was made with another revision of the question bank: read the questions again".to_owned(),
        );
    }
    let mut signed: BTreeMap<&str, Signed> = BTreeMap::new();
    for sheet in book.signatures.keys() {
        let found = sign(book, sheet, around, &mut merge);
        signed.insert(sheet, found);
    }
    let unsigned = Signed { by: around.by.map(str::to_owned), on: around.day };
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut items: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &book.rows {
        items.entry(&row.id.number).or_default().push(row);
    }
    for (number, rows) in items {
        let Some(item) = around.standard.item(number) else {
            merge.unclear(
                rows[0].values.first().map_or("", |value| &value.cell),
                format!("there is no item {number} in {}", around.standard.edition()),
            );
            continue;
        };
        let sheet = &rows[0].sheet;
        if merge_rows(&mut merge, around, item, &rows, signed.get(sheet.as_str()).unwrap_or(&unsigned)) {
            used.insert(sheet);
        }
    }
    if let Some(signature) = signed.get(ORGANISATION)
        && organisation::lines(&mut merge, around, &book.lines, signature)
    {
        used.insert(ORGANISATION);
    }
    for (sheet, signature) in &book.signatures {
        if let Some((cell, by)) = signature.by.as_ref().filter(|_| !used.contains(sheet.as_str())) {
            let also = sheet == ORGANISATION && !used.is_empty();
            if !also {
                merge.notes.push(format!("{cell} says {by}, but nothing on this sheet was answered or confirmed"));
            }
        }
    }
    if merge.troubles.is_empty() {
        return merge;
    }
    merge.answers.clear();
    merge.organisation.clear();
    merge
}

/// The name and day of a sheet, else those of the first sheet, else what the command line knows.
fn sign(book: &Book, sheet: &str, around: &Surroundings<'_>, merge: &mut Merge) -> Signed {
    let empty = Signature::default();
    let own = book.signatures.get(sheet).unwrap_or(&empty);
    let first = book.signatures.get(ORGANISATION).unwrap_or(&empty);
    let by = own.by.as_ref().or(first.by.as_ref()).map(|(_, by)| by.clone());
    let by = by.or_else(|| around.by.map(str::to_owned));
    let mut on = around.day;
    if let Some((cell, typed)) = own.on.as_ref().or(first.on.as_ref()) {
        let is_own = own.on.is_some() || sheet == ORGANISATION;
        let day = match typed {
            Typed::Day(day) => Some(*day),
            other => form::day(&plain(other)),
        };
        match day {
            Some(day) if day <= around.day => on = day,
            Some(day) if is_own => merge.unclear(cell, format!("{day} lies in the future")),
            None if is_own => {
                let said = shortened(&plain(typed));
                merge.unclear(cell, format!("says \"{said}\": type a day, such as 30/06/2026"));
            }
            _ => {}
        }
    }
    Signed { by, on }
}

pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("\"{}\"", shortened(text)) }
}
