//! `dspt export`: the answers as documents for other people and programs.
//!
//! A further format is a variant of [`To`], its line in [`To::document`], and a function that makes its bytes.

mod answers;
mod portal;
mod report;

use super::context::Context;
use super::delivery;
use super::error::{Failure, Outcome};
use super::judgement::Judgement;
use super::level::find_level;
use super::questions::find_section;
use crate::assess::Assessment;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to make [default: by the name of -o, else xlsx]
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Option<To>,
    /// Only one section, by its name or the beginning of it
    #[arg(long, value_name = "SECTION")]
    section: Option<String>,
    /// Only what somebody looks after
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Only what does not count yet and the level aimed at asks for
    #[arg(long)]
    unanswered: bool,
    /// Only what a level asks for
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// How the portal sheet is written [default: by the name of -o, else html]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Page>,
    /// Where to write it; `-` is standard output [default: out/CODE-EDITION-KIND]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// The answers workbook, to be filled in and given to `dspt import`
    Xlsx,
    /// The answers as a plain table
    Csv,
    /// The answers and the report for other programs
    Json,
    /// A report for a browser and for print: level, progress, gaps, plan, evidence
    Html,
    /// The report as Markdown
    Md,
    /// What to type, tick and upload on the national web site, in its order
    Portal,
}

/// How a page for people is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Page {
    Html,
    Text,
}

/// A format as it is made: what the document is called, the end of its file's name, and what makes its bytes.
struct Document {
    kind: &'static str,
    extension: &'static str,
    make: fn(&Export) -> Result<Vec<u8>, Failure>,
}

impl To {
    fn document(self) -> Document {
        match self {
            Self::Xlsx => Document { kind: "answers", extension: "xlsx", make: answers::xlsx },
            Self::Csv => Document { kind: "answers", extension: "csv", make: answers::csv },
            Self::Json => Document { kind: "answers", extension: "json", make: report::json },
            Self::Html => Document { kind: "report", extension: "html", make: report::html },
            Self::Md => Document { kind: "report", extension: "md", make: report::md },
            Self::Portal => Document { kind: "portal", extension: "html", make: portal::html },
        }
    }

    /// What is asked for by the name of a file alone.
    fn by_name(output: Option<&Path>) -> Result<Self, Failure> {
        let endings: Vec<_> = Self::value_variants().iter().map(|to| (to.document().extension, *to)).collect();
        // The report's page comes before the portal sheet's.
        delivery::by_ending(output, &endings, Self::Xlsx)
    }
}

/// What every format is made from.
struct Export {
    judgement: Judgement,
    assessment: Assessment,
    /// The items chosen, as indices into the standard's, in its order.
    items: Vec<usize>,
}

pub fn run(context: &Context, args: &ExportArgs) -> Result<Outcome, Failure> {
    let to = args.to.map_or_else(|| To::by_name(args.output.as_deref()), Ok)?;
    let judgement = context.judge()?;
    let assessment = judgement.assess();
    let items = select(&judgement, &assessment, args)?;
    let export = Export { judgement, assessment, items };
    let is_text = args.output.as_deref().is_some_and(|path| path.extension().is_some_and(|end| end == "txt"));
    let document = match (to, args.format) {
        (To::Portal, Some(Page::Text)) => Document { kind: "portal", extension: "txt", make: portal::text },
        (To::Portal, None) if is_text => Document { kind: "portal", extension: "txt", make: portal::text },
        (To::Portal, _) | (_, None) => to.document(),
        (_, Some(_)) => return Err(Failure::new("--format is for the portal sheet alone").hint("leave it out")),
    };
    let bytes = (document.make)(&export)?;
    let usual = default_path(&export.judgement, &document);
    let usual = (export.judgement.opened.root.as_path(), usual.as_str());
    let place = delivery::place(context, args.output.as_deref(), Some(usual))?;
    #[cfg(feature = "xlsx")]
    if let (Some(path), To::Xlsx) = (&place, to) {
        super::import::keep_what_was_typed(context, &export.judgement, path)?;
    }
    delivery::put(context, place.as_deref(), &bytes, false)?;
    Ok(Outcome::Done)
}

/// Where a document goes that no place is named for, from the workspace.
fn default_path(judgement: &Judgement, document: &Document) -> String {
    let code = judgement.organisation.ods_code.trim();
    let code: String = code.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    format!("out/{code}-{}-{}.{}", judgement.standard.edition(), document.kind, document.extension)
}

fn select(judgement: &Judgement, assessment: &Assessment, args: &ExportArgs) -> Result<Vec<usize>, Failure> {
    let standard = &judgement.standard;
    let level = args.level.as_deref().map(|level| find_level(standard, level)).transpose()?;
    let section = args.section.as_deref().map(|word| find_section(standard, word)).transpose()?;
    let owned = |number: &str| {
        args.owner.as_deref().is_none_or(|who| {
            let owner = judgement.answers().answers.get(number).and_then(|answer| answer.owner.as_deref());
            let is_same = |known: &str| known.trim().to_lowercase() == who.trim().to_lowercase();
            owner.is_some_and(|owner| {
                is_same(owner) || is_same(crate::plan::owner::shown(&judgement.organisation, owner))
            })
        })
    };
    let items: Vec<usize> = (0..standard.items.len())
        .filter(|at| {
            let item = &standard.items[*at];
            section.is_none_or(|section| item.section == section)
                && level.is_none_or(|level| standard.asks(level, item))
                && owned(&item.number)
                && (!args.unanswered || (standard.asks(assessment.aim, item) && !assessment.items[*at].state.counts()))
        })
        .collect();
    if items.is_empty() {
        return Err(Failure::new("no item is chosen by these options, so nothing was written")
            .hint("`dspt questions` takes the same options and shows what they choose"));
    }
    Ok(items)
}
