//! `dspt portfolio`: many organisations at once.
//!
//! One file a subcommand. Every one of them finds the clients with [`Portfolio::open`], goes over them with
//! [`Portfolio::over`], and shows what came back in the order of the clients' paths.

mod add;
mod dashboard;
mod due;
mod filter;
mod generate;
mod import;
mod lint;
mod neighbours;
#[cfg(feature = "parquet")]
mod parquet;
mod reconcile;
mod remember;
mod rollover;
mod run;
mod shared;
mod status;
mod table;

pub use due::PortfolioDueOutput;
pub use reconcile::PortfolioReconcileOutput;
pub use rollover::PortfolioRolloverOutput;
pub use status::PortfolioStatusOutput;

use super::banks::{add_named_banks, add_own_banks};
use super::context::Context;
use super::error::{Failure, Outcome};
use super::style::{ATTENTION, paint};
use super::write;
use crate::bank::Banks;
use crate::diagnostic::render::one_line;
use crate::import::table::MAX_BYTES;
use crate::library::{self, Libraries};
use crate::portfolio::judge::Setting;
use crate::portfolio::tree::Known;
use crate::portfolio::{Client, Found, PORTFOLIO_FILE, find};
use crate::tree::WorkTree;
use crate::workspace::Workspace;
use clap::{Args, Subcommand};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Default, Args)]
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
    /// Find what is wrong in the files of every client
    Lint(lint::Lint),
    /// Show by person what falls due
    Due(due::Due),
    /// Roll every client over into another edition
    Rollover(rollover::Rollover),
    /// Make a workspace for each row of a list
    Add(add::Add),
    /// Take over a folder of workbooks that came back
    Import(import::Import),
    /// Run a command of dspt on each client
    Run(run::Run),
    /// Write the portfolio as a table, a dashboard or a data set
    Export(status::Export),
    /// Compare with what the public search of the toolkit shows
    Reconcile(reconcile::Reconcile),
    /// Write a made-up portfolio, for benchmarks
    #[command(hide = true)]
    Generate(generate::Generate),
}

/// Whether there is a portfolio here or above.
pub fn is_here(context: &Context) -> bool {
    Portfolio::find_root(&context.start).is_some()
}

pub fn run(context: &Context, args: &PortfolioArgs) -> Result<Outcome, Failure> {
    if context.global.at.is_some() {
        return Err(Failure::new("a portfolio is judged as its files are now; --at is for one organisation")
            .hint("`dspt portfolio run -- status --at REV` reads a revision of each client"));
    }
    // Options of all commands may stand before the subcommand, those of `status` would be lost there.
    if args.command.is_some() && args.status != status::Status::default() {
        return Err(Failure::new("options of a portfolio command stand behind its name")
            .hint("such as `dspt portfolio status --where team=north`"));
    }
    match args.command.as_ref() {
        None => status::run(context, &args.status),
        Some(Command::Status(args)) => status::run(context, args),
        Some(Command::Lint(args)) => lint::run(context, args),
        Some(Command::Due(args)) => due::run(context, args),
        Some(Command::Rollover(args)) => rollover::run(context, args),
        Some(Command::Add(args)) => add::run(context, args),
        Some(Command::Import(args)) => import::run(context, args),
        Some(Command::Run(args)) => run::run(context, args),
        Some(Command::Export(args)) => status::export(context, args),
        Some(Command::Reconcile(args)) => reconcile::run(context, args),
        Some(Command::Generate(args)) => generate::run(context, args),
    }
}

/// Which clients are meant.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub struct Choice {
    /// Clients that left the portfolio, too
    #[arg(long)]
    left: bool,
    /// One part of so many, such as 3/16: for machines side by side
    #[arg(long, value_name = "PART/OF", value_parser = parse_shard)]
    shard: Option<Shard>,
    /// Read everything anew and remember nothing
    #[arg(long)]
    no_cache: bool,
    /// Whether clients are only being added, so that it is no surprise where there are none.
    #[arg(skip)]
    is_filling: bool,
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
    /// The shared answers beside the portfolio.
    libraries: Option<Arc<Libraries>>,
    no_cache: bool,
    /// Clients that are not meant this time.
    unchosen: Vec<Client>,
    /// By the client's path, what the search for names has read already.
    known: HashMap<String, Arc<Known>>,
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
        if !choice.is_filling {
            for pattern in &found.idle {
                let what = format!("{PORTFOLIO_FILE}: no organisation lies where \"{}\" looks", one_line(pattern));
                context.note(&format!("{} {what}", paint(ATTENTION, "warning:")));
            }
            if found.clients.is_empty() && found.idle.is_empty() {
                let what = format!("{PORTFOLIO_FILE} names no clients; a line such as clients = [\"clients/*\"] does");
                context.note(&format!("{} {what}", paint(ATTENTION, "warning:")));
            }
        }
        let mut banks = context.banks()?;
        add_named_banks(&mut banks, &root, PORTFOLIO_FILE, &found.standards, None)?;
        let (day, mut at) = (context.day(), 0);
        let (mut clients, mut unchosen) = (Vec::new(), Vec::new());
        for client in std::mem::take(&mut found.clients) {
            let counts = choice.left || !client.has_left(day);
            at += usize::from(counts);
            let in_shard = choice.shard.is_none_or(|Shard { part, of }| (at + of - 1) % of == part - 1);
            if counts && in_shard { clients.push(client) } else { unchosen.push(client) }
        }
        found.clients = clients;
        let shared = root.join(library::DIRECTORY);
        let libraries = shared.is_dir().then(|| Arc::new(Libraries::load(&WorkTree::new(shared))));
        Ok(Self { found, banks, libraries, no_cache: choice.no_cache, unchosen, known: HashMap::new() })
    }

    /// Sees to it that git passes over `out/`, where documents about clients go unasked, as it does in a workspace. One
    /// that is there already is its owner's affair.
    fn keep_out_of_git(&self) -> Result<(), Failure> {
        if self.found.root.join("out").symlink_metadata().is_ok() {
            return Ok(());
        }
        write::create(&self.found.root, "out/.gitignore", b"*\n")
    }

    /// What judges the clients; `own` is [`Portfolio::own_banks`].
    pub fn setting<'a>(&'a self, context: &'a Context, own: crate::portfolio::judge::OwnBanks<'a>) -> Setting<'a> {
        Setting {
            banks: &self.banks,
            own_banks: own,
            libraries: self.libraries.as_ref(),
            edition: context.global.edition.as_deref(),
            now: context.now,
        }
    }

    /// The banks of a client that names some of its own.
    pub fn own_banks(&self, root: &Path, workspace: &Workspace) -> Result<Banks, String> {
        let mut banks = self.banks.clone();
        add_own_banks(&mut banks, root, workspace, None).map_err(|failure| failure.message)?;
        Ok(banks)
    }
}

/// The bytes of a list that somebody named, standard input where that is `-`.
fn listed_bytes(context: &Context, path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: &io::Error| Failure::new(format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        let file = File::open(context.start.join(path)).map_err(|error| failed(&error))?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    }
    Ok(bytes)
}

/// A directory seen from another, with `/`.
fn seen_from(from: &Path, directory: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(parts.pop()),
                other => parts.push(other.as_os_str().to_string_lossy().replace('\\', "/")),
            }
        }
        parts
    };
    let (from, to) = (parts(from), parts(directory));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut seen: Vec<&str> = vec![".."; from.len() - common];
    seen.extend(to[common..].iter().map(String::as_str));
    if seen.is_empty() { ".".to_owned() } else { seen.join("/") }
}
