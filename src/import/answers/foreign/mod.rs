//! Answers in a spreadsheet of any layout, such as one that was downloaded from the national web site: its headings are
//! not established.
//!
//! The column of numbers is found by its content, the others by alias; what was found is told before anything is taken
//! over. What the sheet does not say stays as it is, what the files do not say is filled in, and where both say
//! something else it is for people to decide.

mod take;

pub use take::{Around, Changed, Prefer, Taken, Trouble, take};

use crate::form::{Field, Typed};
use crate::import::ImportError;
use crate::import::cell::folded;
use crate::import::grid::{self, Sheet};
use crate::model::Standard;
use std::collections::BTreeMap;

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

/// A sheet as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout<'s> {
    pub sheet: &'s Sheet,
    /// What each column holds, and its heading.
    pub columns: BTreeMap<What, (usize, String)>,
    /// The rows with an item's number.
    rows: Vec<(usize, String)>,
    /// Headings of columns that were not understood.
    pub others: Vec<(usize, String)>,
    /// Whether every heading is one that our own tables have.
    pub is_ours: bool,
}

/// A sheet, its column of numbers, and the rows with one.
type Numbers<'s> = (&'s Sheet, usize, Vec<(usize, String)>);

/// Finds sheet, rows and columns; `map` holds the columns that the user named.
pub fn find<'s>(
    sheets: &'s [Sheet],
    standard: &Standard,
    map: &BTreeMap<What, usize>,
) -> Result<Layout<'s>, ImportError> {
    let numbers = |sheet: &Sheet, column: usize| -> Vec<(usize, String)> {
        let cells = sheet.rows().map(|row| (row, sheet.text(row, column)));
        cells.filter(|(_, cell)| standard.item(cell).is_some()).collect()
    };
    let mut best: Option<Numbers<'_>> = None;
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let columns = map.get(&What::Number).map_or_else(|| (0..sheet.width()).collect(), |column| vec![*column]);
        for column in columns {
            let rows = numbers(sheet, column);
            if !rows.is_empty() && best.as_ref().is_none_or(|(_, _, known)| rows.len() > known.len()) {
                best = Some((sheet, column, rows));
            }
        }
    }
    let (sheet, number, rows) = best.ok_or(ImportError::NoNumbers)?;
    let headings = headings(sheet, rows[0].0);
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
    let says_something = columns.keys().any(|what| matches!(what, What::Field(_)));
    if !says_something {
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
    let of_ours = ["Section", "Question", "Where it stands"].map(folded);
    let taken: Vec<usize> = columns.values().map(|(column, _)| *column).collect();
    let others: Vec<(usize, String)> = headings.into_iter().filter(|(column, _)| !taken.contains(column)).collect();
    let is_ours = map.is_empty()
        && columns.iter().all(|(what, (_, heading))| folded(heading) == folded(what.title()))
        && others.iter().all(|(_, heading)| of_ours.contains(&folded(heading)));
    Ok(Layout { sheet, columns, rows, others, is_ours })
}

/// The nearest row above the first number that has a heading which is known; else the row right above it.
fn headings(sheet: &Sheet, first: usize) -> BTreeMap<usize, String> {
    let above: Vec<usize> = sheet.rows().take_while(|row| *row < first).collect();
    let known = |row: &&usize| {
        sheet.columns(**row).any(|at| {
            let heading = folded(&sheet.text(**row, at));
            WHATS.iter().any(|(_, _, title, aliases)| folded(title) == heading || aliases.contains(&heading.as_str()))
        })
    };
    let near = || above.iter().rev().take(MOST_BEFORE);
    let row = near().find(known).or_else(|| near().next());
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    row.map(|row| sheet.columns(*row).map(|at| (at, words(sheet.text(*row, at)))).collect()).unwrap_or_default()
}
