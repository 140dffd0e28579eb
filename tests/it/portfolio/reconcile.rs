//! The public record held against the repositories.

use super::{DAY, Folio, edit};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The first row of the file in the years of which one is known.
const HEADS: [&str; 2] = [
    "OrganisationName,ODSCode,PublicationStatus,DateOfPublication,PrimarySector,CCG (from ODS and CQC)",
    "Code,Organisation Name,Status,Date Of Publication,Primary Sector,Commissioner (From ODS)",
];

/// A client with a code, and what was noted of it.
fn client(folio: &Folio, number: usize, code: &str, noted: Option<(&str, &str, &str)>) {
    let root = folio.client(number);
    edit(&root.join("organisation.toml"), |text| {
        let lines = text
            .lines()
            .map(|line| if line.starts_with("ods_code") { format!("ods_code = \"{code}\"") } else { line.to_owned() });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
    fs::remove_file(root.join("publications/toolkit.toml")).ok();
    if let Some((edition, level, date)) = noted {
        fs::create_dir_all(root.join("publications")).unwrap();
        let entry = format!("[[published]]\nedition = \"{edition}\"\nlevel = \"{level}\"\ndate = {date}\n");
        fs::write(root.join("publications/toolkit.toml"), entry).unwrap();
    }
}

fn public(folio: &Folio, rows: &str) -> String {
    fs::write(folio.root.join("DSPT search results 09_02_2026 12_44_07.csv"), format!("{}\n{rows}", HEADS[1])).unwrap();
    "DSPT search results 09_02_2026 12_44_07.csv".to_owned()
}

fn verdicts(value: &Value) -> Vec<(&str, &str)> {
    let clients = value["clients"].as_array().unwrap().iter();
    clients.map(|row| (row["ods_code"].as_str().unwrap(), row["verdict"].as_str().unwrap())).collect()
}

#[test]
fn each_client_is_one_row_and_names_join_nobody() {
    let folio = Folio::new(5);
    let met = Some(("2024-25", "standards-met", "2025-06-20"));
    client(&folio, 0, "vabcd", met);
    client(&folio, 1, "8A738", met);
    client(&folio, 2, "A1B2", Some(("2023-24", "standards-met", "2024-06-20")));
    client(&folio, 3, "A3B4", met);
    client(&folio, 4, "A5B6", met);
    edit(&folio.client(4).join("organisation.toml"), |text| {
        text.replace("ods_code = \"A5B6\"", "ods_code = \"A5B6\"\nformer_codes = [\"A0OLD\"]")
    });
    let name = fs::read_to_string(folio.client(3).join("organisation.toml")).unwrap();
    let name = name.lines().find_map(|line| line.strip_prefix("name = ")).unwrap().to_owned();
    let file = public(
        &folio,
        &format!(
            "VABCD,Other name,24/25 Standards Met,20/06/2025,Social Care,\n\
             8A738CLOSED,x,Not Published,,Social Care,\n\
             a1b2,x,24/25 Standards Exceeded,30/06/2025,Social Care,\n\
             V9999,{name},24/25 Standards Met,20/06/2025,Social Care,\n\
             A0OLD,x,19/20 Entry Level,01/02/2020,Social Care,\n,nobody,Not Published,,,\n"
        ),
    );
    let (code, value) = folio.json(&["reconcile", &file]);
    assert_eq!(code, 0);
    let expected = [
        ("vabcd", "agrees"),
        ("8A738", "repository-ahead"),
        ("A1B2", "public-ahead"),
        ("A3B4", "not-in-public"),
        ("A5B6", "repository-ahead"),
    ];
    assert_eq!(verdicts(&value), expected);
    let row = &value["clients"][2];
    assert_eq!(row["repository"]["level"], "standards-met");
    assert_eq!(row["public"]["level"], "standards-exceeded");
    assert_eq!(row["public"]["edition"], "2024-25");
    assert_eq!(row["public"]["date"], "2025-06-30");
    assert_eq!(row["public"]["status"], "24/25 Standards Exceeded");
    assert_eq!(value["clients"][1]["public"]["level"], Value::Null);
    assert_eq!(value["clients"][4]["public"]["ods_code"], "A0OLD");
    assert_eq!(value["clients"][4]["public"]["level"], "entry-level");
    assert_eq!(value["clients"][3]["public"], Value::Null);
    let (_, all) = folio.json(&["reconcile", &file, "--all"]);
    assert_eq!(verdicts(&all)[5..], [("V9999", "not-in-portfolio")]);
}

#[test]
fn what_the_file_shows_is_noted_once() {
    let folio = Folio::new(2);
    client(&folio, 0, "A1B2", Some(("2023-24", "standards-met", "2024-06-20")));
    client(&folio, 1, "A3B4", None);
    let noted = folio.client(0).join("publications/toolkit.toml");
    edit(&noted, |text| format!("# by hand\r\n{}", text.replace('\n', "\r\n")));
    let before = fs::read_to_string(&noted).unwrap();
    let file = public(
        &folio,
        "A1B2,x,24/25 Standards Met,20/06/2025,,\nA3B4,x,Not Published,,,\nA9Z9,x,24/25 Standards Met,20/06/2025,,\n",
    );
    let (_, value) = folio.json(&["reconcile", &file, "--record"]);
    assert_eq!(value["clients"][0]["recorded"], true);
    let after = fs::read_to_string(&noted).unwrap();
    let entry = "\r\n[[published]]\r\nedition = \"2024-25\"\r\nlevel = \"standards-met\"\r\ndate = 2025-06-20\r\n\
                 seen = 2026-02-09\r\nsource = \"public search\"\r\n";
    assert_eq!(after, format!("{before}{entry}"));
    assert!(!folio.client(1).join("publications/toolkit.toml").exists());
    let (_, value) = folio.json(&["reconcile", &file, "--record"]);
    assert_eq!(fs::read_to_string(&noted).unwrap(), after);
    assert_eq!(
        verdicts(&value),
        [("A1B2", "agrees"), ("A3B4", "repository-ahead")].map(|(code, verdict)| {
            // The second client's verdict is what its answers come to, which the generator decides.
            if code == "A3B4" { (code, value["clients"][1]["verdict"].as_str().unwrap()) } else { (code, verdict) }
        })
    );
}

#[test]
fn a_list_of_codes_needs_no_portfolio() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("public.csv", &format!("{}\nSunrise,A1B2,18/19 Standards Met,01/03/2019,Care Home,\n", HEADS[0]));
    write("codes.csv", "a1b2\nV9999\n");
    let run = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(directory.path())
            .args(["portfolio", "reconcile", "--as-of", DAY])
            .args(args)
            .output()
            .unwrap()
    };
    let output = run(&["public.csv", "--codes", "codes.csv", "--format", "json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error} {output:?}"));
    assert_eq!(verdicts(&value), [("a1b2", "not-in-portfolio"), ("V9999", "not-in-public")]);
    assert_eq!(value["clients"][0]["public"]["edition"], "2018-19");
    assert_eq!(value["clients"][0]["public"]["state"], "stale");
    for wrong in [&["codes.csv", "--codes", "codes.csv"][..], &["gone.csv", "--codes", "codes.csv"], &["public.csv"]] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_broken_client_is_a_row_with_its_error_and_cells_are_no_formulas() {
    let folio = Folio::new(2);
    client(&folio, 0, "A1B2", None);
    fs::write(folio.client(1).join("organisation.toml"), "[organisation\n").unwrap();
    let file = public(&folio, "A1B2,=1+1,=HYPERLINK(1),,,\n=2,\u{1b}[31m,@x,,,\n");
    let (code, value) = folio.json(&["reconcile", &file]);
    assert_eq!(code, 1);
    assert!(value["clients"][1]["error"].is_string());
    assert_eq!(value["clients"][1]["verdict"], Value::Null);
    let csv = folio.run(&["reconcile", &file, "--all", "--format", "csv"]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert!(csv.contains("'=HYPERLINK(1)") && csv.contains("'=2") && csv.contains("'@x"), "{csv}");
    let human = folio.run(&["reconcile", &file, "--all"]);
    let human = String::from_utf8(human.stdout).unwrap();
    assert!(!human.contains('\u{1b}'));
    assert!(human.lines().all(|line| line.chars().count() <= 80), "{human}");
    assert!(Path::new(&folio.root).is_dir());
}

#[test]
fn a_client_who_never_published_is_not_told_of_as_one_who_did() {
    let folio = Folio::new(3);
    let codes = ["A1B2", "A3B4", "A5B6"];
    for (number, code) in codes.iter().enumerate() {
        client(&folio, number, code, None);
        fs::remove_dir_all(folio.client(number).join("publications")).ok();
    }
    let draft = |value: &Value| value["clients"][0]["repository"].clone();
    let (_, value) = folio.json(&["reconcile", &public(&folio, "Z9Z9,x,Not Published,,Social Care,\n")]);
    let reached = draft(&value);
    let Some(level) = reached["level"].as_str() else { panic!("the first client reaches a level: {value}") };
    assert_eq!(reached["source"], "answers");
    let label = level.replace('-', " ");
    let file =
        public(&folio, &format!("A1B2,x,25/26 {label},20/02/2026,Social Care,\nA3B4,x,Not Published,,Social Care,\n"));
    let text = String::from_utf8(folio.run(&["reconcile", &file]).stdout).unwrap();
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("Published at the level that the answers come to, and not noted in the repository (1)"),
        "{text}"
    );
    assert!(!said.contains("Both say the same") && !said.contains("not yet on the toolkit"), "{text}");
    assert!(said.contains("`--record` adds"), "{text}");
}
