//! What the sheets say, put beside what the files say.

use super::read::{Place, Read, read};
use super::{Found, Layout, What, numbers};
use crate::bank::Banks;
use crate::form::{self, Field};
use crate::import::Prefer;
use crate::import::answers::difference;
use crate::model::{Answer, Answers, Count, Evidence, Item, Organisation, Standard};
use crate::plan::owner;
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
use jiff::civil::Date;

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
    pub cell: String,
    pub message: String,
    /// Where the files say it.
    pub pointer: Option<Pointer>,
}

/// What a sheet is held against.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub standard: &'a Standard,
    /// Other editions, for numbers that are theirs.
    pub banks: &'a Banks,
    pub organisation: &'a Organisation,
    pub answers: &'a Answers,
    pub prefer: Prefer,
    /// Whether cells of which nothing can be made are left out instead of stopping everything.
    pub skip_unclear: bool,
    /// The digest of a file of the workspace; none where there is no such file.
    pub find_file: &'a dyn Fn(&str) -> Option<String>,
}

/// Works out what the sheets change. Nothing in `changes` counts where there are troubles.
pub fn take(found: &Found<'_>, around: Around<'_>) -> Taken {
    let mut taken = Taken::default();
    let mut items: Vec<(&Item, Vec<Place<'_>>)> = Vec::new();
    for layout in &found.layouts {
        for (row, number) in &layout.rows {
            let Some(item) = around.standard.item(number) else { continue };
            let place = Place { layout, row: *row };
            match items.iter_mut().find(|(known, _)| known.number == item.number) {
                Some((_, places)) => places.push(place),
                None => items.push((item, vec![place])),
            }
        }
        strays(&mut taken, layout, around);
    }
    for (item, places) in items {
        one_item(&mut taken, around, item, &places);
    }
    taken.notes.extend(found.unread.iter().map(|(sheet, why)| format!("sheet \"{sheet}\" is not read: {why}")));
    taken
}

/// What stands in rows without an item's number: unclear where one was meant, else only told.
fn strays(taken: &mut Taken, layout: &Layout<'_>, around: Around<'_>) {
    let column = layout.columns[&What::Number].0;
    let mut others = Vec::new();
    for stray in &layout.strays {
        let cell = layout.address(stray.row, column);
        if stray.is_meant {
            let why = numbers::why_none(around.banks, around.standard, &stray.said);
            unclear(taken, around, "the row", cell, why);
        } else if stray.said.is_empty() {
            others.push(cell);
        } else {
            others.push(format!("{cell} \"{}\"", shortened(&stray.said)));
        }
    }
    if !others.is_empty() {
        let rows = if others.len() == 1 { "this row is" } else { "these rows are" };
        taken.notes.push(format!("{rows} not read, for no item's number stands there: {}", others.join(", ")));
    }
}

/// A cell of which nothing can be made; `what` is left out with it.
fn unclear(taken: &mut Taken, around: Around<'_>, what: &str, cell: String, message: String) {
    if around.skip_unclear {
        taken.notes.push(format!("{what} is left out: {cell} {message}"));
    } else {
        taken.troubles.push(Trouble { is_conflict: false, cell, message, pointer: None });
    }
}

fn one_item(taken: &mut Taken, around: Around<'_>, item: &Item, places: &[Place<'_>]) {
    let read = match read(item, places, around.find_file) {
        Ok(read) => read,
        Err(wrong) => {
            for (cell, message) in wrong {
                unclear(taken, around, &item.number, cell, message);
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
    let text = |what: What| read.beside.get(&what).map(|(_, text)| text.clone());
    let mut changes = Vec::new();
    if let Some((cell, who)) = read.beside.get(&What::Owner).cloned() {
        let written = owner::written(around.organisation, &who, now.owner.as_deref()).to_owned();
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
        // What somebody hands in as this year's answer is no longer merely carried over, unless the sheet asks whether
        // it is still true and nobody said so.
        let said = places.iter().filter_map(Place::is_said_to_be_still_true).reduce(|one, other| one || other);
        if said != Some(false) || taken.changed.len() > changed {
            new.carried_from = text(What::CarriedFrom);
        }
        if new.carried_from != now.carried_from && taken.changed.len() == changed {
            let shown = |from: &Option<String>| from.clone().unwrap_or_default();
            taken.changed.push(Changed {
                number: item.number.clone(),
                what: "carried from",
                cell: places[0].address(What::Number).unwrap_or_default(),
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

pub(super) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 60 { format!("{}…", line.chars().take(59).collect::<String>()) } else { line }
}
