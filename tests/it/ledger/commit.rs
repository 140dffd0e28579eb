//! `--commit`: exactly what was written becomes a commit, and whatever else is under way stays as it is.

use super::{DAY, Place};
use std::fs;

/// Runs a command with `--commit` beside other work, and checks that the commit holds these files and nothing else.
#[track_caller]
fn commits(place: &Place, args: &[&str], files: &[&str], message: &str) {
    let others = |place: &Place| place.git(&["status", "--porcelain"]).ok();
    let before = (others(place), place.git(&["rev-parse", "HEAD"]).ok());
    let mut all = args.to_vec();
    all.extend(["--commit", "--as-of", DAY]);
    let ran = place.dspt(&all);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("Committed as"), "{}", ran.err);
    assert_eq!(place.git(&["rev-parse", "HEAD~1"]).ok(), before.1);
    let shown = place.git(&["show", "--name-only", "--format=%s", "HEAD"]).ok();
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some(message));
    assert_eq!(lines.filter(|line| !line.is_empty()).collect::<Vec<_>>(), files);
    assert_eq!(others(place), before.0, "other work stays as it is");
    place.git(&["fsck", "--strict"]).ok();
}

#[test]
fn everything_that_writes_commits_what_it_wrote() {
    let place = Place::answered();
    fs::write(place.path("ws/staged.txt"), "staged\n").unwrap();
    place.git(&["add", "staged.txt"]).ok();
    place.replace("evidence/8.2.1.txt", "Document", "Changed document");
    fs::write(place.path("ws/loose.txt"), "loose\n").unwrap();
    let answers = ["assessments/2025-26.toml"];
    commits(&place, &["confirm", "1.1.5", "2.1.1"], &answers, "Confirm 1.1.5, 2.1.1");
    commits(&place, &["organisation", "confirm"], &["organisation.toml"], "Confirm the organisation profile");
    let answer = ["answer", "1.1.5", "--text", "Otherwise than before.", "--link", "https://sunrise.example/policy"];
    commits(&place, &answer, &answers, "Answer 1.1.5");
    fs::write(place.path("list.csv"), "Item,Answer\n1.1.5,As on paper.\n2.1.1,Yes\n2.2.1,Yes\n").unwrap();
    commits(&place, &["import", "../list.csv", "--yes", "--theirs"], &answers, "Import list.csv");
    let set = ["organisation", "set", "profile.nhsmail_only", "no"];
    commits(&place, &set, &["organisation.toml"], "Set profile.nhsmail_only");
    let add = ["publications", "add", "--edition", "2024-25", "--level", "standards-met", "--date", "2025-06-01"];
    commits(&place, &add, &["publications/toolkit.toml"], "The toolkit shows Standards Met for 2024-25");
    place.replace(
        "assessments/2025-26.toml",
        "[answers.\"2.1.1\"]\ntick = true",
        "[answers.\"2.1.1\"]\nowner = \"jo@sunrise.example\"",
    );
    let member = "\n[[member]]\nname = \"Ann Lee\"\nemail = \"ann@sunrise.example\"\nrole = \"member\"\n\n[[site]]\nods_code = \"VABCD\"\n";
    let file = place.path("ws/organisation.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + member).unwrap();
    place.git(&["commit", "-qm", "By hand", "organisation.toml", "assessments/2025-26.toml"]).ok();
    let hand = ["reassign", "jo@sunrise.example", "ann@sunrise.example"];
    commits(&place, &hand, &answers, "Hand over from Jo Field to Ann Lee");
    let site = ["sites", "confirm", "VABCD", "--by", "Ann Lee"];
    commits(&place, &site, &["organisation.toml"], "Answers confirmed at VABCD by Ann Lee");
    commits(&place, &["plan", "generate"], &["action-plans/2025-26.toml"], "Action plan for 2025-26");
}

#[test]
fn years_are_rolled_over_into_a_commit() {
    let place = Place::new();
    place
        .run(".", &["init", "ws", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--edition", "2024-25", "--commit"])
        .ok();
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "", "a fresh workspace is committed whole");
    assert_eq!(place.git(&["log", "--format=%s"]).ok().trim(), "A workspace for Sunrise Care Ltd (A1B2)");
    place.replace("assessments/2024-25.toml", "[answers.\"2.1.1\"]", "[answers.\"2.1.1\"]\ntick = true");
    place.commit("An answer");
    let files = [".dspt/schemas/answers-dspt-asc-2025-26.schema.json", "assessments/2025-26.toml"];
    let ran = place.dspt(&["rollover", "--to", "2025-26", "--commit", "--as-of", DAY]);
    ran.ok();
    let shown = place.git(&["show", "--name-only", "--format=%s", "HEAD"]).ok();
    assert_eq!(
        shown.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(),
        [&["Roll over from 2024-25 to 2025-26"][..], &files].concat()
    );
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
}

#[test]
fn changes_of_ones_own_are_never_taken_in() {
    let place = Place::answered();
    place.replace("assessments/2025-26.toml", "We do this", "We always do this");
    let before = fs::read(place.path("ws/assessments/2025-26.toml")).unwrap();
    let ran = place.dspt(&["confirm", "1.1.5", "--commit"]);
    assert!(ran.status == 2 && ran.err.contains("nothing was written"), "{}", ran.err);
    assert_eq!(fs::read(place.path("ws/assessments/2025-26.toml")).unwrap(), before);
    place.git(&["add", "-A"]).ok();
    assert_eq!(place.dspt(&["confirm", "1.1.5", "--commit"]).status, 2, "staged changes are somebody's own too");
    fs::remove_dir_all(place.path("ws/.git")).unwrap();
    let ran = place.dspt(&["confirm", "1.1.5", "--commit"]);
    assert!(ran.status == 2 && ran.err.contains("no git repository"), "{}", ran.err);
    assert_eq!(fs::read(place.path("ws/assessments/2025-26.toml")).unwrap(), before);
}

#[test]
fn commits_are_signed_as_git_signs_and_stay_in_their_workspace() {
    let place = Place::new();
    fs::create_dir_all(place.path("ws/clients")).unwrap();
    place.git(&["init", "-q"]).ok();
    place.fill("ws/clients/a");
    place.commit("All");
    place.key("jo");
    place.sign_as("jo");
    place.run("ws/clients/a/evidence", &["confirm", "1.1.5", "--commit"]).ok();
    let shown = place.git(&["show", "--name-only", "--format=", "HEAD"]).ok();
    assert_eq!(shown.trim(), "clients/a/assessments/2025-26.toml");
    fs::write(place.path("home/allowed"), format!("jo@sunrise.example {}\n", place.public("jo"))).unwrap();
    let setting = format!("gpg.ssh.allowedSignersFile={}", place.path("home/allowed").display());
    place.git(&["-c", &setting, "verify-commit", "HEAD"]).ok();
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    // On a detached head, and with line ends that a checkout converts.
    place.git(&["checkout", "-q", "--detach"]).ok();
    place.git(&["config", "core.autocrlf", "true"]).ok();
    place.run("ws/clients/a", &["organisation", "confirm", "--commit"]).ok();
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    place.git(&["fsck", "--strict"]).ok();
}
