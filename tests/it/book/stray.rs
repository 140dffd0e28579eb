//! What was typed where nothing is asked is told, and stops nothing.

use super::{Setting, text};
use dspt::form::Field;
use dspt::import::answers;
use std::io::{Cursor, Read as _, Write as _};

/// A workbook with one of its parts rewritten.
pub fn rewritten(bytes: &[u8], name: &str, rewrite: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        let known = part.name().unwrap().into_owned();
        if known == name {
            content = rewrite(&String::from_utf8(content).unwrap()).into_bytes();
        }
        writer.start_file(known, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Types a text into a cell of a written workbook, over what stands there.
fn type_into(bytes: &[u8], sheet: usize, cell: &str, text: &str) -> Vec<u8> {
    rewritten(bytes, &format!("xl/worksheets/sheet{sheet}.xml"), |xml| typed(xml, cell, text))
}

fn typed(xml: &str, cell: &str, text: &str) -> String {
    let new = format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    if let Some(from) = xml.find(&format!("<c r=\"{cell}\"")) {
        let opened = from + xml[from..].find('>').unwrap();
        let is_empty = xml[..opened].ends_with('/');
        let end = if is_empty { opened + 1 } else { from + xml[from..].find("</c>").unwrap() + "</c>".len() };
        return format!("{}{new}{}", &xml[..from], &xml[end..]);
    }
    let row = cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
    if let Some(from) = xml.find(&format!("<row r=\"{row}\"")) {
        let opened = from + xml[from..].find('>').unwrap();
        if xml[..opened].ends_with('/') {
            return format!("{}>{new}</row>{}", &xml[..opened - 1], &xml[opened + 1..]);
        }
        let end = from + xml[from..].find("</row>").unwrap();
        return format!("{}{new}{}", &xml[..end], &xml[end..]);
    }
    xml.replace("</sheetData>", &format!("<row r=\"{row}\">{new}</row></sheetData>"))
}

#[test]
fn a_workbook_that_nobody_touched_holds_no_strays() {
    for example in ["northfield-care", "hazel-house", "elm-lodge"] {
        let book = Setting::example(example).book();
        assert_eq!((book.strays, book.notes), (vec![], vec![]), "{example}");
    }
}

/// A workbook whose sheet has another name.
fn renamed(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    rewritten(bytes, "xl/workbook.xml", |xml| {
        let tab = format!("<sheet name=\"{old}\"");
        assert!(xml.contains(&tab), "{xml}");
        xml.replace(&tab, &format!("<sheet name=\"{new}\""))
    })
}

#[test]
fn a_tab_with_another_name_is_read_as_before() {
    let setting = Setting::example("hazel-house");
    let bytes = setting.bytes();
    for (old, new) in [("Summary", "How far we are"), ("How to fill this in", "Help"), ("Your organisation", "Us")] {
        let book = answers::read(&renamed(&bytes, old, new)).unwrap();
        assert_eq!((book.strays.as_slice(), book.notes.as_slice()), (&[][..], &[][..]), "{old}");
        assert_eq!(book.lines.len(), setting.book().lines.len(), "{old}");
    }
    // What is typed there is told, and what is asked there is taken over.
    let typed = type_into(&renamed(&bytes, "Summary", "How far we are"), 3, "C7", "is this right?");
    let book = answers::read(&typed).unwrap();
    assert_eq!(book.strays.iter().map(|stray| stray.cell.as_str()).collect::<Vec<_>>(), ["How far we are!C7"]);
    let mut book = answers::read(&renamed(&bytes, "Your organisation", "Us")).unwrap();
    let line = book.lines.iter_mut().find(|line| line.about == dspt::form::organisation::About::CqcProvider).unwrap();
    assert!(line.cells[0].0.starts_with("Us!"), "{}", line.cells[0].0);
    line.cells[0].1 = text("1-999");
    assert_eq!(setting.merge(&book).changed.len(), 1);
}

#[test]
fn a_copy_of_a_sheet_is_read_once_and_what_it_says_otherwise_is_for_people_to_settle() {
    let setting = Setting::example("hazel-house");
    // The hidden sheet makes room for a copy of the first one.
    let copy = |bytes: &[u8]| {
        let first = std::cell::RefCell::new(String::new());
        rewritten(bytes, "xl/worksheets/sheet1.xml", |xml| first.replace(xml.to_owned()) + xml);
        let bytes = renamed(bytes, "Summary", "Your organisation (2)");
        rewritten(&bytes, "xl/worksheets/sheet3.xml", |_| first.borrow().clone())
    };
    let bytes = setting.bytes();
    let twice = answers::read(&copy(&bytes)).unwrap();
    assert_eq!(twice.lines.len(), setting.book().lines.len());
    assert_eq!((twice.strays.as_slice(), twice.unsafe_.as_slice()), (&[][..], &[][..]));
    // Edited in the copy alone.
    let edited = type_into(&copy(&bytes), 3, "B9", "Another name");
    let told = answers::read(&edited).unwrap().unsafe_;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0.starts_with("Your organisation (2)!") && told[0].1.contains("keep one of them"), "{told:?}");
}

#[test]
fn a_formula_over_one_of_ours_is_told() {
    let setting = Setting::example("northfield-care");
    let bytes = setting.bytes();
    let sheets = dspt::import::grid::read(bytes.clone()).unwrap();
    let formula = |xml: &str, cell: &str, formula: &str| {
        let from = xml.find(&format!("<c r=\"{cell}\"")).unwrap();
        let opened = from + xml[from..].find('>').unwrap() + 1;
        let end = from + xml[from..].find("</c>").unwrap();
        format!("{}<f>{formula}</f><v>7</v>{}", &xml[..opened], &xml[end..])
    };
    // Where it stands, the share, the counts of the summary.
    let mut places: Vec<(usize, String)> = vec![(2, "C8".to_owned()), (2, "E8".to_owned())];
    for title in ["Where it stands", "Per cent"] {
        let of = |sheet: &dspt::import::grid::Sheet| {
            let column = (0..sheet.width()).find(|column| sheet.text(4, *column) == title)?;
            let row = sheet.rows().find(|row| *row > 4 && sheet.formula(*row, column).is_some())?;
            Some(dspt::import::grid::address(row, column))
        };
        let (at, cell) = sheets.iter().enumerate().find_map(|(at, sheet)| Some((at, of(sheet)?))).unwrap();
        places.push((at, cell));
    }
    for (at, cell) in places {
        let part = format!("xl/worksheets/sheet{}.xml", at + 1);
        let book = answers::read(&rewritten(&bytes, &part, |xml| formula(xml, &cell, "2+5"))).unwrap();
        let told: Vec<_> = book.strays.iter().map(|stray| (stray.cell.as_str(), stray.text.as_str())).collect();
        assert_eq!(told, [(format!("{}!{cell}", sheets[at].name).as_str(), "=2+5")], "{cell}");
    }
}

#[test]
fn what_is_typed_where_nothing_is_asked_is_told_and_stops_nothing() {
    let setting = Setting::example("hazel-house");
    let bytes = setting.bytes();
    // On every sheet: above, below and beside the tables, and over what is locked.
    let strays = [
        (1, "D1", "ring me on Monday"),
        (1, "AF9", "far to the right"),
        (1, "B300", "a seventh site: Ash Cottage"),
        (2, "C40", "I did not understand step 3"),
        (3, "C7", "is this right?"),
        (3, "B8", "12"),
        (3, "K2", "1"),
        (4, "E1", "the training figures follow"),
        (4, "C300", "PS: see my e-mail"),
        (4, "AZ7", "an extra column"),
        (4, "A5", "Number"),
    ];
    let mut all = bytes.clone();
    for (sheet, cell, said) in strays {
        let one = answers::read(&type_into(&bytes, sheet, cell, said)).unwrap();
        let found: Vec<_> = one.strays.iter().filter(|stray| stray.cell.ends_with(&format!("!{cell}"))).collect();
        assert_eq!(found.len(), 1, "{sheet} {cell}: {:?}", one.strays);
        assert_eq!(found[0].text, said);
        if cell != "A5" {
            assert_eq!(one.strays.len(), 1, "{sheet} {cell}: {:?}", one.strays);
            all = type_into(&all, sheet, cell, said);
        }
    }
    let mut book = answers::read(&all).unwrap();
    super::edit_cell(&mut book, "1.1.5", 0, Field::Comment, text("asked for"));
    let merge = setting.merge(&book);
    assert_eq!(merge.troubles, []);
    assert_eq!(merge.changed.len(), 1);
    assert_eq!(merge.notes.len(), strays.len() - 1, "{:?}", merge.notes);
    let told = |note: &String| note.starts_with("not taken over: Summary!C7 says \"is this right?\"");
    assert!(merge.notes.iter().any(told), "{:?}", merge.notes);
}

#[test]
fn a_workbook_that_holds_a_stray_is_not_written_over() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("a.xlsx");
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-house");
    let export = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"));
        command.arg("-C").arg(&example).args(["export", "-o"]).arg(&file).output().unwrap()
    };
    assert!(export().status.success());
    assert!(export().status.success(), "nothing was typed into it");
    let typed = type_into(&std::fs::read(&file).unwrap(), 3, "C30", "PS: we move in June");
    std::fs::write(&file, &typed).unwrap();
    let said = String::from_utf8(export().stderr).unwrap();
    assert!(said.contains("says what the files do not (1 cell)"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), typed);
}

#[test]
fn what_a_sheet_of_somebodys_own_says_is_told_cell_by_cell() {
    let identity = dspt::form::book::Identity {
        format: 1,
        ods_code: "A1B2".to_owned(),
        standard: "dspt-asc".to_owned(),
        edition: "2025-26".to_owned(),
        bank: "sha256:0".to_owned(),
    };
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let hidden = workbook.add_worksheet().set_name(dspt::form::book::HIDDEN).unwrap();
    hidden.write_string(0, 0, identity.text()).unwrap();
    hidden.write_string(0, dspt::form::book::PRINTED_COLUMN, dspt::form::book::PRINTED).unwrap();
    workbook.add_worksheet().set_name("Notes").unwrap().write_string(1, 1, "my own notes").unwrap();
    let book = answers::read(&workbook.save_to_buffer().unwrap()).unwrap();
    let told: Vec<_> = book.strays.iter().map(|stray| (stray.cell.as_str(), stray.text.as_str())).collect();
    assert_eq!(told, [("Notes!B2", "my own notes")]);
}
