//! `dspt sites`: the branches that a headquarters publishes for, against the lists that CQC and ODS publish.

mod check;
mod confirm;
mod import;
mod letter;
mod list;

pub use check::SitesCheckOutput;
pub use import::SitesImportOutput;
pub use list::SitesOutput;

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::opened::Opened;
use super::style::{self, ATTENTION, paint};
use crate::diagnostic::render::one_line;
use crate::import::sites::{self, Layout, SiteList};
use crate::import::{ImportError, table};
use crate::model::period::in_words;
use crate::model::{Organisation, Site};
use crate::source::Document;
use crate::source::edit::{self, Change};
use crate::workspace::{ORGANISATION_FILE, Scope};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct SitesArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// How it is shown
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the sites: open or closed, covered or left out, what they share, who confirmed
    List {
        /// How it is shown
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Add the sites that a downloaded list has and organisation.toml has not
    ///
    /// Reads the CQC directory and CQC's sheet of locations "with filters" as CSV, and the ODS reports ecarehomesite,
    /// ecarehomehq and those in the layout of 27 columns.
    Import {
        /// The list, as CSV
        file: PathBuf,
        /// Show what would be added and write nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        commit: Commit,
        /// How it is shown
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Say what opened, closed, moved or is missing by a downloaded list; fail where something differs
    Check {
        /// The list, as CSV
        file: PathBuf,
        /// How it is shown; eml drafts a letter about missing and wrong branches
        #[arg(long, value_enum, default_value_t = check::Format::Human)]
        format: check::Format,
        /// Where to write it; `-` is standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say that the answers hold at sites, in the words of their managers
    Confirm {
        /// The sites, by ODS code or CQC location id
        #[arg(value_name = "CODE", required = true)]
        codes: Vec<String>,
        /// Who says so, such as "Ann Lee, registered manager"
        #[arg(long, value_name = "WHO")]
        by: String,
        #[command(flatten)]
        commit: Commit,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

pub fn run(context: &Context, args: &SitesArgs) -> Result<Outcome, Failure> {
    if matches!(args.command, Some(Command::Import { .. } | Command::Confirm { .. })) {
        context.require_work_tree()?;
    }
    let opened = context.open(Scope::Edition(context.global.edition.as_deref()))?;
    opened.require_sound(context)?;
    match args.command.as_ref().unwrap_or(&Command::List { format: Format::Human }) {
        Command::List { format } => list::run(context, &opened.organisation(), args.format.unwrap_or(*format)),
        Command::Import { file, dry_run, commit, format } => {
            import::run(context, &opened, file, (!dry_run).then_some(*commit), args.format.unwrap_or(*format))
        }
        Command::Check { file, format, output } => {
            let format = match args.format {
                Some(Format::Json) => check::Format::Json,
                _ => *format,
            };
            check::run(context, &opened.organisation(), file, format, output.as_deref())
        }
        Command::Confirm { codes, by, commit } => confirm::run(context, &opened, codes, by, *commit),
    }
}

/// Something about a line of the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteOutput {
    pub line: u64,
    pub note: String,
}

/// Whether publications on a day cover a site: open, and not left out.
fn is_covered(site: &Site, day: Date) -> bool {
    is_open(site, day) && excluded(site).is_none()
}

fn is_open(site: &Site, day: Date) -> bool {
    site.opened.is_none_or(|opened| opened <= day) && site.closed.is_none_or(|closed| day <= closed)
}

/// Why publications leave a site out.
fn excluded(site: &Site) -> Option<&str> {
    site.excluded.as_deref().filter(|reason| !reason.trim().is_empty())
}

/// Reads a list that the user names, at most as much of it as dspt reads.
fn read_list(context: &Context, organisation: &Organisation, file: &Path) -> Result<SiteList, Failure> {
    let path = context.start.join(file);
    let unreadable = |error: std::io::Error| Failure::new(format!("{} cannot be read: {error}", file.display()));
    let metadata = path.metadata().map_err(unreadable)?;
    let refused = |error: ImportError| {
        let failure = Failure::new(format!("{}: {error}", file.display()));
        match error {
            ImportError::NoProviderId => failure.hint("`dspt organisation set organisation.cqc_provider_id 1-…`"),
            ImportError::TooLarge { .. } | ImportError::RowTooLong { .. } => failure,
            _ => failure.hint(
                "lists that are known: the CQC directory and locations \"with filters\" as CSV; ecarehomesite (19 columns), ecarehomehq (12) and the ODS layout of 27 columns",
            ),
        }
    };
    if metadata.is_dir() {
        return Err(Failure::new(format!("{} is a directory; name the file", file.display())));
    }
    if metadata.len() > table::MAX_BYTES {
        return Err(refused(ImportError::TooLarge { size: metadata.len() }));
    }
    let mut bytes = Vec::new();
    // What grows while it is read, or has no length of its own, is bounded all the same.
    File::open(&path)
        .and_then(|opened| opened.take(table::MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    sites::read(bytes, organisation).map_err(refused)
}

/// The first line about a list: what it is and what it holds.
fn heading(context: &Context, list: &SiteList, file: &Path, organisation: &Organisation) -> String {
    let made = list.produced.map(|day| format!(" of {}", in_words(day))).unwrap_or_default();
    let code = one_line(&organisation.ods_code);
    let ours = if list.layout == Layout::OdsHeadquarters {
        let is_there = list.rows.iter().any(|row| row.ods_code.eq_ignore_ascii_case(organisation.ods_code.trim()));
        format!("{code} {} of them", if is_there { "is one" } else { "is none" })
    } else {
        format!("{} of them of {code}", list.rows.iter().filter(|row| row.is_ours).count())
    };
    let title = list.layout.title();
    let file = one_line(&file.display().to_string());
    let text = format!("{file}: {title}{made}, {}, {ours}", style::count(list.total, "row"));
    format!("{}\n", style::wrap(&text, context.prose_width(), 0))
}

/// The notes about lines of a list, for people.
fn notes(list: &SiteList) -> String {
    let mut out = String::new();
    for note in &list.notes {
        let text = one_line(&note.text);
        let _ = writeln!(out, "{} line {}: {text}", paint(ATTENTION, "note:"), note.line);
    }
    if list.more_notes > 0 {
        let _ = writeln!(out, "{} and {} more", paint(ATTENTION, "note:"), list.more_notes);
    }
    out
}

fn note_outputs(list: &SiteList) -> Vec<NoteOutput> {
    list.notes.iter().map(|note| NoteOutput { line: note.line, note: note.text.clone() }).collect()
}

/// Changes organisation.toml in place, where the result is no worse a file than before.
fn change(
    context: &Context,
    opened: &Opened,
    changes: &[Change],
    commit: Commit,
    message: &str,
) -> Result<(), Failure> {
    let Some((file, _)) = &opened.workspace.organisation else {
        return Err(Failure::new(format!("{ORGANISATION_FILE} cannot be read")));
    };
    let file = opened.workspace.file(*file);
    let failed = |why: &dyn std::fmt::Display| Failure::new(format!("{ORGANISATION_FILE}: {why}"));
    let bytes = edit::apply(&file.document, changes).map_err(|error| failed(&error))?;
    let mut document = Document::read(bytes.clone(), file.document.syntax);
    let faults = document.faults.len() + crate::decode::organisation::decode(&document).faults.len();
    if document.damaged || faults > file.faults.len() {
        let fault = document.faults.pop().map_or_else(|| "it would not be sound".to_owned(), |fault| fault.message);
        return Err(failed(&format!("{fault}; nothing was written")));
    }
    commit.save(context, &opened.root, &[(ORGANISATION_FILE, &bytes)], message)
}
