//! What holds for both languages: bytes, places, merge conflicts, limits.

use super::super::{Document, MAX_BYTES, Pointer, Syntax};
use super::{assert_faults, faults, outline};

#[test]
fn columns_are_characters() {
    let text = "\u{feff}# é\r\n\ta = \"é😀\" # x\r\nö = \"\u{2028}\" b\r\n";
    let document = Document::read_text(text, Syntax::Toml);
    assert!(document.byte_order_mark);
    let at = |needle: &str| {
        let position = document.position(u32::try_from(document.text.find(needle).unwrap()).unwrap());
        (position.line, position.column)
    };
    assert_eq!(at("# é"), (1, 1));
    assert_eq!(at("a ="), (2, 2));
    assert_eq!(at("\"é"), (2, 6));
    assert_eq!(at("# x"), (2, 11));
    assert_eq!(at("b\r\n"), (3, 9));
    assert_eq!(at("\r\nö"), (2, 14));
    let end = document.position(u32::MAX);
    assert_eq!((end.line, end.column), (4, 1));
}

#[test]
fn places_in_long_texts_are_counted_right() {
    for text in ["é😀x\n".repeat(700), "é".repeat(3_000), "x".repeat(3_000), "a\r\n".repeat(512), "é".repeat(256)]
    {
        let document = Document::read_text(&text, Syntax::Yaml);
        let (mut line, mut column) = (1, 1);
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            let position = document.position(u32::try_from(at).unwrap());
            assert_eq!((position.line, position.column), (line, column));
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
    }
}

#[test]
fn a_place_inside_a_character_is_that_character() {
    let document = Document::read_text("é = 1", Syntax::Toml);
    assert_eq!(document.position(1), document.position(0));
}

#[test]
fn pointers_lead_to_places() {
    let toml = "# c\n[answers.\"1.1.5\"]\ntext = \"x\"\n\n[answers.\"1.1.2\"]\nevidence = [ { file = \"f\" } ]\n";
    let yaml = "# c\nanswers:\n  \"1.1.5\":\n    text: \"x\"\n  \"1.1.2\":\n    evidence: [ { file: \"f\" } ]\n";
    let slice = |text: &str, syntax, pointer: &Pointer| {
        let document = Document::read_text(text, syntax);
        let (place, key) = (document.span(pointer), document.key_span(pointer));
        (document.text[place.range()].to_owned(), document.text[key.range()].to_owned())
    };
    let check = |pointer: Pointer, in_toml: (&str, &str), in_yaml: (&str, &str)| {
        let owned = |(place, key): (&str, &str)| (place.to_owned(), key.to_owned());
        assert_eq!(slice(toml, Syntax::Toml, &pointer), owned(in_toml), "{pointer}");
        assert_eq!(slice(yaml, Syntax::Yaml, &pointer), owned(in_yaml), "{pointer}");
    };
    let answer = Pointer::answer("1.1.5");
    check(answer.clone().key("text"), ("\"x\"", "text"), ("\"x\"", "text"));
    check(answer.clone(), ("[answers.\"1.1.5\"]", "\"1.1.5\""), ("\"1.1.5\"", "\"1.1.5\""));
    // What is not there is where it lacks.
    check(answer.key("owner"), ("[answers.\"1.1.5\"]", "[answers.\"1.1.5\"]"), ("\"1.1.5\"", "\"1.1.5\""));
    let file = Pointer::answer("1.1.2").key("evidence").index(0).key("file");
    check(file, ("\"f\"", "file"), ("\"f\"", "file"));
    check(Pointer::root().key("nothing"), ("", ""), ("", ""));
}

#[test]
fn both_languages_give_the_same_tree() {
    let toml = "e = \"2025-26\"\n[a.\"1.1\"]\nt = \"\"\"\nx\r\ny\"\"\"\nk = true\nd = 2026-02-01\nn = 5\nl = [ { f = \"g\" }, { f = \"é\" } ]\n[a.\"1.2\"]\n";
    let yaml = "e: \"2025-26\"\na:\n  \"1.1\":\n    t: |-\n      x\r\n      y\n    k: true\n    d: 2026-02-01\n    n: 5\n    l:\n      - f: \"g\"\n      - f: \"é\"\n  \"1.2\": {}\n";
    let toml = Document::read_text(toml, Syntax::Toml);
    let yaml = Document::read_text(yaml, Syntax::Yaml);
    assert_eq!(faults(&toml), faults(&yaml));
    assert_eq!(outline(&toml), outline(&yaml));
}

#[test]
fn one_finding_a_merge_conflict() {
    let toml = "a = 1\n<<<<<<< ours\nb = 2\n[x\n=======\nb = \"\n>>>>>>> theirs\nc = 3\n<<<<<<< ours\n=======\nd = 4\n>>>>>>> theirs\n";
    assert_faults(Syntax::Toml, toml, &["2:1 merge-conflict \"<<<<<<< ours\"", "9:1 merge-conflict \"<<<<<<< ours\""]);
    let document = Document::read_text(toml, Syntax::Toml);
    assert!(document.damaged);
    assert_eq!(outline(&document), "{a: 1, c: 3}");
    let yaml = "a:\n  b: 1\n<<<<<<< ours\n  c: 2\n||||||| base\n  c: 1\n=======\n  c: 3\n>>>>>>> theirs\n  d: 4\n";
    assert_faults(Syntax::Yaml, yaml, &["3:1 merge-conflict \"<<<<<<< ours\""]);
    assert_eq!(outline(&Document::read_text(yaml, Syntax::Yaml)), "{a: {b: 1, d: 4}}");
}

#[test]
fn bytes_that_are_no_text() {
    let document = Document::read(b"a = \"caf\xe9\"\n".to_vec(), Syntax::Toml);
    assert_eq!(faults(&document), ["1:9 not-utf-8 \"\u{fffd}\""]);
    assert!(document.damaged && outline(&document) == "{}");
    let utf16: Vec<u8> = "a = 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let document = Document::read([&[0xff, 0xfe], utf16.as_slice()].concat(), Syntax::Toml);
    assert_eq!(document.faults[0].rule, "not-utf-8");
}

#[test]
fn a_file_may_be_four_megabytes_and_no_more() {
    let size = usize::try_from(MAX_BYTES).unwrap();
    let mut bytes = b"#".repeat(size);
    assert_eq!(faults(&Document::read(bytes.clone(), Syntax::Toml)), [""; 0]);
    bytes.push(b'#');
    let document = Document::read(bytes, Syntax::Toml);
    assert_eq!(document.faults[0].rule, "file-too-large");
    assert!(document.damaged && document.text.is_empty());
}

#[test]
fn a_second_byte_order_mark_is_an_error() {
    let document = Document::read_text("\u{feff}\u{feff}a = 1\n", Syntax::Toml);
    assert_eq!(faults(&document), ["1:1 syntax-error \"\\u{feff}\""]);
}

#[test]
fn names_tell_the_language() {
    assert_eq!(Syntax::of("assessments/2025-26.toml"), Some(Syntax::Toml));
    assert_eq!(Syntax::of("a.yaml"), Some(Syntax::Yaml));
    assert_eq!(Syntax::of("a.yml"), Some(Syntax::Yaml));
    assert_eq!(Syntax::of("a.json"), None);
    assert_eq!(Syntax::of("toml"), None);
}
