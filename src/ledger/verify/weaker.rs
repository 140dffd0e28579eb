//! What a question bank asks less than another, for the level and the day of a publication.

use crate::model::standard::{Level, ProfileTest, Rule, Share, WindowOf};
use crate::model::{Item, Record, Standard};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The first thing that a bank does not ask for a record's level on its day and another does; none where it asks no
/// less.
pub(super) fn weaker_in(own: &Standard, shipped: &Standard, record: &Record) -> Option<String> {
    less(own, shipped, &record.level, record.date)
}

fn less(own: &Standard, shipped: &Standard, level: &str, day: Date) -> Option<String> {
    let (Some(own_level), Some(level)) = (own.level_index(level), shipped.level_index(level)) else {
        return Some(format!("it has no level {level}"));
    };
    let (levels, own_levels) = (chain(shipped, level), chain(own, own_level));
    let requires = |levels: &[&Level], item: &Item| levels.iter().any(|level| item.is_required_for(&level.id));
    for item in shipped.items.iter().filter(|item| shipped.asks(level, item)) {
        let number = &item.number;
        // An item may count by itself or as an indicator alone; the former asks for more.
        let by_itself = requires(&levels, item);
        let is_asked = |there: &&Item| requires(&own_levels, there) || !by_itself && own.asks(own_level, there);
        let Some(there) = own.concept(&item.concept).filter(is_asked) else {
            return Some(format!("{number} is not required"));
        };
        if let Some(why) = milder(there, item, day) {
            return Some(format!("{number} {why}"));
        }
    }
    for condition in levels.iter().flat_map(|level| &level.conditions) {
        let kept = own_levels.iter().flat_map(|level| &level.conditions).any(|known| known.kind == condition.kind);
        if !kept {
            return Some(format!("the condition {} is dropped", condition.id));
        }
    }
    let results = levels.iter().flat_map(|level| &level.results);
    results.into_iter().find_map(|(node, least)| {
        let id = &shipped.nodes[*node].id;
        less_result(own, &own_levels, shipped, *node, *least).map(|why| format!("{id} {why}"))
    })
}

/// A level and those it builds on.
fn chain(standard: &Standard, level: usize) -> Vec<&Level> {
    let mut chain = vec![&standard.levels[level]];
    while let Some(below) = chain.last().and_then(|level| level.builds_on) {
        chain.push(&standard.levels[below]);
    }
    chain
}

fn milder(own: &Item, shipped: &Item, day: Date) -> Option<&'static str> {
    if own.kind != shipped.kind {
        return Some("takes another kind of answer");
    }
    if own.negative != shipped.negative {
        return Some("counts by the opposite answer");
    }
    if own.not_applicable.is_some() && shipped.not_applicable.is_none() {
        return Some("may be \"not applicable\"");
    }
    if own.threshold < shipped.threshold {
        return Some("has a lower threshold");
    }
    if let Some(window) = shipped.window {
        match own.window {
            None => return Some("has no window"),
            Some(own) if own.of != window.of && window.of == WindowOf::Review => {
                return Some("has a window of another kind");
            }
            Some(own) if own.first_day(day) < window.first_day(day) => return Some("has a longer window"),
            Some(_) => {}
        }
    }
    let is_known = |when: &ProfileTest| shipped.exempt.iter().any(|known| known.when == *when);
    own.exempt.iter().any(|exemption| !is_known(&exemption.when)).then_some("exempts some profiles")
}

/// Why a bank asks less of a node than another, whose level asks for at least the result given.
fn less_result(
    own: &Standard,
    own_levels: &[&Level],
    shipped: &Standard,
    node: usize,
    least: usize,
) -> Option<&'static str> {
    let rule = &shipped.rules[shipped.nodes[node].rule?];
    let there = own.nodes.iter().position(|known| known.id == shipped.nodes[node].id);
    let asked = there.and_then(|there| {
        let all = own_levels.iter().flat_map(|level| &level.results).filter(|(known, _)| *known == there);
        Some((there, all.map(|(_, least)| *least).max()?))
    });
    let Some((there, own_least)) = asked else { return Some("needs no result") };
    let Some(own_rule) = own.nodes[there].rule.map(|rule| &own.rules[rule]) else {
        return Some("has no rule that works its result out");
    };
    if rank(own_rule, own_least, rule).is_none_or(|asked| asked < least) {
        return Some("needs a lower result");
    }
    if indicators(own, there) != indicators(shipped, node) {
        return Some("is worked out from other indicators");
    }
    is_milder(own_rule, rule).then_some("is worked out by a milder rule")
}

/// Where a result of one rule stands among the results of another.
fn rank(of: &Rule, result: usize, among: &Rule) -> Option<usize> {
    among.results.iter().position(|known| *known == of.results[result])
}

/// The concepts that a node's rule counts, each with its group.
fn indicators(standard: &Standard, node: usize) -> BTreeSet<(&str, Option<&str>)> {
    let below = standard.items.iter().filter(|item| item.node == Some(node));
    below.map(|item| (item.concept.as_str(), item.group.as_deref())).collect()
}

/// Groups that are told apart by trying every share of each; more than any standard has.
const MAX_GROUPS: usize = 8;
const SHARES: [Share; 3] = [Share::None, Share::Some, Share::All];

/// Whether a rule gives a higher result than another for any shares of the groups. One that cannot be tried is milder
/// unless it is the same.
fn is_milder(own: &Rule, shipped: &Rule) -> bool {
    let rows = own.rows.iter().chain(&shipped.rows);
    let groups: Vec<&str> =
        rows.flat_map(|row| &row.when).map(|(group, _)| group.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    if groups.len() > MAX_GROUPS {
        return (&own.results, &own.rows) != (&shipped.results, &shipped.rows);
    }
    let cases = SHARES.len().pow(u32::try_from(groups.len()).unwrap_or(u32::MAX));
    (0..cases).any(|case| {
        let share = |group: &str| {
            let at = groups.iter().position(|known| *known == group).unwrap_or(0);
            SHARES[case / SHARES.len().pow(u32::try_from(at).unwrap_or(u32::MAX)) % SHARES.len()]
        };
        let result = |rule: &Rule| {
            let holds = |when: &[(String, Vec<Share>)]| when.iter().all(|(group, is)| is.contains(&share(group)));
            rule.rows.iter().find(|row| holds(&row.when)).map_or(0, |row| row.result)
        };
        rank(own, result(own), shipped).is_none_or(|own| own > result(shipped))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Bank;
    use jiff::civil::date;
    use std::sync::Arc;

    const OUTCOMES: &str = include_str!("../../../tests/standards/mini-caf/4.0.toml");
    const EXEMPTING: &str = include_str!("../../../tests/standards/exempting/2025-26.toml");

    fn bank(text: &str) -> Arc<Standard> {
        let bank = Bank::new("bank.toml", text.to_owned(), false).expect("a bank");
        bank.standard().unwrap_or_else(|error| panic!("{error}"))
    }

    /// What a bank asks less with a part of its text replaced.
    fn found(text: &str, level: &str, old: &str, new: &str) -> Option<String> {
        assert!(text.contains(old), "{old}");
        less(&bank(&text.replacen(old, new, 1)), &bank(text), level, date(2026, 5, 1))
    }

    #[test]
    fn a_weakened_rule_or_result_is_found_and_a_stricter_one_is_none() {
        let changed = |old, new| found(OUTCOMES, "baseline", old, new);
        let milder = Some("A1.a is worked out by a milder rule".to_owned());
        let partial = "{ when = { partially-achieved = [\"all\"] }, result";
        assert_eq!(changed(partial, "{ when = { partially-achieved = [\"some\", \"all\"] }, result"), milder);
        assert_eq!(changed("  { result = \"not-achieved\" },", "  { result = \"partially-achieved\" },"), milder);
        assert_eq!(changed("not-achieved = [\"some\", \"all\"]", "not-achieved = [\"all\"]"), milder);
        let least = "\"A1.b\" = \"achieved\", \"B1.a\" = \"partially-achieved\"";
        let lower = "\"A1.b\" = \"partially-achieved\", \"B1.a\" = \"partially-achieved\"";
        assert_eq!(changed(least, lower).as_deref(), Some("A1.b needs a lower result"));
        let gone = "\"B1.a\" = \"partially-achieved\"";
        assert!(changed(least, gone).is_some_and(|why| why.contains("is not required")));
        let group = "node = \"A1.a\"\nkind = \"tick\"\ngroup = \"achieved\"";
        let moved = group.replace("\"achieved\"", "\"partially-achieved\"");
        assert_eq!(changed(group, &moved).as_deref(), Some("A1.a is worked out from other indicators"));
        let negative = "group = \"not-achieved\"\nnegative = true";
        assert!(changed(negative, "group = \"not-achieved\"").is_some_and(|why| why.contains("opposite answer")));
        // The same in other words, and more than is asked.
        assert_eq!(
            changed(
                "partially-achieved = [\"all\"] }, r",
                "achieved = [\"none\", \"some\"], partially-achieved = [\"all\"] }, r"
            ),
            None
        );
        assert_eq!(
            changed("  { when = { partially-achieved = [\"all\"] }, result = \"partially-achieved\" },\n", ""),
            None
        );
        assert_eq!(changed(least, &least.replace("partially-", "")), None);
    }

    #[test]
    fn each_part_of_an_item_that_is_weakened_is_found() {
        let known = bank(EXEMPTING);
        let level = known.levels.last().expect("a level").id.clone();
        let weakened = |weaken: &dyn Fn(&mut Item)| {
            let mut own = (*known).clone();
            let asked = |item: &Item| known.asks(known.levels.len() - 1, item);
            let at = own.items.iter().position(asked).expect("an item");
            own.items[at].exempt.clear();
            own.items[at].not_applicable = None;
            own.items[at].threshold = Some(9500);
            let shipped = own.clone();
            weaken(&mut own.items[at]);
            less(&own, &shipped, &level, date(2026, 5, 1))
        };
        let exempt = known.items.iter().flat_map(|item| &item.exempt).next().expect("an exemption").clone();
        let allowed = known.items.iter().find_map(|item| item.not_applicable.clone());
        let allowed = allowed.unwrap_or(crate::model::standard::NotApplicable { when: None, write: None, grade: None });
        let ends =
            |why: Option<String>, end: &str| assert!(why.as_ref().is_some_and(|why| why.ends_with(end)), "{why:?}");
        assert_eq!(weakened(&|_| {}), None);
        assert_eq!(weakened(&|item| item.threshold = Some(9900)), None);
        ends(weakened(&|item| item.threshold = Some(9000)), "has a lower threshold");
        ends(weakened(&|item| item.threshold = None), "has a lower threshold");
        ends(weakened(&|item| item.exempt.push(exempt.clone())), "exempts some profiles");
        ends(weakened(&|item| item.not_applicable = Some(allowed.clone())), "may be \"not applicable\"");
        ends(weakened(&|item| item.required_for.clear()), "is not required");
        ends(weakened(&|item| item.negative = true), "counts by the opposite answer");
    }

    #[test]
    fn an_exemption_in_other_words_is_the_same() {
        let mut own = (*bank(EXEMPTING)).clone();
        for exemption in own.items.iter_mut().flat_map(|item| &mut item.exempt) {
            exemption.reason.push_str(" In other words.");
        }
        let known = bank(EXEMPTING);
        for level in &known.levels {
            assert_eq!(less(&own, &known, &level.id, date(2026, 5, 1)), None);
        }
    }
}
