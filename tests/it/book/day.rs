//! An item whose answer is a day; no shipped bank asks for one, an organisation's own may.

use super::{Setting, edit_cell, text};
use dspt::bank::Banks;
use dspt::decode;
use dspt::form::{Field, Typed};
use dspt::import::answers;
use dspt::model::ItemKind;
use jiff::civil::{Date, date};
use std::sync::Arc;

const ASKED: &str = "1.1.5";

/// An organisation whose bank asks for a day.
fn setting(answers: &str) -> Setting {
    let mut setting = Setting::toml(answers);
    let banks = Banks::shipped();
    let bank = banks.find("dspt-asc", "2025-26").unwrap();
    let (head, item) = bank.text.split_once(&format!("number = \"{ASKED}\"\n")).unwrap();
    let item = item.replacen("kind = \"text\"", "kind = \"date\"", 1);
    let decoded = decode::standard::decode(format!("{head}number = \"{ASKED}\"\n{item}").as_bytes());
    assert_eq!(decoded.faults, []);
    setting.standard = Arc::new(decoded.value.unwrap());
    assert_eq!(setting.standard.item(ASKED).unwrap().kind, ItemKind::Date);
    setting
}

/// What an import of this cell leaves, which has to be the same after it was imported a second time and exported anew.
fn typed(before: &Setting, typed: Typed) -> (Option<Date>, String) {
    let mut book = before.book();
    edit_cell(&mut book, ASKED, 0, Field::Answer, typed);
    let settled = |merge: &answers::Merge| {
        let mut after = before.applied(merge);
        after.standard = Arc::clone(&before.standard);
        after
    };
    let after = settled(&before.merge(&book));
    let again = after.merge(&book);
    assert_eq!((again.troubles.len(), again.answers.len(), again.changed.len()), (0, 0, 0), "a second import");
    let anew = after.merge(&after.book());
    assert_eq!((anew.troubles.len(), anew.answers.len(), anew.changed.len()), (0, 0, 0), "a fresh workbook");
    (after.answer(ASKED).date, after.file)
}

#[test]
fn a_day_goes_out_as_a_day_and_comes_back_unchanged() {
    let setting = setting("answers.\"1.1.5\".date = 2026-03-02 # the board met\n");
    let book = setting.book();
    let row = book.rows.iter().find(|row| row.id.number == ASKED && row.id.document == 0).unwrap();
    let cell = row.values.iter().find(|value| value.field == Field::Answer).unwrap();
    assert_eq!(cell.typed, Typed::Day(date(2026, 3, 2)));
    let merge = setting.merge(&book);
    assert!(merge.troubles.is_empty() && merge.answers.is_empty(), "{:?}", merge.troubles);
}

#[test]
fn a_day_is_read_as_it_is_typed_and_twice_makes_no_conflict() {
    let wanted = date(2026, 6, 30);
    for answers in ["", "answers.\"1.1.5\".date = 2026-03-02 # the board met\n"] {
        let setting = setting(answers);
        for cell in [Typed::Day(wanted), text("30/06/2026"), text(" 30 June 2026 "), text("2026-06-30")] {
            let (found, file) = typed(&setting, cell.clone());
            assert_eq!(found, Some(wanted), "{cell:?}");
            assert!(file.contains("date = 2026-06-30"), "a day and no text: {file}");
            assert_eq!(file.contains("# the board met"), !answers.is_empty(), "{file}");
        }
    }
}

#[test]
fn a_day_is_cleared_with_its_cell() {
    let setting = setting("answers.\"1.1.5\".date = 2026-03-02\n");
    for cell in [Typed::Empty, text("  ")] {
        let (found, file) = typed(&setting, cell);
        assert_eq!(found, None);
        assert!(!file.contains("2026-03-02"), "{file}");
    }
}

#[test]
fn what_is_no_day_is_told_and_changes_nothing() {
    let setting = setting("answers.\"1.1.5\".date = 2026-03-02\n");
    for cell in [text("31/06/2026"), text("last spring"), Typed::Flag(true)] {
        let mut book = setting.book();
        edit_cell(&mut book, ASKED, 0, Field::Answer, cell.clone());
        let merge = setting.merge(&book);
        assert!(merge.answers.is_empty(), "{cell:?}");
        let [trouble] = merge.troubles.as_slice() else { panic!("{cell:?}: {:?}", merge.troubles) };
        assert!(trouble.message.contains("type a day, such as 30/06/2026"), "{}", trouble.message);
    }
}

#[test]
fn two_days_for_one_item_are_a_conflict() {
    let exported = setting("answers.\"1.1.5\".date = 2026-03-02\n");
    let mut book = exported.book();
    edit_cell(&mut book, ASKED, 0, Field::Answer, text("30/06/2026"));
    let since = setting("answers.\"1.1.5\".date = 2026-04-01\n");
    let merge = since.merge(&book);
    assert_eq!(merge.troubles.len(), 1, "{:?}", merge.troubles);
    assert!(merge.answers.is_empty());
}
