//! `action-plans/<edition>.toml` or `.yaml`.

use super::shape::{self, Nulls};
use crate::model::Action;
use serde_json::{Value, json};

pub(super) fn schema() -> Value {
    let mut action = shape::of::<Action>(Nulls::Empty);
    shape::nullable(&mut action);
    json!({
        "title": "Action plan",
        "description": "What is to be done about the items that are still open: action-plans/<edition>.toml or .yaml.",
        "type": "object",
        "properties": {
            "format": shape::format(),
            "standard": shape::text("The standard whose items the plan is about.", Nulls::Empty),
            "edition": shape::text("The edition, as in the file's name.", Nulls::Empty),
            "document": shape::text("The plan in another format, a file in the workspace; rows missing here are then only warnings.", Nulls::Empty),
            "actions": {
                "description": "The actions, by the number of the item, in quotation marks.",
                "type": ["object", "null"],
                "additionalProperties": action,
            },
        },
        "additionalProperties": false,
    })
}
