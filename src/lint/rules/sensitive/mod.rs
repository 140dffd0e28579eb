//! Group *sensitive*: what must not be shown to others.
//!
//! Files of ours are read as they stand, other editions' apart, with their comments and with what no parser could
//! make anything of; text evidence is read once. One pass finds for all rules of the group. Nothing that is found is
//! ever quoted: its text goes to [`Sink::hide`], which keeps it out of every output.

mod lines;
mod scan;
#[cfg(test)]
mod tests;

use super::rules;
use crate::lint::{At, Context, Draft, Rule, Sink};
use crate::source::{Document, Kind as NodeKind, Node, Pointer, Position, Scalar, Span, Text};
use crate::workspace::{File, FileId, Workspace};
pub use lines::KnownLines;
use scan::{Kind, is_sensitive, scan};
use std::collections::HashSet;
use std::ops::Range;

rules![private_key, nhs_number, national_insurance_number, secret, other_client_named];

/// Text evidence over this size (bytes) is not read.
const MAX_TEXT: u64 = 1024 * 1024;
/// Findings in one piece of text evidence; a list of thousands needs no thousands of findings.
const MAX_IN_TEXT: usize = 100;
/// Keys whose values are codes and digests, never anybody's.
const CODES: [&str; 5] = ["cqc_provider_id", "cqc_location_id", "sha256", "digest", "signing_key"];

/// Looks for everything that the group's rules are about.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    own_files(context.workspace, context.left, |file| context.is_judged(file), sink);
    for (path, item, named) in documents(context) {
        text_evidence(context, path, item, &named, sink);
    }
}

/// Text evidence that is searched: its path, the item that it belongs to, and where it is named.
fn documents<'a>(context: &Context<'a>) -> Vec<(&'a str, Option<&'a str>, At)> {
    let mut read = HashSet::new();
    let mut found = Vec::new();
    for answers in context.workspace.answers.iter().filter(|answers| context.is_judged(answers.file)) {
        for (number, answer) in &answers.decoded.value.answers {
            for (index, evidence) in answer.evidence.iter().flatten().enumerate() {
                // Private evidence stays out of git because it holds such things.
                let path = evidence.file.as_deref().filter(|path| is_text(path) && !evidence.is_private());
                let Some(path) = path.filter(|path| read.insert(*path)) else { continue };
                let named = Pointer::answer(number).key("evidence").index(index).key("file");
                found.push((path, Some(number.as_str()), At::value(answers.file, named)));
            }
        }
    }
    for plan in context.workspace.plans.iter().filter(|plan| context.is_judged(plan.file)) {
        let path = plan.decoded.value.document.as_deref().filter(|path| is_text(path));
        if let Some(path) = path.filter(|path| read.insert(*path)) {
            found.push((path, None, At::value(plan.file, Pointer::root().key("document"))));
        }
    }
    found
}

/// Files of ours; of a newer format nothing is judged.
pub(in crate::lint) fn own_files(
    workspace: &Workspace,
    left: &[Option<String>],
    wanted: impl Fn(FileId) -> bool,
    sink: &mut Sink<'_>,
) {
    for (at, file) in workspace.files.iter().enumerate() {
        if wanted(FileId(at)) && !file.faults.iter().any(|fault| fault.rule == "newer-format") {
            own_file(FileId(at), file, left.get(at).and_then(Option::as_deref), sink);
        }
    }
}

/// A file of ours: the place of what is found is the value that holds it, or, in a comment or where nothing could be
/// parsed, what was found itself.
fn own_file(id: FileId, file: &File, left: Option<&str>, sink: &mut Sink<'_>) {
    let document = &file.document;
    if left.is_some_and(|left| !is_sensitive(left)) {
        return;
    }
    let found = all(&document.text);
    if found.is_empty() && document.is_literal() {
        return;
    }
    let mut search = Search { id, document, left: vec![true; found.len()], found, reported: Vec::new(), sink };
    search.walk(&document.root, Span::default(), "", None, 0);
    let Search { found, left, sink, .. } = search;
    for ((kind, range), _) in found.into_iter().zip(left).filter(|(_, left)| *left) {
        hide(&document.text[range.clone()], sink);
        sink.report(draft(kind, At::Bytes(id, Span::new(range.start, range.end)), None));
    }
}

/// Everything in a text, in its order.
fn all(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut found = Vec::new();
    scan(text, |kind, range| found.push((kind, range)));
    found
}

/// A walk over a document's values with what was found in its text.
struct Search<'s, 'w> {
    id: FileId,
    document: &'s Document,
    found: Vec<(Kind, Range<usize>)>,
    /// Which of those no value has been met for.
    left: Vec<bool>,
    /// Values with escapes that were reported: those within an aliased table come by more than once.
    reported: Vec<Span>,
    sink: &'s mut Sink<'w>,
}

impl<'s> Search<'s, '_> {
    fn walk(&mut self, node: &'s Node, key: Span, name: &str, item: Option<&str>, depth: usize) {
        match &node.kind {
            NodeKind::Table(table) => {
                for entry in &table.entries {
                    let inner = self.document.key_of(entry);
                    let item = if depth == 1 && matches!(name, "answers" | "actions") { Some(inner) } else { item };
                    self.walk(&entry.node, entry.key.span, inner, item, depth + 1);
                }
            }
            NodeKind::List(nodes) => nodes.iter().for_each(|node| self.walk(node, key, name, item, depth + 1)),
            NodeKind::Scalar(scalar) => {
                let kinds = self.kinds(node, scalar, CODES.contains(&name));
                for kind in kinds.each() {
                    self.sink.report(draft(kind, At::Bytes(self.id, node.place(key)), item));
                }
            }
        }
    }

    /// What a value holds.
    fn kinds(&mut self, node: &Node, scalar: &Scalar, is_code: bool) -> Kinds {
        let mut kinds = Kinds::default();
        let from = self.found.partition_point(|(_, range)| range.start < node.span.start as usize);
        for at in from..self.found.len() {
            let (kind, range) = &self.found[at];
            if range.end > node.span.end as usize {
                break;
            }
            if std::mem::take(&mut self.left[at]) && !is_code {
                hide(&self.document.text[range.clone()], self.sink);
                kinds.add(*kind);
            }
        }
        // Escapes hide and invent: what the value says is what counts.
        if let Text::Owned(text) = &scalar.text {
            kinds = Kinds::default();
            let is_alias = self.document.text[node.span.range()].starts_with('*');
            if !is_code && !is_alias && is_sensitive(text) && !self.reported.contains(&node.span) {
                self.reported.push(node.span);
                scan(text, |kind, range| {
                    hide(&text[range], self.sink);
                    kinds.add(kind);
                });
            }
        }
        kinds
    }
}

/// Which kinds a value holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Kinds(u8);

impl Kinds {
    fn add(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }

    /// Each kind once; beside a private key nothing else in it is a secret of its own.
    fn each(self) -> impl Iterator<Item = Kind> {
        let has = move |kind: Kind| self.0 & (1 << kind as u8) != 0;
        [Kind::PrivateKey, Kind::NhsNumber, Kind::NationalInsuranceNumber, Kind::Secret]
            .into_iter()
            .filter(move |kind| has(*kind) && !(*kind == Kind::Secret && has(Kind::PrivateKey)))
    }
}

fn is_text(path: &str) -> bool {
    let is_end = |end: &[u8]| {
        path.len().checked_sub(end.len()).is_some_and(|at| path.as_bytes()[at..].eq_ignore_ascii_case(end))
    };
    is_end(b".txt") || is_end(b".md") || is_end(b".csv")
}

/// A text document: the place is what was found, unless the document's own name may not be shown. One that is not at
/// hand or cannot be read is the business of group *evidence*.
fn text_evidence(context: &Context<'_>, path: &str, item: Option<&str>, named: &At, sink: &mut Sink<'_>) {
    let Ok(bytes) = context.tree.read(path, MAX_TEXT) else { return };
    let text = decode(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let found = all(text);
    if found.is_empty() {
        return;
    }
    let is_nameable = !is_sensitive(path);
    let mut cursor = Cursor { text, offset: 0, position: Position { line: 1, column: 1 } };
    let mut place = |range: &Range<usize>| {
        let (start, end) = (cursor.go(range.start), cursor.go(range.end));
        if is_nameable { At::Range { path: path.to_owned(), start, end } } else { named.clone() }
    };
    for (kind, range) in found.iter().take(MAX_IN_TEXT) {
        hide(&text[range.clone()], sink);
        sink.report(draft(*kind, place(range), item));
    }
    if let Some((kind, range)) = found.get(MAX_IN_TEXT) {
        let more = found.len() - MAX_IN_TEXT;
        let message = format!("from here on the document holds {more} more that must not be shown");
        let draft = Draft::new(kind.rule(), place(range), message).help(kind.help());
        sink.report(draft);
    }
}

/// UTF-8, UTF-16 as spreadsheets write it, else one character a byte.
fn decode(bytes: Vec<u8>) -> String {
    let wide = |unit: fn([u8; 2]) -> u16| -> String {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes.get(..2) {
        Some([0xff, 0xfe]) => wide(u16::from_le_bytes),
        Some([0xfe, 0xff]) => wide(u16::from_be_bytes),
        _ => String::from_utf8(bytes)
            .unwrap_or_else(|error| error.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// Lines and columns of places that come in rising order, counted once.
struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    position: Position,
}

impl Cursor<'_> {
    fn go(&mut self, offset: usize) -> Position {
        for c in self.text[self.offset..offset].chars() {
            if c == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        self.offset = offset;
        self.position
    }
}

/// Keeps a text out of every output, the lines of a key one by one as well.
fn hide(text: &str, sink: &mut Sink<'_>) {
    sink.hide(text);
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| line.len() > 3 && line.len() < text.len() && !line.starts_with("-----"))
    {
        sink.hide(line);
    }
}

fn draft(kind: Kind, at: At, item: Option<&str>) -> Draft {
    let draft = Draft::new(kind.rule(), at, kind.message()).help(kind.help());
    match item {
        Some(item) => draft.item(item),
        None => draft,
    }
}

impl Kind {
    fn rule(self) -> &'static Rule {
        match self {
            Self::PrivateKey => &private_key::RULE,
            Self::NhsNumber => &nhs_number::RULE,
            Self::NationalInsuranceNumber => &national_insurance_number::RULE,
            Self::Secret => &secret::RULE,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::PrivateKey => "a private key is written here",
            Self::NhsNumber => "an NHS number is written here",
            Self::NationalInsuranceNumber => "what looks like a National Insurance number is written here",
            Self::Secret => "what looks like a password or an access key is written here",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::PrivateKey => {
                "take it out and make a new key: whoever has read this one can sign in or sign with it; git keeps what was committed"
            }
            Self::NhsNumber => {
                "take it out and say it without the number, such as \"one resident\"; git keeps what was committed, so tell your information governance lead if it was"
            }
            Self::NationalInsuranceNumber => {
                "take it out: the answer needs nobody's number; git keeps what was committed, so tell your information governance lead if it was"
            }
            Self::Secret => "take it out, say where it is kept instead, and change it: git keeps what was committed",
        }
    }
}
