//! The files that the answers rest on: in git, or private with a digest.

use super::{Gate, Situation, count, line_of};
use crate::ledger::record;
use crate::source::Pointer;
use crate::tree::{Entry, Tree as _};
use std::fmt::Write as _;

pub(super) fn judge(situation: Situation<'_>) -> Gate {
    let name = "evidence";
    let edition = situation.standard.edition();
    let committed = situation.head.commit.and_then(|commit| situation.repository.workspace_at(commit).ok());
    let place = |path: &str| {
        let answers = situation.workspace.answers.iter().find(|answers| answers.edition == edition)?;
        let (number, at) = answers.decoded.value.answers.iter().find_map(|(number, answer)| {
            let at = answer.evidence.iter().flatten().position(|entry| entry.file.as_deref() == Some(path))?;
            Some((number, at))
        })?;
        let pointer = Pointer::answer(number).key("evidence").index(at);
        let file = &situation.workspace.file(answers.file).path;
        Some((file.clone(), line_of(situation.workspace, file, &pointer)))
    };
    let refuse = |path: &str, detail: String| {
        let gate = Gate::fail(name, detail);
        match place(path) {
            Some((file, line)) => gate.at(file, line),
            None => gate,
        }
    };
    let files = record::rests_on(situation.workspace, edition);
    let (mut tracked, mut private) = (0, 0);
    for file in &files {
        if situation.workspace.files.iter().any(|own| own.path == file.path) {
            continue;
        }
        if file.private {
            private += 1;
            if situation.repository.is_tracked(&file.path) {
                return refuse(
                    &file.path,
                    format!(
                        "{} is marked private but is in git: `git rm --cached` it, and say `private` no longer if it may be shown",
                        file.path
                    ),
                );
            }
            if file.stated.is_none() && situation.tree.sha256(&file.path).is_err() {
                return refuse(
                    &file.path,
                    format!("{} is private, not at hand and has no `sha256`: state its digest", file.path),
                );
            }
            continue;
        }
        tracked += 1;
        let there = committed.as_ref().is_some_and(|tree| matches!(tree.entry(&file.path), Ok(Entry::File { .. })));
        if !there {
            let why = match situation.repository.submodule_around(&file.path) {
                Some(submodule) => format!(
                    "{} lies in the submodule {submodule}, whose files are not in this repository: copy it into evidence/",
                    file.path
                ),
                None => format!("{} is not in git: `git add` and commit it, or mark it private", file.path),
            };
            return refuse(&file.path, why);
        }
    }
    let mut detail = format!("{} in git", count(tracked, "file"));
    if private > 0 {
        let _ = write!(detail, ", {private} private by digest");
    }
    Gate::pass(name, detail)
}
