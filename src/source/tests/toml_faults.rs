//! Each fault of a TOML file once, at its place, and nothing that only follows from it.

use super::super::{Document, Syntax};
use super::outline;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    super::assert_faults(Syntax::Toml, text, expected);
    // The same file with Windows line ends has the same faults at the same places.
    super::assert_faults(Syntax::Toml, &text.replace('\n', "\r\n"), expected);
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
