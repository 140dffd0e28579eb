//! Each part of a publication altered by itself, as a forger would who makes commit and tag anew: one check fails, the
//! one that is about that part.

use super::{DAY, Place};
use std::fs;

const RECORD: &str = "publications/2025-26/001.toml";
const TAG: &str = "dspt/A1B2/2025-26/001";

/// What is altered, how, and the checks that fail.
type Alteration<'a> = (&'a str, Box<dyn Fn() + 'a>, &'a [&'a str]);

/// The digest of a file of the workspace.
fn digest(place: &Place, file: &str) -> String {
    place.sh(&format!("sha256sum {file} | cut -c1-64")).ok().trim().to_owned()
}

/// Makes the last commit anew with what lies there, and the tag over it, its message naming the record as it is now.
fn forge(place: &Place) {
    place.git(&["add", "-A"]).ok();
    place.git(&["commit", "-q", "--amend", "--no-edit", "--no-gpg-sign"]).ok();
    let record = digest(place, RECORD);
    let say = "sed '1,/^$/d' | sed '/^-----BEGIN/,$d'";
    place
        .sh(&format!("git cat-file tag {TAG} | {say} | sed 's/^record .*/record sha256:{record}/' > ../message; git tag -f --no-sign -a -F ../message {TAG}"))
        .ok();
}

#[test]
fn each_part_fails_at_the_check_that_is_about_it() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.git(&["branch", "good"]).ok();
    let original = place.git(&["rev-parse", &format!("refs/tags/{TAG}")]).ok().trim().to_owned();
    let list = "publications/2025-26/001.sha256";
    let bank = || {
        let text = fs::read_to_string(place.path("ws").join(RECORD)).unwrap();
        text.split_once("digest = \"sha256:").unwrap().1[..64].to_owned()
    };
    // A list and a record that go with what was altered.
    let consistent = |file: &str| {
        let (old, new) = (fs::read_to_string(place.path("ws").join(list)).unwrap(), digest(&place, file));
        let line = old.lines().find(|line| line.ends_with(&format!("  {file}"))).unwrap().to_owned();
        let before = digest(&place, list);
        place.replace(list, &line, &format!("{new}  {file}"));
        place.replace(RECORD, &before, &digest(&place, list));
    };
    let cases: Vec<Alteration<'_>> = vec![
        (
            "an answer",
            Box::new(|| place.replace("assessments/2025-26.toml", "We do this", "We never do this")),
            &["files"],
        ),
        ("an evidence file", Box::new(|| place.replace("evidence/8.2.1.txt", "Document", "Forged")), &["files"]),
        ("the list", Box::new(|| place.replace(list, "  evidence/8.2.1.txt", "  evidence/8.2.2.txt")), &["files"]),
        (
            "the member list",
            Box::new(|| place.replace("organisation.toml", "name = \"Jo Field\"", "name = \"Eve\"")),
            &["files"],
        ),
        (
            "the level",
            Box::new(|| place.replace(RECORD, "level = \"standards-met\"", "level = \"standards-exceeded\"")),
            &["record", "level", "tag"],
        ),
        ("the items", Box::new(|| place.replace(RECORD, "met = 45", "met = 44")), &["level"]),
        (
            "the previous one",
            Box::new(|| place.replace(RECORD, "files = ", "previous = \"sha256:00\"\nfiles = ")),
            &["record"],
        ),
        ("the organisation", Box::new(|| place.replace(RECORD, "Sunrise Care Ltd", "Moonrise Care Ltd")), &["record"]),
        (
            "the profile",
            Box::new(|| place.replace(RECORD, "nhsmail_only = \"yes\"", "nhsmail_only = \"no\"")),
            &["record"],
        ),
        ("the publisher", Box::new(|| place.replace(RECORD, "jo@sunrise.example", "eve@sunrise.example")), &["record"]),
        (
            "the bank's digest",
            Box::new(|| {
                let digest = bank();
                place.replace(RECORD, &digest, &digest.chars().rev().collect::<String>());
            }),
            &["bank"],
        ),
        (
            "the end of the bank's digest",
            Box::new(|| {
                let digest = bank();
                place.replace(RECORD, &digest, &format!("{}{}", &digest[..32], "0".repeat(32)));
            }),
            &["bank"],
        ),
        (
            "an answer and the list",
            Box::new(|| {
                place.replace(
                    "assessments/2025-26.toml",
                    "[answers.\"2.1.1\"]\ntick = true",
                    "[answers.\"2.1.1\"]\ntick = false",
                );
                consistent("assessments/2025-26.toml");
            }),
            &["level"],
        ),
        (
            "the role of the publisher and the list",
            Box::new(|| {
                let jo = "email = \"jo@sunrise.example\"\nrole = ";
                place.replace("organisation.toml", &format!("{jo}\"administrator\""), &format!("{jo}\"auditor\""));
                consistent("organisation.toml");
            }),
            &["record"],
        ),
    ];
    for (what, alter, failed) in &cases {
        alter();
        forge(&place);
        let verified = place.verified("2025-26/001", &[]);
        assert_eq!(verified.failed, *failed, "{what}: {verified:?}");
        place.git(&["reset", "-q", "--hard", "good"]).ok();
        place.git(&["update-ref", &format!("refs/tags/{TAG}"), &original]).ok();
        place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    }
    // The tag's own words.
    for (old, new) in [
        ("date: 2026-05-01", "date: 2026-05-02"),
        ("edition: 2025-26", "edition: 2024-25"),
        ("level: standards-met", "level: standards-exceeded"),
    ] {
        place
            .sh(&format!("git cat-file tag {TAG} | sed 's/^{old}/{new}/' > ../tag; git update-ref refs/tags/{TAG} $(git hash-object -t tag -w ../tag)"))
            .ok();
        place.verified("2025-26/001", &[]).is("failed", "unsigned", &["tag"]);
    }
    place.git(&["tag", "-f", TAG, "good"]).ok();
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["tag"]);
}

#[test]
fn who_signs_in_the_place_of_an_administrator_proves_nothing() {
    let place = Place::signed();
    place.publish(&[]).ok();
    place.publish(&["--reason", "Again"]).ok();
    place.verified("2025-26/002", &["--require-signature"]).is("verified", "administrator", &[]);
    fs::write(place.path("home/allowed"), format!("jo@sunrise.example {}\n", place.public("jo"))).unwrap();
    let list = ["--allowed-signers", "../home/allowed", "--require-signature"];
    place.verified("2025-26/002", &list).is("verified", "administrator", &[]);
    // The same tag, signed by another key.
    place.key("mallory");
    place.sign_as("mallory");
    place
        .sh("git cat-file tag dspt/A1B2/2025-26/002 | sed '1,/^$/d' | sed '/^-----BEGIN/,$d' > ../message; git tag -f -s -F ../message dspt/A1B2/2025-26/002 HEAD")
        .ok();
    place.verified("2025-26/002", &[]).is("verified", "not-proven", &[]);
    place.verified("2025-26/002", &["--require-signature"]).is("failed", "not-proven", &["signer"]);
    place.verified("2025-26/002", &list).is("failed", "not-proven", &["signer"]);
    // And not signed at all.
    place.git(&["tag", "-f", "--no-sign", "-a", "-F", "../message", "dspt/A1B2/2025-26/002", "HEAD"]).ok();
    place.verified("2025-26/002", &["--require-signature"]).is("failed", "not-proven", &["signature", "signer"]);
}

#[test]
fn a_clone_without_tags_says_that_they_were_not_fetched() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "--no-tags", &url, "other"]).ok();
    let ran = place.run("other", &["verify"]);
    assert!(ran.status == 1 && ran.out.contains("deleted, or not fetched"), "{}", ran.out);
    place.git_at("other", &["fetch", "-q", "--tags"]).ok();
    place.run("other", &["verify"]).ok();
}

#[test]
fn only_administrators_who_are_still_there_publish() {
    let place = Place::answered();
    let jo = "email = \"jo@sunrise.example\"\nrole = \"administrator\"";
    for (now, word) in [
        ("email = \"jo@sunrise.example\"\nrole = \"member\"".to_owned(), "listed as member"),
        ("email = \"jo@sunrise.example\"\nrole = \"auditor\"".to_owned(), "listed as auditor"),
        (format!("{jo}\nleft = 2026-04-30"), "having left"),
    ] {
        place.replace("organisation.toml", jo, &now);
        place.commit("Another role");
        let ran = place.publish(&[]);
        assert!(ran.status == 1 && ran.out.contains(word), "{word}: {}", ran.out);
        place.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    }
    // The last day counts, and who left later was there then.
    place.replace("organisation.toml", jo, &format!("{jo}\nleft = {DAY}"));
    place.commit("The last day");
    place.publish(&[]).ok();
    let ran = place.dspt(&["verify", "--as-of", "2027-01-01"]);
    ran.ok();
}

#[test]
fn the_first_level_is_published_once_in_the_whole_history() {
    let place = Place::answered();
    let unmet = "[answers.\"7.1.2\"]\ntick = true";
    place.replace("assessments/2025-26.toml", unmet, "[answers.\"7.1.2\"]");
    fs::create_dir_all(place.path("ws/action-plans")).unwrap();
    let plan = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n[actions.\"7.1.2\"]\naction = \"Write it\"\nowner = \"Jo Field\"\ntarget = 2026-09-30\n";
    fs::write(place.path("ws/action-plans/2025-26.toml"), plan).unwrap();
    place.commit("Not all yet");
    let level = |args: &[&str]| {
        let ran = place.publish(&[&["--format", "json", "--dry-run"], args].concat()).json();
        let failed = ran["gates"].as_array().unwrap().iter().filter(|gate| gate["passed"] == false);
        let failed: Vec<String> = failed.map(|gate| gate["gate"].as_str().unwrap().to_owned()).collect();
        (ran["level"].as_str().unwrap().to_owned(), failed)
    };
    assert_eq!(level(&[]), ("approaching-standards".to_owned(), vec![]));
    // What the national web site showed years ago is history too.
    let add = [
        "publications",
        "add",
        "--edition",
        "2023-24",
        "--level",
        "approaching-standards",
        "--date",
        "2024-06-12",
        "--commit",
    ];
    place.dspt(&[&add[..], &["--as-of", DAY]].concat()).ok();
    assert_eq!(level(&[]), ("approaching-standards".to_owned(), vec!["first-publication".to_owned()]));
    let (asked, failed) = level(&["--level", "standards-met"]);
    assert_eq!((asked.as_str(), failed), ("standards-met", vec!["level".to_owned()]));
    // A void entry is none.
    place.replace("publications/toolkit.toml", "date = 2024-06-12", "date = 2024-06-12\nvoid = \"another client\"");
    place.commit("Void");
    assert_eq!(level(&[]), ("approaching-standards".to_owned(), vec![]));
}

#[test]
fn tags_that_lead_elsewhere_are_told_from_those_that_are_missing() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.publish(&["--reason", "Again"]).ok();
    let second = "dspt/A1B2/2025-26/002";
    let id = |name: &str| place.git(&["rev-parse", name]).ok().trim().to_owned();
    let tags = [id(&format!("refs/tags/{TAG}")), id(&format!("refs/tags/{second}"))];
    let point = |name: &str, to: &str| place.git(&["update-ref", &format!("refs/tags/{name}"), to]).ok();
    let tag = |publication: &str| {
        let (verdict, why) = place.check(publication, "tag", &[]);
        assert_eq!(verdict, "fail", "{why}");
        why
    };
    point(TAG, &tags[1]);
    point(second, &tags[0]);
    assert!(tag("2025-26/001").starts_with(&format!("{second} was put in the place of {TAG}")));
    assert!(tag("2025-26/002").starts_with(&format!("{TAG} was put in the place of {second}")));
    point(TAG, &tags[0]);
    for elsewhere in [id("HEAD:organisation.toml"), id("HEAD^{tree}")] {
        point(second, &elsewhere);
        let why = tag("2025-26/002");
        assert!(why.contains("leads to no commit") && why.contains("--force"), "{why}");
    }
    point(second, &id("HEAD"));
    assert!(tag("2025-26/002").contains("no annotated tag"));
    point(second, &tags[1]);
    place.git(&["pack-refs", "--all"]).ok();
    place.git(&["gc", "-q", "--prune=now"]).ok();
    place.verified("2025-26/002", &[]).is("verified", "unsigned", &[]);
}

#[test]
fn only_the_letter_of_a_record_counts() {
    let place = Place::answered();
    place.publish(&[]).ok();
    // The same to every parser, and not what was signed.
    place.replace(RECORD, "number = ", "number  = ");
    forge_in_place(&place);
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["tag"]);
}

/// Makes the last commit anew with what lies there, and moves the tag to it without changing its words.
fn forge_in_place(place: &Place) {
    place.git(&["commit", "-qa", "--amend", "--no-edit"]).ok();
    place
        .sh(&format!("git cat-file tag {TAG} | sed \"1s/.*/object $(git rev-parse HEAD)/\" > ../tag; git update-ref refs/tags/{TAG} $(git hash-object -t tag -w ../tag)"))
        .ok();
}

#[test]
fn what_git_is_told_to_show_instead_deceives_nobody() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.git(&["branch", "good"]).ok();
    // The publication's commit as published; git shows another in its place.
    place.replace("assessments/2025-26.toml", "We do this", "We never do this");
    place.git(&["commit", "-qa", "--amend", "--no-edit"]).ok();
    let other = place.git(&["rev-parse", "HEAD"]).ok();
    place.git(&["reset", "-q", "--hard", "good"]).ok();
    place.git(&["replace", "good", other.trim()]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    // And the other way round: what was published is forged, and git shows what it was.
    place.git(&["replace", "-d", "good"]).ok();
    let good = place.git(&["rev-parse", "good"]).ok();
    place.git(&["reset", "-q", "--hard", other.trim()]).ok();
    place
        .sh(&format!("git cat-file tag {TAG} | sed '1s/.*/object {}/' > ../tag; git update-ref refs/tags/{TAG} $(git hash-object -t tag -w ../tag)", other.trim()))
        .ok();
    place.git(&["replace", other.trim(), good.trim()]).ok();
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["files"]);
}
