//! YAML: values, spans, anchors, and what of YAML is not for us.

use super::super::{Document, Kind, Node, ScalarKind, Syntax, TableForm};
use super::{assert_faults, faults, outline};
use proptest::prelude::*;

fn read(text: &str) -> Document {
    Document::read_text(text, Syntax::Yaml)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let document = read(text);
    assert_eq!(faults(&document), [""; 0], "\n{text}");
    assert_eq!(outline(&document), expected);
}

/// The slice of the source under each scalar, in order.
fn slices(text: &str) -> Vec<String> {
    fn collect(document: &Document, node: &Node, out: &mut Vec<String>) {
        match &node.kind {
            Kind::Table(table) => table.entries.iter().for_each(|entry| collect(document, &entry.node, out)),
            Kind::List(nodes) => nodes.iter().for_each(|node| collect(document, node, out)),
            Kind::Scalar(_) => out.push(document.text[node.span.range()].to_owned()),
        }
    }
    let document = read(text);
    let mut out = Vec::new();
    collect(&document, &document.root, &mut out);
    out
}

#[test]
fn scalars_of_every_style() {
    check(
        "a: yes\nb: 2024\nc: 1.0\nd: null\ne: ~\nf:\ng: ''\n",
        "{a: yes, b: 2024, c: 1.0, d: null, e: null, f: null, g: \"\"}",
    );
    check("a: 'it''s'\nb: \"x\\ny\\u00e9\"\nc: x # no\nd: x#y\n", "{a: \"it's\", b: \"x\\nyé\", c: x, d: x#y}");
    check(
        "a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n\n  z\nc: |+\n  x\n\n",
        "{a: \"x\\n y\\n\\nz\\n\", b: \"x y\\nz\", c: \"x\\n\\n\"}",
    );
    check("a: x\n  y\nb: \"x\n  y\"\n", "{a: x y, b: \"x y\"}");
    check("a: !!str null\nb: !!str 5\n\"null\": 1\n", "{a: \"null\", b: \"5\", null: 1}");
    check("---\n# only a comment above\na: 1\n...\n", "{a: 1}");
    check("{a: 1, \"b\": [x, {c: }]}", "{a: 1, b: [x, {c: null}]}");
    check("", "{}");
    check("# nothing\n", "{}");
    check("---\n", "{}");
}

#[test]
fn spans_cut_the_source_exactly() {
    let text = "a: 'é' # x\nb: \"😀\"\nc: plain é  \nd: |- # why\n  one\n  two  \n\ne: &x !!str >\n\n  f\n# end\ng: [1, \"2\" ]\nh: *x\ni:\n";
    let expected = ["'é'", "\"😀\"", "plain é", "|- # why\n  one\n  two  ", ">\n\n  f", "1", "\"2\"", "*x", ""];
    assert_eq!(slices(text), expected);
    let expected: Vec<String> = expected.iter().map(|slice| slice.replace('\n', "\r\n")).collect();
    assert_eq!(slices(&text.replace('\n', "\r\n")), expected);
}

#[test]
fn collections_end_with_their_last_line() {
    let document = read("a:\n  - b: 1 # one\n    c: 2\n  # below\n\n# far below\nd: {e: 1}\nf: [x: y]\ng:\n- 1\n");
    let slice = |at: usize| {
        let entry = &document.root.table().unwrap().entries[at];
        &document.text[entry.node.span.range()]
    };
    assert_eq!(slice(0), "- b: 1 # one\n    c: 2");
    assert_eq!(slice(1), "{e: 1}");
    assert_eq!(slice(2), "[x: y]");
    assert_eq!(slice(3), "- 1");
    let forms: Vec<TableForm> =
        document.root.table().unwrap().entries.iter().filter_map(|entry| Some(entry.node.table()?.form)).collect();
    assert_eq!(forms, [TableForm::Inline]);
}

#[test]
fn line_ends_inside_texts_are_lf() {
    for text in ["a: |\n  x\n  y\n", "a: \"x\n\n  y\n\"\n", "a: \"x\\r\\ny\"\n"] {
        let with_crlf = read(&text.replace('\n', "\r\n"));
        assert_eq!(outline(&with_crlf), outline(&read(text)));
        assert!(!outline(&with_crlf).contains("\\r"));
    }
}

#[test]
fn aliases_copy_what_they_refer_to() {
    check("a: &x 1\nb: *x\n*x : 3\n", "{a: 1, b: 1, 1: 3}");
    check("a: &x {b: [1, &y 2]}\nc: [*x, *y]\nd: *x\n", "{a: {b: [1, 2]}, c: [{b: [1, 2]}, 2], d: {b: [1, 2]}}");
    check("a:\n  - &x {b: 1}\n  - c: *x\n    d: [*x]\n", "{a: [{b: 1}, {c: {b: 1}, d: [{b: 1}]}]}");
    check("a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}");
    // An alias stands where it is written.
    let document = read("a: &x 1\nb: *x\n");
    assert_eq!(&document.text[document.root.table().unwrap().entries[1].node.span.range()], "*x");
}

#[test]
fn an_anchor_under_a_repeated_key_is_gone() {
    let document = read("a: 1\na: &x {b: 1}\nc: {d: 2}\ne: *x\n");
    assert_eq!(faults(&document), ["2:1 duplicate-key \"a\""]);
    assert_eq!(outline(&document), "{a: 1, c: {d: 2}, e: null}");
}

#[test]
fn what_is_not_for_us_is_a_finding_each() {
    assert_faults(Syntax::Yaml, "a: {b: &y 1}\nc: 2\n<<: {d: 3}\ne: 4\n", &["3:1 syntax-error \"<<\""]);
    assert_faults(Syntax::Yaml, "a: *x\nb: *y\nc: &x 1\n", &["1:4 syntax-error \"*x\"", "2:4 syntax-error \"*y\""]);
    assert_faults(Syntax::Yaml, "a: &x [*x]\n", &["1:8 syntax-error \"*x\""]);
    assert_faults(Syntax::Yaml, "a: 1\n---\nb: 2\n---\nc: 3\n", &["2:1 syntax-error \"---\""]);
    assert_faults(
        Syntax::Yaml,
        "? [a, b]\n: 1\n{c: d}: 2\ne: 3\n",
        &["1:3 syntax-error \"[a, b]\"", "3:1 syntax-error \"{c: d}\""],
    );
    assert_faults(Syntax::Yaml, ": 1\nb: 2\n", &["1:1 syntax-error \":\""]);
    assert_faults(Syntax::Yaml, "- a\n- b\n", &["1:1 syntax-error \"- a\""]);
    assert_faults(Syntax::Yaml, "hello\n", &["1:1 syntax-error \"hello\""]);
    let kept = read("<<: {d: 3}\ne: 4\n---\nf: 1\n");
    assert!(kept.damaged);
    assert_eq!(outline(&kept), "{e: 4}");
}

#[test]
fn repeated_keys_name_both_places() {
    let document = read("a: 1\nb:\n  c: 1\n  d: 2\n  \"c\": 3\na: {x: 1}\n");
    assert_eq!(faults(&document), ["5:3 duplicate-key \"\\\"c\\\"\"", "6:1 duplicate-key \"a\""]);
    let first: Vec<u32> =
        document.faults.iter().map(|fault| document.position(fault.related[0].0.start).line).collect();
    assert_eq!(first, [3, 1]);
    assert_eq!(outline(&document), "{a: 1, b: {c: 1, d: 2}}");
}

#[test]
fn null_is_no_text_but_stays_one_in_quotes() {
    let document = read("a: null\nb: \"null\"\n");
    let kinds: Vec<ScalarKind> =
        document.root.table().unwrap().entries.iter().filter_map(|entry| Some(entry.node.scalar()?.kind)).collect();
    assert_eq!(kinds, [ScalarKind::Null, ScalarKind::String]);
}

/// A tree to be written in YAML: the text and what it should be read as.
fn yaml_value() -> impl Strategy<Value = (Form, String)> {
    let scalar = prop_oneof![
        "[a-z]{1,6}( [a-zé]{1,5}){0,2}".prop_map(|text| (Form::Line(text.clone()), text)),
        "[a-zé😀:# ]{0,8}".prop_map(|text| (Form::Line(format!("'{text}'")), format!("{text:?}"))),
        "[a-z:# ]{0,8}".prop_map(|text| (Form::Line(format!("\"{text}\\n\"")), format!("{:?}", format!("{text}\n")))),
        "[a-z][a-z:#\" ]{0,8}[a-z]"
            .prop_map(|text| (Form::Text(text.clone()), format!("{:?}", format!("{text}\n{text}\n")))),
        Just((Form::Line("~".to_owned()), "null".to_owned())),
        Just((Form::Line(String::new()), "null".to_owned())),
    ];
    scalar.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|values| {
                let outline = values.iter().map(|(_, outline)| outline.as_str()).collect::<Vec<_>>().join(", ");
                (Form::List(values.into_iter().map(|(form, _)| form).collect()), format!("[{outline}]"))
            }),
            prop::collection::vec(inner, 1..4).prop_map(table),
        ]
    })
}

/// A random document.
pub(super) fn document() -> impl Strategy<Value = String> {
    prop::collection::vec(yaml_value(), 1..5).prop_map(|values| {
        let mut text = String::new();
        table(values).0.write(0, &mut text);
        text
    })
}

fn table(values: Vec<(Form, String)>) -> (Form, String) {
    let outline: Vec<String> =
        values.iter().enumerate().map(|(at, (_, outline))| format!("k{at}: {outline}")).collect();
    (Form::Table(values.into_iter().map(|(form, _)| form).collect()), format!("{{{}}}", outline.join(", ")))
}

#[derive(Debug, Clone)]
enum Form {
    Line(String),
    Text(String),
    List(Vec<Form>),
    Table(Vec<Form>),
}

impl Form {
    fn write(&self, indent: usize, out: &mut String) {
        let pad = " ".repeat(indent);
        match self {
            Self::Line(text) => out.push_str(&format!(" {text}\n")),
            Self::Text(text) => out.push_str(&format!(" |\n{pad}{text}\n{pad}{text}\n")),
            Self::List(values) => {
                out.push_str(" # list\n");
                for value in values {
                    out.push_str(&format!("{pad}-"));
                    value.write(indent + 2, out);
                }
            }
            Self::Table(values) => {
                out.push('\n');
                for (at, value) in values.iter().enumerate() {
                    out.push_str(&format!("{pad}k{at}:"));
                    value.write(indent + 2, out);
                }
            }
        }
    }
}

/// Bytes of any kind, letters that mean something, and lines put together from pieces.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let key = "([ab]|\"a\"|\\?|-|&x|\\*x|<<)?(:| |: )?";
    let value = "([ab&*]|\"b|'b'|\\[a|\\]|\\{a: b\\}|\\||>-|&x c|\\*x)?\r?\n";
    let line = proptest::string::string_regex(&format!("(  |    |      |- |  - |\t|){key}{value}")).unwrap();
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "[ab \\-?:,\\[\\]{}#&*!|>'\"%@`\n\r\t~0\u{e9}\u{feff}\u{85}]{0,60}".prop_map(String::into_bytes),
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_was_written(values in prop::collection::vec(yaml_value(), 1..5), crlf in any::<bool>()) {
        let (form, expected) = table(values);
        let mut text = String::new();
        form.write(0, &mut text);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let document = read(&text);
        prop_assert_eq!(faults(&document), [""; 0], "\n{}", text);
        prop_assert_eq!(outline(&document), expected, "\n{}", text);
        for slice in slices(&text) {
            let quoted = slice.starts_with(['\'', '"']);
            prop_assert!(!quoted || (slice.len() > 1 && slice.ends_with(['\'', '"'])), "{:?}", slice);
            prop_assert_eq!(slice.trim_end_matches(['\r', '\n']), slice.as_str());
        }
    }

    #[test]
    fn never_panics(bytes in hostile_bytes()) {
        let document = Document::read(bytes, Syntax::Yaml);
        for fault in &document.faults {
            prop_assert!(document.text.get(fault.span.range()).is_some(), "{:?}", fault);
            document.position(fault.span.start);
        }
        let mut every = vec![&document.root];
        while let Some(node) = every.pop() {
            prop_assert!(document.text.get(node.span.range()).is_some());
            match &node.kind {
                Kind::Table(table) => every.extend(table.entries.iter().map(|entry| {
                    document.key_of(entry);
                    &entry.node
                })),
                Kind::List(nodes) => every.extend(nodes),
                Kind::Scalar(scalar) => { document.text_of(&scalar.text); }
            }
        }
        // The parser itself and we agree on whether a text is YAML at all.
        let options = granit_parser::options! { emit_unresolved_aliases: true };
        let mut events = granit_parser::Parser::new_from_str_with_options(&document.text, options);
        let errors = events.any(|event| event.is_err());
        prop_assert!(!errors || document.damaged);
    }
}
