//! For spreadsheets and scripts: a row for each item, and one more for each further document; days as `2026-06-30`.

use super::{View, standing};
use crate::export::csv::Writer;
use crate::form::{self, Field};
use crate::plan::owner;

/// The titles of the columns.
const BEFORE: [&str; 4] = ["Number", "Section", "Question", "Where it stands"];
const AFTER: [&str; 4] = ["Looked after by", "Reviewed on", "Reviewed by", "Carried from"];

/// Whether somebody fills in an answer here has no place in a table that is only read.
fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| *field != Field::StillTrue)
}

pub fn csv(view: &View<'_>) -> String {
    let mut writer = Writer::default();
    writer.row(BEFORE.into_iter().chain(fields().map(Field::title)).chain(AFTER));
    for at in view.items {
        let (item, answer) = (view.item(*at), view.answer(*at));
        let documents = answer.evidence.as_ref().map_or(1, |list| list.len().max(1));
        for document in 0..documents {
            let mut row = vec![
                item.number.clone(),
                view.standard.section(item).to_owned(),
                item.shown(),
                standing(view.verdict(*at).state).to_owned(),
            ];
            let first = document == 0;
            row.extend(fields().map(|field| {
                let shown = first || field.is_of_document();
                if shown { form::cell(item, answer, document, field).plain().into_owned() } else { String::new() }
            }));
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            if first {
                row.push(
                    answer
                        .owner
                        .as_deref()
                        .map(|who| owner::shown(view.organisation, who))
                        .unwrap_or_default()
                        .to_owned(),
                );
                row.push(answer.reviewed.map(|day| day.to_string()).unwrap_or_default());
                row.extend([text(&answer.reviewed_by), text(&answer.carried_from)]);
            } else {
                row.extend(AFTER.map(|_| String::new()));
            }
            writer.row(row);
        }
    }
    writer.finish()
}
