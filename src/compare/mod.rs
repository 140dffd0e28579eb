//! Two editions side by side, joined by concept and never by number: their questions, the answers to them, and answers
//! rolled over from one into the other.

mod answers;
mod assessments;
mod carry;
mod signals;

pub use answers::{AnswerChange, AnswerDifference, Difference, EvidenceChange, count_words, difference};
pub use assessments::{Change, Comparison, Counts, Side, assessments};
pub use carry::{Carried, PlanRollover, Rollover, roll, roll_plan};
pub use signals::{Signal, SignalKind};

use crate::model::{Item, Standard};
use similar::utils::diff_words;
use similar::{Algorithm, ChangeTag};

/// What became of an item between two editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemChange {
    Same,
    Renumbered,
    Reworded,
    New,
    Retired,
}

impl ItemChange {
    pub const WORDS: &'static [&'static str] = &["same", "renumbered", "reworded", "new", "retired"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// One concept in two editions; at least one of the two holds it.
#[derive(Debug, Clone)]
pub struct Pair<'s> {
    pub concept: &'s str,
    pub old: Option<&'s Item>,
    pub new: Option<&'s Item>,
    pub change: ItemChange,
    /// Whether the wording differs as well.
    pub reworded: bool,
    /// Levels that ask for it in the new edition only.
    pub newly_required: Vec<&'s str>,
    /// Levels that asked for it in the old edition only.
    pub no_longer_required: Vec<&'s str>,
    /// Whether another kind of answer is asked for.
    pub kind_changed: bool,
}

/// Every concept of either edition: the new edition's in its order, then what is retired in the old one's order.
pub fn editions<'s>(old: &'s Standard, new: &'s Standard) -> Vec<Pair<'s>> {
    let mut pairs: Vec<Pair<'s>> = new.items.iter().map(|item| pair(old.concept(&item.concept), Some(item))).collect();
    pairs.extend(
        old.items.iter().filter(|item| new.concept(&item.concept).is_none()).map(|item| pair(Some(item), None)),
    );
    pairs
}

fn pair<'s>(old: Option<&'s Item>, new: Option<&'s Item>) -> Pair<'s> {
    let levels = |item: Option<&'s Item>| item.map(|item| item.required_for.as_slice()).unwrap_or_default();
    let only = |here: &'s [String], there: &[String]| -> Vec<&'s str> {
        here.iter().filter(|level| !there.contains(level)).map(String::as_str).collect()
    };
    let reworded = matches!((old, new), (Some(old), Some(new)) if old.question != new.question);
    let change = match (old, new) {
        (Some(old), Some(new)) if old.number != new.number => ItemChange::Renumbered,
        (Some(_), Some(_)) if reworded => ItemChange::Reworded,
        (Some(_), Some(_)) => ItemChange::Same,
        (None, _) => ItemChange::New,
        (Some(_), None) => ItemChange::Retired,
    };
    Pair {
        concept: new.or(old).map_or("", |item| item.concept.as_str()),
        newly_required: only(levels(new), levels(old)),
        no_longer_required: only(levels(old), levels(new)),
        kind_changed: matches!((old, new), (Some(old), Some(new)) if old.kind != new.kind),
        old,
        new,
        change,
        reworded,
    }
}

/// A piece of a text that was kept, taken away or added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    Kept(&'t str),
    Gone(&'t str),
    Added(&'t str),
}

/// Two texts compared word by word.
pub fn words<'t>(old: &'t str, new: &'t str) -> Vec<Piece<'t>> {
    diff_words(Algorithm::Myers, old, new)
        .into_iter()
        .map(|(tag, text)| match tag {
            ChangeTag::Equal => Piece::Kept(text),
            ChangeTag::Delete => Piece::Gone(text),
            ChangeTag::Insert => Piece::Added(text),
        })
        .collect()
}

/// A run of words that was kept, taken away or added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    Kept(String),
    Gone(String),
    Added(String),
}

/// Comparing takes time by the product of the lengths: beyond this many words squared, the whole text counts as replaced.
const MOST_WORDS: usize = 2_000;

/// Two texts compared word by word, for people: a blank or a few words kept between changes that are longer go with
/// them, so that a rewritten sentence reads as one sentence gone and one added. What is kept and gone is the old text,
/// what is kept and added the new one.
pub fn runs(old: &str, new: &str) -> Vec<Run> {
    let words_in = |text: &str| text.split_whitespace().count().max(1);
    if words_in(old).saturating_mul(words_in(new)) > MOST_WORDS * MOST_WORDS {
        return vec![Run::Gone(old.to_owned()), Run::Added(new.to_owned())];
    }
    // What was kept, what went after it, and what came in its place.
    let mut steps: Vec<(String, String, String)> = vec![Default::default()];
    for piece in words(old, new) {
        let last = steps.len() - 1;
        let (kept, gone, added) = &mut steps[last];
        match piece {
            Piece::Gone(text) => gone.push_str(text),
            Piece::Added(text) => added.push_str(text),
            Piece::Kept(text) if gone.is_empty() && added.is_empty() => kept.push_str(text),
            Piece::Kept(text) => steps.push((text.to_owned(), String::new(), String::new())),
        }
    }
    let mut joined: Vec<(String, String, String)> = Vec::new();
    for (kept, gone, added) in steps {
        let longest = |gone: &str, added: &str| gone.len().max(added.len());
        let is_last = gone.is_empty() && added.is_empty();
        match joined.last_mut() {
            Some((_, before, instead))
                if !is_last
                    && (kept.trim().is_empty()
                        || (words_in(&kept) <= FEW_WORDS
                            && kept.len() < longest(before, instead).min(longest(&gone, &added)))) =>
            {
                before.push_str(&kept);
                before.push_str(&gone);
                instead.push_str(&kept);
                instead.push_str(&added);
            }
            _ => joined.push((kept, gone, added)),
        }
    }
    joined
        .into_iter()
        .flat_map(|(kept, gone, added)| [Run::Kept(kept), Run::Gone(gone), Run::Added(added)])
        .filter(|(Run::Kept(text) | Run::Gone(text) | Run::Added(text))| !text.is_empty())
        .collect()
}

/// So many words kept between longer changes are no help to a reader.
const FEW_WORDS: usize = 3;
