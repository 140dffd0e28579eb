//! Cases in Markdown: fenced blocks that are the files of a workspace, and what is expected of them.

use dspt::bank::Banks;
use dspt::diagnostic::Finding;
use dspt::ledger::{listing, record};
use dspt::library::Libraries;
use dspt::lint::{self, Changed, Known, Ledger, Published, Setting, fix};
use dspt::source::{Document, Syntax};
use dspt::tree::MemoryTree;
use dspt::workspace::{File, Scope, Workspace};
use jiff::civil::{Date, DateTime, date};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub const CLEAN_ORGANISATION: &str = r#"[organisation]
ods_code = "A1B2"
name = "Sunrise Care Ltd"
sector = "social-care"

[profile]
nhsmail_only = "yes"
confirmed = 2026-01-10

[roles.information_governance_lead]
name = "Jo Field"
email = "jo@sunrise.example"

[roles.caldicott_guardian]
name = "Jo Field"
email = "jo@sunrise.example"

[roles.senior_information_risk_owner]
name = "Jo Field"
email = "jo@sunrise.example"

[roles.data_protection_officer]
name = "Jo Field"
email = "jo@sunrise.example"

[[member]]
name = "Jo Field"
email = "jo@sunrise.example"
role = "administrator"
"#;

/// What a case's Markdown says.
#[derive(Debug)]
pub struct Case {
    pub tree: MemoryTree,
    /// Files as git holds them from the publication on.
    pub committed: MemoryTree,
    /// Files that git tracks; none outside git.
    pub tracked: Option<BTreeSet<String>>,
    pub after: Vec<(String, Vec<u8>)>,
    pub args: Vec<String>,
    pub day: DateTime,
    pub expected: Vec<String>,
}

impl Case {
    pub fn read(markdown: &str) -> Self {
        let mut case = Self {
            tree: MemoryTree::default(),
            committed: MemoryTree::default(),
            tracked: None,
            after: Vec::new(),
            args: Vec::new(),
            day: date(2026, 1, 15).into(),
            expected: Vec::new(),
        };
        let mut lines = markdown.lines();
        while let Some(line) = lines.next() {
            if let Some(day) = line.strip_prefix("as of ") {
                let day = day.trim();
                case.day = day.parse::<Date>().map_or_else(|_| day.parse().expect("a day"), DateTime::from);
            }
            let Some(info) = line.strip_prefix("```") else { continue };
            let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            let words: Vec<&str> = info.split_whitespace().collect();
            match words.as_slice() {
                ["findings"] => {
                    case.expected =
                        body.iter().map(|line| (*line).to_owned()).filter(|line| !line.is_empty()).collect();
                }
                ["args"] => case.args = body.concat().split_whitespace().map(str::to_owned).collect(),
                [_, path, flags @ ..] => {
                    let bytes = encode(&body, flags);
                    if flags.contains(&"after") {
                        case.after.push(((*path).to_owned(), bytes));
                    } else if flags.contains(&"committed") {
                        case.tracked.get_or_insert_default();
                        case.committed.files.insert((*path).to_owned(), bytes);
                    } else {
                        if flags.contains(&"tracked") {
                            case.tracked.get_or_insert_default().insert((*path).to_owned());
                        } else if flags.contains(&"untracked") {
                            case.tracked.get_or_insert_default();
                        }
                        case.tree.files.insert((*path).to_owned(), bytes);
                    }
                }
                _ => {}
            }
        }
        if !case.tree.files.contains_key("organisation.toml") {
            case.tree = case.tree.with("organisation.toml", CLEAN_ORGANISATION);
        }
        case
    }

    /// What git is said to know.
    fn ledger(&self, tree: &MemoryTree) -> Ledger {
        let names = listing::names(&self.committed);
        let published = names.iter().filter_map(|(edition, number)| {
            let found = listing::find(&self.committed, edition, number)?;
            Some(Published {
                edition: edition.clone(),
                number: number.clone(),
                held_by: format!("the tag dspt/A1B2/{edition}/{number}"),
                digest: record::digest(&found.bytes),
                members: None,
            })
        });
        let changed = names.last().and_then(|(edition, number)| {
            let said = |tree| listing::said_at(tree, edition);
            let what = said(&self.committed)?.differences(&said(tree)?);
            Some(Changed { publication: format!("{edition}/{number}"), what })
        });
        Ledger {
            stored: BTreeMap::new(),
            shallow: false,
            tracked: self.tracked.clone(),
            published: published.collect(),
            toolkit: listing::toolkit(&self.committed),
            changed,
        }
    }

    pub fn lint(&self, tree: &MemoryTree) -> (Workspace, Vec<Finding>) {
        let mut workspace = Workspace::load(tree, Scope::All);
        let shared =
            tree.files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix("answers-library/")?, bytes)));
        let shared = MemoryTree { files: shared.map(|(path, bytes)| (path.to_owned(), bytes.clone())).collect() };
        if !shared.files.is_empty() {
            workspace.libraries = Some(Arc::new(Libraries::load(&shared)));
        }
        let mut paths = Vec::new();
        let mut args = self.args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--edition" => workspace.edition = args.next().cloned(),
                "--fix" => {}
                path => paths.push(path.to_owned()),
            }
        }
        let in_full: Vec<String> = workspace
            .answers
            .iter()
            .filter(|answers| paths.contains(&workspace.file(answers.file).path))
            .map(|answers| answers.edition.clone())
            .collect();
        let mut banks = Banks::shipped();
        if let Some((_, organisation)) = &workspace.organisation {
            assert_eq!(banks.add_from(tree, &organisation.value.standards), []);
        }
        let setting = Setting { tree, banks: &banks, now: self.day, in_full: &in_full };
        let ledger = self.ledger(tree);
        let known = Known { ledger: Some(&ledger), beside: None };
        let result = lint::lint(&workspace, setting, known).expect("the banks are sound");
        let mut findings = result.findings;
        // What a portfolio's lint says of the shared answers themselves.
        let mut libraries = Workspace::default();
        for library in workspace.libraries.iter().flat_map(|libraries| &libraries.files) {
            let document = Document::read(tree.files[&library.path].clone(), Syntax::Toml);
            libraries.files.push(File { path: library.path.clone(), document, faults: library.unusable(&banks) });
        }
        findings.extend(lint::unreadable(&libraries).findings);
        if !paths.is_empty() {
            findings.retain(|finding| paths.contains(&finding.place.file));
        }
        (workspace, findings)
    }

    /// The findings of the case, and the tree as `--fix` leaves it.
    pub fn run(&self) -> (Vec<Finding>, MemoryTree) {
        let mut tree = self.tree.clone();
        let (mut workspace, mut findings) = self.lint(&tree);
        if self.args.iter().any(|arg| arg == "--fix") {
            for _ in 0..8 {
                let fixed = fix::fix(&workspace, &findings);
                if fixed.is_empty() {
                    break;
                }
                for file in fixed {
                    tree.files.insert(file.path, file.bytes);
                }
                (workspace, findings) = self.lint(&tree);
            }
        }
        (findings, tree)
    }
}

fn encode(body: &[&str], flags: &[&str]) -> Vec<u8> {
    let end = if flags.contains(&"crlf") { "\r\n" } else { "\n" };
    let mut text: String = body.iter().flat_map(|line| [*line, end]).collect();
    if flags.contains(&"no-final-newline") {
        text.truncate(text.len() - end.len());
    }
    if flags.contains(&"latin1") {
        return text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Latin-1 character")).collect();
    }
    if flags.contains(&"utf-16") {
        return [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    }
    let mut bytes = if flags.contains(&"bom") { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// `file:line:column: severity[rule]`
pub fn concise(finding: &Finding) -> String {
    let place = &finding.place;
    format!("{}:{}:{}: {}[{}]", place.file, place.start.line, place.start.column, finding.severity.word(), finding.rule)
}
