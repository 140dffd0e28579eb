//! The edits that turn one answer into another, key by key: what is the same is not touched.

use crate::model::{Answer, Count, Evidence};
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};
use crate::workspace::rollover::document;

pub(super) fn changes(number: &str, old: &Answer, new: &Answer) -> Vec<Change> {
    let at = |key: &'static str| Pointer::answer(number).key(key);
    let text = |text: &Option<String>| text.clone().map(Literal::Text);
    let mut list = Vec::new();
    let mut key = |key: &'static str, old: Option<Literal>, new: Option<Literal>| {
        if old != new {
            list.push(new.map_or_else(|| Change::Remove(at(key)), |new| Change::Set(at(key), new)));
        }
    };
    key("tick", old.tick.map(Literal::Flag), new.tick.map(Literal::Flag));
    key("text", text(&old.text), text(&new.text));
    key("date", old.date.map(Literal::Date), new.date.map(Literal::Date));
    key("not_applicable", text(&old.not_applicable), text(&new.not_applicable));
    key("count", old.count.map(count), new.count.map(count));
    key("reviewed", old.reviewed.map(Literal::Date), new.reviewed.map(Literal::Date));
    key("reviewed_by", text(&old.reviewed_by), text(&new.reviewed_by));
    key("comment", text(&old.comment), text(&new.comment));
    key("carried_from", text(&old.carried_from), text(&new.carried_from));
    if old.from.is_some() && new.from.is_none() {
        list.push(Change::Remove(at("from")));
    }
    list.extend(evidence(&at("evidence"), old.evidence.as_deref(), new.evidence.as_deref()));
    list
}

fn count(count: Count) -> Literal {
    let mut entries = vec![("done", Literal::Number(count.done.into())), ("of", Literal::Number(count.of.into()))];
    entries.extend(count.on.map(|day| ("on", Literal::Date(day))));
    Literal::Table(entries)
}

/// Entries that stay keep their bytes and comments.
fn evidence(at: &Pointer, old: Option<&[Evidence]>, new: Option<&[Evidence]>) -> Vec<Change> {
    let (old_list, new_list) = (old.unwrap_or_default(), new.unwrap_or_default());
    match (old, new) {
        (Some(_), None) => return vec![Change::Remove(at.clone())],
        _ if old_list == new_list => return Vec::new(),
        _ if old_list.is_empty() => {
            return vec![Change::Set(at.clone(), Literal::List(new_list.iter().map(document).collect()))];
        }
        _ => {}
    }
    let is_same = |a: &Evidence, b: &Evidence| a == b || place(a).is_some_and(|found| Some(found) == place(b));
    // Entries that are gone, from the last to the first, so that the others keep their places.
    let mut left: Vec<&Evidence> = old_list.iter().collect();
    let mut list = Vec::new();
    if new_list.len() < old_list.len() {
        for index in (0..old_list.len()).rev() {
            if left.len() > new_list.len() && !new_list.iter().any(|kept| is_same(kept, left[index])) {
                left.remove(index);
                list.push(Change::Remove(at.clone().index(index)));
            }
        }
        while left.len() > new_list.len() {
            left.pop();
            list.push(Change::Remove(at.clone().index(left.len())));
        }
    }
    for (index, wanted) in new_list.iter().enumerate() {
        let Some(found) = left.get(index) else {
            list.push(Change::Set(at.clone().index(index), document(wanted)));
            continue;
        };
        let (Literal::Table(found), Literal::Table(wanted)) = (document(found), document(wanted)) else { continue };
        let here = at.clone().index(index);
        let gone = found.iter().filter(|(key, _)| !wanted.iter().any(|(kept, _)| kept == key));
        let gone: Vec<Change> = gone.map(|(key, _)| Change::Remove(here.clone().key(*key))).collect();
        let set = wanted.into_iter().filter(|entry| !found.contains(entry));
        list.extend(set.map(|(key, value)| Change::Set(here.clone().key(key), value)));
        list.extend(gone);
    }
    list
}

fn place(evidence: &Evidence) -> Option<&str> {
    [&evidence.file, &evidence.link, &evidence.location].into_iter().flatten().next().map(String::as_str)
}
