//! Years side by side: the join over all pairs of editions, what became of an answer, and rolling over.

use dspt::assess::{self, Assessment};
use dspt::bank::Banks;
use dspt::compare::{self, AnswerChange, ItemChange, Run, Side, SignalKind};
use dspt::model::{
    Action, ActionPlan, ActionStatus, Answer, Answers, Count, Evidence, History, Item, ItemKind, LibrarySource,
    Organisation, Standard,
};
use dspt::source::Syntax;
use dspt::workspace::rollover::{AnswersFile, Entry, plan_reads_back, plan_text, reads_back};
use jiff::civil::{Date, date};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock};

const EDITIONS: [&str; 6] = ["2020-21", "2021-22", "2022-23", "2023-24", "2024-25", "2025-26"];

/// What the question sets of six years have been found to ask, by concept and edition; empty where it is not asked.
const NUMBERS: &[(&str, [&str; 6])] = &[
    ("lead-responsibility", ["1.1.2", "1.1.2", "1.1.5", "1.1.5", "1.1.5", "1.1.5"]),
    ("induction", ["2.2.1", "2.2.1", "2.1.1", "2.1.1", "2.1.1", "2.1.1"]),
    ("contract-clauses", ["2.2.2", "2.2.2", "2.2.1", "2.2.1", "2.2.1", "2.2.1"]),
    ("training-needs-analysis", ["3.1.1", "3.1.1", "3.1.1", "3.1.1", "3.1.1", "3.1.1"]),
    ("training-95-percent", ["3.2.1", "3.2.1", "3.2.1", "3.2.1", "3.2.1", "3.2.1"]),
    ("lead-training", ["3.4.1", "3.4.1", "3.4.1", "3.4.1", "3.4.1", "3.4.1"]),
    ("staff-record", ["4.1.1", "4.1.1", "4.1.1", "4.1.1", "4.1.1", "4.1.1"]),
    ("ico-registration", ["1.3.1", "1.3.1", "1.1.1", "1.1.1", "1.1.1", "1.1.1"]),
    ("asset-register-ropa", ["1.4.1", "1.4.1", "1.1.2", "1.1.2", "1.1.2", "1.1.2"]),
    ("privacy-notice", ["1.3.2", "1.3.2", "1.1.3", "1.1.3", "1.1.3", "1.1.3"]),
    ("national-data-opt-out", ["", "1.2.4", "1.2.4", "1.2.4", "1.2.4", "1.2.4"]),
    ("policies-up-to-date", ["1.2.1", "1.2.1", "1.3.1", "1.3.1", "1.3.1", "1.3.1"]),
    ("compliance-monitoring", ["1.5.2", "1.5.2", "1.3.2", "1.3.2", "1.3.2", "1.3.2"]),
    ("policy-safe-and-secure", ["1.6.1", "1.6.1", "1.3.7", "1.3.7", "1.3.7", "1.3.7"]),
    ("policy-new-project-risk", ["1.6.5", "1.6.5", "1.3.8", "1.3.8", "1.3.8", "1.3.8"]),
    ("retention-timetable", ["1.7.4", "1.7.4", "1.4.1", "1.4.1", "1.4.1", "1.4.1"]),
    ("disposal-contract", ["1.7.2", "1.7.2", "1.4.2", "1.4.2", "1.4.2", "1.4.2"]),
    ("disposal-own", ["1.7.3", "1.7.3", "1.4.3", "1.4.3", "1.4.3", "1.4.3"]),
    ("supplier-list", ["10.1.2", "10.1.2", "10.1.2", "10.1.2", "10.1.2", "10.1.2"]),
    ("paper-records-off-site", ["1.6.2", "1.6.2", "1.3.12", "1.3.12", "1.3.12", "1.3.12"]),
    ("physical-controls", ["1.6.3", "1.6.3", "1.3.13", "1.3.13", "1.3.13", "1.3.13"]),
    ("breach-reporting-system", ["6.1.1", "6.1.1", "6.1.1", "6.1.1", "6.1.1", "6.1.1"]),
    ("breach-management-notified", ["6.1.4", "6.1.4", "6.1.2", "6.1.2", "6.1.2", "6.1.2"]),
    ("breach-individuals-informed", ["6.1.5", "6.1.5", "6.1.3", "6.1.3", "6.1.3", "6.1.3"]),
    ("breach-process-review", ["5.1.1", "5.1.1", "5.1.1", "5.1.1", "5.1.1", "5.1.1"]),
    ("continuity-plan", ["7.1.2", "7.1.2", "7.1.2", "7.1.2", "7.1.2", "7.1.2"]),
    ("continuity-test", ["7.2.1", "7.2.1", "7.2.1", "7.2.1", "7.2.1", "7.2.1"]),
    ("byod", ["1.6.6", "1.6.6", "1.3.11", "1.3.11", "1.3.11", "1.3.11"]),
    ("mobile-phones", ["1.6.7", "1.6.7", "1.3.14", "1.3.14", "1.3.14", "1.3.14"]),
    ("who-has-access", ["4.1.2", "4.1.2", "", "", "", ""]),
    ("leavers-access", ["4.2.5", "4.2.5", "4.2.4", "4.2.4", "4.2.4", "4.2.4"]),
    ("administrator-agreement", ["", "", "", "4.3.1", "", "4.3.1"]),
    ("multi-factor-authentication", ["", "", "", "", "4.5.3", "4.5.3"]),
    ("password-practice", ["4.5.4", "4.5.4", "4.5.4", "4.5.4", "4.5.4", "4.5.4"]),
    ("antivirus", ["6.2.3", "6.2.3", "6.2.1", "6.2.1", "6.2.1", "6.2.1"]),
    ("public-wifi", ["6.3.2", "6.3.2", "6.3.2", "6.3.2", "6.3.2", "6.3.2"]),
    ("working-backups", ["7.3.1", "7.3.1", "7.3.1", "7.3.1", "7.3.1", "7.3.1"]),
    ("emergency-contacts", ["7.3.2", "7.3.2", "7.3.2", "7.3.2", "7.3.2", "7.3.2"]),
    ("backups-tested", ["7.3.4", "7.3.4", "7.3.4", "7.3.4", "7.3.4", "7.3.4"]),
    ("digital-asset-register", ["", "", "", "", "", "7.1.1"]),
    ("supported-systems", ["8.1.4", "8.1.4", "8.1.4", "8.1.4", "8.1.4", "8.1.4"]),
    ("unsupported-risk-document", ["8.2.1", "8.2.1", "8.2.1", "8.2.1", "8.2.1", "8.2.1"]),
    ("software-updates", ["8.3.5", "8.3.5", "8.3.5", "8.3.5", "8.3.5", "8.3.5"]),
    ("network-passwords", ["9.1.1", "9.1.1", "9.1.1", "9.1.1", "9.1.1", "9.1.1"]),
    ("encryption", ["9.6.2", "9.6.2", "9.5.2", "9.5.2", "9.5.2", "9.5.2"]),
    ("supplier-certification", ["10.2.1", "10.2.1", "10.2.1", "10.2.1", "10.2.1", "10.2.1"]),
];

/// Numbers that ask something else before and after the renumbering between the second and the third edition.
const REUSED: &[(&str, &str, &str)] = &[
    ("1.1.2", "lead-responsibility", "asset-register-ropa"),
    ("1.3.1", "ico-registration", "policies-up-to-date"),
    ("1.3.2", "privacy-notice", "compliance-monitoring"),
    ("1.4.1", "asset-register-ropa", "retention-timetable"),
    ("2.2.1", "induction", "contract-clauses"),
];

static STANDARDS: LazyLock<Vec<Arc<Standard>>> = LazyLock::new(|| {
    let banks = Banks::shipped();
    let standard = |edition| banks.find("dspt-asc", edition).expect("it is shipped").standard().expect("it is sound");
    EDITIONS.iter().map(|edition| standard(edition)).collect()
});

fn standard(edition: &str) -> &'static Standard {
    &STANDARDS[EDITIONS.iter().position(|known| *known == edition).unwrap()]
}

#[test]
fn every_pair_of_editions_is_joined_by_concept() {
    for (old_at, old) in STANDARDS.iter().enumerate() {
        for (new_at, new) in STANDARDS.iter().enumerate() {
            let pairs = compare::editions(old, new);
            let name = format!("{} to {}", EDITIONS[old_at], EDITIONS[new_at]);
            for (concept, numbers) in NUMBERS {
                let (was, is) = (numbers[old_at], numbers[new_at]);
                let found: Vec<_> = pairs.iter().filter(|pair| pair.concept == *concept).collect();
                if was.is_empty() && is.is_empty() {
                    assert!(found.is_empty(), "{name}: {concept} is asked in neither");
                    continue;
                }
                let [pair] = found.as_slice() else {
                    panic!("{name}: {concept} stands there once, not {}", found.len())
                };
                assert_eq!(pair.old.map_or("", |item| &item.number), was, "{name}: {concept}");
                assert_eq!(pair.new.map_or("", |item| &item.number), is, "{name}: {concept}");
                let expected: &[ItemChange] = match (was, is) {
                    ("", _) => &[ItemChange::New],
                    (_, "") => &[ItemChange::Retired],
                    (was, is) if was != is => &[ItemChange::Renumbered],
                    _ => &[ItemChange::Same, ItemChange::Reworded],
                };
                assert!(expected.contains(&pair.change), "{name}: {concept} is {:?}", pair.change);
            }
            // Nothing is lost and nothing stands there twice, whatever else the banks hold.
            let concepts: BTreeSet<&str> = pairs.iter().map(|pair| pair.concept).collect();
            assert_eq!(concepts.len(), pairs.len(), "{name}");
            let asked: BTreeSet<&str> = old.items.iter().chain(&new.items).map(|item| item.concept.as_str()).collect();
            assert_eq!(concepts, asked, "{name}");
        }
    }
}

#[test]
fn numbers_that_were_given_to_another_question_do_not_join() {
    for old in &EDITIONS[..2] {
        for new in &EDITIONS[2..] {
            let pairs = compare::editions(standard(old), standard(new));
            for (number, before, after) in REUSED {
                let was = pairs.iter().find(|pair| pair.old.is_some_and(|item| item.number == *number)).unwrap();
                let is = pairs.iter().find(|pair| pair.new.is_some_and(|item| item.number == *number)).unwrap();
                assert_eq!((was.concept, is.concept), (*before, *after), "{number}, {old} to {new}");
            }
        }
    }
}

// What became of an answer.

fn item(kind: ItemKind) -> &'static Item {
    standard("2024-25").items.iter().find(|item| item.kind == kind && item.not_applicable.is_some()).unwrap()
}

fn said(text: &str) -> Answer {
    Answer { text: Some(text.to_owned()), ..Answer::default() }
}

fn document(title: &str) -> Evidence {
    Evidence { file: Some(format!("evidence/{title}")), title: Some(title.to_owned()), ..Evidence::default() }
}

fn became(item: &Item, old: &Answer, new: &Answer) -> AnswerChange {
    compare::difference(Some((item, Some(old))), Some((item, Some(new)))).change
}

#[test]
fn what_became_of_an_answer() {
    let text = item(ItemKind::Text);
    let open = Answer::default();
    let reviewed = |answer: Answer, day: Date, by: &str| Answer {
        reviewed: Some(day),
        reviewed_by: Some(by.to_owned()),
        ..answer
    };
    let (before, after) = (date(2025, 3, 1), date(2026, 3, 1));
    let not_applicable = |reason: &str| Answer { not_applicable: Some(reason.to_owned()), ..Answer::default() };
    let with = |answer: Answer, evidence: Vec<Evidence>| Answer { evidence: Some(evidence), ..answer };
    let table = [
        ("neither says anything", open.clone(), open.clone(), AnswerChange::None),
        ("blank is nothing", open.clone(), said(" \n"), AnswerChange::None),
        (
            "an owner says nothing",
            open.clone(),
            Answer { owner: Some("jo".into()), ..open.clone() },
            AnswerChange::None,
        ),
        ("an answer where there was none", open.clone(), said("a"), AnswerChange::Answered),
        ("taken away", said("a"), open.clone(), AnswerChange::Withdrawn),
        ("blanked", said("a"), said(""), AnswerChange::Withdrawn),
        ("other words", said("a"), said("b"), AnswerChange::Changed),
        ("other blanks", said("a b"), said("a\r\nb "), AnswerChange::Unchanged),
        ("not applicable after an answer", said("a"), not_applicable("no"), AnswerChange::NotApplicable),
        ("not applicable after nothing", open.clone(), not_applicable("no"), AnswerChange::NotApplicable),
        ("another reason", not_applicable("no"), not_applicable("none"), AnswerChange::Changed),
        ("applicable again", not_applicable("no"), said("a"), AnswerChange::Changed),
        ("other words and documents", said("a"), with(said("b"), vec![document("x")]), AnswerChange::Changed),
        ("a document", said("a"), with(said("a"), vec![document("x")]), AnswerChange::EvidenceChanged),
        (
            "a document beside an open question",
            open.clone(),
            with(open.clone(), vec![document("x")]),
            AnswerChange::EvidenceChanged,
        ),
        (
            "confirmed and another document",
            reviewed(said("a"), before, "jo"),
            with(reviewed(said("a"), after, "jo"), vec![document("x")]),
            AnswerChange::EvidenceChanged,
        ),
        ("a comment", said("a"), Answer { comment: Some("c".into()), ..said("a") }, AnswerChange::Changed),
        ("private notes", said("a"), Answer { notes: Some("n".into()), ..said("a") }, AnswerChange::Unchanged),
        ("confirmed", reviewed(said("a"), before, "jo"), reviewed(said("a"), after, "jo"), AnswerChange::Reconfirmed),
        ("confirmed first", said("a"), reviewed(said("a"), after, "jo"), AnswerChange::Reconfirmed),
        (
            "by another",
            reviewed(said("a"), before, "jo"),
            reviewed(said("a"), before, "ann"),
            AnswerChange::Reconfirmed,
        ),
        ("the same", reviewed(said("a"), before, "jo"), reviewed(said("a"), before, "jo"), AnswerChange::Unchanged),
        ("not confirmed any more", reviewed(said("a"), before, "jo"), said("a"), AnswerChange::Unchanged),
        (
            "carried",
            reviewed(said("a"), before, "jo"),
            Answer { carried_from: Some("2024-25".into()), ..said("a") },
            AnswerChange::Unchanged,
        ),
        (
            "carried, and the mark taken away",
            Answer { carried_from: Some("2024-25".into()), ..said("a") },
            said("a"),
            AnswerChange::Reconfirmed,
        ),
        (
            "carried and edited",
            said("a"),
            Answer { carried_from: Some("2024-25".into()), ..said("b") },
            AnswerChange::Changed,
        ),
    ];
    for (what, old, new, change) in table {
        assert_eq!(became(text, &old, &new), change, "{what}");
    }
    let tick = item(ItemKind::Tick);
    let ticked = |tick| Answer { tick: Some(tick), ..Answer::default() };
    assert_eq!(became(tick, &ticked(true), &ticked(false)), AnswerChange::Changed, "answered no is an answer");
    let proof = item(ItemKind::Document);
    let shown = |title: &str| with(Answer::default(), vec![document(title)]);
    assert_eq!(became(proof, &Answer::default(), &shown("x")), AnswerChange::Answered);
    assert_eq!(became(proof, &shown("x"), &with(Answer::default(), Vec::new())), AnswerChange::Withdrawn);
    assert_eq!(became(proof, &shown("x"), &shown("y")), AnswerChange::EvidenceChanged);
    // Questions that one side does not ask.
    let change = |old: Option<&Answer>, new: Option<&Answer>| {
        compare::difference(old.map(|answer| (text, Some(answer))), new.map(|answer| (text, Some(answer)))).change
    };
    assert_eq!(change(Some(&said("a")), None), AnswerChange::None, "retired: nobody withdrew it");
    assert_eq!(change(None, Some(&said("a"))), AnswerChange::Answered);
    assert_eq!(change(None, Some(&Answer::default())), AnswerChange::None);
}

#[test]
fn what_became_of_the_documents() {
    let proof = item(ItemKind::Document);
    let with = |list: &[Evidence]| Answer { evidence: Some(list.to_vec()), ..Answer::default() };
    let known = |title: &str, digest: Option<&str>| Evidence { sha256: digest.map(str::to_owned), ..document(title) };
    let change = |old: &[Evidence], new: &[Evidence]| {
        compare::difference(Some((proof, Some(&with(old)))), Some((proof, Some(&with(new))))).evidence
    };
    let (a, b) = ("a".repeat(64), "b".repeat(64));
    let same = change(
        &[known("x", Some(&a)), document("y")],
        &[document("y"), known("x", Some(&format!("sha256:{}", a.to_uppercase())))],
    );
    assert!(same.is_none(), "order, spelling of a digest: {same:?}");
    assert!(change(&[known("x", Some(&a))], &[known("x", None)]).is_none(), "one digest alone proves no change");
    let refreshed = change(&[known("x", Some(&a))], &[known("x", Some(&b))]);
    assert_eq!(refreshed.refreshed, ["x"]);
    let approved = Evidence { approved: Some(date(2026, 1, 2)), ..document("x") };
    assert_eq!(change(&[document("x")], &[approved]).refreshed, ["x"]);
    let other = change(&[document("x"), document("x")], &[document("x"), document("z")]);
    assert_eq!((other.added, other.removed, other.refreshed), (vec!["z".into()], vec!["x".into()], vec![]));
}

proptest! {
    #[test]
    fn runs_of_words_hold_both_texts(
        old in "([a-c]{1,2}[ \n]{1,2}){0,24}",
        new in "([a-c]{1,2}[ \n]{1,2}){0,24}|\\PC{0,40}",
    ) {
        let side = |wanted: fn(&Run) -> bool| -> String {
            compare::runs(&old, &new)
                .iter()
                .filter(|run| wanted(run))
                .map(|(Run::Kept(text) | Run::Gone(text) | Run::Added(text))| text.as_str())
                .collect()
        };
        prop_assert_eq!(side(|run| !matches!(run, Run::Added(_))), old.as_str());
        prop_assert_eq!(side(|run| !matches!(run, Run::Gone(_))), new.as_str());
    }
}

#[test]
fn very_long_texts_are_compared_in_no_time() {
    let (old, new): (String, String) =
        ((0..40_000).map(|at| format!("a{at} ")).collect(), (0..40_000).map(|at| format!("b{at} ")).collect());
    assert_eq!(compare::runs(&old, &new), [Run::Gone(old), Run::Added(new)]);
}

// Signals.

fn judge(standard: &Standard, answers: &Answers) -> Assessment {
    assess::assess(assess::Case {
        standard,
        organisation: &Organisation::default(),
        answers,
        plan: None,
        plan_document: false,
        history: &History::default(),
        day: date(2026, 4, 20),
    })
}

/// Every question answered, so that its level is reached.
fn complete(standard: &Standard) -> Answers {
    let answer = |item: &Item| match item.kind {
        ItemKind::Tick => Answer { tick: Some(true), ..Answer::default() },
        ItemKind::Text => said(&format!("How we do {}.", item.concept)),
        ItemKind::Document => Answer { evidence: Some(vec![document(&item.concept)]), ..Answer::default() },
        ItemKind::Date => Answer { date: Some(date(2025, 1, 1)), ..Answer::default() },
    };
    Answers {
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        aim: None,
        answers: standard.items.iter().map(|item| (item.number.clone(), answer(item))).collect(),
    }
}

fn signals(old: &Answers, new: &Answers, before: Option<&Answers>) -> Vec<(SignalKind, Vec<String>)> {
    let sides: Vec<(&Standard, &Answers, Assessment)> = [Some(old), Some(new), before]
        .into_iter()
        .flatten()
        .map(|answers| (standard(&answers.edition), answers, judge(standard(&answers.edition), answers)))
        .collect();
    let sides: Vec<Side<'_>> =
        sides.iter().map(|(standard, answers, assessment)| Side { standard, answers, assessment }).collect();
    let comparison = compare::assessments(sides[0], sides[1], sides.get(2).copied());
    comparison.signals.into_iter().map(|signal| (signal.kind, signal.numbers)).collect()
}

#[test]
fn what_an_auditor_looks_at_twice() {
    let [before, old, new] = ["2023-24", "2024-25", "2025-26"].map(|edition| complete(standard(edition)));
    // Nothing changed: the texts are what stays, and nothing else is said.
    let texts: Vec<String> = standard("2025-26")
        .items
        .iter()
        .filter(|item| item.kind == ItemKind::Text && item.format.is_none())
        .filter(|item| standard("2023-24").concept(&item.concept).is_some())
        .map(|item| item.number.clone())
        .collect();
    assert!(texts.len() > 5 && !texts.contains(&"1.1.1".to_owned()), "a registration number is meant to stay");
    assert_eq!(signals(&old, &new, Some(&before)), [(SignalKind::SameTextThreeYears, texts)]);
    assert_eq!(signals(&old, &new, None), [], "two years are not three");
    // A level is lost with one required item.
    let mut lost = new.clone();
    lost.answers.remove("9.1.1");
    assert_eq!(signals(&old, &lost, None), [(SignalKind::LevelLost, vec![])]);
    assert_eq!(signals(&lost, &new, None), []);
    // Answered otherwise, with the same document.
    let proved = |answers: &Answers, text: &str, title: &str| {
        let mut answers = answers.clone();
        let answer = Answer { evidence: Some(vec![document(title)]), ..said(text) };
        answers.answers.insert("7.2.1".to_owned(), answer);
        answers
    };
    let number = vec!["7.2.1".to_owned()];
    let (one, other) = (proved(&old, "Once a year.", "plan"), proved(&new, "Every month.", "plan"));
    assert_eq!(signals(&one, &other, None), [(SignalKind::AnswerChangedEvidenceNot, number)]);
    assert_eq!(signals(&one, &proved(&new, "Every month.", "drill"), None), []);
    // Ten confirmed by one person on one day are many; nine are not, nor ten on two days.
    let confirmed = |count: usize, days: [Date; 2]| {
        let mut answers = new.clone();
        for (at, answer) in answers.answers.values_mut().take(count).enumerate() {
            answer.reviewed = Some(days[at % 2]);
            answer.reviewed_by = Some("jo@sunrise.example".to_owned());
        }
        signals(&old, &answers, None)
    };
    let (day, next) = (date(2026, 3, 1), date(2026, 3, 2));
    // Some of the first are new in the edition: they were answered, not confirmed.
    assert!(
        matches!(confirmed(30, [day, day]).as_slice(), [(SignalKind::ConfirmedInBulk, numbers)] if numbers.len() > 20)
    );
    assert_eq!(confirmed(9, [day, day]), []);
    assert_eq!(confirmed(18, [day, next]), []);
}

// Rolling over.

fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,30}",
        3 => "\\PC{0,20}",
        3 => "[a-z#:'\"\\\\{}\\[\\], \t\n-]{0,30}",
        1 => any::<String>(),
        1 => prop::sample::select(vec![
            "", " ", "\n", "\r\n", "a\r\nb\r\n", "a\rb", "\u{feff}x", "'''", "\"\"\"", "a\"\"\"\nb", "# no comment",
            "---", "...", "- a\n- b", "yes", "null", "~", "1.10", "2026-01-01", "key: value", " lead\ntail ", "\ttab",
            "a\n\n\nb\n\n", "\u{0}\u{7}\u{7f}\u{85}\u{2028}\u{2029}", "=1+1", "[answers.\"1.1.1\"]", "\\u0041", "|", ">-",
            "\u{202e}שלום", "👩‍⚕️", "%TAG", "&a *b", "!tag", "a: |\n  b",
        ]).prop_map(str::to_owned),
    ]
    // Lines that git writes into a conflict are no answers: such files are refused.
    .prop_filter("no conflict marks", |text| !["<<<<", "====", ">>>>", "||||"].iter().any(|mark| text.contains(mark)))
}

fn days() -> impl Strategy<Value = Date> {
    (2015_i16..2040, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let place = (0..3_u8, awkward());
    let account = (option::of(awkward()), option::of(days()), option::of(awkward()), option::of(days()));
    (place, account, option::of("[0-9a-f]{64}"), option::of(any::<bool>())).prop_map(
        |((kind, place), (title, approved, approved_by, review_by), sha256, private)| {
            let at = |wanted: u8| (kind == wanted).then(|| place.clone());
            Evidence {
                file: at(0),
                link: at(1),
                location: at(2),
                title,
                approved,
                approved_by,
                review_by,
                sha256,
                private,
            }
        },
    )
}

fn answers_of_every_kind() -> impl Strategy<Value = Answer> {
    let said = (
        option::of(any::<bool>()),
        option::of(awkward()),
        option::weighted(0.2, days()),
        option::weighted(0.4, vec(evidence(), 0..3)),
        option::weighted(0.2, awkward()),
        option::weighted(0.2, (any::<u16>(), any::<u16>(), option::of(days()))),
    );
    let beside = (
        option::of(awkward()),
        option::of(awkward()),
        option::of(awkward()),
        option::of(days()),
        option::of(awkward()),
        option::weighted(0.2, awkward()),
        option::weighted(0.1, (awkward(), awkward(), option::of(days()))),
    );
    (said, beside).prop_map(
        |(
            (tick, text, date, evidence, not_applicable, count),
            (owner, comment, notes, reviewed, reviewed_by, carried_from, from),
        )| Answer {
            tick,
            text,
            date,
            evidence,
            not_applicable,
            count: count.map(|(done, of, on)| Count { done: done.into(), of: of.into(), on }),
            owner,
            reviewed,
            reviewed_by,
            comment,
            notes,
            carried_from,
            from: from.map(|(library, digest, until)| LibrarySource { library, digest, until }),
        },
    )
}

fn actions() -> impl Strategy<Value = Action> {
    let status = prop::sample::select(vec![
        None,
        Some(ActionStatus::Planned),
        Some(ActionStatus::InProgress),
        Some(ActionStatus::Done),
    ]);
    let texts = (option::of(awkward()), option::of(awkward()), option::of(awkward()), option::of(awkward()));
    (texts, option::of(days()), status).prop_map(|((action, owner, progress, notes), target, status)| Action {
        action,
        owner,
        target,
        status,
        progress,
        notes,
        ..Action::default()
    })
}

/// A pair of editions, the second later; its items may ask for another kind of answer or take no "not applicable".
fn editions() -> impl Strategy<Value = (&'static Standard, Standard)> {
    (0..5_usize, 1..6_usize, vec((any::<prop::sample::Index>(), 0..5_u8), 0..12)).prop_map(|(old, ahead, changes)| {
        let mut new = (*STANDARDS[(old + ahead).min(5)]).clone();
        for (at, change) in changes {
            let item = at.index(new.items.len());
            match change {
                0 => new.items[item].kind = ItemKind::Tick,
                1 => new.items[item].kind = ItemKind::Text,
                2 => new.items[item].kind = ItemKind::Document,
                3 => new.items[item].kind = ItemKind::Date,
                _ => new.items[item].not_applicable = None,
            }
        }
        (&*STANDARDS[old], new)
    })
}

fn text_of(standard: &Standard, rolled: &compare::Rollover, syntax: Syntax) -> String {
    AnswersFile {
        standard,
        syntax,
        aim: rolled.aim.as_deref(),
        head: vec!["Rolled\nover.".to_owned()],
        entries: rolled
            .items
            .iter()
            .map(|carried| Entry {
                item: &standard.items[carried.item],
                answer: carried.answer.clone(),
                remarks: vec!["Once \u{0}\n it was said.".to_owned()],
                left: carried.left.clone(),
            })
            .collect(),
        tail: vec!["Gone.".to_owned()],
    }
    .text()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_rolled_over_reads_as_meant_and_nothing_but_carried(
        (old, new) in editions(),
        said in btree_map(0..64_usize, answers_of_every_kind(), 0..30),
        planned in btree_map(0..64_usize, actions(), 0..8),
    ) {
        let number = |at: usize| old.items[at % old.items.len()].number.clone();
        let answers = Answers {
            standard: old.id().to_owned(),
            edition: old.edition().to_owned(),
            aim: Some(old.levels[0].id.clone()),
            answers: said.into_iter().map(|(at, answer)| (number(at), answer)).collect(),
        };
        let rolled = compare::roll(old, &answers, &new);
        let meant = rolled.answers(&new);
        for syntax in [Syntax::Toml, Syntax::Yaml] {
            let text = text_of(&new, &rolled, syntax);
            prop_assert!(reads_back(&text, syntax, &meant), "{text}");
        }

        // What a person said is all there, in the answer or beside it.
        for carried in &rolled.items {
            let item = &new.items[carried.item];
            let was = old.concept(&item.concept).and_then(|was| answers.answers.get(&was.number));
            let empty = Answer::default();
            let was = was.unwrap_or(&empty);
            let (kept, left) = (&carried.answer, &carried.left);
            let lf = |text: &Option<String>| text.as_ref().map(|text| {
                let mut text = text.clone();
                while text.contains("\r\n") { text = text.replace("\r\n", "\n"); }
                text
            });
            prop_assert_eq!(kept.tick.or(left.tick), was.tick);
            prop_assert_eq!(kept.date.or(left.date), was.date);
            prop_assert_eq!(kept.count.or(left.count), was.count);
            prop_assert_eq!(kept.text.clone().or(left.text.clone()), lf(&was.text));
            prop_assert_eq!(kept.not_applicable.clone().or(left.not_applicable.clone()), lf(&was.not_applicable));
            prop_assert_eq!(kept.evidence.as_ref().map(Vec::len), was.evidence.as_ref().map(Vec::len));
            prop_assert_eq!(&kept.comment, &lf(&was.comment));
            prop_assert_eq!(&kept.notes, &lf(&was.notes));
            prop_assert_eq!(&kept.owner, &lf(&was.owner));
            prop_assert_eq!((kept.reviewed, &kept.reviewed_by), (None, &None));
            prop_assert_eq!(kept.carried_from.as_deref(), (!kept.is_open()).then_some(old.edition()));
        }

        // Nothing carried counts, and a comparison finds nothing else.
        let (before, after) = (judge(old, &answers), judge(&new, &meant));
        prop_assert!(after.items.iter().all(|verdict| !verdict.state.counts()));
        let comparison = compare::assessments(
            Side { standard: old, answers: &answers, assessment: &before },
            Side { standard: &new, answers: &meant, assessment: &after },
            None,
        );
        for change in &comparison.changes {
            let expected = [AnswerChange::Unchanged, AnswerChange::None];
            prop_assert!(expected.contains(&change.answer.change), "{}: {:?}", change.concept(), change.answer);
            prop_assert!(change.answer.differences.is_empty() && change.answer.evidence.is_none());
        }

        // The plan: what is not done and still asked, under its number of today.
        let plan = ActionPlan {
            standard: old.id().to_owned(),
            edition: old.edition().to_owned(),
            document: None,
            actions: planned.into_iter().map(|(at, action)| (number(at), action)).collect(),
        };
        let carried = compare::roll_plan(old, &plan, &new);
        prop_assert_eq!(
            carried.plan.actions.len() + carried.done.len() + carried.gone.len(),
            plan.actions.len()
        );
        prop_assert!(carried.plan.actions.values().all(|action| !action.is_done()));
        for syntax in [Syntax::Toml, Syntax::Yaml] {
            let text = plan_text(&new, &carried.plan, &["Rolled over.".to_owned()], syntax);
            prop_assert!(plan_reads_back(&text, syntax, &carried.plan), "{text}");
        }
    }
}

#[test]
fn answers_follow_their_question_through_the_renumbering() {
    let (old, new) = (standard("2021-22"), standard("2022-23"));
    let mut answers: BTreeMap<String, Answer> =
        old.items.iter().map(|item| (item.number.clone(), said(&item.concept))).collect();
    answers.insert("9.9.9".to_owned(), said("no such item"));
    let answers = Answers { standard: old.id().to_owned(), edition: old.edition().to_owned(), aim: None, answers };
    let rolled = compare::roll(old, &answers, new);
    for (number, answer) in rolled.answers(new).answers {
        assert_eq!(answer.text, Some(new.item(&number).unwrap().concept.clone()), "{number}");
    }
    let retired: Vec<&str> = rolled.retired.iter().map(|at| old.items[*at].number.as_str()).collect();
    assert_eq!((retired, rolled.unknown), (vec!["4.1.2"], vec!["9.9.9".to_owned()]));
}

// The commands, on files.

/// A workspace with last year's answers of the example headquarters.
fn last_year() -> tempfile::TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northfield-care");
    let workspace = tempfile::tempdir().unwrap();
    for directory in ["assessments", "action-plans"] {
        fs::create_dir(workspace.path().join(directory)).unwrap();
    }
    for file in ["organisation.toml", "assessments/2024-25.toml"] {
        fs::copy(from.join(file), workspace.path().join(file)).unwrap();
    }
    // Two things to do last year, one of them done.
    let plan = "standard = \"dspt-asc\"\nedition = \"2024-25\"\n\n[actions.\"7.2.1\"]\naction = \"Drill\"\nstatus = \
                \"planned\"\n\n[actions.\"9.1.1\"]\naction = \"Routers\"\nstatus = \"done\"\n";
    fs::write(workspace.path().join("action-plans/2024-25.toml"), plan).unwrap();
    workspace
}

fn dspt(workspace: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dspt"))
        .arg("-C")
        .arg(workspace)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn json(workspace: &Path, args: &[&str]) -> Value {
    let (code, out, error) = dspt(workspace, &[args, &["--as-of", "2026-04-20", "--format", "json"]].concat());
    assert_eq!(code, Some(0), "{error}");
    serde_json::from_str(&out).unwrap()
}

fn files(workspace: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut directories = vec![workspace.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let name = path.strip_prefix(workspace).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_year_is_rolled_over_confirmed_and_compared() {
    for (flags, name) in [(&[][..], "2025-26.toml"), (&["--yaml"][..], "2025-26.yaml")] {
        let workspace = last_year();
        let root = workspace.path();
        let before = files(root);
        let (code, out, _) = dspt(root, &[&["rollover", "--to", "2025-26", "--dry-run"], flags].concat());
        assert_eq!(code, Some(0));
        assert!(out.contains("Nothing was written.") && files(root) == before, "a dry run writes nothing");

        let dry = json(root, &[&["rollover", "--to", "2025-26", "--dry-run"], flags].concat());
        assert!(files(root) == before && dry["written"] == false, "{dry}");
        assert_eq!((&dry["from"], &dry["to"]), (&"2024-25".into(), &"2025-26".into()));
        let count = |key: &str| dry[key].as_array().unwrap().len();
        assert_eq!(count("carried"), 43);
        assert_eq!(count("carried") + count("new") + count("unanswered") + count("unfitting"), dry["questions"]);
        assert_eq!(dry["plan"]["done"], serde_json::json!(["9.1.1"]));
        assert_eq!(dry["answers"], format!("assessments/{name}"));

        let (code, out, error) = dspt(root, &[&["rollover", "--to", "2025-26"], flags].concat());
        assert_eq!(code, Some(0), "{error}");
        assert!(out.contains("43 answers carried over") && out.contains("Done, not carried: 9.1.1"), "{out}");
        let text = fs::read_to_string(root.join("assessments").join(name)).unwrap();
        assert!(text.contains("# The question in 2024-25: Does your organisation have a privacy notice(s)?"), "{text}");
        let plan = fs::read_to_string(root.join("action-plans").join(name)).unwrap();
        assert!(plan.contains("7.2.1") && !plan.contains("9.1.1"), "{plan}");
        let mut written: Vec<String> = files(root).into_iter().map(|(path, _)| path).collect();
        written.retain(|path| before.iter().all(|(known, _)| known != path));
        let mut told: Vec<&str> = dry["files"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(written, told);
        // What was there is as it was.
        for file in &before {
            assert!(files(root).contains(file), "{}", file.0);
        }
        let (code, _, error) = dspt(root, &["rollover", "--to", "2025-26"]);
        assert!(code == Some(2) && error.contains("is there already"), "{error}");

        // Nothing counts, whatever else lint has to say, and nothing but carried is told.
        let sections = json(root, &["status"]);
        let met = sections["sections"].as_array().unwrap().iter().map(|section| section["met"].as_u64().unwrap());
        assert_eq!(met.sum::<u64>(), 0);
        let changes = json(root, &["diff"]);
        let items = changes["items"].as_array().unwrap();
        assert!(items.iter().all(|item| ["unchanged", "none"].contains(&item["answer_change"].as_str().unwrap())));
        assert_eq!(items.iter().filter(|item| item["carried"] == true).count(), 43);
        assert_eq!(changes["summary"]["carried"], 43);
        assert_eq!(changes["level"]["old"], "standards-exceeded");

        // Edited by hand it still does not count; confirmed it does.
        let counted = || {
            let questions = json(root, &["questions"]);
            let all = questions["questions"].as_array().unwrap().clone();
            all.into_iter().filter(|item| item["state"] == "met").map(|item| item["number"].clone()).collect::<Vec<_>>()
        };
        fs::write(root.join("assessments").join(name), text.replace("Z0063918", "Z0063919")).unwrap();
        assert_eq!(counted(), Vec::<Value>::new());
        let (code, _, error) = dspt(root, &["confirm", "1.3.2", "--by", "jo@sunrise.example", "--as-of", "2026-03-01"]);
        assert_eq!(code, Some(0), "{error}");
        assert_eq!(counted(), ["1.3.2"]);
        let change = |number: &str| {
            let changes = json(root, &["diff", "2024-25", "2025-26"]);
            let items = changes["items"].as_array().unwrap().clone();
            items.into_iter().find(|item| item["new_number"] == number).unwrap()
        };
        assert_eq!(change("1.3.2")["answer_change"], "reconfirmed");
        assert_eq!(change("1.1.1")["answer_change"], "changed");
        let years = json(root, &["history", "1.3.2"]);
        assert_eq!(years["years"][1]["answer_change"], "reconfirmed");
        assert_eq!(years["years"][0]["state"], "met");
    }
}

#[test]
fn what_was_not_understood_is_not_lost_on_the_way() {
    let workspace = last_year();
    let root = workspace.path();
    let path = root.join("assessments/2024-25.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("tick = true", "tick = \"of course\"", 1)).unwrap();
    let before = files(root);
    let (code, out, error) = dspt(root, &["rollover", "--to", "2025-26"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(error.contains("assessments/2024-25.toml:19:8"), "{error}");
    assert_eq!(files(root), before);
}

#[test]
fn documents_of_a_comparison_hold_text_as_text() {
    let workspace = last_year();
    let root = workspace.path();
    let (code, _, error) = dspt(root, &["rollover", "--to", "2025-26"]);
    assert_eq!(code, Some(0), "{error}");
    let path = root.join("assessments/2025-26.toml");
    let text = fs::read_to_string(&path).unwrap();
    let hostile = "Z0063918 <script>alert(1)</script> **bold** [x](javascript:y) \\u001b[31mred\\u001b[0m";
    fs::write(&path, text.replace("Z0063918", hostile)).unwrap();
    for format in ["html", "markdown", "human"] {
        let (code, out, error) = dspt(root, &["diff", "--format", format, "--as-of", "2026-04-20"]);
        assert_eq!(code, Some(0), "{error}");
        assert!(out.contains("alert(1)"), "{format} shows it");
        assert!(!out.contains('\u{1b}'), "{format}: no escape of the answer's");
        assert!(format == "human" || !out.contains("<script>"), "{format}: no markup of the answer's");
        assert!(format != "markdown" || out.contains("\\*\\*bold\\*\\*"), "{out}");
        assert_eq!(dspt(root, &["diff", "--format", format, "--as-of", "2026-04-20"]).1, out, "the same bytes");
    }
    let (code, out, _) = dspt(root, &["diff", "--as-of", "2026-04-20", "-o", "changes.html"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(fs::read_to_string(root.join("changes.html")).unwrap().starts_with("<!doctype html>"));
}

#[test]
fn what_does_not_fit_any_more_is_kept_as_a_comment() {
    let old = standard("2024-25");
    let mut new = (*STANDARDS[5]).clone();
    let at = new.index_of("7.2.1").unwrap();
    new.items[at].kind = ItemKind::Document;
    let answer = Answer { owner: Some("jo@sunrise.example".to_owned()), ..said("A \"drill\"\n# once a year") };
    let answers = Answers {
        standard: old.id().to_owned(),
        edition: old.edition().to_owned(),
        aim: None,
        answers: [("7.2.1".to_owned(), answer)].into(),
    };
    let rolled = compare::roll(old, &answers, &new);
    let toml = text_of(&new, &rolled, Syntax::Toml);
    let kept =
        "# text = \"\"\"\n# A \"drill\"\n# # once a year\"\"\"\n[answers.\"7.2.1\"]\nowner = \"jo@sunrise.example\"\n";
    assert!(toml.contains(kept), "{toml}");
    let yaml = text_of(&new, &rolled, Syntax::Yaml);
    let kept =
        "  # text: |-\n  #   A \"drill\"\n  #   # once a year\n  \"7.2.1\":\n    owner: \"jo@sunrise.example\"\n";
    assert!(yaml.contains(kept), "{yaml}");
    // The documents of a question in words answer it once it asks for documents: they do not count unconfirmed either.
    let proved = Answer { evidence: Some(vec![document("drill")]), ..said("Once a year") };
    let answers = Answers { answers: [("7.2.1".to_owned(), proved)].into(), ..answers };
    let carried = &compare::roll(old, &answers, &new).items[at];
    assert_eq!(carried.answer.carried_from.as_deref(), Some("2024-25"));
    assert_eq!(carried.left, said("Once a year"));
}
