//! One item's box on the web site: what is ticked, typed and uploaded there, and what must be known before.

use super::Source;
use crate::assess::State;
use crate::model::period::in_words;
use crate::model::{Answer, Evidence, Grade, Item, ItemKind};
use crate::tree::Tree;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

/// What is typed where something does not apply.
const NOT_APPLICABLE: &str = "Not applicable";

/// What has to be done with an item on the web site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// What stands there, if anything, is not what is said here.
    Type,
    /// The same was entered before: it has to be looked at and saved.
    Open,
    /// Nothing was entered there before.
    New,
}

impl Mark {
    pub fn words(self) -> &'static str {
        match self {
            Self::Type => "type this",
            Self::Open => "open, read, Save",
            Self::New => "new",
        }
    }
}

/// One thing to do in an item's box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Tick the box, or leave it empty.
    Tick(bool),
    /// Into the text box.
    Text(String),
    /// Into the date box.
    Date(Date),
    /// A file to upload.
    Upload { file: String, digest: Option<String>, private: bool },
    /// A web address instead of a file.
    Link(String),
    /// Into "Enter text describing document location".
    Location(String),
    /// Into the comments box.
    Comment(String),
}

impl Field {
    /// What is typed or pasted; none for what is done with the mouse.
    pub(super) fn typed(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Link(text) | Self::Location(text) | Self::Comment(text) => Some(text),
            Self::Tick(_) | Self::Date(_) | Self::Upload { .. } => None,
        }
    }

    /// What to do, and where.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Tick(true) => "Tick the box.".to_owned(),
            Self::Tick(false) => "Leave the box empty: the answer is no.".to_owned(),
            Self::Text(_) => "Text box".to_owned(),
            Self::Date(day) => format!("Date: {}", in_words(*day)),
            Self::Upload { file, private: true, .. } => {
                format!("Upload the file {file} (kept out of git: whoever holds it uploads it)")
            }
            Self::Upload { file, .. } => format!("Upload the file {file}"),
            Self::Link(_) => "Link to the document".to_owned(),
            Self::Location(_) => "\u{201c}Enter text describing document location\u{201d}".to_owned(),
            Self::Comment(_) => "Comments (optional)".to_owned(),
        }
    }
}

/// One item as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub number: String,
    pub question: String,
    /// None where there is nothing to enter.
    pub mark: Option<Mark>,
    pub fields: Vec<Field>,
    /// What must be known before one types.
    pub remarks: Vec<String>,
    /// What is worth knowing besides.
    pub notes: Vec<String>,
}

impl Line {
    /// Changes whenever something else is to be entered, so that nothing stays ticked off that was changed since.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(format!("{:?}", self.fields).as_bytes());
        digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

pub(super) fn line(source: Source<'_>, at: usize, item: &Item) -> Option<Line> {
    let verdict = &source.assessment.items[at];
    let answer = source.answers.answers.get(&item.number);
    let mut line = Line {
        number: item.number.clone(),
        question: item.shown(),
        mark: None,
        fields: Vec::new(),
        remarks: Vec::new(),
        notes: Vec::new(),
    };
    let asked = (0..source.standard.levels.len()).any(|level| source.standard.asks(level, item));
    match verdict.state {
        State::Exempt => {
            let why = verdict.exempt_because.as_deref().unwrap_or_default();
            line.remarks.push(format!("The profile exempts you, so that the web site does not ask: {why}"));
            return Some(line);
        }
        State::Carried => {
            line.remarks.push("Carried over and not confirmed yet: do not enter it before somebody has.".to_owned());
            return Some(line);
        }
        State::Optional => return None,
        State::Unmet | State::Met | State::NotApplicable => {}
    }
    line.fields = answer.map(|answer| fields(item, answer, source.tree)).unwrap_or_default();
    if let Some(gap) = &verdict.gap
        && (asked || !line.fields.is_empty())
    {
        line.remarks.push(format!("Does not count yet: {}.", gap.words()));
    }
    if line.fields.is_empty() {
        return asked.then_some(line);
    }
    if let Some(answer) = answer {
        line.notes = notes(item, answer, verdict.state);
    }
    line.mark = Some(mark(source, item, &line.fields, &mut line.remarks));
    Some(line)
}

/// What is typed, ticked and uploaded for an answer, in the order of the item's box.
fn fields(item: &Item, answer: &Answer, tree: &dyn Tree) -> Vec<Field> {
    let mut fields = Vec::new();
    let said = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let mut comments: Vec<String> = Vec::new();
    let reason = answer.not_applicable.as_deref();
    match (item.kind, reason) {
        (ItemKind::Tick | ItemKind::Date, Some(_)) => {
            if item.kind == ItemKind::Tick {
                fields.push(Field::Tick(true));
            }
            comments.push(NOT_APPLICABLE.to_owned());
        }
        (ItemKind::Text, Some(_)) => fields.push(Field::Text(NOT_APPLICABLE.to_owned())),
        (ItemKind::Document, Some(_)) => fields.push(Field::Location(NOT_APPLICABLE.to_owned())),
        (ItemKind::Tick, None) => fields.extend(answer.tick.map(Field::Tick)),
        (ItemKind::Text, None) => fields.extend(answer.text.as_deref().and_then(said).map(Field::Text)),
        (ItemKind::Date, None) => fields.extend(answer.date.map(Field::Date)),
        (ItemKind::Document, None) => {
            fields.extend(answer.evidence.iter().flatten().filter_map(|evidence| document(evidence, tree)));
        }
    }
    if fields.is_empty() && comments.is_empty() {
        return fields;
    }
    comments.extend(reason.and_then(said));
    comments.extend(answer.comment.as_deref().and_then(said));
    if !comments.is_empty() {
        fields.push(Field::Comment(comments.join("\n")));
    }
    fields
}

fn document(evidence: &Evidence, tree: &dyn Tree) -> Option<Field> {
    let bare = |digest: &str| digest.strip_prefix("sha256:").unwrap_or(digest).to_ascii_lowercase();
    if let Some(file) = &evidence.file {
        let stated = evidence.sha256.as_deref().map(bare);
        let digest = tree.sha256(file).ok().or(stated);
        return Some(Field::Upload { file: file.clone(), digest, private: evidence.is_private() });
    }
    if let Some(link) = &evidence.link {
        return Some(Field::Link(link.trim().to_owned()));
    }
    let location = evidence.location.as_ref().or(evidence.title.as_ref())?;
    let title = evidence.title.as_ref().filter(|title| *title != location);
    Some(Field::Location(title.map_or_else(|| location.clone(), |title| format!("{title}: {location}"))))
}

fn notes(item: &Item, answer: &Answer, state: State) -> Vec<String> {
    let mut found = Vec::new();
    if state == State::NotApplicable
        && let Some(convention) = &item.not_applicable
        && let Some(write) = &convention.write
    {
        let assumed = if convention.grade == Some(Grade::Inferred) { " (assumed; follow the tip there)" } else { "" };
        found.push(format!("Not applicable; the toolkit's way: {write}{assumed}."));
    }
    if let Some(count) = answer.count {
        let on = count.on.map(|day| format!(" on {}", in_words(day))).unwrap_or_default();
        found.push(format!("Counted: {} of {} ({}){on}.", count.done, count.of, count.percent()));
    }
    if item.kind != ItemKind::Document && answer.has_evidence() {
        let labels: Vec<&str> = answer.evidence.iter().flatten().map(Evidence::label).collect();
        found.push(format!("Kept here as proof, nothing to upload: {}.", labels.join("; ")));
    }
    found
}

fn mark(source: Source<'_>, item: &Item, fields: &[Field], remarks: &mut Vec<String>) -> Mark {
    let Some(entered) = source.entered else { return Mark::Type };
    let Some(old) = entered.standard.concept(&item.concept) else {
        remarks.push(format!("The question is new since {}.", entered.standard.edition()));
        return Mark::New;
    };
    let answer = entered.answers.answers.get(&old.number).filter(|answer| answer.carried_from.is_none());
    let before = answer.map(|answer| self::fields(old, answer, entered.tree)).unwrap_or_default();
    if old.number != item.number {
        remarks.push(format!("It was {} in {}.", old.number, entered.standard.edition()));
    }
    if old.question != item.question {
        remarks.push(format!("The question was worded otherwise in {}: read it again.", entered.standard.edition()));
    }
    if before.is_empty() {
        return Mark::New;
    }
    if before == fields && old.number == item.number && old.kind == item.kind { Mark::Open } else { Mark::Type }
}
