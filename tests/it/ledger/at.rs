//! `--at`: what was committed is read as the work tree is, by every command that reads; what writes refuses.

use super::{DAY, Place};
use std::fs;

/// Commands that read, with arguments that make them print something for programs.
const READERS: &[&[&str]] = &[
    &["status", "--format", "json"],
    &["questions", "--format", "json"],
    &["lint", "--format", "json"],
    &["plan", "show", "--format", "json"],
    &["plan", "check", "--format", "json"],
    &["checklist", "--format", "json"],
    &["organisation", "show", "--format", "json"],
    &["sites", "list", "--format", "json"],
    &["explain", "1.1.5", "--format", "json"],
    &["publications", "--format", "json"],
    &["verify", "--format", "json"],
    &["history", "1.1.5", "--format", "json"],
    &["diff", "HEAD~1", "2025-26", "--edition", "2025-26", "--format", "json"],
    &["standards", "list", "--format", "json"],
    &["schema", "answers"],
    &["export", "--to", "json", "-o", "-"],
    &["export", "--to", "md", "-o", "-"],
    &["export", "--to", "portal", "--format", "text", "-o", "-"],
    &["calendar", "--format", "json"],
    &["certificate", "--format", "svg", "-o", "-"],
];

/// Commands that write, with arguments that would make them do so.
const WRITERS: &[&[&str]] = &[
    &["init", "new", "--ods", "A1B3", "--name", "Dawn Care Ltd"],
    &["organisation", "set", "organisation.name", "Other Ltd"],
    &["organisation", "confirm"],
    &["answer", "1.1.5", "--text", "Somebody else."],
    &["confirm", "--all"],
    &["reassign", "jo@sunrise.example", "ann@sunrise.example"],
    &["rollover", "--to", "2025-26"],
    &["plan", "generate"],
    &["publish", "--confirm-profile"],
    &["publications", "add", "--edition", "2024-25", "--level", "standards-met", "--date", "2025-05-01"],
    &["sites", "import", "list.csv"],
    &["sites", "confirm", "VABCD", "--by", "Ann Lee"],
    &["lint", "--fix"],
    &["import", "answers.xlsx"],
    &["plan", "import", "plan.xlsx"],
];

/// Commands that have nothing to do with a workspace's files.
const NEITHER: &[&str] = &["completions", "git", "help", "lsp", "man", "pack", "portfolio"];

fn published() -> Place {
    let place = Place::answered();
    place.publish(&[]).ok();
    place
}

/// Changes everything that a reader could show, and commits it.
fn change_all(place: &Place) {
    place.replace("organisation.toml", "name = \"Sunrise Care Ltd\"", "name = \"Sunset Care Ltd\"");
    place.replace("organisation.toml", "nhsmail_only = \"yes\"", "nhsmail_only = \"no\"");
    place.replace(
        "assessments/2025-26.toml",
        "text = \"We do this as our policy 1.1.5 says.\"",
        "text = \"Otherwise.\"",
    );
    let answers = fs::read_to_string(place.path("ws/assessments/2025-26.toml")).unwrap();
    let open = answers.replace("tick = true\n", "");
    fs::write(place.path("ws/assessments/2025-26.toml"), open + "\n[answers.\"9.9.9\"]\n").unwrap();
    fs::remove_dir_all(place.path("ws/evidence")).unwrap();
    place.commit("Everything is otherwise");
}

#[test]
fn every_reader_reads_a_publication_as_it_read_the_work_tree_then() {
    let place = published();
    let read = |at: &[&str]| -> Vec<(i32, String)> {
        let run = |args: &&[&str]| {
            let ran = place.dspt(&[args, at].concat());
            assert_ne!(ran.status, 2, "{args:?} {at:?}: {}", ran.err);
            (ran.status, ran.out)
        };
        READERS.iter().map(run).collect()
    };
    let then = read(&["--as-of", DAY]);
    change_all(&place);
    // A git revision is judged on the day of the command, a publication on its own.
    let ways: [&[&str]; 5] = [
        &["--at", "2025-26/001"],
        &["--at", "latest"],
        &["--at", "a1b2/2025-26/latest"],
        &["--at", "HEAD~1", "--as-of", DAY],
        &["--at", "dspt/A1B2/2025-26/001", "--as-of", DAY],
    ];
    for at in ways {
        for ((args, then), now) in READERS.iter().zip(&then).zip(read(at)) {
            // HEAD~1 is named from the work tree's HEAD, and moved with it.
            if args[0] != "diff" {
                assert_eq!(*then, now, "{args:?} {at:?}");
            }
        }
    }
    let now = read(&["--as-of", DAY]);
    let changed: Vec<&str> = READERS
        .iter()
        .zip(&then)
        .zip(&now)
        .filter(|((_, then), now)| then != now)
        .map(|((args, _), _)| args[0])
        .collect();
    let shown = [
        "status",
        "questions",
        "lint",
        "plan",
        "plan",
        "checklist",
        "organisation",
        "sites",
        "history",
        "diff",
        "export",
        "export",
        "export",
    ];
    assert_eq!(changed, shown);
}

#[test]
fn what_writes_refuses_and_changes_nothing() {
    let place = published();
    let before = place.git(&["rev-parse", "HEAD"]).ok();
    for args in WRITERS {
        let ran = place.dspt(&[args, &["--at", "HEAD"][..]].concat());
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.out);
        assert!(ran.err.contains("cannot be changed"), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    assert_eq!(place.git(&["rev-parse", "HEAD"]).ok(), before);
}

#[test]
fn every_command_reads_or_writes() {
    let place = Place::new();
    let help = place.run(".", &["help"]).ok();
    let names = help.lines().filter_map(|line| line.strip_prefix("  ")).filter_map(|line| line.split("  ").next());
    let names: Vec<&str> =
        names.filter(|name| name.chars().all(|c| c.is_ascii_lowercase()) && !name.is_empty()).collect();
    assert!(names.contains(&"status") && names.contains(&"publish"), "{names:?}");
    for name in names {
        let listed = READERS.iter().chain(WRITERS).any(|args| args[0] == name) || NEITHER.contains(&name);
        assert!(listed, "{name}: add it to READERS if it reads what --at names, to WRITERS if it refuses --at");
    }
}

#[test]
fn documents_are_made_of_a_publication() {
    let place = published();
    change_all(&place);
    let out = place.dspt(&["plan", "show", "--at", "2025-26/001", "--format", "csv", "-o", "plan.csv"]);
    assert_eq!(out.status, 0, "{}", out.err);
    let now = place.dspt(&["plan", "show", "--format", "csv", "-o", "-", "--as-of", DAY]).ok();
    assert_ne!(fs::read_to_string(place.path("ws/plan.csv")).unwrap(), now);
}

#[test]
fn a_publication_is_judged_on_its_own_date_unless_told_otherwise() {
    let place = published();
    let day = |args: &[&str]| {
        let status = place.dspt(&[&["status", "--format", "json"], args].concat()).json();
        status["as_of"].as_str().unwrap()[..10].to_owned()
    };
    assert_eq!(day(&["--at", "2025-26/001"]), DAY);
    assert_eq!(day(&["--at", "2025-26/001", "--as-of", "2026-06-01"]), "2026-06-01");
    assert_ne!(day(&["--at", "HEAD"]), DAY);
    let early = place.dspt(&["status", "--at", "latest", "--as-of", "2026-04-30"]);
    assert_eq!(early.status, 2, "publications after the day judged are not seen");
    // The publication's own edition, though a newer one lies beside it.
    fs::write(place.path("ws/assessments/2026-27.toml"), "standard = \"dspt-asc\"\nedition = \"2026-27\"\n").unwrap();
    place.commit("Next year");
    place.publish(&["--edition", "2025-26", "--reason", "Again"]).ok();
    assert_eq!(place.dspt(&["status", "--at", "latest", "--format", "json"]).json()["edition"], "2025-26");
}

#[test]
fn a_publication_goes_before_a_revision_of_its_name() {
    let place = published();
    change_all(&place);
    place.git(&["branch", "latest"]).ok();
    place.git(&["tag", "2025-26/001", "HEAD"]).ok();
    for name in ["latest", "2025-26/001"] {
        let name = place.dspt(&["organisation", "show", "--at", name, "--format", "json"]).json()["name"].clone();
        assert_eq!(name, "Sunrise Care Ltd");
    }
    // Where no publication is so named, it is a revision.
    let other = Place::answered();
    other.git(&["branch", "latest"]).ok();
    other.dspt(&["status", "--at", "latest", "--as-of", DAY]).ok();
}

#[test]
fn a_missing_tag_and_another_branch_are_no_hindrance() {
    let place = published();
    change_all(&place);
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    let name = |at: &str| place.dspt(&["organisation", "show", "--at", at, "--format", "json"]).json()["name"].clone();
    assert_eq!(name("2025-26/001"), "Sunrise Care Ltd", "the commit that added the record is known by the record");
    let place = published();
    place.git(&["checkout", "-q", "--detach", "HEAD~1"]).ok();
    let listed = place.dspt(&["status", "--at", "2025-26/latest", "--format", "json"]).json();
    assert_eq!(listed["publication"]["last"]["number"], "001", "the tag alone leads to it");
}

#[test]
fn what_cannot_be_read_is_said_clearly() {
    let place = published();
    let fails = |at: &str, args: &[&str]| {
        let ran = place.run(at, args);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{args:?}");
        ran.err
    };
    assert!(fails("ws", &["status", "--at", "nope"]).contains("no publication and no git revision called \"nope\""));
    assert!(fails("ws", &["status", "--at", "2025-26/002"]).contains("\"2025-26/002\""));
    assert!(fails("ws", &["status", "--at", "HEAD~99"]).contains("HEAD~99"));
    // Another workspace of the repository that was not there yet.
    place.fill("ws/second");
    assert!(fails("ws/second", &["status", "--at", "HEAD"]).contains("holds no organisation.toml"));
    place.fill("outside");
    fs::remove_dir_all(place.path("outside/.git")).unwrap();
    assert!(fails("outside", &["status", "--at", "HEAD"]).contains("is in no git repository"));
    // A shallow clone lacks what is further back.
    change_all(&place);
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "--depth", "1", "--no-tags", &url, "shallow"]).ok();
    let err = fails("shallow", &["status", "--at", "2025-26/001"]);
    assert!(err.contains("shallow clone") && err.contains("git fetch --unshallow"), "{err}");
    let err = fails("shallow", &["status", "--at", "HEAD~1"]);
    assert!(err.contains("git fetch --unshallow"), "{err}");
    let err = fails("shallow", &["diff", "--edition", "2025-26"]);
    assert!(err.contains("git fetch --unshallow"), "{err}");
    let told = place.run("shallow", &["history", "1.1.5", "--format", "json"]).json();
    let notes = told["notes"].to_string();
    assert!(notes.contains("shallow clone") && notes.contains("git fetch --unshallow"), "{notes}");
    assert_eq!(
        told["commits"].as_array().unwrap().len(),
        0,
        "nobody is named for what an earlier commit may have said"
    );
}

#[test]
fn several_workspaces_of_a_repository_are_read_where_they_lay() {
    let place = Place::new();
    place.run(".", &["init", "repo/a", "--ods", "A1B2", "--name", "First Ltd", "--edition", "2025-26"]).ok();
    fs::remove_dir_all(place.path("repo/a/.git")).unwrap();
    place.git_at("repo", &["init", "-q"]).ok();
    place.run("repo", &["init", "b", "--ods", "A1B3", "--name", "Second Ltd", "--edition", "2025-26"]).ok();
    place.git_at("repo", &["add", "-A"]).ok();
    place.git_at("repo", &["commit", "-qm", "Both"]).ok();
    fs::remove_dir_all(place.path("repo/b")).unwrap();
    let workspaces = |args: &[&str]| {
        let lint = place.run("repo", &[&["lint", "--format", "json", "--as-of", DAY], args].concat()).json();
        let all: Vec<_> =
            lint["findings"].as_array().unwrap().iter().map(|found| found["workspace"].to_string()).collect();
        all.into_iter().collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(workspaces(&[]).len(), 1);
    assert_eq!(workspaces(&["--at", "HEAD"]).into_iter().collect::<Vec<_>>(), ["\"a\"", "\"b\""]);
    let one = workspaces(&["--at", "HEAD", "b/assessments/2025-26.toml"]);
    assert_eq!(one.into_iter().collect::<Vec<_>>(), ["\"b\""]);
    let name = place.run("repo/a", &["organisation", "show", "--at", "HEAD", "--format", "json"]).json();
    assert_eq!(name["name"], "First Ltd");
}

#[test]
fn a_publication_by_a_bank_that_is_nowhere_else_is_judged_by_its_own() {
    let place = Place::answered();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/standards/dspt-asc/2025-26.toml");
    let text = fs::read_to_string(shipped).unwrap().replace("edition = \"2025-26\"", "edition = \"2031-32\"");
    fs::create_dir_all(place.path("banks")).unwrap();
    fs::write(place.path("banks/2031-32.toml"), text).unwrap();
    place.git(&["mv", "assessments/2025-26.toml", "assessments/2031-32.toml"]).ok();
    place.replace("assessments/2031-32.toml", "edition = \"2025-26\"", "edition = \"2031-32\"");
    place.commit("Of another edition");
    let day = ["--as-of", DAY];
    let publish = ["publish", "--confirm-profile", "--standards", "../banks"];
    place.dspt(&[&publish[..], &day].concat()).ok();
    let without = place.dspt(&["status"]);
    assert!(without.status == 2 && without.err.contains("no question bank"), "{}", without.err);
    let at = ["--at", "2031-32/001"];
    let status = place.dspt(&[&["status", "--format", "json"], &at[..]].concat()).json();
    assert_eq!((&status["edition"], &status["level"]), (&"2031-32".into(), &"standards-met".into()));
    let asked = place.dspt(&[&["questions", "--format", "json"], &at[..]].concat()).json();
    assert!(asked["questions"].as_array().unwrap().len() > 40);
    place.dspt(&[&["lint"], &at[..]].concat()).ok();
    assert_eq!(place.verified("2031-32/001", &[]).verdict, "verified");
    // One that was put in its place judges nothing.
    let bank = fs::read_dir(place.path("ws/publications/banks")).unwrap().next().unwrap().unwrap().path();
    fs::write(&bank, fs::read_to_string(&bank).unwrap() + "# more\n").unwrap();
    place.git(&["add", "-A"]).ok();
    place.git(&["commit", "-q", "--amend", "--no-edit"]).ok();
    place.git(&["tag", "-f", "-a", "-m", "Forged", "dspt/A1B2/2031-32/001"]).ok();
    assert_eq!(place.dspt(&[&["status"], &at[..]].concat()).status, 2);
}

#[test]
fn a_publication_is_judged_by_the_bank_of_its_day_and_it_is_said_so() {
    let place = Place::answered();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/standards/dspt-asc/2025-26.toml");
    let text = fs::read_to_string(shipped).unwrap();
    let revision = text.lines().find(|line| line.starts_with("revision = ")).unwrap();
    // An earlier revision asked the first question in other words.
    let question =
        text.lines().find(|line| line.starts_with("question = \"Does your organisation have an induction")).unwrap();
    let earlier =
        text.replacen(revision, "revision = 0", 1).replacen(question, "question = \"Who looks after it?\"", 1);
    fs::create_dir_all(place.path("banks")).unwrap();
    fs::write(place.path("banks/2025-26.toml"), earlier).unwrap();
    place.publish(&["--standards", "../banks"]).ok();
    place.publish(&["--reason", "By the shipped one"]).ok();
    let asked = |at: &[&str]| place.dspt(&[&["questions", "--format", "json"], at].concat());
    let note = "2025-26/001 is judged by the question bank beside its record, revision 0, not by revision";
    let first = asked(&["--at", "2025-26/001"]);
    assert!(first.out.contains("Who looks after it?") && first.err.contains(note), "{}{}", first.out, first.err);
    assert_eq!(asked(&["--at", "2025-26/001", "--quiet"]).err, "");
    let second = asked(&["--at", "2025-26/002"]);
    assert!(!second.out.contains("Who looks after it?") && second.err.is_empty(), "{}{}", second.out, second.err);
    let diff = place.dspt(&["diff", "2025-26/001", "2025-26/002", "--format", "json"]);
    assert_eq!(diff.err.matches(note).count(), 1, "{}", diff.err);
    let items = diff.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.iter().filter(|item| item["item_change"] == "reworded").count(), 1);
    // A bank that the user names counts before both.
    let named = asked(&["--at", "2025-26/002", "--standards", "../banks"]);
    assert!(named.out.contains("Who looks after it?"), "{}", named.out);
}
