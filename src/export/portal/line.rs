//! One item's box on the web site: what is ticked, typed and uploaded there, and what must be known before.

use super::{Entered, Source};
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
    /// What stands there is to be taken away, and nothing put in its place.
    Clear,
}

impl Mark {
    pub fn words(self) -> &'static str {
        match self {
            Self::Type => "type this",
            Self::Open => "open, read, Save",
            Self::New => "new",
            Self::Clear => "clear this",
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
    /// What was entered there before and is said no more: taken away again.
    Clear(Box<Field>),
}

impl Field {
    /// What is typed or pasted; none for what is done with the mouse.
    pub(super) fn typed(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Link(text) | Self::Location(text) | Self::Comment(text) => Some(text),
            Self::Tick(_) | Self::Date(_) | Self::Upload { .. } | Self::Clear(_) => None,
        }
    }

    /// Which of several is meant: a file, an address or a place.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Upload { file, .. } => Some(file),
            Self::Clear(field) => match &**field {
                Self::Upload { file: name, .. } | Self::Link(name) | Self::Location(name) => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    /// What to do, and where.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Tick(true) => "Tick the box.".to_owned(),
            Self::Tick(false) => "Leave the box empty: the answer is no.".to_owned(),
            Self::Text(_) => "Text box".to_owned(),
            Self::Date(day) => format!("Date: {}", in_words(*day)),
            Self::Upload { private: true, .. } => {
                "Upload the file (kept out of git: whoever holds it uploads it)".to_owned()
            }
            Self::Upload { .. } => "Upload the file".to_owned(),
            Self::Link(_) => "Link to the document".to_owned(),
            Self::Location(_) => "\u{201c}Enter text describing document location\u{201d}".to_owned(),
            Self::Comment(_) => "Comments (optional)".to_owned(),
            Self::Clear(field) => match **field {
                Self::Tick(_) => "Untick the box.",
                Self::Text(_) => "Clear the text box.",
                Self::Date(_) => "Clear the date.",
                Self::Upload { .. } => "Remove the file that was uploaded before",
                Self::Link(_) => "Remove the link that was entered before",
                Self::Location(_) => "Clear the document location that was entered before",
                Self::Comment(_) | Self::Clear(_) => "Clear the comments box.",
            }
            .to_owned(),
        }
    }

    /// Whether the box of an item of this kind has a place for it.
    fn belongs(&self, kind: ItemKind) -> bool {
        match self {
            Self::Tick(_) => kind == ItemKind::Tick,
            Self::Text(_) => kind == ItemKind::Text,
            Self::Date(_) => kind == ItemKind::Date,
            Self::Upload { .. } | Self::Link(_) | Self::Location(_) => kind == ItemKind::Document,
            Self::Comment(_) => true,
            Self::Clear(field) => field.belongs(kind),
        }
    }

    /// Whether entering it leaves nothing of what stood there before: a box holds one text, one tick and one date, and
    /// any number of documents.
    fn replaces(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Tick(now), Self::Tick(before)) => now == before,
            (Self::Upload { file, digest, .. }, Self::Upload { file: old_file, digest: old_digest, .. }) => {
                file == old_file && (digest.is_none() || old_digest.is_none() || digest == old_digest)
            }
            (Self::Link(now), Self::Link(before)) | (Self::Location(now), Self::Location(before)) => now == before,
            (Self::Text(_), Self::Text(_)) | (Self::Date(_), Self::Date(_)) | (Self::Comment(_), Self::Comment(_)) => {
                true
            }
            _ => false,
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
        State::Optional | State::Unmet | State::Met | State::NotApplicable => {}
    }
    line.fields = answer.map(|answer| fields(item, answer, source.tree)).unwrap_or_default();
    let before = source.entered.and_then(|entered| Before::find(entered, item));
    let entered = before.as_ref().map(|before| before.fields.as_slice()).unwrap_or_default();
    let same = line.fields == entered;
    take_away(&mut line.fields, entered, item.kind);
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
    line.mark = Some(match source.entered {
        None => Mark::Type,
        Some(entered) => mark(entered, before.as_ref(), item, same, &mut line),
    });
    Some(line)
}

/// What was entered for an item's question before.
struct Before<'a> {
    item: &'a Item,
    fields: Vec<Field>,
}

impl<'a> Before<'a> {
    /// None where the question was not asked. What was only carried over was not entered.
    fn find(entered: &Entered<'a>, item: &Item) -> Option<Self> {
        let old = entered.standard.concept(&item.concept)?;
        let answer = entered.answers.answers.get(&old.number).filter(|answer| answer.carried_from.is_none());
        Some(Self { item: old, fields: answer.map(|answer| fields(old, answer, entered.tree)).unwrap_or_default() })
    }
}

/// Against what was entered; `same` where that is what is said now, too.
fn mark(entered: &Entered<'_>, before: Option<&Before<'_>>, item: &Item, same: bool, line: &mut Line) -> Mark {
    let edition = entered.standard.edition();
    let Some(before) = before else {
        line.remarks.push(format!("The question is new since {edition}."));
        return Mark::New;
    };
    if before.item.number != item.number {
        line.remarks.push(format!("It was {} in {edition}.", before.item.number));
    }
    if before.item.question != item.question {
        line.remarks.push(format!("The question was worded otherwise in {edition}: read it again."));
    }
    if before.fields.is_empty() {
        return Mark::New;
    }
    if same && before.item.number == item.number && before.item.kind == item.kind {
        return Mark::Open;
    }
    if line.fields.iter().all(|field| matches!(field, Field::Clear(_))) { Mark::Clear } else { Mark::Type }
}

/// Adds what has to be taken away first: it was entered, and nothing of what is entered now takes its place. Else the web
/// site would go on showing an answer that was withdrawn here.
fn take_away(fields: &mut Vec<Field>, entered: &[Field], kind: ItemKind) {
    let stays = |before: &&Field| {
        before.belongs(kind) && **before != Field::Tick(false) && !fields.iter().any(|field| field.replaces(before))
    };
    let mut gone: Vec<Field> =
        entered.iter().filter(stays).map(|field| Field::Clear(Box::new(field.clone()))).collect();
    if gone.contains(&Field::Clear(Box::new(Field::Tick(true)))) {
        fields.retain(|field| *field != Field::Tick(false));
    }
    gone.append(fields);
    *fields = gone;
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
