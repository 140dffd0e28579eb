//! What stands at a place of an answers file or an action plan.

use crate::source::{Document, Entry, Table};
use std::ops::Range;

/// The tables whose entries are items.
pub(super) const HOLDERS: [&str; 2] = ["answers", "actions"];

/// An item of a file.
pub(super) struct Spot<'d> {
    pub(super) holder: &'static str,
    pub(super) number: &'d str,
    /// The item's table, where it could be read.
    pub(super) table: Option<&'d Table>,
    /// From its first line to the next item.
    pub(super) region: Range<usize>,
    /// What to mark: the number.
    pub(super) mark: Range<usize>,
}

/// The items of a file, in the order in which they stand.
pub(super) fn items(document: &Document) -> Vec<Spot<'_>> {
    let Some(root) = document.root.table() else { return Vec::new() };
    let mut found = Vec::new();
    for holder in HOLDERS {
        let Some(table) = document.entry(root, holder).and_then(|entry| entry.node.table()) else { continue };
        for entry in &table.entries {
            let mark = entry.key.span.range();
            let start = document.text[..mark.start].rfind('\n').map_or(0, |before| before + 1);
            found.push(Spot {
                holder,
                number: document.key_of(entry),
                table: entry.node.table(),
                region: start..entry.node.reach().max(mark.end),
                mark,
            });
        }
    }
    found.sort_by_key(|spot| spot.region.start);
    for at in 0..found.len() {
        // Blank lines and what is being typed below an item still belong to it.
        found[at].region.end = found.get(at + 1).map_or(document.text.len(), |next| next.region.start);
    }
    found
}

/// The item at a byte.
pub(super) fn item_at(document: &Document, at: usize) -> Option<Spot<'_>> {
    items(document).into_iter().rfind(|spot| spot.region.start <= at && at <= spot.region.end)
}

/// The entry of a table whose key or value stands at a byte.
pub(super) fn entry_at(table: &Table, at: usize) -> Option<&Entry> {
    table.entries.iter().find(|entry| entry.key.span.start as usize <= at && at <= entry.node.reach())
}

/// The line of a byte up to it, and the rest of the line.
pub(super) fn line_around(text: &str, at: usize) -> (&str, &str) {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let end = text[at..].find('\n').map_or(text.len(), |after| at + after);
    (&text[start..at], &text[at..end])
}
