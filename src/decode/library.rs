//! `answers-library/<name>.toml`.

use super::answers::{evidence, not_applicable};
use super::{Decoded, unquoted};
use crate::model::library::{Library, SharedAnswer};
use crate::source::decode::{Faults, Fields, check_format};
use crate::source::{Document, Entry};

const KEYS: &[&str] = &["format", "standard", "edition", "answers"];
const SHARED_KEYS: &[&str] =
    &["tick", "text", "date", "evidence", "not_applicable", "comment", "until", "owner", "notes"];

pub fn decode(document: &Document) -> Decoded<Library> {
    let mut decoded = Decoded::<Library>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let library = &mut decoded.value;
        for (key, slot) in [("standard", &mut library.standard), ("edition", &mut library.edition)] {
            match fields.text(key, &mut faults) {
                Some(text) => *slot = text,
                None if fields.has(key) => {}
                None => fields.missing(key, "say whose numbers the answers of this library are under", &mut faults),
            }
        }
        for entry in fields.entries("answers", &mut faults) {
            let number = document.key_of(entry).to_owned();
            if unquoted(document, entry, "answers", &mut decoded.touched, &mut faults) {
                continue;
            }
            let before = faults.len();
            let answer = shared(document, entry, &mut faults);
            if faults.len() > before {
                decoded.touched.insert(number.clone());
            }
            library.answers.insert(number, answer);
        }
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

fn shared(document: &Document, entry: &Entry, faults: &mut Faults) -> SharedAnswer {
    let Some(fields) = Fields::of_entry(document, entry, SHARED_KEYS, faults) else { return SharedAnswer::default() };
    let answer = SharedAnswer {
        tick: fields.flag("tick", faults),
        text: fields.text("text", faults),
        date: fields.date("date", faults),
        evidence: evidence(&fields, faults),
        not_applicable: not_applicable(&fields, faults),
        comment: fields.text("comment", faults),
        until: fields.date("until", faults),
        owner: fields.text("owner", faults),
        notes: fields.text("notes", faults),
    };
    fields.finish(faults);
    answer
}
