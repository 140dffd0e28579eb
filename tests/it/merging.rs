//! Merging two people's answers: no edit lost, none invented; git itself calls the drivers.

use crate::ledger::Place;
use dspt::decode::answers::decode;
use dspt::model::{Answer, Answers};
use dspt::source::edit::{Change, Literal, apply};
use dspt::source::merge::{Marks, Merged, merge};
use dspt::source::{Document, Pointer, Syntax};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;

const MARKS: Marks<'_> = Marks { size: 7, ours: "ours", theirs: "theirs" };

fn read(text: &str) -> Document {
    Document::read_text(text, Syntax::Toml)
}

fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    merge(&read(base), &read(ours), &read(theirs), MARKS).expect("files laid out in tables")
}

fn answers(text: &str) -> Answers {
    let document = read(text);
    assert!(!document.damaged, "{text}");
    decode(&document).value
}

/// One thing that somebody does to a file.
#[derive(Debug, Clone)]
enum Deed {
    Tick(usize, bool),
    Text(usize, String),
    Evidence(usize, String),
    Owner(usize, String),
    Comment(usize, String),
    Delete(usize),
    Add(usize, String),
    Remark(usize, String),
}

const ITEMS: usize = 8;

fn number(item: usize) -> String {
    format!("{}.{}.{}", item / 3 + 1, item % 3 + 1, 1)
}

fn deed() -> impl Strategy<Value = Deed> {
    let item = 0..ITEMS;
    let text = "[a-zA-Z\"'\\\\#=\\[\\]é😀 \n]{1,20}";
    prop_oneof![
        (item.clone(), any::<bool>()).prop_map(|(item, tick)| Deed::Tick(item, tick)),
        (item.clone(), text).prop_map(|(item, text)| Deed::Text(item, text)),
        (item.clone(), "[a-z]{3,8}").prop_map(|(item, text)| Deed::Evidence(item, text)),
        (item.clone(), "[a-z]{3,8}@x").prop_map(|(item, text)| Deed::Owner(item, text)),
        (item.clone(), text).prop_map(|(item, text)| Deed::Comment(item, text)),
        item.clone().prop_map(Deed::Delete),
        (0usize..4, text).prop_map(|(item, text)| Deed::Add(item, text)),
        (item, "[a-z ]{3,12}").prop_map(|(item, text)| Deed::Remark(item, text)),
    ]
}

/// A file of answers with a section heading, comments, an open item, a multi-line text, a table below a table.
fn base() -> String {
    let mut text = "#:schema x.json\nstandard = \"s\"\nedition = \"e\"\n\n# ---- First ----\n".to_owned();
    for item in 0..ITEMS {
        let number = number(item);
        text.push_str(&format!("\n# {number} A question?\n[answers.\"{number}\"]\n"));
        match item % 4 {
            0 => text.push_str("tick = true # so it is\nowner = \"a@x\"\n"),
            1 => text.push_str("text = \"\"\"\nOne\n[answers.\"9.9.9\"]\n\"\"\"\n\nreviewed = 2026-01-01\n"),
            2 => {}
            _ => text.push_str(&format!("tick = true\n\n[answers.\"{number}\".count]\ndone = 1\nof = 2\n")),
        }
    }
    text.push_str("\n# The end\n");
    text
}

fn done(text: &str, deeds: &[Deed]) -> String {
    let mut text = text.to_owned();
    for deed in deeds {
        let set = |item: usize, key: &'static str, literal| {
            vec![Change::Set(Pointer::answer(&number(item)).key(key), literal)]
        };
        let changes = match deed {
            Deed::Tick(item, tick) => set(*item, "tick", Literal::Flag(*tick)),
            Deed::Text(item, words) => set(*item, "text", Literal::Text(words.clone())),
            Deed::Evidence(item, file) => {
                let entry = Literal::Table(vec![("file", Literal::Text(file.clone()))]);
                set(*item, "evidence", Literal::List(vec![entry]))
            }
            Deed::Owner(item, owner) => set(*item, "owner", Literal::Text(owner.clone())),
            Deed::Comment(item, words) => set(*item, "comment", Literal::Text(words.clone())),
            Deed::Delete(item) => vec![Change::Remove(Pointer::answer(&number(*item)))],
            Deed::Add(item, words) => {
                let pointer = Pointer::answer(&format!("7.7.{item}")).key("text");
                vec![Change::Set(pointer, Literal::Text(words.clone()))]
            }
            Deed::Remark(item, words) => {
                let header = format!("[answers.\"{}\"]\n", number(*item));
                text = text.replacen(&header, &format!("# remark {words}\n{header}"), 1);
                continue;
            }
        };
        // What cannot be written without moving other text is another test's matter.
        if let Ok(bytes) = apply(&read(&text), &changes) {
            text = String::from_utf8(bytes).unwrap();
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_edit_is_lost_and_none_invented(
        mine in prop::collection::vec(deed(), 0..6),
        yours in prop::collection::vec(deed(), 0..6),
    ) {
        let base = base();
        let (ours, theirs) = (done(&base, &mine), done(&base, &yours));
        let Merged { bytes, conflicts } = merged(&base, &ours, &theirs);
        let text = String::from_utf8(bytes).unwrap();
        let marked = |line: &str| ["<<<<<<< ours", "=======", ">>>>>>> theirs"].contains(&line);

        // Every line comes from one of the three, and every line that a side wrote is there, conflicts included.
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
        let (before, by_us, by_them, after) = (lines(&base), lines(&ours), lines(&theirs), lines(&text));
        for line in after.iter().filter(|line| !marked(line)) {
            prop_assert!(by_us.contains(line) || by_them.contains(line), "invented: {line}\n{text}");
        }
        let (base_said, our_said, their_said) = (answers(&base), answers(&ours), answers(&theirs));
        for line in by_us.difference(&before).chain(by_them.difference(&before)) {
            prop_assert!(after.contains(line), "lost: {line}\n{text}");
        }
        prop_assert_eq!(conflicts.is_empty(), !text.lines().any(marked));
        if !conflicts.is_empty() {
            return Ok(());
        }
        // Without conflicts each answer is that of the side that changed it.
        let said = answers(&text);
        let numbers: BTreeSet<&String> =
            [&base_said, &our_said, &their_said].into_iter().flat_map(|said| said.answers.keys()).collect();
        for number in numbers {
            let of = |answers: &Answers| answers.answers.get(number).cloned();
            let (base, ours, theirs, found) = (of(&base_said), of(&our_said), of(&their_said), of(&said));
            if ours == base {
                prop_assert_eq!(found, theirs, "{}", number);
            } else if theirs == base || ours == theirs {
                prop_assert_eq!(found, ours, "{}", number);
            } else {
                let (ours, theirs, found) = (ours.unwrap(), theirs.unwrap(), found.unwrap());
                for owner in [&ours.owner, &theirs.owner] {
                    prop_assert!(*owner == base.as_ref().and_then(|base| base.owner.clone()) || found.owner == *owner);
                }
                // What decides the answer is one side's, all of it; the other changed nothing of it.
                let says = |answer: &Answer| Answer { owner: None, comment: None, notes: None, ..answer.clone() };
                let base = base.unwrap();
                let (base, ours, theirs, found) = (says(&base), says(&ours), says(&theirs), says(&found));
                prop_assert!(ours == base || theirs == base || ours == theirs, "{number}: both answered, no conflict");
                prop_assert_eq!(&found, if ours == base { &theirs } else { &ours });
            }
        }
    }

    #[test]
    fn sides_may_be_swapped(mine in prop::collection::vec(deed(), 0..5), yours in prop::collection::vec(deed(), 0..5)) {
        let base = base();
        let (ours, theirs) = (done(&base, &mine), done(&base, &yours));
        let (there, back) = (merged(&base, &ours, &theirs), merged(&base, &theirs, &ours));
        prop_assert_eq!(there.conflicts.len(), back.conflicts.len());
        if there.conflicts.is_empty() {
            let said = |merged: &Merged| answers(&String::from_utf8(merged.bytes.clone()).unwrap());
            prop_assert_eq!(said(&there), said(&back));
        }
    }

    #[test]
    fn a_side_that_did_nothing_gives_way(mine in prop::collection::vec(deed(), 0..6)) {
        let base = base();
        let ours = done(&base, &mine);
        prop_assert_eq!(String::from_utf8(merged(&base, &ours, &base).bytes).unwrap(), ours.clone());
        prop_assert_eq!(answers(&String::from_utf8(merged(&base, &base, &ours).bytes).unwrap()), answers(&ours));
    }
}

#[test]
fn two_answers_are_a_conflict_even_where_one_says_all_of_the_other() {
    let base = base();
    let ours = done(&base, &[Deed::Tick(5, true)]);
    let theirs = done(&base, &[Deed::Tick(5, true), Deed::Text(5, "Other".to_owned())]);
    assert_eq!(merged(&base, &ours, &theirs).conflicts, ["answers 2.3.1"]);
    assert_eq!(merged(&base, &theirs, &ours).conflicts, ["answers 2.3.1"]);
    assert_eq!(merged(&base, &ours, &ours).conflicts, Vec::<String>::new());
}

#[test]
fn an_answer_and_its_owner_go_together() {
    let base = base();
    let ours = done(&base, &[Deed::Tick(0, false)]);
    let theirs = done(&base, &[Deed::Owner(0, "b@x".to_owned())]);
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, Vec::<String>::new());
    let said = answers(std::str::from_utf8(&merged.bytes).unwrap());
    assert_eq!(said.answers["1.1.1"].tick, Some(false));
    assert_eq!(said.answers["1.1.1"].owner.as_deref(), Some("b@x"));
}

#[test]
fn what_decides_one_answer_comes_from_one_side() {
    let base = base();
    let tick = done(&base, &[Deed::Tick(0, false)]);
    for (other, conflicts) in [
        (Deed::Comment(0, "Since May.".to_owned()), 0),
        (Deed::Owner(0, "b@x".to_owned()), 0),
        (Deed::Evidence(0, "new".to_owned()), 1),
        (Deed::Text(0, "No.".to_owned()), 1),
    ] {
        let other = done(&base, std::slice::from_ref(&other));
        for (ours, theirs) in [(&tick, &other), (&other, &tick)] {
            let merged = merged(&base, ours, theirs);
            assert_eq!(merged.conflicts.len(), conflicts, "{}", String::from_utf8_lossy(&merged.bytes));
        }
    }
}

#[test]
fn two_answers_to_one_item_stay_a_conflict_with_both_texts() {
    let base = base();
    let ours = done(&base, &[Deed::Text(1, "We do.".to_owned())]);
    let theirs = done(&base, &[Deed::Text(1, "We don't.".to_owned())]);
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, ["answers 1.2.1"]);
    let text = String::from_utf8(merged.bytes).unwrap();
    assert!(text.contains("<<<<<<< ours\n# 1.2.1 A question?\n"), "{text}");
    assert!(text.contains("We do.") && text.contains("We don't."), "{text}");
}

#[test]
fn files_that_are_no_tables_are_left_to_git() {
    for text in
        ["answers = { \"1.1.1\" = { tick = true } }\n", "answers.\"1.1.1\".tick = true\n", "[answers.\"1.1.1\"\n"]
    {
        assert_eq!(
            merge(&read(text), &read(text), &read(text), MARKS).is_some(),
            text.starts_with("answers"),
            "{text}"
        );
    }
    let scattered = "[answers.\"1\"]\ntick = true\n[answers.\"2\"]\n[answers.\"1\".count]\ndone = 1\nof = 1\n";
    assert_eq!(merge(&read(scattered), &read(scattered), &read(scattered), MARKS), None);
}

#[test]
fn git_calls_both_drivers() {
    let place = Place::answered();
    place.run("ws", &["git", "install"]).ok();
    place.run("ws", &["git", "install"]).ok();
    place.git(&["add", "-A"]).ok();
    let file = place.path("ws/assessments/2025-26.toml");
    let start = fs::read_to_string(&file).unwrap();
    let first = start.find("tick = true").unwrap();
    let second = first + 1 + start[first + 1..].find("tick = true").unwrap();
    let untick = |at: usize| format!("{}tick = false{}", &start[..at], &start[at + "tick = true".len()..]);

    fs::write(&file, untick(first)).unwrap();
    let shown = place.git(&["diff"]).ok();
    assert!(shown.contains(" met\n") && shown.contains(" unmet\n"), "{shown}");
    place.git(&["commit", "-qam", "One"]).ok();
    place.git(&["checkout", "-qb", "other", "HEAD~1"]).ok();
    fs::write(&file, untick(second)).unwrap();
    place.git(&["commit", "-qam", "Two"]).ok();
    place.git(&["merge", "-q", "main", "-m", "Both"]).ok();
    let both = fs::read_to_string(&file).unwrap();
    assert_eq!(both.matches("tick = false").count(), 2);

    // A third person answers the first item in another way.
    place.git(&["checkout", "-qb", "third", "main~1"]).ok();
    fs::write(&file, start.replacen("tick = true", "not_applicable = \"We have none.\"", 1)).unwrap();
    place.git(&["commit", "-qam", "Three"]).ok();
    let refused = place.git(&["merge", "-q", "main", "-m", "Conflict"]);
    assert_eq!(refused.status, 1, "{}{}", refused.out, refused.err);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("<<<<<<< ours") && text.contains("not_applicable = \"We have none.\""), "{text}");
    assert!(refused.err.contains("both sides changed answers"), "{}", refused.err);
    // While it is one, git shows what the two sides say of the item, and nothing of the others.
    let shown = place.git(&["diff"]).ok();
    assert!(shown.contains("++<<<<<<< ours") && shown.contains("We have none."), "{shown}");
    assert!(shown.lines().filter(|line| line.starts_with("++")).count() < 12, "{shown}");
    let lint = place.run("ws", &["lint", "--as-of", "2026-05-01", "--format", "concise"]);
    assert!(lint.out.contains("error[merge-conflict]"), "{}", lint.out);
}

/// git calls both from the top of the work tree, where no organisation need be.
#[test]
fn an_organisation_far_below_is_compared_and_merged_too() {
    let place = Place::new();
    let (home, path) = ("ws/our clients/sun rise", "our clients/sun rise/assessments/2025-26.toml");
    place.run(".", &["init", home, "--ods", "A1B2", "--name", "Sunrise", "--edition", "2025-26"]).ok();
    fs::remove_dir_all(place.path(home).join(".git")).ok();
    place.git(&["init", "-q", "-b", "main"]).ok();
    place.run(home, &["git", "install"]).ok();
    place.git(&["add", "-A"]).ok();
    place.git(&["commit", "-qm", "Base"]).ok();
    let file = place.path("ws").join(path);
    let start = fs::read_to_string(&file).unwrap();
    let commit = |text: &str| {
        fs::write(&file, text).unwrap();
        place.git(&["commit", "-qam", "Edit"]).ok();
    };
    let said = |who: &str| start.replacen("[answers.\"1.1.5\"]", &format!("[answers.\"1.1.5\"]\ntext = \"{who}\""), 1);
    place.git(&["switch", "-qc", "mine"]).ok();
    commit(&said("Ann"));
    place.git(&["switch", "-qc", "yours", "main"]).ok();
    commit(&said("Bob"));
    assert_eq!(place.git(&["merge", "-q", "mine"]).status, 1);
    let shown = place.git(&["diff"]).ok();
    assert!(shown.contains("Ann") && shown.contains("Bob") && shown.contains("++<<<<<<< ours"), "{shown}");
    place.git(&["merge", "--abort"]).ok();

    // What is no table is merged by its lines.
    for (branch, text) in [("one", format!("{start}\n[answers.\"9\n")), ("two", format!("# Ours\n{start}"))] {
        place.git(&["switch", "-qc", branch, "main"]).ok();
        commit(&text);
    }
    place.git(&["merge", "-q", "one", "-m", "Both"]).ok();
    let both = fs::read_to_string(&file).unwrap();
    assert!(both.starts_with("# Ours\n") && both.ends_with("[answers.\"9\n"), "{both}");
}

/// Whatever git does to bring two people's work together, and whatever ends the lines have: both are there afterwards.
#[test]
fn git_keeps_both_sides_however_it_brings_them_together() {
    let attributes = "assessments/*.toml merge=dspt-answers -text\n";
    for end in ["\n", "\r\n"] {
        let place = Place::new();
        fs::create_dir_all(place.path("ws/assessments")).unwrap();
        place.git(&["init", "-q", "-b", "main"]).ok();
        fs::write(place.path("ws/organisation.toml"), "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise\"\n")
            .unwrap();
        place.run("ws", &["git", "install"]).ok();
        fs::write(place.path("ws/.gitattributes"), attributes).unwrap();
        let file = place.path("ws/assessments/2025-26.toml");
        let write = |text: &str| fs::write(&file, text.replace('\n', end)).unwrap();
        let commit = |text: &str, said: &str| {
            write(text);
            place.git(&["add", "-A"]).ok();
            place.git(&["commit", "-qm", said]).ok();
        };
        let start = base();
        let mine = done(&start, &[Deed::Owner(0, "b@x".to_owned()), Deed::Tick(1, false)]);
        let yours = done(&start, &[Deed::Comment(0, "Since May.".to_owned()), Deed::Text(2, "We do.".to_owned())]);
        let both = answers(std::str::from_utf8(&merged(&start, &mine, &yours).bytes).unwrap());
        let reads = |expected: &Answers| {
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(answers(&text.replace("\r\n", "\n")), *expected, "{text}");
            assert_eq!(text.matches('\n').count(), text.matches(end).count(), "line ends stay");
        };
        commit(&start, "Base");
        place.git(&["switch", "-qc", "mine"]).ok();
        commit(&mine, "Mine");
        place.git(&["switch", "-qc", "yours", "main"]).ok();
        commit(&yours, "Yours");

        place.git(&["switch", "-qc", "merged"]).ok();
        place.git(&["merge", "-q", "mine", "-m", "Both"]).ok();
        reads(&both);
        place.git(&["switch", "-qc", "rebased", "yours"]).ok();
        place.git(&["rebase", "-q", "mine"]).ok();
        reads(&both);
        place.git(&["switch", "-qc", "picked", "mine"]).ok();
        place.git(&["cherry-pick", "yours"]).ok();
        reads(&both);
        place.git(&["revert", "--no-edit", "HEAD"]).ok();
        reads(&answers(&mine));

        // Criss-cross: each has merged the other, and both went on.
        place.git(&["switch", "-qc", "one", "mine"]).ok();
        place.git(&["merge", "-q", "yours", "-m", "One"]).ok();
        let one = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
        place.git(&["switch", "-qc", "other", "yours"]).ok();
        place.git(&["merge", "-q", "mine", "-m", "Other"]).ok();
        let other = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
        let (ours, theirs) = ([Deed::Tick(1, true)], [Deed::Tick(3, false)]);
        commit(&done(&other, &ours), "Other goes on");
        place.git(&["switch", "-q", "one"]).ok();
        commit(&done(&one, &theirs), "One goes on");
        place.git(&["merge", "-q", "other", "-m", "Crossed"]).ok();
        reads(&answers(&done(&done(&one, &ours), &theirs)));

        // What one side took out, the other went on with: git stops, and the answer is still there to be read.
        place.git(&["switch", "-qc", "without", "main"]).ok();
        let heading = start.find("# 1.2.1").unwrap();
        let next = start[heading..].find("\n# 1.3.1").map(|at| heading + at + 1).unwrap();
        commit(&format!("{}{}", &start[..heading], &start[next..]), "Without");
        let refused = place.git(&["merge", "-q", "mine", "-m", "Gone"]);
        assert_eq!(refused.status, 1, "{}{}", refused.out, refused.err);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("<<<<<<< ours") && text.contains("tick = false"), "{text}");
    }
}
