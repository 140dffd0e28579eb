//! What the two names on `diff`'s command line stand for: editions, publications, git revisions, or nothing.

use super::context::Context;
use super::error::Failure;
use super::ledger;
use super::revision::{self, Revision};
use super::side::{Side, no_answers};
use crate::bank::Banks;
use crate::diagnostic::render::one_line;
use crate::ledger::git::Id;
use crate::workspace::rollover::answered;

/// What a name stands for.
#[derive(Debug, Clone)]
enum Source {
    /// Today's file of an edition: in the work tree, or in what `--at` names.
    Edition(String),
    /// A commit's files, in an edition still to be chosen where it is no publication.
    Revision(Box<Revision>),
}

impl Source {
    /// The edition, where the name says which.
    fn edition(&self) -> Option<&str> {
        match self {
            Self::Edition(edition) => Some(edition),
            Self::Revision(revision) => revision.publication.as_ref().map(|published| published.edition.as_str()),
        }
    }

    /// The editions that have answers there.
    fn editions(&self, here: &[String]) -> Result<Vec<String>, Failure> {
        Ok(match self {
            Self::Edition(_) => here.to_vec(),
            Self::Revision(revision) => answered(&revision.workspace()?.1),
        })
    }

    fn read(&self, context: &Context, edition: &str) -> Result<Side, Failure> {
        match self {
            Self::Edition(edition) => Side::of_edition(context, edition),
            Self::Revision(revision) => {
                if let Some(note) = revision.bank_note(&context.banks()?)? {
                    context.note(&note);
                }
                Side::of_revision(context, revision, edition)
            }
        }
    }
}

/// Reads both sides. Without NEW it is the edition at hand, without OLD the last publication before it, and where
/// nothing was published the edition before. A revision is read in the edition of the other side where it holds that,
/// two revisions in the newest edition that both hold.
pub fn sides(
    context: &Context,
    banks: &Banks,
    old_name: Option<&str>,
    new_name: Option<&str>,
) -> Result<(Side, Side), Failure> {
    let here = answered(context.tree(&context.root()?)?.as_ref());
    let wanted = context.global.edition.as_deref();
    let new = match (new_name, &context.revision) {
        (Some(name), _) => source(context, banks, name, &here)?,
        (None, Some(revision)) => Source::Revision(Box::new(revision.clone())),
        (None, None) => Source::Edition(match wanted.or(here.last().map(String::as_str)) {
            Some(edition) => edition.to_owned(),
            None => return Err(no_answers_at_all()),
        }),
    };
    let old = match old_name {
        Some(name) => source(context, banks, name, &here)?,
        None => before(context, banks, &new, &here)?,
    };
    let (in_old, in_new) = (old.editions(&here)?, new.editions(&here)?);
    let newest = |held: &[String]| held.last().cloned().ok_or_else(no_answers_at_all);
    let (old_edition, new_edition) = match (old.edition(), new.edition()) {
        (Some(old), Some(new)) => (old.to_owned(), new.to_owned()),
        (Some(old), None) => {
            // A side that nobody named is the edition at hand, or was chosen to go before the newest.
            let other = Some(old).filter(|_| old_name.is_some() && new_name.is_some());
            (old.to_owned(), chosen(wanted, other, &in_new)?)
        }
        (None, Some(new)) => (chosen(wanted, Some(new), &in_old)?, new.to_owned()),
        (None, None) => match wanted.or(in_new.iter().rfind(|edition| in_old.contains(edition)).map(String::as_str)) {
            Some(edition) => (edition.to_owned(), edition.to_owned()),
            None => (newest(&in_old)?, newest(&in_new)?),
        },
    };
    Ok((old.read(context, &old_edition)?, new.read(context, &new_edition)?))
}

/// The edition of a revision: the one asked for, the other side's, or the newest that it holds.
fn chosen(wanted: Option<&str>, other: Option<&str>, held: &[String]) -> Result<String, Failure> {
    let has = |edition: &&str| held.iter().any(|held| held == edition);
    let edition = wanted.filter(has).or(other.filter(has)).map(str::to_owned);
    edition.or_else(|| held.last().cloned()).ok_or_else(no_answers_at_all)
}

fn no_answers_at_all() -> Failure {
    Failure::new("there are no answers yet: the directory assessments/ has no file named after an edition")
        .hint("`dspt init` writes an answers file")
}

/// What a name stands for: an edition that has answers here before anything else, then a publication, then a revision.
fn source(context: &Context, banks: &Banks, name: &str, here: &[String]) -> Result<Source, Failure> {
    if here.iter().any(|edition| edition == name) {
        return Ok(Source::Edition(name.to_owned()));
    }
    let until = context.global.as_of.map(jiff::civil::DateTime::date);
    if let Err(failure) = ledger::repository(&context.root()?) {
        if banks.iter().any(|bank| bank.head.edition == name) {
            return Err(no_answers(name));
        }
        let mut outside = Failure::new(format!(
            "\"{}\" is no edition with answers here, and no publication or revision can be read: {}",
            one_line(name),
            failure.message
        ));
        outside.hints = failure.hints;
        return Err(outside.hint(with_answers(here)));
    }
    match Revision::find(name, &context.start, banks, until) {
        Ok(revision) => Ok(Source::Revision(Box::new(revision))),
        Err(_) if banks.iter().any(|bank| bank.head.edition == name) => Err(no_answers(name)),
        Err(failure) => Err(failure.hint(with_answers(here))),
    }
}

fn with_answers(here: &[String]) -> String {
    let list = if here.is_empty() { "none".to_owned() } else { here.join(", ") };
    format!("editions with answers here: {list}")
}

/// What to compare with where nobody says it.
fn before(context: &Context, banks: &Banks, new: &Source, here: &[String]) -> Result<Source, Failure> {
    if let Some(revision) = last_publication(context, banks, new)? {
        return Ok(Source::Revision(Box::new(revision)));
    }
    let edition = new.edition().or(here.last().map(String::as_str)).ok_or_else(no_answers_at_all)?;
    let before = here.iter().rfind(|known| known.as_str() < edition).cloned();
    before.map(Source::Edition).ok_or_else(|| {
        Failure::new(format!(
            "there are no answers from before {} and no publication: nothing to compare with",
            one_line(edition)
        ))
        .hint("`dspt diff OLD NEW` names the two; `dspt standards diff OLD NEW` compares the questions alone")
    })
}

/// The newest publication of this edition or an earlier one, but not the one that is looked at. Outside git there is
/// none, and none that can be read.
fn last_publication(context: &Context, banks: &Banks, new: &Source) -> Result<Option<Revision>, Failure> {
    let root = context.root()?;
    let Ok(repository) = ledger::repository(&root) else { return Ok(None) };
    let until = context.global.as_of.map(jiff::civil::DateTime::date);
    let (own, tip) = match new {
        Source::Revision(revision) => (revision.publication.as_ref(), Some(revision.commit)),
        Source::Edition(_) => (None, None),
    };
    let is_before = |commit: Option<Id>| match (commit, tip) {
        (Some(commit), Some(tip)) => repository.is_within(commit, tip),
        _ => true,
    };
    let last = revision::publications(&repository, &root, banks)?.into_iter().rfind(|published| {
        until.is_none_or(|day| published.date <= day)
            && new.edition().is_none_or(|edition| published.edition.as_str() <= edition)
            && own.is_none_or(|own| (published.date, published.id()) < (own.date, own.id()))
            && (own.is_some() || is_before(published.commit))
    });
    last.map(|published| Revision::find(&published.id(), &context.start, banks, None)).transpose()
}
