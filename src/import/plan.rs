//! An action plan that comes back from a spreadsheet: which cells were edited, and what that means for the plan's file.
//!
//! The workbook keeps what was exported on a hidden sheet, so that an edit is told from what the file has gained since.
//! Where that sheet is missing, only empty places are filled in; whatever else differs is a conflict.

use super::grid::{self, Sheet, address};
use super::{ImportError, Prefer, Stray};
use crate::export::plan::{
    Column, EXPORTED, EXPORTED_LAYOUT, EXPORTED_MARK, PRINTED, action_cell, printed_key, status_label,
};
use crate::export::text::plain;
use crate::form::{Typed, day};
use crate::model::{Action, ActionPlan, ActionStatus, Organisation, Standard};
use crate::plan::owner;
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Rows above the headings that are looked through.
const MOST_BEFORE: usize = 40;

/// Whose plan it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub standard: String,
    pub edition: String,
    pub ods_code: String,
}

/// A plan as a spreadsheet has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// None where the spreadsheet does not say.
    pub identity: Option<Identity>,
    /// The name of its sheet; empty where it has none.
    pub sheet: String,
    lines: Vec<Line>,
    /// By number and column; none where nothing of the export is left.
    exported: Option<BTreeMap<String, Vec<(Column, String)>>>,
    /// Where nothing is asked.
    pub strays: Vec<Stray>,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    number: String,
    row: usize,
    cells: Vec<(Column, usize, Typed)>,
}

/// A cell that was edited and is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub cell: String,
    pub number: String,
    pub column: Column,
    /// What the plan's file said before.
    pub old: String,
    pub new: String,
}

/// A cell and a value of the file that were both changed, and differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub cell: String,
    pub number: String,
    pub column: Column,
    /// Where the file's value stands.
    pub pointer: Pointer,
    pub sheet: String,
    pub file: String,
    /// None where the spreadsheet does not keep it.
    pub exported: Option<String>,
}

/// A cell of which nothing can be made, in words that stand behind its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    pub cell: String,
    pub reason: String,
}

/// What an import comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    pub taken: Vec<Taken>,
    pub conflicts: Vec<Conflict>,
    pub unclear: Vec<Unclear>,
    pub changes: Vec<Change>,
    /// The plan as the file has to say it afterwards.
    pub meant: ActionPlan,
}

/// Reads a plan from the sheets of a file.
pub fn read(sheets: &[Sheet]) -> Result<Book, ImportError> {
    let kept = sheets.iter().find(|sheet| layout(sheet).is_some());
    if let Some(layout) = kept.and_then(layout).filter(|layout| *layout != EXPORTED_LAYOUT) {
        return Err(if layout > EXPORTED_LAYOUT {
            ImportError::NewerPlan { layout, read: EXPORTED_LAYOUT }
        } else {
            ImportError::OlderPlan { layout, read: EXPORTED_LAYOUT }
        });
    }
    let identity =
        kept.map(|kept| Identity { standard: kept.text(0, 1), edition: kept.text(0, 2), ods_code: kept.text(0, 3) });
    let mut found = None;
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden && sheet.name != EXPORTED) {
        let header = sheet.rows().take(MOST_BEFORE).find_map(|row| Some((row, headings(sheet, row)?)));
        if let Some((row, columns)) = header {
            found = Some((sheet, row, columns));
            break;
        }
    }
    let (sheet, header, columns) = found.ok_or(ImportError::NoColumn(Column::Item.title()))?;
    let lines: Vec<Line> =
        sheet.rows().filter(|row| *row > header).filter_map(|row| line(sheet, row, &columns)).collect();
    // A foreign spreadsheet has columns of its own.
    let strays = kept.map_or_else(Vec::new, |kept| {
        let read = |row: usize, column: usize| {
            let is_line = lines.iter().any(|line| line.row == row);
            is_line && columns.iter().any(|(known, at)| *at == column && known.is_filled_in())
        };
        let own = sheet.cells().filter(|(row, column, _)| !read(*row, *column)).map(|cell| (sheet, cell));
        let others = sheets.iter().filter(|other| !other.hidden && other.name != sheet.name && other.name != EXPORTED);
        let others = others.flat_map(|other| other.cells().map(move |cell| (other, cell)));
        typed(kept, own.chain(others))
    });
    Ok(Book { identity, sheet: sheet.name.clone(), lines, exported: kept.map(exported), strays })
}

/// Whether a sheet keeps what a workbook of ours was exported with, whatever its layout.
pub fn is_kept(sheet: &Sheet) -> bool {
    sheet.name == EXPORTED && layout(sheet).is_some()
}

fn layout(kept: &Sheet) -> Option<u32> {
    kept.text(0, 0).strip_prefix(EXPORTED_MARK)?.trim().parse().ok()
}

/// The cells that say what the workbook does not say itself.
fn typed<'s>(kept: &Sheet, cells: impl Iterator<Item = (&'s Sheet, (usize, usize, &'s Typed))>) -> Vec<Stray> {
    let column = kept.columns(1).find(|column| kept.text(1, *column) == PRINTED);
    let known: BTreeSet<String> =
        column.into_iter().flat_map(|column| kept.rows().map(move |row| kept.text(row, column))).collect();
    cells
        .map(|(sheet, (row, column, _))| Stray { cell: sheet.address(row, column), text: sheet.text(row, column) })
        .filter(|stray| !stray.text.is_empty() && !known.contains(&printed_key(&stray.text)))
        .collect()
}

/// The columns of a row of headings; none where it is none.
fn headings(sheet: &Sheet, row: usize) -> Option<Vec<(Column, usize)>> {
    let mut columns = Vec::new();
    for at in sheet.columns(row) {
        let heading = super::cell::folded(&sheet.text(row, at));
        let known = Column::ALL.into_iter().find(|known| super::cell::folded(known.title()) == heading);
        if let Some(known) = known.filter(|known| !columns.iter().any(|(column, _)| column == known)) {
            columns.push((known, at));
        }
    }
    let has_item = columns.iter().any(|(column, _)| *column == Column::Item);
    (has_item && columns.iter().any(|(column, _)| column.is_filled_in())).then_some(columns)
}

fn line(sheet: &Sheet, row: usize, columns: &[(Column, usize)]) -> Option<Line> {
    let at = |wanted: Column| columns.iter().find(|(column, _)| *column == wanted).map(|(_, at)| *at);
    let number = sheet.text(row, at(Column::Item)?);
    let others = columns.iter().any(|(column, at)| *column != Column::Item && *sheet.cell(row, *at) != Typed::Empty);
    // Below the table stand sentences, in the first column alone.
    if number.is_empty() || !others {
        return None;
    }
    let filled_in = columns.iter().filter(|(column, _)| column.is_filled_in());
    let cell = |at: usize| match sheet.merged_over(row, at) {
        Some(block) => Typed::Broken(format!(
            "nothing of its own, since {} were merged into one cell: take them apart and write into each what it is \
             to say",
            block.name()
        )),
        None => sheet.cell(row, at).clone(),
    };
    Some(Line { number, row, cells: filled_in.map(|(column, at)| (*column, *at, cell(*at))).collect() })
}

fn exported(kept: &Sheet) -> BTreeMap<String, Vec<(Column, String)>> {
    let known: Vec<(Column, usize)> = kept
        .columns(1)
        .filter_map(|at| {
            let title = kept.text(1, at);
            Some((Column::ALL.into_iter().find(|known| known.title() == title)?, at))
        })
        .collect();
    let rows = kept.rows().filter(|row| *row > 1);
    rows.map(|row| {
        let cells = known.iter().map(|(column, at)| (*column, said(*column, kept.cell(row, *at)).unwrap_or_default()));
        (kept.text(row, 0), cells.filter(|(column, _)| column.is_filled_in()).collect())
    })
    .collect()
}

/// What a cell says, in the words of [`crate::export::plan::Cell::iso`].
fn said(column: Column, typed: &Typed) -> Result<String, String> {
    if let Typed::Broken(error) = typed {
        return Err(format!("shows {error}"));
    }
    let whole = grid::text(typed).replace("\r\n", "\n").replace('\r', "\n");
    let text = whole.trim();
    match column {
        _ if text.is_empty() => Ok(String::new()),
        Column::Target => match typed {
            Typed::Day(date) => Ok(date.to_string()),
            _ => day(text)
                .map(|date| date.to_string())
                .ok_or_else(|| format!("says \"{text}\": type a day, such as 30/06/2026")),
        },
        Column::Status => {
            let folded = text.to_lowercase().replace('-', " ");
            let known = STATUSES.into_iter().find(|status| status_label(*status) == folded);
            known.map(|status| status_label(status).to_owned()).ok_or_else(|| {
                let words = STATUSES.map(status_label).join(", ");
                format!("says \"{text}\": choose one of {words}")
            })
        }
        Column::Owner => Ok(text.to_owned()),
        // Blanks at the ends are as much somebody's as the words between them.
        _ => Ok(whole),
    }
}

const STATUSES: [ActionStatus; 3] = [ActionStatus::Planned, ActionStatus::InProgress, ActionStatus::Done];

impl Book {
    /// How many items it has a row for.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Whether it keeps what was exported.
    pub fn knows_export(&self) -> bool {
        self.exported.is_some()
    }

    fn exported(&self, number: &str, column: Column) -> Option<&str> {
        let row = self.exported.as_ref()?.get(number)?;
        row.iter().find(|(known, _)| *known == column).map(|(_, said)| said.as_str())
    }
}

/// Works out what the spreadsheet changes in a plan. Nothing in `changes` counts where there are conflicts or cells of
/// which nothing can be made.
pub fn merge(
    book: &Book,
    organisation: &Organisation,
    standard: &Standard,
    plan: Option<&ActionPlan>,
    prefer: Prefer,
) -> Merged {
    let meant = plan.cloned().unwrap_or_else(|| ActionPlan {
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        ..ActionPlan::default()
    });
    let mut merged = Merged { meant, ..Merged::default() };
    let mut seen = BTreeSet::new();
    for line in &book.lines {
        let at_item = |reason: String| Unclear { cell: format!("row {}", line.row + 1), reason };
        let known = plan.is_some_and(|plan| plan.actions.contains_key(&line.number));
        if standard.item(&line.number).is_none() && !known {
            merged.unclear.push(at_item(format!("{} has no item \"{}\"", standard.edition(), line.number)));
            continue;
        }
        if !seen.insert(line.number.as_str()) {
            merged.unclear.push(at_item(format!("{} stands in the sheet a second time", line.number)));
            continue;
        }
        for (column, at, typed) in &line.cells {
            one_cell(&mut merged, book, organisation, plan, prefer, (line, *column, *at, typed));
        }
    }
    merged
}

fn one_cell(
    merged: &mut Merged,
    book: &Book,
    organisation: &Organisation,
    plan: Option<&ActionPlan>,
    prefer: Prefer,
    (line, column, at, typed): (&Line, Column, usize, &Typed),
) {
    let action = plan.and_then(|plan| plan.actions.get(&line.number));
    let cell = address(line.row, at);
    let theirs = match said(column, typed) {
        Ok(said) => said,
        Err(reason) => return merged.unclear.push(Unclear { cell, reason }),
    };
    let ours = action_cell(organisation, action, column).iso();
    let exported = book.exported(&line.number, column);
    // Documents show some characters as others, a tab as a blank, and nothing of the blanks at the ends.
    let is_same = |one: &str, other: &str| plain(one).trim() == plain(other).trim();
    let (theirs, is_taken) = match exported {
        Some(exported) if plain(&theirs) == plain(exported) => return,
        Some(_) => {
            let file = action.and_then(|action| prose(action, column)).unwrap_or(&ours);
            let is_taken = plain(&theirs) == plain(file);
            (theirs, is_taken)
        }
        // Nobody empties what a foreign sheet has no words for, and blanks there are its padding.
        None if theirs.is_empty() => return,
        None => {
            let is_taken = is_same(&theirs, &ours);
            (theirs.trim().to_owned(), is_taken)
        }
    };
    if is_taken {
        return;
    }
    let changed_here = exported.map_or(!ours.is_empty(), |exported| !is_same(&ours, exported));
    if changed_here && prefer == Prefer::Ours {
        return;
    }
    if changed_here && prefer == Prefer::Neither {
        merged.conflicts.push(Conflict {
            cell,
            number: line.number.clone(),
            column,
            pointer: Pointer::action(&line.number).key(key(column)),
            sheet: theirs,
            file: ours,
            exported: exported.map(str::to_owned),
        });
        return;
    }
    let before = action.and_then(|action| action.owner.as_deref());
    let written = if column == Column::Owner { owner::written(organisation, &theirs, before) } else { &theirs };
    let pointer = Pointer::action(&line.number).key(key(column));
    merged.changes.push(match literal(column, written) {
        Some(literal) => Change::Set(pointer, literal),
        None => Change::Remove(pointer),
    });
    set(merged.meant.actions.entry(line.number.clone()).or_default(), column, written);
    merged.taken.push(Taken { cell, number: line.number.clone(), column, old: ours, new: theirs });
}

/// What the plan's file says in a column of free text, to the last blank.
fn prose(action: &Action, column: Column) -> Option<&str> {
    let text = match column {
        Column::Action => &action.action,
        Column::Resources => &action.resources,
        Column::Comments => &action.notes,
        Column::Progress => &action.progress,
        Column::Cost => &action.cost,
        _ => return None,
    };
    text.as_deref()
}

/// The key of the plan's file that a column shows.
fn key(column: Column) -> &'static str {
    match column {
        Column::Owner => "owner",
        Column::Target => "target",
        Column::Status => "status",
        Column::Resources => "resources",
        Column::Comments => "notes",
        Column::Progress => "progress",
        Column::Cost => "cost",
        _ => "action",
    }
}

fn status(said: &str) -> Option<ActionStatus> {
    STATUSES.into_iter().find(|status| status_label(*status) == said)
}

/// What the file says for a cell; none where it says nothing.
fn literal(column: Column, said: &str) -> Option<Literal> {
    if said.is_empty() {
        return None;
    }
    Some(match column {
        Column::Target => Literal::Date(said.parse::<Date>().ok()?),
        Column::Status => Literal::Text(status(said)?.word().to_owned()),
        _ => Literal::Text(said.to_owned()),
    })
}

fn set(action: &mut Action, column: Column, said: &str) {
    let text = (!said.is_empty()).then(|| said.to_owned());
    match column {
        Column::Owner => action.owner = text,
        Column::Target => action.target = said.parse().ok(),
        Column::Status => action.status = status(said),
        Column::Resources => action.resources = text,
        Column::Comments => action.notes = text,
        Column::Progress => action.progress = text,
        Column::Cost => action.cost = text,
        _ => action.action = text,
    }
}
