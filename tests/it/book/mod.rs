//! The answers workbook: written, read, merged.

mod day;
mod documents;
mod merge;
mod refused;
mod returned;
mod round_trip;
mod stray;

use dspt::assess::{Assessment, Case, assess};
use dspt::bank::Banks;
use dspt::decode;
use dspt::export::answers::{View, xlsx};
use dspt::form::{Field, Typed};
use dspt::import::Prefer;
use dspt::import::answers::{self, Book, Merge, Surroundings};
use dspt::model::{Answer, Answers, History, Organisation, Standard};
use dspt::source::edit;
use dspt::source::{Document, Syntax};
use dspt::tree::WorkTree;
use dspt::workspace::{Scope, Workspace};
use jiff::civil::{Date, DateTime, date};
use std::path::Path;
use std::sync::Arc;

pub const TODAY: Date = date(2026, 4, 20);
pub const BY: &str = "Ann Lee, registered manager";

/// An organisation with its answers, as model and as file.
pub struct Setting {
    pub standard: Arc<Standard>,
    pub organisation: Organisation,
    pub organisation_file: String,
    pub answers: Answers,
    pub file: String,
    pub syntax: Syntax,
}

impl Setting {
    /// An organisation whose answers file is this text.
    pub fn new(file: &str, syntax: Syntax) -> Self {
        let organisation_file = "[organisation]\nods_code = \"A1B2\" # ours\nname = \"Sunrise Care Ltd\"\n".to_owned();
        let organisation = decode::organisation::decode(&Document::read_text(&organisation_file, Syntax::Toml)).value;
        let document = Document::read_text(file, syntax);
        let decoded = decode::answers::decode(&document);
        assert!(document.faults.is_empty() && decoded.faults.is_empty(), "{file}\n{:?}", decoded.faults);
        let banks = Banks::shipped();
        let standard = banks.find("dspt-asc", "2025-26").unwrap().standard().unwrap();
        Self { standard, organisation, organisation_file, answers: decoded.value, file: file.to_owned(), syntax }
    }

    pub fn toml(answers: &str) -> Self {
        Self::new(&format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n{answers}"), Syntax::Toml)
    }

    /// An example of the repository.
    pub fn example(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let workspace = Workspace::load(&WorkTree::new(&root), Scope::Edition(Some("2025-26")));
        let file = &workspace.file(workspace.answers[0].file).document;
        let mut setting = Self::new(&file.text, file.syntax);
        let (id, decoded) = workspace.organisation.as_ref().unwrap();
        setting.organisation = decoded.value.clone();
        setting.organisation_file.clone_from(&workspace.file(*id).document.text);
        setting
    }

    pub fn assess(&self) -> Assessment {
        assess(Case {
            standard: &self.standard,
            organisation: &self.organisation,
            answers: &self.answers,
            plan: None,
            plan_document: false,
            history: &History::default(),
            day: TODAY,
        })
    }

    pub fn bytes(&self) -> Vec<u8> {
        let items: Vec<usize> = (0..self.standard.items.len()).collect();
        self.bytes_of(&items, TODAY.at(9, 30, 0, 0))
    }

    pub fn bytes_of(&self, items: &[usize], now: DateTime) -> Vec<u8> {
        let banks = Banks::shipped();
        let previous = banks.find("dspt-asc", "2024-25").unwrap().standard().unwrap();
        let view = View {
            organisation: &self.organisation,
            standard: &self.standard,
            previous: Some(&previous),
            assessment: &self.assess(),
            answers: &self.answers,
            now,
            items,
        };
        xlsx(&view, answers::printed).unwrap()
    }

    /// The workbook, written and read.
    pub fn book(&self) -> Book {
        answers::read(&self.bytes()).unwrap()
    }

    pub fn merge(&self, book: &Book) -> Merge {
        self.merge_with(book, Prefer::Neither)
    }

    pub fn merge_with(&self, book: &Book, prefer: Prefer) -> Merge {
        answers::merge(
            book,
            &Surroundings {
                standard: &self.standard,
                organisation: &self.organisation,
                answers: &self.answers,
                day: TODAY,
                by: Some(BY),
                prefer,
                find_file: &|path| (path == "evidence/new.pdf").then(|| "ab".repeat(32)),
            },
        )
    }

    /// The answers file with a merge applied.
    pub fn applied(&self, merge: &Merge) -> Setting {
        assert_eq!(merge.troubles, []);
        let document = Document::read_text(&self.file, self.syntax);
        let bytes = edit::apply(&document, &merge.answers).unwrap_or_else(|error| panic!("{error}\n{}", self.file));
        let organisation = Document::read_text(&self.organisation_file, Syntax::Toml);
        let organisation_file = String::from_utf8(edit::apply(&organisation, &merge.organisation).unwrap()).unwrap();
        let decoded = decode::organisation::decode(&Document::read_text(&organisation_file, Syntax::Toml));
        assert_eq!(decoded.faults, []);
        let mut setting = Self::new(&String::from_utf8(bytes).unwrap(), self.syntax);
        (setting.organisation, setting.organisation_file) = (decoded.value, organisation_file);
        setting
    }

    pub fn answer(&self, number: &str) -> Answer {
        self.answers.answers.get(number).cloned().unwrap_or_default()
    }
}

/// Types into a cell of the workbook.
pub fn edit_cell(book: &mut Book, number: &str, document: usize, field: Field, typed: Typed) {
    let row = book
        .rows
        .iter_mut()
        .find(|row| row.id.number == number && row.id.document == document)
        .unwrap_or_else(|| panic!("a row for {number}"));
    row.values.iter_mut().find(|value| value.field == field).unwrap_or_else(|| panic!("{field:?}")).typed = typed;
}

pub fn text(text: &str) -> Typed {
    Typed::Text(text.to_owned())
}
