//! One broken client is a row with its error and stops nobody else.

use super::{Folio, edit};
use std::fs;

#[test]
fn every_broken_client_is_a_row_and_the_rest_complete() {
    let folio = Folio::new(8);
    // Unreadable: tests may run as root, whom no permission stops.
    let organisation = folio.client(0).join("organisation.toml");
    fs::remove_file(&organisation).unwrap();
    fs::create_dir(&organisation).unwrap();
    let answers =
        |number: usize| fs::read_dir(folio.client(number).join("assessments")).unwrap().next().unwrap().unwrap().path();
    edit(&answers(1), |text| format!("{text}\n[answers.\"9.9.9\"\n"));
    edit(&answers(2), |text| text.replace("edition = \"2025-26\"", "edition = \"2031-32\""));
    fs::rename(answers(2), answers(2).with_file_name("2031-32.toml")).unwrap();
    fs::remove_dir_all(folio.client(3)).unwrap();
    fs::remove_dir_all(folio.client(4).join("assessments")).unwrap();

    let (code, rows) = folio.rows();
    assert_eq!(code, 1);
    assert_eq!(rows.len(), 8);
    let error = |number: usize| rows[number]["error"].as_str().unwrap_or_default().to_owned();
    assert!(error(0).contains("organisation.toml"), "{}", error(0));
    assert!(error(1).starts_with("assessments/"), "{}", error(1));
    assert!(error(2).contains("no question bank") && error(2).contains("2031-32"), "{}", error(2));
    assert!(error(3).contains("there is no organisation.toml"), "{}", error(3));
    assert!(error(4).contains("no answers"), "{}", error(4));
    for row in &rows[..5] {
        assert!(row["level"].is_null() && row["met"].is_null() && row["publication"].is_null(), "{row}");
    }
    for row in &rows[5..] {
        assert!(row["error"].is_null() && row["required"].as_u64() > Some(0), "{row}");
    }
    // What could be read of a broken client is told: who it is.
    assert!(rows[1]["ods_code"].is_string() && rows[2]["name"].is_string());

    let lint = folio.run(&["lint", "--format", "concise"]);
    assert_eq!(lint.status.code(), Some(1));
    let shown = String::from_utf8(lint.stdout).unwrap();
    for (number, rule) in [(0, "unreadable"), (1, "syntax-error"), (2, "unknown-edition"), (3, "unreadable")] {
        let found = |line: &&str| line.contains(&format!("c{number:06}/")) && line.contains(&format!("[{rule}]"));
        assert!(shown.lines().any(|line| found(&line)), "{rule} of {number}:\n{shown}");
    }
    let due = folio.run(&["due"]);
    assert_eq!(due.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&due.stdout).contains("5 clients cannot be judged"));
    let human = folio.run(&[]);
    assert_eq!(human.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&human.stdout).lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_portfolio_that_cannot_be_read_is_no_half_portfolio() {
    let folio = Folio::new(1);
    edit(&folio.root.join("portfolio.toml"), |text| text.replace("clients = ", "client = "));
    let output = folio.run(&["status", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("portfolio.toml:2:"), "{output:?}");
    fs::remove_file(folio.root.join("portfolio.toml")).unwrap();
    assert_eq!(folio.run(&["status"]).status.code(), Some(2));
}
