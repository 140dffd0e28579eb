//! Random files of answers, random edits: the result says what was meant, and nothing else has moved.

use super::super::edit::{Change, EditError, Literal, apply};
use super::super::{Document, Kind, Node, Pointer, ScalarKind, Step, Syntax};
use super::equality;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use toml::{Table, Value};

/// Texts that notations trip over.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z .,]{0,12}",
        "[a-z\"'\\\\#:,\\[\\]{}=&*!|>%@`?~ \t-]{0,10}",
        "( |\n|x|\"|'|\\\\|\t|#|é|😀|\u{202e}|\u{7}|\u{85}|\u{2028}|\u{feff}|\r\n|\r){0,8}",
        select(vec![
            "yes",
            "no",
            "true",
            "null",
            "~",
            "2024",
            "1.0",
            "2026-02-01",
            "- x",
            "* x",
            "&x",
            "!x",
            "# x",
            "a: b",
            "a #b",
            " x",
            "x ",
            "\"",
            "'",
            "'''",
            "\"\"\"",
            "x\n",
            "\nx",
            "x\n\n",
            "\n",
            "a\n b",
            " a\nb",
            "a\n\n\nb\n\n",
            "---",
            "...",
            "a\n---\nb",
            "%x",
            "@x",
            "`x`",
            "\\",
            "x\\",
            "\\n",
            "=",
            "<<",
            "0x1f",
            "1_000",
            ".5",
            "[]",
            "{}",
            "שלום",
            "\u{0}",
            "x\u{7f}",
        ])
        .prop_map(str::to_owned),
    ]
}

#[derive(Debug, Clone)]
enum Item {
    /// Keys with a text and the style it is written in.
    Texts(Vec<(usize, String, u8)>),
    Evidence(Vec<Vec<(usize, String)>>, u8),
    Count(u8),
    Nothing,
}

const KEYS: [&str; 4] = ["text", "owner", "comment", "notes"];
const EVIDENCE_KEYS: [&str; 3] = ["file", "title", "sha256"];
const NUMBERS: [&str; 5] = ["1.1.5", "1.1.2", "2.1.1", "10.2.1", "3.2.1"];

fn item() -> impl Strategy<Value = Item> {
    let texts = prop::collection::vec((0..KEYS.len(), nasty(), 0..4_u8), 1..4);
    let element = prop::collection::vec((0..EVIDENCE_KEYS.len(), nasty()), 1..3);
    prop_oneof![
        4 => texts.prop_map(|texts| Item::Texts(unique(texts, |text| text.0))),
        3 => (prop::collection::vec(element.prop_map(|entries| unique(entries, |entry| entry.0)), 0..4), 0..3_u8)
            .prop_map(|(elements, style)| Item::Evidence(elements, style)),
        1 => any::<u8>().prop_map(Item::Count),
        1 => Just(Item::Nothing),
    ]
}

fn unique<T>(mut items: Vec<T>, key: impl Fn(&T) -> usize) -> Vec<T> {
    let mut seen = Vec::new();
    items.retain(|item| {
        !seen.contains(&key(item)) && {
            seen.push(key(item));
            true
        }
    });
    items
}

/// A file as it is written, what it says, and how many comments it has.
#[derive(Debug, Clone)]
struct File {
    text: String,
    says: Table,
    comments: usize,
}

struct Writer {
    out: String,
    comments: usize,
}

impl Writer {
    fn comment(&mut self, before: &str) {
        self.out.push_str(&format!("{before}# c{}!\n", self.comments));
        self.comments += 1;
    }
}

fn says(item: &Item) -> Value {
    let table = |entries: Vec<(&str, &String)>| {
        let clean = |text: &String| Value::String(equality::lf(text));
        Value::Table(entries.into_iter().map(|(key, text)| (key.to_owned(), clean(text))).collect())
    };
    match item {
        Item::Texts(texts) => table(texts.iter().map(|(key, text, _)| (KEYS[*key], text)).collect()),
        Item::Evidence(elements, _) => {
            let elements = elements
                .iter()
                .map(|entries| table(entries.iter().map(|(key, text)| (EVIDENCE_KEYS[*key], text)).collect()));
            Value::Table(Table::from_iter([("evidence".to_owned(), Value::Array(elements.collect()))]))
        }
        Item::Count(n) => {
            let count = Table::from_iter([
                ("done".to_owned(), Value::Integer(i64::from(*n))),
                ("of".to_owned(), Value::Integer(52)),
            ]);
            Value::Table(Table::from_iter([("count".to_owned(), Value::Table(count))]))
        }
        Item::Nothing => Value::Table(Table::new()),
    }
}

fn model(items: &[Item]) -> Table {
    let answers = items.iter().zip(NUMBERS).map(|(item, number)| (number.to_owned(), says(item))).collect();
    Table::from_iter([
        ("edition".to_owned(), Value::String("2025-26".to_owned())),
        ("answers".to_owned(), Value::Table(answers)),
    ])
}

fn toml_file(items: &[Item]) -> File {
    let basic =
        |text: &str| toml_writer::ToTomlValue::to_toml_value(&toml_writer::TomlStringBuilder::new(text).as_basic());
    let mut w = Writer { out: "#:schema x\nedition = \"2025-26\"\n".to_owned(), comments: 0 };
    for (item, number) in items.iter().zip(NUMBERS) {
        w.out.push('\n');
        w.comment("");
        w.out.push_str(&format!("[answers.\"{number}\"]\n"));
        match item {
            Item::Texts(texts) => {
                for (key, text, style) in texts {
                    let builder = toml_writer::TomlStringBuilder::new(text);
                    let literal = match style {
                        0 => builder.as_literal(),
                        1 => builder.as_ml_literal().filter(|_| !text.ends_with('\'') && !text.contains('\r')),
                        2 => Some(builder.as_ml_basic()),
                        _ => None,
                    };
                    let written =
                        toml_writer::ToTomlValue::to_toml_value(&literal.unwrap_or_else(|| builder.as_basic()));
                    w.out.push_str(&format!("{} = {written}", KEYS[*key]));
                    w.comment("   ");
                }
            }
            Item::Evidence(elements, style) => {
                let elements = elements.iter().map(|entries| {
                    let entries: Vec<String> = entries
                        .iter()
                        .map(|(key, text)| format!("{} = {}", EVIDENCE_KEYS[*key], basic(text)))
                        .collect();
                    format!("{{ {} }}", entries.join(", "))
                });
                if *style == 0 {
                    w.out.push_str(&format!("evidence = [{}]", elements.collect::<Vec<_>>().join(", ")));
                    w.comment(" ");
                } else {
                    w.out.push_str("evidence = [\n");
                    for element in elements {
                        w.out.push_str(&format!("    {element},"));
                        if *style == 1 { w.out.push('\n') } else { w.comment(" ") }
                    }
                    w.out.push_str("]\n");
                }
            }
            Item::Count(n) => {
                w.out.push_str(&format!("count = {{ done = {n}, of = 52 }}"));
                w.comment(" ");
            }
            Item::Nothing => {}
        }
    }
    File { text: w.out, says: model(items), comments: w.comments }
}

fn yaml_text(text: &str, style: u8) -> String {
    let printable = text.chars().all(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
    let word =
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic()) && !matches!(text, "null" | "Null" | "NULL");
    match style {
        0 if word => text.to_owned(),
        1 if printable => format!("'{}'", text.replace('\'', "''")),
        2 if printable && !text.is_empty() && !text.starts_with(' ') => format!("|-\n      {text}"),
        _ => {
            let escaped: String = text
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\U{:08X}", u32::from(c)) })
                .collect();
            format!("\"{escaped}\"")
        }
    }
}

fn yaml_file(items: &[Item]) -> File {
    let mut w = Writer { out: "# schema\nedition: \"2025-26\"\nanswers:\n".to_owned(), comments: 0 };
    for (item, number) in items.iter().zip(NUMBERS) {
        w.comment("  ");
        w.out.push_str(&format!("  \"{number}\":"));
        w.comment(" ");
        match item {
            Item::Texts(texts) => {
                for (key, text, style) in texts {
                    let written = yaml_text(text, *style);
                    w.out.push_str(&format!("    {}: {written}", KEYS[*key]));
                    if written.starts_with('|') { w.out.push('\n') } else { w.comment("   ") }
                }
            }
            Item::Evidence(elements, 0) => {
                let elements: Vec<String> = elements
                    .iter()
                    .map(|entries| {
                        let entries: Vec<String> = entries
                            .iter()
                            .map(|(key, text)| format!("{}: {}", EVIDENCE_KEYS[*key], yaml_text(text, 3)))
                            .collect();
                        format!("{{{}}}", entries.join(", "))
                    })
                    .collect();
                w.out.push_str(&format!("    evidence: [{}]", elements.join(", ")));
                w.comment(" ");
            }
            Item::Evidence(elements, style) => {
                w.out.push_str(if elements.is_empty() { "    evidence: []\n" } else { "    evidence:\n" });
                let pad = if *style == 1 { "    " } else { "      " };
                for entries in elements {
                    for (at, (key, text)) in entries.iter().enumerate() {
                        w.out.push_str(&format!(
                            "{pad}{} {}: {}",
                            if at == 0 { "-" } else { " " },
                            EVIDENCE_KEYS[*key],
                            yaml_text(text, 1)
                        ));
                        w.comment(" ");
                    }
                }
            }
            Item::Count(n) => {
                w.out.push_str(&format!("    count: {{done: {n}, of: 52}}"));
                w.comment(" ");
            }
            Item::Nothing => {}
        }
        w.out.push('\n');
    }
    File { text: w.out, says: model(items), comments: w.comments }
}

#[derive(Debug, Clone)]
enum Edit {
    SetText(usize, String),
    SetDate,
    SetFlag(bool),
    SetCount(u8),
    SetEvidence(Vec<String>),
    AddEvidence(String),
    SetInEvidence(Index, usize, String),
    Remove(usize),
    RemoveEvidence(Index),
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..KEYS.len(), nasty()).prop_map(|(key, text)| Edit::SetText(key, text)),
        1 => Just(Edit::SetDate),
        1 => any::<bool>().prop_map(Edit::SetFlag),
        1 => any::<u8>().prop_map(Edit::SetCount),
        2 => prop::collection::vec(nasty(), 1..4).prop_map(Edit::SetEvidence),
        2 => nasty().prop_map(Edit::AddEvidence),
        2 => (any::<Index>(), 0..EVIDENCE_KEYS.len(), nasty())
            .prop_map(|(at, key, text)| Edit::SetInEvidence(at, key, text)),
        2 => (0..KEYS.len()).prop_map(Edit::Remove),
        1 => any::<Index>().prop_map(Edit::RemoveEvidence),
    ]
}

fn string(text: &str) -> Value {
    Value::String(equality::lf(text))
}

/// The change, and the model after it; none where there is nothing to change.
fn plan(says: &Table, number: &str, edit: &Edit) -> Option<(Change, Table)> {
    let mut after = says.clone();
    let at = Pointer::answer(number);
    let Value::Table(answers) = after.get_mut("answers")? else { return None };
    let Value::Table(answer) = answers.entry(number.to_owned()).or_insert_with(|| Value::Table(Table::new())) else {
        return None;
    };
    let file = |text: &str| Literal::Table(vec![("file", Literal::Text(text.to_owned()))]);
    let said = |text: &str| Value::Table(Table::from_iter([("file".to_owned(), string(text))]));
    let change = match edit {
        Edit::SetText(key, text) => {
            answer.insert(KEYS[*key].to_owned(), string(text));
            Change::Set(at.key(KEYS[*key]), Literal::Text(text.clone()))
        }
        Edit::SetDate => {
            answer.insert("reviewed".to_owned(), Value::Datetime("2026-02-01".parse().unwrap()));
            Change::Set(at.key("reviewed"), Literal::Date(jiff::civil::date(2026, 2, 1)))
        }
        Edit::SetFlag(flag) => {
            answer.insert("tick".to_owned(), Value::Boolean(*flag));
            Change::Set(at.key("tick"), Literal::Flag(*flag))
        }
        Edit::SetCount(n) => {
            let count = Table::from_iter([
                ("done".to_owned(), Value::Integer(i64::from(*n))),
                ("of".to_owned(), Value::Integer(60)),
            ]);
            answer.insert("count".to_owned(), Value::Table(count));
            Change::Set(
                at.key("count"),
                Literal::Table(vec![("done", Literal::Number(i64::from(*n))), ("of", Literal::Number(60))]),
            )
        }
        Edit::SetEvidence(files) => {
            answer.insert("evidence".to_owned(), Value::Array(files.iter().map(|text| said(text)).collect()));
            Change::Set(at.key("evidence"), Literal::List(files.iter().map(|text| file(text)).collect()))
        }
        Edit::AddEvidence(text) => {
            let Value::Array(list) = answer.entry("evidence").or_insert_with(|| Value::Array(Vec::new())) else {
                return None;
            };
            list.push(said(text));
            Change::Set(at.key("evidence").index(list.len() - 1), file(text))
        }
        Edit::SetInEvidence(index, key, text) => {
            let Value::Array(list) =
                answer.get_mut("evidence").filter(|list| list.as_array().is_some_and(|list| !list.is_empty()))?
            else {
                return None;
            };
            let index = index.index(list.len());
            let Value::Table(element) = &mut list[index] else { return None };
            element.insert(EVIDENCE_KEYS[*key].to_owned(), string(text));
            Change::Set(at.key("evidence").index(index).key(EVIDENCE_KEYS[*key]), Literal::Text(text.clone()))
        }
        Edit::Remove(key) => {
            answer.remove(KEYS[*key])?;
            Change::Remove(at.key(KEYS[*key]))
        }
        Edit::RemoveEvidence(index) => {
            let Value::Array(list) =
                answer.get_mut("evidence").filter(|list| list.as_array().is_some_and(|list| !list.is_empty()))?
            else {
                return None;
            };
            let index = index.index(list.len());
            list.remove(index);
            Change::Remove(at.key("evidence").index(index))
        }
    };
    Some((change, after))
}

fn check(
    file: &File,
    syntax: Syntax,
    number: &str,
    edit: &Edit,
    [crlf, mark, last_break]: [bool; 3],
) -> Result<(), TestCaseError> {
    let mut text = file.text.clone();
    if !last_break {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if crlf {
        text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    let before = format!("{}{text}", if mark { "\u{feff}" } else { "" });
    let document = Document::read_text(&before, syntax);
    prop_assert!(!document.damaged, "{}\n{:?}", before, document.faults);
    prop_assert_eq!(says_in(&document, &file.says, syntax), Ok(()));
    let Some((change, after)) = plan(&file.says, number, edit) else { return Ok(()) };
    let pointer = match &change {
        Change::Set(pointer, _) | Change::Remove(pointer) => pointer.clone(),
    };
    let bytes = match apply(&document, std::slice::from_ref(&change)) {
        Ok(bytes) => bytes,
        Err(error) => {
            // Only where a comment would be lost may an edit be refused.
            let node = document.node(&pointer);
            let inside = node.is_some_and(|node| document.text[node.span.range()].contains("# c"));
            prop_assert!(inside && matches!(error, EditError::NoPlace(_)), "{:?} {}\n{}", change, error, before);
            return Ok(());
        }
    };
    let result = String::from_utf8(bytes).unwrap();
    let read = Document::read_text(&result, syntax);
    prop_assert!(read.faults.is_empty(), "{:?}\n{}", read.faults, result);
    prop_assert_eq!(says_in(&read, &after, syntax), Ok(()), "{}", result);
    if syntax == Syntax::Toml {
        let theirs: Table = result.trim_start_matches('\u{feff}').parse().unwrap();
        prop_assert_eq!(normal(Value::Table(theirs)), normal(Value::Table(after)));
    }
    unmoved(&before, &result, &document, &pointer, &change, file)
}

/// Line ends inside texts as LF, empty lists and tables as nothing.
fn normal(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(equality::lf(&text)),
        Value::Array(values) => Value::Array(values.into_iter().map(normal).collect()),
        Value::Table(table) => Value::Table(table.into_iter().map(|(key, value)| (key, normal(value))).collect()),
        other => other,
    }
}

fn says_in(document: &Document, says: &Table, syntax: Syntax) -> Result<(), String> {
    if syntax == Syntax::Toml {
        return equality::same_table(document, says);
    }
    yaml_says(document, &document.root, &Value::Table(says.clone()))
}

fn yaml_says(document: &Document, node: &Node, value: &Value) -> Result<(), String> {
    let fail = || Err(format!("{:?} does not say {value:?}", &document.text[node.span.range()]));
    match (&node.kind, value) {
        (Kind::Table(table), Value::Table(theirs)) if table.entries.len() == theirs.len() => {
            table.entries.iter().try_for_each(|entry| {
                let key = document.key_of(entry);
                theirs
                    .get(key)
                    .map_or_else(|| Err(format!("{key} is too much")), |value| yaml_says(document, &entry.node, value))
            })
        }
        (Kind::List(nodes), Value::Array(values)) if nodes.len() == values.len() => {
            nodes.iter().zip(values).try_for_each(|(node, value)| yaml_says(document, node, value))
        }
        (Kind::Scalar(scalar), _) => {
            let text = document.text_of(&scalar.text);
            let same = match value {
                Value::String(theirs) => {
                    matches!(scalar.kind, ScalarKind::String | ScalarKind::Plain) && text == theirs
                }
                Value::Table(table) => scalar.kind == ScalarKind::Null && table.is_empty(),
                Value::Array(list) => scalar.kind == ScalarKind::Null && list.is_empty(),
                other => scalar.kind == ScalarKind::Plain && text == other.to_string(),
            };
            if same { Ok(()) } else { fail() }
        }
        _ => fail(),
    }
}

/// Every line that the edit has no business with is still there, in order, and so is every comment.
fn unmoved(
    before: &str,
    after: &str,
    document: &Document,
    pointer: &Pointer,
    change: &Change,
    file: &File,
) -> Result<(), TestCaseError> {
    let removes = matches!(change, Change::Remove(_)) || matches!(change, Change::Set(_, Literal::List(_)));
    for at in 0..file.comments {
        let comment = format!("# c{at}!");
        let line = before.lines().find(|line| line.contains(&comment)).unwrap_or_default();
        let touched = document.node(pointer).is_some_and(|_| removes && !line.trim_start().starts_with(&comment));
        prop_assert!(touched || after.contains(&comment), "{} is lost\n{}\n->\n{}", comment, before, after);
    }
    // Behind what an entry's lines were, and before them, all bytes are the same.
    let prefix = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let suffix = before.bytes().rev().zip(after.bytes().rev()).take_while(|(a, b)| a == b).count();
    let suffix = suffix.min(before.len() - prefix).min(after.len() - prefix);
    let mark = if document.byte_order_mark { 3 } else { 0 };
    let (from, to) = (prefix.saturating_sub(mark), (before.len() - suffix).saturating_sub(mark));
    let steps = pointer.steps();
    // One element is as good as another of the same bytes.
    let steps = if matches!(steps.last(), Some(Step::Index(_))) { &steps[..steps.len() - 1] } else { steps };
    let known = (0..=steps.len())
        .rev()
        .find(|known| document.node(&Pointer::from_steps(&steps[..*known])).is_some())
        .unwrap_or(0);
    let holder = Pointer::from_steps(&steps[..known]);
    if known == steps.len() {
        let node = document.node(&holder).unwrap();
        let key = document.key_span(&holder);
        let start = document.text[..node.span.start.min(key.start) as usize].rfind('\n').map_or(0, |n| n + 1);
        let last = node.span.end.max(key.end) as usize;
        // The end of the next line: the line break of a removed line, the blank lines that a text keeps.
        let rest = &document.text[last..];
        let end = last
            + rest.find('\n').map_or(rest.len(), |n| {
                n + 1 + rest[n + 1..].len() - rest[n + 1..].trim_start_matches(['\r', '\n', ' ']).len()
            });
        prop_assert!(
            from >= start.saturating_sub(2) && to <= end.max(from),
            "{from}..{to} beyond {start}..{end}\n{}\n->\n{}",
            before,
            after
        );
    } else {
        // An insertion moves nothing, but for the line that it continues.
        let line = document.text[..from.min(document.text.len())].rfind('\n').map_or(0, |n| n + 1);
        let lines = document.text[line..to.max(line).min(document.text.len())].matches('\n').count();
        prop_assert!(lines <= 1, "{lines} lines changed\n{}\n->\n{}", before, after);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1200, ..ProptestConfig::default() })]

    #[test]
    fn toml(items in prop::collection::vec(item(), 1..5), number in select(NUMBERS.to_vec()), edit in edits(), bytes in any::<[bool; 3]>()) {
        check(&toml_file(&items), Syntax::Toml, number, &edit, bytes)?;
    }

    #[test]
    fn yaml(items in prop::collection::vec(item(), 1..5), number in select(NUMBERS.to_vec()), edit in edits(), bytes in any::<[bool; 3]>()) {
        check(&yaml_file(&items), Syntax::Yaml, number, &edit, bytes)?;
    }
}
