//! What a change touches in a repository of many organisations.

use crate::ledger::Place;
use std::fs;

const COUNT: usize = 500;
const EVIDENCE: &str =
    "[answers.\"1.1.2\"]\nevidence = [{ file = \"papers/register.pdf\" }, { file = \"evidence/list.txt\" }]\n";

/// A repository of 500 organisations, every one with a fault of its own.
fn repository() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("ws")).unwrap();
    place.git(&["init", "-q"]).ok();
    for number in 0..COUNT {
        let root = place.path(&format!("ws/clients/c{number:03}"));
        fs::create_dir_all(root.join("assessments")).unwrap();
        let organisation = format!("[organisation]\nods_code = \"C{number:03}\"\nname = \"Client {number}\"\n");
        fs::write(root.join("organisation.toml"), organisation).unwrap();
        let answers = format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\nbroken = {number}\n{EVIDENCE}");
        fs::write(root.join("assessments/2025-26.toml"), answers).unwrap();
    }
    place
}

/// The workspaces that findings are about.
fn touched(place: &Place, changed: &str) -> Vec<String> {
    fs::write(place.path("changed"), changed).unwrap();
    let list = place.path("changed");
    let args = ["lint", "--changed-paths", list.to_str().unwrap(), "--as-of", "2026-03-02", "--format", "json"];
    let ran = place.dspt(&args);
    let mut found: Vec<String> = ran.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["workspace"].as_str().unwrap().to_owned())
        .collect();
    found.dedup();
    found
}

#[test]
fn only_the_organisations_of_the_change_are_linted() {
    let place = repository();
    let one = ["clients/c007".to_owned()];
    for path in [
        "organisation.toml",
        "assessments/2025-26.toml",
        "assessments/2024-25.toml",
        "action-plans/2025-26.toml",
        "evidence/list.txt",
        "evidence/gone.pdf",
        "papers/register.pdf",
        "publications/toolkit.toml",
    ] {
        assert_eq!(touched(&place, &format!("clients/c007/{path}\n")), one, "{path}");
    }
    for path in [
        "README.md",
        ".github/workflows/dspt.yml",
        "clients/c007/README.md",
        "clients/c007/out/x.html",
        "clients/gone/organisation.toml",
        "../outside.toml",
        "/etc/passwd",
    ] {
        assert_eq!(touched(&place, &format!("{path}\n")), [""; 0], "{path}");
    }
    assert_eq!(
        touched(&place, "clients/c499/evidence/a.pdf\0README.md\0clients/c001/organisation.toml\0"),
        ["clients/c001", "clients/c499"]
    );
    // A path named outright means its organisation too.
    let ran = place.dspt(&["lint", "clients/c007/assessments/2025-26.toml", "README", "--format", "concise"]);
    assert_eq!(ran.status, 2, "a path that is not there is said: {}", ran.err);
    let ran = place.dspt(&["lint", "clients/c007/assessments/2025-26.toml", "--format", "concise"]);
    assert!(ran.out.lines().all(|line| line.starts_with("clients/c007/")) && !ran.out.is_empty(), "{}", ran.out);
    let missing = place.dspt(&["lint", "--changed-paths", "no-list"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("no-list") && missing.err.contains("git diff --name-only"), "{}", missing.err);
    let none = place.dspt(&["lint", "--changed-paths", "/dev/null"]);
    assert_eq!((none.status, none.out.as_str()), (0, "Nothing to lint: no workspace here is affected.\n"));
}

#[test]
fn a_changed_bank_touches_those_who_use_it() {
    let place = repository();
    let organisation = place.path("ws/clients/c003/organisation.toml");
    let text = fs::read_to_string(&organisation).unwrap();
    fs::write(organisation, format!("standards = [\"../../banks\"]\n{text}")).unwrap();
    fs::create_dir_all(place.path("ws/banks/dspt-asc")).unwrap();
    let bank = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("standards/dspt-asc/2025-26.toml");
    fs::copy(bank, place.path("ws/banks/dspt-asc/2025-26.toml")).unwrap();
    assert_eq!(touched(&place, "banks/dspt-asc/2025-26.toml\n"), ["clients/c003"]);
    assert_eq!(touched(&place, "elsewhere/dspt-asc/2025-26.toml\n"), [""; 0]);
}

/// Others' files are not even opened: one that nobody may read, or that would never end, hinders nothing.
#[cfg(unix)]
#[test]
fn others_are_not_opened() {
    let place = repository();
    for number in [8, 9, 10] {
        let file = place.path(&format!("ws/clients/c{number:03}/assessments/2025-26.toml"));
        fs::remove_file(&file).unwrap();
        place.sh(&format!("mkfifo {}", file.display())).ok();
    }
    assert_eq!(touched(&place, "clients/c007/organisation.toml\n"), ["clients/c007"]);
}

/// Of a file that may be a question bank only those count whose organisation file names its directory; a portfolio's
/// list of clients changes nothing of any of them. What was read is known by the time of its last access, where the
/// file system keeps that.
#[cfg(unix)]
#[test]
fn what_is_nobodys_file_opens_no_answers() {
    let place = repository();
    let files = ["organisation.toml", "assessments/2025-26.toml"];
    let path = |file: &str| place.path(&format!("ws/clients/c008/{file}"));
    let read = |changed: &str| -> Vec<&str> {
        let old = "touch -a -d 2001-01-01";
        for file in files {
            place.sh(&format!("{old} {}", path(file).display())).ok();
        }
        let accessed = |file: &str| fs::metadata(path(file)).unwrap().accessed().unwrap();
        let before = accessed(files[0]);
        touched(&place, changed);
        files.into_iter().filter(|file| accessed(file) != before).collect()
    };
    if read("clients/c008/organisation.toml\n") != files {
        return;
    }
    assert_eq!(read("clients/c007/organisation.toml\n"), [""; 0]);
    assert_eq!(read("banks/2025-26.toml\nCargo.toml\n"), ["organisation.toml"]);
    assert_eq!(read("portfolio.toml\nREADME.md\n"), [""; 0]);
}

/// A library lies outside the organisations that took answers from it.
#[test]
fn a_changed_library_touches_those_who_took_from_it() {
    let place = Place::new();
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shared");
    place.sh_at(".", &format!("cp -r {} ws && cd ws && cp -r sunrise other && git init -q", shared.display())).ok();
    place.run("ws/sunrise", &["answer", "10.2.1", "--from", "library:it-supplier-x", "--as-of", "2026-03-02"]).ok();
    place.sh("git add -A && git commit -qm Answers").ok();
    assert_eq!(touched(&place, "portfolio.toml\nanswers-library/it-supplier-x.toml\n"), ["sunrise"]);
    let library = place.path("ws/answers-library/it-supplier-x.toml");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text.replace("looks after", "takes care of")).unwrap();
    let new = |baseline: &str| {
        let args = ["lint", "--as-of", "2026-03-02", "--format", "concise", "--baseline", baseline];
        place.run("ws/sunrise", &args).out
    };
    assert!(new("HEAD").contains("library-answer-outdated"), "{}", new("HEAD"));
    place.sh("git commit -qam Library").ok();
    assert_eq!(new("HEAD"), "", "it was outdated before");
}
