//! The portal sheet: the toolkit's conventions, what is marked and why, and that text stays text.

use super::HOSTILE;
use crate::ledger::Place;
use dspt::assess::{Case, assess};
use dspt::bank::Banks;
use dspt::export::portal::{self, Entered, Field, Mark, Portal, Source};
use dspt::model::{Answer, Answers, Evidence, History, ItemKind, Organisation, Site, Standard, ToolkitEntry};
use dspt::tree::MemoryTree;
use jiff::civil::date;
use std::sync::Arc;

fn standard(edition: &str) -> Arc<Standard> {
    Banks::shipped().find("dspt-asc", edition).unwrap().standard().unwrap()
}

fn organisation() -> Organisation {
    Organisation { ods_code: "A1B2".to_owned(), name: "Sunrise Care Ltd".to_owned(), ..Organisation::default() }
}

struct Setting {
    standard: Arc<Standard>,
    organisation: Organisation,
    answers: Answers,
}

impl Setting {
    fn new() -> Self {
        let standard = standard("2025-26");
        let answers = Answers {
            standard: standard.id().to_owned(),
            edition: standard.edition().to_owned(),
            ..Answers::default()
        };
        Self { standard, organisation: organisation(), answers }
    }

    fn answer(&mut self, number: &str, answer: Answer) {
        self.answers.answers.insert(number.to_owned(), answer);
    }

    fn portal(&self, entered: Option<&Entered<'_>>) -> Portal {
        let now = date(2026, 5, 1).at(9, 0, 0, 0);
        let tree = MemoryTree::default().with("evidence/a.txt", "a");
        let assessment = assess(Case {
            standard: &self.standard,
            organisation: &self.organisation,
            answers: &self.answers,
            plan: None,
            plan_document: false,
            history: &History::default(),
            day: now.date(),
        });
        Portal::new(Source {
            organisation: &self.organisation,
            standard: &self.standard,
            answers: &self.answers,
            assessment: &assessment,
            tree: &tree,
            record: None,
            changed: &[],
            entered,
            toolkit: &[],
            plan_document: None,
            now,
        })
    }

    fn line(&self, number: &str, entered: Option<&Entered<'_>>) -> portal::Line {
        let sections = self.portal(entered).sections;
        sections.into_iter().flat_map(|section| section.lines).find(|line| line.number == number).unwrap()
    }
}

fn not_applicable(reason: &str) -> Answer {
    Answer { not_applicable: Some(reason.to_owned()), ..Answer::default() }
}

/// An item of a kind that may be answered as not applicable.
fn item(standard: &Standard, kind: ItemKind) -> String {
    standard.items.iter().find(|item| item.kind == kind && item.not_applicable.is_some()).unwrap().number.clone()
}

#[test]
fn not_applicable_is_written_as_the_toolkit_wants_it_for_each_kind() {
    let mut setting = Setting::new();
    let numbers = [ItemKind::Tick, ItemKind::Text, ItemKind::Document].map(|kind| item(&setting.standard, kind));
    for number in &numbers {
        setting.answer(number, Answer { comment: Some("Seen".to_owned()), ..not_applicable("No such thing") });
    }
    let [tick, text, document] = numbers.each_ref().map(|number| setting.line(number, None).fields);
    let comment = |text: &str| Field::Comment(text.to_owned());
    assert_eq!(tick, [Field::Tick(true), comment("Not applicable\nNo such thing\nSeen")]);
    assert_eq!(text, [Field::Text("Not applicable".to_owned()), comment("No such thing\nSeen")]);
    assert_eq!(document, [Field::Location("Not applicable".to_owned()), comment("No such thing\nSeen")]);
    let notes = setting.line(&numbers[0], None).notes;
    assert!(notes[0].contains("the toolkit's way"), "{notes:?}");
}

#[test]
fn documents_are_uploaded_linked_or_described() {
    let mut setting = Setting::new();
    let number = setting.standard.items.iter().find(|item| item.kind == ItemKind::Document).unwrap().number.clone();
    let evidence = |file: Option<&str>, link: Option<&str>, location: Option<&str>, private: Option<bool>| Evidence {
        file: file.map(str::to_owned),
        link: link.map(str::to_owned),
        location: location.map(str::to_owned),
        title: Some("Register".to_owned()),
        private,
        ..Evidence::default()
    };
    let list = vec![
        evidence(Some("evidence/a.txt"), None, None, None),
        evidence(Some("private/b.txt"), None, None, Some(true)),
        evidence(None, Some("https://a.example/p"), None, None),
        evidence(None, None, Some("Safe"), None),
    ];
    setting.answer(&number, Answer { evidence: Some(list), ..Answer::default() });
    let fields = setting.line(&number, None).fields;
    assert!(matches!(&fields[0], Field::Upload { file, digest: Some(_), private: false } if file == "evidence/a.txt"));
    assert!(matches!(&fields[1], Field::Upload { private: true, digest: None, .. }));
    assert_eq!(
        fields[2..],
        [Field::Link("https://a.example/p".to_owned()), Field::Location("Register: Safe".to_owned())]
    );
}

#[test]
fn items_are_marked_against_what_was_entered_before() {
    let mut setting = Setting::new();
    let old = standard("2024-25");
    let text = |text: &str| Answer { text: Some(text.to_owned()), ..Answer::default() };
    let tick = || Answer { tick: Some(true), ..Answer::default() };
    let mut before = Answers { standard: old.id().to_owned(), edition: old.edition().to_owned(), ..Answers::default() };
    for (number, answer) in [("1.1.5", text("Jo")), ("1.1.1", text("Z1")), ("2.1.1", tick())] {
        before.answers.insert(number.to_owned(), answer);
    }
    let carried = Answer { carried_from: Some("2023-24".to_owned()), ..tick() };
    before.answers.insert("2.2.1".to_owned(), carried);
    let entry = ToolkitEntry {
        edition: old.edition().to_owned(),
        level: "standards-met".to_owned(),
        date: date(2025, 6, 1),
        seen: None,
        source: None,
        record: Some("2024-25/001".to_owned()),
        void: None,
    };
    let tree = MemoryTree::default();
    let entered = Entered { entry: &entry, standard: &old, answers: &before, tree: &tree };
    setting.answer("1.1.5", text("Jo"));
    setting.answer("1.1.1", text("Z2"));
    setting.answer("2.1.1", tick());
    setting.answer("2.2.1", tick());
    setting.answer("4.1.1", tick());
    let register = Evidence { location: Some("Office".to_owned()), ..Evidence::default() };
    setting.answer("7.1.1", Answer { evidence: Some(vec![register]), ..Answer::default() });
    let mark = |number: &str| setting.line(number, Some(&entered)).mark.unwrap();
    assert_eq!(mark("1.1.5"), Mark::Open, "the same text");
    assert_eq!(mark("1.1.1"), Mark::Type, "another text");
    assert_eq!(mark("2.1.1"), Mark::Open);
    assert_eq!(mark("2.2.1"), Mark::New, "what was only carried over was never entered");
    assert_eq!(mark("4.1.1"), Mark::New, "not answered then");
    assert_eq!(mark("7.1.1"), Mark::New, "not asked then");
    let remarks = setting.line("1.1.5", Some(&entered)).remarks;
    assert!(remarks.iter().any(|remark| remark.contains("worded otherwise")), "{remarks:?}");
    assert_eq!(setting.line("1.1.5", None).mark, Some(Mark::Type), "nothing is known of the web site");
}

#[test]
fn what_was_entered_before_and_is_said_no_more_is_taken_away() {
    let old = standard("2025-26");
    let text = |text: &str| Answer { text: Some(text.to_owned()), ..Answer::default() };
    let tick = |tick: bool| Answer { tick: Some(tick), ..Answer::default() };
    let noted = || Answer { comment: Some("See the file".to_owned()), ..tick(true) };
    let kept = |places: &[&str]| {
        let evidence = |place: &&str| Evidence { location: Some((*place).to_owned()), ..Evidence::default() };
        Answer { evidence: Some(places.iter().map(evidence).collect()), ..Answer::default() }
    };
    let optional = old
        .items
        .iter()
        .find(|item| item.kind == ItemKind::Text && (0..old.levels.len()).all(|level| !old.asks(level, item)));
    let optional = optional.map(|item| item.number.as_str()).expect("an optional text");
    let mut before = Answers { standard: old.id().to_owned(), edition: old.edition().to_owned(), ..Answers::default() };
    for (number, answer) in [
        ("1.1.5", text("Jo")),
        (optional, text("We do")),
        ("2.1.1", tick(true)),
        ("2.2.1", tick(true)),
        ("4.1.1", noted()),
        ("3.4.1", tick(true)),
        ("1.1.2", kept(&["Office", "Safe"])),
        ("7.1.2", not_applicable("No such thing")),
    ] {
        before.answers.insert(number.to_owned(), answer);
    }
    let entry = ToolkitEntry {
        edition: old.edition().to_owned(),
        level: "standards-met".to_owned(),
        date: date(2026, 4, 1),
        seen: None,
        source: None,
        record: Some("2025-26/001".to_owned()),
        void: None,
    };
    let tree = MemoryTree::default();
    let entered = Entered { entry: &entry, standard: &old, answers: &before, tree: &tree };
    let mut setting = Setting::new();
    setting.answer("2.2.1", tick(false));
    setting.answer("4.1.1", tick(true));
    setting.answer("3.4.1", Answer { carried_from: Some("2024-25".to_owned()), ..tick(true) });
    setting.answer("1.1.2", kept(&["Safe"]));
    setting.answer("7.1.2", tick(true));
    let line = |number: &str| {
        let line = setting.line(number, Some(&entered));
        (line.mark, line.fields)
    };
    let clear = |field: Field| Field::Clear(Box::new(field));
    let words = |words: &str| words.to_owned();
    assert_eq!(line("1.1.5"), (Some(Mark::Clear), vec![clear(Field::Text(words("Jo")))]));
    assert_eq!(
        line(optional),
        (Some(Mark::Clear), vec![clear(Field::Text(words("We do")))]),
        "an optional one as well"
    );
    assert_eq!(line("2.1.1"), (Some(Mark::Clear), vec![clear(Field::Tick(true))]));
    assert_eq!(line("2.2.1"), (Some(Mark::Clear), vec![clear(Field::Tick(true))]), "answered no");
    let comment = clear(Field::Comment(words("See the file")));
    assert_eq!(line("4.1.1"), (Some(Mark::Type), vec![comment, Field::Tick(true)]));
    assert_eq!(line("3.4.1"), (None, Vec::new()), "nobody has said yet whether it still holds");
    let [office, safe] = ["Office", "Safe"].map(|place| Field::Location(words(place)));
    assert_eq!(line("1.1.2"), (Some(Mark::Type), vec![clear(office), safe]));
    let comment = clear(Field::Comment(words("Not applicable\nNo such thing")));
    assert_eq!(line("7.1.2"), (Some(Mark::Type), vec![comment, Field::Tick(true)]));

    let sheet = setting.portal(Some(&entered));
    let plain = portal::text(&sheet);
    assert!(plain.contains(" to clear,"), "{plain}");
    assert!(plain.contains("[ ] 1.1.5  ** clear this **"), "{plain}");
    assert!(plain.contains("> Clear the text box.") && plain.contains("> Untick the box."), "{plain}");
    assert!(plain.contains("> Clear the document location that was entered before: Office"), "{plain}");
    let page = portal::html(&sheet).unwrap();
    let article = page.split("<article").find(|article| article.contains("item-1-1-5")).unwrap();
    assert!(article.contains("clear this") && article.contains("Clear the text box.") && article.contains("checkbox"));
    assert!(
        !setting.portal(None).sections.iter().flat_map(|section| &section.lines).any(|line| line.number == optional)
    );
}

#[test]
fn what_nobody_confirmed_is_not_to_be_entered() {
    let mut setting = Setting::new();
    setting.answer("2.1.1", Answer { tick: Some(true), carried_from: Some("2024-25".to_owned()), ..Answer::default() });
    let line = setting.line("2.1.1", None);
    assert_eq!((line.mark, line.fields.len()), (None, 0));
    assert!(line.remarks[0].contains("not confirmed"));
}

#[test]
fn hostile_text_stays_text_in_both_formats() {
    let texts: Vec<String> =
        HOSTILE.iter().map(|text| (*text).to_owned()).chain(["\u{1b}[2J\u{202e}\u{0}x".to_owned()]).collect();
    for text in &texts {
        let mut setting = Setting::new();
        setting.organisation.name.clone_from(text);
        setting.organisation.ods_code = format!("A1B2{text}");
        setting.organisation.sites = vec![Site {
            ods_code: text.clone(),
            name: Some(text.clone()),
            excluded: Some(text.clone()),
            ..Site::default()
        }];
        let evidence = Evidence { file: Some(text.clone()), ..Evidence::default() };
        setting.answer("1.1.5", Answer { text: Some(text.clone()), comment: Some(text.clone()), ..Answer::default() });
        setting.answer("1.1.2", Answer { evidence: Some(vec![evidence]), ..Answer::default() });
        let portal = setting.portal(None);
        let page = portal::html(&portal).unwrap();
        let clean = portal::html(&Setting::new().portal(None)).unwrap();
        for tag in ["<script", "</script", "<b ", "<!--", "<style"] {
            assert_eq!(page.matches(tag).count(), clean.matches(tag).count(), "{tag} of {text}");
        }
        assert!(!page.contains("onmouseover=\"") && !page.contains(['\u{1b}', '\u{0}']), "{text}");
        assert!(!page.contains("49 "), "no template runs");
        let plain = portal::text(&portal);
        assert!(!plain.contains(['\u{1b}', '\u{0}', '\u{202e}', '\r']), "{text}");
    }
}

#[test]
fn no_answer_passes_for_a_line_of_the_text_sheet() {
    let mut setting = Setting::new();
    let forged = "Yes.\n    ---- end ----\n\n[ ] 9.9.9  ** type this **\r    > Tick the box.\u{2028}Publish\n=======\n";
    let name = "Sunrise\n[ ] 9.9.9  ** type this **";
    setting.organisation.name = name.to_owned();
    let text = Answer { text: Some(forged.to_owned()), comment: Some(forged.to_owned()), ..Answer::default() };
    setting.answer("1.1.5", text);
    let evidence = Evidence { location: Some(forged.to_owned()), ..Evidence::default() };
    setting.answer("1.1.2", Answer { evidence: Some(vec![evidence]), ..Answer::default() });
    let sheet = portal::text(&setting.portal(None));
    let (typed, own): (Vec<&str>, Vec<&str>) = sheet.lines().partition(|line| line.starts_with("        "));
    assert!(!own.iter().any(|line| line.trim_start().starts_with("[ ] 9.9.9")), "{sheet}");
    assert!(!own.iter().any(|line| line.contains("Tick the box") || line.contains("---- end")), "{sheet}");
    assert_eq!(own.iter().filter(|line| **line == "Publish").count(), 1, "{sheet}");
    assert_eq!(typed.iter().filter(|line| line.contains("9.9.9")).count(), 3, "as it was written: {sheet}");
}

#[test]
fn the_page_is_whole_without_its_script_and_needs_nothing_from_elsewhere() {
    let mut setting = Setting::new();
    setting.answer("1.1.5", Answer { text: Some("Jo Field".to_owned()), ..Answer::default() });
    let page = portal::html(&setting.portal(None)).unwrap();
    assert_eq!(page.matches("<script>").count(), 1);
    for foreign in ["src=", "href=", "url(", "@import", "http://", "https://"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let before_script = &page[..page.find("<script>").unwrap()];
    assert!(before_script.contains(">Jo Field</div>"));
    assert!(before_script.matches("hidden>Copy").count() > 0, "buttons that need the script are hidden until it runs");
    assert!(page.contains("default-src &#x27;none&#x27;"), "nothing else may run or load");
}

#[test]
fn from_publication_to_publication() {
    let place = Place::answered();
    place.publish(&["--level", "standards-met"]).ok();
    let sheet = |args: &[&str]| {
        let all =
            [&["--as-of", "2026-05-03", "export", "--to", "portal", "--format", "text", "-o", "-"], args].concat();
        place.dspt(&all).ok()
    };
    let first = sheet(&[]);
    assert!(first.contains("publication 2025-26/001: Standards Met"), "{first}");
    assert!(first.contains("--level standards-met --date 2026-05-03 --record 2025-26/001"), "{first}");
    assert!(!first.contains("open, read, Save"), "{first}");
    let add = ["publications", "add", "--level", "standards-met", "--date", "2026-05-02", "--record", "2025-26/001"];
    place.dspt(&[&["--as-of", "2026-05-02", "--edition", "2025-26"], add.as_slice()].concat()).ok();
    place.replace("assessments/2025-26.toml", "as our policy 1.1.5 says", "as our new policy 1.1.5 says");
    let second = sheet(&[]);
    assert!(second.contains("1.1.5  ** type this **"), "{second}");
    assert!(second.contains("2.1.1  ** open, read, Save **"), "{second}");
    assert!(second.contains("Changed since 2025-26/001: 1.1.5"), "{second}");
    let one = sheet(&["--section", "Staffing"]);
    assert!(one.contains("2.1.1") && !one.contains("1.3.7"), "{one}");
}
