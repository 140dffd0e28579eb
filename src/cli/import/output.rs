//! What `dspt import` says it did, whatever kind of source it read.

use super::ImportArgs;
use crate::cli::context::Context;
use crate::cli::style::{self, ATTENTION, BAD, COMMAND, GOOD, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::workspace::ORGANISATION_FILE;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

/// What `import --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportOutput {
    pub source: String,
    /// What kind of source it is: `workbook`, `spreadsheet` or `workspace`.
    pub kind: String,
    pub edition: String,
    /// Whether anything was written.
    pub written: bool,
    pub changed: Vec<ChangedOutput>,
    pub confirmed: Vec<ConfirmedOutput>,
    /// Why nothing was written.
    pub findings: Vec<ImportFindingOutput>,
    /// What was not taken over, and what else is worth knowing.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedOutput {
    /// Null for the organisation's own particulars.
    pub item: Option<String>,
    /// The title of the column, or the label of the line.
    pub what: String,
    /// The cell, such as `Data security!E7`.
    pub cell: String,
    /// As the files had it.
    pub old: String,
    /// As the sheet has it.
    pub new: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfirmedOutput {
    pub item: String,
    pub by: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportFindingOutput {
    /// `conflict` or `unclear`.
    pub kind: String,
    pub cell: String,
    pub message: String,
    /// Where the files say otherwise.
    pub file: Option<String>,
    pub line: Option<u32>,
}

/// The outcome as people read it.
pub(super) fn human(context: &Context, args: &ImportArgs, output: &ImportOutput) -> String {
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
        (0, _) => out.push_str("Nothing is said there that the files do not say: nothing to take over.\n"),
        (_, true) => {
            let _ = writeln!(out, "{}; nothing was written (--dry-run).", what(changed, confirmed));
        }
        (_, false) => {
            let _ = writeln!(out, "{}.", what(changed, confirmed));
        }
    }
    out
}
