//! `dspt answer`: sets one answer in place, or asks for what is open on a terminal.

mod day;
mod evidence;
#[cfg(feature = "wizard")]
mod files;
mod set;
pub mod shared;
#[cfg(feature = "wizard")]
mod wizard;

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::judgement::Judgement;
use super::next;
use super::style::{self, ATTENTION, GOOD, QUIET, paint};
use crate::assess::NextStep;
use crate::diagnostic::Severity;
use crate::diagnostic::render::{one_line, plain};
use crate::model::{Count, Evidence, Item, Standard};
use crate::workspace::Scope;
use crate::workspace::answer::{Reply, Reviewed, Said};
use clap::{ArgGroup, Args};
use day::Day;
use schemars::JsonSchema;
use serde::Serialize;
use set::{Done, Wish, how, set};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("reply")),
    group(ArgGroup::new("place")),
    after_help = "Without NUMBER, on a terminal, it asks one question after the other: what was carried over first, then \
                  what is open for the level aimed at. Each answer is written at once. With NUMBER alone it asks that one."
)]
pub struct AnswerArgs {
    /// The item, by its number or concept
    number: Option<String>,
    #[command(flatten)]
    commit: Commit,
    /// Answer yes
    #[arg(long, group = "reply", requires = "number", help_heading = "The answer")]
    tick: bool,
    /// Answer no
    #[arg(long, group = "reply", requires = "number", help_heading = "The answer")]
    untick: bool,
    /// Answer in words; `-` reads standard input
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        group = "reply",
        requires = "number",
        help_heading = "The answer"
    )]
    text: Option<String>,
    /// Answer with a day
    #[arg(long, value_name = "DATE", value_parser = day::read, group = "reply", requires = "number", help_heading = "The answer")]
    date: Option<Day>,
    /// The item does not apply, and why
    #[arg(
        long,
        value_name = "REASON",
        allow_hyphen_values = true,
        group = "reply",
        requires = "number",
        help_heading = "The answer"
    )]
    not_applicable: Option<String>,
    /// Take the answer away; owner and notes stay
    #[arg(long, group = "reply", requires = "number", conflicts_with_all = ["place", "count", "comment"], help_heading = "The answer")]
    clear: bool,
    /// Write a shared answer of the portfolio, such as library:it-supplier-x
    #[arg(long, value_name = "library:NAME", value_parser = parse_library, group = "reply", requires = "number", conflicts_with_all = ["place", "count", "comment"], help_heading = "The answer")]
    from: Option<String>,
    /// How many of how many, for items that ask for a share, such as 50/52
    #[arg(long, value_name = "DONE/OF", value_parser = parse_count, requires = "number", help_heading = "The answer")]
    count: Option<(u32, u32)>,
    /// The day of the count
    #[arg(long, value_name = "DATE", value_parser = day::read, requires = "count", help_heading = "The answer")]
    on: Option<Day>,
    /// A file; from outside the workspace it is copied into evidence/, or private/
    #[arg(long, value_name = "FILE", group = "place", requires = "number", help_heading = "A document")]
    evidence: Option<PathBuf>,
    /// A web address
    #[arg(long, value_name = "URL", group = "place", requires = "number", help_heading = "A document")]
    link: Option<String>,
    /// Where a paper or another system's document is kept
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        group = "place",
        requires = "number",
        help_heading = "A document"
    )]
    location: Option<String>,
    /// What the document is called
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "place", help_heading = "A document")]
    title: Option<String>,
    /// When it was approved or last reviewed
    #[arg(long, value_name = "DATE", value_parser = day::read, requires = "place", help_heading = "A document")]
    approved: Option<Day>,
    /// Who approved or reviewed it
    #[arg(long, value_name = "WHO", allow_hyphen_values = true, requires = "place", help_heading = "A document")]
    approved_by: Option<String>,
    /// When it has to be looked at again
    #[arg(long, value_name = "DATE", value_parser = day::read, requires = "place", help_heading = "A document")]
    review_by: Option<Day>,
    /// The file stays out of git, in private/
    #[arg(long, requires = "evidence", conflicts_with_all = ["link", "location"], help_heading = "A document")]
    private: bool,
    /// For the toolkit's comments box; `-` reads standard input, "" takes it away
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "number", help_heading = "Beside it")]
    comment: Option<String>,
    /// Who looks after the item ("" for nobody); without NUMBER: ask only what WHO looks after
    #[arg(long, value_name = "WHO", allow_hyphen_values = true, help_heading = "Beside it")]
    owner: Option<String>,
    /// Who says so [default: git's user.email]
    #[arg(long, value_name = "WHO", help_heading = "Beside it")]
    by: Option<String>,
    /// Ask only one section, by its name or the beginning of it
    #[arg(long, value_name = "SECTION", conflicts_with = "number", help_heading = "What is asked")]
    section: Option<String>,
    /// Ask what this level asks for [default: the level aimed at]
    #[arg(long, value_name = "LEVEL", conflicts_with = "number", help_heading = "What is asked")]
    level: Option<String>,
    /// Show what would change in the file and write nothing
    #[arg(long, requires = "number")]
    dry_run: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `answer --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerOutput {
    pub number: String,
    pub concept: String,
    pub edition: String,
    /// The answers file, from the workspace, and the line of the answer in it.
    pub file: String,
    pub line: u32,
    /// Whether anything was written: not with `--dry-run`, and not where the file says so already.
    pub written: bool,
    /// Keys of the answer that were set.
    pub set: Vec<String>,
    /// Keys that were there and are gone.
    pub removed: Vec<String>,
    /// Evidence files that were copied into the workspace.
    pub copied: Vec<String>,
    /// What the item counts as now: met, unmet, carried, exempt, not-applicable or optional.
    pub state: String,
    /// Why it does not count, or why it is exempt.
    pub reason: Option<String>,
    /// What the lint says of the item now; empty with `--dry-run`.
    pub findings: Vec<AnswerFinding>,
    pub next: Option<next::NextOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerFinding {
    pub rule: String,
    pub severity: Severity,
    pub message: String,
}

fn parse_count(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').or_else(|| text.split_once(" of "));
    let parts = parts.and_then(|(done, of)| Some((done.trim().parse().ok()?, of.trim().parse().ok()?)));
    parts.ok_or_else(|| "write how many of how many, such as 50/52".to_owned())
}

fn parse_library(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("library:").filter(|name| !name.is_empty());
    name.map(str::to_owned)
        .ok_or_else(|| "write library: and the library's name, such as library:it-supplier-x".to_owned())
}

impl AnswerArgs {
    /// Whether anything is said on the command line, so that nobody need be asked.
    fn says_something(&self) -> bool {
        self.tick
            || self.untick
            || self.clear
            || [&self.text, &self.not_applicable, &self.link, &self.location, &self.comment, &self.owner]
                .into_iter()
                .any(Option::is_some)
            || self.date.is_some()
            || self.from.is_some()
            || self.count.is_some()
            || self.evidence.is_some()
    }
}

pub fn run(context: &Context, args: &AnswerArgs) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let judgement = context.judge()?;
    let Some(number) = &args.number else { return ask(context, judgement, args, None) };
    let standard = judgement.standard.clone();
    let item = find(&standard, number)?;
    if !args.says_something() {
        return ask(context, judgement, args, Some(item));
    }
    let wish = wish(context, &judgement, args, item)?;
    for day in [&args.date, &args.on, &args.approved, &args.review_by].into_iter().flatten() {
        if let Some(remark) = day.remark() {
            context.note(&remark);
        }
    }
    let root = &judgement.opened.root;
    let file = judgement.opened.workspace.file(judgement.answers_file().file).path.clone();
    let paths: Vec<&str> = wish.copies.iter().map(|copy| copy.to.as_str()).chain([file.as_str()]).collect();
    if !args.dry_run {
        args.commit.ready(root, &paths)?;
    }
    let done = set(context, &judgement, item, &wish, args.dry_run)?;
    if !args.dry_run && done.before != done.after {
        args.commit.written(context, root, &paths, &format!("Answer {}", item.number))?;
    }
    let after = if args.dry_run { After::default() } else { After::look(context, &judgement, item) };
    match args.format {
        Format::Json => context.print_json(&output(&judgement, item, done, after, args.dry_run))?,
        Format::Human => {
            let mut out = if args.dry_run { difference(&done) } else { String::new() };
            out.push_str(&told(context, item, &done, args.dry_run));
            out.push_str(&after.told(context));
            context.print(&out)?;
        }
    }
    if wish.said.reviewed.is_some_and(|reviewed| reviewed.by.is_none()) && !args.dry_run {
        context.note(NOBODY);
    }
    Ok(Outcome::Done)
}

const NOBODY: &str = "Nobody is named: git knows no user.email here. `--by WHO` says who answered.";

fn find<'s>(standard: &'s Standard, word: &str) -> Result<&'s Item, Failure> {
    standard.item(word).or_else(|| standard.concept(word)).ok_or_else(|| {
        Failure::new(format!("there is no item {} in {} {}", one_line(word), standard.id(), standard.edition()))
            .hint("`dspt questions` lists all items; `dspt explain NUMBER` knows numbers of other editions")
    })
}

/// Asks on a terminal: one item, or everything open.
fn ask(context: &Context, judgement: Judgement, args: &AnswerArgs, item: Option<&Item>) -> Result<Outcome, Failure> {
    let alone = |what: String| {
        Failure::new(what).hint(match item {
            Some(item) => how(item),
            None => "`dspt questions --unanswered` lists what is open; `dspt answer NUMBER --help` shows how one is answered"
                .to_owned(),
        })
    };
    let subject =
        item.map_or_else(|| "no item is named".to_owned(), |item| format!("nothing is said about {}", item.number));
    if !Context::is_interactive() || args.format == Format::Json || args.dry_run {
        return Err(alone(format!("{subject}, and there is no terminal here to ask on")));
    }
    #[cfg(feature = "wizard")]
    {
        wizard::run(context, judgement, args, item)
    }
    #[cfg(not(feature = "wizard"))]
    {
        drop(judgement);
        let _ = context;
        Err(alone(format!("{subject}, and this build of dspt cannot ask (it lacks the feature `wizard`)")))
    }
}

/// What the command line says.
fn wish(context: &Context, judgement: &Judgement, args: &AnswerArgs, item: &Item) -> Result<Wish, Failure> {
    if let Some(library) = &args.from {
        let mut wish = shared::wish(judgement, item, library, context.day())?;
        wish.said.owner.clone_from(&args.owner);
        wish.said.reviewed = Some(reviewed(context, judgement, args));
        return Ok(wish);
    }
    if args.text.as_deref() == Some("-") && args.comment.as_deref() == Some("-") {
        return Err(Failure::new("--text and --comment cannot both read standard input"));
    }
    let text = args.text.as_deref().map(typed).transpose()?;
    let mut wish = Wish {
        said: Said {
            count: args.count.map(|(done, of)| Count { done, of, on: args.on.as_ref().map(|day| day.date) }),
            comment: args.comment.as_deref().map(typed).transpose()?,
            owner: args.owner.clone(),
            reviewed: Some(reviewed(context, judgement, args)),
            ..Said::default()
        },
        copies: Vec::new(),
    };
    let ticked = args.tick.then_some(Reply::Tick(true)).or(args.untick.then_some(Reply::Tick(false)));
    let reply = ticked.or(text.map(Reply::Text)).or(args.date.as_ref().map(|day| Reply::Date(day.date)));
    let reply = reply.or(args.not_applicable.clone().map(Reply::NotApplicable));
    wish.said.reply = reply.or(args.clear.then_some(Reply::Open));
    let mut place = None;
    if let Some(file) = &args.evidence {
        let (entry, copy) = evidence::of_file(context, &judgement.opened.root, file, args.private)?;
        wish.copies.extend(copy);
        place = Some(entry);
    } else if args.link.is_some() || args.location.is_some() {
        place = Some(Evidence { link: args.link.clone(), location: args.location.clone(), ..Evidence::default() });
    }
    wish.said.evidence.extend(place.map(|place| Evidence {
        title: args.title.clone(),
        approved: args.approved.as_ref().map(|day| day.date),
        approved_by: args.approved_by.clone(),
        review_by: args.review_by.as_ref().map(|day| day.date),
        ..place
    }));
    Ok(wish)
}

/// Who answers today.
fn reviewed(context: &Context, judgement: &Judgement, args: &AnswerArgs) -> Reviewed {
    let by = args.by.clone().or_else(|| crate::ledger::git::user_email(&judgement.opened.root));
    Reviewed { on: context.day(), by }
}

/// A text as it was given, or standard input without its last line end where that is `-`.
fn typed(given: &str) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(crate::source::MAX_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new("standard input is not UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(text.to_owned())
}

/// What holds once the answer is written.
#[derive(Debug, Default)]
struct After {
    findings: Vec<AnswerFinding>,
    next: Option<NextStep>,
}

impl After {
    /// Reads the workspace again as it lies on the disk.
    fn look(context: &Context, judgement: &Judgement, item: &Item) -> Self {
        let scope = Scope::Edition(context.global.edition.as_deref());
        let Ok(opened) = context.open_at(&judgement.opened.root, scope) else { return Self::default() };
        let Ok(lint) = opened.lint(&[]) else { return Self::default() };
        let Ok(judgement) = Judgement::new(context, opened) else { return Self::default() };
        let about = lint.findings.iter().filter(|finding| finding.item.as_ref() == Some(&item.number));
        let findings = about
            .filter(|finding| finding.severity >= Severity::Warning)
            // What was said or put in a moment ago cannot be in git yet, and what is open is what comes next.
            .filter(|finding| !matches!(finding.rule, "unanswered" | "evidence-not-tracked"))
            .map(|finding| AnswerFinding {
                rule: finding.rule.to_owned(),
                severity: finding.severity,
                message: lint.secrets.iter().fold(finding.message.clone(), |text, secret| text.replace(secret, "…")),
            })
            .collect();
        let next = next::step(&judgement, &judgement.assess(), lint.summary());
        Self { findings, next: Some(next) }
    }

    fn told(&self, context: &Context) -> String {
        let width = context.prose_width();
        let mut out = String::new();
        for finding in &self.findings {
            let line = format!("{}[{}]: {}", finding.severity.word(), finding.rule, one_line(&finding.message));
            let _ = writeln!(out, "{}", style::hang(&paint(ATTENTION, line), width, 0, 2));
        }
        if let Some(next) = self.next.as_ref().filter(|_| !context.global.quiet) {
            let _ = write!(out, "\n{}", next::text(next, width));
        }
        out
    }
}

/// In few lines: what the item counts as now, what was written where, what was copied.
fn told(context: &Context, item: &Item, done: &Done, dry_run: bool) -> String {
    let width = context.prose_width();
    let number = &item.number;
    if done.before == done.after && done.copied.is_empty() {
        return format!("{}\n", style::wrap(&format!("{number} says so already: nothing was written."), width, 0));
    }
    let why = done.why.as_ref().map(|why| format!(": {}", one_line(why))).unwrap_or_default();
    let state = done.state.word().replace('-', " ");
    let state = paint(if done.state.counts() { GOOD } else { ATTENTION }, state);
    let is = if dry_run { "would be" } else { "is now" };
    let mut out = format!("{}\n", style::hang(&format!("{number} {is} {state}{why}."), width, 0, 2));
    let (writes, takes, copies) = if dry_run {
        ("Would write", "would take away", "Would copy the file to")
    } else {
        ("Wrote", "took away", "Copied the file to")
    };
    let mut parts = Vec::new();
    if !done.set.is_empty() {
        parts.push(format!("{writes} {}", done.set.join(", ")));
    }
    if !done.removed.is_empty() {
        let takes = if parts.is_empty() { capital(takes) } else { takes.to_owned() };
        parts.push(format!("{takes} {}", done.removed.join(", ")));
    }
    if !parts.is_empty() {
        let line = format!("{} in {}:{}.", parts.join("; "), unbroken(&done.file), done.line);
        let _ = writeln!(out, "{}", broken(&style::hang(&line, width, 0, 2)));
    }
    for copied in &done.copied {
        let _ = writeln!(out, "{}", broken(&style::hang(&format!("{copies} {}.", unbroken(copied)), width, 0, 2)));
    }
    if dry_run {
        let _ = writeln!(out, "{}", paint(QUIET, "Nothing was written."));
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A path for text that is wrapped: its hyphens and blanks are no places to break a line.
fn unbroken(path: &str) -> String {
    plain(path).replace('-', "\u{2011}").replace(' ', "\u{a0}")
}

/// Wrapped text with its paths as they are.
fn broken(text: &str) -> String {
    text.replace('\u{2011}', "-").replace('\u{a0}', " ")
}

/// The lines of the file that would change, with one line around them.
fn difference(done: &Done) -> String {
    if done.before == done.after {
        return String::new();
    }
    let diff = similar::TextDiff::from_lines(done.before.as_str(), done.after.as_str());
    let mut out = format!("{}\n", plain(&done.file));
    for group in diff.grouped_ops(1) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = plain(change.value().trim_end_matches(['\r', '\n']));
            let _ = match change.tag() {
                similar::ChangeTag::Delete => writeln!(out, "{}", paint(style::BAD, format!("- {line}"))),
                similar::ChangeTag::Insert => writeln!(out, "{}", paint(GOOD, format!("+ {line}"))),
                similar::ChangeTag::Equal => writeln!(out, "{}", paint(QUIET, format!("  {line}").trim_end())),
            };
        }
    }
    out.push('\n');
    out
}

fn output(judgement: &Judgement, item: &Item, done: Done, after: After, dry_run: bool) -> AnswerOutput {
    AnswerOutput {
        number: item.number.clone(),
        concept: item.concept.clone(),
        edition: judgement.standard.edition().to_owned(),
        written: !dry_run && (done.before != done.after || !done.copied.is_empty()),
        file: done.file,
        line: done.line,
        set: done.set,
        removed: done.removed,
        copied: done.copied,
        state: done.state.word().to_owned(),
        reason: done.why,
        findings: after.findings,
        next: after.next.map(next::NextOutput::from),
    }
}
