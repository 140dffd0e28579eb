//! `assessments/<edition>.toml` or `.yaml`: one schema for each edition, with its questions.

use super::shape::{self, Nulls};
use crate::model::{Answer, Item, ItemKind, Standard};
use serde_json::{Map, Value, json};

pub(super) fn schema(standard: &Standard) -> Value {
    let keys = keys();
    let items: Map<String, Value> =
        standard.items.iter().map(|item| (item.number.clone(), answer(standard, item, &keys))).collect();
    let exactly =
        |description: &str, word: &str| json!({ "description": description, "type": "string", "const": word });
    json!({
        "title": format!("Answers to {} ({})", standard.edition(), standard.head.title),
        "description": format!("An organisation's answers: assessments/{}.toml or .yaml.", standard.edition()),
        "type": "object",
        "properties": {
            "format": shape::format(),
            "standard": exactly("The standard that is answered.", standard.id()),
            "edition": exactly("The edition, as in the file's name.", standard.edition()),
            "aim": aim(standard),
            "answers": {
                "description": "The answers, by the number of the item, in quotation marks.",
                "type": ["object", "null"],
                "properties": items,
                "additionalProperties": false,
            },
        },
        "required": ["standard", "edition"],
        "additionalProperties": false,
        "$defs": keys,
    })
}

fn aim(standard: &Standard) -> Value {
    let default = &standard.levels[standard.default_aim()].label;
    let choices: Vec<Value> = standard
        .levels
        .iter()
        .map(|level| {
            let about = level.summary.as_ref().map(|summary| format!(" {summary}")).unwrap_or_default();
            json!({ "description": format!("{}.{about}", level.label), "const": level.id })
        })
        .collect();
    json!({ "description": format!("The level aimed at; without it, {default}."), "type": "string", "oneOf": choices })
}

/// The keys of an answer, which every item allows: which of them makes sense is for other rules to say.
fn keys() -> Map<String, Value> {
    let mut answer = shape::of::<Answer>(Nulls::Empty);
    let place = |key: &str| json!({ "required": [key] });
    answer["properties"]["evidence"]["items"]["oneOf"] = json!([place("file"), place("link"), place("location")]);
    // What a shared answer came from is written by the program and read as far as it goes.
    if let Some(from) = answer["properties"]["from"].as_object_mut() {
        from.shift_remove("required");
    }
    match answer["properties"].take() {
        Value::Object(keys) => keys,
        _ => Map::new(),
    }
}

/// One item's answer: the key it asks for comes first, so that editors offer it first.
fn answer(standard: &Standard, item: &Item, keys: &Map<String, Value>) -> Value {
    let asked = asked_key(item.kind);
    let mut order: Vec<&String> = keys.keys().collect();
    order.sort_by_key(|key| *key != asked);
    let properties: Map<String, Value> =
        order.into_iter().map(|key| (key.clone(), json!({ "$ref": format!("#/$defs/{key}") }))).collect();
    json!({
        "title": item.shown(),
        "description": about(standard, item),
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
    })
}

fn asked_key(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Tick => "tick",
        ItemKind::Text => "text",
        ItemKind::Document => "evidence",
        ItemKind::Date => "date",
    }
}

/// What an editor shows beside the question.
fn about(standard: &Standard, item: &Item) -> String {
    let mut parts: Vec<String> = item.guidance.iter().cloned().collect();
    parts.extend(item.wording_note.iter().map(|note| format!("On the wording: {note}")));
    if !item.evidence.is_empty() {
        parts.push(format!("Have ready: {}.", item.evidence.join("; ")));
    }
    let asks = match item.kind {
        ItemKind::Tick => "a tick",
        ItemKind::Text => "a text",
        ItemKind::Document => "a document",
        ItemKind::Date => "a date",
    };
    parts.push(format!("Asks for {asks} (`{}`).", asked_key(item.kind)));
    parts.push(match &item.not_applicable {
        None => "Cannot be answered as not applicable.".to_owned(),
        Some(allowed) => match &allowed.when {
            Some(when) => format!("May be not applicable (`not_applicable`, with the reason): {when}"),
            None => "May be not applicable (`not_applicable`, with the reason).".to_owned(),
        },
    });
    let asking: Vec<&str> = standard
        .levels
        .iter()
        .enumerate()
        .filter(|(index, _)| standard.asks(*index, item))
        .map(|(_, level)| level.label.as_str())
        .collect();
    parts.push(match asking.as_slice() {
        [] => "Optional.".to_owned(),
        levels => format!("Required for {}.", levels.join(", ")),
    });
    parts.join("\n\n")
}
