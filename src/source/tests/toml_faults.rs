//! Each fault of a TOML file once, at its place, and nothing that only follows from it.

use super::super::{Document, Syntax};
use super::outline;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    super::assert_faults(Syntax::Toml, text, expected);
    // The same file with Windows line ends has the same faults at the same places.
    if expected.iter().all(|fault| !fault.contains("\\n")) {
        super::assert_faults(Syntax::Toml, &text.replace('\n', "\r\n"), expected);
    }
}

/// What is left of a broken file.
#[track_caller]
fn check_rest(text: &str, expected: &str) {
    let document = Document::read_text(text, Syntax::Toml);
    assert!(document.damaged);
    assert_eq!(outline(&document), expected);
}

#[test]
fn several_faults_in_one_run() {
    check(
        "a = \nb\nc = \"x\nd = [1, 2\ne = 1\nf = yes\ng = \"\\q\"\n= 1\nh = 1 \"2\"\n",
        &[
            "1:3 syntax-error \"=\"",
            "2:1 syntax-error \"b\"",
            "3:5 syntax-error \"\\\"x\"",
            "4:5 syntax-error \"[\"",
            "6:5 syntax-error \"yes\"",
            "7:7 syntax-error \"q\"",
            "8:1 syntax-error \"=\"",
            "9:7 syntax-error \"\\\"\"",
        ],
    );
    check_rest("a = \nb\nc = \"x\nd = [1, 2\ne = 1\nf = yes\n", "{e: 1}");
}

#[test]
fn texts_without_a_closing_quotation_mark() {
    check("a = \"x\nb = 'y\nc = 1\n", &["1:5 syntax-error \"\\\"x\"", "2:5 syntax-error \"'y\""]);
    // A text of several lines between simple marks is one fault.
    check(
        "a = \"first\nsecond don't\nthird\"\nb = yes\n",
        &["1:5 syntax-error \"\\\"first\"", "4:5 syntax-error \"yes\""],
    );
    check("a = \"first\nb\nc = 1\n", &["1:5 syntax-error \"\\\"first\"", "2:1 syntax-error \"b\""]);
    check("a = \"x\\\"\nb = 1\n", &["1:5 syntax-error \"\\\"x\\\\\\\"\""]);
    check("\"a = 1\nb = 2\n", &["1:1 syntax-error \"\\\"a = 1\""]);
}

#[test]
fn long_texts_without_a_closing_mark() {
    check("a = 1\nb = \"\"\"\nx\n", &["2:5 syntax-error \"\\\"\\\"\\\"\""]);
    // The next text would close it: the header between the two tells where it should have ended.
    let text = "[a]\nt = \"\"\"\nx\n\n[b.c]\nt = \"\"\"\ny\n\"\"\"\nu = yes\n";
    check(text, &["2:5 syntax-error \"\\\"\\\"\\\"\"", "9:5 syntax-error \"yes\""]);
    check_rest(text, "{a: {}, b: {c: {t: \"y\\n\"}}}");
    check("a = '''x\n[b]\nc = 1\n", &["1:5 syntax-error \"'''x\""]);
    // A closed text may hold what looks like a header, whatever else is wrong in the file.
    check("a = \"\"\"\n[b]\n\"\"\"\nc = yes\n", &["4:5 syntax-error \"yes\""]);
}

#[test]
fn brackets_that_are_never_closed() {
    check("a = [1, 2\nb = 3\n", &["1:5 syntax-error \"[\""]);
    check("a = { b = 1\n[c.d]\ne = 2\n", &["1:5 syntax-error \"{\""]);
    check("a = [\n  { b = 1 },\n  { c = 2 },\n[d]\ne = 3\n", &["1:5 syntax-error \"[\""]);
    check("a = [\n  { b = 1,\n  { c = 2 },\n]\nd = 4\n", &["2:3 syntax-error \"{\""]);
    check("a = [ { b = 1 ]\nc = 2\n", &["1:7 syntax-error \"{\""]);
    check("a = { b = [ 1 }\nc = 2\n", &["1:11 syntax-error \"[\""]);
    check("a = [1", &["1:5 syntax-error \"[\""]);
    check_rest("[x]\na = [1, 2\nb = 3\n[y]\nc = 4\n", "{x: {b: 3}, y: {c: 4}}");
    // A nested list that looks like a header is none.
    check("a = [\n[\"x\"],\n[1],\n[true]\n]\nb = yes\n", &["6:5 syntax-error \"yes\""]);
}

#[test]
fn each_broken_element_of_a_list_is_told() {
    check(
        "evidence = [\n  { file = \"a },\n  { file \"b\" },\n  { file = \"c\" }\n  { file = d },\n]\nok = yes\n",
        &[
            "2:12 syntax-error \"\\\"a },\"",
            "3:10 syntax-error \"\\\"\"",
            "5:3 syntax-error \"{\"",
            "7:6 syntax-error \"yes\"",
        ],
    );
    check(
        "evidence = [\n  { file = \"a, title = \"x\" },\n  { file = \"b\", title = \"y },\n]\n",
        &["2:25 syntax-error \"x\"", "3:25 syntax-error \"\\\"y },\""],
    );
}

#[test]
fn the_rest_of_a_broken_list_is_no_fault_of_its_own() {
    check("evidence [\n { file = \"a\" },\n { file = \"b\" },\n]\nk = 1\n", &["1:10 syntax-error \"[\""]);
    check("a = [\n  { b = 1 }],\n  { b = 2 },\n]\nk = yes\n", &["2:13 syntax-error \",\"", "5:5 syntax-error \"yes\""]);
    // Elsewhere such a line is one.
    check("a = 1\n]\nb = 2\n", &["2:1 syntax-error \"]\""]);
}

#[test]
fn broken_headers() {
    check(
        "[a\nx = 1\n[b]]\n[[c]\n[]\n[d.]\n[e] f\n",
        &[
            "1:1 syntax-error \"[a\"",
            "3:4 syntax-error \"]\"",
            "4:1 syntax-error \"[[c]\"",
            "5:2 syntax-error \"]\"",
            "6:4 syntax-error \"]\"",
            "7:5 syntax-error \"f\"",
        ],
    );
    // What stands under a broken header belongs nowhere.
    check_rest("[a\nx = 1\n[b]\ny = 2\n", "{b: {y: 2}}");
}

#[test]
fn repeated_keys_and_tables_name_both_places() {
    let document =
        Document::read_text("a = 1\n[t]\nx = 1\nx.y = 2\n\"x\" = 3\n[t]\nz = 1\n[t.x]\n[a]\n[[t]]\n", Syntax::Toml);
    let first: Vec<u32> =
        document.faults.iter().map(|fault| document.position(fault.related[0].0.start).line).collect();
    assert_eq!(
        super::faults(&document),
        [
            "4:1 duplicate-key \"x\"",
            "5:1 duplicate-key \"\\\"x\\\"\"",
            "6:2 duplicate-key \"t\"",
            "8:4 duplicate-key \"x\"",
            "9:2 duplicate-key \"a\"",
            "10:3 duplicate-key \"t\"",
        ]
    );
    assert_eq!(first, [3, 3, 2, 3, 1, 2]);
    assert_eq!(outline(&document), "{a: 1, t: {x: 1}}");
    check("a = { b = 1, b = 2, c.d = 1, c = 3 }\n", &["1:14 duplicate-key \"b\"", "1:30 duplicate-key \"c\""]);
    check("a = []\n[[a]]\n", &["2:3 duplicate-key \"a\""]);
    check("[[a]]\n[a]\n", &["2:2 duplicate-key \"a\""]);
    check("a.b = 1\n[a]\n", &["2:2 duplicate-key \"a\""]);
    check("[a.b]\n[a]\nb.c = 1\n", &["3:1 duplicate-key \"b\""]);
    check("a = {}\n[a.b]\n", &["2:2 duplicate-key \"a\""]);
    // These are no clashes.
    check("[a.b]\n[a]\nc = 1\n[a.d]\n[[e]]\n[e.f]\n[[e]]\n[e.f]\n", &[]);
}

#[test]
fn days_and_times_that_do_not_exist() {
    check(
        "a = 2026-02-30\nb = 2025-02-29\nc = 2024-02-29\nd = 2026-13-01\ne = 2026-00-10\n",
        &[
            "1:5 syntax-error \"2026-02-30\"",
            "2:5 syntax-error \"2025-02-29\"",
            "4:5 syntax-error \"2026-13-01\"",
            "5:5 syntax-error \"2026-00-10\"",
        ],
    );
    check(
        "a = 24:00:00\nb = 23:59:60\nc = 2026-01-01T10:61:00Z\nd = 2026-1-1\n",
        &[
            "1:5 syntax-error \"24:00:00\"",
            "3:5 syntax-error \"2026-01-01T10:61:00Z\"",
            "4:5 syntax-error \"2026-1-1\"",
        ],
    );
}

#[test]
fn what_only_toml_1_1_knows() {
    check("a = { b = 1, }\n", &["1:5 toml-1-1-only \"{ b = 1, }\""]);
    check("a = { b = { c = 1, } }\n", &["1:11 toml-1-1-only \"{ c = 1, }\""]);
    super::assert_faults(Syntax::Toml, "a = {\n b = 1\n}\n", &["1:5 toml-1-1-only \"{\\n b = 1\\n}\""]);
    check("a = \"\\e\\x41\"\nb = \"\\\\e\"\nc = '\\e'\n", &["1:5 toml-1-1-only \"\\\"\\\\e\\\\x41\\\"\""]);
    check("a = 10:30\n", &["1:5 toml-1-1-only \"10:30\""]);
    check("a = { b = [\n1,\n] }\nc = [ 1, ]\n", &[]);
    let document = Document::read_text("a = { b = 1, }\n", Syntax::Toml);
    assert!(!document.damaged);
    assert_eq!(outline(&document), "{a: {b: 1}}");
}

#[test]
fn habits_of_other_notations_get_a_hint() {
    let help = |text: &str| Document::read_text(text, Syntax::Toml).faults[0].help.clone().unwrap_or_default();
    assert!(help("a: 1\n").contains("key = value"));
    assert!(help("a = “x”\n").contains("straight quotation marks"));
    assert!(help("a = \"C:\\docs\"\n").contains("backslash"));
    assert!(help("a = \"x\n").contains("\"\"\""));
}
