//! A standard's edition as data: its questions, levels, rules and how sure each of them is.
//!
//! Everything that differs between editions or standards is here and nothing of it in code. The file format is
//! described where it is decoded, [`crate::decode::standard`].

mod contradiction;
mod item;
mod level;
mod node;

pub use contradiction::{Clause, ClauseIs, Contradiction};
pub use item::{
    Exemption, Item, ItemKind, Lineage, LineageChange, NotApplicable, Provenance, Window, WindowOf, WindowStart,
};
pub use level::{Condition, ConditionKind, Level, ProfileTest};
pub use node::{Node, Rule, RuleRow, Share};

use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::{BTreeMap, HashMap};

/// How sure a statement of the bank is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Grade {
    /// Carried over, derived from counts, or from memory.
    Inferred,
    /// From a third party's page or an undated page of the same family.
    Secondary,
    /// Read word for word in an official text about this edition.
    Verbatim,
}

impl Grade {
    pub const WORDS: &'static [&'static str] = &["inferred", "secondary", "verbatim"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// A word of the public record that is no level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub id: String,
    pub label: String,
    /// Whether it stands for something published.
    pub published: bool,
    pub meaning: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub key: String,
    pub question: String,
    pub values: Vec<String>,
}

/// A key and its title: kinds of certification, roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub key: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedChange {
    pub date: Option<Date>,
    pub text: String,
    pub concepts: Vec<String>,
    pub sources: Vec<String>,
}

/// An item of the predecessor that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    pub concept: String,
    pub was: String,
    pub reason: Option<String>,
    pub sources: Vec<String>,
}

/// What stands before the first item: enough to know when an edition is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionHead {
    pub standard: String,
    pub edition: String,
    pub title: String,
    pub version: Option<String>,
    pub revision: u32,
    pub opens: Option<Date>,
    pub deadline: Date,
    pub closes: Option<Date>,
    pub predecessor: Option<String>,
    pub notice: Option<String>,
}

/// One edition of a standard.
#[derive(Debug, Clone)]
pub struct Standard {
    pub head: EditionHead,
    /// `sha256:<hex>` of the bank's bytes.
    pub digest: String,
    pub sources: BTreeMap<String, String>,
    pub sections: Vec<String>,
    pub nodes: Vec<Node>,
    pub facts: Vec<Fact>,
    pub certifications: Vec<Named>,
    pub roles: Vec<Named>,
    pub rules: Vec<Rule>,
    /// In rising order.
    pub levels: Vec<Level>,
    pub statuses: Vec<Status>,
    pub contradictions: Vec<Contradiction>,
    pub changes: Vec<DatedChange>,
    pub items: Vec<Item>,
    pub retired: Vec<Retired>,
    pub(crate) by_number: BTreeMap<String, usize>,
    pub(crate) by_concept: HashMap<String, usize>,
}

impl Standard {
    pub fn id(&self) -> &str {
        &self.head.standard
    }

    pub fn edition(&self) -> &str {
        &self.head.edition
    }

    pub fn item(&self, number: &str) -> Option<&Item> {
        self.index_of(number).map(|at| &self.items[at])
    }

    /// What a map by item number holds for each item, in the standard's order: one walk over both.
    pub fn of_each<'m, T>(&self, by_number: &'m BTreeMap<String, T>) -> Vec<Option<&'m T>> {
        let mut found = vec![None; self.items.len()];
        let mut known = by_number.iter().peekable();
        for (number, at) in &self.by_number {
            while known.next_if(|(key, _)| *key < number).is_some() {}
            found[*at] = known.next_if(|(key, _)| *key == number).map(|(_, value)| value);
        }
        found
    }

    pub fn index_of(&self, number: &str) -> Option<usize> {
        self.by_number.get(number).copied()
    }

    pub fn concept(&self, concept: &str) -> Option<&Item> {
        self.by_concept.get(concept).map(|at| &self.items[*at])
    }

    pub fn level_index(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.id == id)
    }

    pub fn level(&self, id: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.id == id)
    }

    /// What a level's id or another status word is called, in the standard's words.
    pub fn label<'a>(&'a self, id: &'a str) -> &'a str {
        let level = self.levels.iter().find(|level| level.id == id).map(|level| level.label.as_str());
        level
            .or_else(|| self.statuses.iter().find(|status| status.id == id).map(|status| status.label.as_str()))
            .unwrap_or(id)
    }

    pub fn section(&self, item: &Item) -> &str {
        &self.sections[item.section]
    }

    /// Whether a level asks for an item, by itself or through the level it builds on or an outcome above the item.
    pub fn asks(&self, level: usize, item: &Item) -> bool {
        let level = &self.levels[level];
        item.is_required_for(&level.id)
            || level.builds_on.is_some_and(|below| self.asks(below, item))
            || level.results.iter().any(|(node, _)| self.is_below(item.node, *node))
    }

    /// Whether a node is another or stands below it.
    pub fn is_below(&self, node: Option<usize>, above: usize) -> bool {
        let mut at = node;
        while let Some(node) = at {
            if node == above {
                return true;
            }
            at = self.nodes[node].parent;
        }
        false
    }

    /// The highest level without a condition on the profile: what is aimed at where nobody says otherwise.
    pub fn default_aim(&self) -> usize {
        self.levels.iter().rposition(|level| !level.has_profile_condition()).unwrap_or(0)
    }

    /// How many items each level names itself, in rising order of levels.
    pub fn required_counts(&self) -> Vec<(&str, usize)> {
        self.levels
            .iter()
            .map(|level| (level.id.as_str(), self.items.iter().filter(|item| item.is_required_for(&level.id)).count()))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// Items that some level asks for.
    pub fn required(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.required_for.is_empty())
    }

    /// Required items that rest on no inferred statement.
    pub fn confirmed(&self) -> usize {
        self.required().filter(|item| item.provenance.weakest() > Grade::Inferred).count()
    }

    /// The quiet line on what a judgement rests on.
    pub fn provenance_line(&self) -> String {
        format!(
            "Question set {} revision {}, {} of {} items confirmed against published sources.",
            self.edition(),
            self.head.revision,
            self.confirmed(),
            self.required().count()
        )
    }
}

impl EditionHead {
    /// The first day of the edition: as the bank says, else the day after its predecessor's deadline.
    pub fn opening(&self, predecessor: Option<&EditionHead>) -> Option<Date> {
        self.opens.or_else(|| predecessor.and_then(|before| before.deadline.tomorrow().ok()))
    }

    /// The last day on which it can be published: as the bank says, else the day before its successor opens.
    pub fn closing(&self, successor: Option<&EditionHead>) -> Option<Date> {
        self.closes
            .or_else(|| successor.and_then(|after| after.opening(Some(self))).and_then(|opens| opens.yesterday().ok()))
    }
}
