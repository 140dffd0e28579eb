//! `dspt plan`: the action plan, drawn up, shown, checked and taken back from a spreadsheet.

mod import;

pub use import::PlanImportOutput;

use super::commit::Commit;
use super::context::Context;
use super::delivery;
use super::error::{Failure, Outcome};
use super::judgement::Judgement;
use super::style::{self, ATTENTION, COMMAND, GOOD, paint};
use super::write;
use crate::assess::Assessment;
use crate::diagnostic::render::one_line;
use crate::export::plan::{self as document, Sheet};
use crate::plan::generate::{self, Fill};
use crate::workspace::ACTION_PLANS;
use crate::workspace::fresh::SCHEMAS;
use clap::{Args, Subcommand, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Plan {
    #[command(subcommand)]
    command: Option<Command>,
    /// How it is shown or written [default: for people; `generate`: the plan's own file]
    #[arg(long, value_enum, global = true)]
    format: Option<Format>,
    /// Where to write it; `-` is standard output
    #[arg(short, long, value_name = "FILE", global = true)]
    output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the plan: every outstanding item, what is to be done, by whom, until when
    Show,
    /// Write a plan for what is outstanding, or add to the plan what it lacks
    Generate {
        #[command(flatten)]
        commit: Commit,
    },
    /// Fail unless every outstanding item has an action with an owner and a date
    Check,
    /// Take over what somebody filled in in the plan's workbook
    Import(import::Import),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    /// The plan's own file format
    Toml,
    /// A workbook, under the name that the toolkit gives it
    Xlsx,
    #[value(alias = "md")]
    Markdown,
    Html,
    Csv,
    Json,
}

impl Format {
    /// How the names of files in each format end.
    const ENDINGS: &[(&str, Self)] = &[
        ("txt", Self::Human),
        ("toml", Self::Toml),
        ("xlsx", Self::Xlsx),
        ("md", Self::Markdown),
        ("html", Self::Html),
        ("csv", Self::Csv),
        ("json", Self::Json),
    ];

    fn extension(self) -> &'static str {
        match self {
            Self::Human => "txt",
            Self::Toml => "toml",
            Self::Xlsx => "xlsx",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// What `plan check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanCheckOutput {
    pub edition: String,
    pub complete: bool,
    /// Why, in words.
    pub reason: String,
    /// Outstanding items, by number.
    pub outstanding: Vec<String>,
    /// Outstanding items without an action.
    pub without_action: Vec<String>,
    /// Actions for outstanding items that lack what is to be done, an owner or a date.
    pub incomplete: Vec<String>,
}

pub fn run(context: &Context, args: &Plan) -> Result<Outcome, Failure> {
    let judgement = context.judge()?;
    let assessment = judgement.assess();
    let output = args.output.as_deref();
    let format = |usual| args.format.map_or_else(|| delivery::by_ending(output, Format::ENDINGS, usual), Ok);
    match args.command.as_ref().unwrap_or(&Command::Show) {
        Command::Show => show(context, &judgement, &assessment, format(Format::Human)?, output),
        Command::Generate { commit } => match (format(Format::Toml)?, output) {
            (Format::Toml, None) => generate(context, &judgement, &assessment, *commit),
            (Format::Human, _) => show(context, &judgement, &assessment, Format::Toml, output),
            (format, _) => show(context, &judgement, &assessment, format, output),
        },
        Command::Check => check(context, &judgement, &assessment, args.format),
        Command::Import(import) => import::run(context, &judgement, import, args.format == Some(Format::Json)),
    }
}

fn sheet<'a>(judgement: &'a Judgement, assessment: &'a Assessment) -> Sheet<'a> {
    Sheet::new(
        &judgement.organisation,
        &judgement.standard,
        assessment,
        judgement.answers(),
        judgement.plan(),
        judgement.opened.now,
    )
}

/// Text goes to standard output unless a file is named; a workbook goes to `out/`.
fn show(
    context: &Context,
    judgement: &Judgement,
    assessment: &Assessment,
    format: Format,
    output: Option<&Path>,
) -> Result<Outcome, Failure> {
    let sheet = sheet(judgement, assessment);
    let failed = |error: crate::export::ExportError| Failure::new(error.to_string());
    let bytes = match format {
        Format::Human => document::human(&sheet, u16::try_from(context.width).unwrap_or(80)).into_bytes(),
        Format::Toml => document::toml(&sheet, Some(&schema_line())).into_bytes(),
        Format::Markdown => document::markdown(&sheet).map_err(failed)?.into_bytes(),
        Format::Html => document::html(&sheet).map_err(failed)?.into_bytes(),
        Format::Csv => document::csv(&sheet).into_bytes(),
        Format::Json => {
            let text = serde_json::to_string_pretty(&document::json(&sheet))
                .map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n").into_bytes()
        }
        Format::Xlsx => workbook(&sheet)?,
    };
    let usual = default_path(judgement, format);
    let usual = (format == Format::Xlsx).then_some((judgement.opened.root.as_path(), usual.as_str()));
    let place = delivery::place(context, output, usual)?;
    if let (Some(path), Format::Xlsx) = (&place, format) {
        import::keep_what_was_typed(context, judgement, path)?;
    }
    delivery::put(context, place.as_deref(), &bytes, format == Format::Human)?;
    Ok(Outcome::Done)
}

#[cfg(feature = "xlsx")]
fn workbook(sheet: &Sheet<'_>) -> Result<Vec<u8>, Failure> {
    document::xlsx(sheet).map_err(|error| Failure::new(error.to_string()))
}

#[cfg(not(feature = "xlsx"))]
fn workbook(_: &Sheet<'_>) -> Result<Vec<u8>, Failure> {
    Err(Failure::new("this dspt was built without the feature `xlsx`")
        .hint("--format csv opens in every spreadsheet program"))
}

/// Where a document goes that no place is named for, from the workspace.
fn default_path(judgement: &Judgement, format: Format) -> String {
    let code = &judgement.organisation.ods_code;
    let name = if format == Format::Xlsx {
        document::file_name(code, judgement.opened.now)
    } else {
        let code: String = code.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
        format!("{code}-{}-action-plan.{}", judgement.standard.edition(), format.extension())
    };
    format!("out/{name}")
}

/// Writes the schema that the plan's file names, where it is not there.
fn ensure_schema(judgement: &Judgement) -> Result<bool, Failure> {
    let schema = format!("{SCHEMAS}/action-plan.schema.json");
    if judgement.opened.root.join(&schema).symlink_metadata().is_ok() {
        return Ok(false);
    }
    let text = super::schema::text(&judgement.opened.banks, "action-plan.schema.json")?;
    write::create(&judgement.opened.root, &schema, text.as_bytes())?;
    Ok(true)
}

fn schema_line() -> String {
    format!("../{SCHEMAS}/action-plan.schema.json")
}

fn generate(
    context: &Context,
    judgement: &Judgement,
    assessment: &Assessment,
    commit: Commit,
) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let root = &judgement.opened.root;
    let message = format!("Action plan for {}", judgement.standard.edition());
    let rows = sheet(judgement, assessment).rows;
    let outstanding = assessment.plan.outstanding.len();
    let workspace = &judgement.opened.workspace;
    let existing = workspace.plans.iter().find(|plan| Some(&plan.edition) == workspace.edition.as_ref());
    let mut out = String::new();
    let path = match existing {
        Some(plan) => {
            let file = workspace.file(plan.file);
            let added = generate::add_missing(&file.document, &rows)
                .map_err(|error| Failure::new(format!("{}: {error}", file.path)))?;
            match added {
                Some(added) => {
                    commit.save(context, root, &[(&file.path, &added.bytes)], &message)?;
                    let _ = writeln!(
                        out,
                        "{}: added {}. What was there is as it was.",
                        file.path,
                        added.numbers.join(", ")
                    );
                }
                None => {
                    let _ = writeln!(
                        out,
                        "{}: nothing to add; it has a row for each of the {}.",
                        file.path,
                        style::count(outstanding, "outstanding item")
                    );
                }
            }
            file.path.clone()
        }
        None if outstanding == 0 => {
            out.push_str("Nothing is outstanding: there is nothing to plan.\n");
            context.print(&out)?;
            return Ok(Outcome::Done);
        }
        None => {
            let path = format!("{ACTION_PLANS}/{}.toml", judgement.standard.edition());
            let text = generate::file(Some(&schema_line()), &judgement.standard, None, &rows, Fill::Places);
            let schema = format!("{SCHEMAS}/action-plan.schema.json");
            let mut written = vec![path.as_str()];
            commit.ready(root, &written)?;
            write::create(root, &path, text.as_bytes())?;
            if ensure_schema(judgement)? {
                written.push(&schema);
            }
            commit.written(context, root, &written, &message)?;
            let _ = writeln!(out, "{path}: a row for each of the {}.", style::count(outstanding, "outstanding item"));
            path
        }
    };
    let _ = writeln!(out, "\nNext: say in {} what will be done, by whom and by when.", one_line(&path));
    let _ = writeln!(out, "      {}", paint(COMMAND, "dspt plan check"));
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn check(
    context: &Context,
    judgement: &Judgement,
    assessment: &Assessment,
    format: Option<Format>,
) -> Result<Outcome, Failure> {
    let plan = &assessment.plan;
    let (complete, reason) = plan.words();
    if let Some(Format::Json) = format {
        context.print_json(&PlanCheckOutput {
            edition: judgement.standard.edition().to_owned(),
            complete,
            reason,
            outstanding: plan.outstanding.clone(),
            without_action: plan.without_action.clone(),
            incomplete: plan.incomplete.clone(),
        })?;
    } else {
        let width = context.prose_width();
        let look = if complete { GOOD } else { ATTENTION };
        let mut out = format!("{}\n", paint(look, style::wrap(&reason, width, 0)));
        for (what, numbers) in
            [("Without an action", &plan.without_action), ("Without action text, owner or date", &plan.incomplete)]
        {
            if !numbers.is_empty() && plan.document.is_none() {
                let _ = writeln!(out, "{}", style::hang(&format!("{what}: {}", numbers.join("  ")), width, 2, 4));
            }
        }
        context.print(&out)?;
    }
    Ok(if complete { Outcome::Done } else { Outcome::CheckFailed })
}
