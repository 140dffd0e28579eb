//! What the dashboard says, gathered client by client.

use super::Row;
use super::item::items;
use super::judge::Judged;
use crate::export::dashboard::{BurnUp, Call, Client, Page};
use crate::model::Standard;
use crate::model::period::in_words;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many items and clients are named.
const ITEMS: usize = 10;
const CALLS: usize = 12;
/// Days before a deadline from which open items are worth a call.
const SOON: i64 = 30;

/// What is taken of a client besides its row.
#[derive(Debug, Default)]
pub struct Detail {
    standard: Option<Arc<Standard>>,
    opens: Option<Date>,
    deadline: Option<Date>,
    /// Concepts of items that the aim asks for and that do not count.
    missing: Vec<String>,
    /// When the answers that count were reviewed.
    reviewed: Vec<Option<Date>>,
    /// The first publication for the edition.
    published: Option<Date>,
}

impl Detail {
    pub fn of(judged: &Judged<'_>) -> Self {
        let mut detail = Self {
            standard: Some(judged.standard.clone()),
            opens: judged.edition.opens,
            deadline: Some(judged.edition.deadline),
            ..Self::default()
        };
        for item in items(judged).into_iter().filter(|item| item.required) {
            if item.counts { detail.reviewed.push(item.reviewed) } else { detail.missing.push(item.concept) }
        }
        let edition = judged.standard.edition();
        detail.published = judged.history.until(judged.day).find(|it| it.edition == edition).map(|it| it.date);
        detail
    }
}

/// What came of the clients of one edition.
#[derive(Debug)]
struct OfEdition {
    standard: Arc<Standard>,
    burn_up: BurnUp,
}

/// The page in the making.
#[derive(Debug)]
pub struct Gathering {
    page: Page,
    editions: BTreeMap<(String, String), OfEdition>,
    missing: BTreeMap<String, usize>,
    calls: Vec<(i64, Call)>,
}

impl Gathering {
    pub fn new(title: String, day: Date) -> Self {
        Self {
            page: Page { title, day, ..Page::default() },
            editions: BTreeMap::new(),
            missing: BTreeMap::new(),
            calls: Vec::new(),
        }
    }

    pub fn add(&mut self, row: &Row, detail: Detail) {
        let day = self.page.day;
        let publication = row.publication.as_ref();
        let name = row.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| row.path.clone());
        if let Some((urgency, call)) = call(row, &name, day) {
            self.calls.push((urgency, call));
        }
        let level = row.level.as_ref().and_then(|level| {
            let labels = detail.standard.as_ref()?.levels.iter();
            let label = labels.clone().find(|known| known.id == *level).map(|known| known.label.clone())?;
            // Standards differ in their levels; the page has one list of them.
            for known in labels {
                if !self.page.levels.contains(&known.label) {
                    self.page.levels.push(known.label.clone());
                }
            }
            self.page.levels.iter().position(|known| *known == label)
        });
        self.page.clients.push(Client {
            name,
            code: row.ods_code.clone().unwrap_or_default(),
            edition: row.edition.clone().unwrap_or_default(),
            level,
            met: row.met.unwrap_or_default(),
            required: row.required.unwrap_or_default(),
            carried: row.carried.unwrap_or_default(),
            overdue: row.overdue_evidence.unwrap_or_default(),
            days: row.days_to_deadline,
            due: row.next_due.as_ref().and_then(|due| due.parse().ok()),
            publication: publication.map(|it| it.state.clone()).unwrap_or_default(),
            on_toolkit: publication.is_some_and(|it| it.on_toolkit),
            published: publication.is_some_and(|it| it.last.is_some()),
            next: row.next.as_ref().map(|next| next.step.clone()).unwrap_or_default(),
            error: row.error.clone(),
        });
        let (Some(standard), Some(deadline)) = (detail.standard, detail.deadline) else { return };
        let key = (standard.id().to_owned(), standard.edition().to_owned());
        let of = self.editions.entry(key).or_insert_with(|| OfEdition {
            burn_up: BurnUp {
                edition: standard.edition().to_owned(),
                from: detail.opens.unwrap_or_else(|| deadline.saturating_sub(1.year())),
                deadline,
                answers: BTreeMap::new(),
                undated: 0,
                asked: 0,
                published: BTreeMap::new(),
                clients: 0,
            },
            standard,
        });
        of.burn_up.clients += 1;
        of.burn_up.asked += detail.missing.len() + detail.reviewed.len();
        for reviewed in detail.reviewed {
            match reviewed {
                Some(reviewed) => *of.burn_up.answers.entry(reviewed.min(day)).or_default() += 1,
                None => of.burn_up.undated += 1,
            }
        }
        if let Some(published) = detail.published {
            *of.burn_up.published.entry(published).or_default() += 1;
        }
        for concept in detail.missing {
            *self.missing.entry(concept).or_default() += 1;
        }
    }

    pub fn finish(mut self) -> Page {
        let mut missing: Vec<(String, usize)> = self.missing.into_iter().collect();
        missing.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let item = |concept: &str| {
            let known = self.editions.values().rev().flat_map(|of| &of.standard.items);
            known.clone().find(|item| item.concept == concept).map(|item| (item.number.clone(), item.shown()))
        };
        self.page.missing = missing
            .into_iter()
            .take(ITEMS)
            .filter_map(|(concept, count)| item(&concept).map(|(number, question)| (number, question, count)))
            .collect();
        self.calls.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1.name, &a.1.code).cmp(&(&b.1.name, &b.1.code))));
        self.page.more_calls = self.calls.len().saturating_sub(CALLS);
        self.page.calls = self.calls.into_iter().take(CALLS).map(|(_, call)| call).collect();
        self.page.burn_up = self.editions.into_values().max_by_key(|of| of.burn_up.clients).map(|of| of.burn_up);
        self.page
    }
}

/// Why a client is worth a call this week, and how urgent that is.
fn call(row: &Row, name: &str, day: Date) -> Option<(i64, Call)> {
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let say = |why: String, tone: &'static str| Call {
        name: name.to_owned(),
        code: row.ods_code.clone().unwrap_or_default(),
        why,
        tone,
    };
    if row.error.is_some() {
        return Some((50, say("Its files cannot be judged.".to_owned(), "broken")));
    }
    let mut why: Vec<String> = Vec::new();
    let (mut urgency, mut tone) = (0, "soon");
    let open = row.required.unwrap_or(0).saturating_sub(row.met.unwrap_or(0));
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    if let Some(days) = row.days_to_deadline.filter(|days| open > 0 && *days <= SOON) {
        urgency += 200 + number(open) + (SOON - days).min(400);
        if days < 0 {
            tone = "late";
            why.push(format!(
                "{} open, {} past the deadline",
                count(open, "item"),
                count(usize::try_from(-days).unwrap_or(0), "day")
            ));
        } else {
            why.push(format!(
                "{} open, {} left",
                count(open, "item"),
                count(usize::try_from(days).unwrap_or(0), "day")
            ));
        }
    }
    if let Some(plan) = row.plan.as_ref().filter(|plan| plan.overdue > 0) {
        urgency += 100 + plan.days_late.min(300);
        tone = "late";
        let days = count(usize::try_from(plan.days_late).unwrap_or(0), "day");
        why.push(format!("{} late, by up to {days}", count(plan.overdue, "action")));
    }
    if let Some(overdue) = row.overdue_evidence.filter(|overdue| *overdue > 0) {
        urgency += 40 + number(overdue);
        tone = "late";
        why.push(format!("{} overdue", count(overdue, "document")));
    }
    let publication = row.publication.as_ref().map(|publication| publication.state.as_str());
    if let Some(state @ ("overdue" | "stale")) = publication {
        urgency += if state == "stale" { 60 } else { 80 };
        tone = "late";
        why.push(format!("its publication is {state}"));
    }
    let due: Option<Date> = row.next_due.as_ref().and_then(|due| due.parse().ok());
    if let Some(due) = due.filter(|due| *due >= day && *due <= day.saturating_add(7.days())) {
        urgency += 30;
        why.push(format!("something falls due on {}", in_words(due)));
    }
    let mut text = why.join("; ");
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
        text.push('.');
    }
    (urgency > 0).then(|| (urgency, say(text, tone)))
}
