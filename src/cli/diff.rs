//! `dspt diff`: two years, publications or revisions side by side.

use super::banks::newer_note;
use super::context::Context;
use super::delivery;
use super::error::{Failure, Outcome};
use super::format::DocumentFormat;
use super::side::{Side, fill_digests};
use super::source::sides;
use crate::bank::Banks;
use crate::compare;
use crate::diagnostic::render::one_line;
use crate::export::diff::{self as document, Look};
use crate::workspace::rollover::answered;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Diff {
    /// What to compare with: an edition (2024-25, today's file), a publication (2024-25/latest, as it was published) or
    /// a git revision (HEAD~3) [default: the last publication; where there is none, the edition before NEW]
    #[arg(value_name = "OLD")]
    old: Option<String>,
    /// What to look at, named likewise [default: the work tree, in the edition at hand]
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// How it is shown
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write it; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Document(DocumentFormat),
    Xlsx,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Document(DocumentFormat::Human),
            Self::Document(DocumentFormat::Markdown),
            Self::Document(DocumentFormat::Html),
            Self::Document(DocumentFormat::Json),
            Self::Xlsx,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Document(format) => format.to_possible_value(),
            Self::Xlsx => Some(PossibleValue::new("xlsx").help("A workbook to sort and filter")),
        }
    }
}

pub fn run(context: &Context, args: &Diff) -> Result<Outcome, Failure> {
    let banks = context.banks_anywhere()?;
    let (mut old, mut new) = sides(context, &banks, args.old.as_deref(), args.new.as_deref())?;
    fill_digests(&mut old, &mut new);
    if old.standard.id() != new.standard.id() {
        return Err(Failure::new(format!(
            "{} answers {}, {} answers {}: there is nothing to compare",
            one_line(&old.label),
            old.standard.id(),
            one_line(&new.label),
            new.standard.id()
        )));
    }
    let earlier = run_up(context, &banks, &old, &new)?;
    let comparison = compare::assessments(old.compared(), new.compared(), earlier.as_ref().map(Side::compared));
    let report = document::report(
        &new.organisation,
        (old.compared(), &old.label, old.day),
        (new.compared(), &new.label, new.day),
        &comparison,
        newer_note(&banks, new.standard.id(), new.day),
    );
    let to_file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let endings: Vec<(&str, Format)> = DocumentFormat::ENDINGS
        .map(|(ending, format)| (ending, Format::Document(format)))
        .into_iter()
        .chain([("xlsx", Format::Xlsx)])
        .collect();
    let usual = Format::Document(DocumentFormat::Human);
    let format = match args.format.map_or_else(|| delivery::by_ending(to_file, &endings, usual), Ok)? {
        Format::Xlsx => return write_workbook(context, &new, &report, args.output.as_deref()),
        Format::Document(format) => format,
    };
    let failed = |error: crate::export::ExportError| Failure::new(error.to_string());
    let text = match format {
        DocumentFormat::Human => {
            let look =
                Look { width: context.prose_width(), styled: to_file.is_none(), verbose: context.global.verbose };
            document::human(&report, look)
        }
        DocumentFormat::Markdown => document::markdown(&report).map_err(failed)?,
        DocumentFormat::Html => document::html(&report).map_err(failed)?,
        DocumentFormat::Json => {
            let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n")
        }
    };
    delivery::deliver(context, text.as_bytes(), format == DocumentFormat::Human, to_file)?;
    Ok(Outcome::Done)
}

/// A workbook goes to `out/` unless a place is named.
fn write_workbook(
    context: &Context,
    new: &Side,
    report: &document::DiffReport,
    output: Option<&Path>,
) -> Result<Outcome, Failure> {
    let bytes = workbook(report)?;
    let fit = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let code: String = new.organisation.ods_code.trim().chars().map(fit).collect();
    let usual = format!("out/{code}-{}-diff.xlsx", new.standard.edition());
    let place = delivery::place(context, output, Some((&context.root()?, &usual)))?;
    delivery::put(context, place.as_deref(), &bytes, false)?;
    Ok(Outcome::Done)
}

#[cfg(feature = "xlsx")]
fn workbook(report: &document::DiffReport) -> Result<Vec<u8>, Failure> {
    document::xlsx(report).map_err(|error| Failure::new(error.to_string()))
}

#[cfg(not(feature = "xlsx"))]
fn workbook(_: &document::DiffReport) -> Result<Vec<u8>, Failure> {
    Err(Failure::new("this dspt was built without the feature `xlsx`").hint("--format html opens in every browser"))
}

/// The edition before the old one, where the old side's files hold it and all three follow each other without a gap.
fn run_up(context: &Context, banks: &Banks, old: &Side, new: &Side) -> Result<Option<Side>, Failure> {
    let heads = banks.heads(new.standard.id());
    let before = |edition: &str| {
        let at = heads.iter().position(|head| head.edition == edition)?;
        Some(heads[at.checked_sub(1)?].edition.clone())
    };
    if before(new.standard.edition()).as_deref() != Some(old.standard.edition()) {
        return Ok(None);
    }
    match before(old.standard.edition()) {
        Some(edition) if answered(old.tree.as_ref()).contains(&edition) => old.beside(context, &edition).map(Some),
        _ => Ok(None),
    }
}
