//! Answers in a spreadsheet of any layout, such as one that was downloaded from the national web site: its headings are
//! not established.
//!
//! The column of numbers is found by its content, the others by alias, on every sheet that has them; what was found is
//! told before anything is taken over, and so is every sheet and row that is not read. What the sheets do not say stays
//! as it is, what the files do not say is filled in, and where both say something else it is for people to decide.

mod numbers;
mod read;
mod take;

pub use take::{Around, Changed, Taken, Trouble, take};

use crate::form::book::Identity;
use crate::form::{Field, Typed};
use crate::import::ImportError;
use crate::import::cell::folded;
use crate::import::grid::{self, Sheet};
use crate::model::Standard;
use std::collections::{BTreeMap, BTreeSet};

/// Rows above the first number that are looked through for headings.
const MOST_BEFORE: usize = 12;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Number,
    Field(Field),
    Owner,
    Reviewed,
    ReviewedBy,
    CarriedFrom,
}

/// Each with its name for `--map`, the title that our own tables give it, and other headings that mean it, folded.
const WHATS: &[(What, &str, &str, &[&str])] = &[
    (
        What::Number,
        "number",
        "Number",
        &[
            "evidenceitem",
            "evidenceref",
            "evidencereference",
            "evidenceitemreference",
            "reference",
            "ref",
            "item",
            "itemnumber",
            "no",
        ],
    ),
    (
        What::Field(Field::Answer),
        "answer",
        "Answer",
        &["response", "youranswer", "yourresponse", "answertext", "responsetext", "evidenceresponse", "reply", "value"],
    ),
    (
        What::Field(Field::WhyNot),
        "why-not",
        "Why not applicable",
        &["reason", "reasonnotapplicable", "notapplicablereason", "notapplicable"],
    ),
    (What::Field(Field::Done), "done", "How many", &[]),
    (What::Field(Field::Of), "of", "Out of", &[]),
    (What::Field(Field::CountedOn), "counted-on", "Counted on", &[]),
    (
        What::Field(Field::Document),
        "document",
        "Document: name, web link or where it is kept",
        &[
            "document",
            "documents",
            "evidence",
            "evidencedocument",
            "documentlocation",
            "file",
            "filename",
            "link",
            "upload",
        ],
    ),
    (What::Field(Field::Approved), "approved", "Approved on", &["approved", "dateapproved", "approvaldate"]),
    (What::Field(Field::ApprovedBy), "approved-by", "Approved by", &["approver"]),
    (What::Field(Field::Comment), "comment", "Comments", &["comment", "commentsoptional", "remarks"]),
    (What::Owner, "owner", "Looked after by", &["owner", "assignedto", "responsible", "lead"]),
    (What::Reviewed, "reviewed", "Reviewed on", &["reviewed", "lastreviewed", "datereviewed"]),
    (What::ReviewedBy, "reviewed-by", "Reviewed by", &["reviewer"]),
    (What::CarriedFrom, "carried-from", "Carried from", &[]),
];

impl What {
    /// Its name for `--map`.
    pub fn name(self) -> &'static str {
        WHATS.iter().find(|(what, ..)| *what == self).map_or("", |(_, name, ..)| name)
    }

    pub fn named(name: &str) -> Option<Self> {
        WHATS.iter().find(|(_, known, ..)| *known == name).map(|(what, ..)| *what)
    }

    pub fn names() -> Vec<&'static str> {
        WHATS.iter().map(|(_, name, ..)| *name).collect()
    }

    fn title(self) -> &'static str {
        WHATS.iter().find(|(what, ..)| *what == self).map_or("", |(_, _, title, _)| title)
    }
}

/// What was found in the sheets of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'s> {
    /// At least one, in the file's order.
    pub layouts: Vec<Layout<'s>>,
    /// Sheets that are not read, and why.
    pub unread: Vec<(String, String)>,
}

/// A sheet as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout<'s> {
    pub sheet: &'s Sheet,
    /// What each column holds, and its heading.
    pub columns: BTreeMap<What, (usize, String)>,
    /// The rows with an item's number.
    rows: Vec<(usize, String)>,
    /// Rows that say something and have no item's number.
    strays: Vec<Stray>,
    /// Headings of columns that were not understood.
    pub others: Vec<(usize, String)>,
    /// Whether every heading is one that our own tables have.
    pub is_ours: bool,
}

impl Layout<'_> {
    /// The name of a cell, with that of its sheet where it has one.
    fn address(&self, row: usize, column: usize) -> String {
        let cell = grid::address(row, column);
        if self.sheet.name.is_empty() { cell } else { format!("{}!{cell}", self.sheet.name) }
    }
}

/// A row that says something and has no item's number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stray {
    row: usize,
    /// What stands where the number should be.
    said: String,
    /// Whether that was meant to be a number, so that the row is one of an item.
    is_meant: bool,
}

/// Finds sheets, rows and columns; `map` holds the columns that the user named.
pub fn find<'s>(
    sheets: &'s [Sheet],
    standard: &Standard,
    map: &BTreeMap<What, usize>,
) -> Result<Found<'s>, ImportError> {
    for column in map.values() {
        let has = |sheet: &Sheet| sheet.cells().any(|(_, at, _)| at == *column);
        if !sheets.iter().filter(|sheet| !sheet.hidden).any(has) {
            return Err(ImportError::NoSuchColumn { column: grid::letters(*column), known: columns_there(sheets) });
        }
    }
    let mut numbered = Vec::new();
    let mut unread: Vec<(String, String)> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| sheet.rows().next().is_some()) {
        match numbers::column(sheet, standard, map.get(&What::Number).copied()) {
            Some(_) if sheet.hidden => unread.push((sheet.name.clone(), "it is hidden".to_owned())),
            Some((number, rows)) => numbered.push((sheet, number, rows)),
            None if sheet.hidden => {}
            None => unread.push((sheet.name.clone(), ImportError::NoNumbers.to_string())),
        }
    }
    let mut layouts = Vec::new();
    let mut failed = Vec::new();
    for (sheet, number, rows) in numbered {
        let count = rows.len();
        match layout(sheet, standard, map, number, rows) {
            Ok((layout, is_headed)) => layouts.push((layout, is_headed)),
            Err(error) => failed.push((sheet, count, error)),
        }
    }
    // A column is taken for the answers for want of others only where no sheet has a heading for them.
    if layouts.iter().any(|(_, is_headed)| *is_headed) {
        for (layout, _) in layouts.extract_if(.., |(_, is_headed)| !*is_headed) {
            unread.push((layout.sheet.name.clone(), "no heading says where its answers stand".to_owned()));
        }
    }
    if layouts.is_empty() {
        let most = failed.into_iter().rev().max_by_key(|(_, count, _)| *count);
        return Err(most.map_or(ImportError::NoNumbers, |(.., error)| error));
    }
    unread.extend(failed.into_iter().map(|(sheet, _, error)| (sheet.name.clone(), error.to_string())));
    Ok(Found { layouts: layouts.into_iter().map(|(layout, _)| layout).collect(), unread })
}

/// The columns of the first sheet, each with what stands in its headings.
fn columns_there(sheets: &[Sheet]) -> String {
    let Some(sheet) = sheets.iter().find(|sheet| !sheet.hidden && sheet.width() > 0) else { return String::new() };
    let first: Vec<usize> = sheet.rows().take(MOST_BEFORE).collect();
    let row = first.iter().copied().find(|row| is_heading(sheet, *row));
    let headings = row.or_else(|| first.first().copied()).map(|row| headings(sheet, row)).unwrap_or_default();
    let columns: BTreeSet<usize> = sheet.cells().map(|(_, column, _)| column).collect();
    let shown = columns.into_iter().map(|column| match headings.get(&column) {
        Some(heading) => format!("{} \"{heading}\"", grid::letters(column)),
        None => grid::letters(column),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Whether it is a sheet of one of our workbooks, saved as text: its days may stand month first, and what is merged cell
/// by cell in the workbook would be taken for somebody's own table here.
pub fn is_of_a_workbook(sheet: &Sheet) -> bool {
    sheet.cells().any(|(row, column, _)| sheet.said(row, column).is_some_and(|text| Identity::read(text).is_some()))
}

/// A sheet's layout, and whether a heading or the user says where the answers stand.
fn layout<'s>(
    sheet: &'s Sheet,
    standard: &Standard,
    map: &BTreeMap<What, usize>,
    number: usize,
    rows: Vec<(usize, String)>,
) -> Result<(Layout<'s>, bool), ImportError> {
    let heading_row = heading_row(sheet, standard, number, rows[0].0);
    let headings = heading_row.map(|(row, _)| headings(sheet, row)).unwrap_or_default();
    let mut columns = BTreeMap::from([(What::Number, (number, headings.get(&number).cloned().unwrap_or_default()))]);
    for (what, column) in map {
        columns.insert(*what, (*column, headings.get(column).cloned().unwrap_or_default()));
    }
    for is_own in [true, false] {
        for (what, _, title, aliases) in WHATS {
            let means = |heading: &str| {
                let heading = folded(heading);
                if is_own { heading == folded(title) } else { aliases.contains(&heading.as_str()) }
            };
            let taken: Vec<usize> = columns.values().map(|(column, _)| *column).collect();
            let found = headings.iter().find(|(column, heading)| !taken.contains(column) && means(heading));
            if let (false, Some((column, heading))) = (columns.contains_key(what), found) {
                columns.insert(*what, (*column, heading.clone()));
            }
        }
    }
    let is_headed = columns.keys().any(|what| matches!(what, What::Field(_)));
    if !is_headed {
        // Two columns without headings can only be numbers and answers.
        let others: Vec<usize> = (0..sheet.width())
            .filter(|at| *at != number && rows.iter().any(|(row, _)| *sheet.cell(*row, *at) != Typed::Empty))
            .collect();
        match others.as_slice() {
            [only] => drop(columns.insert(What::Field(Field::Answer), (*only, String::new()))),
            _ => {
                let known = headings.iter().map(|(at, heading)| format!("{} \"{heading}\"", grid::letters(*at)));
                return Err(ImportError::NoAnswers(known.collect::<Vec<_>>().join(", ")));
            }
        }
    }
    let strays = strays(sheet, standard, &columns, heading_row, &rows);
    let of_ours = ["Section", "Question", "Where it stands"].map(folded);
    let taken: Vec<usize> = columns.values().map(|(column, _)| *column).collect();
    let others: Vec<(usize, String)> = headings.into_iter().filter(|(column, _)| !taken.contains(column)).collect();
    let is_ours = map.is_empty()
        && columns.iter().all(|(what, (_, heading))| folded(heading) == folded(what.title()))
        && others.iter().all(|(_, heading)| of_ours.contains(&folded(heading)));
    Ok((Layout { sheet, columns, rows, strays, others, is_ours }, is_headed))
}

/// Rows that say something in the columns that are read, and have no item's number.
fn strays(
    sheet: &Sheet,
    standard: &Standard,
    columns: &BTreeMap<What, (usize, String)>,
    heading_row: Option<(usize, bool)>,
    rows: &[(usize, String)],
) -> Vec<Stray> {
    let number = columns[&What::Number].0;
    let numbered: BTreeSet<usize> = rows.iter().map(|(row, _)| *row).collect();
    let says = |row: usize| {
        let mut others = columns.values().filter(|(column, _)| *column != number);
        others.any(|(column, _)| !sheet.text(row, *column).is_empty())
    };
    let known = heading_row.filter(|(_, is_known)| *is_known).map(|(row, _)| row);
    let mut found = Vec::new();
    for row in sheet.rows().filter(|row| !numbered.contains(row) && known.is_none_or(|known| *row > known)) {
        if heading_row.is_some_and(|(heading, _)| heading == row) || !says(row) {
            continue;
        }
        let is_meant = numbers::is_meant(standard, sheet.cell(row, number));
        // What stands above the first item and has no number is what the file says of itself.
        if is_meant || known.is_some() || row > rows[0].0 {
            found.push(Stray { row, said: sheet.text(row, number), is_meant });
        }
    }
    found
}

/// The nearest row above the first number that has a heading which is known; else the row right above it. Whether it is
/// known is told beside it.
fn heading_row(sheet: &Sheet, standard: &Standard, number: usize, first: usize) -> Option<(usize, bool)> {
    let above: Vec<usize> = sheet.rows().take_while(|row| *row < first).collect();
    let near = || above.iter().rev().take(MOST_BEFORE);
    let right_above = || near().next().filter(|row| !numbers::is_meant(standard, sheet.cell(**row, number)));
    near()
        .find(|row| is_heading(sheet, **row))
        .map(|row| (*row, true))
        .or_else(|| right_above().map(|row| (*row, false)))
}

/// Whether a row has a heading that is known.
fn is_heading(sheet: &Sheet, row: usize) -> bool {
    sheet.columns(row).any(|at| {
        let heading = folded(&sheet.text(row, at));
        WHATS.iter().any(|(_, _, title, aliases)| folded(title) == heading || aliases.contains(&heading.as_str()))
    })
}

/// The headings of a row, each on one line.
fn headings(sheet: &Sheet, row: usize) -> BTreeMap<usize, String> {
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    sheet.columns(row).map(|at| (at, words(sheet.text(row, at)))).collect()
}
