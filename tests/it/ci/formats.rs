//! The formats of CI systems, read back by what they promise.

use crate::ledger::Place;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

const DAY: &str = "2026-05-20";
const ORGANISATION: &str = "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\n";

/// A repository whose only workspace lies at `clients/söhne & co`.
fn place(answers: &str) -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path("ws/clients/söhne & co/assessments")).unwrap();
    place.git(&["init", "-q"]).ok();
    fs::write(place.path("ws/clients/söhne & co/organisation.toml"), ORGANISATION).unwrap();
    write(&place, answers);
    place
}

fn write(place: &Place, answers: &str) {
    let text = format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n{answers}");
    fs::write(place.path("ws/clients/söhne & co/assessments/2025-26.toml"), text).unwrap();
}

fn lint(place: &Place, format: &str) -> String {
    let ran = place.run("ws/clients", &["lint", "--as-of", DAY, "--format", format]);
    assert!(ran.status <= 1, "{}", ran.err);
    ran.out
}

fn results(place: &Place) -> Vec<Value> {
    let log: Value = serde_json::from_str(&lint(place, "sarif")).unwrap();
    log["runs"][0]["results"].as_array().unwrap().clone()
}

/// Rule, item and fingerprint of what is no open item.
fn fingerprints(place: &Place) -> BTreeSet<String> {
    let of = |result: &Value| {
        let known = result["partialFingerprints"].as_object().unwrap().values().next().unwrap().clone();
        format!("{} {known}", result["ruleId"].as_str().unwrap())
    };
    results(place).iter().filter(|result| result["ruleId"] != "unanswered").map(of).collect()
}

const FAULTS: &str = "[answers.\"1.1.5\"]\ntext = \"Ask TBC\"\n\n[answers.\"1.3.1\"]\ntick = true\ncomment = \"TBC\"\n";

#[test]
fn files_are_named_from_the_top_of_the_repository() {
    let place = place(FAULTS);
    let path = "clients/söhne & co/assessments/2025-26.toml";
    let uri = "clients/s%C3%B6hne%20%26%20co/assessments/2025-26.toml";
    assert!(results(&place).iter().any(|result| {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
            && result["ruleId"] == "placeholder-text"
    }));
    let issues: Value = serde_json::from_str(&lint(&place, "gitlab")).unwrap();
    assert!(issues.as_array().unwrap().iter().any(|issue| issue["location"]["path"] == path));
    let result: Value = serde_json::from_str(&lint(&place, "rdjson")).unwrap();
    assert!(result["diagnostics"].as_array().unwrap().iter().any(|one| one["location"]["path"] == path));
    assert!(lint(&place, "github").contains(&format!("::error file={path},line=4,endLine=4,col=8,")));
    assert!(lint(&place, "junit").contains("file=\"clients/söhne &amp; co/assessments/2025-26.toml\""));
}

#[test]
fn without_a_repository_files_are_named_from_where_the_command_runs() {
    let place = place(FAULTS);
    fs::remove_dir_all(place.path("ws/.git")).unwrap();
    let other = place.path("ws/clients/other/assessments");
    fs::create_dir_all(&other).unwrap();
    fs::write(place.path("ws/clients/other/organisation.toml"), ORGANISATION).unwrap();
    fs::copy(place.path("ws/clients/söhne & co/assessments/2025-26.toml"), other.join("2025-26.toml")).unwrap();
    let issues: Value = serde_json::from_str(&lint(&place, "gitlab")).unwrap();
    let issues = issues.as_array().unwrap();
    let paths: BTreeSet<&str> = issues.iter().map(|issue| issue["location"]["path"].as_str().unwrap()).collect();
    for path in ["söhne & co/assessments/2025-26.toml", "other/assessments/2025-26.toml"] {
        assert!(paths.contains(path), "{paths:?}");
    }
    let known: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(known.len(), issues.len());
}

#[test]
fn fingerprints_follow_moved_lines_and_tell_findings_apart() {
    let place = place(FAULTS);
    let before = fingerprints(&place);
    assert!(before.iter().filter(|known| known.starts_with("placeholder-text")).count() == 2, "{before:?}");
    write(&place, &format!("\n# moved\n\n{FAULTS}"));
    assert_eq!(fingerprints(&place), before);
    write(&place, &FAULTS.replace("Ask TBC", "Ask TODO"));
    assert_ne!(fingerprints(&place), before);
    // Two that nothing tells apart are still two.
    write(&place, "[answers.\"1.1.5\"]\ntext = \"TBC\"\n[answers.\"1.1.1\"]\ntext = \"TBC\"\n");
    let issues: Value = serde_json::from_str(&lint(&place, "gitlab")).unwrap();
    let issues = issues.as_array().unwrap();
    let known: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(known.len(), issues.len());
}

#[test]
fn what_must_not_be_shown_is_in_no_format_and_in_no_fingerprint() {
    let note = |number: &str| format!("[answers.\"1.3.1\"]\ntick = true\nnotes = \"About {number}.\"\n");
    let place = place(&note("943 476 5919"));
    let known = fingerprints(&place);
    assert!(known.iter().any(|known| known.starts_with("nhs-number")));
    for format in ["sarif", "junit", "github", "gitlab", "rdjson", "markdown"] {
        let out = lint(&place, format);
        assert!(!out.contains("943 476") && !out.contains("4765919"), "{format}");
    }
    write(&place, &note("401 023 2137"));
    assert_eq!(fingerprints(&place), known, "a digest of the number would give it away");
}

#[test]
fn annotations_are_ten_of_each_level_worst_first_and_the_rest_is_counted() {
    let texts: String = [
        "1.1.1", "1.1.5", "1.3.3", "1.3.7", "1.3.8", "1.3.11", "1.3.12", "1.3.13", "1.3.14", "1.4.3", "10.2.1", "4.1.1",
    ]
    .iter()
    .map(|number| format!("[answers.\"{number}\"]\ntxt = \"x\"\n"))
    .collect();
    let place = place(&texts);
    let out = lint(&place, "github");
    let lines: Vec<&str> = out.lines().collect();
    let of = |level: &str| lines.iter().filter(|line| line.starts_with(&format!("::{level} "))).count();
    assert_eq!((of("error"), of("warning")), (10, 10), "{out}");
    let last = lines.last().unwrap();
    let all: Value = serde_json::from_str(&lint(&place, "json")).unwrap();
    let rest = |level: &str| all["summary"][level].as_u64().unwrap() - 10;
    let counted = format!("{} more errors, {} more warnings ", rest("error"), rest("warning"));
    assert!(last.starts_with(&counted), "{last}");
    let levels: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("::")?.split(' ').next()).collect();
    let mut sorted = levels.clone();
    sorted.sort_by_key(|level| ["error", "warning", "notice"].iter().position(|known| known == level));
    assert_eq!(levels, sorted);
}

#[test]
fn no_text_becomes_a_command_markup_or_a_broken_document() {
    let hostile = "x\\n::error::y <b>&]]>% \\u0007\\uFFFE TBC";
    let place = place(&format!(
        "[answers.\"1.1.5\"]\ntext = \"{hostile}\"\nowner = \"{hostile}\"\n[answers.\"9.9.9%\\n::stop-commands::z\"]\n"
    ));
    for format in ["github", "junit", "markdown", "sarif", "gitlab", "rdjson"] {
        let out = lint(&place, format);
        assert!(!out.contains('\u{7}') && !out.contains('\u{fffe}'), "{format}");
        match format {
            "github" => assert!(out.lines().all(|line| !line.starts_with("::stop") && !line.starts_with("::error::"))),
            "junit" => assert!(!out.contains("<b>") && !out.contains("]]>")),
            "markdown" => assert!(!out.contains("<b>")),
            _ => drop(serde_json::from_str::<Value>(&out).unwrap()),
        }
    }
}

#[test]
fn silenced_findings_are_suppressed_results_with_their_reason() {
    let place = place(FAULTS);
    let ignore = "[[lint.ignore]]\nrule = \"placeholder-text\"\nitem = \"1.3.1\"\nreason = \"Agreed with the council\"\nuntil = 2026-09-30\n";
    fs::write(place.path("ws/clients/söhne & co/organisation.toml"), format!("{ORGANISATION}{ignore}")).unwrap();
    let results = results(&place);
    let found: Vec<&Value> = results.iter().filter(|result| result["ruleId"] == "placeholder-text").collect();
    assert_eq!(found.len(), 2);
    let suppressed = found.iter().find(|result| result["properties"]["item"] == "1.3.1").unwrap();
    assert_eq!(suppressed["suppressions"][0]["justification"], "Agreed with the council (until 2026-09-30)");
    assert!(found.iter().any(|result| result["suppressions"].as_array().unwrap().is_empty()));
    assert!(!lint(&place, "gitlab").contains("1.3.1 holds"));
}

#[test]
fn a_junit_report_is_red_exactly_when_the_check_fails() {
    let place = place(FAULTS);
    let counts = |fail_on: &str| {
        let ran = place.run("ws/clients", &["lint", "--as-of", DAY, "--format", "junit", "--fail-on", fail_on]);
        (ran.status, ran.out.matches("<failure ").count(), ran.out.matches("<skipped ").count())
    };
    let (status, failures, skipped) = counts("error");
    assert_eq!((status, failures), (1, 2));
    let (status, all, none) = counts("info");
    assert_eq!((status, all, none), (1, failures + skipped, 0));
    write(&place, "");
    assert_eq!(counts("error").1, 0);
    assert_eq!(counts("error").0, 0);
}

#[test]
fn columns_of_rdjson_count_bytes_and_those_of_sarif_characters() {
    let place = place("answers.\"1.1.5\" = { comment = \"Ä😀\", text = \"TBC\" }\n");
    let result: Value = serde_json::from_str(&lint(&place, "rdjson")).unwrap();
    let diagnostics = result["diagnostics"].as_array().unwrap();
    let start = |one: &Value| one["location"]["range"]["start"]["column"].as_u64().unwrap();
    let bytes = diagnostics.iter().find(|one| one["code"]["value"] == "placeholder-text").map(start).unwrap();
    let results = results(&place);
    let region = results.iter().find(|one| one["ruleId"] == "placeholder-text").unwrap();
    let characters = region["locations"][0]["physicalLocation"]["region"]["startColumn"].as_u64().unwrap();
    assert_eq!(bytes - characters, 4, "Ä takes two bytes, the emoji four");
}

#[test]
fn the_summary_of_a_step_is_appended() {
    let place = place(FAULTS);
    fs::write(place.path("ws/summary.md"), "before\n").unwrap();
    let dspt = env!("CARGO_BIN_EXE_dspt");
    let run = |format: &str| {
        place.sh(&format!(
            "GITHUB_STEP_SUMMARY=$PWD/summary.md {dspt} lint --as-of {DAY} --format {format} || [ $? = 1 ]"
        ))
    };
    run("sarif").ok();
    assert_eq!(fs::read_to_string(place.path("ws/summary.md")).unwrap(), "before\n");
    run("github").ok();
    let text = fs::read_to_string(place.path("ws/summary.md")).unwrap();
    assert!(text.starts_with("before\n## ") && text.contains("### Sunrise Care Ltd (A1B2)"), "{text}");
    assert!(text.contains("- **Level:** none yet; aiming at ") && text.contains(" missing for "), "{text}");
    let unwritable = place.sh(&format!("GITHUB_STEP_SUMMARY=$PWD {dspt} lint --as-of {DAY} --format github"));
    assert_eq!(unwritable.status, 2, "{}", unwritable.err);
}

#[test]
fn a_file_that_cannot_be_read_is_one_finding_and_places_are_named_as_given() {
    let place = Place::answered();
    let found = || place.run("ws", &["lint", "--as-of", "2026-06-20", "--format", "concise"]).out;
    assert!(found().contains("[deadline-near]"), "{}", found());
    let answers = place.path("ws/assessments/2025-26.toml");
    let text = fs::read_to_string(&answers).unwrap();
    fs::remove_file(&answers).unwrap();
    fs::create_dir(&answers).unwrap();
    assert!(found().contains("[unreadable]") && !found().contains("[deadline-near]"), "{}", found());
    fs::remove_dir(&answers).unwrap();
    fs::write(&answers, text).unwrap();
    fs::remove_file(place.path("ws/organisation.toml")).unwrap();
    fs::create_dir(place.path("ws/organisation.toml")).unwrap();
    assert!(found().contains("[unreadable]") && !found().contains("[deadline-near]"), "{}", found());

    let given = place.path("no/where").display().to_string();
    let ran = place.run("ws", &["--standards", &given, "lint"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains(&format!("error: {given}: there is no such directory")), "{}", ran.err);
    let ran = place.run("ws", &["--standards", "../no", "lint"]);
    assert!(ran.err.contains("error: ../no: there is no such directory"), "{}", ran.err);
}

#[test]
fn what_was_mended_is_told_with_its_place_where_that_is_another() {
    let place = Place::answered();
    let answers = place.path("ws/assessments/2025-26.toml");
    let text = fs::read_to_string(&answers).unwrap();
    let broken = || fs::write(&answers, text.replacen("[answers.\"2.1.1\"]", "[answers.2.1.1]", 1)).unwrap();
    broken();
    let here = place.run("ws", &["lint", "--fix"]).err;
    assert!(here.contains("Mended 1 finding.\n"), "{here}");
    broken();
    let there = place.run(".", &["lint", "--fix"]).err;
    assert!(there.contains("Mended 1 finding in ws.\n"), "{there}");
}
