//! An answers workbook of ours that comes back filled in.

use super::output::{ChangedOutput, ConfirmedOutput, ImportFindingOutput, ImportOutput};
use super::{Edits, ImportArgs, settle};
use crate::cli::context::{Context, Judgement};
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::style::{self, ATTENTION, BAD, COMMAND, GOOD, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::form::book::{FORMAT, Identity};
use crate::import::answers::{self, Book, BookError, Merge, Named, Settle, Surroundings, TroubleKind};
use crate::tree::Entry;
use crate::workspace::{FileId, ORGANISATION_FILE};
use std::fmt::Write as _;

pub(super) fn run(context: &Context, args: &ImportArgs, book: &Book) -> Result<Outcome, Failure> {
    let source = one_line(&args.source.display().to_string());
    let judgement = context.judge()?;
    refuse_others(&source, &book.identity, &judgement)?;
    let opened = &judgement.opened;
    let by = args.by.clone().filter(|by| !by.trim().is_empty());
    let by = by.or_else(|| crate::ledger::git::user_email(&opened.root));
    let find_file = |path: &str| {
        let is_file = matches!(opened.tree.entry(path), Ok(Entry::File { .. }));
        is_file.then(|| opened.tree.sha256(path).ok()).flatten()
    };
    let merge = answers::merge(
        book,
        &Surroundings {
            standard: &judgement.standard,
            organisation: &judgement.organisation,
            answers: judgement.answers(),
            day: context.day(),
            by: by.as_deref(),
            settle: match (args.ours, args.theirs) {
                (true, _) => Settle::Ours,
                (_, true) => Settle::Theirs,
                _ => Settle::Ask,
            },
            find_file: &find_file,
        },
    );
    let failed = !merge.troubles.is_empty();
    let mut edits = Edits::default();
    edits.add(judgement.answers_file().file, merge.answers.clone());
    if let Some((file, _)) = &opened.workspace.organisation {
        edits.add(*file, merge.organisation.clone());
    }
    if !failed {
        settle(opened, &edits, args.dry_run)?;
    }
    let written = !failed && !args.dry_run && !edits.files.is_empty();
    let output = output(&source, &judgement, merge, written);
    match args.format {
        Format::Json => context.print_json(&output)?,
        Format::Human => context.print(&human(context, args, &output))?,
    }
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// Refuses a workbook of another organisation, standard, edition or a newer layout, with the reason.
fn refuse_others(source: &str, identity: &Identity, judgement: &Judgement) -> Result<(), Failure> {
    let (standard, organisation) = (&judgement.standard, &judgement.organisation);
    let refused = |why: String| Failure::new(format!("{source}: {why}; nothing was written"));
    if identity.format > FORMAT {
        return Err(refused(format!(
            "this workbook was made by a newer dspt (layout {}, this one reads {FORMAT})",
            identity.format
        ))
        .hint("bring dspt up to date"));
    }
    let is_code = |code: &String| code.trim().eq_ignore_ascii_case(identity.ods_code.trim());
    if !is_code(&organisation.ods_code) && !organisation.former_codes.iter().any(is_code) {
        return Err(refused(format!(
            "this is the workbook of {}, and these are the files of {}",
            one_line(&identity.ods_code),
            one_line(&organisation.ods_code)
        ))
        .hint("`-C DIR` names the directory of the organisation it belongs to"));
    }
    if identity.standard != standard.id() || identity.edition != standard.edition() {
        return Err(refused(format!(
            "this workbook holds the answers to {} {}, and the edition at hand is {} {}",
            one_line(&identity.standard),
            one_line(&identity.edition),
            standard.id(),
            standard.edition()
        ))
        .hint(format!("`--edition {}` takes it over into that edition", one_line(&identity.edition))));
    }
    Ok(())
}

fn output(source: &str, judgement: &Judgement, merge: Merge, written: bool) -> ImportOutput {
    let workspace = &judgement.opened.workspace;
    let place = |id: FileId, pointer: &crate::source::Pointer| {
        let file = workspace.file(id);
        (file.path.clone(), file.document.position(file.document.span(pointer).start).line)
    };
    let findings = merge.troubles.iter().map(|trouble| {
        let found = trouble.pointer.as_ref().and_then(|(named, pointer)| match named {
            Named::Item(_) => Some(place(judgement.answers_file().file, pointer)),
            Named::Organisation => workspace.organisation.as_ref().map(|(file, _)| place(*file, pointer)),
        });
        let (file, line) = found.unzip();
        let kind = match trouble.kind {
            TroubleKind::Conflict => "conflict",
            TroubleKind::Unclear => "unclear",
        };
        ImportFindingOutput {
            kind: kind.to_owned(),
            cell: trouble.cell.clone(),
            message: trouble.message.clone(),
            file,
            line,
        }
    });
    ImportOutput {
        source: source.to_owned(),
        kind: "workbook".to_owned(),
        edition: judgement.standard.edition().to_owned(),
        written,
        findings: findings.collect(),
        changed: merge
            .changed
            .into_iter()
            .map(|changed| ChangedOutput {
                item: match changed.named {
                    Named::Item(number) => Some(number),
                    Named::Organisation => None,
                },
                what: changed.what,
                cell: changed.cell,
                old: changed.old,
                new: changed.new,
            })
            .collect(),
        confirmed: merge.confirmed.into_iter().map(|(item, by)| ConfirmedOutput { item, by }).collect(),
        notes: merge.notes,
    }
}

fn human(context: &Context, args: &ImportArgs, output: &ImportOutput) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let short = |text: &str| {
        let line = one_line(text);
        if line.is_empty() { "nothing".to_owned() } else { style::cut(&line, 60) }
    };
    // Text behind a word and a colon, which take room in the first line.
    let hung = |text: &str, word: &str| {
        let room = width.saturating_sub(word.len() + 2);
        let first = style::hang(text, room, 0, 2);
        match first.split_once('\n') {
            None => first,
            Some((line, _)) => {
                let rest = text.strip_prefix(line).unwrap_or_default().trim_start();
                format!("{line}\n{}", style::hang(rest, width, 2, 2))
            }
        }
    };
    let mut about: Option<&str> = None;
    for changed in &output.changed {
        let named = changed.item.as_deref().unwrap_or(ORGANISATION_FILE);
        if about != Some(named) {
            about = Some(named);
            let _ = writeln!(out, "{}", paint(STRONG, one_line(named)));
        }
        let text = format!("{}: {} → {}", one_line(&changed.what), short(&changed.old), short(&changed.new));
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, 4));
    }
    if !output.confirmed.is_empty() {
        let mut by: Vec<(Option<&String>, Vec<&str>)> = Vec::new();
        for confirmed in &output.confirmed {
            match by.iter_mut().find(|(known, _)| *known == confirmed.by.as_ref()) {
                Some((_, items)) => items.push(&confirmed.item),
                None => by.push((confirmed.by.as_ref(), vec![&confirmed.item])),
            }
        }
        for (who, items) in by {
            let who = who.map(|who| format!(", says {}", one_line(who))).unwrap_or_default();
            let text = format!("Still true{who}: {}", items.join(", "));
            let _ = writeln!(out, "{}", paint(GOOD, style::hang(&text, width, 0, 2)));
        }
    }
    for finding in &output.findings {
        let look = if finding.kind == "conflict" { BAD } else { ATTENTION };
        let text = format!("{}: {}", one_line(&finding.cell), one_line(&finding.message));
        let _ = writeln!(out, "{} {}", paint(look, format!("{}:", finding.kind)), hung(&text, &finding.kind));
        if let (Some(file), Some(line)) = (&finding.file, finding.line) {
            let _ = writeln!(out, "  {} {}:{line}", paint(COMMAND, "-->"), one_line(file));
        }
    }
    for note in &output.notes {
        let _ = writeln!(out, "{} {}", paint(ATTENTION, "note:"), hung(&one_line(note), "note"));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let what = |changed: usize, confirmed: usize| match (changed, confirmed) {
        (0, confirmed) => format!("{} confirmed", style::count(confirmed, "answer")),
        (changed, 0) => format!("{} taken over", style::count(changed, "cell")),
        (changed, confirmed) => {
            format!("{} taken over, {} confirmed", style::count(changed, "cell"), style::count(confirmed, "answer"))
        }
    };
    let (changed, confirmed) = (output.changed.len(), output.confirmed.len());
    if !output.findings.is_empty() {
        let conflicts = output.findings.iter().filter(|finding| finding.kind == "conflict").count();
        let unclear = output.findings.len() - conflicts;
        let mut parts = Vec::new();
        if conflicts > 0 {
            parts.push(style::count(conflicts, "conflict"));
        }
        if unclear > 0 {
            parts.push(format!("{} unclear", style::count(unclear, "cell")));
        }
        let _ = writeln!(out, "{}", paint(BAD, format!("{}: nothing was written.", parts.join(" and "))));
        if conflicts > 0 {
            let _ = writeln!(out, "Settle the conflicts in the files or the sheet, or all of them at once:");
            let _ = writeln!(out, "  {}  keeps what the files say", paint(COMMAND, "--ours  "));
            let _ = writeln!(out, "  {}  takes what the sheet says", paint(COMMAND, "--theirs"));
        }
        return out;
    }
    match (changed + confirmed, args.dry_run) {
        (0, _) => out.push_str("Nothing was edited in the workbook that the files do not say: nothing to take over.\n"),
        (_, true) => {
            let _ = writeln!(out, "{}; nothing was written (--dry-run).", what(changed, confirmed));
        }
        (_, false) => {
            let _ = writeln!(out, "{}.", what(changed, confirmed));
        }
    }
    out
}

/// Reads a workbook of ours; none where it is another one.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Book>, Failure> {
    match answers::read(bytes) {
        Ok(book) => Ok(Some(book)),
        Err(BookError::NotOurs | BookError::Unreadable(_)) => Ok(None),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}
