//! The report: where an organisation stands, why, and what comes next. One view, one file a format.
//!
//! The level and the progress are always those of the whole assessment; gaps, plan and evidence are of the items
//! chosen.

mod chart;
mod evidence;
mod html;
mod json;
mod markdown;

pub use html::html;
pub use json::{LevelItem, SectionItem, StandingReport, json, levels, sections};
pub use markdown::markdown;

use super::plan::{Cell, Column, Sheet};
use super::text::{one_line, terminal};
use crate::assess::{Assessment, Edition, LevelVerdict, PublicationState, Standing};
use crate::model::period::{days_between, in_words};
use crate::model::{Action, ActionPlan, Answers, History, Organisation, Standard};
use crate::plan::{self, PlanRow, owner};
use chart::{Bar, Ring, Timeline};
use evidence::{Ages, Document};
use jiff::civil::{Date, DateTime};
use serde::Serialize;

/// What a report is made from.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    pub assessment: &'a Assessment,
    pub answers: &'a Answers,
    pub plan: Option<&'a ActionPlan>,
    pub history: &'a History,
    pub edition: &'a Edition,
    pub standing: &'a Standing,
    pub now: DateTime,
    /// The items shown, as indices into the standard's, in its order.
    pub items: &'a [usize],
    /// What the judgement rests on, and what else must be said of it.
    pub notes: &'a [String],
}

/// Everything that a report shows. Text is fit for a document and not escaped for any.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub name: String,
    pub ods_code: String,
    pub standard: String,
    pub edition: String,
    /// The day judged, in words.
    pub day: String,
    /// The highest level reached.
    pub level: Option<String>,
    pub aim: String,
    /// The level in one sentence, and what it takes to reach the one aimed at.
    pub summary: String,
    pub facts: Vec<(&'static str, String)>,
    pub ring: Ring,
    pub levels: Vec<LevelPart>,
    pub sections: Vec<SectionPart>,
    /// Only a part of the items was chosen.
    pub chosen: Option<String>,
    /// The level whose gaps are shown: the one aimed at, and once that is reached the next that lacks items.
    pub gaps_level: String,
    pub gaps: Vec<GapPart>,
    pub plan: PlanPart,
    pub documents: Vec<Document>,
    pub ages: Ages,
    pub publications: Vec<PublicationPart>,
    pub notes: Vec<String>,
}

/// One level: how far, and what stands against it.
#[derive(Debug, Clone, Serialize)]
pub struct LevelPart {
    pub label: String,
    pub reached: bool,
    pub is_aim: bool,
    pub met: usize,
    pub required: usize,
    pub bar: Bar,
    /// In a few words: reached, or what is missing.
    pub verdict: String,
    pub conditions: Vec<ConditionPart>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ConditionPart {
    pub met: bool,
    pub reason: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct SectionPart {
    pub title: String,
    pub met: usize,
    pub required: usize,
    pub total: usize,
    pub bar: Bar,
}

/// An item that a level asks for and that does not count.
#[derive(Debug, Clone, Serialize)]
pub struct GapPart {
    pub number: String,
    pub section: String,
    pub question: String,
    pub why: String,
    pub owner: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct PlanPart {
    /// Whether it is complete, in words.
    pub verdict: String,
    pub complete: bool,
    pub rows: Vec<ActionPart>,
    /// None where no action has a date.
    pub timeline: Option<Timeline>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ActionPart {
    pub number: String,
    pub action: String,
    pub owner: String,
    /// In words; empty where there is none.
    pub target: String,
    /// As `2026-06-30`; empty where there is none.
    pub target_date: String,
    pub status: String,
    pub late: bool,
    pub done: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct PublicationPart {
    /// `2025-26/001`, or the edition alone for what only the toolkit shows.
    pub publication: String,
    pub level: String,
    pub date: String,
    pub date_iso: String,
    /// Where it is known from, in words.
    pub seen: &'static str,
}

impl PublicationPart {
    /// Every publication known on a day, oldest first.
    pub fn all(history: &History, standard: &Standard, day: Date) -> Vec<Self> {
        history
            .until(day)
            .map(|publication| Self {
                publication: match &publication.number {
                    Some(number) => format!("{}/{number}", fit(&publication.edition)),
                    None => fit(&publication.edition),
                },
                level: fit(standard.label(&publication.level)),
                date: in_words(publication.date),
                date_iso: publication.date.to_string(),
                seen: match (publication.number.is_some(), publication.on_toolkit(day)) {
                    (true, true) => "here and on the toolkit",
                    (true, false) => "here, not yet on the toolkit",
                    (false, _) => "on the toolkit",
                },
            })
            .collect()
    }
}

/// Text on one line, without anything that turns what stands around it.
fn fit(text: &str) -> String {
    one_line(&terminal(text))
}

fn items(count: usize) -> String {
    format!("{count} item{}", if count == 1 { "" } else { "s" })
}

impl Report {
    pub fn new(matter: Matter<'_>) -> Self {
        let Matter { organisation, standard, assessment, .. } = matter;
        let (met, required) = assessment.progress(standard);
        let label = |level: usize| standard.levels[level].label.clone();
        let documents = evidence::documents(matter);
        Self {
            name: fit(&organisation.name),
            ods_code: fit(&organisation.ods_code),
            standard: standard.head.title.clone(),
            edition: standard.edition().to_owned(),
            day: in_words(matter.now.date()),
            level: assessment.reached.map(label),
            aim: label(assessment.aim),
            summary: summary(matter),
            facts: facts(matter),
            ring: Ring::of(met, required),
            levels: assessment.levels.iter().map(|verdict| level(matter, verdict)).collect(),
            sections: assessment
                .sections(standard)
                .into_iter()
                .map(|section| SectionPart {
                    bar: Bar::of(section.met, section.required),
                    title: section.section,
                    met: section.met,
                    required: section.required,
                    total: section.total,
                })
                .collect(),
            chosen: (matter.items.len() < standard.items.len()).then(|| {
                format!(
                    "Gaps, plan and evidence are shown for {} of {}.",
                    matter.items.len(),
                    items(standard.items.len())
                )
            }),
            gaps_level: label(gaps_level(assessment)),
            gaps: gaps(matter),
            plan: plan_part(matter),
            ages: Ages::of(&documents),
            documents,
            publications: PublicationPart::all(matter.history, standard, matter.now.date()),
            notes: matter.notes.iter().map(|note| fit(note)).collect(),
        }
    }

    pub fn title(&self) -> String {
        format!("Where {} stands", self.name)
    }
}

impl Matter<'_> {
    fn is_chosen(&self, number: &str) -> bool {
        self.items.iter().any(|at| self.standard.items[*at].number == number)
    }
}

fn summary(matter: Matter<'_>) -> String {
    let (standard, assessment) = (matter.standard, matter.assessment);
    let aim = &standard.levels[assessment.aim].label;
    let verdict = &assessment.levels[assessment.aim];
    if verdict.reached {
        return match verdict.conditions.iter().find(|condition| !condition.met) {
            None => format!("{aim} is reached, as aimed at."),
            Some(condition) => format!("{aim} is reached, but it may not be published yet: {}", fit(&condition.reason)),
        };
    }
    let missing = match verdict.missing.len() {
        0 => "every item it asks for counts, but a condition does not hold".to_owned(),
        1 => "1 item it asks for does not count yet".to_owned(),
        count => format!("{count} items it asks for do not count yet"),
    };
    format!("The aim is {aim}: {missing}.")
}

fn facts(matter: Matter<'_>) -> Vec<(&'static str, String)> {
    let day = matter.now.date();
    let left = days_between(day, matter.edition.deadline);
    let deadline = match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2.. => format!("in {left} days"),
        -1 => "yesterday".to_owned(),
        _ => format!("{} days ago", -left),
    };
    let published = match matter.history.last(day) {
        None => "Never, as far as is recorded".to_owned(),
        Some(last) => format!(
            "{} for {}, {}{}",
            matter.standard.label(&last.level),
            fit(&last.edition),
            in_words(last.date),
            if last.on_toolkit(day) { "" } else { "; not yet on the toolkit" }
        ),
    };
    let state = match (matter.standing.state, matter.standing.due) {
        (PublicationState::Never, _) | (_, None) => String::new(),
        (PublicationState::Current, Some(due)) => format!("Current; due again by {}", in_words(due)),
        (PublicationState::DueSoon, Some(due)) => format!("Due again soon, by {}", in_words(due)),
        (PublicationState::Overdue, Some(due)) => format!("Overdue since {}", in_words(due)),
        (PublicationState::Stale, Some(due)) => format!("Out of date; was due by {}", in_words(due)),
    };
    let carried = matter.assessment.carried();
    let mut facts =
        vec![("Deadline", format!("{}, {deadline}", in_words(matter.edition.deadline))), ("Last published", published)];
    if !state.is_empty() {
        facts.push(("Publication", state));
    }
    if carried > 0 {
        facts.push(("From last year", format!("{} to be confirmed", items(carried))));
    }
    facts
}

fn level(matter: Matter<'_>, verdict: &LevelVerdict) -> LevelPart {
    let (standard, assessment) = (matter.standard, matter.assessment);
    let asked = || standard.items.iter().zip(&assessment.items).filter(|(item, _)| standard.asks(verdict.level, item));
    let required = asked().count();
    let met = asked().filter(|(_, verdict)| verdict.state.counts()).count();
    let unmet = verdict.conditions.iter().filter(|condition| !condition.met).count();
    let words = match (verdict.reached, verdict.missing.len(), unmet) {
        (true, _, 0) => "Reached".to_owned(),
        (true, _, _) => "Reached; may not be published yet".to_owned(),
        (false, 0, _) => "A condition does not hold".to_owned(),
        (false, missing, _) => format!("{missing} missing"),
    };
    LevelPart {
        label: standard.levels[verdict.level].label.clone(),
        reached: verdict.reached,
        is_aim: verdict.level == assessment.aim,
        met,
        required,
        bar: Bar::of(met, required),
        verdict: words,
        conditions: verdict
            .conditions
            .iter()
            .map(|condition| ConditionPart { met: condition.met, reason: fit(&condition.reason) })
            .collect(),
    }
}

fn gaps_level(assessment: &Assessment) -> usize {
    let lacking = |level: &usize| !assessment.levels[*level].missing.is_empty();
    (assessment.aim..assessment.levels.len()).find(lacking).unwrap_or(assessment.aim)
}

/// What a level lacks; outcomes above items have no row in the standard's list of items.
fn gaps(matter: Matter<'_>) -> Vec<GapPart> {
    let missing = &matter.assessment.levels[gaps_level(matter.assessment)].missing;
    let is_shown = |number: &str| matter.standard.item(number).is_none() || matter.is_chosen(number);
    missing
        .iter()
        .filter(|missing| is_shown(&missing.number))
        .map(|missing| {
            let item = matter.standard.item(&missing.number);
            let answer = matter.answers.answers.get(&missing.number);
            let written = answer.and_then(|answer| answer.owner.as_deref()).unwrap_or_default();
            GapPart {
                number: missing.number.clone(),
                section: item.map(|item| matter.standard.section(item).to_owned()).unwrap_or_default(),
                question: item.map(|item| fit(&item.shown())).unwrap_or_default(),
                why: fit(&missing.reason),
                owner: fit(owner::shown(matter.organisation, written)),
            }
        })
        .collect()
}

fn plan_part(matter: Matter<'_>) -> PlanPart {
    let sheet =
        Sheet::new(matter.organisation, matter.standard, matter.assessment, matter.answers, matter.plan, matter.now);
    let day = matter.now.date();
    let planned = |row: &&PlanRow| row.action.is_some() && (row.concept.is_none() || matter.is_chosen(&row.number));
    let rows: Vec<&PlanRow> = sheet.rows.iter().filter(planned).collect();
    let (complete, verdict) = matter.assessment.plan.words();
    let text = |row: &PlanRow, column: Column| match sheet.cell(row, column) {
        Cell::Empty => String::new(),
        cell => fit(&cell.words()),
    };
    let parts: Vec<ActionPart> = rows
        .iter()
        .map(|row| ActionPart {
            number: fit(&row.number),
            action: text(row, Column::Action),
            owner: text(row, Column::Owner),
            target: text(row, Column::Target),
            target_date: sheet.cell(row, Column::Target).iso(),
            status: text(row, Column::Status),
            late: row.is_late(day),
            done: row.action.as_ref().is_some_and(Action::is_done),
        })
        .collect();
    let marks = rows.iter().zip(&parts).filter_map(|(row, part)| {
        let target = row.action.as_ref()?.target?;
        Some((part.number.as_str(), target, part.late, part.done))
    });
    let timeline = Timeline::of(day, matter.edition.deadline, marks);
    let goal = plan::goal(matter.standard);
    let verdict = if matter.assessment.aim == goal {
        verdict
    } else {
        format!("{verdict} The plan leads to {}.", matter.standard.levels[goal].label)
    };
    PlanPart { verdict: fit(&verdict), complete, rows: parts, timeline }
}
