//! The command line: the only part that knows clap, standard output, colour, the environment and the clock.
//!
//! One file a command. Each has its `Args`, a `run` that gives an `Outcome` or a `Failure`, and its JSON shape,
//! from which the schema under `schemas/output/` is generated.

mod answer;
mod banks;
mod baseline;
mod calendar;
mod certificate;
mod checklist;
mod commit;
mod completions;
mod confirm;
mod context;
mod delivery;
mod diff;
mod error;
mod explain;
mod export;
mod format;
mod git;
mod history;
mod import;
mod init;
mod judgement;
mod ledger;
mod level;
mod lint;
mod lsp;
mod man;
mod next;
mod opened;
mod organisation;
pub mod output;
mod pack;
mod plan;
mod portfolio;
mod publications;
mod publish;
mod published;
mod questions;
mod reassign;
mod receipt;
pub mod reference;
mod revision;
mod rollover;
mod schema;
mod shells;
mod side;
mod sites;
mod source;
mod standards;
mod status;
mod style;
mod table;
mod verify;
mod write;

use anstream::AutoStream;
use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use context::{Context, Global};
use error::{Failure, Outcome};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// The Data Security and Protection Toolkit as code
///
/// Answers live in files and in git; dspt lints them, works out the level, draws up the action plan and says what to do
/// next. It is not affiliated with NHS England and does not submit to the national web site.
#[derive(Debug, Parser)]
#[command(name = "dspt", version, disable_help_subcommand = false, arg_required_else_help = false)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Make a ready workspace, in git
    Init(init::Init),
    /// Show, change and confirm profile, roles and members
    Organisation(organisation::OrganisationArgs),
    /// List, show, check and compare the question banks
    #[command(visible_alias = "editions")]
    Standards(standards::Standards),
    /// Show the questions with guidance and the answers so far
    Questions(questions::Questions),
    /// Explain a lint rule, or an item with its sources and history
    Explain(explain::Explain),
    /// List the documents to have in place, and which of them are
    Checklist(checklist::Checklist),
    /// Answer an item in place, or be asked what is open
    Answer(Box<answer::AnswerArgs>),
    /// Say that carried or old answers are still true
    Confirm(confirm::Confirm),
    /// Hand what one person owns to another
    Reassign(reassign::Reassign),
    /// List the sites, and hold them against lists of CQC and ODS
    Sites(sites::SitesArgs),
    /// Find what is wrong in the files
    Lint(lint::Lint),
    /// Show the level, what is missing, and what to do next
    Status(status::Status),
    /// Draw up, show and check the action plan
    Plan(plan::Plan),
    /// Write deadline, reviews, expiries and targets as a calendar
    Calendar(calendar::Calendar),
    /// Compare two years, publications or revisions
    Diff(diff::Diff),
    /// Write the next edition's answers from this one's
    Rollover(rollover::Rollover),
    /// Follow one question and its answer through the years
    History(history::History),
    /// Write the answers as a workbook, a report, a table or JSON
    Export(export::ExportArgs),
    /// Take over what was filled in elsewhere
    Import(import::ImportArgs),
    /// Publish as a git commit and tag that a stranger can verify
    Publish(publish::Publish),
    /// List what was published, here and on the toolkit
    Publications(publications::Publications),
    /// Prove publications from the repository alone
    Verify(verify::Verify),
    /// Show a publication to others: certificate and proof file
    Certificate(certificate::Certificate),
    /// Pack a publication for an auditor or a site's manager
    Pack(pack::PackArgs),
    /// Look after many organisations at once
    Portfolio(Box<portfolio::PortfolioArgs>),
    /// Make git compare and merge answers by what they say
    Git(git::GitArgs),
    /// Print a JSON Schema for editors
    Schema(schema::Schema),
    /// Print completions for a shell
    Completions(completions::Completions),
    /// Serve editors: findings, questions and completion as one types
    Lsp(lsp::Lsp),
    /// Print or write the manual pages
    Man(man::Man),
}

/// The groups that `dspt help` shows, with the commands of each.
const GROUPS: &[(&str, &[&str])] = &[
    ("Set up", &["init", "organisation", "sites", "standards"]),
    ("Answer", &["questions", "explain", "checklist", "answer", "confirm", "reassign"]),
    ("Judge", &["lint", "status", "plan"]),
    ("Publish", &["publish", "publications", "verify", "certificate", "pack"]),
    ("Documents", &["export", "import", "calendar"]),
    ("Years", &["diff", "rollover", "history"]),
    ("Many clients", &["portfolio"]),
    ("Tools", &["git", "lsp", "schema", "completions", "man", "help"]),
];

/// What `dspt help` says of itself: clap adds the command only while it builds them all, which starting does not wait
/// for.
const HELP_ABOUT: &str = "Print this message or the help of the given subcommand(s)";

/// The command definitions, from which help, completions and manual pages come.
pub fn command() -> Command {
    let command = Cli::command();
    let width = GROUPS.iter().flat_map(|(_, names)| *names).map(|name| name.len()).max().unwrap_or(0);
    let mut groups = String::new();
    for (title, names) in GROUPS {
        groups.push_str(&format!("{}\n", style::paint(style::STRONG, format!("{title}:"))));
        for name in *names {
            let about = command.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
            let about = about.as_deref().unwrap_or(HELP_ABOUT);
            groups.push_str(&format!("  {}  {about}\n", style::paint(style::COMMAND, style::pad(name, width))));
        }
        groups.push('\n');
    }
    command.help_template(format!(
        "{{before-help}}{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{{options}}{{after-help}}"
    ))
    .after_help("Without a command, dspt shows the status of the workspace here.\nExit status: 0 done, 1 the check failed, 2 the work could not be done.")
}

/// Runs the program; the exit status is 0 (done), 1 (the check failed) or 2 (the work could not be done).
pub fn main() -> ExitCode {
    match completions::answer() {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => {}
        Err(_) => return ExitCode::from(2),
    }
    let parsed = command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let shown = error.print();
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked_for && shown.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::CheckFailed) => ExitCode::from(1),
        // `dspt … | head` has seen enough.
        Err(failure) if failure.reader_gone => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<Outcome, Failure> {
    let mut context = Context::new(cli.global)?;
    ledger::make_good(&context);
    let command = cli.command.unwrap_or_else(|| shown_alone(&context));
    // A portfolio has no revision of its own: `--at` is found in each client.
    if !matches!(command, Sub::Portfolio(_)) {
        context.find_revision()?;
    }
    dispatch(&context, command)
}

/// What `dspt` without a command shows: the workspace here, else the portfolio.
fn shown_alone(context: &Context) -> Sub {
    if Context::find_root(&context.start).is_none() && portfolio::is_here(context) {
        return Sub::Portfolio(Box::default());
    }
    Sub::Status(status::Status::default())
}

/// Runs a command in its surroundings.
fn dispatch(context: &Context, command: Sub) -> Result<Outcome, Failure> {
    // What is proven is hashed again as it is read; what is only shown need not be.
    if matches!(command, Sub::Status(_) | Sub::Lint(_) | Sub::Diff(_) | Sub::History(_)) {
        crate::ledger::git::read_without_hashing();
    }
    match command {
        Sub::Init(args) => init::run(context, &args),
        Sub::Organisation(args) => organisation::run(context, &args),
        Sub::Standards(args) => standards::run(context, &args),
        Sub::Questions(args) => questions::run(context, &args),
        Sub::Explain(args) => explain::run(context, &args),
        Sub::Checklist(args) => checklist::run(context, &args),
        Sub::Answer(args) => answer::run(context, &args),
        Sub::Confirm(args) => confirm::run(context, &args),
        Sub::Reassign(args) => reassign::run(context, &args),
        Sub::Sites(args) => sites::run(context, &args),
        Sub::Lint(args) => lint::run(context, &args),
        Sub::Status(args) => status::run(context, &args),
        Sub::Plan(args) => plan::run(context, &args),
        Sub::Calendar(args) => calendar::run(context, &args),
        Sub::Diff(args) => diff::run(context, &args),
        Sub::Rollover(args) => rollover::run(context, &args),
        Sub::History(args) => history::run(context, &args),
        Sub::Export(args) => export::run(context, &args),
        Sub::Import(args) => import::run(context, &args),
        Sub::Publish(args) => publish::run(context, &args),
        Sub::Publications(args) => publications::run(context, &args),
        Sub::Verify(args) => verify::run(context, &args),
        Sub::Certificate(args) => certificate::run(context, &args),
        Sub::Pack(args) => pack::run(context, &args),
        Sub::Portfolio(args) => portfolio::run(context, &args),
        Sub::Git(args) => git::run(context, &args),
        Sub::Schema(args) => schema::run(context, &args),
        Sub::Completions(args) => completions::run(context, &args),
        Sub::Lsp(args) => lsp::run(context, &args),
        Sub::Man(args) => man::run(context, &args),
    }
}

/// Says on standard error what stopped the work and what to do. Nobody is left to be told where that fails.
fn report(failure: &Failure) {
    let mut stream = AutoStream::new(io::stderr().lock(), AutoStream::choice(&io::stderr()));
    if let Some(findings) = &failure.findings {
        let _ = write!(stream, "{findings}");
    }
    let message = crate::diagnostic::render::plain(&failure.message);
    let _ = writeln!(stream, "{} {message}", style::paint(style::BAD.bold(), "error:"));
    for hint in &failure.hints {
        let _ =
            writeln!(stream, "  {} {}", style::paint(style::COMMAND, "hint:"), crate::diagnostic::render::plain(hint));
    }
}
