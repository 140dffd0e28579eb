use super::{DAY, Place, exists};
use std::fs;
use std::process::Stdio;

fn refused(place: &Place, args: &[&str], gate: &str) -> String {
    let mut all = vec!["--format", "json"];
    all.extend(args);
    let before = place.git(&["for-each-ref"]).ok();
    let ran = place.publish(&all);
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    let value = ran.json();
    assert_eq!(value["ready"], false);
    let failed: Vec<&str> = value["gates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|gate| gate["passed"] == false)
        .map(|gate| gate["gate"].as_str().unwrap())
        .collect();
    assert_eq!(failed, [gate], "{value:#}");
    assert_eq!(place.git(&["for-each-ref"]).ok(), before, "nothing is published");
    let gates = value["gates"].as_array().unwrap();
    gates.iter().find(|found| found["gate"] == gate).unwrap()["detail"].as_str().unwrap().to_owned()
}

#[test]
fn a_publication_is_a_commit_and_a_tag_that_git_accepts() {
    let place = Place::answered();
    let dry = place.publish(&["--dry-run", "--format", "json"]);
    assert_eq!(dry.json()["ready"], true);
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "", "a dry run writes nothing");
    let out = place.publish(&[]).ok();
    assert!(out.contains("git push --atomic origin main refs/tags/dspt/A1B2/2025-26/001"), "{out}");
    place.git(&["fsck", "--strict"]).ok();
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    assert_eq!(place.git(&["cat-file", "-t", "dspt/A1B2/2025-26/001"]).ok().trim(), "tag");
    let trailers = place.git(&["log", "-1", "--format=%(trailers:only)"]).ok();
    assert_eq!(trailers.trim(), "DSPT-Edition: 2025-26\nDSPT-Level: standards-met\nDSPT-Publication: A1B2/2025-26/001");
    place.sh("sha256sum -c publications/2025-26/001.sha256").ok();
    place.sh("git cat-file tag dspt/A1B2/2025-26/001 | grep -q \"record sha256:$(sha256sum publications/2025-26/001.toml | cut -d' ' -f1)\"").ok();
    let listed = place.dspt(&["publications", "--as-of", DAY, "--format", "json"]).json();
    assert_eq!(listed["publications"][0]["signature"], "unsigned");
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
}

#[test]
fn each_gate_refuses_and_says_what_to_do() {
    let place = Place::answered();
    let detail = {
        let ran = place.dspt(&["publish", "--as-of", DAY]);
        assert_eq!(ran.status, 1);
        ran.out
    };
    assert!(detail.contains("--confirm-profile"), "{detail}");
    assert!(refused(&place, &["--level", "standards-exceeded"], "level").contains("not reached"));
    for (day, passed, word) in [("2020-01-01", false, "opens on"), ("2026-07-01", true, "late")] {
        let ran = place.dspt(&["publish", "--confirm-profile", "--as-of", day, "--format", "json", "--dry-run"]).json();
        let gates = ran["gates"].as_array().unwrap();
        let edition = gates.iter().find(|gate| gate["gate"] == "edition").unwrap();
        assert_eq!(edition["passed"], passed, "{edition}");
        assert!(edition["detail"].as_str().unwrap().contains(word), "{edition}");
    }
    place.become_("A Stranger", "stranger@elsewhere.example");
    assert!(refused(&place, &[], "publisher").contains("no member's"));
    place.become_("Jo Field", "jo@sunrise.example");
    place.replace("evidence/8.2.1.txt", "Document", "Changed document");
    assert!(refused(&place, &[], "clean").contains("evidence/8.2.1.txt"));
    place.git(&["checkout", "-q", "."]).ok();
    place.git(&["rm", "-q", "--cached", "evidence/8.2.1.txt"]).ok();
    place.git(&["commit", "-qm", "Taken out"]).ok();
    fs::write(place.path("ws/.git/info/exclude"), "evidence/8.2.1.txt\n").unwrap();
    assert!(refused(&place, &[], "evidence").contains("evidence/8.2.1.txt"));
    fs::write(place.path("ws/.git/info/exclude"), "").unwrap();
    place.commit("Back");
    place.replace("assessments/2025-26.toml", "text = \"We do this", "text = \"TBC We do this");
    place.commit("Placeholder");
    assert!(refused(&place, &[], "lint").contains("placeholder-text"));
    place.replace("assessments/2025-26.toml", "text = \"TBC ", "text = \"");
    place.commit("Mended");
    place.publish(&[]).ok();
    assert!(refused(&place, &[], "reason").contains("--reason"));
    place.publish(&["--reason", "A mistake put right"]).ok();
    let ran = place.dspt(&[
        "publish",
        "--confirm-profile",
        "--as-of",
        "2026-04-01",
        "--reason",
        "Earlier",
        "--dry-run",
        "--format",
        "json",
    ]);
    let gates = ran.json()["gates"].clone();
    assert!(gates.as_array().unwrap().iter().any(|gate| gate["gate"] == "date" && gate["passed"] == false));
    place.verified("2025-26/002", &[]).is("verified", "unsigned", &[]);
}

#[test]
fn other_work_in_the_repository_stays_as_it_is() {
    let place = Place::new();
    fs::create_dir_all(place.path("ws/clients")).unwrap();
    place.git(&["init", "-q"]).ok();
    place.fill("ws/clients/a");
    fs::write(place.path("ws/website.html"), "one\n").unwrap();
    place.commit("All");
    fs::write(place.path("ws/website.html"), "two\n").unwrap();
    fs::write(place.path("ws/staged.txt"), "staged\n").unwrap();
    place.git(&["add", "staged.txt"]).ok();
    fs::write(place.path("ws/clients/a/loose-note.txt"), "not ours\n").unwrap();
    let before = place.git(&["status", "--porcelain"]).ok();
    place.git(&["checkout", "-q", "--detach"]).ok();
    place.run("ws/clients/a/evidence", &["publish", "--confirm-profile", "--as-of", DAY]).ok();
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), before);
    let added = place.git(&["show", "--name-only", "--format=", "HEAD"]).ok();
    assert!(added.lines().all(|path| path.starts_with("clients/a/publications/")), "{added}");
    let ran = place.run("ws/clients/a", &["verify", "2025-26/001"]);
    ran.ok();
}

#[test]
fn an_interrupted_publication_is_finished_or_dropped_by_the_next_command() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let commit = place.git(&["rev-parse", "HEAD"]).ok().trim().to_owned();
    let tag = place.git(&["rev-parse", "refs/tags/dspt/A1B2/2025-26/001"]).ok().trim().to_owned();
    let paths = place.git(&["show", "--name-only", "--format=", "HEAD"]).ok();
    let files: Vec<(String, String)> = paths
        .lines()
        .map(|path| (path.to_owned(), place.git(&["rev-parse", &format!("HEAD:{path}")]).ok().trim().to_owned()))
        .collect();
    let journal = serde_json::json!({
        "publication": "2025-26/001", "reference": "refs/heads/main", "commit": commit,
        "tag": "dspt/A1B2/2025-26/001", "tag_object": tag, "files": files,
    });
    let at = place.path("ws/.git/dspt-publish.json");
    // Killed after the branch had moved: no tag, no files, an index of before.
    place.git(&["read-tree", "HEAD~1"]).ok();
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    for (path, _) in &files {
        fs::remove_file(place.path("ws").join(path)).unwrap();
    }
    fs::write(&at, journal.to_string()).unwrap();
    let ran = place.dspt(&["status", "--as-of", DAY]);
    assert!(ran.err.contains("complete now"), "{}", ran.err);
    assert!(!exists(&at));
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    place.git(&["fsck", "--strict"]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    // Killed before the branch moved, the files lying ready beside their places.
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    place.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    for (path, _) in &files {
        let (directory, name) = path.rsplit_once('/').unwrap();
        fs::create_dir_all(place.path("ws").join(directory)).unwrap();
        fs::write(place.path("ws").join(directory).join(format!(".{name}.dspt-waiting")), "half").unwrap();
    }
    fs::write(&at, journal.to_string()).unwrap();
    let ran = place.dspt(&["status", "--as-of", DAY]);
    assert!(ran.err.contains("nothing was published"), "{}", ran.err);
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    assert_eq!(place.git(&["tag"]).ok(), "");
    place.publish(&[]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
}

#[test]
fn a_failure_before_the_branch_moves_changes_nothing() {
    let place = Place::signed();
    place.git_at("home", &["config", "--global", "user.signingkey", "/nowhere/key.pub"]).ok();
    let before = place.git(&["for-each-ref"]).ok();
    let ran = place.publish(&[]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("did not sign"), "{}", ran.err);
    place.sign_as("jo");
    fs::write(place.path("ws/.git/index.lock"), "").unwrap();
    let ran = place.publish(&[]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("index.lock"), "{}", ran.err);
    fs::remove_file(place.path("ws/.git/index.lock")).unwrap();
    assert_eq!(place.git(&["for-each-ref"]).ok(), before);
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    place.publish(&[]).ok();
}

#[test]
fn repositories_that_cannot_be_read_are_named_with_what_to_do() {
    let place = Place::new();
    place.fill("ws");
    for (args, word) in [(&["--object-format=sha256"][..], "SHA-256"), (&["--ref-format=reftable"][..], "reftables")] {
        fs::remove_dir_all(place.path("ws/.git")).unwrap();
        let mut all = vec!["init", "-q"];
        all.extend(args);
        if place.git(&all).status != 0 {
            // An older git knows no such repositories.
            place.git(&["init", "-q"]).ok();
            continue;
        }
        let ran = place.publish(&[]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains(word) && ran.err.contains("hint"), "{}", ran.err);
    }
    fs::remove_dir_all(place.path("ws/.git")).unwrap();
    let ran = place.publish(&[]);
    assert!(ran.status == 2 && ran.err.contains("no git repository"), "{}", ran.err);
}

#[test]
fn sites_are_chosen_excluded_with_reasons_and_added_later() {
    let place = Place::answered();
    let sites: String = ["VAAA1", "VBBB2", "VCCC3"]
        .map(|code| format!("\n[[site]]\nods_code = \"{code}\"\nname = \"Home {code}\"\nshares = {{ training = true, policies = true, breach_handling = true, it = true }}\n"))
        .concat();
    let file = place.path("ws/organisation.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + &sites).unwrap();
    // Only the first level is reached, with a document as its plan.
    let questions = place.dspt(&["questions", "--level", "standards-met", "--format", "json"]).json();
    let only_met = questions["questions"].as_array().unwrap().iter().find(|item| {
        item["required_for"].as_array().unwrap().iter().all(|level| level != "approaching-standards")
            && item["kind"] == "tick"
    });
    let number = only_met.unwrap()["number"].as_str().unwrap().to_owned();
    place.replace(
        "assessments/2025-26.toml",
        &format!("[answers.\"{number}\"]\ntick = true"),
        &format!("[answers.\"{number}\"]"),
    );
    fs::create_dir_all(place.path("ws/action-plans")).unwrap();
    fs::write(
        place.path("ws/action-plans/2025-26.toml"),
        format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n[actions.\"{number}\"]\naction = \"Do it\"\nowner = \"Jo Field\"\ntarget = 2026-09-30\n"),
    )
    .unwrap();
    place.commit("Sites");
    assert!(refused(&place, &[], "sites").contains("--all-sites"));
    assert!(refused(&place, &["--sites", "VAAA1,VZZZ9"], "sites").contains("VZZZ9"));
    assert!(refused(&place, &["--sites", "VAAA1"], "sites").contains("VBBB2"));
    let first = ["--sites", "VAAA1", "--exclude", "VBBB2=Own IT", "--exclude", "VCCC3=Own IT"];
    place.publish(&first).ok();
    let record = fs::read_to_string(place.path("ws/publications/2025-26/001.toml")).unwrap();
    assert!(
        record.contains("sites = { covered = [\"VAAA1\"], excluded = { VBBB2 = \"Own IT\", VCCC3 = \"Own IT\" } }"),
        "{record}"
    );
    assert!(record.contains("level = \"approaching-standards\""), "{record}");
    refused(&place, &["--all-sites", "--reason", "Again"], "first-publication");
    place.publish(&["--add-sites", "VBBB2"]).ok();
    let record = fs::read_to_string(place.path("ws/publications/2025-26/002.toml")).unwrap();
    assert!(record.contains("covered = [\"VAAA1\", \"VBBB2\"], excluded = { VCCC3 = \"Own IT\" }"), "{record}");
    place.verified("2025-26/002", &[]).is("verified", "unsigned", &[]);
    place.replace("assessments/2025-26.toml", "We do this", "We always do this");
    place.commit("Said otherwise");
    assert!(refused(&place, &["--add-sites", "VCCC3"], "first-publication").contains("nothing else changed"));
}

#[test]
fn killed_at_any_moment_it_is_published_whole_or_not_at_all() {
    let place = Place::answered();
    let base = place.git(&["rev-parse", "HEAD"]).ok();
    let again = || {
        place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]);
        place.git(&["reset", "-q", "--hard", base.trim()]).ok();
    };
    let begun = std::time::Instant::now();
    place.publish(&[]).ok();
    let whole = begun.elapsed();
    again();
    for part in 6..=21 {
        let args = ["publish", "--confirm-profile", "--as-of", DAY];
        let mut child = place
            .command(env!("CARGO_BIN_EXE_dspt"), "ws")
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * part / 20);
        child.kill().unwrap();
        child.wait().unwrap();
        place.dspt(&["status", "--as-of", DAY]).ok();
        place.git(&["fsck", "--strict"]).ok();
        assert_eq!(place.git(&["status", "--porcelain"]).ok(), "", "killed at {part}/20");
        if place.git(&["rev-parse", "HEAD"]).ok() == base {
            assert_eq!(place.git(&["tag"]).ok(), "", "killed at {part}/20");
            place.publish(&[]).ok();
        }
        place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
        again();
    }
}

#[test]
fn what_nobody_has_seen_is_taken_back_as_the_page_on_proofs_says() {
    let place = Place::answered();
    let url = |at: &str| place.path(at).display().to_string();
    place.git_at(".", &["clone", "-q", "--bare", &url("ws"), "remote"]).ok();
    for at in ["one", "two"] {
        place.git_at(".", &["clone", "-q", &url("remote"), at]).ok();
    }
    let publish = |day| ["publish", "--confirm-profile", "--as-of", day];
    let push = |at: &str, number: &str| {
        let tag = format!("refs/tags/dspt/A1B2/2025-26/{number}");
        place.git_at(at, &["push", "-q", "--atomic", "origin", "main", &tag]).status
    };
    place.run("one", &publish("2026-04-30")).ok();
    assert_eq!(push("one", "001"), 0);
    place.run("two", &publish(DAY)).ok();
    assert_ne!(push("two", "001"), 0);
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/proof.md");
    let page = fs::read_to_string(page).unwrap();
    let block = page.split("## When somebody else pushed first").nth(1).unwrap();
    let block = block.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let dspt = env!("CARGO_BIN_EXE_dspt");
    let script = block.replace("dspt publish", &format!("{dspt} publish --as-of {DAY}"));
    place.sh_at("two", &script).ok();
    assert_eq!(push("two", "002"), 0);
    place.run("two", &["verify"]).ok();
}
