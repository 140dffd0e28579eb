//! `dspt rollover`: the next edition's answers, written from this one's by concept.

use super::commit::Commit;
use super::context::{Context, Opened};
use super::error::{Failure, Outcome};
use super::side::no_answers;
use super::standards::unknown_edition;
use super::style::{self, ATTENTION, COMMAND, QUIET, STRONG, paint};
use super::write;
use crate::compare::{self, Carried, PlanRollover, Rollover};
use crate::diagnostic::render::one_line;
use crate::model::{Answers, Standard};
use crate::source::Syntax;
use crate::tree::WorkTree;
use crate::workspace::fresh::{SCHEMAS, answers_path, answers_schema};
use crate::workspace::rollover::{AnswersFile, Entry, answered, plan_reads_back, plan_text, reads_back};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, File, Scope};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// Everything that one rollover is about.
struct Task {
    opened: Opened,
    old: Arc<Standard>,
    new: Arc<Standard>,
    /// The old answers' file, as a path from the workspace.
    from: String,
    syntax: Syntax,
    rolled: Rollover,
    plan: Option<PlanRollover>,
    /// A document that stood for the old plan.
    document: Option<String>,
}

pub fn run(context: &Context, args: &RolloverArgs) -> Result<Outcome, Failure> {
    let (_, told) = roll(context, args)?;
    context.print(&told)?;
    Ok(Outcome::Done)
}

/// What came of one rollover.
struct Rolled {
    /// How many answers were carried.
    carried: usize,
    /// What is told of it.
    told: String,
    /// What its commit is called.
    message: String,
}

/// Rolls one workspace over, all of it or nothing: how many answers were carried, and what is told of it.
pub fn roll(context: &Context, args: &RolloverArgs) -> Result<(usize, String), Failure> {
    let mut made = Vec::new();
    let rolled = write_all(context, args, &mut made).inspect_err(|_| {
        for path in &made {
            // They were not there before this command, so nothing is lost.
            let _ = std::fs::remove_file(path);
        }
    })?;
    if !made.is_empty() {
        let root = context.root()?;
        let paths: Vec<&str> =
            made.iter().filter_map(|path| path.strip_prefix(&root).ok().and_then(Path::to_str)).collect();
        args.commit.written(context, &root, &paths, &rolled.message)?;
    }
    Ok((rolled.carried, rolled.told))
}

fn write_all(context: &Context, args: &RolloverArgs, made: &mut Vec<PathBuf>) -> Result<Rolled, Failure> {
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
    if !args.dry_run {
        // The answers come last: while they are missing, the command can simply be given again.
        let mut create = |path: &str, text: &str| {
            write::create(root, path, text.as_bytes())?;
            made.push(root.join(path));
            Ok::<_, Failure>(())
        };
        if let Some((path, text)) = &plan {
            create(path, text)?;
        }
        for schema in [answers_schema(&task.new), "action-plan.schema.json".to_owned()] {
            let file = root.join(SCHEMAS).join(&schema);
            let is_named = !schema.starts_with("action-plan") || plan.is_some();
            if is_named && file.symlink_metadata().is_err() {
                let text = super::schema::text(&task.opened.banks, &schema)?;
                create(&format!("{SCHEMAS}/{schema}"), &text)?;
            }
        }
        create(&path, &text)?;
    }
    let plan = plan.map(|(path, _)| path);
    let carried = task.rolled.items.iter().filter(|carried| carried.is_carried()).count();
    let told = told(context, args, &task, &path, plan.as_deref());
    let message = format!("Roll over from {} to {}", task.old.edition(), task.new.edition());
    Ok(Rolled { carried, told, message })
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
    let (from, rolled) = (file.path.clone(), compare::roll(&old, answers, &new));
    let document = plan.and_then(|plan| plan.decoded.value.document.clone());
    let plan = plan.map(|plan| compare::roll_plan(&old, &plan.decoded.value, &new));
    Ok(Task { opened, old, new, from, syntax, rolled, plan, document })
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
    if let Some(aim) = &task.rolled.lost_aim {
        head.push(format!("The level aimed at before, {aim}, is none of {}.", new.edition()));
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
fn told(context: &Context, args: &RolloverArgs, task: &Task, path: &str, plan: Option<&str>) -> String {
    let (old, new, rolled) = (&task.old, &task.new, &task.rolled);
    let width = context.prose_width();
    let number = |carried: &&Carried| new.items[carried.item].number.clone();
    let of = |wanted: &dyn Fn(&Carried) -> bool| -> Vec<String> {
        rolled.items.iter().filter(|carried| wanted(carried)).map(|carried| number(&carried)).collect()
    };
    let was = |carried: &Carried| carried.old.map(|at| &old.items[at]);
    let carried = of(&Carried::is_carried).len();
    let mut out = String::new();
    let title = format!("{} to {}", old.edition(), new.edition());
    let _ = writeln!(out, "{}", paint(STRONG, if args.dry_run { format!("{title}, dry run") } else { title }));
    let wrote = if args.dry_run { "would be carried over into" } else { "carried over into" };
    let sentence = format!(
        "{} {wrote} {path}, which has {}. What is carried over does not count until somebody confirms it.",
        style::count(carried, "answer"),
        style::count(new.items.len(), "item")
    );
    let _ = writeln!(out, "{}", style::wrap(&sentence, width, 0));
    let reworded = |carried: &Carried| {
        carried.is_carried() && was(carried).is_some_and(|was| was.question != new.items[carried.item].question)
    };
    let renumbered: Vec<String> = rolled
        .items
        .iter()
        .filter_map(|carried| {
            let (item, was) = (&new.items[carried.item], was(carried)?);
            (was.number != item.number && carried.is_carried()).then(|| format!("{} → {}", was.number, item.number))
        })
        .collect();
    let lists = [
        ("Reworded, read these first", of(&reworded)),
        ("Renumbered", renumbered),
        ("New questions, empty", of(&|carried| carried.old.is_none())),
        (
            "Unanswered before, still open",
            of(&|carried| carried.old.is_some() && !carried.is_carried() && !carried.has_left()),
        ),
        ("Does not fit the question any more, kept as a comment", of(&Carried::has_left)),
        ("Asked no longer", rolled.retired.iter().map(|at| old.items[*at].number.clone()).collect()),
        ("No item of the old edition, not carried", rolled.unknown.iter().map(|number| one_line(number)).collect()),
    ];
    for (title, numbers) in lists {
        if !numbers.is_empty() {
            let _ = writeln!(out, "\n{} ({})", paint(STRONG, title), numbers.len());
            let _ = writeln!(out, "{}", style::wrap(&numbers.join("  "), width, 2));
        }
    }
    out.push_str(&plan_told(args, task, plan, width));
    if let Some(aim) = &rolled.lost_aim {
        let text = format!("The level aimed at, {}, is none of {}.", one_line(aim), new.edition());
        let _ = writeln!(out, "\n{}", paint(ATTENTION, style::wrap(&text, width, 0)));
    }
    if let Some(notice) = &new.head.notice {
        let _ = writeln!(out, "\n{}", paint(QUIET, style::wrap(notice, width, 0)));
    }
    if args.dry_run {
        out.push_str("\nNothing was written.\n");
    } else {
        let _ = writeln!(out, "\n{} see what is asked, then confirm what still holds.", paint(STRONG, "Next:"));
        let _ = writeln!(out, "      {}", paint(COMMAND, format!("dspt status --edition {}", new.edition())));
    }
    out
}

fn plan_told(args: &RolloverArgs, task: &Task, plan: Option<&str>, width: usize) -> String {
    let Some(rolled) = &task.plan else { return String::new() };
    let mut sentences = Vec::new();
    let actions = style::count(rolled.plan.actions.len(), "action");
    match plan {
        Some(path) if args.dry_run => sentences.push(format!("{actions} would be carried over into {path}.")),
        Some(path) => sentences.push(format!("{actions} carried over into {path}.")),
        None if rolled.plan.actions.is_empty() => sentences.push("No action of the plan was open.".to_owned()),
        None => sentences.push("There is an action plan already: it stays as it is.".to_owned()),
    }
    if !rolled.done.is_empty() {
        sentences.push(format!("Done, not carried: {}.", rolled.done.join(", ")));
    }
    if !rolled.gone.is_empty() {
        let gone: Vec<String> = rolled.gone.iter().map(|number| one_line(number)).collect();
        sentences.push(format!("Their item is gone, not carried: {}.", gone.join(", ")));
    }
    if let Some(document) = &task.document {
        sentences.push(format!("The document {} was last year's plan and stays there.", one_line(document)));
    }
    format!("\n{}\n", style::wrap(&sentences.join(" "), width, 0))
}
