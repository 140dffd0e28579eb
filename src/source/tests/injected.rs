//! Faults put into a sound file: each is told once, on its own line, and nothing else is.

use super::super::{Document, Syntax};
use proptest::prelude::*;
use proptest::sample::select;

const TOML_FAULTS: [&str; 14] = [
    "key = ",
    "key = \"unclosed",
    "key = 'it''s",
    "key = yes",
    "key = [1, 2",
    "key = { a = 1",
    "key = [ { file = \"a\" }, { file = \"b ]",
    "stray words",
    "= 1",
    "key = 2026-02-30",
    "key: value",
    "key = \"x\" y",
    "key = \"C:\\docs\"",
    "key = 1 # \u{1}",
];

const YAML_FAULTS: [&str; 15] = [
    "    key: \"unclosed",
    "    key: 'it's",
    "    key: see: below",
    "    key: [1, 2",
    "    key: {a: 1",
    "    key: [{file: a}, {file: b]",
    "    key: @x",
    "    key: ]",
    "    stray words",
    "\tkey: 1",
    "   key: 1",
    "  \u{1}",
    "    key: \"x\" y",
    "    key: \"C:\\docs\"",
    "    key: *nowhere",
];

/// Lines of a sound file; faults may replace the plain ones.
fn toml(answers: usize) -> Vec<(String, bool)> {
    let mut lines = vec![("edition = \"2025-26\"".to_owned(), false)];
    for at in 0..answers {
        lines.push((String::new(), false));
        lines.push((format!("[answers.\"1.{at}\"]  # what?"), false));
        for key in ["text", "owner", "comment", "notes"] {
            lines.push((format!("{key} = \"some [text] of = it\" # why"), true));
        }
        lines.push(("evidence = [".to_owned(), false));
        lines.push(("  { file = \"a\", approved = 2026-01-01 },".to_owned(), false));
        lines.push(("]".to_owned(), false));
        lines.push(("long = \"\"\"".to_owned(), false));
        lines.push(("[not] a = header".to_owned(), false));
        lines.push(("\"\"\"".to_owned(), false));
    }
    lines
}

fn yaml(answers: usize) -> Vec<(String, bool)> {
    let mut lines = vec![("edition: \"2025-26\"".to_owned(), false), ("answers:".to_owned(), false)];
    for at in 0..answers {
        lines.push((String::new(), false));
        lines.push((format!("  \"1.{at}\": # what?"), false));
        for key in ["text", "owner", "comment", "notes"] {
            lines.push((format!("    {key}: \"some [text] of: it\" # why"), true));
        }
        lines.push(("    evidence:".to_owned(), false));
        lines.push(("      - file: a".to_owned(), false));
        lines.push(("        approved: 2026-01-01".to_owned(), false));
        lines.push(("    long: |".to_owned(), false));
        lines.push(("      - not: a [list".to_owned(), false));
        lines.push(("    short: {a: 1}".to_owned(), false));
    }
    lines
}

fn check(syntax: Syntax, mut lines: Vec<(String, bool)>, faults: &[(usize, &str)]) -> Result<(), TestCaseError> {
    let places: Vec<usize> = lines.iter().enumerate().filter(|(_, (_, plain))| *plain).map(|(at, _)| at).collect();
    let mut expected = Vec::new();
    for (place, fault) in faults {
        let at = places[place % places.len()];
        // A sound line between two broken ones: what of a bracket's rest is still meant is anybody's guess.
        if [at, at + 1, at + 2].iter().any(|line| expected.contains(line)) {
            continue;
        }
        lines[at].0 = fault.replace("key", &format!("key{at}"));
        expected.push(at + 1);
    }
    expected.sort_unstable();
    let text: String = lines.iter().map(|(line, _)| format!("{line}\n")).collect();
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let document = Document::read_text(&text, syntax);
        let found: Vec<usize> =
            document.faults.iter().map(|fault| document.position(fault.span.start).line as usize).collect();
        prop_assert_eq!(&found, &expected, "{:#?}\n{}", super::faults(&document), text);
        prop_assert!(document.damaged);
        prop_assert!(document.faults.iter().all(|fault| fault.rule == "syntax-error"));
        // What is sound is still there.
        let sound = 4 * lines.iter().filter(|(line, _)| line.contains("what?")).count() - expected.len();
        let kept = super::outline(&document).matches("some [text] of").count();
        prop_assert_eq!(kept, sound, "{}\n{}", super::outline(&document), text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn into_toml(faults in prop::collection::vec((any::<usize>(), select(TOML_FAULTS.to_vec())), 1..5)) {
        check(Syntax::Toml, toml(4), &faults)?;
    }

    #[test]
    fn into_yaml(faults in prop::collection::vec((any::<usize>(), select(YAML_FAULTS.to_vec())), 1..5)) {
        check(Syntax::Yaml, yaml(4), &faults)?;
    }
}
