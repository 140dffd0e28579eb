//! Every generated file of the repository, written or checked.
//!
//! A test checks them all and names the command that writes them. To add a generated file, add a function to
//! `SOURCES`, or a line to `OUTPUTS` for the JSON of a command.

use crate::bank::Banks;
use crate::cli::{output, reference};
use crate::diagnostic::render::json::LintOutput;
use crate::export::diff::DiffReport;
use crate::export::plan::PlanReport;
use crate::export::report::StandingReport;
use crate::lint::rules::RULES;
use crate::lint::{Group, Rule};
use crate::schema;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// A file as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// From the repository's root, with `/`.
    pub path: String,
    pub content: String,
}

/// Directories that hold generated files and nothing else.
const OWNED: &[&str] = &["schemas"];

type Source = fn(&Banks) -> Vec<Generated>;

const SOURCES: &[Source] = &[command_line, schemas, outputs, rules, shipped];

type Describe = fn(&str) -> Value;

/// What commands write as JSON: the command's name and its schema, made from the type it writes. A line is
/// `("lint", schema::output::<cli::lint::Output>)`.
const OUTPUTS: &[(&str, Describe)] = &[
    ("answer", schema::output::<output::AnswerOutput>),
    ("calendar", schema::output::<output::CalendarOutput>),
    ("checklist", schema::output::<output::ChecklistOutput>),
    ("diff", schema::output::<DiffReport>),
    ("explain", schema::output::<output::ExplainOutput>),
    ("export", schema::output::<StandingReport>),
    ("history", schema::output::<output::HistoryOfItemOutput>),
    ("import", schema::output::<output::ImportOutput>),
    ("lint", schema::output::<LintOutput>),
    ("organisation", schema::output::<output::OrganisationOutput>),
    ("plan", schema::output::<PlanReport>),
    ("plan-check", schema::output::<output::PlanCheckOutput>),
    ("plan-import", schema::output::<output::PlanImportOutput>),
    ("portfolio-due", schema::output::<output::PortfolioDueOutput>),
    ("portfolio-reconcile", schema::output::<output::PortfolioReconcileOutput>),
    ("portfolio-rollover", schema::output::<output::PortfolioRolloverOutput>),
    ("portfolio-status", schema::output::<output::PortfolioStatusOutput>),
    ("publications", schema::output::<output::PublicationsOutput>),
    ("publish", schema::output::<output::PublishOutput>),
    ("questions", schema::output::<output::QuestionsOutput>),
    ("reassign", schema::output::<output::ReassignOutput>),
    ("rollover", schema::output::<output::RolloverOutput>),
    ("sites", schema::output::<output::SitesOutput>),
    ("sites-check", schema::output::<output::SitesCheckOutput>),
    ("sites-import", schema::output::<output::SitesImportOutput>),
    ("standards", schema::output::<output::StandardsOutput>),
    ("standards-check", schema::output::<output::CheckOutput>),
    ("standards-compare", schema::output::<output::StandardsCompareOutput>),
    ("standards-diff", schema::output::<output::StandardsDiffOutput>),
    ("status", schema::output::<output::StatusOutput>),
    ("verify", schema::output::<output::VerifyOutput>),
];

/// All generated files, for the banks that the program ships.
pub fn files(banks: &Banks) -> Vec<Generated> {
    let mut files: Vec<Generated> = SOURCES.iter().flat_map(|source| source(banks)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// What is not as it must be below a repository's root, one line each.
pub fn stale(root: &Path, banks: &Banks) -> Vec<String> {
    let files = files(banks);
    let mut stale: Vec<String> = files
        .iter()
        .filter_map(|file| match fs::read_to_string(root.join(&file.path)) {
            Ok(found) if found == file.content => None,
            Ok(found) => Some(format!("{} differs at line {}", file.path, first_difference(&found, &file.content))),
            Err(_) => Some(format!("{} is missing", file.path)),
        })
        .collect();
    stale.extend(left_over(root, &files).into_iter().map(|path| format!("{path} is generated no longer")));
    stale
}

/// Writes what is not as it must be and takes away what is generated no longer; the paths touched.
pub fn write(root: &Path, banks: &Banks) -> io::Result<Vec<String>> {
    let files = files(banks);
    let mut touched = Vec::new();
    for file in &files {
        let path = root.join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|found| found == file.content) {
            continue;
        }
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, &file.content)?;
        touched.push(file.path.clone());
    }
    for path in left_over(root, &files) {
        fs::remove_file(root.join(&path))?;
        touched.push(path);
    }
    Ok(touched)
}

fn first_difference(found: &str, wanted: &str) -> usize {
    1 + found.lines().zip(wanted.lines()).take_while(|(found, wanted)| found == wanted).count()
}

fn left_over(root: &Path, files: &[Generated]) -> Vec<String> {
    let mut left = Vec::new();
    let mut directories: Vec<String> = OWNED.iter().map(|owned| (*owned).to_owned()).collect();
    while let Some(directory) = directories.pop() {
        let entries = fs::read_dir(root.join(&directory)).into_iter().flatten().flatten();
        for entry in entries {
            let path = format!("{directory}/{}", entry.file_name().display());
            if entry.path().is_dir() {
                directories.push(path);
            } else if !files.iter().any(|file| file.path == path) {
                left.push(path);
            }
        }
    }
    left.sort();
    left
}

/// The reference of the command line.
fn command_line(_: &Banks) -> Vec<Generated> {
    vec![Generated { path: "docs/cli.md".to_owned(), content: reference::markdown() }]
}

fn schemas(banks: &Banks) -> Vec<Generated> {
    let made = schema::names(banks).into_iter().filter_map(|name| {
        let schema = schema::schema(&name, banks)?;
        Some(Generated { path: format!("schemas/{name}.schema.json"), content: document(&schema) })
    });
    made.collect()
}

fn outputs(_: &Banks) -> Vec<Generated> {
    let made = OUTPUTS.iter().map(|(command, make)| Generated {
        path: format!("schemas/output/{command}.schema.json"),
        content: document(&make(command)),
    });
    made.collect()
}

fn document(schema: &Value) -> String {
    let mut text = String::new();
    json(schema, 0, &mut text);
    text.push('\n');
    text
}

/// JSON for people: what fits into a line stands in one, but for the tables that list properties.
fn json(value: &Value, depth: usize, out: &mut String) {
    const WIDTH: usize = 110;
    let line = in_line(value);
    let (open, close, entries): (_, _, Vec<(String, &Value)>) = match value {
        Value::Object(map) => {
            ('{', '}', map.iter().map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value)).collect())
        }
        Value::Array(values) => ('[', ']', values.iter().map(|value| (String::new(), value)).collect()),
        _ => return out.push_str(&line),
    };
    if entries.is_empty() || (line.chars().count() + 2 * depth <= WIDTH && !line.contains("\"properties\":")) {
        return out.push_str(&line);
    }
    let indent = "  ".repeat(depth);
    let _ = writeln!(out, "{open}");
    for (index, (key, value)) in entries.iter().enumerate() {
        let _ = write!(out, "{indent}  {key}");
        json(value, depth + 1, out);
        out.push_str(if index + 1 < entries.len() { ",\n" } else { "\n" });
    }
    let _ = write!(out, "{indent}{close}");
}

fn in_line(value: &Value) -> String {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let entries: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), in_line(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(in_line).collect::<Vec<_>>().join(", ")),
        _ => value.to_string(),
    }
}

/// The digests of all banks that ever shipped: the lists as they are, with the banks of today added at the end.
fn shipped(banks: &Banks) -> Vec<Generated> {
    let lists = crate::bank::ever_shipped().map(|(standard, known)| {
        let mut content = known.to_owned();
        for bank in banks.iter().filter(|bank| bank.shipped && bank.head.standard == standard) {
            let (edition, digest) = (&bank.head.edition, format!("{:x}", Sha256::digest(bank.text.as_bytes())));
            if !crate::bank::was_shipped(standard, edition, &digest) {
                let _ = writeln!(content, "{digest}  {edition} revision {}", bank.head.revision);
            }
        }
        Generated { path: format!("standards/{standard}/shipped.txt"), content }
    });
    lists.collect()
}

/// The rule reference.
fn rules(_: &Banks) -> Vec<Generated> {
    let mut text = String::from(
        "<!-- Generated from src/lint/rules/: edit the pages there. -->\n\n# Rules\n\n\
         What `dspt lint` looks for. A rule's name is its anchor here and what `[[lint.ignore]]` takes; \
         `dspt explain RULE` shows its page. An **error** is something written that is wrong, a **warning** something \
         that a person must look at, an **info** something worth knowing.\n",
    );
    let groups: Vec<(Group, Vec<&Rule>)> = Group::ALL
        .into_iter()
        .map(|group| (group, RULES.iter().copied().filter(|rule| rule.group == group).collect()))
        .filter(|(_, rules): &(Group, Vec<&Rule>)| !rules.is_empty())
        .collect();
    for (group, rules) in &groups {
        let _ = writeln!(text, "\n## Group *{}*\n\n| rule | severity | finds |\n|---|---|---|", group.word());
        for rule in rules {
            let _ = writeln!(
                text,
                "| [{0}](#{0}) | {1} | {2} |",
                rule.name,
                rule.severity.word(),
                rule.summary.replace('|', "\\|")
            );
        }
        for rule in rules {
            let _ = write!(
                text,
                "\n### {}\n\n*{}, group {}*\n{}",
                rule.name,
                rule.severity.word(),
                group.word(),
                below_title(rule.page)
            );
        }
    }
    vec![Generated { path: "docs/rules.md".to_owned(), content: text }]
}

/// A page without its title, its headings two levels lower; what stands in fences is left alone.
fn below_title(page: &str) -> String {
    let mut text = String::new();
    let mut fenced = false;
    let mut titled = false;
    for line in page.trim_end().lines() {
        fenced ^= line.starts_with("```");
        if fenced || !line.starts_with('#') {
            let _ = writeln!(text, "{line}");
        } else if titled {
            let _ = writeln!(text, "##{line}");
        } else {
            titled = true;
        }
    }
    text
}
