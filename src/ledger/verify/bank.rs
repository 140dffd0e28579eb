//! The bank that a publication was judged by: one that was shipped, the user's own, or a weakened one.

use super::content::committed_bank;
use super::{Check, Setting, Verdict};
use crate::bank::{Bank, Banks, was_shipped};
use crate::ledger::git::RevisionTree;
use crate::ledger::record;
use crate::model::{Item, Record, Standard};

pub(super) fn check(_: Setting<'_>, tree: &RevisionTree, record: &Record) -> Check {
    let name = "bank";
    let (bytes, bank) = match committed_bank(tree, record) {
        Ok(bank) => bank,
        Err(why) => return Check::fail(name, why),
    };
    if record::digest(&bytes) != record.bank.digest {
        return Check::fail(name, "the bank beside the record has another digest than the record says");
    }
    if (&bank.head.standard, &bank.head.edition) != (&record.standard, &record.edition) {
        return Check::fail(name, format!("the bank is of {} {}", bank.head.standard, bank.head.edition));
    }
    if was_shipped(&record.standard, &record.edition, &record.bank.digest) {
        return Check::pass(name, format!("shipped with dspt, revision {}", bank.head.revision));
    }
    let shipped = Banks::shipped();
    let of_edition: Vec<&Bank> = shipped
        .iter()
        .filter(|known| (&known.head.standard, &known.head.edition) == (&record.standard, &record.edition))
        .collect();
    let own = match bank.standard() {
        Ok(own) => own,
        Err(error) => return Check::fail(name, error.to_string()),
    };
    let mut differences = Vec::new();
    let mut weaker = Vec::new();
    for known in of_edition.iter().filter_map(|known| known.standard().ok()) {
        differences.push(count_differences(&own, &known));
        weaker.push(weaker_in(&own, &known, &record.level));
    }
    if weaker.is_empty() {
        return Check::new(
            name,
            Verdict::NotProven,
            "the organisation's own bank; dspt ships none of this edition to compare with",
        );
    }
    if let Some(first) = weaker.iter().find_map(Clone::clone).filter(|_| weaker.iter().all(Option::is_some)) {
        return Check::fail(name, format!("it asks less than every bank that was shipped: {first}"));
    }
    let fewest = differences.into_iter().min().unwrap_or(0);
    Check::new(
        name,
        Verdict::NotProven,
        format!("the organisation's own bank, which differs from the nearest shipped one in {fewest} items or levels"),
    )
}

/// The first thing that a bank does not ask for a level and another does; none where it asks no less.
fn weaker_in(own: &Standard, shipped: &Standard, level: &str) -> Option<String> {
    let (Some(own_level), Some(level)) = (own.level_index(level), shipped.level_index(level)) else {
        return Some(format!("it has no level {level}"));
    };
    let asked = shipped.items.iter().filter(|item| shipped.asks(level, item));
    for item in asked {
        let number = &item.number;
        let Some(there) = own.concept(&item.concept).filter(|there| own.asks(own_level, there)) else {
            return Some(format!("{number} is not required"));
        };
        if let Some(why) = milder(there, item) {
            return Some(format!("{number} {why}"));
        }
    }
    let mut chain = vec![level];
    while let Some(below) = chain.last().and_then(|level| shipped.levels[*level].builds_on) {
        chain.push(below);
    }
    let mut own_chain = vec![own_level];
    while let Some(below) = own_chain.last().and_then(|level| own.levels[*level].builds_on) {
        own_chain.push(below);
    }
    for condition in chain.iter().flat_map(|level| &shipped.levels[*level].conditions) {
        let kept =
            own_chain.iter().flat_map(|level| &own.levels[*level].conditions).any(|known| known.kind == condition.kind);
        if !kept {
            return Some(format!("the condition {} is dropped", condition.id));
        }
    }
    None
}

fn milder(own: &Item, shipped: &Item) -> Option<&'static str> {
    if own.kind != shipped.kind {
        return Some("takes another kind of answer");
    }
    if own.not_applicable.is_some() && shipped.not_applicable.is_none() {
        return Some("may be \"not applicable\"");
    }
    if own.threshold < shipped.threshold {
        return Some("has a lower threshold");
    }
    if shipped.window.is_some() && own.window.map(|window| window.start) != shipped.window.map(|window| window.start) {
        return Some("has another window, or none");
    }
    own.exempt.iter().any(|exemption| !shipped.exempt.contains(exemption)).then_some("exempts some profiles")
}

fn count_differences(own: &Standard, other: &Standard) -> usize {
    let text = |item: &Item| format!("{item:?}");
    let mut count = 0;
    for item in &other.items {
        count += usize::from(own.concept(&item.concept).is_none_or(|there| text(there) != text(item)));
    }
    count += own.items.iter().filter(|item| other.concept(&item.concept).is_none()).count();
    count + other.levels.iter().filter(|level| own.level(&level.id) != Some(level)).count()
}
