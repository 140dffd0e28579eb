//! One level: what is missing, which conditions hold.

use super::item::profile_says;
use super::{Case, ItemVerdict};
use crate::model::period::in_words;
use crate::model::standard::{Condition, ConditionKind, ProfileTest};
use crate::plan::PlanVerdict;

/// An item, or an outcome above items, that keeps a level from being reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The item's number, or the outcome's id.
    pub number: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionVerdict {
    pub id: String,
    pub met: bool,
    pub reason: String,
    /// In a few words, for one line; only of use where it is not met.
    pub brief: String,
    /// Whether it is a condition on publishing only, which leaves the level reached as it is.
    pub on_publishing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelVerdict {
    /// Index of the level in the standard.
    pub level: usize,
    /// Whether its items and its conditions on the profile hold.
    pub reached: bool,
    pub missing: Vec<Missing>,
    pub conditions: Vec<ConditionVerdict>,
}

impl LevelVerdict {
    /// Whether it may be published: reached, and every condition on publishing holds too.
    pub fn may_be_published(&self) -> bool {
        self.reached && self.conditions.iter().all(|condition| condition.met)
    }
}

pub(super) fn judge(
    case: Case<'_>,
    level: usize,
    items: &[ItemVerdict],
    results: &[Option<usize>],
    plan: &PlanVerdict,
) -> LevelVerdict {
    let standard = case.standard;
    let mut chain = vec![level];
    while let Some(below) = chain.last().and_then(|level| standard.levels[*level].builds_on) {
        chain.push(below);
    }
    let mut missing = Vec::new();
    for (item, verdict) in standard.items.iter().zip(items) {
        let is_required = || chain.iter().any(|level| item.is_required_for(&standard.levels[*level].id));
        if !verdict.state.counts() && is_required() {
            let reason = verdict.gap.as_ref().map_or_else(|| "not answered yet".to_owned(), super::Gap::words);
            missing.push(Missing { number: item.number.clone(), reason });
        }
    }
    for below in &chain {
        for (node, least) in &standard.levels[*below].results {
            let Some(rule) = standard.nodes[*node].rule.map(|rule| &standard.rules[rule]) else { continue };
            let result = results[*node].unwrap_or(0);
            if result < *least {
                let reason =
                    format!("the result is {}; this level asks for {}", rule.results[result], rule.results[*least]);
                missing.push(Missing { number: standard.nodes[*node].id.clone(), reason });
            }
        }
    }
    let conditions: Vec<ConditionVerdict> = chain
        .iter()
        .flat_map(|level| &standard.levels[*level].conditions)
        .map(|condition| judge_condition(case, condition, plan))
        .collect();
    let reached = missing.is_empty() && conditions.iter().all(|condition| condition.met || condition.on_publishing);
    LevelVerdict { level, reached, missing, conditions }
}

fn judge_condition(case: Case<'_>, condition: &Condition, plan: &PlanVerdict) -> ConditionVerdict {
    let standard = case.standard;
    let (met, reason, on_publishing) = match &condition.kind {
        ConditionKind::FirstPublication => match case.history.last(case.day) {
            None => (true, "No earlier publication is recorded.".to_owned(), true),
            Some(last) => {
                let seen = if last.number.is_some() { "recorded here" } else { "on the toolkit" };
                let reason = format!(
                    "Published at {} for {} on {} ({seen}). {}",
                    standard.label(&last.level),
                    last.edition,
                    in_words(last.date),
                    condition.reason
                );
                (false, reason, true)
            }
        },
        ConditionKind::ActionPlan => {
            let (met, said) = plan.words();
            (met, if met { said } else { format!("{said} {}", condition.reason) }, true)
        }
        ConditionKind::Profile(test) => {
            let met = profile_says(case.organisation, test, case.day);
            (met, profile_words(case, test, met, &condition.reason), false)
        }
    };
    ConditionVerdict {
        id: condition.id.clone(),
        met,
        reason: reason.trim().to_owned(),
        brief: brief(case, &condition.kind),
        on_publishing,
    }
}

fn brief(case: Case<'_>, kind: &ConditionKind) -> String {
    match kind {
        ConditionKind::FirstPublication => "closed by an earlier publication".to_owned(),
        ConditionKind::ActionPlan => "action plan not complete".to_owned(),
        ConditionKind::Profile(ProfileTest::Fact { fact, .. }) => format!("the profile's {fact} says otherwise"),
        ConditionKind::Profile(ProfileTest::Certification(key)) => {
            let known = case.standard.certifications.iter().find(|known| known.key == *key);
            format!("no current {}", known.map_or(key.as_str(), |known| known.title.as_str()))
        }
    }
}

fn profile_words(case: Case<'_>, test: &ProfileTest, met: bool, reason: &str) -> String {
    match test {
        ProfileTest::Certification(key) => {
            let title = case
                .standard
                .certifications
                .iter()
                .find(|known| known.key == *key)
                .map_or(key.as_str(), |known| known.title.as_str());
            match case.organisation.certifications.get(key).map(|held| held.expires) {
                None => format!("No {title} certificate is in organisation.toml. {reason}"),
                Some(None) => format!(
                    "The {title} certificate has no `expires` in organisation.toml, so it does not count. {reason}"
                ),
                Some(Some(expires)) if met => format!("{title} is current until {}.", in_words(expires)),
                Some(Some(expires)) => format!("The {title} certificate expired on {}. {reason}", in_words(expires)),
            }
        }
        ProfileTest::Fact { fact, .. } => {
            let value = case.organisation.profile.facts.get(fact).map_or("not said", String::as_str);
            if met {
                format!("The profile says {fact} = {value}.")
            } else {
                format!("The profile says {fact} = {value}. {reason}")
            }
        }
    }
}
