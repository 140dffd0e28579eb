//! Whether what was published still stands, computed from dates and never stored.

use crate::model::period::days_between;
use crate::model::standard::EditionHead;
use crate::model::{History, Period};
use jiff::civil::Date;

/// Days before the next deadline from which a publication is due again.
pub const DUE_SOON_DAYS: i64 = 90;
/// Days after the newest known deadline from which a newer question set is likely in force.
pub const NEWER_LIKELY_DAYS: i64 = 60;

const YEAR: Period = Period { years: 1, months: 0, weeks: 0, days: 0 };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicationState {
    Never,
    Current,
    DueSoon,
    Overdue,
    Stale,
}

impl PublicationState {
    pub const WORDS: &'static [&'static str] = &["never", "current", "due-soon", "overdue", "stale"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// An edition's dates, worked out with its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub id: String,
    pub opens: Option<Date>,
    pub deadline: Date,
    pub closes: Option<Date>,
}

/// The dates of an edition among all known ones of its standard (in rising order).
pub fn edition_standing(heads: &[&EditionHead], edition: &str) -> Option<Edition> {
    let at = heads.iter().position(|head| head.edition == edition)?;
    let before = at.checked_sub(1).map(|before| heads[before]);
    let after = heads.get(at + 1).copied();
    let head = heads[at];
    Some(Edition {
        id: head.edition.clone(),
        opens: head.opening(before),
        deadline: head.deadline,
        closes: head.closing(after),
    })
}

/// The deadline of the edition that follows another, until which what was published for that other one stands, and
/// whether it is known: while no such bank is, it is taken to be a year on. `day` is the publication's, for editions
/// that no bank knows.
pub fn following_deadline(heads: &[&EditionHead], edition: &str, day: Date) -> (Date, bool) {
    if let Some(next) = heads.iter().find(|head| head.edition.as_str() > edition) {
        return (next.deadline, true);
    }
    let own = edition_standing(heads, edition);
    (YEAR.after(own.map_or(day, |own| own.deadline)), false)
}

/// How a history of publications stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: PublicationState,
    /// The deadline by which it must be published again.
    pub due: Option<Date>,
}

/// `heads` are all known editions of the standard in rising order.
pub fn publication_standing(history: &History, heads: &[&EditionHead], day: Date) -> Standing {
    let Some(newest) = history.until(day).max_by(|a, b| (&a.edition, a.date).cmp(&(&b.edition, b.date))) else {
        return Standing { state: PublicationState::Never, due: None };
    };
    let (deadline, _) = following_deadline(heads, &newest.edition, newest.date);
    let closes = match heads.iter().find(|head| head.edition > newest.edition) {
        Some(next) => edition_standing(heads, &next.edition).and_then(|next| next.closes),
        // No bank of the following edition is known yet: its dates are taken to be a year on.
        None => edition_standing(heads, &newest.edition).and_then(|own| own.closes).map(|closes| YEAR.after(closes)),
    };
    let state = if closes.is_some_and(|closes| day > closes) || day >= YEAR.after(deadline) {
        PublicationState::Stale
    } else if day > deadline {
        PublicationState::Overdue
    } else if days_between(day, deadline) <= DUE_SOON_DAYS {
        PublicationState::DueSoon
    } else {
        PublicationState::Current
    };
    Standing { state, due: Some(deadline) }
}

/// The newest known edition, where the day lies so far behind its deadline that a newer one is likely in force.
pub fn knows_no_newer<'h>(heads: &[&'h EditionHead], day: Date) -> Option<&'h str> {
    let newest = heads.last()?;
    (days_between(newest.deadline, day) >= NEWER_LIKELY_DAYS).then_some(newest.edition.as_str())
}
