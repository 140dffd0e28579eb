//! For the terminal: what needs looking at first, what stayed the same as numbers.

use super::{DiffItem, DiffReport, Difference, Evidence, GROUPS, QUIET};
use crate::export::text::{one_line, shortened, terminal};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GONE: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const LOOK: Style = AnsiColor::Yellow.on_default();

/// Longer texts are shortened: the files, and the other formats, have them in full.
const LONGEST: usize = 1_200;
/// The column that texts begin in below a heading.
const INDENT: usize = 4;

/// How the comparison is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: usize,
    /// Whether styles are written; words gone and added are marked by signs as well.
    pub styled: bool,
    /// Whether what stayed the same is listed by number as well.
    pub verbose: bool,
}

impl Look {
    fn paint(self, style: Style, text: &str) -> String {
        if self.styled { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn wrap(self, out: &mut String, text: &str, first: usize, rest: usize) {
        let (first, rest) = (" ".repeat(first), " ".repeat(rest));
        let options = textwrap::Options::new(self.width.max(40))
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        let _ = writeln!(out, "{}", textwrap::fill(text, options));
    }

    /// A label in a column of its own.
    fn labelled(self, out: &mut String, label: &str, text: &str) {
        self.wrap(out, &format!("{label:<10} {text}"), 0, 11);
    }
}

fn clean(text: &str) -> String {
    one_line(&terminal(text))
}

pub fn human(report: &DiffReport, look: Look) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", look.paint(STRONG, &clean(&report.title())));
    look.wrap(&mut out, &clean(&report.line()), 0, 0);
    out.push('\n');
    look.labelled(&mut out, "Level", &report.level_line());
    look.labelled(&mut out, "Questions", &report.items_line());
    look.labelled(&mut out, "Answers", &report.answers_line());
    signals(&mut out, report, look);
    questions(&mut out, report, look);
    for (word, title) in GROUPS {
        let items: Vec<&DiffItem> = report.of_change(word).collect();
        if items.is_empty() {
            continue;
        }
        heading(&mut out, title, items.len(), look);
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            answer(&mut out, item, look);
        }
    }
    quiet(&mut out, report, look);
    out.push('\n');
    for note in report.notes() {
        let mut text = String::new();
        look.wrap(&mut text, &clean(&note), 0, 0);
        let _ = writeln!(out, "{}", look.paint(FAINT, text.trim_end()));
    }
    out
}

fn heading(out: &mut String, title: &str, count: usize, look: Look) {
    let _ = writeln!(out, "\n{}", look.paint(STRONG, &format!("{title} ({count})")));
}

fn signals(out: &mut String, report: &DiffReport, look: Look) {
    if report.signals.is_empty() {
        return;
    }
    heading(out, "Worth a question", report.signals.len(), look);
    for signal in &report.signals {
        let text = format!("{} {}", look.paint(LOOK, &signal.signal), clean(&signal.message));
        look.wrap(out, &text, 2, INDENT);
        if !signal.numbers.is_empty() {
            look.wrap(out, &signal.numbers.join("  "), INDENT, INDENT);
        }
    }
}

fn questions(out: &mut String, report: &DiffReport, look: Look) {
    let items: Vec<&DiffItem> = report.changed_questions().collect();
    if items.is_empty() {
        return;
    }
    heading(out, "Questions that changed", items.len(), look);
    for item in items {
        let head = format!("{}  {}", look.paint(STRONG, &item.numbers()), item.question_words());
        look.wrap(out, &head, 2, INDENT);
        let text = match (&item.old_question, &item.new_question) {
            (Some(old), Some(new)) if item.reworded => reworded(old, new, look),
            _ => clean(item.question()),
        };
        look.wrap(out, &text, INDENT, INDENT);
    }
}

/// A text that says the same in other words, the words gone and added marked.
pub fn reworded(old: &str, new: &str, look: Look) -> String {
    let (old, new) = (Some(old.to_owned()), Some(new.to_owned()));
    runs(&Difference::of(&crate::compare::Difference { field: "text", old, new }), look)
}

fn answer(out: &mut String, item: &DiffItem, look: Look) {
    let question = shortened(&clean(item.question()), 2 * look.width).into_owned();
    look.wrap(out, &format!("{}  {question}", look.paint(STRONG, &item.numbers())), 2, INDENT);
    for part in parts(&item.said(), &item.evidence, look) {
        look.wrap(out, &part, INDENT, INDENT + 2);
    }
    let words = item.word_line();
    if !words.is_empty() {
        let mut text = String::new();
        look.wrap(&mut text, &clean(&words), INDENT, INDENT);
        let _ = writeln!(out, "{}", look.paint(FAINT, text.trim_end()));
    }
}

/// What differs in an answer, a line for each part of it and then for each document.
pub fn parts(differences: &[Difference], evidence: &Evidence, look: Look) -> Vec<String> {
    let said = differences.iter().map(|difference| format!("{}: {}", difference.title(), shown(difference, look)));
    let documents = evidence.documents().into_iter().map(|(word, label)| {
        let style = match word {
            "gone" => GONE,
            "added" => ADDED,
            _ => LOOK,
        };
        format!("Document {}: {}", look.paint(style, word), clean(label))
    });
    said.chain(documents).collect()
}

fn shown(difference: &Difference, look: Look) -> String {
    if !difference.runs.is_empty() {
        return runs(difference, look);
    }
    let text = |text: &str| shortened(&clean(text), LONGEST).into_owned();
    match (&difference.old, &difference.new) {
        (Some(old), Some(new)) => {
            format!("{} {}", mark(&text(old), "[-", "-]", GONE, look), mark(&text(new), "{+", "+}", ADDED, look))
        }
        (Some(old), None) => mark(&text(old), "[-", "-]", GONE, look),
        (None, Some(new)) => mark(&text(new), "{+", "+}", ADDED, look),
        (None, None) => String::new(),
    }
}

/// A text word by word. What is gone stands in `[- -]`, what is new in `{+ +}`.
fn runs(difference: &Difference, look: Look) -> String {
    let mut out = String::new();
    for run in &difference.runs {
        let text = clean(&run.text);
        let (before, after) = (run.text.starts_with(char::is_whitespace), run.text.ends_with(char::is_whitespace));
        let shown = match run.change.as_str() {
            _ if text.is_empty() => String::new(),
            "gone" => mark(&shortened(&text, LONGEST), "[-", "-]", GONE, look),
            "added" => mark(&shortened(&text, LONGEST), "{+", "+}", ADDED, look),
            _ => text,
        };
        // Two marks never run into each other.
        let gap = before || (out.ends_with(['}', ']', 'm']) && shown.starts_with(['{', '\u{1b}']));
        if gap && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        out.push_str(&shown);
        if after && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}

fn mark(text: &str, open: &str, close: &str, style: Style, look: Look) -> String {
    look.paint(style, &format!("{open}{text}{close}"))
}

/// What nobody has to look at: counted, and listed by number.
fn quiet(out: &mut String, report: &DiffReport, look: Look) {
    let carried: Vec<&str> = numbers(report.items.iter().filter(|item| item.carried));
    let mut lists: Vec<(&str, Vec<&str>)> = vec![("Carried over, not confirmed yet", carried)];
    for (word, title) in QUIET {
        let carried_too = |item: &&DiffItem| !(item.carried && *word == "unchanged");
        lists.push((title, numbers(report.of_change(word).filter(carried_too))));
    }
    for (title, numbers) in lists {
        if numbers.is_empty() {
            continue;
        }
        heading(out, title, numbers.len(), look);
        if look.verbose || title != "Unchanged" {
            look.wrap(out, &numbers.join("  "), 2, 2);
        }
    }
}

fn numbers<'a>(items: impl Iterator<Item = &'a DiffItem>) -> Vec<&'a str> {
    items.filter_map(|item| item.new_number.as_deref().or(item.old_number.as_deref())).collect()
}
