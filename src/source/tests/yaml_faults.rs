//! Each fault of a YAML file once, at its place, and nothing that only follows from it.

use super::super::{Document, Syntax};
use super::outline;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    super::assert_faults(Syntax::Yaml, text, expected);
    super::assert_faults(Syntax::Yaml, &text.replace('\n', "\r\n"), expected);
}

/// What is left of a broken file.
#[track_caller]
fn check_rest(text: &str, expected: &str) {
    let document = Document::read_text(text, Syntax::Yaml);
    assert!(document.damaged);
    assert_eq!(outline(&document), expected);
}

#[test]
fn unclosed_quotation_marks() {
    check("a: \"x\nb: y\nc: 'z\n", &["1:4 syntax-error \"\\\"x\"", "3:4 syntax-error \"'z\""]);
    check(
        "answers:\n  \"1.1.1\":\n    text: \"it is\n    owner: \"me\"\n  \"1.1.2\":\n    tick: true\n",
        &["3:11 syntax-error \"\\\"it is\""],
    );
    check_rest(
        "answers:\n  \"1.1.1\":\n    text: \"it is\n    owner: \"me\"\n  \"1.1.2\":\n    tick: true\n",
        "{answers: {1.1.1: {owner: \"me\"}, 1.1.2: {tick: true}}}",
    );
    check("a: \"x\" y\nb: 'x' y\n", &["1:8 syntax-error \"y\"", "2:8 syntax-error \"y\""]);
}

#[test]
fn tabs_where_spaces_belong() {
    check("a:\n\tb: 1\nc: 2\n", &["2:1 syntax-error \"\\t\""]);
    check("a:\n  b: 1\n\tc: 2\n  d: 3\n", &["3:1 syntax-error \"\\t\""]);
    check("a: 1\n\tb: 2\n\tc: 3\n", &["2:1 syntax-error \"\\t\"", "3:1 syntax-error \"\\t\""]);
    // Inside a text of several lines and before a comment a tab is no fault.
    check("a: \"x\n\ty\"\n\t# note\nb: @\n", &["4:4 syntax-error \"@\""]);
}

#[test]
fn entries_in_the_wrong_column() {
    check("a:\n  b: 1\n c: 2\n", &["3:2 syntax-error \"c: 2\""]);
    check("a:\n    b: 1\n  c: 2\n  d: 3\n", &["2:5 syntax-error \"b: 1\""]);
    check("a: 1\n b: 2\nc: 3\n", &["2:3 syntax-error \":\""]);
    check("a:\n  - b: 1\n    c: 2\n   d: 3\n  - e: 4\n", &["4:4 syntax-error \"d: 3\""]);
    check("- a: 1\nb: 2\n", &["2:1 syntax-error \"b: 2\""]);
}

#[test]
fn colons_in_plain_texts() {
    check("a: x: y\nb: z\n", &["1:5 syntax-error \":\""]);
    check(
        "a:\n  text: Note: see below\n  owner: me\nb: c: d\n",
        &["2:13 syntax-error \":\"", "4:5 syntax-error \":\""],
    );
    check("a: 12:30\nb: http://x\n", &[]);
}

#[test]
fn unclosed_brackets() {
    check("a: [1, 2\nb: 3\n", &["1:4 syntax-error \"[\""]);
    check("a: {b: 1\nc: 3\nd: [x\n", &["1:4 syntax-error \"{\"", "3:4 syntax-error \"[\""]);
    check("a:\n  b: [1,\n    2\n  c: 3\n", &["2:6 syntax-error \"[\""]);
    check("a: ]\nb: [}\nc: 1]\n", &["1:4 syntax-error \"]\"", "2:4 syntax-error \"[\""]);
    check("a: [\n  1,\n]\nb: @\n", &["4:4 syntax-error \"@\""]);
    check_rest("a:\n  b: [1,\n    2\n  c: 3\n", "{a: {c: 3}}");
}

#[test]
fn stray_text() {
    check("a: 1\nstray text\nb: 2\n", &["2:1 syntax-error \"stray text\""]);
    check("a: 1\nsome\nmore\nb: 2\n", &["2:1 syntax-error \"some\"", "3:1 syntax-error \"more\""]);
    check("a:\n  b: 1\n  stray\n  c: 2\n", &["3:3 syntax-error \"stray\""]);
    check("a = 1\nb: 2\n", &["1:1 syntax-error \"a = 1\""]);
}

#[test]
fn characters_and_escapes() {
    check(
        "a: @x\nb: `x`\nc: %x\nd: 1\n",
        &["1:4 syntax-error \"@\"", "2:4 syntax-error \"`\"", "3:4 syntax-error \"%\""],
    );
    check("a: \"C:\\docs\"\nb: \"\\q\"\n", &["1:4 syntax-error \"\\\"\"", "2:4 syntax-error \"\\\"\""]);
    check("a: - b\nc: 1\n", &["1:4 syntax-error \"-\""]);
}

#[test]
fn many_kinds_in_one_run() {
    let text = "\
answers:
  \"1.1.1\":
    text: \"unclosed
    owner: \"x\" y
  \"1.1.2\":
\ttick: true
    a: b: c
   owner: x
  \"1.1.3\":
    evidence: [a, b
    tick: true
  \"1.1.4\":
    evidence:
      - file: \"a
        title: x: y
      - file: b
      - {file: c
    stray text
ok: 1
";
    check(
        text,
        &[
            "3:11 syntax-error \"\\\"unclosed\"",
            "4:16 syntax-error \"y\"",
            "6:1 syntax-error \"\\t\"",
            "7:9 syntax-error \":\"",
            "8:4 syntax-error \"owner: x\"",
            "10:15 syntax-error \"[\"",
            "14:15 syntax-error \"\\\"a\"",
            "15:17 syntax-error \":\"",
            "17:9 syntax-error \"{\"",
            "18:5 syntax-error \"stray text\"",
        ],
    );
    check_rest(
        text,
        "{answers: {1.1.1: null, 1.1.2: null, 1.1.3: {tick: true}, 1.1.4: {evidence: [null, {file: b}, null]}}, ok: 1}",
    );
}

#[test]
fn repeated_keys_beside_broken_lines() {
    check("a: 1\nb: \"x\na: 2\n", &["2:4 syntax-error \"\\\"x\"", "3:1 duplicate-key \"a\""]);
}

#[test]
fn an_anchor_that_was_broken_away_is_not_missed() {
    check("a: &x \"y\nb: *x\nc: *z\n", &["1:7 syntax-error \"\\\"y\"", "3:4 syntax-error \"*z\""]);
}
