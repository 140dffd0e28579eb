//! CSV as RFC 4180 has it: CRLF, quotes only where they are needed, UTF-8 with a byte order mark so that spreadsheets
//! know it.
//!
//! A cell that a spreadsheet would take for a formula gets a leading apostrophe; [`unguarded`] takes it off again and
//! gives back exactly the text that was guarded. What no document may hold, such as the sequences that steer a terminal,
//! is replaced.

use crate::form::fit;
use std::borrow::Cow;

/// Whether a spreadsheet may take the text for a formula, apostrophes in front of it or not.
fn looks_like_formula(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace() || c == '\u{feff}');
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// The text as it stands in a cell.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if looks_like_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that was guarded.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| looks_like_formula(text)).unwrap_or(cell)
}

/// Writes rows.
#[derive(Debug)]
pub struct Writer {
    out: String,
}

impl Default for Writer {
    fn default() -> Self {
        Self { out: "\u{feff}".to_owned() }
    }
}

impl Writer {
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.row_of(cells.into_iter().map(|cell| (cell, true)));
    }

    /// A row of cells, each with whether anybody may have typed it.
    pub fn row_of<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = (T, bool)>) {
        for (at, (cell, typed)) in cells.into_iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            if typed {
                self.cell(&guarded(&fit(cell.as_ref())));
            } else {
                self.cell(cell.as_ref());
            }
        }
        self.out.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        // A semicolon parts cells where the comma is the decimal sign.
        let quote =
            cell.contains([',', ';', '"', '\n', '\r', '\t']) || cell.starts_with([' ', '\'']) || cell.ends_with(' ');
        if quote {
            self.out.push('"');
            self.out.push_str(&cell.replace('"', "\"\""));
            self.out.push('"');
        } else {
            self.out.push_str(cell);
        }
    }

    pub fn finish(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_guarded_and_plain_words_are_not() {
        for text in ["=1+1", "+44 20", "-5", "@SUM(A1)", " =1", "\u{a0}=1", "＝1", "'=1", "\n=1", "' '=1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "'", "7.1.2", "'tis", "a=b", "Jo Field"] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn no_cell_steers_the_terminal_that_shows_it() {
        let mut writer = Writer::default();
        writer.row(["\u{1b}[31mred\u{7}", "\u{9b}2J\r=1", "a\tb\nc"]);
        let text = writer.finish();
        assert!(!text.trim_end().contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n')), "{text:?}");
        assert!(text.contains("\"a\tb\nc\""), "{text:?}");
    }

    proptest! {
        #[test]
        fn what_is_guarded_comes_back(text in "['=+@ a-]{0,6}|\\PC*") {
            let cell = guarded(&text);
            prop_assert_eq!(unguarded(&cell), text.as_str());
        }
    }
}
