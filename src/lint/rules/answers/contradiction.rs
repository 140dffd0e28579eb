use super::{key_of, says_two_things};
use crate::assess::is_answered;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::standard::{Clause, ClauseIs};
use crate::model::{Item, ItemKind};

pub(super) static RULE: Rule = Rule {
    name: "contradiction",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "two answers that cannot both hold",
    page: include_str!("contradiction.md"),
    check: Check::Edition(check),
};

/// Which answers contradict each other is the question bank's to say.
fn check(_: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for contradiction in &judged.standard.contradictions {
        let Some((first, others)) = contradiction.clauses.split_first() else { continue };
        let Some(item) = holding(judged, first).next() else { continue };
        if !others.iter().all(|clause| holding(judged, clause).next().is_some()) {
            continue;
        }
        let numbers: Vec<&str> = contradiction
            .clauses
            .iter()
            .filter_map(|clause| Some(holding(judged, clause).next()?.number.as_str()))
            .collect();
        let at = judged.at_key(&item.number, key(first.is, item.kind));
        let mut draft = Draft::new(&RULE, at, format!("the answers to {} cannot both hold", numbers.join(" and ")))
            .help(contradiction.message.clone())
            .item(&item.number);
        for clause in others {
            for other in holding(judged, clause) {
                let at = judged.at_key(&other.number, key(clause.is, other.kind));
                draft = draft.related(at, format!("the answer to {}", other.number));
            }
        }
        sink.report(draft);
    }
}

/// The items of a clause for which it holds.
fn holding<'a>(judged: &Judged<'a>, clause: &'a Clause) -> impl Iterator<Item = &'a Item> {
    clause.any_of.iter().map(|index| &judged.standard.items[*index]).filter(|item| holds(judged, item, clause.is))
}

fn holds(judged: &Judged<'_>, item: &Item, is: ClauseIs) -> bool {
    let Some(answer) = judged.answer(&item.number) else { return false };
    if answer.carried_from.is_some() || says_two_things(item, answer) {
        return false;
    }
    match is {
        ClauseIs::NotApplicable => item.not_applicable.is_some() && answer.not_applicable.is_some(),
        ClauseIs::Ticked => item.kind == ItemKind::Tick && answer.tick == Some(true),
        ClauseIs::Unticked => item.kind == ItemKind::Tick && answer.tick == Some(false),
        ClauseIs::Answered => is_answered(item.kind, answer),
        ClauseIs::Evidence => answer.has_evidence(),
    }
}

fn key(is: ClauseIs, kind: ItemKind) -> &'static str {
    match is {
        ClauseIs::NotApplicable => "not_applicable",
        ClauseIs::Ticked | ClauseIs::Unticked => "tick",
        ClauseIs::Answered => key_of(kind),
        ClauseIs::Evidence => "evidence",
    }
}
