//! Setting an answer in place: what somebody says about one item, as edits of the answers file.
//!
//! Whoever writes answers goes through [`changes`]: the `answer` command, its wizard, a workbook that comes back, a
//! shared answer of a library. It decides what may be said of an item, what has to go because it would contradict what
//! is said now, and what becomes of review and origin; [`crate::source::edit::apply`] then writes the edits and leaves
//! every other byte of the file as it is.

use super::rollover::document;
use crate::model::{Answer, Answers, Count, Evidence, Item, ItemKind, LibrarySource, Standard};
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
use jiff::civil::Date;

/// What somebody says about one item. What is none or empty stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    pub reply: Option<Reply>,
    /// Documents to be added. One that the answer has already, by its file, link or place, gets what is given here and
    /// keeps the rest.
    pub evidence: Vec<Evidence>,
    /// Documents to be taken away, by their file, link or place; their files stay where they are.
    pub gone: Vec<Evidence>,
    /// How many of how many, for an item with a threshold.
    pub count: Option<Count>,
    /// Who looks after the item; an empty text takes it away.
    pub owner: Option<String>,
    /// For the toolkit's comments box; an empty text takes it away.
    pub comment: Option<String>,
    /// For the repository alone; an empty text takes them away.
    pub notes: Option<String>,
    /// Who says so, and when. With it, what is answered counts as read by a person: it is carried over no longer.
    pub reviewed: Option<Reviewed>,
    /// The library that the answer comes from. Without it, an answer that says something else than before is the
    /// organisation's own, and the mark of a library goes.
    pub from: Option<LibrarySource>,
}

/// The answer itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    Tick(bool),
    Text(String),
    Date(Date),
    /// With the reason.
    NotApplicable(String),
    /// What stands there holds today as well.
    StillTrue,
    /// Nobody has said anything: the answer goes; who looks after it and private notes stay.
    Open,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    pub on: Date,
    /// None where nobody is known: then a name from an earlier day goes as well.
    pub by: Option<String>,
}

/// Why something cannot be said of an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no item {number} in {edition}")]
    NoItem { number: String, edition: String },
    #[error("{number} asks for {}, and this is {}", asked.phrase(), given.phrase())]
    OtherKind { number: String, asked: ItemKind, given: ItemKind },
    #[error("{number} cannot be answered as not applicable")]
    MustApply { number: String },
    #[error("{number}: \"not applicable\" needs a reason")]
    NoReason { number: String },
    #[error("{number}: the text is blank")]
    Blank { number: String },
    #[error("{number} asks for no count")]
    NoThreshold { number: String },
    #[error("{number}: a count of {done} out of {of} cannot be")]
    OddCount { number: String, done: u32, of: u32 },
    #[error("{number} asks for a document: it is either given or not applicable")]
    DocumentAndNot { number: String },
    #[error("{number}: a document is a file, a link or where it is kept, one of them")]
    NoPlace { number: String },
    #[error("nothing is said about {number}")]
    Nothing { number: String },
}

/// The edits that make an answers file say what somebody says about an item, in the order to apply them. `answers` is
/// what the file says now.
///
/// They keep these laws: an answer takes `not_applicable` away; *not applicable* takes the answer away that would stand
/// beside it (tick, text, date, and the documents of an item that asks for documents; elsewhere a document may prove
/// why); whatever is said with [`Said::reviewed`] is carried over no longer, where there is an answer afterwards.
pub fn changes(standard: &Standard, answers: &Answers, number: &str, said: &Said) -> Result<Vec<Change>, Refused> {
    let item = standard
        .item(number)
        .ok_or_else(|| Refused::NoItem { number: number.to_owned(), edition: standard.edition().to_owned() })?;
    refuse(item, said)?;
    let none = Answer::default();
    let now = answers.answers.get(number).unwrap_or(&none);
    let at = |key: &'static str| Pointer::answer(number).key(key);
    let mut list = Vec::new();
    let remove = |list: &mut Vec<Change>, keys: &[&'static str]| {
        list.extend(keys.iter().map(|key| Change::Remove(at(key))));
    };
    match &said.reply {
        Some(Reply::Tick(tick)) => list.push(Change::Set(at("tick"), Literal::Flag(*tick))),
        Some(Reply::Text(text)) => list.push(Change::Set(at("text"), Literal::Text(text.clone()))),
        Some(Reply::Date(date)) => list.push(Change::Set(at("date"), Literal::Date(*date))),
        Some(Reply::NotApplicable(reason)) => {
            remove(&mut list, &["tick", "text", "date"]);
            if item.kind == ItemKind::Document {
                remove(&mut list, &["evidence"]);
            }
            list.push(Change::Set(at("not_applicable"), Literal::Text(reason.clone())));
        }
        Some(Reply::StillTrue) if now.is_open() => return Err(Refused::Nothing { number: number.to_owned() }),
        Some(Reply::Open) => {
            remove(&mut list, OF_AN_ANSWER);
            // A table with nothing left in it stays, as the open item that it now is.
            list.extend(said_beside(said, number));
            return Ok(list);
        }
        Some(Reply::StillTrue) | None => {}
    }
    let answers_it = match &said.reply {
        Some(Reply::Tick(_) | Reply::Text(_) | Reply::Date(_)) => true,
        Some(Reply::NotApplicable(_) | Reply::Open) => false,
        Some(Reply::StillTrue) | None => item.kind == ItemKind::Document && !said.evidence.is_empty(),
    };
    if answers_it {
        remove(&mut list, &["not_applicable"]);
    }
    if let Some(count) = &said.count {
        list.push(Change::Set(at("count"), count_literal(*count)));
    }
    list.extend(documents(number, now, said));
    list.extend(said_beside(said, number));
    let is_said = says_something(said);
    if said.from.is_none() && is_new(said.reply.as_ref(), now) {
        remove(&mut list, &["from"]);
    }
    let answered_then = said.reply.is_some() || said.count.is_some() || !said.evidence.is_empty() || !now.is_open();
    if let Some(reviewed) = said.reviewed.as_ref().filter(|_| is_said && answered_then) {
        list.push(Change::Set(at("reviewed"), Literal::Date(reviewed.on)));
        match &reviewed.by {
            Some(by) => list.push(Change::Set(at("reviewed_by"), Literal::Text(by.clone()))),
            None => remove(&mut list, &["reviewed_by"]),
        }
        remove(&mut list, &["carried_from"]);
    }
    if let Some(from) = &said.from {
        let mut source =
            vec![("library", Literal::Text(from.library.clone())), ("digest", Literal::Text(from.digest.clone()))];
        source.extend(from.until.map(|day| ("until", Literal::Date(day))));
        list.push(Change::Set(at("from"), Literal::Table(source)));
    }
    Ok(list)
}

/// What an open item lacks; who looks after it and private notes are no part of an answer.
const OF_AN_ANSWER: &[&str] = &[
    "tick",
    "text",
    "date",
    "count",
    "evidence",
    "not_applicable",
    "comment",
    "reviewed",
    "reviewed_by",
    "carried_from",
    "from",
];

/// Whether anything is said that the organisation stands by; who looks after an item and notes are housekeeping.
fn says_something(said: &Said) -> bool {
    said.reply.is_some()
        || said.count.is_some()
        || said.comment.is_some()
        || !said.evidence.is_empty()
        || !said.gone.is_empty()
}

/// Whether a reply says something else than the answer so far.
fn is_new(reply: Option<&Reply>, now: &Answer) -> bool {
    match reply {
        Some(Reply::Tick(tick)) => now.tick != Some(*tick),
        Some(Reply::Text(text)) => now.text.as_ref() != Some(text),
        Some(Reply::Date(date)) => now.date != Some(*date),
        Some(Reply::NotApplicable(reason)) => now.not_applicable.as_ref() != Some(reason),
        Some(Reply::Open) => true,
        Some(Reply::StillTrue) | None => false,
    }
}

fn refuse(item: &Item, said: &Said) -> Result<(), Refused> {
    let number = item.number.clone();
    if !says_something(said) && said.owner.is_none() && said.notes.is_none() {
        return Err(Refused::Nothing { number });
    }
    let given = match &said.reply {
        Some(Reply::Tick(_)) => Some(ItemKind::Tick),
        Some(Reply::Text(_)) => Some(ItemKind::Text),
        Some(Reply::Date(_)) => Some(ItemKind::Date),
        Some(Reply::NotApplicable(_) | Reply::StillTrue | Reply::Open) | None => None,
    };
    if let Some(given) = given.filter(|given| *given != item.kind) {
        return Err(Refused::OtherKind { number, asked: item.kind, given });
    }
    match &said.reply {
        Some(Reply::Text(text)) if text.trim().is_empty() => return Err(Refused::Blank { number }),
        Some(Reply::NotApplicable(_)) if item.not_applicable.is_none() => return Err(Refused::MustApply { number }),
        Some(Reply::NotApplicable(reason)) if reason.trim().is_empty() => return Err(Refused::NoReason { number }),
        Some(Reply::NotApplicable(_)) if item.kind == ItemKind::Document && !said.evidence.is_empty() => {
            return Err(Refused::DocumentAndNot { number });
        }
        _ => {}
    }
    if let Some(count) = &said.count {
        if item.threshold.is_none() {
            return Err(Refused::NoThreshold { number });
        }
        if count.of == 0 || count.done > count.of {
            return Err(Refused::OddCount { number, done: count.done, of: count.of });
        }
    }
    let has_one_place = |evidence: &Evidence| places(evidence).into_iter().flatten().count() == 1;
    if !said.evidence.iter().all(has_one_place) {
        return Err(Refused::NoPlace { number });
    }
    Ok(())
}

/// Owner, comment and notes: set, or taken away where nothing is left of them.
fn said_beside(said: &Said, number: &str) -> Vec<Change> {
    let texts = [("comment", &said.comment), ("notes", &said.notes), ("owner", &said.owner)];
    let given = texts.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?)));
    let change = |(key, text): (&'static str, &String)| {
        let at = Pointer::answer(number).key(key);
        if text.trim().is_empty() { Change::Remove(at) } else { Change::Set(at, Literal::Text(text.clone())) }
    };
    given.map(change).collect()
}

fn count_literal(count: Count) -> Literal {
    let mut entries = vec![("done", Literal::Number(count.done.into())), ("of", Literal::Number(count.of.into()))];
    entries.extend(count.on.map(|day| ("on", Literal::Date(day))));
    Literal::Table(entries)
}

fn places(evidence: &Evidence) -> [Option<&str>; 3] {
    [evidence.file.as_deref(), evidence.link.as_deref(), evidence.location.as_deref()]
}

/// Whether two entries mean the same document, by where it is.
pub fn is_same_document(a: &Evidence, b: &Evidence) -> bool {
    places(a).into_iter().zip(places(b)).any(|(a, b)| a.is_some() && a.map(str::trim) == b.map(str::trim))
}

/// The edits that add documents to an answer, bring what is there already up to date, and take away what is gone.
fn documents(number: &str, now: &Answer, said: &Said) -> Vec<Change> {
    let at = Pointer::answer(number).key("evidence");
    let present = now.evidence.as_deref().unwrap_or_default();
    let mut changes = Vec::new();
    let mut added: Vec<&Evidence> = Vec::new();
    for evidence in &said.evidence {
        let Some(index) = present.iter().position(|known| is_same_document(known, evidence)) else {
            match added.iter_mut().find(|known| is_same_document(known, evidence)) {
                Some(known) => *known = evidence,
                None => added.push(evidence),
            }
            continue;
        };
        if let (Literal::Table(entries), Literal::Table(known)) = (document(evidence), document(&present[index])) {
            let news = entries.into_iter().filter(|entry| !known.contains(entry));
            changes.extend(news.map(|(key, value)| Change::Set(at.clone().index(index).key(key), value)));
        }
    }
    let added: Vec<Literal> = added.into_iter().map(document).collect();
    if present.is_empty() && !added.is_empty() {
        changes.push(Change::Set(at.clone(), Literal::List(added)));
    } else {
        let next = added.into_iter().enumerate();
        changes.extend(next.map(|(offset, entry)| Change::Set(at.clone().index(present.len() + offset), entry)));
    }
    let is_gone = |known: &Evidence| said.gone.iter().any(|gone| is_same_document(known, gone));
    let gone = present.iter().enumerate().rev().filter(|(_, known)| is_gone(known));
    changes.extend(gone.map(|(index, _)| Change::Remove(at.clone().index(index))));
    changes
}
