//! The rules of group *ledger* against real repositories, and how `publish` holds to them.

use super::{DAY, Place};
use std::fs;

/// The rules of the groups about git that a workspace breaks, with severities.
fn found(place: &Place, at: &str) -> Vec<String> {
    let rules = [
        "publication-altered",
        "publication-deleted",
        "toolkit-entry-altered",
        "publisher-not-administrator",
        "changed-since-publication",
        "evidence-not-tracked",
        "private-evidence-tracked",
        "history-not-here",
    ];
    let ran = place.run(at, &["lint", "--as-of", DAY, "--format", "json"]).json();
    let mut found: Vec<String> = ran["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| rules.contains(&finding["rule"].as_str().unwrap()))
        .map(|finding| format!("{} {}", finding["severity"].as_str().unwrap(), finding["rule"].as_str().unwrap()))
        .collect();
    found.dedup();
    found
}

fn ws(place: &Place) -> Vec<String> {
    found(place, "ws")
}

const NONE: [&str; 0] = [];

#[test]
fn what_was_published_is_held_against_its_tag_and_putting_it_back_clears() {
    let place = Place::answered();
    place.publish(&[]).ok();
    assert_eq!(ws(&place), NONE);
    let bank = fs::read_dir(place.path("ws/publications/banks")).unwrap().next().unwrap().unwrap().file_name();
    let bank = format!("publications/banks/{}", bank.to_str().unwrap());
    for file in ["publications/2025-26/001.toml", "publications/2025-26/001.sha256", bank.as_str()] {
        let path = place.path("ws").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
        assert_eq!(ws(&place), ["error publication-altered"], "{file}");
        place.commit("Altered");
        assert_eq!(ws(&place), ["error publication-altered"], "{file}, committed");
        fs::remove_file(&path).unwrap();
        assert_eq!(ws(&place), ["error publication-deleted"], "{file}");
        place.commit("Deleted");
        assert_eq!(ws(&place), ["error publication-deleted"], "{file}, committed");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
        assert_eq!(ws(&place), NONE, "{file}, put back");
        place.commit("Put back");
        assert_eq!(ws(&place), NONE, "{file}, put back");
    }
    // What happened in between is for verify.
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["append-only"]);
    // Without its tag the first commit that holds it counts.
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    assert_eq!(ws(&place), NONE);
    place.replace("publications/2025-26/001.toml", "met = 45", "met = 44");
    assert_eq!(ws(&place), ["error publication-altered"]);
}

#[test]
fn publish_refuses_what_the_rules_find() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.replace("publications/2025-26/001.toml", "met = 45", "met = 44");
    place.commit("Altered");
    let ran = place.publish(&["--reason", "Again", "--format", "json"]);
    assert_eq!(ran.status, 1);
    let gates = ran.json()["gates"].clone();
    let lint = gates.as_array().unwrap().iter().find(|gate| gate["gate"] == "lint").unwrap();
    assert_eq!(lint["passed"], false);
    assert!(lint["detail"].as_str().unwrap().contains("publication-altered"), "{lint}");
}

#[test]
fn toolkit_entries_count_from_the_commit_that_added_them() {
    let place = Place::answered();
    let add = |date: &str| {
        let args = ["publications", "add", "--edition", "2024-25", "--level", "standards-met", "--date", date];
        place.dspt(&[&args[..], &["--as-of", DAY]].concat()).ok();
    };
    add("2025-06-01");
    // What was never committed may still be changed.
    place.replace("publications/toolkit.toml", "2025-06-01", "2025-06-02");
    assert_eq!(ws(&place), NONE);
    place.commit("Noted");
    place.replace("publications/toolkit.toml", "2025-06-02", "2025-06-03");
    assert_eq!(ws(&place), ["error toolkit-entry-altered"]);
    place.commit("Altered");
    assert_eq!(ws(&place), ["error toolkit-entry-altered"]);
    place.replace("publications/toolkit.toml", "2025-06-03", "2025-06-02");
    assert_eq!(ws(&place), NONE, "putting it back clears it");
    place.commit("Put back");
    assert_eq!(ws(&place), NONE);
    // Two branches that each add one, merged.
    place.git(&["checkout", "-qb", "other"]).ok();
    add("2025-06-05");
    place.commit("One");
    let one = fs::read_to_string(place.path("ws/publications/toolkit.toml")).unwrap();
    place.git(&["checkout", "-q", "main"]).ok();
    add("2025-06-06");
    place.commit("Two");
    place.git(&["merge", "-q", "-s", "ours", "--no-commit", "other"]).ok();
    let two = fs::read_to_string(place.path("ws/publications/toolkit.toml")).unwrap();
    let last = two.rfind("[[published]]").unwrap();
    fs::write(place.path("ws/publications/toolkit.toml"), format!("{one}\n{}", &two[last..])).unwrap();
    place.commit("Merged");
    assert_eq!(ws(&place), NONE);
    place.publish(&[]).ok();
    // That one was changed in between is for verify.
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["append-only"]);
    fs::remove_file(place.path("ws/publications/toolkit.toml")).unwrap();
    assert_eq!(ws(&place), ["error toolkit-entry-altered"]);
}

#[test]
fn a_shallow_clone_is_silent_and_says_so_once() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.replace("publications/2025-26/001.toml", "met = 45", "met = 44");
    place.commit("Altered");
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "--depth", "1", &url, "shallow"]).ok();
    assert_eq!(found(&place, "shallow"), ["info history-not-here"]);
    place.git_at("shallow", &["fetch", "-q", "--unshallow", "--tags"]).ok();
    assert_eq!(found(&place, "shallow"), ["error publication-altered"]);
}

#[test]
fn a_shallow_clone_without_publications_says_nothing() {
    let place = Place::answered();
    place.replace("assessments/2025-26.toml", "We do this", "We always do this");
    place.commit("More");
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "--depth", "1", &url, "shallow"]).ok();
    assert_eq!(found(&place, "shallow"), NONE);
}

#[test]
fn who_published_is_judged_by_the_members_of_that_commit() {
    let place = Place::answered();
    place.publish(&[]).ok();
    // Who was an administrator then may be none now.
    let jo = "email = \"jo@sunrise.example\"\nrole = ";
    place.replace("organisation.toml", &format!("{jo}\"administrator\""), &format!("{jo}\"auditor\""));
    place.commit("Another role");
    assert_eq!(ws(&place), NONE);
    // A record of somebody who is no administrator, made by hand.
    let made = "cp publications/2025-26/001.toml publications/2025-26/002.toml
        sed -i 's/number = \"001\"/number = \"002\"/' publications/2025-26/002.toml
        cp publications/2025-26/001.sha256 publications/2025-26/002.sha256
        git add -A; git commit -qm 'By hand'";
    place.sh(made).ok();
    assert_eq!(ws(&place), ["error publisher-not-administrator"]);
}

#[test]
fn changes_since_the_publication_are_told() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.replace("assessments/2025-26.toml", "We do this", "We always do this");
    assert_eq!(ws(&place), ["info changed-since-publication"]);
    place.git(&["checkout", "-q", "."]).ok();
    place.replace("evidence/8.2.1.txt", "Document", "Another document");
    assert_eq!(ws(&place), ["info changed-since-publication"]);
    place.git(&["checkout", "-q", "."]).ok();
    place.replace("organisation.toml", "name = \"Jo Field\"", "name = \"Jo A. Field\"");
    assert_eq!(ws(&place), NONE, "members say nothing to the outside");
}

#[test]
fn evidence_is_tracked_and_private_evidence_is_not() {
    let place = Place::answered();
    assert_eq!(ws(&place), NONE);
    place.git(&["rm", "-q", "--cached", "evidence/8.2.1.txt"]).ok();
    assert_eq!(ws(&place), ["warning evidence-not-tracked"]);
    place.git(&["add", "evidence/8.2.1.txt"]).ok();
    assert_eq!(ws(&place), NONE);
    place.replace(
        "assessments/2025-26.toml",
        "file = \"evidence/8.2.1.txt\"",
        "file = \"evidence/8.2.1.txt\", private = true",
    );
    assert_eq!(ws(&place), ["error private-evidence-tracked"]);
    place.git(&["rm", "-q", "--cached", "evidence/8.2.1.txt"]).ok();
    assert_eq!(ws(&place), NONE);
    // A workspace that the repository around it ignores lies outside git.
    fs::remove_dir_all(place.path("ws/.git")).unwrap();
    place.git_at(".", &["init", "-q"]).ok();
    fs::write(place.path(".gitignore"), "ws/\n").unwrap();
    assert_eq!(ws(&place), NONE);
}
