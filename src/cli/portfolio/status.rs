//! `dspt portfolio status` and `export`: how every client stands, on the terminal and as a table.

use super::filter::{self, Filter};
use super::neighbours::SameCode;
use super::{Choice, Portfolio, table};
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::cli::style::{ATTENTION, BAD, count, paint};
#[cfg(feature = "parquet")]
use crate::cli::write;
use crate::diagnostic::render::one_line;
use crate::export::grid::{self, Cell};
use crate::model::period::in_words;
use crate::portfolio::column;
use crate::portfolio::judge::{Judged, Setting, Unjudged, judge};
use crate::portfolio::tree::ClientTree;
use crate::portfolio::{Client, Row};
use crate::workspace::Workspace;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Debug, Default, PartialEq, Args)]
pub struct Status {
    #[command(flatten)]
    view: View,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Where to write it; `-` is standard output [default: standard output, for xlsx a file below out/]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    view: View,
    /// What to write
    #[arg(long, value_enum, alias = "format")]
    to: Target,
    /// Where to write it; `-` is standard output; for parquet a directory [default: below out/]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Which rows, and in which order.
#[derive(Debug, Default, PartialEq, Args)]
struct View {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    filter: Filter,
    /// Order by a field or label, such as progress, days, carried or name [default: path]
    #[arg(long, value_name = "FIELD")]
    sort: Option<String>,
    /// The other way round
    #[arg(long)]
    reverse: bool,
    /// One part for each value of a label or field
    #[arg(long, value_name = "LABEL")]
    group_by: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// A Markdown table
    Md,
    /// A workbook
    Xlsx,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
    /// A Markdown table
    Md,
    /// A workbook
    Xlsx,
    /// A dashboard: one page that needs nothing else
    Html,
    /// Tables by column for `DuckDB`, Spark and Polars, in a directory
    Parquet,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Human => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Md => "md",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What `portfolio status --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PortfolioStatusOutput {
    /// Whose portfolio it is.
    pub name: Option<String>,
    /// The minute judged on, ISO 8601.
    pub as_of: String,
    pub clients: Vec<Row>,
    /// With `--group-by`: one for each value, in the order of the values.
    pub groups: Vec<GroupOutput>,
}

/// The clients with one value of a label or field.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupOutput {
    /// The label or field.
    pub by: String,
    /// Null for clients that have none.
    pub value: Option<String>,
    /// How many clients, and how many of them have an error.
    pub clients: usize,
    pub errors: usize,
    /// Items met and asked for, over all of them.
    pub met: usize,
    pub required: usize,
    /// Their directories, from the portfolio.
    pub paths: Vec<String>,
}

pub fn run(context: &Context, args: &Status) -> Result<Outcome, Failure> {
    let to_file = args.format == Format::Xlsx;
    show(context, &args.view, args.format, args.output.as_deref(), to_file)
}

pub fn export(context: &Context, args: &Export) -> Result<Outcome, Failure> {
    let view = &args.view;
    let output = args.output.as_deref();
    let format = match args.to {
        Target::Csv => Format::Csv,
        Target::Json => Format::Json,
        Target::Md => Format::Md,
        Target::Xlsx => Format::Xlsx,
        Target::Html => return super::dashboard::run(context, &chosen(context, view)?, output),
        Target::Parquet => return parquet(context, view, output),
    };
    show(context, view, format, output, true)
}

/// The portfolio with the clients that a filter means.
fn chosen(context: &Context, view: &View) -> Result<Portfolio, Failure> {
    if view.sort.is_some() || view.group_by.is_some() || view.reverse {
        return Err(Failure::new("--sort, --reverse and --group-by are for tables of one row a client"));
    }
    let mut portfolio = Portfolio::open(context, &view.choice)?;
    keep_filtered(context, &mut portfolio, &view.filter)?;
    Ok(portfolio)
}

#[cfg(feature = "parquet")]
fn parquet(context: &Context, view: &View, output: Option<&Path>) -> Result<Outcome, Failure> {
    if output == Some(Path::new("-")) {
        return Err(Failure::new("parquet is written into a directory: -o DIR"));
    }
    let portfolio = chosen(context, view)?;
    let directory = match output {
        Some(directory) => context.start.join(directory),
        None => {
            portfolio.keep_out_of_git()?;
            write::refuse_links(&portfolio.found.root, "out/parquet/clients")?;
            portfolio.found.root.join("out/parquet")
        }
    };
    let shard = view.choice.shard.map_or((1, 1), |shard| (shard.part, shard.of));
    super::parquet::run(context, &portfolio, shard, &directory)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Context, _: &View, _: Option<&Path>) -> Result<Outcome, Failure> {
    Err(Failure::new("this build of dspt writes no Parquet").hint("`--to csv` has a row a client"))
}

fn show(
    context: &Context,
    view: &View,
    format: Format,
    output: Option<&Path>,
    to_file: bool,
) -> Result<Outcome, Failure> {
    let portfolio = Portfolio::open(context, &view.choice)?;
    let mut rows = rows(context, &portfolio)?;
    let all = rows.len();
    let shared = portfolio.shared_notes();
    let there = rows.iter().zip(&portfolio.found.clients).filter(|(_, client)| !client.has_left(context.day()));
    let codes = there.filter_map(|(row, _)| Some((row.ods_code.as_deref()?, row.path.as_str())));
    let same_code = SameCode::of(codes);
    let unclear = view.filter.apply(context, &portfolio, &mut rows)?;
    let failed = !unclear.is_empty() || rows.iter().any(|row| row.error.is_some());
    order(&portfolio, view, &mut rows)?;
    let groups = groups(&portfolio, view, &rows)?;
    let title = portfolio.found.name.clone().unwrap_or_else(|| "Portfolio".to_owned());
    let grid = || {
        let of = if rows.len() == all { String::new() } else { format!("{} of ", rows.len()) };
        let about = vec![format!("{of}{}, judged on {}", count(all, "client"), in_words(context.day()))];
        column::grid(&title, about, &rows, if format == Format::Md { BRIEF } else { &[] }, context.now)
    };
    let bytes = match format {
        Format::Human => table::human(context, &portfolio, &rows, all, &groups).into_bytes(),
        Format::Json => {
            let output = PortfolioStatusOutput {
                name: portfolio.found.name.clone(),
                as_of: context.now.strftime("%Y-%m-%dT%H:%M").to_string(),
                groups: groups.iter().map(|group| group_output(group, &rows)).collect(),
                clients: rows.clone(),
            };
            let text = serde_json::to_string_pretty(&output).map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n").into_bytes()
        }
        Format::Csv => grid::csv(&grid()).into_bytes(),
        Format::Md => grid::markdown(&grid()).into_bytes(),
        Format::Xlsx => xlsx(&grid())?,
    };
    let usual = format!("out/portfolio-{}.{}", context.day(), format.ending());
    let usual = to_file.then_some((portfolio.found.root.as_path(), usual.as_str()));
    if output.is_none() && to_file {
        portfolio.keep_out_of_git()?;
    }
    let place = delivery::place(context, output, usual)?;
    delivery::put(context, place.as_deref(), &bytes, format == Format::Human)?;
    tell_unclear(context, &unclear);
    for (code, paths) in same_code.iter() {
        let what = format!("{code} is the code of {}: one of them has another's", paths.join(" and "));
        context.note(&format!("{} {}", paint(ATTENTION, "warning:"), one_line(&what)));
    }
    for note in &shared {
        context.note(&format!("{} {}", paint(BAD, "error:"), one_line(note)));
    }
    Ok(if failed || !shared.is_empty() { Outcome::CheckFailed } else { Outcome::Done })
}

/// Columns for a page of text.
const BRIEF: &[&str] = &[
    "path",
    "code",
    "name",
    "level",
    "met",
    "required",
    "carried",
    "overdue",
    "late",
    "days",
    "publication",
    "next",
    "error",
];

#[cfg(feature = "xlsx")]
fn xlsx(grid: &grid::Grid) -> Result<Vec<u8>, Failure> {
    grid::xlsx(grid).map_err(|error| Failure::new(error.to_string()))
}

#[cfg(not(feature = "xlsx"))]
fn xlsx(_: &grid::Grid) -> Result<Vec<u8>, Failure> {
    Err(Failure::new("this build of dspt writes no workbooks").hint("`--format csv` opens in every spreadsheet"))
}

/// The rows of all clients, in the order of their paths.
pub fn rows(context: &Context, portfolio: &Portfolio) -> Result<Vec<Row>, Failure> {
    let own = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let mut rows = Vec::with_capacity(portfolio.found.clients.len());
    portfolio.over_remembered(
        context,
        "status",
        |client, tree| row(client, tree, setting),
        |client, row| {
            // What the portfolio says of a client may have changed since the rest was found out.
            rows.push(row.with_words_of(client));
            Ok(())
        },
    )?;
    Ok(rows)
}

/// Clients that cannot be judged, so that nobody knows whether a filter means them.
fn tell_unclear(context: &Context, unclear: &[Row]) {
    for row in unclear {
        let error = row.error.as_deref().unwrap_or_default();
        context.note(&format!(
            "{} {}: {} (it cannot be told whether it is meant)",
            paint(BAD, "error:"),
            one_line(&row.path),
            one_line(error)
        ));
    }
}

/// Keeps the clients of a portfolio that a filter means, and those of which that cannot be told. Nobody is judged for a
/// filter that means everybody: that is as much work as what follows.
pub fn keep_filtered(context: &Context, portfolio: &mut Portfolio, filter: &Filter) -> Result<(), Failure> {
    if !filter.is_open() {
        rows_filtered(context, portfolio, filter)?;
    }
    Ok(())
}

/// The same, with the row of each client that is kept.
pub fn rows_filtered(context: &Context, portfolio: &mut Portfolio, filter: &Filter) -> Result<Vec<Row>, Failure> {
    let mut rows = rows(context, portfolio)?;
    if !filter.is_open() {
        // Whoever goes on with the clients meets those too, and says what is wrong with them.
        let unclear = filter.apply(context, portfolio, &mut rows)?;
        rows.extend(unclear);
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        let meant: BTreeSet<&str> = rows.iter().map(|row| row.path.as_str()).collect();
        portfolio.found.clients.retain(|client| meant.contains(client.path.as_str()));
    }
    Ok(rows)
}

fn row(client: &Client, tree: &ClientTree, setting: Setting<'_>) -> Row {
    let judged = judge(client, tree, setting);
    // What rests on more than the client's files is found out anew each time.
    if judged.as_ref().map_or(true, |judged| judged.asked_git || matches!(judged.banks, Cow::Owned(_))) {
        tree.forget();
    }
    row_of(client, judged)
}

/// What is kept of a client, judged or not.
pub(super) fn row_of(client: &Client, judged: Result<Judged<'_>, Unjudged>) -> Row {
    match judged {
        Ok(judged) => Row::judged(client, &judged),
        Err(unjudged) => Row {
            ods_code: unjudged.ods_code,
            name: unjudged.name,
            edition: unjudged.edition,
            error: Some(unjudged.error),
            ..Row::of(client)
        },
    }
}

/// Sorts; rows without a value come last, whichever way.
fn order(portfolio: &Portfolio, view: &View, rows: &mut [Row]) -> Result<(), Failure> {
    if let Some(name) = &view.sort {
        let field = filter::field(portfolio, name, rows)?;
        rows.sort_by_cached_key(|row| {
            let cell = match field.of(row) {
                // Names of people and places are sorted without case.
                Cell::Text(text) => Cell::Text(text.to_lowercase()),
                cell => cell,
            };
            (cell == Cell::Empty, cell)
        });
        if view.reverse {
            let filled = rows.partition_point(|row| field.of(row) != Cell::Empty);
            rows[..filled].reverse();
        }
    } else if view.reverse {
        rows.reverse();
    }
    Ok(())
}

/// Rows of one value, by their places among the rows shown.
pub struct Group {
    pub by: String,
    pub value: Option<String>,
    pub rows: Vec<usize>,
}

fn groups(portfolio: &Portfolio, view: &View, rows: &[Row]) -> Result<Vec<Group>, Failure> {
    let Some(by) = &view.group_by else { return Ok(Vec::new()) };
    let field = filter::field(portfolio, by, rows)?;
    let mut groups: Vec<(Cell, Vec<usize>)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let value = field.of(row);
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, members)) => members.push(at),
            None => groups.push((value, vec![at])),
        }
    }
    groups.sort_by(|(a, _), (b, _)| (*a == Cell::Empty, a).cmp(&(*b == Cell::Empty, b)));
    Ok(groups
        .into_iter()
        .map(|(value, rows)| Group { by: by.clone(), value: (value != Cell::Empty).then(|| value.words()), rows })
        .collect())
}

fn group_output(group: &Group, rows: &[Row]) -> GroupOutput {
    let members = || group.rows.iter().map(|at| &rows[*at]);
    GroupOutput {
        by: group.by.clone(),
        value: group.value.clone(),
        clients: group.rows.len(),
        errors: members().filter(|row| row.error.is_some()).count(),
        met: members().filter_map(|row| row.met).sum(),
        required: members().filter_map(|row| row.required).sum(),
        paths: members().map(|row| row.path.clone()).collect(),
    }
}
