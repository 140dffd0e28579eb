//! Sites against the lists of CQC and ODS, their confirmation, and the handing over of a leaver's work.

use dspt::import::ImportError;
use dspt::import::sites::compare::{Verdict, compare};
use dspt::import::sites::{Layout, SiteList, read};
use dspt::model::{Organisation, Site};
use dspt::source::{Document, Syntax};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DAY: Date = date(2026, 4, 20);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn case(name: &str) -> PathBuf {
    root().join("tests/cases/sites").join(name)
}

fn organisation_of(text: &str) -> Organisation {
    let decoded = dspt::decode::organisation::decode(&Document::read_text(text, Syntax::Toml));
    assert!(decoded.faults.is_empty(), "{:?}", decoded.faults);
    decoded.value
}

fn northfield() -> Organisation {
    organisation_of(&fs::read_to_string(root().join("examples/northfield-care/organisation.toml")).unwrap())
}

fn list(name: &str) -> SiteList {
    read(fs::read(case(name)).unwrap(), &northfield()).unwrap()
}

fn verdicts(organisation: &Organisation, list: &SiteList) -> Vec<(&'static str, String)> {
    let name = |site: Option<usize>, row: Option<usize>| match (site, row) {
        (Some(site), _) => organisation.sites[site].ods_code.clone(),
        (None, Some(row)) if list.rows[row].ods_code.is_empty() => list.rows[row].cqc_location_id.clone(),
        (None, Some(row)) => list.rows[row].ods_code.clone(),
        (None, None) => organisation.ods_code.clone(),
    };
    let comparison = compare(organisation, list, DAY);
    comparison.differences.iter().map(|found| (found.verdict.word(), name(found.site, found.row))).collect()
}

fn pairs(expected: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    expected.iter().map(|(verdict, code)| (*verdict, (*code).to_owned())).collect()
}

#[test]
fn every_layout_is_recognised() {
    let expected: &[(&str, Layout, Option<Date>, &[&str])] = &[
        (
            "cqc-directory.csv",
            Layout::CqcDirectory,
            Some(date(2026, 9, 16)),
            &["1-999310501", "1-999887340", "1-999310503", "1-999310505", "1-999310506", "1-999310507"],
        ),
        ("cqc-directory-2017.csv", Layout::CqcDirectory, Some(date(2017, 8, 23)), &["1-999310501", "1-999310507"]),
        (
            "cqc-filters.csv",
            Layout::CqcFilters,
            None,
            &[
                "1-999310501",
                "1-999310502",
                "1-999887340",
                "1-999310503",
                "1-999310504",
                "1-999310505",
                "1-999310506",
                "1-999310508",
            ],
        ),
        ("ecarehomesite.csv", Layout::OdsSites, None, &["VNF1G", "VNF4W", "VNF5D", "VQN8J", "VNF9R", "VNF3C", "VNF0X"]),
        ("ecarehomehq.csv", Layout::OdsHeadquarters, None, &[]),
        ("ods-generic.csv", Layout::OdsGeneric, None, &["VNF1G", "VNF9R"]),
        ("ods-headings.csv", Layout::OdsHeadings, None, &["VNF9R"]),
    ];
    for (name, layout, produced, codes) in expected {
        let list = list(name);
        assert_eq!((list.layout, list.produced), (*layout, *produced), "{name}");
        let ours = list.rows.iter().filter(|row| row.is_ours);
        let found: Vec<&str> = ours
            .map(|row| if layout.is_cqc() { row.cqc_location_id.as_str() } else { row.ods_code.as_str() })
            .collect();
        assert_eq!(&found, codes, "{name}");
    }
}

#[test]
fn cells_are_read_as_they_are_meant() {
    let directory = list("cqc-directory.csv");
    let names: Vec<&str> = directory.rows.iter().map(|row| row.name.as_str()).collect();
    assert!(names.contains(&"Orchard Rise, \"The Annexe\"") && names.contains(&"Café Larch – Day Care"), "{names:?}");
    // The quoted address before it has three lines.
    let westmere = directory.rows.iter().find(|row| row.cqc_location_id == "1-999310503").unwrap();
    assert_eq!(westmere.line, 11);
    assert_eq!(list("cqc-directory-2017.csv").rows[1].name, "Café Larch");
    let sites = list("ecarehomesite.csv");
    let tansy = sites.rows.iter().find(|row| row.ods_code == "VNF2G").unwrap();
    assert_eq!((tansy.parent.as_str(), tansy.joined, tansy.is_ours), ("A8ZZ", Some(date(2026, 2, 1)), false));
    let carrow = sites.rows.iter().find(|row| row.ods_code == "VQN8J").unwrap();
    assert_eq!((carrow.closed, carrow.left), (None, Some(date(2026, 2, 28))));
    assert_eq!(list("ods-headings.csv").rows[0].opened, Some(date(2026, 3, 2)));
}

#[test]
fn each_list_gives_its_verdicts() {
    let northfield = northfield();
    let sites = [
        ("opened", "VNF9R"),
        ("missing-here", "VNF3C"),
        ("closed", "VNF5D"),
        ("closed", "VQN8J"),
        ("moved", "VNF2G"),
        ("not-in-file", "VQN7H"),
    ];
    assert_eq!(verdicts(&northfield, &list("ecarehomesite.csv")), pairs(&sites));
    let directory = [
        ("missing-here", "1-999310506"),
        ("missing-here", "1-999310507"),
        ("moved", "VNF2G"),
        ("not-in-file", "VQN7H"),
    ];
    assert_eq!(verdicts(&northfield, &list("cqc-directory.csv")), pairs(&directory));
    let filters = [("opened", "1-999310506"), ("closed", "VNF2G")];
    assert_eq!(verdicts(&northfield, &list("cqc-filters.csv")), pairs(&filters));
    assert_eq!(verdicts(&northfield, &list("ecarehomehq.csv")), []);
    assert_eq!(verdicts(&northfield, &list("ecarehomehq-closed.csv")), pairs(&[("closed", "A8NF")]));
}

#[test]
fn line_ends_of_every_kind_part_rows() {
    let text = fs::read_to_string(case("cqc-filters.csv")).unwrap();
    for end in ["\r\n", "\r", "\n\n"] {
        let list = read(text.replace('\n', end).into_bytes(), &northfield()).unwrap();
        assert_eq!((list.total, list.rows.len(), list.notes.len()), (8, 8, 0), "{end:?}");
    }
}

/// One row of `ecarehomesite`.
fn row(code: &str, name: &str, opened: &str, closed: &str, parent: &str, joined: &str, left: &str) -> String {
    format!("{code},{name},Y61,Q79,1 MILL LANE,,,WENBURY,,ZZ1 1AA,{opened},{closed},{parent},{joined},{left},,0,,1\n")
}

fn sunrise(sites: Vec<Site>) -> Organisation {
    Organisation {
        ods_code: "A1B2".to_owned(),
        name: "Sunrise Care Ltd".to_owned(),
        former_codes: vec!["a1b1".to_owned()],
        sites,
        ..Organisation::default()
    }
}

fn site(code: &str, closed: Option<Date>) -> Site {
    Site { ods_code: code.to_owned(), name: Some("Sunrise House".to_owned()), closed, ..Site::default() }
}

/// The verdict on one site of ours and the rows of a list, if any.
fn verdict(site: Site, rows: &[String]) -> Option<Verdict> {
    let organisation = sunrise(vec![site]);
    let filler = row("VZZZZ", "SOMEBODY ELSE", "", "", "A9ZZ", "", "");
    let list = read(format!("{filler}{}", rows.concat()).into_bytes(), &organisation).unwrap();
    let comparison = compare(&organisation, &list, DAY);
    assert!(comparison.differences.len() <= 1, "{comparison:?}");
    assert_eq!(comparison.agreeing, usize::from(comparison.differences.is_empty()));
    comparison.differences.first().map(|found| found.verdict)
}

#[test]
fn closing_days_decide() {
    let open = |closed: &str, left: &str| row("vabcd", "SUNRISE HOUSE", "20100101", closed, "A1B2", "20100101", left);
    let (past, future) = (Some(date(2026, 3, 31)), Some(date(2026, 9, 30)));
    let cases = [
        (None, "", "", None),
        (None, "20260331", "", Some(Verdict::Closed)),
        (None, "", "20260331", Some(Verdict::Closed)),
        (None, "20260930", "", Some(Verdict::Closed)),
        (past, "20260331", "", None),
        (past, "", "20260331", None),
        // Which day it was is no matter once both are over.
        (past, "20260330", "", None),
        (past, "20260930", "", Some(Verdict::Closed)),
        (past, "", "", Some(Verdict::StillOpen)),
        (future, "", "", None),
        (future, "20260930", "", None),
    ];
    for (here, closed, left, expected) in cases {
        assert_eq!(verdict(site("VABCD", here), &[open(closed, left)]), expected, "{here:?} {closed} {left}");
    }
    assert_eq!(verdict(site("VABCD", None), &[]), Some(Verdict::NotInFile));
    assert_eq!(verdict(site("VABCD", past), &[]), None);
    let not_yet = Site { opened: Some(date(2026, 9, 1)), ..site("VABCD", None) };
    assert_eq!(verdict(not_yet, &[]), None);
}

#[test]
fn parents_decide_whose_a_site_is() {
    let of = |parent: &str| row("VABCD", "SUNRISE HOUSE", "20100101", "", parent, "20100101", "");
    assert_eq!(verdict(site("VABCD", None), &[of("A1B2")]), None);
    assert_eq!(verdict(site("VABCD", None), &[of("A1B1")]), None, "a former code is ours");
    assert_eq!(verdict(site("VABCD", None), &[of("A9ZZ")]), Some(Verdict::Moved));
    assert_eq!(verdict(site("VABCD", None), &[of("")]), Some(Verdict::Moved));
    // A code that stands twice counts where it is ours and open, whichever comes first.
    for rows in [[of("A9ZZ"), of("A1B2")], [of("A1B2"), of("A9ZZ")]] {
        assert_eq!(verdict(site("VABCD", None), &rows), None);
    }
}

#[test]
fn a_provider_under_its_sites_code_is_no_site_of_its_own() {
    let organisation =
        Organisation { ods_code: "VABCD".to_owned(), former_codes: vec!["A1B2".to_owned()], ..sunrise(Vec::new()) };
    let text = row("VABCD", "SUNRISE HOUSE", "20100101", "", "A1B2", "20100101", "");
    let list = read(text.into_bytes(), &organisation).unwrap();
    assert_eq!(verdicts(&organisation, &list), []);
}

#[test]
fn names_lead_to_sites_without_the_lists_code_where_they_stand_once() {
    let rows = |names: &[&str]| -> Vec<u8> {
        let rows = names.iter().enumerate();
        rows.map(|(at, name)| row(&format!("VAAA{at}"), name, "", "", "A1B2", "", "")).collect::<String>().into_bytes()
    };
    let known = |sites: Vec<Site>, names: &[&str]| {
        let organisation = sunrise(sites);
        let list = read(rows(names), &organisation).unwrap();
        compare(&organisation, &list, DAY).rows
    };
    assert_eq!(known(vec![site("", None)], &["SUNRISE-HOUSE", "OTHER"]), [Some(0)]);
    assert_eq!(known(vec![site("", None)], &["SUNRISE HOUSE", "SUNRISE HOUSE"]), [None]);
    assert_eq!(known(vec![site("", None), site("", None)], &["SUNRISE HOUSE"]), [None, None]);
    assert_eq!(known(vec![site("VXXXX", None)], &["SUNRISE HOUSE"]), [None], "its own code says that it is another");
}

#[test]
fn files_of_which_nothing_can_be_made_say_so() {
    let organisation = northfield();
    let refused = |bytes: &[u8]| read(bytes.to_vec(), &organisation).unwrap_err();
    assert_eq!(refused(b""), ImportError::Empty);
    assert_eq!(refused(b"\r\n,,,\r\n"), ImportError::Empty);
    assert_eq!(refused(b"PK\x03\x04..."), ImportError::Archive);
    assert_eq!(refused(b"\xff\xfeN\0"), ImportError::Utf16);
    assert_eq!(refused(b"a\0b"), ImportError::Binary);
    assert_eq!(refused(b"a,b,c\n"), ImportError::UnknownLayout { columns: 3 });
    assert_eq!(refused(b"Code,Name,Parent\n"), ImportError::NoParentColumn { line: 1 });
    let long = format!("a,b\n\"{}", "x\n".repeat(600_000));
    assert_eq!(refused(long.as_bytes()), ImportError::RowTooLong { line: 2 });
    assert_eq!(refused(&vec![b'x'; 64_000_001]), ImportError::TooLarge { size: 64_000_001 });
    let nobody = sunrise(Vec::new());
    assert_eq!(read(fs::read(case("cqc-directory.csv")).unwrap(), &nobody).unwrap_err(), ImportError::NoProviderId);
}

#[test]
fn rows_that_are_left_out_are_named() {
    let list = list("hostile.csv");
    let notes: Vec<(u64, &str)> = list.notes.iter().map(|note| (note.line, note.text.as_str())).collect();
    assert_eq!(
        notes,
        [
            (1, "FORMULA: \"=HYPERLINK(\"x\")\" is no code, left out"),
            (2, "A CODE THAT BECAME A DATE: \"2004-04-01 00:00:00\" is no code, left out"),
            (3, "VNF6A: \"20269999\" is no date and counts as none"),
            (3, "VNF6A: \"soon\" is no date and counts as none"),
            (4, "6 cells instead of 19: left out"),
            (6, "1 cell instead of 19: left out"),
        ]
    );
    let many: String = (0..50).map(|_| row("no code", "X", "", "", "A8NF", "", "")).collect();
    let list =
        read(format!("{}{many}", row("VNF1G", "X", "", "", "A8NF", "", "")).into_bytes(), &northfield()).unwrap();
    assert_eq!((list.notes.len(), list.more_notes), (20, 30));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_file_stops_the_reading(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let organisation = northfield();
        if let Ok(list) = read(bytes, &organisation) {
            compare(&organisation, &list, DAY);
        }
    }

    #[test]
    fn no_damage_stops_the_reading(at in any::<usize>(), drop in 0usize..40, insert in proptest::collection::vec(any::<u8>(), 0..12), which in 0usize..5) {
        let name = ["cqc-directory.csv", "cqc-filters.csv", "ecarehomesite.csv", "ods-generic.csv", "hostile.csv"][which];
        let mut bytes = fs::read(case(name)).unwrap();
        let at = at % bytes.len();
        let end = (at + drop).min(bytes.len());
        bytes.splice(at..end, insert);
        let organisation = northfield();
        if let Ok(list) = read(bytes, &organisation) {
            compare(&organisation, &list, DAY);
        }
    }
}

/// A workspace of its own with these files.
struct Workspace(tempfile::TempDir);

impl Workspace {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Self(directory)
    }

    fn northfield() -> Self {
        let from = root().join("examples/northfield-care");
        let paths = ["organisation.toml", "assessments/2025-26.toml", "action-plans/2025-26.toml"];
        let files: Vec<(&str, Vec<u8>)> =
            paths.iter().map(|path| (*path, fs::read(from.join(path)).unwrap())).collect();
        Self::with(&files.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect::<Vec<_>>())
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dspt"));
        command.arg("-C").arg(self.0.path()).args(["--as-of", "2026-04-20T09:30"]).args(arguments);
        command.env("COLUMNS", "80").env("NO_COLOR", "1").output().unwrap()
    }

    fn json(&self, command: &str, arguments: &[&str], status: i32) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
        let value = serde_json::from_slice(&output.stdout).unwrap();
        let schema = fs::read(root().join(format!("schemas/output/{command}.schema.json"))).unwrap();
        let schema = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
        schema.validate(&value).unwrap_or_else(|error| panic!("{error}"));
        value
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The lines of the new text that are not in the old one, which must be all that differs.
fn added_lines<'n>(old: &str, new: &'n str) -> Vec<&'n str> {
    let mut rest = old.split_inclusive('\n').peekable();
    let mut added = Vec::new();
    for line in new.split_inclusive('\n') {
        if rest.peek() == Some(&line) {
            rest.next();
        } else {
            added.push(line);
        }
    }
    assert_eq!(rest.next(), None, "a line of the old text is gone");
    added
}

#[test]
fn import_adds_what_is_new_and_nothing_else() {
    let workspace = Workspace::northfield();
    let before = workspace.read("organisation.toml");
    let file = case("ecarehomesite.csv");
    let dry = workspace.json("sites-import", &["sites", "import", path(&file), "--dry-run"], 0);
    assert_eq!(dry["written"], false);
    assert_eq!(workspace.read("organisation.toml"), before);
    let said = workspace.json("sites-import", &["sites", "import", path(&file)], 0);
    let codes: Vec<&str> =
        said["added"].as_array().unwrap().iter().map(|row| row["ods_code"].as_str().unwrap()).collect();
    assert_eq!((codes, &said["written"], &said["known"]), (vec!["VNF9R", "VNF3C"], &true.into(), &4.into()));
    let expected = "\n[[site]]\nods_code = \"VNF9R\"\nname = \"ORCHARD RISE\"\nopened = 2026-03-02\n\
                    \n[[site]]\nods_code = \"VNF3C\"\nname = \"MILL HOUSE\"\nopened = 2012-05-14\n";
    let after = workspace.read("organisation.toml");
    assert_eq!(after, format!("{before}{expected}"));
    let again = workspace.json("sites-import", &["sites", "import", path(&file)], 0);
    assert_eq!((&again["written"], again["added"].as_array().unwrap().len()), (&false.into(), 0));
    assert_eq!(workspace.read("organisation.toml"), after);
}

#[test]
fn import_keeps_the_way_the_file_is_written() {
    let plain = "# ours\n[organisation]\nods_code = \"A8NF\"   # HQ\nname = \"Northfield\"\n\n[[site]]\nods_code = \"VNF1G\"   # the first\n\n[[member]]\nname = \"Jo\"\nemail = \"jo@x.example\"\nrole = \"member\"\n";
    let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    let inline =
        "site = [\n  { ods_code = \"VNF1G\" }, # the first\n]\n[organisation]\nods_code = \"A8NF\"\nname = \"N\"\n";
    let none = "[organisation]\nods_code = \"A8NF\"\nname = \"N\"\n";
    for text in [plain, &windows, inline, none] {
        let workspace = Workspace::with(&[("organisation.toml", text.as_bytes())]);
        let output = workspace.run(&["sites", "import", path(&case("ods-generic.csv"))]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let after = workspace.read("organisation.toml");
        let added = if text == inline {
            let head = "site = [\n  { ods_code = \"VNF1G\" }, # the first\n";
            // The list gains a comma where it needs one and a line.
            assert!(after.starts_with(head) || after.contains("# the first"), "{after}");
            after.clone()
        } else {
            added_lines(text, &after).concat()
        };
        assert!(added.contains("ods_code = \"VNF9R\""), "{added}");
        assert_eq!(after.contains("\r\n"), text.contains("\r\n"));
        assert_eq!(after.replace("\r\n", "").contains('\n'), !text.contains("\r\n"), "one kind of line ends");
        let codes: Vec<String> = organisation_of(&after).sites.into_iter().map(|site| site.ods_code).collect();
        let expected: &[&str] = &["VNF1G", "VNF9R"];
        assert_eq!(codes, expected, "{after}");
    }
}

#[test]
fn codes_that_only_the_other_list_has_are_filled_in() {
    let workspace = Workspace::with(&[(
        "organisation.toml",
        b"[organisation]\nods_code = \"A8NF\"\nname = \"N\"\ncqc_provider_id = \"1-999226730\"\n",
    )]);
    assert!(workspace.run(&["sites", "import", path(&case("cqc-filters.csv"))]).status.success());
    let before = workspace.read("organisation.toml");
    assert_eq!(before.matches("ods_code = \"\"").count(), 6);
    assert!(!before.contains("Old Mill House") && !before.contains("Tansy Court"), "what has closed is not added");
    let said = workspace.json("sites-import", &["sites", "import", path(&case("ecarehomesite.csv"))], 0);
    let filled: Vec<(&str, &str)> = said["completed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gain| (gain["name"].as_str().unwrap(), gain["value"].as_str().unwrap()))
        .collect();
    let expected = [
        ("Larch Gardens", "VNF1G"),
        ("Coppice View", "VNF4W"),
        ("Northfield Home Care, Westmere", "VNF5D"),
        ("Northfield Home Care, Carrow Bridge", "VQN8J"),
        ("Orchard Rise", "VNF9R"),
    ];
    assert_eq!(filled, expected);
    let sites = organisation_of(&workspace.read("organisation.toml")).sites;
    let codes: Vec<&str> = sites.iter().map(|site| site.ods_code.as_str()).collect();
    assert_eq!(codes, ["VNF1G", "VNF4W", "VNF5D", "", "VQN8J", "VNF9R", "VNF3C"]);
}

#[test]
fn hostile_names_stay_names() {
    let workspace = Workspace::northfield();
    assert!(workspace.run(&["sites", "import", path(&case("hostile.csv"))]).status.success());
    let sites = organisation_of(&workspace.read("organisation.toml")).sites;
    let names: Vec<&str> = sites.iter().skip(6).filter_map(|site| site.name.as_deref()).collect();
    assert_eq!(names, ["=cmd|' /C calc'!A0 [31m", "[[site]] \"x\" = '''"]);
    let shown = workspace.run(&["sites", "list"]);
    assert!(shown.status.success() && !shown.stdout.contains(&0x1b));
}

#[test]
fn files_that_are_too_big_are_not_read() {
    let workspace = Workspace::northfield();
    let big = workspace.0.path().join("big.csv");
    fs::File::create(&big).unwrap().set_len(100_000_000).unwrap();
    for (file, why) in [("big.csv", "reads lists up to 64 MB"), ("none.csv", "cannot be read"), (".", "is a directory")]
    {
        for command in ["import", "check"] {
            let output = workspace.run(&["sites", command, file]);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), said.contains(why)), (Some(2), true), "{said}");
            assert!(output.stdout.is_empty());
        }
    }
}

#[test]
fn list_tells_own_answers_from_inherited_ones() {
    let workspace = Workspace::northfield();
    let said = workspace.json("sites", &["sites", "list"], 0);
    let coppice = &said["sites"][2];
    assert_eq!(coppice["ods_code"], "VNF4W");
    assert_eq!(coppice["shares"]["it"], serde_json::json!({ "shared": false, "own": true }));
    assert_eq!(coppice["shares"]["policies"], serde_json::json!({ "shared": true, "own": false }));
    assert_eq!(
        (&coppice["passes"], &coppice["covered"], &coppice["open"]),
        (&false.into(), &false.into(), &true.into())
    );
    assert_eq!((&said["sites"][0]["passes"], &said["sites"][0]["confirmed"]), (&true.into(), &"2026-04-02".into()));
    let human = String::from_utf8(workspace.run(&["sites"]).stdout).unwrap();
    assert!(human.lines().all(|line| line.chars().count() <= 80), "{human}");
    assert!(human.contains("does not share staff training*, IT arrangements*"), "{human}");
}

#[test]
fn check_fails_where_something_differs() {
    let workspace = Workspace::northfield();
    let said = workspace.json("sites-check", &["sites", "check", path(&case("ecarehomesite.csv"))], 1);
    let found: Vec<(&str, &str, Option<&str>)> = said["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (found["verdict"].as_str().unwrap(), found["ods_code"].as_str().unwrap(), found["date"].as_str()))
        .collect();
    let expected = [
        ("opened", "VNF9R", Some("2026-03-02")),
        ("missing-here", "VNF3C", Some("2012-05-14")),
        ("closed", "VNF5D", Some("2026-03-31")),
        ("closed", "VQN8J", Some("2026-02-28")),
        ("moved", "VNF2G", Some("2026-02-01")),
        ("not-in-file", "VQN7H", None),
    ];
    assert_eq!(found, expected);
    assert_eq!(said["differences"][4]["parent"], "A8ZZ");
    let agrees = workspace.json("sites-check", &["sites", "check", path(&case("ecarehomehq.csv"))], 0);
    assert_eq!(agrees["differs"], false);
}

#[test]
fn the_letter_is_a_message_that_nobody_can_bend() {
    let workspace = Workspace::northfield();
    let file = case("ecarehomesite.csv");
    let output = workspace.run(&["sites", "check", path(&file), "--format", "eml"]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stdout).unwrap();
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let expected = "Date: Mon, 20 Apr 2026 09:30:00 +0000\r\n\
                    From: Rhiannon Pryce <rhiannon.pryce@northfieldcare.example>\r\n\
                    Subject: Branches of Northfield Care Group (Wenshire) Ltd (A8NF) that need\r\n correcting\r\n\
                    X-Unsent: 1\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                    Content-Transfer-Encoding: quoted-printable";
    assert_eq!(head, expected);
    let text = body.replace("=\r\n", "");
    for line in [
        "Ours, but missing in the list:\r\n- Northfield Home Care, Dunholt (ODS code VQN7H, CQC location 1-999310504)\r\n",
        "- Tansy Court (ODS code VNF2G, CQC location 1-999310502): belongs to A8ZZ since 1 February 2026\r\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let written = workspace.run(&["sites", "check", path(&file), "--format", "eml", "-o", "out/letter.eml"]);
    assert_eq!((written.status.code(), written.stdout.is_empty()), (Some(1), true));
    assert_eq!(workspace.read("out/letter.eml"), message);

    let hostile = "[organisation]\nods_code = \"A8NF\\r\\nBcc: x@evil.example\"\nname = \"Evil\\r\\nBcc: y@evil.example\\r\\n\\r\\nBody É =?utf-8?Q?x?=\"\n[[member]]\nname = \"Jo\\r\\nCc: z@evil.example\"\nemail = \"jo@x.example>\\r\\nCc: z@evil.example\"\nrole = \"administrator\"\n[[member]]\nname = \"Zoë \\\"Z\\\"\\nX-Bad: 1\"\nemail = \"zoe@x.example\"\nrole = \"administrator\"\n[[site]]\nods_code = \"VNF1G\"\nname = \"A\\r\\n.\\r\\nB\"\n";
    let administrators = hostile.split_once("[[site]]").unwrap();
    let without =
        format!("{}[[site]]{}", administrators.0.replace("\"administrator\"", "\"auditor\""), administrators.1);
    for (text, sender) in [(hostile, true), (&without, false)] {
        let workspace = Workspace::with(&[("organisation.toml", text.as_bytes())]);
        let message = workspace.run(&["sites", "check", path(&file), "--format", "eml"]).stdout;
        let message = String::from_utf8(message).unwrap();
        assert!(message.is_ascii() && !message.replace("\r\n", "").contains(['\r', '\n']), "{message}");
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| Some(line.split_once(": ")?.0))
            .collect();
        let mut expected =
            vec!["Date", "Subject", "X-Unsent", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
        if sender {
            expected.insert(1, "From");
            assert!(head.contains("<zoe@x.example>"), "{head}");
        }
        assert_eq!(names, expected, "{head}");
        assert!(!body.split("\r\n").any(|line| line.starts_with('.')), "{body}");
    }

    let agrees = workspace.run(&["sites", "check", path(&case("ecarehomehq.csv")), "--format", "eml", "-o", "no.eml"]);
    assert!(agrees.status.success() && !workspace.0.path().join("no.eml").exists());
}

#[test]
fn confirm_writes_day_and_name_and_nothing_else() {
    let workspace = Workspace::northfield();
    let before = workspace.read("organisation.toml");
    let by = "Zoë \"Z\" Ash, manager";
    let output = workspace.run(&["sites", "confirm", "vqn8j", "1-999310501", "VNF1G", "--by", by]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let after = workspace.read("organisation.toml");
    let changed = before.replace(
        "confirmed = 2026-04-02\nconfirmed_by = \"Sunita Rao, registered manager\"",
        "confirmed = 2026-04-20\nconfirmed_by = \"Zoë \\\"Z\\\" Ash, manager\"",
    );
    assert_ne!(changed, before);
    let expected = ["confirmed = 2026-04-20\n", "confirmed_by = \"Zoë \\\"Z\\\" Ash, manager\"\n"];
    assert_eq!(added_lines(&changed, &after), expected);
    assert_eq!(organisation_of(&after).sites[5].confirmed, Some(DAY));
    for bad in
        [&["VNOPE", "--by", "x"][..], &["VNF1G", "VNOPE", "--by", "x"], &["VNF1G", "--by", " "], &["", "--by", "x"]]
    {
        assert_eq!(workspace.run(&[&["sites", "confirm"], bad].concat()).status.code(), Some(2));
        assert_eq!(workspace.read("organisation.toml"), after);
    }
    let twice = "[organisation]\nods_code = \"A8NF\"\nname = \"N\"\n[[site]]\nods_code = \"VNF1G\"\n[[site]]\nods_code = \"vnf1g\"\n";
    let workspace = Workspace::with(&[("organisation.toml", twice.as_bytes())]);
    assert_eq!(workspace.run(&["sites", "confirm", "VNF1G", "--by", "x"]).status.code(), Some(2));
    assert_eq!(workspace.read("organisation.toml"), twice);
}

const PEOPLE: &str = r#"[organisation]
ods_code = "A1B2"
name = "Sunrise Care Ltd"

[roles.information_governance_lead]
name = "Ann Lee"

[[member]]
name = "Ann Lee"
email = "ann@sunrise.example"
role = "member"
left = 2026-03-31

[[member]]
name = "Jo Field"
email = "jo@sunrise.example"
role = "administrator"

[[member]]
name = "Sam Poole"
email = "sam.a@sunrise.example"
role = "member"

[[member]]
name = "Sam Poole"
email = "sam.b@sunrise.example"
role = "member"
"#;

const PLAN: &str = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n[actions.\"7.1.2\"]\naction = \"Ann Lee writes it\"\nowner = \"Ann Lee\"   # by name\nstatus = \"planned\"\n\n[actions.\"7.2.1\"]\nowner = \"ANN@sunrise.example\"\n\n[actions.\"7.3.1\"]\nowner = \"Ann Lee\"\nstatus = \"done\"\n";

const TOML: &str = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n[answers.\"1.1.5\"]\ntext = \"\"\"\nThe lead is\nAnn Lee, not Ann Leeway.\n\"\"\"\nowner = 'ann@sunrise.example' # hers\nreviewed_by = \"ann@sunrise.example\"\n\n[answers.\"1.3.1\"]\nowner = \"Jo Field\"\nnotes = \"write to Ann@sunrise.example\"\n";

const YAML: &str = "standard: dspt-asc\nedition: \"2025-26\"\nanswers:\n  \"1.1.5\":\n    text: |\n      The lead is\n      Ann Lee, not Ann Leeway.\n    owner: Ann Lee # hers\n  \"1.3.1\": { owner: jo@sunrise.example }\n";

fn people(answers: &str, text: &str) -> Workspace {
    Workspace::with(&[
        ("organisation.toml", PEOPLE.as_bytes()),
        (answers, text.as_bytes()),
        ("action-plans/2025-26.toml", PLAN.as_bytes()),
    ])
}

#[test]
fn reassign_hands_over_and_touches_no_text() {
    let named = |said: &Value| -> Vec<(String, u64)> {
        let of = |named: &Value| (named["file"].as_str().unwrap().to_owned(), named["line"].as_u64().unwrap());
        said["named"].as_array().unwrap().iter().map(of).collect()
    };
    let at = |file: &str, line: u64| (file.to_owned(), line);
    let plan = PLAN
        .replace("owner = \"Ann Lee\"   # by name", "owner = \"Jo Field\"   # by name")
        .replace("ANN@sunrise.example", "jo@sunrise.example");
    for old in ["Ann Lee", "ANN@SUNRISE.example"] {
        let (file, text) = ("assessments/2025-26.toml", TOML);
        let workspace = people(file, text);
        let dry = workspace.json("reassign", &["reassign", old, "Jo Field", "--dry-run"], 0);
        assert_eq!((&dry["written"], dry["changed"].as_array().unwrap().len()), (&false.into(), 3));
        assert_eq!((workspace.read(file).as_str(), workspace.read("action-plans/2025-26.toml").as_str()), (text, PLAN));
        let said = workspace.json("reassign", &["reassign", old, "jo@sunrise.example"], 0);
        assert_eq!(said["changed"][0]["line"], 9);
        assert_eq!(workspace.read(file), TOML.replace("'ann@sunrise.example'", "'jo@sunrise.example'"));
        assert_eq!(workspace.read("action-plans/2025-26.toml"), plan);
        assert_eq!(
            named(&said),
            [at(file, 7), at(file, 14), at("action-plans/2025-26.toml", 5), at("organisation.toml", 6)]
        );
        assert_eq!(workspace.read("organisation.toml"), PEOPLE);
    }
    let file = "assessments/2025-26.yaml";
    let workspace = people(file, YAML);
    let said = workspace.json("reassign", &["reassign", "Ann Lee", "Jo Field"], 0);
    assert_eq!(workspace.read(file), YAML.replace("owner: Ann Lee #", "owner: jo@sunrise.example #"));
    assert_eq!(named(&said)[0], at(file, 7));
    let again = workspace.json("reassign", &["reassign", "Ann Lee", "Jo Field"], 0);
    assert_eq!(again["changed"], serde_json::json!([]));
}

#[test]
fn reassign_refuses_who_is_not_clear() {
    let workspace = people("assessments/2025-26.toml", TOML);
    for (old, new, why) in [
        ("Jo Field", "Ann Lee", "has left"),
        ("Ann Lee", "Nobody", "is no member"),
        ("Ann Lee", "Sam Poole", "2 people are called Sam Poole"),
        ("sam poole", "Jo Field", "2 people are called sam poole"),
        ("Jo Field", "jo@sunrise.example", "nobody else"),
        (" ", "Jo Field", "name who hands over"),
        ("Ann Leigh", "Jo Field", "nobody called Ann Leigh is in organisation.toml"),
    ] {
        let output = workspace.run(&["reassign", old, new]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.contains(why)), (Some(2), true), "{said}");
        assert_eq!(workspace.read("assessments/2025-26.toml"), TOML);
    }
    // Who shares a name is handed over by address, and is written by address.
    let said = workspace.json("reassign", &["reassign", "Ann Lee", "sam.b@sunrise.example"], 0);
    let to: Vec<&str> =
        said["changed"].as_array().unwrap().iter().map(|handed| handed["to"].as_str().unwrap()).collect();
    assert_eq!(to, ["sam.b@sunrise.example"; 3]);
}
