//! What was asked holds in every part of a portfolio, and what clients are called leads nowhere else.

use super::{Folio, edit};
use std::fs;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_label_counts_where_no_client_that_is_left_has_it() {
    let folio = Folio::new(3);
    let text = "clients = [\"clients/*/*\"]\n[[client]]\npath = \"clients/000/c000000\"\nlabels = { branch = \"x\" }\n";
    fs::write(folio.root.join("portfolio.toml"), text).unwrap();
    for part in ["1/3", "2/3", "3/3"] {
        for asked in [&["--where", "branch=x"][..], &["--sort", "branch"], &["--group-by", "branch"]] {
            let ran = folio.run(&[&["status", "--shard", part], asked].concat());
            assert_eq!(ran.status.code(), Some(0), "{part} {asked:?}: {}", said(&ran));
        }
    }
    assert_eq!(folio.run(&["status", "--where", "brunch=x"]).status.code(), Some(2));
}

#[test]
fn a_client_that_cannot_be_judged_is_told_where_a_filter_cannot_tell() {
    let folio = Folio::new(3);
    edit(&folio.client(1).join("organisation.toml"), |text| text + "x==\n");
    let text = "clients = [\"clients/*/*\"]\n[[client]]\npath = \"clients/000/c000002\"\nlabels = { team = \"x\" }\n";
    fs::write(folio.root.join("portfolio.toml"), text).unwrap();
    let by_label = folio.run(&["status", "--where", "team=x"]);
    assert_eq!((by_label.status.code(), said(&by_label).as_str()), (Some(0), ""));
    let by_judgement = folio.run(&["status", "--where", "errors=0"]);
    assert_eq!(by_judgement.status.code(), Some(1));
    assert!(said(&by_judgement).contains("clients/000/c000001"), "{}", said(&by_judgement));
    for command in ["lint", "due"] {
        let ran = folio.run(&[command, "--where", "team=x"]);
        assert!(!String::from_utf8(ran.stdout).unwrap().contains("c000001"), "{command}");
    }
}

#[test]
fn a_name_leads_to_no_other_directory() {
    let folio = Folio::new(1);
    edit(&folio.client(0).join("organisation.toml"), |text| {
        let lines = text.lines().map(|line| if line.starts_with("name = ") { "name = \"../../evil\"" } else { line });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
    fs::create_dir_all(folio.root.join("a/b")).unwrap();
    let place = folio.root.join("a/b/{name}.csv");
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
        .current_dir(&folio.root)
        .args(["portfolio", "run", "--", "export", "--to", "csv", "-o", place.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    assert!(said(&ran).contains("another directory"), "{}", said(&ran));
    assert!(!folio.root.join("evil.csv").exists());
}

#[test]
fn one_person_gets_one_message_however_clients_spell_the_name() {
    let folio = Folio::new(2);
    for (client, name) in [(0, "Desmond Tilley"), (1, "D. Tilley")] {
        edit(&folio.client(client).join("organisation.toml"), |text| {
            format!("{text}\n[[member]]\nname = \"{name}\"\nemail = \"des@dpo.example\"\nrole = \"member\"\n")
        });
        let answers = folio.client(client).join("assessments/2025-26.toml");
        edit(&answers, |text| {
            let lines = text
                .lines()
                .map(|line| if line.starts_with("owner = ") { "owner = \"des@dpo.example\"" } else { line });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        });
    }
    let drafts = ["due", "--within", "P2Y", "--format", "eml", "-o", "drafts"];
    let ran = folio.run(&drafts);
    assert_eq!(ran.status.code(), Some(0), "{}", said(&ran));
    let names: Vec<String> = fs::read_dir(folio.root.join("drafts"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("des-dpo")).count(), 1, "{names:?}");
}

#[test]
fn options_of_all_commands_stand_anywhere_and_those_of_one_behind_its_name() {
    let folio = Folio::new(1);
    let dspt = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_dspt")).current_dir(&folio.root).args(args).output().unwrap()
    };
    assert_eq!(dspt(&["portfolio", "--as-of", "2026-03-02", "-q", "status"]).status.code(), Some(0));
    let ran = dspt(&["portfolio", "--where", "team=north", "lint"]);
    assert!(ran.status.code() == Some(2) && said(&ran).contains("behind its name"), "{}", said(&ran));
}

#[test]
fn the_page_for_github_holds_every_client() {
    let folio = Folio::new(2);
    let page = folio.root.join("summary.md");
    for _ in 0..2 {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(&folio.root)
            .env("GITHUB_STEP_SUMMARY", &page)
            .args(["portfolio", "lint", "--format", "github", "--as-of", "2026-03-02"])
            .output()
            .unwrap();
        assert!(ran.status.code().is_some_and(|code| code < 2), "{ran:?}");
    }
    let text = fs::read_to_string(page).unwrap();
    assert_eq!(text.matches("## Data Security and Protection Toolkit").count(), 2, "{text}");
}

#[test]
fn a_public_file_cut_short_by_a_quotation_mark_is_refused_and_rows_without_a_day_are_told() {
    let folio = Folio::new(2);
    let (_, rows) = folio.rows();
    let code = |at: usize| rows[at]["ods_code"].as_str().unwrap().to_owned();
    let write = |rows: &str| {
        let text = format!("Code,Organisation Name,Status,Date Of Publication\n{rows}");
        fs::write(folio.root.join("public.csv"), text).unwrap();
    };
    write(&format!("X1,\"un closed,24/25 Standards Met,01/01/2026\n{},A,b,\n{},C,d,\n", code(0), code(1)));
    let ran = folio.run(&["reconcile", "public.csv"]);
    assert!(
        ran.status.code() == Some(2) && said(&ran).contains("line 2: a quotation mark is not closed"),
        "{}",
        said(&ran)
    );
    write(&format!("{},A,24/25 Standards Met,32/13/2025\n{},B,24/25 Standards Met,\n", code(0), code(1)));
    let ran = folio.run(&["reconcile", "public.csv", "--record"]);
    assert!(said(&ran).contains("no date that can be used") && said(&ran).contains(&code(1)), "{}", said(&ran));
}
