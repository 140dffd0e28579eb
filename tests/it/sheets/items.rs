//! A bank against the publisher's workbook of items.

use super::{Workspace, root};
use dspt::bank::Banks;
use dspt::model::{Grade, Standard};
use rust_xlsxwriter::{Format, Workbook};
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn standard() -> Arc<Standard> {
    Banks::shipped().find("dspt-asc", "2025-26").unwrap().standard().unwrap()
}

/// A workbook as it might be laid out: three categories side by side, named in a row above, after a sheet of history.
fn workbook(path: &Path) {
    let standard = standard();
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Version control").unwrap().write_string(0, 0, "1.1.1 reworded").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Requirements").unwrap().write_string(0, 0, "Assertions and evidence items").unwrap();
    for (column, title) in [(3, "Category 1"), (6, "Category 3"), (9, "Category 4")] {
        sheet.merge_range(2, column, 2, column + 2, title, &Format::new()).unwrap();
    }
    let head = ["NDG Standard", "Assertion", "Evidence ref"].into_iter();
    let blocks = (0..3).flat_map(|_| ["Evidence text", "Tool tip", "Mandatory"]);
    for (column, title) in (0..).zip(head.chain(blocks)) {
        sheet.write_string(3, column, title).unwrap();
    }
    let mut row = 4;
    for item in &standard.items {
        let mut question = item.question.replace('\'', "’");
        let mut number = item.number.clone();
        let mut mandatory = standard.asks(standard.default_aim(), item);
        match item.number.as_str() {
            "1.1.3" => "Does your organisation have privacy notices?".clone_into(&mut question),
            "1.3.8" => "1.3.9".clone_into(&mut number),
            "1.4.1" => continue,
            "4.1.1" => mandatory = false,
            _ => {}
        }
        sheet.write_string(row, 2, number).unwrap();
        sheet.write_string(row, 3, "Other words for another category altogether").unwrap();
        sheet.write_string(row, 5, "Mandatory").unwrap();
        sheet.write_string(row, 6, format!(" {question}\n")).unwrap();
        sheet.write_string(row, 7, format!("A tip that is longer than the question: {question}")).unwrap();
        sheet.write_string(row, 8, if mandatory { "Yes" } else { "No" }).unwrap();
        row += 1;
    }
    for (number, question) in [("9.9.9", "A new question for everybody?"), ("9.9.8", "")] {
        sheet.write_string(row, 2, number).unwrap();
        sheet.write_string(row, 3, "Other words").unwrap();
        sheet.write_string(row, 6, question).unwrap();
        row += 1;
    }
    book.save(path).unwrap();
}

#[test]
fn every_difference_is_listed_and_what_agrees_is_graded() {
    let place = Workspace::example("hazel-house");
    let path = place.path("items.xlsx");
    workbook(&path);
    let path = path.to_str().unwrap();
    let shown = place.json("standards-compare", &["standards", "compare", "2025-26", path], 1);
    let columns: Vec<&str> =
        shown["columns"].as_array().unwrap().iter().map(|c| c["column"].as_str().unwrap()).collect();
    assert_eq!(columns, ["C", "G", "I"]);
    let differences: Vec<(String, String)> = shown["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let number = item["number"].as_str().or(item["workbook_number"].as_str()).unwrap();
            let words: Vec<&str> =
                item["differences"].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
            (number.to_owned(), words.join(" "))
        })
        .collect();
    let wanted = [
        ("4.1.1", "mandatory"),
        ("1.1.3", "wording"),
        ("1.3.8", "number"),
        ("1.4.1", "not-in-workbook"),
        // The bank knows only how the question begins.
        ("4.5.3", "wording"),
        ("9.9.9", "not-in-bank"),
    ];
    assert_eq!(differences, wanted.map(|(number, words)| (number.to_owned(), words.to_owned())));

    let said = place.ok(&["standards", "compare", "2025-26", path, "-o", "banks"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let old = fs::read_to_string(root().join("standards/dspt-asc/2025-26.toml")).unwrap();
    let new = place.read("banks/2025-26.toml");
    let digest = shown["workbook"]["digest"].as_str().unwrap();
    let gone: Vec<&str> = old.lines().filter(|line| !new.lines().any(|kept| kept == *line)).collect();
    assert!(gone.iter().all(|line| line.starts_with("provenance = ") || *line == "revision = 1"), "{gone:?}");
    let added: Vec<&str> = new.lines().filter(|line| !old.lines().any(|kept| kept == *line)).collect();
    let sources: Vec<&&str> = added.iter().filter(|line| line.starts_with("workbook = ")).collect();
    assert!(sources.len() == 1 && sources[0].contains("items.xlsx") && sources[0].contains(digest), "{sources:?}");
    let banks = place.path("banks");
    let check = place.ok(&["standards", "check", banks.join("2025-26.toml").to_str().unwrap()]);
    assert!(check.starts_with("Sound."), "{check}");

    let read = dspt::decode::standard::decode(new.as_bytes()).value.unwrap();
    let grades = |number: &str| {
        let provenance = &read.item(number).unwrap().provenance;
        (provenance.wording, provenance.number, provenance.level)
    };
    let before = |number: &str| standard().item(number).unwrap().provenance.level;
    assert_eq!(grades("1.1.5"), (Grade::Verbatim, Grade::Verbatim, before("1.1.5")), "both levels, one mark");
    assert_eq!(grades("3.1.1"), (Grade::Verbatim, Grade::Verbatim, before("3.1.1")), "one level, but which?");
    assert_ne!(before("1.1.5"), Grade::Verbatim);
    assert_ne!(before("3.1.1"), Grade::Verbatim);
    let optional = standard().items.iter().find(|item| item.required_for.is_empty()).unwrap().number.clone();
    assert_eq!(grades(&optional).2, Grade::Verbatim, "no level asks for what is not mandatory");
    let none = standard().items.iter().filter(|item| item.required_for.is_empty()).count();
    assert_eq!(shown["levels_confirmed"], none);
    assert!(said.contains("do not tell which of Approaching Standards and Standards Met ask"), "{said}");
    assert_eq!(grades("4.1.1").0, Grade::Verbatim);
    assert_ne!(grades("4.1.1").2, Grade::Verbatim, "the mark disagrees");
    for number in ["1.1.3", "1.3.8", "1.4.1", "4.5.3"] {
        assert_ne!(grades(number).0, Grade::Verbatim, "{number}");
    }
    let said = place.ends(&["standards", "compare", "2025-26", path, "-o", "banks"], 2);
    assert!(said.contains("there already"), "{said}");
}

#[test]
fn columns_can_be_named_and_what_is_not_found_is_said() {
    let place = Workspace::example("hazel-house");
    let standard = standard();
    let mut table = "who,x,y,z\r\n".to_owned();
    for item in &standard.items {
        let approaching = if item.is_required_for("approaching-standards") { "M" } else { "" };
        let asked = if standard.asks(standard.default_aim(), item) { "M" } else { "O" };
        table.push_str(&format!(
            "{},\"{}\",{asked},{approaching}\r\n",
            item.number,
            item.question.replace('"', "\"\"")
        ));
    }
    fs::write(place.path("items.csv"), table).unwrap();
    let path = place.path("items.csv");
    let path = path.to_str().unwrap();
    // The questions are known by their words.
    let found = place.json("standards-compare", &["standards", "compare", "2025-26", path], 1);
    assert_eq!(found["columns"].as_array().unwrap().len(), 2);
    let map = "number=A,question=B,mandatory=C,approaching-standards=D";
    let named = place.json("standards-compare", &["standards", "compare", "2025-26", path, "--map", map], 1);
    assert_eq!(named["columns"].as_array().unwrap().len(), 4);
    let incomplete = standard.items.iter().filter(|item| !item.complete).count();
    assert_eq!(named["differences"].as_array().unwrap().len(), incomplete, "{named:#}");
    // A mark of its own for each level says all.
    assert_eq!(named["levels_confirmed"], named["confirmed"]);
    place.ok(&["standards", "compare", "2025-26", path, "--map", map, "-o", "banks"]);
    let written = dspt::decode::standard::decode(place.read("banks/2025-26.toml").as_bytes()).value.unwrap();
    for item in written.items.iter().filter(|item| item.complete) {
        assert_eq!(item.provenance.level, Grade::Verbatim, "{}", item.number);
    }
    fs::write(place.path("items.csv"), "a,b\r\nc,d\r\n").unwrap();
    let said = place.ends(&["standards", "compare", "2025-26", path], 2);
    assert!(said.contains("none of its columns holds numbers") && said.contains("--map"), "{said}");
}
