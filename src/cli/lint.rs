//! `dspt lint`: what is wrong, where, and how it is mended.

use super::context::{Context, Opened};
use super::error::{Failure, Outcome};
use super::revision::{Revision, workspaces_below};
use super::style::{self, BAD, GOOD, STRONG, paint};
use super::write;
use crate::diagnostic::render::{self, Findings, json};
use crate::diagnostic::{Severity, Summary};
use crate::lint::{LintResult, fix};
use crate::tree::{Entry, Tree as _};
use crate::workspace::{ORGANISATION_FILE, Scope};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Lint {
    /// Files or directories [default: the workspace here, or every workspace below]
    paths: Vec<PathBuf>,
    /// Apply the safe fixes
    #[arg(long)]
    fix: bool,
    /// The mildest severity that makes the check fail
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the lines they are about
    Human,
    /// One line a finding
    Concise,
    /// For programs
    Json,
}

/// A workspace to lint, and which of its files were named.
#[derive(Debug, Default)]
struct Target {
    /// None: the whole workspace.
    only: Option<Vec<String>>,
}

pub fn run(context: &Context, args: &Lint) -> Result<Outcome, Failure> {
    if args.fix {
        context.require_work_tree()?;
    }
    let targets = match &context.revision {
        None => targets(context, &args.paths)?,
        Some(revision) => targets_at(context, revision, &args.paths)?,
    };
    let mut linted = Vec::new();
    for (root, target) in &targets {
        linted.push(lint_one(context, root, target, args.fix)?);
    }
    let mut summary = Summary::default();
    for (_, _, result) in &linted {
        summary.add(result.summary());
    }
    match args.format {
        Format::Human => {
            for (root, opened, result) in &linted {
                context.print(&render::human(findings(opened, result, root), context.human_style()))?;
            }
            context.print(&closing(
                summary,
                linted.iter().map(|(_, _, result)| result.silenced.len()).sum(),
                fixable(&linted),
                args.fix,
                context.prose_width(),
            ))?;
            if let [(_, opened, _)] = linted.as_slice() {
                context.print(&super::status::next_lines(context, opened, summary))?;
            }
        }
        Format::Concise => {
            for (root, opened, result) in &linted {
                context.print(&render::concise(findings(opened, result, root)))?;
            }
        }
        Format::Json => {
            let all = linted
                .iter()
                .flat_map(|(root, opened, result)| json::findings(findings(opened, result, root)))
                .collect();
            context.print_json(&json::LintOutput { findings: all, summary })?;
        }
    }
    let worst = linted.iter().filter_map(|(_, _, result)| crate::lint::worst(&result.findings)).max();
    let limit = match args.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
    };
    Ok(if worst >= Some(limit) { Outcome::CheckFailed } else { Outcome::Done })
}

fn findings<'a>(opened: &'a Opened, result: &'a LintResult, root: &'a str) -> Findings<'a> {
    Findings { findings: &result.findings, workspace: &opened.workspace, root, secrets: &result.secrets }
}

fn fixable(linted: &[(String, Opened, LintResult)]) -> usize {
    linted
        .iter()
        .flat_map(|(_, _, result)| &result.findings)
        .filter(|finding| finding.fixes.iter().any(|fix| fix.safe))
        .count()
}

fn closing(summary: Summary, silenced: usize, fixable: usize, fixed: bool, width: usize) -> String {
    let ignored = match silenced {
        0 => String::new(),
        silenced => format!(" {} ignored by [[lint.ignore]].", style::count(silenced, "finding")),
    };
    if summary.error + summary.warning + summary.info == 0 {
        return format!("{}{ignored}\n", paint(GOOD, "Nothing found."));
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

fn lint_one(
    context: &Context,
    root: &Path,
    target: &Target,
    apply: bool,
) -> Result<(String, Opened, LintResult), Failure> {
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
        if let Some(only) = &target.only {
            let wanted = |file: &str| only.iter().any(|path| file == path || file.starts_with(&format!("{path}/")));
            result.findings.retain(|finding| wanted(&finding.place.file));
        }
        let fixed = if apply { fix::fix(&opened.workspace, &result.findings) } else { Vec::new() };
        if fixed.is_empty() {
            if apply && mended > 0 {
                context.note(&format!("Mended {} in {shown}.", style::count(mended, "finding")));
            }
            return Ok((shown, opened, result));
        }
        for file in fixed {
            write::replace(&root.join(&file.path), &file.bytes)?;
            mended += file.count;
        }
    }
    Err(Failure::new("the fixes do not come to an end; nothing more was changed")
        .hint("please report this with the file"))
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

/// Which workspaces the paths mean; paths that are not dspt's are passed over.
fn targets(context: &Context, paths: &[PathBuf]) -> Result<BTreeMap<PathBuf, Target>, Failure> {
    let mut targets: BTreeMap<PathBuf, Target> = BTreeMap::new();
    if paths.is_empty() {
        let below = below(&context.start);
        for root in if below.is_empty() { vec![context.root()?] } else { below } {
            targets.insert(root, Target::default());
        }
        return Ok(targets);
    }
    for path in paths {
        let full = clean(&context.start.join(path));
        let metadata = std::fs::symlink_metadata(&full)
            .map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
        if metadata.is_dir() {
            let below = below(&full);
            if !below.is_empty() {
                for root in below {
                    targets.insert(root, Target::default());
                }
                continue;
            }
        }
        let Some(root) = full
            .parent()
            .and_then(|_| Context::find_root(if metadata.is_dir() { &full } else { full.parent().unwrap_or(&full) }))
        else {
            continue;
        };
        let name = full.strip_prefix(&root).map(|name| name.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        let target = targets.entry(root).or_insert_with(|| Target { only: Some(Vec::new()) });
        if let Some(only) = &mut target.only {
            only.push(name);
        }
    }
    Ok(targets)
}

/// The same in a revision: a path is one that the work tree may no longer have.
fn targets_at(context: &Context, revision: &Revision, paths: &[PathBuf]) -> Result<BTreeMap<PathBuf, Target>, Failure> {
    let top = revision.top()?;
    let here = revision.repository.around(&context.start)?.prefix().to_owned();
    // Spelled from where the command runs, as far as that goes.
    let place = |from_top: &str| match from_top.strip_prefix(&here) {
        Some(below) => context.start.join(below),
        None if from_top == here.trim_end_matches('/') => context.start.clone(),
        None => revision.repository.top().join(from_top),
    };
    let mut targets: BTreeMap<PathBuf, Target> = BTreeMap::new();
    if paths.is_empty() {
        let below = workspaces_below(&top, &here);
        for root in if below.is_empty() { vec![context.root()?] } else { below.iter().map(|at| place(at)).collect() } {
            targets.insert(root, Target::default());
        }
        return Ok(targets);
    }
    for path in paths {
        let full = clean(&context.start.join(path));
        let (directory, name) = (full.parent().unwrap_or(&full), full.file_name());
        let prefix = revision.repository.around(directory)?.prefix().to_owned();
        let from_top = format!("{prefix}{}", name.map(|name| name.to_string_lossy()).unwrap_or_default());
        let entry = top.entry(&from_top).map_err(|error| {
            Failure::new(format!("{} cannot be read in {}: {error}", path.display(), revision.shown()))
        })?;
        if entry == Entry::Directory {
            let below = workspaces_below(&top, &from_top);
            if !below.is_empty() {
                targets.extend(below.iter().map(|at| (place(at), Target::default())));
                continue;
            }
        }
        let mut holders = Path::new(&from_top).ancestors().filter_map(Path::to_str);
        let holds = |at: &&str| top.entry(&Path::new(at).join(ORGANISATION_FILE).to_string_lossy()).is_ok();
        let Some(root) = holders.find(holds) else { continue };
        let name = from_top.strip_prefix(root).unwrap_or(&from_top).trim_start_matches('/').to_owned();
        let target = targets.entry(place(root)).or_insert_with(|| Target { only: Some(Vec::new()) });
        if let Some(only) = &mut target.only {
            only.push(name);
        }
    }
    Ok(targets)
}

fn clean(path: &Path) -> PathBuf {
    path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect()
}

/// Directories at or below one that hold an organisation of their own.
fn below(directory: &Path) -> Vec<PathBuf> {
    const OURS: &[&str] = &["assessments", "action-plans", "evidence", "private", "publications", "out"];
    let mut found = Vec::new();
    let mut waiting = vec![(directory.to_owned(), 0)];
    while let Some((directory, depth)) = waiting.pop() {
        let is_root = directory.join(ORGANISATION_FILE).symlink_metadata().is_ok();
        if is_root {
            found.push(directory.clone());
        }
        let Ok(entries) = std::fs::read_dir(&directory) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let skip = name.starts_with('.')
                || name == "target"
                || name == "node_modules"
                || (is_root && OURS.contains(&name.as_ref()));
            if !skip && depth < 12 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push((entry.path(), depth + 1));
            }
        }
    }
    found.sort();
    found
}
