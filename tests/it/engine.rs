//! The engine on standards that it was not written for: outcomes with a rule table, exemptions, dates.
//!
//! What comes out is compared with the rules in words, worked out here a second time.

use super::case::{Case, concise};
use dspt::assess::{self, Assessment, State};
use dspt::bank::{Bank, Banks};
use dspt::model::standard::WindowStart;
use dspt::model::{
    Action, ActionPlan, Answer, Answers, Certification, Evidence, History, Item, ItemKind, Organisation, Publication,
    PublicationSource, Standard,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

const MINI_CAF: &str = include_str!("../standards/mini-caf/4.0.toml");
const EXEMPTING: &str = include_str!("../standards/exempting/2025-26.toml");

fn bank(text: &'static str) -> Arc<Standard> {
    let bank = Bank::new("tests", text, false).expect("it begins as a bank does");
    bank.standard().unwrap_or_else(|error| panic!("{error}"))
}

static CAF: LazyLock<Arc<Standard>> = LazyLock::new(|| bank(MINI_CAF));
static EXEMPT: LazyLock<Arc<Standard>> = LazyLock::new(|| bank(EXEMPTING));

fn day() -> Date {
    date(2026, 1, 15)
}

fn tick(tick: bool) -> Answer {
    Answer { tick: Some(tick), ..Answer::default() }
}

fn judge(standard: &Standard, organisation: &Organisation, answers: BTreeMap<String, Answer>, day: Date) -> Assessment {
    let answers = Answers { answers, ..Answers::default() };
    let history = History::default();
    assess::assess(assess::Case {
        standard,
        organisation,
        answers: &answers,
        plan: None,
        plan_document: false,
        history: &history,
        day,
    })
}

fn reached(standard: &Standard, assessment: &Assessment) -> Option<String> {
    assessment.reached.map(|level| standard.levels[level].id.clone())
}

// A standard of outcomes.

/// The rule in words: any indicator of not-achieved ticked is not achieved; else all of achieved is achieved; else all
/// of partially achieved is partially achieved; else not achieved. A group without indicators is never all ticked.
fn result_in_words(achieved: &[bool], partial: &[bool], not: &[bool]) -> &'static str {
    let all = |group: &[bool]| !group.is_empty() && group.iter().all(|ticked| *ticked);
    if not.contains(&true) {
        "not-achieved"
    } else if all(achieved) {
        "achieved"
    } else if all(partial) {
        "partially-achieved"
    } else {
        "not-achieved"
    }
}

fn result<'s>(standard: &'s Standard, assessment: &Assessment, node: &str) -> &'s str {
    let at = standard.nodes.iter().position(|known| known.id == node).expect("a node");
    let rule = &standard.rules[standard.nodes[at].rule.expect("a rule")];
    &rule.results[assessment.results[at].expect("a result")]
}

const INDICATORS: [&str; 11] = [
    "A1.a.A1", "A1.a.A2", "A1.a.P1", "A1.a.P2", "A1.a.N1", "A1.a.N2", "A1.b.A1", "A1.b.N1", "B1.a.A1", "B1.a.P1",
    "B1.a.N1",
];

#[test]
fn outcomes_and_levels_are_those_of_the_rule_in_words_for_every_combination() {
    let standard = &*CAF;
    let numbers: Vec<&str> = standard.items.iter().map(|item| item.number.as_str()).collect();
    assert_eq!(numbers, INDICATORS);
    let rank =
        |result: &str| ["not-achieved", "partially-achieved", "achieved"].iter().position(|known| *known == result);
    let mut seen = BTreeMap::new();
    for bits in 0_u32..1 << INDICATORS.len() {
        let ticked: Vec<bool> = (0..INDICATORS.len()).map(|index| bits >> index & 1 == 1).collect();
        // What is not ticked is answered no in one half of the cases and left open in the other: it is the same.
        let said = INDICATORS.iter().zip(&ticked).filter(|(_, ticked)| **ticked || bits % 2 == 0);
        let answers = said.map(|(number, ticked)| ((*number).to_owned(), tick(*ticked))).collect();
        let assessment = judge(standard, &Organisation::default(), answers, day());
        let results = [
            ("A1.a", result_in_words(&ticked[0..2], &ticked[2..4], &ticked[4..6])),
            ("A1.b", result_in_words(&ticked[6..7], &[], &ticked[7..8])),
            ("B1.a", result_in_words(&ticked[8..9], &ticked[9..10], &ticked[10..11])),
        ];
        for (node, expected) in results {
            assert_eq!(result(standard, &assessment, node), expected, "{node} with {ticked:?}");
        }
        let at_least =
            |wanted: [&str; 3]| results.iter().zip(wanted).all(|((_, result), wanted)| rank(result) >= rank(wanted));
        let level = if at_least(["achieved"; 3]) {
            Some("enhanced")
        } else if at_least(["partially-achieved", "achieved", "partially-achieved"]) {
            Some("baseline")
        } else {
            None
        };
        assert_eq!(reached(standard, &assessment).as_deref(), level, "{ticked:?}");
        *seen.entry(level).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 3, "every level is reached by some combination: {seen:?}");
}

#[test]
fn an_outcome_that_falls_short_is_named_with_what_is_asked_for() {
    let answers = [("A1.a.P1", true), ("A1.a.P2", true), ("A1.b.A1", true), ("B1.a.A1", true), ("B1.a.N1", true)];
    let answers = answers.into_iter().map(|(number, ticked)| (number.to_owned(), tick(ticked))).collect();
    let assessment = judge(&CAF, &Organisation::default(), answers, day());
    let missing: Vec<Vec<(&str, &str)>> = assessment
        .levels
        .iter()
        .map(|level| level.missing.iter().map(|missing| (missing.number.as_str(), missing.reason.as_str())).collect())
        .collect();
    assert_eq!(
        missing,
        [
            vec![("B1.a", "the result is not-achieved; this level asks for partially-achieved")],
            vec![
                ("A1.a", "the result is partially-achieved; this level asks for achieved"),
                ("B1.a", "the result is not-achieved; this level asks for achieved"),
            ],
        ]
    );
}

#[test]
fn a_carried_indicator_is_not_ticked_yet() {
    let mut answers: BTreeMap<String, Answer> = ["A1.a.A1", "A1.a.A2", "A1.b.A1", "B1.a.A1"]
        .into_iter()
        .map(|number| (number.to_owned(), tick(true)))
        .collect();
    assert_eq!(
        reached(&CAF, &judge(&CAF, &Organisation::default(), answers.clone(), day())).as_deref(),
        Some("enhanced")
    );
    answers.get_mut("A1.b.A1").expect("an answer").carried_from = Some("3.2".to_owned());
    let assessment = judge(&CAF, &Organisation::default(), answers, day());
    assert_eq!(reached(&CAF, &assessment), None);
    assert_eq!(result(&CAF, &assessment, "A1.b"), "not-achieved");
}

// The lint.

/// A workspace with banks of its own.
fn workspace(organisation: &str, answers: (&str, &str)) -> Case {
    let mut case = Case::read("");
    let bank = if answers.0.contains("4.0") {
        ("banks/mini-caf/4.0.toml", MINI_CAF)
    } else {
        ("banks/exempting.toml", EXEMPTING)
    };
    for (path, text) in [("organisation.toml", organisation), answers, bank] {
        case.tree.files.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    case
}

/// Errors and warnings, sorted.
fn findings(case: &Case) -> Vec<String> {
    let (findings, _) = case.run();
    let mut lines: Vec<String> = findings.iter().map(concise).filter(|line| !line.contains(" info[")).collect();
    lines.sort();
    lines
}

const CAF_ORGANISATION: &str = r#"standards = ["banks"]

[organisation]
ods_code = "A1B2"
name = "Sunrise Care Ltd"

[profile]
confirmed = 2026-01-10

[[member]]
name = "Jo Field"
email = "jo@sunrise.example"
role = "administrator"
"#;

#[test]
fn a_standard_of_outcomes_is_linted_like_any_other() {
    let mut clean = String::from("standard = \"mini-caf\"\nedition = \"4.0\"\naim = \"baseline\"\n");
    for number in INDICATORS {
        let _ = writeln!(clean, "\n[answers.\"{number}\"]\ntick = {}", !number.contains('N'));
    }
    assert_eq!(findings(&workspace(CAF_ORGANISATION, ("assessments/4.0.toml", &clean))), [""; 0]);

    let faulty = clean
        .replace("aim = \"baseline\"", "aim = \"standards-met\"")
        .replace("\"B1.a.P1\"]\ntick = true", "\"B1.a.P7\"]\ntick = true")
        .replace("\"A1.b.A1\"]\ntick = true", "\"A1.b.A1\"]\nnot_applicable = \"We have no roles.\"");
    let organisation = CAF_ORGANISATION.replace("confirmed", "nhsmail_only = \"yes\"\nconfirmed");
    assert_eq!(
        findings(&workspace(&organisation, ("assessments/4.0.toml", &faulty))),
        [
            "assessments/4.0.toml:1:1: warning[unanswered]",
            "assessments/4.0.toml:24:18: error[not-applicable-not-allowed]",
            "assessments/4.0.toml:32:10: error[unknown-item]",
            "assessments/4.0.toml:3:7: error[wrong-type]",
            "organisation.toml:8:1: error[unknown-key]",
        ]
    );
}

const EXEMPT_ORGANISATION: &str = r#"standards = ["banks"]

[organisation]
ods_code = "A1B2"
name = "Sunrise Care Ltd"

[profile]
nhsmail_only = "yes"
confirmed = 2026-01-10

[roles.security_lead]
name = "Jo Field"
email = "jo@sunrise.example"

[certifications.cyber_essentials_plus]
certificate = "CEP-1"
expires = 2027-01-31

[[member]]
name = "Jo Field"
email = "jo@sunrise.example"
role = "administrator"
"#;

const EXEMPT_ANSWERS: &str = r#"standard = "exempting"
edition = "2025-26"

[answers."1.1"]
tick = true
count = { done = 9, of = 10 }
reviewed = 2026-01-10

[answers."1.2"]
date = 2025-11-03

[answers."1.3"]
not_applicable = "We have no e-mail."

[answers."2.1"]
evidence = [{ location = "Red folder in the office", approved = 2025-05-01 }]
"#;

#[test]
fn a_standard_with_exemptions_is_linted_like_any_other() {
    let answers = ("assessments/2025-26.toml", EXEMPT_ANSWERS);
    assert_eq!(findings(&workspace(EXEMPT_ORGANISATION, answers)), [""; 0]);

    // Without certificate and with other mail the two exempt items are asked for.
    let organisation = EXEMPT_ORGANISATION.replace("\"yes\"", "\"no\"").replace("2027-01-31", "2026-01-14");
    assert_eq!(
        findings(&workspace(&organisation, answers)),
        [
            "assessments/2025-26.toml:1:1: warning[unanswered]",
            "assessments/2025-26.toml:1:1: warning[unanswered]",
            "organisation.toml:17:11: warning[certification-expired]",
        ]
    );

    let faulty = EXEMPT_ANSWERS
        .replace("date = 2025-11-03", "text = \"On 3 November 2025.\"")
        .replace("done = 9,", "done = 8,")
        .replace("2025-05-01", "2025-03-31");
    assert_eq!(
        findings(&workspace(EXEMPT_ORGANISATION, ("assessments/2025-26.toml", &faulty))),
        [
            "assessments/2025-26.toml:10:8: error[wrong-answer-kind]",
            "assessments/2025-26.toml:16:65: warning[evidence-out-of-window]",
            "assessments/2025-26.toml:6:9: error[threshold-not-reached]",
        ]
    );
}

// Exemptions.

/// Everything answered but for the two items that may be exempt.
fn answers_but_exempt() -> BTreeMap<String, Answer> {
    let text = Answer { text: Some("Messages are kept for a year.".to_owned()), ..Answer::default() };
    let day = Answer { date: Some(date(2025, 11, 3)), ..Answer::default() };
    let document = Answer {
        evidence: Some(vec![Evidence { location: Some("Office".to_owned()), ..Evidence::default() }]),
        ..Answer::default()
    };
    [("1.1", tick(true)), ("1.2", day), ("1.3", text), ("2.1", document)]
        .into_iter()
        .map(|(number, answer)| (number.to_owned(), answer))
        .collect()
}

fn organisation(mail: &str, expires: Option<Date>) -> Organisation {
    let mut organisation = Organisation::default();
    organisation.profile.facts.insert("nhsmail_only".to_owned(), mail.to_owned());
    let held = Certification { certificate: None, expires };
    organisation.certifications.insert("cyber_essentials_plus".to_owned(), held);
    organisation
}

fn state(standard: &Standard, assessment: &Assessment, number: &str) -> State {
    assessment.items[standard.index_of(number).expect("an item")].state
}

#[test]
fn an_exemption_ends_after_the_last_day_of_the_certificate() {
    let expires = date(2026, 3, 31);
    let organisation = organisation("yes", Some(expires));
    for (day, expected, level) in [
        (date(2026, 3, 30), State::Exempt, Some("certified")),
        (expires, State::Exempt, Some("certified")),
        (date(2026, 4, 1), State::Unmet, Some("begun")),
    ] {
        let assessment = judge(&EXEMPT, &organisation, answers_but_exempt(), day);
        assert_eq!(state(&EXEMPT, &assessment, "2.3"), expected, "{day}");
        assert_eq!(reached(&EXEMPT, &assessment).as_deref(), level, "{day}");
    }
}

#[test]
fn a_certificate_without_a_last_day_exempts_nobody() {
    let assessment = judge(&EXEMPT, &organisation("yes", None), answers_but_exempt(), day());
    assert_eq!(state(&EXEMPT, &assessment, "2.3"), State::Unmet);
    assert_eq!(reached(&EXEMPT, &assessment).as_deref(), Some("begun"));
}

#[test]
fn an_exemption_by_the_profile_holds_for_its_own_values_only() {
    for (mail, expected, level) in
        [("yes", State::Exempt, Some("certified")), ("no", State::Unmet, None), ("not-sure", State::Unmet, None)]
    {
        let organisation = organisation(mail, Some(date(2026, 12, 31)));
        let assessment = judge(&EXEMPT, &organisation, answers_but_exempt(), day());
        assert_eq!(state(&EXEMPT, &assessment, "2.2"), expected, "{mail}");
        assert_eq!(reached(&EXEMPT, &assessment).as_deref(), level, "{mail}");
    }
}

#[test]
fn an_exemption_comes_before_what_is_answered() {
    let mut answers = answers_but_exempt();
    answers.insert("2.2".to_owned(), Answer { carried_from: Some("2024-25".to_owned()), ..tick(true) });
    answers.insert("2.3".to_owned(), tick(false));
    let assessment = judge(&EXEMPT, &organisation("yes", Some(date(2026, 12, 31))), answers.clone(), day());
    assert_eq!(
        (state(&EXEMPT, &assessment, "2.2"), state(&EXEMPT, &assessment, "2.3")),
        (State::Exempt, State::Exempt)
    );
    let assessment = judge(&EXEMPT, &organisation("no", None), answers, day());
    assert_eq!(
        (state(&EXEMPT, &assessment, "2.2"), state(&EXEMPT, &assessment, "2.3")),
        (State::Carried, State::Unmet)
    );
}

#[test]
fn a_condition_on_a_fact_keeps_the_level_above_from_being_reached() {
    let mut answers = answers_but_exempt();
    answers.insert("2.2".to_owned(), tick(true));
    for (mail, level) in [("no", "certified"), ("not-sure", "complete")] {
        let organisation = organisation(mail, Some(date(2026, 12, 31)));
        assert_eq!(reached(&EXEMPT, &judge(&EXEMPT, &organisation, answers.clone(), day())).as_deref(), Some(level));
    }
}

#[test]
fn conditions_on_publishing_leave_the_level_reached_as_it_is() {
    let answers = Answers { answers: [("1.1".to_owned(), tick(true))].into(), ..Answers::default() };
    let organisation = organisation("yes", Some(date(2026, 12, 31)));
    let earlier = History {
        publications: vec![Publication {
            edition: "2024-25".to_owned(),
            number: None,
            level: "begun".to_owned(),
            date: date(2025, 6, 1),
            source: PublicationSource::Toolkit,
            toolkit: Some(date(2025, 6, 1)),
        }],
    };
    let action = Action {
        action: Some("Do it".to_owned()),
        owner: Some("Jo Field".to_owned()),
        target: Some(date(2026, 5, 1)),
        ..Action::default()
    };
    let open = ["1.2", "1.3", "2.1"];
    let plan =
        ActionPlan { actions: open.map(|number| (number.to_owned(), action.clone())).into(), ..ActionPlan::default() };
    for (history, plan, first, planned) in [
        (&History::default(), None, true, false),
        (&History::default(), Some(&plan), true, true),
        (&earlier, Some(&plan), false, true),
    ] {
        let case = assess::Case {
            standard: &EXEMPT,
            organisation: &organisation,
            answers: &answers,
            plan,
            plan_document: false,
            history,
            day: day(),
        };
        let assessment = assess::assess(case);
        assert_eq!(reached(&EXEMPT, &assessment).as_deref(), Some("begun"));
        let begun = &assessment.levels[0];
        let met: Vec<(&str, bool)> =
            begun.conditions.iter().map(|condition| (condition.id.as_str(), condition.met)).collect();
        assert_eq!(met, [("first-publication", first), ("action-plan", planned)]);
        assert_eq!(begun.may_be_published(), first && planned);
    }
}

#[test]
fn windows_begin_where_the_bank_says() {
    let window = |number: &str| EXEMPT.item(number).and_then(|item| item.window).expect("a window");
    assert_eq!(window("1.1").first_day(day()), date(2025, 1, 15));
    assert_eq!(window("1.2").first_day(day()), date(2025, 7, 15));
    assert_eq!(window("2.1").first_day(day()), date(2025, 4, 1));
    assert_eq!(window("2.1").start, WindowStart::Since(date(2025, 4, 1)));
}

// A better answer.

fn met(kind: ItemKind) -> Answer {
    match kind {
        ItemKind::Tick => tick(true),
        ItemKind::Text => Answer { text: Some("It is so.".to_owned()), ..Answer::default() },
        ItemKind::Date => Answer { date: Some(date(2026, 1, 1)), ..Answer::default() },
        ItemKind::Document => Answer {
            evidence: Some(vec![Evidence { link: Some("https://sunrise.example".to_owned()), ..Evidence::default() }]),
            ..Answer::default()
        },
    }
}

/// The ways in which an item may stand.
fn answer(item: &Item, way: u8) -> Option<Answer> {
    let carried = |answer| Answer { carried_from: Some("2024-25".to_owned()), ..answer };
    Some(match way {
        0 => return None,
        1 => Answer::default(),
        2 => carried(met(item.kind)),
        3 => Answer { not_applicable: Some("It does not apply.".to_owned()), ..Answer::default() },
        4 => Answer { not_applicable: Some(" ".to_owned()), ..Answer::default() },
        5 => tick(false),
        6 => Answer { text: Some("  ".to_owned()), ..Answer::default() },
        7 => Answer { evidence: Some(Vec::new()), ..Answer::default() },
        8 => Answer { comment: Some("To do.".to_owned()), ..Answer::default() },
        _ => met(item.kind),
    })
}

static EVERY_BANK: LazyLock<Vec<Arc<Standard>>> = LazyLock::new(|| {
    let shipped = Banks::shipped();
    let shipped = shipped.iter().map(|bank| bank.standard().unwrap_or_else(|error| panic!("{error}")));
    shipped.chain([CAF.clone(), EXEMPT.clone()]).collect()
});

/// Whether ticking an item says something good: the indicators of what is not achieved do not.
fn is_positive(item: &Item) -> bool {
    item.group.as_deref() != Some("not-achieved")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_better_answer_never_lowers_the_level(
        bank in 0..EVERY_BANK.len(),
        // Mostly met, so that levels are near.
        ways in proptest::collection::vec(prop_oneof![1 => 0_u8..9, 12 => Just(9_u8)], 64),
        mail in prop_oneof![Just("yes"), Just("no"), Just("not-sure")],
        certified: bool,
    ) {
        let standard = &EVERY_BANK[bank];
        let organisation = organisation(mail, certified.then_some(date(2026, 12, 31)));
        let answers: BTreeMap<String, Answer> = standard
            .items
            .iter()
            .zip(&ways)
            .filter_map(|(item, way)| {
                // Bad signs are there as seldom as good ones are lacking.
                let way = if is_positive(item) { *way } else { 9 - *way };
                Some((item.number.clone(), answer(item, way)?))
            })
            .collect();
        let before = judge(standard, &organisation, answers.clone(), day());
        for (item, verdict) in standard.items.iter().zip(&before.items) {
            if verdict.state.counts() || !is_positive(item) {
                continue;
            }
            let mut better = answers.clone();
            better.insert(item.number.clone(), met(item.kind));
            let after = judge(standard, &organisation, better, day());
            prop_assert!(after.reached >= before.reached, "{} {}", standard.edition(), item.number);
            for (before, after) in before.levels.iter().zip(&after.levels) {
                prop_assert!(after.reached || !before.reached);
                prop_assert!(after.missing.len() <= before.missing.len());
            }
        }
    }
}

#[test]
fn an_indicator_of_failure_is_not_open_while_nobody_ticks_it() {
    let bank = dspt::decode::standard::decode(include_bytes!("../standards/mini-caf/4.0.toml")).value.unwrap();
    let organisation = Organisation::default();
    let history = History::default();
    let judge = |answers: &Answers| {
        let case = assess::Case {
            standard: &bank,
            organisation: &organisation,
            answers,
            plan: None,
            plan_document: false,
            history: &history,
            day: date(2026, 1, 15),
        };
        assess::assess(case)
    };
    let mut answers = Answers::default();
    let before = judge(&answers);
    let (at, item) = bank.items.iter().enumerate().find(|(_, item)| item.negative).unwrap();
    assert_eq!(before.items[at].state, State::Met);
    assert!(!before.plan.outstanding.contains(&item.number));
    let ticked = Answer { tick: Some(true), ..Default::default() };
    answers.answers.insert(item.number.clone(), ticked);
    let after = judge(&answers);
    assert_eq!(after.items[at].gap, Some(assess::Gap::AnsweredYes));
    assert!(after.plan.outstanding.contains(&item.number));
}

#[test]
fn what_a_map_holds_is_found_for_each_item() {
    for bank in Banks::shipped().iter() {
        let standard = bank.standard().unwrap();
        for step in 1..5 {
            let kept = standard.items.iter().step_by(step).map(|item| item.number.clone());
            let held: BTreeMap<String, usize> =
                kept.chain(["0".to_owned(), "2.1.1x".to_owned(), "~".to_owned()]).zip(0..).collect();
            let expected: Vec<Option<&usize>> = standard.items.iter().map(|item| held.get(&item.number)).collect();
            assert_eq!(standard.of_each(&held), expected);
        }
    }
}
