//! One item: does its answer count?

use super::Case;
use crate::model::standard::ProfileTest;
use crate::model::{Answer, Item, ItemKind, Organisation};
use jiff::civil::Date;

/// The first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The profile exempts the organisation from it.
    Exempt,
    /// Rolled over from another year and not confirmed: does not count.
    Carried,
    NotApplicable,
    Met,
    Unmet,
    /// Not answered, and no level asks for it.
    Optional,
}

impl State {
    pub const WORDS: &'static [&'static str] = &["exempt", "carried", "not-applicable", "met", "unmet", "optional"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    pub fn counts(self) -> bool {
        matches!(self, Self::Exempt | Self::NotApplicable | Self::Met)
    }
}

/// Why an item does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    Unanswered,
    AnsweredNo,
    /// Ticked, where ticking is the bad answer.
    AnsweredYes,
    Blank,
    NoDocument,
    /// Answered by another kind than the item asks for.
    WrongKind(ItemKind),
    NotApplicableNotAllowed,
    NotApplicableWithoutReason,
    Carried(String),
}

impl Gap {
    /// In words, to stand behind the item's number.
    pub fn words(&self) -> String {
        match self {
            Self::Unanswered => "not answered yet".to_owned(),
            Self::AnsweredNo => "answered no".to_owned(),
            Self::AnsweredYes => "ticked, which counts against it".to_owned(),
            Self::Blank => "the text is blank".to_owned(),
            Self::NoDocument => "no document is given".to_owned(),
            Self::WrongKind(ItemKind::Tick) => "asks for a tick, and has none".to_owned(),
            Self::WrongKind(ItemKind::Text) => "asks for a text, and has none".to_owned(),
            Self::WrongKind(ItemKind::Document) => "asks for a document, and has none".to_owned(),
            Self::WrongKind(ItemKind::Date) => "asks for a date, and has none".to_owned(),
            Self::NotApplicableNotAllowed => "\"not applicable\" is not allowed here".to_owned(),
            Self::NotApplicableWithoutReason => "\"not applicable\" without a reason".to_owned(),
            Self::Carried(from) => format!("carried from {from}, not confirmed yet"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVerdict {
    pub state: State,
    /// Why it does not count; none where it does or where nothing is asked.
    pub gap: Option<Gap>,
    /// Why the profile exempts it.
    pub exempt_because: Option<String>,
}

/// Whether a condition on the profile holds on a day. A certification without `expires` does not count.
pub(crate) fn profile_says(organisation: &Organisation, test: &ProfileTest, day: Date) -> bool {
    match test {
        ProfileTest::Fact { fact, is } => organisation.profile.facts.get(fact).is_some_and(|value| is.contains(value)),
        ProfileTest::Certification(key) => {
            organisation.certifications.get(key).is_some_and(|certification| certification.is_current(day))
        }
    }
}

pub(super) fn judge(case: Case<'_>, item: &Item, answer: Option<&Answer>) -> ItemVerdict {
    if let Some(exemption) =
        item.exempt.iter().find(|exemption| profile_says(case.organisation, &exemption.when, case.day))
    {
        return ItemVerdict { state: State::Exempt, gap: None, exempt_because: Some(exemption.reason.clone()) };
    }
    let verdict = |state, gap| ItemVerdict { state, gap, exempt_because: None };
    if item.negative {
        let ticked = answer.is_some_and(|answer| answer.tick == Some(true));
        return if ticked { verdict(State::Unmet, Some(Gap::AnsweredYes)) } else { verdict(State::Met, None) };
    }
    let gap = match answer {
        None => Gap::Unanswered,
        Some(answer) => match judge_answer(item, answer) {
            Ok(state) => return verdict(state, None),
            Err(gap) => gap,
        },
    };
    let asked = (0..case.standard.levels.len()).any(|level| case.standard.asks(level, item));
    match gap {
        Gap::Carried(_) => verdict(State::Carried, Some(gap)),
        Gap::Unanswered if !asked => verdict(State::Optional, None),
        gap => verdict(State::Unmet, Some(gap)),
    }
}

fn judge_answer(item: &Item, answer: &Answer) -> Result<State, Gap> {
    if let Some(from) = &answer.carried_from {
        return Err(Gap::Carried(from.clone()));
    }
    let answered = is_answered(item.kind, answer);
    if let Some(reason) = &answer.not_applicable {
        return match (item.not_applicable.is_some(), reason.trim().is_empty()) {
            (true, false) => Ok(State::NotApplicable),
            _ if answered => Ok(State::Met),
            (false, _) => Err(Gap::NotApplicableNotAllowed),
            (true, true) => Err(Gap::NotApplicableWithoutReason),
        };
    }
    if answered {
        return Ok(State::Met);
    }
    if answer.is_open() {
        return Err(Gap::Unanswered);
    }
    Err(match item.kind {
        ItemKind::Tick if answer.tick == Some(false) => Gap::AnsweredNo,
        ItemKind::Text if answer.text.is_some() => Gap::Blank,
        ItemKind::Document if answer.evidence.is_some() => Gap::NoDocument,
        // Evidence or a count alone leaves the question itself open.
        _ if answer.tick.is_none() && answer.text.is_none() && answer.date.is_none() => Gap::Unanswered,
        kind => Gap::WrongKind(kind),
    })
}

/// Whether what the item asks for is there.
pub(crate) fn is_answered(kind: ItemKind, answer: &Answer) -> bool {
    match kind {
        ItemKind::Tick => answer.tick == Some(true),
        ItemKind::Text => answer.text.as_ref().is_some_and(|text| !text.trim().is_empty()),
        ItemKind::Document => answer.has_evidence(),
        ItemKind::Date => answer.date.is_some(),
    }
}
