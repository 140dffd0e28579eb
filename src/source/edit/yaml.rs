//! Where a step goes in a YAML text, and how values are written there.

use super::place::{self, Stop};
use super::{Document, Kind, Literal, Node, Pointer, Span, Splices, Step};
use crate::source::{Entry, ScalarKind, Step as At, Table, TableForm, with_lf};
use std::fmt::Write as _;

pub(super) fn splices(document: &Document, step: &Step) -> Splices {
    match step {
        Step::Set(pointer, literal) => set(document, pointer, literal),
        Step::Remove(pointer) => remove(document, pointer),
        Step::Insert(pointer, at, literal) => {
            let trail = place::trail(document, pointer.steps());
            let list = *trail.last().filter(|_| trail.len() == pointer.steps().len() + 1)?;
            add_element(document, list, *at, literal)
        }
    }
}

fn set(document: &Document, pointer: &Pointer, literal: &Literal) -> Splices {
    let steps = pointer.steps();
    let trail = place::trail(document, steps);
    let known = trail.len() - 1;
    let stop = *trail.last()?;
    if known == steps.len() {
        return replace(document, stop, &trail, literal);
    }
    let rest = &steps[known..];
    match (&rest[0], &stop.node.kind) {
        (At::Key(_), Kind::Table(table)) => insert_key(document, stop, table, rest, literal),
        (_, Kind::Scalar(scalar)) if scalar.kind == ScalarKind::Null => below_key(document, stop, rest, literal),
        (At::Index(at), Kind::List(nodes)) if *at == nodes.len() && rest.len() == 1 => {
            add_element(document, stop, *at, literal)
        }
        _ => None,
    }
}

fn raw<'d>(document: &'d Document, node: &Node) -> &'d str {
    &document.text[node.span.range()]
}

/// Whether a node is written between brackets; `[x: y]` holds a table without any.
fn is_flow(document: &Document, node: &Node) -> bool {
    match &node.kind {
        Kind::Table(table) => match table.form {
            TableForm::Block => false,
            TableForm::Inline => true,
            _ => raw(document, node).starts_with('{'),
        },
        Kind::List(_) => raw(document, node).starts_with('['),
        Kind::Scalar(_) => false,
    }
}

fn replace(document: &Document, stop: Stop<'_>, trail: &[Stop<'_>], literal: &Literal) -> Splices {
    let node = stop.node;
    let text = &document.text;
    if place::has_comment(document, node, node.span) {
        return None;
    }
    let in_flow = trail[..trail.len() - 1].iter().any(|stop| is_flow(document, stop.node));
    let end = node.span.end as usize;
    // Below a comment on its line nothing of a value can stand.
    let commented = text[end..place::line_end(text, end)].contains('#');
    if let (Literal::Text(new), Some(scalar)) = (literal, node.scalar())
        && scalar.kind != ScalarKind::Null
    {
        let indent = column(text, stop.key.map_or(node.span.start, |key| key.span.start) as usize) + 2;
        return Some(vec![(node.span, in_style(document, new, raw(document, node), indent, in_flow || commented))]);
    }
    let Some(key) = stop.key else {
        let on_one_line = in_flow || commented || is_flow(document, node) || node.scalar().is_some();
        let value = if on_one_line {
            flow(literal)
        } else {
            element(document, literal, column(text, node.span.start as usize))
        };
        return Some(vec![(node.span, value)]);
    };
    let colon = colon_end(text, key.span.end as usize)?;
    // What was written with an anchor or a tag keeps them.
    let bare = text[colon..(node.span.start as usize).max(colon)].trim().is_empty();
    let from = if bare { colon } else { node.span.start as usize };
    let old = Span::new(from, end.max(from));
    if in_flow || !bare || (commented && matches!(literal, Literal::Text(_))) {
        let blank = if bare { " " } else { "" };
        return Some(vec![(old, format!("{blank}{}", flow(literal)))]);
    }
    let value = after_key(document, literal, column(text, key.span.start as usize));
    match value.strip_prefix(place::line_break(document)) {
        Some(lines) if commented => {
            Some(vec![(old, String::new()), place::insert_lines(document, place::next_line(text, end), lines)])
        }
        _ => Some(vec![(old, value)]),
    }
}

/// A key for a table that is there.
fn insert_key(document: &Document, stop: Stop<'_>, table: &Table, rest: &[At], literal: &Literal) -> Splices {
    let text = &document.text;
    if table.entries.is_empty() {
        return below_key(document, stop, rest, literal);
    }
    let last = table.entries.last()?;
    let last_stop = Stop { node: &last.node, key: Some(&last.key) };
    if is_flow(document, stop.node) {
        if !raw(document, stop.node).starts_with('{') {
            return None;
        }
        let end = place::last_end(last_stop);
        return Some(vec![(Span::new(end, end), format!(", {}", flow_nested(rest, literal)?))]);
    }
    let first = table.entries.first()?;
    let indent = column(text, first.key.span.start as usize);
    let at = end_of_lines(document, last_stop);
    Some(vec![place::insert_lines(document, at, &nested(document, rest, literal, indent)?)])
}

/// A key below one that has nothing yet: `key:`, `key: ~`, `key: {}`, or a document without anything.
fn below_key(document: &Document, stop: Stop<'_>, rest: &[At], literal: &Literal) -> Splices {
    let text = &document.text;
    let Some(key) = stop.key else {
        let empty = stop.node.span.start == stop.node.span.end;
        return match (&stop.node.kind, empty) {
            (Kind::Table(table), true) if table.form == TableForm::Root => {
                Some(vec![place::insert_lines(document, end_of_document(text), &nested(document, rest, literal, 0)?)])
            }
            _ => Some(vec![(stop.node.span, format!("{{{}}}", flow_nested(rest, literal)?))]),
        };
    };
    let line = place::line_start(text, key.span.start as usize);
    let colon = colon_end(text, key.span.end as usize)?;
    let indent = column(text, key.span.start as usize);
    let lead = text[line..key.span.start as usize].trim_matches(' ');
    if !(lead.is_empty() || lead.chars().all(|c| c == '-')) {
        // Between the brackets of another.
        let span = if stop.node.span.end as usize > colon { stop.node.span } else { Span::new(colon, colon) };
        let value = format!("{{{}}}", flow_nested(rest, literal)?);
        return Some(vec![(span, if span.start as usize == colon { format!(" {value}") } else { value })]);
    }
    let value_end = (stop.node.span.end as usize).max(colon);
    let body = if matches!(rest[0], At::Index(0)) {
        let [_, inner @ ..] = rest else { return None };
        list_element(document, inner, literal, indent + 2)?
    } else {
        nested(document, rest, literal, indent + 2)?
    };
    let mut splices = vec![place::insert_lines(document, place::next_line(text, value_end), &body)];
    if value_end > colon {
        if !text[colon..stop.node.span.start as usize].trim().is_empty() {
            return None;
        }
        splices.push((Span::new(colon, value_end), String::new()));
    }
    Some(splices)
}

/// Behind everything but the mark that ends a document.
fn end_of_document(text: &str) -> usize {
    let body = text.strip_suffix("...").or_else(|| text.strip_suffix("...\n")).or_else(|| text.strip_suffix("...\r\n"));
    body.filter(|body| body.is_empty() || body.ends_with('\n')).map_or(text.len(), str::len)
}

/// Keys in each other and the value below the last, without the last line break.
fn nested(document: &Document, keys: &[At], literal: &Literal, indent: usize) -> Option<String> {
    let end = place::line_break(document);
    let (first, rest) = keys.split_first()?;
    let pad = " ".repeat(indent);
    match first {
        At::Key(key) => {
            let key = yaml_key(key);
            if rest.is_empty() {
                return Some(format!("{pad}{key}:{}", after_key(document, literal, indent)));
            }
            Some(format!("{pad}{key}:{end}{}", nested(document, rest, literal, indent + 2)?))
        }
        At::Index(0) => list_element(document, rest, literal, indent),
        At::Index(_) => None,
    }
}

fn list_element(document: &Document, rest: &[At], literal: &Literal, indent: usize) -> Option<String> {
    let pad = " ".repeat(indent);
    if rest.is_empty() {
        return Some(format!("{pad}- {}", element(document, literal, indent + 2)));
    }
    let body = nested(document, rest, literal, indent + 2)?;
    Some(format!("{pad}- {}", body.trim_start_matches(' ')))
}

fn flow_nested(keys: &[At], literal: &Literal) -> Option<String> {
    let (first, rest) = keys.split_first()?;
    let At::Key(key) = first else { return None };
    let value = if rest.is_empty() { flow(literal) } else { format!("{{{}}}", flow_nested(rest, literal)?) };
    Some(format!("{}: {value}", yaml_key(key)))
}

/// The start of the line behind everything that belongs to an entry; a text that keeps its blank lines has those too.
fn end_of_lines(document: &Document, stop: Stop<'_>) -> usize {
    let text = &document.text;
    let end = place::last_end(stop);
    let end = stop.key.and_then(|key| colon_end(text, key.span.end as usize)).map_or(end, |colon| colon.max(end));
    let mut at = place::next_line(text, end);
    if keeps_blank_lines(document, stop.node) {
        while at < text.len() && place::is_blank_line(text, at) {
            at = place::next_line(text, at);
        }
    }
    at
}

fn keeps_blank_lines(document: &Document, node: &Node) -> bool {
    match &node.kind {
        Kind::Table(table) => table.entries.last().is_some_and(|entry| keeps_blank_lines(document, &entry.node)),
        Kind::List(nodes) => nodes.last().is_some_and(|node| keeps_blank_lines(document, node)),
        Kind::Scalar(_) => {
            let header = raw(document, node).lines().next().unwrap_or_default();
            header.starts_with(['|', '>']) && header.contains('+')
        }
    }
}

fn colon_end(text: &str, key_end: usize) -> Option<usize> {
    let rest = text[key_end..].trim_start_matches([' ', '\t']);
    rest.starts_with(':').then(|| text.len() - rest.len() + 1)
}

fn column(text: &str, at: usize) -> usize {
    text[place::line_start(text, at)..at].chars().count()
}

/// Adds an element to a list, before the one at `at`.
fn add_element(document: &Document, stop: Stop<'_>, at: usize, literal: &Literal) -> Splices {
    let text = &document.text;
    let nodes = stop.node.list()?;
    if is_flow(document, stop.node) {
        if nodes.is_empty() {
            return replace(document, stop, &[stop], &Literal::List(vec![literal.clone()]));
        }
        let (place, new) = match nodes.get(at) {
            Some(next) => (next.span.start as usize, format!("{}, ", flow(literal))),
            None => (nodes.last()?.span.end as usize, format!(", {}", flow(literal))),
        };
        return Some(vec![(Span::new(place, place), new)]);
    }
    let dash = stop.node.span.start as usize;
    let indent = column(text, dash);
    let line = format!("{}- {}", " ".repeat(indent), element(document, literal, indent + 2));
    let place = match nodes.get(at) {
        // The first dash may stand behind another.
        Some(next) if at > 0 => place::line_start(text, next.span.start as usize),
        Some(_) if text[place::line_start(text, dash)..dash].trim().is_empty() => place::line_start(text, dash),
        Some(_) => return None,
        None => end_of_lines(document, Stop { node: nodes.last()?, key: None }),
    };
    Some(vec![place::insert_lines(document, place, &line)])
}

fn remove(document: &Document, pointer: &Pointer) -> Splices {
    let steps = pointer.steps();
    let trail = place::trail(document, steps);
    if trail.len() != steps.len() + 1 {
        return None;
    }
    let [.., holder, stop] = trail.as_slice() else { return None };
    let text = &document.text;
    if is_flow(document, holder.node) {
        let start = stop.key.map_or(stop.node.span.start, |key| key.span.start) as usize;
        let end = place::last_end(*stop);
        let range = without_comma(text, start..end, holder.node.span.range());
        let span = Span::new(range.start, range.end);
        return (!place::has_comment(document, holder.node, span)).then(|| vec![(span, String::new())]);
    }
    let end = end_of_lines(document, *stop);
    match &holder.node.kind {
        Kind::Table(table) => {
            let key = stop.key?;
            let start = key.span.start as usize;
            let line = place::line_start(text, start);
            if comment_below_first_line(document, *stop, start, end) {
                return None;
            }
            if text[line..start].trim().is_empty() {
                return Some(vec![(Span::new(line, end), String::new())]);
            }
            // The first key of a list's element: the next one moves up to the dash.
            let at = table.entries.iter().position(|entry| entry.key.span == key.span)?;
            if at > 0 || !text[line..start].trim_matches([' ', '-']).is_empty() {
                return None;
            }
            match table.entries.get(1) {
                Some(Entry { key, .. }) => {
                    let next = key.span.start as usize;
                    (!text[end..next].contains('#')).then(|| vec![(Span::new(start, next), String::new())])
                }
                None => Some(vec![(
                    Span::new(start, place::last_end(*stop).max(colon_end(text, key.span.end as usize)?)),
                    "{}".to_owned(),
                )]),
            }
        }
        Kind::List(nodes) => {
            let at = nodes.iter().position(|node| node.span == stop.node.span)?;
            let dash = dash_of(text, holder.node, nodes, at)?;
            let line = place::line_start(text, dash);
            if !text[line..dash].trim().is_empty() || comment_below_first_line(document, *stop, dash, end) {
                return None;
            }
            Some(vec![(Span::new(line, end), String::new())])
        }
        Kind::Scalar(_) => None,
    }
}

/// Whether a comment stands among the lines of an entry other than behind its first.
fn comment_below_first_line(document: &Document, stop: Stop<'_>, start: usize, end: usize) -> bool {
    let first = place::next_line(&document.text, start).min(end);
    place::has_comment(document, stop.node, Span::new(first, end))
}

/// The dash of a block list's element.
fn dash_of(text: &str, list: &Node, nodes: &[Node], at: usize) -> Option<usize> {
    let from = match at.checked_sub(1) {
        Some(before) => place::next_line(text, nodes[before].span.end as usize),
        None => list.span.start as usize,
    };
    let mut line = from;
    while line <= nodes[at].span.start as usize && line < text.len() {
        let content = text[line..].trim_start_matches(' ');
        if content.starts_with('-') {
            return Some(text.len() - content.len());
        }
        line = place::next_line(text, line);
    }
    None
}

/// A range between brackets with the comma that is no longer needed.
fn without_comma(text: &str, range: std::ops::Range<usize>, holder: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let after = text[range.end..holder.end].trim_start();
    if after.starts_with(',') {
        let comma = holder.end - after.len() + 1;
        let blanks = text[comma..].len() - text[comma..].trim_start_matches([' ', '\t']).len();
        return range.start..comma + blanks;
    }
    let before = text[holder.start..range.start].trim_end();
    let start = if before.ends_with(',') { holder.start + before.len() - 1 } else { range.start };
    start..range.end
}

/// What stands behind `key:` in column `indent`, without the last line break.
pub(super) fn after_key(document: &Document, literal: &Literal, indent: usize) -> String {
    let end = place::line_break(document);
    match literal {
        Literal::List(values) if !values.is_empty() => {
            let pad = " ".repeat(indent + 2);
            let elements: Vec<String> = values.iter().map(|value| element(document, value, indent + 4)).collect();
            format!("{end}{pad}- {}", elements.join(&format!("{end}{pad}- ")))
        }
        Literal::Text(text) => format!(" {}", block_or_quoted(document, text, indent + 2)),
        other => format!(" {}", flow(other)),
    }
}

/// What stands behind `- `, its further lines in column `indent`.
fn element(document: &Document, literal: &Literal, indent: usize) -> String {
    let end = place::line_break(document);
    match literal {
        Literal::Table(entries) if !entries.is_empty() => {
            let lines: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}:{}", yaml_key(key), after_key(document, value, indent)))
                .collect();
            lines.join(&format!("{end}{}", " ".repeat(indent)))
        }
        Literal::Text(text) => block_or_quoted(document, text, indent),
        other => flow(other),
    }
}

fn block_or_quoted(document: &Document, text: &str, indent: usize) -> String {
    let several = text.contains('\n').then(|| block(document, text, indent));
    several.flatten().unwrap_or_else(|| quoted(text))
}

/// A text below a `|`, where such a block can hold it.
fn block(document: &Document, text: &str, indent: usize) -> Option<String> {
    let end = place::line_break(document);
    let text = with_lf(text);
    let body = text.trim_end_matches('\n');
    let plain = |c: char| c == '\n' || c == '\t' || !needs_escape(c);
    let first_line = body.lines().next().unwrap_or_default();
    if first_line.is_empty() || first_line.starts_with([' ', '\t']) || !text.chars().all(plain) {
        return None;
    }
    // What a line of nothing but blanks holds, readers of YAML disagree about.
    if body.lines().any(|line| !line.is_empty() && line.trim().is_empty()) {
        return None;
    }
    // Whether blank lines at the end count depends on what follows: those are better written as escapes.
    let chomp = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => return None,
    };
    let pad = " ".repeat(indent);
    let lines: String = body
        .split('\n')
        .map(|line| if line.is_empty() { end.to_owned() } else { format!("{end}{pad}{line}") })
        .collect();
    Some(format!("|{chomp}{lines}"))
}

/// A text in the style of the one it replaces, where that style can hold it.
fn in_style(document: &Document, text: &str, old: &str, indent: usize, in_flow: bool) -> String {
    let clean = with_lf(text);
    match old.chars().next() {
        Some('|' | '>') => block(document, &clean, indent).unwrap_or_else(|| quoted(text)),
        Some('\'') if !clean.chars().any(|c| c == '\n' || needs_escape(c)) => {
            format!("'{}'", clean.replace('\'', "''"))
        }
        Some('"' | '\'') => quoted(text),
        _ if is_plain(&clean) => clean.into_owned(),
        _ if in_flow => quoted(text),
        _ => block_or_quoted(document, text, indent),
    }
}

/// Whether a text needs no quotation marks and no reader of YAML could take it for anything but a text.
fn is_plain(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let reserved =
        matches!(word.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "nan" | "inf");
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !reserved
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '/' | '@' | '+' | '(' | ')'))
        && !text.contains(" -")
}

fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in with_lf(text).chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

pub(super) fn yaml_key(key: &str) -> String {
    let bare = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare && is_plain(key) { key.to_owned() } else { quoted(key) }
}

/// A value on one line.
fn flow(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => quoted(text),
        Literal::Flag(flag) => flag.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Date(date) => date.to_string(),
        Literal::Table(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", yaml_key(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Literal::List(values) => format!("[{}]", values.iter().map(flow).collect::<Vec<_>>().join(", ")),
    }
}
