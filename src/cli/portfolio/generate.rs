//! `dspt portfolio generate`: a made-up portfolio of any size, for benchmarks.

use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::style;
use crate::portfolio::PORTFOLIO_FILE;
use crate::portfolio::corpus::{self, Corpus};
use clap::Args;
use jiff::ToSpan as _;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Days before the deadline of the edition on which the portfolio is to be looked at.
const AHEAD: i64 = 120;

#[derive(Debug, Args)]
pub struct Generate {
    /// A directory that is not there yet
    #[arg(value_name = "DIR")]
    place: PathBuf,
    /// How many organisations
    #[arg(long, default_value_t = 100)]
    clients: usize,
    /// The same number gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(context: &Context, args: &Generate) -> Result<Outcome, Failure> {
    let root = context.start.join(&args.place);
    if root.symlink_metadata().is_ok() {
        return Err(Failure::new(format!("{} is there already; nothing was written", root.display())));
    }
    let banks = context.banks()?;
    let id = banks.default_standard().to_owned();
    let newest = match &context.global.edition {
        Some(edition) => banks.find(&id, edition),
        None => banks.newest(&id),
    };
    let standard = newest.ok_or_else(|| Failure::new("no question bank is at hand"))?.standard()?;
    let before = standard.head.predecessor.as_deref().and_then(|edition| banks.find(&id, edition));
    let before = before.map(crate::bank::Bank::standard).transpose()?;
    let day = standard.head.deadline.saturating_sub(AHEAD.days());
    let corpus = Corpus { standard: &standard, before: before.as_deref(), day, seed: args.seed };
    let failed = |error: io::Error| Failure::new(format!("{} cannot be written: {error}", root.display()));
    fs::create_dir_all(&root).map_err(failed)?;
    (0..args.clients)
        .into_par_iter()
        .try_for_each(|number| write(&root.join(corpus::directory(number)), &corpus::organisation(corpus, number)))
        .map_err(failed)?;
    write(&root, &[(PORTFOLIO_FILE.to_owned(), corpus::portfolio(corpus, args.clients))]).map_err(failed)?;
    context.print(&format!(
        "A made-up portfolio of {} in {}; its day is --as-of {day}.\n",
        style::count(args.clients, "organisation"),
        args.place.display()
    ))?;
    Ok(Outcome::Done)
}

/// Plain writing: a million small files that can be made again need no syncing.
fn write(root: &Path, files: &[(String, String)]) -> io::Result<()> {
    let mut made = BTreeSet::new();
    for (path, content) in files {
        let path = root.join(path);
        if let Some(directory) = path.parent()
            && made.insert(directory.to_owned())
        {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, content)?;
    }
    Ok(())
}
