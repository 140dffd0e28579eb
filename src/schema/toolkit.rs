//! `publications/toolkit.toml`.

use super::shape::{self, Nulls};
use crate::bank::Banks;
use crate::model::ToolkitEntry;
use serde_json::{Value, json};

pub(super) fn schema(banks: &Banks) -> Value {
    let mut entry = shape::of::<ToolkitEntry>(Nulls::Never);
    entry["properties"]["level"] =
        shape::word("The level or another status word of the toolkit.", words(banks).iter().map(String::as_str));
    json!({
        "title": "What the national web site shows",
        "description": "Publications as the national web site was seen to show them: publications/toolkit.toml. Entries are added and never changed, but for `void`.",
        "type": "object",
        "properties": {
            "format": shape::format(),
            "published": { "description": "The entries, in the order in which they were noted.", "type": "array", "items": entry },
        },
        "additionalProperties": false,
    })
}

/// Levels and status words of the banks at hand, each once.
fn words(banks: &Banks) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for standard in banks.iter().filter_map(|bank| bank.standard().ok()) {
        let levels = standard.levels.iter().map(|level| &level.id);
        for word in levels.chain(standard.statuses.iter().map(|status| &status.id)) {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
    }
    words
}
