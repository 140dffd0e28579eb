//! For other programs: the answers, and all that the report says of them. Levels and states are ids, days are
//! `2026-06-30`; text is as it was typed.

use super::Matter;
use super::evidence::{self, Ages};
use crate::assess::Assessment;
use crate::export::answers::{self, AnswersReport, View};
use crate::export::plan::{self, PlanReport, Sheet};
use crate::model::Standard;
use crate::model::period::days_between;
use schemars::JsonSchema;
use serde::Serialize;

/// Where an organisation stands, and its answers. Level, sections and publications are those of the whole assessment;
/// items, plan and evidence are of the items chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StandingReport {
    #[serde(flatten)]
    pub answers: AnswersReport,
    /// The level and what it takes to reach the one aimed at, in one sentence.
    pub summary: String,
    /// The last day to publish without being late, `2026-06-30`.
    pub deadline: String,
    /// Days until the deadline; negative once it has passed.
    pub days_to_deadline: i64,
    pub levels: Vec<LevelItem>,
    pub sections: Vec<SectionItem>,
    /// The action plan: outstanding items and every other action, with target and status.
    pub plan: PlanReport,
    pub evidence: EvidenceItem,
    pub publication: PublicationStanding,
    /// Every publication known, oldest first.
    pub publications: Vec<PublicationItem>,
    pub provenance: ProvenanceItem,
    /// What the judgement rests on, and what else must be said of it.
    pub notes: Vec<String>,
}

/// A level, whether it is reached, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LevelItem {
    pub level: String,
    pub reached: bool,
    /// Every item the level asks for that does not count.
    pub missing: Vec<MissingItem>,
    pub conditions: Vec<ConditionItem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingItem {
    pub number: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConditionItem {
    pub id: String,
    pub met: bool,
    pub reason: String,
}

/// How far a section is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SectionItem {
    pub section: String,
    /// Items that the level aimed at asks for and that count.
    pub met: usize,
    /// Items that the level aimed at asks for.
    pub required: usize,
    /// All items, optional ones too.
    pub total: usize,
}

/// How old the documents are that answers name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvidenceItem {
    pub ages: Vec<AgeItem>,
    /// In the standard's order, then as the answers list them.
    pub documents: Vec<DocumentAge>,
}

/// How many documents are of an age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgeItem {
    /// In words; the last one is for documents without a date.
    pub age: String,
    pub documents: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentAge {
    /// The item that it is evidence for.
    pub number: String,
    /// Its title, else where it is.
    pub label: String,
    /// `2026-06-30`; null where nobody said.
    pub approved: Option<String>,
    /// Since it was approved; negative where that lies ahead.
    pub age_days: Option<i64>,
    /// What has to be done about it, in words; null where nothing has.
    pub remark: Option<String>,
}

/// How the newest publication stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PublicationStanding {
    /// never, current, due-soon, overdue or stale.
    pub state: String,
    /// The deadline by which it must be published again; null where nothing was published.
    pub due: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PublicationItem {
    pub edition: String,
    /// Of the record, `001`; null where only the toolkit shows it.
    pub number: Option<String>,
    pub level: String,
    pub date: String,
    /// Whether it is known to be on the national web site.
    pub on_toolkit: bool,
}

/// What the question set rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProvenanceItem {
    pub edition: String,
    pub revision: u32,
    /// Items that some level asks for.
    pub required: usize,
    /// Those of them that rest on nothing inferred.
    pub confirmed: usize,
    /// What must be known before one relies on it.
    pub notice: Option<String>,
}

pub fn json(matter: Matter<'_>) -> StandingReport {
    let Matter { organisation, standard, assessment, answers, history, now, items, .. } = matter;
    let day = now.date();
    let view = View { organisation, standard, previous: None, assessment, answers, now, items };
    let mut plan = plan::json(&Sheet::new(organisation, standard, assessment, answers, matter.plan, now));
    plan.items.retain(|row| row.concept.is_none() || matter.is_chosen(&row.number));
    StandingReport {
        answers: answers::json(&view),
        summary: super::summary(matter),
        deadline: matter.edition.deadline.to_string(),
        days_to_deadline: days_between(day, matter.edition.deadline),
        levels: levels(standard, assessment),
        sections: sections(standard, assessment),
        plan,
        evidence: evidence(matter),
        publication: PublicationStanding {
            state: matter.standing.state.word().to_owned(),
            due: matter.standing.due.map(|due| due.to_string()),
        },
        publications: history
            .until(day)
            .map(|publication| PublicationItem {
                edition: publication.edition.clone(),
                number: publication.number.clone(),
                level: publication.level.clone(),
                date: publication.date.to_string(),
                on_toolkit: publication.on_toolkit(day),
            })
            .collect(),
        provenance: ProvenanceItem {
            edition: standard.edition().to_owned(),
            revision: standard.head.revision,
            required: standard.required().count(),
            confirmed: standard.confirmed(),
            notice: standard.head.notice.clone(),
        },
        notes: matter.notes.to_vec(),
    }
}

/// Each level, in rising order.
pub fn levels(standard: &Standard, assessment: &Assessment) -> Vec<LevelItem> {
    let level = |verdict: &crate::assess::LevelVerdict| LevelItem {
        level: standard.levels[verdict.level].id.clone(),
        reached: verdict.reached,
        missing: verdict
            .missing
            .iter()
            .map(|missing| MissingItem { number: missing.number.clone(), reason: missing.reason.clone() })
            .collect(),
        conditions: verdict
            .conditions
            .iter()
            .map(|condition| ConditionItem {
                id: condition.id.clone(),
                met: condition.met,
                reason: condition.reason.clone(),
            })
            .collect(),
    };
    assessment.levels.iter().map(level).collect()
}

/// Each section, in the standard's order.
pub fn sections(standard: &Standard, assessment: &Assessment) -> Vec<SectionItem> {
    assessment
        .sections(standard)
        .into_iter()
        .map(|section| SectionItem {
            section: section.section,
            met: section.met,
            required: section.required,
            total: section.total,
        })
        .collect()
}

fn evidence(matter: Matter<'_>) -> EvidenceItem {
    let documents = evidence::documents(matter);
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    EvidenceItem {
        ages: Ages::of(&documents)
            .rows
            .into_iter()
            .map(|row| AgeItem { age: row.title.to_owned(), documents: row.count })
            .collect(),
        documents: documents
            .into_iter()
            .map(|document| DocumentAge {
                approved: said(&document.approved_date),
                age_days: document.age,
                remark: said(&document.remark),
                number: document.number,
                label: document.label,
            })
            .collect(),
    }
}
