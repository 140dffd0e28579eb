//! Answers in a spreadsheet of any layout, such as one that was downloaded from the national web site: its headings are
//! not established.
//!
//! The column of numbers is found by its content, the others by alias; what was found is told before anything is taken
//! over. What the sheet does not say stays as it is, what the files do not say is filled in, and where both say
//! something else it is for people to decide.

use super::answer::{Edit, FindFile, apply};
use super::difference;
use crate::form::{self, Cell, Field, NOT_APPLICABLE, Typed};
use crate::import::ImportError;
use crate::import::cell::folded;
use crate::import::grid::{self, Sheet, address};
use crate::model::{Answer, Answers, Evidence, Item, ItemKind, Organisation, Standard};
use crate::plan::owner;
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
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
    let mut best: Option<(&Sheet, usize, Vec<(usize, String)>)> = None;
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
    merge.value("count", &read, Field::Done, now.count, read.answer.count, |count| new.count = Some(count), &|count| {
        format!("{} of {}", count.done, count.of)
    });
    merge.documents(&mut new, now, &read);
    let comment = read.answer.comment.clone();
    merge.value(
        "comment",
        &read,
        Field::Comment,
        now.comment.clone(),
        comment,
        |said| new.comment = Some(said),
        &String::clone,
    );
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
        merge.named(
            "owner",
            cell,
            ours,
            Some(written),
            |owner| {
                changes.push(Change::Set(Pointer::answer(&item.number).key("owner"), Literal::Text(owner)));
            },
            &String::clone,
        );
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
        let said = read.answer.clone();
        let cell = read.cells.get(&Field::Answer).or_else(|| read.cells.get(&Field::WhyNot)).cloned();
        self.named(
            "answer",
            cell.unwrap_or_default(),
            ours,
            theirs,
            |_| {
                new.tick = said.tick;
                new.text.clone_from(&said.text);
                new.date = said.date;
                new.not_applicable.clone_from(&said.not_applicable);
            },
            &String::clone,
        );
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
            self.named(
                "document title",
                cell.clone(),
                ours.title.clone(),
                theirs.title.clone(),
                |title| kept.title = Some(title),
                &String::clone,
            );
            self.named(
                "approved on",
                cell.clone(),
                ours.approved,
                theirs.approved,
                |day| kept.approved = Some(day),
                &ToString::to_string,
            );
            self.named(
                "approved by",
                cell.clone(),
                ours.approved_by.clone(),
                theirs.approved_by.clone(),
                |who| kept.approved_by = Some(who),
                &String::clone,
            );
            if let Some(slot) = new.evidence.as_mut().and_then(|list| list.get_mut(at)) {
                *slot = kept;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one value on both sides, and what to do with it")]
    fn value<T: PartialEq>(
        &mut self,
        what: &'static str,
        read: &Read,
        field: Field,
        ours: Option<T>,
        theirs: Option<T>,
        take: impl FnOnce(T),
        words: &dyn Fn(&T) -> String,
    ) {
        let cell = read.cells.get(&field).cloned().unwrap_or_default();
        self.named(what, cell, ours, theirs, take, words);
    }

    fn named<T: PartialEq>(
        &mut self,
        what: &'static str,
        cell: String,
        ours: Option<T>,
        theirs: Option<T>,
        take: impl FnOnce(T),
        words: &dyn Fn(&T) -> String,
    ) {
        let Some(theirs) = theirs.filter(|theirs| ours.as_ref() != Some(theirs)) else { return };
        let old = ours.as_ref().map(words).unwrap_or_default();
        match (&ours, self.around.prefer) {
            (None, _) | (Some(_), Prefer::Theirs) => {
                self.changed(what, cell, old, words(&theirs));
                take(theirs);
            }
            (Some(_), Prefer::Ours) => {}
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
                        shortened(&words(&theirs)),
                        shortened(&old)
                    ),
                    pointer: Some(if key.is_empty() { pointer } else { pointer.key(key) }),
                });
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
