//! What became of one answer between two editions.

use super::carry::{self, without_line_ends};
use crate::model::{Answer, Count, Evidence, Item, ItemKind};
use jiff::civil::Date;

/// What became of an answer. The first of these that holds, from top to bottom; only what was *said* counts (answer,
/// comment, evidence), never who looks after it, private notes or layout.
///
/// 1. [`None`](Self::None): the new edition does not ask the question, or neither side says anything. Nobody withdrew
///    an answer whose question is gone or asks for another kind of answer now: the change of the item says so.
/// 2. [`Withdrawn`](Self::Withdrawn): there was an answer, and now there is none.
/// 3. [`NotApplicable`](Self::NotApplicable): it is not applicable now and was not before, answered or not.
/// 4. [`Answered`](Self::Answered): there was none before. A tick taken away (`tick = false`) is an answer, *no*.
/// 5. [`Changed`](Self::Changed): answer, reason, count or comment say something else, whatever became of the evidence.
/// 6. [`EvidenceChanged`](Self::EvidenceChanged): the same is said, other documents prove it, or newer ones.
/// 7. [`Reconfirmed`](Self::Reconfirmed): the same in all, and somebody said so again.
/// 8. [`Unchanged`](Self::Unchanged): the same in all; what was carried over and not confirmed stays here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerChange {
    Unchanged,
    Reconfirmed,
    Changed,
    Answered,
    Withdrawn,
    NotApplicable,
    EvidenceChanged,
    None,
}

impl AnswerChange {
    pub const WORDS: &'static [&'static str] =
        &["unchanged", "reconfirmed", "changed", "answered", "withdrawn", "not-applicable", "evidence-changed", "none"];

    pub const ALL: [Self; 8] = [
        Self::Unchanged,
        Self::Reconfirmed,
        Self::Changed,
        Self::Answered,
        Self::Withdrawn,
        Self::NotApplicable,
        Self::EvidenceChanged,
        Self::None,
    ];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// A part of an answer that says something else than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The key in the file: `tick`, `text`, `date`, `count`, `not_applicable`, `comment`.
    pub field: &'static str,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Difference {
    /// Whether it is running text, worth comparing word by word.
    pub fn is_prose(&self) -> bool {
        matches!(self.field, "text" | "not_applicable" | "comment")
    }

    /// Whether it belongs to the answer itself and not to the remark beside it.
    pub fn is_answer(&self) -> bool {
        self.field != "comment"
    }
}

/// What became of the documents: each by its label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceChange {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// The same place, with another digest, approval, title or day to look at it again.
    pub refreshed: Vec<String>,
}

impl EvidenceChange {
    pub fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.refreshed.is_empty()
    }
}

/// One answer in two editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerDifference {
    pub change: AnswerChange,
    pub differences: Vec<Difference>,
    pub evidence: EvidenceChange,
}

/// Whether two texts say the same: words count, line breaks and blanks do not.
pub(super) fn same_words(old: &str, new: &str) -> bool {
    old.split_whitespace().eq(new.split_whitespace())
}

fn said(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.trim().is_empty())
}

/// Whether the question itself is answered in some way; evidence or a count beside an open question is no answer.
fn says_something(item: &Item, answer: &Answer) -> bool {
    answer.tick.is_some()
        || said(answer.text.as_ref()).is_some()
        || answer.date.is_some()
        || said(answer.not_applicable.as_ref()).is_some()
        || (item.kind == ItemKind::Document && answer.has_evidence())
}

/// Compares an item's answers; either side may lack the item or the answer.
pub fn difference(old: Option<(&Item, Option<&Answer>)>, new: Option<(&Item, Option<&Answer>)>) -> AnswerDifference {
    let empty = Answer::default();
    let Some((item, answer)) = new else {
        return AnswerDifference {
            change: AnswerChange::None,
            differences: Vec::new(),
            evidence: EvidenceChange::default(),
        };
    };
    let now = answer.unwrap_or(&empty);
    // What the new question has no place for is nothing that a person took away.
    let before = match old {
        Some((was, Some(answer))) => carry::fitting(was, answer, item).0,
        _ => Answer::default(),
    };
    let differences = differences(&before, now);
    let evidence = evidence(before.evidence.as_deref(), now.evidence.as_deref());
    let (had, has) = (says_something(item, &before), says_something(item, now));
    let is_newly_not_applicable =
        said(now.not_applicable.as_ref()).is_some() && said(before.not_applicable.as_ref()).is_none();
    let nothing = !had && !has && differences.is_empty() && evidence.is_none();
    let change = if nothing {
        AnswerChange::None
    } else if had && !has {
        AnswerChange::Withdrawn
    } else if is_newly_not_applicable {
        AnswerChange::NotApplicable
    } else if !had && has {
        AnswerChange::Answered
    } else if !differences.is_empty() {
        AnswerChange::Changed
    } else if !evidence.is_none() {
        AnswerChange::EvidenceChanged
    } else if is_reconfirmed(&before, now) {
        AnswerChange::Reconfirmed
    } else {
        AnswerChange::Unchanged
    };
    AnswerDifference { change, differences, evidence }
}

/// Whether somebody said again that it is true: on a later day, or somebody else on the same one, or by taking the mark
/// of what was carried away.
fn is_reconfirmed(old: &Answer, new: &Answer) -> bool {
    if new.carried_from.is_some() {
        return false;
    }
    let later = new.reviewed > old.reviewed;
    let somebody_else = new.reviewed.is_some()
        && new.reviewed == old.reviewed
        && new.reviewed_by.is_some()
        && new.reviewed_by != old.reviewed_by;
    later || somebody_else || old.carried_from.is_some()
}

fn differences(old: &Answer, new: &Answer) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |field, old: Option<String>, new: Option<String>, same: bool| {
        if !same {
            found.push(Difference { field, old, new });
        }
    };
    let tick = |tick: bool| if tick { "yes" } else { "no" }.to_owned();
    note("tick", old.tick.map(tick), new.tick.map(tick), old.tick == new.tick);
    for (field, old, new) in [
        ("text", said(old.text.as_ref()), said(new.text.as_ref())),
        ("not_applicable", said(old.not_applicable.as_ref()), said(new.not_applicable.as_ref())),
        ("comment", said(old.comment.as_ref()), said(new.comment.as_ref())),
    ] {
        let same = match (old, new) {
            (Some(old), Some(new)) => same_words(old, new),
            (old, new) => old == new,
        };
        note(field, old.map(without_line_ends), new.map(without_line_ends), same);
    }
    note("date", old.date.map(|day| day.to_string()), new.date.map(|day| day.to_string()), old.date == new.date);
    note("count", old.count.map(count_words), new.count.map(count_words), old.count == new.count);
    found
}

/// "50 of 52 on 2026-05-01"
pub fn count_words(count: Count) -> String {
    let on = count.on.map(|day| format!(" on {day}")).unwrap_or_default();
    format!("{} of {}{on}", count.done, count.of)
}

/// Where a document is: that decides whether two entries are about the same one.
fn place(evidence: &Evidence) -> (Option<&str>, Option<&str>, Option<&str>) {
    (evidence.file.as_deref(), evidence.link.as_deref(), evidence.location.as_deref())
}

/// What is known of a document at its place.
fn account(evidence: &Evidence) -> (Option<&str>, Option<Date>, Option<&str>, Option<Date>, bool) {
    (
        evidence.title.as_deref(),
        evidence.approved,
        evidence.approved_by.as_deref(),
        evidence.review_by,
        evidence.is_private(),
    )
}

/// Order does not matter; a digest that one side alone states proves no change.
fn evidence(old: Option<&[Evidence]>, new: Option<&[Evidence]>) -> EvidenceChange {
    // Line ends are those of the file, not of what is said.
    let clean = |list: Option<&[Evidence]>| -> Vec<Evidence> {
        list.unwrap_or_default().iter().cloned().map(carry::evidence_with_lf).collect()
    };
    let (old, new) = (clean(old), clean(new));
    let digest = |evidence: &Evidence| {
        evidence.sha256.as_deref().map(|digest| digest.trim_start_matches("sha256:").to_ascii_lowercase())
    };
    let same = |a: &Evidence, b: &Evidence| {
        let digests = match (digest(a), digest(b)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        digests && account(a) == account(b)
    };
    let mut change = EvidenceChange::default();
    let mut left: Vec<&Evidence> = old.iter().collect();
    // Entries that are wholly the same go first, so that two of one place find each their own.
    let mut open = Vec::new();
    for entry in &new {
        match left.iter().position(|was| place(was) == place(entry) && same(was, entry)) {
            Some(at) => drop(left.remove(at)),
            None => open.push(entry),
        }
    }
    for entry in open {
        let label = entry.label().to_owned();
        match left.iter().position(|was| place(was) == place(entry)) {
            Some(at) => {
                left.remove(at);
                change.refreshed.push(label);
            }
            None => change.added.push(label),
        }
    }
    change.removed = left.into_iter().map(|was| was.label().to_owned()).collect();
    change
}
