//! The answers as a document: one file a format, all of them over the same cells, [`crate::form`].

mod csv;
mod json;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use csv::csv;
pub use json::{AnswerItem, AnswersReport, DocumentItem, json};
#[cfg(feature = "xlsx")]
pub use xlsx::xlsx;

use crate::assess::{Assessment, ItemVerdict, State};
use crate::model::{Answer, Answers, Item, Organisation, Standard};
use jiff::civil::DateTime;

/// Everything that a document about the answers shows.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    /// The edition before, for the old wording of what was reworded.
    pub previous: Option<&'a Standard>,
    pub assessment: &'a Assessment,
    pub answers: &'a Answers,
    /// The moment that is judged.
    pub now: DateTime,
    /// The items shown, as indices into the standard's, in its order.
    pub items: &'a [usize],
}

static OPEN: Answer = Answer::OPEN;

impl<'a> View<'a> {
    fn item(&self, at: usize) -> &'a Item {
        &self.standard.items[at]
    }

    fn verdict(&self, at: usize) -> &'a ItemVerdict {
        &self.assessment.items[at]
    }

    /// The answer to an item; an open one where there is none.
    fn answer(&self, at: usize) -> &'a Answer {
        self.answers.answers.get(&self.item(at).number).unwrap_or(&OPEN)
    }

    /// Whether no level asks for an item.
    #[cfg(feature = "xlsx")]
    fn is_optional(&self, at: usize) -> bool {
        !(0..self.standard.levels.len()).any(|level| self.standard.asks(level, self.item(at)))
    }
}

/// Where an item stands, in words for people.
pub fn standing(state: State) -> &'static str {
    match state {
        State::Met => "Done",
        State::NotApplicable => "Not applicable",
        State::Exempt => "Not asked of you",
        State::Carried => "Still true?",
        State::Unmet => "To do",
        State::Optional => "Optional",
    }
}
