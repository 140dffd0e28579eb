//! YAML 1.2: the events of `granit-parser` into the tree.
//!
//! The parser stops at the first error of a document. [`recover`] then finds every entry that is broken in itself and
//! blanks it, so that one run tells every fault and the rest is read as it was meant. What the parser accepts and we do
//! not (repeated keys, merge keys, aliases without an anchor) is found here and ends nothing.

mod anchors;
mod explain;
mod recover;

use super::{
    Entry, Fault, Found, Key, Kind, MAX_DEPTH, Node, Parsed, Scalar, ScalarKind, Span, Table, TableForm, Text,
};
use anchors::Anchors;
use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag, options};
use std::collections::HashMap;
use std::ops::Range;

pub(super) fn parse(text: &str) -> Parsed {
    read(text, None).unwrap_or_else(|_| recover::recover(text))
}

/// The parser with the options that reading and recovery share.
fn parser(text: &str) -> Parser<'_, granit_parser::StrInput<'_>> {
    Parser::new_from_str_with_options(text, options! { emit_unresolved_aliases: true })
}

/// A list or a table whose end is still to come.
struct Frame {
    start: usize,
    anchor: usize,
    holds: Holds,
}

enum Holds {
    List(Vec<Node>),
    Table { table: Table, slot: Slot },
}

/// What the next node of a table is for.
enum Slot {
    Key,
    Value(Key),
    /// The value of a key that does not count, with the number of anchors before it.
    Dropped(usize),
}

struct Builder<'a> {
    text: &'a str,
    /// Where each anchor of the file first stood before something was blanked; none where nothing was.
    former_anchors: Option<HashMap<&'a str, usize>>,
    frames: Vec<Frame>,
    anchors: Anchors,
    /// Where the last piece of content ended: block collections have no closing mark of their own.
    last_end: usize,
    /// How many collections deep in one that stands too deep.
    skipping: usize,
    faults: Found,
    damaged: bool,
    root: Option<Node>,
}

/// Reads a text that has no syntax error; `original` is the text before something in it was blanked, if that was so.
fn read(text: &str, original: Option<&str>) -> Result<Parsed, ScanError> {
    let mut builder = Builder {
        text,
        former_anchors: original.map(anchors::all),
        frames: Vec::new(),
        anchors: Anchors::default(),
        last_end: 0,
        skipping: 0,
        faults: Found::default(),
        damaged: false,
        root: None,
    };
    let mut documents = 0;
    for next in parser(text) {
        let (event, span) = next?;
        let range = span.byte_range().unwrap_or(0..0);
        if let Event::DocumentStart(..) = event {
            documents += 1;
            if documents > 1 {
                let mark = Span::new(range.start, range.end);
                builder.fault(
                    mark,
                    "a second document begins here",
                    "a dspt file holds one: take this mark away, or everything below it",
                );
                break;
            }
        } else {
            builder.event(event, range);
        }
    }
    Ok(builder.finish())
}

impl Builder<'_> {
    fn finish(mut self) -> Parsed {
        let root = match self.root.take() {
            Some(Node { kind: Kind::Table(mut table), span }) => {
                table.form = TableForm::Root;
                Node { span, kind: Kind::Table(table) }
            }
            None => Node::root(),
            Some(Node { kind: Kind::Scalar(scalar), .. }) if scalar.kind == ScalarKind::Null => Node::root(),
            // What blanking has left need not be a table.
            Some(_) if self.former_anchors.is_some() => Node::root(),
            Some(node) => {
                let end = self.text[node.span.range()]
                    .find(['\r', '\n'])
                    .map_or(node.span.end as usize, |n| node.span.start as usize + n);
                let first_line = Span::new(node.span.start as usize, end);
                self.fault(
                    first_line,
                    "this is no table of keys and values",
                    "a dspt file begins with `key: value`, one a line",
                );
                Node::root()
            }
        };
        Parsed { root, faults: self.faults, damaged: self.damaged }
    }

    fn fault(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.damaged = true;
        self.faults.push(Fault::new("syntax-error", span, message).help(help));
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if self.skipping > 0 => self.skipping += 1,
            Event::MappingEnd | Event::SequenceEnd if self.skipping > 0 => {
                self.skipping -= 1;
                if self.skipping == 0 {
                    self.deliver(null(range.start));
                }
            }
            _ if self.skipping > 0 => {}
            Event::Scalar(value, style, anchor, tag) => {
                let node = self.scalar(&value, style, tag.as_deref(), range);
                self.last_end = self.last_end.max(node.span.end as usize);
                self.anchors.scalar(anchor, &node);
                self.deliver(node);
            }
            Event::MappingStart(style, anchor, _) => {
                let form = if style == StructureStyle::Flow { TableForm::Inline } else { TableForm::Block };
                self.open(&range, anchor, Holds::Table { table: Table::new(form), slot: Slot::Key });
            }
            Event::SequenceStart(style, anchor, _) => {
                let start = if style == StructureStyle::Block { self.first_dash(range.start) } else { range.start };
                self.open(&(start..range.end), anchor, Holds::List(Vec::new()));
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(&range),
            Event::Alias(id) => self.alias(id, &range),
            Event::UnresolvedAlias(name) => {
                self.last_end = range.end;
                // An anchor that was blanked with the entry it stood in has its finding already.
                let former = self.former_anchors.as_ref().and_then(|anchors| anchors.get(&*name));
                if former.is_none_or(|at| *at > range.start) {
                    let help = "write the value out; dspt files need no anchors";
                    let message = format!("`*{name}` refers to no anchor before it");
                    self.fault(Span::new(range.start, range.end), message, help);
                }
                self.damaged = true;
                self.deliver(null(range.end));
            }
            _ => {}
        }
    }

    fn open(&mut self, range: &Range<usize>, anchor: usize, holds: Holds) {
        if self.frames.len() >= MAX_DEPTH {
            self.damaged = true;
            self.skipping = 1;
            // The place is that of the whole value: the outermost bracket, where there are brackets.
            let bracket = self.frames.iter().find(|frame| self.text[frame.start..].starts_with(['[', '{']));
            let start = bracket.map_or(range.start, |frame| frame.start);
            let end = self.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
            self.faults.push(super::too_deep(Span::new(start, end)));
            return;
        }
        self.last_end = self.last_end.max(range.end);
        self.frames.push(Frame { start: range.start, anchor, holds });
    }

    fn close(&mut self, range: &Range<usize>) {
        let Some(Frame { start, anchor, holds }) = self.frames.pop() else { return };
        // Only the closing brackets of flow style are there to be seen.
        if range.end > range.start {
            self.last_end = range.end;
        }
        let kind = match holds {
            Holds::List(nodes) => Kind::List(nodes),
            Holds::Table { table, .. } => Kind::Table(table),
        };
        self.anchors.collection(anchor, || self.frames.iter().map(Frame::len).collect());
        self.deliver(Node { span: Span::new(start, self.last_end), kind });
    }

    fn scalar(&self, value: &str, style: ScalarStyle, tag: Option<&Tag>, range: Range<usize>) -> Node {
        let is_text = tag.is_some_and(|tag| tag.core_suffix() == Some("str"));
        let kind = match style {
            ScalarStyle::Plain if is_text => ScalarKind::String,
            ScalarStyle::Plain if matches!(value, "" | "~" | "null" | "Null" | "NULL") => ScalarKind::Null,
            ScalarStyle::Plain => ScalarKind::Plain,
            _ => ScalarKind::String,
        };
        let range = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar(&range),
            // Nothing at all stands behind its colon.
            _ if range.is_empty() && self.text[range.start..].starts_with(':') => range.start + 1..range.start + 1,
            _ => range,
        };
        let raw = &self.text[range.clone()];
        let quotes = usize::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
        let inner = raw.get(quotes..raw.len().saturating_sub(quotes)).unwrap_or_default();
        let text = if kind == ScalarKind::Null || inner == value {
            Text::Raw(Span::new(range.start + quotes, range.start + quotes + inner.len()))
        } else {
            Text::Owned(super::with_lf(value).into())
        };
        Node { span: Span::new(range.start, range.end), kind: Kind::Scalar(Scalar { kind, text }) }
    }

    /// A list as far left as its key the parser gives from behind its first dash.
    fn first_dash(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end_matches([' ', '\t', '\r', '\n']);
        if before.len() > self.last_end && before.ends_with('-') { before.len() - 1 } else { start }
    }

    /// The parser gives a block scalar from its first letter to the next token. This is the range from its `|` or `>`
    /// to the end of its last line with anything in it.
    fn block_scalar(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.block_header(range.end).unwrap_or(range.start);
        let content = self.text[start..range.end].trim_end_matches([' ', '\t', '\r', '\n']).len();
        let rest = &self.text[start + content..range.end];
        start..start + content + rest.find(['\r', '\n']).unwrap_or(rest.len())
    }

    /// Between the key or dash and the text stand anchors, tags, comments and then the header.
    fn block_header(&self, end: usize) -> Option<usize> {
        let mut at = self.last_end;
        while at < end {
            let rest = &self.text[at..end];
            let word = rest.trim_start_matches([' ', '\t', '\r', '\n', ':', '-', '?']);
            at = end - word.len();
            let length = match word.chars().next()? {
                '|' | '>' => return Some(at),
                '#' => word.find('\n')?,
                _ => word.find([' ', '\t', '\r', '\n'])?,
            };
            at += length;
        }
        None
    }

    fn alias(&mut self, id: usize, range: &Range<usize>) {
        self.last_end = range.end;
        let span = Span::new(range.start, range.end);
        match self.anchors.resolve(id, &self.frames, self.text) {
            Ok(mut node) => {
                node.span = span;
                self.deliver(node);
            }
            Err(fault) => {
                self.damaged = true;
                if let Some(fault) = fault {
                    self.faults.push(Fault { span, ..*fault });
                }
                self.deliver(null(range.end));
            }
        }
    }

    fn deliver(&mut self, node: Node) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut frame.holds {
            Holds::List(nodes) => nodes.push(node),
            Holds::Table { table, slot } => match std::mem::replace(slot, Slot::Key) {
                Slot::Value(key) => table.push(Entry { key, node }, self.text),
                Slot::Dropped(anchors) => self.anchors.forget(anchors),
                Slot::Key => {
                    let next = self.key(node);
                    if let Some(Frame { holds: Holds::Table { slot, .. }, .. }) = self.frames.last_mut() {
                        *slot = next;
                    }
                }
            },
        }
    }

    /// What follows a key: its value, or one that does not count because the key does not.
    fn key(&mut self, node: Node) -> Slot {
        let dropped = Slot::Dropped(self.anchors.count());
        let Kind::Scalar(scalar) = node.kind else {
            self.fault(node.span, "a key must be a plain text, not a list or a table", "write `key: value`");
            return dropped;
        };
        if node.span.start == node.span.end {
            let at = node.span.start as usize;
            let colon = Span::new(at - usize::from(self.text[..at].ends_with(':')), at);
            self.fault(colon, "a key is missing before this colon", "write `key: value`");
            return dropped;
        }
        let key = Key { span: node.span, text: scalar.text };
        let name = key.text.resolve(self.text);
        if name == "<<" && scalar.kind == ScalarKind::Plain {
            self.fault(key.span, "merge keys (`<<`) are not part of YAML 1.2", "write the entries out");
            return dropped;
        }
        let Some(Frame { holds: Holds::Table { table, .. }, .. }) = self.frames.last() else { return dropped };
        if let Some(first) = table.find(name, self.text).map(|entry| entry.key.span) {
            self.damaged = true;
            self.faults.push(super::duplicate_key("key", &super::decode::shorten(name), key.span, first));
            return dropped;
        }
        Slot::Value(key)
    }
}

impl Frame {
    /// How many nodes it holds so far.
    fn len(&self) -> u32 {
        let len = match &self.holds {
            Holds::List(nodes) => nodes.len(),
            Holds::Table { table, .. } => table.entries.len(),
        };
        u32::try_from(len).unwrap_or(u32::MAX)
    }
}

fn null(at: usize) -> Node {
    let span = Span::new(at, at);
    Node { span, kind: Kind::Scalar(Scalar { kind: ScalarKind::Null, text: Text::Raw(span) }) }
}
