//! What every command needs: where it runs, the day it judges on, the terminal, and the workspace when it asks for one.

use super::banks::{add_own_banks, refuse};
use super::error::Failure;
use super::judgement::Judgement;
use super::opened::Opened;
use super::revision::{self, Revision};
use crate::bank::Banks;
use crate::diagnostic::render::HumanStyle;
use crate::tree::{Tree, WorkTree};
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use anstream::{AutoStream, ColorChoice};
use clap::Args;
use jiff::civil::{Date, DateTime};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Options that every command knows.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Common options")]
pub struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// The edition to work on, such as 2025-26 [default: the newest that has answers]
    #[arg(long, value_name = "EDITION", global = true)]
    pub edition: Option<String>,
    /// A publication such as 2025-26/001 or 2025-26/latest, or a git revision, to read instead of the work tree
    #[arg(long, value_name = "REV", global = true)]
    pub at: Option<String>,
    /// The day (or minute, 2026-06-30T21:21) to judge on, in UTC [default: now; with --at a publication, its date]
    #[arg(long, value_name = "DATE", value_parser = parse_moment, global = true)]
    pub as_of: Option<DateTime>,
    /// A directory of further question banks; may be given more than once
    #[arg(long, value_name = "DIR", global = true)]
    pub standards: Vec<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto, global = true)]
    pub color: Colour,
    /// Say only what was asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is read and how it is judged
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// A day, `2026-06-30`, meaning its first minute, or a minute, `2026-06-30T21:21`.
fn parse_moment(text: &str) -> Result<DateTime, String> {
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10).map(DateTime::from);
    let minute = || text.parse::<DateTime>().ok().filter(|_| text.len() >= 16);
    day.or_else(minute).ok_or_else(|| "write a date such as 2026-06-30 or a minute such as 2026-06-30T21:21".to_owned())
}

/// The surroundings of one run.
#[derive(Debug, Clone)]
pub struct Context {
    pub global: Global,
    pub start: PathBuf,
    pub now: DateTime,
    /// What `--at` names.
    pub revision: Option<Revision>,
    /// Columns of the terminal; 80 where there is none.
    pub width: usize,
    colour: ColorChoice,
    /// The banks of everybody, where they were read already.
    shared: Option<Banks>,
}

impl Context {
    /// Reads clock, environment and terminal: the only place that does.
    pub fn new(global: Global) -> Result<Self, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::new(format!("the current directory cannot be read: {error}")))?;
        let start = global.directory.as_ref().map_or_else(|| here.clone(), |directory| here.join(directory));
        if !start.is_dir() {
            return Err(Failure::new(format!("there is no directory {}", start.display())));
        }
        let now = global.as_of.unwrap_or_else(current_minute);
        let columns = std::env::var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
        let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns.or_else(terminal).filter(|width| *width >= 40).unwrap_or(80);
        let colour = match global.color {
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
            Colour::Auto => AutoStream::choice(&io::stdout()),
        };
        Ok(Self { global, start, now, revision: None, width, colour, shared: None })
    }

    /// The same surroundings for one of many workspaces, with banks that were read once for all of them.
    #[must_use]
    pub fn at(&self, root: &Path, banks: &Banks) -> Self {
        Self { start: root.to_owned(), shared: Some(banks.clone()), ..self.clone() }
    }

    /// Takes over what a command line within this one says of its own.
    pub fn adopt(&mut self, inner: Global) -> Result<(), Failure> {
        if inner.directory.is_some() || !inner.standards.is_empty() {
            return Err(Failure::new("-C and --standards have no place in the command that runs for each client")
                .hint("give --standards before the command"));
        }
        self.global.edition = inner.edition.or_else(|| self.global.edition.take());
        self.global.at = inner.at.or_else(|| self.global.at.take());
        self.global.as_of = inner.as_of.or(self.global.as_of);
        self.now = self.global.as_of.unwrap_or(self.now);
        self.global.quiet |= inner.quiet;
        self.global.verbose |= inner.verbose;
        self.find_revision()
    }

    /// Finds what `--at` names. A publication is read in its own edition and judged on its own date, unless the command
    /// line says otherwise.
    pub fn find_revision(&mut self) -> Result<(), Failure> {
        let Some(name) = &self.global.at else { return Ok(()) };
        let until = self.global.as_of.map(DateTime::date);
        let banks = self.banks()?;
        let found = Revision::find(name, &self.start, &banks, until)?;
        if let Some(published) = &found.publication {
            self.now = self.global.as_of.unwrap_or_else(|| published.date.into());
            self.global.edition.get_or_insert_with(|| published.edition.clone());
        }
        if let Some(note) = found.bank_note(&banks)? {
            self.note(&note);
        }
        self.revision = Some(found);
        Ok(())
    }

    /// Refuses `--at` for a command that writes into the workspace: what was committed is never changed.
    pub fn require_work_tree(&self) -> Result<(), Failure> {
        match &self.revision {
            None => Ok(()),
            Some(revision) => Err(Failure::new(format!(
                "this command changes the workspace, and {} cannot be changed; nothing was written",
                revision.shown()
            ))
            .hint("leave out --at to change the files as they are now")),
        }
    }

    pub fn day(&self) -> Date {
        self.now.date()
    }

    /// Columns for prose: wide lines are hard to read.
    pub fn prose_width(&self) -> usize {
        self.width.min(100)
    }

    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.colour);
        stream.write_all(text.as_bytes())?;
        Ok(stream.flush()?)
    }

    /// Bytes as they are, or styled text for people.
    pub fn print_bytes(&self, bytes: &[u8], styled: bool) -> Result<(), Failure> {
        if styled {
            return self.print(&String::from_utf8_lossy(bytes));
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }

    /// A remark beside the work, on standard error; nothing under `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.global.quiet {
            let mut stream = AutoStream::new(io::stderr().lock(), AutoStream::choice(&io::stderr()));
            // Nobody is left to be told where standard error cannot be written.
            let _ = writeln!(stream, "{text}");
        }
    }

    pub fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(error.to_string()))?;
        self.print(&format!("{text}\n"))
    }

    pub fn human_style(&self) -> HumanStyle {
        HumanStyle { width: self.width, colour: self.colour != ColorChoice::Never, unicode: true }
    }

    /// Whether somebody sits at a terminal who can be asked.
    pub fn is_interactive() -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// The nearest directory upwards that holds an organisation.
    pub fn find_root(from: &Path) -> Option<PathBuf> {
        revision::find_root(from)
    }

    /// The workspace here, if there is one: in the work tree, or in what `--at` names.
    pub fn workspace_here(&self) -> Option<PathBuf> {
        match &self.revision {
            Some(revision) => revision.root.clone(),
            None => Self::find_root(&self.start),
        }
    }

    pub fn root(&self) -> Result<PathBuf, Failure> {
        self.workspace_here().ok_or_else(|| {
            Failure::new(format!("there is no {ORGANISATION_FILE} in {} or above", self.start.display()))
                .hint("`dspt init --ods CODE --name NAME` makes a workspace here; `-C DIR` looks elsewhere")
        })
    }

    /// The files of a workspace: those of the work tree, or those of the revision that `--at` names.
    pub fn tree(&self, root: &Path) -> Result<Box<dyn Tree>, Failure> {
        Ok(match &self.revision {
            Some(revision) => Box::new(revision.tree(root)?),
            None => Box::new(WorkTree::new(root)),
        })
    }

    /// The shipped banks and those given with `--standards`.
    pub fn banks(&self) -> Result<Banks, Failure> {
        if let Some(banks) = &self.shared {
            return Ok(banks.clone());
        }
        let mut banks = Banks::shipped();
        for directory in &self.global.standards {
            let full = self.start.join(directory);
            let (root, name) = match (full.parent(), full.file_name().and_then(|name| name.to_str())) {
                (Some(parent), Some(name)) => (parent.to_owned(), name.to_owned()),
                _ => (full.clone(), ".".to_owned()),
            };
            let mut problems = banks.add_from(&WorkTree::new(root), std::slice::from_ref(&name));
            for problem in &mut problems {
                // As the directory was given.
                if let Some(below) = problem.path.strip_prefix(&name) {
                    problem.path = format!("{}{below}", directory.display());
                }
            }
            refuse(problems)?;
        }
        Ok(banks)
    }

    /// The banks that judge the workspace in a directory.
    #[cfg(feature = "lsp")]
    pub fn banks_of(&self, root: &Path) -> Result<Banks, Failure> {
        let mut banks = self.banks()?;
        let workspace = Workspace::load(&WorkTree::new(root), Scope::Edition(None));
        add_own_banks(&mut banks, root, &workspace, None)?;
        Ok(banks)
    }

    /// The minute to judge on for a program that runs for days: the clock's, unless `--as-of` stands still.
    #[cfg(feature = "lsp")]
    pub fn moment(&self) -> DateTime {
        self.global.as_of.unwrap_or_else(current_minute)
    }

    /// The banks at hand where there may be no workspace.
    pub fn banks_anywhere(&self) -> Result<Banks, Failure> {
        let mut banks = self.banks()?;
        if let Some(root) = self.workspace_here() {
            let workspace = Workspace::load(self.tree(&root)?.as_ref(), Scope::Edition(None));
            add_own_banks(&mut banks, &root, &workspace, self.revision.as_ref())?;
        }
        Ok(banks)
    }

    pub fn open(&self, scope: Scope<'_>) -> Result<Opened, Failure> {
        self.open_at(&self.root()?, scope)
    }

    pub fn open_at(&self, root: &Path, scope: Scope<'_>) -> Result<Opened, Failure> {
        self.open_tree(root, self.tree(root)?, self.revision.as_ref(), scope)
    }

    /// Opens a workspace from the files given: of the work tree, or of the revision given with them.
    pub fn open_tree(
        &self,
        root: &Path,
        tree: Box<dyn Tree>,
        revision: Option<&Revision>,
        scope: Scope<'_>,
    ) -> Result<Opened, Failure> {
        let mut workspace = Workspace::load(tree.as_ref(), scope);
        if let Some(edition) = &self.global.edition {
            workspace.edition = Some(edition.clone());
        }
        let mut answers = workspace.answers.iter().flat_map(|answers| answers.decoded.value.answers.values());
        if answers.any(|answer| answer.from.is_some()) {
            workspace.libraries = super::answer::shared::libraries(root).map(|(_, libraries)| Arc::new(libraries));
        }
        let mut banks = self.banks()?;
        add_own_banks(&mut banks, root, &workspace, revision)?;
        if self.global.verbose {
            let at = revision.map(|revision| format!(" at {}", revision.shown())).unwrap_or_default();
            self.note(&format!("workspace {}{at}", root.display()));
        }
        Ok(Opened {
            root: root.to_owned(),
            tree,
            revision: revision.cloned(),
            workspace,
            banks,
            now: self.now,
            ledger: OnceLock::new(),
        })
    }

    /// Opens the workspace for a command that judges: refuses where it is unclear what holds.
    pub fn judge(&self) -> Result<Judgement, Failure> {
        let opened = self.open(Scope::Edition(self.global.edition.as_deref()))?;
        Judgement::new(self, opened)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
fn current_minute() -> DateTime {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    now.with().second(0).subsec_nanosecond(0).build().unwrap_or(now)
}
