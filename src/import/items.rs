//! The workbook of evidence items that the standard's publisher offers, held against a question bank.
//!
//! Its headings are not established and change by year: the column of numbers is found by its content, the others by
//! alias among those of the category asked for, and what was found is told. A workbook has a block of columns for each
//! category of organisation, named in the heading or in a row above it.

use super::ImportError;
use super::grid::{Sheet, letters, text};
use crate::form::Typed;
use crate::model::{Item, Standard};
use std::collections::{BTreeMap, BTreeSet};

/// Rows above the first item that are looked through for headings.
const MOST_BEFORE: usize = 12;
/// A column of numbers has at least so many that the bank has too.
const FEWEST: usize = 3;

/// A column and why it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub column: usize,
    /// Empty where the user named the column.
    pub heading: String,
}

/// The columns that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    pub number: Found,
    pub question: Found,
    /// Whether the item is mandatory; none where no such column was found.
    pub mandatory: Option<Found>,
    /// Whether single levels ask for it: index of the level, column.
    pub levels: Vec<(usize, Found)>,
}

/// Columns that the user names: what, and the column's letters.
pub type Map = BTreeMap<String, usize>;

/// One item of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub number: String,
    pub question: String,
    /// None where the mark was not understood or there is no such column.
    pub mandatory: Option<bool>,
    /// Index of a level, and whether it asks for the item.
    pub levels: Vec<(usize, bool)>,
    /// From 0.
    pub row: usize,
}

/// A workbook as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemList {
    pub sheet: String,
    pub columns: Columns,
    pub items: Vec<Listed>,
    /// Cells that were not understood, in words.
    pub notes: Vec<String>,
}

/// Where an item of the bank and the workbook disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The workbook has no such number.
    NotInWorkbook,
    /// The bank has no such number.
    NotInBank,
    /// The same wording stands under another number.
    Number,
    Wording,
    Mandatory,
}

impl Difference {
    pub fn word(self) -> &'static str {
        match self {
            Self::NotInWorkbook => "not-in-workbook",
            Self::NotInBank => "not-in-bank",
            Self::Number => "number",
            Self::Wording => "wording",
            Self::Mandatory => "mandatory",
        }
    }
}

/// An item of either side; at least one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Index into the items of the standard.
    pub bank: Option<usize>,
    /// Index into the items of the list.
    pub listed: Option<usize>,
    pub differences: Vec<Difference>,
}

/// Reads the workbook's items for a category of organisation.
pub fn read(sheets: &[Sheet], standard: &Standard, category: u32, map: &Map) -> Result<ItemList, ImportError> {
    let shapes: BTreeSet<String> = standard.items.iter().map(|item| shape(&item.number)).collect();
    let numbers = |sheet: &Sheet, column: usize| -> Vec<(usize, String)> {
        let cells = sheet.rows().map(|row| (row, sheet.text(row, column)));
        cells.filter(|(_, cell)| shapes.contains(&shape(cell))).collect()
    };
    let known = |sheet: &Sheet, column: usize| {
        numbers(sheet, column).iter().filter(|(_, number)| standard.item(number).is_some()).count()
    };
    let mut best: Option<(usize, &Sheet, usize)> = None;
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let columns = map.get("number").map_or_else(|| (0..sheet.width()).collect(), |column| vec![*column]);
        for column in columns {
            let count = known(sheet, column);
            if count >= FEWEST && best.is_none_or(|(most, ..)| count > most) {
                best = Some((count, sheet, column));
            }
        }
    }
    let (_, sheet, number) = best.ok_or(ImportError::NoNumbers)?;
    let rows = numbers(sheet, number);
    let headings = Headings::of(sheet, rows[0].0);
    let columns = columns(sheet, &headings, number, &rows, standard, category, map)?;
    let mut notes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for (row, number) in rows {
        let question = one_line(&sheet.text(row, columns.question.column));
        // An item that the category is not asked has no words in its column.
        if question.is_empty() || !seen.insert(number.clone()) {
            continue;
        }
        let mut mark = |found: &Found| {
            let mark = marked(sheet.cell(row, found.column));
            if mark.is_none() {
                let said = sheet.text(row, found.column);
                notes.push(format!(
                    "{}{}: \"{}\" is no mark that is known",
                    letters(found.column),
                    row + 1,
                    one_line(&said)
                ));
            }
            mark
        };
        let mandatory = columns.mandatory.as_ref().and_then(&mut mark);
        let levels = columns.levels.iter().filter_map(|(level, found)| Some((*level, mark(found)?))).collect();
        items.push(Listed { number, question, mandatory, levels, row });
    }
    Ok(ItemList { sheet: sheet.name.clone(), columns, items, notes })
}

/// Letters and digits of a number as their kinds, so that numbers that the bank does not have are known too.
fn shape(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.len() > 20 {
        return String::new();
    }
    let mut out = String::new();
    for c in text.chars() {
        let kind = match c {
            c if c.is_ascii_digit() => '0',
            c if c.is_alphabetic() => 'a',
            c => c,
        };
        if !(kind == '0' && out.ends_with('0')) {
            out.push(kind);
        }
    }
    out
}

/// The headings of a sheet, with those of the rows above that span several columns.
struct Headings {
    own: BTreeMap<usize, String>,
    above: BTreeMap<usize, String>,
}

impl Headings {
    fn of(sheet: &Sheet, first: usize) -> Self {
        let before: Vec<usize> = sheet.rows().take_while(|row| *row < first).collect();
        let score = |row: usize| {
            let cells: Vec<String> = sheet.columns(row).map(|at| folded(&sheet.text(row, at))).collect();
            let known =
                |cell: &String| !cell.is_empty() && cell.len() <= 80 && WORDS.iter().any(|word| cell.contains(word));
            (cells.iter().filter(|cell| known(cell)).count(), cells.len())
        };
        let near = before.iter().rev().take(MOST_BEFORE);
        let row = near.copied().max_by_key(|row| (score(*row), *row)).filter(|row| score(*row).0 > 0);
        let Some(row) = row else { return Self { own: BTreeMap::new(), above: BTreeMap::new() } };
        let own = sheet.columns(row).map(|at| (at, sheet.text(row, at))).collect();
        let mut above: BTreeMap<usize, String> = BTreeMap::new();
        for upper in before.into_iter().filter(|upper| *upper < row && row - upper <= 3) {
            let mut last = String::new();
            for at in 0..sheet.width() {
                let said = sheet.text(upper, at);
                if !said.is_empty() {
                    last = said;
                }
                if !categories(&last).is_empty() {
                    above.entry(at).or_default().push_str(&format!(" {last}"));
                }
            }
        }
        Self { own, above }
    }

    fn own(&self, column: usize) -> String {
        self.own.get(&column).map_or_else(String::new, |heading| one_line(heading))
    }

    /// The categories that a column is for; none for one that is for all.
    fn categories(&self, column: usize) -> Vec<u32> {
        let own = categories(&self.own(column));
        if own.is_empty() { self.above.get(&column).map_or_else(Vec::new, |above| categories(above)) } else { own }
    }
}

/// Words of which one stands in a heading.
const WORDS: &[&str] =
    &["mandatory", "required", "evidence", "requirement", "question", "wording", "assertion", "tip", "category", "cat"];
/// What the column of questions is called, the surest first.
const QUESTIONS: &[&str] = &[
    "evidenceitemtext",
    "evidencetext",
    "question",
    "requirementtext",
    "wording",
    "requirement",
    "evidenceitem",
    "evidence",
    "text",
];
const NO_QUESTIONS: &[&str] = &["tip", "guidance", "mandatory", "number", "comment", "status", "exempt", "type"];
const MARKS: &[&str] = &["mandatory", "required", "compulsory"];

fn columns(
    sheet: &Sheet,
    headings: &Headings,
    number: usize,
    rows: &[(usize, String)],
    standard: &Standard,
    category: u32,
    map: &Map,
) -> Result<Columns, ImportError> {
    let named = |what: &str| map.get(what).map(|column| Found { column: *column, heading: String::new() });
    let found = |column: usize| Found { column, heading: headings.own(column) };
    let all: Vec<usize> = (0..sheet.width()).filter(|column| *column != number).collect();
    // The category's own columns come before those that are for all.
    let (own, common): (Vec<usize>, Vec<usize>) = all
        .into_iter()
        .filter(|column| {
            let categories = headings.categories(*column);
            categories.is_empty() || categories.contains(&category)
        })
        .partition(|column| !headings.categories(*column).is_empty());
    let mut ordered = own;
    ordered.extend(common);
    let label = |column: usize| folded(&headings.own(column));
    let by_alias = || {
        let may = |column: &&usize| !NO_QUESTIONS.iter().any(|word| label(**column).contains(word));
        let has_words = |column: &&usize| {
            rows.iter().filter(|(row, _)| sheet.text(*row, **column).split_whitespace().count() > 3).count() * 4
                > rows.len()
        };
        let candidates: Vec<&usize> = ordered.iter().filter(may).filter(has_words).collect();
        let of = |columns: &[&usize]| {
            QUESTIONS
                .iter()
                .find_map(|word| columns.iter().find(|column| label(***column).contains(word)).map(|at| **at))
        };
        let own: Vec<&usize> =
            candidates.iter().copied().filter(|column| !headings.categories(**column).is_empty()).collect();
        of(&own).or_else(|| own.first().map(|at| **at)).or_else(|| of(&candidates))
    };
    let by_content = || {
        let same = |column: usize| {
            let asks = |(row, number): &&(usize, String)| {
                standard.item(number).is_some_and(|item| normal(&item.question) == normal(&sheet.text(*row, column)))
            };
            rows.iter().filter(asks).count()
        };
        ordered.iter().copied().max_by_key(|column| same(*column)).filter(|column| same(*column) > 0)
    };
    let question =
        named("question").or_else(|| by_alias().or_else(by_content).map(found)).ok_or(ImportError::NoQuestions)?;
    let marks: Vec<usize> = ordered
        .iter()
        .copied()
        .filter(|column| *column != question.column && MARKS.iter().any(|word| label(*column).contains(word)))
        .collect();
    let mut levels: Vec<(usize, Found)> = Vec::new();
    let mut mandatory = named("mandatory");
    for column in marks {
        match level_of(standard, &headings.own(column)) {
            Some(level) if !levels.iter().any(|(known, _)| *known == level) => levels.push((level, found(column))),
            None if mandatory.is_none() => mandatory = Some(found(column)),
            _ => {}
        }
    }
    for (level, known) in standard.levels.iter().enumerate() {
        if let Some(found) = named(&known.id) {
            levels.retain(|(other, _)| *other != level);
            levels.push((level, found));
        }
    }
    levels.sort_by_key(|(level, _)| *level);
    let number = Found { column: number, heading: headings.own(number) };
    Ok(Columns { number, question, mandatory, levels })
}

/// The level that a heading names by a word that no other level has.
fn level_of(standard: &Standard, heading: &str) -> Option<usize> {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect()
    };
    let heading = words(heading);
    let found: Vec<usize> = (0..standard.levels.len())
        .filter(|at| {
            let others: BTreeSet<String> = standard
                .levels
                .iter()
                .enumerate()
                .filter(|(other, _)| other != at)
                .flat_map(|(_, level)| words(&level.label))
                .collect();
            words(&standard.levels[*at].label)
                .difference(&others)
                .any(|word| !word.is_empty() && heading.contains(word))
        })
        .collect();
    if let [level] = found.as_slice() { Some(*level) } else { None }
}

/// "Category 3", "CAT3", "Categories 2, 3 and 4": the numbers behind the word.
fn categories(heading: &str) -> Vec<u32> {
    let mut parts: Vec<String> = Vec::new();
    for c in heading.to_lowercase().chars() {
        let kind = |c: char| {
            if c.is_ascii_digit() {
                0
            } else if c.is_alphabetic() {
                1
            } else {
                2
            }
        };
        match parts.last_mut() {
            Some(last) if last.chars().next_back().map(kind) == Some(kind(c)) && kind(c) < 2 => last.push(c),
            _ if kind(c) == 2 => parts.push(" ".to_owned()),
            _ => parts.push(c.to_string()),
        }
    }
    let mut found = Vec::new();
    let mut counting = false;
    for part in parts.iter().filter(|part| part.as_str() != " ") {
        match part.as_str() {
            "cat" | "cats" | "category" | "categories" => counting = true,
            "and" | "or" | "to" => {}
            number => match number.parse() {
                Ok(number) if counting => found.push(number),
                _ => counting = false,
            },
        }
    }
    found
}

/// Whether a mark says that an item is asked for; none where it says something else.
fn marked(cell: &Typed) -> Option<bool> {
    let said = match cell {
        Typed::Flag(flag) => return Some(*flag),
        other => text(other),
    };
    if matches!(said.trim(), "✓" | "✔" | "☑") {
        return Some(true);
    }
    match folded(&said).as_str() {
        "" | "no" | "n" | "optional" | "o" | "false" | "0" | "na" | "notapplicable" | "nonmandatory"
        | "notmandatory" | "notrequired" => Some(false),
        "yes" | "y" | "m" | "true" | "x" | "1" | "required" => Some(true),
        word if word.starts_with("mandatory") => Some(true),
        _ => None,
    }
}

/// Holds the workbook's items against the bank's, in the bank's order; what the bank lacks last.
pub fn compare(standard: &Standard, list: &ItemList) -> Vec<Compared> {
    let at = |number: &str| list.items.iter().position(|listed| listed.number == number);
    let same_words =
        |item: &Item| list.items.iter().position(|listed| normal(&listed.question) == normal(&item.question));
    let mut moved = BTreeSet::new();
    let mut found = Vec::new();
    for (bank, item) in standard.items.iter().enumerate() {
        let mut differences = Vec::new();
        let listed = match at(&item.number) {
            Some(listed) => Some(listed),
            None => match same_words(item).filter(|listed| standard.item(&list.items[*listed].number).is_none()) {
                Some(listed) => {
                    differences.push(Difference::Number);
                    moved.insert(listed);
                    Some(listed)
                }
                None => {
                    differences.push(Difference::NotInWorkbook);
                    None
                }
            },
        };
        if let Some(listed) = listed.map(|listed| &list.items[listed]) {
            if !item.complete || normal(&listed.question) != normal(&item.question) {
                differences.push(Difference::Wording);
            }
            if !marks_agree(standard, item, listed) {
                differences.push(Difference::Mandatory);
            }
        }
        found.push(Compared { bank: Some(bank), listed, differences });
    }
    let new = (0..list.items.len())
        .filter(|listed| standard.item(&list.items[*listed].number).is_none() && !moved.contains(listed));
    found.extend(new.map(|listed| Compared {
        bank: None,
        listed: Some(listed),
        differences: vec![Difference::NotInBank],
    }));
    found
}

fn marks_agree(standard: &Standard, item: &Item, listed: &Listed) -> bool {
    let aim = standard.default_aim();
    listed.mandatory.is_none_or(|mandatory| mandatory == standard.asks(aim, item))
        && listed.levels.iter().all(|(level, asked)| *asked == standard.asks(*level, item))
}

/// The wording as it is compared: blanks and the shapes of quotation marks aside.
pub fn normal(text: &str) -> String {
    one_line(text).replace(['’', '‘'], "'").replace(['“', '”'], "\"").replace(['–', '—'], "-")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folded(text: &str) -> String {
    super::cell::folded(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_read_in_any_notation() {
        let headings: [(&str, &[u32]); 8] = [
            ("Category 3 evidence text", &[3]),
            ("CAT3 - Mandatory", &[3]),
            ("Cat. 2, 3 & 4", &[2, 3, 4]),
            ("Categories 3 and 4", &[3, 4]),
            ("Mandatory (category 1)", &[1]),
            ("Evidence ref 1.1.1", &[]),
            ("Catalogue", &[]),
            ("Standard 3", &[]),
        ];
        for (heading, numbers) in headings {
            assert_eq!(categories(heading), numbers, "{heading}");
        }
    }
}
