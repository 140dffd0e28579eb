//! What of a file has to be looked through for names and for what must not be shown: each line once, and none that all
//! files have.
//!
//! Half of a file of answers are lines that stand in it before, the same owner above all, and the standard's questions
//! as `dspt init` writes them above the answers. What is looked for stands within one line, as long as no text in the
//! file goes over several: what is in no line of the rest is then in none of the file.

use super::is_sensitive;
use crate::lint::Judged;
use crate::lint::neighbours::{Neighbours, Own};
use crate::model::Standard;
use crate::source::{Document, Syntax};
use crate::workspace::{Workspace, fresh};
use memchr::{memchr_iter, memmem};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Lines shorter than this (bytes) are looked through as quickly as they are known again.
const LEAST: usize = 24;
/// So many lines are kept in mind, each in the place of another that lies there.
const PLACES: usize = 128;

/// Lines that have been looked through once for all files of a portfolio, by standard and edition.
#[derive(Debug, Default)]
pub struct KnownLines(Mutex<BTreeMap<(String, String), Arc<Lines>>>);

/// Lines that hold nothing, by their mark.
#[derive(Debug, Default)]
struct Lines(HashMap<u64, Box<str>>);

impl KnownLines {
    /// What of each file of a workspace is left to look through, see [`left_of`]; nothing of those that are not
    /// judged.
    pub(in crate::lint) fn left(
        &self,
        workspace: &Workspace,
        judged: &[Judged<'_>],
        neighbours: &Neighbours,
    ) -> Vec<Option<String>> {
        let mut left = vec![None; workspace.files.len()];
        for judged in judged {
            let lines = self.lines(judged.standard, neighbours);
            left[judged.file().0] = left_of(&workspace.file(judged.file()).document, &lines);
        }
        left
    }

    fn lines(&self, standard: &Standard, neighbours: &Neighbours) -> Arc<Lines> {
        let edition = (standard.id().to_owned(), standard.edition().to_owned());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(edition).or_insert_with(|| Arc::new(Lines::of(standard, neighbours))))
    }
}

impl Lines {
    /// The comments of a file of answers that nobody has written in yet.
    fn of(standard: &Standard, neighbours: &Neighbours) -> Self {
        let written = fresh::answers(standard, Syntax::Toml);
        let questions = standard.items.iter().map(|item| format!("# {} {}\n", item.number, item.shown()));
        let lines = written.split_inclusive('\n').map(str::to_owned).chain(questions);
        let nobody = Own::default();
        let known = lines.filter(|line| {
            line.starts_with('#')
                && line.len() >= LEAST
                && !is_sensitive(line)
                && neighbours.find(line, &nobody).is_empty()
        });
        Self(known.map(|line| (mark(line.as_bytes()), line.into())).collect())
    }

    fn holds(&self, mark: u64, line: &str) -> bool {
        line.starts_with('#') && self.0.get(&mark).is_some_and(|known| **known == *line)
    }
}

/// What of a file is left to look through; nothing where what the file says need not stand in it letter for letter, or
/// it was not read to its end.
fn left_of(document: &Document, known: &Lines) -> Option<String> {
    let text = document.text.as_str();
    if !document.is_literal() || document.damaged {
        return None;
    }
    let quotes = [r#"""""#, "'''"].map(|quotes| memmem::find(text.as_bytes(), quotes.as_bytes()));
    // From here on texts may go over several lines.
    let whole = quotes.into_iter().flatten().min().unwrap_or(text.len());
    let mut left = String::with_capacity(text.len());
    let mut places = [""; PLACES];
    // Where the lines begin that are left and not yet written down, and the line that is looked at.
    let (mut from, mut start) = (0, 0);
    for end in memchr_iter(b'\n', text.as_bytes()) {
        let end = end + 1;
        if end > whole {
            break;
        }
        let line = &text[start..end];
        if line.len() >= LEAST {
            let mark = mark(line.as_bytes());
            let place = &mut places[usize::from(mark.to_le_bytes()[0]) % PLACES];
            if *place == line || known.holds(mark, line) {
                left.push_str(&text[from..start]);
                from = end;
            } else {
                *place = line;
            }
        }
        start = end;
    }
    left.push_str(&text[from..]);
    Some(left)
}

/// What most lines differ in: their length, and eight bytes at the beginning, in the middle and at the end.
fn mark(line: &[u8]) -> u64 {
    let eight = |at: usize| line[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
    let mixed = |mark: u64, with: u64| (mark.rotate_left(5) ^ with).wrapping_mul(0x517c_c1b7_2722_0a95);
    let middle = mixed(mixed(line.len() as u64, eight(0)), eight(line.len() / 2));
    mixed(middle, eight(line.len() - 8)).rotate_left(20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::neighbours::Neighbour;
    use proptest::prelude::*;

    /// The number is the one that NHS England shows in its own examples.
    const LINES: [&str; 12] = [
        "# 1.1.1 What the standard asks of everybody who answers?\n",
        "# Copied from Bluebell Grange, whose folder this is.\n",
        "# Copied from the people at Bluebell\n",
        "# Grange is what the next line says\n",
        "owner = \"somebody@orchard-mews.example\"\n",
        "comment = \"Resident 943 476 5919, seen on the third\"\n",
        "text = \"\"\"It was written down at Bluebell\nGrange, in the book of the house.\"\"\"\n",
        "text = '''\nowner = \"somebody@orchard-mews.example\"\nBluebell\n'''\n",
        "tick = true\n",
        "[answers.\"1.1.1\"]\n",
        "reviewed_by = \"a@orchard-mews.example\"\n",
        "evidence = [{ file = \"evidence/policy-of-the-house.pdf\" }]\n",
    ];

    fn neighbours() -> Neighbours {
        let client = |code: &str, name: &str| Neighbour { code: code.into(), name: name.into(), aliases: Vec::new() };
        Neighbours::new(vec![client("A1B2", "Bluebell Grange Ltd"), client("A3B4", "Orchard Mews Ltd")])
    }

    fn known(line: &str) -> Lines {
        Lines(HashMap::from([(mark(line.as_bytes()), line.into())]))
    }

    proptest! {
        #[test]
        fn what_is_in_no_line_that_is_left_is_in_none(picked in prop::collection::vec(0..LINES.len(), 0..12)) {
            let (all, own) = (neighbours(), Own::new([], ["Orchard Mews Ltd"]));
            let mut text = String::new();
            for (at, line) in picked.iter().enumerate() {
                // Keys of their own, so that the file can be read.
                let is_key = line_has_key(LINES[*line]);
                text.push_str(&if is_key { format!("[t{at}]\n{}", LINES[*line]) } else { LINES[*line].to_owned() });
            }
            let document = Document::read_text(&text.replace("[answers.\"1.1.1\"]", "# a table"), Syntax::Toml);
            prop_assert!(!document.damaged, "{text}");
            let left = left_of(&document, &known(LINES[0])).expect("a file without escapes");
            prop_assert!(left.len() <= document.text.len());
            let mut said: Vec<&str> = document.text.lines().collect();
            let tables = document.root.table().into_iter().flat_map(|root| &root.entries);
            for value in tables.filter_map(|table| table.node.table()?.entries.first()?.node.scalar()) {
                said.push(document.text_of(&value.text));
            }
            for text in said {
                prop_assert!(all.find(text, &own).is_empty() || !all.find(&left, &own).is_empty(), "{text}\n--\n{left}");
                prop_assert!(!is_sensitive(text) || is_sensitive(&left), "{text}\n--\n{left}");
            }
        }
    }

    fn line_has_key(line: &str) -> bool {
        !line.starts_with(['#', '['])
    }

    #[test]
    fn lines_that_stand_twice_or_are_known_are_left_out() {
        let owner = "owner = \"somebody@orchard-mews.example\"";
        let text = format!("{}[a]\n{owner}\n[b]\n{owner}\n{}[c]\nn = 1", LINES[0], LINES[0]);
        let document = Document::read_text(&text, Syntax::Toml);
        assert_eq!(left_of(&document, &known(LINES[0])).unwrap(), format!("[a]\n{owner}\n[b]\n[c]\nn = 1"));
        for (text, syntax) in [("a = \"\\u0041\"", Syntax::Toml), ("a = ", Syntax::Toml), ("a: 1", Syntax::Yaml)] {
            assert_eq!(left_of(&Document::read_text(text, syntax), &Lines::default()), None, "{text}");
        }
    }

    #[test]
    fn a_question_that_names_a_client_is_looked_through() {
        let banks = crate::bank::Banks::shipped();
        let standard = banks.newest(banks.default_standard()).unwrap().standard().unwrap();
        let asked = format!("# {} {}\n", standard.items[0].number, standard.items[0].shown());
        let holds = |neighbours: &Neighbours| {
            let lines = Lines::of(&standard, neighbours);
            assert!(lines.0.len() > standard.items.len());
            lines.holds(mark(asked.as_bytes()), &asked)
        };
        assert!(holds(&neighbours()));
        let (_, words) = asked.split_once(' ').unwrap();
        let name = words.split(' ').skip(1).take(6).collect::<Vec<_>>().join(" ");
        let client = Neighbour { code: "A5B6".into(), name, aliases: Vec::new() };
        assert!(!holds(&Neighbours::new(vec![client])));
    }
}
