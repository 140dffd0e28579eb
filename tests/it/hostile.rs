//! Whatever stands in a workspace's files, there is a finding and never a panic.

use super::case::CLEAN_ORGANISATION;
use dspt::bank::Banks;
use dspt::diagnostic::Finding;
use dspt::diagnostic::render::{self, Findings, HumanStyle};
use dspt::lint::{self, Known, Setting};
use dspt::tree::{MemoryTree, WorkTree};
use dspt::workspace::{Scope, Workspace};
use jiff::civil::date;
use proptest::prelude::*;
use std::fs;
use std::sync::LazyLock;

static BANKS: LazyLock<Banks> = LazyLock::new(Banks::shipped);

const ANSWERS: &str = r#"standard = "dspt-asc"
edition = "2025-26"
aim = "approaching-standards"

[answers."1.1.5"]
text = "Jo Field, Registered Manager. Größe – 😀"
owner = "jo@sunrise.example"
reviewed = 2026-02-01

[answers."1.1.2"]
evidence = [
  { file = "evidence/iar.xlsx", approved = 2025-11-03, sha256 = "00" },
  { location = "Locked cabinet" },
]

[answers."3.2.1"]
tick = true
count = { done = 50, of = 52, on = 2026-05-01 }
"#;

const YAML: &str = "standard: dspt-asc\nedition: \"2025-26\"\nanswers:\n  \"1.1.5\":\n    text: |\n      Jo Field\n      and others\n    reviewed: 2026-02-01\n  \"2.1.1\": { tick: true }\n  \"1.1.2\":\n    evidence:\n      - location: \"Cabinet\"\n        approved: 2025-11-03\n";

/// Lints a tree and renders everything in every format: nothing of it may panic.
fn lint_all(tree: &MemoryTree) -> Vec<Finding> {
    let workspace = Workspace::load(tree, Scope::All);
    let setting = Setting { tree, banks: &BANKS, now: date(2026, 3, 2).into(), in_full: &[] };
    let result = lint::lint(&workspace, setting, Known::default()).expect("the shipped banks are sound");
    let findings = Findings { findings: &result.findings, workspace: &workspace, root: ".", secrets: &result.secrets };
    let human = render::human(findings, HumanStyle { width: 80, colour: true, unicode: true });
    let concise = render::concise(findings);
    assert_eq!(concise.lines().count(), result.findings.len());
    assert_eq!(human.is_empty(), result.findings.is_empty());
    serde_json::to_string(&render::json::findings(findings)).expect("findings are JSON");
    result.findings
}

fn mutate(text: &str, at: usize, drop: usize, insert: &[u8]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = at % (bytes.len() + 1);
    let end = (at + drop).min(bytes.len());
    bytes.splice(at..end, insert.iter().copied());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn lint_never_panics_on_arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0usize..6) {
        let path = ["organisation.toml", "assessments/2025-26.toml", "assessments/2025-26.yaml", "action-plans/2025-26.toml", "publications/toolkit.toml", "publications/2025-26/001.toml"][which];
        lint_all(&MemoryTree::default().with("organisation.toml", CLEAN_ORGANISATION).with(path, bytes));
    }

    #[test]
    fn lint_never_panics_on_damaged_files(at in any::<usize>(), drop in 0usize..12, insert in proptest::collection::vec(any::<u8>(), 0..12), which in 0usize..3) {
        let (path, text) = [("organisation.toml", CLEAN_ORGANISATION), ("assessments/2025-26.toml", ANSWERS), ("assessments/2025-26.yaml", YAML)][which];
        let tree = MemoryTree::default().with("organisation.toml", CLEAN_ORGANISATION);
        lint_all(&tree.with(path, mutate(text, at, drop, &insert)));
    }

    #[test]
    fn lint_never_panics_on_structured_noise(text in "(answers|\\[|\\]|\\{|\\}|=|:|\"|'|\\.|,|-|#|\n| |\t|1\\.1\\.5|tick|true|null|&a|\\*a|<<|\\||>|é|😀|\r\n){0,80}", yaml in any::<bool>()) {
        let path = if yaml { "assessments/2025-26.yaml" } else { "assessments/2025-26.toml" };
        lint_all(&MemoryTree::default().with("organisation.toml", CLEAN_ORGANISATION).with(path, text));
    }
}

/// Lints one hostile file beside a sound organisation. Sizes are such that what costs more than linear time would not
/// end while anybody waits.
fn lint_hostile(path: &str, bytes: Vec<u8>) -> Vec<Finding> {
    lint_all(&MemoryTree::default().with("organisation.toml", CLEAN_ORGANISATION).with(path, bytes))
}

#[test]
fn hostile_files_are_findings() {
    let deep = |open: &str, close: &str| format!("x = {}1{}\n", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let bomb = {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, before) in
            [("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f"), ("h", "g"), ("i", "h")]
        {
            text.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
        }
        text.into_bytes()
    };
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("answers: {}\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("assessments/2025-26.toml", vec![b'x'; 5 * 1024 * 1024], "file-too-large"),
        ("assessments/2025-26.toml", vec![b'x'; 4 * 1024 * 1024], "syntax-error"),
        ("assessments/2025-26.toml", deep("[", "]"), "too-deep"),
        ("assessments/2025-26.toml", deep("{ a = ", " }"), "too-deep"),
        ("assessments/2025-26.toml", format!("{} = 1\n", vec!["a"; 10_000].join(".")).into_bytes(), "too-deep"),
        ("assessments/2025-26.toml", format!("[{}]\n", vec!["a"; 10_000].join(".")).into_bytes(), "too-deep"),
        ("assessments/2025-26.yaml", format!("x: {}\n", "[".repeat(10_000)).into_bytes(), "too-deep"),
        (
            "assessments/2025-26.yaml",
            (0..10_000)
                .map(|depth| format!("{}a:\n", " ".repeat(depth % 60 + depth / 60)))
                .collect::<String>()
                .into_bytes(),
            "too-deep",
        ),
        ("assessments/2025-26.yaml", bomb, "alias-expansion"),
        ("assessments/2025-26.yaml", utf16.clone(), "not-utf-8"),
        ("assessments/2025-26.toml", utf16, "not-utf-8"),
        ("assessments/2025-26.toml", b"standard = \"a\0b\"\n".to_vec(), "syntax-error"),
        ("assessments/2025-26.toml", b"a = 1\na = 2\n".to_vec(), "duplicate-key"),
        ("assessments/2025-26.yaml", b"a: 1\na: 2\n".to_vec(), "duplicate-key"),
    ];
    for (path, bytes, rule) in cases {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        let findings = lint_hostile(path, bytes);
        assert!(
            findings.iter().any(|finding| finding.rule == rule && finding.place.file == path),
            "{path} {head:?}: no {rule} in {findings:#?}"
        );
    }
}

#[test]
fn many_faults_cost_linear_time() {
    let keys: String = (0..100_000).map(|at| format!("k{at} = {at}\n")).collect();
    lint_hostile("assessments/2025-26.toml", keys.into_bytes());
    let headers: String = (0..80_000).map(|at| format!("[answers.\"9.9.{at}\"]\ntick = true\n")).collect();
    lint_hostile("assessments/2025-26.toml", headers.into_bytes());
    let errors: String = (0..100_000).map(|_| "x = = 1\n").collect();
    lint_hostile("assessments/2025-26.toml", errors.into_bytes());
    let yaml: String = (0..50_000).map(|at| format!("k{at}: \"open\n")).collect();
    lint_hostile("assessments/2025-26.yaml", yaml.into_bytes());
    let answers: String = (0..80_000).map(|at| format!("  \"9.9.{at}\": {{ tick: true }}\n")).collect();
    lint_hostile("assessments/2025-26.yaml", format!("answers:\n{answers}").into_bytes());
}

#[test]
fn odd_things_in_the_place_of_files_are_findings() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let rules = |root: &std::path::Path| -> Vec<String> {
        let tree = WorkTree::new(root);
        let workspace = Workspace::load(&tree, Scope::All);
        let setting = Setting { tree: &tree, banks: &BANKS, now: date(2026, 3, 2).into(), in_full: &[] };
        let result = lint::lint(&workspace, setting, Known::default()).unwrap();
        result
            .findings
            .iter()
            .filter(|finding| finding.rule != "unanswered")
            .map(|finding| format!("{} {}", finding.place.file, finding.rule))
            .collect()
    };
    fs::create_dir_all(root.join("assessments/2025-26.toml")).unwrap();
    fs::write(root.join("organisation.toml"), CLEAN_ORGANISATION).unwrap();
    assert_eq!(rules(root), ["assessments/2025-26.toml unreadable"]);
    fs::remove_dir(root.join("assessments/2025-26.toml")).unwrap();

    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("/nowhere/at/all", root.join("assessments/2025-26.toml")).unwrap();
        assert_eq!(rules(root), ["assessments/2025-26.toml unreadable"]);
        fs::remove_file(root.join("assessments/2025-26.toml")).unwrap();

        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("answers.toml"), ANSWERS).unwrap();
        symlink(outside.path().join("answers.toml"), root.join("assessments/2025-26.toml")).unwrap();
        assert_eq!(rules(root), ["assessments/2025-26.toml path-escapes-workspace"]);
        fs::remove_file(root.join("assessments/2025-26.toml")).unwrap();

        symlink(root.join("assessments/2025-26.toml"), root.join("assessments/2025-26.toml")).unwrap();
        assert_eq!(rules(root).len(), 1, "a link to itself");
        fs::remove_file(root.join("assessments/2025-26.toml")).unwrap();

        fs::remove_file(root.join("organisation.toml")).unwrap();
        fs::create_dir(root.join("organisation.toml")).unwrap();
        assert!(rules(root).contains(&"organisation.toml unreadable".to_owned()));
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_out_of_the_workspace() {
    let directory = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("assessments")).unwrap();
    fs::write(root.join("organisation.toml"), CLEAN_ORGANISATION).unwrap();
    fs::write(root.join("assessments/2025-26.toml"), ANSWERS).unwrap();
    for (link, arguments) in [("action-plans", ["plan", "generate", ""]), ("out", ["plan", "show", "--format=xlsx"])] {
        std::os::unix::fs::symlink(outside.path(), root.join(link)).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(root)
            .args(arguments.iter().filter(|argument| !argument.is_empty()))
            .args(["--as-of", "2026-03-02"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{link}: {said}");
        assert!(said.contains("symbolic link"), "{link}: {said}");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "{link}");
        fs::remove_file(root.join(link)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_listed_is_a_finding() {
    let place = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(place.path().join("organisation.toml"), CLEAN_ORGANISATION).unwrap();
    fs::write(elsewhere.path().join("2025-26.toml"), ANSWERS).unwrap();
    for directory in ["assessments", "action-plans", "publications"] {
        std::os::unix::fs::symlink(elsewhere.path(), place.path().join(directory)).unwrap();
    }
    let workspace = Workspace::load(&WorkTree::new(place.path()), Scope::All);
    let told: Vec<(&str, &str)> =
        workspace.problems.iter().map(|problem| (problem.path.as_str(), problem.rule)).collect();
    for directory in ["assessments", "action-plans", "publications"] {
        assert!(told.contains(&(directory, "path-escapes-workspace")), "{directory}: {told:?}");
    }
    assert!(workspace.answers.is_empty());
}
