//! The rows of one item, merged into its answer.

use super::answer::{Edit, apply, named};
use super::book::{Row, Value, plain};
use super::difference;
use super::merge::{Changed, Merge, Named, Signed, Surroundings, Trouble, quoted};
use crate::form::book::{self, CUT};
use crate::form::{self, CHANGED, Cell, Field, Typed, YES};
use crate::import::Prefer;
use crate::model::{Answer, Item};
use crate::source::Pointer;
use std::collections::BTreeSet;

/// The rows of one item held against the answer that the files have now.
struct Rows<'a> {
    item: &'a Item,
    now: &'a Answer,
    around: &'a Surroundings<'a>,
    signature: &'a Signed,
}

/// What the rows of one item say.
#[derive(Default)]
struct Said {
    edits: Vec<Edit>,
    changed: Vec<Changed>,
    /// The cell that says whether a carried answer is still true, and what it says.
    still: Option<(String, Cell)>,
    stale: Option<Stale>,
    /// Whether something was edited that the files say already, as after a second import.
    taken_over: bool,
}

/// A cell that nobody edited in the sheet, though the files say something else since.
struct Stale {
    cell: String,
    field: Field,
    document: usize,
    was: String,
    ours: String,
}

/// Merges the rows of one item; whether somebody said anything in them.
pub(super) fn merge_rows(
    merge: &mut Merge,
    around: &Surroundings<'_>,
    item: &Item,
    rows: &[&Row],
    signature: &Signed,
) -> bool {
    let open = Answer::OPEN;
    let now = around.answers.answers.get(&item.number).unwrap_or(&open);
    let of = Rows { item, now, around, signature };
    let mut said = Said::default();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let troubles = merge.troubles.len();
    for (row, document) in rows.iter().zip(places(now, rows)) {
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
            of.read(merge, &mut said, row, document, value);
        }
    }
    if said.edits.is_empty() {
        let settled = said.taken_over || merge.troubles.len() > troubles;
        of.leave(merge, said, settled)
    } else {
        of.edit(merge, said);
        true
    }
}

impl Rows<'_> {
    /// What one cell of a row says, whose document is the one with this index in the files.
    fn read(&self, merge: &mut Merge, said: &mut Said, row: &Row, document: usize, value: &Value) {
        let Self { item, now, around, .. } = *self;
        let field = value.field;
        let typed = plain(&value.typed);
        let ours = book::shown(form::cell(item, now, document, field)).plain().into_owned();
        let is_same = |was: &str| book::unescaped(was) == book::unescaped(&ours);
        if let Some(was) = value.was.as_deref().filter(|was| *was == typed) {
            let is_of_row = row.id.document == 0 || field.is_of_document();
            if is_of_row && field != Field::StillTrue && !is_same(was) {
                let (cell, was) = (value.cell.clone(), was.to_owned());
                said.stale.get_or_insert(Stale { cell, field, document, was, ours });
            }
            return;
        }
        if row.id.document > 0 && !field.is_of_document() {
            if value.typed != Typed::Empty {
                merge.unclear(&value.cell, format!("belongs into the first row of {}", item.number));
            }
            return;
        }
        if value.was.as_deref().is_some_and(|was| was.ends_with(CUT)) {
            merge.unclear(
                &value.cell,
                format!("the answer to {} is too long for a cell: it is changed in the answers' file", item.number),
            );
            return;
        }
        let cell = match form::read(item, field, &value.typed) {
            Ok(cell) => cell,
            Err(unclear) => return merge.unclear(&value.cell, unclear.0),
        };
        let theirs = cell.plain().into_owned();
        if field == Field::StillTrue {
            if !cell.is_empty() {
                said.still = Some((value.cell.clone(), cell));
            }
            return;
        }
        if value.was.as_deref() == Some(theirs.as_str()) {
            return;
        }
        if theirs == ours || field == Field::Document && self.meant(document, &theirs) == ours {
            said.taken_over = true;
            return;
        }
        if !value.was.as_deref().is_some_and(is_same) {
            match around.prefer {
                Prefer::Ours => return,
                Prefer::Theirs => {}
                Prefer::Neither => {
                    merge.troubles.push(self.conflict(value, document, &theirs, &ours));
                    return;
                }
            }
        }
        said.changed.push(Changed {
            named: Named::Item(item.number.clone()),
            what: field.title().to_owned(),
            cell: value.cell.clone(),
            old: ours,
            new: theirs,
        });
        said.edits.push(Edit { field, document, cell: value.cell.clone(), value: cell });
    }

    /// An edited cell of which the files say something else, too.
    fn conflict(&self, value: &Value, document: usize, theirs: &str, ours: &str) -> Trouble {
        let (what, number) = (value.field.title(), &self.item.number);
        let (theirs, ours) = (quoted(theirs), quoted(ours));
        let message = match &value.was {
            Some(was) => format!(
                "{what} of {number}: the sheet says {theirs}, the files say {ours} since; it was {}",
                quoted(was)
            ),
            None => format!(
                "{what} of {number}: the sheet says {theirs}, the files say {ours}; the hidden columns are gone, so it \
                 cannot be told which is newer"
            ),
        };
        Trouble::conflict(value.cell.clone(), message, self.place(value.field, document))
    }

    /// A cell that is said to be still true, and whose answer the files have changed since.
    fn outdated(&self, stale: &Stale) -> Trouble {
        let message = format!(
            "{} of {}: what the sheet says to be still true is {}, but the files say {} since",
            stale.field.title(),
            self.item.number,
            quoted(&stale.was),
            quoted(&stale.ours)
        );
        Trouble::conflict(stale.cell.clone(), message, self.place(stale.field, stale.document))
    }

    /// The place in the files of what a cell shows.
    fn place(&self, field: Field, document: usize) -> (Named, Pointer) {
        (Named::Item(self.item.number.clone()), pointer(self.item, field, document))
    }

    /// Makes the edits of the answer.
    fn edit(&self, merge: &mut Merge, said: Said) {
        let Self { item, now, around, signature } = *self;
        let edits = &said.edits;
        // Whoever changed only what stands beside an answer has read the answer that the sheet showed.
        let is_beside = |field: Field| matches!(field, Field::Comment | Field::Approved | Field::ApprovedBy);
        let unread =
            said.stale.filter(|stale| !is_beside(stale.field) && edits.iter().all(|edit| is_beside(edit.field)));
        let mut new = match apply(item, now, edits, around.find_file) {
            Ok(new) => new,
            Err(wrong) => {
                for (cell, message) in wrong {
                    merge.unclear(cell, message);
                }
                return;
            }
        };
        match unread {
            Some(stale) if said.still.is_some() && around.prefer == Prefer::Neither => {
                merge.troubles.push(self.outdated(&stale));
                return;
            }
            Some(stale) => merge.notes.push(format!(
                "{}: the answer to {} was changed in the files since, so that nobody is noted here as having read it",
                stale.cell, item.number
            )),
            None => review(&mut new, now, signature),
        }
        merge.answers.extend(difference::changes(&item.number, now, &new));
        merge.changed.extend(said.changed);
    }

    /// Leaves an answer that nothing was changed in, but for who says that it is still true; whether anybody said
    /// anything. With `settled`, what was edited is in the files already or cannot be taken over yet.
    fn leave(&self, merge: &mut Merge, said: Said, settled: bool) -> bool {
        let Self { item, now, around, signature } = *self;
        let Some((cell, word)) = said.still else { return said.taken_over };
        if let Some(stale) = said.stale.filter(|_| now.carried_from.is_some()) {
            match around.prefer {
                Prefer::Neither => {
                    merge.troubles.push(self.outdated(&stale));
                    return true;
                }
                Prefer::Ours => return true,
                Prefer::Theirs => {}
            }
        }
        if word == Cell::Text(CHANGED.to_owned()) {
            if !settled {
                merge.unclear(
                    cell,
                    format!("says \"{CHANGED}\", but nothing in the row of {} was changed: choose {YES}", item.number),
                );
            }
        } else if now.carried_from.is_none() {
            merge.notes.push(format!("{cell}: {} is confirmed in the files already", item.number));
        } else if now.is_open() {
            merge.unclear(cell, format!("{} has no answer, so there is nothing to confirm", item.number));
        } else {
            let mut new = now.clone();
            new.carried_from = None;
            new.reviewed = Some(signature.on);
            new.reviewed_by.clone_from(&signature.by);
            merge.answers.extend(difference::changes(&item.number, now, &new));
            merge.confirmed.push((item.number.clone(), signature.by.clone()));
        }
        true
    }

    /// What a cell about a document will show once it is taken over.
    fn meant(&self, document: usize, typed: &str) -> String {
        let known = self.now.evidence.as_deref().and_then(|list| list.get(document));
        let entry = named(known, &book::unescaped(typed), self.around.find_file);
        book::shown(Cell::text(&form::document_words(&entry))).plain().into_owned()
    }
}

/// What a row says, to be compared with its twin.
fn says(row: &Row) -> Vec<(Field, &Typed)> {
    row.values.iter().map(|value| (value.field, &value.typed)).collect()
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
