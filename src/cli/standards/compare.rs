//! `dspt standards compare`: a bank against the workbook of evidence items that the standard's publisher offers.

use super::{pieces, unknown_edition};
use crate::bank::{self, Confirmed};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::style::{self, ATTENTION, GOOD, QUIET, STRONG, paint};
use crate::cli::write;
use crate::diagnostic::render::one_line;
use crate::import::grid;
use crate::import::items::{self, Compared, Difference, Found, ItemList, Listed, Map};
use crate::model::{Item, Standard};
use crate::source::{Document, Syntax};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files over this size (bytes) are not read: the largest workbooks of items have a hundredth of it.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The edition, such as 2025-26
    #[arg(value_name = "EDITION")]
    compared: String,
    /// The workbook, or a CSV file of its sheet
    workbook: PathBuf,
    /// The category of organisation whose columns count; 3 is adult social care
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    category: u32,
    /// Columns that are not found by themselves: number=E,question=K,mandatory=L,LEVEL=M
    #[arg(long, value_name = "WHAT=COLUMN", value_delimiter = ',', value_parser = parse_map)]
    map: Vec<(String, usize)>,
    /// A directory to write a bank to in which what the workbook confirms is graded so
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

fn parse_map(text: &str) -> Result<(String, usize), String> {
    let (what, column) = text.split_once('=').ok_or("write WHAT=COLUMN, such as number=E")?;
    let column = grid::column(column).ok_or_else(|| format!("{column} is no column: write its letters"))?;
    Ok((what.trim().to_lowercase(), column))
}

/// What `standards compare --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StandardsCompareOutput {
    pub standard: String,
    pub edition: String,
    pub workbook: WorkbookOutput,
    /// The category of organisation whose columns count.
    pub category: u32,
    /// The columns as they were found.
    pub columns: Vec<ColumnOutput>,
    /// Items of the bank that the workbook has with the same number, wording and marks.
    pub confirmed: usize,
    /// Those of them whose marks say, for each level, whether it asks for the item. Only their levels are graded anew.
    pub levels_confirmed: usize,
    /// Items that differ, in the bank's order; what the bank lacks last.
    pub differences: Vec<ItemDifferenceOutput>,
    /// Cells that were not understood.
    pub notes: Vec<String>,
    /// The bank that was written.
    pub written: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct WorkbookOutput {
    pub name: String,
    /// `sha256:<hex>`
    pub digest: String,
    pub sheet: String,
    /// Items that the workbook has for the category.
    pub items: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ColumnOutput {
    /// number, question, mandatory, or a level's id.
    pub what: String,
    /// Its letters.
    pub column: String,
    pub heading: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemDifferenceOutput {
    /// Null where the bank has no such item.
    pub number: Option<String>,
    pub concept: Option<String>,
    pub workbook_number: Option<String>,
    /// Of not-in-workbook, not-in-bank, number, wording, mandatory.
    pub differences: Vec<String>,
    pub bank_question: Option<String>,
    pub workbook_question: Option<String>,
    /// Levels that ask for the item by the bank.
    pub bank_required: Vec<String>,
    /// Null where the workbook has no mark that is known.
    pub workbook_mandatory: Option<bool>,
    /// The row in the workbook, from 1.
    pub row: Option<usize>,
}

/// A workbook with its name and digest.
struct Workbook {
    name: String,
    digest: String,
    list: ItemList,
}

pub(super) fn run(context: &Context, args: &Compare, format: Format) -> Result<Outcome, Failure> {
    let banks = context.banks_anywhere()?;
    let found = banks.iter().rfind(|bank| bank.head.edition == args.compared);
    let found = found.ok_or_else(|| unknown_edition(&banks, banks.default_standard(), &args.compared))?;
    let standard = found.standard()?;
    let workbook = read(context, args, &standard)?;
    let compared = items::compare(&standard, &workbook.list);
    let confirmed = confirmed(&standard, &compared, &workbook.list);
    let written = match &args.output {
        None => None,
        Some(directory) => {
            let citation = citation(args, &workbook);
            let bytes = bank::confirm(&found.text, &standard, &confirmed, &citation)
                .map_err(|why| Failure::new(format!("{}: {why}; nothing was written", found.origin)))?;
            let faults = bank::check(&Document::read(bytes.clone(), Syntax::Toml), &banks);
            if let Some(fault) = faults.first() {
                return Err(Failure::new(format!(
                    "the bank would not be sound ({}); nothing was written",
                    fault.message
                )));
            }
            let name = format!("{}.toml", standard.edition());
            write::create(&context.start.join(directory), &name, &bytes)?;
            Some(directory.join(name))
        }
    };
    let differs = compared.iter().any(|compared| !compared.differences.is_empty());
    if format == Format::Json {
        context.print_json(&output(args, &standard, &workbook, &compared, &confirmed, written.as_deref()))?;
    } else {
        context.print(&human(context, args, &standard, &workbook, &compared, &confirmed, written.as_deref()))?;
    }
    Ok(if differs && written.is_none() { Outcome::CheckFailed } else { Outcome::Done })
}

fn read(context: &Context, args: &Compare, standard: &Standard) -> Result<Workbook, Failure> {
    let shown = args.workbook.display();
    let path = context.start.join(&args.workbook);
    if path.is_dir() {
        return Err(Failure::new(format!("{shown} is a directory; name the workbook")));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&path)
        .and_then(|opened| opened.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::new(format!("{shown} cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::new(format!("{shown} is larger than any workbook of items ({MAX_BYTES} bytes)")));
    }
    let digest = format!("sha256:{:x}", Sha256::digest(&bytes));
    let mut map = Map::new();
    for (what, column) in &args.map {
        let is_level = standard.level(what).is_some();
        if !is_level && !["number", "question", "mandatory"].contains(&what.as_str()) {
            let levels: Vec<&str> = standard.levels.iter().map(|level| level.id.as_str()).collect();
            return Err(Failure::new(format!("--map knows no \"{}\"", one_line(what)))
                .hint(format!("known: number, question, mandatory, {}", levels.join(", "))));
        }
        map.insert(what.clone(), *column);
    }
    let list = grid::read(bytes).and_then(|sheets| items::read(&sheets, standard, args.category, &map));
    let list = list.map_err(|error| {
        Failure::new(format!("{shown}: {error}")).hint("--map number=E,question=K,mandatory=L names the columns")
    })?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Workbook { name, digest, list })
}

/// The items that the workbook has with the same number and wording.
fn confirmed(standard: &Standard, compared: &[Compared], list: &ItemList) -> Vec<Confirmed> {
    let found = compared.iter().filter_map(|compared| {
        let item = compared.bank?;
        let listed = &list.items[compared.listed?];
        let is_same = compared.differences.iter().all(|difference| *difference == Difference::Mandatory);
        let level = compared.differences.is_empty() && decides(standard, &standard.items[item], listed);
        is_same.then_some(Confirmed { item, level })
    });
    found.collect()
}

/// Whether the marks alone say which levels ask for an item, and say what the bank says. One mark for all levels tells
/// that none asks, but not which of several do.
fn decides(standard: &Standard, item: &Item, listed: &Listed) -> bool {
    let aim = standard.default_aim();
    let said = |level: usize| {
        let own = listed.levels.iter().find(|(known, _)| *known == level).map(|(_, asked)| *asked);
        own.or(listed.mandatory.filter(|mandatory| level == aim || !mandatory))
    };
    asking(standard).all(|level| said(level) == Some(standard.asks(level, item)))
}

/// The levels that ask for items of their own, beside those of a level that they build on.
fn asking(standard: &Standard) -> impl Iterator<Item = usize> {
    standard.levels.iter().enumerate().filter_map(|(at, level)| {
        let asks = !level.results.is_empty() || standard.items.iter().any(|item| item.is_required_for(&level.id));
        asks.then_some(at)
    })
}

fn citation(args: &Compare, workbook: &Workbook) -> String {
    let sheet = &workbook.list.sheet;
    let sheet = if sheet.is_empty() { String::new() } else { format!("sheet \"{}\", ", one_line(sheet)) };
    format!(
        "{} (NHS England's workbook of evidence items, {sheet}category {}, {})",
        one_line(&workbook.name),
        args.category,
        workbook.digest
    )
}

fn columns(standard: &Standard, list: &ItemList) -> Vec<ColumnOutput> {
    let column = |what: &str, found: &Found| ColumnOutput {
        what: what.to_owned(),
        column: grid::letters(found.column),
        heading: found.heading.clone(),
    };
    let columns = &list.columns;
    let mut found = vec![column("number", &columns.number), column("question", &columns.question)];
    found.extend(columns.mandatory.as_ref().map(|mark| column("mandatory", mark)));
    found.extend(columns.levels.iter().map(|(level, mark)| column(&standard.levels[*level].id, mark)));
    found
}

fn output(
    args: &Compare,
    standard: &Standard,
    workbook: &Workbook,
    compared: &[Compared],
    confirmed: &[Confirmed],
    written: Option<&Path>,
) -> StandardsCompareOutput {
    let list = &workbook.list;
    let difference = |compared: &Compared| {
        let item = compared.bank.map(|at| &standard.items[at]);
        let listed = compared.listed.map(|at| &list.items[at]);
        ItemDifferenceOutput {
            number: item.map(|item| item.number.clone()),
            concept: item.map(|item| item.concept.clone()),
            workbook_number: listed.map(|listed| listed.number.clone()),
            differences: compared.differences.iter().map(|difference| difference.word().to_owned()).collect(),
            bank_question: item.map(|item| item.question.clone()),
            workbook_question: listed.map(|listed| listed.question.clone()),
            bank_required: item.map(|item| item.required_for.clone()).unwrap_or_default(),
            workbook_mandatory: listed.and_then(|listed| listed.mandatory),
            row: listed.map(|listed| listed.row + 1),
        }
    };
    StandardsCompareOutput {
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        workbook: WorkbookOutput {
            name: workbook.name.clone(),
            digest: workbook.digest.clone(),
            sheet: list.sheet.clone(),
            items: list.items.len(),
        },
        category: args.category,
        columns: columns(standard, list),
        confirmed: compared.iter().filter(|compared| compared.differences.is_empty()).count(),
        levels_confirmed: confirmed.iter().filter(|confirmed| confirmed.level).count(),
        differences: compared.iter().filter(|compared| !compared.differences.is_empty()).map(difference).collect(),
        notes: list.notes.clone(),
        written: written.map(|path| path.display().to_string()),
    }
}

fn human(
    context: &Context,
    args: &Compare,
    standard: &Standard,
    workbook: &Workbook,
    compared: &[Compared],
    confirmed: &[Confirmed],
    written: Option<&Path>,
) -> String {
    let width = context.prose_width();
    let list = &workbook.list;
    let mut out = String::new();
    let title = format!("{} {} against {}", standard.head.title, standard.edition(), one_line(&workbook.name));
    let _ = writeln!(out, "{}", paint(STRONG, style::wrap(&title, width, 0)));
    let sheet = if list.sheet.is_empty() { String::new() } else { format!("Sheet \"{}\", ", one_line(&list.sheet)) };
    let _ = writeln!(
        out,
        "{sheet}category {}: {} in the workbook, {} in the bank",
        args.category,
        style::count(list.items.len(), "item"),
        standard.items.len()
    );
    for column in columns(standard, list) {
        let heading = if column.heading.is_empty() {
            "as you named it".to_owned()
        } else {
            format!("\"{}\"", one_line(&column.heading))
        };
        let line = format!("column {:<3} {} {heading}", column.column, style::pad(&column.what, 21));
        let _ = writeln!(out, "{}", paint(QUIET, style::hang(&line, width, 2, 36)));
    }
    if list.columns.mandatory.is_none() && list.columns.levels.is_empty() {
        let _ =
            writeln!(out, "  {}", paint(ATTENTION, "No column of marks was found: who has to answer is not compared."));
    }
    let kinds = [
        (Difference::Number, "Another number"),
        (Difference::Wording, "Another wording"),
        (Difference::Mandatory, "Another mark"),
        (Difference::NotInBank, "Not in the bank"),
        (Difference::NotInWorkbook, "Not in the workbook"),
    ];
    for (kind, title) in kinds {
        let members: Vec<&Compared> = compared.iter().filter(|compared| compared.differences.contains(&kind)).collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{} ({})", paint(STRONG, title), members.len());
        for member in members {
            let (number, text) = difference(standard, list, member, kind);
            let _ = writeln!(out, "{}", style::hang(&format!("{} {text}", style::pad(&number, 8)), width, 2, 11));
        }
    }
    let same = compared.iter().filter(|compared| compared.differences.is_empty()).count();
    let _ = writeln!(out, "\n{} with the same number, wording and marks.", paint(GOOD, style::count(same, "item")));
    let open = same - confirmed.iter().filter(|confirmed| confirmed.level).count();
    let has_marks = list.columns.mandatory.is_some() || !list.columns.levels.is_empty();
    if open > 0 && has_marks {
        let levels: Vec<&str> = asking(standard).map(|level| standard.levels[level].label.as_str()).collect();
        let said = format!(
            "The marks of {} do not tell which of {} ask for {}: how that is graded stays.",
            style::count(open, "item"),
            levels.join(" and "),
            if open == 1 { "it" } else { "them" }
        );
        let _ = writeln!(out, "{}", style::wrap(&said, width, 0));
    }
    for note in &list.notes {
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&one_line(note), width, 0)));
    }
    if let Some(path) = written {
        let directory = path.parent().unwrap_or(Path::new("."));
        let said = format!(
            "Written: {}. `standards = [\"{}\"]` in organisation.toml, or --standards, uses it.",
            path.display(),
            directory.display()
        );
        let _ = writeln!(out, "{}", style::wrap(&one_line(&said), width, 0));
    }
    out
}

/// The number and what differs, in words.
fn difference(standard: &Standard, list: &ItemList, compared: &Compared, kind: Difference) -> (String, String) {
    let item = compared.bank.map(|at| &standard.items[at]);
    let listed = compared.listed.map(|at| &list.items[at]);
    let number = item.map(|item| item.number.clone()).or(listed.map(|listed| listed.number.clone()));
    let text = match (kind, item, listed) {
        (Difference::Number, Some(_), Some(listed)) => {
            format!("stands there as {}: {}", one_line(&listed.number), one_line(&listed.question))
        }
        (Difference::Wording, Some(item), Some(listed)) => pieces(&item.question, &listed.question),
        (Difference::Mandatory, Some(item), Some(listed)) => {
            let bank: Vec<&str> = item.required_for.iter().map(|level| standard.label(level)).collect();
            let bank = if bank.is_empty() { "nobody".to_owned() } else { bank.join(" and ") };
            let mut there: Vec<String> = listed
                .mandatory
                .map(|mandatory| if mandatory { "mandatory" } else { "not mandatory" }.to_owned())
                .into_iter()
                .collect();
            there.extend(listed.levels.iter().map(|(level, asked)| {
                format!("{}{}", if *asked { "" } else { "not " }, standard.levels[*level].label)
            }));
            format!("the bank asks it of {bank}; the workbook says {}", there.join(", "))
        }
        (_, Some(item), _) => one_line(&item.shown()),
        (_, None, Some(listed)) => one_line(&listed.question),
        (_, None, None) => String::new(),
    };
    (number.unwrap_or_default(), text)
}
