//! Every broken entry of a YAML text, found by trying its entries one by one.
//!
//! An entry is a line and the lines below it that are indented deeper. One that is broken is looked into: its own
//! entries are tried first and blanked where they are broken, and only what is wrong beyond that is said of the entry
//! as a whole. So an unclosed quotation mark costs its own line and nothing of the next answer.

use super::explain::{column_fault, describe, stray_fault, tab_fault};
use super::{ScanError, parser, read};
use crate::source::{Found, Node, Parsed, Span, blank};
use granit_parser::ErrorKind;
use std::ops::Range;

/// How many levels of entries are looked into; a dspt file has five.
const LEVELS: usize = 8;
/// After so many faults between the entries of one level, the level is given up.
const ROUNDS: usize = 8;
/// How many lines at the left margin may belong to a text in quotation marks.
const LINES: usize = 40;
/// How often, in effect, the whole text may be parsed.
const READINGS: usize = 24;

pub(super) fn recover(original: &str) -> Parsed {
    let mut recovery = Recovery {
        original,
        text: original.to_owned(),
        lines: lines(original),
        faults: Found::default(),
        budget: (READINGS * original.len()).max(1 << 20),
    };
    let all = 0..recovery.lines.len();
    recovery.mend(all, 0);
    let Recovery { text, mut faults, .. } = recovery;
    let root = match read(&text, Some(original)) {
        Ok(parsed) => {
            faults.extend(parsed.faults);
            parsed.root
        }
        Err(error) => {
            if faults.0.is_empty() {
                faults.push(describe(original, &error, 0..original.len()));
            }
            Node::root()
        }
    };
    Parsed { root, faults, damaged: true }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let range = start..start + line.len();
            start = range.end;
            range
        })
        .collect()
}

struct Recovery<'a> {
    original: &'a str,
    /// The text with what is broken blanked.
    text: String,
    lines: Vec<Range<usize>>,
    faults: Found,
    /// How many bytes may still be parsed.
    budget: usize,
}

impl Recovery<'_> {
    fn bytes(&self, lines: &Range<usize>) -> Range<usize> {
        match (self.lines.get(lines.start), self.lines[..lines.end].last()) {
            (Some(first), Some(last)) if lines.start < lines.end => first.start..last.end,
            _ => 0..0,
        }
    }

    fn line(&self, at: usize) -> &str {
        &self.text[self.lines[at].clone()]
    }

    /// The first error of some lines read as a document of their own.
    fn check(&mut self, lines: &Range<usize>) -> Option<(ScanError, usize)> {
        let bytes = self.bytes(lines);
        self.budget = self.budget.saturating_sub(bytes.len());
        let error = parser(&self.text[bytes.clone()]).find_map(Result::err)?;
        let at = bytes.start + error.marker().byte_offset().unwrap_or(0);
        Some((error, at))
    }

    fn report(&mut self, error: &ScanError, lines: &Range<usize>) {
        let bytes = self.bytes(lines);
        self.faults.push(describe(self.original, error, bytes));
    }

    fn blank(&mut self, lines: &Range<usize>) {
        let bytes = self.bytes(lines);
        let blanked = blank(&self.text[bytes.clone()], std::iter::once(Span::new(0, bytes.len())));
        self.text.replace_range(bytes, &blanked);
    }

    /// Reports and blanks what is broken in lines that do not parse.
    fn mend(&mut self, lines: Range<usize>, level: usize) {
        self.mend_first(&lines);
        while self.mend_heads(&lines) && self.budget > 0 {}
        let entries = self.entries(&lines);
        let mut at = 0;
        while let Some(entry) = entries.get(at).cloned().filter(|_| self.budget > 0) {
            at += 1;
            if let Some((error, _)) = self.check(&entry) {
                match self.joined(&entries, at - 1, &error) {
                    Some(next) => at = next,
                    None => self.mend_entry(&entry, &error, level),
                }
            }
        }
        // What is left is right in itself and does not fit together.
        for round in 0.. {
            let Some((error, at)) = self.check(&lines) else { return };
            self.report(&error, &lines);
            let entry = self.entries(&lines).into_iter().rfind(|entry| self.bytes(entry).start <= at);
            match entry {
                Some(entry) if round < ROUNDS && self.budget > 0 => self.blank(&entry),
                _ => return self.blank(&lines),
            }
        }
    }

    /// Entries whose first lines have no business where they stand; true where lines below one are left, which belong
    /// to the entry before it.
    fn mend_heads(&mut self, lines: &Range<usize>) -> bool {
        // Looking through the lines is cheaper than parsing them, but not for nothing.
        self.budget = self.budget.saturating_sub(self.bytes(lines).len() / 4);
        let entries = self.entries(lines);
        let column = self.common_indent(&entries);
        let mut orphans = false;
        // Lines one below the other that begin with tabs are one fault.
        let mut tabs_until = None;
        let mut at = 0;
        while let Some(entry) = entries.get(at).cloned().filter(|_| self.budget > 0) {
            at += 1;
            if let Some(tab) = self.tab_indent(entry.start) {
                if tabs_until != Some(entry.start) {
                    self.faults.push(tab_fault(tab));
                }
                tabs_until = Some(entry.end);
                self.blank(&entry);
            } else if indent(self.line(entry.start)) != column {
                let content = self.content(entry.start);
                self.faults.push(column_fault(content));
                let opens = matches!(self.head(entry.start), Some(Head::Key { opens: true } | Head::Dash(_)));
                let own = entry.start..if opens { entry.end } else { entry.start + 1 };
                self.blank(&own);
                orphans |= own != entry;
            } else if entries.len() > 1 && self.is_text(entry.start) {
                orphans |= self.mend_text(&entry);
            } else if entries.get(at).is_some_and(|next| self.is_text(next.start))
                && let Some((error, _)) = self.check(&entry)
                && let Some(next) = self.joined(&entries, at - 1, &error)
            {
                at = next;
            }
        }
        orphans
    }

    /// A text or a list in brackets may go on at the left margin: the entry after those that make it whole.
    fn joined(&mut self, entries: &[Range<usize>], first: usize, error: &ScanError) -> Option<usize> {
        if !matches!(error.kind(), ErrorKind::UnclosedQuotedScalar | ErrorKind::UnclosedFlowCollection { .. }) {
            return None;
        }
        let rest = entries.iter().enumerate().skip(first + 1).take(LINES);
        let closers: Vec<usize> = rest
            .take_while(|(_, next)| self.head(next.start).is_none())
            .filter(|(_, next)| self.line(next.end - 1).contains(['"', '\'', ']', '}']))
            .map(|(at, _)| at)
            .take(3)
            .collect();
        closers.into_iter().find(|at| self.check(&(entries[first].start..entries[*at].end)).is_none()).map(|at| at + 1)
    }

    /// The column where most entries begin; that of the first where there are as many of another.
    fn common_indent(&self, entries: &[Range<usize>]) -> usize {
        let mut columns: Vec<(usize, usize)> = Vec::new();
        for entry in entries.iter().filter(|entry| self.tab_indent(entry.start).is_none()) {
            let column = indent(self.line(entry.start));
            // More columns than a file has by mistake need not be told apart.
            match columns.iter().position(|(known, _)| *known == column) {
                Some(at) => columns[at].1 += 1,
                None if columns.len() < 16 => columns.push((column, 1)),
                None => {}
            }
        }
        columns.iter().rev().max_by_key(|(_, count)| *count).map_or(0, |(column, _)| *column)
    }

    fn content(&self, line: usize) -> Span {
        let text = self.line(line);
        let start = self.lines[line].start;
        Span::new(start + indent(text), start + text.trim_end().len())
    }

    /// Whether a line has neither key nor dash nor anything that could be the beginning of one.
    fn is_text(&self, line: usize) -> bool {
        self.head(line).is_none() && !self.line(line).trim_start().starts_with(['"', '\'', '[', '{', '?'])
    }

    /// An entry that is nothing but text where its neighbours have keys; true where lines below it are left.
    fn mend_text(&mut self, entry: &Range<usize>) -> bool {
        let first = entry.start..entry.start + 1;
        if self.check(entry).is_none() {
            let content = self.content(entry.start);
            self.faults.push(stray_fault(content));
            self.blank(entry);
            return false;
        }
        if let Some((error, _)) = self.check(&first) {
            self.report(&error, &first);
        } else {
            let content = self.content(entry.start);
            self.faults.push(stray_fault(content));
        }
        self.blank(&first);
        entry.len() > 1
    }

    /// A first entry that stands too far left seems to hold all the others: the column of most is the right one.
    fn mend_first(&mut self, lines: &Range<usize>) {
        let Some(first) = self.entries(lines).into_iter().next() else { return };
        if !matches!(self.head(first.start), Some(Head::Key { opens: false })) {
            return;
        }
        let column = indent(self.line(first.start));
        let keys = |at: &usize| matches!(self.head(*at), Some(Head::Key { .. }));
        let below = first.clone().skip(1).find(keys).map(|at| indent(self.line(at)));
        let Some(next) = below.filter(|next| *next > column) else { return };
        let count = |column| lines.clone().filter(keys).filter(|at| indent(self.line(*at)) == column).count();
        let (as_next, as_first) = (count(next), count(column));
        if as_next > as_first
            && self.check(&first).is_some_and(|(error, _)| *error.kind() == ErrorKind::MappingValueNotAllowed)
        {
            let content = self.content(first.start);
            self.faults.push(column_fault(content));
            self.blank(&(first.start..first.start + 1));
        }
    }

    fn mend_entry(&mut self, entry: &Range<usize>, error: &ScanError, level: usize) {
        if level < LEVELS && entry.len() > 1 && *error.kind() != ErrorKind::RecursionLimitExceeded {
            match self.head(entry.start) {
                Some(Head::Key { opens: true }) => {
                    let body = entry.start + 1..entry.end;
                    // Alone, lines that are all indented with tabs pass for lines that are not indented.
                    if body.clone().any(|at| self.tab_indent(at).is_some()) || self.check(&body).is_some() {
                        self.mend(body, level + 1);
                    }
                }
                Some(Head::Dash(at)) => {
                    // Without its dash, an element of a list is a table like any other.
                    self.text.replace_range(at..=at, " ");
                    if self.check(entry).is_some() {
                        self.mend(entry.clone(), level + 1);
                    }
                    self.text.replace_range(at..=at, "-");
                }
                _ => self.mend_tabs(entry),
            }
        }
        if let Some((error, _)) = self.check(entry) {
            self.report(&error, entry);
            self.blank(entry);
        }
    }

    /// Lines indented with tabs below an entry that is right without them.
    fn mend_tabs(&mut self, entry: &Range<usize>) {
        let Some(first) = entry.clone().skip(1).find(|at| self.tab_indent(*at).is_some()) else { return };
        if self.check(&(entry.start..first)).is_some() {
            return;
        }
        for at in first..entry.end {
            if let Some(tab) = self.tab_indent(at) {
                self.faults.push(tab_fault(tab));
                self.blank(&(at..at + 1));
            }
        }
    }

    /// What the first line of an entry looks like; none for a piece of text.
    fn head(&self, line: usize) -> Option<Head> {
        let text = self.line(line);
        let content = text.trim_start_matches(' ');
        if is_dash(content) {
            return Some(Head::Dash(self.lines[line].start + text.len() - content.len()));
        }
        let content = content.split_once(" #").map_or(content, |(before, _)| before).trim_end();
        let opens = content.ends_with(':');
        (opens || content.contains(": ")).then_some(Head::Key { opens })
    }

    /// Where the first tab of a line stands that is indented with one.
    fn tab_indent(&self, line: usize) -> Option<usize> {
        let text = self.line(line);
        let spaces = text.len() - text.trim_start_matches(' ').len();
        let content = text.trim();
        let tab = text[spaces..].starts_with('\t') && !content.is_empty() && !content.starts_with('#');
        tab.then(|| self.lines[line].start + spaces)
    }

    /// The entries of some lines, each with all its lines.
    fn entries(&self, lines: &Range<usize>) -> Vec<Range<usize>> {
        let indent_of = |at: usize| {
            let line = self.line(at);
            let content = line.trim_start_matches(' ');
            let indent = line.len() - content.len();
            let marker = indent == 0 && ["---", "...", "%"].iter().any(|mark| content.starts_with(mark));
            let first = content.trim_start().chars().next();
            let part_of_last = matches!(first, None | Some('#' | ']' | '}')) || marker;
            (!part_of_last).then_some(indent)
        };
        // A tab says nothing about how deep the others stand.
        let by_spaces = lines.clone().filter(|at| self.tab_indent(*at).is_none()).find_map(indent_of);
        let own = by_spaces.or_else(|| lines.clone().find_map(indent_of)).unwrap_or(0);
        let mut starts: Vec<usize> = Vec::new();
        let mut after_key = false;
        for at in lines.clone() {
            let Some(indent) = indent_of(at) else { continue };
            let after_tab = starts.last().is_none_or(|last| self.tab_indent(*last).is_some());
            if self.tab_indent(at).is_some() && !after_tab {
                continue;
            }
            // A list may stand as far left as the key it belongs to.
            let dash = is_dash(self.line(at).trim_start());
            if indent > own || (dash && after_key && indent == own) {
                continue;
            }
            after_key = !dash;
            starts.push(at);
        }
        let ends = starts.iter().skip(1).copied().chain([lines.end]);
        starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
    }
}

enum Head {
    /// `key: …`, and whether everything else is on the lines below.
    Key { opens: bool },
    /// `- …`, with the place of the dash.
    Dash(usize),
}

fn is_dash(content: &str) -> bool {
    content.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
