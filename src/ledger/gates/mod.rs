//! The gates of a publication: everything that must hold, each with a verdict in words.

mod evidence;
mod level;
mod lint;
mod publisher;
mod repository;
mod sites;

pub use lint::silenced;
pub use publisher::Who;
pub use sites::SiteChoice;

use super::git::{Head, Repository, Signing};
use crate::assess::{Assessment, Edition};
use crate::bank::Banks;
use crate::lint::LintResult;
use crate::model::period::{days_between, in_words};
use crate::model::{History, Organisation, Record, RecordSites, Standard};
use crate::source::Pointer;
use crate::tree::Tree;
use crate::workspace::{ORGANISATION_FILE, Workspace};
use jiff::civil::Date;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Index of the level; else the highest reached.
    pub level: Option<usize>,
    pub reason: Option<String>,
    pub profile_confirmed: bool,
    pub sites: SiteChoice,
    pub sign: bool,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub gate: String,
    pub passed: bool,
    /// Why, in words; where it does not pass, what to do.
    pub detail: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

impl Gate {
    fn pass(gate: &str, detail: impl Into<String>) -> Self {
        Self { gate: gate.to_owned(), passed: true, detail: detail.into(), file: None, line: None }
    }

    fn fail(gate: &str, detail: impl Into<String>) -> Self {
        Self { passed: false, ..Self::pass(gate, detail) }
    }

    fn at(mut self, file: impl Into<String>, line: u32) -> Self {
        self.file = Some(file.into());
        self.line = Some(line);
        self
    }
}

/// Everything that the gates look at.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    pub banks: &'a Banks,
    pub repository: &'a Repository,
    pub head: &'a Head,
    pub signing: &'a Signing,
    /// The work tree.
    pub tree: &'a dyn Tree,
    pub workspace: &'a Workspace,
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    pub edition: &'a Edition,
    pub history: &'a History,
    pub assessment: &'a Assessment,
    pub lint: &'a LintResult,
    /// The records there are, oldest first.
    pub records: &'a [Record],
    pub day: Date,
    pub request: &'a Request,
}

/// The verdicts, and what the record takes from them.
#[derive(Debug, Clone)]
pub struct Verdicts {
    pub gates: Vec<Gate>,
    /// Index of the level that is published, where one is.
    pub level: Option<usize>,
    pub sites: Option<RecordSites>,
    pub who: Option<Who>,
    pub reason: Option<String>,
}

impl Verdicts {
    pub fn ready(&self) -> bool {
        self.gates.iter().all(|gate| gate.passed)
    }
}

pub fn judge(situation: Situation<'_>) -> Verdicts {
    let level = situation.request.level.or(situation.assessment.reached);
    let (sites_gate, sites) = sites::judge(situation);
    let (reason_gate, reason) = reason(situation);
    let (publisher_gate, who) = publisher::judge(situation);
    let mut gates = vec![
        repository::in_git(situation),
        repository::history(situation),
        repository::clean(situation),
        edition(situation),
        date(situation),
        lint::judge(situation),
        evidence::judge(situation),
        level::judge(situation, level),
    ];
    gates.extend(level.map(|level| level::conditions(situation, level, sites.as_ref())).unwrap_or_default());
    gates.extend([profile(situation), sites_gate, reason_gate, publisher_gate]);
    gates.extend(publisher::signature(situation));
    Verdicts { gates, level, sites, who, reason }
}

/// The line, from 1, of something in a file of the workspace.
fn line_of(workspace: &Workspace, path: &str, pointer: &Pointer) -> u32 {
    let file = workspace.files.iter().find(|file| file.path == path);
    file.map_or(1, |file| file.document.position(file.document.span(pointer).start).line)
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn edition(situation: Situation<'_>) -> Gate {
    let name = "edition";
    let edition = situation.edition;
    let day = situation.day;
    if let Some(opens) = edition.opens.filter(|opens| day < *opens) {
        return Gate::fail(name, format!("{} opens on {}", edition.id, in_words(opens)));
    }
    if let Some(closes) = edition.closes.filter(|closes| day > *closes) {
        return Gate::fail(
            name,
            format!("{} closed on {}; publish the edition that followed it", edition.id, in_words(closes)),
        );
    }
    let late = days_between(edition.deadline, day);
    if late > 0 {
        let late = count(usize::try_from(late).unwrap_or(0), "day");
        return Gate::pass(name, format!("{} is open, but this is late: the deadline was {late} ago", edition.id));
    }
    Gate::pass(name, format!("{} is open; its deadline is {}", edition.id, in_words(edition.deadline)))
}

fn date(situation: Situation<'_>) -> Gate {
    let name = "date";
    let newest = situation.records.iter().map(|record| record.date).max();
    match newest.filter(|newest| situation.day < *newest) {
        Some(newest) => Gate::fail(
            name,
            format!("the newest publication is of {}; a publication cannot be dated before it", in_words(newest)),
        ),
        None => Gate::pass(name, in_words(situation.day)),
    }
}

fn profile(situation: Situation<'_>) -> Gate {
    let name = "profile";
    if situation.request.profile_confirmed {
        return Gate::pass(name, "confirmed for this publication");
    }
    Gate::fail(name, "the organisation profile must be confirmed at each publication: read it with `dspt organisation`, then add --confirm-profile")
        .at(ORGANISATION_FILE, line_of(situation.workspace, ORGANISATION_FILE, &Pointer::root().key("profile")))
}

fn reason(situation: Situation<'_>) -> (Gate, Option<String>) {
    let name = "reason";
    let given = situation.request.reason.clone().filter(|reason| !reason.trim().is_empty());
    let again = situation.records.iter().any(|record| record.edition == situation.standard.edition());
    let adds = &situation.request.sites.add;
    let reason = given.or_else(|| (again && !adds.is_empty()).then(|| format!("Sites added: {}", adds.join(", "))));
    match (&reason, again) {
        (None, true) => (
            Gate::fail(
                name,
                format!(
                    "{} is published already: say why it is published again, with --reason",
                    situation.standard.edition()
                ),
            ),
            None,
        ),
        (None, false) => (Gate::pass(name, "the first publication of this edition here"), None),
        (Some(text), _) => (Gate::pass(name, text.clone()), reason),
    }
}
