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

/// A portfolio of eight whose first five are broken, each in a way of its own.
fn half_broken() -> Folio {
    let folio = Folio::new(8);
    let answers = |number: usize| folio.client(number).join("assessments/2025-26.toml");
    fs::remove_file(answers(0)).unwrap();
    fs::create_dir(answers(0)).unwrap();
    edit(&answers(1), |text| format!("{text}\n[answers.\"9.9.9\"\n"));
    edit(&answers(2), |text| text.replace("edition = \"2025-26\"", "edition = \"2031-32\""));
    fs::rename(answers(2), answers(2).with_file_name("2031-32.toml")).unwrap();
    fs::remove_dir_all(folio.client(3)).unwrap();
    fs::write(folio.client(4).join("organisation.toml"), [0xff, 0xfe, 0x00]).unwrap();
    folio
}

#[test]
fn every_command_ends_with_the_others_done() {
    let folio = half_broken();
    let toolkit = "Code,Organisation Name,Status,Date Of Publication\nVFAAA,X,24/25 Standards Met,20/06/2025\n";
    fs::write(folio.root.join("public.csv"), toolkit).unwrap();
    fs::create_dir(folio.root.join("mail")).unwrap();
    let commands: &[&[&str]] = &[
        &[],
        &["status", "--format", "json"],
        &["status", "--format", "csv"],
        &["status", "--format", "md"],
        #[cfg(feature = "xlsx")]
        &["status", "--format", "xlsx", "-o", "out.xlsx"],
        &["status", "--group-by", "team", "--sort", "progress"],
        &["status", "--level", "none"],
        &["lint"],
        &["lint", "--format", "concise"],
        &["lint", "--format", "json"],
        &["lint", "--format", "markdown"],
        &["lint", "--format", "sarif"],
        &["lint", "--format", "junit"],
        &["lint", "--format", "github"],
        &["lint", "--format", "gitlab"],
        &["lint", "--format", "rdjson"],
        &["due"],
        &["due", "--format", "json"],
        &["due", "--format", "csv"],
        &["due", "--format", "ics"],
        &["due", "--format", "eml", "-o", "mail"],
        &["export", "--to", "csv", "-o", "-"],
        &["export", "--to", "json", "-o", "-"],
        &["export", "--to", "md", "-o", "-"],
        &["export", "--to", "html", "-o", "-"],
        #[cfg(feature = "parquet")]
        &["export", "--to", "parquet", "-o", "tables"],
        &["reconcile", "public.csv"],
        &["reconcile", "public.csv", "--format", "json"],
        &["reconcile", "public.csv", "--record"],
        &["run", "--", "status", "--format", "json"],
        &["rollover", "--to", "2025-26", "--dry-run"],
    ];
    for command in commands {
        let ran = folio.run(command);
        let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(1), "{command:?}: {err}\n{out}");
        assert!(!err.contains("panicked"), "{command:?}: {err}");
        let rest = match command.first().copied() {
            // These name no client that nothing is wrong with.
            Some("lint" | "due" | "rollover") | None => continue,
            _ if command.contains(&"-o") && !command.contains(&"-") => continue,
            _ if command.contains(&"none") => continue,
            Some("run") => vec!["000/c000005", "000/c000006", "000/c000007"],
            _ => vec!["VFAAA", "VGAAA", "VHAAA"],
        };
        for client in rest {
            // What runs for each client names it beside what programs read.
            assert!(out.contains(client) || err.contains(client), "{command:?} leaves {client} out:\n{out}");
        }
    }
    let note = fs::read_to_string(folio.client(5).join("publications/toolkit.toml")).unwrap();
    assert!(note.contains("2024-25"), "{note}");
}

#[test]
fn a_client_that_vanishes_during_a_run_is_a_row_too() {
    let folio = Folio::new(120);
    for pass in 0..3 {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(&folio.root)
            .args(["portfolio", "status", "--no-cache", "--format", "json", "--as-of", super::DAY])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 + 40 * pass));
        for number in 20 * (pass + 1)..20 * (pass + 2) {
            fs::remove_dir_all(folio.client(usize::try_from(number).unwrap())).unwrap();
        }
        let output = run.wait_with_output().unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 1), "{output:?}");
        let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let rows = rows["clients"].as_array().unwrap();
        assert_eq!(rows.len(), 120);
        let broken = rows.iter().filter(|row| !row["error"].is_null()).count();
        assert!(broken <= 20 * usize::try_from(pass + 1).unwrap(), "{broken} in pass {pass}");
        assert_eq!(output.status.code(), Some(i32::from(broken > 0)));
        assert!(rows[..20].iter().all(|row| row["error"].is_null()));
    }
}

#[test]
fn a_client_that_vanished_between_finding_and_judging_has_its_error() {
    use dspt::bank::Banks;
    use dspt::portfolio::judge::{Setting, judge};
    use dspt::portfolio::{find, tree::ClientTree};
    let folio = Folio::new(2);
    let found = find::find(&folio.root).unwrap();
    fs::remove_dir_all(folio.client(1)).unwrap();
    let banks = Banks::shipped();
    let own = |_: &std::path::Path, _: &dspt::workspace::Workspace| Ok(banks.clone());
    let now: jiff::civil::Date = super::DAY.parse().unwrap();
    let setting = Setting { banks: &banks, own_banks: &own, libraries: None, edition: None, now: now.into() };
    let judged = |number: usize| {
        let client: &dspt::portfolio::Client = &found.clients[number];
        judge(client, &ClientTree::new(&client.root, true), setting).map(drop)
    };
    assert!(judged(0).is_ok());
    assert!(judged(1).unwrap_err().error.contains("there is no organisation.toml"));
}

/// Runs dspt as somebody whom permissions stop; none where this user cannot become another.
#[cfg(unix)]
fn as_nobody(folio: &Folio, args: &str) -> Option<std::process::Output> {
    let is_root = std::process::Command::new("id").arg("-u").output().ok()?.stdout == b"0\n";
    let dspt = env!("CARGO_BIN_EXE_dspt");
    let script =
        format!("cd '{}' && '{dspt}' portfolio {args} --no-cache --as-of {}", folio.root.display(), super::DAY);
    let mut command = if is_root {
        let mut su = std::process::Command::new("su");
        su.args(["nobody", "-s", "/bin/sh", "-c", &script]);
        su
    } else {
        let mut sh = std::process::Command::new("sh");
        sh.args(["-c", &script]);
        sh
    };
    let ran = command.output().ok()?;
    ran.status.code().is_some_and(|code| code <= 2).then_some(ran)
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_a_row_with_its_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let folio = Folio::new(5);
    let mode = |path: &std::path::Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(folio.root.parent().unwrap(), 0o755);
    mode(&folio.client(0).join("organisation.toml"), 0);
    mode(&folio.client(1).join("assessments/2025-26.toml"), 0);
    mode(&folio.client(2).join("assessments"), 0);
    mode(&folio.client(3), 0);
    let status = as_nobody(&folio, "status --format json");
    let lint = as_nobody(&folio, "lint --format concise");
    // Somebody must be able to take the directory away again.
    mode(&folio.client(2).join("assessments"), 0o755);
    mode(&folio.client(3), 0o755);
    let (Some(status), Some(lint)) = (status, lint) else { return };
    assert_eq!(status.status.code(), Some(1), "{status:?}");
    let rows: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    let rows = rows["clients"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    for (number, row) in rows.iter().enumerate() {
        let error = row["error"].as_str().unwrap_or_default();
        assert_eq!(error.is_empty(), number == 4, "{number}: {error}");
    }
    assert!(rows[0]["error"].as_str().unwrap().contains("ermission denied"), "{}", rows[0]);
    assert_eq!(lint.status.code(), Some(1));
    let shown = String::from_utf8(lint.stdout).unwrap();
    for number in [0, 1, 3] {
        let path = format!("c{number:06}/");
        assert!(
            shown.lines().any(|line| line.contains(&path) && line.contains("error[unreadable]")),
            "{number}:\n{shown}"
        );
    }
}
