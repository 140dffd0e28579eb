//! YAML 1.2: the events of `granit-parser` into the tree.
//!
//! The parser stops at the first error of a document. So that one run tells every fault, a broken text is cut into its
//! entries (the keys of the root and of the mappings right below it), each is tried alone, and what is broken is blanked
//! before the whole is read again.

use super::{
    Entry, Fault, Key, Kind, MAX_ALIAS_NODES, MAX_DEPTH, Node, Parsed, Scalar, ScalarKind, Span, Table, TableForm,
    Text, blank,
};
use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, StructureStyle};
use std::borrow::Cow;
use std::collections::HashMap;

pub(super) fn parse(text: &str) -> Parsed {
    let first = match build(text, Span::new(0, text.len())) {
        Ok(parsed) => return parsed,
        Err(error) => error,
    };
    let mut faults = Vec::new();
    let mut broken = Vec::new();
    for chunk in chunks(text) {
        if let Err(error) = build(text, chunk) {
            faults.push(fault_within(text, chunk, &error));
            broken.push(chunk);
        }
    }
    if broken.is_empty() {
        faults.push(fault_within(text, Span::new(0, text.len()), &first));
        return Parsed { root: Node::root(), faults, damaged: true };
    }
    let mended = blank(text, broken.into_iter());
    match build(&mended, Span::new(0, mended.len())) {
        Ok(parsed) => {
            faults.extend(parsed.faults);
            Parsed { root: parsed.root, faults, damaged: true }
        }
        Err(error) => {
            faults.push(fault_within(text, Span::new(0, text.len()), &error));
            Parsed { root: Node::root(), faults, damaged: true }
        }
    }
}

struct Broken {
    at: usize,
    message: String,
    rule: &'static str,
}

/// An error at the very end of an entry means that something in it was never closed: its start is the better place.
fn fault_within(text: &str, chunk: Span, error: &Broken) -> Fault {
    let end = chunk.start as usize + text[chunk.range()].trim_end().len();
    let mut at = error.at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if at >= end {
        let body = &text[chunk.start as usize..end];
        let opened = body.rfind('"').or_else(|| body.rfind('\'')).or_else(|| body.rfind(['[', '{']));
        at = opened.map_or(chunk.start as usize, |offset| chunk.start as usize + offset);
    }
    let line_end = text[at..].find(['\n', '\r']).map_or(text.len(), |n| at + n);
    let stop = text[at..line_end].char_indices().nth(1).map_or(line_end, |(n, _)| at + n);
    let fault = Fault::new(error.rule, Span::new(at, stop), error.message.clone());
    let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = &text[line_start..line_end];
    if error.rule == "too-deep" {
        fault.help("nothing in a dspt file needs more than four levels")
    } else if line.trim_start_matches(' ').starts_with('\t') {
        fault.help("YAML is indented with spaces, never with tabs")
    } else if line.matches(": ").count() > 1 {
        fault.help("a text that holds a colon and a space must stand in quotation marks")
    } else {
        fault
    }
}

/// The entries of the root and of the block mappings right below it, each with all its lines.
fn chunks(text: &str) -> Vec<Span> {
    let mut starts: Vec<usize> = Vec::new();
    let mut nested_indent = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let content = line.trim();
        let significant = !content.is_empty() && !content.starts_with('#');
        if significant && !line.starts_with('\t') {
            if indent == 0 {
                nested_indent = None;
                starts.push(offset);
            } else if nested_indent.is_none_or(|nested| indent == nested) {
                let under_mapping = nested_indent.is_some()
                    || starts.last().is_some_and(|start| {
                        text[*start..offset].trim_end().ends_with(':') || opens_mapping(&text[*start..offset])
                    });
                if under_mapping {
                    nested_indent = Some(indent);
                    starts.push(offset);
                }
            }
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| Span::new(*start, end)).collect()
}

/// Whether an entry's first line ends in a bare colon, comments aside.
fn opens_mapping(entry: &str) -> bool {
    let first = entry.lines().next().unwrap_or_default();
    first.split(" #").next().unwrap_or_default().trim_end().ends_with(':')
}

enum Frame {
    Table { table: Table, key: Option<Key>, start: usize, anchor: usize, repeated: bool },
    List { nodes: Vec<Node>, start: usize, anchor: usize },
}

struct Builder<'a> {
    /// The whole file, which spans point into.
    whole: &'a str,
    /// The part of it that is read, and the byte it begins at.
    text: &'a str,
    base: usize,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    alias_nodes: usize,
    faults: Vec<Fault>,
    damaged: bool,
    root: Option<Node>,
}

/// Reads one part of a file as a document of its own; spans are the file's.
fn build(whole: &str, part: Span) -> Result<Parsed, Broken> {
    let text = &whole[part.range()];
    let base = part.start as usize;
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    let mut builder = Builder {
        whole,
        text,
        base,
        frames: Vec::new(),
        anchors: HashMap::new(),
        alias_nodes: 0,
        faults: Vec::new(),
        damaged: false,
        root: None,
    };
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| builder.broken(&error))?;
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    return Err(builder.fail(range.start, "a second document begins here; an answers file holds one"));
                }
            }
            Event::Scalar(value, style, anchor, _) => {
                let node = builder.scalar(value, style, range);
                builder.remember(anchor, &node);
                builder.deliver(node)?;
            }
            Event::MappingStart(style, anchor, _) => {
                builder.check_depth(range.start)?;
                builder.key_must_be_scalar(range.start)?;
                let form = if style == StructureStyle::Flow { TableForm::Inline } else { TableForm::Block };
                builder.frames.push(Frame::Table {
                    table: Table::new(form),
                    key: None,
                    start: range.start,
                    anchor,
                    repeated: false,
                });
            }
            Event::SequenceStart(_, anchor, _) => {
                builder.check_depth(range.start)?;
                builder.key_must_be_scalar(range.start)?;
                builder.frames.push(Frame::List { nodes: Vec::new(), start: range.start, anchor });
            }
            Event::MappingEnd | Event::SequenceEnd => builder.close(range.end)?,
            Event::Alias(id) => builder.alias(id, range)?,
            Event::UnresolvedAlias(name) => {
                return Err(
                    builder.fail(range.start, &format!("`*{name}` refers to an anchor that is not defined before it"))
                );
            }
            _ => {}
        }
    }
    let root = match builder.root.take() {
        Some(Node { kind: Kind::Table(mut table), span }) => {
            table.form = TableForm::Root;
            Node { span, kind: Kind::Table(table) }
        }
        Some(Node { kind: Kind::Scalar(scalar), .. }) if scalar.kind == ScalarKind::Null => Node::root(),
        None => Node::root(),
        Some(node) => {
            return Err(
                builder.fail(node.span.start as usize - base, "the file must be a mapping: `key: value`, one a line")
            );
        }
    };
    Ok(Parsed { root, faults: builder.faults, damaged: builder.damaged })
}

impl Builder<'_> {
    fn fail(&self, at: usize, message: &str) -> Broken {
        Broken { at: self.base + at, message: message.to_owned(), rule: "syntax-error" }
    }

    fn broken(&self, error: &ScanError) -> Broken {
        let at = error.marker().byte_offset().unwrap_or(0);
        let message = error.info();
        let deep = message.contains("recursion") || message.contains("depth") || message.contains("nesting");
        Broken {
            at: self.base + at,
            rule: if deep { "too-deep" } else { "syntax-error" },
            message: message.lines().next().unwrap_or_default().to_owned(),
        }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.base + range.start, self.base + range.end)
    }

    fn check_depth(&self, at: usize) -> Result<(), Broken> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Broken {
                at: self.base + at,
                message: format!("tables and lists stand more than {MAX_DEPTH} levels deep"),
                rule: "too-deep",
            });
        }
        Ok(())
    }

    /// A mapping's keys are plain text; `? [a, b] : c` is not for us.
    fn key_must_be_scalar(&self, at: usize) -> Result<(), Broken> {
        match self.frames.last() {
            Some(Frame::Table { key: None, repeated: false, .. }) => {
                Err(self.fail(at, "a key must be a plain text, not a list or a mapping"))
            }
            _ => Ok(()),
        }
    }

    fn scalar(&self, value: Cow<'_, str>, style: ScalarStyle, range: std::ops::Range<usize>) -> Node {
        let kind = match style {
            ScalarStyle::Plain if matches!(&*value, "" | "~" | "null" | "Null" | "NULL") => ScalarKind::Null,
            ScalarStyle::Plain => ScalarKind::Plain,
            _ => ScalarKind::String,
        };
        // The range of a block scalar runs on to the next key: it ends where its text does.
        let end = range.start + self.text.get(range.clone()).map_or(0, |raw| raw.trim_end().len());
        let raw = self.text.get(range.start..end).unwrap_or_default();
        let inner = match style {
            ScalarStyle::Plain => Some((raw, range.start)),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if raw.len() >= 2 => {
                Some((&raw[1..raw.len() - 1], range.start + 1))
            }
            _ => None,
        };
        let text = match inner {
            Some((inner, start)) if inner == value => Text::Raw(self.span(start..start + inner.len())),
            _ => Text::Owned(value.replace("\r\n", "\n").into_boxed_str()),
        };
        Node { span: self.span(range.start..end), kind: Kind::Scalar(Scalar { kind, text }) }
    }

    fn remember(&mut self, anchor: usize, node: &Node) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
    }

    fn alias(&mut self, id: usize, range: std::ops::Range<usize>) -> Result<(), Broken> {
        let Some(target) = self.anchors.get(&id) else {
            return Err(self.fail(range.start, "an alias may not stand inside what it refers to"));
        };
        self.alias_nodes += target.size();
        if self.alias_nodes > MAX_ALIAS_NODES {
            return Err(Broken {
                at: self.base + range.start,
                message: format!("the aliases of this file unfold to more than {MAX_ALIAS_NODES} values"),
                rule: "alias-expansion",
            });
        }
        let mut node = target.clone();
        node.span = self.span(range);
        self.deliver(node)
    }

    fn close(&mut self, end: usize) -> Result<(), Broken> {
        let (node, anchor) = match self.frames.pop() {
            Some(Frame::Table { table, start, anchor, .. }) => {
                let end = start + self.text.get(start..end).map_or(0, |raw| raw.trim_end().len());
                (Node { span: self.span(start..end), kind: Kind::Table(table) }, anchor)
            }
            Some(Frame::List { nodes, start, anchor }) => {
                let end = start + self.text.get(start..end).map_or(0, |raw| raw.trim_end().len());
                (Node { span: self.span(start..end), kind: Kind::List(nodes) }, anchor)
            }
            None => return Ok(()),
        };
        self.remember(anchor, &node);
        self.deliver(node)
    }

    fn deliver(&mut self, node: Node) -> Result<(), Broken> {
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { nodes, .. }) => nodes.push(node),
            Some(Frame::Table { table, key, repeated, .. }) => match key.take() {
                Some(key) if *repeated => {
                    *repeated = false;
                    drop(key);
                }
                Some(key) => table.push(Entry { key, node }, self.whole),
                None => {
                    let Kind::Scalar(scalar) = node.kind else {
                        return Err(self.fail(
                            node.span.start as usize - self.base,
                            "a key must be a plain text, not a list or a mapping",
                        ));
                    };
                    let fresh = Key { span: node.span, text: scalar.text };
                    let name = fresh.text.resolve(self.whole);
                    if name == "<<" && scalar.kind == ScalarKind::Plain {
                        return Err(self.fail(
                            node.span.start as usize - self.base,
                            "merge keys (`<<`) are not part of YAML 1.2; write the entries out",
                        ));
                    }
                    if let Some(entry) = table.find(name, self.whole) {
                        self.damaged = true;
                        self.faults.push(
                            Fault::new(
                                "duplicate-key",
                                fresh.span,
                                format!("the key `{name}` stands here a second time"),
                            )
                            .help("keep one of the two: it is unclear which one holds")
                            .related(entry.key.span, "it stands here first"),
                        );
                        *repeated = true;
                    }
                    *key = Some(fresh);
                }
            },
        }
        Ok(())
    }
}
