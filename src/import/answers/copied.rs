//! Answers of another organisation, copied by concept: for another headquarters code, or for a site that answers for
//! itself. Nothing copied counts until somebody confirms it here.

use super::difference;
use crate::compare::Rollover;
use crate::import::Prefer;
use crate::model::{Answer, Answers, Standard};
use crate::source::Pointer;
use crate::source::edit::Change;
use std::collections::BTreeSet;

/// What a copy comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Copied {
    pub changes: Vec<Change>,
    /// Numbers that are copied, in the standard's order.
    pub copied: Vec<String>,
    /// Numbers that have an answer here already, which stays.
    pub kept: Vec<String>,
    /// Numbers that have another answer here, with its place.
    pub conflicts: Vec<(String, Pointer)>,
    /// Numbers whose answers belong to one organisation alone.
    pub not_shareable: Vec<String>,
    /// Files that the copied answers point to, from the workspace.
    pub files: BTreeSet<String>,
    /// Those that were kept out of git there.
    pub private: BTreeSet<String>,
}

/// Copies what was rolled from another organisation's answers. `from` says whose they are, such as `A1B2/2025-26`.
pub fn copy(
    rolled: &Rollover,
    old: &Standard,
    new: &Standard,
    answers: &Answers,
    from: &str,
    prefer: Prefer,
) -> Copied {
    let mut copied = Copied::default();
    for carried in rolled.items.iter().filter(|carried| carried.is_carried()) {
        let item = &new.items[carried.item];
        let number = &item.number;
        if !item.shareable || carried.old.is_some_and(|at| !old.items[at].shareable) {
            copied.not_shareable.push(number.clone());
            continue;
        }
        let none = Answer::default();
        let now = answers.answers.get(number).unwrap_or(&none);
        // Who looks after it, and what was noted for oneself, are of the other organisation.
        let theirs = Answer {
            owner: now.owner.clone(),
            notes: now.notes.clone(),
            from: None,
            carried_from: Some(from.to_owned()),
            ..carried.answer.clone()
        };
        if !now.is_open() {
            match prefer {
                Prefer::Theirs => {}
                Prefer::Neither if !says_the_same(now, &theirs) => {
                    copied.conflicts.push((number.clone(), Pointer::answer(number)));
                    continue;
                }
                Prefer::Ours | Prefer::Neither => {
                    copied.kept.push(number.clone());
                    continue;
                }
            }
        }
        for evidence in theirs.evidence.iter().flatten() {
            if let Some(file) = &evidence.file {
                let list = if evidence.is_private() { &mut copied.private } else { &mut copied.files };
                list.insert(file.clone());
            }
        }
        copied.changes.extend(difference::changes(number, now, &theirs));
        copied.copied.push(number.clone());
    }
    copied
}

fn says_the_same(a: &Answer, b: &Answer) -> bool {
    (a.tick, &a.text, a.date, &a.not_applicable, a.count, &a.evidence)
        == (b.tick, &b.text, b.date, &b.not_applicable, b.count, &b.evidence)
}
