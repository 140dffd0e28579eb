//! What the edited cells of one item make of its answer.

use crate::form::{self, Cell, Field, NOT_APPLICABLE, YES, document_words};
use crate::model::{Answer, Count, Evidence, Item, ItemKind};
use jiff::civil::Date;

/// A cell that somebody edited.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub(super) field: Field,
    /// Which of the documents, as the files have them now; one past the last is a new one.
    pub(super) document: usize,
    pub(super) cell: String,
    pub(super) value: Cell,
}

/// Looks a document up in the workspace: the digest of the file with this path.
pub(super) type FindFile<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The answer with the edits made; what cannot be is named by cell.
pub(super) fn apply(
    item: &Item,
    now: &Answer,
    edits: &[Edit],
    find_file: FindFile<'_>,
) -> Result<Answer, Vec<(String, String)>> {
    let mut new = now.clone();
    let mut wrong = Vec::new();
    reply(item, &mut new, edits, &mut wrong);
    count(item, &mut new, edits, &mut wrong);
    documents(&mut new, edits, find_file, &mut wrong);
    if let Some(edit) = edits.iter().find(|edit| edit.field == Field::Comment) {
        new.comment = text(&edit.value);
    }
    if item.kind == ItemKind::Document
        && new.not_applicable.is_some()
        && new.has_evidence()
        && let Some(edit) = edits.iter().find(|edit| edit.field == Field::Answer || edit.field.is_of_document())
    {
        wrong.push((
            edit.cell.clone(),
            "the document is either given or not applicable: clear one of the two".to_owned(),
        ));
    }
    if wrong.is_empty() { Ok(new) } else { Err(wrong) }
}

fn text(cell: &Cell) -> Option<String> {
    (!cell.is_empty()).then(|| cell.plain().into_owned())
}

fn day(cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Date(day) => Some(*day),
        _ => None,
    }
}

fn reply(item: &Item, new: &mut Answer, edits: &[Edit], wrong: &mut Vec<(String, String)>) {
    let find = |field: Field| edits.iter().find(|edit| edit.field == field);
    let why = find(Field::WhyNot);
    if let Some(edit) = find(Field::Answer) {
        let is_not = matches!(&edit.value, Cell::Text(text) if text == NOT_APPLICABLE);
        if is_not {
            let reason = why.map_or_else(|| new.not_applicable.clone(), |why| text(&why.value));
            match reason.filter(|reason| !reason.trim().is_empty()) {
                _ if item.not_applicable.is_none() => {
                    wrong.push((edit.cell.clone(), format!("{} cannot be answered as not applicable", item.number)));
                }
                None => wrong.push((
                    edit.cell.clone(),
                    format!("\"{NOT_APPLICABLE}\" needs a reason: say why under \"{}\"", Field::WhyNot.title()),
                )),
                Some(reason) => {
                    (new.tick, new.text, new.date) = (None, None, None);
                    new.not_applicable = Some(reason);
                }
            }
            return;
        }
        new.not_applicable = None;
        match item.kind {
            ItemKind::Tick => {
                new.tick = match &edit.value {
                    Cell::Text(word) => Some(word == YES),
                    _ => None,
                };
            }
            ItemKind::Text => new.text = text(&edit.value),
            ItemKind::Date => new.date = day(&edit.value),
            ItemKind::Document => {}
        }
    }
    let Some(why) = why.filter(|why| !why.value.is_empty() || new.not_applicable.is_some()) else { return };
    let reason = text(&why.value).filter(|reason| !reason.trim().is_empty());
    match (new.not_applicable.is_some(), reason) {
        (true, Some(reason)) => new.not_applicable = Some(reason),
        (true, None) => wrong.push((why.cell.clone(), format!("\"{NOT_APPLICABLE}\" needs a reason"))),
        (false, _) => wrong.push((
            why.cell.clone(),
            format!("gives a reason, but the answer is not \"{NOT_APPLICABLE}\": choose that, or clear the reason"),
        )),
    }
}

fn count(item: &Item, new: &mut Answer, edits: &[Edit], wrong: &mut Vec<(String, String)>) {
    let find = |field: Field| edits.iter().find(|edit| edit.field == field);
    let Some(first) = [Field::Done, Field::Of, Field::CountedOn].into_iter().find_map(find) else { return };
    let number = |field: Field, now: Option<u32>| match find(field).map(|edit| &edit.value) {
        None => now,
        Some(Cell::Number(number)) => Some(*number),
        Some(_) => None,
    };
    let done = number(Field::Done, new.count.map(|count| count.done));
    let of = number(Field::Of, new.count.map(|count| count.of));
    let on = find(Field::CountedOn).map_or_else(|| new.count.and_then(|count| count.on), |edit| day(&edit.value));
    let mut no = |message: String| wrong.push((first.cell.clone(), message));
    if item.threshold.is_none() && new.count.is_none() {
        return no(format!("{} asks for no numbers", item.number));
    }
    match (done, of) {
        (None, None) if on.is_some() => no("a day without numbers: type how many and out of how many".to_owned()),
        (None, None) => new.count = None,
        (Some(done), Some(of)) if of == 0 || done > of => no(format!("{done} out of {of} cannot be")),
        (Some(done), Some(of)) => new.count = Some(Count { done, of, on }),
        _ => no("type both numbers: how many, and out of how many".to_owned()),
    }
}

fn documents(new: &mut Answer, edits: &[Edit], find_file: FindFile<'_>, wrong: &mut Vec<(String, String)>) {
    let mut list: Vec<Option<Evidence>> = new.evidence.clone().unwrap_or_default().into_iter().map(Some).collect();
    let had_any = !list.is_empty();
    let mut at: Vec<usize> =
        edits.iter().filter(|edit| edit.field.is_of_document()).map(|edit| edit.document).collect();
    at.sort_unstable();
    at.dedup();
    if at.is_empty() {
        return;
    }
    let mut added: Vec<Evidence> = Vec::new();
    for index in at {
        let find = |field: Field| edits.iter().find(|edit| edit.field == field && edit.document == index);
        let (name, approved, by) = (find(Field::Document), find(Field::Approved), find(Field::ApprovedBy));
        let known = list.get(index).cloned().flatten();
        let mut entry = match (name, &known) {
            (Some(edit), _) if edit.value.plain().trim().is_empty() => {
                let beside = [approved, by].into_iter().flatten().find(|edit| !edit.value.is_empty());
                if let Some(beside) = beside {
                    wrong.push((beside.cell.clone(), "an approval without a document: name the document".to_owned()));
                }
                if let Some(gone) = list.get_mut(index) {
                    *gone = None;
                }
                continue;
            }
            (Some(edit), known) => named(known.as_ref(), &edit.value.plain(), find_file),
            (None, Some(known)) => known.clone(),
            (None, None) => {
                let beside = [approved, by].into_iter().flatten().find(|edit| !edit.value.is_empty());
                if let Some(beside) = beside {
                    wrong.push((beside.cell.clone(), "an approval without a document: name the document".to_owned()));
                }
                continue;
            }
        };
        if let Some(edit) = approved {
            entry.approved = day(&edit.value);
        }
        if let Some(edit) = by {
            entry.approved_by = text(&edit.value);
        }
        match list.get_mut(index) {
            Some(slot) => *slot = Some(entry),
            None => added.push(entry),
        }
    }
    let list: Vec<Evidence> = list.into_iter().flatten().chain(added).collect();
    new.evidence = (!list.is_empty() || (had_any && new.evidence.as_ref().is_some_and(Vec::is_empty))).then_some(list);
}

/// The entry that a cell names. What names the same place as before keeps everything else that is known of it.
pub(super) fn named(known: Option<&Evidence>, cell: &str, find_file: FindFile<'_>) -> Evidence {
    if let Some(known) = known.filter(|known| *form::fit(&document_words(known)) == *cell) {
        return known.clone();
    }
    let lines: Vec<&str> = cell.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.last().copied().unwrap_or_default();
    let title = |lines: &[&str]| (!lines.is_empty()).then(|| lines.join(" "));
    if let Some(known) = known {
        let place = [&known.file, &known.link, &known.location].into_iter().flatten().next();
        if place.is_some_and(|place| form::fit(place).trim() == last) {
            return Evidence { title: title(&lines[..lines.len() - 1]), ..known.clone() };
        }
    }
    let kept = known.map(|known| (known.approved, known.approved_by.clone())).unwrap_or_default();
    let mut entry = Evidence { approved: kept.0, approved_by: kept.1, ..Evidence::default() };
    let lower = last.to_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        entry.link = Some(last.to_owned());
    } else if lower.starts_with("www.") && !lower.contains(' ') {
        entry.link = Some(format!("https://{last}"));
    } else if let Some(digest) = find_file(last) {
        entry.file = Some(last.to_owned());
        entry.sha256 = Some(digest);
        entry.private = last.starts_with("private/").then_some(true);
    } else {
        // Where a thing is kept may take several lines.
        entry.location = Some(cell.trim().to_owned());
        return entry;
    }
    entry.title = title(&lines[..lines.len() - 1]);
    entry
}
