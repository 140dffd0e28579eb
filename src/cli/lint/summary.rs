//! The findings of all workspaces as one Markdown page with level, gaps and what got worse: for a step's summary on
//! GitHub, for issues and comments.

use super::{Format, Linted};
use crate::assess::Assessment;
use crate::cli::baseline::WorseOutput;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::cli::judgement::Judgement;
use crate::cli::style::count;
use crate::diagnostic::Finding;
use crate::diagnostic::links;
use crate::export::markdown::escaped;
use crate::model::period::in_words;
use crate::workspace::Scope;
use std::cmp::Reverse;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;

/// GitHub takes a summary of 1 MiB; an issue 65,536 characters.
const MAX_BYTES: usize = 60_000;
/// Rows of a table before the rest is counted.
const ROWS: usize = 50;
/// Organisations of the overview before the rest is counted.
const ORGANISATIONS: usize = 500;

/// The file that GitHub Actions names for a step's summary; none elsewhere.
fn of_the_step() -> Option<OsString> {
    std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
}

/// Whether a format comes with a page: it is one, or GitHub Actions asks for one beside it.
pub fn has_page(format: Format) -> bool {
    matches!(format, Format::Markdown) || (format.name() == "github" && of_the_step().is_some())
}

/// Appends the page to the file that GitHub Actions names for a step's summary; does nothing elsewhere.
pub fn append(context: &Context, linted: &[Linted]) -> Result<(), Failure> {
    if of_the_step().is_none() { Ok(()) } else { append_text(&markdown(context, linted)) }
}

/// The same for a page that is made already.
pub fn append_text(page: &str) -> Result<(), Failure> {
    let Some(path) = of_the_step() else { return Ok(()) };
    let failed = |error: std::io::Error| {
        Failure::new(format!("the step's summary cannot be written: {}: {error}", path.to_string_lossy()))
            .hint("GITHUB_STEP_SUMMARY names the file; without it nothing is written")
    };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path).map_err(failed)?;
    file.write_all(page.as_bytes()).map_err(failed)
}

pub fn markdown(context: &Context, linted: &[Linted]) -> String {
    let mut page = Page::default();
    for one in linted {
        page.add(Section::of(context, one, &super::prefix(context, &one.root)));
    }
    page.finish()
}

/// What the page says of one workspace.
#[derive(Debug)]
pub struct Section {
    /// The row of the overview.
    row: String,
    /// What is worst comes first.
    rank: (Reverse<bool>, Reverse<usize>, Reverse<usize>),
    text: String,
}

impl Section {
    /// `prefix` is where the workspace lies from where files are looked up: empty, or ending in `/`.
    pub(super) fn of(context: &Context, linted: &Linted, prefix: &str) -> Self {
        let part = Part::of(context, linted, prefix);
        let worse = match &part.worse {
            None => "",
            Some(worse) if worse.worse => "**yes**",
            Some(_) => "no",
        };
        let summary = linted.result.summary();
        Self {
            row: format!("| {} | {} | {} | {worse} |\n", part.name(), part.level(), part.found()),
            rank: (Reverse(worse == "**yes**"), Reverse(summary.error), Reverse(summary.warning)),
            text: part.text(),
        }
    }
}

/// The page in the making. Of many workspaces only what may have room on it is kept.
#[derive(Debug, Default)]
pub struct Page {
    rows: String,
    /// What is no organisation's.
    remarks: String,
    sections: Vec<Section>,
    all: usize,
    /// Bytes of the sections.
    bytes: usize,
}

impl Page {
    /// Something that is wrong and no organisation's fault.
    pub fn remark(&mut self, text: &str) {
        let _ = writeln!(self.remarks, "- {}", escaped(text));
    }

    pub fn add(&mut self, mut section: Section) {
        self.all += 1;
        if self.all <= ORGANISATIONS {
            self.rows.push_str(&std::mem::take(&mut section.row));
        }
        self.bytes += section.text.len();
        self.sections.push(section);
        if self.bytes > 4 * MAX_BYTES {
            self.keep_worst();
        }
    }

    /// What is worst stands where a limit cuts nothing off.
    fn keep_worst(&mut self) {
        self.sections.sort_by_key(|section| section.rank);
        let mut room = MAX_BYTES;
        let mut kept = 0;
        while let Some(section) = self.sections.get(kept).filter(|section| kept == 0 || section.text.len() <= room) {
            room = room.saturating_sub(section.text.len());
            kept += 1;
        }
        self.sections.truncate(kept);
        self.bytes = self.sections.iter().map(|section| section.text.len()).sum();
    }

    pub fn finish(mut self) -> String {
        let mut out = String::from("## Data Security and Protection Toolkit\n\n");
        if !self.remarks.is_empty() {
            let _ = writeln!(out, "{}", self.remarks);
        }
        if self.all == 0 {
            out.push_str("No organisation here is affected.\n\n");
            return out;
        }
        if self.all > 1 {
            let _ = write!(out, "| organisation | level | lint | got worse |\n|---|---|---|---|\n{}", self.rows);
            if self.all > ORGANISATIONS {
                let _ = writeln!(out, "\nand {} more", self.all - ORGANISATIONS);
            }
            out.push('\n');
        }
        self.keep_worst();
        let mut shown = 0;
        for section in &self.sections {
            if out.len() + section.text.len() > MAX_BYTES && shown > 0 {
                break;
            }
            out.push_str(&section.text);
            shown += 1;
        }
        if shown < self.all {
            let _ = writeln!(out, "{} more not shown here.\n", count(self.all - shown, "organisation"));
        }
        out
    }
}

/// One workspace and its verdict; none where its files are too broken to be judged.
struct Part<'l> {
    linted: &'l Linted,
    prefix: &'l str,
    judged: Option<(Judgement, Assessment)>,
    worse: Option<WorseOutput>,
}

impl<'l> Part<'l> {
    fn of(context: &Context, linted: &'l Linted, prefix: &'l str) -> Self {
        let edition = linted.opened.workspace.edition.as_deref();
        let opened = context.open_at(&linted.root, Scope::Edition(edition));
        let judgement = opened.and_then(|opened| Judgement::new(context, opened)).ok();
        let judged = judgement.map(|judgement| {
            let assessment = judgement.assess();
            (judgement, assessment)
        });
        let worse =
            linted.base.as_ref().zip(judged.as_ref()).map(|(base, (judgement, assessment))| {
                base.worse(&judgement.standard, assessment, linted.all_findings())
            });
        Self { linted, prefix, judged, worse }
    }

    fn name(&self) -> String {
        let organisation = self.linted.opened.organisation();
        match organisation.name.as_str() {
            "" => escaped(&self.linted.shown),
            name => format!("{} ({})", escaped(name), escaped(&organisation.ods_code)),
        }
    }

    fn level(&self) -> String {
        match &self.judged {
            None => "cannot be judged".to_owned(),
            Some((judgement, assessment)) => assessment
                .reached
                .map_or_else(|| "none yet".to_owned(), |level| escaped(&judgement.standard.levels[level].label)),
        }
    }

    fn found(&self) -> String {
        let summary = self.linted.result.summary();
        let parts = [(summary.error, "error"), (summary.warning, "warning"), (summary.info, "remark")];
        let parts: Vec<String> =
            parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| count(number, what)).collect();
        let new = if self.linted.base.is_some() { "new: " } else { "" };
        if parts.is_empty() { format!("{new}nothing") } else { format!("{new}{}", parts.join(", ")) }
    }

    fn text(&self) -> String {
        let mut out = format!("### {}\n\n", self.name());
        if let Some((judgement, assessment)) = &self.judged {
            let standard = &judgement.standard;
            let aim = &standard.levels[assessment.aim];
            let (met, required) = assessment.progress(standard);
            let _ = writeln!(
                out,
                "- **Level:** {}; aiming at {}, {met} of {required} items\n- **Edition:** {}, deadline {}, judged on {}",
                self.level(),
                escaped(&aim.label),
                escaped(standard.edition()),
                in_words(judgement.edition.deadline),
                in_words(judgement.opened.now.date()),
            );
        } else {
            out.push_str("- **Level:** the files cannot be read whole, so nothing was judged\n");
        }
        let _ = writeln!(out, "- **Lint:** {}\n", self.found());
        self.changes(&mut out);
        self.gaps(&mut out);
        self.findings(&mut out);
        out
    }

    /// What got worse since the baseline.
    fn changes(&self, out: &mut String) {
        let Some(worse) = &self.worse else { return };
        let _ = writeln!(out, "#### Against {} (judged on {})\n", escaped(&worse.revision), escaped(&worse.judged_on));
        let label = |id: &Option<String>| match (id, &self.judged) {
            (Some(id), Some((judgement, _))) => escaped(judgement.standard.label(id)),
            _ => "none".to_owned(),
        };
        if worse.level_dropped {
            let _ = writeln!(out, "- **Level dropped:** {} before, {} now", label(&worse.level), self.level());
        }
        for missing in &worse.newly_missing {
            let _ = writeln!(out, "- **Newly missing:** {} ({})", escaped(&missing.number), escaped(&missing.reason));
        }
        for expired in &worse.newly_expired {
            let _ = writeln!(out, "- **Newly expired:** {}", escaped(&expired.message));
        }
        if !worse.worse {
            out.push_str("- Level, items and dates: nothing got worse\n");
        }
        let _ = writeln!(out, "- {} as before, {} mended\n", count(self.linted.known, "finding"), self.linted.mended);
    }

    /// What the level aimed at still asks for.
    fn gaps(&self, out: &mut String) {
        let Some((judgement, assessment)) = &self.judged else { return };
        let standard = &judgement.standard;
        let verdict = &assessment.levels[assessment.aim];
        if verdict.missing.is_empty() {
            return;
        }
        let label = escaped(&standard.levels[assessment.aim].label);
        let _ = writeln!(out, "<details><summary>{} missing for {label}</summary>\n", verdict.missing.len());
        out.push_str("| item | question | why |\n|---|---|---|\n");
        for missing in verdict.missing.iter().take(ROWS) {
            let question = standard.item(&missing.number).map(|item| escaped(&item.shown())).unwrap_or_default();
            let _ = writeln!(out, "| {} | {question} | {} |", escaped(&missing.number), escaped(&missing.reason));
        }
        more(out, verdict.missing.len());
        out.push_str("\n</details>\n\n");
    }

    fn findings(&self, out: &mut String) {
        let mut findings: Vec<&Finding> = self.linted.result.findings.iter().collect();
        // Open items stand among the gaps already.
        findings.retain(|finding| finding.rule != "unanswered");
        if findings.is_empty() {
            return;
        }
        findings.sort_by_key(|finding| Reverse(finding.severity));
        out.push_str("| severity | place | finding | rule |\n|---|---|---|---|\n");
        for finding in findings.iter().take(ROWS) {
            let place = format!("{}{}:{}", self.prefix, finding.place.file, finding.place.start.line);
            let rule = format!("[{}]({})", finding.rule, links::rule(finding.rule));
            let message = escaped(&finding.message);
            let _ = writeln!(out, "| {} | {} | {message} | {rule} |", finding.severity.word(), escaped(&place));
        }
        more(out, findings.len());
        out.push('\n');
    }
}

fn more(out: &mut String, rows: usize) {
    if rows > ROWS {
        let _ = writeln!(out, "\nand {} more", rows - ROWS);
    }
}
