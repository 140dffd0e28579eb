//! The files of an edition that others were rolled over into, as text: the look of [`super::fresh`], filled in.
//!
//! What is written is read again by whoever writes it to disk and compared with what was meant ([`reads_back`]).

use super::fresh::{SCHEMAS, answers_schema};
use crate::decode;
use crate::model::{Action, ActionPlan, Answer, Answers, Evidence, Item, Standard};
use crate::source::edit::{self, Literal};
use crate::source::{Document, Syntax};
use crate::tree::Tree;
use std::fmt::Write as _;

/// Columns of comments.
const WIDTH: usize = 98;

/// One item of the new file.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub item: &'a Item,
    pub answer: Answer,
    /// What to say above it besides its question, one comment each.
    pub remarks: Vec<String>,
    /// What has no place in the answer any more, kept as comments in the keys of the file.
    pub left: Answer,
}

/// A whole answers file, in the standard's order section by section, optional items last.
#[derive(Debug, Clone)]
pub struct AnswersFile<'a> {
    pub standard: &'a Standard,
    pub syntax: Syntax,
    pub aim: Option<&'a str>,
    /// Below the title, one comment each.
    pub head: Vec<String>,
    /// In the order of the standard's items.
    pub entries: Vec<Entry<'a>>,
    /// At the end, one comment each; the first is their heading.
    pub tail: Vec<String>,
}

impl AnswersFile<'_> {
    pub fn text(&self) -> String {
        let standard = self.standard;
        let schema = format!("../{SCHEMAS}/{}", answers_schema(standard));
        let mut out = match self.syntax {
            Syntax::Toml => format!("#:schema {schema}\n"),
            Syntax::Yaml => format!("# yaml-language-server: $schema={schema}\n"),
        };
        let title = format!("{} {}", standard.head.title, standard.edition());
        for text in std::iter::once(&title).chain(&self.head).chain(&standard.head.notice) {
            comment(&mut out, text, 0);
        }
        out.push('\n');
        let mut head = vec![("standard", standard.id()), ("edition", standard.edition())];
        head.extend(self.aim.map(|aim| ("aim", aim)));
        for (key, value) in head {
            out.push_str(&edit::line(self.syntax, key, &Literal::Text(value.to_owned()), 0));
        }
        let indent = match self.syntax {
            Syntax::Toml => 0,
            Syntax::Yaml => 2,
        };
        if self.syntax == Syntax::Yaml && !self.entries.is_empty() {
            out.push_str("\nanswers:\n");
        }
        for (at, section) in standard.sections.iter().enumerate() {
            let members: Vec<&Entry<'_>> = self.entries.iter().filter(|entry| entry.item.section == at).collect();
            if members.is_empty() {
                continue;
            }
            out.push('\n');
            comment(&mut out, &format!("---- {section} ----"), indent);
            let (asked, optional): (Vec<_>, Vec<_>) = members
                .into_iter()
                .partition(|entry| (0..standard.levels.len()).any(|level| standard.asks(level, entry.item)));
            for entry in asked.into_iter().chain(optional) {
                self.entry(&mut out, entry, indent);
            }
        }
        if !self.tail.is_empty() {
            out.push('\n');
            for text in &self.tail {
                comment(&mut out, text, 0);
            }
        }
        out
    }

    fn entry(&self, out: &mut String, entry: &Entry<'_>, indent: usize) {
        let (standard, item) = (self.standard, entry.item);
        let labels: Vec<&str> = standard
            .levels
            .iter()
            .filter(|level| item.is_required_for(&level.id))
            .map(|level| level.label.as_str())
            .collect();
        let needed = if labels.is_empty() { "optional".to_owned() } else { labels.join(", ") };
        out.push('\n');
        comment(out, &format!("{} {}", item.number, item.shown()), indent);
        comment(out, &format!("[{}; {needed}]", item.kind.word()), indent);
        for remark in &entry.remarks {
            comment(out, remark, indent);
        }
        let left = literals(&entry.left);
        for (key, literal) in &left {
            commented(out, &edit::line(self.syntax, key, literal, 0), indent);
        }
        let said = literals(&entry.answer);
        match self.syntax {
            Syntax::Toml => {
                let _ = writeln!(out, "[answers.{}]", quoted(&item.number));
                for (key, literal) in &said {
                    out.push_str(&edit::line(self.syntax, key, literal, 0));
                }
            }
            Syntax::Yaml if said.is_empty() => {
                let _ = writeln!(out, "  {}: {{}}", quoted(&item.number));
            }
            Syntax::Yaml => {
                let _ = writeln!(out, "  {}:", quoted(&item.number));
                for (key, literal) in &said {
                    out.push_str(&edit::line(self.syntax, key, literal, 4));
                }
            }
        }
    }
}

/// A number as a key: always in quotation marks, as the files have it.
fn quoted(number: &str) -> String {
    edit::line(Syntax::Toml, "k", &Literal::Text(number.to_owned()), 0)["k = ".len()..].trim_end().to_owned()
}

/// An answer in the keys of its file, in the order that people read.
fn literals(answer: &Answer) -> Vec<(&'static str, Literal)> {
    let text = |text: &Option<String>| text.clone().map(Literal::Text);
    let lines = [
        ("tick", answer.tick.map(Literal::Flag)),
        ("text", text(&answer.text)),
        ("date", answer.date.map(Literal::Date)),
        (
            "count",
            answer.count.map(|count| {
                let mut entries =
                    vec![("done", Literal::Number(count.done.into())), ("of", Literal::Number(count.of.into()))];
                entries.extend(count.on.map(|day| ("on", Literal::Date(day))));
                Literal::Table(entries)
            }),
        ),
        ("evidence", answer.evidence.as_ref().map(|list| Literal::List(list.iter().map(document).collect()))),
        ("not_applicable", text(&answer.not_applicable)),
        ("comment", text(&answer.comment)),
        ("notes", text(&answer.notes)),
        ("owner", text(&answer.owner)),
        ("reviewed", answer.reviewed.map(Literal::Date)),
        ("reviewed_by", text(&answer.reviewed_by)),
        ("carried_from", text(&answer.carried_from)),
        (
            "from",
            answer.from.as_ref().map(|from| {
                let mut entries = vec![
                    ("library", Literal::Text(from.library.clone())),
                    ("digest", Literal::Text(from.digest.clone())),
                ];
                entries.extend(from.until.map(|day| ("until", Literal::Date(day))));
                Literal::Table(entries)
            }),
        ),
    ];
    lines.into_iter().filter_map(|(key, literal)| Some((key, literal?))).collect()
}

/// A document as it is written into a list.
pub fn document(evidence: &Evidence) -> Literal {
    let text = |text: &Option<String>| text.clone().map(Literal::Text);
    let entries = [
        ("file", text(&evidence.file)),
        ("link", text(&evidence.link)),
        ("location", text(&evidence.location)),
        ("title", text(&evidence.title)),
        ("approved", evidence.approved.map(Literal::Date)),
        ("approved_by", text(&evidence.approved_by)),
        ("review_by", evidence.review_by.map(Literal::Date)),
        ("sha256", text(&evidence.sha256)),
        ("private", evidence.private.map(Literal::Flag)),
    ];
    Literal::Table(entries.into_iter().filter_map(|(key, literal)| Some((key, literal?))).collect())
}

/// An action plan's file, in the standard's order.
pub fn plan_text(standard: &Standard, plan: &ActionPlan, head: &[String], syntax: Syntax) -> String {
    let schema = format!("../{SCHEMAS}/action-plan.schema.json");
    let mut out = match syntax {
        Syntax::Toml => format!("#:schema {schema}\n"),
        Syntax::Yaml => format!("# yaml-language-server: $schema={schema}\n"),
    };
    for text in head {
        comment(&mut out, text, 0);
    }
    for (key, value) in [("standard", &plan.standard), ("edition", &plan.edition)] {
        out.push_str(&edit::line(syntax, key, &Literal::Text(value.clone()), 0));
    }
    if syntax == Syntax::Yaml {
        out.push_str("\nactions:\n");
    }
    let planned = standard.items.iter().filter_map(|item| Some((item, plan.actions.get(&item.number)?)));
    for (item, action) in planned {
        let indent = if syntax == Syntax::Yaml { 2 } else { 0 };
        out.push('\n');
        comment(&mut out, &format!("{} {}", item.number, item.shown()), indent);
        let _ = match syntax {
            Syntax::Toml => writeln!(out, "[actions.{}]", quoted(&item.number)),
            Syntax::Yaml if actions(action).is_empty() => writeln!(out, "  {}: {{}}", quoted(&item.number)),
            Syntax::Yaml => writeln!(out, "  {}:", quoted(&item.number)),
        };
        for (key, literal) in actions(action) {
            out.push_str(&edit::line(syntax, key, &literal, indent * 2));
        }
    }
    out
}

fn actions(action: &Action) -> Vec<(&'static str, Literal)> {
    let text = |text: &Option<String>| text.clone().map(Literal::Text);
    let lines = [
        ("action", text(&action.action)),
        ("owner", text(&action.owner)),
        ("target", action.target.map(Literal::Date)),
        ("status", action.status.map(|status| Literal::Text(status.word().to_owned()))),
        ("resources", text(&action.resources)),
        ("cost", text(&action.cost)),
        ("progress", text(&action.progress)),
        ("notes", text(&action.notes)),
    ];
    lines.into_iter().filter_map(|(key, literal)| Some((key, literal?))).collect()
}

/// The editions that have an answers file, in rising order.
pub fn answered(tree: &dyn Tree) -> Vec<String> {
    // What cannot be listed is a problem of the workspace, which whoever opens it is told.
    let files = super::editions(tree, super::ASSESSMENTS).unwrap_or_default();
    let mut editions: Vec<String> = files.into_iter().map(|(edition, _)| edition).collect();
    editions.dedup();
    editions
}

/// Whether a text of answers, read as the program reads every file, says exactly what was meant.
pub fn reads_back(text: &str, syntax: Syntax, meant: &Answers) -> bool {
    let document = Document::read_text(text, syntax);
    let decoded = decode::answers::decode(&document);
    !document.damaged && document.faults.is_empty() && decoded.faults.is_empty() && decoded.value == *meant
}

/// The same for an action plan.
pub fn plan_reads_back(text: &str, syntax: Syntax, meant: &ActionPlan) -> bool {
    let document = Document::read_text(text, syntax);
    let decoded = decode::plan::decode(&document);
    !document.damaged && document.faults.is_empty() && decoded.faults.is_empty() && decoded.value == *meant
}

/// Prose as comment lines; nothing in it can end the comment.
fn comment(out: &mut String, text: &str, indent: usize) {
    let lead = format!("{}# ", " ".repeat(indent));
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || unfit(c)).filter(|word| !word.is_empty()).collect();
    let options = textwrap::Options::new(WIDTH).initial_indent(&lead).subsequent_indent(&lead).break_words(false);
    let _ = writeln!(out, "{}", textwrap::fill(&words.join(" "), options).trim_end());
}

/// Lines of a file as comment lines, to be put back by taking the marks away.
fn commented(out: &mut String, lines: &str, indent: usize) {
    for line in lines.lines() {
        let line: String =
            line.chars().map(|c| if c != '\t' && unfit(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
        let _ = writeln!(out, "{}# {line}", " ".repeat(indent));
    }
}

/// What may not stand in a comment of TOML or YAML, or ends it for some readers.
fn unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
