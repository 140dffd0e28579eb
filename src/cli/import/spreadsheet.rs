//! A spreadsheet of somebody else's making: its columns are shown and asked for before anything is taken over.

use super::output::{ChangedOutput, ImportFindingOutput, ImportOutput, human};
use super::{Edits, ImportArgs, settle};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::judgement::Judgement;
use crate::cli::style::{self, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::import::Prefer;
use crate::import::answers::foreign::{self, Around, Found, Layout, Taken, What};
use crate::import::grid::{self, Sheet};
use crate::tree::Entry;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufRead as _};

pub(super) fn run(context: &Context, args: &ImportArgs, sheets: &[Sheet]) -> Result<Outcome, Failure> {
    let source = one_line(&args.source.display().to_string());
    let judgement = context.judge()?;
    let opened = &judgement.opened;
    let map: BTreeMap<What, usize> = args.map.iter().copied().collect();
    let found = foreign::find(sheets, &judgement.standard, &map).map_err(|error| {
        Failure::new(format!("{source}: {error}; nothing was written"))
            .hint(format!("--map number=A,answer=F names the columns; known: {}", What::names().join(", ")))
    })?;
    if !agreed(context, args, &judgement, &found)? {
        return Err(Failure::new("nothing was written"));
    }
    let find_file = |path: &str| {
        let is_file = matches!(opened.tree.entry(path), Ok(Entry::File { .. }));
        is_file.then(|| opened.tree.sha256(path).ok()).flatten()
    };
    let taken = foreign::take(
        &found,
        Around {
            standard: &judgement.standard,
            banks: &opened.banks,
            organisation: &judgement.organisation,
            answers: judgement.answers(),
            prefer: Prefer::asked(args.ours, args.theirs),
            skip_unclear: args.skip_unclear,
            find_file: &find_file,
        },
    );
    let failed = !taken.troubles.is_empty();
    let mut edits = Edits::default();
    edits.add(judgement.answers_file().file, taken.changes.clone());
    if !failed {
        let written = settle(opened, &edits, args.commit, args.dry_run)?;
        args.committed(context, opened, &written)?;
    }
    let written = !failed && !args.dry_run && !edits.files.is_empty();
    let output = output(&source, &judgement, taken, written);
    match args.format {
        Format::Json => context.print_json(&output)?,
        Format::Human => context.print(&human(context, args, &output))?,
    }
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// Shows how the sheets are understood, and whether somebody says that it is right.
fn agreed(context: &Context, args: &ImportArgs, judgement: &Judgement, found: &Found<'_>) -> Result<bool, Failure> {
    let is_ours = found.layouts.iter().all(|layout| layout.is_ours);
    if args.yes || args.dry_run || is_ours {
        if !is_ours && args.format == Format::Human {
            context.print(&format!("{}\n", understood(context, judgement, found)))?;
        }
        return Ok(true);
    }
    let shown = understood(context, judgement, found);
    if args.format == Format::Json || !Context::is_interactive() {
        context.note(shown.trim_end());
        return Err(Failure::new("nobody has said that these columns are right, so nothing was written")
            .hint("--yes says so; --map number=A,answer=F names other columns; --dry-run shows what would change"));
    }
    context.print(&format!("{shown}\nImport with these columns? [y/N] "))?;
    let mut reply = String::new();
    io::stdin().lock().read_line(&mut reply)?;
    Ok(matches!(reply.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn understood(context: &Context, judgement: &Judgement, found: &Found<'_>) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let quoted = |name: &str| format!("\"{}\"", one_line(name));
    // Sheets with the same columns are shown as one.
    let mut alike: Vec<(&Layout<'_>, Vec<String>)> = Vec::new();
    for layout in &found.layouts {
        let same = |known: &Layout<'_>| (&known.columns, &known.others) == (&layout.columns, &layout.others);
        match alike.iter_mut().find(|(known, _)| same(known)) {
            Some((_, names)) => names.push(quoted(&layout.sheet.name)),
            None => alike.push((layout, vec![quoted(&layout.sheet.name)])),
        }
    }
    for (layout, names) in alike {
        let sheets = match names.as_slice() {
            [_] if layout.sheet.name.is_empty() => "The file is".to_owned(),
            [name] => format!("Sheet {name} is"),
            names => format!("Sheets {} are", names.join(", ")),
        };
        let head = format!("{sheets} read as answers to {}:", judgement.standard.edition());
        let _ = writeln!(out, "{}", paint(STRONG, style::hang(&head, width, 0, 2)));
        for (what, (column, heading)) in &layout.columns {
            let heading = if heading.is_empty() { String::new() } else { quoted(heading) };
            let line = format!("column {:<3} {} {heading}", grid::letters(*column), style::pad(what.name(), 12));
            let _ = writeln!(out, "{}", style::hang(line.trim_end(), width, 2, 26));
        }
        if !layout.others.is_empty() {
            let names: Vec<String> = layout
                .others
                .iter()
                .map(|(column, heading)| format!("{} {}", grid::letters(*column), quoted(heading)))
                .collect();
            let line = format!("not read: {}", names.join(", "));
            let _ = writeln!(out, "{}", paint(QUIET, style::hang(&line, width, 2, 4)));
        }
    }
    if !found.unread.is_empty() {
        let names: Vec<String> = found.unread.iter().map(|(name, _)| quoted(name)).collect();
        let line = format!("Sheets that are not read: {}", names.join(", "));
        let _ = writeln!(out, "{}", paint(QUIET, style::hang(&line, width, 0, 2)));
    }
    out
}

fn output(source: &str, judgement: &Judgement, taken: Taken, written: bool) -> ImportOutput {
    let file = judgement.opened.workspace.file(judgement.answers_file().file);
    let mut notes = taken.notes;
    if taken.same > 0 {
        notes.push(format!("{} said the same already", style::count(taken.same, "answer")));
    }
    ImportOutput {
        source: source.to_owned(),
        kind: "spreadsheet".to_owned(),
        edition: judgement.standard.edition().to_owned(),
        written,
        findings: taken
            .troubles
            .into_iter()
            .map(|trouble| {
                let line = trouble
                    .pointer
                    .as_ref()
                    .map(|pointer| file.document.position(file.document.span(pointer).start).line);
                ImportFindingOutput {
                    kind: if trouble.is_conflict { "conflict" } else { "unclear" }.to_owned(),
                    cell: trouble.cell,
                    message: trouble.message,
                    file: line.map(|_| file.path.clone()),
                    line,
                }
            })
            .collect(),
        changed: taken
            .changed
            .into_iter()
            .map(|changed| ChangedOutput {
                item: Some(changed.number),
                what: changed.what.to_owned(),
                cell: changed.cell,
                old: changed.old,
                new: changed.new,
            })
            .collect(),
        confirmed: Vec::new(),
        notes,
    }
}
