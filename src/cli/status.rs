//! `dspt status`: the level, what stands between here and each level, and the one thing to do now.

use super::baseline::{BaselineArgs, WorseOutput};
use super::context::{Context, Judgement, Opened};
use super::error::{Failure, Outcome};
use super::format::Format;
use super::style::{self, ATTENTION, BAD, COMMAND, GOOD, QUIET, STRONG, paint};
use crate::assess::{Assessment, ConditionVerdict, LevelVerdict, NextStep, PublicationState, Surroundings, next_step};
use crate::diagnostic::Summary;
use crate::diagnostic::render::{Findings, one_line};
use crate::export::report::{self, LevelItem, SectionItem};
use crate::model::period::{days_between, in_words};
use crate::model::{Answer, Answers, Evidence, ItemKind, Standard};
use crate::workspace::Scope;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Debug, Default, Args)]
pub struct Status {
    /// Say of each missing item why it does not count
    #[arg(long)]
    why: bool,
    /// Fail unless this level is reached and the files have no errors
    #[arg(long, value_name = "LEVEL")]
    require: Option<String>,
    /// Judge as if an item were met, unmet or not-applicable; may be given more than once
    #[arg(long, value_name = "NUMBER=STATE", value_parser = parse_assumption)]
    assume: Vec<(String, Assumed)>,
    #[command(flatten)]
    baseline: BaselineArgs,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Assumed {
    Met,
    Unmet,
    NotApplicable,
}

fn parse_assumption(text: &str) -> Result<(String, Assumed), String> {
    let (number, state) = text.split_once('=').unwrap_or((text, "met"));
    let state = match state {
        "met" => Assumed::Met,
        "unmet" => Assumed::Unmet,
        "not-applicable" => Assumed::NotApplicable,
        _ => return Err("write NUMBER=met, NUMBER=unmet or NUMBER=not-applicable".to_owned()),
    };
    Ok((number.to_owned(), state))
}

/// What `status --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusOutput {
    pub ods_code: String,
    pub name: String,
    pub standard: String,
    pub edition: String,
    /// The minute judged on, ISO 8601.
    pub as_of: String,
    /// The highest level whose items and profile conditions hold, whether or not it may still be published.
    pub level: Option<String>,
    pub aim: String,
    /// Errors that the lint finds.
    pub errors: usize,
    pub warnings: usize,
    pub levels: Vec<LevelItem>,
    pub sections: Vec<SectionItem>,
    pub publication: PublicationOutput,
    /// Days until the edition's deadline; negative once it has passed.
    pub days_to_deadline: i64,
    pub deadline: String,
    pub next: NextOutput,
    /// What the judgement rests on, and what else must be said of it.
    pub notes: Vec<String>,
    /// With `--baseline`: what got worse since then.
    pub baseline: Option<WorseOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationOutput {
    /// never, current, due-soon, overdue or stale.
    pub state: String,
    pub changed: bool,
    /// Whether the newest publication is known to be on the national web site.
    pub on_toolkit: bool,
    pub last: Option<LastOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct LastOutput {
    pub edition: String,
    pub number: Option<String>,
    pub level: String,
    pub date: String,
    /// record or toolkit.
    pub source: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct NextOutput {
    pub step: String,
    pub command: Option<String>,
}

/// A level by its id, its label or the beginning of one.
pub fn find_level(standard: &Standard, word: &str) -> Result<usize, Failure> {
    let folded = word.to_lowercase().replace([' ', '_'], "-");
    let exact = standard.levels.iter().position(|level| level.id == folded);
    let starting: Vec<usize> =
        (0..standard.levels.len()).filter(|at| standard.levels[*at].id.starts_with(&folded)).collect();
    match (exact, starting.as_slice()) {
        (Some(level), _) => Ok(level),
        (None, [level]) => Ok(*level),
        _ => {
            let ids: Vec<&str> = standard.levels.iter().map(|level| level.id.as_str()).collect();
            Err(Failure::new(format!(
                "there is no level \"{}\" in {} {}",
                one_line(word),
                standard.id(),
                standard.edition()
            ))
            .hint(format!("levels: {}", ids.join(", "))))
        }
    }
}

pub fn run(context: &Context, args: &Status) -> Result<Outcome, Failure> {
    let judgement = context.judge()?;
    let standard = &judgement.standard;
    let required = args.require.as_deref().map(|level| find_level(standard, level)).transpose()?;
    let answers = assume(&judgement, &args.assume)?;
    let assessment = judgement.assess_answers(&answers);
    let found = judgement.opened.lint(&[])?;
    let lint = found.summary();
    let base = args.baseline.open(context, &judgement.opened, &[])?;
    let worse = base.map(|base| {
        let workspace = &judgement.opened.workspace;
        let findings = Findings { findings: &found.findings, workspace, root: ".", secrets: &found.secrets };
        base.worse(standard, &assessment, findings)
    });
    let next = next(&judgement, &assessment, lint);
    let is_worse = worse.as_ref().is_some_and(|worse| worse.worse);
    match args.format {
        Format::Human => {
            context.print(&human(context, &judgement, &assessment, lint, worse.as_ref(), &next, args))?;
        }
        Format::Json => context.print_json(&output(&judgement, &assessment, lint, worse, &next))?,
    }
    let met = required.is_none_or(|level| assessment.levels[level].reached && lint.error == 0);
    if let (false, Some(level)) = (met, required) {
        let label = &standard.levels[level].label;
        context.note(&if assessment.levels[level].reached {
            format!("{label} is reached, but the files have {}: see `dspt lint`.", style::count(lint.error, "error"))
        } else {
            format!("{label} is not reached.")
        });
        return Ok(Outcome::CheckFailed);
    }
    Ok(if is_worse { Outcome::CheckFailed } else { Outcome::Done })
}

/// The step to do now for a workspace that was linted already; nothing where it cannot be judged.
pub fn next_lines(context: &Context, linted: &Opened, lint: Summary) -> String {
    let Ok(opened) = context.open_at(&linted.root, Scope::Edition(linted.workspace.edition.as_deref())) else {
        return String::new();
    };
    // What git knows was gathered already, and is the same.
    opened.ledger.get_or_init(|| linted.ledger().clone());
    let Ok(judgement) = Judgement::new(context, opened) else { return String::new() };
    let next = next(&judgement, &judgement.assess(), lint);
    if lint.error > 0 { String::new() } else { format!("\n{}", next_text(&next, context.prose_width())) }
}

pub fn next_text(next: &NextStep, width: usize) -> String {
    let mut out = format!("{}\n", style::hang(&format!("{} {}", paint(STRONG, "Next:"), next.step), width, 0, 6));
    if let Some(command) = &next.command {
        let _ = writeln!(out, "      {}", paint(COMMAND, command));
    }
    out
}

/// The step to do now.
pub fn next(judgement: &Judgement, assessment: &Assessment, lint: Summary) -> NextStep {
    let day = judgement.opened.now.date();
    let confirmed = judgement.organisation.profile.confirmed;
    next_step(
        &judgement.standard,
        assessment,
        Surroundings {
            errors: lint.error,
            standing: &judgement.standing,
            profile_confirmed: confirmed.is_some_and(|day| judgement.edition.opens.is_none_or(|opens| day >= opens)),
            published: judgement.history.highest(&judgement.standard, day),
            changed: changed(judgement),
            on_toolkit: judgement.history.last(day).is_some_and(|last| last.on_toolkit(day)),
        },
    )
}

/// Whether anything is said otherwise than in the last publication of this edition here.
fn changed(judgement: &Judgement) -> bool {
    super::publications::changed(judgement).is_some_and(|changed| !changed.is_empty())
}

/// The answers with what is to be assumed put in their place.
fn assume(judgement: &Judgement, assumptions: &[(String, Assumed)]) -> Result<Answers, Failure> {
    let mut answers = judgement.answers().clone();
    for (number, assumed) in assumptions {
        let Some(item) = judgement.standard.item(number) else {
            return Err(Failure::new(format!(
                "--assume {}: there is no such item in {}",
                one_line(number),
                judgement.standard.edition()
            ))
            .hint("`dspt questions` lists the items"));
        };
        let answer = match assumed {
            Assumed::Unmet => Answer::default(),
            Assumed::NotApplicable if item.not_applicable.is_none() => {
                return Err(Failure::new(format!("--assume {number}: \"not applicable\" is not allowed for {number}")));
            }
            Assumed::NotApplicable => Answer { not_applicable: Some("assumed".to_owned()), ..Answer::default() },
            Assumed::Met => match item.kind {
                ItemKind::Tick => Answer { tick: Some(true), ..Answer::default() },
                ItemKind::Text => Answer { text: Some("assumed".to_owned()), ..Answer::default() },
                ItemKind::Date => Answer { date: Some(judgement.opened.now.date()), ..Answer::default() },
                ItemKind::Document => {
                    let document = Evidence { location: Some("assumed".to_owned()), ..Evidence::default() };
                    Answer { evidence: Some(vec![document]), ..Answer::default() }
                }
            },
        };
        answers.answers.insert(number.clone(), answer);
    }
    Ok(answers)
}

fn output(
    judgement: &Judgement,
    assessment: &Assessment,
    lint: Summary,
    baseline: Option<WorseOutput>,
    next: &NextStep,
) -> StatusOutput {
    let standard = &judgement.standard;
    let day = judgement.opened.now.date();
    let last = judgement.history.last(day);
    StatusOutput {
        ods_code: judgement.organisation.ods_code.clone(),
        name: judgement.organisation.name.clone(),
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        as_of: judgement.opened.now.strftime("%Y-%m-%dT%H:%M").to_string(),
        level: assessment.reached.map(|level| standard.levels[level].id.clone()),
        aim: standard.levels[assessment.aim].id.clone(),
        errors: lint.error,
        warnings: lint.warning,
        levels: report::levels(standard, assessment),
        sections: report::sections(standard, assessment),
        publication: PublicationOutput {
            state: judgement.standing.state.word().to_owned(),
            changed: changed(judgement),
            on_toolkit: last.is_some_and(|last| last.on_toolkit(day)),
            last: last.map(|last| LastOutput {
                edition: last.edition.clone(),
                number: last.number.clone(),
                level: last.level.clone(),
                date: last.date.to_string(),
                source: last.source.word().to_owned(),
            }),
        },
        days_to_deadline: days_between(day, judgement.edition.deadline),
        deadline: judgement.edition.deadline.to_string(),
        next: NextOutput { step: next.step.clone(), command: next.command.clone() },
        notes: notes(judgement),
        baseline,
    }
}

/// What stands quietly below every judgement.
pub fn notes(judgement: &Judgement) -> Vec<String> {
    let head = &judgement.standard.head;
    let mut notes = vec![judgement.standard.provenance_line()];
    notes.extend(head.notice.clone());
    notes.extend(judgement.newer_note());
    notes
}

fn human(
    context: &Context,
    judgement: &Judgement,
    assessment: &Assessment,
    lint: Summary,
    worse: Option<&WorseOutput>,
    next: &NextStep,
    args: &Status,
) -> String {
    let standard = &judgement.standard;
    let width = context.prose_width();
    let mut out = String::new();
    let name = format!("{} ({})", one_line(&judgement.organisation.name), one_line(&judgement.organisation.ods_code));
    let _ = writeln!(out, "{}", paint(STRONG, name));
    let about =
        format!("{} {}, judged on {}", standard.head.title, standard.edition(), in_words(judgement.opened.now.date()));
    let _ = writeln!(out, "{}", style::wrap(&about, width, 0));
    if let Some(revision) = &judgement.opened.revision {
        let _ = writeln!(out, "{}", style::wrap(&format!("Read from {}.", revision.shown()), width, 0));
    }
    for (number, assumed) in &args.assume {
        let state = match assumed {
            Assumed::Met => "met",
            Assumed::Unmet => "not met",
            Assumed::NotApplicable => "not applicable",
        };
        let _ = writeln!(out, "{}", paint(ATTENTION, format!("Assuming that {number} is {state}.")));
    }
    out.push('\n');
    facts(&mut out, judgement, assessment, lint, width);
    out.push('\n');
    sections(&mut out, standard, assessment);
    out.push('\n');
    for verdict in &assessment.levels {
        level(&mut out, context, standard, assessment, verdict, args.why);
    }
    out.push('\n');
    if let Some(worse) = worse {
        worsened(&mut out, standard, assessment, worse, width);
    }
    if !context.global.quiet {
        for note in notes(judgement) {
            let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&note, width, 0)));
        }
        out.push('\n');
    }
    out.push_str(&next_text(next, width));
    out
}

/// What got worse since the revision named with `--baseline`.
fn worsened(out: &mut String, standard: &Standard, assessment: &Assessment, worse: &WorseOutput, width: usize) {
    let head = format!("Against {}, judged on {}", one_line(&worse.revision), worse.judged_on);
    let _ = writeln!(out, "{}", paint(STRONG, head));
    let mut line = |text: String, hang: usize| {
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, hang));
    };
    if worse.level_dropped {
        let label = |id: Option<&str>| id.map_or_else(|| "none".to_owned(), |id| standard.label(id).to_owned());
        let now = assessment.reached.map(|level| standard.levels[level].id.as_str());
        line(
            format!("{} {} before, {} now", paint(BAD, "level dropped"), label(worse.level.as_deref()), label(now)),
            4,
        );
    }
    for missing in &worse.newly_missing {
        let number = style::pad(&missing.number, 7);
        line(format!("{}  {number}{}", paint(BAD, "newly missing"), one_line(&missing.reason)), 24);
    }
    for expired in &worse.newly_expired {
        line(format!("{}  {}", paint(ATTENTION, "newly expired"), one_line(&expired.message)), 17);
    }
    if !worse.worse {
        line(paint(GOOD, "nothing got worse"), 2);
    }
    out.push('\n');
}

const LABEL: usize = 13;

fn facts(out: &mut String, judgement: &Judgement, assessment: &Assessment, lint: Summary, width: usize) {
    let standard = &judgement.standard;
    let day = judgement.opened.now.date();
    let mut line = |label: &str, text: &str| {
        let head = style::pad(label, LABEL);
        let _ = writeln!(out, "{}", style::hang(&format!("{head}{text}"), width, 0, LABEL));
    };
    let level = assessment
        .reached
        .map_or_else(|| paint(ATTENTION, "none yet"), |level| paint(GOOD, &standard.levels[level].label));
    let aim = &standard.levels[assessment.aim];
    if assessment.reached == Some(assessment.aim) {
        line("Level", &format!("{level}, as aimed at"));
    } else {
        line("Level", &format!("{level}; aiming at {}", aim.label));
    }
    let left = days_between(day, judgement.edition.deadline);
    let deadline = in_words(judgement.edition.deadline);
    line(
        "Deadline",
        &match left {
            ..=-1 => {
                paint(BAD, format!("{deadline}, {} ago", style::count(usize::try_from(-left).unwrap_or(0), "day")))
            }
            0 => paint(BAD, format!("{deadline}, today")),
            1..=30 => {
                paint(ATTENTION, format!("{deadline}, in {}", style::count(usize::try_from(left).unwrap_or(0), "day")))
            }
            _ => format!("{deadline}, in {left} days"),
        },
    );
    line("Published", &published(judgement));
    let mut findings = Vec::new();
    if lint.error > 0 {
        findings.push(paint(BAD, style::count(lint.error, "error")));
    }
    if lint.warning > 0 {
        findings.push(paint(ATTENTION, style::count(lint.warning, "warning")));
    }
    if lint.info > 0 {
        findings.push(style::count(lint.info, "remark"));
    }
    line("Lint", &if findings.is_empty() { "nothing found".to_owned() } else { findings.join(", ") });
}

fn published(judgement: &Judgement) -> String {
    let standard = &judgement.standard;
    let day = judgement.opened.now.date();
    let Some(last) = judgement.history.last(day) else {
        return "never; no earlier publication is recorded".to_owned();
    };
    let due = judgement.standing.due.map(in_words).unwrap_or_default();
    let state = match judgement.standing.state {
        PublicationState::Never => String::new(),
        PublicationState::Current => format!("current; to be published again by {due}"),
        PublicationState::DueSoon => paint(ATTENTION, format!("due again by {due}")),
        PublicationState::Overdue => paint(BAD, format!("overdue since {due}")),
        PublicationState::Stale => paint(BAD, format!("out of date; it was due again by {due}")),
    };
    let place = if last.on_toolkit(day) { "" } else { ", not yet on the toolkit" };
    format!("{} for {} on {}{place}; {state}", standard.label(&last.level), last.edition, in_words(last.date))
}

fn sections(out: &mut String, standard: &Standard, assessment: &Assessment) {
    let sections = assessment.sections(standard);
    let widest =
        sections.iter().map(|section| textwrap::core::display_width(&section.section)).max().unwrap_or(0).min(40);
    for section in sections.iter().filter(|section| section.total > 0) {
        let (done, open) = style::bar(section.met, section.required, 20);
        let look = if section.met == section.required { GOOD } else { ATTENTION };
        let _ = writeln!(
            out,
            "{}  {}{}  {} of {}",
            style::pad(&style::cut(&section.section, widest), widest),
            paint(look, done),
            paint(QUIET, open),
            section.met,
            section.required
        );
    }
}

fn level(
    out: &mut String,
    context: &Context,
    standard: &Standard,
    assessment: &Assessment,
    verdict: &LevelVerdict,
    why: bool,
) {
    let width = context.prose_width();
    let widest = standard.levels.iter().map(|level| textwrap::core::display_width(&level.label)).max().unwrap_or(0);
    let own = &standard.levels[verdict.level];
    let unmet: Vec<&ConditionVerdict> = verdict.conditions.iter().filter(|condition| !condition.met).collect();
    // A level that asks for another one's items and nothing else is said in one line.
    let below = own
        .builds_on
        .map(|below| &assessment.levels[below])
        .filter(|below| below.missing == verdict.missing && !below.missing.is_empty());
    let mut parts = Vec::new();
    if !verdict.missing.is_empty() {
        let like = below.map(|below| format!(", as for {}", standard.levels[below.level].label)).unwrap_or_default();
        parts.push(paint(ATTENTION, format!("{} missing{like}", verdict.missing.len())));
    } else if verdict.reached {
        parts.push(paint(GOOD, "reached"));
    }
    parts.extend(unmet.iter().map(|condition| paint(ATTENTION, &condition.brief)));
    let head = format!("{}  {}", paint(STRONG, style::pad(&own.label, widest)), parts.join("; "));
    let _ = writeln!(out, "{}", style::hang(&head, width, 0, widest + 2));
    if why && below.is_none() {
        for missing in &verdict.missing {
            let number = style::pad(&missing.number, 7);
            let subject = standard.item(&missing.number).map(|item| one_line(&item.shown())).unwrap_or_default();
            let text = format!("{number}{}", one_line(&missing.reason));
            let _ = writeln!(out, "{}", style::hang(&text, width, 2, 9));
            if !subject.is_empty() {
                let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&style::cut(&subject, width - 9), width, 9)));
            }
        }
    } else if below.is_none() && !verdict.missing.is_empty() {
        let numbers: Vec<&str> = verdict.missing.iter().map(|missing| missing.number.as_str()).collect();
        let _ = writeln!(out, "{}", style::wrap(&numbers.join("  "), width, 2));
    }
    for condition in verdict.conditions.iter().filter(|condition| why || (!condition.met && verdict.missing.is_empty()))
    {
        let sign = if condition.met { paint(GOOD, "✓") } else { paint(ATTENTION, "✗") };
        let _ = writeln!(out, "{}", style::hang(&format!("{sign} {}", condition.reason), width, 2, 4));
    }
}
