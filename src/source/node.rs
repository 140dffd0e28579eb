//! The tree: tables, lists and scalars, each with its span.

use super::Span;
use std::collections::HashMap;

/// Tables with more entries than this are looked up by hash, so that a hostile file costs linear time.
const INDEX_FROM: usize = 64;

/// Room is made for so many entries at once, as many as most tables have.
const ENTRIES: usize = 8;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// A scalar's span covers its quotes; an inline table's or list's its brackets; a TOML table's its header.
    pub span: Span,
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Kind {
    Table(Table),
    List(Vec<Node>),
    Scalar(Scalar),
}

/// How a table is written, which decides where it stands and how it may be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    /// The document itself.
    Root,
    /// `[a.b]` or `[[a]]` in TOML.
    Header,
    /// Only implied by the headers below it: it has no place of its own but the document.
    Implied,
    /// Made by dotted keys, `a.b = 1`.
    Dotted,
    /// `{ … }` in TOML or YAML.
    Inline,
    /// An indented YAML mapping.
    Block,
}

/// Keys and values in the order of the file; no key stands twice.
#[derive(Debug, Clone)]
pub struct Table {
    pub entries: Vec<Entry>,
    pub form: TableForm,
    /// A bit for each key that is there, see [`bit`]: most keys that are looked for are not, which is seen at a glance.
    there: u64,
    index: Option<Box<Index>>,
}

/// The places of keys; boxed, since hardly any table has one.
#[derive(Debug, Clone)]
struct Index(HashMap<Box<str>, u32>);

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    pub key: Key,
    pub node: Node,
}

/// A key; its span covers its quotation marks.
#[derive(Debug, Clone)]
pub struct Key {
    pub span: Span,
    pub text: Text,
}

/// Text as it stands in the source, or decoded where escapes or line ends differ.
#[derive(Debug, Clone)]
pub enum Text {
    Raw(Span),
    Owned(Box<str>),
}

/// A value that holds no others.
#[derive(Debug, Clone)]
pub struct Scalar {
    pub kind: ScalarKind,
    pub text: Text,
}

/// What the notation says a scalar is. YAML's unquoted scalars stay [`ScalarKind::Plain`]: the expected type decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    String,
    Integer,
    Float,
    Boolean,
    DateTime,
    Null,
    Plain,
}

impl Node {
    /// A document without anything in it.
    pub fn root() -> Self {
        Self { span: Span::default(), kind: Kind::Table(Table::new(TableForm::Root)) }
    }

    /// Where the node stands for a reader, given the key before it: block tables and nulls of YAML, and tables that
    /// TOML only implies, have no place of their own.
    pub fn place(&self, key: Span) -> Span {
        match &self.kind {
            Kind::Table(table) if table.form == TableForm::Implied => Span::default(),
            Kind::Table(table) if matches!(table.form, TableForm::Block | TableForm::Dotted) => key,
            Kind::Scalar(scalar) if self.span.start == self.span.end || scalar.kind == ScalarKind::Null => key,
            _ => self.span,
        }
    }

    /// The end of everything in the node, in bytes: tables below a TOML header stand outside its own span.
    pub fn reach(&self) -> usize {
        let own = self.span.end as usize;
        match &self.kind {
            Kind::Table(table) => {
                let ends = table.entries.iter().map(|entry| entry.node.reach().max(entry.key.span.end as usize));
                ends.fold(own, usize::max)
            }
            Kind::List(nodes) => nodes.iter().map(Self::reach).fold(own, usize::max),
            Kind::Scalar(_) => own,
        }
    }

    /// The table, if the node is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.kind {
            Kind::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The elements, if the node is a list.
    pub fn list(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The scalar, if the node is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }
}

impl Table {
    /// A table without entries.
    pub fn new(form: TableForm) -> Self {
        Self { entries: Vec::new(), form, there: 0, index: None }
    }

    /// The place of a key among the entries; `source` is the text that raw keys point into.
    pub fn find_index(&self, key: &str, source: &str) -> Option<usize> {
        self.find_index_from(0, key, source)
    }

    /// The same, looked for from a place on, and then before it: what is asked for in the order of the file is found at
    /// once.
    pub fn find_index_from(&self, from: usize, key: &str, source: &str) -> Option<usize> {
        if self.there & bit(key) == 0 {
            return None;
        }
        if let Some(index) = &self.index {
            return index.0.get(key).map(|at| *at as usize);
        }
        let is_it = |entry: &Entry| entry.key.text.is(key, source);
        let (before, behind) = self.entries.split_at_checked(from)?;
        behind.iter().position(is_it).map(|at| from + at).or_else(|| before.iter().position(is_it))
    }

    /// The entry with a key; `source` is the text that raw keys point into.
    pub fn find(&self, key: &str, source: &str) -> Option<&Entry> {
        self.find_index(key, source).map(|at| &self.entries[at])
    }

    /// Adds an entry, whose key must not be there yet.
    pub fn push(&mut self, entry: Entry, source: &str) {
        let at = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.there |= bit(entry.key.text.resolve(source));
        if let Some(index) = &mut self.index {
            index.0.insert(entry.key.text.resolve(source).into(), at);
        }
        if self.entries.is_empty() {
            self.entries.reserve(ENTRIES);
        }
        self.entries.push(entry);
        if self.index.is_none() && self.entries.len() > INDEX_FROM {
            let index = self.entries.iter().zip(0u32..).map(|(entry, at)| (entry.key.text.resolve(source).into(), at));
            self.index = Some(Box::new(Index(index.collect())));
        }
    }
}

/// One of 64 bits for a key, by its length and last letter, in which the keys of a table differ most.
fn bit(key: &str) -> u64 {
    let last = key.as_bytes().last().copied().unwrap_or_default();
    1 << ((key.len() + 7 * usize::from(last)) % 64)
}

impl Text {
    /// Whether it is a key. Lengths and last letters differ far more often than all else does, and decoding asks for every
    /// key that it knows.
    fn is(&self, key: &str, source: &str) -> bool {
        match self {
            Self::Raw(span) => {
                let (bytes, last) = (source.as_bytes(), key.as_bytes().last());
                (span.end - span.start) as usize == key.len()
                    && (last.is_none() || bytes.get(span.end as usize - 1) == last)
                    && bytes[span.range()] == *key.as_bytes()
            }
            Self::Owned(text) => **text == *key,
        }
    }

    pub(super) fn resolve<'a>(&'a self, source: &'a str) -> &'a str {
        match self {
            Self::Raw(span) => &source[span.range()],
            Self::Owned(text) => text,
        }
    }
}
