//! Editing in place: bytes are spliced at spans, the result is read again and compared.
//!
//! One way for TOML and YAML. What an edit does not touch stays identical to the byte: comments, blank lines, order,
//! quoting, line ends, a byte order mark. After the splice the text is parsed anew and must hold exactly the old
//! content with the change applied; otherwise nothing is given back and the caller keeps the old bytes.

use super::{Document, Kind, Node, Pointer, ScalarKind, Span, Step, Syntax, TableForm};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml_writer::ToTomlValue as _;

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Text(String),
    Flag(bool),
    Number(i64),
    Date(Date),
    /// A table on one line, such as a count or an evidence entry.
    Table(Vec<(&'static str, Literal)>),
    /// A list with one table or text a line.
    List(Vec<Literal>),
}

/// One change to a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Writes the value under the pointer, whose last step is a key; tables on the way are made where they are missing.
    Set(Pointer, Literal),
    /// Takes the key and its value away, with its line; no change where it is not there.
    Remove(Pointer),
}

/// Why a file was left as it was.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    #[error("the file has errors (line {line}): mend them first, `dspt lint` shows them")]
    Damaged { line: u32 },
    #[error("`{0}` cannot be written here without moving other text; change it by hand")]
    NoPlace(String),
    #[error("writing `{0}` would have changed something else as well, so nothing was written; change it by hand")]
    WouldDisturb(String),
}

/// Replaces ranges of text; ranges may not overlap. The byte order mark is put back.
pub fn splice(document: &Document, replacements: &[(Span, String)]) -> Vec<u8> {
    let mut sorted: Vec<_> = replacements.iter().collect();
    sorted.sort_by_key(|(span, _)| *span);
    let mut out = Vec::with_capacity(document.text.len() + 64);
    if document.byte_order_mark {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut at = 0;
    for (span, text) in sorted {
        out.extend_from_slice(&document.text.as_bytes()[at..span.start as usize]);
        out.extend_from_slice(text.as_bytes());
        at = span.end as usize;
    }
    out.extend_from_slice(&document.text.as_bytes()[at..]);
    out
}

/// Applies changes one after the other; gives the new bytes of the file.
pub fn apply(document: &Document, changes: &[Change]) -> Result<Vec<u8>, EditError> {
    if let Some(fault) = document.faults.iter().find(|fault| document.damaged && fault.rule != "toml-1-1-only") {
        return Err(EditError::Damaged { line: document.position(fault.span.start).line });
    }
    let mut bytes = splice(document, &[]);
    for change in changes {
        let current = Document::read(bytes, document.syntax);
        bytes = apply_one(&current, change)?;
    }
    Ok(bytes)
}

fn apply_one(document: &Document, change: &Change) -> Result<Vec<u8>, EditError> {
    let (pointer, replacement) = match change {
        Change::Set(pointer, literal) => (pointer, set(document, pointer, literal)),
        Change::Remove(pointer) => match remove(document, pointer) {
            Removal::Nothing => return Ok(splice(document, &[])),
            Removal::Found(span, text) => (pointer, Some((span, text))),
            Removal::Impossible => (pointer, None),
        },
    };
    let replacement = replacement.ok_or_else(|| EditError::NoPlace(pointer.to_string()))?;
    let bytes = splice(document, &[replacement]);
    let mut intended = Content::of(document, &document.root);
    match change {
        Change::Set(pointer, literal) => intended.set(pointer.steps(), Content::of_literal(literal)),
        Change::Remove(pointer) => intended.remove(pointer.steps()),
    }
    let read = Document::read(bytes.clone(), document.syntax);
    let clean = !read.damaged && read.faults.len() <= document.faults.len();
    if clean && Content::of(&read, &read.root).pruned() == intended.pruned() {
        Ok(bytes)
    } else {
        Err(EditError::WouldDisturb(pointer.to_string()))
    }
}

/// What a tree says, without places, order or notation: the yardstick of an edit.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Table(BTreeMap<String, Content>),
    List(Vec<Content>),
    Text(String),
    Null,
}

impl Content {
    fn of(document: &Document, node: &Node) -> Self {
        match &node.kind {
            Kind::Table(table) => Self::Table(
                table
                    .entries
                    .iter()
                    .map(|entry| (document.key_of(entry).to_owned(), Self::of(document, &entry.node)))
                    .collect(),
            ),
            Kind::List(nodes) => Self::List(nodes.iter().map(|node| Self::of(document, node)).collect()),
            Kind::Scalar(scalar) if scalar.kind == ScalarKind::Null => Self::Null,
            Kind::Scalar(scalar) => Self::Text(document.text_of(&scalar.text).to_owned()),
        }
    }

    fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::Text(text.replace("\r\n", "\n")),
            Literal::Flag(flag) => Self::Text(flag.to_string()),
            Literal::Number(number) => Self::Text(number.to_string()),
            Literal::Date(date) => Self::Text(date.to_string()),
            Literal::Table(entries) => {
                Self::Table(entries.iter().map(|(key, value)| ((*key).to_owned(), Self::of_literal(value))).collect())
            }
            Literal::List(values) => Self::List(values.iter().map(Self::of_literal).collect()),
        }
    }

    fn set(&mut self, steps: &[Step], value: Self) {
        let Some((step, rest)) = steps.split_first() else {
            *self = value;
            return;
        };
        match (step, &mut *self) {
            (Step::Key(key), Self::Table(entries)) => {
                entries.entry(key.to_string()).or_insert(Self::Null).set(rest, value)
            }
            (Step::Index(index), Self::List(values)) => {
                if let Some(found) = values.get_mut(*index) {
                    found.set(rest, value);
                }
            }
            (Step::Key(key), _) => {
                let mut inner = Self::Null;
                inner.set(rest, value);
                *self = Self::Table(BTreeMap::from([(key.to_string(), inner)]));
            }
            (Step::Index(_), _) => {}
        }
    }

    fn remove(&mut self, steps: &[Step]) {
        match (steps, self) {
            ([Step::Key(key)], Self::Table(entries)) => {
                entries.remove(key.as_ref());
            }
            ([Step::Key(key), rest @ ..], Self::Table(entries)) => {
                if let Some(inner) = entries.get_mut(key.as_ref()) {
                    inner.remove(rest);
                }
            }
            ([Step::Index(index), rest @ ..], Self::List(values)) => {
                if let Some(inner) = values.get_mut(*index) {
                    inner.remove(rest);
                }
            }
            _ => {}
        }
    }

    /// An empty table and a YAML null say the same.
    fn pruned(self) -> Self {
        match self {
            Self::Table(entries) if entries.is_empty() => Self::Null,
            Self::Table(entries) => {
                Self::Table(entries.into_iter().map(|(key, value)| (key, value.pruned())).collect())
            }
            Self::List(values) => Self::List(values.into_iter().map(Self::pruned).collect()),
            other => other,
        }
    }
}

fn line_end(document: &Document) -> &'static str {
    if document.text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn set(document: &Document, pointer: &Pointer, literal: &Literal) -> Option<(Span, String)> {
    if let Some(node) = document.node(pointer) {
        return replace(document, pointer, node, literal);
    }
    // The deepest table that is there, and the keys still to be made below it.
    let steps = pointer.steps();
    let mut depth = steps.len() - 1;
    let (holder, rest) = loop {
        let parent = Pointer::from_steps(&steps[..depth]);
        match document.node(&parent) {
            Some(node) => break ((parent, node), &steps[depth..]),
            None => depth = depth.checked_sub(1)?,
        }
    };
    let keys: Option<Vec<&str>> =
        rest.iter().map(|step| if let Step::Key(key) = step { Some(key.as_ref()) } else { None }).collect();
    let keys = keys?;
    match document.syntax {
        Syntax::Toml => insert_toml(document, &holder.0, holder.1, &keys, literal),
        Syntax::Yaml => insert_yaml(document, &holder.0, holder.1, &keys, literal),
    }
}

fn replace(document: &Document, pointer: &Pointer, node: &Node, literal: &Literal) -> Option<(Span, String)> {
    match (document.syntax, &node.kind) {
        (Syntax::Toml, Kind::Table(table)) if table.form != TableForm::Inline => None,
        (Syntax::Toml, _) => Some((node.span, toml_value(literal, &node_indent(document, node), line_end(document)))),
        (Syntax::Yaml, _) => {
            let key_span = document.key_span(pointer);
            let indent = column_of(document, key_span.start as usize);
            let raw = &document.text[node.span.range()];
            if node.span.start == node.span.end
                || node.place(key_span) == key_span
                    && matches!(&node.kind, Kind::Scalar(scalar) if scalar.kind == ScalarKind::Null)
            {
                let after = if raw.is_empty() { key_colon_end(document, key_span)? } else { node.span.end as usize };
                let from = if raw.is_empty() { after } else { node.span.start as usize };
                let lead = if raw.is_empty() { " " } else { "" };
                return Some((Span::new(from, after), format!("{lead}{}", yaml_inline(literal))));
            }
            let block = matches!(&node.kind, Kind::Table(table) if table.form == TableForm::Block)
                || (matches!(node.kind, Kind::List(_)) && !raw.starts_with('['));
            if block {
                // A block collection ends with its last line's content.
                let from = key_colon_end(document, key_span)?;
                return Some((
                    Span::new(from, node.span.end as usize),
                    yaml_after_key(literal, indent, line_end(document)),
                ));
            }
            if raw.starts_with(['|', '>']) {
                return Some((node.span, yaml_block_aware(literal, indent, line_end(document))));
            }
            Some((node.span, yaml_styled(literal, raw)))
        }
    }
}

enum Removal {
    Nothing,
    Found(Span, String),
    Impossible,
}

fn remove(document: &Document, pointer: &Pointer) -> Removal {
    let Some(node) = document.node(pointer) else { return Removal::Nothing };
    let Some((Step::Key(key), parent)) = pointer.split_last() else { return Removal::Impossible };
    let Some(Kind::Table(table)) = document.node(&parent).map(|node| &node.kind) else { return Removal::Impossible };
    let Some(at) = table.find_index(key, &document.text) else { return Removal::Impossible };
    let entry = &table.entries[at];
    if matches!(&node.kind, Kind::Table(table) if matches!(table.form, TableForm::Header | TableForm::Implied | TableForm::Dotted))
    {
        return Removal::Impossible;
    }
    if table.form == TableForm::Inline {
        let inner_end = document.node(&parent).map_or(0, |node| node.span.end as usize - 1);
        let (from, to) = match (at.checked_sub(1).map(|before| &table.entries[before]), table.entries.get(at + 1)) {
            (_, Some(after)) => (entry.key.span.start as usize, after.key.span.start as usize),
            (Some(before), None) => (before.node.span.end as usize, node.span.end as usize),
            (None, None) => (document.node(&parent).map_or(0, |node| node.span.start as usize + 1), inner_end),
        };
        return Removal::Found(Span::new(from, to), String::new());
    }
    let text = &document.text;
    let line_start = text[..entry.key.span.start as usize].rfind('\n').map_or(0, |n| n + 1);
    let value_end = (node.span.end.max(entry.key.span.end)) as usize;
    let line_stop = text[value_end..].find('\n').map_or(text.len(), |n| value_end + n + 1);
    let tail = text[value_end..line_stop].trim();
    let lead = &text[line_start..entry.key.span.start as usize];
    if !lead.trim().is_empty() || !(tail.is_empty() || tail.starts_with('#') || tail == ":") {
        return Removal::Impossible;
    }
    // The last entry of a YAML mapping leaves its key with nothing below it, which says the same as an empty table.
    Removal::Found(Span::new(line_start, line_stop), String::new())
}

fn insert_toml(
    document: &Document,
    parent: &Pointer,
    holder: &Node,
    keys: &[&str],
    literal: &Literal,
) -> Option<(Span, String)> {
    let end = line_end(document);
    let table = holder.table()?;
    let dotted = keys.iter().map(|key| toml_key(key)).collect::<Vec<_>>().join(".");
    if table.form == TableForm::Inline {
        let value = toml_value(literal, "", end);
        return Some(match table.entries.last() {
            Some(last) => {
                (Span::new(last.node.span.end as usize, last.node.span.end as usize), format!(", {dotted} = {value}"))
            }
            None => (holder.span, format!("{{ {dotted} = {value} }}")),
        });
    }
    let simple: Vec<&super::Entry> = table.entries.iter().filter(|entry| is_on_own_line(entry)).collect();
    if keys.len() == 1 || table.form == TableForm::Dotted {
        let value = toml_value(literal, "", end);
        // Behind the last entry of the table itself, before any table below it.
        let (at, prefix) = if let Some(last) = simple.last() {
            (end_of_line(document, last_end(last)), String::new())
        } else {
            match table.form {
                TableForm::Header => (end_of_line(document, holder.span.end as usize), String::new()),
                TableForm::Root => (0, String::new()),
                // A table that only headers below it imply gets a header of its own, behind everything.
                _ => {
                    let header = parent
                        .steps()
                        .iter()
                        .map(|step| if let Step::Key(key) = step { toml_key(key) } else { String::new() })
                        .collect::<Vec<_>>()
                        .join(".");
                    let (at, gap) = end_of_text(document);
                    return Some((Span::new(at, at), format!("{gap}{end}[{header}]{end}{dotted} = {value}{end}")));
                }
            }
        };
        let full = match (table.form, simple.last()) {
            (TableForm::Dotted, Some(last)) => {
                // Dotted keys repeat the whole path that the author wrote.
                let line_start = document.text[..last.key.span.start as usize].rfind('\n').map_or(0, |n| n + 1);
                format!("{}{dotted}", &document.text[line_start..last.key.span.start as usize])
            }
            _ => dotted,
        };
        let broken = if at > 0 && !document.text[..at].ends_with('\n') { end } else { "" };
        return Some((Span::new(at, at), format!("{prefix}{broken}{full} = {value}{end}")));
    }
    // A new table of its own, behind the last text of the file or behind the tables of the same parent.
    let header: Vec<String> = parent
        .steps()
        .iter()
        .map(|step| if let Step::Key(key) = step { toml_key(key) } else { String::new() })
        .chain(keys[..keys.len() - 1].iter().map(|key| toml_key(key)))
        .collect();
    let value = toml_value(literal, "", end);
    let (at, gap) = end_of_text(document);
    Some((
        Span::new(at, at),
        format!("{gap}{end}[{}]{end}{} = {value}{end}", header.join("."), toml_key(keys[keys.len() - 1])),
    ))
}

fn is_on_own_line(entry: &super::Entry) -> bool {
    match &entry.node.kind {
        Kind::Table(table) => matches!(table.form, TableForm::Inline | TableForm::Dotted),
        Kind::List(nodes) => {
            !nodes.iter().any(|node| node.table().is_some_and(|table| table.form == TableForm::Header))
        }
        Kind::Scalar(_) => true,
    }
}

fn last_end(entry: &super::Entry) -> usize {
    match &entry.node.kind {
        Kind::Table(table) if table.form == TableForm::Dotted => {
            table.entries.iter().map(last_end).max().unwrap_or(entry.key.span.end as usize)
        }
        _ => entry.node.span.end as usize,
    }
}

fn end_of_line(document: &Document, at: usize) -> usize {
    document.text[at..].find('\n').map_or(document.text.len(), |n| at + n + 1)
}

fn end_of_text(document: &Document) -> (usize, &'static str) {
    let at = document.text.len();
    (at, if document.text.is_empty() || document.text.ends_with('\n') { "" } else { line_end(document) })
}

fn insert_yaml(
    document: &Document,
    parent: &Pointer,
    holder: &Node,
    keys: &[&str],
    literal: &Literal,
) -> Option<(Span, String)> {
    let end = line_end(document);
    let nest = |indent: usize, keys: &[&str]| {
        let mut out = String::new();
        for (depth, key) in keys.iter().enumerate() {
            out.push_str(&" ".repeat(indent + 2 * depth));
            out.push_str(&yaml_key(key));
            out.push(':');
            if depth + 1 < keys.len() {
                out.push_str(end);
            }
        }
        out.push_str(&yaml_after_key(literal, indent + 2 * (keys.len() - 1), end));
        out.push_str(end);
        out
    };
    let key_span = document.key_span(parent);
    match &holder.kind {
        Kind::Table(table) if table.form == TableForm::Inline && table.entries.is_empty() => {
            // `{}` under a key becomes a block below it.
            let from = key_colon_end(document, key_span)?;
            let indent = column_of(document, key_span.start as usize) + 2;
            let body = nest(indent, keys);
            Some((
                Span::new(from, holder.span.end as usize),
                format!("{end}{}", body.strip_suffix(end).unwrap_or(&body)),
            ))
        }
        Kind::Table(table) if table.form == TableForm::Inline => {
            let [key] = keys else { return None };
            let last = table.entries.last()?;
            let at = last.node.span.end.max(last.key.span.end) as usize;
            Some((Span::new(at, at), format!(", {}: {}", yaml_key(key), yaml_inline(literal))))
        }
        Kind::Table(table) if table.entries.is_empty() => {
            let (at, gap) = end_of_text(document);
            Some((Span::new(at, at), format!("{gap}{}", nest(0, keys))))
        }
        Kind::Table(table) => {
            let first = table.entries.first()?;
            let indent = column_of(document, first.key.span.start as usize);
            let last = table.entries.last()?;
            let after = end_of_line(document, deepest_end(last));
            let broken = if document.text[..after].ends_with('\n') { "" } else { end };
            Some((Span::new(after, after), format!("{broken}{}", nest(indent, keys))))
        }
        Kind::Scalar(scalar) if scalar.kind == ScalarKind::Null => {
            let indent = column_of(document, key_span.start as usize) + 2;
            let colon = key_colon_end(document, key_span)?;
            let raw = &document.text[holder.span.range()];
            if raw.is_empty() {
                let at = end_of_line(document, colon);
                let broken = if document.text[..at].ends_with('\n') { "" } else { end };
                Some((Span::new(at, at), format!("{broken}{}", nest(indent, keys))))
            } else {
                let body = nest(indent, keys);
                Some((
                    Span::new(colon, holder.span.end as usize),
                    format!("{end}{}", body.strip_suffix(end).unwrap_or(&body)),
                ))
            }
        }
        _ => None,
    }
}

fn deepest_end(entry: &super::Entry) -> usize {
    let own = entry.node.span.end.max(entry.key.span.end) as usize;
    match &entry.node.kind {
        Kind::Table(table) => table.entries.iter().map(deepest_end).max().unwrap_or(own).max(own),
        _ => own,
    }
}

fn key_colon_end(document: &Document, key: Span) -> Option<usize> {
    let from = key.end as usize;
    document.text[from..].find(':').map(|n| from + n + 1)
}

fn column_of(document: &Document, at: usize) -> usize {
    let line_start = document.text[..at].rfind('\n').map_or(0, |n| n + 1);
    at - line_start
}

fn node_indent(document: &Document, node: &Node) -> String {
    let line_start = document.text[..node.span.start as usize].rfind('\n').map_or(0, |n| n + 1);
    document.text[line_start..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// A TOML key, quoted where it must be.
pub fn toml_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare {
        key.to_owned()
    } else {
        toml_writer::ToTomlKey::to_toml_key(&toml_writer::TomlKeyBuilder::new(key).as_basic())
    }
}

/// A TOML string, over several lines where the text has several.
pub fn toml_string(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let builder = toml_writer::TomlStringBuilder::new(&text);
    if text.contains('\n') && !text.starts_with('\n') {
        builder.as_ml_basic().to_toml_value()
    } else {
        builder.as_basic().to_toml_value()
    }
}

fn toml_value(literal: &Literal, indent: &str, end: &str) -> String {
    match literal {
        Literal::Text(text) => toml_string(text).replace('\n', end),
        Literal::Flag(flag) => flag.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Date(date) => date.to_string(),
        Literal::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Literal::Table(entries) => {
            let inner: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{} = {}", toml_key(key), toml_value(value, indent, end)))
                .collect();
            format!("{{ {} }}", inner.join(", "))
        }
        Literal::List(values) if values.is_empty() => "[]".to_owned(),
        Literal::List(values) => {
            let lines: Vec<String> =
                values.iter().map(|value| format!("{indent}  {},{end}", toml_value(value, indent, end))).collect();
            format!("[{end}{}{indent}]", lines.concat())
        }
    }
}

fn yaml_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04X}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn yaml_key(key: &str) -> String {
    let plain = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !matches!(key, "null" | "Null" | "NULL") { key.to_owned() } else { yaml_quoted(key) }
}

fn yaml_inline(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => yaml_quoted(&text.replace("\r\n", "\n")),
        Literal::Flag(flag) => flag.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Date(date) => date.to_string(),
        Literal::Table(entries) => {
            let inner: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", yaml_key(key), yaml_inline(value))).collect();
            format!("{{{}}}", inner.join(", "))
        }
        Literal::List(values) => format!("[{}]", values.iter().map(yaml_inline).collect::<Vec<_>>().join(", ")),
    }
}

fn yaml_styled(literal: &Literal, _raw: &str) -> String {
    yaml_inline(literal)
}

fn yaml_block_aware(literal: &Literal, _indent: usize, _end: &str) -> String {
    yaml_inline(literal)
}

fn yaml_after_key(literal: &Literal, indent: usize, end: &str) -> String {
    match literal {
        Literal::List(values) if !values.is_empty() => {
            values.iter().map(|value| format!("{end}{}- {}", " ".repeat(indent + 2), yaml_inline(value))).collect()
        }
        other => format!(" {}", yaml_inline(other)),
    }
}
