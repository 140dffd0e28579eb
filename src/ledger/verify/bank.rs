//! The bank that a publication was judged by: one that was shipped, the user's own, or a weakened one.

use super::content::committed_bank;
use super::weaker::weaker_in;
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
        differences.push(Differences::of(&own, &known));
        weaker.push(weaker_in(&own, &known, record));
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
    let nearest = differences.into_iter().min_by_key(Differences::count).unwrap_or_default();
    let differs = match nearest.words() {
        Some(words) => format!("differs from the nearest shipped one in {words}"),
        None => "says what a shipped one says, in other bytes".to_owned(),
    };
    Check::new(name, Verdict::NotProven, format!("the organisation's own bank, which {differs}"))
}

/// How many parts of a bank are not those of another.
#[derive(Default)]
struct Differences {
    items: usize,
    levels: usize,
    dates: usize,
    /// Everything else, by its list: sections, rules, statuses and the like.
    others: usize,
}

impl Differences {
    fn of(own: &Standard, other: &Standard) -> Self {
        let text = |item: &Item| format!("{item:?}");
        let changed = other
            .items
            .iter()
            .filter(|item| own.concept(&item.concept).is_none_or(|there| text(there) != text(item)))
            .count();
        let added = own.items.iter().filter(|item| other.concept(&item.concept).is_none()).count();
        let levels = other.levels.iter().filter(|level| own.level(&level.id) != Some(level)).count()
            + own.levels.iter().filter(|level| other.level(&level.id).is_none()).count();
        let (head, known) = (&own.head, &other.head);
        let dates = [head.opens != known.opens, head.deadline != known.deadline, head.closes != known.closes];
        let others = [
            (&head.title, &head.version) != (&known.title, &known.version),
            (&head.predecessor, &head.notice) != (&known.predecessor, &known.notice),
            own.sources != other.sources,
            own.sections != other.sections,
            own.nodes != other.nodes,
            own.facts != other.facts,
            own.certifications != other.certifications,
            own.roles != other.roles,
            own.rules != other.rules,
            own.statuses != other.statuses,
            own.contradictions != other.contradictions,
            own.changes != other.changes,
            own.retired != other.retired,
        ];
        let count = |differ: &[bool]| differ.iter().filter(|differs| **differs).count();
        Self { items: changed + added, levels, dates: count(&dates), others: count(&others) }
    }

    fn count(&self) -> usize {
        self.items + self.levels + self.dates + self.others
    }

    /// "2 items and 1 date"; none where nothing differs.
    fn words(&self) -> Option<String> {
        let parts = [(self.items, "item"), (self.levels, "level"), (self.dates, "date"), (self.others, "other part")];
        let mut words: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
        let last = words.pop()?;
        Some(if words.is_empty() { last } else { format!("{} and {last}", words.join(", ")) })
    }
}
