//! Editing TOML in place.

use super::super::edit::{Change, EditError, Literal, apply};
use super::super::{Document, Pointer, Syntax};
use jiff::civil::date;

/// `answers.1.1.5` is written `answers/1.1.5`, an index `#0`.
pub(super) fn pointer(path: &str) -> Pointer {
    path.split('/').fold(Pointer::root(), |pointer, step| match step.strip_prefix('#') {
        Some(index) => pointer.index(index.parse().unwrap()),
        None => pointer.key(step.to_owned()),
    })
}

pub(super) fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

fn edit(before: &str, changes: &[Change]) -> Result<String, EditError> {
    apply(&Document::read_text(before, Syntax::Toml), changes).map(|bytes| String::from_utf8(bytes).unwrap())
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
fn replaces_scalars_in_their_own_quotation_marks() {
    set("a = \"x\" # why\nb = 1\n", "a", text("y\\\"é"), "a = \"y\\\\\\\"é\" # why\nb = 1\n");
    set("a = 'x'", "a", text("C:\\y \"z\""), "a = 'C:\\y \"z\"'");
    set("a = 'x'", "a", text("it's"), "a = \"it's\"");
    set("a = \"\"\"\nx\ny\n\"\"\" # c\n", "a", text("x\nz\n"), "a = \"\"\"\nx\nz\n\"\"\" # c\n");
    set("a = '''\nx\ny'''\n", "a", text("C:\\x\n\"z\""), "a = '''\nC:\\x\n\"z\"'''\n");
    set("a = \"x\"\n", "a", text("1\n2"), "a = \"\"\"\n1\n2\"\"\"\n");
    set("a = 2026-01-01 # day\n", "a", Literal::Date(date(2026, 2, 1)), "a = 2026-02-01 # day\n");
    set("tick = false\n", "tick", Literal::Flag(true), "tick = true\n");
    set("a = \"true\"\n", "a", Literal::Flag(true), "a = true\n");
    set("a = true\n", "a", text("true"), "a = \"true\"\n");
    set("a = \"x\"\n", "a", text("x"), "a = \"x\"\n");
    set("a = 1_000\n", "a", Literal::Number(7), "a = 7\n");
}

#[test]
fn inserts_keys_at_the_end_of_their_table() {
    set(
        "[answers.\"1.1.5\"]\ntext = \"x\" # c\n\n# next\n[answers.\"1.1.6\"]\n",
        "answers/1.1.5/reviewed",
        Literal::Date(date(2026, 2, 1)),
        "[answers.\"1.1.5\"]\ntext = \"x\" # c\nreviewed = 2026-02-01\n\n# next\n[answers.\"1.1.6\"]\n",
    );
    set("[a]", "a/b", Literal::Number(1), "[a]\nb = 1");
    set("[a]\n\n[b]\n", "a/x", text(""), "[a]\nx = \"\"\n\n[b]\n");
    set("[a]\n# about a\n\n[b]\n", "a/x", Literal::Number(1), "[a]\n# about a\nx = 1\n\n[b]\n");
    set("[a]\n# about b\n[b]\n", "a/x", Literal::Number(1), "[a]\nx = 1\n# about b\n[b]\n");
    set("  [a]\n  x = 1\n  [b]\n", "a/y", Literal::Number(2), "  [a]\n  x = 1\n  y = 2\n  [b]\n");
    set("x = 1\n[a]\n", "y", Literal::Number(2), "x = 1\ny = 2\n[a]\n");
    set("#:schema x\n\n# about a\n[a]\n", "y", Literal::Number(2), "#:schema x\n\ny = 2\n\n# about a\n[a]\n");
    set("#:schema x\n[a]\n", "y", Literal::Number(2), "#:schema x\ny = 2\n\n[a]\n");
    set("", "y", Literal::Number(2), "y = 2\n");
    set("# only a comment", "y", Literal::Number(2), "# only a comment\ny = 2");
    set("a.b = 1\n[c]\n", "a/d", Literal::Number(2), "a.b = 1\na.d = 2\n[c]\n");
    set("x.a.b = 1\n", "x/a/d/e", Literal::Number(2), "x.a.b = 1\nx.a.d.e = 2\n");
    set("[[m]]\na = 1\n\n[[m]]\na = 2\n", "m/#0/b", Literal::Number(3), "[[m]]\na = 1\nb = 3\n\n[[m]]\na = 2\n");
    set(
        "[[m]]\na = 1\n\n[[m]]\na = 2\n",
        "m/#0/s/b",
        Literal::Flag(true),
        "[[m]]\na = 1\ns.b = true\n\n[[m]]\na = 2\n",
    );
}

#[test]
fn inserts_into_inline_tables() {
    set("a = { b = 1 } # c\n", "a/d", text("x"), "a = { b = 1, d = \"x\" } # c\n");
    set("a = {}\n", "a/d/e", Literal::Number(1), "a = { d.e = 1 }\n");
    set("a = { b.c = 1 }\n", "a/b/d", Literal::Number(2), "a = { b.c = 1, b.d = 2 }\n");
    set("a = [ { b = 1 }, { b = 2 } ]\n", "a/#0/c", Literal::Number(3), "a = [ { b = 1, c = 3 }, { b = 2 } ]\n");
    set("a = {b = 'x'}\n", "a/b", text("y"), "a = {b = 'y'}\n");
}

#[test]
fn makes_missing_tables_behind_their_neighbours() {
    set(
        "standard = \"s\"\n\n[answers.\"1.1.2\"]\ntick = true # c\n\n# why\n[answers.\"1.1.10\"]\n\n[notes]\n",
        "answers/1.1.9/text",
        text("x"),
        "standard = \"s\"\n\n[answers.\"1.1.2\"]\ntick = true # c\n\n[answers.\"1.1.9\"]\ntext = \"x\"\n\n# why\n[answers.\"1.1.10\"]\n\n[notes]\n",
    );
    set("format = 1\n", "answers/1.1.5/tick", Literal::Flag(true), "format = 1\n\n[answers.\"1.1.5\"]\ntick = true\n");
    set("[a]\nb = 1", "c/d/e", Literal::Number(1), "[a]\nb = 1\n\n[c.d]\ne = 1");
    set(
        "[organisation]\nname = \"x\"\n\n[profile]\n",
        "organisation/shares/it",
        Literal::Flag(true),
        "[organisation]\nname = \"x\"\n\n[profile]\n\n[organisation.shares]\nit = true\n",
    );
    set("[a.b]\nx = 1\n", "a/y", Literal::Number(2), "[a.b]\nx = 1\n\n[a]\ny = 2\n");
}

fn evidence(file: &str) -> Literal {
    Literal::Table(vec![
        ("file", text(file)),
        ("approved", Literal::Date(date(2026, 5, 1))),
        ("private", Literal::Flag(true)),
    ])
}

#[test]
fn lists_of_tables_have_one_a_line() {
    set(
        "[a]\n",
        "a/evidence",
        Literal::List(vec![evidence("x"), evidence("y\nz")]),
        "[a]\nevidence = [\n  { file = \"x\", approved = 2026-05-01, private = true },\n  { file = \"y\\nz\", approved = 2026-05-01, private = true },\n]\n",
    );
    set("a = []\n", "a", Literal::List(vec![text("x"), text("y")]), "a = [\"x\", \"y\"]\n");
    set("a = []\n", "a/#0", evidence("x"), "a = [\n  { file = \"x\", approved = 2026-05-01, private = true },\n]\n");
}

#[test]
fn elements_keep_their_bytes_and_comments() {
    let before = "\
[answers.\"1.1.2\"]
evidence = [ # what we have
  { file = 'a',   title = \"A\" }, # register
  { file = \"b\" } # log
]
";
    set(
        before,
        "answers/1.1.2/evidence/#2",
        Literal::Table(vec![("link", text("https://x"))]),
        &before.replace("\"b\" } # log", "\"b\" }, # log\n  { link = \"https://x\" },"),
    );
    set(before, "answers/1.1.2/evidence/#0/sha256", text("00"), &before.replace("\"A\" }", "\"A\", sha256 = \"00\" }"));
    let literals =
        |last: Literal| Literal::List(vec![Literal::Table(vec![("file", text("a")), ("title", text("A"))]), last]);
    set(
        before,
        "answers/1.1.2/evidence",
        literals(Literal::Table(vec![("file", text("c"))])),
        &before.replace("\"b\"", "\"c\""),
    );
    remove(before, "answers/1.1.2/evidence/#0", &before.replace("  { file = 'a',   title = \"A\" }, # register\n", ""));
    set(
        before,
        "answers/1.1.2/evidence",
        Literal::List(vec![Literal::Table(vec![("file", text("a")), ("title", text("A"))])]),
        &before.replace("  { file = \"b\" } # log\n", ""),
    );
    remove("a = [1, 2, 3]\n", "a/#1", "a = [1, 3]\n");
    remove("a = [1, 2, 3]\n", "a/#2", "a = [1, 2]\n");
    remove("a = [1]\n", "a/#0", "a = []\n");
    set("a = [1, 2,]\n", "a/#2", Literal::Number(3), "a = [1, 2, 3,]\n");
    set(
        "a = [\"x\", \"y\"]\n",
        "a",
        Literal::List(vec![text("x"), text("z"), text("y")]),
        "a = [\"x\", \"z\", \"y\"]\n",
    );
}

#[test]
fn tables_under_headers_of_their_own_are_appended() {
    let entry = Literal::Table(vec![("edition", text("2024-25")), ("date", Literal::Date(date(2025, 6, 1)))]);
    set(
        "format = 1\n",
        "published/#0",
        entry.clone(),
        "format = 1\n\n[[published]]\nedition = \"2024-25\"\ndate = 2025-06-01\n",
    );
    set(
        "[[published]]\nedition = \"2023-24\" # first\n\n[notes]\n",
        "published/#1",
        entry,
        "[[published]]\nedition = \"2023-24\" # first\n\n[[published]]\nedition = \"2024-25\"\ndate = 2025-06-01\n\n[notes]\n",
    );
}

#[test]
fn removes_lines_and_nothing_else() {
    remove("# above\na = 1 # of a\n# below\nb = 2\n", "a", "# above\n# below\nb = 2\n");
    remove("a = 1\nb = \"\"\"\n# no comment\n\"\"\"\n", "b", "a = 1\n");
    remove("a = 1\nb = 2", "b", "a = 1\n");
    remove("a = { b = 1, c = 2 } # c\n", "a/b", "a = { c = 2 } # c\n");
    remove("a = { b = 1, c = 2 }\n", "a/c", "a = { b = 1 }\n");
    remove("a = { b.c = 1, b.d = 2, e = 3 }\n", "a/b/d", "a = { b.c = 1, e = 3 }\n");
    remove("a.b = 1\na.c = 2\n", "a/b", "a.c = 2\n");
    remove("a.b = 1\nx = 2\n", "a/b", "x = 2\n");
    remove("a = 1\n", "b", "a = 1\n");
    remove("[a]\nx = 1\n\n# b\n[b]\ny = 2\n\n[c]\n", "b", "[a]\nx = 1\n\n# b\n\n[c]\n");
    remove("[a]\nx = 1\n\n[b]\ny = 2\n\n[c]\n", "b", "[a]\nx = 1\n\n[c]\n");
    remove("[[m]]\na = 1\n\n[[m]]\na = 2\n", "m/#0", "[[m]]\na = 2\n");
    remove("[x]\n\n[certifications.cyber]\ncertificate = \"a\"\n", "certifications/cyber", "[x]\n\n");
    remove("a = [\n  1, # one\n  2,\n]\n", "a/#1", "a = [\n  1, # one\n]\n");
}

#[test]
fn refuses_what_would_lose_a_comment() {
    let refused =
        |before: &str, change: Change| assert_eq!(edit(before, &[change]), Err(EditError::NoPlace("a".to_owned())));
    refused("a = [\n  1, # one\n]\n", Change::Remove(pointer("a")));
    refused("a = [\n  1, # one\n]\n", Change::Set(pointer("a"), text("x")));
    refused("[a]\n# why\nx = 1\n", Change::Remove(pointer("a")));
    refused("[a]\nx = 1\n", Change::Set(pointer("a"), text("x")));
}

#[test]
fn refuses_a_damaged_file() {
    let error = edit("a = 1\n\nb = \n", &[Change::Set(pointer("a"), Literal::Number(2))]).unwrap_err();
    assert_eq!(error, EditError::Damaged { line: 3 });
    // A warning about the version is no damage.
    set("a = { b = 1, }\n", "a/b", Literal::Number(2), "a = { b = 2, }\n");
}
