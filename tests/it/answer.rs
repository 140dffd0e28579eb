//! Setting an answer: any answer in any of the examples, in TOML and YAML, with any line ends; nothing beside it moves,
//! and reading the file again gives what was said.

use dspt::bank::Banks;
use dspt::decode;
use dspt::model::{Answer, Answers, Count, Evidence, Item, ItemKind, LibrarySource, Standard};
use dspt::source::{Document, Kind, Node, Pointer, Syntax, edit};
use dspt::workspace::answer::{Refused, Reply, Reviewed, Said, changes};
use jiff::civil::{Date, date};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static STANDARD: LazyLock<Arc<Standard>> =
    LazyLock::new(|| Banks::shipped().find("dspt-asc", "2025-26").unwrap().standard().unwrap());

/// The answers files of the examples that can be read.
static FILES: LazyLock<Vec<(String, Syntax)>> = LazyLock::new(|| {
    let files = [
        "hazel-house/assessments/2025-26.toml",
        "northfield-care/assessments/2025-26.toml",
        "elm-lodge/assessments/2025-26.yaml",
    ];
    let read =
        |path: &&str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(path)).unwrap();
    files.iter().map(|path| (read(path), Syntax::of(path).unwrap())).collect()
});

fn text() -> impl Strategy<Value = String> {
    let awkward = [
        "Jo Field, registered manager.",
        "\"quoted\" and 'quoted'",
        "two\nlines",
        "ends with a line end\n",
        "\n\nbegins with some",
        "a\n\n\nb\n\n",
        "=SUM(A1:A9)",
        "+44 20 7946 0000",
        "@home",
        "-1",
        "trailing blanks   ",
        "   leading blanks",
        "emoji 👩🏽‍⚕️ and 🏴",
        "עברית ואנגלית mixed \u{202e}right to left\u{202c}",
        "# no comment",
        "key: value\n  - list",
        "[answers.\"1.1.1\"]\ntick = true",
        "'''",
        "\"\"\"",
        "back\\slash\\n",
        "tab\tand \u{7} bell and \u{85} and \u{2028}",
        "true",
        "2026-01-01",
        "null",
    ];
    prop_oneof![
        select(awkward.to_vec()).prop_map(str::to_owned),
        "[ -~\n\té😀\u{202e}\u{feff}]{1,60}".prop_filter("says something", |text| !text.trim().is_empty()),
        Just("Ä".repeat(32_767)),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    (2020..2030_i16, 1..13_i8, 1..29_i8).prop_map(|(year, month, day)| date(year, month, day))
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let place = prop_oneof![
        select(vec!["evidence/privacy-notice.md", "evidence/new.pdf", "private/log.xlsx"])
            .prop_map(|file| Evidence { file: Some(file.to_owned()), ..Evidence::default() }),
        select(vec!["https://sunrise.example/privacy", "https://hazelhouse.example/privacy"])
            .prop_map(|link| Evidence { link: Some(link.to_owned()), ..Evidence::default() }),
        text().prop_map(|location| Evidence { location: Some(location), ..Evidence::default() }),
    ];
    (place, option::of(text()), option::of(day())).prop_map(|(place, title, approved)| Evidence {
        title,
        approved,
        ..place
    })
}

#[derive(Debug, Clone)]
struct Wanted {
    reply: Option<u8>,
    text: String,
    day: Date,
    evidence: Vec<Evidence>,
    takes_first: bool,
    count: Option<u32>,
    owner: Option<String>,
    comment: Option<String>,
    by: Option<String>,
    from: bool,
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let documents = proptest::collection::vec(evidence(), 0..3);
    let people =
        (option::of("[a-z]{1,8}@sunrise\\.example"), option::of(text()), option::of("[a-z]{1,8}@sunrise\\.example"));
    (option::of(0..4_u8), text(), day(), documents, any::<bool>(), option::of(0..53_u32), people, any::<bool>())
        .prop_map(|(reply, text, day, evidence, takes_first, count, (owner, comment, by), from)| Wanted {
            reply,
            text,
            day,
            evidence,
            takes_first,
            count,
            owner,
            comment,
            by,
            from,
        })
}

/// What fits an item, of what is wanted.
fn said(item: &Item, now: &Answer, wanted: Wanted) -> Said {
    let own = match item.kind {
        ItemKind::Tick => Some(Reply::Tick(wanted.day.day() % 2 == 0)),
        ItemKind::Text => Some(Reply::Text(wanted.text.clone())),
        ItemKind::Date => Some(Reply::Date(wanted.day)),
        ItemKind::Document => None,
    };
    let reply = match wanted.reply {
        Some(0) if item.not_applicable.is_some() => Some(Reply::NotApplicable(wanted.text)),
        Some(1) => Some(Reply::Open),
        Some(2) if !now.is_open() => Some(Reply::StillTrue),
        Some(_) => own,
        None => None,
    };
    let refuses_documents = item.kind == ItemKind::Document && matches!(reply, Some(Reply::NotApplicable(_)));
    let gone = now.evidence.iter().flatten().take(usize::from(wanted.takes_first)).cloned().collect::<Vec<_>>();
    Said {
        evidence: if refuses_documents { Vec::new() } else { wanted.evidence },
        gone: if refuses_documents { Vec::new() } else { gone },
        count: wanted.count.filter(|_| item.threshold.is_some()).map(|done| Count {
            done,
            of: 52,
            on: Some(wanted.day),
        }),
        owner: wanted.owner,
        comment: wanted.comment,
        notes: None,
        reviewed: Some(Reviewed { on: wanted.day, by: wanted.by }),
        from: wanted.from.then(|| LibrarySource {
            library: "it-supplier-x/10.2.1".to_owned(),
            digest: format!("sha256:{}", "0".repeat(64)),
            until: Some(wanted.day),
        }),
        reply,
    }
}

/// The answer that must be there afterwards, worked out on the model alone.
fn expected(item: &Item, now: &Answer, said: &Said) -> Answer {
    let mut then = now.clone();
    let place = |evidence: &Evidence| {
        [&evidence.file, &evidence.link, &evidence.location].into_iter().flatten().next().cloned().unwrap_or_default()
    };
    then.owner = said.owner.clone().or(then.owner);
    if said.reply == Some(Reply::Open) {
        return Answer { owner: then.owner, notes: then.notes, comment: said.comment.clone(), ..Answer::default() };
    }
    then.comment = said.comment.clone().or(then.comment);
    then.count = said.count.or(then.count);
    let before = (then.tick, then.text.clone(), then.date, then.not_applicable.clone());
    if let Some(reply) = said.reply.as_ref().filter(|reply| **reply != Reply::StillTrue) {
        (then.tick, then.text, then.date, then.not_applicable) = match reply.clone() {
            Reply::Tick(tick) => (Some(tick), then.text, then.date, None),
            Reply::Text(text) => (then.tick, Some(text), then.date, None),
            Reply::Date(day) => (then.tick, then.text, Some(day), None),
            Reply::NotApplicable(why) => (None, None, None, Some(why)),
            Reply::StillTrue | Reply::Open => unreachable!("those are dealt with"),
        };
        if item.kind == ItemKind::Document && then.not_applicable.is_some() {
            then.evidence = None;
        }
    } else if item.kind == ItemKind::Document && !said.evidence.is_empty() {
        then.not_applicable = None;
    }
    let had = then.evidence.as_ref().map_or(0, Vec::len);
    for new in &said.evidence {
        let list = then.evidence.get_or_insert_default();
        match list.iter().position(|known| place(known).trim() == place(new).trim()) {
            Some(at) if at < had => {
                let known = &mut list[at];
                known.file = new.file.clone().or(known.file.take());
                known.location = new.location.clone().or(known.location.take());
                known.title = new.title.clone().or(known.title.take());
                known.approved = new.approved.or(known.approved);
            }
            Some(at) => list[at] = new.clone(),
            None => list.push(new.clone()),
        }
    }
    if let Some(list) = then.evidence.as_mut() {
        let present = now.evidence.as_ref().map_or(0, Vec::len);
        let mut at = 0;
        list.retain(|known| {
            at += 1;
            at > present || !said.gone.iter().any(|gone| place(gone).trim() == place(known).trim())
        });
    }
    let is_said = said.reply.is_some()
        || said.count.is_some()
        || said.comment.is_some()
        || !said.evidence.is_empty()
        || !said.gone.is_empty();
    let answered = said.reply.is_some() || said.count.is_some() || !said.evidence.is_empty() || !now.is_open();
    if is_said && answered {
        let reviewed = said.reviewed.clone().unwrap();
        (then.reviewed, then.reviewed_by, then.carried_from) = (Some(reviewed.on), reviewed.by, None);
    }
    if before != (then.tick, then.text.clone(), then.date, then.not_applicable.clone()) && said.reply.is_some() {
        then.from = None;
    }
    then.from = said.from.clone().or(then.from);
    then
}

/// The bytes of an answer's table, with the line of its header or key; empty where it is not there.
fn table(document: &Document, number: &str) -> std::ops::Range<usize> {
    fn end(node: &Node) -> usize {
        let own = node.span.end as usize;
        match &node.kind {
            Kind::Table(table) => {
                let inside = table.entries.iter().map(|entry| end(&entry.node).max(entry.key.span.end as usize));
                inside.fold(own, usize::max)
            }
            Kind::List(nodes) => nodes.iter().map(end).fold(own, usize::max),
            Kind::Scalar(_) => own,
        }
    }
    let pointer = Pointer::answer(number);
    let Some(node) = document.node(&pointer) else { return 0..0 };
    let text = &document.text;
    let start = document.key_span(&pointer).start as usize;
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let end = end(node).max(start);
    start..text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

/// Says it in a file and checks all there is to hold.
fn check(source: &str, syntax: Syntax, number: &str, wanted: Wanted) {
    let standard = &**STANDARD;
    let document = Document::read_text(source, syntax);
    let answers: Answers = decode::answers::decode(&document).value;
    let none = Answer::default();
    let now = answers.answers.get(number).unwrap_or(&none);
    let item = standard.item(number).unwrap();
    let said = said(item, now, wanted);
    let list = match changes(standard, &answers, number, &said) {
        Ok(list) => list,
        Err(Refused::Nothing { .. }) => return,
        Err(refused) => panic!("{refused}: {said:?}"),
    };
    let bytes = edit::apply(&document, &list).unwrap_or_else(|error| panic!("{number}: {error}: {said:?}"));
    let after = Document::read(bytes, syntax);
    assert!(after.faults.is_empty() && !after.damaged, "{:?}", after.faults);
    let decoded = decode::answers::decode(&after);
    assert!(decoded.faults.is_empty(), "{:?}", decoded.faults);
    let expected = expected(item, now, &said);
    let mut meant = answers.clone();
    meant.answers.insert(number.to_owned(), expected);
    // A list of documents of which the last one went may stay, empty, or go.
    let mut found = decoded.value;
    for answers in [&mut meant, &mut found] {
        let answer = answers.answers.entry(number.to_owned()).or_default();
        answer.evidence = answer.evidence.take().filter(|list| !list.is_empty());
    }
    assert_eq!(found.answers.remove(number), meant.answers.remove(number), "{said:?}");
    assert!(found == meant, "another answer says something else");
    // What differs lies inside the answer's own lines.
    let (old, new) = (document.text.as_bytes(), after.text.as_bytes());
    let own = table(&document, number);
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let suffix =
        old[prefix..].iter().rev().zip(new[prefix.min(new.len())..].iter().rev()).take_while(|(a, b)| a == b).count();
    let changed = prefix..old.len() - suffix;
    if own.is_empty() {
        assert!(changed.is_empty(), "an answer that was not there is added, and nothing is taken away");
    } else if !changed.is_empty() {
        assert!(changed.start >= own.start && changed.end <= own.end, "{changed:?} lies outside {own:?}");
    }
    assert_eq!(document.byte_order_mark, after.byte_order_mark);
    let breaks = |text: &str| (text.matches("\r\n").count() > 0, text.replace("\r\n", "").contains('\n'));
    if breaks(&document.text) == (true, false) {
        assert_eq!(breaks(&after.text), (true, false), "line ends are the file's own");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_is_set_and_nothing_beside_it_moves(
        file in any::<Index>(),
        number in any::<Index>(),
        wanted in wanted(),
        crlf in any::<bool>(),
        mark in any::<bool>(),
        rest in any::<bool>(),
    ) {
        let (text, syntax) = file.get(&FILES);
        let number = &number.get(&STANDARD.items).number;
        // A file in which the item, and all that follow, are not there yet.
        let text = if rest { text.clone() } else { text.split(&format!("\"{number}\"")).next().unwrap().to_owned() };
        let text = if rest { text } else { text[..text.rfind('\n').map_or(0, |at| at + 1)].to_owned() };
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let text = if mark { format!("\u{feff}{text}") } else { text };
        check(&text, *syntax, number, wanted);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let standard = &**STANDARD;
    let answers = Answers::default();
    let first = |fits: &dyn Fn(&Item) -> bool| standard.items.iter().find(|item| fits(item)).unwrap().number.clone();
    let refused = |number: &str, said: &Said| changes(standard, &answers, number, said).unwrap_err();
    let reply = |reply: Reply| Said { reply: Some(reply), ..Said::default() };
    let tick = first(&|item| item.kind == ItemKind::Tick && item.threshold.is_none());
    let text = first(&|item| item.kind == ItemKind::Text);
    let must = first(&|item| item.not_applicable.is_none());
    let may = first(&|item| item.not_applicable.is_some());
    assert!(matches!(refused("9.9.9", &reply(Reply::Tick(true))), Refused::NoItem { .. }));
    assert!(matches!(refused(&tick, &reply(Reply::Text("Yes".to_owned()))), Refused::OtherKind { .. }));
    assert!(matches!(refused(&text, &reply(Reply::Text(" \n".to_owned()))), Refused::Blank { .. }));
    assert!(matches!(refused(&must, &reply(Reply::NotApplicable("None.".to_owned()))), Refused::MustApply { .. }));
    assert!(matches!(refused(&may, &reply(Reply::NotApplicable(" ".to_owned()))), Refused::NoReason { .. }));
    assert!(matches!(refused(&tick, &reply(Reply::StillTrue)), Refused::Nothing { .. }));
    assert!(matches!(refused(&tick, &Said::default()), Refused::Nothing { .. }));
    let count = |done, of| Said { count: Some(Count { done, of, on: None }), ..Said::default() };
    assert!(matches!(refused(&tick, &count(1, 2)), Refused::NoThreshold { .. }));
    let share = first(&|item| item.threshold.is_some());
    assert!(matches!(refused(&share, &count(3, 2)), Refused::OddCount { .. }));
    let evidence = vec![Evidence { title: Some("Nowhere".to_owned()), ..Evidence::default() }];
    assert!(matches!(refused(&tick, &Said { evidence, ..Said::default() }), Refused::NoPlace { .. }));
}

/// A workspace on disk with one open document item and one open text item.
#[cfg(unix)]
fn workspace() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("work");
    fs::create_dir_all(root.join("assessments")).unwrap();
    fs::write(root.join("organisation.toml"), "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\n")
        .unwrap();
    let answers = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n[answers.\"1.1.3\"]\n\n[answers.\"1.1.5\"]\n";
    fs::write(root.join("assessments/2025-26.toml"), answers).unwrap();
    fs::write(directory.path().join("notice.md"), "Our notice.\n").unwrap();
    directory
}

#[cfg(unix)]
fn dspt(root: &Path, arguments: &[&str], input: &[u8]) -> std::process::Output {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_dspt"))
        .current_dir(root)
        .args(["--as-of", "2026-02-02", "answer"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn all_is_written_or_nothing() {
    let directory = workspace();
    let root = directory.path().join("work");
    let answers = root.join("assessments/2025-26.toml");
    let before = fs::read(&answers).unwrap();
    let given: &[&str] = &["1.1.3", "--evidence", "../notice.md"];
    // What does not fit is known before the document is copied.
    let refused = dspt(&root, &[given, &["--count", "1/2"]].concat(), b"");
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    assert!(!root.join("evidence").exists());
    // The answers file cannot be written: the document that was copied already is taken away again.
    fs::rename(&answers, root.join("elsewhere.toml")).unwrap();
    std::os::unix::fs::symlink("../elsewhere.toml", &answers).unwrap();
    let refused = dspt(&root, given, b"");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("symbolic link"));
    assert!(!root.join("evidence/notice.md").exists());
    assert_eq!(fs::read(root.join("elsewhere.toml")).unwrap(), before);
    fs::remove_file(&answers).unwrap();
    fs::rename(root.join("elsewhere.toml"), &answers).unwrap();
    // Nor is anything copied through a link that leads out.
    fs::remove_dir(root.join("evidence")).expect("nothing is left in it");
    std::os::unix::fs::symlink(directory.path(), root.join("evidence")).unwrap();
    assert_eq!(dspt(&root, given, b"").status.code(), Some(2));
    assert_eq!(fs::read(&answers).unwrap(), before);
    fs::remove_file(root.join("evidence")).unwrap();
    let done = dspt(&root, given, b"");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(fs::read(root.join("evidence/notice.md")).unwrap(), b"Our notice.\n");
}

#[cfg(unix)]
#[test]
fn standard_input_is_taken_without_its_last_line_end() {
    let directory = workspace();
    let root = directory.path().join("work");
    let done = dspt(
        &root,
        &["1.1.5", "--text", "-", "--by", "jo@sunrise.example"],
        "\u{feff}One.\r\n\r\n=Two \n\n".as_bytes(),
    );
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let text = fs::read_to_string(root.join("assessments/2025-26.toml")).unwrap();
    let answers = decode::answers::decode(&Document::read_text(&text, Syntax::Toml)).value;
    assert_eq!(answers.answers["1.1.5"].text.as_deref(), Some("One.\n\n=Two \n"));
    assert!(text.contains("text = \"\"\"\nOne.\n\n=Two \n"), "several lines are written as such: {text}");
    assert_eq!(dspt(&root, &["1.1.5", "--text", "-"], b"\xff").status.code(), Some(2));
}
