//! TOML: the events of `toml_parser` (the toml crate's own front end) into the tree.
//!
//! The events carry both places of a duplicate and go on after an error, which the toml crate's tree does not. An
//! entry in whose lines an error was seen is left out; after a broken header everything up to the next header is.

use super::{Entry, Fault, Key, Kind, MAX_DEPTH, Node, Parsed, Scalar, ScalarKind, Span, Table, TableForm, Text};
use std::borrow::Cow;
use std::cell::RefCell;
use toml_parser::decoder::{Encoding, ScalarKind as Decoded};
use toml_parser::parser::{EventReceiver, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, Expected, ParseError, Source, Span as TomlSpan};

pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let errors = RefCell::new(Vec::new());
    let mut builder = Builder {
        text,
        source,
        errors: &errors,
        faults: Vec::new(),
        root: Node::root(),
        target: Some(Vec::new()),
        expression: None,
        keys: Vec::new(),
        header: None,
        in_header: false,
        frames: Vec::new(),
        inserted: None,
        stopped: false,
        damaged: false,
    };
    let mut sink = |error: ParseError| errors.borrow_mut().push(error);
    {
        let mut guard = RecursionGuard::new(&mut builder, u32::try_from(MAX_DEPTH).unwrap_or(u32::MAX));
        let mut validate = ValidateWhitespace::new(&mut guard, source);
        parse_document(&tokens, &mut validate, &mut sink);
    }
    builder.end_expression();
    let Builder { root, mut faults, damaged, .. } = builder;
    let errors = errors.into_inner();
    let broken = !errors.is_empty();
    collect_errors(text, errors, &mut faults);
    Parsed { root, faults, damaged: damaged || broken }
}

/// One finding a line: what follows the first error of a line is mostly its echo.
fn collect_errors(text: &str, errors: Vec<ParseError>, faults: &mut Vec<Fault>) {
    let mut located: Vec<_> = errors
        .into_iter()
        .map(|error| {
            let span = error
                .unexpected()
                .or_else(|| error.context())
                .map_or(Span::default(), |span| Span::new(span.start(), span.end()));
            (span, error)
        })
        .collect();
    located.sort_by_key(|(span, _)| *span);
    if let Some((span, _)) = located.iter().find(|(_, error)| error.description().starts_with("cannot recurse")) {
        if !faults.iter().any(|fault| fault.rule == "too-deep") {
            faults.push(too_deep(*span));
        }
        return;
    }
    let mut previous_end = None;
    for (span, error) in located {
        let line_start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        if previous_end.is_some_and(|end| line_start < end) {
            continue;
        }
        let from = span.end.max(span.start) as usize;
        previous_end = Some(text[from..].find('\n').map_or(text.len() + 1, |at| from + at + 1));
        faults.push(describe(text, span, &error));
    }
}

fn describe(text: &str, span: Span, error: &ParseError) -> Fault {
    let mut message = error.description().to_owned();
    if let Some(expected) = error.expected().filter(|expected| !expected.is_empty()) {
        let names: Vec<String> = expected
            .iter()
            .map(|expected| match expected {
                Expected::Literal("\n") => "a new line".to_owned(),
                Expected::Literal(literal) => format!("`{literal}`"),
                Expected::Description(description) => (*description).to_owned(),
                _ => "something else".to_owned(),
            })
            .collect();
        message.push_str(", expected ");
        match names.split_last() {
            Some((last, before)) if !before.is_empty() => {
                message.push_str(&before.join(", "));
                message.push_str(" or ");
                message.push_str(last);
            }
            _ => message.push_str(&names.concat()),
        }
    }
    let fault = Fault::new("syntax-error", span, message);
    let line_start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[line_start..].find('\n').map_or(text.len(), |at| line_start + at);
    let line = text[line_start..line_end].trim();
    if line.contains(['\u{201c}', '\u{201d}']) {
        fault.help("use straight quotation marks (\"), not the curly ones of a word processor")
    } else if !line.contains('=') && line.contains(':') && !line.starts_with(['#', '[']) {
        fault.help("this is a TOML file: write `key = value`, not `key: value`")
    } else {
        fault
    }
}

fn too_deep(span: Span) -> Fault {
    Fault::new("too-deep", span, format!("tables and lists stand more than {MAX_DEPTH} levels deep"))
        .help("nothing in a dspt file needs more than four levels")
}

/// A step from a table to one of its entries or from a list to one of its elements.
#[derive(Clone, Copy)]
enum At {
    Entry(usize),
    Element(usize),
}

enum Frame {
    List { open: Span, nodes: Vec<Node> },
    Inline { open: Span, table: Table, keys: Vec<Key>, only_1_1: bool, comma: bool },
}

struct Header {
    open: Span,
    array: bool,
}

struct Builder<'a> {
    text: &'a str,
    source: Source<'a>,
    errors: &'a RefCell<Vec<ParseError>>,
    faults: Vec<Fault>,
    root: Node,
    /// The path to the table that keys go to; none after a broken or repeated header.
    target: Option<Vec<At>>,
    /// How many errors there were when the expression at hand began.
    expression: Option<usize>,
    keys: Vec<Key>,
    header: Option<Header>,
    /// Whether the expression at hand is a header, closed or not.
    in_header: bool,
    frames: Vec<Frame>,
    /// The table that the expression at hand put its entry into.
    inserted: Option<Vec<At>>,
    stopped: bool,
    damaged: bool,
}

impl<'a> Builder<'a> {
    fn begin_expression(&mut self) {
        if self.expression.is_none() {
            self.expression = Some(self.errors.borrow().len());
        }
    }

    /// At the end of a line outside brackets: what the line gave counts only if it was free of errors.
    fn end_expression(&mut self) {
        let Some(before) = self.expression.take() else { return };
        let failed = self.errors.borrow().len() > before || self.header.take().is_some();
        let inserted = self.inserted.take();
        self.keys.clear();
        self.frames.clear();
        if failed {
            self.damaged = true;
            if let Some(path) = inserted {
                let text = self.text;
                if let Kind::Table(table) = &mut descend(&mut self.root, &path).kind {
                    table.pop(text);
                }
            }
            if self.in_header {
                self.target = None;
            }
        }
        self.in_header = false;
    }

    fn text_of(&self, decoded: Cow<'a, str>) -> Text {
        match decoded {
            Cow::Borrowed(part) if !part.contains('\r') => {
                let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
                Text::Raw(Span::new(start, start + part.len()))
            }
            part => Text::Owned(part.replace("\r\n", "\n").into_boxed_str()),
        }
    }

    fn duplicate(&mut self, key: &Key, first: Span, what: &str) {
        self.damaged = true;
        let name = key.text.resolve(self.text).to_owned();
        self.faults.push(
            Fault::new("duplicate-key", key.span, format!("{what} `{name}` stands here a second time"))
                .help("keep one of the two: it is unclear which one holds")
                .related(first, "it stands here first"),
        );
    }

    /// `[a.b]` or `[[a.b]]`: finds or makes its table and lets the following keys go there.
    fn open_table(&mut self, open: Span, array: bool, keys: Vec<Key>, close: Span) {
        self.target = None;
        let span = Span::new(open.start as usize, close.end as usize);
        if keys.len() >= MAX_DEPTH {
            self.stopped = true;
            self.damaged = true;
            self.faults.push(too_deep(span));
            return;
        }
        let Some((last, parents)) = keys.split_last() else { return };
        let mut path = Vec::with_capacity(keys.len() + 1);
        for key in parents {
            match self.enter(&mut path, key, TableForm::Implied) {
                Ok(()) => {}
                Err(first) => return self.duplicate(key, first, "the key"),
            }
        }
        let text = self.text;
        let name = last.text.resolve(text);
        let Kind::Table(table) = &mut descend(&mut self.root, &path).kind else { return };
        let fresh = Node { span, kind: Kind::Table(Table::new(TableForm::Header)) };
        match (table.find_index(name, text), array) {
            (None, false) => {
                path.push(At::Entry(table.entries.len()));
                table.push(Entry { key: last.clone(), node: fresh }, text);
            }
            (None, true) => {
                path.extend([At::Entry(table.entries.len()), At::Element(0)]);
                table.push(Entry { key: last.clone(), node: Node { span, kind: Kind::List(vec![fresh]) } }, text);
            }
            (Some(at), _) => {
                let entry = &mut table.entries[at];
                path.push(At::Entry(at));
                match &mut entry.node.kind {
                    Kind::Table(found) if !array && found.form == TableForm::Implied => {
                        found.form = TableForm::Header;
                        entry.node.span = span;
                        entry.key.span = last.span;
                    }
                    Kind::List(nodes)
                        if array
                            && nodes
                                .last()
                                .and_then(Node::table)
                                .is_some_and(|table| table.form == TableForm::Header) =>
                    {
                        path.push(At::Element(nodes.len()));
                        nodes.push(fresh);
                    }
                    _ => {
                        let first = entry.key.span;
                        return self.duplicate(last, first, "the table");
                    }
                }
            }
        }
        self.target = Some(path);
    }

    /// Steps from the table at `path` into the table under `key`, made if it is not there.
    fn enter(&mut self, path: &mut Vec<At>, key: &Key, form: TableForm) -> Result<(), Span> {
        let text = self.text;
        let Kind::Table(table) = &mut descend(&mut self.root, path).kind else { return Err(key.span) };
        step_into(table, path, key, form, text)
    }

    fn deliver(&mut self, value: Node) {
        match self.frames.last_mut() {
            Some(Frame::List { nodes, .. }) => nodes.push(value),
            Some(Frame::Inline { table, keys, .. }) => {
                let keys = std::mem::take(keys);
                let text = self.text;
                let mut node = Node {
                    span: Span::default(),
                    kind: Kind::Table(std::mem::replace(table, Table::new(TableForm::Inline))),
                };
                let outcome = insert(&mut node, &[], keys, value, text);
                if let (Some(Frame::Inline { table, .. }), Kind::Table(filled)) = (self.frames.last_mut(), node.kind) {
                    *table = filled;
                }
                if let Err(repeated) = outcome {
                    self.duplicate(&repeated.key, repeated.first, "the key");
                }
            }
            None => {
                let keys = std::mem::take(&mut self.keys);
                if keys.len() + 2 >= MAX_DEPTH {
                    self.stopped = true;
                    self.damaged = true;
                    let span = keys.first().map_or(value.span, |key| key.span);
                    self.faults.push(too_deep(span));
                    return;
                }
                let Some(target) = self.target.clone() else { return };
                match insert(&mut self.root, &target, keys, value, self.text) {
                    Ok(path) => self.inserted = Some(path),
                    Err(repeated) => self.duplicate(&repeated.key, repeated.first, "the key"),
                }
            }
        }
    }

    fn inside_inline(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Inline { .. }))
    }

    fn mark_1_1(&mut self) {
        if let Some(Frame::Inline { only_1_1, .. }) = self.frames.last_mut() {
            *only_1_1 = true;
        }
    }
}

struct Repeated {
    key: Key,
    first: Span,
}

/// Puts a value under dotted keys into the table at `path`; gives the path to the table that then holds it.
fn insert(root: &mut Node, path: &[At], mut keys: Vec<Key>, value: Node, text: &str) -> Result<Vec<At>, Repeated> {
    let mut path = path.to_vec();
    let Some(last) = keys.pop() else { return Ok(path) };
    for key in keys {
        let Kind::Table(table) = &mut descend(root, &path).kind else { return Ok(path) };
        if let Err(first) = step_into(table, &mut path, &key, TableForm::Dotted, text) {
            return Err(Repeated { key, first });
        }
    }
    let Kind::Table(table) = &mut descend(root, &path).kind else { return Ok(path) };
    if let Some(entry) = table.find(last.text.resolve(text), text) {
        let first = entry.key.span;
        return Err(Repeated { key: last, first });
    }
    table.push(Entry { key: last, node: value }, text);
    Ok(path)
}

fn step_into(table: &mut Table, path: &mut Vec<At>, key: &Key, form: TableForm, text: &str) -> Result<(), Span> {
    let Some(at) = table.find_index(key.text.resolve(text), text) else {
        path.push(At::Entry(table.entries.len()));
        table
            .push(Entry { key: key.clone(), node: Node { span: key.span, kind: Kind::Table(Table::new(form)) } }, text);
        return Ok(());
    };
    let entry = &table.entries[at];
    path.push(At::Entry(at));
    match &entry.node.kind {
        // Dotted keys may go on only in tables that dotted keys made; headers may pass through any but inline tables.
        Kind::Table(found) if found.form == form || (form == TableForm::Implied && found.form != TableForm::Inline) => {
            Ok(())
        }
        Kind::List(nodes)
            if form == TableForm::Implied
                && nodes.last().and_then(Node::table).is_some_and(|table| table.form == TableForm::Header) =>
        {
            path.push(At::Element(nodes.len() - 1));
            Ok(())
        }
        _ => Err(entry.key.span),
    }
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

/// A date or a time that no calendar knows, such as 30 February, is no value at all.
fn impossible_date(raw: &str) -> bool {
    let day = raw.get(..10).filter(|day| day.as_bytes()[4] == b'-');
    day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_err())
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) {
        self.open_header(span, false);
    }

    fn array_table_open(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) {
        self.open_header(span, true);
    }

    fn std_table_close(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) {
        self.close_header(span);
    }

    fn array_table_close(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) {
        self.close_header(span);
    }

    fn inline_table_open(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) -> bool {
        if !self.stopped {
            let open = Span::new(span.start(), span.end());
            self.frames.push(Frame::Inline {
                open,
                table: Table::new(TableForm::Inline),
                keys: Vec::new(),
                only_1_1: false,
                comma: false,
            });
        }
        !self.stopped
    }

    fn inline_table_close(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) {
        if !self.inside_inline() {
            return;
        }
        if let Some(Frame::Inline { open, table, only_1_1, comma, .. }) = self.frames.pop() {
            let whole = Span::new(open.start as usize, span.end());
            if only_1_1 || comma {
                self.faults.push(
                    Fault::new("toml-1-1-only", whole, "a line break or a last comma between { and } is only allowed since TOML 1.1; taplo and Python refuse it")
                        .help("write the table on one line without a last comma"),
                );
            }
            self.deliver(Node { span: whole, kind: Kind::Table(table) });
        }
    }

    fn array_open(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) -> bool {
        if !self.stopped {
            self.frames.push(Frame::List { open: Span::new(span.start(), span.end()), nodes: Vec::new() });
        }
        !self.stopped
    }

    fn array_close(&mut self, span: TomlSpan, _: &mut dyn ErrorSink) {
        if !matches!(self.frames.last(), Some(Frame::List { .. })) {
            return;
        }
        if let Some(Frame::List { open, nodes }) = self.frames.pop() {
            self.deliver(Node { span: Span::new(open.start as usize, span.end()), kind: Kind::List(nodes) });
        }
    }

    fn simple_key(&mut self, span: TomlSpan, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) {
        if self.stopped {
            return;
        }
        self.begin_expression();
        let Some(raw) = self.source.get(span) else { return };
        let mut decoded = Cow::Borrowed("");
        toml_parser::Raw::new_unchecked(raw.as_str(), encoding, span).decode_key(&mut decoded, errors);
        let key = Key { span: Span::new(span.start(), span.end()), text: self.text_of(decoded) };
        match self.frames.last_mut() {
            Some(Frame::Inline { keys, comma, .. }) => {
                *comma = false;
                keys.push(key);
            }
            _ => self.keys.push(key),
        }
    }

    fn scalar(&mut self, span: TomlSpan, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) {
        if self.stopped {
            return;
        }
        let Some(raw) = self.source.get(span) else { return };
        let raw_text = raw.as_str();
        let mut decoded = Cow::Borrowed("");
        let decoded_kind =
            toml_parser::Raw::new_unchecked(raw_text, encoding, span).decode_scalar(&mut decoded, errors);
        let kind = match decoded_kind {
            Decoded::String => ScalarKind::String,
            Decoded::Boolean(_) => ScalarKind::Boolean,
            Decoded::DateTime => ScalarKind::DateTime,
            Decoded::Float => ScalarKind::Float,
            Decoded::Integer(_) => ScalarKind::Integer,
        };
        if kind == ScalarKind::DateTime && impossible_date(raw_text) {
            errors.report_error(ParseError::new("there is no such date in the calendar").with_unexpected(span));
        }
        if kind == ScalarKind::String
            && matches!(encoding, Some(Encoding::BasicString | Encoding::MlBasicString))
            && (raw_text.contains("\\e") || raw_text.contains("\\x"))
        {
            let unescaped = raw_text.replace("\\\\", "");
            if unescaped.contains("\\e") || unescaped.contains("\\x") {
                self.faults.push(
                    Fault::new(
                        "toml-1-1-only",
                        Span::new(span.start(), span.end()),
                        "the escapes \\e and \\x are only allowed since TOML 1.1; taplo and Python refuse them",
                    )
                    .help("write the character itself or \\uXXXX"),
                );
            }
        }
        let text = if kind == ScalarKind::String {
            self.text_of(decoded)
        } else {
            Text::Raw(Span::new(span.start(), span.end()))
        };
        self.deliver(Node { span: Span::new(span.start(), span.end()), kind: Kind::Scalar(Scalar { kind, text }) });
    }

    fn value_sep(&mut self, _: TomlSpan, _: &mut dyn ErrorSink) {
        if let Some(Frame::Inline { comma, .. }) = self.frames.last_mut() {
            *comma = true;
        }
    }

    fn comment(&mut self, _: TomlSpan, _: &mut dyn ErrorSink) {
        self.mark_1_1();
    }

    fn newline(&mut self, _: TomlSpan, _: &mut dyn ErrorSink) {
        self.mark_1_1();
        if self.frames.is_empty() {
            self.end_expression();
        }
    }
}

impl Builder<'_> {
    fn open_header(&mut self, span: TomlSpan, array: bool) {
        self.end_expression();
        if self.stopped {
            return;
        }
        self.begin_expression();
        self.in_header = true;
        self.header = Some(Header { open: Span::new(span.start(), span.end()), array });
    }

    fn close_header(&mut self, span: TomlSpan) {
        if let Some(Header { open, array }) = self.header.take() {
            let keys = std::mem::take(&mut self.keys);
            self.open_table(open, array, keys, Span::new(span.start(), span.end()));
        }
    }
}
