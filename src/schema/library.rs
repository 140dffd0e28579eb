//! `answers-library/<name>.toml`.

use super::shape::{self, Nulls};
use crate::model::library::SharedAnswer;
use serde_json::{Value, json};

pub(super) fn schema() -> Value {
    let mut shared = shape::of::<SharedAnswer>(Nulls::Never);
    let place = |key: &str| json!({ "required": [key] });
    shared["properties"]["evidence"]["items"]["oneOf"] = json!([place("file"), place("link"), place("location")]);
    json!({
        "title": "Shared answers",
        "description": "Answers that several organisations share: answers-library/<name>.toml beside portfolio.toml.",
        "type": "object",
        "properties": {
            "format": shape::format(),
            "standard": shape::text("The standard that is answered.", Nulls::Never),
            "edition": shape::text("The edition whose numbers stand here; items of other editions are found by their concepts.", Nulls::Never),
            "answers": {
                "description": "The answers, by the number of the item, in quotation marks, or by its concept.",
                "type": "object",
                "additionalProperties": shared,
            },
        },
        "required": ["standard", "edition"],
        "additionalProperties": false,
    })
}
