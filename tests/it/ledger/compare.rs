//! `diff` and `history` over what git holds: publications, revisions, renamed files, merges, and line ends.

use super::{DAY, Place};
use serde_json::Value;
use std::fs;

fn diff(place: &Place, args: &[&str]) -> Value {
    let ran = place.dspt(&[&["diff"], args, &["--format", "json"]].concat());
    assert_eq!(ran.status, 0, "{args:?}: {}", ran.err);
    ran.json()
}

/// Numbers and words of what changed.
fn changed(report: &Value) -> Vec<(String, String)> {
    let word = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let items = report["items"].as_array().unwrap().iter();
    let quiet = ["unchanged", "none"];
    items
        .map(|item| (word(item, "new_number"), word(item, "answer_change")))
        .filter(|(_, change)| !quiet.contains(&change.as_str()))
        .collect()
}

fn pair(number: &str, change: &str) -> (String, String) {
    (number.to_owned(), change.to_owned())
}

const ANSWERS: &str = "assessments/2025-26.toml";
const SAID: &str = "We do this as our policy 1.1.5 says.";

#[test]
fn a_publication_is_compared_as_it_was_published() {
    let place = Place::answered();
    place.publish(&[]).ok();
    assert_eq!(changed(&diff(&place, &["--as-of", DAY])), [], "without OLD it is the last publication");
    place.replace(ANSWERS, SAID, "We do this as our new policy 1.1.5 says.");
    let expected = [pair("1.1.5", "changed")];
    for args in [&[][..], &["latest"], &["2025-26/001"], &["2025-26/latest", "2025-26"], &["HEAD"]] {
        let report = diff(&place, args);
        assert_eq!(changed(&report), expected, "{args:?}");
    }
    let report = diff(&place, &["2025-26/001"]);
    assert_eq!((&report["old"]["as_of"], &report["old"]["label"]), (&DAY.into(), &"2025-26/001".into()));
    assert_ne!(report["new"]["as_of"], DAY, "each side on its own day");
    let both = diff(&place, &["2025-26/001", "--as-of", "2026-06-01"]);
    assert_eq!((&both["old"]["as_of"], &both["new"]["as_of"]), (&"2026-06-01".into(), &"2026-06-01".into()));
    // Words gone and added, in every format.
    for (format, gone) in [("human", "{+new+}"), ("markdown", "<ins>new</ins>"), ("html", "<ins>new </ins>")] {
        let out = place.dspt(&["diff", "latest", "--format", format]).ok();
        assert!(out.contains(gone), "{format}: {out}");
    }
}

#[test]
fn an_answer_whose_question_is_asked_no_longer_is_shown_as_it_stood() {
    let place = Place::new();
    place.run(".", &["init", "ws", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--edition", "2023-24"]).ok();
    let said = "evidence = [{ file = \"evidence/passwords.txt\" }]\ncomment = \"Read by all\"\nreviewed = 2024-02-03\n";
    let header = "[answers.\"4.3.1\"]\n";
    place.replace("assessments/2023-24.toml", header, &format!("{header}{said}"));
    fs::write(place.path("ws/evidence/passwords.txt"), "Passwords\n").unwrap();
    let answers = fs::read_to_string(place.path("ws/assessments/2023-24.toml")).unwrap();
    let open = answers.replace(said, "").replace("2023-24", "2024-25").replace(header, "");
    fs::write(place.path("ws/assessments/2024-25.toml"), open).unwrap();
    place.commit("Two years");
    let report = diff(&place, &["2023-24", "2024-25"]);
    let item = report["items"].as_array().unwrap().iter().find(|item| item["old_number"] == "4.3.1").unwrap();
    assert_eq!((&item["item_change"], &item["answer_change"]), (&"retired".into(), &"none".into()));
    for (format, parts) in [
        ("human", &["Answered, asked no longer (1)", "Document: [-evidence/passwords.txt-]"][..]),
        ("markdown", &["## Answered, asked no longer", "Document: <del>evidence/passwords.txt</del>"]),
        ("html", &["Answered, asked no longer (1)", "<del>evidence&#x2f;passwords.txt</del>"]),
    ] {
        let out = place.dspt(&["diff", "2023-24", "2024-25", "--format", format]).ok();
        let common = ["1 answered and asked no longer", "Read by all", "reviewed 3 February 2024"];
        for part in parts.iter().chain(&common) {
            assert!(out.contains(part), "{format} lacks {part}: {out}");
        }
    }
    let out = place.dspt(&["diff", "2023-24", "2024-25"]).ok();
    let (_, none) = out.split_once("\nNo answer (").unwrap();
    assert!(!none.contains("4.3.1"), "{out}");
}

#[test]
fn revisions_are_compared_in_the_edition_that_both_hold() {
    let place = Place::new();
    place.run(".", &["init", "ws", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--edition", "2024-25"]).ok();
    place.replace("assessments/2024-25.toml", "[answers.\"1.1.5\"]\n", "[answers.\"1.1.5\"]\ntext = \"Jo Field\"\n");
    place.commit("Last year");
    place.git(&["tag", "v1"]).ok();
    place.dspt(&["rollover", "--to", "2025-26"]).ok();
    place.commit("Rolled over");
    let editions = |report: &Value| {
        [&report["old"]["edition"], &report["new"]["edition"]].map(|edition| edition.as_str().unwrap().to_owned())
    };
    assert_eq!(editions(&diff(&place, &["v1", "HEAD"])), ["2024-25", "2024-25"]);
    // Without NEW it is the work tree in the edition at hand; OLD has no such edition.
    let report = diff(&place, &["v1"]);
    assert_eq!(editions(&report), ["2024-25", "2025-26"]);
    assert_eq!(changed(&report), [], "nothing but carried");
    assert_eq!(report["summary"]["carried"], 1);
    assert_eq!(editions(&diff(&place, &["HEAD"])), ["2025-26", "2025-26"]);
    assert_eq!(editions(&diff(&place, &["HEAD", "--edition", "2024-25"])), ["2024-25", "2024-25"]);
    assert_eq!(editions(&diff(&place, &["2024-25", "HEAD"])), ["2024-25", "2024-25"]);
    let refused = place.dspt(&["diff", "v1", "HEAD", "--edition", "2025-26"]);
    assert!(refused.status == 2 && refused.err.contains("no answers for 2025-26 in v1"), "{}", refused.err);
}

#[test]
fn after_a_rollover_nothing_but_carried_differs_from_the_last_publication() {
    let place = Place::new();
    place.fill("ws");
    let text = fs::read_to_string(place.path("ws").join(ANSWERS)).unwrap();
    let known = place.dspt(&["questions", "--edition", "2024-25", "--format", "json"]).json()["questions"].clone();
    let numbers: Vec<&str> = known.as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect();
    let mut old = String::from("standard = \"dspt-asc\"\nedition = \"2024-25\"\n");
    for table in text.split("\n[answers.").skip(1) {
        let number = table.split('"').nth(1).unwrap();
        if numbers.contains(&number) {
            let said = table.lines().skip(1).take_while(|line| !line.is_empty() && !line.starts_with('#'));
            old += &format!("\n[answers.\"{number}\"]\n{}\n", said.collect::<Vec<_>>().join("\n"));
        }
    }
    fs::remove_file(place.path("ws").join(ANSWERS)).unwrap();
    fs::write(place.path("ws/assessments/2024-25.toml"), old.replace("2026-02-01", "2025-02-01")).unwrap();
    place.commit("Last year");
    let published = place.dspt(&["publish", "--confirm-profile", "--as-of", "2025-05-01"]);
    assert_eq!(published.status, 0, "{}{}", published.out, published.err);
    place.dspt(&["rollover", "--to", "2025-26"]).ok();
    let report = diff(&place, &["--as-of", "2026-01-10"]);
    assert_eq!(report["old"]["label"], "2024-25/001");
    assert_eq!(changed(&report), []);
    let carried = report["items"].as_array().unwrap().iter().filter(|item| item["carried"] == true).count();
    assert_eq!(report["summary"]["carried"].as_u64().unwrap(), carried as u64);
    assert!(carried > 40, "{carried}");
}

#[test]
fn evidence_that_was_replaced_shows_though_no_answer_changed() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let file = fs::read_dir(place.path("ws/evidence")).unwrap().next().unwrap().unwrap().path();
    let number = file.file_stem().unwrap().to_str().unwrap().to_owned();
    fs::write(&file, "Another document altogether\n").unwrap();
    let expected = [pair(&number, "evidence-changed")];
    assert_eq!(changed(&diff(&place, &["latest"])), expected);
    let told = |place: &Place| {
        let told = place.dspt(&["history", &number, "--format", "json"]).json();
        told["commits"].as_array().unwrap().last().unwrap().clone()
    };
    assert_eq!(told(&place)["changes"][0]["change"], "evidence-changed");
    assert_eq!(told(&place)["commit"], Value::Null, "not committed yet");
    place.commit("Newer evidence");
    assert_eq!(changed(&diff(&place, &["HEAD~1", "HEAD"])), expected);
    let last = told(&place);
    assert_eq!(
        (&last["subject"], &last["changes"][0]["change"]),
        (&"Newer evidence".into(), &"evidence-changed".into())
    );
}

#[test]
fn history_follows_an_answer_through_renames_merges_and_broken_files() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.replace(ANSWERS, SAID, "Ann says so.");
    place.become_("Ann Lee", "ann@sunrise.example");
    place.commit("Ann's words");
    // Something else in the same file is no event of this question.
    place.replace(ANSWERS, "We do this as our policy 1.3.12 says.", "Otherwise.");
    place.commit("Another question");
    // To YAML: the same answer in another file.
    place.replace(ANSWERS, "# ", "# A remark. ");
    let numbers = place.dspt(&["questions", "--format", "json"]).json();
    let mut yaml = String::from("standard: dspt-asc\nedition: 2025-26\nanswers:\n");
    for question in numbers["questions"].as_array().unwrap() {
        let number = question["number"].as_str().unwrap();
        if number == "1.1.5" {
            yaml += "  \"1.1.5\":\n    text: Ann says so.\n";
        }
    }
    fs::remove_file(place.path("ws").join(ANSWERS)).unwrap();
    let file = place.path("ws/assessments/2025-26.yaml");
    fs::write(&file, &yaml).unwrap();
    place.commit("To YAML");
    // A file that nobody can read says nothing, and mending it is no event either.
    fs::write(&file, "answers: [\n").unwrap();
    place.commit("Broken");
    fs::write(&file, &yaml).unwrap();
    place.commit("Mended");
    // Two branches, merged: the change is told once, where it was made.
    place.git(&["checkout", "-qb", "side"]).ok();
    fs::write(&file, yaml.replace("Ann says so.", "Ann and Jo say so.")).unwrap();
    place.commit("On a branch");
    place.git(&["checkout", "-q", "main"]).ok();
    fs::write(place.path("ws/README"), "Something else\n").unwrap();
    place.commit("Meanwhile");
    place.git(&["merge", "-q", "--no-edit", "side"]).ok();
    let told = place.dspt(&["history", "1.1.5", "--format", "json"]).json();
    let commits = told["commits"].as_array().unwrap();
    let subjects: Vec<&str> = commits.iter().map(|commit| commit["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["Answers", "Publish 2025-26/001: Standards Met", "Ann's words", "On a branch"]);
    let changes: Vec<&str> =
        commits.iter().map(|commit| commit["changes"][0]["change"].as_str().unwrap_or("")).collect();
    assert_eq!(changes, ["answered", "", "changed", "changed"]);
    assert_eq!(commits[1]["publication"]["number"], "001");
    assert_eq!((&commits[2]["author"], &commits[2]["email"]), (&"Ann Lee".into(), &"ann@sunrise.example".into()));
    let runs = commits[3]["changes"][0]["differences"][0]["runs"].to_string();
    assert!(runs.contains("and Jo"), "{runs}");
    assert!(told["notes"].to_string().contains("cannot be read"), "{told}");
    for (format, parts) in [
        (
            "markdown",
            &["- **", "** Ann Lee: ", "<ins>and Jo say</ins>", "  - Published 2025-26/001: Standards Met"][..],
        ),
        ("html", &["<bdi>Ann Lee</bdi>", "<ins>and Jo say</ins>", "<b>Published 2025-26&#x2f;001: Standards Met</b>"]),
    ] {
        let out = place.dspt(&["history", "1.1.5", "--format", format]).ok();
        for part in parts {
            assert!(out.contains(part), "{format} lacks {part}: {out}");
        }
        assert!(!out.contains('\u{1b}') && out.contains("cannot be read"), "{format}: {out}");
    }
    // Seen from an earlier commit, what came later is not there yet.
    let then = place.dspt(&["history", "1.1.5", "--at", "2025-26/001", "--format", "json"]).json();
    assert_eq!(then["commits"].as_array().unwrap().len(), 2);
}

#[test]
fn line_ends_of_a_checkout_change_nothing() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "-c", "core.autocrlf=true", &url, "other"]).ok();
    let run = |args: &[&str]| place.run("other", &[args, &["--format", "json", "--as-of", DAY]].concat()).json();
    assert_eq!(run(&["verify"])["publications"][0]["verdict"], "verified");
    assert_eq!(run(&["status"])["publication"]["changed"], false);
    assert_eq!(changed(&run(&["diff"])), []);
    let told = run(&["history", "1.1.5"]);
    assert!(told["commits"].as_array().unwrap().iter().all(|commit| commit["commit"] != Value::Null), "{told}");
    // Even where nothing in the repository asks for the line ends that it has.
    fs::remove_file(place.path("ws/.gitattributes")).unwrap();
    place.commit("No attributes");
    place.git_at(".", &["clone", "-q", "-c", "core.autocrlf=true", &url, "crlf"]).ok();
    let answers = fs::read_to_string(place.path("crlf").join(ANSWERS)).unwrap();
    assert!(answers.contains("\r\n"));
    let run = |args: &[&str]| place.run("crlf", &[args, &["--format", "json", "--as-of", DAY]].concat()).json();
    assert_eq!(run(&["verify"])["publications"][0]["verdict"], "verified");
}

#[test]
fn an_aim_that_can_be_published_no_longer_is_not_rolled_over() {
    let aimed = |published: bool| {
        let place = Place::new();
        place.run(".", &["init", "ws", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--edition", "2024-25"]).ok();
        place.replace(
            "assessments/2024-25.toml",
            "edition = \"2024-25\"\n",
            "edition = \"2024-25\"\naim = \"approaching-standards\"\n",
        );
        if published {
            let add = ["publications", "add", "--edition", "2024-25", "--level", "approaching-standards"];
            place.dspt(&[&add[..], &["--date", "2025-06-01", "--as-of", "2025-07-01"]].concat()).ok();
        }
        let rolled = place.dspt(&["rollover", "--to", "2025-26", "--as-of", "2025-10-01", "--format", "json"]).json();
        let text = fs::read_to_string(place.path("ws").join(ANSWERS)).unwrap();
        (text.lines().any(|line| line == "aim = \"approaching-standards\""), text, rolled)
    };
    let (carried, _, rolled) = aimed(false);
    assert!(carried && rolled["lost_aim"].is_null(), "{rolled}");
    let (carried, text, rolled) = aimed(true);
    assert!(!carried && text.contains("approaching-standards, is for a first publication only"), "{text}");
    assert_eq!(rolled["lost_aim"], "approaching-standards");
    assert_eq!(rolled["lost_aim_reason"], "is for a first publication only, and 2024-25 was published");
}

#[test]
fn the_history_of_a_question_is_written_where_it_is_asked_for() {
    let place = Place::answered();
    for (file, begins) in [("h.md", "# "), ("h.html", "<!"), ("h.json", "{"), ("h.txt", "1.1.5")] {
        place.dspt(&["history", "1.1.5", "-o", &format!("../{file}")]).ok();
        let text = fs::read_to_string(place.path(file)).unwrap();
        assert!(text.trim_start().starts_with(begins), "{file}: {text}");
    }
    let printed = place.dspt(&["history", "1.1.5", "--format", "markdown", "-o", "-"]).ok();
    assert_eq!(printed, fs::read_to_string(place.path("h.md")).unwrap());
    let refused = place.dspt(&["history", "1.1.5", "-o", "h.pdf"]);
    assert!(refused.status == 2 && refused.err.contains(".html"), "{}", refused.err);
    let kept = place.dspt(&["history", "1.1.5", "-o", "organisation.toml", "--format", "json"]);
    assert_eq!(kept.status, 2, "{}", kept.err);
}
