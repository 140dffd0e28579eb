//! Another workspace: its answers to the same questions, as a beginning.

use super::output::{ChangedOutput, ImportFindingOutput, ImportOutput};
use super::{Edits, ImportArgs, settle};
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::judgement::Judgement;
use crate::cli::opened::Opened;
use crate::cli::style::{self, ATTENTION, BAD, COMMAND, paint};
use crate::cli::write;
use crate::compare;
use crate::diagnostic::render::one_line;
use crate::import::Prefer;
use crate::import::answers::copied::{self, Copied};
use crate::tree::TreeError;
use crate::workspace::rollover::answered;
use crate::workspace::{ORGANISATION_FILE, Scope};
use std::fmt::Write as _;
use std::path::Path;

/// Evidence files over this size (bytes) are not copied.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// Whether a directory is a workspace.
pub(super) fn is_one(directory: &Path) -> bool {
    directory.join(ORGANISATION_FILE).symlink_metadata().is_ok()
}

pub(super) fn run(context: &Context, args: &ImportArgs, directory: &Path) -> Result<Outcome, Failure> {
    let source = one_line(&args.source.display().to_string());
    let judgement = context.judge()?;
    let opened = &judgement.opened;
    let same = |path: &Path| path.canonicalize().ok();
    if same(directory) == same(&opened.root) {
        return Err(Failure::new(format!("{source} is this workspace itself; nothing was written")));
    }
    let edition = judgement.standard.edition();
    let (other, from_edition) = open(context, directory, edition, &source)?;
    let workspace = &other.workspace;
    let found = workspace.answers.iter().find(|answers| answers.edition == from_edition);
    let answers = &found.ok_or_else(|| Failure::new(format!("{source} has no answers")))?.decoded.value;
    if answers.standard != judgement.standard.id() {
        return Err(Failure::new(format!(
            "{source} follows {}, and this workspace {}; nothing was written",
            one_line(&answers.standard),
            judgement.standard.id()
        )));
    }
    let bank = other.banks.find(&answers.standard, &from_edition).ok_or_else(|| {
        Failure::new(format!("there is no question bank for {} of {source}", one_line(&from_edition)))
    })?;
    let old = bank.standard()?;
    let prefer = Prefer::asked(args.ours, args.theirs);
    let from = format!("{}/{from_edition}", other.organisation().ods_code.trim());
    let rolled = compare::roll(&old, answers, &judgement.standard);
    let copied = copied::copy(&rolled, &old, &judgement.standard, judgement.answers(), &from, prefer);
    let files = files(opened, &other, &copied)?;
    let failed = !copied.conflicts.is_empty() || !files.differ.is_empty();
    let mut edits = Edits::default();
    edits.add(judgement.answers_file().file, copied.changes.clone());
    if !failed {
        // Whether the answers can be written is known before a file is.
        settle(opened, &edits, args.commit, true)?;
        if !args.dry_run {
            let written = write_all(opened, &files.new, &edits, args.commit)?;
            args.committed(context, opened, &written)?;
        }
    }
    let written = !failed && !args.dry_run && !edits.files.is_empty();
    let output = output(&source, &judgement, &copied, &files, &from, written);
    match args.format {
        Format::Json => context.print_json(&output)?,
        Format::Human => context.print(&told(context, args, &copied, &output, &from))?,
    }
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// Opens the other workspace at the same edition, or at its newest before it.
fn open(context: &Context, directory: &Path, edition: &str, source: &str) -> Result<(Opened, String), Failure> {
    let tree = context.tree(directory)?;
    let editions = answered(tree.as_ref());
    let newest = editions.iter().rfind(|known| known.as_str() <= edition).cloned();
    let from = newest.ok_or_else(|| {
        Failure::new(format!("{source} has no answers to {edition} or an edition before it; nothing was written"))
    })?;
    let other = context.open_at(directory, Scope::Edition(Some(&from)))?;
    other.require_sound(context)?;
    Ok((other, from))
}

/// The evidence that goes with the answers.
#[derive(Default)]
struct Files {
    new: Vec<(String, Vec<u8>)>,
    /// Paths that hold something else here.
    differ: Vec<String>,
    notes: Vec<String>,
}

fn files(opened: &Opened, other: &Opened, copied: &Copied) -> Result<Files, Failure> {
    let mut files = Files::default();
    for path in &copied.files {
        let theirs = match other.tree.sha256(path) {
            Ok(digest) => digest,
            Err(error) => {
                files.notes.push(format!("{path} is not copied: {error}"));
                continue;
            }
        };
        match opened.tree.sha256(path) {
            Ok(ours) if ours == theirs => {}
            Ok(_) => files.differ.push(path.clone()),
            Err(TreeError::Missing) => match other.tree.read(path, MAX_FILE) {
                Ok(bytes) => files.new.push((path.clone(), bytes)),
                Err(error) => files.notes.push(format!("{path} is not copied: {error}")),
            },
            Err(error) => return Err(Failure::new(format!("{path}: {error}; nothing was written"))),
        }
    }
    files.notes.extend(
        copied.private.iter().map(|path| {
            format!("{path} is kept out of git there and is not copied: whoever may see it brings it over")
        }),
    );
    Ok(files)
}

/// The files first, then the answers that point to them; where something fails, what was new goes again.
/// Gives the paths of all that was written, from the workspace.
fn write_all(
    opened: &Opened,
    new: &[(String, Vec<u8>)],
    edits: &Edits,
    commit: Commit,
) -> Result<Vec<String>, Failure> {
    let take_back = |count: usize| {
        for (path, _) in &new[..count] {
            // What cannot be taken away again stands beside the failure that is told.
            let _ = std::fs::remove_file(opened.root.join(path));
        }
    };
    for (at, (path, bytes)) in new.iter().enumerate() {
        if let Err(failure) = write::create(&opened.root, path, bytes) {
            take_back(at);
            return Err(failure);
        }
    }
    let mut written = settle(opened, edits, commit, false).inspect_err(|_| take_back(new.len()))?;
    written.extend(new.iter().map(|(path, _)| path.clone()));
    Ok(written)
}

fn output(
    source: &str,
    judgement: &Judgement,
    copied: &Copied,
    files: &Files,
    from: &str,
    written: bool,
) -> ImportOutput {
    let answers = judgement.opened.workspace.file(judgement.answers_file().file);
    let conflicts = copied.conflicts.iter().map(|(number, pointer)| ImportFindingOutput {
        kind: "conflict".to_owned(),
        cell: number.clone(),
        message: "has another answer here already".to_owned(),
        file: Some(answers.path.clone()),
        line: Some(answers.document.position(answers.document.span(pointer).start).line),
    });
    let differ = files.differ.iter().map(|path| ImportFindingOutput {
        kind: "unclear".to_owned(),
        cell: path.clone(),
        message: "holds something else here; take one of the two out of the way".to_owned(),
        file: None,
        line: None,
    });
    let mut notes = files.notes.clone();
    for (numbers, why) in [
        (&copied.not_shareable, "belong to one organisation alone and are not copied"),
        (&copied.kept, "are answered here already and stay"),
    ] {
        if !numbers.is_empty() {
            notes.push(format!("{} {why}", numbers.join(", ")));
        }
    }
    if !files.new.is_empty() {
        let paths: Vec<&str> = files.new.iter().map(|(path, _)| path.as_str()).collect();
        notes.push(format!("with the files {}", paths.join(", ")));
    }
    ImportOutput {
        source: source.to_owned(),
        kind: "workspace".to_owned(),
        edition: judgement.standard.edition().to_owned(),
        written,
        changed: copied
            .copied
            .iter()
            .map(|number| ChangedOutput {
                item: Some(number.clone()),
                what: "answer".to_owned(),
                cell: from.to_owned(),
                old: String::new(),
                new: format!("carried from {from}, not confirmed yet"),
            })
            .collect(),
        confirmed: Vec::new(),
        findings: conflicts.chain(differ).collect(),
        notes,
    }
}

fn told(context: &Context, args: &ImportArgs, copied: &Copied, output: &ImportOutput, from: &str) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    for finding in &output.findings {
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!("{}:{line}: ", one_line(file)),
            _ => String::new(),
        };
        let text = format!("{place}{} {}", one_line(&finding.cell), one_line(&finding.message));
        let _ = writeln!(out, "{} {}", paint(BAD, format!("{}:", finding.kind)), style::hang(&text, width, 0, 2));
    }
    let count = style::count(copied.copied.len(), "answer");
    let from = one_line(from);
    let said = if !output.findings.is_empty() {
        format!("{} to be decided first: nothing was written.", style::count(output.findings.len(), "thing"))
    } else if copied.copied.is_empty() {
        format!("Nothing to copy from {from}.")
    } else if args.dry_run {
        format!("Would copy {count} from {from}; nothing was written.")
    } else {
        format!("Copied {count} from {from}.")
    };
    let _ = writeln!(out, "{said}");
    if output.findings.is_empty() && !copied.copied.is_empty() {
        let _ = writeln!(out, "{}", style::wrap(&copied.copied.join("  "), width, 2));
    }
    for note in &output.notes {
        let _ =
            writeln!(out, "{}", style::hang(&format!("{} {}", paint(ATTENTION, "note:"), one_line(note)), width, 0, 2));
    }
    if !copied.conflicts.is_empty() {
        let _ = writeln!(
            out,
            "{} keeps the answers that are here, {} takes the others.",
            paint(COMMAND, "--ours"),
            paint(COMMAND, "--theirs")
        );
    } else if !copied.copied.is_empty() {
        let _ = writeln!(out, "\nNext: read each of them; none counts before somebody says that it is true here.");
        let _ = writeln!(out, "      {}", paint(COMMAND, format!("dspt confirm {}", copied.copied[0])));
    }
    out
}
