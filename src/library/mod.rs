//! Shared answers: `answers-library/*.toml` beside `portfolio.toml`, a library a file, named after it.
//!
//! A shared answer is *written* into an organisation's file with its origin (`from`), never referenced live: the
//! organisation's repository stands alone. What is written is what [`render()`] makes of the library's entry for that
//! organisation; the digest of it is kept, so that the lint can say later whether the library has moved on
//! ([`Standing`]). A library is read through a tree of its own directory and of nothing else.

mod render;
mod unusable;

pub use render::{Rendered, Subject, render};

use crate::bank::Banks;
use crate::decode::{self, Decoded};
use crate::model::library::{Library, SharedAnswer};
use crate::model::{Answer, Item, LibrarySource, Standard};
use crate::source::{Document, Fault, MAX_BYTES, Pointer, Position, Span, Syntax};
use crate::tree::{Tree, TreeError};
use std::collections::BTreeMap;
use std::fmt;

/// The directory of libraries, beside `portfolio.toml`.
pub const DIRECTORY: &str = "answers-library";

/// Every library of a portfolio.
#[derive(Debug, Default)]
pub struct Libraries {
    /// In the order of their names.
    pub files: Vec<LibraryFile>,
    /// Files that cannot be read at all, each with the reason.
    pub problems: Vec<LibraryError>,
}

/// A library, read.
#[derive(Debug)]
pub struct LibraryFile {
    /// The file's name without its ending.
    pub name: String,
    /// From the portfolio's directory, with `/`.
    pub path: String,
    pub document: Document,
    pub decoded: Decoded<Library>,
    /// The digests of the files that its entries name, by their paths in the library's directory; why it has none
    /// where a file cannot be read.
    digests: BTreeMap<String, Result<String, String>>,
}

/// Why a library, or one of its answers, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryError {
    pub path: String,
    pub at: Option<Position>,
    /// The part of the file that is wrong, where `at` is its beginning.
    pub span: Option<Span>,
    pub message: String,
    pub help: Option<&'static str>,
}

impl fmt::Display for LibraryError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(out, "{}:{}:{}: {}", self.path, at.line, at.column, self.message),
            None => write!(out, "{}: {}", self.path, self.message),
        }
    }
}

impl Libraries {
    /// Loads every library of a directory; the tree is of that directory and gives nothing outside it.
    pub fn load(tree: &dyn Tree) -> Self {
        let mut libraries = Self::default();
        let files = tree.list("").unwrap_or_else(|error| {
            if error != TreeError::Missing {
                let message = format!("the files in this directory cannot be listed: {error}");
                libraries.problems.push(LibraryError {
                    path: DIRECTORY.to_owned(),
                    at: None,
                    span: None,
                    message,
                    help: None,
                });
            }
            Vec::new()
        });
        for file in files {
            let Some(name) = file.strip_suffix(".toml").filter(|name| !name.is_empty() && !name.starts_with('.'))
            else {
                continue;
            };
            let path = format!("{DIRECTORY}/{file}");
            match tree.read(&file, MAX_BYTES) {
                Ok(bytes) => libraries.files.push(LibraryFile::read(tree, name, path, bytes)),
                Err(error) => {
                    libraries.problems.push(LibraryError {
                        path,
                        at: None,
                        span: None,
                        message: error.to_string(),
                        help: None,
                    });
                }
            }
        }
        libraries
    }

    pub fn find(&self, name: &str) -> Option<&LibraryFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The library and the key that `from.library` names.
    pub fn named<'a>(&self, library: &'a str) -> Option<(&LibraryFile, &'a str)> {
        let (name, key) = library.rsplit_once('/')?;
        Some((self.find(name)?, key))
    }

    /// Where an answer that came from a library stands to it today. None where the library cannot be used for it: that
    /// is the library's fault and not the organisation's.
    pub fn standing(
        &self,
        banks: &Banks,
        subject: &Subject<'_>,
        item: &Item,
        answer: &Answer,
        from: &LibrarySource,
    ) -> Option<Standing> {
        let (file, key) = self.named(&from.library)?;
        if file.fault().is_some() {
            return None;
        }
        let Some(shared) = file.decoded.value.answers.get(key) else { return Some(Standing::Withdrawn) };
        if !file.is_about(banks, subject.standard, item, key) {
            return Some(Standing::Withdrawn);
        }
        let rendered = render(file, key, shared, subject).ok()?;
        Some(if rendered.source.digest != from.digest {
            Standing::Outdated
        } else if rendered.is_in(answer) {
            Standing::AsWritten
        } else {
            Standing::Edited
        })
    }
}

/// What became of a shared answer since it was written into an organisation's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    AsWritten,
    /// The organisation's file says something else.
    Edited,
    /// The library says something else.
    Outdated,
    /// The library has no such answer any more.
    Withdrawn,
}

impl LibraryFile {
    fn read(tree: &dyn Tree, name: &str, path: String, bytes: Vec<u8>) -> Self {
        let document = Document::read(bytes, Syntax::Toml);
        let decoded = decode::library::decode(&document);
        let entries = decoded.value.answers.values().flat_map(|shared| shared.evidence.iter().flatten());
        let files = entries.filter_map(|entry| entry.file.clone());
        let digests = files
            .map(|file| {
                let digest = tree.sha256(&file).map_err(|error| match error {
                    TreeError::Escapes => "it lies outside the library's directory".to_owned(),
                    error => error.to_string(),
                });
                (file, digest)
            })
            .collect();
        Self { name: name.to_owned(), path, document, decoded, digests }
    }

    /// What is wrong with the file's shape, the first of it.
    pub fn fault(&self) -> Option<LibraryError> {
        let shape = |fault: &&Fault| fault.rule != "toml-1-1-only";
        let fault = self.document.faults.iter().filter(shape).chain(&self.decoded.faults).next()?;
        Some(self.error(fault.span, fault.message.clone()))
    }

    /// The files that its answers name and that cannot be read.
    pub fn file_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (key, shared) in &self.decoded.value.answers {
            for (at, entry) in shared.evidence.iter().flatten().enumerate() {
                let Some(Err(why)) = entry.file.as_ref().and_then(|file| self.digests.get(file)) else { continue };
                let pointer = Pointer::answer(key).key("evidence").index(at).key("file");
                let message = format!("a file of this shared answer cannot be read: {why}");
                faults.push(Fault::new("evidence-file-missing", self.document.span(&pointer), message));
            }
        }
        faults
    }

    /// The digests of an answer's files, or why there is none.
    fn digests_of<'a>(&'a self, shared: &'a SharedAnswer) -> impl Iterator<Item = &'a Result<String, String>> {
        let files = shared.evidence.iter().flatten().filter_map(|entry| entry.file.as_ref());
        files.filter_map(|file| self.digests.get(file))
    }

    fn error(&self, span: Span, message: String) -> LibraryError {
        let at = Some(self.document.position(span.start));
        LibraryError { path: self.path.clone(), at, span: Some(span), message, help: None }
    }

    /// The error at an answer of the library, or at a key of one.
    fn error_at(&self, pointer: &Pointer, message: String) -> LibraryError {
        self.error(self.document.span(pointer), message)
    }

    /// The shared answer to an item of a standard's edition.
    pub fn answer(&self, banks: &Banks, standard: &Standard, item: &Item) -> Option<(&str, &SharedAnswer)> {
        let answers = &self.decoded.value.answers;
        answers
            .iter()
            .find(|(key, _)| self.is_about(banks, standard, item, key))
            .map(|(key, shared)| (key.as_str(), shared))
    }

    /// Whether a key of the library means an item: by its concept, or by its number in the library's own edition.
    fn is_about(&self, banks: &Banks, standard: &Standard, item: &Item, key: &str) -> bool {
        let library = &self.decoded.value;
        if library.standard != standard.id() {
            return false;
        }
        if key == item.concept || (library.edition == standard.edition() && key == item.number) {
            return true;
        }
        let there = banks.find(&library.standard, &library.edition).and_then(|bank| bank.standard().ok());
        there.is_some_and(|there| there.item(key).is_some_and(|there| there.concept == item.concept))
    }
}
