//! `dspt completions`: completions for a shell.
//!
//! The script that it prints asks dspt itself at every press of the key, so that options come from the command
//! definitions and item numbers, editions, levels and publications from the workspace at hand. What a value is completed
//! with hangs on its name in the help: a line of [`VALUES`].

use super::context::{Colour, Context, Global};
use super::error::{Failure, Outcome};
use super::portfolio::Portfolio;
use super::questions::Shown;
use super::shells;
use crate::bank::Banks;
use crate::lint::rules::RULES;
use crate::model::standard::Fact;
use crate::model::{Organisation, Site, Standard};
use crate::portfolio::column::COLUMNS;
use crate::workspace::{Scope, Workspace};
use clap::{Arg, Args, Command, ValueHint};
use clap_complete::Shell;
use clap_complete::engine::{
    self, ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use clap_complete::env::{EnvCompleter, Shells};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The variable by which the script asks: set, dspt completes a command line instead of running it.
const ASKED: &str = "DSPT_COMPLETE";

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(context: &Context, args: &Completions) -> Result<Outcome, Failure> {
    let name = args.shell.to_string();
    let script = script(&name).map_err(|error| Failure::new(error.to_string()))?;
    context.print_bytes(&script, false)?;
    Ok(Outcome::Done)
}

/// What a shell reads once to ask dspt from then on.
fn script(shell: &str) -> io::Result<Vec<u8>> {
    let completer = completer(shell)?;
    if completer.name() == "bash" {
        return Ok(shells::BASH.as_bytes().to_vec());
    }
    let mut script = Vec::new();
    completer.write_registration(ASKED, "dspt", "dspt", "dspt", &mut script)?;
    Ok(script)
}

const SHELLS: Shells<'_> = Shells::builtins();

/// The shell with a name, or with a path to it.
fn completer(shell: &str) -> io::Result<&'static dyn EnvCompleter> {
    let name = Path::new(shell).file_stem().and_then(OsStr::to_str).unwrap_or(shell);
    let found = SHELLS.iter().find(|completer| completer.is(name));
    found.ok_or_else(|| io::Error::other(format!("there are no completions for {shell}")))
}

/// Answers a shell that asks for completions; says whether one did.
pub fn answer() -> io::Result<bool> {
    let Some(shell) = told(ASKED).filter(|shell| !shell.is_empty() && shell != "0") else {
        return Ok(false);
    };
    let here = std::env::current_dir().ok();
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    if words.is_empty() {
        io::stdout().write_all(&script(&shell)?)?;
        return Ok(true);
    }
    let completer = completer(&shell)?;
    let number = |name: &str| told(name)?.parse::<usize>().ok();
    let last = words.len() - 1;
    let mut out = Vec::new();
    match completer.name() {
        "bash" => {
            let at = number("_DSPT_AT").unwrap_or(last).min(last);
            let replaced = told("_DSPT_REPLACED").unwrap_or_default();
            let line = shells::Line::from_bash(&words, at, &replaced);
            let mut command = with_values(super::command(), &Typed::new(&line.words));
            let candidates = engine::complete(&mut command, line.words.clone(), line.at, here.as_deref())?;
            out.extend_from_slice(line.to_bash(&candidates).as_bytes());
        }
        "powershell" => {
            let mut command = with_values(super::command(), &Typed::new(&words));
            let candidates = engine::complete(&mut command, words, last, here.as_deref())?;
            out.extend_from_slice(shells::to_powershell(&candidates).as_bytes());
        }
        name => {
            let words = match name {
                "zsh" => shells::plain(words, number("_CLAP_COMPLETE_INDEX").unwrap_or(last)),
                // fish has taken the quotes off all words but the one at the cursor.
                "fish" => {
                    let mut words = words;
                    let typed = words.split_off(last);
                    words.extend(shells::plain(typed, 0));
                    words
                }
                _ => words,
            };
            let mut command = with_values(super::command(), &Typed::new(&words));
            completer.write_complete(&mut command, words, here.as_deref(), &mut out)?;
        }
    }
    io::stdout().write_all(&out)?;
    Ok(true)
}

/// What a shell's script says besides the words.
fn told(variable: &str) -> Option<String> {
    std::env::var_os(variable)?.into_string().ok()
}

type Candidates = fn(&Typed) -> Vec<CompletionCandidate>;

/// What values are called in the help, the command that means them so where others mean something else, and what
/// completes them.
const VALUES: &[(&str, &str, Candidates)] = &[
    ("CODE", "sites", sites),
    ("CODE", "publish", sites),
    ("CODE", "certificate", sites),
    ("CODE", "pack", sites),
    ("CODE=REASON", "", excluded_sites),
    ("COMMAND", "man", commands),
    ("COMMAND", "run", commands),
    ("EDITION", "", editions),
    ("FIELD", "", fields),
    ("FIELD=VALUE", "", conditions),
    ("KEY", "", keys),
    ("LABEL", "", fields),
    ("LEVEL", "", levels),
    ("NAME", "schema", schemas),
    ("NEW", "standards", editions),
    ("NEW", "reassign", members),
    ("NEW", "diff", sides),
    ("NUMBER", "compare", |_| Vec::new()),
    ("NUMBER", "", numbers),
    ("NUMBER=STATE", "", assumptions),
    ("OLD", "standards", editions),
    ("OLD", "reassign", people),
    ("OLD", "diff", sides),
    ("PUBLICATION", "", publications),
    ("REF", "", publications),
    ("REV", "", publications),
    ("RULE", "", rules),
    ("RULE|NUMBER", "", rules_and_numbers),
    ("SECTION", "", sections),
    ("VALUE", "", values),
    ("WHO", "", people),
    ("library:NAME", "", shared_answers),
];

/// Hangs on each value what completes it; `path` is the command with those that it belongs to.
fn with_values(command: Command, typed: &Typed) -> Command {
    below(command, &mut Vec::new(), typed)
}

fn below(command: Command, path: &mut Vec<String>, typed: &Typed) -> Command {
    path.push(command.get_name().to_owned());
    let command = command.mut_args(|arg: Arg| {
        let called = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        let called = called.unwrap_or_else(|| arg.get_id().as_str().to_uppercase());
        let meant = |of: &str| of.is_empty() || path.iter().any(|name| name == of);
        let typed = typed.clone();
        if called == "PUBLICATION|FILE" {
            return arg.add(ArgValueCompleter::new(move |word: &OsStr| publications_and_files(&typed, word)));
        }
        if let Some((_, _, candidates)) = VALUES.iter().find(|(name, of, _)| *name == called && meant(of)) {
            return arg.add(ArgValueCandidates::new(move || candidates(&typed)));
        }
        // What is typed after -C is looked up from there.
        let from =
            if arg.get_short() == Some('C') { PathBuf::new() } else { typed.directory.clone().unwrap_or_default() };
        match arg.get_value_hint() {
            _ if called == "DIR" => {
                arg.add(ArgValueCompleter::new(move |word: &OsStr| paths(&from, word, Path::is_dir)))
            }
            ValueHint::AnyPath | ValueHint::FilePath => {
                arg.add(ArgValueCompleter::new(move |word: &OsStr| paths(&from, word, |_| true)))
            }
            _ => arg,
        }
    });
    let command = command.mut_subcommands(|command| below(command, path, typed));
    path.pop();
    command
}

/// What the words typed so far say of the surroundings.
#[derive(Debug, Clone, Default)]
struct Typed {
    directory: Option<PathBuf>,
    edition: Option<String>,
    standards: Vec<PathBuf>,
    words: Vec<OsString>,
}

impl Typed {
    fn new(words: &[OsString]) -> Self {
        let after = |short: &str, long: &str| {
            words.iter().enumerate().find_map(|(at, word)| {
                let text = word.to_str()?;
                if text == long || text == short {
                    return words.get(at + 1).and_then(|value| value.to_str()).map(str::to_owned);
                }
                let value = text.strip_prefix(long).and_then(|rest| rest.strip_prefix('='));
                let glued = || text.strip_prefix(short).filter(|_| !short.starts_with("--"));
                value.or_else(glued).map(|value| value.strip_prefix('=').unwrap_or(value).to_owned())
            })
        };
        Self {
            directory: after("-C", "-C").map(PathBuf::from),
            edition: after("--edition", "--edition"),
            standards: after("--standards", "--standards").map(PathBuf::from).into_iter().collect(),
            words: words.to_vec(),
        }
    }

    /// The surroundings that the words name. A workspace that cannot be read completes nothing.
    fn context(&self) -> Option<Context> {
        let global = Global {
            directory: self.directory.clone(),
            edition: self.edition.clone(),
            at: None,
            as_of: None,
            standards: self.standards.clone(),
            color: Colour::Never,
            quiet: true,
            verbose: false,
        };
        Context::new(global).ok()
    }

    fn organisation(&self) -> Option<Organisation> {
        let context = self.context()?;
        let root = context.workspace_here()?;
        let workspace = Workspace::load(context.tree(&root).ok()?.as_ref(), Scope::Edition(None));
        workspace.organisation.map(|(_, organisation)| organisation.value)
    }

    fn standard(&self) -> Option<Arc<Standard>> {
        let mut context = self.context()?;
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
}

/// One candidate; what is no line of its own breaks every protocol and is left out.
fn candidate(value: &str, help: &str) -> Option<CompletionCandidate> {
    let help = crate::export::text::shortened(help, 70).into_owned();
    let help = crate::diagnostic::render::one_line(&help);
    (!value.is_empty() && !value.contains(char::is_control))
        .then(|| CompletionCandidate::new(value.to_owned()).help((!help.is_empty()).then(|| help.into())))
}

fn numbers(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(standard) = typed.standard() else { return Vec::new() };
    standard.items.iter().filter_map(|item| candidate(&item.number, &item.shown())).collect()
}

fn assumptions(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(standard) = typed.standard() else { return Vec::new() };
    let states = |number: &str| ["met", "unmet", "not-applicable"].map(|state| format!("{number}={state}"));
    let items = standard.items.iter();
    items
        .flat_map(|item| states(&item.number).into_iter().filter_map(|value| candidate(&value, &item.shown())))
        .collect()
}

fn sections(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(standard) = typed.standard() else { return Vec::new() };
    standard.sections.iter().filter_map(|section| candidate(section, "")).collect()
}

fn banks(typed: &Typed) -> Option<Banks> {
    let context = typed.context()?;
    context.banks_anywhere().or_else(|_| context.banks()).ok()
}

fn editions(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(banks) = banks(typed) else { return Vec::new() };
    banks.iter().filter_map(|bank| candidate(&bank.head.edition, &bank.head.title)).collect()
}

fn schemas(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(banks) = banks(typed) else { return Vec::new() };
    std::iter::once("answers".to_owned())
        .chain(crate::schema::names(&banks))
        .filter_map(|name| candidate(&name, ""))
        .collect()
}

fn levels(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(standard) = typed.standard() else { return Vec::new() };
    standard.levels.iter().filter_map(|level| candidate(&level.id, &level.label)).collect()
}

/// Publications, and of each edition the latest; git completes its own revisions better.
fn publications(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(context) = typed.context() else { return Vec::new() };
    let Ok(opened) = context.open(Scope::Edition(None)) else { return Vec::new() };
    let records = &opened.workspace.records;
    let latest: BTreeSet<&str> = records.iter().map(|(_, head)| head.edition.as_str()).collect();
    let latest = latest.iter().filter_map(|edition| candidate(&format!("{edition}/latest"), "The newest"));
    let each = records.iter();
    let each =
        each.filter_map(|(_, head)| candidate(&format!("{}/{}", head.edition, head.number), &head.date.to_string()));
    each.chain(latest).collect()
}

fn publications_and_files(typed: &Typed, word: &OsStr) -> Vec<CompletionCandidate> {
    let begun = word.to_str().unwrap_or_default();
    let mut all = publications(typed);
    all.retain(|candidate| candidate.get_value().to_str().is_some_and(|value| value.starts_with(begun)));
    all.extend(paths(&typed.directory.clone().unwrap_or_default(), word, |_| true));
    all
}

/// What `diff` compares: editions that have answers, and publications.
fn sides(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(context) = typed.context() else { return Vec::new() };
    let Ok(opened) = context.open(Scope::All) else { return Vec::new() };
    let answers = opened.workspace.answers.iter();
    answers
        .filter_map(|answers| candidate(&answers.edition, "The answers as they are now"))
        .chain(publications(typed))
        .collect()
}

fn called(site: &Site) -> &str {
    site.name.as_deref().unwrap_or_default()
}

fn sites(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(organisation) = typed.organisation() else { return Vec::new() };
    organisation.sites.iter().filter_map(|site| candidate(&site.ods_code, called(site))).collect()
}

fn excluded_sites(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(organisation) = typed.organisation() else { return Vec::new() };
    organisation.sites.iter().filter_map(|site| candidate(&format!("{}=", site.ods_code), called(site))).collect()
}

fn members(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(organisation) = typed.organisation() else { return Vec::new() };
    organisation.members.iter().filter_map(|member| candidate(&member.email, &member.name)).collect()
}

/// Members, and whoever answers are said to belong to.
fn people(typed: &Typed) -> Vec<CompletionCandidate> {
    let mut people = members(typed);
    let opened =
        typed.context().and_then(|context| context.open(Scope::Edition(context.global.edition.as_deref())).ok());
    let answers = opened.iter().flat_map(|opened| &opened.workspace.answers);
    let owners: BTreeSet<&String> = answers
        .flat_map(|answers| answers.decoded.value.answers.values())
        .filter_map(|answer| answer.owner.as_ref())
        .collect();
    for owner in owners {
        if people.iter().all(|known| known.get_value() != OsStr::new(owner)) {
            people.extend(candidate(owner, ""));
        }
    }
    people
}

/// What `organisation set` can set: the keys of the standard's facts and roles, and those of the lists' entries.
fn keys(typed: &Typed) -> Vec<CompletionCandidate> {
    let mut keys: Vec<(String, String)> = ["name", "ods_code", "sector", "cqc_provider_id"]
        .map(|key| (format!("organisation.{key}"), String::new()))
        .into();
    if let Some(standard) = typed.standard() {
        keys.extend(standard.facts.iter().map(|fact| (format!("profile.{}", fact.key), fact.question.clone())));
        for role in &standard.roles {
            keys.extend(["name", "email"].map(|key| (format!("roles.{}.{key}", role.key), role.title.clone())));
        }
        for held in &standard.certifications {
            let of = |key| (format!("certifications.{}.{key}", held.key), held.title.clone());
            keys.extend(["certificate", "expires"].map(of));
        }
    }
    if let Some(organisation) = typed.organisation() {
        for member in &organisation.members {
            let of = |key| (format!("member.{}.{key}", member.email), member.name.clone());
            keys.extend(["name", "role", "signing_key", "left"].map(of));
        }
        for site in &organisation.sites {
            let of = |key| (format!("site.{}.{key}", site.ods_code), called(site).to_owned());
            keys.extend(["name", "cqc_location_id", "excluded", "opened", "closed"].map(of));
        }
    }
    keys.iter().filter_map(|(key, help)| candidate(key, help)).collect()
}

/// The answers that a fact of the profile may have, behind its key.
fn values(typed: &Typed) -> Vec<CompletionCandidate> {
    let Some(standard) = typed.standard() else { return Vec::new() };
    let asked = |fact: &&Fact| typed.words.iter().any(|word| word.to_str() == Some(&format!("profile.{}", fact.key)));
    let fact = standard.facts.iter().find(asked);
    fact.iter().flat_map(|fact| &fact.values).filter_map(|value| candidate(value, "")).collect()
}

/// Fields and labels of a portfolio's clients.
fn fields(typed: &Typed) -> Vec<CompletionCandidate> {
    let columns = COLUMNS.iter().filter_map(|column| candidate(column.key, column.title));
    columns.chain(labels(typed).iter().filter_map(|label| candidate(label, ""))).collect()
}

fn conditions(typed: &Typed) -> Vec<CompletionCandidate> {
    let keys = COLUMNS.iter().map(|column| (column.key.to_owned(), column.title));
    let labels = labels(typed).into_iter().map(|label| (label, ""));
    keys.chain(labels).filter_map(|(key, title)| candidate(&format!("{key}="), title)).collect()
}

fn labels(typed: &Typed) -> BTreeSet<String> {
    let root = typed.context().and_then(|context| Portfolio::find_root(&context.start));
    root.and_then(|root| crate::portfolio::find::find(&root).ok()).map(|found| found.labels).unwrap_or_default()
}

fn shared_answers(typed: &Typed) -> Vec<CompletionCandidate> {
    let root = typed.context().and_then(|context| context.workspace_here());
    let Some((_, libraries)) = root.and_then(|root| super::answer::shared::libraries(&root)) else { return Vec::new() };
    libraries.files.iter().filter_map(|file| candidate(&format!("library:{}", file.name), "")).collect()
}

/// Files and directories below one.
fn paths(from: &Path, word: &OsStr, is_wanted: fn(&Path) -> bool) -> Vec<CompletionCandidate> {
    let here = std::env::current_dir().unwrap_or_default();
    let completer = PathCompleter::any().current_dir(here.join(from)).filter(is_wanted);
    let mut found = completer.complete(word);
    found.retain(|candidate| !candidate.get_value().to_string_lossy().contains(char::is_control));
    found
}

fn commands(_: &Typed) -> Vec<CompletionCandidate> {
    let command = super::command();
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    shown.filter_map(|command| candidate(command.get_name(), &about(command))).collect()
}

fn rules(_: &Typed) -> Vec<CompletionCandidate> {
    RULES.iter().filter_map(|rule| candidate(rule.name, rule.summary)).collect()
}

fn rules_and_numbers(typed: &Typed) -> Vec<CompletionCandidate> {
    rules(typed).into_iter().chain(numbers(typed)).collect()
}
