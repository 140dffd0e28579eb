//! What is written is read, whatever it looks like; what is edited is exactly what changes.

use super::{BY, Setting, TODAY, edit_cell, text};
use dspt::form::{self, Field, LONGEST, Typed};
use dspt::import::answers::Book;
use dspt::model::{Answer, Answers, Count, Evidence};
use dspt::source::edit::{self, Change, Literal};
use dspt::source::{Document, Pointer, Syntax};
use dspt::workspace::rollover;
use jiff::civil::date;
use proptest::prelude::*;

/// Text that spreadsheets, their readers or their writers are known to change.
const AWKWARD: &[&str] = &[
    "=1+1",
    "+44 20 7946 0000",
    "-2+3",
    "@SUM(1)",
    "'apostrophe",
    "\"quoted\" and 'single'",
    "  blanks around  ",
    "line\nbreak\n\nand another\n",
    "\n\nfirst line empty",
    "tab\tinside",
    "cr\rand\r\ncrlf",
    "<r>no markup</r>",
    "<r><t>rich</t></r>",
    "<r>_x0041_</r>",
    "_x000D_",
    "_x0041_ and _x005F_x0041_ and _xD83D__xDE00_",
    "a_x000",
    "\u{1}\u{7}\u{1b}[31m",
    "\u{fffe}\u{ffff}\u{fdd0}",
    "שלום \u{200f}(1) العربية \u{202e}gnp.exe",
    "👩‍⚕️ e\u{301} 𝒳",
    "1/2",
    "30/06/2026",
    "0012",
    "1e5",
    "TRUE",
    "#N/A",
    "&amp; <script>alert(1)</script> ]]>",
    "\u{2028}\u{85}\u{a0}nbsp\u{a0}",
    "{{ x }} {% raw %} ${y}",
];

fn awkward() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(AWKWARD).prop_map(str::to_owned),
        2 => "\\PC{0,12}",
        1 => "[ \n\t'=<>_x0-9A-F]{0,10}",
    ];
    proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

/// Answers of every kind, all of them saying this text wherever there is room for text.
fn every_kind(text: &str) -> Answers {
    let some = || Some(text.to_owned());
    let mut answers = Answers { standard: "dspt-asc".to_owned(), edition: "2025-26".to_owned(), ..Answers::default() };
    let mut put = |number: &str, answer: Answer| drop(answers.answers.insert(number.to_owned(), answer));
    put("1.1.5", Answer { text: some(), comment: some(), ..Answer::default() });
    put("2.1.1", Answer { tick: Some(false), comment: some(), notes: some(), owner: some(), ..Answer::default() });
    put("10.2.1", Answer { not_applicable: some(), ..Answer::default() });
    put("7.2.1", Answer { text: some(), carried_from: Some("2024-25".to_owned()), ..Answer::default() });
    let count = Count { done: 49, of: 52, on: Some(date(2026, 1, 2)) };
    put("3.2.1", Answer { tick: Some(true), count: Some(count), ..Answer::default() });
    let at = |title: Option<String>| Evidence {
        location: some(),
        title,
        approved: Some(date(2025, 11, 3)),
        approved_by: some(),
        ..Evidence::default()
    };
    put("1.1.2", Answer { evidence: Some(vec![at(None), at(some())]), ..Answer::default() });
    answers
}

fn setting(answers: &Answers, syntax: Syntax) -> Setting {
    let base = match syntax {
        Syntax::Toml => "# ours\nstandard = \"dspt-asc\"\nedition = \"2025-26\"\n",
        Syntax::Yaml => "# ours\nstandard: dspt-asc\nedition: 2025-26\nanswers:\n",
    };
    let mut changes = Vec::new();
    for (number, answer) in &answers.answers {
        let words = [
            ("text", &answer.text),
            ("not_applicable", &answer.not_applicable),
            ("comment", &answer.comment),
            ("notes", &answer.notes),
            ("owner", &answer.owner),
            ("carried_from", &answer.carried_from),
        ];
        let mut set = |key: &'static str, literal: Literal| {
            changes.push(Change::Set(Pointer::answer(number).key(key), literal));
        };
        for (key, text) in words {
            if let Some(text) = text {
                set(key, Literal::Text(text.clone()));
            }
        }
        if let Some(tick) = answer.tick {
            set("tick", Literal::Flag(tick));
        }
        if let Some(count) = answer.count {
            let number = |number: u32| Literal::Number(number.into());
            let on = ("on", Literal::Date(count.on.unwrap()));
            set("count", Literal::Table(vec![("done", number(count.done)), ("of", number(count.of)), on]));
        }
        if let Some(evidence) = &answer.evidence {
            set("evidence", Literal::List(evidence.iter().map(rollover::document).collect()));
        }
    }
    let bytes = edit::apply(&Document::read_text(base, syntax), &changes).unwrap();
    let setting = Setting::new(&String::from_utf8(bytes).unwrap(), syntax);
    assert_eq!(setting.answers, with_lf(answers));
    setting
}

/// Line ends of files are LF.
fn with_lf(answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    let lf = |text: &mut Option<String>| {
        if let Some(text) = text {
            *text = text.replace("\r\n", "\n");
        }
    };
    for answer in answers.answers.values_mut() {
        for text in
            [&mut answer.text, &mut answer.comment, &mut answer.notes, &mut answer.owner, &mut answer.not_applicable]
        {
            lf(text);
        }
        for entry in answer.evidence.iter_mut().flatten() {
            for text in [&mut entry.location, &mut entry.title, &mut entry.approved_by] {
                lf(text);
            }
        }
    }
    answers
}

/// Every cell that can be filled in holds what was written into it.
fn assert_untouched(setting: &Setting, book: &Book) {
    assert_eq!(book.notes, Vec::<String>::new());
    assert!(book.unsafe_.is_empty(), "{:?}", book.unsafe_);
    for row in &book.rows {
        let item = setting.standard.item(&row.id.number).unwrap();
        let answer = setting.answer(&row.id.number);
        for value in &row.values {
            let here = row.id.document == 0 || value.field.is_of_document();
            let wanted = if here {
                form::book::shown(form::cell(item, &answer, row.id.document, value.field)).plain().into_owned()
            } else {
                String::new()
            };
            assert_eq!(value.was.as_deref(), Some(wanted.as_str()), "{}", value.cell);
            let typed = match &value.typed {
                Typed::Empty => String::new(),
                Typed::Text(text) => text.clone(),
                Typed::Number(number) => number.to_string(),
                Typed::Day(day) => day.to_string(),
                other => panic!("{}: {other:?}", value.cell),
            };
            assert_eq!(typed, wanted, "{}", value.cell);
        }
    }
    let merge = setting.merge(book);
    assert_eq!((&merge.troubles, &merge.notes), (&vec![], &vec![]));
    assert!(merge.answers.is_empty() && merge.organisation.is_empty());
}

#[test]
fn what_was_not_edited_changes_nothing() {
    for name in ["hazel-house", "elm-lodge", "northfield-care"] {
        let setting = Setting::example(name);
        let book = setting.book();
        let numbers: std::collections::BTreeSet<&str> = book.rows.iter().map(|row| row.id.number.as_str()).collect();
        assert_eq!(numbers.len(), setting.standard.items.len(), "every item has its row");
        assert_untouched(&setting, &book);
    }
    for text in AWKWARD {
        let setting = setting(&every_kind(text), Syntax::Toml);
        assert_untouched(&setting, &setting.book());
    }
}

#[test]
fn the_longest_text_of_a_cell_is_whole_and_a_longer_one_is_cut_and_left_alone() {
    for text in ["x".repeat(LONGEST), "😀".repeat(LONGEST / 2)] {
        let setting = setting(&every_kind(&text), Syntax::Toml);
        let mut book = setting.book();
        assert_untouched(&setting, &book);
        edit_cell(&mut book, "1.1.5", 0, Field::Answer, super::text("short"));
        let merge = setting.merge(&book);
        assert_eq!(setting.applied(&merge).answer("1.1.5").text.as_deref(), Some("short"));
    }
    let long = "word ".repeat(LONGEST);
    let setting = setting(&every_kind(&long), Syntax::Toml);
    let mut book = setting.book();
    assert_untouched(&setting, &book);
    edit_cell(&mut book, "1.1.5", 0, Field::Answer, text("short"));
    let merge = setting.merge(&book);
    assert!(merge.answers.is_empty());
    assert!(merge.troubles[0].message.contains("too long for a cell"), "{:?}", merge.troubles);
}

#[test]
fn the_same_answers_and_moment_give_the_same_bytes() {
    let setting = Setting::example("northfield-care");
    assert_eq!(setting.bytes(), setting.bytes());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn awkward_text_is_written_and_read_as_it_is(text in awkward()) {
        let setting = setting(&every_kind(&text), Syntax::Yaml);
        assert_untouched(&setting, &setting.book());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_changes_what_was_edited_and_nothing_else(old in awkward(), new in awkward(), toml in any::<bool>()) {
        // What a form reads as nothing, or as not applicable, has tests of its own.
        prop_assume!(!new.trim().is_empty() && !new.trim().starts_with("http") && new.trim().len() > 2);
        let syntax = if toml { Syntax::Toml } else { Syntax::Yaml };
        let setting = setting(&every_kind(&old), syntax);
        let mut book = setting.book();
        for (number, field) in [("1.1.5", Field::Answer), ("2.1.1", Field::Comment), ("10.2.1", Field::WhyNot)] {
            edit_cell(&mut book, number, 0, field, text(&new));
        }
        edit_cell(&mut book, "1.1.2", 1, Field::ApprovedBy, text(&new));
        let merge = setting.merge(&book);
        let after = setting.applied(&merge);
        let new = new.replace("\r\n", "\n").replace('\r', "\n");
        let shown = |text: &Option<String>| text.as_deref().map(form::fit).unwrap_or_default().into_owned();
        let mut wanted = setting.answers.clone();
        let mut set = |number: &str, change: &dyn Fn(&mut Answer), same: bool| {
            let answer = wanted.answers.get_mut(number).unwrap();
            if !same {
                change(answer);
                (answer.reviewed, answer.reviewed_by) = (Some(TODAY), Some(BY.to_owned()));
            }
        };
        let was = setting.answer("1.1.5");
        set("1.1.5", &|answer| answer.text = Some(new.clone()), shown(&was.text) == new);
        let was = setting.answer("2.1.1");
        set("2.1.1", &|answer| answer.comment = Some(new.clone()), shown(&was.comment) == new);
        let was = setting.answer("10.2.1");
        set("10.2.1", &|answer| answer.not_applicable = Some(new.clone()), shown(&was.not_applicable) == new);
        let was = setting.answer("1.1.2").evidence.unwrap()[1].approved_by.clone();
        set("1.1.2", &|answer| answer.evidence.as_mut().unwrap()[1].approved_by = Some(new.clone()), shown(&was) == new);
        prop_assert_eq!(&after.answers, &wanted);
    }
}
