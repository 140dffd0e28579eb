//! `publications/toolkit.toml` and the records under `publications/<edition>/`.

use super::Decoded;
use crate::model::{
    History, ItemCounts, Publication, PublicationSource, Publisher, Record, RecordBank, RecordSites, Standard,
    ToolkitEntry,
};
use crate::source::Document;
use crate::source::decode::{Faults, Fields, check_format};
use jiff::civil::Date;

const KEYS: &[&str] = &["format", "published"];
const ENTRY_KEYS: &[&str] = &["edition", "level", "date", "seen", "source", "record", "void"];
const RECORD_KEYS: &[&str] = &[
    "format",
    "standard",
    "edition",
    "number",
    "ods_code",
    "name",
    "level",
    "date",
    "reason",
    "previous",
    "files",
    "bank",
    "publisher",
    "profile",
    "sites",
    "items",
    "ignored",
    "dspt",
];

/// The entries in the file's order, each at its own place in the list; faulty ones are none.
pub fn decode_toolkit(document: &Document) -> Decoded<Vec<Option<ToolkitEntry>>> {
    let mut decoded = Decoded::<Vec<Option<ToolkitEntry>>>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        for node in fields.list("published", &mut faults) {
            decoded.value.push(entry(document, node, &mut faults));
        }
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

fn entry(document: &Document, node: &crate::source::Node, faults: &mut Faults) -> Option<ToolkitEntry> {
    let inner = Fields::of_element(document, node, "published", ENTRY_KEYS, faults)?;
    let edition = inner.text("edition", faults);
    let level = inner.text("level", faults);
    let date = inner.date("date", faults);
    let (seen, source) = (inner.date("seen", faults), inner.text("source", faults));
    let (record, void) = (inner.text("record", faults), inner.text("void", faults));
    for key in ["edition", "level", "date"] {
        if !inner.has(key) {
            inner.missing(key, "an entry has edition, level and date, as the web site shows them", faults);
        }
    }
    inner.finish(faults);
    Some(ToolkitEntry { edition: edition?, level: level?, date: date?, seen, source, record, void })
}

/// What the history needs of a publication record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHead {
    pub edition: String,
    pub number: String,
    pub level: String,
    pub date: Date,
}

impl RecordHead {
    /// `2025-26/001`, as publications are named everywhere.
    pub fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }
}

impl From<&Record> for RecordHead {
    fn from(record: &Record) -> Self {
        Self {
            edition: record.edition.clone(),
            number: record.number.clone(),
            level: record.level.clone(),
            date: record.date,
        }
    }
}

pub fn decode_record(document: &Document) -> Decoded<Option<RecordHead>> {
    let mut decoded = Decoded::<Option<RecordHead>>::default();
    let Some(fields) = Fields::root(document, RECORD_KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let edition = fields.text("edition", &mut faults);
        let number = fields.text("number", &mut faults);
        let level = fields.text("level", &mut faults);
        let date = fields.date("date", &mut faults);
        decoded.value = edition.zip(number).zip(level).zip(date).map(|(((edition, number), level), date)| RecordHead {
            edition,
            number,
            level,
            date,
        });
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

/// A whole record, every part of which must be sound; else what is wrong with it, in one line.
pub fn record(document: &Document) -> Result<Record, String> {
    let mut faults = Faults::new();
    let record = Fields::root(document, RECORD_KEYS).and_then(|fields| {
        let record = if check_format(&fields, &mut faults) { whole_record(&fields, &mut faults) } else { None };
        fields.finish(&mut faults);
        record
    });
    let first = document.faults.iter().chain(&faults).next();
    match (record, first) {
        (Some(record), None) => Ok(record),
        (_, Some(fault)) => Err(format!("line {}: {}", document.position(fault.span.start).line, fault.message)),
        (None, None) => Err("a part of it is missing".to_owned()),
    }
}

fn whole_record(fields: &Fields<'_>, faults: &mut Faults) -> Option<Record> {
    let bank = fields.fields("bank", &["digest", "revision", "confirmed", "required"], faults);
    let publisher = fields.fields("publisher", &["name", "email", "role"], faults);
    let items = fields.fields("items", &["met", "not_applicable", "exempt", "optional_met"], faults);
    let mut profile = std::collections::BTreeMap::new();
    let mut profile_confirmed = None;
    for entry in fields.entries("profile", faults) {
        match fields.document.key_of(entry) {
            "confirmed" => {
                profile_confirmed = crate::source::decode::date_of(fields.document, &entry.node, "confirmed", faults);
            }
            key => {
                let text = crate::source::decode::text_of(fields.document, &entry.node, key, faults)?;
                profile.insert(key.to_owned(), text);
            }
        }
    }
    let sites = fields.fields("sites", &["covered", "excluded"], faults).map(|sites| {
        let covered = sites.texts("covered", faults);
        let mut excluded = std::collections::BTreeMap::new();
        for entry in sites.entries("excluded", faults) {
            let code = sites.document.key_of(entry);
            if let Some(reason) = crate::source::decode::text_of(sites.document, &entry.node, code, faults) {
                excluded.insert(code.to_owned(), reason);
            }
        }
        sites.finish(faults);
        RecordSites { covered, excluded }
    });
    let (bank, publisher, items) = (bank?, publisher?, items?);
    let record = Record {
        standard: fields.text("standard", faults)?,
        edition: fields.text("edition", faults)?,
        number: fields.text("number", faults)?,
        ods_code: fields.text("ods_code", faults)?,
        name: fields.text("name", faults)?,
        level: fields.text("level", faults)?,
        date: fields.date("date", faults)?,
        reason: fields.text("reason", faults),
        previous: fields.text("previous", faults),
        files: fields.text("files", faults)?,
        bank: RecordBank {
            digest: bank.text("digest", faults)?,
            revision: bank.count("revision", faults)?,
            confirmed: bank.count("confirmed", faults)?,
            required: bank.count("required", faults)?,
        },
        publisher: Publisher {
            name: publisher.text("name", faults)?,
            email: publisher.text("email", faults)?,
            role: publisher.text("role", faults),
        },
        profile,
        profile_confirmed,
        sites,
        items: ItemCounts {
            met: items.count("met", faults)?,
            not_applicable: items.count("not_applicable", faults)?,
            exempt: items.count("exempt", faults)?,
            optional_met: items.count("optional_met", faults)?,
        },
        ignored: fields.texts("ignored", faults),
        dspt: fields.text("dspt", faults)?,
    };
    bank.finish(faults);
    publisher.finish(faults);
    items.finish(faults);
    Some(record)
}

/// Which of our publications an entry shows, as an index: the one that it names, else the newest one of its edition and
/// level that was made by its day. This alone decides what is on the toolkit.
pub fn shown_by(entry: &ToolkitEntry, records: &[RecordHead]) -> Option<usize> {
    if let Some(name) = &entry.record {
        return records.iter().position(|record| record.id() == *name);
    }
    let by_then = |record: &RecordHead| {
        (&record.edition, &record.level) == (&entry.edition, &entry.level) && record.date <= entry.date
    };
    let candidates = records.iter().enumerate().filter(|(_, record)| by_then(record));
    candidates.max_by(|(_, a), (_, b)| (a.date, &a.number).cmp(&(b.date, &b.number))).map(|(at, _)| at)
}

/// Joins records and toolkit entries into one history, oldest first. An entry that shows a record is the same
/// publication seen from outside; void entries and words that stand for nothing published are left out.
pub fn history(records: &[RecordHead], toolkit: &[ToolkitEntry], standard: &Standard) -> History {
    let published =
        |level: &str| standard.statuses.iter().find(|status| status.id == level).is_none_or(|status| status.published);
    let mut publications: Vec<Publication> = records
        .iter()
        .map(|record| Publication {
            edition: record.edition.clone(),
            number: Some(record.number.clone()),
            level: record.level.clone(),
            date: record.date,
            source: PublicationSource::Record,
            toolkit: None,
        })
        .collect();
    for entry in toolkit.iter().filter(|entry| entry.void.is_none() && published(&entry.level)) {
        if let Some(at) = shown_by(entry, records) {
            let since = &mut publications[at].toolkit;
            *since = Some(since.map_or(entry.date, |known| known.min(entry.date)));
        } else {
            publications.push(Publication {
                edition: entry.edition.clone(),
                number: None,
                level: entry.level.clone(),
                date: entry.date,
                source: PublicationSource::Toolkit,
                toolkit: Some(entry.date),
            });
        }
    }
    publications.sort_by(|a, b| (a.date, &a.edition, &a.number).cmp(&(b.date, &b.edition, &b.number)));
    History { publications }
}
