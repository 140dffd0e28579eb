//! Editing YAML in place.

use super::super::edit::{Change, EditError, Literal, apply};
use super::super::{Document, Node, Syntax};
use super::edit_toml::{pointer, text};
use jiff::civil::date;

fn edit(before: &str, changes: &[Change]) -> Result<String, EditError> {
    apply(&Document::read_text(before, Syntax::Yaml), changes).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[track_caller]
fn set(before: &str, path: &str, literal: Literal, after: &str) {
    let change = [Change::Set(pointer(path), literal)];
    assert_eq!(edit(before, &change).as_deref(), Ok(after));
    if before.contains('\n') {
        let with_crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(edit(&with_crlf(before), &change), Ok(with_crlf(after)));
    }
    let marked = |text: &str| format!("\u{feff}{text}");
    assert_eq!(edit(&marked(before), &change), Ok(marked(after)));
}

#[track_caller]
fn remove(before: &str, path: &str, after: &str) {
    assert_eq!(edit(before, &[Change::Remove(pointer(path))]).as_deref(), Ok(after));
}

#[test]
fn replaces_scalars_in_their_own_style() {
    set("a: x # why\nb: 1\n", "a", text("y z"), "a: y z # why\nb: 1\n");
    set("a: x\n", "a", text("yes"), "a: \"yes\"\n");
    set("a: x\n", "a", text("- y: #1"), "a: \"- y: #1\"\n");
    set("a: 'x'\n", "a", text("it's: \\"), "a: 'it''s: \\'\n");
    set("a: 'x'\n", "a", text("1\n2"), "a: \"1\\n2\"\n");
    set("a: \"x\" # c\n", "a", text("é\\\"\u{7}"), "a: \"é\\\\\\\"\\u0007\" # c\n");
    set("a: |\n  x\n  y\nb: 1\n", "a", text("x\n\n z\n"), "a: |\n  x\n\n   z\nb: 1\n");
    set("a: |-\n  x\n  y\n# c\nb: 1\n", "a", text("z"), "a: |-\n  z\n# c\nb: 1\n");
    set("a: >\n  x\n  y\n", "a", text("x\ny"), "a: |-\n  x\n  y\n");
    set("a: |\n  x\n", "a", text(" x\ny"), "a: \" x\\ny\"\n");
    set("a: x\n", "a", text("1\n2\n"), "a: |\n  1\n  2\n");
    set("a: 2026-01-01 # day\n", "a", Literal::Date(date(2026, 2, 1)), "a: 2026-02-01 # day\n");
    set("a: \"true\"\n", "a", Literal::Flag(true), "a: true\n");
    set("a: true\n", "a", text("true"), "a: true\n");
    set("a: &x !!str y\nb: 1\n", "a", text("z"), "a: &x !!str z\nb: 1\n");
}

#[test]
fn inserts_keys_at_the_end_of_their_table() {
    set(
        "answers:\n  \"1.1.5\":\n    text: x # c\n\n  # next\n  \"1.1.6\":\n",
        "answers/1.1.5/reviewed",
        Literal::Date(date(2026, 2, 1)),
        "answers:\n  \"1.1.5\":\n    text: x # c\n    reviewed: 2026-02-01\n\n  # next\n  \"1.1.6\":\n",
    );
    set(
        "answers:\n  # Who?\n  \"1.1.5\":\n  # What?\n  \"1.1.6\":\n",
        "answers/1.1.5/text",
        text("x"),
        "answers:\n  # Who?\n  \"1.1.5\":\n    text: \"x\"\n  # What?\n  \"1.1.6\":\n",
    );
    set("a: ~ # c\nb: 1\n", "a/x", Literal::Number(1), "a: # c\n  x: 1\nb: 1\n");
    set("a: {} # c\nb: 1\n", "a/x", Literal::Number(1), "a: # c\n  x: 1\nb: 1\n");
    set("a: {b: 1} # c\n", "a/x/z", Literal::Number(1), "a: {b: 1, x: {z: 1}} # c\n");
    set("a: 1", "b", Literal::Number(1), "a: 1\nb: 1");
    set("a: |+\n  x\n\n\n# c\n", "b", Literal::Number(1), "a: |+\n  x\n\n\nb: 1\n# c\n");
    set("a:\n    b: 1\n", "a/c", Literal::Number(1), "a:\n    b: 1\n    c: 1\n");
    set("", "a/b", Literal::Number(1), "a:\n  b: 1\n");
    set("# c\n", "a", Literal::Number(1), "# c\na: 1\n");
    set("---\n# c\n", "a", Literal::Number(1), "---\n# c\na: 1\n");
    set("{a: 1}\n", "b", Literal::Number(1), "{a: 1, b: 1}\n");
    set("a: 1\n", "b/1.2", text("1.2\n3"), "a: 1\nb:\n  \"1.2\": |-\n    1.2\n    3\n");
    set("a:\n- b: 1\n  c: 2\n", "a/#0/d", Literal::Flag(false), "a:\n- b: 1\n  c: 2\n  d: false\n");
    set("a:\n", "a/#0/d", Literal::Flag(false), "a:\n  - d: false\n");
}

#[test]
fn a_line_of_blanks_is_written_with_escapes() {
    for text in ["0\n\t", "0\n  \n1", "0\n \t\n", "a\n\u{a0}\nb"] {
        for before in ["text: x\n", "text: |-\n  x\n", "other: 1\n"] {
            let edited = edit(before, &[Change::Set(pointer("text"), Literal::Text(text.to_owned()))]);
            let document = Document::read_text(&edited.expect("it can be written"), Syntax::Yaml);
            let node = document.node(&pointer("text")).and_then(Node::scalar).expect("a text");
            assert_eq!(document.text_of(&node.text), text, "{before:?}");
        }
    }
}

fn evidence(file: &str) -> Literal {
    Literal::Table(vec![("file", text(file)), ("approved", Literal::Date(date(2026, 5, 1)))])
}

#[test]
fn lists_are_blocks_of_blocks() {
    set(
        "a:\n  \"1.1.2\":\n    tick: true\n",
        "a/1.1.2/evidence",
        Literal::List(vec![evidence("x"), evidence("y")]),
        "a:\n  \"1.1.2\":\n    tick: true\n    evidence:\n      - file: \"x\"\n        approved: 2026-05-01\n      - file: \"y\"\n        approved: 2026-05-01\n",
    );
    set("a:\n  - x # one\nb: 1\n", "a/#1", text("y"), "a:\n  - x # one\n  - \"y\"\nb: 1\n");
    set("a:\n- x\n\nb: 1\n", "a/#1", evidence("y"), "a:\n- x\n- file: \"y\"\n  approved: 2026-05-01\n\nb: 1\n");
    set("a: [x]\n", "a/#1", text("y"), "a: [x, \"y\"]\n");
    set("a: [] # c\n", "a/#0", evidence("y"), "a: # c\n  - file: \"y\"\n    approved: 2026-05-01\n");
    set("a: []\n", "a", Literal::List(vec![text("y")]), "a:\n  - \"y\"\n");
    set(
        "a:\n  - file: x # c\n  - file: y\n",
        "a",
        Literal::List(vec![Literal::Table(vec![("file", text("x"))]), evidence("z")]),
        "a:\n  - file: x # c\n  - file: z\n    approved: 2026-05-01\n",
    );
    set(
        "a:\n  - x # c\n  - y\n",
        "a",
        Literal::List(vec![text("x"), text("z"), text("y")]),
        "a:\n  - x # c\n  - \"z\"\n  - y\n",
    );
}

#[test]
fn removes_lines_and_nothing_else() {
    remove("# above\na: 1 # of a\n# below\nb: 2\n", "a", "# above\n# below\nb: 2\n");
    remove("a:\n  b: |\n    # no comment\n  c: 2\n", "a/b", "a:\n  c: 2\n");
    remove("a:\n  b: 1\nc: 2\n", "a/b", "a:\nc: 2\n");
    remove("a:\n  b:\n    - x: 1\n      y: 2\nc: 2\n", "a/b", "a:\nc: 2\n");
    remove("a: {b: 1, c: 2} # c\n", "a/b", "a: {c: 2} # c\n");
    remove("a: {b: 1, c: 2}\n", "a/c", "a: {b: 1}\n");
    remove("a: [x, y]\n", "a/#1", "a: [x]\n");
    remove("a:\n  - x: 1\n    y: 2\n", "a/#0/x", "a:\n  - y: 2\n");
    remove("a:\n  - x: 1\n    y: 2\n", "a/#0/y", "a:\n  - x: 1\n");
    remove("a:\n  - x: 1 # c\n    y: 2\n  - z\n", "a/#1", "a:\n  - x: 1 # c\n    y: 2\n");
    remove("a:\n  - x: 1\n  # c\n  - z\n", "a/#0", "a:\n  # c\n  - z\n");
    remove("a: 1\n", "b", "a: 1\n");
    remove("a: 1\nb: 2", "b", "a: 1\n");
    remove("a: |+\n  x\n\nb: 2\n", "a", "b: 2\n");
}

#[test]
fn refuses_what_would_lose_a_comment_or_change_an_alias() {
    let refused = |before: &str, change: Change| edit(before, &[change]).unwrap_err();
    refused("a:\n  - x # one\n  - b\n", Change::Set(pointer("a"), text("x")));
    refused("a:\n  # why\n  b: 1\n", Change::Remove(pointer("a")));
    refused("a: &x {b: 1}\nc: *x\n", Change::Set(pointer("a/b"), Literal::Number(2)));
    refused("a: &x {b: 1}\nc: *x\n", Change::Set(pointer("c/b"), Literal::Number(2)));
    assert_eq!(refused("a: 1\nb: \"\n", Change::Remove(pointer("a"))), EditError::Damaged { line: 2 });
}
