//! Numbers of items as people write them: alone, with the question behind them, mistyped, or made into something else by
//! a spreadsheet.

use crate::bank::Banks;
use crate::form::{self, Typed};
use crate::import::grid::{self, Sheet};
use crate::model::{Item, Standard};

/// Longer (bytes) is no number, whatever it begins with.
const LONGEST: usize = 20;

/// The column with most numbers of items, and its rows; `named` is the column that the user named.
pub(super) fn column(
    sheet: &Sheet,
    standard: &Standard,
    named: Option<usize>,
) -> Option<(usize, Vec<(usize, String)>)> {
    let columns = named.map_or(0..sheet.width(), |column| column..column + 1);
    // Of a column of numbers and one of questions that begin with them, the numbers are meant.
    let mut rank = (0, 0);
    let mut best = None;
    for column in columns {
        let mut bare = 0;
        let mut rows = Vec::new();
        for row in sheet.rows() {
            // A number merged over several rows is that of each.
            let first =
                sheet.merged_over(row, column).filter(|block| (block.first.1, block.last.1) == (column, column));
            let cell = sheet.text(first.map_or(row, |block| block.first.0), column);
            let Some(item) = item(standard, &cell) else { continue };
            bare += usize::from(item.number == cell);
            rows.push((row, item.number.clone()));
        }
        if (rows.len(), bare) > rank {
            rank = (rows.len(), bare);
            best = Some((column, rows));
        }
    }
    best
}

/// The item that a cell is about: its number alone, or followed by a blank, a dash or a colon. A cell that begins with
/// the numbers of several items is about none of them.
pub(super) fn item<'s>(standard: &'s Standard, cell: &str) -> Option<&'s Item> {
    if let Some(item) = standard.item(cell) {
        return Some(item);
    }
    let ends = cell.char_indices().take_while(|(at, _)| *at <= LONGEST).filter(|(_, c)| is_end(*c));
    let (item, rest) = ends.filter_map(|(at, _)| Some((standard.item(&cell[..at])?, &cell[at..]))).last()?;
    let mut words =
        rest.split(is_end).filter(|word| !word.is_empty() && !matches!(*word, "and" | "or" | "to" | "&" | "+"));
    let another = words.next().is_some_and(|word| standard.item(word.trim_matches([',', ';', '.', ')'])).is_some());
    (!another).then_some(item)
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':')
}

/// Whether a cell in the column of numbers was meant to hold one, though it is none that the edition has.
pub(super) fn is_meant(standard: &Standard, cell: &Typed) -> bool {
    if matches!(cell, Typed::Day(_) | Typed::Broken(_)) {
        return true;
    }
    let text = grid::text(cell);
    let first = first_word(&text);
    let is_node = || standard.nodes.iter().any(|node| node.id == first);
    let inner = first.trim_matches(|c: char| !c.is_alphanumeric());
    first.len() <= LONGEST
        && inner.contains(|c: char| c.is_ascii_digit())
        && inner.contains(['.', '/', '-', ',', ':'])
        && !is_node()
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// Why what stands in the column of numbers is none: what became of a number of another edition, by the bank's lineage.
pub(super) fn why_none(banks: &Banks, standard: &Standard, said: &str) -> String {
    let edition = standard.edition();
    let number = first_word(said).trim_end_matches(|c: char| !c.is_alphanumeric());
    let elsewhere = banks.elsewhere(standard.id(), number);
    let moved = elsewhere.iter().rev().find_map(|(known, concept)| Some((known, standard.concept(concept)?)));
    if let Some((known, item)) = moved {
        return format!("{number} of {known} is {} in {edition}: write that number", item.number);
    }
    if let Some((known, _)) = elsewhere.last() {
        return format!("{number} belongs to {known}; nothing in {edition} asks for it any more: take the row out");
    }
    if form::day(said).is_some() {
        return format!("\"{said}\" is a day, as spreadsheets make of numbers: type the number as text");
    }
    format!("\"{}\" is no item of {edition}: write one item's number", super::take::shortened(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_have_words_behind_it() {
        let standard = Banks::shipped().newest("dspt-asc").expect("a bank").standard().expect("sound");
        let number = standard.items[0].number.as_str();
        let other = standard.items[1].number.as_str();
        for behind in ["", " Has", " - Has", "- Has", "– Has", ": Has", "\nHas", " see also the policy"] {
            let found = item(&standard, &format!("{number}{behind}"));
            assert_eq!(found.map(|item| item.number.as_str()), Some(number), "{behind:?}");
        }
        for behind in
            [format!(" - {other}"), format!("-{other}"), format!(" and {other}"), "0".to_owned(), "x".to_owned()]
        {
            let cell = format!("{number}{behind}");
            assert!(item(&standard, &cell).is_none_or(|item| item.number == cell), "{cell}");
        }
        for meant in ["1.1O.2", "02/01/2001", "99.1.1 Has", "l.1.2", &format!("{number}, {other}")] {
            assert!(is_meant(&standard, &Typed::Text(meant.to_owned())), "{meant}");
        }
        for not in ["", "Totals", "Section 2", "7", "e.g. this", "Staff-only area 1"] {
            assert!(!is_meant(&standard, &Typed::Text(not.to_owned())), "{not}");
        }
    }
}
