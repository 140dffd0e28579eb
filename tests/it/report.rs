//! The report: everything a judgement knows, in a page that stands by itself.

use dspt::assess::{Case, assess, edition_standing, publication_standing};
use dspt::bank::{Bank, Banks};
use dspt::export::report::{Matter, Report, html, markdown};
use dspt::model::{ActionStatus, Answers, Evidence, History, Organisation};
use dspt::tree::WorkTree;
use dspt::workspace::{Scope, Workspace};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// The report of an example, its files changed before if so wished.
fn report(name: &str, day: Date, change: impl FnOnce(&mut Workspace)) -> Report {
    let tree = WorkTree::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name));
    let mut workspace = Workspace::load(&tree, Scope::Edition(Some("2025-26")));
    change(&mut workspace);
    let banks = Banks::shipped();
    let standard = banks.find("dspt-asc", "2025-26").unwrap().standard().unwrap();
    let heads = banks.heads("dspt-asc");
    let history: History = dspt::lint::history_of(&workspace, &standard);
    let organisation = &workspace.organisation.as_ref().unwrap().1.value;
    let answers = &workspace.answers[0].decoded.value;
    let plan = workspace.plans.first().map(|plan| &plan.decoded.value);
    let case = Case { standard: &standard, organisation, answers, plan, plan_document: false, history: &history, day };
    Report::new(Matter {
        organisation,
        standard: &standard,
        assessment: &assess(case),
        answers,
        plan,
        history: &history,
        edition: &edition_standing(&heads, "2025-26").unwrap(),
        standing: &publication_standing(&history, &heads, day),
        now: day.into(),
        items: &(0..standard.items.len()).collect::<Vec<_>>(),
        notes: &[standard.provenance_line()],
    })
}

#[test]
fn examples_are_told_whole() {
    for (name, day, told) in [
        ("hazel-house", date(2026, 3, 2), ["Approaching Standards is reached, as aimed at.", "31 of 45", "10.2.1"]),
        ("northfield-care", date(2026, 4, 20), ["No level yet", "36 of 45", "24 June 2025"]),
        ("elm-lodge", date(2026, 5, 11), ["Standards Met is reached, as aimed at.", "45 of 45", "11 June 2025"]),
    ] {
        let report = report(name, day, |_| {});
        let (page, text) = (html(&report).unwrap(), markdown(&report).unwrap());
        for words in told {
            assert!(page.contains(words), "{words} in the page of {name}");
            assert!(text.contains(words), "{words} in the text of {name}:\n{text}");
        }
        for outside in ["<script", "<link", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{name}: {outside}");
        }
        assert!(page.contains("7 of 45 items confirmed against published sources."));
        // Each chart says in words what it draws.
        assert_eq!(page.matches("<svg").count(), page.matches("role=\"img\" aria-label=\"").count());
        assert!(page.matches("<svg").count() > 8);
    }
}

#[test]
fn what_is_open_late_and_old_is_said() {
    let day = date(2026, 6, 15);
    let report = report("hazel-house", day, |workspace| {
        let answer = workspace.answers[0].decoded.value.answers.get_mut("1.1.2").unwrap();
        answer.evidence = Some(vec![
            Evidence { location: Some("Cabinet".to_owned()), approved: Some(date(2026, 6, 14)), ..Evidence::default() },
            Evidence { location: Some("Attic".to_owned()), approved: Some(date(2024, 1, 1)), ..Evidence::default() },
            Evidence {
                link: Some("https://x.example".to_owned()),
                review_by: Some(date(2026, 1, 1)),
                ..Evidence::default()
            },
        ]);
        let action = workspace.plans[0].decoded.value.actions.get_mut("1.3.14").unwrap();
        action.status = Some(ActionStatus::Done);
    });
    let remarks: Vec<(&str, &str)> = report
        .documents
        .iter()
        .filter(|document| document.number == "1.1.2")
        .map(|document| (document.label.as_str(), document.remark.as_str()))
        .collect();
    assert_eq!(remarks[0], ("Cabinet", ""));
    assert!(remarks[1].0 == "Attic" && remarks[1].1.starts_with("older than "), "{remarks:?}");
    assert_eq!(remarks[2], ("https://x.example", "review was due by 1 January 2026"));
    let late: Vec<&str> = report.plan.rows.iter().filter(|row| row.late).map(|row| row.number.as_str()).collect();
    assert!(late.contains(&"10.2.1") && !late.contains(&"1.3.14") && !late.contains(&"7.1.2"), "{late:?}");
    assert_eq!(report.gaps_level, "Standards Met");
    assert_eq!(report.gaps.len(), 14);
    assert_eq!(report.ages.rows.iter().map(|row| row.count).sum::<usize>(), report.documents.len());
    let over: Vec<usize> =
        report.ages.rows.iter().filter(|row| row.title == "Over a year").map(|row| row.count).collect();
    assert_eq!(over, [1]);
}

#[test]
fn hostile_answers_stay_text() {
    let hostile =
        "=1+1 <script>x</script> </td> | `a` [l](javascript:x) ![i](u) **b** {{ 7*7 }} \u{1b}[31m\u{202e}\n# h";
    let report = report("hazel-house", date(2026, 3, 2), |workspace| {
        let organisation = &mut workspace.organisation.as_mut().unwrap().1.value;
        organisation.name = hostile.to_owned();
        let answers = &mut workspace.answers[0].decoded.value.answers;
        for answer in answers.values_mut() {
            answer.owner = Some(hostile.to_owned());
            for evidence in answer.evidence.iter_mut().flatten() {
                evidence.title = Some(hostile.to_owned());
                evidence.file = Some(hostile.to_owned());
            }
        }
        for action in workspace.plans[0].decoded.value.actions.values_mut() {
            action.action = Some(hostile.to_owned());
            action.owner = Some(hostile.to_owned());
        }
    });
    let page = html(&report).unwrap();
    assert!(!page.contains("<script") && !page.contains(['\u{1b}', '\u{202e}']) && !page.contains("49 "));
    let text = markdown(&report).unwrap();
    assert!(!text.contains("<script") && !text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\n# h"));
    assert!(!text.contains("](javascript") || !text.contains("[l](javascript"), "{text}");
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    for table in text.split("\n\n").filter(|block| block.starts_with('|')) {
        let first = columns(table.lines().next().unwrap());
        assert!(table.lines().all(|line| columns(line) == first), "{table}");
    }
}

#[test]
fn a_standard_of_outcomes_is_reported_too() {
    let bank = Bank::new("tests", include_str!("../standards/mini-caf/4.0.toml"), false).unwrap();
    let standard = bank.standard().unwrap();
    let (organisation, answers, history) = (Organisation::default(), Answers::default(), History::default());
    let day = date(2026, 1, 15);
    let case = Case {
        standard: &standard,
        organisation: &organisation,
        answers: &answers,
        plan: None,
        plan_document: false,
        history: &history,
        day,
    };
    let assessment = assess(case);
    let report = Report::new(Matter {
        organisation: &organisation,
        standard: &standard,
        assessment: &assessment,
        answers: &answers,
        plan: None,
        history: &history,
        edition: &edition_standing(&[&standard.head], standard.edition()).unwrap(),
        standing: &publication_standing(&history, &[&standard.head], day),
        now: day.into(),
        items: &(0..standard.items.len()).collect::<Vec<_>>(),
        notes: &[],
    });
    let missing = &assessment.levels[assessment.aim].missing;
    assert!(!missing.is_empty());
    let numbers: Vec<&str> = report.gaps.iter().map(|gap| gap.number.as_str()).collect();
    assert_eq!(numbers, missing.iter().map(|missing| missing.number.as_str()).collect::<Vec<_>>());
    for text in [html(&report).unwrap(), markdown(&report).unwrap()] {
        assert!(numbers.iter().all(|number| text.contains(number)));
    }
}

#[test]
fn programs_are_told_what_the_report_says() {
    let day = date(2026, 3, 2);
    let report = report("hazel-house", day, |_| {});
    let told = Command::new(env!("CARGO_BIN_EXE_dspt"))
        .args(["-C", "examples/hazel-house", "--as-of", "2026-03-02", "export", "--to", "json", "-o", "-"])
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let list = |key: &str| told[key].as_array().unwrap_or_else(|| panic!("no {key}")).clone();
    assert_eq!(told["ods_code"], *report.ods_code);
    assert_eq!(told["level"], "approaching-standards");
    assert_eq!(told["summary"], *report.summary);
    assert_eq!(told["deadline"], "2026-06-30");
    let [approaching, met] = [0, 1].map(|at| list("levels")[at].clone());
    assert!(approaching["reached"] == true && approaching["conditions"].as_array().unwrap().len() > 1);
    assert_eq!(met["missing"].as_array().unwrap().len(), report.gaps.len());
    assert_eq!(met["missing"][0]["number"], *report.gaps[0].number);
    assert_eq!(met["missing"][0]["reason"], *report.gaps[0].why);
    let sections: Vec<u64> = list("sections").iter().map(|section| section["met"].as_u64().unwrap()).collect();
    assert_eq!(sections, report.sections.iter().map(|section| section.met as u64).collect::<Vec<_>>());
    let planned = told["plan"]["items"].as_array().unwrap().iter().filter(|row| row["action"] != Value::Null);
    let targets: Vec<&str> = planned.map(|row| row["target"].as_str().unwrap_or_default()).collect();
    assert_eq!(targets, report.plan.rows.iter().map(|row| row.target_date.as_str()).collect::<Vec<_>>());
    let ages = told["evidence"]["ages"].as_array().unwrap();
    let ages: Vec<u64> = ages.iter().map(|age| age["documents"].as_u64().unwrap()).collect();
    assert_eq!(ages, report.ages.rows.iter().map(|row| row.count as u64).collect::<Vec<_>>());
    assert_eq!(told["evidence"]["documents"].as_array().unwrap().len(), report.documents.len());
    assert_eq!(list("publications").len(), report.publications.len());
    assert_eq!((&told["provenance"]["confirmed"], &told["provenance"]["required"]), (&json!(7), &json!(45)));
    assert!(told["notes"][0].as_str().unwrap().contains("7 of 45 items confirmed"));
    let standard = Banks::shipped().find("dspt-asc", "2025-26").unwrap().standard().unwrap();
    assert_eq!(list("items").len(), standard.items.len(), "the answers stand there as well");
}
