//! What the answers workbook says about itself: whose it is, what a row stands for, and what its cells held.

use super::{Cell, Field};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The newest layout of the workbook that is written and read.
pub const FORMAT: u32 = 1;
/// The hidden sheet that names the workbook.
pub const HIDDEN: &str = "dspt";
pub const ORGANISATION: &str = "Your organisation";
pub const GUIDE: &str = "How to fill this in";
pub const SUMMARY: &str = "Summary";
pub const NUMBER: &str = "No.";
pub const QUESTION: &str = "Question, and what it means";
pub const BEFORE: &str = "How it was asked before";
pub const STANDS: &str = "Where it stands";
pub const PERCENT: &str = "Per cent";
pub const FILLED_IN_BY: &str = "Filled in by";
pub const ON: &str = "Date";
/// What the title of a hidden column begins with that keeps what a column held.
pub const WAS: &str = "was: ";
/// The title of the hidden column that says whether the level aimed at asks for the item.
pub const ASKED: &str = "asked for";
/// The title of the hidden column that tells whether somebody touched the hidden cells of a row.
pub const MARK: &str = "mark";
/// The title of the list on the hidden sheet of what the workbook says itself, and the column that it stands in.
pub const PRINTED: &str = "what this workbook says itself";
pub const PRINTED_COLUMN: u16 = 2;
/// What stands at the end of an answer that no cell can hold whole.
pub const CUT: &str = " … [too long for a cell: the whole answer is in the answers' file, and is changed there]";

const MAGIC: &str = "dspt answers workbook";

/// Whose answers a workbook holds. Each sheet carries it, so that it may come back without the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub format: u32,
    pub ods_code: String,
    pub standard: String,
    pub edition: String,
    /// The digest of the question bank.
    pub bank: String,
}

impl Identity {
    pub fn text(&self) -> String {
        [MAGIC, &self.format.to_string(), &self.standard, &self.edition, &self.bank, &self.ods_code].join("|")
    }

    /// None where the text is no identity. The code stands last: it may hold any character.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(MAGIC)?.strip_prefix('|')?.splitn(5, '|');
        let format = parts.next()?.parse().ok()?;
        let [standard, edition, bank, ods_code] = std::array::from_fn(|_| parts.next().unwrap_or_default().to_owned());
        Some(Self { format, ods_code, standard, edition, bank })
    }
}

/// What a row of a section's sheet stands for: an item, and which of its documents, from 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    pub number: String,
    pub document: usize,
}

impl RowId {
    pub fn text(&self) -> String {
        format!("item {} {}", self.number, self.document)
    }

    pub fn read(text: &str) -> Option<Self> {
        let (number, document) = text.strip_prefix("item ")?.rsplit_once(' ')?;
        Some(Self { number: number.to_owned(), document: document.parse().ok()? })
    }
}

/// A text without the ways in which spreadsheets escape characters (`_x0041_` is A): some programs save as an escape
/// what was none, the same in every cell.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    while let Some(at) = text.match_indices("_x").map(|(at, _)| at).find(|at| unit(&text, *at).is_some()) {
        let first = unit(&text, at).unwrap_or_default();
        let pair = unit(&text, at + ESCAPE).map(|second| char::decode_utf16([first, second]).collect::<Vec<_>>());
        let (c, length) = match pair.as_deref() {
            Some([Ok(c)]) => (*c, 2 * ESCAPE),
            _ => (char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), ESCAPE),
        };
        let c = if c == '\r' { '\n' } else { c };
        text = Cow::Owned(format!("{}{c}{}", &text[..at], &text[at + length..]));
    }
    text
}

/// The bytes of an escape.
const ESCAPE: usize = 7;

/// The UTF-16 unit that an escape at this place stands for.
fn unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix("_x")?.strip_suffix('_')?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

/// The mark of a row over what its hidden cells say.
pub fn mark<'a>(id: &str, was: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(id.as_bytes());
    for value in was {
        hasher.update([0x1f]);
        hasher.update(unescaped(value).as_bytes());
    }
    hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The part of a text that a cell shows of one that is too long for it, with a word about the rest.
pub fn cut(text: &str) -> String {
    let mut left = super::LONGEST - CUT.encode_utf16().count();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        end = at + c.len_utf8();
    }
    format!("{}{CUT}", &text[..end])
}

/// What a cell of the workbook holds: the cell itself, cut where it must be.
pub fn shown(cell: Cell) -> Cell {
    match &cell {
        Cell::Text(text) if cell.is_too_long() => Cell::Text(cut(text)),
        _ => cell,
    }
}

/// The field of a column, by its title, blanks and case aside.
pub fn field(title: &str) -> Option<Field> {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let title = folded(title);
    Field::ALL.into_iter().find(|field| folded(field.title()) == title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_leads_back() {
        let identity = Identity {
            format: FORMAT,
            ods_code: "A1|B2".to_owned(),
            standard: "s".to_owned(),
            edition: "e".to_owned(),
            bank: "sha256:00".to_owned(),
        };
        assert_eq!(Identity::read(&identity.text()), Some(identity));
        assert_eq!(Identity::read("dspt answers workbook"), None);
        let id = RowId { number: "A 1".to_owned(), document: 3 };
        assert_eq!(RowId::read(&id.text()), Some(id));
    }

    #[test]
    fn escapes_are_taken_off_to_the_last() {
        for (text, wanted) in [
            ("a_x0041_b", "aAb"),
            ("_x005F_x0041_", "A"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_ _x00e9_", "\u{fffd} é"),
            ("_x000D_", "\n"),
            ("_x004_ _x00G1_ é_x", "_x004_ _x00G1_ é_x"),
        ] {
            assert_eq!(unescaped(text), wanted);
        }
    }

    #[test]
    fn a_text_is_cut_to_what_a_cell_holds() {
        let text = "😀".repeat(20_000);
        let cell = Cell::text(&text);
        assert!(cell.is_too_long());
        let Cell::Text(cut) = shown(cell) else { panic!("a text") };
        assert!(cut.ends_with(CUT));
        assert!((super::super::LONGEST - 1..=super::super::LONGEST).contains(&cut.encode_utf16().count()));
        assert!(!Cell::text(&"x".repeat(super::super::LONGEST)).is_too_long());
    }
}
