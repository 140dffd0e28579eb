//! The answers: workbook, table, JSON.

use super::Export;
use crate::cli::error::Failure;
use crate::export::answers::{self as document, View};

fn view(export: &Export) -> View<'_> {
    let judgement = &export.judgement;
    View {
        organisation: &judgement.organisation,
        standard: &judgement.standard,
        previous: None,
        assessment: &export.assessment,
        answers: judgement.answers(),
        now: judgement.opened.now,
        items: &export.items,
    }
}

pub(super) fn csv(export: &Export) -> Result<Vec<u8>, Failure> {
    Ok(document::csv(&view(export)).into_bytes())
}

pub(super) fn json(export: &Export) -> Result<Vec<u8>, Failure> {
    let text = serde_json::to_string_pretty(&document::json(&view(export)))
        .map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!("{text}\n").into_bytes())
}
