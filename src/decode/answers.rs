//! `assessments/<edition>.toml` or `.yaml`.

use super::{Decoded, unquoted};
use crate::model::{Answer, Answers, Count, Evidence, LibrarySource};
use crate::source::decode::{Faults, Fields, check_format};
use crate::source::{Document, Entry, Fault};

const KEYS: &[&str] = &["format", "standard", "edition", "aim", "answers"];
/// The keys of one answer.
pub const ANSWER_KEYS: &[&str] = &[
    "tick",
    "text",
    "date",
    "evidence",
    "not_applicable",
    "count",
    "owner",
    "reviewed",
    "reviewed_by",
    "comment",
    "notes",
    "carried_from",
    "from",
];
/// The keys of one evidence entry.
pub const EVIDENCE_KEYS: &[&str] =
    &["file", "link", "location", "title", "approved", "approved_by", "review_by", "sha256", "private"];
const COUNT_KEYS: &[&str] = &["done", "of", "on"];
const FROM_KEYS: &[&str] = &["library", "digest", "until"];

pub fn decode(document: &Document) -> Decoded<Answers> {
    let mut decoded = Decoded::<Answers>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let answers = &mut decoded.value;
        for (key, slot, example) in [
            ("standard", &mut answers.standard, "standard = \"dspt-asc\""),
            ("edition", &mut answers.edition, "edition = \"2025-26\""),
        ] {
            match fields.text(key, &mut faults) {
                Some(text) if text.trim().is_empty() => {
                    let place = fields.entry(key).map_or(fields.place, |entry| entry.node.place(entry.key.span));
                    faults.push(
                        Fault::new("missing-key", place, format!("`{key}` is empty"))
                            .help(format!("say which one the answers are for, such as `{example}`")),
                    );
                }
                Some(text) => *slot = text,
                None if !fields.has(key) && !document.damaged => {
                    fields.missing(
                        key,
                        &format!("say which one the answers are for, such as `{example}`"),
                        &mut faults,
                    );
                }
                None => {}
            }
        }
        answers.aim = fields.text("aim", &mut faults);
        for entry in fields.entries("answers", &mut faults) {
            let number = document.key_of(entry);
            let before = faults.len();
            if unquoted(document, entry, "answers", &mut decoded.touched, &mut faults) {
                continue;
            }
            let answer = answer(document, entry, &mut faults);
            if faults.len() > before {
                decoded.touched.insert(number.to_owned());
            }
            answers.answers.insert(number.to_owned(), answer);
        }
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

fn answer(document: &Document, entry: &Entry, faults: &mut Faults) -> Answer {
    let Some(fields) = Fields::of_entry(document, entry, ANSWER_KEYS, faults) else { return Answer::default() };
    let answer = Answer {
        tick: fields.flag("tick", faults),
        text: fields.text("text", faults),
        date: fields.date("date", faults),
        evidence: evidence(&fields, faults),
        not_applicable: not_applicable(&fields, faults),
        count: count(&fields, faults),
        owner: fields.text("owner", faults),
        reviewed: fields.date("reviewed", faults),
        reviewed_by: fields.text("reviewed_by", faults),
        comment: fields.text("comment", faults),
        notes: fields.text("notes", faults),
        carried_from: fields.text("carried_from", faults),
        from: from(&fields, faults),
    };
    fields.finish(faults);
    answer
}

/// The reason why an item does not apply; `true` is an attempt to say so without one.
pub(super) fn not_applicable(fields: &Fields<'_>, faults: &mut Faults) -> Option<String> {
    let entry = fields.entry("not_applicable")?;
    let flag = entry.node.scalar().is_some_and(|scalar| {
        scalar.kind != crate::source::ScalarKind::String && fields.document.text_of(&scalar.text) == "true"
    });
    if flag {
        faults.push(
            Fault::new("wrong-type", entry.node.span, "`not_applicable` is true, but nobody says why")
                .help("write the reason, such as not_applicable = \"Nobody outside destroys records for us.\""),
        );
        return None;
    }
    fields.text("not_applicable", faults)
}

fn count(fields: &Fields<'_>, faults: &mut Faults) -> Option<Count> {
    let inner = fields.fields("count", COUNT_KEYS, faults)?;
    let before = faults.len();
    let (done, of, on) = (inner.count("done", faults), inner.count("of", faults), inner.date("on", faults));
    for (key, value) in [("done", done), ("of", of)] {
        if value.is_none() && !inner.has(key) {
            inner.missing(key, "a count says how many of how many: { done = 50, of = 52, on = 2026-05-01 }", faults);
        }
    }
    inner.finish(faults);
    let count = Count { done: done?, of: of?, on };
    (faults.len() == before).then_some(count)
}

fn from(fields: &Fields<'_>, faults: &mut Faults) -> Option<LibrarySource> {
    let inner = fields.fields("from", FROM_KEYS, faults)?;
    let source = LibrarySource {
        library: inner.text("library", faults).unwrap_or_default(),
        digest: inner.text("digest", faults).unwrap_or_default(),
        until: inner.date("until", faults),
    };
    inner.finish(faults);
    Some(source)
}

pub(super) fn evidence(fields: &Fields<'_>, faults: &mut Faults) -> Option<Vec<Evidence>> {
    if !fields.has("evidence") {
        return None;
    }
    let before = faults.len();
    let nodes = fields.list("evidence", faults);
    if faults.len() > before {
        return None;
    }
    let mut list = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some(entry) = Fields::of_element(fields.document, node, "evidence", EVIDENCE_KEYS, faults) else {
            // Places in the list stay those of the file, so that a rule's pointer finds its entry.
            list.push(Evidence::default());
            continue;
        };
        let given = Evidence {
            file: entry.text("file", faults),
            link: entry.text("link", faults),
            location: entry.text("location", faults),
            title: entry.text("title", faults),
            approved: entry.date("approved", faults),
            approved_by: entry.text("approved_by", faults),
            review_by: entry.date("review_by", faults),
            sha256: entry.text("sha256", faults),
            private: entry.flag("private", faults),
        };
        let places = ["file", "link", "location"].iter().filter(|key| entry.has(key)).count();
        if places == 0 && faults.len() == before {
            faults.push(
                Fault::new("missing-key", entry.place, "this entry does not say where the document is")
                    .help("give one of file = \"evidence/…\", link = \"https://…\" or location = \"…\""),
            );
        } else if places > 1 {
            faults.push(
                Fault::new("two-places", entry.place, "this entry names more than one place for its document")
                    .help("write one entry for each of file, link and location"),
            );
        }
        entry.finish(faults);
        list.push(given);
    }
    Some(list)
}
