//! Refusals of `publish` that somebody could have walked past.

use super::{DAY, Place};
use std::fs;

/// What a gate says where it refuses, with its place.
#[track_caller]
fn refused(place: &Place, args: &[&str], gate: &str) -> (String, u64) {
    let mut all = vec!["publish", "--dry-run", "--format", "json", "--as-of", DAY, "--confirm-profile"];
    all.extend(args);
    let ran = place.dspt(&all).json();
    let gates = ran["gates"].as_array().unwrap();
    let found = gates.iter().find(|found| found["gate"] == gate).unwrap_or_else(|| panic!("no {gate} in {ran}"));
    assert_eq!((&ran["ready"], &found["passed"]), (&false.into(), &false.into()), "{ran}");
    assert_eq!(place.publish(args).status, 1);
    (found["detail"].as_str().unwrap().to_owned(), found["line"].as_u64().unwrap_or(0))
}

/// The line, from 1, on which a text stands in organisation.toml.
fn line_of(place: &Place, text: &str) -> u64 {
    let file = fs::read_to_string(place.path("ws/organisation.toml")).unwrap();
    file.lines().position(|line| line.contains(text)).unwrap() as u64 + 1
}

fn with_sites(sites: &str) -> Place {
    let place = Place::answered();
    let file = place.path("ws/organisation.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text + sites).unwrap();
    place.commit("Sites");
    place
}

#[test]
fn a_publication_on_another_branch_is_merged_first() {
    let place = Place::answered();
    place.git(&["branch", "other"]).ok();
    place.publish(&[]).ok();
    place.git(&["checkout", "-q", "other"]).ok();
    let (why, _) = refused(&place, &["--reason", "Again"], "history");
    assert!(why.contains("git merge dspt/A1B2/2025-26/001"), "{why}");
    place.git(&["merge", "-q", "dspt/A1B2/2025-26/001"]).ok();
    place.publish(&["--reason", "Again"]).ok();
    assert!(fs::read_to_string(place.path("ws/publications/2025-26/002.toml")).unwrap().contains("previous"));
}

#[test]
fn a_publication_under_a_former_code_counts() {
    let place = Place::answered();
    place.git(&["branch", "other"]).ok();
    place.publish(&[]).ok();
    place.git(&["checkout", "-q", "other"]).ok();
    place.replace("organisation.toml", "ods_code = \"A1B2\"", "ods_code = \"A1B9\"\nformer_codes = [\"A1B2\"]");
    place.commit("A new code");
    assert!(refused(&place, &[], "history").0.contains("dspt/A1B2/2025-26/001"));
}

#[test]
fn a_tag_in_the_way_is_named_before_anything_is_written() {
    for way in ["dspt", "dspt/A1B2", "dspt/A1B2/2025-26"] {
        let place = Place::answered();
        place.git(&["tag", way]).ok();
        let head = place.git(&["rev-parse", "HEAD"]).ok();
        assert!(refused(&place, &[], "history").0.contains(&format!("a tag named {way},")));
        assert_eq!(place.git(&["rev-parse", "HEAD"]).ok(), head);
    }
}

#[test]
fn a_site_that_does_not_share_is_not_covered_even_where_it_is_named() {
    let sites = "\n[[site]]\nods_code = \"VAAA1\"\nname = \"One\"\n\n[[site]]\nods_code = \"VBBB2\"\nname = \"Two\"\n\
                 excluded = \"Own IT\"\nshares = { it = false, training = false }\n";
    let place = with_sites(sites);
    place.publish(&["--all-sites"]).ok();
    for args in [&["--sites", "VAAA1,VBBB2", "--reason", "Again"][..], &["--add-sites", "VBBB2"]] {
        let (why, line) = refused(&place, args, "sites");
        assert!(why.contains("VBBB2 does not share staff training and IT arrangements"), "{why}");
        assert_eq!(line, line_of(&place, "[[site]]") + 4);
    }
}

#[test]
fn a_site_without_a_code_cannot_be_named_in_a_record() {
    let place = with_sites("\n[[site]]\nods_code = \"VAAA1\"\n\n[[site]]\nods_code = \"\"\nname = \"Two\"\n");
    let (why, line) = refused(&place, &["--all-sites"], "sites");
    assert!(why.contains("the site Two has no ODS code"), "{why}");
    assert_eq!(line, line_of(&place, "name = \"Two\"") - 2);
}

#[test]
fn sites_that_are_covered_are_not_added_again() {
    let place = with_sites("\n[[site]]\nods_code = \"VAAA1\"\n\n[[site]]\nods_code = \"VBBB2\"\nexcluded = \"New\"\n");
    place.publish(&["--all-sites"]).ok();
    place.publish(&["--add-sites", "VBBB2"]).ok();
    let (why, _) = refused(&place, &["--add-sites", "VBBB2", "--reason", "Again"], "sites");
    assert!(why.contains("covers VBBB2 already"), "{why}");
}

#[test]
fn who_may_not_publish_is_shown_their_own_line_and_who_may() {
    let place = Place::answered();
    let ann = "\n[[member]]\nname = \"Ann Lee\"\nemail = \"ann@sunrise.example\"\nrole = \"member\"\n";
    let file = place.path("ws/organisation.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text + ann).unwrap();
    place.commit("Ann");
    place.become_("Ann Lee", "ann@sunrise.example");
    let (why, line) = refused(&place, &[], "publisher");
    assert!(why.contains("Ann Lee is listed as member") && why.contains("Jo Field"), "{why}");
    assert_eq!(line, line_of(&place, "Ann Lee") - 1);
}

#[test]
fn from_a_detached_head_only_the_tag_is_sent() {
    let place = Place::answered();
    place.git_at(".", &["init", "-q", "--bare", "far"]).ok();
    place.git(&["remote", "add", "origin", "../far"]).ok();
    place.git(&["checkout", "-q", "--detach"]).ok();
    let out = place.publish(&[]).ok();
    let push = out.lines().find(|line| line.trim_start().starts_with("git push")).unwrap();
    place.sh(push.trim()).ok();
    assert!(place.git_at("far", &["tag"]).ok().contains("dspt/A1B2/2025-26/001"));
}

#[cfg(unix)]
#[test]
fn a_signing_program_that_does_not_get_everything_signs_nothing() {
    let place = Place::signed();
    // It signs what little it reads and ends well, so that the rest of what it was to sign finds no reader.
    let script = "#!/bin/sh\nhead -c 1 >/dev/null\nexec 0<&-\necho '-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----'\n";
    fs::write(place.path("early"), script).unwrap();
    place.sh("chmod +x ../early").ok();
    let program = place.path("early");
    place.git(&["config", "gpg.ssh.program", program.to_str().unwrap()]).ok();
    // A commit with this name is more than a pipe holds at once.
    place.become_(&"x".repeat(100_000), "jo@sunrise.example");
    let head = place.git(&["rev-parse", "HEAD"]).ok();
    let ran = place.publish(&[]);
    assert_eq!(ran.status, 2, "{}{}", ran.out.len(), ran.err);
    assert!(ran.err.contains("did not get what it was to read"), "{}", ran.err);
    assert_eq!(place.git(&["rev-parse", "HEAD"]).ok(), head);
}

#[test]
fn evidence_in_a_submodule_is_not_in_this_repository() {
    let place = Place::answered();
    place.sh_at(".", "git init -q other && cd other && echo Document > 1.txt && git add . && git commit -qm One").ok();
    place.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../other", "evidence/other"]).ok();
    place.replace("assessments/2025-26.toml", "evidence/8.2.1.txt", "evidence/other/1.txt");
    place.commit("Kept elsewhere");
    let (detail, line) = refused(&place, &[], "evidence");
    assert!(detail.contains("the submodule evidence/other") && detail.contains("copy it into evidence/"), "{detail}");
    assert!(line > 0);
}

#[test]
fn a_day_ahead_of_the_clock_is_pointed_out() {
    let place = Place::answered();
    let publish = |clock: &str, more: &str| {
        let dspt = env!("CARGO_BIN_EXE_dspt");
        let publish = format!("{dspt} publish --confirm-profile --as-of {DAY} {more}");
        place.sh(&format!("GIT_COMMITTER_DATE={clock}T12:00:00Z {publish}")).ok()
    };
    let ahead = publish("2026-04-01", "");
    assert!(ahead.contains("30 days after its commit: none can be dated before it"), "{ahead}");
    for clock in ["2026-04-30", "2026-05-01", "2026-06-01"] {
        let said = publish(clock, "--reason Again");
        assert!(!said.contains("after its commit"), "{clock}: {said}");
    }
}

#[test]
fn nobody_is_told_to_commit_what_must_not_change() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let record = "publications/2025-26/001.toml";
    place.replace(record, "met = 45", "met = 44");
    let clean = || {
        let args =
            ["publish", "--dry-run", "--confirm-profile", "--as-of", DAY, "--reason", "Again", "--format", "json"];
        let gates = place.dspt(&args).json()["gates"].as_array().unwrap().clone();
        let gate = gates.into_iter().find(|gate| gate["gate"] == "clean").unwrap();
        gate["detail"].as_str().unwrap().to_owned()
    };
    assert!(clean().contains(&format!("`git checkout HEAD -- {record}` puts it back")), "{}", clean());
    fs::remove_file(place.path("ws").join(record)).unwrap();
    assert!(clean().contains("never changed"), "{}", clean());
    // It is in the history all the same: nobody is told to take its tag away.
    let ran = place.publish(&["--reason", "Again"]);
    assert!(ran.status == 1 && !ran.out.contains("git tag -d"), "{}", ran.out);
    let (_, why) = place.check("2025-26/001", "append-only", &[]);
    assert!(why.contains(&format!("`git checkout -- {record}` puts it back")), "{why}");
    place.git(&["checkout", "HEAD", "--", record]).ok();
    // What the web site shows is added to by hand, too.
    fs::write(place.path("ws/publications/toolkit.toml"), "# nothing yet\n").unwrap();
    place.commit("Begun");
    fs::write(place.path("ws/publications/toolkit.toml"), "# not yet\n").unwrap();
    assert!(clean().contains("commit it, then publish"), "{}", clean());
    // A tag that no publication belongs to.
    place.git(&["tag", "-a", "-m", "Tried out", "dspt/A1B2/2025-26/002"]).ok();
    let (_, why) = place.check("2025-26/002", "record", &[]);
    assert!(why.contains("`git tag -d dspt/A1B2/2025-26/002`"), "{why}");
}
