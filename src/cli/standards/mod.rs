//! `dspt standards`: the question banks: listed, shown, checked, compared.

mod compare;

pub use compare::StandardsCompareOutput;

use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::style::{self, ATTENTION, BAD, GOOD, QUIET, STRONG, paint};
use crate::bank::Banks;
use crate::compare::{self as years, ItemChange, Pair, Piece};
use crate::diagnostic::render::one_line;
use crate::model::Standard;
use crate::model::period::in_words;
use crate::source::{Document, Syntax};
use clap::{Args, Subcommand};
use comfy_table::{Cell, CellAlignment};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Standards {
    #[command(subcommand)]
    command: Option<Command>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the editions with their counts and how sure they are
    List,
    /// Show one edition: its levels, sections and items
    Show {
        /// The edition, such as 2025-26
        #[arg(value_name = "EDITION")]
        shown: String,
    },
    /// Check a question bank that you wrote
    Check {
        /// The bank's file
        file: PathBuf,
    },
    /// Say what changed between two editions
    Diff {
        /// The older edition
        old: String,
        /// The newer edition
        new: String,
    },
    /// Hold an edition against the publisher's own workbook of evidence items
    Compare(compare::Compare),
}

/// What `standards --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StandardsOutput {
    pub standards: Vec<EditionOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct EditionOutput {
    pub standard: String,
    pub edition: String,
    pub title: String,
    /// The publisher's own number of this edition.
    pub version: Option<String>,
    /// dspt's revision of the bank.
    pub revision: u32,
    pub opens: Option<String>,
    pub deadline: String,
    /// All items in the bank.
    pub items: usize,
    /// Items that each level names, by the level's id.
    pub required: BTreeMap<String, usize>,
    /// Required items not resting on inferred data.
    pub confirmed: usize,
    /// `sha256:<hex>` of the bank.
    pub digest: String,
    /// Where the bank comes from.
    pub origin: String,
    pub notice: Option<String>,
}

/// What `standards diff --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StandardsDiffOutput {
    pub old: String,
    pub new: String,
    pub items: Vec<ItemChangeOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemChangeOutput {
    pub concept: String,
    pub old_number: Option<String>,
    pub new_number: Option<String>,
    /// same, renumbered, reworded, new or retired.
    pub item_change: String,
    pub reworded: bool,
    pub newly_required: Vec<String>,
    pub no_longer_required: Vec<String>,
    pub old_question: Option<String>,
    pub new_question: Option<String>,
}

/// What `standards check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckOutput {
    pub file: String,
    pub problems: Vec<ProblemOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemOutput {
    pub line: u32,
    pub column: u32,
    pub message: String,
    pub help: Option<String>,
}

pub fn unknown_edition(banks: &Banks, standard: &str, edition: &str) -> Failure {
    let known: Vec<&str> = banks.heads(standard).iter().map(|head| head.edition.as_str()).collect();
    Failure::new(format!("there is no edition \"{}\" of {standard}", one_line(edition)))
        .hint(format!("editions: {}", known.join(", ")))
}

pub fn run(context: &Context, args: &Standards) -> Result<Outcome, Failure> {
    match args.command.as_ref().unwrap_or(&Command::List) {
        Command::List => list(context, args.format),
        Command::Show { shown } => show(context, shown, args.format),
        Command::Check { file } => check(context, file, args.format),
        Command::Diff { old, new } => diff(context, old, new, args.format),
        Command::Compare(compare) => compare::run(context, compare, args.format),
    }
}

fn output(standard: &Standard, origin: &str) -> EditionOutput {
    let head = &standard.head;
    EditionOutput {
        standard: head.standard.clone(),
        edition: head.edition.clone(),
        title: head.title.clone(),
        version: head.version.clone(),
        revision: head.revision,
        opens: head.opens.map(|day| day.to_string()),
        deadline: head.deadline.to_string(),
        items: standard.items.len(),
        required: standard.required_counts().into_iter().map(|(level, count)| (level.to_owned(), count)).collect(),
        confirmed: standard.confirmed(),
        digest: standard.digest.clone(),
        origin: origin.to_owned(),
        notice: head.notice.clone(),
    }
}

fn list(context: &Context, format: Format) -> Result<Outcome, Failure> {
    let banks = context.banks_anywhere()?;
    let mut standards = Vec::new();
    for bank in banks.iter() {
        standards.push((bank.standard()?, bank.origin.clone()));
    }
    if format == Format::Json {
        let standards = standards.iter().map(|(standard, origin)| output(standard, origin)).collect();
        context.print_json(&StandardsOutput { standards })?;
        return Ok(Outcome::Done);
    }
    let mut out = String::new();
    let mut title = "";
    let mut table = super::table::new(context.width);
    for (standard, _) in &standards {
        if standard.head.title != title {
            if !table.is_empty() {
                let _ = writeln!(out, "{table}\n");
            }
            table = super::table::new(context.width);
            title = &standard.head.title;
            let _ = writeln!(out, "{} ({})\n", paint(STRONG, title), standard.id());
            let levels: Vec<String> =
                standard.required_counts().iter().map(|(level, _)| initials(standard.label(level))).collect();
            table.set_header(["Edition", "Version", "Deadline", "Items", &levels.join(" / "), "Confirmed"]);
        }
        let counts: Vec<String> = standard.required_counts().iter().map(|(_, count)| count.to_string()).collect();
        table.add_row([
            Cell::new(standard.edition()),
            Cell::new(standard.head.version.as_deref().unwrap_or("?")).set_alignment(CellAlignment::Right),
            Cell::new(in_words(standard.head.deadline)).set_alignment(CellAlignment::Right),
            Cell::new(standard.items.len()).set_alignment(CellAlignment::Right),
            Cell::new(counts.join(" / ")).set_alignment(CellAlignment::Right),
            Cell::new(format!("{} of {}", standard.confirmed(), standard.required().count()))
                .set_alignment(CellAlignment::Right),
        ]);
    }
    let _ = writeln!(out, "{table}\n");
    let width = context.prose_width();
    if let Some((standard, _)) = standards.last() {
        let levels: Vec<String> = standard
            .required_counts()
            .iter()
            .map(|(level, _)| {
                format!("{}: items needed for {}", initials(standard.label(level)), standard.label(level))
            })
            .collect();
        let note = format!(
            "{}. Confirmed: required items whose wording, number and level stand in a published source; the rest is inferred. `dspt explain NUMBER` names the sources.",
            levels.join(". ")
        );
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&note, width, 0)));
    }
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn initials(label: &str) -> String {
    label.split_whitespace().filter_map(|word| word.chars().next()).collect()
}

fn show(context: &Context, edition: &str, format: Format) -> Result<Outcome, Failure> {
    let banks = context.banks_anywhere()?;
    let bank = banks
        .iter()
        .rfind(|bank| bank.head.edition == edition)
        .ok_or_else(|| unknown_edition(&banks, banks.default_standard(), edition))?;
    let standard = bank.standard()?;
    if format == Format::Json {
        context.print_json(&StandardsOutput { standards: vec![output(&standard, &bank.origin)] })?;
        return Ok(Outcome::Done);
    }
    let width = context.prose_width();
    let head = &standard.head;
    let mut out = String::new();
    let _ = writeln!(out, "{}", paint(STRONG, format!("{} {}", head.title, head.edition)));
    let version = head.version.as_ref().map(|version| format!("version {version}, ")).unwrap_or_default();
    let opens = head.opens.map(|day| format!("opens {}, ", in_words(day))).unwrap_or_default();
    let _ = writeln!(out, "{version}{opens}deadline {}", in_words(head.deadline));
    if let Some(notice) = &head.notice {
        let _ = writeln!(out, "{}", paint(ATTENTION, style::wrap(notice, width, 0)));
    }
    out.push('\n');
    for level in &standard.levels {
        let at = standard.level_index(&level.id).unwrap_or(0);
        let asked = standard.items.iter().filter(|item| standard.asks(at, item)).count();
        let _ = writeln!(out, "{}  {}", paint(STRONG, &level.label), style::count(asked, "item"));
        if let Some(summary) = &level.summary {
            let _ = writeln!(out, "{}", style::wrap(summary, width, 2));
        }
        for condition in &level.conditions {
            let _ = writeln!(out, "{}", paint(QUIET, style::hang(&format!("• {}", condition.reason), width, 2, 4)));
        }
    }
    for (at, section) in standard.sections.iter().enumerate() {
        let _ = writeln!(out, "\n{}", paint(STRONG, section));
        for item in standard.items.iter().filter(|item| item.section == at) {
            let levels: Vec<String> = item.required_for.iter().map(|level| initials(standard.label(level))).collect();
            let needed = if levels.is_empty() { "  –  ".to_owned() } else { style::pad(&levels.join(" "), 5) };
            let _ = writeln!(
                out,
                "  {} {needed}  {}",
                style::pad(&item.number, 7),
                style::cut(&one_line(&item.shown()), width - 17)
            );
        }
    }
    let _ = writeln!(out, "\n{}", paint(QUIET, style::wrap(&standard.provenance_line(), width, 0)));
    let _ = writeln!(out, "{}", paint(QUIET, &standard.digest));
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn check(context: &Context, file: &Path, format: Format) -> Result<Outcome, Failure> {
    let path = context.start.join(file);
    let metadata = std::fs::metadata(&path)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display())))?;
    if !metadata.is_file() || metadata.len() > crate::source::MAX_BYTES {
        return Err(Failure::new(format!(
            "{} is no question bank: it is not a file of at most {} bytes",
            file.display(),
            crate::source::MAX_BYTES
        )));
    }
    let bytes =
        std::fs::read(&path).map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display())))?;
    let document = Document::read(bytes, Syntax::Toml);
    let banks = context.banks_anywhere()?;
    let mut problems = crate::bank::check(&document, &banks);
    // What reading finds is said in better words; the schema holds what reading lets pass.
    if let (true, Some(schema)) = (problems.is_empty(), crate::schema::schema("bank", &banks)) {
        problems = crate::schema::check::check(&document, &schema);
    }
    if format == Format::Json {
        let problems = problems
            .iter()
            .map(|problem| {
                let place = document.position(problem.span.start);
                ProblemOutput {
                    line: place.line,
                    column: place.column,
                    message: problem.message.clone(),
                    help: problem.help.clone(),
                }
            })
            .collect::<Vec<_>>();
        let failed = !problems.is_empty();
        context.print_json(&CheckOutput { file: file.display().to_string(), problems })?;
        return Ok(if failed { Outcome::CheckFailed } else { Outcome::Done });
    }
    let mut out = String::new();
    for problem in &problems {
        let place = document.position(problem.span.start);
        let _ = writeln!(
            out,
            "{}:{}:{}: {} {}",
            file.display(),
            place.line,
            place.column,
            paint(BAD, "error"),
            one_line(&problem.message)
        );
        if let Some(help) = &problem.help {
            let _ = writeln!(out, "{}", style::wrap(&one_line(help), context.prose_width(), 4));
        }
    }
    if problems.is_empty() {
        let decoded = crate::decode::standard::decode_document(&document);
        let words = decoded.value.map_or_else(String::new, |standard| {
            let counts: Vec<String> = standard
                .required_counts()
                .iter()
                .map(|(level, count)| format!("{count} for {}", standard.label(level)))
                .collect();
            format!(
                "{} {}: {}; {}.",
                standard.id(),
                standard.edition(),
                style::count(standard.items.len(), "item"),
                counts.join(", ")
            )
        });
        let _ = writeln!(out, "{} {words}", paint(GOOD, "Sound."));
    } else {
        let _ = writeln!(out, "\n{} in {}.", style::count(problems.len(), "problem"), file.display());
    }
    context.print(&out)?;
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::CheckFailed })
}

/// Which pairs a group of the comparison shows.
type Belongs = fn(&Pair<'_>) -> bool;

fn diff(context: &Context, old: &str, new: &str, format: Format) -> Result<Outcome, Failure> {
    let banks = context.banks_anywhere()?;
    let find = |edition: &str| {
        banks
            .iter()
            .rfind(|bank| bank.head.edition == edition)
            .ok_or_else(|| unknown_edition(&banks, banks.default_standard(), edition))
    };
    let (old, new) = (find(old)?.standard()?, find(new)?.standard()?);
    let pairs = years::editions(&old, &new);
    if format == Format::Json {
        let words = |levels: &[&str]| levels.iter().map(|level| (*level).to_owned()).collect();
        let items = pairs
            .iter()
            .map(|pair| ItemChangeOutput {
                concept: pair.concept.to_owned(),
                old_number: pair.old.map(|item| item.number.clone()),
                new_number: pair.new.map(|item| item.number.clone()),
                item_change: pair.change.word().to_owned(),
                reworded: pair.reworded,
                newly_required: words(&pair.newly_required),
                no_longer_required: words(&pair.no_longer_required),
                old_question: pair.old.map(crate::model::Item::shown),
                new_question: pair.new.map(crate::model::Item::shown),
            })
            .collect();
        context.print_json(&StandardsDiffOutput {
            old: old.edition().to_owned(),
            new: new.edition().to_owned(),
            items,
        })?;
        return Ok(Outcome::Done);
    }
    let width = context.prose_width();
    let mut out = String::new();
    let _ = writeln!(out, "{}", paint(STRONG, format!("{} to {}", old.edition(), new.edition())));
    let counts = |standard: &Standard| {
        standard
            .required_counts()
            .iter()
            .map(|(level, count)| format!("{count} for {}", standard.label(level)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = writeln!(
        out,
        "{}\n{}",
        style::wrap(&format!("{}: {}", old.edition(), counts(&old)), width, 2),
        style::wrap(&format!("{}: {}", new.edition(), counts(&new)), width, 2)
    );
    let groups: [(&str, Belongs); 5] = [
        ("New", |pair| pair.change == ItemChange::New),
        ("Retired", |pair| pair.change == ItemChange::Retired),
        ("Newly required", |pair| !pair.newly_required.is_empty() && pair.change != ItemChange::New),
        ("Reworded", |pair| pair.reworded),
        ("Renumbered", |pair| pair.change == ItemChange::Renumbered),
    ];
    for (title, belongs) in groups {
        let members: Vec<&Pair<'_>> = pairs.iter().filter(|pair| belongs(pair)).collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{} ({})", paint(STRONG, title), members.len());
        for pair in members {
            one_pair(&mut out, &new, pair, title, width);
        }
    }
    let same = pairs.iter().filter(|pair| pair.change == ItemChange::Same && pair.newly_required.is_empty()).count();
    let _ = writeln!(
        out,
        "\n{}",
        paint(QUIET, format!("Unchanged: {same}. Items are joined by concept, never by number."))
    );
    for standard in [&old, &new] {
        if let Some(notice) = &standard.head.notice {
            let _ =
                writeln!(out, "{}", paint(QUIET, style::wrap(&format!("{}: {notice}", standard.edition()), width, 0)));
        }
    }
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn one_pair(out: &mut String, new: &Standard, pair: &Pair<'_>, title: &str, width: usize) {
    let numbers = match (pair.old, pair.new) {
        (Some(old), Some(new)) if old.number != new.number => format!("{} → {}", old.number, new.number),
        (old, current) => current.or(old).map(|item| item.number.clone()).unwrap_or_default(),
    };
    let item = pair.new.or(pair.old);
    let text = match (title, pair.old, pair.new) {
        ("Reworded", Some(old), Some(current)) => pieces(&old.question, &current.question),
        _ => item.map(|item| one_line(&item.shown())).unwrap_or_default(),
    };
    let text = if title == "Renumbered" { style::cut(&text, width.saturating_sub(20)) } else { text };
    let needed = match (title, pair.new) {
        ("New", Some(item)) => format!(" ({})", super::questions::asked_by(new, item)),
        ("Newly required", Some(_)) => format!(
            " (now needed for {})",
            pair.newly_required.iter().map(|level| new.label(level)).collect::<Vec<_>>().join(" and ")
        ),
        _ => String::new(),
    };
    let _ = writeln!(out, "{}", style::hang(&format!("{}{text}{needed}", style::pad(&numbers, 16)), width, 2, 18));
}

/// A text with what is gone and what is new marked: by colour, and by signs where there is none.
pub fn pieces(old: &str, new: &str) -> String {
    let mut out = String::new();
    for piece in years::words(old, new) {
        match piece {
            Piece::Kept(text) => out.push_str(&one_line(text)),
            Piece::Gone(text) if text.trim().is_empty() => {}
            Piece::Gone(text) => out.push_str(&mark(BAD, "[-", text, "-]")),
            Piece::Added(text) if text.trim().is_empty() => out.push_str(&one_line(text)),
            Piece::Added(text) => out.push_str(&mark(GOOD, "{+", text, "+}")),
        }
    }
    out
}

fn mark(look: anstyle::Style, open: &str, text: &str, close: &str) -> String {
    let body = text.trim_end();
    let gap = &text[body.len()..];
    format!("{}{}", paint(look, format!("{open}{}{close}", one_line(body))), one_line(gap))
}
