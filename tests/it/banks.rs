//! The shipped question banks: counts, order of levels, lineage, and what the schema says of them.

use dspt::bank::Banks;
use dspt::decode;
use dspt::model::standard::LineageChange;
use dspt::model::{Item, Standard};
use std::sync::Arc;

/// Edition, items that each level names itself, required items confirmed against published sources.
const EXPECTED: &[(&str, [usize; 2], usize)] = &[
    ("2020-21", [27, 42], 30),
    ("2021-22", [27, 42], 0),
    ("2022-23", [26, 42], 6),
    ("2023-24", [26, 42], 6),
    ("2024-25", [26, 43], 7),
    ("2025-26", [26, 45], 7),
];

fn shipped() -> Vec<Arc<Standard>> {
    Banks::shipped().iter().map(|bank| bank.standard().unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[test]
fn counts_are_those_of_the_toolkit() {
    let standards = shipped();
    let editions: Vec<&str> = standards.iter().map(|standard| standard.edition()).collect();
    assert_eq!(editions, EXPECTED.iter().map(|(edition, ..)| *edition).collect::<Vec<_>>());
    for (standard, (edition, required, confirmed)) in standards.iter().zip(EXPECTED) {
        let counts: Vec<usize> = standard.required_counts().into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, required, "{edition}");
        assert_eq!(standard.confirmed(), *confirmed, "{edition}");
        assert_eq!(
            standard.required().count(),
            required[1],
            "{edition}: nothing is asked for below the highest level alone"
        );
    }
}

#[test]
fn banks_are_read_without_a_fault_from_where_they_say() {
    for bank in Banks::shipped().iter() {
        let decoded = decode::standard::decode(bank.text.as_bytes());
        assert_eq!(decoded.faults, [], "{}", bank.origin);
        let standard = decoded.value.expect("a bank");
        assert_eq!(bank.origin, format!("standards/{}/{}.toml", standard.id(), standard.edition()));
        assert_eq!(bank.head, standard.head, "{}: the head alone says what the whole bank says", bank.origin);
    }
}

#[test]
fn a_higher_level_asks_for_everything_a_lower_one_asks_for() {
    for standard in shipped() {
        for item in &standard.items {
            let asks: Vec<bool> = (0..standard.levels.len()).map(|level| standard.asks(level, item)).collect();
            assert!(asks.is_sorted(), "{} {}: {asks:?}", standard.edition(), item.number);
        }
    }
}

#[test]
fn nothing_is_exempt_and_levels_have_their_conditions() {
    for standard in shipped() {
        let exempt: Vec<&str> =
            standard.items.iter().filter(|item| !item.exempt.is_empty()).map(|item| item.number.as_str()).collect();
        assert!(exempt.is_empty(), "{}: which items are exempt is not established: {exempt:?}", standard.edition());
        let conditions: Vec<Vec<&str>> = standard
            .levels
            .iter()
            .map(|level| level.conditions.iter().map(|condition| condition.id.as_str()).collect())
            .collect();
        assert_eq!(
            conditions,
            [vec!["first-publication", "action-plan"], vec![], vec!["cyber-essentials-plus"]],
            "{}",
            standard.edition()
        );
    }
}

/// The lineage that two editions have by their concepts, numbers and wording.
fn lineage(before: &Standard, item: &Item) -> String {
    let Some(old) = before.concept(&item.concept) else { return "new".to_owned() };
    let change = if old.number == item.number { "same" } else { "renumbered" };
    let reworded = if old.question == item.question { "" } else { ", reworded" };
    let newly: Vec<&str> =
        item.required_for.iter().filter(|level| !old.is_required_for(level)).map(String::as_str).collect();
    format!("{change} from {}{reworded}, newly required for {newly:?}", old.number)
}

fn stated(item: &Item) -> String {
    let Some(lineage) = &item.lineage else { return "nothing".to_owned() };
    if lineage.change == LineageChange::New {
        assert!(
            lineage.was.is_none() && !lineage.reworded && lineage.newly_required.is_empty(),
            "{}: new is new",
            item.number
        );
        return "new".to_owned();
    }
    let reworded = if lineage.reworded { ", reworded" } else { "" };
    let was = lineage.was.as_deref().unwrap_or("nothing");
    format!("{} from {was}{reworded}, newly required for {:?}", lineage.change.word(), lineage.newly_required)
}

#[test]
fn lineage_is_what_the_predecessor_shows() {
    let standards = shipped();
    assert!(standards[0].head.predecessor.is_none());
    assert!(standards[0].items.iter().all(|item| item.lineage.is_none()) && standards[0].retired.is_empty());
    for pair in standards.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        assert_eq!(after.head.predecessor.as_deref(), Some(before.edition()));
        for item in &after.items {
            assert_eq!(stated(item), lineage(before, item), "{} {} ({})", after.edition(), item.number, item.concept);
        }
        let mut gone: Vec<(&str, &str)> = before
            .items
            .iter()
            .filter(|item| after.concept(&item.concept).is_none())
            .map(|item| (item.concept.as_str(), item.number.as_str()))
            .collect();
        let mut retired: Vec<(&str, &str)> =
            after.retired.iter().map(|retired| (retired.concept.as_str(), retired.was.as_str())).collect();
        gone.sort_unstable();
        retired.sort_unstable();
        assert_eq!(retired, gone, "{}", after.edition());
    }
}

#[test]
fn editions_follow_each_other_without_overlap() {
    for pair in shipped().windows(2) {
        let (before, after) = (&pair[0].head, &pair[1].head);
        assert!(before.deadline < after.deadline, "{}", after.edition);
        let (closes, opens) = (before.closing(Some(after)), after.opening(Some(before)));
        assert!(closes.zip(opens).is_some_and(|(closes, opens)| closes < opens), "{}", after.edition);
    }
}

#[test]
fn every_bank_of_today_is_on_the_list_of_those_that_ever_shipped() {
    for bank in Banks::shipped().iter() {
        let digest = dspt::ledger::record::digest(bank.text.as_bytes());
        let (standard, edition) = (&bank.head.standard, &bank.head.edition);
        assert!(dspt::bank::was_shipped(standard, edition, &digest), "{} {digest}", bank.origin);
        assert!(!dspt::bank::was_shipped(standard, "1999-00", &digest));
    }
    for (standard, list) in dspt::bank::ever_shipped() {
        let mut seen = std::collections::BTreeSet::new();
        for line in list.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [digest, edition, "revision", revision] = words.as_slice() else { panic!("{standard}: {line}") };
            assert!(digest.len() == 64 && revision.parse::<u32>().is_ok(), "{standard}: {line}");
            assert!(seen.insert((*digest, *edition)), "{standard}: {line} stands twice");
        }
    }
}
