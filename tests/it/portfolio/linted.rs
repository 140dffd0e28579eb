//! `portfolio lint`: every format of `dspt lint`, the shared answers' own faults, and what git knows.

use super::{DAY, Folio, edit};
use crate::ledger::{self, Place};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

fn answers(folio: &Folio, client: usize) -> std::path::PathBuf {
    fs::read_dir(folio.client(client).join("assessments")).unwrap().next().unwrap().unwrap().path()
}

fn lint(folio: &Folio, format: &str) -> (i32, String) {
    let ran = folio.run(&["lint", "--format", format]);
    (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap())
}

/// A portfolio in which every client has something of its own wrong.
fn faulty(clients: usize) -> Folio {
    let folio = Folio::new(clients);
    for client in 0..clients {
        edit(&answers(&folio, client), |text| format!("{text}\n[answers.\"9.9.{client}\"]\ntick = true\n"));
    }
    folio
}

#[test]
fn one_document_holds_the_findings_of_all_clients_in_every_format() {
    let folio = faulty(3);
    let (code, json) = folio.json(&["lint"]);
    assert_eq!(code, 1);
    let findings = json["findings"].as_array().unwrap();
    let path = |client: usize| format!("clients/000/c{client:06}/assessments/2025-26.toml");
    let mut known = BTreeSet::new();
    for pass in ["first", "remembered"] {
        let log: Value = serde_json::from_str(&lint(&folio, "sarif").1).unwrap();
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), findings.len(), "{pass}");
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
            known.insert(result["partialFingerprints"].to_string());
        }
        assert_eq!(known.len(), results.len(), "what one client has is not taken for another's");
        let issues: Value = serde_json::from_str(&lint(&folio, "gitlab").1).unwrap();
        let issues = issues.as_array().unwrap().clone();
        let result: Value = serde_json::from_str(&lint(&folio, "rdjson").1).unwrap();
        let diagnostics = result["diagnostics"].as_array().unwrap();
        assert_eq!((issues.len(), diagnostics.len()), (findings.len(), findings.len()), "{pass}");
        for client in 0..3 {
            assert!(issues.iter().any(|issue| issue["location"]["path"] == path(client).as_str()));
            assert!(diagnostics.iter().any(|one| one["location"]["path"] == path(client).as_str()));
        }
        let junit = lint(&folio, "junit").1;
        let errors = json["summary"]["error"].as_u64().unwrap();
        assert!(junit.contains(&format!("failures=\"{errors}\" errors=\"0\">\n")), "{junit}");
        assert_eq!(junit.matches("<testsuites ").count(), 1);
        let github = lint(&folio, "github").1;
        assert!(github.contains(&format!("::error file={},", path(2))), "{github}");
        let markdown = lint(&folio, "markdown").1;
        assert_eq!(markdown.matches("\n### ").count(), 3, "{markdown}");
        assert!(markdown.contains(&format!("{}:", path(1))), "{markdown}");
    }
}

#[test]
fn files_are_named_from_the_top_of_the_repository() {
    let folio = faulty(1);
    let library = folio.root.join("answers-library");
    fs::create_dir(&library).unwrap();
    fs::write(library.join("it.toml"), "edition = \"2025-26\"\n").unwrap();
    let run = |at: &str, format: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"));
        command.current_dir(folio.root.join(at)).args(["portfolio", "lint", "--format", format, "--as-of", DAY]);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let named = |at: &str| -> Vec<String> {
        let issues: Value = serde_json::from_str(&run(at, "gitlab")).unwrap();
        let paths = issues.as_array().unwrap().iter().map(|one| one["location"]["path"].as_str().unwrap().to_owned());
        paths.collect::<BTreeSet<_>>().into_iter().collect()
    };
    // Outside git nobody knows a top.
    assert_eq!(named("clients"), ["../answers-library/it.toml", "000/c000000/assessments/2025-26.toml"]);
    fs::create_dir(folio.root.parent().unwrap().join(".git")).unwrap();
    let from_top = ["folio/answers-library/it.toml", "folio/clients/000/c000000/assessments/2025-26.toml"];
    for at in [".", "clients", "clients/000/c000000"] {
        assert_eq!(named(at), from_top, "{at}");
    }
    // A client with a repository of its own is no other than the rest.
    fs::create_dir(folio.client(0).join(".git")).unwrap();
    assert_eq!(named("clients"), from_top);
    let rdjson: Value = serde_json::from_str(&run("clients", "rdjson")).unwrap();
    assert_eq!(rdjson["diagnostics"][1]["location"]["path"], from_top[1]);
    assert!(run("clients", "github").contains(&format!("file={}", from_top[1])));
    let sarif: Value = serde_json::from_str(&run("clients", "sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, from_top[1]);
}

#[test]
fn a_document_without_findings_is_one_all_the_same() {
    let folio = Folio::new(0);
    let log: Value = serde_json::from_str(&lint(&folio, "sarif").1).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(lint(&folio, "gitlab"), (0, "[]\n".to_owned()));
    let result: Value = serde_json::from_str(&lint(&folio, "rdjson").1).unwrap();
    assert_eq!(result["diagnostics"], serde_json::json!([]));
    assert!(lint(&folio, "junit").1.contains("tests=\"0\" failures=\"0\""));
    assert_eq!(lint(&folio, "github"), (0, String::new()));
}

#[test]
fn annotations_are_ten_of_each_level_over_all_clients() {
    let folio = faulty(14);
    let out = lint(&folio, "github").1;
    assert_eq!(out.matches("::error ").count(), 10, "{out}");
    let (_, json) = folio.json(&["lint"]);
    let errors = json["summary"]["error"].as_u64().unwrap();
    let last = out.lines().last().unwrap();
    assert!(
        last.starts_with(&format!("{} more errors", errors - 10)) && last.contains("`dspt portfolio lint`"),
        "{last}"
    );
}

#[test]
fn a_junit_report_of_a_portfolio_is_red_exactly_when_the_check_fails() {
    let folio = Folio::new(1);
    edit(&answers(&folio, 0), |text| text.replacen("text = \"", "text = \"TBC ", 1));
    let run = |fail_on: &str| {
        let ran = folio.run(&["lint", "--format", "junit", "--fail-on", fail_on]);
        (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap().matches("<failure ").count())
    };
    let (code, failures) = run("info");
    assert!(code == 1 && failures > 0);
    // What an earlier run remembered was rendered for another limit.
    let errors = folio.json(&["lint"]).1["summary"]["error"].as_u64().unwrap();
    assert_eq!(run("error"), (i32::from(errors > 0), usize::try_from(errors).unwrap()));
}

#[test]
fn shared_answers_that_cannot_be_used_are_told_once_and_the_clients_all_the_same() {
    let folio = Folio::new(3);
    let (clean, before) = folio.json(&["lint"]);
    let library = folio.root.join("answers-library");
    fs::create_dir(&library).unwrap();
    let good = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n";
    fs::write(library.join("good.toml"), good).unwrap();
    assert_eq!(folio.json(&["lint"]), (clean, before.clone()));
    fs::write(library.join("it.toml"), format!("{good}\n[answers.\"10.2.1\"]\ntick = \"yes\"\n")).unwrap();
    fs::create_dir(library.join("dir.toml")).unwrap();
    fs::write(
        library.join("files.toml"),
        format!("{good}[answers.\"1.1.2\"]\nevidence = [{{ file = \"gone.pdf\" }}]\n"),
    )
    .unwrap();
    let (code, after) = folio.json(&["lint"]);
    assert_eq!(code, 1);
    let own = |value: &Value| -> Vec<String> {
        let findings = value["findings"].as_array().unwrap().iter();
        let own = findings.filter(|one| one["file"].as_str().unwrap().starts_with("answers-library"));
        own.map(|one| format!("{}:{}:{} {}", one["file"].as_str().unwrap(), one["line"], one["column"], one["rule"]))
            .collect()
    };
    assert_eq!(own(&before), [""; 0]);
    assert_eq!(
        own(&after),
        [
            "answers-library/dir.toml:1:1 \"unreadable\"",
            "answers-library/files.toml:4:22 \"evidence-file-missing\"",
            "answers-library/it.toml:5:8 \"wrong-type\"",
        ]
    );
    let count = |value: &Value| value["findings"].as_array().unwrap().len();
    assert_eq!(count(&after), count(&before) + 3, "the clients' findings stand there too");
    let human = folio.run(&["lint"]);
    let text = String::from_utf8(human.stdout).unwrap();
    assert!(text.contains("answers-library  3 errors") && text.contains("the shared answers"), "{text}");
    assert_eq!(text.matches("answers-library/it.toml:5:8").count(), 1, "{text}");

    let status = folio.run(&["status", "--format", "json"]);
    assert_eq!(status.status.code(), Some(1));
    let rows: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert!(rows["clients"].as_array().unwrap().iter().all(|row| row["error"].is_null()));
    let notes = String::from_utf8(status.stderr).unwrap();
    assert_eq!(notes.matches("answers-library/it.toml:5:8: ").count(), 1, "{notes}");
    assert_eq!(notes.lines().count(), 3, "{notes}");

    fs::remove_dir_all(&library).unwrap();
    fs::write(&library, "").unwrap();
    assert_eq!(folio.run(&["lint"]).status.code(), Some(1), "a file in the directory's place is no empty library");
}

#[test]
fn shared_answers_that_nobody_can_take_over_are_told_at_their_line() {
    let folio = Folio::new(1);
    let library = folio.root.join("answers-library");
    fs::create_dir(&library).unwrap();
    let own = |text: &str| -> Vec<String> {
        fs::write(library.join("it.toml"), text).unwrap();
        let findings = folio.json(&["lint"]).1["findings"].as_array().unwrap().clone();
        let own = findings.iter().filter(|one| one["file"].as_str().unwrap().starts_with("answers-library"));
        own.map(|one| format!("{}:{} {} {}", one["line"], one["column"], one["rule"], one["message"])).collect()
    };
    let head = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n";
    for (answer, told) in [
        ("[answers.\"10.2.1\"]\ntick = true\ncomment = \"{{ organisation.cqc_provider_id }}\"\n", None),
        ("[answers.\"10.2.1\"]\ntick = true\ncomment = \"{{ roles.caldicott_guardian.email }}\"\n", None),
        ("[answers.lead-responsibility]\ntext = \"{{ profile.nhsmail_only }}\"\n", None),
        (
            "[answers.\"10.2.1\"]\ntick = true\ncomment = \"a {{ organisation.nam }}\"\n",
            Some("5:17 \"library-answer-unusable\""),
        ),
        ("[answers.\"10.2.1\"]\ntick = true\ncomment = \"{{ \"\n", Some("5:12 \"library-answer-unusable\"")),
        ("[answers.\"77.1.1\"]\ntick = true\n", Some("3:10 \"library-answer-unusable\" \"\\\"77.1.1\\\" is no item")),
        (
            "[answers.\"10.2.1\"]\ndate = 2026-01-01\n",
            Some("4:8 \"library-answer-unusable\" \"10.2.1 is answered with a tick"),
        ),
        (
            "[answers.\"10.2.1\"]\ntick = true\ntext = \"Yes\"\n",
            Some("5:8 \"library-answer-unusable\" \"10.2.1 says two things"),
        ),
        (
            "[answers.\"2.1.1\"]\nnot_applicable = \"No\"\n",
            Some("4:18 \"library-answer-unusable\" \"2.1.1 applies to every"),
        ),
        ("[answers.\"1.1.1\"]\ntext = \"Z0041876\"\n", Some("3:10 \"library-answer-not-shareable\"")),
    ] {
        let found = own(&format!("{head}{answer}"));
        let as_told = match told {
            None => found.is_empty(),
            Some(told) => found.len() == 1 && found[0].starts_with(told),
        };
        assert!(as_told, "{answer}{found:?}");
    }
    let found = own("standard = \"dspt-asc\"\nedition = \"1999-00\"\n[answers.\"10.2.1\"]\ntick = true\n");
    assert!(found.len() == 1 && found[0].starts_with("2:11 \"library-answer-unusable\""), "{found:?}");
    let found = own("standard = \"caf\"\nedition = \"2025-26\"\n[answers.\"10.2.1\"]\ntick = true\n");
    assert!(found.len() == 1 && found[0].starts_with("1:12 \"library-answer-unusable\""), "{found:?}");
    // It is no reason to judge no client, or to compare nothing with what can be used.
    let status = folio.run(&["status"]);
    assert_eq!(String::from_utf8_lossy(&status.stderr), "");
}

#[test]
fn two_clients_with_one_code_are_told_of_each_other() {
    let folio = Folio::new(3);
    let code = |client: usize, code: &str| {
        edit(&folio.client(client).join("organisation.toml"), |text| {
            let lines = text.lines().map(|line| {
                if line.starts_with("ods_code") { format!("ods_code = \"{code}\"") } else { line.to_owned() }
            });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        });
    };
    let found = || -> Vec<String> {
        let findings = folio.json(&["lint"]).1["findings"].as_array().unwrap().clone();
        let own = findings.iter().filter(|one| one["rule"] == "code-of-two-clients");
        own.map(|one| format!("{} {}", one["workspace"].as_str().unwrap(), one["message"].as_str().unwrap())).collect()
    };
    let noted = || String::from_utf8(folio.run(&["status"]).stderr).unwrap();
    assert_eq!((found().len(), noted()), (0, String::new()));
    code(0, "A1B2");
    code(2, "a1b2");
    assert_eq!(
        found(),
        [
            "clients/000/c000000 A1B2 is the code of another client too: clients/000/c000002",
            "clients/000/c000002 a1b2 is the code of another client too: clients/000/c000000",
        ]
    );
    assert!(noted().contains("A1B2 is the code of clients/000/c000000 and clients/000/c000002"), "{}", noted());
    // What was remembered of the first does not outlive the second's mending; who left has no code any more.
    code(2, "A5B6");
    assert_eq!((found().len(), noted()), (0, String::new()));
    code(2, "A1B2");
    edit(&folio.root.join("portfolio.toml"), |text| {
        let path = "path = \"clients/000/c000002\"\n";
        text.replace(path, &format!("{path}left = 2026-01-01\n"))
    });
    assert_eq!((found().len(), noted()), (0, String::new()));
}

/// Every finding of a run, and of the same clients linted one by one.
fn together_and_alone(place: &Place, clients: &[&str]) -> (BTreeSet<String>, BTreeSet<String>) {
    let findings = |value: Value, workspace: Option<&str>| -> BTreeSet<String> {
        // The clients of these tests have one code, which only the portfolio can see.
        let findings = value["findings"].as_array().unwrap().iter().filter(|one| one["rule"] != "code-of-two-clients");
        findings
            .map(|one| {
                let workspace = workspace.unwrap_or_else(|| one["workspace"].as_str().unwrap());
                format!("{workspace} {} {} {}", one["file"], one["rule"], one["message"])
            })
            .collect()
    };
    let day = ledger::DAY;
    let together = place.run(".", &["portfolio", "lint", "--as-of", day, "--format", "json"]).json();
    let alone = clients
        .iter()
        .flat_map(|client| {
            let ran = place.run(client, &["lint", "--as-of", day, "--format", "json"]).json();
            findings(ran, Some(client))
        })
        .collect();
    (findings(together, None), alone)
}

/// Sets every file's time back by years: what was found out may be remembered.
fn settle(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            settle(&path);
        }
        if let Ok(file) = fs::File::open(&path) {
            let _ = file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(400_000));
        }
    }
}

#[test]
fn the_rules_about_git_hold_for_clients_with_repositories_of_their_own() {
    let place = Place::new().and_answered();
    fs::write(place.path("portfolio.toml"), "clients = [\"ws\", \"later\"]\n").unwrap();
    place.fill("later");
    fs::remove_dir_all(place.path("later/.git")).unwrap();
    let mut seen = BTreeSet::new();
    let mut check = |what: &str| {
        // Twice with what was remembered, once with everything settled enough to be.
        for pass in 0..3 {
            if pass == 1 {
                settle(&place.path("ws"));
                settle(&place.path("later"));
            }
            let (together, alone) = together_and_alone(&place, &["ws", "later"]);
            assert_eq!(together, alone, "{what}, pass {pass}");
            seen.extend(together.iter().filter_map(|one| Some(one.split('"').nth(3)?.to_owned())));
        }
    };
    check("nothing published");
    place.publish(&[]).ok();
    check("published");
    let record = place.path("ws/publications/2025-26/001.toml");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, format!("{text}\n")).unwrap();
    check("altered");
    fs::write(&record, text).unwrap();
    check("put back");
    fs::write(place.path("ws/evidence/new.txt"), "new").unwrap();
    edit(&place.path("ws/assessments/2025-26.toml"), |text| text.replacen("evidence/1.1.2.txt", "evidence/new.txt", 1));
    check("evidence that git does not have");
    place.git(&["add", "evidence/new.txt"]).ok();
    check("added");
    place.git(&["commit", "-qam", "Another document"]).ok();
    check("committed");
    place.git_at("later", &["init", "-q"]).ok();
    check("a repository where there was none");
    for rule in ["publication-altered", "evidence-not-tracked", "changed-since-publication"] {
        assert!(seen.contains(rule), "{rule} was never found: {seen:?}");
    }
}

/// Two clients in one directory, in no repository.
fn two_clients() -> Place {
    let place = Place::new();
    for client in ["clients/a", "clients/b"] {
        place.fill(client);
        fs::remove_dir_all(place.path(client).join(".git")).unwrap();
    }
    fs::write(place.path("portfolio.toml"), "clients = [\"clients/*\"]\n").unwrap();
    place
}

/// So much of their evidence is not in git: the same told together, alone and remembered.
fn untracked(place: &Place, what: &str) -> usize {
    for pass in 0..3 {
        if pass == 1 {
            settle(&place.path("clients"));
        }
        let (together, alone) = together_and_alone(place, &["clients/a", "clients/b"]);
        assert_eq!(together, alone, "{what}, pass {pass}");
    }
    let (together, _) = together_and_alone(place, &[]);
    together.iter().filter(|one| one.contains("\"evidence-not-tracked\"")).count()
}

#[test]
fn the_rules_about_git_hold_for_clients_that_share_a_repository() {
    let place = two_clients();
    let check = |what: &str| untracked(&place, what);
    assert_eq!(check("no repository"), 0);
    place.git_at(".", &["init", "-q"]).ok();
    let none = check("nothing added");
    assert!(none > 0);
    place.git_at(".", &["add", "clients/a"]).ok();
    assert_eq!(check("one of two added") * 2, none);
    place.git_at(".", &["add", "clients"]).ok();
    assert_eq!(check("both added"), 0);
    place.git_at(".", &["commit", "-qm", "Answers"]).ok();
    assert_eq!(check("committed"), 0);
    place.git_at(".", &["rm", "-q", "--cached", "clients/b/evidence/1.1.2.txt"]).ok();
    assert!(check("taken out again") > 0);
}

#[test]
fn a_repository_above_a_ceiling_is_none() {
    let place = two_clients();
    place.git_at(".", &["init", "-q"]).ok();
    let found = |ceiling: &str| {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .args(["portfolio", "lint", "--as-of", "2026-05-11", "--format", "concise"])
            .env("GIT_CEILING_DIRECTORIES", place.path(ceiling))
            .current_dir(place.path("clients"))
            .output()
            .unwrap();
        String::from_utf8(ran.stdout).unwrap().contains("[evidence-not-tracked]")
    };
    assert!(found("elsewhere"));
    assert!(!found("clients"), "remembered though it is");
    assert!(!found("."));
    assert!(found("clients/a"), "the search starts there");
}

#[test]
fn what_git_ignores_is_remembered_with_the_lists_that_say_so() {
    let place = two_clients();
    place.git_at(".", &["init", "-q"]).ok();
    let check = |what: &str| untracked(&place, what);
    let all = check("nothing ignored");
    assert!(all > 0);
    fs::write(place.path(".gitignore"), "/clients/a\n").unwrap();
    assert_eq!(check("one ignored from the top") * 2, all);
    fs::write(place.path("clients/.gitignore"), "b\n").unwrap();
    assert_eq!(check("both ignored"), 0);
    let cache = fs::read_to_string(place.path(".dspt/cache/lint.txt")).unwrap();
    assert_eq!(cache.lines().count(), 3, "both clients are remembered: {cache}");
    fs::write(place.path("clients/.gitignore"), "").unwrap();
    fs::write(place.path(".git/info/exclude"), "/clients\n").unwrap();
    assert_eq!(check("ignored by the repository's own list"), 0);
    fs::write(place.path(".git/info/exclude"), "").unwrap();
    fs::write(place.path("clients/b/.gitignore"), "*\n").unwrap();
    assert_eq!(check("one ignores itself"), 0);
    fs::remove_file(place.path("clients/b/.gitignore")).unwrap();
    assert_eq!(check("no longer") * 2, all);
    fs::write(place.path(".gitignore"), "").unwrap();
    assert_eq!(check("none ignored any more"), all);
}
