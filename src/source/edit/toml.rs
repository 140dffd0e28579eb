//! Where a step goes in a TOML text, and how values are written there. Only what TOML 1.0 knows is written.

use super::place::{self, Stop};
use super::{Document, Kind, Literal, Node, Pointer, Span, Splices, Step};
use crate::source::{ScalarKind, Step as At, Table, TableForm, with_lf};
use std::cmp::Ordering;
use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlKeyBuilder, TomlStringBuilder};

/// Lists of texts up to this length stay on one line.
const LINE: usize = 80;

pub(super) fn splices(document: &Document, step: &Step) -> Splices {
    match step {
        Step::Set(pointer, literal) => set(document, pointer, literal),
        Step::Remove(pointer) => remove(document, pointer),
        Step::Insert(pointer, at, literal) => insert_element(document, pointer, *at, literal),
    }
}

fn set(document: &Document, pointer: &Pointer, literal: &Literal) -> Splices {
    let steps = pointer.steps();
    let trail = place::trail(document, steps);
    let known = trail.len() - 1;
    let stop = *trail.last()?;
    if known == steps.len() {
        return replace(document, stop, literal);
    }
    match (&steps[known], &stop.node.kind) {
        (At::Key(_), Kind::Table(table)) => {
            insert_key(document, &trail, table, &steps[..known], &steps[known..], literal)
        }
        (At::Index(at), Kind::List(nodes)) if *at == nodes.len() => {
            let rest = &steps[known + 1..];
            if nodes.last().is_some_and(is_header_table) {
                let from = place::next_line(&document.text, place::last_end(stop));
                return Some(vec![block(document, from, "[[", &header(&steps[..known])?, rest, literal)?]);
            }
            let element =
                if rest.is_empty() { value(literal) } else { format!("{{ {} = {} }}", dotted(rest)?, value(literal)) };
            add_element(document, stop, nodes, nodes.len(), &element)
        }
        _ => None,
    }
}

/// Whether a node is a table under a header of its own.
fn is_header_table(node: &Node) -> bool {
    node.table().is_some_and(|table| table.form == TableForm::Header)
}

/// Whether a place is between brackets, where lines mean nothing.
fn in_brackets(trail: &[Stop<'_>]) -> bool {
    trail.iter().any(|stop| match &stop.node.kind {
        Kind::Table(table) => table.form == TableForm::Inline,
        Kind::List(nodes) => !nodes.last().is_some_and(is_header_table),
        Kind::Scalar(_) => false,
    })
}

fn replace(document: &Document, stop: Stop<'_>, literal: &Literal) -> Splices {
    let node = stop.node;
    match &node.kind {
        Kind::Table(table) if table.form != TableForm::Inline => return None,
        Kind::List(nodes) if nodes.last().is_some_and(is_header_table) => return None,
        _ if place::has_comment(document, node, node.span) => return None,
        _ => {}
    }
    let old = &document.text[node.span.range()];
    let new = match (literal, node.scalar()) {
        (Literal::Text(text), Some(scalar)) if scalar.kind == ScalarKind::String => in_style(document, text, old),
        (Literal::Text(text), _) if stop.key.is_some() => with_breaks(document, &toml_string(text)),
        _ => value_on_line(document, literal, node.span.start as usize),
    };
    Some(vec![(node.span, new)])
}

/// A text in the quotation marks of the one it replaces, where they can hold it.
fn in_style(document: &Document, text: &str, old: &str) -> String {
    let text = with_lf(text);
    let builder = TomlStringBuilder::new(&text);
    let literal = if old.starts_with("'''") {
        builder.as_ml_literal().filter(|_| !text.ends_with('\''))
    } else if old.starts_with('\'') {
        builder.as_literal()
    } else if old.starts_with("\"\"\"") && text.contains('\n') {
        Some(builder.as_ml_basic())
    } else {
        None
    };
    with_breaks(document, &literal.map_or_else(|| toml_string(&text), |literal| literal.to_toml_value()))
}

fn with_breaks(document: &Document, written: &str) -> String {
    written.replace('\n', place::line_break(document))
}

/// Where new lines of a table go: behind its last own entry, else behind its header and the comments below that.
fn end_of_entries(document: &Document, trail: &[Stop<'_>], table: &Table) -> usize {
    let text = &document.text;
    let own = table.entries.iter().filter(|entry| stands_on_lines(&entry.node));
    if let Some(end) = own.map(|entry| place::last_end(Stop { node: &entry.node, key: Some(&entry.key) })).max() {
        return place::next_line(text, end);
    }
    if table.form == TableForm::Root {
        return before_first_header(document);
    }
    let header = trail.last().map_or(0, |stop| stop.node.span.end as usize);
    let mut at = place::next_line(text, header);
    let mut below = at;
    while below < text.len() && text[below..].trim_start_matches([' ', '\t']).starts_with('#') {
        below = place::next_line(text, below);
    }
    // Comments that run on to the next header are the next table's.
    if below == text.len() || place::is_blank_line(text, below) {
        at = below;
    }
    at
}

/// Above the first header and the comments that belong to it, but below the comments at the top of the file.
fn before_first_header(document: &Document) -> usize {
    let text = &document.text;
    let starts =
        std::iter::successors(Some(0), |at| Some(place::next_line(text, *at)).filter(|next| *next < text.len()));
    let content = |at: &usize| text[*at..].trim_start_matches([' ', '\t']);
    let Some(header) = starts.clone().find(|at| content(at).starts_with('[')) else { return text.len() };
    let comments = starts.take_while(|at| *at < header).collect::<Vec<_>>();
    let attached = comments.iter().rev().take_while(|at| content(at).starts_with('#')).last().copied();
    match attached {
        Some(0) | None => header,
        Some(at) => at,
    }
}

/// Whether an entry is written on lines of its table, not under a header.
fn stands_on_lines(node: &Node) -> bool {
    match &node.kind {
        Kind::Table(table) => match table.form {
            TableForm::Dotted => table.entries.iter().any(|entry| stands_on_lines(&entry.node)),
            form => form == TableForm::Inline,
        },
        Kind::List(nodes) => !nodes.last().is_some_and(is_header_table),
        Kind::Scalar(_) => true,
    }
}

fn insert_key(
    document: &Document,
    trail: &[Stop<'_>],
    table: &Table,
    parent: &[At],
    rest: &[At],
    literal: &Literal,
) -> Splices {
    let text = &document.text;
    let stop = *trail.last()?;
    let brackets = in_brackets(trail);
    if let Some(at) = rest.iter().position(|step| matches!(step, At::Index(_))) {
        return insert_list(document, trail, table, parent, (&rest[..at], &rest[at..]), literal);
    }
    if brackets && table.form == TableForm::Inline {
        let entry = format!("{} = {}", dotted(rest)?, value(literal));
        return Some(vec![match table.entries.last() {
            Some(last) => {
                let at = place::last_end(Stop { node: &last.node, key: Some(&last.key) });
                (Span::new(at, at), format!(", {entry}"))
            }
            None => (stop.node.span, format!("{{ {entry} }}")),
        }]);
    }
    if table.form == TableForm::Dotted {
        // Dotted keys repeat the whole way that the author wrote.
        let last = table.entries.iter().rfind(|entry| stands_on_lines(&entry.node))?;
        let start = key_start(text, last.key.span.start as usize, brackets);
        let prefix = &text[start..last.key.span.start as usize];
        let end = place::last_end(Stop { node: &last.node, key: Some(&last.key) });
        let entry = format!("{prefix}{} = {}", dotted(rest)?, value(literal));
        if brackets {
            return Some(vec![(Span::new(end, end), format!(", {entry}"))]);
        }
        let indent = place::indent(text, start);
        return Some(vec![place::insert_lines(document, place::next_line(text, end), &format!("{indent}{entry}"))]);
    }
    let in_element = trail.iter().any(|stop| stop.key.is_none() && is_header_table(stop.node));
    let has_place = table.form != TableForm::Implied;
    if has_place && (rest.len() == 1 || in_element) {
        let at = end_of_entries(document, trail, table);
        let indent = entry_indent(document, stop, table);
        let line = format!("{indent}{} = {}", dotted(rest)?, value_at(document, literal, indent, true));
        // The first entry of the root is set apart from what follows.
        let first = table.form == TableForm::Root && !table.entries.iter().any(|entry| stands_on_lines(&entry.node));
        let gap = if first && at < text.len() { place::line_break(document) } else { "" };
        return Some(vec![place::insert_lines(document, at, &format!("{line}{gap}"))]);
    }
    let (last, way) = rest.split_last()?;
    let path = parent.iter().chain(way).cloned().collect::<Vec<_>>();
    let at = place_of_table(document, table, rest.first()?);
    Some(vec![block(document, at, "[", &header(&path)?, std::slice::from_ref(last), literal)?])
}

/// A key for a list that is not there yet: tables under headers of their own, or values between brackets.
fn insert_list(
    document: &Document,
    trail: &[Stop<'_>],
    table: &Table,
    parent: &[At],
    (keys, rest): (&[At], &[At]),
    literal: &Literal,
) -> Splices {
    let (At::Index(0), inner) = rest.split_first()? else { return None };
    let in_element = trail.iter().any(|stop| stop.key.is_none() && is_header_table(stop.node));
    let headers = !in_brackets(trail) && table.form != TableForm::Dotted && !in_element;
    if headers && (!inner.is_empty() || matches!(literal, Literal::Table(_))) {
        let path = parent.iter().chain(keys).cloned().collect::<Vec<_>>();
        let at = place_of_table(document, table, keys.first()?);
        return Some(vec![block(document, at, "[[", &header(&path)?, inner, literal)?]);
    }
    if !inner.is_empty() {
        return None;
    }
    insert_key(document, trail, table, parent, keys, &Literal::List(vec![literal.clone()]))
}

/// The indentation of a table's entries, that of its header where it has none.
fn entry_indent<'d>(document: &'d Document, stop: Stop<'_>, table: &Table) -> &'d str {
    let own = table.entries.iter().find(|entry| stands_on_lines(&entry.node));
    match own {
        Some(entry) => place::indent(&document.text, entry.key.span.start as usize),
        None if table.form == TableForm::Root => "",
        None => place::indent(&document.text, stop.node.span.start as usize),
    }
}

/// Where a new table under `table` goes: behind the sibling that comes before it, else behind the last one.
fn place_of_table(document: &Document, table: &Table, key: &At) -> usize {
    let At::Key(key) = key else { return document.text.len() };
    let mut siblings = table.entries.iter().filter(|entry| !stands_on_lines(&entry.node));
    let before = siblings
        .clone()
        .filter(|entry| in_order(document.key_of(entry), key) == Ordering::Less)
        .max_by(|a, b| in_order(document.key_of(a), document.key_of(b)));
    let sorted = siblings.clone().is_sorted_by(|a, b| in_order(document.key_of(a), document.key_of(b)).is_le());
    let after =
        if table.form == TableForm::Root || !sorted { siblings.next_back() } else { before.or(siblings.next_back()) };
    after.map_or(document.text.len(), |entry| {
        place::next_line(&document.text, place::last_end(Stop { node: &entry.node, key: Some(&entry.key) }))
    })
}

/// The order of item numbers: 1.1.9 before 1.1.10.
fn in_order(a: &str, b: &str) -> Ordering {
    let parts =
        |text: &str| text.split('.').map(|part| part.parse::<u64>().map_err(|_| part.to_owned())).collect::<Vec<_>>();
    let rank =
        |part: &Result<u64, String>| part.clone().map_or_else(|text| (1, 0, text), |number| (0, number, String::new()));
    parts(a).iter().map(rank).cmp(parts(b).iter().map(rank))
}

/// A table with a header of its own, set apart by blank lines.
fn block(
    document: &Document,
    at: usize,
    open: &str,
    header: &str,
    rest: &[At],
    literal: &Literal,
) -> Option<(Span, String)> {
    let text = &document.text;
    let end = place::line_break(document);
    let close = if open == "[[" { "]]" } else { "]" };
    let mut lines = String::new();
    if at > 0 && !place::is_blank_line(text, if at == text.len() && !text.ends_with('\n') { at } else { at - 1 }) {
        lines.push_str(end);
    }
    lines.extend([open, header, close]);
    let mut entry = |key: &str, value: &Literal| {
        lines.extend([end, key, " = ", &value_at(document, value, "", true)]);
    };
    match (rest, literal) {
        ([], Literal::Table(entries)) => entries.iter().for_each(|(key, value)| entry(&toml_key(key), value)),
        ([], _) => return None,
        _ => entry(&dotted(rest)?, literal),
    }
    if at < text.len() && !place::is_blank_line(text, at) {
        lines.push_str(end);
    }
    Some(place::insert_lines(document, at, &lines))
}

/// The path of a header. Elements of lists are left out: a header goes to the last of them.
fn header(steps: &[At]) -> Option<String> {
    if steps.iter().any(|step| matches!(step, At::Index(_))) {
        return None;
    }
    dotted(steps)
}

fn dotted(steps: &[At]) -> Option<String> {
    let keys: Option<Vec<String>> = steps
        .iter()
        .map(|step| match step {
            At::Key(key) => Some(toml_key(key)),
            At::Index(_) => None,
        })
        .collect();
    keys.map(|keys| keys.join("."))
}

/// The start of a dotted key whose last part begins at `at`.
fn key_start(text: &str, at: usize, brackets: bool) -> usize {
    let line = place::line_start(text, at);
    let before = &text[line..at];
    let open = if brackets { before.rfind(['{', ',']).map_or(0, |open| open + 1) } else { 0 };
    line + open + (before[open..].len() - before[open..].trim_start().len())
}

fn insert_element(document: &Document, pointer: &Pointer, at: usize, literal: &Literal) -> Splices {
    let trail = place::trail(document, pointer.steps());
    let stop = *trail.last().filter(|_| trail.len() == pointer.steps().len() + 1)?;
    let nodes = stop.node.list()?;
    if nodes.last().is_some_and(is_header_table) {
        let before = at.checked_sub(1).and_then(|before| nodes.get(before))?;
        let from = place::next_line(&document.text, place::last_end(Stop { node: before, key: None }));
        return Some(vec![block(document, from, "[[", &header(pointer.steps())?, &[], literal)?]);
    }
    add_element(document, stop, nodes, at, &value(literal))
}

/// Adds an element to a list between brackets, before the one at `at`.
fn add_element(document: &Document, stop: Stop<'_>, nodes: &[Node], at: usize, element: &str) -> Splices {
    let text = &document.text;
    let Some(last) = nodes.last() else {
        if place::has_comment(document, stop.node, stop.node.span) {
            return None;
        }
        let indent = place::indent(text, stop.node.span.start as usize);
        let end = place::line_break(document);
        let list = if element.starts_with('{') {
            format!("[{end}{indent}  {element},{end}{indent}]")
        } else {
            format!("[{element}]")
        };
        return Some(vec![(stop.node.span, list)]);
    };
    if let Some(next) = nodes.get(at) {
        let start = next.span.start as usize;
        let line = place::line_start(text, start);
        let own_line = text[line..start].trim().is_empty();
        return Some(vec![if own_line {
            place::insert_lines(document, line, &format!("{}{element},", &text[line..start]))
        } else {
            (Span::new(start, start), format!("{element}, "))
        }]);
    }
    let end = last.span.end as usize;
    let line = place::line_start(text, last.span.start as usize);
    let comma = comma_after(text, end, stop.node.span.end as usize);
    let indent = &text[line..last.span.start as usize];
    if !indent.trim().is_empty() || place::line_end(text, end) >= stop.node.span.end as usize {
        // On the line of other elements or of the closing bracket.
        let at = comma.unwrap_or(end);
        let element = if comma.is_some() { format!(" {element},") } else { format!(", {element}") };
        return Some(vec![(Span::new(at, at), element)]);
    }
    let mut splices = vec![place::insert_lines(
        document,
        place::next_line(text, comma.unwrap_or(end)),
        &format!("{indent}{element},"),
    )];
    if comma.is_none() {
        splices.push((Span::new(end, end), ",".to_owned()));
    }
    Some(splices)
}

/// The end of the comma behind an element, over blanks and comments.
fn comma_after(text: &str, from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    while at < end {
        match text.as_bytes()[at] {
            b',' => return Some(at + 1),
            b'#' => at = place::line_end(text, at),
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => return None,
        }
    }
    None
}

fn remove(document: &Document, pointer: &Pointer) -> Splices {
    let steps = pointer.steps();
    let mut trail = place::trail(document, steps);
    if trail.len() != steps.len() + 1 {
        return None;
    }
    let stop = trail.pop()?;
    let holder = trail.last()?.node;
    let text = &document.text;
    if under_headers(stop.node) {
        return remove_block(document, stop);
    }
    match &holder.kind {
        Kind::List(nodes) => remove_element(document, holder, nodes, stop.node),
        Kind::Table(_) if in_brackets(&trail) => {
            let start = key_start(text, stop.key?.span.start as usize, true);
            let range = without_comma(text, start..place::last_end(stop), holder.span.range());
            remove_range(document, holder, range)
        }
        Kind::Table(_) => {
            let start = place::line_start(text, stop.key?.span.start as usize);
            let end = place::last_end(stop);
            let lines = Span::new(start, end);
            (!place::has_comment(document, stop.node, Span::new(stop.node.span.start as usize, end)))
                .then(|| vec![(Span::new(lines.start as usize, place::next_line(text, end)), String::new())])
        }
        Kind::Scalar(_) => None,
    }
}

fn under_headers(node: &Node) -> bool {
    match &node.kind {
        Kind::Table(table) => matches!(table.form, TableForm::Header | TableForm::Implied),
        Kind::List(nodes) => nodes.last().is_some_and(is_header_table),
        Kind::Scalar(_) => false,
    }
}

/// A table with its header, its entries and the tables below it, if they stand together and hold no comment.
fn remove_block(document: &Document, stop: Stop<'_>) -> Splices {
    let text = &document.text;
    let start = place::line_start(text, first_start(stop.node));
    let mut end = place::next_line(text, place::last_end(stop));
    if place::has_comment(document, stop.node, Span::new(start, end)) {
        return None;
    }
    // One of the blank lines above and below is enough.
    if end < text.len() && place::is_blank_line(text, end) && (start == 0 || place::is_blank_line(text, start - 1)) {
        end = place::next_line(text, end);
    }
    Some(vec![(Span::new(start, end), String::new())])
}

fn first_start(node: &Node) -> usize {
    let own = node.span.start as usize;
    match &node.kind {
        Kind::Table(table) => table.entries.iter().map(|entry| first_start(&entry.node)).fold(own, usize::min),
        Kind::List(nodes) => nodes.iter().map(first_start).fold(own, usize::min),
        Kind::Scalar(_) => own,
    }
}

fn remove_element(document: &Document, holder: &Node, nodes: &[Node], element: &Node) -> Splices {
    let text = &document.text;
    let (start, end) = (element.span.start as usize, element.span.end as usize);
    let line = place::line_start(text, start);
    let comma = comma_after(text, end, holder.span.end as usize);
    let after = comma.unwrap_or(end);
    let rest = text[after..place::line_end(text, after)].trim();
    let alone = text[line..start].trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
    if alone && comma.is_none_or(|comma| place::line_start(text, comma) == place::line_start(text, end)) {
        let inside = Span::new(start, end);
        return (!place::has_comment(document, element, inside))
            .then(|| vec![(Span::new(line, place::next_line(text, after)), String::new())]);
    }
    debug_assert!(!nodes.is_empty());
    remove_range(document, holder, without_comma(text, start..end, holder.span.range()))
}

/// A range between brackets with the comma that is no longer needed.
fn without_comma(text: &str, range: std::ops::Range<usize>, holder: std::ops::Range<usize>) -> std::ops::Range<usize> {
    if let Some(comma) = comma_after(text, range.end, holder.end) {
        let blanks = text[comma..].len() - text[comma..].trim_start_matches([' ', '\t']).len();
        return range.start..comma + blanks;
    }
    let before = text[holder.start..range.start].trim_end();
    let start = if before.ends_with(',') { holder.start + before.len() - 1 } else { range.start };
    start..range.end
}

fn remove_range(document: &Document, holder: &Node, range: std::ops::Range<usize>) -> Splices {
    let span = Span::new(range.start, range.end);
    (!place::has_comment(document, holder, span)).then(|| vec![(span, String::new())])
}

/// A value on one line.
fn value(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => TomlStringBuilder::new(&with_lf(text)).as_basic().to_toml_value(),
        Literal::Flag(flag) => flag.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Date(date) => date.to_string(),
        Literal::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Literal::Table(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, entry)| format!("{} = {}", toml_key(key), value(entry))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Literal::List(values) => format!("[{}]", values.iter().map(value).collect::<Vec<_>>().join(", ")),
    }
}

fn value_on_line(document: &Document, literal: &Literal, at: usize) -> String {
    value_at(document, literal, place::indent(&document.text, at), false)
}

/// A value behind a key: long lists and lists of tables with one element a line, texts of several lines as such.
pub(super) fn value_at(document: &Document, literal: &Literal, indent: &str, texts: bool) -> String {
    let end = place::line_break(document);
    match literal {
        Literal::Text(text) if texts => with_breaks(document, &toml_string(text)),
        Literal::List(values) if !values.is_empty() => {
            let line = value(literal);
            if line.len() <= LINE && !values.iter().any(|value| matches!(value, Literal::Table(_))) {
                return line;
            }
            let lines: Vec<String> = values.iter().map(|element| format!("{indent}  {},", value(element))).collect();
            format!("[{end}{}{end}{indent}]", lines.join(end))
        }
        _ => value(literal),
    }
}

/// A TOML key, quoted where it must be.
pub fn toml_key(key: &str) -> String {
    let builder = TomlKeyBuilder::new(key);
    builder.as_unquoted().unwrap_or_else(|| builder.as_basic()).to_toml_key()
}

/// A TOML string, over several lines where the text has several.
pub fn toml_string(text: &str) -> String {
    let text = with_lf(text);
    let builder = TomlStringBuilder::new(&text);
    if text.contains('\n') { builder.as_ml_basic().to_toml_value() } else { builder.as_basic().to_toml_value() }
}
