//! Bytes to a spanned tree, for TOML and YAML alike.
//!
//! Reading never fails and never panics: [`Document::read`] always gives a tree, and what is wrong with the file stands
//! beside it as [`Fault`]s. What a parser had to guess after an error is left out of the tree, so that nothing
//! recovered ever counts for a level or an edit; [`Document::damaged`] says that something was left out, and rules
//! about what is *absent* keep silent for such a file.
//!
//! Places are byte spans into [`Document::text`]; [`Document::position`] turns them into lines and columns. Columns are
//! in characters (Unicode scalar values), count from 1, and a tab is one character. A byte order mark is taken off
//! before anything is counted and put back when the file is written.

pub mod decode;
pub mod edit;
pub mod merge;
mod node;
mod pointer;
#[cfg(test)]
mod tests;
mod toml;
mod yaml;

pub use node::{Entry, Key, Kind, Node, Scalar, ScalarKind, Table, TableForm, Text};
pub use pointer::{Pointer, Step};

use memchr::{memchr, memchr_iter};
use std::borrow::Cow;
use std::sync::OnceLock;

/// Files over this size (bytes) are not read: `file-too-large`.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Tables and lists may stand this many levels deep: `too-deep`.
pub const MAX_DEPTH: usize = 64;
/// Nodes that the aliases of one YAML file may add in all: `alias-expansion`.
pub const MAX_ALIAS_NODES: usize = 10_000;

/// A range of bytes in a document's text, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`, empty where that is before it.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The same as a range to slice a text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place for people: line and column from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// What language a file is written in, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    Toml,
    Yaml,
}

impl Syntax {
    /// None for a file that is neither.
    pub fn of(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// Something wrong with a file's shape. `rule` is the name of the lint rule that reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub rule: &'static str,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
    pub related: Vec<(Span, String)>,
    /// A replacement that mends it: (title, span, new text).
    pub fix: Option<(String, Span, String)>,
}

impl Fault {
    /// A fault with a message and nothing more.
    pub fn new(rule: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { rule, span, message: message.into(), help: None, related: Vec::new(), fix: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place that has to do with it.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push((span, message.into()));
        self
    }

    /// Adds a replacement that mends it.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some((title.into(), span, text.into()));
        self
    }
}

/// A file read into a tree.
#[derive(Debug)]
pub struct Document {
    /// The text without its byte order mark; line ends as they were.
    pub text: String,
    /// Whether the file began with one.
    pub byte_order_mark: bool,
    pub syntax: Syntax,
    /// The tree of everything that could be read.
    pub root: Node,
    /// What is wrong with the file's shape, in the order of places.
    pub faults: Vec<Fault>,
    /// Whether something could not be read and is missing from the tree.
    pub damaged: bool,
    lines: OnceLock<Lines>,
}

/// Where lines begin, and how many characters there are: a place costs the same however long its line is.
#[derive(Debug)]
struct Lines {
    starts: Vec<u32>,
    /// The number of characters before each block of bytes; none where every byte is a character.
    before: Option<Vec<u32>>,
}

impl Lines {
    const BLOCK: usize = 512;

    fn of(text: &str) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let starts = std::iter::once(0).chain(memchr_iter(b'\n', text.as_bytes()).map(|at| narrow(at + 1))).collect();
        let before = (!text.is_ascii()).then(|| {
            let sums = text.as_bytes().chunks(Self::BLOCK).scan(0, |sum, block| {
                *sum += first_bytes(block);
                Some(narrow(*sum))
            });
            std::iter::once(0).chain(sums).collect()
        });
        Self { starts, before }
    }

    /// How many characters stand before a byte.
    fn characters(&self, text: &str, at: usize) -> usize {
        let Some(before) = &self.before else { return at };
        let block = at / Self::BLOCK;
        before[block] as usize + first_bytes(&text.as_bytes()[block * Self::BLOCK..at])
    }
}

/// How many of these bytes begin a character.
fn first_bytes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

impl Document {
    /// Reads bytes of any kind. The tree is empty where nothing can be made of them.
    pub fn read(bytes: Vec<u8>, syntax: Syntax) -> Self {
        if bytes.len() as u64 > MAX_BYTES {
            let mut document = Self::empty(syntax);
            document.damaged = true;
            document.faults.push(
                Fault::new(
                    "file-too-large",
                    Span::default(),
                    format!("this file is {} bytes long; dspt reads files up to {MAX_BYTES} bytes", bytes.len()),
                )
                .help("keep documents under evidence/ and only answers in this file"),
            );
            return document;
        }
        let mut byte_order_mark = false;
        let mut not_utf8 = None;
        let mut text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                not_utf8 = Some(at);
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
        };
        if text.starts_with('\u{feff}') {
            byte_order_mark = true;
            text.drain(..3);
        }
        let mut document = Self { text, byte_order_mark, ..Self::empty(syntax) };
        if let Some(at) = not_utf8 {
            let at = at.saturating_sub(if byte_order_mark { 3 } else { 0 });
            document.damaged = true;
            document.faults.push(
                Fault::new("not-utf-8", Span::new(at, at + '\u{fffd}'.len_utf8()), "this file is not UTF-8 text")
                    .help("save it as UTF-8 in your editor (not as UTF-16 or Windows-1252)"),
            );
            return document;
        }
        document.parse();
        document
    }

    /// Reads text that stands in memory.
    pub fn read_text(text: &str, syntax: Syntax) -> Self {
        Self::read(text.as_bytes().to_vec(), syntax)
    }

    pub(crate) fn empty(syntax: Syntax) -> Self {
        Self {
            text: String::new(),
            byte_order_mark: false,
            syntax,
            root: Node::root(),
            faults: Vec::new(),
            damaged: false,
            lines: OnceLock::new(),
        }
    }

    fn parse(&mut self) {
        let conflicts = merge_conflicts(&self.text);
        let blanked = (!conflicts.is_empty()).then(|| {
            self.damaged = true;
            blank(&self.text, conflicts.iter().copied())
        });
        for span in conflicts {
            let first_line_end =
                self.text[span.range()].find('\n').map_or(span.end as usize, |n| span.start as usize + n);
            self.faults.push(
                Fault::new(
                    "merge-conflict",
                    Span::new(span.start as usize, trim_line(&self.text, span.start as usize, first_line_end)),
                    "two versions of these lines are waiting for a choice (git merge conflict)",
                )
                .help(
                    "keep the lines that hold, delete the others and the three marker lines, then `git add` the file",
                ),
            );
        }
        let text = blanked.as_deref().unwrap_or(&self.text);
        let parsed = match self.syntax {
            Syntax::Toml => toml::parse(text),
            Syntax::Yaml => yaml::parse(text),
        };
        self.root = parsed.root;
        self.damaged |= parsed.damaged;
        self.faults.extend(parsed.faults.0);
        self.faults.sort_by_key(|fault| fault.span);
        // A file whose aliases unfold without end is refused whole: nothing in it is worth judging.
        if let Some(at) = self.faults.iter().position(|fault| fault.rule == "alias-expansion") {
            let mut bomb = self.faults.swap_remove(at);
            bomb.span = Span::default();
            self.root = Node::root();
            self.faults = vec![bomb];
        }
    }

    /// Whether every value surely says what stands in the text, letter for letter: TOML without an escape.
    pub fn is_literal(&self) -> bool {
        self.syntax == Syntax::Toml && memchr(b'\\', self.text.as_bytes()).is_none()
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let lines = self.lines.get_or_init(|| Lines::of(&self.text));
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = lines.starts.partition_point(|start| *start as usize <= offset) - 1;
        let column =
            lines.characters(&self.text, offset) - lines.characters(&self.text, lines.starts[line] as usize) + 1;
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: narrow(line + 1), column: narrow(column) }
    }

    /// The text of a key or scalar as the author meant it: escapes resolved, line ends LF.
    pub fn text_of<'d>(&'d self, text: &'d Text) -> &'d str {
        match text {
            Text::Raw(span) => &self.text[span.range()],
            Text::Owned(text) => text,
        }
    }

    /// The text of an entry's key.
    pub fn key_of<'d>(&'d self, entry: &'d Entry) -> &'d str {
        self.text_of(&entry.key.text)
    }

    /// The entry of a table with this key.
    pub fn entry<'d>(&'d self, table: &'d Table, key: &str) -> Option<&'d Entry> {
        table.find(key, &self.text)
    }

    /// The node that a pointer leads to.
    pub fn node(&self, pointer: &Pointer) -> Option<&Node> {
        let mut node = &self.root;
        for step in pointer.steps() {
            node = match (step, &node.kind) {
                (Step::Key(key), Kind::Table(table)) => &self.entry(table, key)?.node,
                (Step::Index(index), Kind::List(nodes)) => nodes.get(*index)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// Where what a pointer names stands: the value, or the table's own place (its header in TOML, its key in YAML).
    /// Where the last steps do not exist, the nearest table that lacks them; the document's first character at last.
    pub fn span(&self, pointer: &Pointer) -> Span {
        let mut node = &self.root;
        let mut span = Span::default();
        for step in pointer.steps() {
            match (step, &node.kind) {
                (Step::Key(key), Kind::Table(table)) => match self.entry(table, key) {
                    Some(entry) => {
                        node = &entry.node;
                        span = node.place(entry.key.span);
                    }
                    None => return span,
                },
                (Step::Index(index), Kind::List(nodes)) => match nodes.get(*index) {
                    Some(found) => {
                        node = found;
                        span = node.span;
                    }
                    None => return span,
                },
                _ => return span,
            }
        }
        span
    }

    /// The pointer to the innermost key or value that stands at a byte offset; the document itself where none does.
    pub fn pointer_at(&self, offset: u32) -> Pointer {
        let mut steps = Vec::new();
        self.descend(&self.root, offset, &mut steps);
        Pointer::from_steps(&steps)
    }

    /// Adds the steps from a node to what stands at an offset; says whether anything does.
    fn descend(&self, node: &Node, offset: u32, steps: &mut Vec<Step>) -> bool {
        let holds = |span: Span| span.start <= offset && offset < span.end.max(span.start + 1);
        let inner = match &node.kind {
            Kind::Scalar(_) => false,
            Kind::Table(table) => table.entries.iter().any(|entry| {
                steps.push(Step::Key(self.key_of(entry).to_owned().into()));
                let found = self.descend(&entry.node, offset, steps) || holds(entry.key.span);
                if !found {
                    steps.pop();
                }
                found
            }),
            Kind::List(nodes) => nodes.iter().enumerate().any(|(index, node)| {
                steps.push(Step::Index(index));
                let found = self.descend(node, offset, steps);
                if !found {
                    steps.pop();
                }
                found
            }),
        };
        inner || holds(node.span)
    }

    /// Where the last key of a pointer stands; its value's place where the pointer ends in an index.
    pub fn key_span(&self, pointer: &Pointer) -> Span {
        let Some((Step::Key(key), parents)) = pointer.split_last() else { return self.span(pointer) };
        match self.node(&parents).map(|node| &node.kind) {
            Some(Kind::Table(table)) => {
                self.entry(table, key).map_or_else(|| self.span(&parents), |entry| entry.key.span)
            }
            _ => self.span(&parents),
        }
    }
}

fn too_deep(span: Span) -> Fault {
    Fault::new("too-deep", span, format!("tables and lists stand more than {MAX_DEPTH} levels deep"))
        .help("nothing in a dspt file needs more than four levels")
}

fn duplicate_key(what: &str, name: &str, second: Span, first: Span) -> Fault {
    Fault::new("duplicate-key", second, format!("the {what} `{name}` stands here a second time"))
        .help("keep one of the two: it is unclear which one holds")
        .related(first, "it stands here first")
}

/// What a front end makes of a text.
struct Parsed {
    root: Node,
    faults: Found,
    damaged: bool,
}

/// Faults as they are found, up to a number that nobody reads to the end: a hostile file could hold millions.
#[derive(Debug, Default)]
struct Found(Vec<Fault>);

const MAX_FAULTS: usize = 200_000;

impl Found {
    fn push(&mut self, fault: Fault) {
        if self.0.len() < MAX_FAULTS {
            self.0.push(fault);
        }
    }

    fn extend(&mut self, more: Found) {
        let room = MAX_FAULTS.saturating_sub(self.0.len());
        self.0.extend(more.0.into_iter().take(room));
    }
}

/// Git's conflict regions, from the first marker's line to the end of the last marker's line.
fn merge_conflicts(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    // Hardly any file has even one of these characters.
    if memchr(b'<', text.as_bytes()).is_none() {
        return found;
    }
    let mut open = None;
    let mut halves = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let marker = |sign: &str| {
            line.strip_prefix(sign).is_some_and(|rest| rest.starts_with([' ', '\r', '\n']) || rest.is_empty())
        };
        if marker("<<<<<<<") {
            open = open.or(Some(start));
        } else if open.is_some() && marker("=======") {
            halves = true;
        } else if halves && marker(">>>>>>>") {
            found.extend(open.take().map(|from| Span::new(from, start + line.len())));
            halves = false;
        }
        start += line.len();
    }
    found
}

/// The text with these ranges turned into blanks, byte for byte, line ends kept: spans elsewhere stay true.
fn blank(text: &str, ranges: impl Iterator<Item = Span>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        for byte in &mut bytes[range.range()] {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Line ends as LF, so that a text says the same whatever the line ends of its file are.
fn with_lf(text: &str) -> Cow<'_, str> {
    if !text.contains("\r\n") {
        return Cow::Borrowed(text);
    }
    // However many carriage returns stand before a line feed, they are one line end: taking one away leaves no other.
    let lines: Vec<&str> = text.split('\n').collect();
    let (last, ended) = lines.split_last().unwrap_or((&"", &[]));
    let mut out = String::with_capacity(text.len());
    for line in ended {
        out.push_str(line.trim_end_matches('\r'));
        out.push('\n');
    }
    out.push_str(last);
    Cow::Owned(out)
}

fn trim_line(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end].trim_end().len()
}
