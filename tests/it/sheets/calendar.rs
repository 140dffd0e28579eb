//! The calendar: which days, stable names, nothing typed becomes a property.

use super::{HOSTILE, Workspace};
use dspt::export::calendar::{Entry, Kind, ics};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

fn entry(key: &str, day: Date, title: &str) -> Entry {
    Entry {
        day,
        kind: Kind::Review,
        standard: "dspt-asc".to_owned(),
        ods_code: "A1B2".to_owned(),
        organisation: "Sunrise Care Ltd".to_owned(),
        key: key.to_owned(),
        title: title.to_owned(),
        details: vec![title.to_owned()],
        items: Vec::new(),
        owner: Some(title.to_owned()),
        settled: false,
    }
}

/// The values of a property, unfolded.
fn values(calendar: &str, name: &str) -> Vec<String> {
    let unfolded = calendar.replace("\r\n ", "");
    let lines = unfolded.split("\r\n").filter_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::to_owned));
    lines.collect()
}

#[test]
fn one_thing_keeps_its_name_whatever_its_day_and_words() {
    let now = date(2026, 1, 1).at(8, 0, 0, 0);
    let one = ics("x", &[entry("document/a", date(2026, 5, 1), "Review: a")], now);
    let moved = ics("x", &[entry("document/a", date(2027, 5, 1), "Review: the new a")], now.tomorrow().unwrap());
    let other = ics("x", &[entry("document/b", date(2026, 5, 1), "Review: a")], now);
    assert_eq!(values(&one, "UID"), values(&moved, "UID"));
    assert_ne!(values(&one, "UID"), values(&other, "UID"));
    let sequence = |calendar: &str| values(calendar, "SEQUENCE")[0].parse::<i64>().unwrap();
    assert!(sequence(&one) < sequence(&moved), "what is written later holds");
    let mut lower = entry("document/a", date(2026, 5, 1), "Review: a");
    lower.ods_code = "a1b2".to_owned();
    assert_eq!(values(&ics("x", &[lower], now), "UID"), values(&one, "UID"));
}

#[test]
fn what_somebody_typed_is_no_property() {
    let now = date(2026, 1, 1).at(8, 0, 0, 0);
    for text in HOSTILE.iter().chain(&["\u{1b}[31m\r\nBEGIN:VALARM\u{0}"]) {
        let calendar = ics(text, &[entry("k", date(2026, 5, 1), text)], now);
        let unfolded = calendar.replace("\r\n ", "");
        let lines = |wanted: &str| unfolded.split("\r\n").filter(|line| *line == wanted).count();
        assert_eq!((lines("BEGIN:VEVENT"), lines("BEGIN:VALARM")), (1, 2), "{text}");
        assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!calendar.contains(['\u{1b}', '\u{0}']), "{text}");
        assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    }
}

#[test]
fn alarms_that_have_passed_and_what_is_settled_call_nobody() {
    let alarms = |now: Date, settled| {
        let entry = Entry { settled, ..entry("k", date(2026, 5, 31), "k") };
        values(&ics("x", &[entry], now.at(12, 0, 0, 0)), "TRIGGER")
    };
    assert_eq!(alarms(date(2026, 1, 1), false), ["-P29DT15H", "-P6DT15H"]);
    assert_eq!(alarms(date(2026, 5, 2), false), ["-P6DT15H"]);
    assert!(alarms(date(2026, 5, 30), false).is_empty());
    assert!(alarms(date(2026, 1, 1), true).is_empty());
}

#[test]
fn the_day_before_is_hours_before_midnight() {
    let entry = Entry { kind: Kind::Action, ..entry("k", date(2026, 5, 31), "k") };
    assert_eq!(values(&ics("x", &[entry], date(2026, 1, 1).at(0, 0, 0, 0)), "TRIGGER"), ["-P13DT15H", "-PT15H"]);
}

#[test]
fn entries_of_several_organisations_say_whose_they_are() {
    let now = date(2026, 1, 1).at(8, 0, 0, 0);
    let mut other = entry("k", date(2026, 5, 1), "Review");
    (other.ods_code, other.organisation) = ("VABCD".to_owned(), "Elm Lodge".to_owned());
    let both = ics("x", &[entry("k", date(2026, 5, 1), "Review"), other], now);
    assert_eq!(values(&both, "SUMMARY"), ["Sunrise Care Ltd: Review", "Elm Lodge: Review"]);
    assert_eq!(values(&both, "UID").into_iter().collect::<BTreeSet<_>>().len(), 2);
}

#[test]
fn every_kind_of_day_is_found_in_the_files() {
    let place = Workspace::example("northfield-care");
    let answers = place.path("assessments/2025-26.toml");
    let text = fs::read_to_string(&answers).unwrap();
    let text = text.replacen("approved = ", "review_by = 2026-05-05, approved = ", 1);
    fs::write(&answers, text).unwrap();
    let shown = place.json("calendar", &["calendar"], 0);
    let entries = shown["entries"].as_array().unwrap();
    let kinds: BTreeSet<&str> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["action", "certificate", "deadline", "review"]));
    let days: Vec<&str> = entries.iter().map(|entry| entry["day"].as_str().unwrap()).collect();
    assert!(days.is_sorted());
    let has = |kind: &str, day: &str| entries.iter().any(|entry| entry["kind"] == kind && entry["day"] == day);
    assert!(has("deadline", "2026-06-30") && has("certificate", "2026-06-12") && has("review", "2026-05-05"));
}

#[test]
fn an_action_stands_in_the_calendar_as_in_the_plan() {
    fn action(place: &Workspace, item: &str) -> (String, bool, Vec<Value>) {
        let shown = place.json("calendar", &["calendar"], 0);
        let mut entries = shown["entries"].as_array().unwrap().iter();
        let own = entries.find(|entry| entry["kind"] == "action" && entry["items"][0] == item).unwrap();
        let title = own["title"].as_str().unwrap().to_owned();
        (title, own["settled"] == true, own["details"].as_array().unwrap().clone())
    }
    let mut place = Workspace::example("northfield-care");
    let title = "9.1.1: Change the router credentials at Larch Gardens after the new line is in";
    // The item is met, and its action still in progress.
    let (found, settled, details) = action(&place, "9.1.1");
    assert_eq!((found.as_str(), settled), (title, false));
    assert!(details.contains(&json!("Status: in progress. The item counts already.")), "{details:?}");
    place.day = "2026-05-20";
    let (found, settled, _) = action(&place, "9.1.1");
    assert_eq!((found.as_str(), settled), (title, true), "the plan does not call it late");
    assert!(!action(&place, "3.2.1").1, "the plan calls it late");
    let plan = place.path("action-plans/2025-26.toml");
    fs::write(&plan, fs::read_to_string(&plan).unwrap().replace("\"in-progress\"", "\"done\"")).unwrap();
    for item in ["9.1.1", "3.2.1"] {
        let (found, settled, _) = action(&place, item);
        assert!(found.starts_with(&format!("Done: {item}: ")) && settled, "{found}");
    }
}

#[test]
fn the_file_is_the_same_twice_and_in_any_time_zone() {
    let place = Workspace::example("hazel-house");
    place.ok(&["calendar"]);
    let file = place.path("out/VHZ4Q-2025-26-calendar.ics");
    let first = fs::read(&file).unwrap();
    assert!(first.starts_with(b"BEGIN:VCALENDAR\r\n") && first.ends_with(b"END:VCALENDAR\r\n"));
    let mut again = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"));
    again.arg("-C").arg(place.path("")).args(["--as-of", place.day, "calendar", "-o", "-"]);
    let again = again.env("TZ", "Pacific/Auckland").env("LC_ALL", "ar_EG.UTF-8").output().unwrap();
    assert_eq!(again.stdout, first);
    let stamps: BTreeSet<String> = values(&String::from_utf8(first).unwrap(), "DTSTAMP").into_iter().collect();
    assert_eq!(stamps, BTreeSet::from(["20260302T093000Z".to_owned()]));
}

#[test]
fn a_deadline_that_was_met_is_settled_and_the_next_one_is_there() {
    let place = Workspace::example("hazel-house");
    let entry = "[[published]]\nedition = \"2025-26\"\nlevel = \"standards-met\"\ndate = 2026-02-01\n";
    fs::create_dir_all(place.path("publications")).unwrap();
    fs::write(place.path("publications/toolkit.toml"), entry).unwrap();
    let shown = place.json("calendar", &["calendar"], 0);
    let deadlines: Vec<(&str, bool)> = shown["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "deadline")
        .map(|entry| (entry["day"].as_str().unwrap(), entry["settled"].as_bool().unwrap()))
        .collect();
    assert_eq!(deadlines, [("2026-06-30", true), ("2027-06-30", false)]);
}
