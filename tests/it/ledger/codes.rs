//! The organisation's code: compared without case, followed when it changes, and named when that is not said.

use super::{DAY, Place};

#[test]
fn a_code_is_the_same_in_any_case() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.replace("organisation.toml", "ods_code = \"A1B2\"", "ods_code = \"a1b2\"");
    place.commit("In small letters");
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    place.dspt(&["--at", "A1B2/2025-26/001", "status"]).ok();
    place.publish(&["--reason", "Again"]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    place.verified("2025-26/002", &[]).is("verified", "unsigned", &[]);
    // A tag of another branch counts in any case.
    place.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    place.replace("organisation.toml", "ods_code = \"a1b2\"", "ods_code = \"A1B2\"");
    place.commit("In capitals");
    let refused = place.publish(&["--reason", "Again"]);
    assert!(refused.status == 1 && refused.out.contains("dspt/a1b2/2025-26/002"), "{}{}", refused.out, refused.err);
}

#[test]
fn a_changed_code_is_followed_where_it_is_said_and_named_where_not() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.replace("organisation.toml", "ods_code = \"A1B2\"", "ods_code = \"Z9Y8\"");
    place.commit("Registered anew");
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["tag"]);
    let (_, why) = place.check("2025-26/001", "tag", &[]);
    assert!(why.contains("it is of A1B2") && why.contains("former_codes = [\"A1B2\"]"), "{why}");
    let text = std::fs::read_to_string(place.path("ws/organisation.toml")).unwrap();
    let line = text.lines().position(|line| line.starts_with("ods_code")).unwrap() + 1;
    assert!(why.contains(&format!("organisation.toml:{line}:12")), "{why}");
    // The tag deleted is still another matter.
    let tag = place.git(&["rev-parse", "refs/tags/dspt/A1B2/2025-26/001"]).ok();
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    assert!(place.check("2025-26/001", "tag", &[]).1.contains("deleted, or not fetched"));
    place.git(&["update-ref", "refs/tags/dspt/A1B2/2025-26/001", tag.trim()]).ok();
    place.replace("organisation.toml", "ods_code = \"Z9Y8\"", "ods_code = \"Z9Y8\"\nformer_codes = [\"a1b2\"]");
    place.commit("Said so");
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    place.publish(&["--reason", "Again"]).ok();
    assert_eq!(place.dspt(&["verify", "--as-of", DAY]).status, 0);
}
