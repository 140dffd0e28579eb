//! The report: level and why, progress, gaps, plan, evidence, history.

use super::Export;
use crate::cli::error::Failure;
use crate::cli::status;
use crate::export::ExportError;
use crate::export::report::{self as document, Matter, Report};

/// What the report is made from; `notes` are said below it.
fn matter<'a>(export: &'a Export, notes: &'a [String]) -> Matter<'a> {
    let judgement = &export.judgement;
    Matter {
        organisation: &judgement.organisation,
        standard: &judgement.standard,
        assessment: &export.assessment,
        answers: judgement.answers(),
        plan: judgement.plan(),
        history: &judgement.history,
        edition: &judgement.edition,
        standing: &judgement.standing,
        now: judgement.opened.now,
        items: &export.items,
        notes,
    }
}

fn report(export: &Export) -> Report {
    Report::new(matter(export, &status::notes(&export.judgement)))
}

pub(super) fn html(export: &Export) -> Result<Vec<u8>, Failure> {
    Ok(document::html(&report(export)).map_err(|error| failed(&error))?.into_bytes())
}

pub(super) fn md(export: &Export) -> Result<Vec<u8>, Failure> {
    Ok(document::markdown(&report(export)).map_err(|error| failed(&error))?.into_bytes())
}

pub(super) fn json(export: &Export) -> Result<Vec<u8>, Failure> {
    let report = document::json(matter(export, &status::notes(&export.judgement)));
    let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!("{text}\n").into_bytes())
}

fn failed(error: &ExportError) -> Failure {
    Failure::new(error.to_string())
}
