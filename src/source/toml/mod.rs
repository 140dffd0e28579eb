//! TOML: the events of `toml_parser` (the toml crate's own front end) into the tree.
//!
//! A file that is plainly written is read by [`plain`], which knows only what nearly all files of ours consist of; any
//! other, and any with a fault, by the parser. Only when that met an error is the text read again: [`repair`]
//! blanks what is structurally broken (an unclosed bracket swallows the rest of a file otherwise), so that every other
//! fault is told in the same run and none is told twice. An expression with an error in it is left out of the tree, and
//! after a broken or repeated header everything up to the next header is.

mod error;
mod plain;
mod repair;
mod scalar;

use super::{
    Entry, Fault, Found, Key, Kind, MAX_DEPTH, Node, Parsed, Scalar, ScalarKind, Span, Table, TableForm, Text,
};
use error::Errors;
use memchr::memchr;
use std::borrow::Cow;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span as TomlSpan};

pub(super) fn parse(text: &str) -> Parsed {
    let root = plain::read(Builder::new(text, &Errors::new(text), &[]));
    root.map_or_else(|| parse_anything(text), |root| Parsed { root, faults: Found::default(), damaged: false })
}

fn parse_anything(text: &str) -> Parsed {
    let errors = Errors::new(text);
    let (root, faults, damaged) = Builder::new(text, &errors, &[]).run();
    if errors.count() == 0 {
        return Parsed { root, faults, damaged };
    }
    let repaired = repair::repair(text);
    let errors = Errors::new(&repaired.text);
    let (root, mut faults, _) = Builder::new(&repaired.text, &errors, &repaired.blanked).run();
    let broken = errors.into_faults(text, &repaired.blanked);
    faults.extend(repaired.faults);
    faults.extend(broken);
    Parsed { root, faults, damaged: true }
}

fn span(span: TomlSpan) -> Span {
    Span::new(span.start(), span.end())
}

/// A step from a table to one of its entries or from a list to one of its elements.
#[derive(Clone, Copy)]
enum At {
    Entry(usize),
    Element(usize),
}

/// A list or an inline table whose closing bracket is still to come.
struct Frame {
    open: Span,
    /// How deep it stands; the document is level 1.
    level: usize,
    holds: Holds,
}

enum Holds {
    List(Vec<Node>),
    Inline { table: Table, keys: Vec<Key>, only_1_1: bool },
}

struct Builder<'a> {
    text: &'a str,
    source: Source<'a>,
    has_carriage_returns: bool,
    errors: &'a Errors<'a>,
    /// What was blanked before this reading: the expressions it stood in do not count.
    blanked: std::slice::Iter<'a, usize>,
    faults: Found,
    root: Node,
    /// The path to the table that keys go to; none after a broken or repeated header.
    target: Option<Vec<At>>,
    /// How many errors there were when the expression at hand began.
    errors_before: usize,
    /// Whether the expression at hand is too deep and does not count.
    refused: bool,
    /// Of the expression at hand: whether it is a header, its keys, its value.
    header: Option<Header>,
    keys: Vec<Key>,
    value: Option<Node>,
    frames: Vec<Frame>,
    damaged: bool,
}

struct Header {
    span: Span,
    array: bool,
}

struct Repeated {
    key: Key,
    first: Span,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, errors: &'a Errors<'a>, blanked: &'a [usize]) -> Self {
        Self {
            text,
            source: Source::new(text),
            has_carriage_returns: memchr(b'\r', text.as_bytes()).is_some(),
            errors,
            blanked: blanked.iter(),
            faults: Found::default(),
            root: Node::root(),
            target: Some(Vec::new()),
            errors_before: 0,
            refused: false,
            header: None,
            keys: Vec::new(),
            value: None,
            frames: Vec::new(),
            damaged: false,
        }
    }

    fn run(mut self) -> (Node, Found, bool) {
        let tokens = self.source.lex().into_vec();
        let mut errors = self.errors;
        // The document has taken the one that is allowed away; the lexer would pass over another.
        if self.text.starts_with('\u{feff}') {
            let second = ParseError::new("a second byte order mark stands here");
            errors.report_error(second.with_unexpected(TomlSpan::new_unchecked(0, 3)));
        }
        parse_document(&tokens, &mut self, &mut errors);
        self.end_expression(self.text.len());
        (self.root, self.faults, self.damaged)
    }

    /// At the end of a line outside brackets: what the line gave counts only if it was free of errors.
    fn end_expression(&mut self, at: usize) {
        let mut failed = std::mem::take(&mut self.refused) || self.errors.count() > self.errors_before;
        while self.blanked.as_slice().first().is_some_and(|blanked| *blanked < at) {
            failed = true;
            self.blanked.next();
        }
        self.errors_before = self.errors.count();
        self.frames.clear();
        let value = self.value.take();
        let header = self.header.take();
        if failed {
            self.damaged = true;
            self.keys.clear();
            if header.is_some() {
                self.target = None;
            }
        } else if let Some(header) = header {
            let mut keys = std::mem::take(&mut self.keys);
            self.target = self.open_table(&header, &keys);
            keys.clear();
            self.keys = keys;
        } else if let Some(value) = value {
            self.put(value);
        }
    }

    /// Puts a value under the keys of its line into the table of the last header.
    fn put(&mut self, value: Node) {
        let Some(target) = &self.target else {
            self.keys.clear();
            return;
        };
        if target.len() + self.keys.len() > MAX_DEPTH {
            let all = self.keys.first().map_or(value.span, |key| Span { end: value.span.start, ..key.span });
            self.keys.clear();
            return self.too_deep(all);
        }
        let Kind::Table(table) = &mut descend(&mut self.root, target).kind else { return };
        if let Err(repeated) = insert(table, &mut self.keys, value, self.text) {
            self.duplicate(&repeated.key, repeated.first, "key");
        }
    }

    /// `[a.b]` or `[[a.b]]`: finds or makes its table, which the following keys go to.
    fn open_table(&mut self, header: &Header, keys: &[Key]) -> Option<Vec<At>> {
        if keys.len() >= MAX_DEPTH {
            self.too_deep(header.span);
            return None;
        }
        let text = self.text;
        let (last, parents) = keys.split_last()?;
        let mut path = Vec::with_capacity(keys.len() + 1);
        for key in parents {
            let Kind::Table(table) = &mut descend(&mut self.root, &path).kind else { return None };
            if let Err(first) = pass_through(table, &mut path, key, text) {
                self.duplicate(key, first, "key");
                return None;
            }
        }
        if path.len() + 2 > MAX_DEPTH {
            self.too_deep(header.span);
            return None;
        }
        let Kind::Table(table) = &mut descend(&mut self.root, &path).kind else { return None };
        let fresh = Node { span: header.span, kind: Kind::Table(Table::new(TableForm::Header)) };
        let Some(at) = table.find_index(last.text.resolve(text), text) else {
            path.push(At::Entry(table.entries.len()));
            let node = if header.array {
                path.push(At::Element(0));
                Node { span: header.span, kind: Kind::List(vec![fresh]) }
            } else {
                fresh
            };
            table.push(Entry { key: last.clone(), node }, text);
            return Some(path);
        };
        let entry = &mut table.entries[at];
        path.push(At::Entry(at));
        match &mut entry.node.kind {
            Kind::Table(found) if !header.array && found.form == TableForm::Implied => {
                found.form = TableForm::Header;
                entry.node.span = header.span;
                entry.key.span = last.span;
            }
            Kind::List(nodes) if header.array && is_table_array(nodes) => {
                path.push(At::Element(nodes.len()));
                nodes.push(fresh);
            }
            _ => {
                let first = entry.key.span;
                self.duplicate(last, first, "table");
                return None;
            }
        }
        Some(path)
    }

    fn deliver(&mut self, value: Node) {
        let Some(frame) = self.frames.last_mut() else {
            self.value = Some(value);
            return;
        };
        match &mut frame.holds {
            Holds::List(nodes) => nodes.push(value),
            Holds::Inline { keys, .. } if frame.level + keys.len() > MAX_DEPTH + 1 => {
                keys.clear();
                self.refused = true;
                let outermost = self.frames.first().map_or(value.span, |frame| frame.open);
                self.too_deep(outermost);
            }
            Holds::Inline { table, keys, .. } => {
                if let Err(repeated) = insert(table, keys, value, self.text) {
                    self.duplicate(&repeated.key, repeated.first, "key");
                }
            }
        }
    }

    /// Opens a list or an inline table; false where it would stand too deep.
    fn open(&mut self, open: Span, holds: Holds) -> bool {
        let level = match self.frames.last() {
            Some(Frame { level, holds: Holds::List(_), .. }) => level + 1,
            Some(Frame { level, holds: Holds::Inline { keys, .. }, .. }) => level + keys.len(),
            None => self.target.as_ref().map_or(1, |target| target.len() + 1) + self.keys.len(),
        };
        if level > MAX_DEPTH && !self.refused {
            // The place is that of the whole value.
            self.too_deep(self.frames.first().map_or(open, |outermost| outermost.open));
            self.refused = true;
        }
        self.frames.push(Frame { open, level, holds });
        level <= MAX_DEPTH
    }

    fn key(&self, at: TomlSpan, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) -> Key {
        let raw = self.raw(at, encoding);
        let mut decoded = Cow::Borrowed("");
        match scalar::plain(raw.as_str(), encoding) {
            Some(text) => decoded = Cow::Borrowed(text),
            None => raw.decode_key(&mut decoded, errors),
        }
        Key { span: span(at), text: self.place(decoded, at).unwrap_or_else(|owned| Text::Owned(owned.into())) }
    }

    fn raw(&self, at: TomlSpan, encoding: Option<Encoding>) -> Raw<'a> {
        Raw::new_unchecked(self.source.get(at).map_or("", |raw| raw.as_str()), encoding, at)
    }

    /// A decoded text as a span of the source where it is one, else the text itself.
    fn place(&self, decoded: Cow<'a, str>, at: TomlSpan) -> Result<Text, String> {
        match decoded {
            // What the decoder gives for nothing at all may stand anywhere in memory.
            Cow::Borrowed("") => Ok(Text::Raw(Span::new(at.start(), at.start()))),
            Cow::Borrowed(part) => {
                let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
                Ok(Text::Raw(Span::new(start, start + part.len())))
            }
            Cow::Owned(text) => Err(text),
        }
    }

    /// A text with its line ends as LF, whatever those of the file are.
    fn text_of(&self, decoded: Cow<'a, str>, at: TomlSpan) -> Text {
        let may_have_break = self.has_carriage_returns || matches!(decoded, Cow::Owned(_));
        if may_have_break && decoded.contains('\r') {
            return Text::Owned(super::with_lf(&decoded).into());
        }
        self.place(decoded, at).unwrap_or_else(|owned| Text::Owned(owned.into()))
    }

    fn too_deep(&mut self, at: Span) {
        self.damaged = true;
        self.faults.push(super::too_deep(at));
    }

    fn duplicate(&mut self, key: &Key, first: Span, what: &str) {
        self.damaged = true;
        let name = super::decode::shorten(key.text.resolve(self.text));
        self.faults.push(super::duplicate_key(what, &name, key.span, first));
    }
}

/// Whether these are the tables of `[[…]]` headers, which more may follow; a list in brackets is closed for good.
fn is_table_array(nodes: &[Node]) -> bool {
    nodes.last().and_then(Node::table).is_some_and(|table| table.form == TableForm::Header)
}

/// Steps from a table into the one under `key` on the way of a header, made if it is not there.
fn pass_through(table: &mut Table, path: &mut Vec<At>, key: &Key, text: &str) -> Result<(), Span> {
    let Some(at) = table.find_index(key.text.resolve(text), text) else {
        path.push(At::Entry(table.entries.len()));
        let node = Node { span: key.span, kind: Kind::Table(Table::new(TableForm::Implied)) };
        table.push(Entry { key: key.clone(), node }, text);
        return Ok(());
    };
    let entry = &table.entries[at];
    path.push(At::Entry(at));
    match &entry.node.kind {
        Kind::Table(found) if found.form != TableForm::Inline => Ok(()),
        Kind::List(nodes) if is_table_array(nodes) => {
            path.push(At::Element(nodes.len() - 1));
            Ok(())
        }
        _ => Err(entry.key.span),
    }
}

/// Puts a value under dotted keys into a table. Dotted keys go on only in tables that dotted keys made.
fn insert(mut table: &mut Table, keys: &mut Vec<Key>, value: Node, text: &str) -> Result<(), Repeated> {
    let Some(last) = keys.pop() else { return Ok(()) };
    for key in keys.drain(..) {
        let at = if let Some(at) = table.find_index(key.text.resolve(text), text) {
            at
        } else {
            let node = Node { span: key.span, kind: Kind::Table(Table::new(TableForm::Dotted)) };
            table.push(Entry { key: key.clone(), node }, text);
            table.entries.len() - 1
        };
        let entry = &mut table.entries[at];
        table = match &mut entry.node.kind {
            Kind::Table(found) if found.form == TableForm::Dotted => found,
            _ => return Err(Repeated { key, first: entry.key.span }),
        };
    }
    if let Some(entry) = table.find(last.text.resolve(text), text) {
        return Err(Repeated { key: last, first: entry.key.span });
    }
    table.push(Entry { key: last, node: value }, text);
    Ok(())
}

fn descend<'n>(root: &'n mut Node, path: &[At]) -> &'n mut Node {
    let mut node = root;
    for at in path {
        node = match (&mut node.kind, at) {
            (Kind::Table(table), At::Entry(at)) => &mut table.entries[*at].node,
            (Kind::List(nodes), At::Element(at)) => &mut nodes[*at],
            _ => unreachable!("a path is made from the tree it is walked in, which only grows"),
        };
    }
    node
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) {
        self.end_expression(at.start());
        self.header = Some(Header { span: span(at), array: false });
    }

    fn array_table_open(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) {
        self.end_expression(at.start());
        self.header = Some(Header { span: span(at), array: true });
    }

    fn std_table_close(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) {
        if let Some(header) = &mut self.header {
            header.span.end = span(at).end;
        }
    }

    fn array_table_close(&mut self, at: TomlSpan, errors: &mut dyn ErrorSink) {
        self.std_table_close(at, errors);
    }

    fn inline_table_open(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) -> bool {
        self.open(span(at), Holds::Inline { table: Table::new(TableForm::Inline), keys: Vec::new(), only_1_1: false })
    }

    fn inline_table_close(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) {
        let Some(Frame { open, holds: Holds::Inline { table, only_1_1, .. }, .. }) = self.frames.pop() else { return };
        let whole = Span { start: open.start, end: span(at).end };
        let last_comma =
            self.text[whole.range()].strip_suffix('}').is_some_and(|inside| inside.trim_end().ends_with(','));
        if only_1_1 || last_comma {
            self.faults.push(error::only_1_1(
                whole,
                "a line break or a last comma between { and } is only allowed since TOML 1.1",
                "write the table on one line, without a last comma",
            ));
        }
        self.deliver(Node { span: whole, kind: Kind::Table(table) });
    }

    fn array_open(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) -> bool {
        self.open(span(at), Holds::List(Vec::new()))
    }

    fn array_close(&mut self, at: TomlSpan, _: &mut dyn ErrorSink) {
        let Some(Frame { open, holds: Holds::List(nodes), .. }) = self.frames.pop() else { return };
        self.deliver(Node { span: Span { start: open.start, end: span(at).end }, kind: Kind::List(nodes) });
    }

    fn simple_key(&mut self, at: TomlSpan, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) {
        let key = self.key(at, encoding, errors);
        match self.frames.last_mut().map(|frame| &mut frame.holds) {
            Some(Holds::Inline { keys, .. }) => keys.push(key),
            _ => self.keys.push(key),
        }
    }

    fn scalar(&mut self, at: TomlSpan, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) {
        let raw = self.raw(at, encoding);
        let span = span(at);
        if let Some(text) = encoding.and_then(|encoding| scalar::plain(raw.as_str(), Some(encoding))) {
            let text = self.text_of(Cow::Borrowed(text), at);
            return self.deliver(Node { span, kind: Kind::Scalar(Scalar { kind: ScalarKind::String, text }) });
        }
        let mut decoded = Cow::Borrowed("");
        let kind = scalar::kind(raw.decode_scalar(&mut decoded, errors));
        // What the decoder gives as it stands has no escape in it.
        let escaped = matches!(decoded, Cow::Owned(_));
        let text = if kind == ScalarKind::String { self.text_of(decoded, at) } else { Text::Raw(span) };
        match scalar::check(kind, encoding.filter(|_| escaped), raw.as_str()) {
            scalar::Verdict::Fine => {}
            scalar::Verdict::Wrong(message) => errors.report_error(ParseError::new(message).with_unexpected(at)),
            scalar::Verdict::Only11(message, help) => self.faults.push(error::only_1_1(span, message, help)),
        }
        self.deliver(Node { span, kind: Kind::Scalar(Scalar { kind, text }) });
    }

    fn comment(&mut self, at: TomlSpan, errors: &mut dyn ErrorSink) {
        let raw = self.raw(at, None);
        if !scalar::is_plain_comment(raw.as_str()) {
            raw.decode_comment(errors);
        }
    }

    fn newline(&mut self, at: TomlSpan, errors: &mut dyn ErrorSink) {
        self.raw(at, None).decode_newline(errors);
        match self.frames.last_mut().map(|frame| &mut frame.holds) {
            Some(Holds::Inline { only_1_1, .. }) => *only_1_1 = true,
            Some(Holds::List(_)) => {}
            None => self.end_expression(at.start()),
        }
    }
}
