//! The answers: workbook, table.

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

#[expect(clippy::unnecessary_wraps, reason = "what makes a document may fail, as most of them can")]
pub(super) fn csv(export: &Export) -> Result<Vec<u8>, Failure> {
    Ok(document::csv(&view(export)).into_bytes())
}

#[cfg(feature = "xlsx")]
pub(super) fn xlsx(export: &Export) -> Result<Vec<u8>, Failure> {
    let heads = &export.judgement.standard.head;
    let banks = &export.judgement.opened.banks;
    let previous = heads.predecessor.as_ref().and_then(|edition| banks.find(&heads.standard, edition));
    let previous = previous.map(crate::bank::Bank::standard).transpose()?;
    document::xlsx(&View { previous: previous.as_deref(), ..view(export) }, crate::import::answers::printed)
        .map_err(|error| Failure::new(error.to_string()))
}

#[cfg(not(feature = "xlsx"))]
pub(super) fn xlsx(_: &Export) -> Result<Vec<u8>, Failure> {
    Err(Failure::new("this dspt was built without the feature `xlsx`")
        .hint("--to csv opens in every spreadsheet program"))
}
