//! What the rows of a sheet say, put beside what the files say.

use super::{Layout, What};
use crate::form::{self, Cell, Field, NOT_APPLICABLE, Typed};
use crate::import::answers::answer::{Edit, FindFile, apply};
use crate::import::answers::difference;
use crate::import::cell::folded;
use crate::import::grid::{self, address};
use crate::model::{Answer, Answers, Count, Evidence, Item, ItemKind, Organisation, Standard};
use crate::plan::owner;
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What an import comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    pub changes: Vec<Change>,
    pub changed: Vec<Changed>,
    pub troubles: Vec<Trouble>,
    pub notes: Vec<String>,
    /// Items of which the files said the same.
    pub same: usize,
}

/// A value that is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub number: String,
    pub what: &'static str,
    pub cell: String,
    pub old: String,
    pub new: String,
}

/// Why nothing is written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Whether sheet and files say different things; else nothing can be made of the cell.
    pub is_conflict: bool,
    pub number: String,
    pub cell: String,
    pub message: String,
    /// Where the files say it.
    pub pointer: Option<Pointer>,
}

/// What holds where sheet and files say different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    Neither,
    Ours,
    Theirs,
}

/// What a sheet is held against.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub standard: &'a Standard,
    pub organisation: &'a Organisation,
    pub answers: &'a Answers,
    pub prefer: Prefer,
    /// Whether cells of which nothing can be made are left out instead of stopping everything.
    pub skip_unclear: bool,
    /// The digest of a file of the workspace; none where there is no such file.
    pub find_file: &'a dyn Fn(&str) -> Option<String>,
}

/// Works out what the sheet changes. Nothing in `changes` counts where there are troubles.
pub fn take(layout: &Layout<'_>, around: Around<'_>) -> Taken {
    let mut taken = Taken::default();
    let mut items: Vec<(&Item, Vec<usize>)> = Vec::new();
    for (row, number) in &layout.rows {
        let Some(item) = around.standard.item(number) else { continue };
        match items.iter_mut().find(|(known, _)| known.number == item.number) {
            Some((_, rows)) => rows.push(*row),
            None => items.push((item, vec![*row])),
        }
    }
    for (item, rows) in items {
        one_item(&mut taken, layout, around, item, &rows);
    }
    taken
}

/// What the cells of one item say, with the cell of each field.
struct Read {
    answer: Answer,
    cells: BTreeMap<Field, String>,
}

fn one_item(taken: &mut Taken, layout: &Layout<'_>, around: Around<'_>, item: &Item, rows: &[usize]) {
    let read = match read(layout, item, rows, around.find_file) {
        Ok(read) => read,
        Err(wrong) => {
            for (cell, message) in wrong {
                if around.skip_unclear {
                    taken.notes.push(format!("{} is left out: {cell} {message}", item.number));
                } else {
                    taken.troubles.push(Trouble {
                        is_conflict: false,
                        number: item.number.clone(),
                        cell,
                        message,
                        pointer: None,
                    });
                }
            }
            return;
        }
    };
    let none = Answer::default();
    let now = around.answers.answers.get(&item.number).unwrap_or(&none);
    let mut new = now.clone();
    let mut merge = Merge { taken, around, item, before: (0, 0) };
    merge.before = (merge.taken.changed.len(), merge.taken.troubles.len());
    merge.reply(&mut new, now, &read);
    let at = |field: Field| read.cells.get(&field).cloned().unwrap_or_default();
    let count = |count: &Count| format!("{} of {}", count.done, count.of);
    if let Some(count) = merge.decide("count", at(Field::Done), now.count.as_ref(), read.answer.count.as_ref(), &count)
    {
        new.count = Some(count);
    }
    merge.documents(&mut new, now, &read);
    let (ours, theirs) = (now.comment.as_ref(), read.answer.comment.as_ref());
    if let Some(comment) = merge.decide("comment", at(Field::Comment), ours, theirs, &String::clone) {
        new.comment = Some(comment);
    }
    let row = rows[0];
    let text = |what: What| {
        let column = layout.columns.get(&what)?.0;
        Some(layout.sheet.text(row, column)).filter(|text| !text.is_empty())
    };
    let mut changes = Vec::new();
    if let Some(who) = text(What::Owner) {
        let written = owner::written(around.organisation, &who, now.owner.as_deref()).to_owned();
        let cell = layout.columns.get(&What::Owner).map_or_else(String::new, |(column, _)| address(row, *column));
        let ours = now.owner.clone().filter(|owner| !owner.trim().is_empty());
        if let Some(owner) = merge.decide("owner", cell, ours.as_ref(), Some(&written), &String::clone) {
            changes.push(Change::Set(Pointer::answer(&item.number).key("owner"), Literal::Text(owner)));
        }
    }
    let says = !read.answer.is_open();
    let (changed, troubles) = merge.before;
    if merge.taken.troubles.len() > troubles {
        return;
    }
    if says {
        // What somebody hands in as this year's answer is no longer merely carried over.
        new.carried_from = text(What::CarriedFrom);
        if new.carried_from != now.carried_from && taken.changed.len() == changed {
            let shown = |from: &Option<String>| from.clone().unwrap_or_default();
            taken.changed.push(Changed {
                number: item.number.clone(),
                what: "carried from",
                cell: address(row, layout.columns[&What::Number].0),
                old: shown(&now.carried_from),
                new: shown(&new.carried_from),
            });
        }
        let reviewed = text(What::Reviewed).and_then(|day| form::day(&day));
        if reviewed.is_some_and(|day| now.reviewed.is_none_or(|known| known < day)) {
            new.reviewed = reviewed;
            new.reviewed_by = text(What::ReviewedBy)
                .map(|who| owner::written(around.organisation, &who, now.reviewed_by.as_deref()).to_owned());
        }
    }
    let replied = (&new.tick, &new.text, &new.date, &new.not_applicable)
        != (&now.tick, &now.text, &now.date, &now.not_applicable);
    if replied {
        new.from = None;
    }
    changes.extend(difference::changes(&item.number, now, &new));
    if changes.is_empty() && says {
        taken.same += 1;
    }
    taken.changes.extend(changes);
}

fn read(
    layout: &Layout<'_>,
    item: &Item,
    rows: &[usize],
    find_file: FindFile<'_>,
) -> Result<Read, Vec<(String, String)>> {
    let mut edits = Vec::new();
    let mut wrong = Vec::new();
    let mut cells = BTreeMap::new();
    for (document, row) in rows.iter().enumerate() {
        for (what, (column, _)) in &layout.columns {
            let What::Field(field) = *what else { continue };
            if document > 0 && !field.is_of_document() {
                continue;
            }
            let typed = layout.sheet.cell(*row, *column);
            if *typed == Typed::Empty {
                continue;
            }
            let cell = address(*row, *column);
            let (field, typed) = meant(layout, item, *row, field, typed);
            match form::read(item, field, &typed) {
                Ok(Cell::Empty) => {}
                Ok(value) => {
                    cells.entry(field).or_insert_with(|| cell.clone());
                    edits.push(Edit { field, document, cell, value });
                }
                Err(unclear) => wrong.push((cell, unclear.0)),
            }
        }
    }
    split_reason(layout, item, rows[0], &mut edits);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    apply(item, &Answer::OPEN, &edits, find_file).map(|answer| Read { answer, cells })
}

/// An item that asks for a document and has no column of its own for it is answered with the document.
fn meant(layout: &Layout<'_>, item: &Item, row: usize, field: Field, typed: &Typed) -> (Field, Typed) {
    let document = layout.columns.get(&What::Field(Field::Document));
    let elsewhere = document.is_some_and(|(column, _)| *layout.sheet.cell(row, *column) != Typed::Empty);
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
fn split_reason(layout: &Layout<'_>, item: &Item, row: usize, edits: &mut Vec<Edit>) {
    let cell = |field: Field| {
        let column = layout.columns.get(&What::Field(field))?.0;
        Some((address(row, column), layout.sheet.cell(row, column).clone()))
    };
    let says = |edits: &[Edit], field: Field| edits.iter().any(|edit| edit.field == field);
    if item.not_applicable.is_none() || says(edits, Field::WhyNot) {
        return;
    }
    let is_not =
        edits.iter().any(|edit| edit.field == Field::Answer && edit.value == Cell::Text(NOT_APPLICABLE.to_owned()));
    let in_answer = cell(Field::Answer).and_then(|(_, typed)| reason_in(&typed)).filter(|reason| !reason.is_empty());
    let in_comment = cell(Field::Comment).and_then(|(at, typed)| Some((at, reason_in(&typed)?)));
    let comment = edits.iter().position(|edit| edit.field == Field::Comment);
    let reason = match (is_not, in_answer, in_comment) {
        (true, Some(reason), _) => Some((cell(Field::Answer).map(|(at, _)| at).unwrap_or_default(), reason)),
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

/// Puts what the sheet says beside what the files say, value by value.
struct Merge<'m, 'a> {
    taken: &'m mut Taken,
    around: Around<'a>,
    item: &'m Item,
    /// How many changes and troubles there were before this item.
    before: (usize, usize),
}

impl Merge<'_, '_> {
    fn reply(&mut self, new: &mut Answer, now: &Answer, read: &Read) {
        let words = |answer: &Answer| {
            let said = form::cell(self.item, answer, 0, Field::Answer);
            let why = answer.not_applicable.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            Some(format!("{}{why}", said.plain())).filter(|words| !words.is_empty())
        };
        let (ours, theirs) = (words(now), words(&read.answer));
        let cell = read.cells.get(&Field::Answer).or_else(|| read.cells.get(&Field::WhyNot)).cloned();
        let decided = self.decide("answer", cell.unwrap_or_default(), ours.as_ref(), theirs.as_ref(), &String::clone);
        if decided.is_some() {
            let said = read.answer.clone();
            (new.tick, new.text, new.date, new.not_applicable) = (said.tick, said.text, said.date, said.not_applicable);
        }
    }

    fn documents(&mut self, new: &mut Answer, now: &Answer, read: &Read) {
        let place = |evidence: &Evidence| {
            [&evidence.file, &evidence.link, &evidence.location].into_iter().flatten().next().cloned()
        };
        let cell = read.cells.get(&Field::Document).cloned().unwrap_or_default();
        for theirs in read.answer.evidence.iter().flatten() {
            let theirs = &recognised(theirs, now);
            let known = now.evidence.iter().flatten().position(|known| place(known) == place(theirs));
            let Some(at) = known else {
                new.evidence.get_or_insert_default().push(theirs.clone());
                self.changed("document", cell.clone(), String::new(), theirs.label().to_owned());
                continue;
            };
            let ours = &now.evidence.as_ref().map(|list| list[at].clone()).unwrap_or_default();
            let mut kept = ours.clone();
            let title = (ours.title.as_ref(), theirs.title.as_ref());
            if let Some(title) = self.decide("document title", cell.clone(), title.0, title.1, &String::clone) {
                kept.title = Some(title);
            }
            let approved = (ours.approved.as_ref(), theirs.approved.as_ref());
            if let Some(day) = self.decide("approved on", cell.clone(), approved.0, approved.1, &Date::to_string) {
                kept.approved = Some(day);
            }
            let by = (ours.approved_by.as_ref(), theirs.approved_by.as_ref());
            if let Some(who) = self.decide("approved by", cell.clone(), by.0, by.1, &String::clone) {
                kept.approved_by = Some(who);
            }
            if let Some(slot) = new.evidence.as_mut().and_then(|list| list.get_mut(at)) {
                *slot = kept;
            }
        }
    }

    /// The value to be taken over; none where it is ours already, or stays, or is for people to decide.
    fn decide<T: PartialEq + Clone>(
        &mut self,
        what: &'static str,
        cell: String,
        ours: Option<&T>,
        theirs: Option<&T>,
        words: &dyn Fn(&T) -> String,
    ) -> Option<T> {
        let theirs = theirs.filter(|theirs| ours != Some(*theirs))?;
        let old = ours.map(words).unwrap_or_default();
        match (ours, self.around.prefer) {
            (None, _) | (Some(_), Prefer::Theirs) => {
                self.changed(what, cell, old, words(theirs));
                Some(theirs.clone())
            }
            (Some(_), Prefer::Ours) => None,
            (Some(_), Prefer::Neither) => {
                let key = match what {
                    "count" | "comment" | "owner" => what,
                    "answer" => "",
                    _ => "evidence",
                };
                let pointer = Pointer::answer(&self.item.number);
                self.taken.troubles.push(Trouble {
                    is_conflict: true,
                    number: self.item.number.clone(),
                    cell,
                    message: format!(
                        "{} {what}: the sheet says \"{}\", the files say \"{}\"",
                        self.item.number,
                        shortened(&words(theirs)),
                        shortened(&old)
                    ),
                    pointer: Some(if key.is_empty() { pointer } else { pointer.key(key) }),
                });
                None
            }
        }
    }

    fn changed(&mut self, what: &'static str, cell: String, old: String, new: String) {
        self.taken.changed.push(Changed { number: self.item.number.clone(), what, cell, old, new });
    }
}

/// A document that the answer has already is known by the words that our own tables have for it; else the last line is
/// where it is and what stands above it is what it is called.
fn recognised(found: &Evidence, now: &Answer) -> Evidence {
    let Some(words) = found.location.as_deref().filter(|_| found.title.is_none()) else { return found.clone() };
    let said = |known: &&Evidence| form::fit(&form::document_words(known)).trim() == words.trim();
    if let Some(known) = now.evidence.iter().flatten().find(said) {
        return Evidence { approved: found.approved, approved_by: found.approved_by.clone(), ..known.clone() };
    }
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let Some((place, title)) = lines.split_last() else { return found.clone() };
    let mut document = Evidence {
        title: (!title.is_empty()).then(|| title.join(" ")),
        approved: found.approved,
        approved_by: found.approved_by.clone(),
        ..Evidence::default()
    };
    // A file that is kept elsewhere, or is still to come, is one all the same.
    if place.starts_with("private/") || place.starts_with("evidence/") {
        document.private = place.starts_with("private/").then_some(true);
        document.file = Some((*place).to_owned());
    } else {
        document.location = Some((*place).to_owned());
    }
    document
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 60 { format!("{}…", line.chars().take(59).collect::<String>()) } else { line }
}
