//! Files made to hurt: each is read in linear time and little memory, and says what is wrong with it.
//!
//! That reading is linear is held by the sizes: a quadratic step would turn the seconds of this file into hours.

use super::super::{Document, Syntax};
use std::fmt::Write as _;

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[track_caller]
fn rules(syntax: Syntax, text: &str, rule: &str, count: usize) {
    let document = Document::read_text(text, syntax);
    let found: Vec<&str> = document.faults.iter().map(|fault| fault.rule).collect();
    assert_eq!(found.len(), count, "{:?}", document.faults.first());
    assert!(found.iter().all(|found| *found == rule), "{:?}", document.faults.first());
    assert_eq!(document.damaged, count > 0);
}

const TOML: Syntax = Syntax::Toml;
const YAML: Syntax = Syntax::Yaml;

#[test]
fn nesting_has_an_end() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    rules(TOML, &format!("a = {}\n", deep("[", "]")), "too-deep", 1);
    rules(TOML, &format!("a = {}\n", "[".repeat(10_000)), "too-deep", 1);
    rules(TOML, &format!("a = {}\n", deep("{a=", "}")), "too-deep", 1);
    rules(TOML, &format!("a{} = 1\n", ".a".repeat(9_999)), "too-deep", 1);
    rules(TOML, &format!("[a{}]\nx = 1\n", ".a".repeat(9_999)), "too-deep", 1);
    rules(TOML, &format!("[[a{}]]\nx = 1\n", ".a".repeat(9_999)), "too-deep", 1);
    rules(YAML, &format!("a: {}\n", deep("[", "]")), "too-deep", 1);
    rules(YAML, &format!("a: {}\n", "[".repeat(10_000)), "too-deep", 1);
    rules(YAML, &format!("a: {}\n", deep("{a: ", "}")), "too-deep", 1);
    rules(YAML, &format!("a:\n {}x\n", "- ".repeat(10_000)), "too-deep", 1);
    rules(YAML, &lines(2_000, |at| format!("{}a:\n", " ".repeat(at))), "too-deep", 1);
}

/// The document itself is level 1, in both languages.
#[test]
fn sixty_four_levels_are_allowed() {
    let list = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for (levels, count) in [(63, 0), (64, 1)] {
        rules(TOML, &format!("a = {}\n", list(levels)), "too-deep", count);
        rules(YAML, &format!("a: {}\n", list(levels)), "too-deep", count);
        rules(TOML, &format!("[a{}]\n", ".a".repeat(levels - 1)), "too-deep", count);
        rules(TOML, &format!("a{} = 1\n", ".a".repeat(levels)), "too-deep", count);
        rules(TOML, &format!("[b]\na = {}\n", list(levels - 1)), "too-deep", count);
        rules(YAML, &format!("b:\n  a: {}\n", list(levels - 1)), "too-deep", count);
        rules(TOML, &format!("a = {{ b{} = 1 }}\n", ".b".repeat(levels - 1)), "too-deep", count);
    }
    // What is too deep is left out, the rest is read.
    let document = Document::read_text(&format!("a = {}\nb = 1\n", list(70)), TOML);
    assert_eq!(super::outline(&document), "{b: 1}");
    let document = Document::read_text(&format!("a: {}\nb: 1\n", list(70)), YAML);
    assert!(super::outline(&document).ends_with("b: 1}"));
}

#[test]
fn hundred_thousand_keys() {
    rules(TOML, &lines(100_000, |at| format!("key{at} = {at}\n")), "", 0);
    rules(TOML, &lines(100_000, |at| format!("[h{at}]\n")), "", 0);
    rules(TOML, &lines(100_000, |at| format!("[a.h{at}]\nx = 1\n")), "", 0);
    rules(TOML, &lines(100_000, |_| "[[a]]\nx = 1\n".to_owned()), "", 0);
    rules(TOML, &lines(100_000, |at| format!("a.b.c.k{at} = 1\n")), "", 0);
    rules(TOML, &lines(100_001, |_| "key = 1\n".to_owned()), "duplicate-key", 100_000);
    rules(YAML, &lines(100_000, |at| format!("key{at}: {at}\n")), "", 0);
    rules(YAML, &lines(100_001, |_| "key: 1\n".to_owned()), "duplicate-key", 100_000);
}

#[test]
fn hundred_thousand_errors() {
    rules(TOML, &lines(100_000, |at| format!("key{at} = yes\n")), "syntax-error", 100_000);
    rules(YAML, &lines(100_000, |at| format!("key{at}: @\n")), "syntax-error", 100_000);
    let count = 10_000;
    for line in ["= yes", "= \"abc", "= [1, 2", "= {a = 1", "", "= 1 \"2\"", "= 2026-02-30"] {
        rules(TOML, &lines(count, |at| format!("key{at} {line}\n")), "syntax-error", count);
    }
    rules(TOML, &format!("a = [\n{}]\n", "yes,\n".repeat(count)), "syntax-error", count);
    rules(TOML, &format!("a = [{}]\n", "yes,".repeat(count)), "syntax-error", 1);
    for line in ["\"abc", "a: b", "@", "[1, 2", "{a: 1"] {
        rules(YAML, &lines(count, |at| format!("key{at}: {line}\n")), "syntax-error", count);
    }
    rules(YAML, &format!("a: 1\n{}", "stray\n".repeat(count)), "syntax-error", count);
    // Lines one below the other that begin with tabs are one fault.
    rules(YAML, &format!("a:\n{}", lines(count, |at| format!("\tk{at}: 1\n"))), "syntax-error", 1);
}

#[test]
fn one_character_for_ever() {
    for character in [
        "[", "]", "{", "}", "=", ".", ",", "\"", "'", "#", "\r", "\n", " ", "\t", ":", "-", "?", "!", "&", "%", "\0",
        "x",
    ] {
        let text = character.repeat(10_000);
        for text in [
            text.clone(),
            format!("a = {text}"),
            format!("a: {text}"),
            text.replace(character, &format!("{character}\n")),
        ] {
            Document::read_text(&text, TOML);
            Document::read_text(&text, YAML);
        }
    }
}

#[test]
fn aliases_unfold_within_a_budget() {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for at in 1..30 {
        let alias = format!("*a{},", at - 1).repeat(9);
        writeln!(bomb, "a{at}: &a{at} [{alias}]").unwrap();
    }
    rules(YAML, &bomb, "alias-expansion", 1);
    rules(YAML, &format!("a: &a 1\nb: [{}]\n", "*a, ".repeat(100_000)), "alias-expansion", 1);
    // A long text costs as much as it is long.
    rules(
        YAML,
        &format!("a: &a \"{}\"\nb: [{}]\n", "x\\n".repeat(300_000), "*a, ".repeat(5_000)),
        "alias-expansion",
        1,
    );
    rules(YAML, &format!("a: &a {}\nb: [{}]\n", "x".repeat(300_000), "*a, ".repeat(5_000)), "alias-expansion", 1);
    // Anchors alone cost nothing, however they are nested.
    let nested = (0..60).fold(String::new(), |text, at| format!("{text}&a{at} ["));
    rules(YAML, &format!("a: {nested}{}{}\n", "x,".repeat(200_000), "]".repeat(60)), "", 0);
    // Aliases in aliases do not get around the limit of depth.
    let mut deep = "a0: &a0 [x]\n".to_owned();
    for at in 1..8 {
        writeln!(deep, "a{at}: &a{at} {}*a{}{}", "[".repeat(10), at - 1, "]".repeat(10)).unwrap();
    }
    rules(YAML, &deep, "too-deep", 1);
    rules(YAML, &format!("a: &a 1\nb: [{}]\n", "*a, ".repeat(9_000)), "", 0);
}
