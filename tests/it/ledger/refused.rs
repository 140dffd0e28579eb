//! Repositories that cannot be read are refused in words that say what to do; what needs no git works in them.

use super::{DAY, Place};

/// A command that needs git, in a directory whose repository cannot be opened.
fn refused(place: &Place, at: &str, what: &str, to_do: &str) {
    for args in [&["verify"][..], &["status", "--at", "HEAD"], &["publish", "--confirm-profile"]] {
        let ran = place.run(at, &[args, &["--as-of", DAY]].concat());
        assert_eq!(ran.status, 2, "{args:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(what) && ran.err.contains(to_do), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
    let status = place.run(at, &["status", "--as-of", DAY, "--format", "json"]);
    assert_eq!(status.status, 0, "status needs no git: {}", status.err);
    let history = place.run(at, &["history", "1.1.5", "--as-of", DAY, "--format", "json"]).json();
    assert!(history["notes"].to_string().contains(what), "{history}");
    assert_eq!(history["years"].as_array().unwrap().len(), 1, "the years need no git");
}

/// A workspace in a repository made in a way of its own; false where the installed git cannot make one so.
fn made(place: &Place, init: &[&str]) -> bool {
    place.fill("ws");
    std::fs::remove_dir_all(place.path("ws/.git")).unwrap();
    place.git(&[&["init", "-q"], init].concat()).status == 0
}

#[test]
fn sha_256_object_names() {
    let place = Place::new();
    assert!(made(&place, &["--object-format=sha256"]));
    place.commit("Answers");
    refused(&place, "ws", "SHA-256 object names", "--object-format=sha256");
}

#[test]
fn references_in_reftables() {
    let place = Place::new();
    if made(&place, &["--ref-format=reftable"]) {
        place.commit("Answers");
    } else {
        // A git that is too old to make one: the setting alone is what a reader meets first.
        place.git(&["init", "-q"]).ok();
        place.git(&["config", "core.repositoryformatversion", "1"]).ok();
        place.git(&["config", "extensions.refstorage", "reftable"]);
    }
    refused(&place, "ws", "reftables", "git refs migrate --ref-format=files");
}

#[test]
fn a_partial_clone() {
    let place = Place::answered();
    place.git(&["config", "uploadpack.allowFilter", "true"]).ok();
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "--filter=blob:none", &url, "part"]).ok();
    refused(&place, "part", "partial clone", "without --filter");
}

#[cfg(unix)]
#[test]
fn a_directory_of_somebody_else() {
    let place = Place::answered();
    let given = |owner: &str| place.sh(&format!("chown -R {owner} .")).status == 0;
    // Only who may give files away can make such a directory.
    if !given("4711") {
        return;
    }
    refused(&place, "ws", "somebody else owns it", "safe.directory");
    let real = place.path("ws").canonicalize().unwrap();
    place.git_at("home", &["config", "--global", "--add", "safe.directory", real.to_str().unwrap()]).ok();
    place.dspt(&["status", "--at", "HEAD", "--as-of", DAY]).ok();
}
