//! The days that an organisation's own files know.

use super::{Entry, Kind};
use crate::assess::{Assessment, Edition, PublicationState, Standing};
use crate::export::plan::status_label;
use crate::export::text::{one_line, shortened};
use crate::model::period::in_words;
use crate::model::standard::{Window, WindowOf, WindowStart};
use crate::model::{ActionPlan, Answer, Answers, Evidence, History, Item, Organisation, Standard};
use crate::plan::owner;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};

/// Characters of a title after which it is cut; the details have the rest.
const LONGEST_TITLE: usize = 120;

/// What the days are gathered from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    pub edition: &'a Edition,
    pub answers: &'a Answers,
    pub plan: Option<&'a ActionPlan>,
    pub assessment: &'a Assessment,
    pub history: &'a History,
    pub standing: &'a Standing,
    pub day: Date,
}

/// Every day that matters, by day and kind, then in the standard's order.
pub fn entries(source: Source<'_>) -> Vec<Entry> {
    let documents = documents(source);
    // A document that has to be reviewed brings the answer that it proves before somebody's eyes as well.
    let proven: HashSet<&str> = documents.iter().flat_map(|document| &document.items).map(String::as_str).collect();
    let is_seen =
        |entry: &Entry| entry.kind == Kind::Review && entry.items.iter().all(|item| proven.contains(item.as_str()));
    let answers: Vec<Entry> = answers(source).into_iter().filter(|entry| !is_seen(entry)).collect();
    let mut found = deadlines(source);
    found.extend(certificates(source));
    found.extend(documents);
    found.extend(answers);
    found.extend(actions(source));
    let place = |entry: &Entry| entry.items.first().map(|number| source.standard.index_of(number));
    found.sort_by_cached_key(|entry| (entry.day, entry.kind, place(entry)));
    found
}

fn entry(source: Source<'_>, day: Date, kind: Kind, key: String, title: &str) -> Entry {
    Entry {
        day,
        kind,
        standard: source.standard.id().to_owned(),
        ods_code: source.organisation.ods_code.clone(),
        organisation: source.organisation.name.clone(),
        key,
        title: shortened(&one_line(title), LONGEST_TITLE).into_owned(),
        details: Vec::new(),
        items: Vec::new(),
        owner: None,
        settled: false,
    }
}

fn deadlines(source: Source<'_>) -> Vec<Entry> {
    let standard = source.standard;
    let aim = source.assessment.aim;
    let deadline = source.edition.deadline;
    let reaches = |level: &str| standard.level_index(level).is_some_and(|level| level >= aim);
    let published = source
        .history
        .until(source.day)
        .find(|published| published.edition == source.edition.id && reaches(&published.level));
    let title = format!("{} {}", standard.head.title, standard.edition());
    // A deadline is known by its year, so that one that is put off moves and is not doubled.
    let key = |day: Date| format!("deadline/{}", day.year());
    let mut own = entry(source, deadline, Kind::Deadline, key(deadline), &format!("Deadline: {title}"));
    let (met, required) = source.assessment.progress(standard);
    let label = &standard.levels[aim].label;
    if let Some(published) = published {
        own.settled = true;
        own.details.push(format!(
            "Published on {} at {}: nothing is due.",
            in_words(published.date),
            standard.label(&published.level)
        ));
    } else {
        own.details.push("The last day to publish on the national web site without being late.".to_owned());
        own.details.push(format!("On {}: {met} of {required} items of {label} answered.", in_words(source.day)));
    }
    let mut found = vec![own];
    if source.standing.state != PublicationState::Never
        && let Some(due) = source.standing.due.filter(|due| due.year() != deadline.year())
    {
        let title = format!("Publish again by today: {}", standard.head.title);
        let mut again = entry(source, due, Kind::Deadline, key(due), &title);
        again.details.push("A publication is to be renewed every year by the deadline of the next edition.".to_owned());
        found.push(again);
    }
    found
}

fn certificates(source: Source<'_>) -> Vec<Entry> {
    let held = source.organisation.certifications.iter();
    held.filter_map(|(key, held)| {
        let known = source.standard.certifications.iter().find(|known| known.key == *key);
        let title = known.map_or(key.as_str(), |known| known.title.as_str());
        let named = format!("{title}: the certificate's last day");
        let mut entry = entry(source, held.expires?, Kind::Certificate, format!("certificate/{key}"), &named);
        entry.details.extend(held.certificate.as_ref().map(|number| format!("Certificate {}", one_line(number))));
        entry.details.push(format!("From the next day on {title} does not count."));
        Some(entry)
    })
    .collect()
}

/// The last day on which something of a day is inside a window.
fn runs_out(window: Option<&Window>, of: Date) -> Option<Date> {
    match window? {
        Window { start: WindowStart::Period(period), of: WindowOf::Review, .. } => Some(period.after(of)),
        _ => None,
    }
}

fn window_words(window: Option<&Window>) -> String {
    window.map_or_else(String::new, |window| format!("; the question asks for {}", window.words()))
}

/// One entry a document, however many items it is evidence for.
fn documents(source: Source<'_>) -> Vec<Entry> {
    let mut found: BTreeMap<String, Entry> = BTreeMap::new();
    for (item, answer) in answered(source) {
        for evidence in answer.evidence.iter().flatten() {
            let approved = evidence.approved.filter(|_| answer.not_applicable.is_none());
            let by_window = approved.and_then(|approved| runs_out(item.window.as_ref(), approved));
            let Some(day) = [evidence.review_by, by_window].into_iter().flatten().min() else { continue };
            let key = format!("document/{}", identity(evidence));
            let title = format!("Review: {}", evidence.label());
            let entry = found.entry(key.clone()).or_insert_with(|| entry(source, day, Kind::Review, key, &title));
            entry.day = entry.day.min(day);
            if !entry.items.contains(&item.number) {
                entry.items.push(item.number.clone());
            }
            let mut said = format!("{} {}", item.number, one_line(&item.shown()));
            if let Some(approved) = evidence.approved {
                said.push_str(&format!(
                    " (approved on {}{})",
                    in_words(approved),
                    by_window.map_or_else(String::new, |_| window_words(item.window.as_ref()))
                ));
            }
            entry.details.push(said);
            entry.owner = entry.owner.take().or_else(|| owner_of(source, answer.owner.as_deref()));
        }
    }
    found.into_values().collect()
}

/// What makes a document the same document.
fn identity(evidence: &Evidence) -> &str {
    let places = [&evidence.file, &evidence.link, &evidence.location, &evidence.title];
    places.into_iter().flatten().next().map_or("", String::as_str)
}

/// Answers that are only true for a time, and those whose author stands by them until a day.
fn answers(source: Source<'_>) -> Vec<Entry> {
    let mut found = Vec::new();
    for (item, answer) in answered(source) {
        let counted = answer.count.and_then(|count| count.on).or(answer.reviewed);
        let of = counted.filter(|_| answer.not_applicable.is_none() && answer.carried_from.is_none());
        if let Some((of, day)) = of.and_then(|of| Some((of, runs_out(item.window.as_ref(), of)?))) {
            let title = format!("Look again at {}: {}", item.number, item.shown());
            let mut entry = entry(source, day, Kind::Review, format!("answer/{}", item.concept), &title);
            entry.details.push(one_line(&item.shown()));
            entry.details.push(format!("Last said on {}{}.", in_words(of), window_words(item.window.as_ref())));
            entry.items.push(item.number.clone());
            entry.owner = owner_of(source, answer.owner.as_deref());
            found.push(entry);
        }
        if let Some((from, until)) = answer.from.as_ref().and_then(|from| Some((from, from.until?))) {
            let title = format!("Shared answer to {}: last day", item.number);
            let mut entry = entry(source, until, Kind::SharedAnswer, format!("shared/{}", item.concept), &title);
            entry.details.push(format!("From {}", one_line(&from.library)));
            entry.items.push(item.number.clone());
            entry.owner = owner_of(source, answer.owner.as_deref());
            found.push(entry);
        }
    }
    found
}

fn actions(source: Source<'_>) -> Vec<Entry> {
    let planned = source.plan.into_iter().flat_map(|plan| &plan.actions);
    planned
        .filter_map(|(number, action)| {
            let item = source.standard.index_of(number);
            let about = item.map_or(number.as_str(), |at| source.standard.items[at].concept.as_str());
            let what = action.action.as_deref().map(one_line).filter(|what| !what.is_empty());
            let what = what.or_else(|| item.map(|at| one_line(&source.standard.items[at].shown()))).unwrap_or_default();
            let counts = item.is_some_and(|at| source.assessment.items[at].state.counts());
            let target = action.target?;
            let title = format!("{}{number}: {what}", if action.is_done() { "Done: " } else { "" });
            let mut entry = entry(source, target, Kind::Action, format!("action/{about}"), &title);
            // As in the plan, an action whose item counts already is never late, and done when it is said to be.
            entry.settled = action.is_done() || counts && target < source.day;
            entry.details.push(what);
            if counts && !action.is_done() {
                let status = action.status.map(|status| format!("Status: {}. ", status_label(status)));
                entry.details.push(format!("{}The item counts already.", status.unwrap_or_default()));
            }
            entry.details.extend(action.resources.as_ref().map(|needs| format!("Resources: {}", one_line(needs))));
            entry.items.push(number.clone());
            entry.owner = owner_of(source, action.owner.as_deref());
            Some(entry)
        })
        .collect()
}

fn answered(source: Source<'_>) -> impl Iterator<Item = (&Item, &Answer)> {
    let items = source.standard.items.iter();
    items.filter_map(move |item| Some((item, source.answers.answers.get(&item.number)?)))
}

fn owner_of(source: Source<'_>, written: Option<&str>) -> Option<String> {
    let written = written.filter(|written| !written.trim().is_empty())?;
    Some(one_line(owner::shown(source.organisation, written)))
}
