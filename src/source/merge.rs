//! Two people's changes to one TOML file, put together table by table.
//!
//! The unit is a table two keys deep, `[answers."1.1.5"]` or `[actions."7.1.2"]`, with the comment above it and the
//! tables below it. Where only one side touched a unit its bytes are taken as they stand; where both did, their keys
//! are put together if at most one side changed what the unit says (see `ASIDE`); all else is a conflict that holds
//! both texts. Order is that of the first side, with the other's new units where that side put them.

use super::{Document, Kind, Node, Syntax};
use std::collections::BTreeMap;

/// Keys of an answer that say nothing in answer to the question: two people may change one of these and the answer.
const ASIDE: &[&str] = &["owner", "comment", "notes"];
/// Tables whose entries are records of separate facts, each of which somebody may change alone.
const RECORDS: &[&str] = &["actions"];

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub bytes: Vec<u8>,
    /// The units that both sides changed, as a reader would name them; empty where all went well.
    pub conflicts: Vec<String>,
}

/// How conflicts are marked.
#[derive(Debug, Clone, Copy)]
pub struct Marks<'a> {
    /// How many characters a marker line begins with; git's own number is 7.
    pub size: usize,
    pub ours: &'a str,
    pub theirs: &'a str,
}

/// Puts two versions together that come from one. None where a file is not laid out in tables that can be told apart
/// (YAML, errors, a table in several places): then lines are all there is to go by.
pub fn merge(base: &Document, ours: &Document, theirs: &Document, marks: Marks<'_>) -> Option<Merged> {
    let [base_units, our_units, their_units] = [units(base)?, units(ours)?, units(theirs)?];
    let newline = if ours.text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut merge =
        Merge { marks, out: String::with_capacity(ours.text.len().max(theirs.text.len())), conflicts: Vec::new() };
    merge.section("the lines before the first table", &base_units.head, &our_units.head, &their_units.head);
    for key in order(&our_units, &their_units) {
        let [base, ours, theirs] = [&base_units, &our_units, &their_units].map(|units| units.find(&key));
        merge.unit(&key, base, ours, theirs);
    }
    merge.section("the lines after the last table", &base_units.tail, &our_units.tail, &their_units.tail);
    if !ours.text.ends_with('\n') && !theirs.text.ends_with('\n') {
        merge.out.truncate(merge.out.trim_end_matches('\n').len());
    }
    let mut text = merge.out;
    if newline == "\r\n" {
        text = text.replace('\n', "\r\n");
    }
    if ours.byte_order_mark {
        text.insert(0, '\u{feff}');
    }
    if merge.conflicts.is_empty() {
        // What was put together must read as soundly as its parts.
        let read = Document::read_text(&text, Syntax::Toml);
        if read.damaged || read.faults.len() > ours.faults.len().max(theirs.faults.len()) {
            return None;
        }
    }
    Some(Merged { bytes: text.into_bytes(), conflicts: merge.conflicts })
}

/// The name of a unit: its first two keys.
type Name = (String, String);

/// A file in pieces that make it up again: every line is in exactly one of them.
struct Layout {
    head: Piece,
    units: Vec<(Name, Unit)>,
    index: BTreeMap<Name, usize>,
    tail: Piece,
}

impl Layout {
    fn find(&self, name: &Name) -> Option<&Unit> {
        self.index.get(name).map(|at| &self.units[*at].1)
    }
}

/// Lines without the blank ones around them, LF at their ends, none at the last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Piece {
    /// How many blank lines stand before it.
    blank: usize,
    text: String,
}

impl Piece {
    fn of(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let blank = text.split_inclusive('\n').take_while(|line| line.trim().is_empty() && line.ends_with('\n'));
        let skipped: usize = blank.clone().map(str::len).sum();
        Self { blank: blank.count(), text: text[skipped..].trim_end_matches('\n').to_owned() }
    }
}

/// A table with all that belongs to it.
struct Unit {
    whole: Piece,
    /// Its pieces by key, where it is one table of keys: the comment and header, then each key with what it says.
    keys: Option<(Piece, Vec<(String, Piece)>)>,
}

/// A table header and how far what stands under it reaches.
struct Header<'d> {
    name: Name,
    start: usize,
    end: usize,
    /// The table, where the header is the unit's own.
    own: Option<&'d super::Table>,
}

/// Takes a file to pieces; none where it is not made of tables that can be told apart.
fn units(document: &Document) -> Option<Layout> {
    if document.syntax != Syntax::Toml || document.damaged {
        return None;
    }
    let mut headers = Vec::new();
    let Kind::Table(root) = &document.root.kind else { return None };
    let mut first = document.text.len();
    let mut head_end = 0;
    for entry in &root.entries {
        let table = entry.node.table().filter(|table| matches!(table.form, super::TableForm::Implied));
        let Some(table) = table else {
            // A key of the file itself, or a table of one key, which belongs to the lines before the first unit.
            if is_header(&entry.node) {
                return None;
            }
            head_end = head_end.max(entry.node.reach().max(entry.key.span.end as usize));
            continue;
        };
        for inner in &table.entries {
            if !is_header(&inner.node) || inner.node.list().is_some() {
                return None;
            }
            let name = (document.key_of(entry).to_owned(), document.key_of(inner).to_owned());
            collect(&inner.node, &name, true, &mut headers);
        }
    }
    headers.sort_by_key(|header| header.start);
    let text = &document.text;
    let mut units: Vec<(Name, Unit)> = Vec::new();
    let mut index = BTreeMap::new();
    let mut at = line_after(text, head_end);
    let head_stop = at;
    let mut previous: Option<Name> = None;
    let mut from = at;
    let mut group: Vec<Header<'_>> = Vec::new();
    let close = |group: &mut Vec<Header<'_>>, from: usize, to: usize, units: &mut Vec<(Name, Unit)>| {
        let Some(header) = group.first() else { return };
        let whole = Piece::of(&text[from..to]);
        let keys = match (group.as_slice(), header.own) {
            ([only], Some(table)) => keys(document, table, from, to, only.start),
            _ => None,
        };
        units.push((header.name.clone(), Unit { whole, keys }));
        group.clear();
    };
    for header in headers {
        first = first.min(header.start);
        if header.start < at {
            return None;
        }
        if previous.as_ref() != Some(&header.name) {
            close(&mut group, from, at, &mut units);
            if index.insert(header.name.clone(), units.len()).is_some() {
                return None;
            }
            previous = Some(header.name.clone());
            from = at;
        }
        at = line_after(text, header.end);
        group.push(header);
    }
    close(&mut group, from, at, &mut units);
    if head_end > first {
        return None;
    }
    Some(Layout { head: Piece::of(&text[..head_stop]), units, index, tail: Piece::of(&text[at..]) })
}

fn is_header(node: &Node) -> bool {
    match &node.kind {
        Kind::Table(table) => matches!(table.form, super::TableForm::Header | super::TableForm::Implied),
        Kind::List(nodes) => nodes.iter().any(is_header),
        Kind::Scalar(_) => false,
    }
}

/// The headers of a table and of those below it, each with the end of the keys directly under it.
fn collect<'d>(node: &'d Node, name: &Name, own: bool, headers: &mut Vec<Header<'d>>) {
    match &node.kind {
        Kind::Table(table) => {
            let mut end = node.span.end as usize;
            for entry in &table.entries {
                if is_header(&entry.node) {
                    collect(&entry.node, name, false, headers);
                } else {
                    end = end.max(entry.node.reach()).max(entry.key.span.end as usize);
                }
            }
            if table.form == super::TableForm::Header {
                headers.push(Header {
                    name: name.clone(),
                    start: node.span.start as usize,
                    end,
                    own: own.then_some(table),
                });
            }
        }
        Kind::List(nodes) => nodes.iter().for_each(|node| collect(node, name, false, headers)),
        Kind::Scalar(_) => {}
    }
}

fn line_after(text: &str, at: usize) -> usize {
    if at == 0 { 0 } else { text[at..].find('\n').map_or(text.len(), |next| at + next + 1) }
}

/// A unit's keys with their lines; none where keys share a line or are dotted.
fn keys(
    document: &Document,
    table: &super::Table,
    from: usize,
    to: usize,
    header: usize,
) -> Option<(Piece, Vec<(String, Piece)>)> {
    let text = &document.text;
    let mut at = line_after(text, header);
    let head = Piece::of(&text[from..at]);
    let mut keys = Vec::new();
    for entry in &table.entries {
        let dotted = entry.node.table().is_some_and(|table| table.form == super::TableForm::Dotted);
        if dotted || (entry.key.span.start as usize) < at {
            return None;
        }
        let end = line_after(text, entry.node.reach());
        keys.push((document.key_of(entry).to_owned(), Piece::of(&text[at..end])));
        at = end;
    }
    (at == to).then_some((head, keys))
}

/// The names of all units: those of the first side in its order, the other's new ones behind the unit that stands
/// before them there.
fn order(ours: &Layout, theirs: &Layout) -> Vec<Name> {
    let mut order: Vec<Name> = ours.units.iter().map(|(name, _)| name.clone()).collect();
    let mut at = 0;
    for (name, _) in &theirs.units {
        match order.iter().position(|known| known == name) {
            Some(found) => at = found + 1,
            None => {
                order.insert(at, name.clone());
                at += 1;
            }
        }
    }
    order
}

struct Merge<'a> {
    marks: Marks<'a>,
    out: String,
    conflicts: Vec<String>,
}

/// Which of three texts holds; none where both sides changed it, each in its way.
fn choose<'t, T: PartialEq>(base: &'t T, ours: &'t T, theirs: &'t T) -> Option<&'t T> {
    if ours == theirs || theirs == base {
        Some(ours)
    } else if ours == base {
        Some(theirs)
    } else {
        None
    }
}

impl Merge<'_> {
    fn section(&mut self, what: &str, base: &Piece, ours: &Piece, theirs: &Piece) {
        match choose(&base.text, &ours.text, &theirs.text) {
            Some(text) => self.write(if ours.text.is_empty() { theirs.blank } else { ours.blank }, text),
            None => self.conflict(what.to_owned(), Some(ours), Some(theirs)),
        }
    }

    fn unit(&mut self, name: &Name, base: Option<&Unit>, ours: Option<&Unit>, theirs: Option<&Unit>) {
        let texts = [base, ours, theirs].map(|unit| unit.map(|unit| &unit.whole.text));
        if let Some(chosen) = choose(&texts[0], &texts[1], &texts[2]) {
            if let Some(text) = chosen {
                let place = ours.or(theirs).map_or(0, |unit| unit.whole.blank);
                self.write(place, text);
            }
            return;
        }
        if let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs)
            && let Some(text) = by_key(name, base, ours, theirs)
        {
            self.write(ours.whole.blank, &text);
            return;
        }
        self.conflict(format!("{} {}", name.0, name.1), ours.map(|unit| &unit.whole), theirs.map(|unit| &unit.whole));
    }

    fn write(&mut self, blank: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        self.out.push_str(&"\n".repeat(blank));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn conflict(&mut self, what: String, ours: Option<&Piece>, theirs: Option<&Piece>) {
        let Marks { size, ours: our_label, theirs: their_label } = self.marks;
        let blank = ours.or(theirs).map_or(0, |piece| piece.blank);
        let mark = |sign: &str, label: &str| {
            format!("{}{}{label}\n", sign.repeat(size), if label.is_empty() { "" } else { " " })
        };
        let text = |piece: Option<&Piece>| {
            piece.map(|piece| &piece.text).filter(|text| !text.is_empty()).map(|text| format!("{text}\n"))
        };
        self.out.push_str(&"\n".repeat(blank));
        self.out.push_str(&mark("<", our_label));
        self.out.push_str(&text(ours).unwrap_or_default());
        self.out.push_str(&mark("=", ""));
        self.out.push_str(&text(theirs).unwrap_or_default());
        self.out.push_str(&mark(">", their_label));
        self.conflicts.push(what);
    }
}

/// Puts two changed versions of a table together key by key; none where the same key was changed in two ways, or both
/// sides changed what it says in ways of their own.
fn by_key(name: &Name, base: &Unit, ours: &Unit, theirs: &Unit) -> Option<String> {
    let [(base_head, base_keys), (our_head, our_keys), (their_head, their_keys)] =
        [base.keys.as_ref()?, ours.keys.as_ref()?, theirs.keys.as_ref()?];
    let find = |keys: &'_ [(String, Piece)], key: &str| {
        keys.iter().find(|(known, _)| known == key).map(|(_, piece)| piece.text.clone())
    };
    let mut out = choose(&base_head.text, &our_head.text, &their_head.text)?.clone();
    let mut names: Vec<&str> = our_keys.iter().map(|(key, _)| key.as_str()).collect();
    for (at, (key, _)) in their_keys.iter().enumerate() {
        if !names.contains(&key.as_str()) {
            let before = their_keys[..at].iter().rev().find_map(|(key, _)| names.iter().position(|known| known == key));
            names.insert(before.map_or(0, |before| before + 1), key);
        }
    }
    let is_aside = |key: &str| RECORDS.contains(&name.0.as_str()) || ASIDE.contains(&key);
    let [base_says, ours_say, theirs_say] = [base_keys, our_keys, their_keys].map(|keys| {
        let said = keys.iter().filter(|(key, _)| !is_aside(key)).map(|(key, piece)| (key, &piece.text));
        said.collect::<BTreeMap<_, _>>()
    });
    // Two answers to one question, even where one of them holds all that is new in the other: somebody must choose.
    choose(&base_says, &ours_say, &theirs_say)?;
    for key in names {
        let [base, ours, theirs] = [base_keys, our_keys, their_keys].map(|keys| find(keys, key));
        if let Some(text) = choose(&base, &ours, &theirs)? {
            let blank =
                our_keys.iter().chain(their_keys).find(|(known, _)| known == key).map_or(0, |(_, piece)| piece.blank);
            out.push_str(&"\n".repeat(blank + 1));
            out.push_str(text);
        }
    }
    Some(out)
}
