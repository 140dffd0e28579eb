//! The action plan: its rows, its file, and every document of it.

mod workbook;

use dspt::assess::{Assessment, Case, assess};
use dspt::bank::Banks;
use dspt::decode;
use dspt::export::csv::unguarded;
use dspt::export::plan::{self as documents, Column, Sheet};
use dspt::export::text::terminal;
use dspt::model::{Action, ActionPlan, ActionStatus, Answer, Answers, History, Organisation, Standard};
use dspt::plan::generate::{self, Fill};
use dspt::plan::{Lack, PlanRow, Standing};
use dspt::source::{Document, Syntax};
use dspt::tree::WorkTree;
use dspt::workspace::{Scope, Workspace};
use jiff::civil::{Date, DateTime, date};
use std::path::Path;
use std::sync::Arc;

/// An organisation, its answers and its plan, ready to be judged.
struct Setting {
    standard: Arc<Standard>,
    organisation: Organisation,
    answers: Answers,
    plan: Option<ActionPlan>,
    now: DateTime,
}

impl Setting {
    fn example(name: &str, day: Date) -> Self {
        let tree = WorkTree::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name));
        let mut workspace = Workspace::load(&tree, Scope::Edition(Some("2025-26")));
        Self {
            standard: standard(),
            organisation: workspace.organisation.take().expect("an organisation").1.value,
            answers: workspace.answers.remove(0).decoded.value,
            plan: workspace.plans.pop().map(|plan| plan.decoded.value),
            now: day.at(9, 15, 0, 0),
        }
    }

    fn hazel_house() -> Self {
        Self::example("hazel-house", date(2026, 3, 2))
    }

    fn assess(&self) -> Assessment {
        assess(Case {
            standard: &self.standard,
            organisation: &self.organisation,
            answers: &self.answers,
            plan: self.plan.as_ref(),
            plan_document: false,
            history: &History::default(),
            day: self.now.date(),
        })
    }

    fn rows(&self) -> Vec<PlanRow> {
        dspt::plan::rows(&self.standard, &self.assess(), &self.answers, self.plan.as_ref())
    }

    fn action(&mut self, number: &str) -> &mut Action {
        self.plan.get_or_insert_default().actions.entry(number.to_owned()).or_default()
    }

    fn sheet<T>(&self, show: impl FnOnce(&Sheet<'_>) -> T) -> T {
        let assessment = self.assess();
        let sheet =
            Sheet::new(&self.organisation, &self.standard, &assessment, &self.answers, self.plan.as_ref(), self.now);
        show(&sheet)
    }
}

fn standard() -> Arc<Standard> {
    Banks::shipped().find("dspt-asc", "2025-26").expect("the edition").standard().expect("a sound bank")
}

/// Text that wants to be a formula, markup, an escape sequence or another cell.
const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"https://evil.example\",\"click\")",
    "+44 20 7946 0000",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    " =1",
    "'=1",
    "\t=1",
    "\r\n=1",
    "a|b\\|c",
    "one\ntwo\r\nthree\rfour",
    "say \"hi\", then; go",
    "<script>alert(1)</script> & <b>",
    "<r><t>rich</t></r>",
    "<r>no markup & _x0041_</r>",
    "_x0041_ stays",
    "\u{1b}[31mred\u{7}\u{0}\u{9b}\u{ffff}\u{fffe}",
    "שלום \u{200f}(1) العربية",
    "\u{202e}gnp.exe",
    "# heading ** bold ** `code` [l](javascript:x) ![i](x) {{ 7 * 7 }} {% raw %}",
    "=cmd|' /C calc'!A0",
    "👩‍⚕️ e\u{301}",
];

/// The example, with hostile text in every place that people fill in.
fn hostile() -> Setting {
    let mut setting = Setting::hazel_house();
    let numbers: Vec<String> = setting.rows().iter().map(|row| row.number.clone()).collect();
    for (at, text) in HOSTILE.iter().enumerate() {
        let action = setting.action(&numbers[at % numbers.len()]);
        let text = Some((*text).to_owned());
        if at < numbers.len() {
            *action = Action {
                action: text.clone(),
                owner: text.clone(),
                resources: text.clone(),
                notes: text,
                target: Some(date(2026, 4, 30)),
                status: Some(ActionStatus::InProgress),
                ..Action::default()
            };
        } else {
            (action.progress, action.cost) = (text.clone(), text);
        }
    }
    setting.organisation.name = String::from("=Hazel | <House> & Co\u{1b}");
    setting
}

/// Reads CSV as RFC 4180 has it.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'), "lines end with CRLF");
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\n' if !quoted => panic!("a line feed alone"),
            c => cell.push(c),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the last line ends with CRLF");
    rows
}

/// The cells of the plan as every document has to show them: dates as `2026-06-30`.
fn cells(setting: &Setting) -> Vec<Vec<String>> {
    setting.sheet(|sheet| {
        sheet.rows.iter().map(|row| Column::ALL.map(|column| sheet.cell(row, column).iso()).to_vec()).collect()
    })
}

#[test]
fn each_outstanding_item_has_a_row_in_the_standards_order() {
    let setting = Setting::hazel_house();
    let rows = setting.rows();
    let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(numbers, setting.assess().plan.outstanding);
    assert_eq!(numbers.len(), 14);
    assert!(rows.iter().all(|row| row.standing == Standing::Outstanding && row.lacks().is_empty()));
    let plan = rows.iter().find(|row| row.number == "7.1.2").expect("the row");
    assert_eq!(plan.gap, "not answered yet");
    assert_eq!(plan.section, "Data security");
    assert_eq!(plan.mandatory_for.iter().map(|level| level.label.as_str()).collect::<Vec<_>>(), ["Standards Met"]);
    assert_eq!(plan.prepare, ["business continuity plan"]);
    assert!(!plan.is_late(date(2026, 6, 30)) && plan.is_late(date(2026, 7, 1)), "in time on the day itself");
}

#[test]
fn actions_for_other_items_follow_and_say_why() {
    let mut setting = Setting::hazel_house();
    setting.action("1.4.1").target = Some(date(2020, 1, 1));
    setting.action("8.3.8").action = Some("Register with the early warning service".to_owned());
    setting.action("99.9.9").action = Some("For an item that is not there".to_owned());
    setting.action("7.1.2").owner = Some("  ".to_owned());
    setting.action("7.1.2").target = None;
    setting.plan.as_mut().unwrap().actions.remove("9.5.2");
    let rows = setting.rows();
    let found = |number: &str| rows.iter().find(|row| row.number == number).expect("a row");
    let tail: Vec<_> = rows[14..].iter().map(|row| (row.number.as_str(), row.standing)).collect();
    assert_eq!(tail, [("1.4.1", Standing::Settled), ("8.3.8", Standing::Further), ("99.9.9", Standing::Unknown)]);
    assert_eq!(found("1.4.1").gap, "none, the item is met");
    assert!(!found("1.4.1").is_late(date(2026, 3, 2)), "nothing is left to be done");
    assert!(found("99.9.9").lacks().is_empty());
    assert_eq!(found("7.1.2").lacks(), [Lack::Owner, Lack::Target]);
    assert_eq!(found("9.5.2").lacks(), [Lack::Action, Lack::Owner, Lack::Target]);
    assert_eq!(found("9.5.2").action, None);
}

#[test]
fn a_new_plan_is_a_table_to_fill_in_for_each_item() {
    let mut setting = Setting::hazel_house();
    setting.plan = None;
    setting
        .answers
        .answers
        .insert("7.1.2".to_owned(), Answer { owner: Some("jo@sunrise.example".to_owned()), ..Answer::default() });
    let rows = setting.rows();
    let text = generate::file(Some("../schemas/action-plan.schema.json"), &setting.standard, None, &rows, Fill::Places);
    assert!(text.starts_with("#:schema ../schemas/action-plan.schema.json\n# Action plan:"));
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    let wanted = "
# 7.1.2 Does your organisation have a business continuity plan that covers data and cyber security?
# Now: not answered yet. Mandatory for Standards Met.
# Have ready: business continuity plan.
[actions.\"7.1.2\"]
action = \"\"
owner = \"jo@sunrise.example\"
# target = YYYY-MM-DD
status = \"planned\"
";
    assert!(text.contains(wanted), "{text}");
    let read = Document::read_text(&text, Syntax::Toml);
    let decoded = decode::plan::decode(&read);
    assert!(read.faults.is_empty() && decoded.faults.is_empty(), "{:?}", decoded.faults);
    assert_eq!((decoded.value.standard.as_str(), decoded.value.edition.as_str()), ("dspt-asc", "2025-26"));
    assert_eq!(decoded.value.actions.len(), rows.len());
    setting.plan = Some(decoded.value);
    let all = setting.assess().plan;
    assert_eq!(all.incomplete, all.outstanding, "nothing counts as planned before it is filled in");
}

#[test]
fn what_is_missing_is_added_and_the_rest_stays_to_the_byte() {
    for (bom, end, last) in [(false, "\n", "\n"), (true, "\r\n", "\r\n"), (false, "\n", ""), (false, "\r\n", "# end")] {
        let mut text = "standard = 'dspt-asc' # ours\nedition = \"2025-26\"\n\n[actions.\"7.1.2\"]\naction = '''\nmine'''  # keep\n".replace('\n', end);
        text.truncate(text.len() - end.len());
        text.push_str(last);
        let bytes = [if bom { "\u{feff}" } else { "" }, &text].concat().into_bytes();
        let document = Document::read(bytes.clone(), Syntax::Toml);
        let mut setting = Setting::hazel_house();
        let before = decode::plan::decode(&document).value;
        setting.plan = Some(before.clone());
        let added = generate::add_missing(&document, &setting.rows()).expect("an edit").expect("something to add");
        assert_eq!(added.numbers.len(), 13);
        assert!(added.bytes.starts_with(&bytes), "what was there stays");
        let new = String::from_utf8(added.bytes[bytes.len()..].to_vec()).unwrap();
        assert_eq!(new.matches('\n').count(), new.matches(end).count(), "line ends as in the file");
        assert!(!new.contains("7.1.2 "));
        let mut after = decode::plan::decode(&Document::read(added.bytes, Syntax::Toml));
        assert!(after.faults.is_empty(), "{:?}", after.faults);
        for number in &added.numbers {
            assert_eq!(after.value.actions.remove(number).and_then(|action| action.action).as_deref(), Some(""));
        }
        assert_eq!(after.value, before);
    }
}

#[test]
fn nothing_is_added_to_a_plan_that_has_every_item() {
    let setting = Setting::hazel_house();
    let document = Document::read_text("standard = \"dspt-asc\"\n", Syntax::Toml);
    assert_eq!(generate::add_missing(&document, &setting.rows()), Ok(None));
}

#[test]
fn plans_of_other_shapes_are_added_to_or_refused() {
    let mut setting = Setting::hazel_house();
    setting.plan.as_mut().unwrap().actions.retain(|number, _| number != "7.1.2" && number != "9.5.2");
    let rows = setting.rows();
    let add = |text: &str, syntax| generate::add_missing(&Document::read_text(text, syntax), &rows);
    for (text, syntax) in [
        ("edition = \"2025-26\"\nactions = { \"3.1.1\" = { action = \"x\" } }\n", Syntax::Toml),
        ("actions.\"3.1.1\".action = \"x\"\n", Syntax::Toml),
        ("actions:\n  \"3.1.1\":\n    action: x # mine\nedition: 2025-26\n", Syntax::Yaml),
        ("edition: 2025-26\nactions:\n", Syntax::Yaml),
        ("edition: 2025-26\nactions: {\"3.1.1\": {action: x}}\n", Syntax::Yaml),
        ("edition: 2025-26\n", Syntax::Yaml),
    ] {
        let added = add(text, syntax).unwrap_or_else(|error| panic!("{text}: {error}")).expect("something to add");
        assert_eq!(added.numbers, ["7.1.2", "9.5.2"]);
        let decoded = decode::plan::decode(&Document::read(added.bytes, syntax));
        assert!(decoded.faults.is_empty(), "{text}: {:?}", decoded.faults);
        let mut wanted = decode::plan::decode(&Document::read_text(text, syntax)).value;
        for (number, owner) in [("7.1.2", None), ("9.5.2", None::<String>)] {
            let owner = Some(owner.unwrap_or_default());
            let action =
                Action { action: Some(String::new()), owner, status: Some(ActionStatus::Planned), ..Action::default() };
            wanted.actions.insert(number.to_owned(), action);
        }
        assert_eq!(decoded.value, wanted, "{text}");
    }
    assert!(add("actions = 3\n", Syntax::Toml).is_err());
    assert!(add("[actions.\"1.1.1\"\n", Syntax::Toml).is_err());
}

#[test]
fn every_format_shows_the_same_cells() {
    for setting in [Setting::hazel_house(), Setting::example("northfield-care", date(2026, 5, 20)), hostile()] {
        let wanted = cells(&setting);
        assert!(!wanted.is_empty());

        let mut csv = read_csv(&setting.sheet(documents::csv));
        assert_eq!(csv.remove(0), Column::ALL.map(Column::title));
        let csv: Vec<Vec<String>> =
            csv.iter().map(|row| row.iter().map(|cell| unguarded(cell).to_owned()).collect()).collect();
        assert_eq!(csv, wanted);

        let report = setting.sheet(documents::json);
        assert_eq!(report.items.len(), wanted.len());
        for (item, row) in report.items.iter().zip(&wanted) {
            let text = |text: &Option<String>| text.as_deref().map(shown).unwrap_or_default();
            let status = item.status.as_deref().unwrap_or_default().replace('-', " ");
            let owner = if item.owner_name.is_some() { &item.owner_name } else { &item.owner };
            let labels: Vec<&str> = item.required_for.iter().map(|id| setting.standard.label(id)).collect();
            let same = [
                item.number.clone(),
                item.section.clone(),
                item.question.clone(),
                item.gap.clone(),
                text(&item.action),
                text(owner),
                text(&item.target),
                status,
                text(&item.resources),
                text(&item.comments),
                text(&item.progress),
                text(&item.cost),
                labels.join(", "),
            ];
            assert_eq!(&same.to_vec(), row);
        }

        let toml = setting.sheet(|sheet| documents::toml(sheet, None));
        let decoded = decode::plan::decode(&Document::read_text(&toml, Syntax::Toml));
        assert!(decoded.faults.is_empty(), "{:?}", decoded.faults);
        let reread = Setting {
            plan: Some(decoded.value),
            organisation: setting.organisation.clone(),
            answers: setting.answers.clone(),
            standard: setting.standard.clone(),
            now: setting.now,
        };
        assert_eq!(cells(&reread), wanted);

        let markdown = setting.sheet(documents::markdown).expect("a page");
        let table = markdown_table(&markdown);
        for (at, title) in table[0].iter().enumerate() {
            let column = Column::ALL.iter().position(|column| column.title() == title).expect("a known column");
            // Nothing parts one cell's direction of writing from the next one's there, so what turns it is left out.
            let column = Column::ALL[column];
            let words: Vec<String> = setting
                .sheet(|sheet| sheet.rows.iter().map(|row| terminal(&sheet.cell(row, column).words())).collect());
            let found: Vec<&str> = table[1..].iter().map(|row| row[at].as_str()).collect();
            assert_eq!(found, words, "{title}");
        }
        assert_eq!(table.len() - 1, wanted.len());

        let html = setting.sheet(documents::html).expect("a page");
        for cell in wanted.iter().flat_map(|row| [&row[0], &row[2], &row[4]]) {
            let escaped = cell.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('/', "&#x2f;");
            let escaped = escaped.replace('"', "&quot;").replace('\'', "&#x27;");
            assert!(html.contains(&format!(">{escaped}<")), "{escaped}");
        }
    }
}

/// What becomes of typed text in any document, put down a second time.
fn shown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let unfit = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(unfit, "\u{fffd}").trim().to_owned()
}

/// Cells of the table in a Markdown page, escapes taken back.
fn markdown_table(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("| ---"));
    rows.map(|line| {
        let (mut row, mut cell) = (Vec::new(), String::new());
        let mut chars = line.chars().skip(1);
        while let Some(c) = chars.next() {
            match c {
                '\\' => cell.extend(chars.next()),
                '|' => row.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        assert!(cell.is_empty(), "a row ends with a bar: {line}");
        let plain = |cell: String| {
            cell.trim_matches(' ').replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        };
        row.into_iter().map(plain).collect()
    })
    .collect()
}

#[test]
fn csv_cells_never_begin_a_formula() {
    let csv = hostile().sheet(documents::csv);
    for cell in read_csv(&csv).iter().flatten() {
        assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝']), "{cell}");
        assert!(!cell.contains(|c: char| c.is_control() && c != '\n'), "{cell:?}");
    }
}

#[test]
fn markup_in_answers_stays_text() {
    let setting = hostile();
    let html = setting.sheet(documents::html).expect("a page");
    assert!(!html.contains("<script") && !html.contains("<r>") && html.contains("&lt;script&gt;"));
    assert!(html.contains("{{ 7 * 7 }}"), "nothing typed is a template");
    assert!(!html.contains('\u{1b}') && !html.contains("http://") && !html.contains("src="));
    let markdown = setting.sheet(documents::markdown).expect("a page");
    assert!(!markdown.contains("<script") && !markdown.contains("<r>"));
    assert!(markdown.contains("\\[l\\](") && !markdown.replace("\\]", "").contains(']'), "no link is a link");
    assert!(!markdown.contains('\u{1b}'));
}

#[test]
fn the_terminal_gets_no_escape_and_no_turned_text() {
    let setting = hostile();
    for width in [10, 40, 60, 80, 120, 200] {
        let text = setting.sheet(|sheet| documents::human(sheet, width));
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!text.contains('\u{202e}'));
        assert!(!text.lines().any(|line| line.ends_with(' ')));
    }
}

#[test]
fn the_plan_fits_into_the_width_and_marks_its_gaps() {
    let mut setting = Setting::hazel_house();
    setting.plan.as_mut().unwrap().actions.remove("9.5.2");
    setting.action("7.1.2").target = None;
    setting.action("7.2.1").owner = None;
    setting.action("4.3.1").target = Some(date(2026, 2, 27));
    setting.action("1.4.1").action = Some("Look at it again".to_owned());
    for width in [60, 80, 132] {
        let text = setting.sheet(|sheet| documents::human(sheet, width));
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= usize::from(width), "{widest} columns for {width}:\n{text}");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["No action yet", "no date", "nobody", "late", "One action is late.", "Actions for other items"] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
    }
}

#[test]
fn a_very_long_text_is_whole_in_files_and_short_on_the_terminal() {
    let mut setting = Setting::hazel_house();
    let long = "😀 word ".repeat(9_000);
    let long = long.trim();
    setting.action("7.1.2").action = Some(long.to_owned());
    assert!(setting.sheet(documents::csv).contains(long));
    assert!(setting.sheet(documents::markdown).unwrap().contains(long));
    assert!(setting.sheet(documents::html).unwrap().contains(long));
    assert!(setting.sheet(|sheet| documents::toml(sheet, None)).contains(long));
    assert!(setting.sheet(documents::json).items.iter().any(|item| item.action.as_deref() == Some(long)));
    assert!(setting.sheet(|sheet| documents::human(sheet, 80)).chars().count() < 8_000);
}

#[test]
fn a_plan_with_nothing_to_do_says_so_in_every_format() {
    let mut setting = Setting::hazel_house();
    setting.plan = None;
    for item in &setting.standard.items {
        setting.answers.answers.insert(item.number.clone(), dspt_answer(item.kind));
    }
    assert!(setting.rows().is_empty());
    let words = "Nothing is outstanding, so there is nothing to plan.";
    assert!(setting.sheet(|sheet| documents::human(sheet, 80)).contains(words));
    assert!(setting.sheet(documents::markdown).unwrap().contains(words));
    assert!(setting.sheet(documents::html).unwrap().contains(words));
    assert_eq!(setting.sheet(documents::json).reason, words);
    assert_eq!(read_csv(&setting.sheet(documents::csv)).len(), 1);
    #[cfg(feature = "xlsx")]
    assert!(setting.sheet(documents::xlsx).is_ok());
}

fn dspt_answer(kind: dspt::model::ItemKind) -> Answer {
    use dspt::model::{Evidence, ItemKind};
    let mut answer = Answer::default();
    match kind {
        ItemKind::Tick => answer.tick = Some(true),
        ItemKind::Text => answer.text = Some("So it is done.".to_owned()),
        ItemKind::Document => {
            answer.evidence = Some(vec![Evidence { location: Some("Office".to_owned()), ..Evidence::default() }]);
        }
        ItemKind::Date => answer.date = Some(date(2026, 1, 5)),
    }
    answer
}

#[test]
fn the_workbook_is_named_as_the_toolkit_names_it() {
    let at = date(2021, 3, 4).at(21, 21, 59, 0);
    assert_eq!(documents::file_name("RCN01", at), "DSPT_Action_plan_RCN01_04032021_2121.xlsx");
    assert_eq!(documents::file_name("../A 1", at), "DSPT_Action_plan_---A-1_04032021_2121.xlsx");
}

#[cfg(feature = "xlsx")]
mod xlsx {
    use super::workbook::Workbook;
    use super::*;

    const HEADER: usize = 6;

    fn open(setting: &Setting) -> Workbook {
        Workbook::read(&setting.sheet(documents::xlsx).expect("a workbook"))
    }

    #[test]
    fn the_workbook_shows_the_same_cells() {
        for setting in [Setting::hazel_house(), Setting::example("northfield-care", date(2026, 5, 20)), hostile()] {
            let workbook = open(&setting);
            let sheet = workbook.sheet(1);
            let titles: Vec<String> = (0..Column::ALL.len()).map(|at| sheet.text(HEADER, at)).collect();
            assert_eq!(titles, Column::ALL.map(Column::title));
            for (at, row) in cells(&setting).iter().enumerate() {
                let found: Vec<String> = (0..row.len()).map(|column| sheet.text(HEADER + 1 + at, column)).collect();
                assert_eq!(&found, row);
            }
            assert!(!sheet.xml.contains("<f>"), "no cell holds a formula");
        }
    }

    #[test]
    fn the_head_says_whose_plan_it_is() {
        let workbook = open(&Setting::hazel_house());
        let sheet = workbook.sheet(1);
        let said: Vec<String> = (1..=5)
            .flat_map(|row| (0..9).map(move |column| (row, column)))
            .map(|(row, column)| sheet.text(row, column))
            .collect();
        for part in [
            "Action plan",
            "Hazel House (Wenbury) Ltd",
            "VHZ4Q",
            "2025-26",
            "Approaching Standards",
            "Standards Met",
            "2026-03-02",
        ] {
            assert!(said.iter().any(|cell| cell == part), "{part}: {said:?}");
        }
    }

    #[test]
    fn only_what_is_to_be_filled_in_is_open() {
        let mut setting = Setting::hazel_house();
        setting.action("7.1.2").notes = Some("😀 ".repeat(40_000));
        let rows = cells(&setting).len();
        let workbook = open(&setting);
        let sheet = workbook.sheet(1);
        let mut cut = 0;
        for row in 1..=HEADER + rows {
            for (at, column) in Column::ALL.into_iter().enumerate() {
                let long = sheet.text(row, at).contains("too long for a cell");
                cut += usize::from(long);
                let wanted = row > HEADER && column.is_filled_in() && !long;
                assert_eq!(workbook.is_unlocked(sheet.style(row, at)), wanted, "row {row}, {column:?}");
                assert!(sheet.text(row, at).encode_utf16().count() <= 32_767);
            }
        }
        assert_eq!(cut, 1);
        for part in [
            "<sheetProtection sheet=\"1\"",
            "autoFilter=\"0\"",
            "<pane xSplit=\"1\" ySplit=\"6\"",
            "<autoFilter ref=\"A6:M20\"/>",
        ] {
            assert!(sheet.xml.contains(part), "{part}");
        }
        assert!(!sheet.xml.contains("password") && !sheet.xml.contains("hashValue"));
        for part in [
            "fitToHeight=\"0\"",
            "orientation=\"landscape\"",
            "paperSize=\"9\"",
            "fitToPage=\"1\"",
            "\"planned,in progress,done\"",
            "Lists!$A$1:$A$4",
            "type=\"date\"",
        ] {
            assert!(sheet.xml.contains(part), "{part}");
        }
        assert!(workbook.part("xl/workbook.xml").contains("$6:$6"), "the header row repeats in print");
        let owners: Vec<String> = (1..=4).map(|row| workbook.sheet(2).text(row, 0)).collect();
        assert_eq!(owners, ["Maureen Tilley", "Desmond Tilley", "Keeley Marsh", "Ola Bamford"]);
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes() {
        let setting = hostile();
        let first = setting.sheet(documents::xlsx).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert!(first == setting.sheet(documents::xlsx).unwrap());
        assert!(Workbook::read(&first).part("docProps/core.xml").contains("2026-03-02T09:15:00Z"));
    }

    #[test]
    fn days_that_spreadsheets_do_not_know_are_text() {
        let mut setting = Setting::hazel_house();
        setting.action("7.1.2").target = Some(date(1, 1, 1));
        setting.action("7.2.1").target = Some(date(9999, 12, 31));
        setting.now = date(-5, 1, 1).at(0, 0, 0, 0);
        let workbook = open(&setting);
        let texts: Vec<String> = (1..=20).map(|row| workbook.sheet(1).text(row, 6)).collect();
        assert!(texts.contains(&"0001-01-01".to_owned()) && texts.contains(&"9999-12-31".to_owned()), "{texts:?}");
    }
}
