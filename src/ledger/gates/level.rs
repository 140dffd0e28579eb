//! The level that is published, and its conditions on publishing.

use super::{Gate, Situation, count, line_of};
use crate::ledger::git::AsStored;
use crate::ledger::said::said;
use crate::ledger::{listing, record};
use crate::model::RecordSites;
use crate::model::standard::ConditionKind;
use crate::source::Pointer;
use crate::workspace::TOOLKIT_FILE;

pub(super) fn judge(situation: Situation<'_>, level: Option<usize>) -> Gate {
    let name = "level";
    let standard = situation.standard;
    let Some(level) = level else {
        return Gate::fail(name, "no level is reached yet; `dspt status` shows what is missing");
    };
    let verdict = &situation.assessment.levels[level];
    let label = &standard.levels[level].label;
    if verdict.reached {
        return Gate::pass(name, format!("{label} is reached"));
    }
    let why = match verdict.missing.first() {
        Some(first) if verdict.missing.len() == 1 => format!("{} {}", first.number, first.reason),
        Some(first) => {
            format!("{} missing, first {} ({})", count(verdict.missing.len(), "item"), first.number, first.reason)
        }
        None => verdict
            .conditions
            .iter()
            .find(|condition| !condition.met && !condition.on_publishing)
            .map_or_else(String::new, |condition| condition.reason.clone()),
    };
    let edition = standard.edition();
    let gate = Gate::fail(name, format!("{label} is not reached: {why}; `dspt status --why` shows all"));
    let answers = situation.workspace.answers.iter().find(|answers| answers.edition == edition);
    match (answers, verdict.missing.first()) {
        (Some(answers), Some(first)) => {
            let file = &situation.workspace.file(answers.file).path;
            gate.at(file.clone(), line_of(situation.workspace, file, &Pointer::answer(&first.number)))
        }
        _ => gate,
    }
}

pub(super) fn conditions(situation: Situation<'_>, level: usize, sites: Option<&RecordSites>) -> Vec<Gate> {
    let verdicts = situation.assessment.levels[level].conditions.iter().filter(|condition| condition.on_publishing);
    verdicts
        .map(|condition| {
            let once = situation
                .standard
                .levels
                .iter()
                .flat_map(|level| &level.conditions)
                .any(|known| known.id == condition.id && known.kind == ConditionKind::FirstPublication);
            if condition.met {
                return Gate::pass(&condition.id, condition.reason.clone());
            }
            if once && !situation.request.sites.add.is_empty() && sites.is_some() {
                return match only_sites_added(situation, level) {
                    Ok(()) => Gate::pass(
                        &condition.id,
                        "sites are added to the publication before, at the same level, with nothing else changed",
                    ),
                    Err(why) => {
                        Gate::fail(&condition.id, format!("{} Sites could only be added {why}.", condition.reason))
                    }
                };
            }
            let gate = Gate::fail(&condition.id, condition.reason.clone());
            let plan = situation.workspace.plans.iter().find(|plan| plan.edition == situation.standard.edition());
            match plan.filter(|_| !once) {
                Some(plan) => gate.at(situation.workspace.file(plan.file).path.clone(), 1),
                None if once && situation.workspace.toolkit.is_some() => gate.at(TOOLKIT_FILE, 1),
                None => gate,
            }
        })
        .collect()
}

/// Whether the publication before is of this edition and level and says the same but for sites.
fn only_sites_added(situation: Situation<'_>, level: usize) -> Result<(), &'static str> {
    let Some(last) = situation.records.last() else { return Err("to an earlier publication") };
    if last.edition != situation.standard.edition() {
        return Err("in the same edition");
    }
    if last.level != situation.standard.levels[level].id {
        return Err("at the same level");
    }
    let path = record::record_path(&last.edition, &last.number);
    let before = situation
        .head
        .commit
        .and_then(|head| listing::commit_that_added(situation.repository, head, &path))
        .and_then(|commit| situation.repository.workspace_at(commit).ok());
    let Some(before) = before else { return Err("to a publication whose commit is at hand") };
    let then = listing::said_at(&before, &last.edition);
    let answers = situation.workspace.answers.iter().find(|answers| answers.edition == last.edition);
    let tree = AsStored { work: situation.tree, repository: situation.repository };
    let now = answers.map(|answers| said(situation.organisation, &answers.decoded.value, &tree));
    match (then, now) {
        (Some(then), Some(now)) if then.differs_in_sites_only(&now) => Ok(()),
        _ => Err("with nothing else changed"),
    }
}
