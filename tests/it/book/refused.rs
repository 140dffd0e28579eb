//! What is no workbook of ours, and what is one of somebody else.

use super::{Setting, TODAY};
use dspt::form::book::{FORMAT, Identity};
use dspt::import::answers::{self, BookError};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn anything_else_is_no_workbook_of_ours() {
    for bytes in [&b""[..], b"PK\x03\x04", b"PK\x03\x04rest of it", b"number,answer\n1.1.1,yes\n"] {
        assert!(matches!(answers::read(bytes), Err(BookError::Unreadable(_))), "{bytes:?}");
    }
    let other = rust_xlsx(&[("A1", "No."), ("B1", "Answer")]);
    assert_eq!(answers::read(&other).err(), Some(BookError::NotOurs));
}

#[test]
fn sheets_of_two_workbooks_are_refused() {
    let identity = |code: &str| {
        Identity {
            format: 1,
            ods_code: code.to_owned(),
            standard: "dspt-asc".to_owned(),
            edition: "2025-26".to_owned(),
            bank: "sha256:0".to_owned(),
        }
        .text()
    };
    let (one, two) = (identity("A1B2"), identity("VABCD"));
    let bytes = two_sheets(&one, &two);
    assert!(matches!(answers::read(&bytes), Err(BookError::Mixed(..))));
    assert!(answers::read(&two_sheets(&one, &one)).is_ok());
}

#[test]
fn a_workbook_of_a_newer_layout_is_refused_and_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-house");
    let file = home.path().join("answers.xlsx");
    let identity = |format: u32| {
        Identity {
            format,
            ods_code: "VHZ4Q".to_owned(),
            standard: "dspt-asc".to_owned(),
            edition: "2025-26".to_owned(),
            bank: "sha256:0".to_owned(),
        }
        .text()
    };
    let dspt = |args: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_dspt")).arg("-C").arg(&example).args(args).arg(&file).output();
        let ran = ran.unwrap();
        (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
    };
    let newer = rust_xlsx(&[("A1", &identity(FORMAT + 1))]);
    fs::write(&file, &newer).unwrap();
    for command in [&["import", "--dry-run"][..], &["import", "--dry-run", "--theirs"], &["export", "-o"]] {
        let (status, said) = dspt(command);
        assert_eq!(status, Some(2), "{command:?}: {said}");
        let layouts = format!("made by a newer dspt (layout {}, this one reads {FORMAT})", FORMAT + 1);
        assert!(said.contains(&layouts) && said.contains("bring dspt up to date"), "{command:?}: {said}");
        assert_eq!(fs::read(&file).unwrap(), newer);
    }
    fs::write(&file, rust_xlsx(&[("A1", &identity(FORMAT))])).unwrap();
    let (status, said) = dspt(&["import", "--dry-run"]);
    assert_eq!(status, Some(0), "the layout alone was wrong: {said}");
}

#[test]
fn an_action_plan_is_not_read_as_answers() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("plan.xlsx");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-house");
    let dspt = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_dspt")).arg("-C").arg(&example).args(args).arg(&file).output().unwrap()
    };
    assert!(dspt(&["plan", "show", "-o"]).status.success());
    let ran = dspt(&["import", "--dry-run", "--yes"]);
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("is an action plan, not answers") && said.contains("dspt plan import"), "{said}");
}

/// Workbooks that were filled in are edited by openpyxl, in the conformance script.
#[test]
fn no_workbook_is_put_over_somebody_elses_file() {
    let home = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let dspt = |example: &str, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dspt"));
        let output = command.current_dir(&home).arg("-C").arg(root.join(example)).args(args).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let file = home.path().join("a.xlsx");
    let name = file.to_str().unwrap();
    for command in [&["export", "-o", name][..], &["plan", "show", "-o", name]] {
        fs::write(&file, "").unwrap();
        assert_eq!(dspt("hazel-house", command).0, Some(0), "room was made for it");
        assert_eq!(dspt("hazel-house", command).0, Some(0), "nothing was typed into it");
        let before = fs::read(&file).unwrap();
        let (status, said) = dspt("elm-lodge", command);
        assert!(status == Some(2) && said.contains("of VHZ4Q"), "{said}");
        assert_eq!(fs::read(&file).unwrap(), before);
        fs::write(&file, "my own notes").unwrap();
        let (status, said) = dspt("hazel-house", command);
        assert!(status == Some(2) && said.contains("is there already") && said.contains("-o"), "{said}");
        assert_eq!(fs::read(&file).unwrap(), b"my own notes");
    }
}

#[test]
fn a_cut_file_is_an_error_and_never_a_panic() {
    let setting = Setting::toml("");
    let bytes = setting.bytes();
    for end in (0..bytes.len()).step_by(997) {
        assert!(answers::read(&bytes[..end]).is_err(), "{end}");
    }
    let mut broken = bytes.clone();
    for at in (0..broken.len()).step_by(1501) {
        broken[at] ^= 0x55;
        drop(answers::read(&broken));
        broken[at] = bytes[at];
    }
}

#[test]
fn a_workbook_of_some_items_says_nothing_of_the_others() {
    let setting = Setting::example("northfield-care");
    let items = [0, 3, 30];
    let bytes = setting.bytes_of(&items, TODAY.at(0, 0, 0, 0));
    let book = answers::read(&bytes).unwrap();
    let numbers: std::collections::BTreeSet<&str> = book.rows.iter().map(|row| row.id.number.as_str()).collect();
    let wanted = items.map(|at| setting.standard.items[at].number.as_str());
    assert_eq!(numbers, wanted.into_iter().collect());
    assert!(setting.merge(&book).answers.is_empty());
}

fn rust_xlsx(cells: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (place, text) in cells {
        let column = u16::from(place.as_bytes()[0] - b'A');
        sheet.write_string(0, column, *text).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

fn two_sheets(one: &str, two: &str) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for text in [one, two] {
        workbook.add_worksheet().write_string(0, 0, text).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}
