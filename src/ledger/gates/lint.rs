//! No errors, but those that somebody decided to live with.

use super::{Gate, Situation};
use crate::diagnostic::{Finding, Severity};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS};

/// Whether a finding is about what is published.
fn is_published(situation: Situation<'_>, finding: &Finding) -> bool {
    let of_another = |directory: &str| {
        finding.place.file.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')).is_some_and(|name| {
            name.rsplit_once('.').is_some_and(|(edition, _)| edition != situation.standard.edition())
        })
    };
    !of_another(ASSESSMENTS) && !of_another(ACTION_PLANS)
}

pub(super) fn judge(situation: Situation<'_>) -> Gate {
    let name = "lint";
    let errors: Vec<&Finding> = situation
        .lint
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error && is_published(situation, finding))
        .collect();
    if let Some(first) = errors.first() {
        let more = if errors.len() > 1 { format!(" (and {} more)", errors.len() - 1) } else { String::new() };
        return Gate::fail(name, format!("{}: {}{more}; `dspt lint` shows all", first.rule, first.message))
            .at(first.place.file.clone(), first.place.start.line);
    }
    let silenced = silenced(situation);
    Gate::pass(
        name,
        if silenced.is_empty() {
            "no errors".to_owned()
        } else {
            format!("no errors but {} silenced: {}", silenced.len(), silenced.join("; "))
        },
    )
}

/// Errors that somebody decided to live with, as the record names them.
pub fn silenced(situation: Situation<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in situation.lint.silenced.iter().filter(|finding| finding.severity == Severity::Error) {
        let ignore = situation.organisation.ignores.iter().find(|ignore| {
            ignore.rule == finding.rule
                && ignore.item.as_ref().is_none_or(|item| finding.item.as_ref() == Some(item))
                && ignore.file.as_ref().is_none_or(|file| *file == finding.place.file)
        });
        let about = finding.item.as_deref().unwrap_or(&finding.place.file);
        let until = ignore.map(|ignore| format!(" until {}", ignore.until)).unwrap_or_default();
        lines.push(format!("{} {about}{until}", finding.rule));
    }
    lines.dedup();
    lines
}
