//! `dspt rollover`: the next edition's answers, written from this one's by concept.

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::opened::Opened;
use super::side::no_answers;
use super::standards::unknown_edition;
use super::style::{self, ATTENTION, COMMAND, QUIET, STRONG, paint};
use super::write;
use crate::compare::{self, Carried, PlanRollover};
use crate::diagnostic::render::one_line;
use crate::lint;
use crate::model::standard::Level;
use crate::model::{Answers, Standard};
use crate::source::Syntax;
use crate::tree::WorkTree;
use crate::workspace::fresh::{SCHEMAS, answers_path, answers_schema};
use crate::workspace::rollover::{AnswersFile, Entry, answered, plan_reads_back, plan_text, reads_back};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, File, Scope, Workspace};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Rollover {
    #[command(flatten)]
    each: RolloverArgs,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Args)]
pub struct RolloverArgs {
    /// The edition to write answers for, such as 2025-26
    #[arg(long, value_name = "EDITION")]
    to: String,
    /// Show what would be written and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the answers in YAML [default: as the old ones are]
    #[arg(long, conflicts_with = "toml")]
    yaml: bool,
    /// Write the answers in TOML [default: as the old ones are]
    #[arg(long)]
    toml: bool,
    #[command(flatten)]
    commit: Commit,
}

impl RolloverArgs {
    /// The edition to write answers for.
    pub fn edition(&self) -> &str {
        &self.to
    }

    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }
}

/// What `rollover --format json` prints. Numbers are those of the new edition where nothing else is said.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RolloverOutput {
    /// The edition whose answers were carried over.
    pub from: String,
    /// The edition written.
    pub to: String,
    /// Whether files were written; a dry run writes none.
    pub written: bool,
    /// The new answers file, from the workspace.
    pub answers: String,
    /// Every file that is written, from the workspace: answers, action plan and their schemas.
    pub files: Vec<String>,
    /// How many questions the new edition has.
    pub questions: usize,
    /// Carried over; none of it counts until somebody confirms it.
    pub carried: Vec<String>,
    /// Of those carried, the ones whose wording differs.
    pub reworded: Vec<String>,
    /// Of those carried, the ones with another number.
    pub renumbered: Vec<RenumberedOutput>,
    /// Questions that the old edition did not ask.
    pub new: Vec<String>,
    /// Asked before and not answered.
    pub unanswered: Vec<String>,
    /// Answered before in a way that the question does not take any more; kept as a comment.
    pub unfitting: Vec<String>,
    /// Numbers in the old edition of what is asked no longer; the answers stay in its file.
    pub retired: Vec<String>,
    /// Keys of the old file that are no item of its edition; not carried.
    pub unknown: Vec<String>,
    /// Null where the old edition had no action plan.
    pub plan: Option<RolledPlanOutput>,
    /// The level aimed at before, where it is aimed at no longer.
    pub lost_aim: Option<String>,
    /// Why it is not, in words.
    pub lost_aim_reason: Option<String>,
    /// What the new question set says of itself.
    pub notice: Option<String>,
}

/// A question with another number.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RenumberedOutput {
    pub old: String,
    pub new: String,
}

/// What became of the old action plan.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RolledPlanOutput {
    /// The new plan, from the workspace; null where nothing was open or a plan is there already.
    pub file: Option<String>,
    /// Numbers of the actions that were open.
    pub open: Vec<String>,
    /// Numbers in the old edition whose action is done; not carried.
    pub done: Vec<String>,
    /// Numbers in the old edition that are asked no longer; not carried.
    pub gone: Vec<String>,
    /// A document that stood for the old plan; it stays there.
    pub document: Option<String>,
}

/// A level that was aimed at and is no longer.
struct LostAim {
    level: String,
    reason: String,
}

/// Everything that one rollover is about.
struct Task {
    opened: Opened,
    old: Arc<Standard>,
    new: Arc<Standard>,
    /// The old answers' file, as a path from the workspace.
    from: String,
    syntax: Syntax,
    rolled: compare::Rollover,
    /// The level aimed at before and why it is not carried.
    lost_aim: Option<LostAim>,
    plan: Option<PlanRollover>,
    /// A document that stood for the old plan.
    document: Option<String>,
}

pub fn run(context: &Context, args: &Rollover) -> Result<Outcome, Failure> {
    let output = roll(context, &args.each)?;
    match args.format {
        Format::Json => context.print_json(&output)?,
        Format::Human => context.print(&human(&output, context.prose_width()))?,
    }
    Ok(Outcome::Done)
}

/// Rolls one workspace over, all of it or nothing.
pub fn roll(context: &Context, args: &RolloverArgs) -> Result<RolloverOutput, Failure> {
    let mut made = Vec::new();
    let output = write_all(context, args, &mut made).inspect_err(|_| {
        for path in &made {
            // They were not there before this command, so nothing is lost.
            let _ = std::fs::remove_file(path);
        }
    })?;
    if output.written {
        let paths: Vec<&str> = output.files.iter().map(String::as_str).collect();
        let message = format!("Roll over from {} to {}", output.from, output.to);
        args.commit.written(context, &context.root()?, &paths, &message)?;
    }
    Ok(output)
}

fn write_all(context: &Context, args: &RolloverArgs, made: &mut Vec<PathBuf>) -> Result<RolloverOutput, Failure> {
    let task = prepare(context, args)?;
    let root = &task.opened.root;
    let path = answers_path(task.new.edition(), task.syntax);
    let meant = task.rolled.answers(&task.new);
    let text = answers_text(&task);
    if !reads_back(&text, task.syntax, &meant) {
        return Err(Failure::new(format!("{path} would not say what {} says, so nothing was written", task.from))
            .hint("lines such as <<<<<<< in an answer can do that; `dspt lint` shows what is odd in it"));
    }
    let plan = plan_file(&task)?;
    let plan_path = plan.as_ref().map(|(path, _)| path.clone());
    let mut files: Vec<(String, String)> = plan.into_iter().collect();
    for schema in [answers_schema(&task.new), "action-plan.schema.json".to_owned()] {
        let file = format!("{SCHEMAS}/{schema}");
        let is_named = !schema.starts_with("action-plan") || plan_path.is_some();
        if is_named && root.join(&file).symlink_metadata().is_err() {
            files.push((file, super::schema::text(&task.opened.banks, &schema)?));
        }
    }
    // The answers come last: while they are missing, the command can simply be given again.
    files.push((path.clone(), text));
    if !args.dry_run {
        for (path, text) in &files {
            write::create(root, path, text.as_bytes())?;
            made.push(root.join(path));
        }
    }
    let files = files.into_iter().map(|(path, _)| path).collect();
    Ok(output(&task, path, plan_path, files, !args.dry_run))
}

fn output(task: &Task, path: String, plan: Option<String>, files: Vec<String>, written: bool) -> RolloverOutput {
    let (old, new, rolled) = (&task.old, &task.new, &task.rolled);
    let item = |carried: &Carried| &new.items[carried.item];
    let was = |carried: &Carried| carried.old.map(|at| &old.items[at]);
    let of = |wanted: &dyn Fn(&Carried) -> bool| -> Vec<String> {
        rolled.items.iter().filter(|carried| wanted(carried)).map(|carried| item(carried).number.clone()).collect()
    };
    let renumbered = rolled.items.iter().filter(|carried| carried.is_carried()).filter_map(|carried| {
        let (was, now) = (was(carried)?.number.clone(), item(carried).number.clone());
        (was != now).then_some(RenumberedOutput { old: was, new: now })
    });
    RolloverOutput {
        from: old.edition().to_owned(),
        to: new.edition().to_owned(),
        written,
        answers: path,
        files,
        questions: new.items.len(),
        carried: of(&Carried::is_carried),
        reworded: of(&|carried| {
            carried.is_carried() && was(carried).is_some_and(|was| was.question != item(carried).question)
        }),
        renumbered: renumbered.collect(),
        new: of(&|carried| carried.old.is_none()),
        unanswered: of(&|carried| carried.old.is_some() && !carried.is_carried() && !carried.has_left()),
        unfitting: of(&Carried::has_left),
        retired: rolled.retired.iter().map(|at| old.items[*at].number.clone()).collect(),
        unknown: rolled.unknown.clone(),
        plan: task.plan.as_ref().map(|rolled| RolledPlanOutput {
            file: plan,
            open: rolled.plan.actions.keys().cloned().collect(),
            done: rolled.done.clone(),
            gone: rolled.gone.clone(),
            document: task.document.clone(),
        }),
        lost_aim: task.lost_aim.as_ref().map(|lost| lost.level.clone()),
        lost_aim_reason: task.lost_aim.as_ref().map(|lost| lost.reason.clone()),
        notice: new.head.notice.clone(),
    }
}

fn prepare(context: &Context, args: &RolloverArgs) -> Result<Task, Failure> {
    context.require_work_tree()?;
    let root = context.root()?;
    let tree = WorkTree::new(&root);
    let editions = answered(&tree);
    let to = args.to.as_str();
    for name in ["toml", "yaml", "yml"].map(|ending| format!("{ASSESSMENTS}/{to}.{ending}")) {
        if root.join(&name).symlink_metadata().is_ok() {
            return Err(Failure::new(format!("{} is there already; nothing was written", one_line(&name)))
                .hint("answers are never overwritten: take the file away if it is not wanted"));
        }
    }
    let from = match &context.global.edition {
        Some(edition) if editions.contains(edition) => edition.clone(),
        Some(edition) => return Err(no_answers(edition)),
        None => editions.iter().rfind(|edition| edition.as_str() < to).cloned().ok_or_else(|| {
            Failure::new(format!("there are no answers from before {} to roll over", one_line(to)))
                .hint("`dspt init` writes an empty answers file; `--edition E` names the answers to roll over")
        })?,
    };
    let opened = context.open(Scope::Edition(Some(&from)))?;
    opened.require_sound(context)?;
    let workspace = &opened.workspace;
    let found = workspace.answers.iter().find(|answers| answers.edition == from).ok_or_else(|| no_answers(&from))?;
    let file = workspace.file(found.file);
    whole(file)?;
    let answers: &Answers = &found.decoded.value;
    let standard = |edition: &str| {
        let bank = opened
            .banks
            .find(&answers.standard, edition)
            .ok_or_else(|| unknown_edition(&opened.banks, &one_line(&answers.standard), edition))?;
        Ok::<_, Failure>(bank.standard()?)
    };
    let (old, new) = (standard(&from)?, standard(to)?);
    let heads = opened.banks.heads(old.id());
    let place = |edition: &str| heads.iter().position(|head| head.edition == edition);
    if place(&from) >= place(to) {
        return Err(Failure::new(format!(
            "{} is not later than {}: answers are rolled forward only",
            one_line(to),
            one_line(&from)
        ))
        .hint("`--edition E` names the answers to roll over, `--to E` the edition to write"));
    }
    let plan = workspace.plans.iter().find(|plan| plan.edition == from);
    if let Some(plan) = plan {
        whole(workspace.file(plan.file))?;
    }
    let syntax = match (args.yaml, args.toml) {
        (true, _) => Syntax::Yaml,
        (_, true) => Syntax::Toml,
        _ => file.document.syntax,
    };
    let (from, mut rolled) = (file.path.clone(), compare::roll(&old, answers, &new));
    let lost_aim = lost_aim(context, workspace, &mut rolled, &new);
    let document = plan.and_then(|plan| plan.decoded.value.document.clone());
    let plan = plan.map(|plan| compare::roll_plan(&old, &plan.decoded.value, &new));
    Ok(Task { opened, old, new, from, syntax, rolled, lost_aim, plan, document })
}

/// The level aimed at before that the new edition has not, or that is published once only and was. It is taken out of
/// what is rolled over: aiming at it would lead to a publication that is refused.
fn lost_aim(
    context: &Context,
    workspace: &Workspace,
    rolled: &mut compare::Rollover,
    new: &Standard,
) -> Option<LostAim> {
    if let Some(level) = &rolled.lost_aim {
        return Some(LostAim { level: level.clone(), reason: format!("is none of {}", new.edition()) });
    }
    let history = lint::history_of(workspace, new);
    let last = history.last(context.day())?;
    let is_closed = |level: &String| new.level(level).is_some_and(Level::is_published_once);
    let level = rolled.aim.take_if(|level| is_closed(level))?;
    let reason = format!("is for a first publication only, and {} was published", last.edition);
    Some(LostAim { level, reason })
}

/// Refuses where something in the file was not understood: it would be lost on the way.
fn whole(file: &File) -> Result<(), Failure> {
    match file.faults.iter().find(|fault| fault.rule != "toml-1-1-only") {
        None => Ok(()),
        Some(fault) => {
            let at = file.document.position(fault.span.start);
            Err(Failure::new(format!(
                "{}:{}:{}: {}; what is not understood would be lost, so nothing was written",
                file.path, at.line, at.column, fault.message
            ))
            .hint(format!("mend it first: `dspt lint {}` shows everything", file.path)))
        }
    }
}

fn answers_text(task: &Task) -> String {
    let (old, new) = (&task.old, &task.new);
    let mut head = vec![format!(
        "Rolled over from {}. An answer with `carried_from` does not count until somebody says that it is still true: \
         `dspt confirm NUMBER` does so.",
        task.from
    )];
    if let Some(lost) = &task.lost_aim {
        head.push(format!("The level aimed at before, {}, {}.", lost.level, lost.reason));
    }
    let mut tail = Vec::new();
    if !task.rolled.retired.is_empty() {
        tail.push(format!("---- Asked no longer; the answers stay in {} ----", task.from));
        tail.extend(task.rolled.retired.iter().map(|at| {
            let item = &old.items[*at];
            format!("{} {}", item.number, item.shown())
        }));
    }
    AnswersFile {
        standard: new,
        syntax: task.syntax,
        aim: task.rolled.aim.as_deref(),
        head,
        entries: task.rolled.items.iter().map(|carried| entry(task, carried)).collect(),
        tail,
    }
    .text()
}

fn entry<'t>(task: &'t Task, carried: &Carried) -> Entry<'t> {
    let (old, item) = (&task.old, &task.new.items[carried.item]);
    let mut remarks = Vec::new();
    match carried.old.map(|at| &old.items[at]) {
        None => remarks.push(format!("New since {}.", old.edition())),
        Some(was) => {
            let number = if was.number == item.number { String::new() } else { format!(", as {}", was.number) };
            if was.question != item.question {
                remarks.push(format!("The question in {}{number}: {}", old.edition(), was.shown()));
            } else if !number.is_empty() {
                remarks.push(format!("In {}{number}.", old.edition()));
            }
            if carried.has_left() {
                remarks.push(format!("What was answered in {} does not fit here any more:", old.edition()));
            }
        }
    }
    Entry { item, answer: carried.answer.clone(), remarks, left: carried.left.clone() }
}

/// The plan's new path and text; none where nothing is carried or a plan is there already.
fn plan_file(task: &Task) -> Result<Option<(String, String)>, Failure> {
    let Some(plan) = &task.plan else { return Ok(None) };
    if plan.plan.actions.is_empty() || plan_is_there(task) {
        return Ok(None);
    }
    let ending = match task.syntax {
        Syntax::Toml => "toml",
        Syntax::Yaml => "yaml",
    };
    let path = format!("{ACTION_PLANS}/{}.{ending}", task.new.edition());
    let head = vec![
        format!("Action plan, rolled over from {}: what was not done yet.", task.old.edition()),
        "`dspt plan generate` adds what else is outstanding, `dspt plan check` says what is missing.".to_owned(),
    ];
    let text = plan_text(&task.new, &plan.plan, &head, task.syntax);
    if !plan_reads_back(&text, task.syntax, &plan.plan) {
        return Err(Failure::new(format!("{path} would not say what the old plan says, so nothing was written")));
    }
    Ok(Some((path, text)))
}

fn plan_is_there(task: &Task) -> bool {
    ["toml", "yaml", "yml"].iter().any(|ending| {
        let path = format!("{ACTION_PLANS}/{}.{ending}", task.new.edition());
        task.opened.root.join(path).symlink_metadata().is_ok()
    })
}

/// What was done, and what a person has to look at.
fn human(output: &RolloverOutput, width: usize) -> String {
    let mut out = String::new();
    let title = format!("{} to {}", output.from, output.to);
    let _ = writeln!(out, "{}", paint(STRONG, if output.written { title } else { format!("{title}, dry run") }));
    let wrote = if output.written { "carried over into" } else { "would be carried over into" };
    let sentence = format!(
        "{} {wrote} {}, which has {}. What is carried over does not count until somebody confirms it.",
        style::count(output.carried.len(), "answer"),
        output.answers,
        style::count(output.questions, "item")
    );
    let _ = writeln!(out, "{}", style::wrap(&sentence, width, 0));
    let renumbered: Vec<String> = output.renumbered.iter().map(|item| format!("{} → {}", item.old, item.new)).collect();
    let unknown: Vec<String> = output.unknown.iter().map(|number| one_line(number)).collect();
    for (title, numbers) in [
        ("Reworded, read these first", &output.reworded),
        ("Renumbered", &renumbered),
        ("New questions, empty", &output.new),
        ("Unanswered before, still open", &output.unanswered),
        ("Does not fit the question any more, kept as a comment", &output.unfitting),
        ("Asked no longer", &output.retired),
        ("No item of the old edition, not carried", &unknown),
    ] {
        if !numbers.is_empty() {
            let _ = writeln!(out, "\n{} ({})", paint(STRONG, title), numbers.len());
            let _ = writeln!(out, "{}", style::wrap(&numbers.join("  "), width, 2));
        }
    }
    if let Some(plan) = &output.plan {
        let _ = writeln!(out, "\n{}", style::wrap(&plan_sentences(plan, output.written), width, 0));
    }
    if let (Some(aim), Some(reason)) = (&output.lost_aim, &output.lost_aim_reason) {
        let text = format!("The level aimed at, {}, {reason}.", one_line(aim));
        let _ = writeln!(out, "\n{}", paint(ATTENTION, style::wrap(&text, width, 0)));
    }
    if let Some(notice) = &output.notice {
        let _ = writeln!(out, "\n{}", paint(QUIET, style::wrap(notice, width, 0)));
    }
    if output.written {
        let _ = writeln!(out, "\n{} see what is asked, then confirm what still holds.", paint(STRONG, "Next:"));
        let _ = writeln!(out, "      {}", paint(COMMAND, format!("dspt status --edition {}", output.to)));
    } else {
        out.push_str("\nNothing was written.\n");
    }
    out
}

fn plan_sentences(plan: &RolledPlanOutput, written: bool) -> String {
    let mut sentences = Vec::new();
    let actions = style::count(plan.open.len(), "action");
    match &plan.file {
        Some(path) if written => sentences.push(format!("{actions} carried over into {path}.")),
        Some(path) => sentences.push(format!("{actions} would be carried over into {path}.")),
        None if plan.open.is_empty() => sentences.push("No action of the plan was open.".to_owned()),
        None => sentences.push("There is an action plan already: it stays as it is.".to_owned()),
    }
    if !plan.done.is_empty() {
        sentences.push(format!("Done, not carried: {}.", plan.done.join(", ")));
    }
    if !plan.gone.is_empty() {
        let gone: Vec<String> = plan.gone.iter().map(|number| one_line(number)).collect();
        sentences.push(format!("Their item is gone, not carried: {}.", gone.join(", ")));
    }
    if let Some(document) = &plan.document {
        sentences.push(format!("The document {} was last year's plan and stays there.", one_line(document)));
    }
    sentences.join(" ")
}
