//! What the sheets say: rows of answers, lines of the organisation, who filled them in.

use super::BookError;
use super::stray::{self, Claimed};
use crate::form::book::{
    self, ASKED, FILLED_IN_BY, GUIDE, HIDDEN, Identity, MARK, NUMBER, ON, ORGANISATION, QUESTION, RowId, SUMMARY, WAS,
};
use crate::form::organisation::{About, HIDDEN_COLUMN, SITE_TITLES};
use crate::form::{Field, Typed};
use crate::import::Stray;
use crate::import::grid::{self, Sheet};
use std::collections::BTreeMap;

/// A workbook as it came back.
#[derive(Debug)]
pub struct Book {
    pub identity: Identity,
    pub rows: Vec<Row>,
    pub lines: Vec<Line>,
    /// Who filled the sheets in, by the sheet's name.
    pub signatures: BTreeMap<String, Signature>,
    /// What was not read.
    pub notes: Vec<String>,
    /// What was typed outside the cells to be filled in.
    pub strays: Vec<Stray>,
    /// What cannot be merged safely.
    pub unsafe_: Vec<(String, String)>,
}

/// Who filled a sheet in, and when, as it was typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signature {
    pub by: Option<(String, String)>,
    pub on: Option<(String, Typed)>,
}

/// A row of a section's sheet.
#[derive(Debug)]
pub struct Row {
    pub sheet: String,
    pub id: RowId,
    pub values: Vec<Value>,
    /// What stands in the column of questions.
    pub question: Option<(String, String)>,
}

/// A cell that can be filled in.
#[derive(Debug)]
pub struct Value {
    pub field: Field,
    /// Its name, such as `Data security!E7`.
    pub cell: String,
    pub typed: Typed,
    /// What was written into it; none where the hidden cells are gone.
    pub was: Option<String>,
}

/// A line of *Your organisation*.
#[derive(Debug)]
pub struct Line {
    pub about: About,
    /// One for each cell of the line: its name, what stands in it, what was written into it.
    pub cells: Vec<(String, Typed, String)>,
}

/// Reads a workbook; an error where it is none of ours.
pub fn read(bytes: &[u8]) -> Result<Book, BookError> {
    let sheets = sheets(bytes)?;
    let (mut book, claimed) = understood(&sheets)?;
    if book.identity.format <= book::FORMAT {
        match stray::find(&sheets, &claimed) {
            Some(strays) => book.strays = strays,
            None => book.notes.push(
                "the hidden sheet that lists what the workbook says itself is gone or of an earlier dspt: what was typed \
                 outside the cells to be filled in is not listed, so look through the sheets for it"
                    .to_owned(),
            ),
        }
    }
    Ok(book)
}

/// By what a fresh workbook's own texts are known again in it: what it keeps of itself. Nothing where it is none of ours.
pub fn printed(bytes: &[u8]) -> Vec<String> {
    let Ok(sheets) = sheets(bytes) else { return Vec::new() };
    understood(&sheets).map(|(_, claimed)| stray::keys(&sheets, &claimed)).unwrap_or_default()
}

fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, BookError> {
    // What a program wrote and nobody has worked out yet is what was typed.
    Ok(grid::workbook(bytes.to_vec(), |formula| Typed::Text(format!("={formula}")))?)
}

/// What the sheets say, and the cells that it was read from.
fn understood(sheets: &[Sheet]) -> Result<(Book, Claimed), BookError> {
    let mut identity: Option<Identity> = None;
    for found in sheets.iter().filter_map(identity_of) {
        match &identity {
            Some(known) if *known != found.2 => {
                let name =
                    |identity: &Identity| format!("{} {} {}", identity.ods_code, identity.standard, identity.edition);
                return Err(BookError::Mixed(name(known), name(&found.2)));
            }
            _ => identity = Some(found.2),
        }
    }
    let identity = identity.ok_or(BookError::NotOurs)?;
    let mut book = Book {
        identity,
        rows: Vec::new(),
        lines: Vec::new(),
        signatures: BTreeMap::new(),
        notes: Vec::new(),
        strays: Vec::new(),
        unsafe_: Vec::new(),
    };
    let mut claimed = Claimed::default();
    if book.identity.format > book::FORMAT {
        return Ok((book, claimed));
    }
    for sheet in sheets {
        let place = identity_of(sheet).map(|(row, column, _)| (row, column));
        match (sheet.name.as_str(), place) {
            (HIDDEN, _) => claimed.sheet(sheet),
            (GUIDE | SUMMARY, _) => {}
            (_, Some((row, column))) if is_of_organisation(sheet, column) => {
                lines(&mut book, &mut claimed, sheet, row, column);
            }
            (ORGANISATION, _) => {
                claimed.sheet(sheet);
                book.unsafe_.push((
                sheet.name.clone(),
                "the hidden columns are gone, so it cannot be told what was changed here; nothing of this sheet can be \
                 merged safely"
                    .to_owned(),
                ));
            }
            (_, Some((row, column))) => rows(&mut book, &mut claimed, sheet, row, Some(column)),
            (_, None) => match header_row(sheet) {
                Some(row) => rows(&mut book, &mut claimed, sheet, row, None),
                // Its texts are known again, whatever it is called now.
                None if is_renamed(sheet) => {}
                None if sheet.rows().next().is_none() => {}
                None => book.notes.push(format!("sheet {} is none of the workbook's and was not read", sheet.name)),
            },
        }
    }
    Ok((book, claimed))
}

/// The cell that says whose workbook it is.
fn identity_of(sheet: &Sheet) -> Option<(usize, usize, Identity)> {
    sheet.cells().find_map(|(row, column, typed)| match typed {
        Typed::Text(text) => Identity::read(text).map(|identity| (row, column, identity)),
        _ => None,
    })
}

/// Whether the hidden cells of a sheet stand for lines of the organisation.
fn is_of_organisation(sheet: &Sheet, hidden: usize) -> bool {
    sheet.rows().any(|row| sheet.said(row, hidden).is_some_and(|text| About::read(text).is_some()))
}

/// Whether a sheet is the guide or the summary, by what it begins with.
fn is_renamed(sheet: &Sheet) -> bool {
    sheet.said(0, 0).is_some_and(|title| [GUIDE, SUMMARY].contains(&title))
}

/// Whether a sheet is a section's, whatever became of its titles.
pub(super) fn is_table(sheet: &Sheet) -> bool {
    header_row(sheet).is_some() || identity_of(sheet).is_some_and(|(_, column, _)| !is_of_organisation(sheet, column))
}

/// The row of titles of a section's sheet.
fn header_row(sheet: &Sheet) -> Option<usize> {
    let has = |row: usize, wanted: &str| {
        sheet.row(row).any(|(_, typed)| matches!(typed, Typed::Text(text) if text == wanted))
    };
    sheet.rows().take_while(|row| *row < 50).find(|row| has(*row, NUMBER) && has(*row, Field::Answer.title()))
}

/// The name and the day above a table, kept by a name for the sheet.
fn signature(book: &mut Book, claimed: &mut Claimed, sheet: &Sheet, named: &str, header: usize) {
    let mut signature = Signature::default();
    for (row, column, typed) in sheet.cells().take_while(|(row, ..)| *row < header) {
        let Typed::Text(label) = typed else { continue };
        let place = (row, column + 1);
        let name = sheet.address(place.0, place.1);
        let value = sheet.cell(place.0, place.1);
        match (label.trim(), value) {
            (_, Typed::Empty) => {}
            (FILLED_IN_BY, Typed::Text(by)) if !by.trim().is_empty() => {
                claimed.cell(sheet, place.0, place.1);
                signature.by = Some((name, by.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
            (ON, value) => {
                claimed.cell(sheet, place.0, place.1);
                signature.on = Some((name, value.clone()));
            }
            _ => {}
        }
    }
    let known = book.signatures.entry(named.to_owned()).or_default();
    // Of a sheet and its copy, either may be signed.
    known.by = known.by.take().or(signature.by);
    known.on = known.on.take().or(signature.on);
}

/// The rows of a section's sheet, by its hidden cells where they are there.
fn rows(book: &mut Book, claimed: &mut Claimed, sheet: &Sheet, header: usize, hidden: Option<usize>) {
    signature(book, claimed, sheet, &sheet.name, header);
    let mut fields: BTreeMap<usize, Field> = BTreeMap::new();
    let mut was: BTreeMap<Field, usize> = BTreeMap::new();
    let (mut number, mut question, mut mark) = (None, None, None);
    // Columns that only the program reads.
    let mut unseen: Vec<usize> = hidden.into_iter().collect();
    for (column, typed) in sheet.row(header) {
        let Typed::Text(title) = typed else { continue };
        if let Some(field) = title.strip_prefix(WAS).and_then(book::field) {
            was.insert(field, column);
            unseen.push(column);
        } else if let Some(field) = book::field(title) {
            fields.insert(column, field);
        } else {
            match title.as_str() {
                NUMBER => number = Some(column),
                MARK => {
                    mark = Some(column);
                    unseen.push(column);
                }
                QUESTION => question = Some(column),
                ASKED => unseen.push(column),
                _ => {}
            }
        }
    }
    for column in &unseen {
        claimed.cell(sheet, header, *column);
    }
    let id_of = |row: usize| hidden.and_then(|column| sheet.said(row, column)).and_then(RowId::read);
    let last = sheet.rows().rfind(|row| id_of(*row).is_some()).unwrap_or(header);
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for row in sheet.rows().filter(|row| *row > header) {
        let cell = |column: usize| sheet.address(row, column);
        let said: Vec<usize> = sheet.row(row).map(|(column, _)| column).collect();
        let visible = number.and_then(|column| match sheet.cell(row, column) {
            Typed::Text(text) => Some(text.trim().to_owned()),
            Typed::Number(number) => Some(number.to_string()),
            _ => None,
        });
        let id = match (id_of(row), hidden) {
            (Some(id), _) => id,
            (None, None) => {
                let Some(number) = visible.clone().filter(|number| !number.contains(' ')) else { continue };
                let document = counted.entry(number.clone()).or_insert(0);
                *document += 1;
                RowId { number, document: *document - 1 }
            }
            // A line of ours below the table, or what somebody wrote below it.
            (None, Some(_)) if row > last => continue,
            (None, Some(_)) => {
                let typed = said.iter().filter(|column| fields.contains_key(column));
                let typed: Vec<String> = typed.map(|column| cell(*column)).collect();
                if !typed.is_empty() {
                    claimed.row(sheet, row);
                    book.unsafe_.push((
                        typed.join(", "),
                        "stands in a row that belongs to no question: write it into the question's own row".to_owned(),
                    ));
                }
                continue;
            }
        };
        for column in unseen.iter().chain(fields.keys()) {
            claimed.cell(sheet, row, *column);
        }
        if let Some(visible) = visible.filter(|visible| *visible != id.number) {
            claimed.row(sheet, row);
            book.unsafe_.push((
                cell(number.unwrap_or(0)),
                format!(
                    "says {visible}, but the hidden cells of its row are those of {}: rows were sorted without their \
                     hidden cells, so nothing of this row can be merged safely",
                    id.number
                ),
            ));
            continue;
        }
        let kept = |field: Field| was.get(&field).map(|column| plain(sheet.cell(row, *column)));
        if let Some(mark) = mark.filter(|_| hidden.is_some()) {
            // In the order of the sheet, which is the order of the form.
            let all: Vec<String> = was.keys().filter_map(|field| kept(*field)).collect();
            let wanted = book::mark(&id.text(), all.iter().map(String::as_str));
            if sheet.said(row, mark) != Some(wanted.as_str()) {
                claimed.row(sheet, row);
                book.unsafe_.push((
                    cell(mark),
                    format!(
                        "the hidden cells of {} were changed, so it cannot be told what was edited in its row; nothing \
                         of this row can be merged safely",
                        id.number
                    ),
                ));
                continue;
            }
        }
        if let Some((at, block)) = fields.keys().find_map(|at| Some((*at, sheet.merged_over(row, *at)?))) {
            claimed.row(sheet, row);
            book.unsafe_.push((cell(at), block.puzzle(&id.number)));
            continue;
        }
        let mut values = Vec::new();
        for (column, field) in &fields {
            let typed = sheet.cell(row, *column).clone();
            values.push(Value { field: *field, cell: cell(*column), typed, was: kept(*field) });
        }
        for column in [number, question.filter(|_| id.document == 0)].into_iter().flatten() {
            claimed.cell(sheet, row, column);
        }
        let question = question.and_then(|column| Some((cell(column), sheet.said(row, column)?.to_owned())));
        book.rows.push(Row { sheet: sheet.name.clone(), id, values, question });
    }
}

/// The lines of *Your organisation*.
fn lines(book: &mut Book, claimed: &mut Claimed, sheet: &Sheet, header: usize, hidden: usize) {
    signature(book, claimed, sheet, ORGANISATION, header);
    if hidden != usize::from(HIDDEN_COLUMN) {
        claimed.sheet(sheet);
        book.unsafe_.push((
            sheet.name.clone(),
            "columns were added or taken away, so nothing of this sheet can be merged safely".to_owned(),
        ));
        return;
    }
    for (row, column, _) in sheet.cells().filter(|(_, column, _)| *column >= hidden) {
        // Beyond the hidden columns somebody may have typed.
        if column < hidden + 2 + SITE_TITLES.len() {
            claimed.cell(sheet, row, column);
        }
    }
    for row in sheet.rows().filter(|row| *row > header) {
        let cell = |column: usize| sheet.address(row, column);
        let Some(about) = sheet.said(row, hidden).and_then(About::read) else { continue };
        let from = usize::from(!matches!(about, About::Site(..) | About::FreeSite(_)));
        let width = match &about {
            About::Site(..) | About::FreeSite(_) => 12,
            About::Shares => 4,
            About::Certification(_) | About::Role(_) => 2,
            _ => 1,
        };
        let was: Vec<String> = (0..width).map(|at| plain(sheet.cell(row, hidden + 2 + at))).collect();
        let wanted = book::mark(&about.text(), was.iter().map(String::as_str));
        if sheet.said(row, hidden + 1) != Some(wanted.as_str()) {
            claimed.row(sheet, row);
            book.unsafe_.push((
                cell(hidden),
                "the hidden cells of this line were changed, so nothing of it can be merged safely".to_owned(),
            ));
            continue;
        }
        if let Some((at, block)) = (from..from + width).find_map(|at| Some((at, sheet.merged_over(row, at)?))) {
            claimed.row(sheet, row);
            book.unsafe_.push((cell(at), block.puzzle("this line")));
            continue;
        }
        let cells: Vec<(String, Typed, String)> = (from..from + width)
            .zip(was)
            .map(|(column, was)| (cell(column), sheet.cell(row, column).clone(), was))
            .collect();
        for column in from..from + width {
            claimed.cell(sheet, row, column);
        }
        let says =
            |cells: &[(String, Typed, String)]| cells.iter().map(|(_, typed, _)| plain(typed)).collect::<Vec<_>>();
        match book.lines.iter().find(|line| line.about == about) {
            Some(twin) if says(&twin.cells) == says(&cells) => {}
            Some(twin) => {
                let (first, second) = (&twin.cells[0].0, &cells[0].0);
                book.unsafe_.push((
                    second.clone(),
                    format!("this line and that of {first} say different things: keep one of them"),
                ));
            }
            None => book.lines.push(Line { about, cells }),
        }
    }
}

/// A cell as text, as the hidden cells have it.
pub(super) fn plain(typed: &Typed) -> String {
    match typed {
        Typed::Empty => String::new(),
        Typed::Text(text) => text.clone(),
        Typed::Number(number) => number.to_string(),
        Typed::Day(day) => day.to_string(),
        Typed::Flag(true) => "TRUE".to_owned(),
        Typed::Flag(false) => "FALSE".to_owned(),
        Typed::Broken(what) => what.clone(),
    }
}

/// On one line, short enough for a message.
pub(super) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 60 { format!("{}…", line.chars().take(59).collect::<String>()) } else { line }
}
