//! `portfolio.toml`.

use super::shape::{self, Nulls};
use crate::model::ClientEntry;
use serde_json::{Value, json};

pub(super) fn schema() -> Value {
    // A directory's name: not blank, and with `/` on every system.
    let path = |schema: &mut Value| schema["pattern"] = json!("^[^\\\\]*[^\\\\\\s][^\\\\]*$");
    let mut entry = shape::of::<ClientEntry>(Nulls::Never);
    path(&mut entry["properties"]["path"]);
    entry["required"] = json!(["path"]);
    let mut pattern = json!({ "type": "string" });
    path(&mut pattern);
    json!({
        "title": "Portfolio",
        "description": "The clients that somebody looks after: portfolio.toml.",
        "type": "object",
        "properties": {
            "format": shape::format(),
            "name": shape::text("Whose portfolio it is.", Nulls::Never),
            "standards": {
                "description": "Directories of further question banks, inside the repository.",
                "type": "array",
                "items": { "type": "string" },
            },
            "clients": {
                "description": "Directories that hold an organisation.toml, from this file; `*`, `?` and `[…]` stand for names, `**` for any depth, `!` before one leaves out.",
                "type": "array",
                "items": pattern,
            },
            "client": { "description": "What is said of single clients.", "type": "array", "items": entry },
        },
        "additionalProperties": false,
    })
}
