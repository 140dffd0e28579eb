//! A shared answer as one organisation gets it.
//!
//! The texts of a library may hold `{{ … }}` with names of what the organisation's own file says, and nothing else of
//! the template language: no statements, no filters but two, no files. A name that nobody set is an error with its
//! place, and so is a text that takes too many steps or grows too long.

use super::{LibraryError, LibraryFile};
use crate::model::library::SharedAnswer;
use crate::model::{Answer, Evidence, LibrarySource, Organisation, Standard};
use crate::source::{Pointer, Span};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What may stand between the braces, for people.
const NAMES: &str = "known: organisation.name, .ods_code, .sector and .cqc_provider_id, roles.<role>.name and .email, profile.<fact>, edition, standard; what organisation.toml leaves out is not there";
/// Steps that one text may take.
const FUEL: u64 = 10_000;
/// Bytes that one rendered text may have.
const LONGEST: usize = 100_000;

/// Whom an answer is rendered for.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
}

/// A shared answer as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// What it says: answer, documents and comment.
    pub answer: Answer,
    pub source: LibrarySource,
    /// Files to be copied: from the library's directory to the workspace.
    pub files: Vec<(String, String)>,
}

impl Rendered {
    /// Whether an organisation's answer still says all of it; further documents and a comment of its own are its own
    /// affair.
    pub fn is_in(&self, answer: &Answer) -> bool {
        let shared = &self.answer;
        let has = |document: &Evidence| {
            answer.evidence.iter().flatten().any(|own| {
                let places =
                    [(&own.file, &document.file), (&own.link, &document.link), (&own.location, &document.location)];
                places.into_iter().any(|(own, shared)| shared.is_some() && own == shared)
                    && (document.title.is_none() || own.title == document.title)
                    && (document.sha256.is_none() || own.sha256 == document.sha256)
            })
        };
        let same =
            |shared: &Option<String>, own: &Option<String>| shared.is_none() || lf(shared.as_ref()) == lf(own.as_ref());
        (shared.tick.is_none() || shared.tick == answer.tick)
            && (shared.date.is_none() || shared.date == answer.date)
            && same(&shared.text, &answer.text)
            && same(&shared.not_applicable, &answer.not_applicable)
            && same(&shared.comment, &answer.comment)
            && shared.evidence.iter().flatten().all(has)
    }
}

/// Line ends are the file's affair, not the text's.
fn lf(text: Option<&String>) -> Option<String> {
    text.map(|text| text.replace("\r\n", "\n"))
}

/// Renders an entry of a library for an organisation.
pub fn render(
    file: &LibraryFile,
    key: &str,
    shared: &SharedAnswer,
    subject: &Subject<'_>,
) -> Result<Rendered, LibraryError> {
    let at = Pointer::answer(key);
    let names = names(subject);
    let text = |given: &Option<String>, pointer: Pointer| -> Result<Option<String>, LibraryError> {
        given.as_ref().map(|text| fill(file, text, &pointer, &names)).transpose()
    };
    let mut files = Vec::new();
    let mut documents = Vec::new();
    for (index, entry) in shared.evidence.iter().flatten().enumerate() {
        let at = |key: &'static str| at.clone().key("evidence").index(index).key(key);
        let mut document = Evidence {
            link: text(&entry.link, at("link"))?,
            location: text(&entry.location, at("location"))?,
            title: text(&entry.title, at("title"))?,
            approved_by: text(&entry.approved_by, at("approved_by"))?,
            sha256: None,
            ..entry.clone()
        };
        if let Some(path) = &entry.file {
            let digest = match file.digests.get(path) {
                Some(Ok(digest)) => digest,
                Some(Err(why)) => return Err(file.error_at(&at("file"), format!("this file cannot be read: {why}"))),
                None => return Err(file.error_at(&at("file"), "this file cannot be read".to_owned())),
            };
            let to = target(&file.name, path, digest, entry.is_private());
            files.push((path.clone(), to.clone()));
            document.file = Some(to);
            document.sha256 = Some(digest.clone());
        }
        documents.push(document);
    }
    let answer = Answer {
        tick: shared.tick,
        text: text(&shared.text, at.clone().key("text"))?,
        date: shared.date,
        evidence: shared.evidence.as_ref().map(|_| documents),
        not_applicable: text(&shared.not_applicable, at.clone().key("not_applicable"))?,
        comment: text(&shared.comment, at.key("comment"))?,
        ..Answer::default()
    };
    let source =
        LibrarySource { library: format!("{}/{key}", file.name), digest: digest(&answer), until: shared.until };
    Ok(Rendered { answer, source, files })
}

/// Where a library's file goes: its digest is part of the name, so that a newer one never takes the place of another.
fn target(library: &str, path: &str, digest: &str, private: bool) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let short = &digest[..digest.len().min(8)];
    let name = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem}-{short}.{ending}"),
        _ => format!("{name}-{short}"),
    };
    format!("{}/{library}/{name}", if private { "private" } else { "evidence" })
}

/// The digest of what a rendered answer says, `sha256:<hex>`: of one JSON array of key and value for each key that it
/// has, dates as text, a document an array of the same kind.
fn digest(answer: &Answer) -> String {
    let text = |key: &str, text: &Option<String>| lf(text.as_ref()).map(|text| serde_json::json!([key, text]));
    let day = |key: &str, day: Option<jiff::civil::Date>| day.map(|day| serde_json::json!([key, day.to_string()]));
    let documents = answer.evidence.as_ref().map(|list| {
        let list: Vec<Vec<serde_json::Value>> = list
            .iter()
            .map(|entry| {
                let keys = [
                    text("file", &entry.file),
                    text("link", &entry.link),
                    text("location", &entry.location),
                    text("title", &entry.title),
                    day("approved", entry.approved),
                    text("approved_by", &entry.approved_by),
                    day("review_by", entry.review_by),
                    text("sha256", &entry.sha256),
                    entry.private.map(|private| serde_json::json!(["private", private])),
                ];
                keys.into_iter().flatten().collect()
            })
            .collect();
        serde_json::json!(["evidence", list])
    });
    let keys = [
        answer.tick.map(|tick| serde_json::json!(["tick", tick])),
        text("text", &answer.text),
        day("date", answer.date),
        documents,
        text("not_applicable", &answer.not_applicable),
        text("comment", &answer.comment),
    ];
    let said: Vec<serde_json::Value> = keys.into_iter().flatten().collect();
    format!("sha256:{:x}", Sha256::digest(serde_json::Value::from(said).to_string().as_bytes()))
}

/// What a text may name.
fn names(subject: &Subject<'_>) -> Value {
    let organisation = subject.organisation;
    let mut own = BTreeMap::from([
        ("name", Value::from(organisation.name.as_str())),
        ("ods_code", Value::from(organisation.ods_code.as_str())),
    ]);
    // What the file does not say is not there, so that a text that needs it is an error and not half a sentence.
    own.extend(organisation.sector.as_deref().map(|sector| ("sector", Value::from(sector))));
    own.extend(organisation.cqc_provider_id.as_deref().map(|id| ("cqc_provider_id", Value::from(id))));
    let roles = organisation.roles.iter().map(|(key, holder)| {
        let says = [("name", holder.name.as_deref()), ("email", holder.email.as_deref())];
        let says = says.into_iter().filter_map(|(key, text)| Some((key, Value::from(text?))));
        (key.as_str(), Value::from_pairs(says))
    });
    let facts = organisation.profile.facts.iter().map(|(key, value)| (key.as_str(), Value::from(value.as_str())));
    Value::from_pairs([
        ("organisation", Value::from_pairs(own)),
        ("roles", Value::from_pairs(roles)),
        ("profile", Value::from_pairs(facts)),
        ("edition", Value::from(subject.standard.edition())),
        ("standard", Value::from(subject.standard.id())),
    ])
}

/// A text with its names filled in.
fn fill(file: &LibraryFile, text: &str, pointer: &Pointer, names: &Value) -> Result<String, LibraryError> {
    if !["{{", "{%", "{#"].iter().any(|mark| text.contains(mark)) {
        return Ok(text.to_owned());
    }
    if let Some(at) = text.find("{%") {
        let why = "only `{{ … }}` may stand in a shared answer, no statements".to_owned();
        return Err(located(file, pointer, text, at..at + 2, why));
    }
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(|error| file.error_at(pointer, error.to_string()))?);
    environment.add_filter("upper", |text: String| text.to_uppercase());
    environment.add_filter("lower", |text: String| text.to_lowercase());
    let filled = environment.render_str(text, names);
    match filled {
        Ok(filled) if filled.len() > LONGEST => {
            Err(file.error_at(pointer, format!("the text becomes longer than {LONGEST} bytes")))
        }
        Ok(filled) => Ok(filled),
        Err(error) => {
            let range = error.range().filter(|range| range.end <= text.len());
            let help = (error.kind() == ErrorKind::UndefinedError).then_some(NAMES);
            let error = located(file, pointer, text, range.clone().unwrap_or(0..0), why(&error, text, range));
            Err(LibraryError { help, ..error })
        }
    }
}

fn why(error: &Error, text: &str, range: Option<std::ops::Range<usize>>) -> String {
    let what = range.and_then(|range| text.get(range)).map(|what| what.trim().to_owned()).unwrap_or_default();
    match error.kind() {
        ErrorKind::UndefinedError => format!("`{what}` is nothing that organisation.toml says"),
        ErrorKind::OutOfFuel => "the text takes too many steps".to_owned(),
        kind => {
            let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
            format!("`{what}` cannot be filled in ({kind}{detail})")
        }
    }
}

/// An error at a range of a text, as near as the file's own spelling of the text lets it be found.
fn located(
    file: &LibraryFile,
    pointer: &Pointer,
    text: &str,
    range: std::ops::Range<usize>,
    message: String,
) -> LibraryError {
    let span = file.document.span(pointer);
    let raw = file.document.text.get(span.range()).unwrap_or_default();
    let what = text.get(range.clone()).filter(|what| !what.is_empty());
    let earlier = what.map_or(0, |what| text.get(..range.start).unwrap_or_default().matches(what).count());
    let found = what.and_then(|what| raw.match_indices(what).nth(earlier)).map_or(0, |(at, _)| at);
    let at = span.start.saturating_add(u32::try_from(found).unwrap_or(0));
    let length = what.filter(|what| raw.contains(what)).map_or(0, |what| u32::try_from(what.len()).unwrap_or(0));
    file.error(Span { start: at, end: at.saturating_add(length) }, message)
}
