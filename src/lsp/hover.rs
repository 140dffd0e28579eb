//! The question and its guidance, beside the answer.

use super::spot;
use crate::assess::Assessment;
use crate::export::markdown;
use crate::model::standard::Grade;
use crate::model::{Answer, Item, Standard};
use crate::source::Document;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

/// What the keys of an answer are for, in the words of the file's schema.
pub(super) static KEYS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let schema = schemars::schema_for!(Answer);
    let properties = schema.get("properties").and_then(|properties| properties.as_object());
    let described = properties
        .into_iter()
        .flatten()
        .filter_map(|(key, schema)| Some((key.clone(), schema.get("description")?.as_str()?.to_owned())));
    described.collect()
});

/// Markdown for a byte of a file, and the bytes that it is about.
pub(super) fn hover(
    document: &Document,
    at: usize,
    standard: &Standard,
    assessment: Option<&Assessment>,
) -> Option<(String, Range<usize>)> {
    let (before, _) = spot::line_around(&document.text, at);
    if before.trim_start().starts_with('#') {
        return None;
    }
    let spot = spot::item_at(document, at)?;
    if let Some(entry) = spot.table.and_then(|table| spot::entry_at(table, at))
        && spot.holder == "answers"
        && entry.key.span.range().contains(&at)
        && let Some(text) = KEYS.get(document.key_of(entry))
    {
        return Some((text.clone(), entry.key.span.range()));
    }
    let place = standard.items.iter().position(|item| item.number == spot.number)?;
    let state = assessment.map(|assessment| assessment.items[place].state.word());
    Some((text(standard, &standard.items[place], state), spot.mark))
}

/// An item in Markdown: its question as the standard words it, what it asks for, how sure that is.
pub(super) fn text(standard: &Standard, item: &Item, state: Option<&str>) -> String {
    let escape = markdown::escaped;
    let mut out = format!("**{}** {}\n\n", item.number, escape(&item.shown()));
    let levels: Vec<&str> = standard
        .levels
        .iter()
        .filter(|level| item.is_required_for(&level.id))
        .map(|level| level.label.as_str())
        .collect();
    let needed = if levels.is_empty() { "optional".to_owned() } else { format!("for {}", levels.join(", ")) };
    let _ = write!(out, "{}; {}; {}", escape(&standard.sections[item.section]), item.kind.word(), escape(&needed));
    if let Some(state) = state {
        let _ = write!(out, "; now **{state}**");
    }
    out.push_str("\n\n");
    if let Some(guidance) = &item.guidance {
        let _ = writeln!(out, "{}\n", escape(guidance));
    }
    if !item.evidence.is_empty() {
        out.push_str("Documents that show it:\n\n");
        for document in &item.evidence {
            let _ = writeln!(out, "- {}", escape(document));
        }
        out.push('\n');
    }
    if let Some(not_applicable) = &item.not_applicable {
        let when = not_applicable.when.as_deref().map(|when| format!(" {}", escape(when))).unwrap_or_default();
        let _ = writeln!(out, "\"Not applicable\" is allowed.{when}\n");
    }
    if item.provenance.weakest() == Grade::Inferred {
        let _ = writeln!(
            out,
            "_Not confirmed against a published source: `dspt explain {}` says what is sure._",
            item.number
        );
    }
    out
}
