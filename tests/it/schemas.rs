//! The JSON Schemas and the decoder accept and reject the same files.
//!
//! Compared are the examples, every case of the lint that can be read, and files made from a full one by changing one
//! place at a time. Where the two may differ, [`beyond_the_schema`] and [`beyond_the_reader`] say why.

use super::case::Case;
use dspt::bank::Banks;
use dspt::decode;
use dspt::lint::{self, Group, Known, Setting};
use dspt::model::ItemKind;
use dspt::schema;
use dspt::source::{Document, Kind, Node, ScalarKind, Syntax};
use dspt::tree::MemoryTree;
use dspt::workspace::{Scope, Workspace};
use jiff::civil::date;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

static BANKS: LazyLock<Banks> = LazyLock::new(Banks::shipped);

/// The schema as its draft reads it with formats, as it reads it without, and as draft 7 reads it.
struct Readings {
    full: Validator,
    others: [Validator; 2],
}

static SCHEMAS: LazyLock<BTreeMap<String, Readings>> = LazyLock::new(|| {
    let validator = |schema: &Value, draft, formats| {
        let options = jsonschema::options().with_draft(draft).should_validate_formats(formats);
        options.build(schema).unwrap_or_else(|error| panic!("{error}"))
    };
    let names = schema::names(&BANKS).into_iter();
    names
        .map(|name| {
            let schema = schema::schema(&name, &BANKS).expect("a schema");
            let mut older = schema.clone();
            older["$schema"] = json!("http://json-schema.org/draft-07/schema#");
            let full = validator(&schema, Draft::Draft202012, true);
            let others = [validator(&schema, Draft::Draft202012, false), validator(&older, Draft::Draft7, false)];
            (name, Readings { full, others })
        })
        .collect()
});

/// What a validator is given: the tree as JSON. TOML's dates become texts, YAML's plain scalars what its core schema
/// takes them for.
fn to_json(document: &Document, node: &Node) -> Value {
    match &node.kind {
        Kind::Table(table) => table
            .entries
            .iter()
            .map(|entry| (document.key_of(entry).to_owned(), to_json(document, &entry.node)))
            .collect(),
        Kind::List(nodes) => nodes.iter().map(|node| to_json(document, node)).collect(),
        Kind::Scalar(scalar) => {
            let text = document.text_of(&scalar.text);
            let number = || text.replace('_', "").parse::<serde_json::Number>().map(Value::Number);
            match scalar.kind {
                ScalarKind::String | ScalarKind::DateTime => json!(text),
                ScalarKind::Null => Value::Null,
                ScalarKind::Boolean => json!(text == "true"),
                ScalarKind::Integer | ScalarKind::Float => number().unwrap_or_else(|_| json!(text)),
                ScalarKind::Plain => match text {
                    "true" | "True" | "TRUE" => json!(true),
                    "false" | "False" | "FALSE" => json!(false),
                    _ => number().unwrap_or_else(|_| json!(text)),
                },
            }
        }
    }
}

/// The schema that a file of a workspace is written by.
fn schema_of(path: &str, document: &Document) -> Option<String> {
    let stem = |name: &str| name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    let parts: Vec<&str> = path.split('/').collect();
    let name = match parts.as_slice() {
        ["organisation.toml"] => "organisation".to_owned(),
        ["assessments", file] => {
            let said = to_json(document, &document.root)["standard"].as_str().unwrap_or_default().to_owned();
            let standard = if BANKS.newest(&said).is_some() { said.as_str() } else { BANKS.default_standard() };
            schema::answers_name(standard, &stem(file)?)
        }
        ["action-plans", _] => "action-plan".to_owned(),
        ["publications", "toolkit.toml"] => "toolkit".to_owned(),
        ["publications", _, _] => "record".to_owned(),
        _ => return None,
    };
    SCHEMAS.contains_key(&name).then_some(name)
}

/// What the reader finds wrong with a file's shape.
struct Complaint {
    rule: &'static str,
    message: String,
    help: String,
}

/// Rules of group *files* about more than the shape of one file that can be read.
const NOT_ABOUT_SHAPE: &[(&str, &str)] = &[
    ("syntax-error", "the file cannot be read"),
    ("merge-conflict", "the file cannot be read"),
    ("duplicate-key", "a validator sees one of the two"),
    ("two-answer-files", "about two files"),
    ("file-too-large", "the file is not read"),
    ("alias-expansion", "the file cannot be read"),
    ("too-deep", "the file cannot be read"),
    ("path-escapes-workspace", "about what a path leads to"),
    ("not-utf-8", "the file cannot be read"),
    ("unreadable", "the file cannot be read"),
    ("toml-1-1-only", "about notation"),
];

const ABOUT_SHAPE: &[&str] = &[
    "unknown-key",
    "wrong-type",
    "missing-key",
    "unknown-item",
    "unquoted-item",
    "unknown-edition",
    "edition-differs-from-file-name",
    "two-places",
    "newer-format",
];

#[test]
fn every_rule_of_group_files_is_compared_or_has_a_reason() {
    let rules: BTreeSet<&str> =
        lint::rules::RULES.iter().filter(|rule| rule.group == Group::Files).map(|rule| rule.name).collect();
    let listed: BTreeSet<&str> =
        NOT_ABOUT_SHAPE.iter().map(|(rule, _)| *rule).chain(ABOUT_SHAPE.iter().copied()).collect();
    assert_eq!(rules, listed);
}

/// Why a schema cannot say what the reader found.
fn beyond_the_schema(path: &str, syntax: Syntax, complaint: &Complaint) -> Option<&'static str> {
    let message = &complaint.message;
    match complaint.rule {
        "unknown-item" if !path.starts_with("assessments/") => {
            Some("the schemas of plan and organisation serve every edition")
        }
        "edition-differs-from-file-name" if path.starts_with("action-plans/") => {
            Some("the schemas of plan and organisation serve every edition")
        }
        "unknown-reference" | "repeated-name" | "rule-without-default" => {
            Some("a schema does not compare one place with another")
        }
        "wrong-type" if message.contains("the date or time") => Some("a date of TOML is a text for a validator"),
        "wrong-type"
            if syntax == Syntax::Toml
                && message.contains("is the text")
                && complaint.help.contains("a date such as") =>
        {
            Some("a date in quotation marks is the same text for a validator")
        }
        "wrong-type" if message.trim_end_matches('`').ends_with(".0") => {
            Some("JSON Schema takes 5.0 for a whole number")
        }
        _ => None,
    }
}

/// Why the reader lets pass what a schema refuses.
fn beyond_the_reader(
    schema: &str,
    document: &Document,
    value: &Value,
    error: &jsonschema::ValidationError<'_>,
) -> Option<&'static str> {
    let pointer = error.instance_path().as_str();
    let keyword = error.schema_path().as_str();
    let plain = document.syntax == Syntax::Yaml
        && keyword.ends_with("/type")
        && value.pointer(pointer).is_some_and(|value| value.is_number() || value.is_boolean());
    if plain && !pointer.is_empty() {
        return Some(
            "the reader takes every plain scalar of YAML for a text where it wants one; an editor asks for quotation marks",
        );
    }
    if schema == "record" {
        return Some("the history needs only four keys of a record, and reads no others");
    }
    None
}

/// Whether schema and reader agree on a file, or why they may differ.
fn disagreement(
    path: &str,
    schema: &str,
    document: &Document,
    complaints: &[Complaint],
    used: &mut BTreeSet<&'static str>,
) -> Option<String> {
    let value = to_json(document, &document.root);
    let readings = &SCHEMAS[schema];
    let errors: Vec<_> = readings.full.iter_errors(&value).collect();
    for other in &readings.others {
        if other.is_valid(&value) != errors.is_empty() {
            return Some(format!("{path}: the schema is read in two ways: {value}"));
        }
    }
    let reasons: Vec<Option<&'static str>> = match (complaints.is_empty(), errors.is_empty()) {
        (true, true) | (false, false) => return None,
        (false, true) => {
            complaints.iter().map(|complaint| beyond_the_schema(path, document.syntax, complaint)).collect()
        }
        (true, false) => errors.iter().map(|error| beyond_the_reader(schema, document, &value, error)).collect(),
    };
    if reasons.iter().all(Option::is_some) {
        used.extend(reasons.into_iter().flatten());
        return None;
    }
    let said: Vec<String> = match complaints {
        [] => errors
            .iter()
            .map(|error| format!("schema at {} by {}: {error}", error.instance_path(), error.schema_path()))
            .collect(),
        complaints => {
            complaints.iter().map(|complaint| format!("reader: {}: {}", complaint.rule, complaint.message)).collect()
        }
    };
    Some(format!("{path}: {}\n    in {}", said.join("; "), document.text.replace('\n', "\n       ")))
}

/// Compares every file of a workspace; how many there were.
fn compare(tree: &MemoryTree, only: Option<&str>, used: &mut BTreeSet<&'static str>, wrong: &mut Vec<String>) -> usize {
    let workspace = Workspace::load(tree, Scope::All);
    let setting = Setting { tree, banks: &BANKS, now: date(2026, 1, 15).into(), in_full: &[] };
    let findings = lint::lint(&workspace, setting, Known::default()).expect("the banks are sound").findings;
    let mut compared = 0;
    for file in workspace.files.iter().filter(|file| only.is_none_or(|only| only == file.path)) {
        let readable = !file.document.damaged
            && file.faults.iter().all(|fault| !matches!(fault.rule, "syntax-error" | "duplicate-key"));
        let Some(schema) = schema_of(&file.path, &file.document).filter(|_| readable) else { continue };
        compared += 1;
        let complaints: Vec<Complaint> = findings
            .iter()
            .filter(|finding| finding.place.file == file.path && ABOUT_SHAPE.contains(&finding.rule))
            .map(|finding| Complaint {
                rule: finding.rule,
                message: finding.message.clone(),
                help: finding.help.clone().unwrap_or_default(),
            })
            .collect();
        wrong.extend(disagreement(&file.path, &schema, &file.document, &complaints, used));
    }
    compared
}

fn assert_agreement(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} files are judged differently:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A directory of files as a tree in memory.
fn tree_of(directory: &Path) -> MemoryTree {
    let mut tree = MemoryTree::default();
    let mut paths = vec![directory.to_owned()];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(directory).unwrap().to_string_lossy().replace('\\', "/");
            tree.files.insert(name, fs::read(&path).unwrap());
        }
    }
    tree
}

#[test]
fn examples_are_judged_alike_and_all_but_the_broken_one_are_accepted() {
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    let mut compared = 0;
    for directory in fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path()) {
        if !directory.join("organisation.toml").exists() {
            continue;
        }
        let tree = tree_of(&directory);
        compared += compare(&tree, None, &mut used, &mut wrong);
        if directory.ends_with("broken") {
            continue;
        }
        for (path, bytes) in &tree.files {
            let Some(syntax) = Syntax::of(path) else { continue };
            let document = Document::read(bytes.clone(), syntax);
            let Some(schema) = schema_of(path, &document) else { continue };
            let value = to_json(&document, &document.root);
            let errors: Vec<String> =
                SCHEMAS[&schema].full.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{path}: {errors:?}");
        }
    }
    assert!(compared >= 12, "{compared} files");
    assert_agreement(&wrong);
}

#[test]
fn cases_of_the_lint_are_judged_alike() {
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    let mut compared = 0;
    let folders = fs::read_dir(root().join("tests/cases/lint")).unwrap().map(|entry| entry.unwrap().path());
    for case in folders.filter(|folder| folder.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let case = Case::read(&fs::read_to_string(case.unwrap().path()).unwrap());
        compared += compare(&case.tree, None, &mut used, &mut wrong);
    }
    assert!(compared > 300, "{compared} files");
    assert_agreement(&wrong);
}

// Files made from a full one.

const ORGANISATION: &str = r#"format = 1
standards = ["banks"]

[organisation]
ods_code = "A1B2"
name = "Sunrise Care Ltd"
sector = "social-care"
cqc_provider_id = "1-101234567"
former_codes = ["A1B1"]
shares = { training = true, policies = true, breach_handling = true, it = true }

[profile]
nhsmail_only = "not-sure"
confirmed = 2026-01-10

[roles.caldicott_guardian]
name = "Jo Field"
email = "jo@sunrise.example"

[certifications.cyber_essentials_plus]
certificate = "a1b2c3d4"
expires = 2027-03-02

[[member]]
name = "Jo Field"
email = "jo@sunrise.example"
role = "administrator"
signing_key = "ssh-ed25519 AAAA"
left = 2026-04-30

[[site]]
ods_code = "VABCD"
name = "Sunrise House"
cqc_location_id = "1-123456789"
opened = 2020-01-01
closed = 2026-12-31
shares = { it = false }
excluded = "Own IT until March 2027"
confirmed = 2026-01-02
confirmed_by = "Ann Lee"

[[lint.ignore]]
rule = "placeholder-text"
item = "1.3.1"
file = "assessments/2025-26.toml"
reason = "Wording agreed with the council"
until = 2026-09-30
"#;

const ANSWERS: &str = r#"format = 1
standard = "dspt-asc"
edition = "2025-26"
aim = "approaching-standards"

[answers."3.2.1"]
tick = true
text = "All of them."
date = 2026-01-02
not_applicable = "Nobody works here."
count = { done = 50, of = 52, on = 2026-01-01 }
owner = "jo@sunrise.example"
reviewed = 2026-01-02
reviewed_by = "jo@sunrise.example"
comment = "Said in the comments box."
notes = "Said to ourselves."
carried_from = "2024-25"
from = { library = "training/3.2.1", digest = "sha256:00", until = 2026-12-31 }
evidence = [
  { file = "evidence/a.md", title = "A", approved = 2025-11-03, approved_by = "Board", review_by = 2026-11-03, sha256 = "00", private = false },
  { link = "https://sunrise.example/privacy" },
  { location = "Locked cabinet" },
]

[answers."1.1.5"]
text = "Jo Field."
"#;

const PLAN: &str = r#"format = 1
standard = "dspt-asc"
edition = "2025-26"
document = "evidence/our-plan.docx"

[actions."7.1.2"]
action = "Write a plan"
owner = "Jo Field"
target = 2026-12-31
status = "in-progress"
resources = "One day"
cost = "None"
progress = "Begun"
notes = "Nothing"
"#;

const TOOLKIT: &str = r#"format = 1

[[published]]
edition = "2023-24"
level = "entry-level"
date = 2024-06-12
seen = 2025-11-03
source = "public search"
record = "2023-24/001"
void = "typed for the wrong client"
"#;

const RECORD: &str = r#"format = 1
standard = "dspt-asc"
edition = "2025-26"
number = "001"
ods_code = "A1B2"
name = "Sunrise Care Ltd"
level = "standards-met"
date = 2026-05-01
reason = "A site was added"
previous = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
files = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
bank = { digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000", revision = 1, confirmed = 7, required = 45 }
publisher = { name = "Jo Field", email = "jo@sunrise.example", role = "administrator" }
profile = { nhsmail_only = "yes", confirmed = 2026-05-01 }
sites = { covered = ["VABCD"], excluded = { VXYZ1 = "Own IT until March 2027" } }
items = { met = 40, not_applicable = 5, exempt = 0, optional_met = 2 }
ignored = ["placeholder-text 1.3.1 until 2026-09-30"]
dspt = "0.1.0"
"#;

/// A step into a value: a key or an index.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

fn places(value: &toml::Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    found.push(path.clone());
    let steps: Vec<(Step, &toml::Value)> = match value {
        toml::Value::Table(table) => table.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        toml::Value::Array(values) => {
            values.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in steps {
        path.push(step);
        places(value, path, found);
        path.pop();
    }
}

fn at<'v>(value: &'v mut toml::Value, path: &[Step]) -> &'v mut toml::Value {
    path.iter().fold(value, |value, step| match (step, value) {
        (Step::Key(key), toml::Value::Table(table)) => table.get_mut(key).expect("a key"),
        (Step::Index(index), toml::Value::Array(values)) => &mut values[*index],
        _ => unreachable!("a place that was found"),
    })
}

/// Every file that differs from a full one in one place: a value of another type, a key left out, a key too many.
fn mutants(full: &str) -> Vec<toml::Value> {
    let full: toml::Value = toml::from_str::<toml::Table>(full).expect("a full file").into();
    let others: toml::Table = toml::from_str(
        r#"
        a = "text"
        b = ""
        c = 5
        d = -1
        e = 0.5
        f = 50.0
        g = true
        h = 2026-01-02
        i = 2026-01-02T10:00:00
        j = []
        k = ["x"]
        l = {}
        m = { x = 1 }
        n = "2026-01-02"
        o = 5_000_000_000
        p = "  "
        "#,
    )
    .expect("values");
    let mut found = Vec::new();
    places(&full, &mut Vec::new(), &mut found);
    let mut mutants = vec![full.clone()];
    for path in &found {
        let Some((last, parents)) = path.split_last() else { continue };
        for other in others.values() {
            let mut mutant = full.clone();
            *at(&mut mutant, path) = other.clone();
            mutants.push(mutant);
        }
        let mut without = full.clone();
        match (last, at(&mut without, parents)) {
            (Step::Key(key), toml::Value::Table(table)) => drop(table.remove(key)),
            (Step::Index(index), toml::Value::Array(values)) => drop(values.remove(*index)),
            _ => {}
        }
        mutants.push(without);
    }
    for path in &found {
        let mut more = full.clone();
        if let toml::Value::Table(table) = at(&mut more, path) {
            table.insert("not_a_key".to_owned(), "x".into());
            mutants.push(more);
        }
    }
    mutants
}

/// How the words of a YAML file are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Quoted,
    /// Without quotation marks, where that is possible.
    Plain,
    /// The word "text" is nothing at all.
    Missing,
}

/// A value in YAML's flow notation.
fn yaml(value: &toml::Value, words: Words) -> String {
    let is_word =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match value {
        toml::Value::Table(table) => {
            let entries: Vec<String> =
                table.iter().map(|(key, value)| format!("{}: {}", json!(key), yaml(value, words))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        toml::Value::Array(values) => {
            format!("[{}]", values.iter().map(|value| yaml(value, words)).collect::<Vec<_>>().join(", "))
        }
        toml::Value::String(text) if words == Words::Missing && text == "text" => "null".to_owned(),
        toml::Value::String(text) if words == Words::Plain && is_word(text) => text.clone(),
        toml::Value::String(text) => json!(text).to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        other => other.to_string(),
    }
}

/// Compares all files made from a full one, in the notations that the file may have.
fn compare_mutants(path: &str, full: &str, used: &mut BTreeSet<&'static str>) -> usize {
    let mut wrong = Vec::new();
    let mut compared = 0;
    let mut judge = |path: &str, text: String| {
        let mut tree = MemoryTree::default().with("organisation.toml", super::case::CLEAN_ORGANISATION);
        tree.files.insert(path.to_owned(), text.into_bytes());
        compared += compare(&tree, Some(path), used, &mut wrong);
    };
    for mutant in mutants(full) {
        judge(path, toml::to_string(&mutant).expect("TOML"));
        if path.starts_with("assessments/") || path.starts_with("action-plans/") {
            let path = path.replace(".toml", ".yaml");
            for words in [Words::Quoted, Words::Plain, Words::Missing] {
                judge(&path, yaml(&mutant, words));
            }
        }
    }
    assert_agreement(&wrong);
    compared
}

#[test]
fn changed_files_are_judged_alike() {
    let mut used = BTreeSet::new();
    for (path, full, least) in [
        ("organisation.toml", ORGANISATION, 800),
        ("assessments/2025-26.toml", ANSWERS, 2000),
        ("action-plans/2025-26.toml", PLAN, 600),
        ("publications/toolkit.toml", TOOLKIT, 100),
        ("publications/2025-26/001.toml", RECORD, 400),
    ] {
        let compared = compare_mutants(path, full, &mut used);
        assert!(compared >= least, "{path}: {compared} files");
    }
    // No reason is kept that nothing needs.
    assert_eq!(used.len(), 6, "{used:#?}");
}

#[test]
fn a_plan_of_another_edition_is_for_the_lint_to_find() {
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    let tree = MemoryTree::default().with("action-plans/2024-25.toml", PLAN);
    assert_eq!(compare(&tree, None, &mut used, &mut wrong), 1);
    assert_agreement(&wrong);
    assert_eq!(used.len(), 1, "{used:?}");
}

#[test]
fn changed_banks_are_judged_alike() {
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for full in [include_str!("../standards/mini-caf/4.0.toml"), include_str!("../standards/exempting/2025-26.toml")] {
        for mutant in mutants(full) {
            let document = Document::read_text(&toml::to_string(&mutant).expect("TOML"), Syntax::Toml);
            let decoded = decode::standard::decode_document(&document);
            let complaints: Vec<Complaint> = decoded
                .faults
                .into_iter()
                .map(|fault| Complaint {
                    rule: fault.rule,
                    message: fault.message,
                    help: fault.help.unwrap_or_default(),
                })
                .collect();
            wrong.extend(
                disagreement("bank", "bank", &document, &complaints, &mut used)
                    .map(|text| text.chars().take(400).collect()),
            );
        }
    }
    assert_agreement(&wrong);
    assert_eq!(used.len(), 4, "{used:#?}");
}

// What the schemas themselves promise.

#[test]
fn shipped_banks_are_accepted() {
    for bank in BANKS.iter() {
        let document = Document::read_text(&bank.text, Syntax::Toml);
        let value = to_json(&document, &document.root);
        let errors: Vec<String> = SCHEMAS["bank"]
            .full
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", bank.origin);
    }
}

#[test]
fn a_date_is_a_day_of_the_calendar_with_formats_checked_or_not() {
    let mut texts: Vec<String> = [
        "",
        "2026",
        "2026-1-02",
        "20260102",
        "2026-01-02T10:00",
        "2026-W01-1",
        "2026-001",
        "02/01/2026",
        "+2026-01-02",
        " 2026-01-02",
        "２026-01-02",
    ]
    .map(str::to_owned)
    .into();
    for year in ["0000", "1900", "2000", "2023", "2024", "2026", "2100", "2400", "9999"] {
        texts.extend((0..14).flat_map(|month| (0..33).map(move |day| format!("{year}-{month:02}-{day:02}"))));
    }
    let readings = &SCHEMAS["action-plan"];
    for text in texts {
        let document = Document::read_text(&format!("actions: {{ x: {{ target: \"{text}\" }} }}"), Syntax::Yaml);
        let is_day = decode::plan::decode(&document).faults.is_empty();
        let value = json!({ "actions": { "x": { "target": text } } });
        assert_eq!(readings.full.is_valid(&value), is_day, "{text}");
        assert!(readings.others.iter().all(|other| other.is_valid(&value) == is_day), "{text}");
    }
}

#[test]
fn every_item_of_an_edition_has_its_question_and_guidance() {
    for bank in BANKS.iter() {
        let standard = bank.standard().unwrap_or_else(|error| panic!("{error}"));
        let schema =
            schema::schema(&schema::answers_name(standard.id(), standard.edition()), &BANKS).expect("a schema");
        let items = schema["properties"]["answers"]["properties"].as_object().expect("items");
        let numbers: Vec<&str> = items.keys().map(String::as_str).collect();
        assert_eq!(numbers, standard.items.iter().map(|item| item.number.as_str()).collect::<Vec<_>>());
        for item in &standard.items {
            let shown = &items[&item.number];
            assert_eq!(shown["title"], item.shown());
            let about = shown["description"].as_str().expect("a description");
            assert!(item.guidance.as_ref().is_none_or(|guidance| about.contains(guidance)), "{}", item.number);
            let keys: Vec<&String> = shown["properties"].as_object().expect("keys").keys().collect();
            let first = match item.kind {
                ItemKind::Tick => "tick",
                ItemKind::Text => "text",
                ItemKind::Document => "evidence",
                ItemKind::Date => "date",
            };
            assert_eq!(keys[0], first, "{}", item.number);
            let mut keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
            let mut known = decode::answers::ANSWER_KEYS.to_vec();
            keys.sort_unstable();
            known.sort_unstable();
            assert_eq!(keys, known, "{}: every key of an answer is allowed", item.number);
        }
    }
}

#[test]
fn schemas_are_found_by_their_names_alone() {
    let names = schema::names(&BANKS);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    for name in &names {
        let schema = schema::schema(name, &BANKS).expect("a schema");
        assert_eq!(schema["$id"], format!("urn:dspt:schema:{name}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name} says what it is about");
        assert!(jsonschema::meta::is_valid(&schema), "{name} is a schema");
    }
    for name in ["", "answers", "answers-dspt-asc", "answers-dspt-asc-2019-20", "Bank"] {
        assert_eq!(schema::schema(name, &BANKS), None, "{name}");
    }
}

/// Keywords that draft 7 reads as later drafts do.
const KEYWORDS: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "type",
    "format",
    "pattern",
    "enum",
    "const",
    "minimum",
    "maximum",
    "minLength",
    "minItems",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
];

fn check_keywords(name: &str, schema: &Value) {
    let Value::Object(schema) = schema else { return };
    for (keyword, value) in schema {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{name}: {keyword} is not for every editor");
        let inner: Vec<&Value> = match (keyword.as_str(), value) {
            ("properties" | "$defs", Value::Object(inner)) => inner.values().collect(),
            ("allOf" | "anyOf" | "oneOf", Value::Array(inner)) => inner.iter().collect(),
            ("items" | "additionalProperties" | "if" | "then", inner) => vec![inner],
            _ => Vec::new(),
        };
        for inner in inner {
            check_keywords(name, inner);
        }
    }
    if schema.contains_key("$ref") {
        assert!(
            schema.keys().all(|key| matches!(key.as_str(), "$ref" | "title" | "description")),
            "{name}: only annotations stand beside $ref"
        );
    }
    if schema.get("type").is_some_and(|word| word == "object" || word == &json!(["object", "null"])) {
        assert!(schema.contains_key("additionalProperties"), "{name}: a table says which keys it may have");
    }
}

#[test]
fn schemas_keep_to_keywords_that_editors_know() {
    for name in schema::names(&BANKS) {
        check_keywords(&name, &schema::schema(&name, &BANKS).expect("a schema"));
    }
}

#[test]
fn what_a_command_writes_has_a_schema_from_its_type() {
    let schema = schema::output::<dspt::diagnostic::Summary>("lint");
    assert_eq!(schema["$id"], "urn:dspt:schema:output-lint");
    assert_eq!(schema["title"], "What `dspt lint --format json` writes");
    let export = schema::output::<dspt::diagnostic::Summary>("export");
    assert_eq!(export["title"], "What `dspt export --to json` writes");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let summary = dspt::diagnostic::Summary { error: 1, warning: 0, info: 2 };
    assert!(validator.is_valid(&serde_json::to_value(summary).expect("JSON")));
    assert!(!validator.is_valid(&json!({ "error": 1, "warning": 0 })));
}
