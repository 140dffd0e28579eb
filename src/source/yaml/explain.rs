//! What the YAML parser complains of, in plain words.

use super::ScanError;
use crate::source::{Fault, Span, too_deep};
use granit_parser::ErrorKind;
use std::ops::Range;

/// An error as a finding; `part` is the range of the text that was parsed.
pub(super) fn describe(text: &str, error: &ScanError, part: Range<usize>) -> Fault {
    let end = part.start + text[part.clone()].trim_end().len();
    let mut at = (part.start + error.marker().byte_offset().unwrap_or(0)).min(end);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let line_start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let line_end = at + text[at..].find(['\r', '\n']).unwrap_or(text.len() - at);
    let line = text[line_start..line_end].trim_end();
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    if let (Some(tab), true) = (line[..indent].find('\t'), at <= line_start + indent) {
        return tab_fault(line_start + tab);
    }
    let rest = Span::new(at, line_start + line.len());
    let character = text[at..line_end].chars().next().map_or(0, char::len_utf8);
    let character = Span::new(at, at + character);
    match error.kind() {
        // The place of what is too deep is that of the whole value.
        ErrorKind::RecursionLimitExceeded => match line.find(['[', '{']).map(|open| line_start + open) {
            Some(open) => too_deep(Span::new(open, open + 1)),
            None => too_deep(character),
        },
        ErrorKind::SimpleKeyExpected => stray_fault(rest),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::ExpectedDocumentStart => column_fault(rest),
        ErrorKind::UnclosedQuotedScalar => {
            fault(rest, "this text has no closing quotation mark", "close it with the same quotation mark")
        }
        kind => match explain(kind, line) {
            Some((message, help)) => fault(character, message, help),
            None => Fault::new("syntax-error", character, error.info().lines().next().unwrap_or_default()),
        },
    }
}

fn fault(span: Span, message: &str, help: &str) -> Fault {
    Fault::new("syntax-error", span, message).help(help)
}

pub(super) fn tab_fault(at: usize) -> Fault {
    let tab = Span::new(at, at + 1);
    fault(tab, "a tab stands at the beginning of this line", "YAML is indented with spaces, never with tabs")
}

pub(super) fn stray_fault(line: Span) -> Fault {
    fault(
        line,
        "this line is neither `key: value` nor part of the text above",
        "write `key: value`, or indent it deeper than its key",
    )
}

pub(super) fn column_fault(line: Span) -> Fault {
    fault(line, "this line does not begin in the same column as its neighbours", COLUMN)
}

const COLUMN: &str = "the entries of one table begin in the same column";

fn explain(kind: &ErrorKind, line: &str) -> Option<(&'static str, &'static str)> {
    let colons = line.matches(": ").count() + usize::from(line.ends_with(':'));
    Some(match kind {
        ErrorKind::UnclosedFlowCollection { open: '[' } => ("this `[` is never closed", "write `]` where it ends"),
        ErrorKind::UnclosedFlowCollection { .. } => ("this `{` is never closed", "write `}` where it ends"),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement if colons > 1 => (
            "a colon that makes a key cannot stand here",
            "a text with a colon and a space in it stands in quotation marks",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("a colon that makes a key cannot stand here", COLUMN)
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list cannot begin on the line of its key", "write `- ` on a line of its own, below the key")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("there is something after the closing quotation mark", "write \\\" for a quotation mark inside a text")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("there is something after the closing quotation mark", "write '' for a quotation mark inside a text")
        }
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            ("this bracket closes nothing", "brackets come in pairs: [ ] and { }")
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a comma or `]` is missing before this", "write commas between the elements")
        }
        ErrorKind::ExpectedFlowMappingSeparator => {
            ("a comma or `}` is missing before this", "write commas between the entries")
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            ("there is a control character here", "delete it")
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            ("a text cannot begin with this character", "put the text in quotation marks")
        }
        ErrorKind::UnknownQuotedScalarEscape => (
            "there is a backslash in this text that begins no escape of YAML",
            "write \\\\ for a backslash, or put the text between single quotation marks",
        ),
        _ => return None,
    })
}
