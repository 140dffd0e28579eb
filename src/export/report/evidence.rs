//! The documents that answers point to, and how old they are.

use super::chart::Bar;
use super::{Matter, fit};
use crate::model::Evidence;
use crate::model::period::{days_between, in_words};
use crate::model::standard::WindowOf;
use serde::Serialize;

/// One document of one answer.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    pub number: String,
    pub label: String,
    /// Where it is: file, link or place.
    pub place: String,
    /// In words; empty where nobody said.
    pub approved: String,
    /// As `2026-06-30`; empty where nobody said.
    pub approved_date: String,
    /// Days since; none without a date.
    #[serde(skip)]
    pub age: Option<i64>,
    /// What has to be done about it; empty where nothing has.
    pub remark: String,
}

/// The documents of the items chosen, oldest first within each item as the answers list them.
pub(super) fn documents(matter: Matter<'_>) -> Vec<Document> {
    let mut documents = Vec::new();
    for item in matter.items.iter().map(|at| &matter.standard.items[*at]) {
        let answer = matter.answers.answers.get(&item.number);
        for evidence in answer.iter().flat_map(|answer| answer.evidence.iter().flatten()) {
            documents.push(document(matter, item, evidence));
        }
    }
    documents
}

fn document(matter: Matter<'_>, item: &crate::model::Item, evidence: &Evidence) -> Document {
    let day = matter.now.date();
    let window = item.window.as_ref().filter(|window| window.of == WindowOf::Review);
    let old = window.zip(evidence.approved).filter(|(window, approved)| *approved < window.first_day(day));
    let due = evidence.review_by.filter(|by| *by < day);
    let remark = match (old, due, evidence.approved) {
        (_, _, Some(approved)) if approved > day => "dated in the future".to_owned(),
        (Some((window, _)), _, _) => format!("older than {}", window.words()),
        (_, Some(by), _) => format!("review was due by {}", in_words(by)),
        (_, _, None) => "no date".to_owned(),
        _ => String::new(),
    };
    let place = [&evidence.file, &evidence.link, &evidence.location].into_iter().flatten().next();
    let place = place.map(|place| fit(place)).unwrap_or_default();
    let label = fit(evidence.label());
    let private = if evidence.is_private() { " (kept private)" } else { "" };
    Document {
        number: item.number.clone(),
        place: if place == label { private.trim_start().to_owned() } else { format!("{place}{private}") },
        label,
        approved: evidence.approved.map(in_words).unwrap_or_default(),
        approved_date: evidence.approved.map(|day| day.to_string()).unwrap_or_default(),
        age: evidence.approved.map(|approved| days_between(approved, day)),
        remark,
    }
}

/// How many documents are how old.
#[derive(Debug, Clone, Serialize)]
pub struct Ages {
    pub rows: Vec<AgeRow>,
    /// Documents with a remark.
    pub remarks: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct AgeRow {
    pub title: &'static str,
    pub count: usize,
    /// Beside the most frequent age.
    pub bar: Bar,
}

/// Ages in days, each up to but not including the next.
const AGES: [(&str, i64, i64); 5] = [
    ("Under 3 months", i64::MIN, 91),
    ("3 to 6 months", 91, 183),
    ("6 to 9 months", 183, 274),
    ("9 to 12 months", 274, 366),
    ("Over a year", 366, i64::MAX),
];

impl Ages {
    pub fn of(documents: &[Document]) -> Self {
        let within = |from: i64, to: i64| {
            documents.iter().filter(|document| document.age.is_some_and(|age| age >= from && age < to)).count()
        };
        let mut counts: Vec<(&'static str, usize)> =
            AGES.iter().map(|(title, from, to)| (*title, within(*from, *to))).collect();
        counts.push(("No date", documents.iter().filter(|document| document.age.is_none()).count()));
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        let rows = counts
            .into_iter()
            .map(|(title, count)| AgeRow { title, count, bar: Bar { full: false, ..Bar::of(count, most) } })
            .collect();
        Self { rows, remarks: documents.iter().filter(|document| !document.remark.is_empty()).count() }
    }
}
