//! `dspt completions`: completions for a shell.
//!
//! The script that it prints asks dspt itself at every press of the key, so that options come from the command
//! definitions and item numbers, editions, levels and publications from the workspace at hand. What a value is completed
//! with hangs on its name in the help: a line of [`VALUES`].

use super::context::{Colour, Context, Global};
use super::error::{Failure, Outcome};
use super::questions::Shown;
use crate::lint::rules::RULES;
use crate::model::Standard;
use clap::{Arg, Args, Command};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::{CompleteEnv, Shell};
use std::ffi::OsString;
use std::path::PathBuf;

/// The variable by which the script asks: set, dspt completes a command line instead of running it.
const ASKED: &str = "DSPT_COMPLETE";

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(context: &Context, args: &Completions) -> Result<Outcome, Failure> {
    let shells = clap_complete::env::Shells::builtins();
    let name = args.shell.to_string();
    let shell = shells.completer(&name).ok_or_else(|| Failure::new(format!("there are no completions for {name}")))?;
    let mut script = Vec::new();
    shell.write_registration(ASKED, "dspt", "dspt", "dspt", &mut script)?;
    context.print_bytes(&script, false)?;
    Ok(Outcome::Done)
}

/// Answers a shell that asks for completions; says whether one did.
pub fn answer() -> Result<bool, clap::Error> {
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(|| with_values(super::command()))
        .var(ASKED)
        .try_complete(std::env::args_os(), here.as_deref())
}

type Candidates = fn() -> Vec<CompletionCandidate>;

/// What values are called in the help, and what completes them.
const VALUES: &[(&str, Candidates)] = &[
    ("EDITION", editions),
    ("LEVEL", levels),
    ("NUMBER", numbers),
    ("NUMBER=STATE", assumptions),
    ("NEW", publications),
    ("OLD", publications),
    ("PUBLICATION", publications),
    ("REV", publications),
    ("RULE", rules),
    ("RULE|NUMBER", rules_and_numbers),
];

fn with_values(command: Command) -> Command {
    let command = command.mut_args(|arg: Arg| {
        let called = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        match VALUES.iter().find(|(name, _)| Some(*name) == called.as_deref()) {
            Some((_, candidates)) => arg.add(ArgValueCandidates::new(*candidates)),
            None => arg,
        }
    });
    command.mut_subcommands(with_values)
}

/// The surroundings that the words typed so far name. A workspace that cannot be read completes nothing.
fn context() -> Option<Context> {
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").collect();
    let after = |names: &[&str]| {
        let at = words.iter().position(|word| names.iter().any(|name| word == name))?;
        words.get(at + 1)
    };
    let global = Global {
        directory: after(&["-C"]).map(PathBuf::from),
        edition: after(&["--edition"]).and_then(|edition| edition.to_str()).map(str::to_owned),
        at: None,
        as_of: None,
        standards: after(&["--standards"]).map(PathBuf::from).into_iter().collect(),
        color: Colour::Never,
        quiet: true,
        verbose: false,
    };
    Context::new(global).ok()
}

fn standard() -> Option<std::sync::Arc<Standard>> {
    let mut context = context()?;
    if let Ok(shown) = Shown::open(&context) {
        return Some(shown.standard);
    }
    // An edition that is only half typed, or a workspace that cannot be judged now.
    context.global.edition = None;
    if let Ok(shown) = Shown::open(&context) {
        return Some(shown.standard);
    }
    let banks = context.banks().ok()?;
    banks.newest(banks.default_standard())?.standard().ok()
}

fn candidate(value: &str, help: &str) -> CompletionCandidate {
    let help = crate::export::text::shortened(help, 70).into_owned();
    CompletionCandidate::new(value.to_owned()).help(Some(crate::diagnostic::render::one_line(&help).into()))
}

fn numbers() -> Vec<CompletionCandidate> {
    let Some(standard) = standard() else { return Vec::new() };
    standard.items.iter().map(|item| candidate(&item.number, &item.shown())).collect()
}

fn assumptions() -> Vec<CompletionCandidate> {
    let Some(standard) = standard() else { return Vec::new() };
    let states = |number: &str| ["met", "unmet", "not-applicable"].map(|state| format!("{number}={state}"));
    let items = standard.items.iter();
    items.flat_map(|item| states(&item.number).map(|value| candidate(&value, &item.shown()))).collect()
}

fn editions() -> Vec<CompletionCandidate> {
    let banks = context().and_then(|context| context.banks_anywhere().or_else(|_| context.banks()).ok());
    let Some(banks) = banks else { return Vec::new() };
    banks.iter().map(|bank| candidate(&bank.head.edition, &bank.head.title)).collect()
}

fn levels() -> Vec<CompletionCandidate> {
    let Some(standard) = standard() else { return Vec::new() };
    standard.levels.iter().map(|level| candidate(&level.id, &level.label)).collect()
}

/// For `--at`, `diff` and the rest: publications; git completes its own revisions better.
fn publications() -> Vec<CompletionCandidate> {
    let Some(context) = context() else { return Vec::new() };
    let Ok(opened) = context.open(crate::workspace::Scope::Edition(None)) else { return Vec::new() };
    let records = opened.workspace.records.iter();
    records.map(|(_, head)| candidate(&format!("{}/{}", head.edition, head.number), &head.date.to_string())).collect()
}

fn rules() -> Vec<CompletionCandidate> {
    RULES.iter().map(|rule| candidate(rule.name, rule.summary)).collect()
}

fn rules_and_numbers() -> Vec<CompletionCandidate> {
    rules().into_iter().chain(numbers()).collect()
}
