//! Three sides of a cell.

use super::{BY, Setting, TODAY, edit_cell, text};
use dspt::form::organisation::About;
use dspt::form::{Field, Typed};
use dspt::import::Prefer;
use dspt::import::answers::{Named, TroubleKind};
use dspt::model::{Count, Evidence};
use jiff::civil::date;

const CARRIED: &str = "
# kept
[answers.\"1.1.5\"]
text = 'Jo Field'   # hers
carried_from = \"2024-25\"
owner = \"jo@sunrise.example\"

[answers.\"2.1.1\"]
tick = true
carried_from = \"2024-25\"

[answers.\"1.1.2\"]
evidence = [
  { file = \"evidence/iar.csv\", title = \"Register\", approved = 2025-11-03, sha256 = \"ab\" }, # first
  { link = \"https://sunrise.example\" },
]
";

#[test]
fn a_manager_who_only_says_still_true_has_confirmed() {
    let setting = Setting::toml(CARRIED);
    let mut book = setting.book();
    for number in ["1.1.5", "2.1.1"] {
        edit_cell(&mut book, number, 0, Field::StillTrue, text("yes"));
    }
    let sheet = book.rows.iter().find(|row| row.id.number == "1.1.5").unwrap().sheet.clone();
    let signature = book.signatures.get_mut(&sheet).unwrap();
    signature.by = Some(("x".to_owned(), "Bo Reed".to_owned()));
    signature.on = Some(("x".to_owned(), text("1/4/26")));
    let merge = setting.merge(&book);
    assert_eq!(merge.confirmed.len(), 2);
    let after = setting.applied(&merge);
    for number in ["1.1.5", "2.1.1"] {
        let answer = after.answer(number);
        assert_eq!(answer.carried_from, None);
        assert_eq!((answer.reviewed, answer.reviewed_by.as_deref()), (Some(date(2026, 4, 1)), Some("Bo Reed")));
    }
    assert!(after.file.contains("text = 'Jo Field'   # hers\n"), "{}", after.file);
    assert_eq!(after.answer("1.1.2"), setting.answer("1.1.2"));
    // A second time there is nothing left to confirm.
    let merge = after.merge(&book);
    assert!(merge.answers.is_empty() && merge.troubles.is_empty());
    assert_eq!(merge.notes.len(), 2);
}

#[test]
fn a_changed_answer_is_reviewed_and_carried_over_no_longer() {
    let setting = Setting::toml(CARRIED);
    let mut book = setting.book();
    edit_cell(&mut book, "2.1.1", 0, Field::Answer, text("No"));
    let after = setting.applied(&setting.merge(&book));
    let answer = after.answer("2.1.1");
    assert_eq!((answer.tick, answer.carried_from), (Some(false), None));
    assert_eq!((answer.reviewed, answer.reviewed_by.as_deref()), (Some(TODAY), Some(BY)));
    // Changed, and nothing is different.
    let mut book = setting.book();
    edit_cell(&mut book, "2.1.1", 0, Field::StillTrue, text("I have changed it"));
    let merge = setting.merge(&book);
    assert_eq!(merge.troubles.len(), 1);
    assert!(merge.answers.is_empty());
}

#[test]
fn what_the_files_changed_since_stays_and_what_both_changed_is_a_conflict() {
    let before = Setting::toml(CARRIED);
    let mut book = before.book();
    edit_cell(&mut book, "1.1.5", 0, Field::Answer, text("Ann Lee"));
    edit_cell(&mut book, "1.1.5", 0, Field::Comment, text("from the sheet"));
    let now = Setting::toml(&CARRIED.replace("text = 'Jo Field'", "text = 'Bo Reed'"));
    let merge = now.merge(&book);
    assert!(merge.answers.is_empty(), "nothing is written until all is decided");
    let [conflict] = merge.troubles.as_slice() else { panic!("{:?}", merge.troubles) };
    assert_eq!(conflict.kind, TroubleKind::Conflict);
    let (named, pointer) = conflict.pointer.clone().unwrap();
    assert_eq!((named, pointer.to_string()), (Named::Item("1.1.5".to_owned()), "answers.\"1.1.5\".text".to_owned()));
    let settled = |prefer| {
        let merge = now.merge_with(&book, prefer);
        let answer = now.applied(&merge).answer("1.1.5");
        (answer.text.unwrap(), answer.comment.unwrap())
    };
    assert_eq!(settled(Prefer::Ours), ("Bo Reed".to_owned(), "from the sheet".to_owned()));
    assert_eq!(settled(Prefer::Theirs), ("Ann Lee".to_owned(), "from the sheet".to_owned()));
    // Another cell of the same answer.
    let now = Setting::toml(&CARRIED.replace("owner", "comment = 'new here'\nowner"));
    let mut book = before.book();
    edit_cell(&mut book, "1.1.5", 0, Field::Answer, text("Ann Lee"));
    let answer = now.applied(&now.merge(&book)).answer("1.1.5");
    assert_eq!((answer.text.as_deref(), answer.comment.as_deref()), (Some("Ann Lee"), Some("new here")));
    // Both say the same.
    let now = Setting::toml(&CARRIED.replace("text = 'Jo Field'", "text = 'Ann Lee'"));
    assert!(now.merge(&book).answers.is_empty());
}

#[test]
fn nobody_confirms_what_the_sheet_did_not_show() {
    let before = Setting::toml(CARRIED);
    let now = Setting::toml(&CARRIED.replace("text = 'Jo Field'", "text = 'Bo Reed'"));
    let mut book = before.book();
    edit_cell(&mut book, "1.1.5", 0, Field::StillTrue, text("Yes"));
    let merge = now.merge(&book);
    let [conflict] = merge.troubles.as_slice() else { panic!("{:?}", merge.troubles) };
    assert_eq!(conflict.kind, TroubleKind::Conflict);
    assert!(conflict.message.contains("\"Jo Field\"") && conflict.message.contains("\"Bo Reed\""), "{conflict:?}");
    let (_, pointer) = conflict.pointer.clone().unwrap();
    assert_eq!(pointer.to_string(), "answers.\"1.1.5\".text");
    assert!(now.merge_with(&book, Prefer::Ours).answers.is_empty());
    assert_eq!(now.applied(&now.merge_with(&book, Prefer::Theirs)).answer("1.1.5").carried_from, None);
    // A comment beside it is taken over, and says nothing about the answer.
    let mut book = before.book();
    edit_cell(&mut book, "1.1.5", 0, Field::Comment, text("from the sheet"));
    let merge = now.merge(&book);
    assert_eq!(merge.notes.len(), 1, "{:?}", merge.notes);
    let answer = now.applied(&merge).answer("1.1.5");
    assert_eq!((answer.comment.as_deref(), answer.text.as_deref()), (Some("from the sheet"), Some("Bo Reed")));
    assert_eq!((answer.carried_from.as_deref(), answer.reviewed), (Some("2024-25"), None));
}

#[test]
fn a_profile_that_changed_since_is_not_called_right() {
    let setting = Setting::toml(CARRIED);
    let mut book = setting.book();
    let right = book.lines.iter_mut().find(|line| line.about == About::Right).unwrap();
    right.cells[0].1 = text("Yes");
    assert_eq!(setting.merge(&book).organisation.len(), 1);
    let mut now = Setting::toml(CARRIED);
    let fact = now.standard.facts[0].key.clone();
    now.organisation.profile.facts.insert(fact.clone(), now.standard.facts[0].values[0].clone());
    let merge = now.merge(&book);
    assert_eq!(merge.troubles.len(), 1, "{:?}", merge.troubles);
    assert_eq!(merge.troubles[0].pointer.clone().unwrap().1.to_string(), format!("profile.{fact}"));
}

#[test]
fn a_document_named_loosely_is_taken_over_once() {
    let setting = Setting::toml(CARRIED);
    for typed in ["Locked cabinet ", "www.foo.example", "Minutes\nhttps://x.example/a ", " Two\n lines "] {
        let mut book = setting.book();
        edit_cell(&mut book, "1.1.3", 0, Field::Document, text(typed));
        let after = setting.applied(&setting.merge(&book));
        assert_eq!(after.answer("1.1.3").evidence.unwrap().len(), 1, "{typed:?}");
        let again = after.merge(&book);
        assert!(again.troubles.is_empty() && again.answers.is_empty(), "{typed:?}: {:?}", again.troubles);
    }
}

#[test]
fn hidden_columns_that_are_gone_leave_what_is_the_same_and_ask_about_the_rest() {
    let setting = Setting::toml(CARRIED);
    let mut book = setting.book();
    for row in &mut book.rows {
        for value in &mut row.values {
            value.was = None;
        }
    }
    assert_eq!(setting.merge(&book).troubles, []);
    edit_cell(&mut book, "1.1.5", 0, Field::Answer, text("Ann Lee"));
    let merge = setting.merge(&book);
    assert!(merge.troubles[0].message.contains("hidden columns are gone"), "{:?}", merge.troubles);
    let after = setting.applied(&setting.merge_with(&book, Prefer::Theirs));
    assert_eq!(after.answer("1.1.5").text.as_deref(), Some("Ann Lee"));
}

#[test]
fn rows_in_another_order_and_rows_that_are_gone_lose_nothing() {
    let setting = Setting::example("northfield-care");
    let mut book = setting.book();
    book.rows.reverse();
    assert!(setting.merge(&book).answers.is_empty());
    book.rows.retain(|row| row.id.number == "1.1.3");
    edit_cell(&mut book, "1.1.3", 0, Field::Comment, text("new"));
    let after = setting.applied(&setting.merge(&book));
    let mut wanted = setting.answers.clone();
    let answer = wanted.answers.get_mut("1.1.3").unwrap();
    answer.comment = Some("new".to_owned());
    (answer.reviewed, answer.reviewed_by) = (Some(TODAY), Some(BY.to_owned()));
    assert_eq!(after.answers, wanted);
}

#[test]
fn every_kind_of_answer_can_be_given_changed_and_taken_away() {
    let setting = Setting::toml("");
    let mut book = setting.book();
    edit_cell(&mut book, "1.1.5", 0, Field::Answer, text("Jo Field"));
    edit_cell(&mut book, "2.1.1", 0, Field::Answer, text("Y"));
    edit_cell(&mut book, "2.2.1", 0, Field::Answer, Typed::Flag(false));
    edit_cell(&mut book, "10.2.1", 0, Field::Answer, text("n/a"));
    edit_cell(&mut book, "10.2.1", 0, Field::WhyNot, text("No suppliers."));
    edit_cell(&mut book, "3.2.1", 0, Field::Answer, text("yes"));
    edit_cell(&mut book, "3.2.1", 0, Field::Done, Typed::Number(50.0));
    edit_cell(&mut book, "3.2.1", 0, Field::Of, text("52"));
    edit_cell(&mut book, "3.2.1", 0, Field::CountedOn, text("1 April 2026"));
    edit_cell(&mut book, "1.1.2", 0, Field::Document, text("Register\nevidence/new.pdf"));
    edit_cell(&mut book, "1.1.2", 0, Field::Approved, Typed::Day(date(2026, 1, 2)));
    let after = setting.applied(&setting.merge(&book));
    assert_eq!(after.answer("1.1.5").text.as_deref(), Some("Jo Field"));
    assert_eq!((after.answer("2.1.1").tick, after.answer("2.2.1").tick), (Some(true), Some(false)));
    assert_eq!(after.answer("10.2.1").not_applicable.as_deref(), Some("No suppliers."));
    let count = Count { done: 50, of: 52, on: Some(date(2026, 4, 1)) };
    assert_eq!(after.answer("3.2.1").count, Some(count));
    let document = Evidence {
        file: Some("evidence/new.pdf".to_owned()),
        title: Some("Register".to_owned()),
        approved: Some(date(2026, 1, 2)),
        sha256: Some("ab".repeat(32)),
        ..Evidence::default()
    };
    assert_eq!(after.answer("1.1.2").evidence, Some(vec![document]));
    // All of it taken away again.
    let mut book = after.book();
    for (number, fields) in [
        ("1.1.5", &[Field::Answer][..]),
        ("2.1.1", &[Field::Answer]),
        ("10.2.1", &[Field::Answer, Field::WhyNot]),
        ("3.2.1", &[Field::Answer, Field::Done, Field::Of, Field::CountedOn]),
        ("1.1.2", &[Field::Document, Field::Approved]),
    ] {
        for field in fields {
            edit_cell(&mut book, number, 0, *field, Typed::Empty);
        }
    }
    let gone = after.applied(&after.merge(&book));
    for number in ["1.1.5", "2.1.1", "10.2.1", "3.2.1", "1.1.2"] {
        assert_eq!(gone.answer(number), dspt::model::Answer::OPEN, "{number}");
    }
}

#[test]
fn documents_are_added_changed_and_taken_out_one_by_one() {
    let setting = Setting::toml(CARRIED);
    let link = "https://sunrise.example";
    let mut book = setting.book();
    edit_cell(&mut book, "1.1.2", 0, Field::Document, text("Asset register\nevidence/iar.csv"));
    edit_cell(&mut book, "1.1.2", 2, Field::Document, text("Locked cabinet"));
    let after = setting.applied(&setting.merge(&book));
    let list = after.answer("1.1.2").evidence.unwrap();
    assert_eq!(list[0].title.as_deref(), Some("Asset register"));
    assert_eq!(list[0].sha256.as_deref(), Some("ab"), "the same document keeps what else is known of it");
    assert_eq!((list[1].link.as_deref(), list[2].location.as_deref()), (Some(link), Some("Locked cabinet")));
    assert!(after.file.contains(", sha256 = \"ab\" }, # first\n"), "{}", after.file);
    // The first goes; the files have put another before it since.
    let mut book = setting.book();
    edit_cell(&mut book, "1.1.2", 0, Field::Document, Typed::Empty);
    edit_cell(&mut book, "1.1.2", 0, Field::Approved, Typed::Empty);
    let now = Setting::toml(&CARRIED.replace("evidence = [\n", "evidence = [\n  { location = \"Safe\" },\n"));
    let list = now.applied(&now.merge(&book)).answer("1.1.2").evidence.unwrap();
    let places: Vec<_> =
        list.iter().map(|entry| entry.location.as_deref().or(entry.link.as_deref()).unwrap()).collect();
    assert_eq!(places, ["Safe", link]);
}

#[test]
fn cells_that_cannot_be_understood_are_named_and_nothing_is_written() {
    let unclear: &[(&str, Field, Typed, &str)] = &[
        ("2.1.1", Field::Answer, text("maybe"), "choose Yes or Not yet"),
        ("1.4.1", Field::WhyNot, text("because"), "the answer is not"),
        ("1.1.5", Field::Answer, text("Not applicable"), "cannot be answered as not applicable"),
        ("10.2.1", Field::Answer, text("Not applicable"), "needs a reason"),
        ("3.2.1", Field::Done, Typed::Number(50.0), "both numbers"),
        ("3.2.1", Field::Done, Typed::Number(1.5), "whole number"),
        ("1.1.2", Field::Approved, text("last spring"), "type a day"),
        ("1.1.2", Field::ApprovedBy, text("Board"), "without a document"),
        ("1.1.2", Field::Answer, text("see below"), "asks for a document"),
        ("1.1.5", Field::Answer, Typed::Broken("#REF!".to_owned()), "#REF!"),
    ];
    for (number, field, typed, words) in unclear {
        let setting = Setting::toml("");
        let mut book = setting.book();
        edit_cell(&mut book, "1.1.1", 0, Field::Answer, text("Z0041876"));
        edit_cell(&mut book, number, 0, *field, typed.clone());
        let merge = setting.merge(&book);
        assert_eq!(merge.troubles.len(), 1, "{number} {typed:?}: {:?}", merge.troubles);
        let trouble = &merge.troubles[0];
        assert!(trouble.message.contains(words), "{number}: {}", trouble.message);
        assert!(trouble.cell.contains('!'), "{}", trouble.cell);
        assert!(merge.answers.is_empty());
    }
}

#[test]
fn the_organisation_is_merged_into_its_own_file() {
    let setting = Setting::example("northfield-care");
    let mut book = setting.book();
    let mut put = |about: &str, at: usize, typed: Typed| {
        let line = book.lines.iter_mut().find(|line| line.about.text() == about).unwrap_or_else(|| panic!("{about}"));
        line.cells[at].1 = typed;
    };
    put("name", 0, text("Northfield Care Ltd"));
    put("fact nhsmail_only", 0, text("not sure"));
    put("right", 0, text("Yes"));
    put("role caldicott_guardian", 0, text("New Guardian"));
    put("site 5 VQN8J", 6, text("Bo Reed, manager"));
    put("site 5 VQN8J", 7, text("02/04/2026"));
    put("site 0 VNF1G", 11, text("No"));
    put("free 1", 0, text("VNEW1"));
    put("free 1", 1, text("New Home"));
    put("free 1", 8, text("yes"));
    let merge = setting.merge(&book);
    let after = setting.applied(&merge);
    let mut wanted = setting.organisation.clone();
    wanted.name = "Northfield Care Ltd".to_owned();
    wanted.profile.facts.insert("nhsmail_only".to_owned(), "not-sure".to_owned());
    wanted.profile.confirmed = Some(TODAY);
    wanted.roles.get_mut("caldicott_guardian").unwrap().name = Some("New Guardian".to_owned());
    (wanted.sites[5].confirmed, wanted.sites[5].confirmed_by) =
        (Some(date(2026, 4, 2)), Some("Bo Reed, manager".to_owned()));
    wanted.sites[0].shares.get_or_insert_default().it = Some(false);
    let mut site = dspt::model::Site { ods_code: "VNEW1".to_owned(), ..dspt::model::Site::default() };
    site.name = Some("New Home".to_owned());
    site.shares.get_or_insert_default().training = Some(true);
    wanted.sites.push(site);
    assert_eq!(after.organisation, wanted);
    assert!(after.organisation_file.contains("# head of IT until then; stands in last year's answers"));
    assert_eq!(after.answers, setting.answers);
    assert!(after.merge(&book).organisation.is_empty(), "a second time nothing is left to do");
}
