//! From tree to plain values: reading the fields of a table, saying what does not fit and going on.
//!
//! Every decoder of the model is written with [`Fields`]: it asks for the keys it knows by the type it expects, so the
//! expected type decides what a YAML scalar means, and [`Fields::finish`] reports every key that nobody asked for.

use super::{Document, Entry, Fault, Kind, Node, ScalarKind, Span, Syntax, Table};
use jiff::civil::Date;
use std::cell::Cell;

/// The newest file format this program reads.
pub const FORMAT: i64 = 1;

/// The fields of one table.
pub struct Fields<'d> {
    /// The file they stand in.
    pub document: &'d Document,
    table: &'d Table,
    /// Where the table stands, for what is missing in it.
    pub place: Span,
    known: &'static [&'static str],
    /// A bit for each of the first entries that was asked for, and thereby known.
    asked: Cell<u64>,
}

/// What is found to be wrong while decoding.
pub type Faults = Vec<Fault>;

/// The bit of an entry, none for those that stand behind the first 64.
fn bit(entry: usize) -> u64 {
    u32::try_from(entry).ok().and_then(|entry| 1_u64.checked_shl(entry)).unwrap_or(0)
}

impl<'d> Fields<'d> {
    fn new(document: &'d Document, table: &'d Table, place: Span, known: &'static [&'static str]) -> Self {
        Self { document, table, place, known, asked: Cell::new(0) }
    }

    /// The fields of the document's root.
    pub fn root(document: &'d Document, known: &'static [&'static str]) -> Option<Self> {
        Some(Self::new(document, document.root.table()?, Span::default(), known))
    }

    /// The fields of the table under an entry; a YAML null is an empty table, anything else is a fault.
    pub fn of_entry(
        document: &'d Document,
        entry: &'d Entry,
        known: &'static [&'static str],
        faults: &mut Faults,
    ) -> Option<Self> {
        let place = entry.node.place(entry.key.span);
        match &entry.node.kind {
            Kind::Table(table) => Some(Self::new(document, table, place, known)),
            Kind::Scalar(scalar) if scalar.kind == ScalarKind::Null => None,
            _ => {
                faults.push(wrong_type(document, &entry.node, document.key_of(entry), "a table of keys and values"));
                None
            }
        }
    }

    /// The fields of an element of a list.
    pub fn of_element(
        document: &'d Document,
        node: &'d Node,
        what: &str,
        known: &'static [&'static str],
        faults: &mut Faults,
    ) -> Option<Self> {
        if let Some(table) = node.table() {
            return Some(Self::new(document, table, node.span, known));
        }
        faults.push(wrong_type(document, node, what, "a table of keys and values"));
        None
    }

    /// Reports keys that nobody knows, each with the nearest known one.
    pub fn finish(self, faults: &mut Faults) {
        for (at, entry) in self.table.entries.iter().enumerate() {
            if self.asked.get() & bit(at) == 0 && !self.known.contains(&self.document.key_of(entry)) {
                faults.push(unknown_key(self.document, entry, self.known));
            }
        }
    }

    /// The entry with this key, which must be among the known ones.
    pub fn entry(&self, key: &str) -> Option<&'d Entry> {
        debug_assert!(self.known.contains(&key), "`{key}` is read but not among the known keys");
        let behind_last = u64::BITS - self.asked.get().leading_zeros();
        let from = self.table.entries.len().min(behind_last as usize);
        let at = self.table.find_index_from(from, key, &self.document.text)?;
        self.asked.set(self.asked.get() | bit(at));
        Some(&self.table.entries[at])
    }

    /// Whether the key is there, whatever stands under it.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// A text. In YAML every plain scalar is one, `2024` and `yes` too; a null is an empty text.
    pub fn text(&self, key: &str, faults: &mut Faults) -> Option<String> {
        let entry = self.entry(key)?;
        text_of(self.document, &entry.node, key, faults)
    }

    /// True or false, written as such.
    pub fn flag(&self, key: &str, faults: &mut Faults) -> Option<bool> {
        let entry = self.entry(key)?;
        flag_of(self.document, &entry.node, key, faults)
    }

    /// A whole number, not negative.
    pub fn count(&self, key: &str, faults: &mut Faults) -> Option<u32> {
        let entry = self.entry(key)?;
        let scalar =
            entry.node.scalar().filter(|scalar| matches!(scalar.kind, ScalarKind::Integer | ScalarKind::Plain));
        let number = scalar.and_then(|scalar| self.document.text_of(&scalar.text).replace('_', "").parse().ok());
        if number.is_none() {
            faults.push(wrong_type(self.document, &entry.node, key, "a whole number, without quotes"));
        }
        number
    }

    /// A share between 0 and 1 as a number of ten-thousandths, so that no float decides anything.
    pub fn share(&self, key: &str, faults: &mut Faults) -> Option<u32> {
        let entry = self.entry(key)?;
        let raw = entry
            .node
            .scalar()
            .filter(|scalar| matches!(scalar.kind, ScalarKind::Float | ScalarKind::Integer | ScalarKind::Plain))
            .map(|scalar| self.document.text_of(&scalar.text));
        let parsed = raw.and_then(|raw| {
            let (whole, decimals) = raw.split_once('.').unwrap_or((raw, ""));
            let padded = format!("{decimals:0<4}");
            (padded.len() == 4).then_some(())?;
            Some(whole.parse::<u32>().ok()?.checked_mul(10_000)? + padded.parse::<u32>().ok()?)
                .filter(|share| *share <= 10_000)
        });
        if parsed.is_none() {
            faults.push(wrong_type(self.document, &entry.node, key, "a share between 0 and 1 such as 0.95"));
        }
        parsed
    }

    /// A day of the calendar; in YAML with or without quotation marks.
    pub fn date(&self, key: &str, faults: &mut Faults) -> Option<Date> {
        let entry = self.entry(key)?;
        date_of(self.document, &entry.node, key, faults)
    }

    /// One of some words.
    pub fn word(&self, key: &str, words: &[&'static str], faults: &mut Faults) -> Option<&'static str> {
        let entry = self.entry(key)?;
        let text = text_of(self.document, &entry.node, key, faults)?;
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let mut fault = Fault::new(
                "wrong-type",
                entry.node.place(entry.key.span),
                format!("`{key}` is {}, not \"{}\"", one_of(words), shorten(&text)),
            );
            if let Some(near) = nearest(&text, words) {
                fault = fault.help(format!("did you mean \"{near}\"?"));
            }
            faults.push(fault);
        }
        found
    }

    /// The fields of the table under a key.
    pub fn fields(&self, key: &str, known: &'static [&'static str], faults: &mut Faults) -> Option<Self> {
        Self::of_entry(self.document, self.entry(key)?, known, faults)
    }

    /// The entries of the table under a key, for tables whose keys are data.
    pub fn entries(&self, key: &str, faults: &mut Faults) -> &'d [Entry] {
        let Some(entry) = self.entry(key) else { return &[] };
        match &entry.node.kind {
            Kind::Table(table) => &table.entries,
            Kind::Scalar(scalar) if scalar.kind == ScalarKind::Null => &[],
            _ => {
                faults.push(wrong_type(self.document, &entry.node, key, "a table of keys and values"));
                &[]
            }
        }
    }

    /// The elements of the list under a key.
    pub fn list(&self, key: &str, faults: &mut Faults) -> &'d [Node] {
        let Some(entry) = self.entry(key) else { return &[] };
        match &entry.node.kind {
            Kind::List(nodes) => nodes,
            Kind::Scalar(scalar) if scalar.kind == ScalarKind::Null => &[],
            _ => {
                faults.push(wrong_type(self.document, &entry.node, key, "a list, in square brackets"));
                &[]
            }
        }
    }

    /// The texts of the list under a key.
    pub fn texts(&self, key: &str, faults: &mut Faults) -> Vec<String> {
        self.list(key, faults).iter().filter_map(|node| text_of(self.document, node, key, faults)).collect()
    }

    /// Reports that a key is missing from this table.
    pub fn missing(&self, key: &str, help: &str, faults: &mut Faults) {
        faults.push(Fault::new("missing-key", self.place, format!("`{key}` is missing here")).help(help));
    }
}

/// Whether the file is of a format this program reads; otherwise nothing more of it is judged.
pub fn check_format(fields: &Fields<'_>, faults: &mut Faults) -> bool {
    let Some(entry) = fields.entry("format") else { return true };
    let number = entry
        .node
        .scalar()
        .filter(|scalar| matches!(scalar.kind, ScalarKind::Integer | ScalarKind::Plain))
        .and_then(|scalar| fields.document.text_of(&scalar.text).parse::<i64>().ok());
    match number {
        Some(1..=FORMAT) => true,
        Some(newer) if newer > FORMAT => {
            faults.push(
                Fault::new(
                    "newer-format",
                    entry.node.span,
                    format!("this file has format {newer}; this dspt reads formats up to {FORMAT}"),
                )
                .help(format!("a dspt newer than {} reads it", env!("CARGO_PKG_VERSION"))),
            );
            false
        }
        _ => {
            faults.push(wrong_type(fields.document, &entry.node, "format", "a whole number from 1"));
            false
        }
    }
}

/// A text; `what` names it in the finding if it is none.
pub fn text_of(document: &Document, node: &Node, what: &str, faults: &mut Faults) -> Option<String> {
    match node.scalar() {
        Some(scalar) if scalar.kind == ScalarKind::Null => Some(String::new()),
        Some(scalar) if matches!(scalar.kind, ScalarKind::String | ScalarKind::Plain) => {
            Some(document.text_of(&scalar.text).to_owned())
        }
        _ => {
            let mut fault = wrong_type(document, node, what, "a text in quotation marks");
            if let (Some(_), Syntax::Toml) = (node.scalar(), document.syntax) {
                fault = fault.fix(
                    "put it in quotation marks",
                    node.span,
                    format!("\"{}\"", &document.text[node.span.range()]),
                );
            }
            faults.push(fault);
            None
        }
    }
}

/// True or false; `what` names it in the finding if it is neither.
pub fn flag_of(document: &Document, node: &Node, what: &str, faults: &mut Faults) -> Option<bool> {
    let scalar = node.scalar().filter(|scalar| matches!(scalar.kind, ScalarKind::Boolean | ScalarKind::Plain));
    let flag = scalar.and_then(|scalar| match document.text_of(&scalar.text) {
        "true" => Some(true),
        "false" => Some(false),
        "True" | "TRUE" if scalar.kind == ScalarKind::Plain => Some(true),
        "False" | "FALSE" if scalar.kind == ScalarKind::Plain => Some(false),
        _ => None,
    });
    if flag.is_none() {
        let mut fault = wrong_type(document, node, what, "true or false, without quotes");
        let raw = node.scalar().map(|scalar| document.text_of(&scalar.text).to_ascii_lowercase());
        let meant = match raw.as_deref() {
            Some("true" | "yes" | "y" | "on") => Some("true"),
            Some("false" | "no" | "n" | "off") => Some("false"),
            _ => None,
        };
        if let Some(meant) = meant {
            fault = fault.fix(format!("write {meant}"), node.span, meant);
        }
        faults.push(fault);
    }
    flag
}

/// A day of the calendar; `what` names it in the finding if it is none.
pub fn date_of(document: &Document, node: &Node, what: &str, faults: &mut Faults) -> Option<Date> {
    let scalar = node.scalar();
    let written = scalar.map(|scalar| document.text_of(&scalar.text));
    let well_typed = scalar.is_some_and(|scalar| match document.syntax {
        Syntax::Toml => scalar.kind == ScalarKind::DateTime,
        Syntax::Yaml => matches!(scalar.kind, ScalarKind::Plain | ScalarKind::String),
    });
    let date = written.and_then(day);
    if let (true, Some(date)) = (well_typed, date) {
        return Some(date);
    }
    let mut fault = wrong_type(document, node, what, "a date such as 2026-02-01, without quotes");
    if let Some(date) = date {
        fault = fault.fix("take the quotation marks away", node.span, date.to_string());
    }
    faults.push(fault);
    None
}

/// A day as `2026-02-01`.
fn day(text: &str) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        let add = |sum: i16, digit: &u8| digit.is_ascii_digit().then(|| sum * 10 + i16::from(digit - b'0'));
        digits.iter().try_fold(0, add)
    };
    let narrow = |number: i16| i8::try_from(number).ok();
    let (month, day) = (number(&[m1, m2]).and_then(narrow)?, number(&[d1, d2]).and_then(narrow)?);
    Date::new(number(&[y1, y2, y3, y4])?, month, day).ok()
}

/// The finding that something else was expected than what stands there.
pub fn wrong_type(document: &Document, node: &Node, what: &str, expected: &str) -> Fault {
    let found = match &node.kind {
        Kind::Table(_) => "a table".to_owned(),
        Kind::List(_) => "a list".to_owned(),
        Kind::Scalar(scalar) => {
            let text = shorten(document.text_of(&scalar.text));
            match scalar.kind {
                ScalarKind::String => format!("the text \"{text}\""),
                ScalarKind::Null => "nothing".to_owned(),
                ScalarKind::DateTime => format!("the date or time {text}"),
                ScalarKind::Integer | ScalarKind::Float => format!("the number {text}"),
                ScalarKind::Boolean | ScalarKind::Plain => format!("`{text}`"),
            }
        }
    };
    Fault::new("wrong-type", node.span, format!("`{what}` is {found}")).help(format!("write {expected}"))
}

fn unknown_key(document: &Document, entry: &Entry, known: &[&'static str]) -> Fault {
    let key = document.key_of(entry);
    let fault = Fault::new("unknown-key", entry.key.span, format!("`{}` is no key of this table", shorten(key)));
    match nearest(key, known) {
        Some(near) => {
            fault.help(format!("did you mean `{near}`?")).fix(format!("call it `{near}`"), entry.key.span, near)
        }
        None => fault.help(format!("known here: {}", known.join(", "))),
    }
}

/// The candidate most like a word, if any is alike at all.
pub fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    if word.len() > 64 {
        return None;
    }
    let lowered = word.to_lowercase();
    let length = lowered.chars().count();
    let limit = 1 + length / 4;
    let begins = |candidate: &str| lowered.len() >= 3 && candidate.starts_with(&lowered);
    candidates
        .iter()
        // Words of very different lengths are never alike, and need no looking at letter by letter.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit || begins(candidate))
        .map(|candidate| (distance(&lowered, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= limit || begins(candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped, changed or swapped with their neighbour to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

fn one_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("\"{}\" or \"{last}\"", before.join("\", \"")),
        _ => format!("\"{}\"", words.concat()),
    }
}

/// A text cut to a length that fits into a message.
pub fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() > 40 || line.len() < text.trim_end().len() {
        format!("{}…", line.chars().take(39).collect::<String>().trim_end())
    } else {
        line.to_owned()
    }
}
