//! What a cell means: codes, names and days, as spreadsheets and reports write them.

use crate::model::period::month_whose;
use jiff::civil::Date;

/// The longest name that is taken over, in characters; the layouts know 100.
const LONGEST_NAME: usize = 200;

/// The text of a cell, without the ways in which spreadsheets say that something is text: `="8E338"` and `'8E338`.
pub fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    let bare = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    bare.strip_prefix('\'').unwrap_or(bare).trim()
}

/// A code or number of a register: letters, digits and hyphens. None where the cell holds something else, such as a
/// date that a spreadsheet made of it; the empty text where the cell is empty.
pub fn code(cell: &str) -> Option<&str> {
    let code = plain(cell);
    let code = if code == "-" { "" } else { code };
    let fits = code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (fits && !code.starts_with('-')).then_some(code)
}

/// A name on one line, without control characters.
pub fn name(cell: &str) -> String {
    let unfit = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text: String = plain(cell).chars().map(|c| if unfit(c) { ' ' } else { c }).collect();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST_NAME).collect()
}

/// Names as they are compared: letters and digits alone.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A cell that should hold a date and holds something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADate;

/// A day in any of the notations seen: `20260119`, `2026-01-19`, `19/01/2026`, `19/Jan/2026`, `19 January 2026`, with a
/// time of day behind it or not. None where the cell is empty, an error where it holds something else.
pub fn day(cell: &str) -> Result<Option<Date>, NotADate> {
    let text = plain(cell);
    if text.is_empty() || text == "-" {
        return Ok(None);
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return date(&text[..4], &text[4..6], &text[6..]).map(Some).ok_or(NotADate);
    }
    let mut parts = text.split(['/', '-', ' ', 'T']).filter(|part| !part.is_empty());
    let (Some(a), Some(b), Some(c)) = (parts.next(), parts.next(), parts.next()) else { return Err(NotADate) };
    // What follows can only be the time of day.
    if parts.any(|part| !part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'Z'))) {
        return Err(NotADate);
    }
    let found = if a.len() == 4 { date(a, b, c) } else { date(c, b, a) };
    found.map(Some).ok_or(NotADate)
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let named = || {
        let short = month.get(..3)?;
        month_whose(|name| name[..3].eq_ignore_ascii_case(short))
    };
    let month = month.parse().ok().or_else(named)?;
    let year = year.parse().ok().filter(|year| (1800..=2200).contains(year))?;
    Date::new(year, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as on;
    use proptest::prelude::*;

    #[test]
    fn days_in_every_notation() {
        let cells = [
            "20180109",
            "2018-01-09",
            "09/01/2018",
            "9/1/2018",
            "09/Jan/2018 - 00:00",
            "9 January 2018",
            "2018-01-09 00:00:00",
            "2018-01-09T00:00:00Z",
            "=\"20180109\"",
        ];
        for cell in cells {
            assert_eq!(day(cell), Ok(Some(on(2018, 1, 9))), "{cell}");
        }
        assert_eq!(day(" "), Ok(None));
        for cell in ["20181301", "31/02/2018", "soon", "2018", "09/Jan/2018 or so", "99999999999", "9/é/2018", "0/0/0"]
        {
            assert_eq!(day(cell), Err(NotADate), "{cell}");
        }
    }

    #[test]
    fn codes_are_text() {
        assert_eq!(code(" 8E338 "), Some("8E338"));
        assert_eq!(code("=\"8E338\""), Some("8E338"));
        assert_eq!(code("'0040"), Some("0040"));
        assert_eq!(code("8A738CLOSED"), Some("8A738CLOSED"));
        assert_eq!(code("1-125856395"), Some("1-125856395"));
        assert_eq!(code("-"), Some(""));
        for cell in ["2004-04-01 00:00:00", "=1+1", "8E+338", "VAB\u{1b}CD", "-rf", "V\u{e9}"] {
            assert_eq!(code(cell), None, "{cell}");
        }
    }

    #[test]
    fn names_are_one_line() {
        assert_eq!(name(" The\r\n Elms\u{1b}[31m \u{202e}"), "The Elms [31m");
        assert_eq!(folded("Northfield Home-Care, (WESTMERE)"), "northfieldhomecarewestmere");
    }

    proptest! {
        #[test]
        fn no_cell_stops_the_reading(text in "\\PC*|[0-9/ :TZ-]{0,20}|[0-9]{8}") {
            let _ = (day(&text), code(&text), name(&text), folded(&text));
        }
    }
}
