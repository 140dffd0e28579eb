//! `dspt import`: what other people filled in, back into the files.
//!
//! What a source is, is told by looking at it, never by its name alone. A further kind of source is a variant of
//! [`Kind`], the place in [`kind`] that knows it, and a file with its `run`. Each kind works out all its changes before
//! anything is written, and hands them to [`settle`]: all files or none.

mod output;
mod spreadsheet;
#[cfg(feature = "xlsx")]
mod workbook;
mod workspace;

pub use output::ImportOutput;

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::opened::Opened;
use super::write;
use crate::diagnostic::render::one_line;
use crate::import::answers::foreign::What;
use crate::import::grid::{self, Sheet};
use crate::source::Document;
use crate::source::edit::{self, Change};
use crate::workspace::FileId;
use clap::Args;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files over this size (bytes) are not read: the largest answers workbooks have a hundredth of it.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// An answers workbook that `dspt export` made, any other spreadsheet with answers, or another workspace
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// Columns of a spreadsheet that are not found by themselves, such as number=A,answer=F
    #[arg(long, value_name = "WHAT=COLUMN", value_delimiter = ',', value_parser = parse_map)]
    map: Vec<(What, usize)>,
    /// Say that the columns of a spreadsheet are understood right
    #[arg(long)]
    yes: bool,
    /// Leave out cells of a spreadsheet of which nothing can be made, and say which
    #[arg(long)]
    skip_unclear: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where source and files changed differently, keep what the files say
    #[arg(long, conflicts_with = "theirs")]
    ours: bool,
    /// Where source and files changed differently, take what the source says
    #[arg(long)]
    theirs: bool,
    /// Who filled it in, where the source does not say [default: git's user.email]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    /// How the outcome is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    commit: Commit,
}

impl ImportArgs {
    /// Commits what was written, where that is asked for.
    fn committed(&self, context: &Context, opened: &Opened, paths: &[String]) -> Result<(), Failure> {
        if paths.is_empty() {
            return Ok(());
        }
        let name = self.source.file_name().unwrap_or(self.source.as_os_str()).to_string_lossy();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        self.commit.written(context, &opened.root, &paths, &format!("Import {}", one_line(&name)))
    }
}

fn parse_map(text: &str) -> Result<(What, usize), String> {
    let (what, column) = text.split_once('=').ok_or("write WHAT=COLUMN, such as answer=F")?;
    let known = What::named(what.trim()).ok_or_else(|| format!("{what} is none of {}", What::names().join(", ")))?;
    let column = grid::column(column).ok_or_else(|| format!("{column} is no column: write its letters"))?;
    Ok((known, column))
}

/// What kind of source it is, with what was read of it to tell.
enum Kind {
    /// Another workspace.
    Workspace(PathBuf),
    /// A spreadsheet that is none of ours.
    Spreadsheet(Vec<Sheet>),
    /// An answers workbook of ours.
    #[cfg(feature = "xlsx")]
    Workbook(Box<crate::import::answers::Book>),
}

impl ImportArgs {
    /// To take a workbook over that was chosen by what it says of itself; `settle` is (ours, theirs).
    #[cfg(feature = "xlsx")]
    pub fn of_workbook(source: PathBuf, dry_run: bool, settle: (bool, bool), by: Option<String>) -> Self {
        Self {
            source,
            map: Vec::new(),
            yes: false,
            skip_unclear: false,
            dry_run,
            ours: settle.0,
            theirs: settle.1,
            by,
            format: Format::Human,
            commit: Commit::default(),
        }
    }
}

/// The code of the organisation whose workbook a file is.
#[cfg(feature = "xlsx")]
pub fn whose(context: &Context, source: &Path) -> Result<String, Failure> {
    match kind(context, source)? {
        Kind::Workbook(book) => Ok(book.identity.ods_code),
        Kind::Workspace(_) | Kind::Spreadsheet(_) => {
            Err(Failure::new(format!("{} is no answers workbook that dspt exported", source.display()))
                .hint("`dspt -C CLIENT import FILE` takes over other spreadsheets, one client at a time"))
        }
    }
}

/// Refuses to put a new answers workbook over one that says what the files do not: nothing that somebody typed is lost.
#[cfg(feature = "xlsx")]
pub fn keep_what_was_typed(
    context: &Context,
    judgement: &super::judgement::Judgement,
    path: &Path,
) -> Result<(), Failure> {
    // What is not there, or was only made room for, holds nothing.
    if path.metadata().map_or(true, |found| found.is_file() && found.len() == 0) {
        return Ok(());
    }
    let shown = one_line(&path.strip_prefix(&context.start).unwrap_or(path).display().to_string());
    let Ok(Kind::Workbook(book)) = kind(context, path) else {
        return Err(Failure::new(format!("{shown} is there already and is no answers workbook; nothing was written"))
            .hint("take it away, or name another file with -o"));
    };
    match workbook::untaken(context, judgement, &shown, &book)? {
        None => Ok(()),
        Some(cells) => Err(Failure::new(format!(
            "{shown} was filled in and says what the files do not ({cells}); nothing was written"
        ))
        .hint(format!(
            "`dspt import {shown}` takes that over and lists what stands where nothing is asked, for you to move or clear; -o names another file"
        ))),
    }
}

pub fn run(context: &Context, args: &ImportArgs) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    match kind(context, &args.source)? {
        #[cfg(feature = "xlsx")]
        Kind::Workbook(book) => workbook::run(context, args, &book),
        Kind::Workspace(directory) => workspace::run(context, args, &directory),
        Kind::Spreadsheet(sheets) => spreadsheet::run(context, args, &sheets),
    }
}

fn kind(context: &Context, source: &Path) -> Result<Kind, Failure> {
    let path = context.start.join(source);
    let shown = source.display();
    let unreadable = |error: std::io::Error| Failure::new(format!("{shown} cannot be read: {error}"));
    let metadata = path.metadata().map_err(unreadable)?;
    let too_large =
        |size: u64| Failure::new(format!("{shown} is {size} bytes long; dspt reads files up to {MAX_BYTES}"));
    if metadata.is_dir() {
        if workspace::is_one(&path) {
            return Ok(Kind::Workspace(path));
        }
        return Err(Failure::new(format!("{shown} is a directory and no workspace; name the file")));
    }
    if metadata.len() > MAX_BYTES {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::new();
    // What grows while it is read, or has no length of its own, is bounded all the same.
    File::open(&path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    #[cfg(feature = "xlsx")]
    if grid::is_workbook(&bytes)
        && let Some(book) = workbook::read(&bytes)?
    {
        return Ok(Kind::Workbook(Box::new(book)));
    }
    let sheets = grid::read(bytes).map_err(|error| Failure::new(format!("{shown}: {error}; nothing was written")))?;
    if sheets.iter().any(crate::import::plan::is_kept) {
        return Err(Failure::new(format!("{shown}: this is an action plan, not answers; nothing was written"))
            .hint(format!("`dspt plan import {shown}` takes it over")));
    }
    if sheets.iter().any(crate::import::answers::foreign::is_of_a_workbook) {
        return Err(Failure::new(format!(
            "{shown}: this is one sheet of an answers workbook saved as text, where 02/09 may be a day of September or \
             of February; nothing was written"
        ))
        .hint("save the workbook itself as .xlsx, and give that"));
    }
    Ok(Kind::Spreadsheet(sheets))
}

/// Changes to the files of a workspace, worked out whole before any is written.
#[derive(Debug, Default)]
struct Edits {
    files: Vec<(FileId, Vec<Change>)>,
}

impl Edits {
    fn add(&mut self, file: FileId, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        match self.files.iter_mut().find(|(known, _)| *known == file) {
            Some((_, known)) => known.extend(changes),
            None => self.files.push((file, changes)),
        }
    }
}

/// Applies edits in memory, checks that every file is no worse than before, then writes them all; a file that cannot be
/// written puts those back that were.
///
/// Gives the paths of the files written, from the workspace.
fn settle(opened: &Opened, edits: &Edits, commit: Commit, dry_run: bool) -> Result<Vec<String>, Failure> {
    let mut ready = Vec::new();
    for (id, changes) in &edits.files {
        let file = opened.workspace.file(*id);
        let failed = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}; nothing was written", file.path));
        let bytes = edit::apply(&file.document, changes).map_err(|error| failed(&error))?;
        let document = Document::read(bytes.clone(), file.document.syntax);
        if document.damaged || document.faults.len() > file.document.faults.len() {
            return Err(failed(&"the file would not be sound"));
        }
        let old = edit::splice(&file.document, &[]);
        if bytes != old {
            ready.push((file.path.clone(), old, bytes));
        }
    }
    if dry_run {
        return Ok(Vec::new());
    }
    commit.ready(&opened.root, &ready.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>())?;
    for (at, (path, _, bytes)) in ready.iter().enumerate() {
        if let Err(failure) = write::replace(&opened.root.join(path), bytes) {
            for (path, old, _) in &ready[..at] {
                write::replace(&opened.root.join(path), old)?;
            }
            return Err(failure);
        }
    }
    Ok(ready.into_iter().map(|(path, ..)| path).collect())
}
