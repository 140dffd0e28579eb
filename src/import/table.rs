//! Comma-separated text as other programs write it: commas, semicolons or tabs, any line ends, quoted line breaks, padded
//! and ragged rows, UTF-8 or the Windows character set, with a byte order mark or without.

use super::ImportError;
use csv::{ReaderBuilder, StringRecord};
use std::collections::BTreeMap;

/// Longer files (bytes) are not read. The longest list that anybody downloads is about a third of this.
pub const MAX_BYTES: u64 = 64_000_000;
/// A longer row (bytes) is a quotation mark that nobody closed.
pub const MAX_ROW: usize = 1_000_000;
/// What may stand between cells, a comma where nothing tells: spreadsheets write semicolons where the comma is decimal,
/// and tabs where something is copied out of them.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// The first rows, and at most so many bytes, that tell what stands between cells.
const TELLING_ROWS: usize = 40;
const TELLING_BYTES: usize = 65_536;

/// What the bytes 0x80 to 0x9f mean in Windows-1252, which is Latin-1 elsewhere.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file, without its byte order mark.
pub fn text(bytes: Vec<u8>) -> Result<String, ImportError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ImportError::TooLarge { size: bytes.len() as u64 });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(ImportError::Archive);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ImportError::Utf16);
    }
    if bytes.contains(&0) {
        return Err(ImportError::Binary);
    }
    let mut text = String::from_utf8(bytes).unwrap_or_else(|error| {
        let windows = |byte: &u8| match byte {
            0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
            _ => char::from(*byte),
        };
        error.as_bytes().iter().map(windows).collect()
    });
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// A row and the line it begins in, from 1.
#[derive(Debug)]
pub struct Row {
    pub line: u64,
    pub cells: StringRecord,
}

impl Row {
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }

    /// How many cells there are up to the last that is not blank.
    pub fn used(&self) -> usize {
        (0..self.cells.len()).rfind(|at| !self.cell(*at).trim().is_empty()).map_or(0, |at| at + 1)
    }
}

/// What stands between the cells of a text: what cuts the largest share of its first rows, the headings among them, and
/// that into the same number of cells. Where two do, as with decimal commas, it is the one that comes first in a row.
pub fn delimiter(text: &str) -> u8 {
    let text = &text.as_bytes()[..text.len().min(TELLING_BYTES)];
    let mut best = (DELIMITERS[0], (0, 0, 0));
    for delimiter in DELIMITERS {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
        let (mut rows, mut cut, mut first) = (0, 0, 0);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for row in reader.byte_records().map_while(Result::ok).take(TELLING_ROWS) {
            rows += 1;
            if row.len() > 1 {
                cut += 1;
                first += usize::from(!row[0].iter().any(|byte| DELIMITERS.contains(byte)));
                *widths.entry(row.len()).or_default() += 1;
            }
        }
        // Shares, for what cuts inside of quoted texts makes more rows of them.
        let share = |count: usize| count * 1000 / rows.max(1);
        let score = (share(cut), share(widths.into_values().max().unwrap_or_default()), share(first));
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// The rows of a text, lines of nothing but commas among them.
pub fn rows(text: &str) -> impl Iterator<Item = Result<Row, ImportError>> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let (mut line, mut counted) = (1, 0);
    std::iter::from_fn(move || {
        // The reader counts a line end only with the row behind it, so lines are counted here.
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        let rest = &text.as_bytes()[start..];
        let start = start + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += text.get(counted..start).map_or(0, |passed| passed.matches('\n').count() as u64);
        counted = start;
        let mut cells = StringRecord::new();
        match reader.read_record(&mut cells) {
            Ok(true) => {
                let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
                let too_long = end.saturating_sub(start) > MAX_ROW;
                Some(if too_long { Err(ImportError::RowTooLong { line }) } else { Ok(Row { line, cells }) })
            }
            Ok(false) => None,
            // The text is UTF-8 and in memory, and rows may be of any length: nothing else can fail.
            Err(_) => Some(Err(ImportError::Binary)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        let row = |row: Result<Row, ImportError>| {
            let row = row.expect("a row");
            (row.line, row.cells.iter().map(str::to_owned).collect())
        };
        rows(text).map(row).collect()
    }

    #[test]
    fn rows_know_their_lines_whatever_the_line_ends() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "", "", "\"c", "d\",e", ",", "f"].join(end);
            let rows = read(&text);
            let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [1, 4, 6, 7], "{end:?}");
            assert_eq!(rows[1].1, [format!("c{end}d"), "e".to_owned()]);
            assert_eq!(rows[2].1, ["", ""]);
        }
    }

    #[test]
    fn what_stands_between_cells_is_told_by_the_first_rows() {
        for (text, expected) in [
            ("Number,Answer\n2.1.1,Yes; we do\n3.1.1,No; never\n", b','),
            ("Number,Answer\n2.1.1,\"a;b;c\"\n", b','),
            ("Number,Answer\n2.1.1,\"a; b\nc; d\ne; f\ng; h\"\n3.1.1,\"a; b\nc; d\ne; f\"\n", b','),
            ("Number,Answer,Comments\n2.1.1,Yes; all\n3.1.1,No; none,x\n", b','),
            ("Number;Answer\n2.1.1;Yes, we do\n3.1.1;No, never\n", b';'),
            ("Number;Cost, £;Answer\n2.1.1;0,5;Yes\n", b';'),
            ("Number;Cost, £\n2.1.1;0,5\n3.1.1;1,5\n", b';'),
            ("Our answers, 2026\n\nNumber;Answer\n2.1.1;Yes, all\n3.1.1;No, none\n", b';'),
            ("Number\tAnswer\n2.1.1\tYes, all; really\n", b'\t'),
            ("A1B2\n\nvabcd\n", b','),
            ("a,b;c\n", b','),
            ("", b','),
        ] {
            assert_eq!(char::from(delimiter(text)), char::from(expected), "{text}");
        }
        let rows = read("a;b\n\"1;\n2\";\"3,5\"\n4;5\n");
        assert_eq!(rows[1], (2, vec!["1;\n2".to_owned(), "3,5".to_owned()]));
        assert_eq!(rows[2].0, 4);
    }

    #[test]
    fn bytes_are_utf_8_or_windows() {
        assert_eq!(text("\u{feff}Café".into()).as_deref(), Ok("Café"));
        assert_eq!(text(b"Caf\xe9 \x93x\x94 \x96 \x81".to_vec()).as_deref(), Ok("Café “x” – \u{81}"));
        assert_eq!(text(b"\xff\xfea\0".to_vec()), Err(ImportError::Utf16));
        assert_eq!(text(b"a\0b".to_vec()), Err(ImportError::Binary));
        assert_eq!(text(b"PK\x03\x04rest".to_vec()), Err(ImportError::Archive));
    }

    #[test]
    fn a_quotation_mark_left_open_is_an_error_with_its_line() {
        let text = format!("a,b\n\"{}", "x\n".repeat(MAX_ROW));
        let last = rows(&text).last();
        assert!(matches!(last, Some(Err(ImportError::RowTooLong { line: 2 }))), "{last:?}");
    }
}
