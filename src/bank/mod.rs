//! The question banks at hand: those inside the program, and those that a user adds or overrides.

mod check;
mod confirm;
mod elsewhere;

pub use check::check;
pub use confirm::{Confirmed, confirm};
pub use elsewhere::OtherQuestion;

use crate::decode;
use crate::model::Standard;
use crate::model::standard::EditionHead;
use crate::source::{Fault, MAX_BYTES, Syntax};
use crate::tree::{Entry, Tree, TreeError};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

mod shipped {
    include!(concat!(env!("OUT_DIR"), "/shipped.rs"));
}

/// One edition's bank, read whole only when it is asked for.
#[derive(Debug)]
pub struct Bank {
    pub head: EditionHead,
    /// Where it comes from: `standards/…` inside the program, or a path the user gave.
    pub origin: String,
    /// Whether it is one that the program ships.
    pub shipped: bool,
    pub text: Cow<'static, str>,
    read: OnceLock<Result<Arc<Standard>, BankError>>,
}

/// A bank that cannot be used, with what is wrong with it.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("the question bank {origin} cannot be used: {first} ({count} in all); `dspt standards check` shows them")]
pub struct BankError {
    pub origin: String,
    pub first: String,
    pub count: usize,
}

impl Bank {
    /// None where the text does not even say which edition it is.
    pub fn new(origin: impl Into<String>, text: impl Into<Cow<'static, str>>, shipped: bool) -> Option<Self> {
        let text = text.into();
        let head = decode::standard::head(&text)?;
        Some(Self { head, origin: origin.into(), shipped, text, read: OnceLock::new() })
    }

    /// The whole bank. Faulty banks are refused: nothing may be judged by rules that were not fully read.
    pub fn standard(&self) -> Result<Arc<Standard>, BankError> {
        self.read
            .get_or_init(|| {
                let decoded = decode::standard::decode(self.text.as_bytes());
                let error = |faults: &[Fault]| BankError {
                    origin: self.origin.clone(),
                    first: faults.first().map_or_else(|| "it is empty".to_owned(), |fault| fault.message.clone()),
                    count: faults.len().max(1),
                };
                match decoded.value {
                    Some(standard) if decoded.faults.is_empty() => Ok(Arc::new(standard)),
                    _ => Err(error(&decoded.faults)),
                }
            })
            .clone()
    }
}

/// Every bank that a release ever shipped, by standard: lines of digest, edition and revision. Lines are added to
/// `standards/<standard>/shipped.txt` by the generator and never taken away, so that what was published by a bank that
/// the program no longer holds can still be told from somebody's own.
pub fn ever_shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    shipped::DIGESTS.iter().copied()
}

/// Whether a release ever shipped the bank with a digest (`sha256:<hex>`).
pub fn was_shipped(standard: &str, edition: &str, digest: &str) -> bool {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    let mut lines = ever_shipped().filter(|(known, _)| *known == standard).flat_map(|(_, lines)| lines.lines());
    lines.any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some(hex) && words.next() == Some(edition)
    })
}

/// All banks at hand, by standard and rising edition. A clone shares the banks and what was read of them.
#[derive(Debug, Clone)]
pub struct Banks {
    banks: Vec<Arc<Bank>>,
}

impl Default for Banks {
    fn default() -> Self {
        Self::shipped()
    }
}

impl Banks {
    /// The banks inside the program.
    pub fn shipped() -> Self {
        let mut banks = Self { banks: Vec::new() };
        for (name, text) in shipped::SHIPPED {
            banks.banks.extend(Bank::new(format!("standards/{name}"), *text, true).map(Arc::new));
        }
        banks.sort();
        banks
    }

    /// Adds a user's bank; it takes the place of one of the same standard and edition.
    pub fn add(&mut self, bank: Bank) {
        self.banks
            .retain(|known| (&known.head.standard, &known.head.edition) != (&bank.head.standard, &bank.head.edition));
        self.banks.push(Arc::new(bank));
        self.sort();
    }

    fn sort(&mut self) {
        self.banks.sort_by(|a, b| (&a.head.standard, &a.head.edition).cmp(&(&b.head.standard, &b.head.edition)));
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Bank> {
        self.banks.iter().map(AsRef::as_ref)
    }

    /// The heads of one standard's editions, in rising order.
    pub fn heads(&self, standard: &str) -> Vec<&EditionHead> {
        self.banks.iter().map(|bank| &bank.head).filter(|head| head.standard == standard).collect()
    }

    pub fn find(&self, standard: &str, edition: &str) -> Option<&Bank> {
        self.iter().find(|bank| bank.head.standard == standard && bank.head.edition == edition)
    }

    /// The standard that is meant where nobody names one: the first that the program ships.
    pub fn default_standard(&self) -> &str {
        let first = self.banks.iter().find(|bank| bank.shipped).or_else(|| self.banks.first());
        first.map_or("", |bank| bank.head.standard.as_str())
    }

    pub fn newest(&self, standard: &str) -> Option<&Bank> {
        self.iter().rfind(|bank| bank.head.standard == standard)
    }

    /// Other editions' meaning of a number, oldest first: (edition, the item's concept).
    pub fn elsewhere(&self, standard: &str, number: &str) -> Vec<(String, String)> {
        self.banks
            .iter()
            .filter(|bank| bank.head.standard == standard)
            .filter_map(|bank| {
                let standard = bank.standard().ok()?;
                let item = standard.item(number)?;
                Some((bank.head.edition.clone(), item.concept.clone()))
            })
            .collect()
    }
}

/// A directory or file of further banks that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankProblem {
    pub path: String,
    pub message: String,
}

impl Banks {
    /// Adds every bank below the directories, `<directory>/<edition>.toml` or `<directory>/<standard>/<edition>.toml`.
    pub fn add_from(&mut self, tree: &dyn Tree, directories: &[String]) -> Vec<BankProblem> {
        let mut problems = Vec::new();
        for directory in directories {
            let mut found = Vec::new();
            let listed = |path: &str, problems: &mut Vec<BankProblem>| {
                tree.list(path).unwrap_or_else(|error| {
                    // Where nothing is, that is said below.
                    if let TreeError::Unreadable(why) = error {
                        let message = format!("the question banks in this directory cannot be listed: {why}");
                        problems.push(BankProblem { path: path.to_owned(), message });
                    }
                    Vec::new()
                })
            };
            for name in listed(directory, &mut problems) {
                let path = format!("{directory}/{name}");
                match tree.entry(&path) {
                    Ok(Entry::Directory) => {
                        let inside = listed(&path, &mut problems);
                        found.extend(inside.into_iter().map(|name| format!("{path}/{name}")));
                    }
                    _ => found.push(path),
                }
            }
            found.retain(|path| Syntax::of(path) == Some(Syntax::Toml));
            if found.is_empty() {
                let message = match tree.entry(directory) {
                    Err(TreeError::Escapes) => "the directory of question banks lies outside the workspace".to_owned(),
                    Err(_) => "there is no such directory of question banks".to_owned(),
                    Ok(_) => "there is no question bank (*.toml) in this directory".to_owned(),
                };
                problems.push(BankProblem { path: directory.clone(), message });
            }
            for path in found {
                let text = tree
                    .read(&path, MAX_BYTES)
                    .map_err(|error| error.to_string())
                    .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()));
                let bank = text.and_then(|text| {
                    Bank::new(path.clone(), text, false)
                        .ok_or_else(|| "it does not begin as a question bank does".to_owned())
                });
                match bank {
                    Ok(bank) => self.add(bank),
                    Err(message) => problems.push(BankProblem { path, message }),
                }
            }
        }
        problems
    }
}
