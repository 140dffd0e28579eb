//! Every rule is registered, named after its file, and documented by a page whose examples behave as it says.

use super::case::{Case, concise};
use dspt::lint::Rule;
use dspt::lint::rules::RULES;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// The files of rules with an ending, as (group, name). What the rules of a group share declares none.
fn files(ending: &str) -> BTreeSet<(String, String)> {
    let groups = sorted(&root().join("src/lint/rules")).into_iter().filter(|path| path.is_dir());
    groups
        .flat_map(|group| {
            let name = stem(&group);
            sorted(&group).into_iter().map(move |file| (name.clone(), file))
        })
        .filter(|(_, file)| file.extension().is_some_and(|extension| extension == ending))
        .filter(|(_, file)| ending != "rs" || fs::read_to_string(file).unwrap().contains("static RULE: Rule"))
        .map(|(group, file)| (group, stem(&file).replace('_', "-")))
        .collect()
}

fn registered() -> BTreeSet<(String, String)> {
    RULES.iter().map(|rule| (rule.group.word().to_owned(), rule.name.to_owned())).collect()
}

#[test]
fn every_rule_file_is_in_the_list_under_its_name_and_group() {
    assert_eq!(
        files("rs"),
        registered(),
        "a rule's file is named after it, lies in its group's folder and is in the list there"
    );
    assert_eq!(files("md"), registered(), "each rule has a page beside it, and each page a rule");
}

#[test]
fn names_are_kebab_case_and_stand_once() {
    let mut seen = BTreeSet::new();
    for rule in RULES.iter() {
        let kebab = rule.name.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        assert!(kebab, "{} is not in kebab case", rule.name);
        assert!(seen.insert(rule.name), "{} stands twice", rule.name);
    }
}

#[test]
fn summaries_are_one_plain_phrase() {
    let mut seen = BTreeSet::new();
    for rule in RULES.iter() {
        let summary = rule.summary;
        assert!(
            !summary.is_empty() && !summary.ends_with('.') && !summary.contains('\n'),
            "{}: {summary:?}",
            rule.name
        );
        // An abbreviation may begin it, such as YAML or TOML.
        let mut letters = summary.chars();
        let capital = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
        assert!(!capital, "{}: the summary begins like a sentence", rule.name);
        assert!(seen.insert(summary), "{}: two rules have this summary", rule.name);
    }
}

#[test]
fn every_folder_of_cases_is_about_a_rule() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    for folder in sorted(&root().join("tests/cases/lint")).into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(names.contains(&name.as_str()), "there is no rule called {name}");
    }
}

/// Rules whose page tells its examples in words, and why.
const TOLD_IN_WORDS: &[(&str, &str)] = &[
    ("file-too-large", "the file would fill the page"),
    ("alias-expansion", "the file would be hard to read"),
    ("too-deep", "the file would be hard to read"),
    ("unreadable", "it is not about what a file says"),
    ("history-not-here", "it is about the clone, not about what a file says"),
    ("publisher-not-administrator", "who was a member then stands in a commit"),
    ("other-client-named", "it takes two clients and a portfolio"),
    ("code-of-two-clients", "it takes two clients and a portfolio"),
    ("action-missing", "each open item is a finding, and an example has many"),
];

/// A page: what stands before the sections, and the sections with their bodies.
fn parts(page: &str) -> (String, Vec<(String, String)>) {
    let mut before = String::new();
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut fenced = false;
    for line in page.lines() {
        fenced ^= line.starts_with("```");
        match line.strip_prefix("## ") {
            Some(title) if !fenced => sections.push((title.to_owned(), String::new())),
            _ => {
                let body = sections.last_mut().map_or(&mut before, |(_, body)| body);
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    (before, sections)
}

/// What is wrong with a rule's page.
fn faults(rule: &Rule) -> Vec<String> {
    let mut faults = Vec::new();
    let (before, sections) = parts(rule.page);
    let title = format!("# {}", rule.name);
    let mut lines = before.lines().filter(|line| !line.is_empty());
    if lines.next() != Some(title.as_str()) || lines.next().is_none() || before.contains("```") {
        faults.push(format!("begins with `{title}` and what the rule finds"));
    }
    let titles: Vec<&str> = sections.iter().map(|(title, _)| title.as_str()).collect();
    if titles != ["Why", "Bad", "Good"] {
        faults.push(format!("has the sections Why, Bad, Good, not {titles:?}"));
        return faults;
    }
    let [(_, why), (_, bad), (_, good)] = sections.as_slice() else { return faults };
    if why.trim().is_empty() || why.contains("```") {
        faults.push("says why, in words".to_owned());
    }
    if TOLD_IN_WORDS.iter().any(|(name, _)| *name == rule.name) {
        let in_words = |body: &str| !body.trim().is_empty() && !body.contains("```findings");
        if !in_words(bad) || !in_words(good) {
            faults.push("tells in words what is bad and what is good".to_owned());
        }
        return faults;
    }
    let own = |line: &&String| line.ends_with(&format!("[{}]", rule.name));
    let case = Case::read(bad);
    let keep_unanswered = rule.name == "unanswered";
    let mut found: Vec<String> = case.run().0.iter().map(concise).collect();
    found.retain(|line| keep_unanswered || !line.ends_with("[unanswered]"));
    let mut expected = case.expected.clone();
    found.sort();
    expected.sort();
    if !expected.iter().any(|line| own(&line)) {
        faults.push("Bad lists a finding of the rule".to_owned());
    }
    if found != expected {
        faults.push(format!("Bad lists {expected:?}; found are {found:?}"));
    }
    if !good.contains("```") {
        faults.push("Good shows a file".to_owned());
    }
    let findings = Case::read(good).run().0;
    let still: Vec<String> = findings.iter().map(concise).filter(|line| own(&line)).collect();
    if !still.is_empty() {
        faults.push(format!("Good gives {still:?}"));
    }
    faults
}

#[test]
fn pages_are_complete_and_their_examples_behave_as_they_say() {
    let wrong: Vec<String> = RULES
        .iter()
        .map(|rule| (rule, faults(rule)))
        .filter(|(_, faults)| !faults.is_empty())
        .map(|(rule, faults)| format!("{}:\n    a page {}", rule.name, faults.join("\n    a page ")))
        .collect();
    assert!(wrong.is_empty(), "{} of {} pages:\n  {}", wrong.len(), RULES.len(), wrong.join("\n  "));
}
