//! What the TOML parser complains of, in plain words: one finding a line.

use super::{Fault, Found, Span, span};
use crate::source::MAX_FAULTS;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use toml_parser::{ErrorSink, Expected, ParseError};

/// Takes errors from the parser. What follows the first error of a line is its echo: it is counted, not kept, so that
/// a hostile file costs no memory.
pub(super) struct Errors<'a> {
    text: &'a str,
    kept: RefCell<Vec<(Span, ParseError)>>,
    count: Cell<usize>,
    /// The line of the last error.
    line: RefCell<Range<usize>>,
}

impl<'a> Errors<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, kept: RefCell::default(), count: Cell::new(0), line: RefCell::new(0..0) }
    }

    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    /// The errors as findings; `original` is the text before blanking. Lines where blanking began hold its echoes.
    pub(super) fn into_faults(self, original: &str, blanked: &[usize]) -> Found {
        let mut covered = blanked.iter().map(|at| line_of(original, *at)).peekable();
        let mut kept = self.kept.into_inner();
        kept.sort_by_key(|(span, _)| *span);
        let mut faults = Found::default();
        let mut line = 0..0;
        for (span, error) in kept {
            let at = span.start as usize;
            while covered.next_if(|line| line.end <= at).is_some() {}
            if line.contains(&at) || covered.peek().is_some_and(|line| line.contains(&at)) {
                continue;
            }
            line = line_of(original, at);
            faults.push(describe(original, span, &error));
        }
        faults
    }
}

impl ErrorSink for &Errors<'_> {
    fn report_error(&mut self, error: ParseError) {
        self.count.set(self.count.get() + 1);
        let at = place(&error);
        if self.line.borrow().contains(&(at.start as usize)) {
            return;
        }
        *self.line.borrow_mut() = line_of(self.text, at.start as usize);
        let mut kept = self.kept.borrow_mut();
        if kept.len() < MAX_FAULTS {
            kept.push((at, error));
        }
    }
}

/// A line with its line end; the last one holds the end of the text too.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let end = text[at..].find('\n').map_or(usize::MAX, |after| at + after + 1);
    start..end
}

fn clip(text: &str, range: &Range<usize>) -> Range<usize> {
    range.start..range.end.min(text.len())
}

fn is_unclosed_string(error: &ParseError) -> bool {
    if let ("missing escaped value", Some(context), Some(at)) =
        (error.description(), error.context(), error.unexpected())
    {
        // The backslash is before the quotation mark that was to close the text.
        return at.start() + 1 == context.end();
    }
    let closer = matches!(error.expected(), Some([Expected::Literal("\"" | "'")]));
    closer && error.description().starts_with("invalid") && error.unexpected().map(|at| at.end()) != Some(0)
}

/// Where an error is shown: an unclosed text where it opens, everything else where the parser was surprised.
fn place(error: &ParseError) -> Span {
    let at = if is_unclosed_string(error) { error.context() } else { error.unexpected().or(error.context()) };
    at.map_or(Span::default(), span)
}

/// A span that people see: within one line, and not empty where there is something to show.
fn visible(text: &str, span: Span) -> Span {
    let start = span.start as usize;
    let line = clip(text, &line_of(text, start));
    let content_end = line.start + text[line.clone()].trim_end_matches(['\n', '\r']).len();
    let end = (span.end as usize).min(content_end);
    if end > start {
        return Span::new(start, end);
    }
    if let Some(next) = text[start..content_end.max(start)].chars().next() {
        return Span::new(start, start + next.len_utf8());
    }
    let before = text[line.start..start].trim_end();
    let word = before.rfind([' ', '\t']).map_or(0, |at| at + 1);
    if before.is_empty() { Span::new(start, start) } else { Span::new(line.start + word, line.start + before.len()) }
}

fn describe(text: &str, at: Span, error: &ParseError) -> Fault {
    let line = text[clip(text, &line_of(text, at.start as usize))].trim();
    let shown = visible(text, at);
    let fault = Fault::new("syntax-error", shown, message(error));
    if line.contains(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']) && !line.contains(['"', '\'']) {
        fault.help("use straight quotation marks (\"), not the curly ones of a word processor")
    } else if !line.contains('=') && line.contains(':') && !line.starts_with(['#', '[']) {
        fault.help("this is a TOML file: write `key = value`, not `key: value`")
    } else if is_unclosed_string(error) {
        fault.help("close it with the same quotation mark; a text of several lines stands between \"\"\" and \"\"\"")
    } else if error.description() == "missing escaped value" {
        fault.help("write \\\\ for a backslash, or put the text between single quotation marks")
    } else {
        fault
    }
}

fn message(error: &ParseError) -> String {
    if is_unclosed_string(error) {
        return "this text has no closing quotation mark".to_owned();
    }
    let plain = match error.description() {
        "key with no value" | "missing value for key" => "a key without a value: `=` is missing",
        "missing escaped value" => "a backslash begins an escape here, but of no kind that TOML knows",
        "invalid key-value pair" => "a line begins with a key, `[` or `#`",
        "unexpected key or value" => "there is something after the end of the value",
        "string values must be quoted" if error.unexpected().is_some_and(|at| at.is_empty()) => {
            "a value is missing here"
        }
        "string values must be quoted" => "a text stands in quotation marks",
        "unquoted keys cannot be empty" => "a key is missing here",
        "unclosed table" | "unclosed array table" => "this header is never closed with `]`",
        _ => return literally(error),
    };
    plain.to_owned()
}

fn literally(error: &ParseError) -> String {
    let mut message = error.description().to_owned();
    let names: Vec<String> = error
        .expected()
        .unwrap_or_default()
        .iter()
        .map(|expected| match expected {
            Expected::Literal("\n") => "a new line".to_owned(),
            Expected::Literal(literal) => format!("`{literal}`"),
            Expected::Description(description) => (*description).to_owned(),
            _ => "something else".to_owned(),
        })
        .collect();
    if let Some((last, before)) = names.split_last() {
        message.push_str(", expected ");
        if !before.is_empty() {
            message.push_str(&before.join(", "));
            message.push_str(" or ");
        }
        message.push_str(last);
    }
    message
}

pub(super) fn only_1_1(span: Span, what: &str, help: &str) -> Fault {
    Fault::new("toml-1-1-only", span, format!("{what}; taplo and Python refuse it")).help(help)
}
