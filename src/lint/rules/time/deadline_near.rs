use super::draft;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Group, Rule, Sink};
use crate::model::period::{days_between, in_words};
use crate::workspace::ASSESSMENTS;

pub(super) static RULE: Rule = Rule {
    name: "deadline-near",
    group: Group::Time,
    severity: Severity::Info,
    summary: "the deadline is near and the level aimed at is not published yet",
    page: include_str!("deadline_near.md"),
    check: Check::Workspace(check),
};

/// Days before the deadline from which it is worth knowing, and from which a person must look.
const NEAR: i64 = 90;
const PRESSING: i64 = 30;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let deadline = context.edition.deadline;
    let days = days_between(context.day, deadline);
    if !(0..=NEAR).contains(&days) || is_unread(context) {
        return;
    }
    let standard = context.standard;
    let aim = context.at_hand.map_or_else(|| standard.default_aim(), |judged| judged.assessment.aim);
    // A level that is published once and was is no longer aimed at, but this edition's publication it was.
    let named = context.at_hand.and_then(|judged| standard.level_index(judged.answers.decoded.value.aim.as_deref()?));
    if context.history.highest(standard, context.day).is_some_and(|level| level >= named.unwrap_or(aim)) {
        return;
    }
    let aim = &standard.levels[aim].label;
    let (left, severity) = match days {
        0 => ("today is".to_owned(), Severity::Warning),
        1 => ("tomorrow is".to_owned(), Severity::Warning),
        days if days <= PRESSING => (format!("in {days} days is"), Severity::Warning),
        days => (format!("in {days} days is"), Severity::Info),
    };
    let message = format!(
        "{left} the deadline of {} ({}), and {aim} is not published yet",
        context.edition.id,
        in_words(deadline)
    );
    sink.report(draft(&RULE, message).severity(severity).help("`dspt status` shows what is left to do"));
}

/// Whether a file that says what is aimed at, or for whom, could not be read: that is the finding then.
fn is_unread(context: &Context<'_>) -> bool {
    let is_answers = |path: &str| path.strip_prefix(ASSESSMENTS).is_some_and(|rest| rest.starts_with('/'));
    let aim_lost = match context.at_hand {
        Some(judged) => judged.damaged && judged.answers.decoded.value.aim.is_none(),
        None => context.workspace.problems.iter().any(|problem| is_answers(&problem.path)),
    };
    context.organisation_file.is_none() || aim_lost
}
