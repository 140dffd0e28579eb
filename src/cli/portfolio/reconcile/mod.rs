//! `dspt portfolio reconcile`: what the public record says of each client, and where it disagrees with the repository.

mod human;
mod line;
mod output;

pub use output::PortfolioReconcileOutput;

use super::{Choice, Portfolio};
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::export::grid;
use crate::import::{public, table};
use clap::{Args, ValueEnum};
use human::human;
use jiff::civil::Date;
use line::{of_clients, of_list};
use output::{as_grid, output};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Reconcile {
    #[command(flatten)]
    choice: Choice,
    /// The file that the public search of the toolkit offers for download (`-`: standard input), as CSV
    file: PathBuf,
    /// Add what the file shows to each client's publications/toolkit.toml
    #[arg(long, conflicts_with = "codes")]
    record: bool,
    #[command(flatten)]
    commit: Commit,
    /// Look up the codes of a list instead of clients; no repository is needed
    #[arg(long, value_name = "LIST")]
    codes: Option<PathBuf>,
    /// Show the rows of the file that are no client, too
    #[arg(long)]
    all: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Where to write it; `-` is standard output [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

pub fn run(context: &Context, args: &Reconcile) -> Result<Outcome, Failure> {
    if args.commit.is_asked() && !args.record {
        return Err(Failure::new("--commit goes with --record: nothing else is written"));
    }
    if args.file == Path::new("-") && args.codes.as_deref() == Some(Path::new("-")) {
        return Err(Failure::new("standard input can be one of the two files only"));
    }
    let text = read(context, &args.file)?;
    let (lines, banks, name) = match &args.codes {
        Some(list) => {
            let banks = context.banks_anywhere()?;
            let lines = of_list(context, &banks, args, list, &text)?;
            (lines, banks, None)
        }
        None => {
            let portfolio = Portfolio::open(context, &args.choice)?;
            let lines = of_clients(context, &portfolio, args, &text)?;
            (lines, portfolio.banks, portfolio.found.name)
        }
    };
    let standard = banks
        .newest(banks.default_standard())
        .ok_or_else(|| Failure::new("no question bank is at hand"))?
        .standard()?;
    let bytes = match args.format {
        Format::Human => human(context, &standard, &lines, args).into_bytes(),
        Format::Json => {
            let clients = lines.iter().map(|line| output(line, &banks, context.day())).collect();
            let text = serde_json::to_string_pretty(&PortfolioReconcileOutput { clients })
                .map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n").into_bytes()
        }
        Format::Csv => grid::csv(&as_grid(context, &lines, &banks, name.as_deref())).into_bytes(),
    };
    delivery::deliver(context, &bytes, args.format == Format::Human, args.output.as_deref())?;
    let failed = lines.iter().any(|line| line.error.is_some());
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// The text of a file that somebody named.
fn read(context: &Context, path: &Path) -> Result<String, Failure> {
    table::text(super::listed_bytes(context, path)?)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// The day in the name that the web site gives the file: `… DD_MM_YYYY HH_MM_SS.csv`.
fn looked_on(file: &Path) -> Option<Date> {
    let name = file.file_stem()?.to_str()?;
    name.split_whitespace().find_map(|part| public::day(&part.replace('_', "/")))
}
