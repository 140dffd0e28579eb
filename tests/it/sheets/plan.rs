//! The action plan from a spreadsheet back into its file.

use super::Workspace;
use std::fs;

const FILE: &str = "action-plans/2025-26.toml";

#[test]
fn the_plan_as_a_table_comes_back_without_a_change() {
    let place = Workspace::example("hazel-house");
    let before = place.read(FILE);
    place.ok(&["plan", "show", "--format", "csv", "-o", "plan.csv"]);
    let path = place.path("plan.csv");
    let said = place.ok(&["plan", "import", path.to_str().unwrap()]);
    assert!(said.contains("Nothing was edited"), "{said}");
    assert_eq!(place.read(FILE), before);
}

#[test]
fn a_foreign_table_fills_in_what_is_empty_and_overwrites_nothing() {
    let place = Workspace::example("hazel-house");
    let before = place.read(FILE);
    let line = before.lines().position(|line| line.starts_with("owner = ")).unwrap() + 1;
    fs::write(
        place.path("theirs.csv"),
        "Evidence item,Question,Owner,Cost,Target date\r\n3.1.1,?,Somebody Else,\u{a3}40,\r\n",
    )
    .unwrap();
    let path = place.path("theirs.csv");
    let path = path.to_str().unwrap();
    let shown = place.json("plan-import", &["plan", "import", path], 1);
    let conflict = &shown["conflicts"][0];
    assert_eq!((&conflict["cell"], &conflict["line"]), (&"C2".into(), &line.into()));
    assert_eq!(shown["taken"][0]["cell"], "D2");
    assert_eq!(place.read(FILE), before, "all or nothing");
    place.ok(&["plan", "import", path, "--ours"]);
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(&before), lines(&place.read(FILE)));
    assert_eq!(new.iter().filter(|line| !old.contains(line)).collect::<Vec<_>>(), ["cost = \"£40\""]);
    assert_eq!(old.iter().filter(|line| !new.contains(line)).count(), 0);
}

#[test]
fn what_nothing_can_be_made_of_is_named_by_its_cell() {
    let place = Workspace::example("hazel-house");
    let before = place.read(FILE);
    let table = "Evidence item,Owner,Target date,Status\r\n3.1.1,,soon,perhaps\r\n99.9.9,Jo,,\r\n3.1.1,Jo,,\r\n";
    fs::write(place.path("theirs.csv"), table).unwrap();
    let path = place.path("theirs.csv");
    let shown = place.json("plan-import", &["plan", "import", path.to_str().unwrap()], 1);
    let cells: Vec<&str> = shown["unclear"].as_array().unwrap().iter().map(|u| u["cell"].as_str().unwrap()).collect();
    assert_eq!(cells, ["C2", "D2", "row 3", "row 4"]);
    assert_eq!(place.read(FILE), before);
    fs::write(place.path("theirs.csv"), "a,b\r\n1,2\r\n").unwrap();
    let said = place.ends(&["plan", "import", path.to_str().unwrap()], 2);
    assert!(said.contains("no sheet") || said.contains("Evidence item"), "{said}");
}

#[cfg(feature = "xlsx")]
mod workbook {
    use super::super::{HOSTILE, Workspace};
    use super::FILE;
    use dspt::export::plan::{EXPORTED, EXPORTED_LAYOUT, EXPORTED_MARK};
    use dspt::form::Typed;
    use dspt::import::grid::{self, Sheet};
    use jiff::civil::date;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    use std::collections::BTreeSet;
    use std::fs;

    /// A cell of a sheet, with what is typed into it.
    type Edit<'e> = (usize, usize, Typed);

    /// The workbook as another program would save it, with edits on its first sheet and its rows in another order.
    fn saved(bytes: Vec<u8>, edits: &[Edit<'_>], turned: Option<(usize, usize)>) -> Vec<u8> {
        let sheets = grid::read(bytes).unwrap();
        let mut book = Workbook::new();
        for (at, sheet) in sheets.iter().enumerate() {
            let written = book.add_worksheet();
            written.set_name(&sheet.name).unwrap().set_hidden(sheet.hidden);
            let typed = |row: usize, column: usize| {
                let edit = edits.iter().find(|(r, c, _)| at == 0 && (*r, *c) == (row, column));
                edit.map_or_else(|| sheet.cell(row, column).clone(), |(_, _, typed)| typed.clone())
            };
            let edited = edits.iter().filter(|_| at == 0);
            let rows: BTreeSet<usize> = sheet.rows().chain(edited.clone().map(|(row, ..)| *row)).collect();
            let width = edited.map(|(_, column, _)| column + 1).max().unwrap_or(0).max(sheet.width());
            for row in rows {
                let target = match turned.filter(|_| at == 0) {
                    Some((first, last)) if (first..=last).contains(&row) => first + last - row,
                    _ => row,
                };
                for column in 0..width {
                    let (r, c) = (u32::try_from(target).unwrap(), u16::try_from(column).unwrap());
                    match typed(row, column) {
                        Typed::Text(text) => drop(written.write_string(r, c, text).unwrap()),
                        Typed::Number(number) => drop(written.write_number(r, c, number).unwrap()),
                        Typed::Day(day) => {
                            let format = Format::new().set_num_format("d/m/yyyy");
                            let parts =
                                (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
                            let day = ExcelDateTime::from_ymd(parts.0, parts.1, parts.2).unwrap();
                            written.write_datetime_with_format(r, c, &day, &format).unwrap();
                        }
                        _ => {}
                    }
                }
            }
        }
        book.save_to_buffer().unwrap()
    }

    fn text(text: &str) -> Typed {
        Typed::Text(text.to_owned())
    }

    /// The exported workbook with the place of its table: header's row, row of an item, column by title.
    struct Exported {
        bytes: Vec<u8>,
        sheet: Sheet,
    }

    impl Exported {
        fn of(place: &Workspace) -> Self {
            place.ok(&["plan", "show", "--format", "xlsx", "-o", "plan.xlsx"]);
            let bytes = fs::read(place.path("plan.xlsx")).unwrap();
            let sheet = grid::read(bytes.clone()).unwrap().remove(0);
            Self { bytes, sheet }
        }

        fn header(&self) -> usize {
            self.sheet.rows().find(|row| self.sheet.text(*row, 0) == "Evidence item").unwrap()
        }

        fn row(&self, number: &str) -> usize {
            self.sheet.rows().find(|row| self.sheet.text(*row, 0) == number).unwrap()
        }

        fn column(&self, title: &str) -> usize {
            (0..self.sheet.width()).find(|at| self.sheet.text(self.header(), *at) == title).unwrap()
        }
    }

    fn import(place: &Workspace, bytes: &[u8], arguments: &[&str], status: i32) -> String {
        let path = place.path("returned.xlsx");
        fs::write(&path, bytes).unwrap();
        place.ends(&[&["plan", "import", path.to_str().unwrap()], arguments].concat(), status)
    }

    #[test]
    fn cells_that_were_made_one_are_named_and_empty_nothing() {
        let place = Workspace::example("hazel-house");
        let before = place.read("action-plans/2025-26.toml");
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Evidence item", "Action required", "Owner"]).unwrap();
        sheet.write_row(1, 0, ["3.1.1", "Train everybody"]).unwrap();
        sheet.write_row(2, 0, ["3.2.1", "Count who was trained"]).unwrap();
        sheet.merge_range(1, 2, 2, 2, "Keeley Marsh", &Format::new()).unwrap();
        let said = import(&place, &book.save_to_buffer().unwrap(), &[], 1).replace('\n', " ");
        assert!(said.contains("C3") && said.contains("C2:C3 were merged into one cell"), "{said}");
        assert_eq!(place.read("action-plans/2025-26.toml"), before);
    }

    #[test]
    fn what_stands_where_nothing_is_asked_is_told_and_stops_nothing() {
        let place = Workspace::example("hazel-house");
        let exported = Exported::of(&place);
        let (owner, beside) = (exported.column("Owner"), exported.sheet.width() + 1);
        let below = exported.sheet.rows().last().unwrap() + 4;
        // Beside the table, below it, above it, in its first column, over what is locked, over a title.
        let edits = [
            (exported.row("3.1.1"), owner, text("Keeley Marsh")),
            (exported.row("3.1.1"), beside, text("ring her first")),
            (below, owner, text("who pays for this?")),
            (below + 1, 0, text("P.S. we move in June")),
            (0, exported.column("Resources"), text("draft of Monday")),
            (4, 0, text("Please send back by Friday")),
            (exported.row("10.2.1"), exported.column("Question"), text("we asked another question")),
            (exported.row("10.2.1"), exported.column("Gap"), text("no gap at all")),
            (exported.header(), exported.column("Section"), text("Chapter")),
        ];
        let bytes = saved(exported.bytes.clone(), &edits, None);
        let said = import(&place, &bytes, &[], 0);
        assert!(said.contains("Keeley Marsh") && said.contains("Took over 1 cell"), "{said}");
        for (row, column, typed) in &edits[1..] {
            let (cell, text) = (grid::address(*row, *column), grid::text(typed));
            let told = format!("not taken over: Action plan!{cell} says \"{text}\"");
            assert!(said.replace('\n', " ").contains(&told), "{told}: {said}");
        }
        // Taken over or not, what stands there is not written over.
        let path = place.path("returned.xlsx");
        let said = place.ends(&["plan", "show", "--format", "xlsx", "-o", path.to_str().unwrap()], 2);
        assert!(said.contains("(8 cells)"), "{said}");
        let path = path.to_str().unwrap();
        let shown = place.json("plan-import", &["plan", "import", path], 0);
        assert_eq!(shown["notes"].as_array().map(Vec::len), Some(8));
        let untouched = import(&place, &saved(exported.bytes, &[], None), &["--dry-run", "--ours"], 0);
        assert!(!untouched.contains("not taken over"), "{untouched}");
    }

    #[test]
    fn exactly_the_cells_that_were_edited_come_back_whatever_the_order_of_rows() {
        let place = Workspace::example("hazel-house");
        let before = place.read(FILE);
        let exported = Exported::of(&place);
        let (action, target) = (exported.column("Action required"), exported.column("Target date"));
        let (status, owner) = (exported.column("Status"), exported.column("Owner"));
        let edits = [
            (exported.row("3.1.1"), target, Typed::Day(date(2026, 9, 30))),
            (exported.row("3.1.1"), owner, text("Keeley Marsh")),
            (exported.row("10.2.1"), action, text("=1+1, \"quoted\"\nand a second line")),
            (exported.row("10.2.1"), status, text("Done")),
            (exported.row("3.1.1"), exported.column("Resources"), Typed::Empty),
        ];
        let turned = Some((exported.header() + 1, exported.header() + 5));
        let bytes = saved(exported.bytes.clone(), &edits, turned);
        let said = import(&place, &bytes, &["--dry-run"], 0);
        assert!(said.contains("nothing was written"), "{said}");
        assert_eq!(place.read(FILE), before);
        import(&place, &bytes, &[], 0);
        let mut wanted = before;
        for (number, old, new) in [
            ("3.1.1", "owner = \"maureen@hazelhouse.example\"", "owner = \"keeley@hazelhouse.example\""),
            ("3.1.1", "target = 2026-04-30", "target = 2026-09-30"),
            ("3.1.1", "resources = \"Care association's template, already downloaded\"\n", ""),
            (
                "10.2.1",
                "action = \"Ask Tidewell, Larkfield Computers and the rota company for their certificates\"",
                "action = \"\"\"\n=1+1, \"quoted\"\nand a second line\"\"\"",
            ),
            ("10.2.1", "status = \"in-progress\"", "status = \"done\""),
        ] {
            let (head, table) = wanted.split_once(&format!("[actions.\"{number}\"]")).unwrap();
            assert!(table.contains(old), "{number}: {old}");
            wanted = format!("{head}[actions.\"{number}\"]{}", table.replacen(old, new, 1));
        }
        assert_eq!(place.read(FILE), wanted);
        assert!(import(&place, &bytes, &[], 0).contains("Nothing was edited"), "a second import changes nothing");
    }

    #[test]
    fn any_text_comes_back_as_it_was_typed() {
        let place = Workspace::example("hazel-house");
        let exported = Exported::of(&place);
        let column = exported.column("Comments");
        let first = exported.header() + 1;
        // The crate that writes this workbook takes a text that begins so for markup.
        let texts: Vec<&str> = HOSTILE.iter().copied().filter(|text| !text.starts_with("<r>")).take(12).collect();
        let edits: Vec<Edit<'_>> =
            texts.iter().enumerate().map(|(at, said)| (first + at, column, text(said))).collect();
        import(&place, &saved(exported.bytes.clone(), &edits, None), &[], 0);
        let plan = place.json("plan", &["plan", "show"], 0);
        let comments: Vec<&str> = plan["items"]
            .as_array()
            .unwrap()
            .iter()
            .take(texts.len())
            .map(|row| row["comments"].as_str().unwrap())
            .collect();
        assert_eq!(comments, texts);
        // And out again, and nothing is an edit.
        let again = Exported::of(&place);
        assert!(import(&place, &again.bytes, &[], 0).contains("Nothing was edited"));
    }

    #[test]
    fn blanks_at_the_ends_come_back_as_they_were_typed() {
        let place = Workspace::example("hazel-house");
        let exported = Exported::of(&place);
        let (comments, owner) = (exported.column("Comments"), exported.column("Owner"));
        let (cost, resources) = (exported.column("Cost"), exported.column("Resources"));
        let was = exported.sheet.said(exported.row("3.1.1"), resources).unwrap().to_owned();
        let edits = [
            (exported.row("3.1.1"), comments, text("  two before, three after   ")),
            (exported.row("3.1.1"), resources, text(&format!("{was}  "))),
            (exported.row("3.1.1"), owner, text(" Keeley Marsh ")),
            (exported.row("10.2.1"), comments, text("a line\n\n")),
            (exported.row("10.2.1"), cost, text("   ")),
        ];
        let bytes = saved(exported.bytes.clone(), &edits, None);
        let said = import(&place, &bytes, &[], 0);
        assert!(said.contains("Took over 4 cells"), "{said}");
        let file: toml::Value = toml::from_str(&place.read(FILE)).unwrap();
        let actions = &file["actions"];
        assert_eq!(actions["3.1.1"]["notes"].as_str(), Some("  two before, three after   "));
        assert_eq!(actions["3.1.1"]["resources"].as_str(), Some(format!("{was}  ").as_str()));
        assert_eq!(actions["3.1.1"]["owner"].as_str(), Some("keeley@hazelhouse.example"));
        assert_eq!(actions["10.2.1"]["notes"].as_str(), Some("a line\n\n"));
        assert!(actions["10.2.1"].get("cost").is_none(), "blanks alone say nothing");
        let before = place.read(FILE);
        assert!(import(&place, &bytes, &[], 0).contains("Nothing was edited"), "a second import changes nothing");
        let again = Exported::of(&place);
        assert!(import(&place, &again.bytes, &[], 0).contains("Nothing was edited"), "nor does a fresh workbook");
        assert_eq!(place.read(FILE), before);
    }

    #[test]
    fn a_workbook_of_another_layout_is_refused_with_the_reason() {
        let place = Workspace::example("hazel-house");
        let before = place.read(FILE);
        let of_layout = |layout: u32| {
            let mut book = Workbook::new();
            let plan = book.add_worksheet();
            for (at, heading) in (0..).zip(["Evidence item", "Owner"]) {
                plan.write_string(0, at, heading).unwrap();
            }
            plan.write_string(1, 0, "3.1.1").unwrap().write_string(1, 1, "Jo").unwrap();
            let kept = book.add_worksheet();
            kept.set_name(EXPORTED).unwrap().write_string(0, 0, format!("{EXPORTED_MARK} {layout}")).unwrap();
            book.save_to_buffer().unwrap()
        };
        let said = import(&place, &of_layout(EXPORTED_LAYOUT + 1), &["--theirs"], 2);
        assert!(said.contains("a newer dspt made") && said.contains("bring dspt up to date"), "{said}");
        let said = import(&place, &of_layout(EXPORTED_LAYOUT - 1), &["--theirs"], 2);
        assert!(said.contains("an older dspt made") && said.contains("dspt plan show"), "{said}");
        assert_eq!(place.read(FILE), before);
    }

    #[test]
    fn what_both_sides_changed_is_named_by_cell_and_line_and_written_when_somebody_decides() {
        let place = Workspace::example("hazel-house");
        let exported = Exported::of(&place);
        let edits = [(exported.row("3.1.1"), exported.column("Action required"), text("Theirs"))];
        let bytes = saved(exported.bytes.clone(), &edits, None);
        let ours = place.read(FILE).replacen("action = \"Write down", "action = \"Ours: write down", 1);
        fs::write(place.path(FILE), &ours).unwrap();
        let said = import(&place, &bytes, &[], 1);
        let line = ours.lines().position(|line| line.contains("Ours:")).unwrap() + 1;
        assert!(said.contains("E7") && said.contains(&format!("{FILE}:{line}:")), "{said}");
        assert_eq!(place.read(FILE), ours);
        import(&place, &bytes, &["--ours"], 0);
        assert_eq!(place.read(FILE), ours);
        import(&place, &bytes, &["--theirs"], 0);
        assert!(place.read(FILE).contains("action = \"Theirs\""));
    }

    #[test]
    fn a_plan_that_is_not_there_yet_is_made() {
        let place = Workspace::example("hazel-house");
        fs::remove_file(place.path(FILE)).unwrap();
        let exported = Exported::of(&place);
        let edits = [(exported.row("3.1.1"), exported.column("Action required"), text("Write it down"))];
        import(&place, &saved(exported.bytes.clone(), &edits, None), &[], 0);
        let plan = place.read(FILE);
        assert!(plan.starts_with("#:schema ../.dspt/schemas/action-plan.schema.json\n"), "{plan}");
        assert!(plan.contains("[actions.\"3.1.1\"]\naction = \"Write it down\"\n"), "{plan}");
        assert_eq!(plan.matches("[actions.").count(), 1);
        assert!(place.path(".dspt/schemas/action-plan.schema.json").exists());
    }

    #[test]
    fn the_plan_of_another_organisation_is_refused() {
        let place = Workspace::example("hazel-house");
        let other = Workspace::example("northfield-care");
        let said = import(&place, &Exported::of(&other).bytes, &[], 2);
        assert!(said.contains("A8NF") && said.contains("VHZ4Q"), "{said}");
    }

    #[test]
    fn broken_workbooks_are_refused_in_words() {
        let place = Workspace::example("hazel-house");
        let bytes = Exported::of(&place).bytes;
        for broken in [&bytes[..bytes.len() / 2], b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0old"] {
            let said = import(&place, broken, &[], 2);
            assert!(said.contains("cannot be read"), "{said}");
        }
    }
}
