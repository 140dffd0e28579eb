//! Which workspaces a lint is about.

use crate::cli::answer::shared;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::cli::revision::{Revision, workspaces_below};
use crate::decode;
use crate::library;
use crate::model::{Answers, Evidence};
use crate::portfolio::PORTFOLIO_FILE;
use crate::source::{Document, MAX_BYTES, Syntax};
use crate::tree::{Entry, Tree as _, WorkTree};
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// A workspace to lint, and which of its files were named.
#[derive(Debug, Default)]
pub struct Target {
    /// None: the whole workspace.
    pub only: Option<Vec<String>>,
}

impl Target {
    /// Whether findings about a file of the workspace are asked for.
    pub fn wants(&self, file: &str) -> bool {
        let below =
            |path: &String| file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.only.as_ref().is_none_or(|only| only.iter().any(below))
    }
}

/// Workspaces by their roots.
pub type Targets = BTreeMap<PathBuf, Target>;

/// Directories of a workspace whose files are ours or evidence.
const OURS: &[&str] = &["assessments", "action-plans", "evidence", "private", "publications", "out"];

/// Which workspaces the paths mean; paths that are not dspt's are passed over.
pub fn of_paths(context: &Context, paths: &[PathBuf]) -> Result<Targets, Failure> {
    let mut targets = Targets::new();
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
        let name = relative(&full, &root);
        let is_document = is_document(&name);
        let target = targets.entry(root).or_insert_with(|| Target { only: Some(Vec::new()) });
        if is_document {
            target.only = None;
        } else if let Some(only) = &mut target.only {
            only.push(name);
        }
    }
    Ok(targets)
}

/// The same in a revision: a path is one that the work tree may no longer have.
pub fn of_paths_at(context: &Context, revision: &Revision, paths: &[PathBuf]) -> Result<Targets, Failure> {
    let top = revision.top()?;
    let here = revision.repository.around(&context.start)?.prefix().to_owned();
    // Spelled from where the command runs, as far as that goes.
    let place = |from_top: &str| match from_top.strip_prefix(&here) {
        Some(below) => context.start.join(below),
        None if from_top == here.trim_end_matches('/') => context.start.clone(),
        None => revision.repository.top().join(from_top),
    };
    let mut targets = Targets::new();
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
        let is_document = is_document(&name);
        let target = targets.entry(place(root)).or_insert_with(|| Target { only: Some(Vec::new()) });
        if is_document {
            target.only = None;
        } else if let Some(only) = &mut target.only {
            only.push(name);
        }
    }
    Ok(targets)
}

/// The workspaces that a change can affect, of those at or below where the command runs. The list of changed paths
/// counts from the top of the repository, as `git diff --name-only` writes it; paths that are gone count too. Only these
/// workspaces are read, but where a question bank or a library of shared answers changed: the one affects whoever names
/// its directory, the other whoever took an answer from there.
pub fn of_change(context: &Context, list: &Path) -> Result<Targets, Failure> {
    let mut bytes = Vec::new();
    if list == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = std::fs::read(context.start.join(list)).map_err(|error| {
            Failure::new(format!("the list of changed paths, {}, cannot be read: {error}", list.display()))
                .hint("`git diff --name-only -z BASE...HEAD > FILE` writes such a list")
        })?;
    }
    let mut start = clean(&context.start);
    if start.components().any(|part| part == Component::ParentDir) {
        start = start.canonicalize()?;
    }
    let top = start.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(&start).to_owned();
    let mut targets = Targets::new();
    let mut banks = Vec::new();
    let mut libraries = BTreeSet::new();
    for path in changed_paths(&bytes) {
        let Some(full) = inside(&top, &path) else { continue };
        let root = Context::find_root(full.parent().unwrap_or(&top)).filter(|root| root.starts_with(&top));
        if let Some(root) = root {
            let here = root.starts_with(&start) || start.starts_with(&root);
            if here && !targets.contains_key(&root) && affects(&root, &relative(&full, &root)) {
                targets.insert(root, Target::default());
            }
        }
        let library = full.ancestors().skip(1).find(|directory| directory.ends_with(library::DIRECTORY));
        if let Some(library) = library {
            libraries.insert(library.to_owned());
        } else if full.file_name().is_some_and(|name| name == PORTFOLIO_FILE) {
            // A library is one where a portfolio lies beside it.
            libraries.extend(full.parent().map(|beside| beside.join(library::DIRECTORY)).filter(|it| it.is_dir()));
        } else if full.extension().is_some_and(|extension| extension == "toml") {
            banks.push(full);
        }
    }
    let elsewhere = banks.iter().any(|bank| !targets.keys().any(|root| bank.starts_with(root)));
    if elsewhere || !libraries.is_empty() {
        for root in below(&start).into_iter().filter(|root| !targets.contains_key(root)).collect::<Vec<_>>() {
            let by_bank = || own_banks(&root).iter().any(|own| banks.iter().any(|bank| bank.starts_with(own)));
            if (elsewhere && by_bank()) || takes_from(&root, &libraries) {
                targets.insert(root, Target::default());
            }
        }
    }
    Ok(targets)
}

/// Whether a path of a workspace is a document's: what is wrong with one stands where the answers point to it.
fn is_document(name: &str) -> bool {
    matches!(name.split('/').next(), Some("evidence" | "private"))
}

/// The paths of a list: parted by NUL (`-z`) or one a line, then quoted by git where they hold odd characters.
fn changed_paths(bytes: &[u8]) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if bytes.contains(&0) {
        return bytes.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(text).collect();
    }
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines
        .filter(|line| !line.is_empty())
        .map(|line| match line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")) {
            Some(quoted) => text(&unquoted(quoted)),
            None => text(line),
        })
        .collect()
}

/// A path that git quoted in the manner of C.
fn unquoted(quoted: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = quoted;
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let octal = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            out.push(byte);
            rest = &after[3..];
        } else if let [escaped, after @ ..] = after {
            out.push(match escaped {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'a' => 7,
                b'b' => 8,
                b'v' => 11,
                b'f' => 12,
                other => *other,
            });
            rest = after;
        }
    }
    out
}

/// Whether a changed file, named from the workspace, can change what a lint of it finds.
fn affects(root: &Path, name: &str) -> bool {
    let (first, is_below) = name.split_once('/').map_or((name, false), |(first, _)| (first, true));
    if first == "out" || first.starts_with('.') {
        return false;
    }
    if name == ORGANISATION_FILE || (is_below && OURS.contains(&first)) {
        return true;
    }
    // Evidence may lie anywhere in the workspace, and so may banks.
    let workspace = Workspace::load(&WorkTree::new(root), Scope::All);
    let points =
        |evidence: &Evidence| evidence.file.as_deref().is_some_and(|file| clean(Path::new(file)) == Path::new(name));
    let mut answers = workspace.answers.iter().map(|answers| &answers.decoded.value);
    answers.any(|answers: &Answers| answers.answers.values().any(|answer| answer.evidence.iter().flatten().any(points)))
        || workspace.plans.iter().any(|plan| plan.decoded.value.document.as_deref() == Some(name))
        || own_banks(root).iter().any(|bank| root.join(name).starts_with(bank))
}

/// Whether a workspace has answers that it took from one of some libraries' directories.
fn takes_from(root: &Path, libraries: &BTreeSet<PathBuf>) -> bool {
    shared::directory(root).is_some_and(|own| libraries.contains(&own)) && {
        let workspace = Workspace::load(&WorkTree::new(root), Scope::All);
        let mut answers = workspace.answers.iter().flat_map(|answers| answers.decoded.value.answers.values());
        answers.any(|answer| answer.from.is_some())
    }
}

/// The directories of question banks that a workspace names. Nothing but its organisation file is opened.
fn own_banks(root: &Path) -> Vec<PathBuf> {
    let Ok(bytes) = WorkTree::new(root).read(ORGANISATION_FILE, MAX_BYTES) else { return Vec::new() };
    let organisation = decode::organisation::decode(&Document::read(bytes, Syntax::Toml)).value;
    organisation.standards.iter().filter_map(|directory| inside(root, directory)).collect()
}

/// A path from a directory, its `..` resolved by spelling; none for an absolute one.
fn inside(directory: &Path, path: &str) -> Option<PathBuf> {
    let mut full = directory.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => full.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                full.pop();
            }
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    Some(full)
}

fn relative(full: &Path, root: &Path) -> String {
    full.strip_prefix(root).map(|name| name.to_string_lossy().replace('\\', "/")).unwrap_or_default()
}

fn clean(path: &Path) -> PathBuf {
    path.components().filter(|part| !matches!(part, Component::CurDir)).collect()
}

/// Directories at or below one that hold an organisation of their own.
pub fn below(directory: &Path) -> Vec<PathBuf> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_git_are_read() {
        assert_eq!(changed_paths(b"a/b.toml\r\n\nc d.toml\n"), ["a/b.toml", "c d.toml"]);
        assert_eq!(changed_paths(b"a\nb\0c\0"), ["a\nb", "c"]);
        assert_eq!(changed_paths(b"\"S\\303\\266hne \\\"x\\\"\\t.toml\"\n"), ["Söhne \"x\"\t.toml"]);
    }
}
