//! What the rows of one item say, taken together: further rows bring further documents and what the first left empty.

use super::take::shortened;
use super::{Layout, What};
use crate::form::{self, Cell, Field, NOT_APPLICABLE, Typed};
use crate::import::answers::answer::{Edit, FindFile, apply};
use crate::import::cell::folded;
use crate::import::grid::{self, Block};
use crate::model::{Answer, Item, ItemKind};
use std::collections::BTreeMap;

/// A row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Place<'l> {
    pub(super) layout: &'l Layout<'l>,
    pub(super) row: usize,
}

impl Place<'_> {
    /// The name of the cell that holds something, such as `Staff!E9`.
    pub(super) fn address(&self, what: What) -> Option<String> {
        Some(self.layout.address(self.row, self.layout.columns.get(&what)?.0))
    }

    /// Whether somebody said that what was carried over is still true, where the sheet asks it.
    pub(super) fn is_said_to_be_still_true(&self) -> Option<bool> {
        let asks = |heading: &str| folded(heading) == folded(Field::StillTrue.title());
        let (column, _) = self.layout.others.iter().find(|(_, heading)| asks(heading))?;
        Some(!self.layout.sheet.text(self.row, *column).is_empty())
    }

    /// The block by which a cell is one with another item's.
    fn shared(&self, what: What, own: &[Place<'_>]) -> Option<&Block> {
        let block = self.layout.sheet.merged_over(self.row, self.layout.columns.get(&what)?.0)?;
        let is_own =
            |place: &Place<'_>| place.layout.sheet.name == self.layout.sheet.name && place.row == block.first.0;
        (!own.iter().any(is_own)).then_some(block)
    }

    fn typed(&self, what: What) -> Option<&Typed> {
        let typed = self.layout.sheet.cell(self.row, self.layout.columns.get(&what)?.0);
        (!grid::text(typed).trim().is_empty()).then_some(typed)
    }
}

/// What the cells of one item say.
pub(super) struct Read {
    pub(super) answer: Answer,
    /// The cell of each field.
    pub(super) cells: BTreeMap<Field, String>,
    /// What stands beside the answer, such as who looks after it: cell and text.
    pub(super) beside: BTreeMap<What, (String, String)>,
}

/// Which of the documents a cell is about, where it is about one, and what it holds.
type Key = (Option<usize>, What);

/// A cell as it was found, and its row among the item's.
struct Said {
    at: usize,
    cell: String,
    typed: Typed,
}

/// Reads them, or says which cells are in the way and why.
pub(super) fn read(item: &Item, places: &[Place<'_>], find_file: FindFile<'_>) -> Result<Read, Vec<(String, String)>> {
    let mut edits = Vec::new();
    let mut wrong = Vec::new();
    let mut cells = BTreeMap::new();
    let mut said: BTreeMap<Key, Said> = BTreeMap::new();
    let mut named: Vec<(usize, String)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let again = document_again(item, place, &mut named, at);
        for what in place.layout.columns.keys().filter(|what| **what != What::Number) {
            if let (Some(block), Some(cell)) = (place.shared(*what, places), place.address(*what)) {
                wrong.push((cell, block.puzzle(&item.number)));
                continue;
            }
            let (Some(typed), Some(cell)) = (place.typed(*what), place.address(*what)) else { continue };
            let meant = match what {
                What::Field(field) => Some(meant(item, place, *field, typed)),
                _ => None,
            };
            let of_document = meant.as_ref().is_some_and(|(field, _)| field.is_of_document());
            // What is said of one document is no contradiction to what is said of another.
            let document = of_document.then(|| again.unwrap_or(at));
            match said.get(&(document, *what)) {
                Some(first) => {
                    if !same(item, *what, &first.typed, typed) {
                        wrong.push((cell, contradiction(item, *what, typed, first)));
                    }
                    continue;
                }
                None => drop(said.insert((document, *what), Said { at, cell: cell.clone(), typed: typed.clone() })),
            }
            let Some((field, typed)) = meant else { continue };
            match form::read(item, field, &typed) {
                Ok(Cell::Empty) => {}
                Ok(value) => {
                    cells.entry(field).or_insert_with(|| cell.clone());
                    edits.push(Edit { field, document: again.unwrap_or(at), cell, value });
                }
                Err(unclear) => wrong.push((cell, unclear.0)),
            }
        }
    }
    split_reason(item, &said, &mut edits);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let answer = apply(item, &Answer::OPEN, &edits, find_file)?;
    let beside = said.into_iter().filter(|((_, what), _)| !matches!(what, What::Field(_)));
    let beside =
        beside.map(|((_, what), said)| (what, (said.cell, grid::text(&said.typed).trim().to_owned()))).collect();
    Ok(Read { answer, cells, beside })
}

/// The earlier row that names the same document, where one does.
fn document_again(item: &Item, place: &Place<'_>, named: &mut Vec<(usize, String)>, at: usize) -> Option<usize> {
    let column = [What::Field(Field::Document), What::Field(Field::Answer)].into_iter().find(|what| {
        let What::Field(field) = *what else { return false };
        place.typed(*what).is_some_and(|typed| meant(item, place, field, typed).0 == Field::Document)
    })?;
    let words = grid::text(place.typed(column)?).split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((first, _)) = named.iter().find(|(_, known)| *known == words) {
        return Some(*first);
    }
    named.push((at, words));
    None
}

/// Whether two cells say the same, in whatever notation.
fn same(item: &Item, what: What, one: &Typed, other: &Typed) -> bool {
    let (texts, reasons) = ([one, other].map(grid::text), [one, other].map(reason_in));
    if texts[0].trim() == texts[1].trim() {
        return true;
    }
    match (what, reasons) {
        (_, [Some(one), Some(other)]) => one == other,
        (_, [Some(_), None] | [None, Some(_)]) => false,
        (What::Field(field), _) => {
            matches!((form::read(item, field, one), form::read(item, field, other)), (Ok(one), Ok(other)) if one == other)
        }
        (What::Reviewed, _) => matches!(texts.map(|text| form::day(&text)), [Some(one), Some(other)] if one == other),
        _ => false,
    }
}

fn contradiction(item: &Item, what: What, typed: &Typed, first: &Said) -> String {
    let shown = |typed: &Typed| shortened(&grid::text(typed));
    format!(
        "{} {}: says \"{}\", and {} says \"{}\": leave one of them",
        item.number,
        what.name(),
        shown(typed),
        first.cell,
        shown(&first.typed)
    )
}

/// An item that asks for a document and has no column of its own for it is answered with the document.
fn meant(item: &Item, place: &Place<'_>, field: Field, typed: &Typed) -> (Field, Typed) {
    let elsewhere = place.typed(What::Field(Field::Document)).is_some();
    let said = folded(&grid::text(typed));
    let is_word = matches!(said.as_str(), "yes" | "no" | "notyet" | "y" | "n" | "na" | "completed" | "complete");
    if field == Field::Answer && item.kind == ItemKind::Document && !elsewhere && !is_word && reason_in(typed).is_none()
    {
        return (Field::Document, typed.clone());
    }
    match reason_in(typed) {
        Some(_) if field == Field::Answer => (field, Typed::Text(NOT_APPLICABLE.to_owned())),
        _ => (field, typed.clone()),
    }
}

/// What stands behind "Not applicable" in a cell; none where it does not begin so.
fn reason_in(typed: &Typed) -> Option<String> {
    let Typed::Text(text) = typed else { return None };
    let text = text.trim();
    let lower = text.to_lowercase();
    let begun = ["not applicable", "n/a"].into_iter().find(|begun| lower.starts_with(begun))?;
    let rest = text.get(begun.len()..)?;
    let reason =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '–' | '—' | ',' | ';'));
    // "Not applicablex" is another word.
    (rest.is_empty() || reason.len() < rest.len()).then(|| reason.to_owned())
}

/// The toolkit knows "Not applicable" as words in the answer or in the comments, with the reason behind them or there.
fn split_reason(item: &Item, said: &BTreeMap<Key, Said>, edits: &mut Vec<Edit>) {
    let cell = |field: Field| said.get(&(None, What::Field(field)));
    let says = |edits: &[Edit], field: Field| edits.iter().any(|edit| edit.field == field);
    if item.not_applicable.is_none() || says(edits, Field::WhyNot) {
        return;
    }
    let is_not =
        edits.iter().any(|edit| edit.field == Field::Answer && edit.value == Cell::Text(NOT_APPLICABLE.to_owned()));
    let in_answer = cell(Field::Answer).and_then(|said| reason_in(&said.typed)).filter(|reason| !reason.is_empty());
    // Another row's comment is none on this row's answer.
    let beside = |comment: &&Said| cell(Field::Answer).is_none_or(|answer| answer.at == comment.at);
    let in_comment = cell(Field::Comment).filter(beside);
    let in_comment = in_comment.and_then(|said| Some((said.cell.clone(), reason_in(&said.typed)?)));
    let comment = edits.iter().position(|edit| edit.field == Field::Comment);
    let reason = match (is_not, in_answer, in_comment) {
        (true, Some(reason), _) => {
            Some((cell(Field::Answer).map(|said| said.cell.clone()).unwrap_or_default(), reason))
        }
        // Ticked, and "Not applicable" in the comments: the toolkit's way for a tick.
        (_, None, Some((at, reason))) if is_not || item.kind == ItemKind::Tick => {
            if let Some(comment) = comment {
                edits.remove(comment);
            }
            edits.retain(|edit| edit.field != Field::Answer);
            edits.push(Edit {
                field: Field::Answer,
                document: 0,
                cell: at.clone(),
                value: Cell::Text(NOT_APPLICABLE.to_owned()),
            });
            Some((at, reason))
        }
        // The reason is the comment.
        (true, None, None) => comment.map(|comment| {
            let edit = edits.remove(comment);
            (edit.cell, edit.value.plain().into_owned())
        }),
        _ => None,
    };
    if let Some((cell, reason)) = reason.filter(|(_, reason)| !reason.trim().is_empty()) {
        edits.push(Edit { field: Field::WhyNot, document: 0, cell, value: Cell::text(&reason) });
    }
}
