//! The lines for programs and for spreadsheets.

use super::line::Line;
use crate::assess::publication_standing;
use crate::bank::Banks;
use crate::cli::context::Context;
use crate::export::grid::{Cell, Grid, Heading};
use crate::model::{History, Publication, PublicationSource};
use crate::portfolio::reconcile::{Public, Verdict};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// What `portfolio reconcile --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PortfolioReconcileOutput {
    pub clients: Vec<ReconciledOutput>,
}

/// One client; with `--codes` one code of the list, with `--all` one row of the file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReconciledOutput {
    /// Null where the client's file could not be read.
    pub ods_code: Option<String>,
    pub name: Option<String>,
    /// The client's directory, from the portfolio; null for what is no client.
    pub path: Option<String>,
    pub repository: RepositoryOutput,
    /// Null where the file has no row for the code.
    pub public: Option<PublicOutput>,
    /// agrees, repository-ahead, public-ahead, not-in-public or not-in-portfolio; null where there is an error.
    pub verdict: Option<String>,
    /// Whether this run noted what the file shows.
    pub recorded: bool,
    /// Why the client could not be compared, or nothing could be noted.
    pub error: Option<String>,
}

/// The newest publication that the repository knows; where there is none, what its answers come to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RepositoryOutput {
    pub level: Option<String>,
    pub edition: Option<String>,
    /// record, toolkit or answers; with `answers` nothing is published, and the level is what they come to so far.
    pub source: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicOutput {
    /// Null for what is not published, and for a status that no question bank knows.
    pub level: Option<String>,
    pub edition: Option<String>,
    pub date: Option<String>,
    /// As found.
    pub status: String,
    /// The code as found: a former one, or with something added to it.
    pub ods_code: String,
    /// How that stands on the day judged: never, current, due-soon, overdue or stale.
    pub state: Option<String>,
}

/// How what is published stands on a day.
fn state(public: &Public, banks: &Banks, day: Date) -> Option<&'static str> {
    let mut history = History::default();
    if public.said.published {
        history.publications.push(Publication {
            edition: public.said.edition.clone()?,
            number: None,
            level: public.said.level.clone()?,
            date: public.date?,
            source: PublicationSource::Toolkit,
            toolkit: public.date,
        });
    }
    let heads = banks.heads(banks.default_standard());
    Some(publication_standing(&history, &heads, day).state.word())
}

pub(super) fn output(line: &Line, banks: &Banks, day: Date) -> ReconciledOutput {
    ReconciledOutput {
        ods_code: line.ods_code.clone(),
        name: line.name.clone(),
        path: line.path.clone(),
        repository: RepositoryOutput {
            level: line.repository.level.clone(),
            edition: line.repository.edition.clone(),
            source: line.repository.source.map(str::to_owned),
        },
        public: line.public.as_ref().map(|public| PublicOutput {
            level: public.said.level.clone(),
            edition: public.said.edition.clone(),
            date: public.date.map(|date| date.to_string()),
            status: public.status.clone(),
            ods_code: public.code.clone(),
            state: state(public, banks, day).map(str::to_owned),
        }),
        verdict: line.verdict.map(|verdict| verdict.word().to_owned()),
        recorded: line.recorded,
        error: line.error.clone(),
    }
}

pub(super) fn as_grid(context: &Context, lines: &[Line], banks: &Banks, name: Option<&str>) -> Grid {
    const HEADINGS: &[(&str, u8)] = &[
        ("ODS code", 9),
        ("Name", 30),
        ("Verdict", 18),
        ("Repository edition", 10),
        ("Repository level", 22),
        ("Public edition", 10),
        ("Public level", 22),
        ("Public status", 26),
        ("Published", 11),
        ("Public state", 10),
        ("Public code", 10),
        ("Directory", 24),
        ("Noted now", 8),
        ("Error", 44),
    ];
    let rows = lines.iter().map(|line| {
        let public = line.public.as_ref();
        vec![
            Cell::from(line.ods_code.as_ref()),
            Cell::from(line.name.as_ref()),
            Cell::from(line.verdict.map(Verdict::word)),
            Cell::from(line.repository.edition.as_ref()),
            Cell::from(line.repository.level.as_ref()),
            Cell::from(public.and_then(|it| it.said.edition.as_ref())),
            Cell::from(public.and_then(|it| it.said.level.as_ref())),
            Cell::from(public.map(|it| &it.status)),
            Cell::from(public.and_then(|it| it.date)),
            Cell::from(public.and_then(|it| state(it, banks, context.day()))),
            Cell::from(public.map(|it| &it.code)),
            Cell::from(line.path.as_ref()),
            Cell::from(if line.recorded { "yes" } else { "" }),
            Cell::from(line.error.as_ref()),
        ]
    });
    Grid {
        title: name.unwrap_or("Public record").to_owned(),
        about: Vec::new(),
        headings: HEADINGS.iter().map(|(title, width)| Heading { title: (*title).to_owned(), width: *width }).collect(),
        rows: rows.collect(),
        now: context.now,
    }
}
