//! A workspace that was moved within its repository.

use super::{DAY, Place, Verified};
use std::fs;

/// One of two clients in a repository, published and then moved.
fn moved() -> Place {
    let place = Place::new();
    place.git_at(".", &["init", "-q", "ws"]).ok();
    fs::create_dir(place.path("ws/clients")).unwrap();
    place.fill("ws/clients/a");
    place.commit("Answers");
    publish(&place, "ws/clients/a", &[]);
    place.git(&["mv", "clients/a", "clients/b"]).ok();
    place.git(&["commit", "-qm", "Moved"]).ok();
    place
}

fn publish(place: &Place, at: &str, more: &[&str]) {
    place.run(at, &[&["publish", "--confirm-profile", "--as-of", DAY], more].concat()).ok();
}

fn verified(place: &Place, at: &str, publication: &str) -> Verified {
    Verified::of(&place.run(at, &["verify", publication, "--format", "json"]).json()["publications"][0])
}

#[test]
fn a_moved_workspace_keeps_its_publications() {
    let place = moved();
    let first = verified(&place, "ws/clients/b", "2025-26/001");
    first.is("verified", "unsigned", &[]);
    assert!(first.headline.contains("published when the workspace lay in clients/a"), "{first:?}");
    // A stranger types what is printed.
    place.sh(&first.commands.join("\n")).ok();
    fs::remove_dir_all(place.path("ws/published")).unwrap();
    let status = place.run("ws/clients/b", &["status", "--as-of", DAY, "--format", "json"]).json();
    assert_eq!(status["publication"]["changed"], false);
    let then = place.run("ws/clients/b", &["--at", "2025-26/001", "status", "--format", "json"]).json();
    assert_eq!(then["level"], "standards-met");
    place.run("ws/clients/b", &["certificate", "--format", "svg", "-o", "../../../c.svg", "--as-of", DAY]).ok();
    publish(&place, "ws/clients/b", &["--reason", "From the new place"]);
    verified(&place, "ws/clients/b", "2025-26/001").is("verified", "unsigned", &[]);
    let second = verified(&place, "ws/clients/b", "2025-26/002");
    second.is("verified", "unsigned", &[]);
    assert!(!second.headline.contains("lay in"), "{second:?}");
    // And once more, to the top of the repository.
    place
        .sh("git mv clients/b/* . && git mv clients/b/.gitattributes clients/b/.gitignore . && git commit -qm Top")
        .ok();
    verified(&place, "ws", "2025-26/001").is("verified", "unsigned", &[]);
    verified(&place, "ws", "2025-26/002").is("verified", "unsigned", &[]);
}

#[test]
fn what_was_altered_before_or_with_the_move_is_found() {
    let place = moved();
    let record = "publications/2025-26/001.toml";
    // The record is changed in the commit that moves it.
    place.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    place.git(&["mv", "clients/a", "clients/b"]).ok();
    place.replace(&format!("clients/b/{record}"), "met = 45", "met = 44");
    place.commit("Moved and altered");
    verified(&place, "ws/clients/b", "2025-26/001").is("failed", "unsigned", &["append-only"]);
    // It is changed before, put back, and then moved.
    place.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    place.replace(&format!("clients/a/{record}"), "met = 45", "met = 44");
    place.commit("Altered");
    place.replace(&format!("clients/a/{record}"), "met = 44", "met = 45");
    place.commit("Put back");
    place.git(&["mv", "clients/a", "clients/b"]).ok();
    place.commit("Moved");
    verified(&place, "ws/clients/b", "2025-26/001").is("failed", "unsigned", &["append-only"]);
    // It is taken away before.
    place.git(&["reset", "-q", "--hard", "HEAD~3"]).ok();
    place.git(&["rm", "-q", &format!("clients/a/{record}")]).ok();
    place.commit("Taken away");
    place.git(&["mv", "clients/a", "clients/b"]).ok();
    place.commit("Moved");
    assert_eq!(verified(&place, "ws/clients/b", "2025-26/001").verdict, "failed");
}

#[test]
fn a_copy_is_no_move() {
    let place = moved();
    place.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    place.sh("cp -r clients/a clients/b").ok();
    place.commit("Copied");
    verified(&place, "ws/clients/a", "2025-26/001").is("verified", "unsigned", &[]);
    assert_eq!(verified(&place, "ws/clients/b", "2025-26/001").verdict, "failed");
}
