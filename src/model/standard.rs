//! A standard's edition as data: its questions, levels, rules and how sure each of them is.
//!
//! Everything that differs between editions or standards is here and nothing of it in code. The file format is
//! described where it is decoded, [`crate::decode::standard`].

use super::Period;
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

/// What kind of answer an item takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ItemKind {
    Tick,
    Text,
    Document,
    Date,
}

impl ItemKind {
    pub const WORDS: &'static [&'static str] = &["tick", "text", "document", "date"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The key of an answer that holds what an item of this kind asks for.
    pub fn key(self) -> &'static str {
        ["tick", "text", "evidence", "date"][self as usize]
    }

    /// What an item of this kind asks for.
    pub fn phrase(self) -> &'static str {
        ["a tick", "a text", "a document", "a date"][self as usize]
    }
}

/// What an item's window limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum WindowOf {
    /// Something must have been done, reviewed or approved within the window.
    Review,
    /// The question is about what happened within the window.
    Events,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowStart {
    /// So long before the day judged, which is the publication's day when publishing.
    Period(Period),
    /// Since a fixed day.
    Since(Date),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub start: WindowStart,
    pub of: WindowOf,
    /// Whether a source says that it is counted back from the day of publication; else that is taken to be so.
    pub from_publication: bool,
    pub grade: Option<Grade>,
}

impl Window {
    /// The first day inside the window when judged on a day.
    pub fn first_day(&self, judged_on: Date) -> Date {
        match self.start {
            WindowStart::Period(period) => period.before(judged_on),
            WindowStart::Since(day) => day,
        }
    }

    pub fn words(&self) -> String {
        match self.start {
            WindowStart::Period(period) if self.from_publication => {
                format!("the {} before the day of publication", period.words())
            }
            WindowStart::Period(period) => format!("the last {}", period.words()),
            WindowStart::Since(day) => format!("the time since {}", super::period::in_words(day)),
        }
    }
}

/// A condition on the organisation profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileTest {
    /// The fact has one of these values.
    Fact { fact: String, is: Vec<String> },
    /// The certification is held and current on the day judged.
    Certification(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    pub when: ProfileTest,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable {
    /// In what case the item may be answered so.
    pub when: Option<String>,
    /// How the national web site wants it written.
    pub write: Option<String>,
    pub grade: Option<Grade>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub wording: Grade,
    pub number: Grade,
    pub level: Grade,
    pub wording_inference: Option<String>,
    pub number_inference: Option<String>,
    pub level_inference: Option<String>,
    /// Keys of [`Standard::sources`].
    pub sources: Vec<String>,
}

impl Provenance {
    /// The weakest of the three grades: what the item as a whole rests on.
    pub fn weakest(&self) -> Grade {
        self.wording.min(self.number).min(self.level)
    }
}

/// What became of an item since the edition before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum LineageChange {
    Same,
    Renumbered,
    New,
    Split,
    Merged,
}

impl LineageChange {
    pub const WORDS: &'static [&'static str] = &["same", "renumbered", "new", "split", "merged"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    pub change: LineageChange,
    /// The number in the predecessor.
    pub was: Option<String>,
    pub reworded: bool,
    /// Levels that ask for it now and did not before.
    pub newly_required: Vec<String>,
}

/// An evidence item: one question.
#[derive(Debug, Clone)]
pub struct Item {
    pub number: String,
    pub number_alt: Option<String>,
    pub concept: String,
    /// The standard's own words.
    pub question: String,
    /// Whether the whole wording is known.
    pub complete: bool,
    pub subject: Option<String>,
    pub wording_note: Option<String>,
    /// Index into [`Standard::sections`].
    pub section: usize,
    /// Index into [`Standard::nodes`].
    pub node: Option<usize>,
    pub kind: ItemKind,
    /// For indicators of an outcome: the group its rule counts it in.
    pub group: Option<String>,
    /// Whether ticking it is the bad answer, as with an indicator that an outcome is not achieved: it counts until
    /// somebody ticks it.
    pub negative: bool,
    pub required_for: Vec<String>,
    pub guidance: Option<String>,
    pub evidence: Vec<String>,
    pub not_applicable: Option<NotApplicable>,
    pub window: Option<Window>,
    /// In ten-thousandths: 9500 is 95 %.
    pub threshold: Option<u32>,
    pub format: Option<String>,
    pub shareable: bool,
    pub exempt: Vec<Exemption>,
    pub lineage: Option<Lineage>,
    pub provenance: Provenance,
}

impl Item {
    /// What is shown as the question: the standard's words, or the subject where they are not fully known.
    pub fn shown(&self) -> String {
        match &self.subject {
            Some(subject) if !self.complete => format!("{subject} (full wording not known; read it in the toolkit)"),
            _ => self.question.clone(),
        }
    }

    pub fn is_required_for(&self, level: &str) -> bool {
        self.required_for.iter().any(|required| required == level)
    }
}

/// A node above the items: an NDG standard, an assertion, an objective, an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    pub kind: String,
    pub title: Option<String>,
    pub basis: Option<String>,
    /// Index into [`Standard::nodes`].
    pub parent: Option<usize>,
    /// Index into [`Standard::rules`]: the node's result is worked out from the indicators below it.
    pub rule: Option<usize>,
}

/// How many indicators of a group are ticked. A group without indicators counts as [`Share::None`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Share {
    None,
    Some,
    All,
}

impl Share {
    pub const WORDS: &'static [&'static str] = &["none", "some", "all"];
}

/// One row of a rule table: holds when each group named has one of the shares named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    pub when: Vec<(String, Vec<Share>)>,
    /// Index into [`Rule::results`].
    pub result: usize,
}

/// A rule table: the first row that holds decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    /// In rising order.
    pub results: Vec<String>,
    pub rows: Vec<RuleRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionKind {
    /// Nothing was published before. A condition on publishing: it does not change the level reached.
    FirstPublication,
    /// There is a complete action plan. A condition on publishing likewise.
    ActionPlan,
    /// The profile says so on the day judged.
    Profile(ProfileTest),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub id: String,
    pub kind: ConditionKind,
    /// Why the standard asks for it; shown where it is not met.
    pub reason: String,
    pub sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub id: String,
    pub label: String,
    pub summary: Option<String>,
    /// Index of the level whose items this one asks for as well.
    pub builds_on: Option<usize>,
    pub conditions: Vec<Condition>,
    /// The least result by node: index into [`Standard::nodes`], index into the results of its rule.
    pub results: Vec<(usize, usize)>,
    pub sources: Vec<String>,
}

impl Level {
    /// Whether it is open only to whoever has published nothing yet.
    pub fn is_published_once(&self) -> bool {
        self.conditions.iter().any(|condition| condition.kind == ConditionKind::FirstPublication)
    }

    pub fn has_profile_condition(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(condition.kind, ConditionKind::Profile(_)))
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ClauseIs {
    NotApplicable,
    Ticked,
    Unticked,
    Answered,
    Evidence,
}

impl ClauseIs {
    pub const WORDS: &'static [&'static str] = &["not-applicable", "ticked", "unticked", "answered", "evidence"];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Indices into [`Standard::items`].
    pub any_of: Vec<usize>,
    pub is: ClauseIs,
}

/// Answers that cannot all hold: every clause must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub id: String,
    pub message: String,
    pub clauses: Vec<Clause>,
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
    pub(crate) by_number: HashMap<String, usize>,
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
