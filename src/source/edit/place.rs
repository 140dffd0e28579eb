//! Where things stand in a text: lines, indentation, comments, the way from the root to a node.

use crate::source::{Document, Key, Kind, Node, Span, Step};

/// A node on the way of a pointer, with the key it stands under.
#[derive(Clone, Copy)]
pub(super) struct Stop<'d> {
    pub(super) node: &'d Node,
    pub(super) key: Option<&'d Key>,
}

/// The nodes on the way of a pointer, the root first, as far as they are there.
pub(super) fn trail<'d>(document: &'d Document, steps: &[Step]) -> Vec<Stop<'d>> {
    let mut way = vec![Stop { node: &document.root, key: None }];
    let mut node = &document.root;
    for step in steps {
        let next = match (step, &node.kind) {
            (Step::Key(key), Kind::Table(table)) => {
                document.entry(table, key).map(|entry| Stop { node: &entry.node, key: Some(&entry.key) })
            }
            (Step::Index(at), Kind::List(nodes)) => nodes.get(*at).map(|node| Stop { node, key: None }),
            _ => None,
        };
        let Some(next) = next else { break };
        node = next.node;
        way.push(next);
    }
    way
}

/// The line end that new text is written with: that of the first line.
pub(super) fn line_break(document: &Document) -> &'static str {
    match document.text.find('\n') {
        Some(at) if document.text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

/// The start of the next line, or the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |after| at + after + 1)
}

/// The end of the line without its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let next = next_line(text, at);
    let line = text[at..next].strip_suffix('\n').unwrap_or(&text[at..next]);
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

/// What a line begins with before its content.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let start = line_start(text, at);
    let width = text[start..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &text[start..start + width]
}

pub(super) fn is_blank_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..line_end(text, at)].trim().is_empty()
}

/// Whole new lines at the start of a line or the end of the text; `lines` is without the last line break.
pub(super) fn insert_lines(document: &Document, at: usize, lines: &str) -> (Span, String) {
    let end = line_break(document);
    let unfinished = at == document.text.len() && !document.text.is_empty() && !document.text.ends_with('\n');
    // A file without a last line break stays one.
    let text = if unfinished { format!("{end}{lines}") } else { format!("{lines}{end}") };
    (Span::new(at, at), text)
}

/// The last byte of everything that belongs to a node and its key.
pub(super) fn last_end(stop: Stop<'_>) -> usize {
    let own = stop.node.span.end.max(stop.key.map_or(0, |key| key.span.end)) as usize;
    match &stop.node.kind {
        Kind::Table(table) => table
            .entries
            .iter()
            .map(|entry| last_end(Stop { node: &entry.node, key: Some(&entry.key) }))
            .fold(own, usize::max),
        Kind::List(nodes) => nodes.iter().map(|node| last_end(Stop { node, key: None })).fold(own, usize::max),
        Kind::Scalar(_) => own,
    }
}

/// Whether a comment stands in a range of the text that holds a node: outside its keys and scalars, `#` begins one.
pub(super) fn has_comment(document: &Document, node: &Node, range: Span) -> bool {
    let mut solid = Vec::new();
    collect(node, &mut solid);
    solid.sort_unstable();
    let mut at = range.start as usize;
    let end = range.end as usize;
    for span in solid {
        let start = (span.start as usize).min(end);
        if start > at && document.text[at..start].contains('#') {
            return true;
        }
        // The first line of a block scalar may carry a comment.
        let raw = &document.text[span.range()];
        if raw.starts_with(['|', '>']) && raw.lines().next().is_some_and(|header| header.contains('#')) {
            return true;
        }
        at = at.max(span.end as usize);
    }
    at < end && document.text[at..end].contains('#')
}

fn collect(node: &Node, solid: &mut Vec<Span>) {
    match &node.kind {
        Kind::Scalar(_) => solid.push(node.span),
        Kind::List(nodes) => nodes.iter().for_each(|node| collect(node, solid)),
        Kind::Table(table) => {
            for entry in &table.entries {
                solid.push(entry.key.span);
                collect(&entry.node, solid);
            }
        }
    }
}
