//! Writes one answer: into memory first, judged there, then to the disk, all or nothing.

use super::super::context::Context;
use super::super::error::Failure;
use super::super::judgement::Judgement;
use super::super::write;
use super::evidence::Copy;
use crate::assess::State;
use crate::bank::Banks;
use crate::decode;
use crate::diagnostic::render::one_line;
use crate::model::{Answers, Item, ItemKind, Standard};
use crate::source::edit::{self, Change};
use crate::source::{Document, Pointer, Step};
use crate::workspace::answer::{self, Refused, Said};
use std::fs;

/// What is to be said of an item, and the files that have to be there for it.
#[derive(Debug, Default)]
pub struct Wish {
    pub said: Said,
    pub copies: Vec<Copy>,
}

/// What came of it.
#[derive(Debug)]
pub struct Done {
    /// The answers file, from the workspace, and the line of the answer in it.
    pub file: String,
    pub line: u32,
    /// Keys that were set, and keys that were there and are gone.
    pub set: Vec<String>,
    pub removed: Vec<String>,
    /// Evidence files that were copied, from the workspace.
    pub copied: Vec<String>,
    pub state: State,
    /// Why it does not count.
    pub why: Option<String>,
    /// The file before and after.
    pub before: String,
    pub after: String,
}

/// Says it; writes nothing where `dry_run` is.
pub fn set(context: &Context, judgement: &Judgement, item: &Item, wish: &Wish, dry_run: bool) -> Result<Done, Failure> {
    let opened = &judgement.opened;
    let file = opened.workspace.file(judgement.answers_file().file);
    let changes = answer::changes(&judgement.standard, judgement.answers(), &item.number, &wish.said)
        .map_err(|refused| explained(&refused, &opened.banks, &judgement.standard, item))?;
    let bytes = edit::apply(&file.document, &changes)
        .map_err(|error| Failure::new(format!("{}: {error}; nothing was written", file.path)))?;
    let document = Document::read(bytes.clone(), file.document.syntax);
    let answers: Answers = decode::answers::decode(&document).value;
    let verdict = judgement
        .assess_answers(&answers)
        .items
        .swap_remove(judgement.standard.index_of(&item.number).unwrap_or_default());
    let (set, removed) = keys(&file.document, &document, &changes, &item.number);
    let mut done = Done {
        file: file.path.clone(),
        line: document.position(document.span(&Pointer::answer(&item.number)).start).line,
        set,
        removed,
        copied: Vec::new(),
        state: verdict.state,
        why: verdict.gap.as_ref().map(crate::assess::Gap::words).or(verdict.exempt_because),
        before: file.document.text.clone(),
        after: document.text.clone(),
    };
    done.copied = wish.copies.iter().map(|copy| copy.to.clone()).collect();
    if dry_run {
        return Ok(done);
    }
    let mut made = Vec::new();
    let written = wish.copies.iter().try_for_each(|copy| {
        write::create(&opened.root, &copy.to, &copy.bytes)?;
        made.push(opened.root.join(&copy.to));
        Ok(())
    });
    let written = written.and_then(|()| write::replace(&opened.root.join(&file.path), &bytes));
    if let Err(failure) = written {
        for path in made {
            // It was made a moment ago and nothing names it: where it cannot be taken away it does no harm.
            let _ = fs::remove_file(path);
        }
        return Err(failure);
    }
    if context.global.verbose {
        context.note(&format!("wrote {}", file.path));
    }
    Ok(done)
}

/// The keys of an answer that changes set and those that they took away, each once; what stayed as it was is neither.
fn keys(old: &Document, new: &Document, changes: &[Change], number: &str) -> (Vec<String>, Vec<String>) {
    let (mut set, mut removed) = (Vec::new(), Vec::new());
    let table = Pointer::answer(number);
    for change in changes {
        let (Change::Set(pointer, _) | Change::Remove(pointer)) = change;
        let Some(Step::Key(key)) = pointer.steps().get(table.steps().len()) else { continue };
        let at = table.clone().key(key.clone());
        let text = |document: &Document| document.node(&at).map(|node| document.text[node.span.range()].to_owned());
        let list = match (text(old), text(new)) {
            (Some(_), None) => &mut removed,
            (before, after) if before != after => &mut set,
            _ => continue,
        };
        if !list.iter().any(|known| known == key.as_ref()) {
            list.push(key.clone().into_owned());
        }
    }
    (set, removed)
}

/// How an item of a kind is answered on the command line.
pub fn how(item: &Item) -> String {
    let number = &item.number;
    let answer = match item.kind {
        ItemKind::Tick => format!("`dspt answer {number} --tick` or `--untick`"),
        ItemKind::Text => format!("`dspt answer {number} --text \"…\"`"),
        ItemKind::Document => {
            format!("`dspt answer {number} --evidence FILE`, `--link URL` or `--location \"…\"`")
        }
        ItemKind::Date => format!("`dspt answer {number} --date YYYY-MM-DD`"),
    };
    match item.not_applicable {
        Some(_) => format!("{answer}; where it does not apply `--not-applicable \"the reason\"`"),
        None => answer,
    }
}

/// A refusal with what to do instead.
fn explained(refused: &Refused, banks: &Banks, standard: &Standard, item: &Item) -> Failure {
    let failure = Failure::new(format!("{refused}; nothing was written"));
    match refused {
        Refused::OtherKind { given, .. } => {
            let failure = failure.hint(how(item));
            match banks.other_question(standard, item, *given) {
                Some(other) => failure.hint(one_line(&other.words)),
                None => failure,
            }
        }
        Refused::MustApply { .. } => failure.hint(format!("what it asks: {}", one_line(&item.shown()))).hint(how(item)),
        Refused::Nothing { .. } | Refused::Blank { .. } => failure.hint(how(item)),
        Refused::NoReason { .. } => failure.hint("say why in a sentence: an auditor reads it"),
        Refused::NoThreshold { .. } => failure.hint("a count is for items that ask for a share, such as staff trained"),
        Refused::OddCount { .. } => failure.hint("write how many of how many, such as --count 50/52"),
        Refused::DocumentAndNot { .. } => failure.hint("give the document, or the reason why there is none"),
        Refused::NoItem { .. } | Refused::NoPlace { .. } => failure,
    }
}
