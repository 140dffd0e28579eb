//! An answers workbook of ours that comes back filled in.

use super::output::{ChangedOutput, ConfirmedOutput, ImportFindingOutput, ImportOutput, human};
use super::{Edits, ImportArgs, settle};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::judgement::Judgement;
use crate::cli::style;
use crate::diagnostic::render::one_line;
use crate::form::book::{FORMAT, Identity};
use crate::import::Prefer;
use crate::import::answers::{self, Book, BookError, Merge, Named, Surroundings, TroubleKind};
use crate::tree::Entry;
use crate::workspace::FileId;

pub(super) fn run(context: &Context, args: &ImportArgs, book: &Book) -> Result<Outcome, Failure> {
    let source = one_line(&args.source.display().to_string());
    let judgement = context.judge()?;
    refuse_others(&source, &book.identity, &judgement)?;
    let opened = &judgement.opened;
    let prefer = Prefer::asked(args.ours, args.theirs);
    let merge = merge(context, &judgement, book, args.by.clone(), prefer);
    let failed = !merge.troubles.is_empty();
    let mut edits = Edits::default();
    edits.add(judgement.answers_file().file, merge.answers.clone());
    if let Some((file, _)) = &opened.workspace.organisation {
        edits.add(*file, merge.organisation.clone());
    }
    if !failed {
        let written = settle(opened, &edits, args.commit, args.dry_run)?;
        args.committed(context, opened, &written)?;
    }
    let written = !failed && !args.dry_run && !edits.files.is_empty();
    let output = output(&source, &judgement, merge, written);
    match args.format {
        Format::Json => context.print_json(&output)?,
        Format::Human => context.print(&human(context, args, &output))?,
    }
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// What a workbook changes in the files.
fn merge(context: &Context, judgement: &Judgement, book: &Book, by: Option<String>, prefer: Prefer) -> Merge {
    let opened = &judgement.opened;
    let by = by.filter(|by| !by.trim().is_empty()).or_else(|| crate::ledger::git::user_email(&opened.root));
    let find_file = |path: &str| {
        let is_file = matches!(opened.tree.entry(path), Ok(Entry::File { .. }));
        is_file.then(|| opened.tree.sha256(path).ok()).flatten()
    };
    answers::merge(
        book,
        &Surroundings {
            standard: &judgement.standard,
            organisation: &judgement.organisation,
            answers: judgement.answers(),
            day: context.day(),
            by: by.as_deref(),
            prefer,
            find_file: &find_file,
        },
    )
}

/// How much a workbook says that the files do not, in words; none where they say all of it.
pub(super) fn untaken(
    context: &Context,
    judgement: &Judgement,
    shown: &str,
    book: &Book,
) -> Result<Option<String>, Failure> {
    refuse_others(shown, &book.identity, judgement)?;
    let merge = merge(context, judgement, book, None, Prefer::Neither);
    let said = merge.changed.len() + merge.confirmed.len() + merge.troubles.len() + book.strays.len();
    Ok((said > 0).then(|| style::count(said, "cell")))
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

/// Reads a workbook of ours; none where it is another one.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Book>, Failure> {
    match answers::read(bytes) {
        Ok(book) => Ok(Some(book)),
        Err(BookError::NotOurs | BookError::Unreadable(_)) => Ok(None),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}
