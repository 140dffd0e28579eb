//! `dspt portfolio`: many organisations at once.
//!
//! One file a subcommand. Every one of them finds the clients with [`Portfolio::open`], goes over them with
//! [`Portfolio::over`], and shows what came back in the order of the clients' paths.

mod status;

pub use status::PortfolioStatusOutput;

use super::context::{self, Context};
use super::error::{Failure, Outcome};
use crate::bank::Banks;
use crate::diagnostic::render::one_line;
use crate::portfolio::judge::Setting;
use crate::portfolio::{Client, Found, PORTFOLIO_FILE, find};
use crate::workspace::Workspace;
use clap::{Args, Subcommand};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct PortfolioArgs {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    status: status::Status,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show how every client stands, and what to do next
    Status(status::Status),
}

pub fn run(context: &Context, args: &PortfolioArgs) -> Result<Outcome, Failure> {
    match args.command.as_ref() {
        None => status::run(context, &args.status),
        Some(Command::Status(args)) => status::run(context, args),
    }
}

/// Clients that are judged before what was found out is handed on: enough to keep every core busy, few enough to be
/// held at once.
const BATCH: usize = 256;

/// Which clients are meant.
#[derive(Debug, Clone, Default, Args)]
pub struct Choice {
    /// Clients that left the portfolio, too
    #[arg(long)]
    left: bool,
    /// One part of so many, such as 3/16: for machines side by side
    #[arg(long, value_name = "PART/OF", value_parser = parse_shard)]
    shard: Option<Shard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shard {
    part: usize,
    of: usize,
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    let parsed = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match parsed {
        Some((part, of)) if (1..=of).contains(&part) => Ok(Shard { part, of }),
        _ => Err("write a part and how many there are, such as 3/16; the first is 1/16".to_owned()),
    }
}

/// A portfolio and what judges its clients.
pub struct Portfolio {
    pub found: Found,
    pub banks: Banks,
}

impl Portfolio {
    /// The nearest directory upwards that holds a portfolio.
    pub fn find_root(from: &Path) -> Option<PathBuf> {
        from.ancestors().find(|directory| directory.join(PORTFOLIO_FILE).symlink_metadata().is_ok()).map(Path::to_owned)
    }

    /// Reads the portfolio here and keeps the clients that are meant.
    pub fn open(context: &Context, choice: &Choice) -> Result<Self, Failure> {
        let root = Self::find_root(&context.start).ok_or_else(|| {
            Failure::new(format!("there is no {PORTFOLIO_FILE} in {} or above", context.start.display()))
                .hint("a portfolio is a file with a line such as: clients = [\"clients/*\"]")
        })?;
        let mut found = find::find(&root).map_err(|error| {
            let failure = Failure::new(one_line(&error.to_string()));
            match &error.help {
                Some(help) => failure.hint(one_line(help)),
                None => failure,
            }
        })?;
        let mut banks = context.banks()?;
        context::add_named_banks(&mut banks, &root, PORTFOLIO_FILE, &found.standards)?;
        let day = context.day();
        found.clients.retain(|client| choice.left || !client.has_left(day));
        if let Some(Shard { part, of }) = choice.shard {
            let mut at = 0;
            found.clients.retain(|_| {
                at += 1;
                (at - 1) % of == part - 1
            });
        }
        Ok(Self { found, banks })
    }

    /// Does something for every client, on all cores, and hands on what came of it in the clients' order.
    pub fn over<T: Send>(
        &self,
        work: impl Fn(&Client) -> T + Sync,
        mut each: impl FnMut(&Client, T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for batch in self.found.clients.chunks(BATCH) {
            let done: Vec<T> = batch.par_iter().map(&work).collect();
            for (client, done) in batch.iter().zip(done) {
                each(client, done)?;
            }
        }
        Ok(())
    }

    /// What judges the clients; `own` is [`Portfolio::own_banks`].
    pub fn setting<'a>(&'a self, context: &'a Context, own: crate::portfolio::judge::OwnBanks<'a>) -> Setting<'a> {
        Setting { banks: &self.banks, own_banks: own, edition: context.global.edition.as_deref(), now: context.now }
    }

    /// The banks of a client that names some of its own.
    pub fn own_banks(&self, root: &Path, workspace: &Workspace) -> Result<Banks, String> {
        let mut banks = self.banks.clone();
        context::add_own_banks(&mut banks, root, workspace).map_err(|failure| failure.message)?;
        Ok(banks)
    }
}
