//! The level and what stands between here and each level, for people.

use super::{Status, notes};
use crate::assess::{Assessment, ConditionVerdict, LevelVerdict, NextStep, PublicationState};
use crate::cli::baseline::WorseOutput;
use crate::cli::context::Context;
use crate::cli::judgement::Judgement;
use crate::cli::next;
use crate::cli::style::{self, ATTENTION, BAD, GOOD, QUIET, STRONG, paint};
use crate::diagnostic::Summary;
use crate::diagnostic::render::one_line;
use crate::model::Standard;
use crate::model::period::{days_between, in_words};
use std::fmt::Write as _;

pub(super) fn human(
    context: &Context,
    judgement: &Judgement,
    assessment: &Assessment,
    lint: Summary,
    worse: Option<&WorseOutput>,
    step: &NextStep,
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
        let what = format!("Assuming that {number} is {}.", assumed.words());
        let _ = writeln!(out, "{}", paint(ATTENTION, what));
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
    out.push_str(&next::text(step, width));
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
