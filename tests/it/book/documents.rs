//! The answers as table and as JSON.

use super::{Setting, TODAY};
use calamine::{Data, Reader as _, Xlsx};
use dspt::export::answers::{View, csv, json};
use dspt::export::csv::unguarded;
use dspt::form::book::{ORGANISATION, PERCENT};
use dspt::form::{self, Field};
use std::io::Cursor;

fn view<T>(setting: &Setting, show: impl FnOnce(&View<'_>) -> T) -> T {
    let items: Vec<usize> = (0..setting.standard.items.len()).collect();
    show(&View {
        organisation: &setting.organisation,
        standard: &setting.standard,
        previous: None,
        assessment: &setting.assess(),
        answers: &setting.answers,
        now: TODAY.at(9, 30, 0, 0),
        items: &items,
    })
}

#[test]
fn the_table_holds_every_answer_and_every_document() {
    let setting = Setting::example("northfield-care");
    let text = view(&setting, csv);
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let titles: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |title: &str| titles.iter().position(|known| known == title).unwrap();
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (number, answer) in &setting.answers.answers {
        let item = setting.standard.item(number).unwrap();
        let own: Vec<_> = rows.iter().filter(|row| row[column("Number")] == **number).collect();
        assert_eq!(own.len(), answer.evidence.as_ref().map_or(1, |list| list.len().max(1)), "{number}");
        for (at, row) in own.iter().enumerate() {
            for field in Field::ALL.into_iter().filter(|field| *field != Field::StillTrue) {
                let cell = form::cell(item, answer, at, field);
                let wanted = if at == 0 || field.is_of_document() { cell.plain().into_owned() } else { String::new() };
                assert_eq!(unguarded(&row[column(field.title())]), wanted, "{number} {field:?}");
            }
        }
    }
}

#[test]
fn formulas_are_guarded_in_the_table() {
    let setting = Setting::toml("[answers.\"1.1.5\"]\ntext = \"=1+1\"\ncomment = \"@SUM(1)\"\n");
    let text = view(&setting, csv);
    assert!(text.contains(",\"'=1+1\",") && text.contains(",\"'@SUM(1)\","), "{text}");
}

#[test]
fn the_json_says_what_the_file_says_and_keeps_notes_back() {
    let setting = Setting::toml("[answers.\"1.1.5\"]\ntext = \"=1+1\\u0007\"\nnotes = \"ours alone\"\n");
    let report = view(&setting, json);
    let item = report.items.iter().find(|item| item.number == "1.1.5").unwrap();
    assert_eq!(item.text.as_deref(), Some("=1+1\u{7}"));
    assert_eq!(report.items.len(), setting.standard.items.len());
    assert!(!serde_json::to_string(&report).unwrap().contains("ours alone"));
}

#[test]
fn no_share_is_shown_before_anything_is_counted() {
    let shares = |file: &str| {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(Setting::toml(file).bytes())).unwrap();
        let mut found = Vec::new();
        for (_, cells) in workbook.worksheets() {
            let is_title = |(_, _, cell): &(usize, usize, &Data)| **cell == PERCENT;
            if let Some((row, column, _)) = cells.used_cells().find(is_title) {
                found.extend(cells.rows().skip(row + 1).filter_map(|row| row.get(column)).cloned());
            }
        }
        found
    };
    let is_nothing = |share: &Data| *share == Data::Empty || *share == "";
    let open = shares("[answers.\"3.2.1\"]\n");
    assert!(!open.is_empty() && open.iter().all(is_nothing), "{open:?}");
    let counted = shares("[answers.\"3.2.1\"]\ntick = true\ncount = { done = 50, of = 52 }\n");
    let told: Vec<&Data> = counted.iter().filter(|share| !is_nothing(share)).collect();
    assert_eq!(told, [&Data::Float(0.961)]);
}

#[test]
fn what_sites_share_is_called_the_same_everywhere() {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(Setting::example("northfield-care").bytes())).unwrap();
    let sheet = workbook.worksheet_range(ORGANISATION).unwrap();
    let mut titles: Vec<String> = sheet.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    titles.retain(|title| title.starts_with("Same ") && title.ends_with('?'));
    let (shared, sites) = titles.split_at(titles.len() / 2);
    assert!(shared.len() == 4 && shared == sites, "{titles:?}");
}
