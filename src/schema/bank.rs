//! `standards/<standard>/<edition>.toml`: a question bank.
//!
//! What a bank refers to (sections, nodes, levels, concepts, sources) and that names stand once is for the decoder to
//! judge. Where the decoder reads what is left out as the cautious case, the schema asks for it all the same when
//! leaving it out is most likely a slip: the kind of a condition, the change of a lineage, what a clause says.

#![expect(dead_code, reason = "the fields are described for their schema and never read")]

use super::shape::{self, Nulls};
use crate::model::standard::{ClauseIs, Grade, ItemKind, LineageChange, Share, WindowOf};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn schema() -> Value {
    let mut bank = shape::of::<Bank>(Nulls::Never);
    bank["title"] = json!("Question bank");
    bank["properties"]["format"] = shape::format();
    bank
}

/// One edition of a standard: its questions, its levels as data, and how sure each statement is. The tables before the
/// items come first, so that a reader may stop there.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Bank {
    format: Option<u32>,
    /// The standard's id, such as the name of the directory.
    standard: String,
    /// The edition, as in the file's name.
    edition: String,
    /// The standard's name.
    title: String,
    /// The publisher's own number of this edition.
    version: Option<String>,
    /// Raised with each change of this file.
    revision: Option<u32>,
    /// The first day of the edition; without it, the day after the predecessor's deadline.
    opens: Option<Date>,
    /// The day by which it has to be published; the day itself is in time.
    deadline: Date,
    /// The last day on which it can be published; without it, the day before the next edition opens.
    closes: Option<Date>,
    /// The edition before this one.
    predecessor: Option<String>,
    /// One sentence shown wherever this edition is judged.
    notice: Option<String>,
    /// Citations by a short key, which everything else cites.
    sources: Option<BTreeMap<String, String>>,
    /// The sections in which the questions are shown, in their order.
    section: Option<Vec<Section>>,
    /// The tree above the items.
    node: Option<Vec<Node>>,
    /// What the organisation profile is asked.
    fact: Option<Vec<Fact>>,
    /// The kinds of certification that an organisation may hold.
    certification: Option<Vec<Named>>,
    /// The key roles.
    role: Option<Vec<Named>>,
    /// How the result of a node comes from the indicators below it.
    rule: Option<Vec<Rule>>,
    /// The levels, in rising order.
    #[schemars(length(min = 1))]
    level: Vec<Level>,
    /// Words of the public record that are no levels.
    status: Option<Vec<Status>>,
    /// Answers that cannot all hold.
    contradiction: Option<Vec<Contradiction>>,
    /// What changed inside the edition or since the one before.
    change: Option<Vec<Change>>,
    /// The questions, section by section.
    item: Option<Vec<Item>>,
    /// Items of the predecessor that are gone.
    retired: Option<Vec<Retired>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Section {
    title: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Node {
    id: String,
    /// What the standard calls it, such as an assertion or an outcome.
    kind: String,
    title: Option<String>,
    /// How far the title is checked for this edition.
    basis: Option<String>,
    /// The node above, which stands before this one.
    parent: Option<String>,
    /// The rule that works out its result.
    rule: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Fact {
    /// The key under `[profile]` in organisation.toml.
    key: String,
    question: String,
    /// The answers allowed.
    values: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Named {
    /// The key in organisation.toml.
    key: String,
    title: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rule {
    id: String,
    /// In rising order.
    #[schemars(length(min = 1))]
    results: Vec<String>,
    /// The first row that holds decides; the last one has only a result.
    #[schemars(length(min = 1))]
    rows: Vec<RuleRow>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RuleRow {
    /// How many indicators of each group are ticked: the row holds where every group named has one of the shares named.
    when: Option<BTreeMap<String, Vec<Share>>>,
    result: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Level {
    id: String,
    label: String,
    /// What it asks for, in one sentence.
    summary: Option<String>,
    /// A level above this table; its items are asked for as well.
    builds_on: Option<String>,
    condition: Option<Vec<Condition>>,
    /// The least result by node.
    results: Option<BTreeMap<String, String>>,
    sources: Option<Vec<String>>,
}

/// `first-publication` and `action-plan` are conditions on publishing, `fact` and `certification` on the profile.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum ConditionKind {
    /// Nothing was published before.
    FirstPublication,
    /// There is a complete action plan.
    ActionPlan,
    /// A fact of the profile has one of some values.
    Fact,
    /// A certification is held and current on the day.
    Certification,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("allOf" = [
    { "if": { "properties": { "kind": { "const": "fact" } } }, "then": { "required": ["fact", "is"] } },
    { "if": { "properties": { "kind": { "const": "certification" } } }, "then": { "required": ["certification"] } },
]))]
struct Condition {
    id: String,
    kind: ConditionKind,
    /// Why the standard asks for it; shown where it is not met.
    reason: String,
    fact: Option<String>,
    is: Option<Vec<String>>,
    certification: Option<String>,
    sources: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Status {
    id: String,
    label: String,
    /// Whether it stands for something published; without it, it does.
    published: Option<bool>,
    meaning: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Contradiction {
    id: String,
    /// In plain words, with what to check.
    message: String,
    /// All of them hold where the answers contradict each other.
    clauses: Option<Vec<Clause>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Clause {
    /// Concepts of items.
    any_of: Vec<String>,
    is: ClauseIs,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Change {
    date: Option<Date>,
    text: String,
    /// Items that were reworded by it.
    concepts: Option<Vec<String>>,
    sources: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("allOf" = [
    { "if": { "properties": { "complete": { "const": false } }, "required": ["complete"] }, "then": { "required": ["subject"] } },
]))]
struct Item {
    number: String,
    /// The number if another numbering applied.
    number_alt: Option<String>,
    /// The id of the same question through all editions.
    concept: String,
    /// The standard's own words, unchanged.
    question: String,
    /// False where the wording is cut off; then there is a `subject`.
    complete: Option<bool>,
    subject: Option<String>,
    /// What a user should know about the wording.
    wording_note: Option<String>,
    /// The title of a section.
    section: String,
    /// The node above it.
    node: Option<String>,
    kind: ItemKind,
    /// For indicators of an outcome: the group that its rule counts it in.
    group: Option<String>,
    /// Whether ticking it is the bad answer.
    negative: Option<bool>,
    /// The levels that ask for it; none for an optional item.
    required_for: Option<Vec<String>>,
    /// What is meant, in our own words.
    guidance: Option<String>,
    /// What to have ready.
    evidence: Option<Vec<String>>,
    /// Where this is absent, the item cannot be answered so.
    not_applicable: Option<NotApplicable>,
    /// The time that the question is about.
    window: Option<Window>,
    /// A share between 0 and 1, such as 0.95.
    #[schemars(range(min = 0, max = 1))]
    threshold: Option<f64>,
    /// The name of a format that a text has to have.
    format: Option<String>,
    /// Whether an answer may be shared between organisations; without it, it may.
    shareable: Option<bool>,
    exempt: Option<Vec<Exemption>>,
    /// What became of it since the predecessor.
    lineage: Option<Lineage>,
    provenance: Provenance,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NotApplicable {
    /// In what case.
    when: Option<String>,
    /// How the national web site wants it written.
    write: Option<String>,
    grade: Option<Grade>,
}

/// An ISO 8601 duration of whole years, months, weeks and days.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct Period(
    #[schemars(length(min = 3), regex(pattern = "^P([0-9]{1,5}Y)?([0-9]{1,5}M)?([0-9]{1,5}W)?([0-9]{1,5}D)?$"))] String,
);

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = [{ "required": ["period"] }, { "required": ["since"] }]))]
struct Window {
    /// So long before the day judged.
    period: Option<Period>,
    /// Since a fixed day.
    since: Option<Date>,
    of: Option<WindowOf>,
    /// From which day it is counted back, where a source says so.
    from: Option<WindowFrom>,
    grade: Option<Grade>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum WindowFrom {
    Publication,
}

/// Organisations whose profile says so need not answer.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("anyOf" = [{ "required": ["fact", "is"] }, { "required": ["certification"] }]))]
struct Exemption {
    fact: Option<String>,
    is: Option<Vec<String>>,
    certification: Option<String>,
    reason: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Lineage {
    change: LineageChange,
    /// Its number in the predecessor.
    was: Option<String>,
    reworded: Option<bool>,
    /// Levels that ask for it now and did not before.
    newly_required: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Provenance {
    wording: Option<Grade>,
    number: Option<Grade>,
    level: Option<Grade>,
    wording_inference: Option<String>,
    number_inference: Option<String>,
    level_inference: Option<String>,
    sources: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Retired {
    concept: String,
    /// Its number in the predecessor.
    was: String,
    reason: Option<String>,
    sources: Option<Vec<String>>,
}
