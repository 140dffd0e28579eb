//! Three sides of each cell: what was written into it, what stands in it, what the files say now.

use super::answer::{Edit, apply, named};
use super::book::{Book, Row, Signature, plain, shortened};
use super::{difference, organisation};
use crate::form::book::{self, CUT, ORGANISATION};
use crate::form::{self, CHANGED, Cell, Field, Typed, YES};
use crate::model::{Answer, Answers, Item, Organisation, Standard};
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
    pub settle: Settle,
    /// The digest of a file of the workspace; none where there is no such file.
    pub find_file: &'a dyn Fn(&str) -> Option<String>,
}

/// What holds where sheet and files changed differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Nothing until somebody decides.
    Ask,
    /// What the files say.
    Ours,
    /// What the sheet says.
    Theirs,
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
        if one_item(&mut merge, around, item, &rows, &signed) {
            used.insert(&rows[0].sheet);
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

/// A cell that nobody edited in the sheet, though the files say something else since.
struct Stale {
    cell: String,
    field: Field,
    document: usize,
    was: String,
    ours: String,
}

impl Stale {
    fn conflict(&self, item: &Item) -> Trouble {
        Trouble {
            kind: TroubleKind::Conflict,
            cell: self.cell.clone(),
            message: format!(
                "{} of {}: what the sheet says to be still true is {}, but the files say {} since",
                self.field.title(),
                item.number,
                quoted(&self.was),
                quoted(&self.ours)
            ),
            pointer: Some((Named::Item(item.number.clone()), pointer(item, self.field, self.document))),
        }
    }
}

/// Merges the rows of one item; whether somebody said anything in them.
fn one_item(
    merge: &mut Merge,
    around: &Surroundings<'_>,
    item: &Item,
    rows: &[&Row],
    signed: &BTreeMap<&str, Signed>,
) -> bool {
    let open = Answer::OPEN;
    let now = around.answers.answers.get(&item.number).unwrap_or(&open);
    let places = places(now, rows);
    let mut edits: Vec<Edit> = Vec::new();
    let mut changed: Vec<Changed> = Vec::new();
    let mut still: Option<(String, Cell)> = None;
    let mut stale: Option<Stale> = None;
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    // Whether something was edited that the files say already, as after a second import.
    let mut taken_over = false;
    let troubles = merge.troubles.len();
    for (row, document) in rows.iter().zip(&places) {
        if !seen.insert(row.id.document) {
            let twin = rows.iter().find(|other| other.id == row.id && !std::ptr::eq(*other, row));
            if twin.is_some_and(|twin| says(twin) != says(row)) {
                merge.unclear(
                    row.values.first().map_or("", |value| &value.cell),
                    format!("{} stands in two rows that say different things: keep one of them", item.number),
                );
            }
            continue;
        }
        if let Some((cell, text)) = &row.question
            && row.id.document == 0
            && !form::fit(text).contains(&*form::fit(&item.shown()))
            && !text.contains(&*form::fit(&item.question))
        {
            merge
                .notes
                .push(format!("{cell}: the question of {} was changed here; that is not taken over", item.number));
        }
        for value in &row.values {
            let field = value.field;
            let typed = plain(&value.typed);
            let ours = book::shown(form::cell(item, now, *document, field)).plain().into_owned();
            let is_same = |was: &str| book::unescaped(was) == book::unescaped(&ours);
            if let Some(was) = value.was.as_deref().filter(|was| *was == typed) {
                let is_of_row = row.id.document == 0 || field.is_of_document();
                if is_of_row && field != Field::StillTrue && !is_same(was) {
                    stale.get_or_insert_with(|| Stale {
                        cell: value.cell.clone(),
                        field,
                        document: *document,
                        was: was.to_owned(),
                        ours: ours.clone(),
                    });
                }
                continue;
            }
            if row.id.document > 0 && !field.is_of_document() {
                if value.typed != Typed::Empty {
                    merge.unclear(&value.cell, format!("belongs into the first row of {}", item.number));
                }
                continue;
            }
            if value.was.as_deref().is_some_and(|was| was.ends_with(CUT)) {
                merge.unclear(
                    &value.cell,
                    format!("the answer to {} is too long for a cell: it is changed in the answers' file", item.number),
                );
                continue;
            }
            let cell = match form::read(item, field, &value.typed) {
                Ok(cell) => cell,
                Err(unclear) => {
                    merge.unclear(&value.cell, unclear.0);
                    continue;
                }
            };
            let theirs = cell.plain().into_owned();
            if field == Field::StillTrue {
                if !cell.is_empty() {
                    still = Some((value.cell.clone(), cell));
                }
                continue;
            }
            if value.was.as_deref() == Some(theirs.as_str()) {
                continue;
            }
            if theirs == ours || field == Field::Document && meant(now, *document, &theirs, around) == ours {
                taken_over = true;
                continue;
            }
            if !value.was.as_deref().is_some_and(is_same) {
                match around.settle {
                    Settle::Ours => continue,
                    Settle::Theirs => {}
                    Settle::Ask => {
                        let message = match &value.was {
                            Some(was) => format!(
                                "{} of {}: the sheet says {}, the files say {} since; it was {}",
                                field.title(),
                                item.number,
                                quoted(&theirs),
                                quoted(&ours),
                                quoted(was)
                            ),
                            None => format!(
                                "{} of {}: the sheet says {}, the files say {}; the hidden columns are gone, so it \
                                 cannot be told which is newer",
                                field.title(),
                                item.number,
                                quoted(&theirs),
                                quoted(&ours)
                            ),
                        };
                        merge.troubles.push(Trouble {
                            kind: TroubleKind::Conflict,
                            cell: value.cell.clone(),
                            message,
                            pointer: Some((Named::Item(item.number.clone()), pointer(item, field, *document))),
                        });
                        continue;
                    }
                }
            }
            changed.push(Changed {
                named: Named::Item(item.number.clone()),
                what: field.title().to_owned(),
                cell: value.cell.clone(),
                old: ours,
                new: theirs,
            });
            edits.push(Edit { field, document: *document, cell: value.cell.clone(), value: cell });
        }
    }
    let fallback = Signed { by: around.by.map(str::to_owned), on: around.day };
    let signature = rows.first().and_then(|row| signed.get(row.sheet.as_str())).unwrap_or(&fallback);
    if edits.is_empty() {
        let settled = taken_over || merge.troubles.len() > troubles;
        if let Some((stale, _)) = stale.as_ref().zip(still.as_ref().filter(|_| now.carried_from.is_some())) {
            match around.settle {
                Settle::Ask => {
                    merge.troubles.push(stale.conflict(item));
                    return true;
                }
                Settle::Ours => return true,
                Settle::Theirs => {}
            }
        }
        return confirm(merge, item, now, still, signature, settled) || taken_over;
    }
    // Whoever changed only what stands beside an answer has read the answer that the sheet showed.
    let is_beside = |field: Field| matches!(field, Field::Comment | Field::Approved | Field::ApprovedBy);
    let unread = stale.filter(|stale| !is_beside(stale.field) && edits.iter().all(|edit| is_beside(edit.field)));
    match apply(item, now, &edits, around.find_file) {
        Ok(mut new) => {
            match unread {
                Some(stale) if still.is_some() && around.settle == Settle::Ask => {
                    merge.troubles.push(stale.conflict(item));
                    return true;
                }
                Some(stale) => merge.notes.push(format!(
                    "{}: the answer to {} was changed in the files since, so that nobody is noted here as having read it",
                    stale.cell, item.number
                )),
                None => review(&mut new, now, signature),
            }
            merge.answers.extend(difference::changes(&item.number, now, &new));
            merge.changed.extend(changed);
            true
        }
        Err(wrong) => {
            for (cell, message) in wrong {
                merge.unclear(cell, message);
            }
            true
        }
    }
}

/// What a cell about a document will show once it is taken over.
fn meant(now: &Answer, document: usize, typed: &str, around: &Surroundings<'_>) -> String {
    let known = now.evidence.as_deref().and_then(|list| list.get(document));
    let entry = named(known, &book::unescaped(typed), around.find_file);
    book::shown(Cell::text(&form::document_words(&entry))).plain().into_owned()
}

/// What a row says, to be compared with its twin.
fn says(row: &Row) -> Vec<(Field, &Typed)> {
    row.values.iter().map(|value| (value.field, &value.typed)).collect()
}

/// An answer that nothing was changed in: does somebody say that it is still true?
fn confirm(
    merge: &mut Merge,
    item: &Item,
    now: &Answer,
    still: Option<(String, Cell)>,
    signature: &Signed,
    settled: bool,
) -> bool {
    let Some((cell, word)) = still else { return false };
    if word == Cell::Text(CHANGED.to_owned()) {
        // The change may be in the files already, or be what cannot be taken over yet.
        if !settled {
            merge.unclear(
                cell,
                format!("says \"{CHANGED}\", but nothing in the row of {} was changed: choose {YES}", item.number),
            );
        }
        return true;
    }
    if now.carried_from.is_none() {
        merge.notes.push(format!("{cell}: {} is confirmed in the files already", item.number));
        return true;
    }
    if now.is_open() {
        merge.unclear(cell, format!("{} has no answer, so there is nothing to confirm", item.number));
        return true;
    }
    let mut new = now.clone();
    new.carried_from = None;
    new.reviewed = Some(signature.on);
    new.reviewed_by.clone_from(&signature.by);
    merge.answers.extend(difference::changes(&item.number, now, &new));
    merge.confirmed.push((item.number.clone(), signature.by.clone()));
    true
}

/// Whoever changed an answer has read it: it is reviewed, and carried over no longer. An answer that was taken away
/// leaves nothing to stand by.
fn review(new: &mut Answer, now: &Answer, signature: &Signed) {
    if new.tick == now.tick
        && new.text == now.text
        && new.date == now.date
        && new.evidence == now.evidence
        && new.not_applicable == now.not_applicable
        && new.count == now.count
        && new.comment == now.comment
    {
        return;
    }
    new.from = None;
    if new.is_open() {
        (new.reviewed, new.reviewed_by, new.carried_from) = (None, None, None);
        return;
    }
    new.reviewed = Some(signature.on);
    new.reviewed_by.clone_from(&signature.by);
    new.carried_from = None;
}

/// Which document of the files each row means: the one that it showed, wherever that stands now, else the one in its
/// place; a row that showed none means a new one.
fn places(now: &Answer, rows: &[&Row]) -> Vec<usize> {
    let present = now.evidence.as_deref().unwrap_or_default();
    let words: Vec<String> = present
        .iter()
        .map(|evidence| {
            let shown = book::shown(Cell::text(&form::document_words(evidence)));
            book::unescaped(&shown.plain()).into_owned()
        })
        .collect();
    let showed = |row: &Row| {
        let value = row.values.iter().find(|value| value.field == Field::Document);
        value.and_then(|value| value.was.clone())
    };
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut found: Vec<Option<usize>> = vec![None; rows.len()];
    for (row, slot) in rows.iter().zip(&mut found) {
        let Some(was) = showed(row).filter(|was| !was.is_empty()) else { continue };
        let was = book::unescaped(&was).into_owned();
        let here = Some(row.id.document).filter(|at| words.get(*at) == Some(&was) && !taken.contains(at));
        let elsewhere = || words.iter().enumerate().position(|(at, known)| *known == was && !taken.contains(&at));
        *slot = here.or_else(elsewhere);
        taken.extend(*slot);
    }
    let mut next = present.len();
    for (row, slot) in rows.iter().zip(&mut found) {
        if slot.is_some() {
            continue;
        }
        let was = showed(row);
        let in_place = Some(row.id.document).filter(|at| *at < present.len() && !taken.contains(at));
        *slot = match was.as_deref() {
            // Nothing was there when the row was written: what is typed now is a further document, unless the files
            // gained one in just this place and nothing else is there to compare with.
            Some("") if present.is_empty() || row.id.document >= present.len() || in_place.is_none() => None,
            _ => in_place,
        };
        match *slot {
            Some(at) => drop(taken.insert(at)),
            None => {
                *slot = Some(next);
                next += 1;
            }
        }
    }
    found.into_iter().flatten().collect()
}

/// Where the files say what a cell shows.
fn pointer(item: &Item, field: Field, document: usize) -> Pointer {
    let answer = Pointer::answer(&item.number);
    let key = match field {
        Field::Document | Field::Approved | Field::ApprovedBy => return answer.key("evidence").index(document),
        Field::StillTrue => "carried_from",
        Field::WhyNot => "not_applicable",
        Field::Done | Field::Of | Field::CountedOn => "count",
        Field::Comment => "comment",
        Field::Answer => item.kind.key(),
    };
    answer.key(key)
}

pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("\"{}\"", shortened(text)) }
}
