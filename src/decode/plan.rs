//! `action-plans/<edition>.toml` or `.yaml`.

use super::{Decoded, unquoted};
use crate::model::{Action, ActionPlan, ActionStatus};
use crate::source::Document;
use crate::source::decode::{Faults, Fields, check_format};

const KEYS: &[&str] = &["format", "standard", "edition", "document", "actions"];
/// The keys of one action.
pub const ACTION_KEYS: &[&str] = &["action", "owner", "target", "status", "resources", "cost", "progress", "notes"];

pub fn decode(document: &Document) -> Decoded<ActionPlan> {
    let mut decoded = Decoded::<ActionPlan>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let plan = &mut decoded.value;
        plan.standard = fields.text("standard", &mut faults).unwrap_or_default();
        plan.edition = fields.text("edition", &mut faults).unwrap_or_default();
        plan.document = fields.text("document", &mut faults);
        for entry in fields.entries("actions", &mut faults) {
            let number = document.key_of(entry).to_owned();
            if unquoted(document, entry, "actions", &mut decoded.touched, &mut faults) {
                continue;
            }
            let before = faults.len();
            let action =
                Fields::of_entry(document, entry, ACTION_KEYS, &mut faults).map_or_else(Action::default, |inner| {
                    let action = Action {
                        action: inner.text("action", &mut faults),
                        owner: inner.text("owner", &mut faults),
                        target: inner.date("target", &mut faults),
                        status: inner.word("status", ActionStatus::WORDS, &mut faults).map(|word| match word {
                            "done" => ActionStatus::Done,
                            "in-progress" => ActionStatus::InProgress,
                            _ => ActionStatus::Planned,
                        }),
                        resources: inner.text("resources", &mut faults),
                        cost: inner.text("cost", &mut faults),
                        progress: inner.text("progress", &mut faults),
                        notes: inner.text("notes", &mut faults),
                    };
                    inner.finish(&mut faults);
                    action
                });
            if faults.len() > before {
                decoded.touched.insert(number.clone());
            }
            plan.actions.insert(number, action);
        }
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}
