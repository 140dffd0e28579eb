//! What is kept of a client: one row of the portfolio.

use super::Client;
use super::judge::Judged;
use crate::assess::{Surroundings, next_step};
use crate::model::period::days_between;
use crate::model::{Action, ActionStatus};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rules whose findings are evidence that is overdue.
const OVERDUE: &[&str] = &["evidence-review-due", "evidence-out-of-window"];

/// How a client stands. Where it could not be judged, `error` says why and the rest is null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// The client's directory, from the portfolio.
    pub path: String,
    pub ods_code: Option<String>,
    pub name: Option<String>,
    /// What the portfolio says of the client.
    pub labels: BTreeMap<String, String>,
    /// The client's last day, where the portfolio names one.
    pub left: Option<String>,
    pub standard: Option<String>,
    pub edition: Option<String>,
    /// The highest level whose items and profile conditions hold.
    pub level: Option<String>,
    pub aim: Option<String>,
    /// Items that the level aimed at asks for and that count.
    pub met: Option<usize>,
    /// Items that the level aimed at asks for.
    pub required: Option<usize>,
    /// Answers carried over and not confirmed yet.
    pub carried: Option<usize>,
    /// Findings of the lint.
    pub errors: Option<usize>,
    pub warnings: Option<usize>,
    /// Documents past their review or out of their item's window.
    pub overdue_evidence: Option<usize>,
    pub plan: Option<PlanState>,
    /// Days until the edition's deadline; negative once it has passed.
    pub days_to_deadline: Option<i64>,
    pub deadline: Option<String>,
    /// The day on which the first thing falls due that is not done yet, past or to come.
    pub next_due: Option<String>,
    pub publication: Option<PublicationRow>,
    pub sections: Vec<SectionRow>,
    pub next: Option<NextRow>,
    /// Why the client could not be judged.
    pub error: Option<String>,
}

/// How the action plan keeps its dates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanState {
    /// Actions not done.
    pub open: usize,
    /// Those of them whose target has passed.
    pub overdue: usize,
    /// Days by which the latest of them is late.
    pub days_late: i64,
}

/// The same as in `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicationRow {
    /// never, current, due-soon, overdue or stale.
    pub state: String,
    pub changed: bool,
    /// Whether the newest publication is known to be on the national web site.
    pub on_toolkit: bool,
    pub last: Option<LastRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastRow {
    pub edition: String,
    pub number: Option<String>,
    pub level: String,
    pub date: String,
    /// record or toolkit.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SectionRow {
    pub section: String,
    pub met: usize,
    pub required: usize,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextRow {
    pub step: String,
    pub command: Option<String>,
}

impl Row {
    /// The row of a client of whom nothing is known yet.
    pub fn of(client: &Client) -> Self {
        Self::default().with_words_of(client)
    }

    /// The row with what the portfolio says of the client now.
    #[must_use]
    pub fn with_words_of(self, client: &Client) -> Self {
        Self {
            path: client.path.clone(),
            labels: client.labels.clone(),
            left: client.left.map(|left| left.to_string()),
            ..self
        }
    }

    pub fn judged(client: &Client, judged: &Judged<'_>) -> Self {
        let standard = &judged.standard;
        let assessment = &judged.assessment;
        let organisation = judged.organisation();
        let day = judged.day;
        let (met, required) = assessment.progress(standard);
        let summary = judged.lint.summary();
        let last = judged.history.last(day);
        let next = next_step(
            standard,
            assessment,
            Surroundings {
                errors: summary.error,
                standing: &judged.standing,
                profile_confirmed: organisation
                    .profile
                    .confirmed
                    .is_some_and(|day| judged.edition.opens.is_none_or(|opens| day >= opens)),
                published: judged.history.highest(standard, day),
                changed: judged.changed,
                on_toolkit: last.is_some_and(|last| last.on_toolkit(day)),
            },
        );
        let overdue = judged.lint.findings.iter().filter(|finding| OVERDUE.contains(&finding.rule)).count();
        Self {
            ods_code: Some(organisation.ods_code.clone()),
            name: Some(organisation.name.clone()),
            standard: Some(standard.id().to_owned()),
            edition: Some(standard.edition().to_owned()),
            level: assessment.reached.map(|level| standard.levels[level].id.clone()),
            aim: Some(standard.levels[assessment.aim].id.clone()),
            met: Some(met),
            required: Some(required),
            carried: Some(assessment.carried()),
            errors: Some(summary.error),
            warnings: Some(summary.warning),
            overdue_evidence: Some(overdue),
            plan: Some(plan_state(judged.plan().iter().flat_map(|plan| plan.actions.values()), day)),
            days_to_deadline: Some(days_between(day, judged.edition.deadline)),
            deadline: Some(judged.edition.deadline.to_string()),
            next_due: judged.days().iter().find(|entry| !entry.settled).map(|entry| entry.day.to_string()),
            publication: Some(PublicationRow {
                state: judged.standing.state.word().to_owned(),
                changed: judged.changed,
                on_toolkit: last.is_some_and(|last| last.on_toolkit(day)),
                last: last.map(|last| LastRow {
                    edition: last.edition.clone(),
                    number: last.number.clone(),
                    level: last.level.clone(),
                    date: last.date.to_string(),
                    source: last.source.word().to_owned(),
                }),
            }),
            sections: assessment
                .sections(standard)
                .into_iter()
                .map(|section| SectionRow {
                    section: section.section,
                    met: section.met,
                    required: section.required,
                    total: section.total,
                })
                .collect(),
            next: Some(NextRow { step: next.step, command: next.command }),
            ..Self::of(client)
        }
    }

    /// The share of what is asked for that counts, in thousandths; rows with an error come before everything.
    pub fn progress(&self) -> Option<usize> {
        let required = self.required?;
        Some((self.met? * 1000).checked_div(required).unwrap_or(1000))
    }
}

fn plan_state<'a>(actions: impl Iterator<Item = &'a Action>, day: Date) -> PlanState {
    let mut state = PlanState::default();
    for action in actions.filter(|action| action.status != Some(ActionStatus::Done)) {
        state.open += 1;
        if let Some(target) = action.target.filter(|target| *target < day) {
            state.overdue += 1;
            state.days_late = state.days_late.max(days_between(target, day));
        }
    }
    state
}
