//! Spreadsheets of other people, and other workspaces.

use super::{HOSTILE, Workspace};
use dspt::assess::{Case, assess};
use dspt::bank::Banks;
use dspt::decode;
use dspt::export::answers::{View, csv};
use dspt::form;
use dspt::import::Prefer;
use dspt::import::answers::foreign::{self, Around};
use dspt::import::grid;
use dspt::model::{Answer, Answers, Count, Evidence, History, ItemKind, Organisation, Standard};
use dspt::source::{Document, Syntax, edit};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

const FILE: &str = "assessments/2025-26.toml";

fn standard() -> Arc<Standard> {
    Banks::shipped().find("dspt-asc", "2025-26").unwrap().standard().unwrap()
}

/// The table of these answers.
fn table(standard: &Standard, answers: &Answers) -> String {
    let organisation = Organisation::default();
    let now = date(2026, 5, 1).at(9, 0, 0, 0);
    let assessment = assess(Case {
        standard,
        organisation: &organisation,
        answers,
        plan: None,
        plan_document: false,
        history: &History::default(),
        day: now.date(),
    });
    let items: Vec<usize> = (0..standard.items.len()).collect();
    csv(&View {
        organisation: &organisation,
        standard,
        previous: None,
        assessment: &assessment,
        answers,
        now,
        items: &items,
    })
}

/// What an empty answers file says after the table was taken over.
fn taken_back(standard: &Standard, table: String, head: &str) -> Answers {
    let sheets = grid::read(table.into_bytes()).unwrap();
    let found = foreign::find(&sheets, standard, &BTreeMap::new()).unwrap();
    assert!(found.layouts.iter().all(|layout| layout.is_ours));
    let empty = Answers::default();
    let organisation = Organisation::default();
    let find_file = |_: &str| None;
    let around = Around {
        standard,
        banks: &Banks::shipped(),
        organisation: &organisation,
        answers: &empty,
        prefer: Prefer::Neither,
        skip_unclear: false,
        find_file: &find_file,
    };
    let taken = foreign::take(&found, around);
    assert!(taken.troubles.is_empty(), "{:?}", taken.troubles);
    let bytes = edit::apply(&Document::read_text(head, Syntax::Toml), &taken.changes).unwrap();
    decode::answers::decode(&Document::read(bytes, Syntax::Toml)).value
}

fn text() -> impl Strategy<Value = String> {
    let hostile = proptest::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned);
    prop_oneof![hostile, "[a-zA-Z=+@'\"<>&;, \n-]{1,30}", "\\PC{1,20}"]
        .prop_filter("says something", |text| !text.trim().is_empty())
        // A file holds LF line ends, and what no document may hold is in none of our tables.
        .prop_map(|text| form::fit(&text).into_owned())
}

fn answer(kind: ItemKind, has_threshold: bool, may_not_apply: bool) -> impl Strategy<Value = Answer> {
    let evidence = proptest::collection::vec((text(), any::<bool>(), proptest::option::of(text())), 1..3);
    (text(), any::<bool>(), proptest::option::of(text()), evidence, 0..4_u8).prop_map(
        move |(text, tick, comment, documents, what)| {
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut answer = Answer { comment, ..Answer::default() };
            if what == 0 && may_not_apply {
                answer.not_applicable = Some(text);
                return answer;
            }
            match kind {
                ItemKind::Tick => answer.tick = Some(tick),
                ItemKind::Text => answer.text = Some(text),
                ItemKind::Date => answer.date = Some(date(2026, 2, 3)),
                ItemKind::Document => {
                    let list = documents.into_iter().enumerate().map(|(at, (place, approved, by))| Evidence {
                        location: Some(format!("{at} {}", plain(&place))),
                        title: by.as_ref().map(|by| format!("T {}", plain(by))),
                        approved: approved.then(|| date(2026, 1, 9)),
                        approved_by: by,
                        ..Evidence::default()
                    });
                    answer.evidence = Some(list.collect());
                }
            }
            if has_threshold && kind == ItemKind::Tick {
                answer.count = Some(Count { done: 50, of: 52, on: Some(date(2026, 5, 1)) });
            }
            answer
        },
    )
}

/// Whether words of an answer mean something else in a table, as "n/a" does.
fn is_ambiguous(answer: &Answer) -> bool {
    let means = |text: &Option<String>| {
        text.as_ref().is_some_and(|text| {
            let lower = text.trim().to_lowercase();
            lower.starts_with("not applicable")
                || lower.starts_with("n/a")
                || lower.starts_with("na")
                || lower.contains("appl")
        })
    };
    means(&answer.text) || means(&answer.comment)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_table_of_ours_comes_back_exactly(
        answers in {
            let standard = standard();
            standard
                .items
                .iter()
                .step_by(7)
                .map(|item| {
                    let number = item.number.clone();
                    answer(item.kind, item.threshold.is_some(), item.not_applicable.is_some())
                        .prop_map(move |answer| (number.clone(), answer))
                })
                .collect::<Vec<_>>()
        }
    ) {
        let standard = standard();
        let answers: BTreeMap<String, Answer> =
            answers.into_iter().filter(|(_, answer)| !is_ambiguous(answer)).collect();
        let answers = Answers { standard: "dspt-asc".to_owned(), edition: "2025-26".to_owned(), aim: None, answers };
        let head = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n";
        let back = taken_back(&standard, table(&standard, &answers), head);
        prop_assert_eq!(back, answers);
    }
}

#[test]
fn the_examples_come_back_exactly() {
    for name in ["hazel-house", "northfield-care", "elm-lodge"] {
        let place = Workspace::example(name);
        place.ok(&["export", "--to", "csv", "-o", "answers.csv"]);
        let path = place.path("answers.csv");
        let said = place.ok(&["import", path.to_str().unwrap()]);
        assert!(said.contains("nothing to take over"), "{said}");
        let fresh = place.emptied();
        let before = fresh.read(FILE);
        fresh.ok(&["import", path.to_str().unwrap()]);
        fresh.ok(&["export", "--to", "csv", "-o", "again.csv"]);
        assert_eq!(fresh.read("again.csv"), place.read("answers.csv"), "{name}");
        let comments =
            |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(comments(&before), comments(&fresh.read(FILE)), "comments stay");
    }
}

/// Headings, words and encoding as another program might have them.
const DOWNLOADED: &[u8] = b"Report made on 1 May 2026\r\n\r\nRef,Requirement text,Your response,Comments (optional),Document location,Assigned to\r\n\
1.1.5,Who?,\"Ann \x93Lee\x94, caf\xe9 manager\",,,Ann Lee\r\n\
2.1.1,Induction?,Yes,Each new starter,,\r\n\
2.2.1,Contracts?,no,,,\r\n\
1.1.3,Notice?,,,https://sunrise.example/privacy,\r\n\
10.2.1,Suppliers?,x,Not applicable: no IT suppliers,,\r\n\
1.3.12,Paper?,N/A - all records are electronic,,,\r\n\
8.2.1,Unsupported?,Not applicable,everything is supported,,\r\n\
Totals,,7,,,\r\n";

#[test]
fn a_layout_nobody_knows_is_shown_and_asked_for() {
    let place = Workspace::example("hazel-house").emptied();
    let path = place.path("download.csv");
    fs::write(&path, DOWNLOADED).unwrap();
    let path = path.to_str().unwrap();
    let before = place.read(FILE);
    let said = place.ends(&["import", path, "--edition", "2025-26"], 2);
    for shown in
        ["column A   number       \"Ref\"", "column C   answer       \"Your response\"", "--yes", "not read: B"]
    {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    assert_eq!(place.read(FILE), before);
    let shown = place.json("import", &["import", path, "--yes"], 0);
    assert_eq!(shown["kind"], "spreadsheet");
    let questions = place.json("questions", &["questions"], 0);
    let state = |number: &str| {
        let all = questions["questions"].as_array().unwrap();
        all.iter().find(|question| question["number"] == number).unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(["1.1.5", "2.1.1", "1.1.3"].map(state), ["met"; 3]);
    assert_eq!(["10.2.1", "1.3.12", "8.2.1"].map(state), ["not-applicable"; 3]);
    assert_eq!(state("2.2.1"), "unmet");
    let file = place.read(FILE);
    for line in [
        "text = \"Ann “Lee”, café manager\"",
        "comment = \"Each new starter\"",
        "tick = false",
        "not_applicable = \"no IT suppliers\"",
        "not_applicable = \"all records are electronic\"",
        "not_applicable = \"everything is supported\"",
        "owner = \"Ann Lee\"",
    ] {
        assert!(file.lines().any(|found| found == line), "{line}: {file}");
    }
    assert!(file.contains("link = \"https://sunrise.example/privacy\""));
}

#[test]
fn an_answer_that_exists_and_differs_is_never_overwritten_unasked() {
    let place = Workspace::example("hazel-house");
    let before = place.read(FILE);
    let path = place.path("theirs.csv");
    fs::write(&path, "Number,Answer,Comments\r\n1.1.5,Somebody else,\r\n3.1.1,Yes,\r\n2.1.1,Yes,\r\n").unwrap();
    let path = path.to_str().unwrap();
    let shown = place.json("import", &["import", path, "--yes"], 1);
    let finding = &shown["findings"][0];
    let line = before.lines().position(|line| line.starts_with("[answers.\"1.1.5\"]")).unwrap() + 1;
    assert_eq!(
        (&finding["kind"], &finding["cell"], &finding["line"]),
        (&"conflict".into(), &"B2".into(), &line.into())
    );
    assert_eq!(shown["findings"].as_array().unwrap().len(), 1, "2.1.1 says the same");
    assert_eq!(place.read(FILE), before, "all or nothing");
    place.ok(&["import", path, "--yes", "--ours"]);
    let after = place.read(FILE);
    assert!(!after.contains("Somebody else"));
    assert!(after.contains("[answers.\"3.1.1\"]\ntick = true\n"), "{after}");
    place.ok(&["import", path, "--yes", "--theirs"]);
    assert!(place.read(FILE).contains("text = \"Somebody else\""));
}

#[test]
fn what_was_carried_over_counts_once_it_is_handed_in() {
    let place = Workspace::example("hazel-house");
    let text =
        place.read(FILE).replacen("[answers.\"2.1.1\"]\n", "[answers.\"2.1.1\"]\ncarried_from = \"2024-25\"\n", 1);
    fs::write(place.path(FILE), text).unwrap();
    let path = place.path("theirs.csv");
    fs::write(&path, "Number,Answer\r\n2.1.1,Yes\r\n").unwrap();
    place.ok(&["import", path.to_str().unwrap(), "--yes"]);
    assert!(!place.read(FILE).contains("carried_from"));
}

/// A sheet of ours whose hidden cells somebody took away is anybody's table, but it asks whether answers are still true.
#[test]
fn what_was_carried_over_stays_so_where_the_sheet_asks_and_nobody_says() {
    let place = Workspace::example("hazel-house");
    let carried = |number: &str| {
        (format!("[answers.\"{number}\"]\n"), format!("[answers.\"{number}\"]\ncarried_from = \"2024-25\"\n"))
    };
    let mut text = place.read(FILE);
    for number in ["2.1.1", "2.2.1"] {
        let (old, new) = carried(number);
        text = text.replacen(&old, &new, 1);
    }
    fs::write(place.path(FILE), text).unwrap();
    let path = place.path("theirs.csv");
    fs::write(&path, "No.,Still true?,Answer\r\n2.1.1,,Yes\r\n2.2.1,Yes,Yes\r\n").unwrap();
    place.ok(&["import", path.to_str().unwrap(), "--yes"]);
    let after = place.read(FILE);
    assert!(after.contains(&carried("2.1.1").1) && !after.contains(&carried("2.2.1").1), "{after}");
}

#[cfg(feature = "xlsx")]
#[test]
fn a_number_merged_over_rows_is_that_of_each_and_an_answer_merged_over_items_is_nobodys() {
    let place = Workspace::example("hazel-house");
    let before = place.read(FILE);
    let path = place.path("theirs.xlsx");
    let write = |block: (u32, u16, u32), text: &str, cells: &[(u32, u16, &str)]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Number", "Answer", "Document"]).unwrap();
        for (row, column, text) in cells {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        sheet.merge_range(block.0, block.1, block.2, block.1, text, &rust_xlsxwriter::Format::new()).unwrap();
        book.save(&path).unwrap();
    };
    let import = ["import", path.to_str().unwrap(), "--yes"];
    write((1, 1, 2), "Not yet", &[(1, 0, "3.1.1"), (2, 0, "3.2.1")]);
    let said = place.ends(&import, 1).replace('\n', " ");
    assert!(said.contains("B3") && said.contains("B2:B3 were merged into one cell"), "{said}");
    assert_eq!(place.read(FILE), before);
    let documents = ["https://one.example", "https://two.example"];
    write((1, 0, 2), "1.1.3", &[(1, 2, documents[0]), (2, 2, documents[1])]);
    place.ok(&import);
    assert!(documents.iter().all(|link| place.read(FILE).contains(link)), "{}", place.read(FILE));
}

#[test]
fn cells_of_which_nothing_can_be_made_stop_everything_unless_left_out() {
    let place = Workspace::example("hazel-house").emptied();
    let before = place.read(FILE);
    let path = place.path("theirs.csv");
    fs::write(&path, "Number,Answer\r\n2.1.1,perhaps\r\n2.2.1,Yes\r\n10.2.1,Not applicable\r\n").unwrap();
    let path = path.to_str().unwrap();
    let shown = place.json("import", &["import", path, "--yes"], 1);
    let cells: Vec<&str> =
        shown["findings"].as_array().unwrap().iter().map(|finding| finding["cell"].as_str().unwrap()).collect();
    assert_eq!(cells, ["B2", "B4"]);
    assert_eq!(place.read(FILE), before);
    let said = place.ok(&["import", path, "--yes", "--skip-unclear"]);
    assert!(said.contains("2.1.1 is left out") && said.contains("10.2.1 is left out"), "{said}");
    assert!(place.read(FILE).contains("[answers.\"2.2.1\"]\ntick = true\n"));
}

#[test]
fn a_row_whose_number_the_edition_lacks_is_never_dropped() {
    let place = Workspace::example("hazel-house").emptied();
    let before = place.read(FILE);
    let path = place.path("theirs.csv");
    let rows = "2.1.1,Yes,\r\n1.6.5,Yes,important words\r\n1.1O.2,Yes,\r\n02/01/2001,Yes,\r\n1.6.4,,\r\n\
                3.1.1 - Has a training needs analysis been done?,Yes,\r\n,,left over\r\nTotals,5,\r\n";
    fs::write(&path, format!("Number,Answer,Comments\r\n{rows}")).unwrap();
    let path = path.to_str().unwrap();
    let shown = place.json("import", &["import", path, "--yes"], 1);
    let findings: Vec<(&str, &str, &str)> = shown["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| ["kind", "cell", "message"].map(|key| finding[key].as_str().unwrap()).into())
        .collect();
    let kinds: Vec<(&str, &str)> = findings.iter().map(|(kind, cell, _)| (*kind, *cell)).collect();
    assert_eq!(kinds, [("unclear", "A3"), ("unclear", "A4"), ("unclear", "A5")]);
    assert!(findings[0].2.contains("1.6.5 of 2021-22 is 1.3.8 in 2025-26"), "{findings:?}");
    assert!(findings[1].2.contains("1.1O.2") && findings[2].2.contains("is a day"), "{findings:?}");
    assert!(shown["notes"].to_string().contains("A8, A9"), "{shown}");
    assert_eq!(place.read(FILE), before, "all or nothing");
    let said = place.ok(&["import", path, "--yes", "--skip-unclear"]);
    for cell in ["A3", "A4", "A5", "A8, A9"] {
        assert!(said.contains(cell), "{cell}: {said}");
    }
    assert!(place.read(FILE).contains("[answers.\"3.1.1\"]\ntick = true\n"), "words behind a number are no harm");
}

#[test]
fn a_number_above_the_first_known_one_is_no_heading() {
    let place = Workspace::example("hazel-house").emptied();
    let path = place.path("theirs.csv");
    fs::write(&path, "1.6.5,Yes\r\n2.1.1,Yes\r\n").unwrap();
    let shown = place.json("import", &["import", path.to_str().unwrap(), "--yes"], 1);
    assert_eq!(shown["findings"][0]["cell"], "A1");
}

#[test]
fn rows_that_contradict_each_other_are_for_people_to_settle() {
    let place = Workspace::example("hazel-house").emptied();
    let before = place.read(FILE);
    let path = place.path("theirs.csv");
    let head = "Number,Answer,Comments,Document,Approved on,Owner\r\n";
    let rows = "3.1.1,Yes,aaa,,,\r\n3.1.1,Not yet,bbb,,,\r\n2.1.1,Yes,,,,Ann\r\n2.1.1,y,,,,Bob\r\n\
                1.1.3,,,a notice,1 March 2026,\r\n1.1.3,,,a notice,2 March 2026,\r\n";
    fs::write(&path, format!("{head}{rows}")).unwrap();
    let file = path.to_str().unwrap();
    for options in [&["--yes"][..], &["--yes", "--theirs"], &["--yes", "--ours"]] {
        let shown = place.json("import", &[&["import", file], options].concat(), 1);
        let cells: Vec<&str> =
            shown["findings"].as_array().unwrap().iter().map(|finding| finding["cell"].as_str().unwrap()).collect();
        assert_eq!(cells, ["B3", "C3", "F5", "E7"], "{shown}");
        let message = shown["findings"][0]["message"].as_str().unwrap();
        assert!(message.contains("\"Not yet\"") && message.contains("B2 says \"Yes\""), "{message}");
        assert_eq!(place.read(FILE), before);
    }
    // The same in other words is no contradiction, and what one row leaves empty the other may say.
    let rows = "3.1.1,Yes,,,,\r\n3.1.1,y,why,,,\r\n1.1.3,,,a notice,,\r\n1.1.3,,,another,,\r\n1.1.3,,,a notice,,\r\n";
    fs::write(&path, format!("{head}{rows}")).unwrap();
    place.ok(&["import", file, "--yes"]);
    let after = place.read(FILE);
    assert!(after.contains("[answers.\"3.1.1\"]\ntick = true\ncomment = \"why\"\n"), "{after}");
    assert_eq!(after.matches("location = \"a notice\"").count(), 1, "{after}");
    assert!(after.contains("location = \"another\""), "{after}");
}

/// A sheet with its name and its rows.
#[cfg(feature = "xlsx")]
type Rows<'s> = (&'s str, &'s [&'s [&'s str]]);

#[cfg(feature = "xlsx")]
fn save(path: &std::path::Path, sheets: &[Rows<'_>]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        sheet.set_hidden(name.starts_with("Hidden"));
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
    book.save(path).unwrap();
}

#[cfg(feature = "xlsx")]
#[test]
fn every_sheet_with_answers_is_read_and_every_other_one_listed() {
    let place = Workspace::example("hazel-house").emptied();
    let path = place.path("theirs.xlsx");
    let head: &[&str] = &["Ref", "Question", "Answer"];
    let history: &[&[&str]] = &[&["1.1.1 reworded", "June"]];
    save(
        &path,
        &[
            ("Guide", &[&["Fill in every sheet"]]),
            ("Staff", &[head, &["2.1.1", "q", "Yes"], &["2.2.1", "q", "Yes"], &["1.6.5", "q", "Yes"]]),
            ("Training", &[head, &["3.1.1", "q", "Yes"]]),
            ("People", &[&["Answer", "Ref"], &["Not yet", "2.1.1"]]),
            ("History", history),
            ("Hidden", &[head, &["4.1.1", "q", "Yes"]]),
        ],
    );
    let file = path.to_str().unwrap();
    let shown = place.json("import", &["import", file, "--yes"], 1);
    let cells: Vec<&str> =
        shown["findings"].as_array().unwrap().iter().map(|finding| finding["cell"].as_str().unwrap()).collect();
    assert_eq!(cells, ["Staff!A4", "People!A2"], "{shown}");
    let said = place.ok(&["import", file, "--yes", "--skip-unclear"]);
    for words in
        ["Sheets \"Staff\", \"Training\" are read", "\"People\" is read", "Sheets that are not read: \"Guide\""]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    for name in ["Guide", "History", "Hidden"] {
        assert!(said.contains(&format!("note: sheet \"{name}\" is not read: ")), "{name}: {said}");
    }
    let after = place.read(FILE);
    for number in ["2.2.1", "3.1.1"] {
        assert!(after.contains(&format!("[answers.\"{number}\"]\ntick = true\n")), "{number}: {after}");
    }
    assert!(!after.contains("[answers.\"4.1.1\"]\ntick"), "what is hidden is not read");
}

#[test]
fn semicolons_and_tabs_stand_between_cells_too() {
    for between in [";", "\t"] {
        let place = Workspace::example("hazel-house").emptied();
        let path = place.path("theirs.csv");
        let rows = ["Ref;Hours;Response;Comments", "2.1.1;1,5;Yes;\"all, of them\"", "2.2.1;2,5;Yes;"].join("\r\n");
        fs::write(&path, rows.replace(';', between)).unwrap();
        place.ok(&["import", path.to_str().unwrap(), "--yes"]);
        let after = place.read(FILE);
        assert!(after.contains("[answers.\"2.1.1\"]\ntick = true\ncomment = \"all, of them\"\n"), "{after}");
        assert!(after.contains("[answers.\"2.2.1\"]\ntick = true\n"), "{after}");
    }
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    let place = Workspace::example("hazel-house").emptied();
    let path = place.path("theirs.csv");
    fs::write(&path, "Made by hand\r\nRef,,Reply\r\n2.1.1,,Yes\r\n").unwrap();
    let path = path.to_str().unwrap();
    for (map, column) in [("number=Z", "Z"), ("answer=AB,number=A", "AB"), ("number=B", "B")] {
        let said = place.ends(&["import", path, "--map", map, "--yes"], 2);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("it has no column {column}; it has A \"Ref\", C \"Reply\"")), "{said}");
    }
}

#[test]
fn columns_can_be_named() {
    let place = Workspace::example("hazel-house").emptied();
    let path = place.path("theirs.csv");
    fs::write(&path, "x,y,z\r\n2.1.1,a,Yes\r\n2.2.1,b,Yes\r\n").unwrap();
    let path = path.to_str().unwrap();
    let said = place.ends(&["import", path, "--yes"], 2);
    assert!(said.contains("B \"y\", C \"z\"") && said.contains("--map"), "{said}");
    let said = place.ends(&["import", path, "--map", "reply=C"], 2);
    assert!(said.contains("why-not"), "{said}");
    place.ok(&["import", path, "--map", "number=A,answer=C", "--yes"]);
    assert_eq!(place.read(FILE).matches("tick = true").count(), 2);
}

#[test]
fn answers_of_another_workspace_are_copied_and_do_not_count() {
    let from = Workspace::example("hazel-house");
    let place = from.emptied();
    fs::remove_dir_all(place.path("evidence")).unwrap();
    let source = from.path("");
    let source = source.to_str().unwrap();
    let shown = place.json("import", &["import", source], 0);
    assert_eq!(shown["kind"], "workspace");
    let file = place.read(FILE);
    let copied = file.matches("carried_from = \"VHZ4Q/2025-26\"").count();
    assert_eq!(copied, shown["changed"].as_array().unwrap().len());
    assert!(copied > 20);
    let standard = standard();
    for item in standard.items.iter().filter(|item| !item.shareable) {
        assert!(shown["notes"].to_string().contains(&item.number));
        let table = file.split(&format!("[answers.\"{}\"]", item.number)).nth(1).unwrap();
        assert!(!table.split("[answers").next().unwrap().contains("carried_from"));
    }
    assert!(!file.contains("owner = ") && !file.contains("notes = "), "who looks after it is somebody else's");
    assert_eq!(
        fs::read(place.path("evidence/supplier-list.csv")).unwrap(),
        fs::read(from.path("evidence/supplier-list.csv")).unwrap()
    );
    let status = place.json("status", &["status"], 0);
    assert_eq!(status["sections"][0]["met"], 0);

    // An answer that is here already is decided about by a person, and so is a file.
    place.ok(&["confirm", "1.1.5"]);
    let text = place.read(FILE).replacen("text = \"", "text = \"\"\"Ours. \"\"\"\ncomment = \"", 1);
    fs::write(place.path(FILE), &text).unwrap();
    fs::write(place.path("evidence/supplier-list.csv"), "ours").unwrap();
    let said = place.ends(&["import", source], 1);
    assert!(said.contains("conflict:") && said.contains(FILE), "{said}");
    assert_eq!(place.read(FILE), text);
    assert_eq!(place.read("evidence/supplier-list.csv"), "ours");
    let said = place.ends(&["import", place.path("").to_str().unwrap()], 2);
    assert!(said.contains("this workspace itself"), "{said}");
}

/// Hidden columns are written out too, and with them whose sheet it is.
#[test]
fn a_sheet_of_our_workbook_saved_as_text_is_refused_and_its_workbook_asked_for() {
    let place = Workspace::example("hazel-house");
    let before = place.read("assessments/2025-26.toml");
    let sheet = "Staffing and roles,,,,\nNo.,Answer,Approved on,,dspt answers workbook|1|dspt-asc|2025-26|sha256:0|VHZ4Q\n\
                 1.1.2,,02/09/2026,,item 1.1.2 0\n";
    for text in [sheet.to_owned(), sheet.replace(',', ";"), sheet.replace(',', "\t")] {
        fs::write(place.path("section.csv"), text).unwrap();
        let path = place.path("section.csv");
        for arguments in [&["--yes"][..], &["--yes", "--theirs"]] {
            let said = place.ends(&[&["import", path.to_str().unwrap()], arguments].concat(), 2);
            assert!(said.contains("one sheet of an answers workbook") && said.contains(".xlsx"), "{said}");
        }
    }
    assert_eq!(place.read("assessments/2025-26.toml"), before);
}
