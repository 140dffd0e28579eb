//! `dspt lint`: what is wrong, where, and how it is mended.

mod format;
mod summary;
mod targets;

use super::baseline::{Base, BaselineArgs};
use super::context::Context;
use super::error::{Failure, Outcome};
use super::opened::Opened;
use super::style::{self, BAD, GOOD, STRONG, paint};
use super::write;
use crate::diagnostic::render::{self, Findings, Report, Whole, json};
use crate::diagnostic::{Finding, Severity, Summary};
use crate::lint::{LintResult, fix};
use crate::workspace::Scope;
use clap::{Args, ValueEnum};
pub use format::Format;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
pub use summary::{Page, Section, append_text, has_page};
use targets::Target;
pub use targets::below as workspaces_below;

#[derive(Debug, Args)]
pub struct Lint {
    /// Files or directories [default: the workspace here, or every workspace below]
    paths: Vec<PathBuf>,
    /// Lint every workspace that a change can affect: a file (`-`: standard input) with the changed paths from the top
    /// of the repository, as `git diff --name-only` writes them
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    changed_paths: Option<PathBuf>,
    /// Apply the safe fixes
    #[arg(long, conflicts_with = "baseline")]
    fix: bool,
    /// The mildest severity that makes the check fail
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    #[command(flatten)]
    baseline: BaselineArgs,
    /// How findings are shown
    #[arg(long, value_parser = Format::parser(), default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    Info,
}

impl FailOn {
    pub fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

/// A workspace with what was found.
struct Linted {
    root: PathBuf,
    /// Seen from where the command runs.
    shown: String,
    opened: Opened,
    /// Against a baseline, only what is new.
    result: LintResult,
    base: Option<Base>,
    /// Findings that the baseline has too.
    known: usize,
    /// Findings of the baseline that are there no longer.
    mended: usize,
    /// Everything found, where a baseline leaves some of it out.
    all: Option<Vec<Finding>>,
}

impl Linted {
    fn findings(&self) -> Findings<'_> {
        Findings {
            findings: &self.result.findings,
            workspace: &self.opened.workspace,
            root: &self.shown,
            secrets: &self.result.secrets,
        }
    }

    /// With what the baseline has too.
    fn all_findings(&self) -> Findings<'_> {
        Findings { findings: self.all.as_deref().unwrap_or(&self.result.findings), ..self.findings() }
    }
}

pub fn run(context: &Context, args: &Lint) -> Result<Outcome, Failure> {
    if args.fix || args.changed_paths.is_some() {
        context.require_work_tree()?;
    }
    let targets = match (&args.changed_paths, &context.revision) {
        (Some(list), _) => targets::of_change(context, list)?,
        (None, None) => targets::of_paths(context, &args.paths)?,
        (None, Some(revision)) => targets::of_paths_at(context, revision, &args.paths)?,
    };
    let mut linted = Vec::new();
    for (root, target) in &targets {
        linted.push(lint_one(context, root, target, args)?);
    }
    let mut summary = Summary::default();
    for one in &linted {
        summary.add(one.result.summary());
    }
    let limit = args.fail_on.severity();
    match args.format {
        Format::Human => human(context, &linted, summary, args)?,
        Format::Concise => {
            for one in &linted {
                context.print(&render::concise(one.findings()))?;
            }
        }
        Format::Json => {
            let findings = linted.iter().flat_map(|one| json::findings(one.findings())).collect();
            let baseline = args.baseline.baseline.as_ref().map(|revision| json::BaselineOutput {
                revision: revision.clone(),
                known: linted.iter().map(|one| one.known).sum(),
                mended: linted.iter().map(|one| one.mended).sum(),
            });
            context.print_json(&json::LintOutput { findings, summary, baseline })?;
        }
        Format::Markdown => context.print(&summary::markdown(context, &linted))?,
        Format::Ci(format) => {
            let prefixes: Vec<String> = linted.iter().map(|one| prefix(context, &one.root)).collect();
            let told = linted.iter().flat_map(|one| one.result.findings.iter().chain(&one.result.silenced));
            let rules: BTreeSet<&str> = told.map(|finding| finding.rule).collect();
            let rules: Vec<&str> = rules.into_iter().collect();
            let reports: Vec<Report<'_>> = linted
                .iter()
                .zip(&prefixes)
                .map(|(one, prefix)| Report {
                    findings: one.findings(),
                    silenced: &one.result.silenced,
                    prefix,
                    fail_on: limit,
                    rules: &rules,
                })
                .collect();
            let document = format.render(&reports, Whole::of_repository(&rules));
            context.print_bytes(document.as_bytes(), false)?;
            if format.name == "github" {
                summary::append(context, &linted)?;
            }
        }
    }
    let worst = linted.iter().filter_map(|one| crate::lint::worst(&one.result.findings)).max();
    Ok(if worst >= Some(limit) { Outcome::CheckFailed } else { Outcome::Done })
}

/// What the Markdown page says of a workspace that was linted elsewhere. `prefix` is where it lies from where files are
/// looked up: empty, or ending in `/`.
pub fn section(context: &Context, opened: Opened, result: LintResult, shown: &str, prefix: &str) -> Section {
    let (root, shown) = (opened.root.clone(), shown.to_owned());
    let linted = Linted { root, shown, opened, result, base: None, known: 0, mended: 0, all: None };
    Section::of(context, &linted, prefix)
}

fn human(context: &Context, linted: &[Linted], summary: Summary, args: &Lint) -> Result<(), Failure> {
    if linted.is_empty() {
        return context.print("Nothing to lint: no workspace here is affected.\n");
    }
    for one in linted {
        context.print(&render::human(one.findings(), context.human_style()))?;
    }
    context.print(&closing(linted, summary, args.fix, context.prose_width()))?;
    if let Some(revision) = &args.baseline.baseline {
        let known = linted.iter().map(|one| one.known).sum();
        let mended: usize = linted.iter().map(|one| one.mended).sum();
        let days: BTreeSet<_> = linted.iter().filter_map(|one| Some(one.base.as_ref()?.day.to_string())).collect();
        let text = format!(
            "Against {}, judged on {}: {} known and not shown, {mended} mended.",
            render::one_line(revision),
            days.into_iter().collect::<Vec<_>>().join(", "),
            style::count(known, "finding"),
        );
        context.print(&format!("{}\n", style::wrap(&text, context.prose_width(), 0)))?;
    } else if let [one] = linted {
        context.print(&super::next::lines(context, &one.opened, summary))?;
    }
    Ok(())
}

fn closing(linted: &[Linted], summary: Summary, fixed: bool, width: usize) -> String {
    let silenced: usize = linted.iter().map(|one| one.result.silenced.len()).sum();
    let findings = linted.iter().flat_map(|one| &one.result.findings);
    let fixable = findings.filter(|finding| finding.fixes.iter().any(|fix| fix.safe)).count();
    let ignored = match silenced {
        0 => String::new(),
        silenced => format!(" {} ignored by [[lint.ignore]].", style::count(silenced, "finding")),
    };
    if summary.error + summary.warning + summary.info == 0 {
        let nothing = if linted.iter().any(|one| one.base.is_some()) { "Nothing new found." } else { "Nothing found." };
        return format!("{}{ignored}\n", paint(GOOD, nothing));
    }
    let counts = [
        (summary.error, "error", BAD),
        (summary.warning, "warning", style::ATTENTION),
        (summary.info, "remark", STRONG),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, what, look)| paint(look, style::count(number, what)))
        .collect();
    let mends = if fixable > 0 && !fixed { format!(" `dspt lint --fix` mends {fixable}.") } else { String::new() };
    let text = format!("{}.{ignored}{mends} `dspt explain RULE` tells more.", parts.join(", "));
    format!("{}\n", style::wrap(&text, width, 0))
}

fn lint_one(context: &Context, root: &Path, target: &Target, args: &Lint) -> Result<Linted, Failure> {
    let shown = shown_root(context, root);
    let mut mended = 0;
    // A fix may make way for another: a few rounds settle it.
    for _ in 0..8 {
        let opened = context.open_at(root, Scope::All)?;
        let named: Vec<String> = target.only.iter().flatten().cloned().collect();
        let in_full: Vec<String> = opened
            .workspace
            .answers
            .iter()
            .filter(|answers| named.contains(&opened.workspace.file(answers.file).path))
            .map(|answers| answers.edition.clone())
            .collect();
        let mut result = opened.lint(&in_full)?;
        result.findings.retain(|finding| target.wants(&finding.place.file));
        let fixed = if args.fix { fix::fix(&opened.workspace, &result.findings) } else { Vec::new() };
        if fixed.is_empty() {
            if args.fix && mended > 0 {
                let place = if shown == "." { String::new() } else { format!(" in {shown}") };
                context.note(&format!("Mended {}{place}.", style::count(mended, "finding")));
            }
            let mut base = args.baseline.open(context, &opened, &in_full)?;
            if let Some(base) = &mut base {
                base.result.findings.retain(|finding| target.wants(&finding.place.file));
            }
            let root = root.to_owned();
            let mut one = Linted { root, shown, opened, result, base, known: 0, mended: 0, all: None };
            leave_known_out(&mut one);
            return Ok(one);
        }
        for file in fixed {
            write::replace(&root.join(&file.path), &file.bytes)?;
            mended += file.count;
        }
    }
    Err(Failure::new("the fixes do not come to an end; nothing more was changed")
        .hint("please report this with the file"))
}

/// Keeps of the findings those that the baseline does not have.
fn leave_known_out(one: &mut Linted) {
    let Some(base) = &one.base else { return };
    let against = base.against(one.findings());
    let all = std::mem::take(&mut one.result.findings);
    let new = all.iter().zip(&against.is_new).filter(|(_, is_new)| **is_new);
    one.result.findings = new.map(|(finding, _)| finding.clone()).collect();
    one.known = all.len() - one.result.findings.len();
    one.mended = against.mended;
    one.all = Some(all);
}

/// A workspace seen from where the command runs.
fn shown_root(context: &Context, root: &Path) -> String {
    match root.strip_prefix(&context.start) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.to_string_lossy().replace('\\', "/"),
        Err(_) => {
            let up = context.start.strip_prefix(root).map_or(0, |deeper| deeper.components().count());
            if up > 0 { vec![".."; up].join("/") } else { root.to_string_lossy().into_owned() }
        }
    }
}

/// Where a workspace lies in the repository around it: empty, or ending in `/`. Found by name, since a CI system's
/// checkout often belongs to another user, whose repository git would refuse to open. Without a repository, where it
/// lies from where the command runs.
fn prefix(context: &Context, root: &Path) -> String {
    let (root, start) = (real(root), real(&context.start));
    let top = repository_above(&root).unwrap_or(&start);
    let below = root.strip_prefix(top).ok().map(|below| below.to_string_lossy().replace('\\', "/"));
    below.filter(|below| !below.is_empty()).map(|below| format!("{below}/")).unwrap_or_default()
}

/// A directory as the system spells it.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The top of the repository around a directory, found by name.
pub fn repository_above(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|directory| directory.join(".git").exists())
}
