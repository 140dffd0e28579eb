//! The portal sheet: what to type, tick and upload on the national web site, in its order, since nothing can be
//! submitted for anybody.
//!
//! Against what was entered there last (the newest entry of `publications/toolkit.toml` that names a publication of
//! ours) each item says whether it has to be typed, only opened, read and saved, cleared, or is new there. What the web
//! site really shows is known to those who look at it alone: where no such entry is, everything is to be typed.

mod html;
mod line;
mod text;

pub use html::html;
pub use line::{Field, Line, Mark};
pub use text::text;

use crate::assess::Assessment;
use crate::model::period::in_words;
use crate::model::standard::ConditionKind;
use crate::model::{Answers, Organisation, Record, Standard, ToolkitEntry};
use crate::tree::Tree;
use jiff::civil::DateTime;

/// A part of the web site's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    pub lines: Vec<Line>,
}

/// What was entered on the web site before.
pub struct Entered<'a> {
    pub entry: &'a ToolkitEntry,
    pub standard: &'a Standard,
    pub answers: &'a Answers,
    /// The files as they were published.
    pub tree: &'a dyn Tree,
}

/// What the sheet is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    pub answers: &'a Answers,
    pub assessment: &'a Assessment,
    /// The files of the workspace that is shown.
    pub tree: &'a dyn Tree,
    /// The publication of this edition that is to be entered.
    pub record: Option<&'a Record>,
    /// What differs from that publication, by number or name.
    pub changed: &'a [String],
    pub entered: Option<&'a Entered<'a>>,
    /// Entries of the toolkit's file, void ones left out.
    pub toolkit: &'a [ToolkitEntry],
    /// The plan in another format, where the plan names one that is there.
    pub plan_document: Option<&'a str>,
    pub now: DateTime,
}

/// A site that is chosen when publishing, or left out and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLine {
    pub code: String,
    pub name: String,
    /// Why it is left out; none where it is selected.
    pub left_out: Option<String>,
}

/// Everything that the sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    pub organisation: String,
    pub ods_code: String,
    pub standard: String,
    pub edition: String,
    pub now: DateTime,
    /// The publication to be entered, such as `2025-26/001`.
    pub publication: Option<String>,
    /// The level to be published there, by its label.
    pub level: Option<String>,
    /// What must be looked at first.
    pub warnings: Vec<String>,
    /// Against what items are marked.
    pub against: String,
    /// Question and answer of the organisation profile.
    pub profile: Vec<(String, String)>,
    pub sections: Vec<Section>,
    /// The plan to upload; none where the level needs none.
    pub plan: Option<String>,
    pub sites: Vec<SiteLine>,
    /// To be run afterwards.
    pub command: String,
    /// Whether that was done already.
    pub noted: Option<String>,
    pub provenance: String,
}

impl Portal {
    pub fn new(source: Source<'_>) -> Self {
        let standard = source.standard;
        let level = match source.record {
            Some(record) => standard.level_index(&record.level),
            None => source.assessment.reached,
        };
        let publication = source.record.map(Record::id);
        let entry = source.toolkit.iter().rfind(|entry| publication.is_some() && entry.record == publication);
        Self {
            organisation: source.organisation.name.clone(),
            ods_code: source.organisation.ods_code.clone(),
            standard: standard.head.title.clone(),
            edition: standard.edition().to_owned(),
            now: source.now,
            level: level.map(|level| standard.levels[level].label.clone()),
            warnings: warnings(source, level),
            against: against(source),
            profile: profile(source),
            sections: sections(source),
            plan: plan(source, level),
            sites: sites(source),
            command: command(source, level),
            noted: entry.map(|entry| {
                format!(
                    "Noted already: {} for {}, {}.",
                    standard.label(&entry.level),
                    entry.edition,
                    in_words(entry.date)
                )
            }),
            publication,
            provenance: standard.provenance_line(),
        }
    }

    /// Keeps the items that are wanted; sections that are left empty go.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&str) -> bool) -> Self {
        for section in &mut self.sections {
            section.lines.retain(|line| wanted(&line.number));
        }
        self.sections.retain(|section| !section.lines.is_empty());
        self
    }

    fn count(&self, mark: Option<Mark>) -> usize {
        self.sections.iter().flat_map(|section| &section.lines).filter(|line| line.mark == mark).count()
    }

    /// "31 to type, 4 new, 10 to open, read and save, 2 with nothing to enter yet."
    fn counts(&self) -> String {
        let parts = [
            (self.count(Some(Mark::Type)), "to type"),
            (self.count(Some(Mark::New)), "new"),
            (self.count(Some(Mark::Clear)), "to clear"),
            (self.count(Some(Mark::Open)), "to open, read and save"),
            (self.count(None), "with nothing to enter"),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if said.is_empty() { "No items.".to_owned() } else { format!("{}.", said.join(", ")) }
    }
}

fn warnings(source: Source<'_>, level: Option<usize>) -> Vec<String> {
    let standard = source.standard;
    let mut found = Vec::new();
    match source.record {
        None => found.push(format!(
            "{} is not published here yet. Publish first (\u{201c}dspt publish\u{201d}) and enter what was published, so that the \
             record and the web site say the same. This sheet shows the answers as they are now.",
            standard.edition()
        )),
        Some(record) if !source.changed.is_empty() => found.push(format!(
            "Changed since {}: {}. This sheet shows the answers as they are now; \u{201c}--at {}\u{201d} shows them as published.",
            record.id(),
            source.changed.join(", "),
            record.id()
        )),
        Some(_) => {}
    }
    match level {
        None => found.push("No level is reached yet: what is missing blocks publishing there too.".to_owned()),
        Some(level) => {
            let missing: Vec<&str> =
                source.assessment.levels[level].missing.iter().map(|missing| missing.number.as_str()).collect();
            if !missing.is_empty() {
                found.push(format!("{} asks for these too: {}.", standard.levels[level].label, missing.join(", ")));
            }
        }
    }
    found.extend(standard.head.notice.clone());
    found
}

fn against(source: Source<'_>) -> String {
    match source.entered {
        Some(Entered { entry, .. }) => format!(
            "Marked against what was entered there last: publication {} of {}.",
            entry.record.as_deref().unwrap_or(&entry.edition),
            in_words(entry.date)
        ),
        None => "What the web site holds is not known here, so everything is to be typed. From the next time on, \
                 \u{201c}dspt publications add\u{201d} with --record lets this sheet mark what changed."
            .to_owned(),
    }
}

fn profile(source: Source<'_>) -> Vec<(String, String)> {
    let (standard, organisation) = (source.standard, source.organisation);
    let mut said = Vec::new();
    for role in &standard.roles {
        let holder = organisation.roles.get(&role.key);
        let parts = holder.map(|holder| [holder.name.as_deref(), holder.email.as_deref()]);
        let words: Vec<&str> = parts.into_iter().flatten().flatten().collect();
        said.push((
            role.title.clone(),
            if words.is_empty() { "nobody (may be skipped)".to_owned() } else { words.join(", ") },
        ));
    }
    for fact in &standard.facts {
        let value = organisation.profile.facts.get(&fact.key).map_or("not said here", String::as_str);
        said.push((fact.question.clone(), value.replace('-', " ")));
    }
    for certification in &standard.certifications {
        let held = organisation.certifications.get(&certification.key);
        let words = match held.map(|held| held.expires) {
            None => "no".to_owned(),
            Some(None) => "yes, but no date of expiry is known here".to_owned(),
            Some(Some(day)) if day < source.now.date() => format!("no, it expired on {}", in_words(day)),
            Some(Some(day)) => format!("yes, until {}", in_words(day)),
        };
        said.push((certification.title.clone(), words));
    }
    said
}

fn sections(source: Source<'_>) -> Vec<Section> {
    let standard = source.standard;
    let section = |(at, title): (usize, &String)| {
        let items = standard.items.iter().enumerate().filter(|(_, item)| item.section == at);
        Section { title: title.clone(), lines: items.filter_map(|(at, item)| line::line(source, at, item)).collect() }
    };
    standard.sections.iter().enumerate().map(section).filter(|section| !section.lines.is_empty()).collect()
}

fn plan(source: Source<'_>, level: Option<usize>) -> Option<String> {
    let level = &source.standard.levels[level?];
    level.conditions.iter().find(|condition| condition.kind == ConditionKind::ActionPlan)?;
    Some(match source.plan_document {
        Some(document) => format!("Upload the action plan: {document}."),
        None => "Upload the action plan: \u{201c}dspt plan show --format xlsx\u{201d} writes it below out/, under the name that the \
                 web site gives it."
            .to_owned(),
    })
}

fn sites(source: Source<'_>) -> Vec<SiteLine> {
    let day = source.now.date();
    let record = source.record.and_then(|record| record.sites.as_ref());
    let lines = source.organisation.sites.iter().filter_map(|site| {
        let is = |code: &String| code.eq_ignore_ascii_case(&site.ods_code);
        let is_open = site.opened.is_none_or(|opened| opened <= day) && site.closed.is_none_or(|closed| day <= closed);
        let left_out = match record {
            Some(sites) if sites.covered.iter().any(is) => None,
            Some(sites) => {
                let reason = sites.excluded.iter().find(|(code, _)| is(code)).map(|(_, reason)| reason.clone());
                Some(reason.or_else(|| site.excluded.clone()).unwrap_or_else(|| "not in this publication".to_owned()))
            }
            None => site.excluded.clone(),
        };
        (is_open || left_out.is_none() && record.is_some()).then(|| SiteLine {
            code: site.ods_code.clone(),
            name: site.name.clone().unwrap_or_default(),
            left_out,
        })
    });
    lines.collect()
}

fn command(source: Source<'_>, level: Option<usize>) -> String {
    let level = level.map_or("LEVEL", |level| source.standard.levels[level].id.as_str());
    let mut command = format!(
        "dspt publications add --edition {} --level {level} --date {}",
        source.standard.edition(),
        source.now.date()
    );
    if let Some(record) = source.record {
        command.push_str(&format!(" --record {}", record.id()));
    }
    command
}
