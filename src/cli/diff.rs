//! `dspt diff`: two years side by side.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::side::{Side, no_answers};
use super::write;
use crate::assess;
use crate::bank::Banks;
use crate::compare;
use crate::diagnostic::render::one_line;
use crate::export::diff::{self as document, Look};
use crate::tree::WorkTree;
use crate::workspace::rollover::answered;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Diff {
    /// The edition to compare with, such as 2024-25 [default: the one before NEW that has answers]
    #[arg(value_name = "OLD")]
    old: Option<String>,
    /// The edition to look at [default: the edition at hand]
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// How it is shown
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write it; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    #[value(alias = "md")]
    Markdown,
    Html,
    Json,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "md" => Some(Self::Markdown),
            "html" => Some(Self::Html),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What a spelling on the command line stands for. Another kind of source is a variant here and a branch where it is
/// read, in [`read`].
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// Today's file of an edition, in the work tree.
    Edition(String),
}

/// What a spelling stands for: an edition that has answers here before anything else.
fn source(text: &str, editions: &[String], banks: &Banks) -> Result<Source, Failure> {
    if editions.iter().any(|edition| edition == text) {
        return Ok(Source::Edition(text.to_owned()));
    }
    if banks.iter().any(|bank| bank.head.edition == text) {
        return Err(no_answers(text));
    }
    let known = || {
        let list = if editions.is_empty() { "none".to_owned() } else { editions.join(", ") };
        format!("editions with answers here: {list}")
    };
    let is_publication =
        text.split_once('/').is_some_and(|(edition, _)| banks.iter().any(|bank| bank.head.edition == edition));
    let what = if is_publication {
        format!("\"{}\" is a publication; this dspt compares the editions of the work tree only", one_line(text))
    } else {
        format!(
            "\"{}\" is no edition with answers here; this dspt compares the editions of the work tree only, not git \
             revisions",
            one_line(text)
        )
    };
    Err(Failure::new(what).hint(known()))
}

fn read(context: &Context, source: &Source) -> Result<Side, Failure> {
    match source {
        Source::Edition(edition) => Side::of_edition(context, edition),
    }
}

pub fn run(context: &Context, args: &Diff) -> Result<Outcome, Failure> {
    let root = context.root()?;
    let editions = answered(&WorkTree::new(&root));
    let banks = context.banks_anywhere()?;
    let new = match (&args.new, &context.global.edition) {
        (Some(text), _) => source(text, &editions, &banks)?,
        (None, Some(edition)) => Source::Edition(edition.clone()),
        (None, None) => Source::Edition(editions.last().cloned().ok_or_else(|| {
            Failure::new("there are no answers yet: the directory assessments/ has no file named after an edition")
                .hint("`dspt init` writes an answers file")
        })?),
    };
    let old = match &args.old {
        Some(text) => source(text, &editions, &banks)?,
        None => before(&new, &editions)?,
    };
    let (old, new) = (read(context, &old)?, read(context, &new)?);
    if old.standard.id() != new.standard.id() {
        return Err(Failure::new(format!(
            "{} answers {}, {} answers {}: there is nothing to compare",
            one_line(&old.label),
            old.standard.id(),
            one_line(&new.label),
            new.standard.id()
        )));
    }
    let earlier = run_up(context, &banks, &editions, &old, &new)?;
    let comparison = compare::assessments(old.compared(), new.compared(), earlier.as_ref().map(Side::compared));
    let report = document::report(
        &new.organisation,
        (old.compared(), &old.label, old.day),
        (new.compared(), &new.label, new.day),
        &comparison,
        newer_note(&banks, new.standard.id(), new.day),
    );
    let to_file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = args.format.or_else(|| to_file.and_then(Format::of)).unwrap_or(Format::Human);
    let failed = |error: crate::export::ExportError| Failure::new(error.to_string());
    let text = match format {
        Format::Human => {
            let look =
                Look { width: context.prose_width(), styled: to_file.is_none(), verbose: context.global.verbose };
            document::human(&report, look)
        }
        Format::Markdown => document::markdown(&report).map_err(failed)?,
        Format::Html => document::html(&report).map_err(failed)?,
        Format::Json => {
            let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n")
        }
    };
    match to_file {
        None => context.print_bytes(text.as_bytes(), format == Format::Human)?,
        Some(path) => {
            write::replace(&context.start.join(path), text.as_bytes())?;
            context.note(&format!("Written: {}", path.display()));
        }
    }
    Ok(Outcome::Done)
}

/// The remark that a newer question set may be in force, where the day suggests it.
fn newer_note(banks: &Banks, standard: &str, day: jiff::civil::Date) -> Option<String> {
    assess::knows_no_newer(&banks.heads(standard), day)
        .map(|edition| format!("This dspt knows no question set after {edition}; a newer one may be in force."))
}

/// The newest edition before another that has answers.
fn before(new: &Source, editions: &[String]) -> Result<Source, Failure> {
    let Source::Edition(new) = new;
    let before = editions.iter().rfind(|edition| *edition < new).cloned();
    before.map(Source::Edition).ok_or_else(|| {
        Failure::new(format!("there are no answers from before {}: nothing to compare with", one_line(new)))
            .hint("`dspt diff OLD NEW` names the two; `dspt standards diff OLD NEW` compares the questions alone")
    })
}

/// The edition before the old one, where it has answers and all three follow each other without a gap.
fn run_up(
    context: &Context,
    banks: &Banks,
    editions: &[String],
    old: &Side,
    new: &Side,
) -> Result<Option<Side>, Failure> {
    let heads = banks.heads(new.standard.id());
    let before = |edition: &str| {
        let at = heads.iter().position(|head| head.edition == edition)?;
        Some(heads[at.checked_sub(1)?].edition.clone())
    };
    if before(new.standard.edition()).as_deref() != Some(old.standard.edition()) {
        return Ok(None);
    }
    match before(old.standard.edition()).filter(|edition| editions.contains(edition)) {
        Some(edition) => Side::of_edition(context, &edition).map(Some),
        None => Ok(None),
    }
}
