//! Answers, standard, profile and history to a level, and why not the next one.
//!
//! Pure: the same input gives the same verdict. An answer counts when its kind is answered, or it is validly not
//! applicable, or the profile exempts it, and it is not merely carried over from another year. The level reached is the
//! highest one whose items, outcomes and profile conditions hold; conditions on *publishing* (the once-only rule, the
//! action plan) are told beside it and do not change it.

mod item;
mod level;
mod next;
mod outcome;
mod publication;

pub(crate) use item::is_answered;
pub use item::{Gap, ItemVerdict, State};
pub use level::{ConditionVerdict, LevelVerdict, Missing};
pub use next::{NextStep, Surroundings, next_step};
pub use publication::{
    Edition, PublicationState, Standing, edition_standing, following_deadline, knows_no_newer, publication_standing,
};

use crate::model::{ActionPlan, Answers, History, Organisation, Standard};
use crate::plan::{self, PlanVerdict};
use jiff::civil::Date;

/// What is judged, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub standard: &'a Standard,
    pub organisation: &'a Organisation,
    pub answers: &'a Answers,
    pub plan: Option<&'a ActionPlan>,
    /// Whether the file that the plan names as its document is there.
    pub plan_document: bool,
    pub history: &'a History,
    pub day: Date,
}

/// The verdict on a case.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// One for each item of the standard, in its order.
    pub items: Vec<ItemVerdict>,
    /// The result of each node that a rule decides: index into the rule's results.
    pub results: Vec<Option<usize>>,
    /// One for each level of the standard, in rising order.
    pub levels: Vec<LevelVerdict>,
    /// Index of the highest level reached.
    pub reached: Option<usize>,
    /// Index of the level aimed at.
    pub aim: usize,
    pub plan: PlanVerdict,
}

/// How far a section has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionProgress {
    pub section: String,
    /// Items that the level aimed at asks for and that count.
    pub met: usize,
    /// Items that the level aimed at asks for.
    pub required: usize,
    /// All items, optional ones too.
    pub total: usize,
}

pub fn assess(case: Case<'_>) -> Assessment {
    let standard = case.standard;
    let answers = standard.of_each(&case.answers.answers);
    let items: Vec<ItemVerdict> =
        standard.items.iter().zip(answers).map(|(item, answer)| item::judge(case, item, answer)).collect();
    let results = outcome::results(standard, case.answers, &items);
    let aim = aim(case);
    let plan = plan::judge(case, &items);
    let levels: Vec<LevelVerdict> =
        (0..standard.levels.len()).map(|level| level::judge(case, level, &items, &results, &plan)).collect();
    let reached = levels.iter().rposition(|level| level.reached);
    Assessment { items, results, levels, reached, aim, plan }
}

/// The level aimed at: the one that the file names, or the standard's own. One that is published only once gives way to
/// the next above it after that, whatever the file still says: from then on its items are asked for.
fn aim(case: Case<'_>) -> usize {
    let standard = case.standard;
    let named = case.answers.aim.as_deref().and_then(|aim| standard.level_index(aim));
    let aim = named.unwrap_or_else(|| standard.default_aim());
    if case.history.last(case.day).is_none() {
        return aim;
    }
    (aim..standard.levels.len()).find(|level| !standard.levels[*level].is_published_once()).unwrap_or(aim)
}

impl Assessment {
    pub fn sections(&self, standard: &Standard) -> Vec<SectionProgress> {
        let mut sections: Vec<SectionProgress> = standard
            .sections
            .iter()
            .map(|title| SectionProgress { section: title.clone(), met: 0, required: 0, total: 0 })
            .collect();
        for (item, verdict) in standard.items.iter().zip(&self.items) {
            let section = &mut sections[item.section];
            section.total += 1;
            if standard.asks(self.aim, item) {
                section.required += 1;
                section.met += usize::from(verdict.state.counts());
            }
        }
        sections
    }

    /// How many items the level aimed at asks for and how many of them count.
    pub fn progress(&self, standard: &Standard) -> (usize, usize) {
        let asked = || standard.items.iter().zip(&self.items).filter(|(item, _)| standard.asks(self.aim, item));
        (asked().filter(|(_, verdict)| verdict.state.counts()).count(), asked().count())
    }

    pub fn carried(&self) -> usize {
        self.items.iter().filter(|verdict| verdict.state == State::Carried).count()
    }
}
