//! `dspt plan import`: a plan that somebody filled in as a spreadsheet, back into its file.

use super::ensure_schema;
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::judgement::Judgement;
use crate::cli::style::{self, ATTENTION, COMMAND, QUIET, STRONG, paint};
use crate::cli::write;
use crate::decode;
use crate::diagnostic::render::one_line;
use crate::export::plan::Column;
use crate::import::Prefer;
use crate::import::grid;
use crate::import::plan::{self as returned, Book, Conflict, Merged};
use crate::model::ActionPlan;
use crate::source::{Document, Syntax, edit};
use crate::workspace::fresh::SCHEMAS;
use crate::workspace::rollover::plan_text;
use crate::workspace::{ACTION_PLANS, File};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files over this size (bytes) are not read: the largest plans have a hundredth of it.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The plan's workbook that came back, or a table of the same columns
    file: PathBuf,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where workbook and file changed differently, keep what the file says
    #[arg(long, conflicts_with = "theirs")]
    ours: bool,
    /// Where workbook and file changed differently, take what the workbook says
    #[arg(long)]
    theirs: bool,
    #[command(flatten)]
    commit: Commit,
}

/// What `plan import --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanImportOutput {
    pub edition: String,
    /// The plan's file, from the workspace.
    pub file: String,
    /// Whether it was changed.
    pub written: bool,
    /// Cells that were edited and are taken over.
    pub taken: Vec<TakenOutput>,
    /// Cells and values that were changed on both sides; nothing is written while there are any.
    pub conflicts: Vec<ConflictOutput>,
    /// Cells of which nothing can be made; nothing is written while there are any.
    pub unclear: Vec<UnclearOutput>,
    /// What stands where nothing is asked, with its cell; it is not taken over and stops nothing.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct TakenOutput {
    /// Such as `E9`.
    pub cell: String,
    pub number: String,
    pub column: String,
    pub old: String,
    pub new: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ConflictOutput {
    pub cell: String,
    pub number: String,
    pub column: String,
    /// What the workbook says.
    pub sheet: String,
    /// What the plan's file says.
    pub file: String,
    /// What was exported; null where the workbook does not keep it.
    pub exported: Option<String>,
    pub line: u32,
    /// The column of the line, from 1.
    pub line_column: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct UnclearOutput {
    pub cell: String,
    pub reason: String,
}

pub(super) fn run(context: &Context, judgement: &Judgement, args: &Import, json: bool) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let shown = args.file.display().to_string();
    let book = read(context, &args.file)?;
    require_ours(judgement, &book, &shown)?;
    let prefer = Prefer::asked(args.ours, args.theirs);
    let merged = returned::merge(&book, &judgement.organisation, &judgement.standard, judgement.plan(), prefer);
    let workspace = &judgement.opened.workspace;
    let existing = workspace.plans.iter().find(|plan| Some(&plan.edition) == workspace.edition.as_ref());
    let file = existing.map(|plan| workspace.file(plan.file));
    let path =
        file.map_or_else(|| format!("{ACTION_PLANS}/{}.toml", judgement.standard.edition()), |file| file.path.clone());
    let refused = !merged.conflicts.is_empty() || !merged.unclear.is_empty();
    let written = !refused && !args.dry_run && !merged.taken.is_empty();
    if !refused && !merged.taken.is_empty() {
        let bytes = match file {
            Some(file) => edited(file, &merged)?,
            None => fresh(judgement, &merged.meant, &path)?,
        };
        let root = &judgement.opened.root;
        if written {
            let schema = format!("{SCHEMAS}/action-plan.schema.json");
            let mut paths = vec![path.as_str()];
            args.commit.ready(root, &paths)?;
            if file.is_some() {
                write::replace(&root.join(&path), &bytes)?;
            } else {
                write::create(root, &path, &bytes)?;
                if ensure_schema(judgement)? {
                    paths.push(&schema);
                }
            }
            let name = args.file.file_name().unwrap_or(args.file.as_os_str()).to_string_lossy();
            args.commit.written(context, root, &paths, &format!("Import {}", one_line(&name)))?;
        }
    }
    if json {
        context.print_json(&output(judgement, &book, &merged, file, &path, written))?;
    } else {
        context.print(&told(context, &merged, &book, file, (&shown, &path), args.dry_run))?;
    }
    Ok(if refused { Outcome::CheckFailed } else { Outcome::Done })
}

/// Refuses to put a new plan's workbook over one that says what the plan does not: nothing that somebody typed is lost.
pub(super) fn keep_what_was_typed(context: &Context, judgement: &Judgement, path: &Path) -> Result<(), Failure> {
    // What is not there, or was only made room for, holds nothing.
    if path.metadata().map_or(true, |found| found.is_file() && found.len() == 0) {
        return Ok(());
    }
    let shown = one_line(&path.strip_prefix(&context.start).unwrap_or(path).display().to_string());
    let Some(book) = read(context, path).ok().filter(|book| book.identity.is_some()) else {
        return Err(Failure::new(format!("{shown} is there already and is no action plan; nothing was written"))
            .hint("take it away, or name another file with -o"));
    };
    require_ours(judgement, &book, &shown)?;
    let merged =
        returned::merge(&book, &judgement.organisation, &judgement.standard, judgement.plan(), Prefer::Neither);
    match merged.taken.len() + merged.conflicts.len() + merged.unclear.len() + book.strays.len() {
        0 => Ok(()),
        cells => Err(Failure::new(format!(
            "{shown} was filled in and says what the plan does not ({}); nothing was written",
            style::count(cells, "cell")
        ))
        .hint(format!("`dspt plan import {shown}` takes that over and lists what stands where nothing is asked, for you to move or clear; -o names another file"))),
    }
}

fn read(context: &Context, file: &Path) -> Result<Book, Failure> {
    let shown = file.display();
    let unreadable = |error: std::io::Error| Failure::new(format!("{shown} cannot be read: {error}"));
    let path = context.start.join(file);
    if path.is_dir() {
        return Err(Failure::new(format!("{shown} is a directory; name the file")));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|opened| opened.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::new(format!("{shown} is larger than any action plan ({MAX_BYTES} bytes)")));
    }
    let book = grid::read(bytes).and_then(|sheets| returned::read(&sheets));
    book.map_err(|error| {
        Failure::new(format!("{shown}: {error}; nothing was written"))
            .hint("`dspt plan show --format xlsx` writes the workbook that can be filled in")
    })
}

/// Refuses the plan of another organisation or edition.
fn require_ours(judgement: &Judgement, book: &Book, shown: &str) -> Result<(), Failure> {
    let Some(identity) = &book.identity else { return Ok(()) };
    let standard = &judgement.standard;
    let organisation = &judgement.organisation;
    let is_own = std::iter::once(&organisation.ods_code)
        .chain(&organisation.former_codes)
        .any(|code| code.trim().eq_ignore_ascii_case(&identity.ods_code));
    let other = |what: String| Err(Failure::new(format!("{shown}: {what}; nothing was written")));
    if !is_own {
        return other(format!(
            "it is the action plan of {}, and this is {}",
            one_line(&identity.ods_code),
            one_line(&organisation.ods_code)
        ));
    }
    if identity.standard != standard.id() || identity.edition != standard.edition() {
        let what = format!(
            "it is the action plan for {} {}, and this is {} {}",
            one_line(&identity.standard),
            one_line(&identity.edition),
            standard.id(),
            standard.edition()
        );
        return other(what).map_err(|failure| failure.hint("`--edition E` names the edition to work on"));
    }
    Ok(())
}

/// The plan's file with the cells taken over, everything else as it was.
fn edited(file: &File, merged: &Merged) -> Result<Vec<u8>, Failure> {
    let failed = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}; nothing was written", file.path));
    let bytes = edit::apply(&file.document, &merged.changes).map_err(|error| failed(&error))?;
    let read = Document::read(bytes.clone(), file.document.syntax);
    let decoded = decode::plan::decode(&read);
    if read.damaged || decoded.value != merged.meant {
        return Err(failed(&"the plan would not say what the workbook says"));
    }
    Ok(bytes)
}

/// A plan's file where there is none yet.
fn fresh(judgement: &Judgement, plan: &ActionPlan, path: &str) -> Result<Vec<u8>, Failure> {
    let text = plan_text(&judgement.standard, plan, &["Action plan.".to_owned()], Syntax::Toml);
    let read = Document::read_text(&text, Syntax::Toml);
    if read.damaged || decode::plan::decode(&read).value != *plan {
        return Err(Failure::new(format!("{path} would not say what the workbook says; nothing was written")));
    }
    Ok(text.into_bytes())
}

/// What stands where nothing is asked, and what to do with it.
fn strays(book: &Book) -> impl Iterator<Item = String> {
    book.strays.iter().map(|stray| {
        format!(
            "not taken over: {} says \"{}\", where nothing is asked: write it into the row of an item, or into the plan's \
             file",
            one_line(&stray.cell),
            style::cut(&one_line(&stray.text), 60)
        )
    })
}

fn place(file: Option<&File>, conflict: &Conflict) -> (u32, u32) {
    file.map_or((1, 1), |file| {
        let at = file.document.position(file.document.span(&conflict.pointer).start);
        (at.line, at.column)
    })
}

fn output(
    judgement: &Judgement,
    book: &Book,
    merged: &Merged,
    file: Option<&File>,
    path: &str,
    written: bool,
) -> PlanImportOutput {
    let title = |column: Column| column.title().to_owned();
    PlanImportOutput {
        notes: strays(book).collect(),
        edition: judgement.standard.edition().to_owned(),
        file: path.to_owned(),
        written,
        taken: merged
            .taken
            .iter()
            .map(|taken| TakenOutput {
                cell: taken.cell.clone(),
                number: taken.number.clone(),
                column: title(taken.column),
                old: taken.old.clone(),
                new: taken.new.clone(),
            })
            .collect(),
        conflicts: merged
            .conflicts
            .iter()
            .map(|conflict| {
                let (line, line_column) = place(file, conflict);
                ConflictOutput {
                    cell: conflict.cell.clone(),
                    number: conflict.number.clone(),
                    column: title(conflict.column),
                    sheet: conflict.sheet.clone(),
                    file: conflict.file.clone(),
                    exported: conflict.exported.clone(),
                    line,
                    line_column,
                }
            })
            .collect(),
        unclear: merged
            .unclear
            .iter()
            .map(|unclear| UnclearOutput { cell: unclear.cell.clone(), reason: unclear.reason.clone() })
            .collect(),
    }
}

fn told(
    context: &Context,
    merged: &Merged,
    book: &Book,
    file: Option<&File>,
    (shown, path): (&str, &str),
    dry_run: bool,
) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let short = |text: &str| {
        if text.is_empty() { "nothing".to_owned() } else { format!("\"{}\"", style::cut(&one_line(text), 60)) }
    };
    let _ = writeln!(out, "{} into {path}", paint(STRONG, one_line(shown)));
    for taken in &merged.taken {
        let text = format!(
            "{}  {}  {}: {} (was {})",
            style::pad(&taken.cell, 4),
            style::pad(&taken.number, 6),
            taken.column.title(),
            short(&taken.new),
            short(&taken.old)
        );
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, 16));
    }
    for conflict in &merged.conflicts {
        let (line, column) = place(file, conflict);
        let exported =
            conflict.exported.as_ref().map(|said| format!("; exported was {}", short(said))).unwrap_or_default();
        let text = format!(
            "{} {} says {} for {} of {}",
            paint(ATTENTION, "conflict:"),
            conflict.cell,
            short(&conflict.sheet),
            conflict.column.title(),
            conflict.number
        );
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, 4));
        let text = format!("{path}:{line}:{column} says {}{exported}", short(&conflict.file));
        let _ = writeln!(out, "{}", style::hang(&text, width, 4, 6));
    }
    for unclear in &merged.unclear {
        let text = format!("{} {} {}", paint(ATTENTION, "unclear:"), unclear.cell, one_line(&unclear.reason));
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, 4));
    }
    for stray in strays(book) {
        let _ = writeln!(out, "{}", style::hang(&stray, width, 2, 4));
    }
    let cells = style::count(merged.taken.len(), "cell");
    let open = merged.conflicts.len() + merged.unclear.len();
    let said = match (open, merged.taken.len(), dry_run) {
        (0, 0, _) => format!("Nothing was edited in its {}.", style::count(book.rows(), "row")),
        (0, _, true) => format!("Would take over {cells}; nothing was written."),
        (0, _, false) => format!("Took over {cells}; the rest of the file is as it was."),
        _ => format!("{} to be decided first; nothing was written.", style::count(open, "cell")),
    };
    let _ = writeln!(out, "{said}");
    if !merged.conflicts.is_empty() {
        let hint = format!(
            "{} keeps what the file says, {} takes what the workbook says.",
            paint(COMMAND, "--ours"),
            paint(COMMAND, "--theirs")
        );
        let _ = writeln!(out, "{hint}");
    }
    if !book.knows_export() {
        let note = "It does not keep what was exported: only what the file does not say yet is taken over unasked.";
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(note, width, 0)));
    }
    out
}
