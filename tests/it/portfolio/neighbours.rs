//! One client's files never name another, and only the portfolio says so.

use super::{Folio, edit};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A workspace with a name and answers.
fn client(root: &Path, code: &str, name: &str, answers: &str) {
    fs::create_dir_all(root.join("assessments")).unwrap();
    let organisation = format!("[organisation]\nods_code = \"{code}\"\nname = \"{name}\"\n");
    fs::write(root.join("organisation.toml"), organisation).unwrap();
    let answers = format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n{answers}");
    fs::write(root.join("assessments/2025-26.toml"), answers).unwrap();
}

fn named(value: &Value) -> Vec<(String, u64, u64, String)> {
    let findings = value["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["rule"] == "other-client-named")
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            let place = format!("{}/{}", text("workspace"), text("file"));
            (place, finding["line"].as_u64().unwrap(), finding["column"].as_u64().unwrap(), text("message"))
        })
        .collect()
}

#[test]
fn another_client_is_found_wherever_it_is_named() {
    let folio = Folio::new(0);
    fs::write(
        folio.root.join("portfolio.toml"),
        "clients = [\"c/*\"]\n[[client]]\npath = \"c/a\"\naliases = [\"The Old Rectory\"]\n",
    )
    .unwrap();
    let answers = "[answers.\"1.1.5\"]\ntext = \"Jo Field of bluebell grange is\\u0020responsible.\"\n\
                   comment = \"As at the old rectory.\"\nnotes = \"Hazel Court's own notes\"\n\
                   evidence = [{ file = \"evidence/VABCD.txt\", title = \"Policy\" }] # from Bluebell Grange\n";
    client(&folio.root.join("c/a"), "VABCD", "Bluebell Grange Ltd", "");
    client(&folio.root.join("c/b"), "VXYZW", "Hazel Court Care Limited", answers);
    fs::create_dir_all(folio.root.join("c/b/evidence")).unwrap();
    fs::write(folio.root.join("c/b/evidence/VABCD.txt"), "one\ntwo Bluebell  Grange\n").unwrap();
    let (code, value) = folio.json(&["lint"]);
    assert_eq!(code, 1);
    let file = |line, column| ("c/b/assessments/2025-26.toml".to_owned(), line, column);
    let message = "another client is named here: Bluebell Grange Ltd (VABCD)".to_owned();
    let mut expected: Vec<(String, u64, u64, String)> = [file(5, 8), file(6, 11), file(8, 22), file(8, 71)]
        .into_iter()
        .map(|(file, line, column)| (file, line, column, message.clone()))
        .collect();
    expected.push(("c/b/evidence/VABCD.txt".to_owned(), 2, 5, message));
    assert_eq!(named(&value), expected);

    // Nobody else is told, and an ignore of the rule is not idle for that.
    edit(&folio.root.join("c/b/organisation.toml"), |text| {
        format!("{text}\n[[lint.ignore]]\nrule = \"other-client-named\"\nreason = \"Sisters\"\nuntil = 2026-12-31\n")
    });
    let alone = Command::new(env!("CARGO_BIN_EXE_dspt"))
        .current_dir(folio.root.join("c/b"))
        .args(["lint", "--format", "json", "--as-of", super::DAY])
        .output()
        .unwrap();
    let alone = String::from_utf8(alone.stdout).unwrap();
    assert!(!alone.contains("other-client-named") && !alone.contains("Bluebell Grange Ltd"), "{alone}");
    let (_, value) = folio.json(&["lint"]);
    assert_eq!(named(&value), []);
}

#[test]
fn a_name_that_changes_is_looked_for_at_once() {
    let folio = Folio::new(0);
    fs::write(folio.root.join("portfolio.toml"), "clients = [\"c/*\"]\n").unwrap();
    client(&folio.root.join("c/a"), "VABCD", "Bluebell Grange Ltd", "");
    client(&folio.root.join("c/b"), "VXYZW", "Hazel Court", "[answers.\"1.1.5\"]\ntext = \"Juniper Lea\"\n");
    let count = || named(&folio.json(&["lint"]).1).len();
    assert_eq!((count(), count()), (0, 0));
    edit(&folio.root.join("c/a/organisation.toml"), |text| text.replace("Bluebell Grange", "Juniper Lea"));
    assert_eq!((count(), count()), (1, 1));
    // Parts of a portfolio know of everybody, too.
    assert_eq!(named(&folio.json(&["lint", "--shard", "2/2"]).1).len(), 1);
}
