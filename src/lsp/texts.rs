//! Texts as they stand in the editor, and places in them as editors count: lines from 0, columns in UTF-16 units.

use crate::tree::{Entry, Tree, TreeError, WorkTree};
use lsp_types::{DidChangeTextDocumentParams, Position, Range, TextDocumentContentChangeEvent};
use serde_json::Value;
use std::collections::BTreeMap;

/// A text with the places where its lines begin.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// A line ends where the protocol says so: at LF, CRLF, and at a CR that stands alone.
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(*at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect();
        Self { text, starts }
    }

    /// The place of a byte; what is behind the text is its end.
    pub(super) fn position(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at) - 1;
        let units = self.text[self.starts[line]..at].chars().map(char::len_utf16).sum::<usize>();
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: narrow(line), character: narrow(units) }
    }

    pub(super) fn range(&self, bytes: std::ops::Range<usize>) -> Range {
        Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// The byte at a place; a column behind the line is the line's end, a line behind the text the text's.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return self.text.len() };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(self.text.len());
        let line = self.text[start..end].trim_end_matches(['\n', '\r']);
        let mut left = position.character as usize;
        for (at, c) in line.char_indices() {
            if left < c.len_utf16() {
                return start + at;
            }
            left -= c.len_utf16();
        }
        start + line.len()
    }
}

/// What an editor tells of its changes; none where it cannot be followed.
///
/// As a column behind a line is the line's end, so one before it is its beginning: a number out of bounds costs nobody
/// the text. A change of a range that is no range must not pass for the whole text, as it would by its other fields.
/// A version that is none, as older editors send it, is the one `before`.
pub(super) fn changes(mut params: Value, before: i32) -> Option<DidChangeTextDocumentParams> {
    let document = params.get_mut("textDocument")?.as_object_mut()?;
    if document.get("version").and_then(Value::as_i64).is_none_or(|version| i32::try_from(version).is_err()) {
        document.insert("version".to_owned(), before.into());
    }
    let mut ranged = Vec::new();
    for change in params.get_mut("contentChanges")?.as_array_mut()? {
        let range = change.get_mut("range").filter(|range| !range.is_null());
        ranged.push(range.is_some());
        let Some(range) = range else { continue };
        for number in ["/start/line", "/start/character", "/end/line", "/end/character"] {
            if let Some(number) = range.pointer_mut(number)
                && let Some(asked) = number.as_f64()
                && number.as_u64().is_none_or(|asked| asked > u64::from(u32::MAX))
            {
                *number = if asked < 0.0 { 0.into() } else { u32::MAX.into() };
            }
        }
    }
    let params: DidChangeTextDocumentParams = serde_json::from_value(params).ok()?;
    ranged.into_iter().eq(params.content_changes.iter().map(|change| !is_whole(change))).then_some(params)
}

/// Whether an event brings the whole text, whatever was there before.
pub(super) fn is_whole(event: &TextDocumentContentChangeEvent) -> bool {
    matches!(event, TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(_))
}

/// Makes a change that the editor tells of.
pub(super) fn change(text: &mut String, event: TextDocumentContentChangeEvent) {
    match event {
        TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => *text = whole.text,
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
            let lines = Lines::of(text);
            let (start, end) = (lines.offset(part.range.start), lines.offset(part.range.end));
            text.replace_range(start.min(end)..end.max(start), &part.text);
        }
    }
}

/// A workspace as the editor sees it: files on disk, and those that are open as they stand there.
#[derive(Debug)]
pub(super) struct Overlay {
    pub(super) disk: WorkTree,
    /// By path from the workspace, with `/`.
    pub(super) open: BTreeMap<String, String>,
}

impl Tree for Overlay {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        match self.open.get(path) {
            Some(text) => Ok(Entry::File { size: text.len() as u64 }),
            None => self.disk.entry(path),
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        match self.open.get(path) {
            Some(text) if text.len() as u64 > limit => Err(TreeError::TooLarge(text.len() as u64)),
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.disk.read(path, limit),
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        let on_disk = self.disk.list(directory);
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let opened = self.open.keys().filter_map(|path| path.strip_prefix(&prefix)?.split('/').next());
        let mut names: Vec<String> = opened.map(str::to_owned).collect();
        match on_disk {
            Ok(found) => names.extend(found),
            Err(TreeError::Missing) if !names.is_empty() => {}
            Err(error) => return Err(error),
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        self.disk.sha256(path)
    }
}
