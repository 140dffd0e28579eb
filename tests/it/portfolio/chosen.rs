//! Which clients are shown, and what is done with each.

use super::{Folio, edit};
use std::fs;

#[test]
fn parts_lie_side_by_side_and_are_the_whole() {
    let folio = Folio::new(11);
    let paths = |args: &[&str]| -> Vec<String> {
        let (_, value) = folio.json(&[&["status"], args].concat());
        let rows = value["clients"].as_array().unwrap().clone();
        rows.iter().map(|row| row["path"].as_str().unwrap().to_owned()).collect()
    };
    let mut parts: Vec<String> = ["1/3", "2/3", "3/3"].iter().flat_map(|part| paths(&["--shard", part])).collect();
    parts.sort();
    assert_eq!(parts, paths(&[]));
    for wrong in ["0/3", "4/3", "3", "a/b"] {
        assert_eq!(folio.run(&["status", "--shard", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn rows_are_chosen_and_sorted_by_what_they_say() {
    let folio = Folio::new(12);
    let (_, all) = folio.rows();
    let count = |args: &[&str]| folio.json(&[&["status"], args].concat()).1["clients"].as_array().unwrap().len();
    let at = |level: Option<&str>| all.iter().filter(|row| row["level"].as_str() == level).count();
    assert_eq!(count(&["--level", "none"]), at(None));
    assert_eq!(count(&["--level", "standards-met"]), at(Some("standards-met")));
    let team = all[0]["labels"]["team"].as_str().unwrap();
    let same = all.iter().filter(|row| row["labels"]["team"] == team).count();
    assert_eq!(count(&["--where", &format!("team={team}")]), same);
    assert_eq!(count(&["--where", &format!("team!={team}")]), all.len() - same);
    let code = all[3]["ods_code"].as_str().unwrap().to_lowercase();
    assert_eq!(count(&["--where", &format!("ods_code={code}")]), 1);
    assert_eq!(folio.run(&["status", "--where", "colour=red"]).status.code(), Some(2));
    assert_eq!(folio.run(&["status", "--section", "gardening"]).status.code(), Some(2));
    let (_, sorted) = folio.json(&["status", "--sort", "progress", "--reverse"]);
    let met: Vec<u64> = sorted["clients"].as_array().unwrap().iter().map(|row| row["met"].as_u64().unwrap()).collect();
    assert!(met.is_sorted_by(|a, b| a >= b), "{met:?}");
    let (_, grouped) = folio.json(&["status", "--group-by", "team"]);
    let groups = grouped["groups"].as_array().unwrap();
    assert_eq!(groups.iter().map(|group| group["clients"].as_u64().unwrap()).sum::<u64>(), 12);
}

#[test]
fn who_left_is_out_of_every_view_unless_asked_for() {
    let folio = Folio::new(3);
    edit(&folio.root.join("portfolio.toml"), |text| {
        text.replacen("[[client]]\n", "[[client]]\nleft = 2026-03-01\n", 1)
    });
    assert_eq!(folio.rows().1.len(), 2);
    assert_eq!(folio.json(&["status", "--left"]).1["clients"].as_array().unwrap().len(), 3);
    edit(&folio.root.join("portfolio.toml"), |text| text.replace("2026-03-01", "2026-03-02"));
    assert_eq!(folio.rows().1.len(), 3, "the last day counts");
}

#[test]
fn run_fills_in_what_a_client_is_and_never_an_option() {
    let folio = Folio::new(2);
    let run = folio.run(&["run", "-q", "--", "status", "--edition", "{edition}", "--format", "json"]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    assert_eq!(String::from_utf8_lossy(&run.stdout).matches("\"ods_code\"").count(), 2);
    for command in [&["publish"][..], &["portfolio"], &["nonsense"], &["-C", "x", "status"]] {
        let refused = folio.run(&[&["run", "--"], command].concat());
        assert_eq!(refused.status.code(), Some(2), "{command:?}: {refused:?}");
        assert!(refused.stdout.is_empty());
    }
    edit(&folio.client(0).join("organisation.toml"), |text| {
        let line = text.lines().find(|line| line.starts_with("name = ")).unwrap().to_owned();
        text.replacen(&line, "name = \"--help\"", 1)
    });
    let run = folio.run(&["run", "--", "init", "{name}", "--ods", "X1", "--name", "X"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&run.stderr).contains("would become an option"), "{run:?}");
    assert!(!folio.client(0).join("--help").exists());
}

#[test]
fn add_makes_a_workspace_for_each_row_and_refuses_what_is_there() {
    let folio = Folio::new(2);
    edit(&folio.root.join("portfolio.toml"), |text| text.replace("[\"clients/*/*\"]", "[\"clients/*/*\", \"new/*\"]"));
    let list = "Name,ODS Code,CQC Provider ID\nSunrise Care Ltd,VX111,1-101234567\nAgain,VX111,\nOld,vaaaa,\n,V1,\n";
    fs::write(folio.root.join("list.csv"), list).unwrap();
    let added = folio.run(&["add", "list.csv", "--into", "new"]);
    let shown = String::from_utf8_lossy(&added.stdout).into_owned();
    assert_eq!(added.status.code(), Some(1), "{shown}");
    assert!(shown.contains("line 3: the code VX111 is taken: line 2"), "{shown}");
    assert!(shown.contains("line 4: the code vaaaa is taken: clients/000/c000000"), "{shown}");
    let organisation = fs::read_to_string(folio.root.join("new/vx111/organisation.toml")).unwrap();
    assert!(organisation.contains("cqc_provider_id = \"1-101234567\""), "{organisation}");
    assert_eq!(fs::read_dir(folio.root.join("new")).unwrap().count(), 1, "nothing half-made is left");
    assert_eq!(folio.rows().1.len(), 3);
    let again = folio.run(&["add", "list.csv", "--into", "new"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("0 workspaces made, 1 there already, 3 rows"), "{again:?}");
}

#[test]
fn a_list_that_is_added_to_and_read_again_adds_what_is_new() {
    let folio = Folio::new(0);
    edit(&folio.root.join("portfolio.toml"), |text| text.replace("[\"clients/*/*\"]", "[\"new/*\"]"));
    let add = |list: &str| {
        fs::write(folio.root.join("list.csv"), list).unwrap();
        let ran = folio.run(&["add", "list.csv"]);
        (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap())
    };
    let list = "Code,Name,CQC location ID\nA1B2,Sunrise Care Ltd,1-123456789\n";
    assert_eq!(add(list), (0, "✓ new/a1b2: Sunrise Care Ltd (A1B2)\n1 workspace made.\n".to_owned()));
    let path = folio.root.join("new/a1b2/organisation.toml");
    let organisation = fs::read_to_string(&path).unwrap();
    assert!(
        organisation.contains("# CQC location 1-123456789: the cqc_location_id of its [[site]]\n"),
        "{organisation}"
    );
    let (code, shown) = add(&format!("{list}C3D4,Elm Lodge,\n"));
    assert_eq!((code, shown.contains("1 workspace made, 1 there already.")), (0, true), "{shown}");
    assert!(shown.contains("new/a1b2: A1B2 is a client already"), "{shown}");
    assert_eq!(fs::read_to_string(&path).unwrap(), organisation);
    let (code, shown) = add("Code,Name\na1b2,Somebody else\n,Nobody\nE5F,\nG7H8 CLOSED,Gone\n../x,Up\n-,Dash\n");
    assert_eq!(code, 1);
    let told = [
        "line 2: the code a1b2 is taken: new/a1b2 has it as Sunrise Care Ltd",
        "line 3: Nobody has no code",
        "line 4: E5F has no name",
        "line 5: \"G7H8 CLOSED\" marks an organisation that closed; its code is G7H8",
        "line 6: \"../x\" cannot be an ODS code",
        "line 7: \"-\" cannot be an ODS code",
        "0 workspaces made, 6 rows refused.",
    ];
    // Lines are wrapped.
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for told in told {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert_eq!(fs::read_dir(folio.root.join("new")).unwrap().count(), 2);
    fs::write(folio.root.join("list.csv"), "Kode,Title\nA,B\n").unwrap();
    let wrong = folio.run(&["add", "list.csv"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("headings such as: ODS code, name"), "{wrong:?}");
}

#[test]
fn rollover_is_of_each_client_wholly_or_not_at_all() {
    let folio = Folio::new(2);
    for number in [0, 1] {
        let path = folio.client(number).join("assessments/2025-26.toml");
        edit(&path, |text| text.replace("edition = \"2025-26\"", "edition = \"2024-25\""));
        fs::rename(&path, path.with_file_name("2024-25.toml")).unwrap();
    }
    edit(&folio.client(1).join("assessments/2024-25.toml"), |text| format!("{text}\n[broken\n"));
    let before = fs::read_dir(folio.client(1)).unwrap().count();
    let rolled = folio.run(&["rollover", "--to", "2025-26"]);
    assert_eq!(rolled.status.code(), Some(1), "{rolled:?}");
    assert!(folio.client(0).join("assessments/2025-26.toml").is_file());
    assert!(!folio.client(1).join("assessments/2025-26.toml").exists());
    assert_eq!(fs::read_dir(folio.client(1)).unwrap().count(), before);
}

#[test]
fn what_a_rollover_of_all_did_can_be_read_by_programs() {
    let folio = Folio::new(2);
    let path = folio.client(0).join("assessments/2025-26.toml");
    edit(&path, |text| text.replace("edition = \"2025-26\"", "edition = \"2024-25\""));
    fs::rename(&path, path.with_file_name("2024-25.toml")).unwrap();
    let (code, value) = folio.json(&["rollover", "--to", "2025-26"]);
    assert_eq!((code, &value["to"]), (1, &serde_json::json!("2025-26")));
    let clients = value["clients"].as_array().unwrap();
    assert_eq!(clients[0]["path"], "clients/000/c000000");
    assert_eq!(clients[0]["rollover"]["answers"], "assessments/2025-26.toml");
    assert!(clients[0]["error"].is_null() && !clients[0]["rollover"]["carried"].as_array().unwrap().is_empty());
    assert!(clients[1]["rollover"].is_null() && clients[1]["error"].is_string(), "{}", clients[1]);
}

#[test]
fn lists_come_from_standard_input_and_from_spreadsheets_that_write_semicolons_or_tabs() {
    let folio = Folio::new(0);
    edit(&folio.root.join("portfolio.toml"), |text| text.replace("[\"clients/*/*\"]", "[\"new/*\"]"));
    let added = folio.piped(&["add", "-"], "Code;Name\nA1B2;Sunrise Care Ltd\n");
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    assert!(folio.root.join("new/a1b2/organisation.toml").is_file());
    for between in [",", ";", "\t"] {
        let file = "Code,Organisation Name,Status,Date Of Publication\nA1B2,\"Sunrise, Care\",24/25 Standards Met,20/06/2025\n";
        let file = file.replace("Sunrise, Care", "Sunrise Care").replace(',', between);
        let ran = folio.piped(&["reconcile", "-", "--format", "json"], &file);
        let value: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
        assert_eq!(value["clients"][0]["verdict"], "public-ahead", "{between:?}");
    }
    let codes = folio.piped(&["reconcile", "-", "--codes", "-"], "");
    assert_eq!(codes.status.code(), Some(2));
}

#[test]
fn workspaces_that_would_be_no_clients_are_not_made() {
    let folio = Folio::new(1);
    fs::write(folio.root.join("list.csv"), "Code,Name\nA1B2,Sunrise Care Ltd\n").unwrap();
    let ran = folio.run(&["add", "list.csv", "--into", "elsewhere"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("elsewhere/a1b2 would be no client") && said.contains("\"elsewhere/*\""), "{said}");
    assert!(!folio.root.join("elsewhere").exists());
    edit(&folio.root.join("portfolio.toml"), |text| {
        text.replace("[\"clients/*/*\"]", "[\"clients/*/*\", \"elsewhere/*\"]")
    });
    assert_eq!(folio.run(&["add", "list.csv", "--into", "elsewhere"]).status.code(), Some(0));
    assert_eq!(folio.rows().1.len(), 2);
}

#[test]
fn what_programs_print_for_each_client_is_one_stream() {
    let folio = Folio::new(2);
    for format in [&["--format", "json"][..], &["--format=json"]] {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(&folio.root)
            .args(["portfolio", "run", "--", "status"])
            .args(format)
            .output()
            .unwrap();
        let stream = serde_json::Deserializer::from_slice(&ran.stdout).into_iter::<serde_json::Value>();
        let codes: Vec<_> = stream.map(|value| value.unwrap()["ods_code"].clone()).collect();
        assert_eq!(codes.len(), 2, "{ran:?}");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(said.contains("clients/000/c000000") && said.contains("clients/000/c000001"), "{said}");
    }
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
        .current_dir(&folio.root)
        .args(["portfolio", "run", "--", "status"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&ran.stdout).contains("clients/000/c000001"), "{ran:?}");
}

#[cfg(feature = "xlsx")]
#[test]
fn workbooks_go_to_the_client_they_name_whatever_they_are_called() {
    let folio = Folio::new(2);
    let back = folio.root.join("back");
    fs::create_dir(&back).unwrap();
    for (number, name) in [(0, "b (2) FINAL.xlsx"), (1, "a.xlsx")] {
        let exported = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(folio.client(number))
            .args(["export", "--to", "xlsx", "--as-of", super::DAY, "-o"])
            .arg(back.join(name))
            .output()
            .unwrap();
        assert!(exported.status.success(), "{exported:?}");
    }
    fs::write(back.join("notes.txt"), "Call them on Monday.\n").unwrap();
    let before = fs::read(folio.client(0).join("assessments/2025-26.toml")).unwrap();
    let imported = folio.run(&["import", "back"]);
    let shown = String::from_utf8_lossy(&imported.stdout).into_owned();
    assert!(shown.contains("b (2) FINAL.xlsx: clients/000/c000000"), "{imported:?}");
    assert!(shown.contains("a.xlsx: clients/000/c000001"), "{shown}");
    assert!(shown.contains("2 workbooks taken over, 1 not"), "{shown}");
    assert_eq!(imported.status.code(), Some(1));
    assert_eq!(fs::read(folio.client(0).join("assessments/2025-26.toml")).unwrap(), before, "nothing was edited");
}
