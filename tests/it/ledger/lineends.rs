//! Clones whose checkout converts line ends: what git calls unmodified is unmodified.

use super::{DAY, Place};
use std::fs;

/// A repository that says nothing of line ends, with a text of several lines and a digest written down, published.
fn published() -> Place {
    let place = Place::new();
    place.fill("ws");
    fs::remove_file(place.path("ws/.gitattributes")).unwrap();
    fs::write(place.path("ws/evidence/1.1.3.txt"), "One line\nand another\n").unwrap();
    let digest = place.sh("sha256sum evidence/1.1.3.txt | cut -c1-64").ok();
    let file = "file = \"evidence/1.1.3.txt\", ";
    place.replace("assessments/2025-26.toml", file, &format!("{file}sha256 = \"{}\", ", digest.trim()));
    place.replace("assessments/2025-26.toml", "text = \"We do this", "text = \"\"\"We do\nall this");
    let says = "policy 1.1.5 says.\"";
    place.replace("assessments/2025-26.toml", says, &format!("{says}\"\""));
    place.commit("Answers");
    place.publish(&[]).ok();
    place
}

fn converted(place: &Place) {
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", &url, "other"]).ok();
    for file in ["evidence/1.1.3.txt", "assessments/2025-26.toml", "publications/2025-26/001.toml"] {
        let bytes = fs::read(place.path("other").join(file)).unwrap();
        assert!(bytes.windows(2).any(|pair| pair == b"\r\n"), "{file} was converted");
    }
    assert_eq!(place.git_at("other", &["status", "--porcelain"]).ok(), "");
}

/// The rules that a clone breaks by more than words of advice.
fn found(place: &Place) -> Vec<String> {
    let ran = place.run("other", &["lint", "--as-of", DAY, "--format", "json"]).json();
    let findings = ran["findings"].as_array().unwrap();
    let rule = |finding: &serde_json::Value| finding["rule"].as_str().unwrap().to_owned();
    let asked = ["evidence-digest", "changed-since-publication", "publication-altered", "toolkit-entry-altered"];
    let mut found: Vec<String> = findings.iter().map(rule).filter(|rule| asked.contains(&rule.as_str())).collect();
    found.sort();
    found
}

#[test]
fn what_git_calls_unmodified_is_unmodified() {
    let place = published();
    converted(&place);
    assert_eq!(found(&place), [""; 0]);
    let status = place.run("other", &["status", "--as-of", DAY, "--format", "json"]).json();
    assert_eq!(status["publication"]["changed"], false, "{status}");
    let verified = place.run("other", &["verify", "--format", "json"]).json();
    assert_eq!(verified["publications"][0]["verdict"], "verified");
    let again = ["publish", "--confirm-profile", "--as-of", DAY, "--reason", "Again"];
    place.run("other", &again).ok();
    let verified = place.run("other", &["verify", "2025-26/002", "--format", "json"]).json();
    assert_eq!(verified["publications"][0]["verdict"], "verified");
}

#[test]
fn what_git_calls_changed_is_changed() {
    let place = published();
    converted(&place);
    let file = place.path("other/evidence/1.1.3.txt");
    fs::write(&file, "One line\r\nand one more\r\n").unwrap();
    assert_eq!(found(&place), ["changed-since-publication", "evidence-digest"]);
    // Where nothing is converted, other line ends are another file.
    place.git_at("other", &["config", "core.autocrlf", "false"]).ok();
    fs::write(&file, "One line\r\nand another\r\n").unwrap();
    assert_eq!(found(&place), ["changed-since-publication", "evidence-digest"]);
    fs::write(&file, "One line\nand another\n").unwrap();
    assert_eq!(found(&place), [""; 0]);
}

#[test]
fn a_digest_is_taken_over_what_git_will_store() {
    let place = published();
    converted(&place);
    let (text, plain) = ("Minutes\r\nof the board\r\n", "Minutes\nof the board\n");
    fs::write(place.path("plain"), plain).unwrap();
    let digest = place.sh_at(".", "sha256sum plain | cut -c1-64").ok();
    let answers = || fs::read_to_string(place.path("other/assessments/2025-26.toml")).unwrap();
    let answer = |number: &str, file: &str| {
        place.run("other", &["answer", number, "--evidence", file, "--approved", "2026-02-01", "--as-of", DAY]).ok();
    };
    // From outside, then one that lies there already, then one that git holds.
    fs::write(place.path("minutes.txt"), text).unwrap();
    answer("1.1.2", "../minutes.txt");
    assert_eq!(answers().matches(digest.trim()).count(), 1, "{}", answers());
    fs::write(place.path("other/evidence/more.txt"), text).unwrap();
    answer("1.1.3", "evidence/more.txt");
    assert_eq!(answers().matches(digest.trim()).count(), 2, "{}", answers());
    assert_eq!(found(&place), ["changed-since-publication"], "not in git yet, and right all the same");
    place.git_at("other", &["add", "-A"]).ok();
    place.git_at("other", &["commit", "-qm", "Minutes"]).ok();
    answer("8.2.1", "evidence/more.txt");
    assert_eq!(answers().matches(digest.trim()).count(), 3, "{}", answers());
    place.git_at("other", &["commit", "-qam", "Once more"]).ok();
    let again = ["publish", "--confirm-profile", "--as-of", DAY, "--reason", "Minutes"];
    place.run("other", &again).ok();
    let url = format!("file://{}", place.path("other").display());
    place.git_at(".", &["clone", "-q", "-c", "core.autocrlf=false", &url, "third"]).ok();
    let lint = place.run("third", &["lint", "--as-of", DAY, "--format", "concise"]).ok();
    assert!(!lint.contains("evidence-digest"), "{lint}");
    place.run("third", &["verify"]).ok();
}

#[test]
fn what_was_entered_does_not_differ_by_line_ends() {
    let place = published();
    let add = ["publications", "add", "--edition", "2025-26", "--level", "standards-met", "--date", DAY];
    place.dspt(&[&add[..], &["--record", "2025-26/001", "--commit", "--as-of", DAY]].concat()).ok();
    converted(&place);
    let sheet = |at: &str| {
        let ran = place.run(at, &["export", "--to", "portal", "--format", "text", "--as-of", DAY, "-o", "-"]);
        ran.ok()
    };
    assert_eq!(sheet("other"), sheet("ws"));
    assert!(!sheet("other").contains("type this"), "{}", sheet("other"));
    let diff = place.run("other", &["diff", "--as-of", DAY, "--format", "json"]).json();
    let changes: Vec<_> = diff["items"].as_array().unwrap().iter().map(|item| item["answer_change"].clone()).collect();
    assert!(changes.iter().all(|change| change == "unchanged" || change == "none"), "{changes:?}");
    let told = place.run("other", &["history", "1.1.3", "--format", "json"]).json();
    assert!(told["commits"].as_array().unwrap().iter().all(|commit| !commit["commit"].is_null()), "{told}");
}
