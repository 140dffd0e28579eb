//! Texts as they stand in the editor, and places in them as editors count: lines from 0, columns in UTF-16 units.

use crate::tree::{Entry, Tree, TreeError, WorkTree};
use lsp_types::{Position, Range, TextDocumentContentChangeEvent};
use std::collections::BTreeMap;

/// A text with the places where its lines begin.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
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
