//! Finds what is structurally broken in a TOML text and blanks it, so that the parser sees the rest as it was meant.
//!
//! An unclosed bracket or a text without its closing quotation mark makes a parser read the following lines as part of
//! it. Where such a thing ends is a guess, made line by line: a line that looks like `key = …` or `[header]` and is
//! indented no deeper than the line with the open bracket begins anew. Every fault found here is one finding; what is
//! blanked belongs to an expression that is left out of the tree.

use super::super::{MAX_DEPTH, blank, too_deep};
use super::{Fault, Found, Span};
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

pub(super) struct Repaired {
    /// As long as the original, byte for byte in the same place.
    pub(super) text: String,
    /// Sorted by place.
    pub(super) faults: Found,
    /// Where blanking began, sorted: what the parser says of these lines is an echo.
    pub(super) blanked: Vec<usize>,
}

pub(super) fn repair(text: &str) -> Repaired {
    let mut faults = Found::default();
    let cuts = unclosed_multi_line(text, &mut faults);
    let text = blank(text, cuts.iter().copied());
    let tokens = Source::new(&text).lex().into_vec();
    let mut walk = Walk { text: &text, tokens: &tokens, at: 0, blanks: Vec::new(), faults };
    walk.document();
    let Walk { blanks, mut faults, .. } = walk;
    faults.0.sort_by_key(|fault| fault.span);
    let starts = blanks.iter().chain(&cuts).chain(faults.0.iter().map(|fault| &fault.span));
    let mut blanked: Vec<usize> = starts.map(|span| span.start as usize).collect();
    blanked.sort_unstable();
    Repaired { text: blank(&text, blanks.into_iter()), faults, blanked }
}

/// Texts between `"""` that are never closed. When the last one of a file is open, the missing mark may belong to any
/// before it: the first that seems to hold a header is taken for the open one, and ends there.
fn unclosed_multi_line(text: &str, faults: &mut Found) -> Vec<Span> {
    let is_multi_line = |token: &Token| matches!(token.kind(), TokenKind::MlBasicString | TokenKind::MlLiteralString);
    let is_open = |token: &Token, from: usize| {
        let raw = &text[from + token.span().start()..from + token.span().end()];
        is_multi_line(token) && (raw.len() < 6 || !raw.ends_with(&raw[..3]) || ends_escaped(raw))
    };
    let mut cuts = Vec::new();
    let last = Source::new(text).lex().filter(|token| token.kind() != TokenKind::Eof).last();
    if !last.is_some_and(|last| is_open(&last, 0)) {
        return cuts;
    }
    let mut from = 0;
    'text: loop {
        for token in Source::new(&text[from..]).lex().filter(is_multi_line) {
            let (start, end) = (from + token.span().start(), from + token.span().end());
            let header = first_header_line(text, start, end);
            if header.is_none() && !is_open(&token, from) {
                continue;
            }
            let cut = header.unwrap_or(text.len());
            let line_end = text[start..].find(['\r', '\n']).map_or(text.len(), |n| start + n);
            let mark = &text[start..start + 3];
            faults.push(
                Fault::new("syntax-error", Span::new(start, line_end), format!("this text has no closing {mark}"))
                    .help(format!("write {mark} behind its last line")),
            );
            cuts.push(Span::new(start, cut));
            from = cut;
            continue 'text;
        }
        return cuts;
    }
}

/// Whether the quotation mark at the end is itself escaped, so that it closes nothing.
fn ends_escaped(raw: &str) -> bool {
    let body = raw.trim_end_matches('"');
    raw.starts_with('"')
        && raw.len() - body.len() < 4
        && body.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The start of the first whole line of a range that looks like a header of tables.
fn first_header_line(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut at = start + text[start..end].find('\n')? + 1;
    while at < end {
        let line_end = text[at..end].find('\n').map_or(end, |n| at + n);
        if looks_like_header(&text[at..line_end]) {
            return Some(at);
        }
        at = line_end + 1;
    }
    None
}

/// `[a.b]` or `[[a]]` alone on its line, with a first key that could not be the element of a list.
fn looks_like_header(line: &str) -> bool {
    let Some(inner) = line.trim_start().strip_prefix('[') else { return false };
    let inner = inner.strip_prefix('[').unwrap_or(inner).trim_start();
    let bare_end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(inner.len());
    let (bare, rest) = inner.split_at(bare_end);
    let value =
        matches!(bare, "true" | "false" | "inf" | "nan") || bare.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if bare.is_empty() || value || !rest.trim_start().starts_with(['.', ']']) {
        return false;
    }
    let rest = rest.split_once(" #").map_or(rest, |(before, _)| before);
    rest.trim_end().ends_with(']')
}

/// An open bracket.
struct Open {
    kind: TokenKind,
    start: usize,
    /// Where its line begins.
    line: usize,
}

struct Walk<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    blanks: Vec<Span>,
    faults: Found,
}

impl Walk<'_> {
    fn kind(&self) -> TokenKind {
        self.tokens.get(self.at).map_or(TokenKind::Eof, Token::kind)
    }

    fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |token| token.span().start())
    }

    fn skip(&mut self, kinds: &[TokenKind]) {
        while kinds.contains(&self.kind()) {
            self.at += 1;
        }
    }

    /// On to the end of the line; tells whether anything but a comment was passed.
    fn skip_line(&mut self) -> bool {
        let mut anything = false;
        while !matches!(self.kind(), TokenKind::Newline | TokenKind::Eof) {
            anything |= !matches!(self.kind(), TokenKind::Whitespace | TokenKind::Comment);
            self.at += 1;
        }
        anything
    }

    /// On to the first token at or behind an offset.
    fn skip_to(&mut self, offset: usize) {
        while self.kind() != TokenKind::Eof && self.start() < offset {
            self.at += 1;
        }
    }

    fn document(&mut self) {
        // Whether the last expression was broken: lines that can only be the rest of it are blanked with it.
        let mut debris = false;
        loop {
            self.skip(&[TokenKind::Whitespace, TokenKind::Newline, TokenKind::Comment]);
            match self.kind() {
                TokenKind::Eof => return,
                TokenKind::LeftSquareBracket => {
                    debris = false;
                    self.skip_line();
                }
                TokenKind::RightSquareBracket
                | TokenKind::LeftCurlyBracket
                | TokenKind::RightCurlyBracket
                | TokenKind::Comma => {
                    let from = self.start();
                    self.skip_line();
                    if debris {
                        self.blanks.push(Span::new(from, self.start()));
                    }
                }
                _ => debris = self.expression(),
            }
        }
    }

    /// A line that begins with a key; tells whether more of it may lie on the following lines.
    fn expression(&mut self) -> bool {
        let line = line_start(self.text, self.start());
        while is_key_part(self.kind()) {
            self.at += 1;
        }
        if self.kind() != TokenKind::Equals {
            return self.skip_line() || self.text[line..self.start()].contains(['[', '{']);
        }
        self.skip(&[TokenKind::Equals, TokenKind::Whitespace]);
        match self.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                if self.brackets(line) {
                    return false;
                }
            }
            TokenKind::BasicString | TokenKind::LiteralString if self.is_open_string() => self.swallow_continuation(),
            _ => self.at += usize::from(!matches!(self.kind(), TokenKind::Newline | TokenKind::Eof)),
        }
        self.skip_line()
    }

    fn is_open_string(&self) -> bool {
        let raw = &self.text[self.start()..self.tokens[self.at].span().end()];
        let body = &raw[1..];
        match self.kind() {
            TokenKind::BasicString => {
                !body.ends_with('"')
                    || body[..body.len() - 1].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
            }
            TokenKind::LiteralString => !body.ends_with('\''),
            _ => false,
        }
    }

    /// A text over several lines between simple quotation marks: its lines up to the closing mark are part of it.
    fn swallow_continuation(&mut self) {
        let start = self.start();
        let mark = &self.text[start..=start];
        let line_end = end_of_line(self.text, start);
        let mut at = line_end;
        while at < self.text.len() {
            let end = end_of_line(self.text, at);
            let line = &self.text[at..end];
            if looks_like_header(line) || looks_like_entry(line) {
                break;
            }
            if line.contains(mark) {
                self.blanks.push(Span::new(line_end, end));
                self.skip_to(end);
                // The line break itself ends the expression.
                self.at -= usize::from(self.at > 0 && self.tokens[self.at - 1].kind() == TokenKind::Newline);
                return;
            }
            at = end;
        }
        self.at += 1;
    }

    /// Follows brackets to the one that closes the first; true where they were cut off at a new expression instead.
    fn brackets(&mut self, line: usize) -> bool {
        let mut open: Vec<Open> = Vec::new();
        let mut line = line;
        let indent = indent_of(self.text, line);
        let mut before = TokenKind::Equals;
        loop {
            let kind = self.kind();
            match kind {
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                    open.push(Open { kind, start: self.start(), line });
                }
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => self.close(kind, &mut open),
                TokenKind::BasicString | TokenKind::LiteralString if self.is_open_string() => {
                    self.open_string(line, &mut open);
                }
                TokenKind::Newline => {
                    self.at += 1;
                    line = self.start();
                    self.skip(&[TokenKind::Whitespace]);
                    if self.begins_anew(line, indent, before, &open) {
                        self.unclosed(&open, 0, line);
                        return true;
                    }
                    if before != TokenKind::Equals && self.kind() == TokenKind::LeftCurlyBracket {
                        self.close_before(line, &mut open);
                    }
                    continue;
                }
                TokenKind::Eof => {
                    self.unclosed(&open, 0, self.text.len());
                    return true;
                }
                _ => {}
            }
            if open.is_empty() {
                self.at += usize::from(self.kind() != TokenKind::Newline);
                return false;
            }
            if !matches!(kind, TokenKind::Whitespace | TokenKind::Comment) {
                before = kind;
            }
            self.at += 1;
        }
    }

    /// Whether the line at hand is no part of the open brackets but the next expression.
    fn begins_anew(&self, line: usize, indent: usize, before: TokenKind, open: &[Open]) -> bool {
        if self.start() - line > indent {
            return false;
        }
        let text = &self.text[line..end_of_line(self.text, line)];
        let in_list = open.last().is_some_and(|open| open.kind == TokenKind::LeftSquareBracket);
        let key_allowed = !in_list && matches!(before, TokenKind::Comma | TokenKind::LeftCurlyBracket);
        looks_like_header(text) || (!key_allowed && looks_like_entry(text))
    }

    fn close(&mut self, kind: TokenKind, open: &mut Vec<Open>) {
        let opener = match kind {
            TokenKind::RightSquareBracket => TokenKind::LeftSquareBracket,
            _ => TokenKind::LeftCurlyBracket,
        };
        // A bracket that closes nothing the parser reports by itself.
        let Some(at) = open.iter().rposition(|open| open.kind == opener) else { return };
        if at + 1 < open.len() {
            self.unclosed(open, at + 1, self.start());
        }
        open.truncate(at);
    }

    /// An inline table must be closed before the next one begins on a line of its own.
    fn close_before(&mut self, line: usize, open: &mut Vec<Open>) {
        let list = open.iter().rposition(|open| open.kind == TokenKind::LeftSquareBracket).map_or(0, |at| at + 1);
        if list < open.len() && list > 0 {
            self.unclosed(open, list, line);
            open.truncate(list);
        }
    }

    /// A text that runs to the end of its line took the closing brackets of that line with it.
    fn open_string(&mut self, line: usize, open: &mut Vec<Open>) {
        let start = self.start();
        let end = self.tokens[self.at].span().end();
        let end = start + self.text[start..end].trim_end_matches(['\r', '\n']).len();
        let mut from = start;
        let swallowed_list = self.text[start..end].contains(']');
        while let Some(last) = open.last() {
            if last.line != line || (last.kind == TokenKind::LeftSquareBracket && !swallowed_list) {
                break;
            }
            from = last.start;
            open.pop();
        }
        if let Some(last) = open.last() {
            let first = line + indent_of(self.text, line);
            from = if last.start < first { first } else { from };
        }
        self.faults.push(
            Fault::new("syntax-error", Span::new(start, end), "this text has no closing quotation mark").help(
                "close it with the same quotation mark; a text of several lines stands between \"\"\" and \"\"\"",
            ),
        );
        self.blanks.push(Span::new(from, end));
    }

    /// Reports the innermost of the open brackets from `first` on, and blanks from the outermost of them to `end`.
    fn unclosed(&mut self, open: &[Open], first: usize, end: usize) {
        let (Some(outer), Some(inner)) = (open.get(first), open.last()) else { return };
        self.blanks.push(Span::new(outer.start, end));
        if open.len() > MAX_DEPTH {
            self.faults.push(too_deep(Span::new(outer.start, outer.start + 1)));
            return;
        }
        let (mark, closer) = if inner.kind == TokenKind::LeftSquareBracket { ('[', ']') } else { ('{', '}') };
        self.faults.push(
            Fault::new(
                "syntax-error",
                Span::new(inner.start, inner.start + 1),
                format!("this `{mark}` is never closed"),
            )
            .help(format!("write `{closer}` where it ends")),
        );
    }
}

fn is_key_part(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Atom | TokenKind::Dot | TokenKind::BasicString | TokenKind::LiteralString | TokenKind::Whitespace
    )
}

/// `key = …`, `"key" = …` or `a.b = …`.
fn looks_like_entry(line: &str) -> bool {
    let mut rest = line.trim_start();
    loop {
        rest = if let Some(quoted) = rest.strip_prefix('"') {
            let Some((_, after)) = quoted.split_once('"') else { return false };
            after
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
            if end == 0 {
                return false;
            }
            &rest[end..]
        };
        rest = rest.trim_start();
        match rest.strip_prefix('.') {
            Some(after) => rest = after.trim_start(),
            None => return rest.starts_with('='),
        }
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

/// The start of the next line.
fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |after| at + after + 1)
}

fn indent_of(text: &str, line: usize) -> usize {
    text[line..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
