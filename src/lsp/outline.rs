//! A file by section, and the document behind an entry of evidence.

use super::spot;
use super::texts::Lines;
use crate::assess::Assessment;
use crate::model::Standard;
use crate::source::Document;
use lsp_types::{DocumentSymbol, Range, SymbolKind};

/// The items of a file below the sections they belong to, in the standard's order; what the standard does not know
/// stands last.
pub(super) fn symbols(
    document: &Document,
    lines: &Lines<'_>,
    standard: &Standard,
    assessment: Option<&Assessment>,
) -> Vec<DocumentSymbol> {
    let mut sections: Vec<(String, Vec<DocumentSymbol>)> =
        standard.sections.iter().map(|section| (section.clone(), Vec::new())).collect();
    sections.push(("Not in this edition".to_owned(), Vec::new()));
    for spot in spot::items(document) {
        let place = standard.items.iter().position(|item| item.number == spot.number);
        let item = place.map(|place| &standard.items[place]);
        let name = match item {
            Some(item) => format!("{} {}", item.number, item.shown()),
            None => spot.number.to_owned(),
        };
        let state = place.zip(assessment).map(|(place, assessment)| assessment.items[place].state.word().to_owned());
        let end = document.text[spot.region.clone()].trim_end().len() + spot.region.start;
        let name = if name.trim().is_empty() { "(no number)".to_owned() } else { name };
        let range = lines.range(spot.region.start..end.max(spot.mark.end));
        let symbol = symbol(name, state, SymbolKind::Field, range, lines.range(spot.mark.clone()), None);
        let section = item.map_or(standard.sections.len(), |item| item.section);
        sections[section].1.push(symbol);
    }
    let filled = sections.into_iter().filter(|(_, items)| !items.is_empty());
    filled
        .map(|(name, items)| {
            // A section reaches from its first item to its last, wherever they stand.
            let start = items.iter().map(|item| item.range.start).min().unwrap_or_default();
            let end = items.iter().map(|item| item.range.end).max().unwrap_or_default();
            let selection = items[0].selection_range;
            symbol(name, None, SymbolKind::Namespace, Range { start, end }, selection, Some(items))
        })
        .collect()
}

fn symbol(
    name: String,
    detail: Option<String>,
    kind: SymbolKind,
    range: Range,
    selection: Range,
    children: Option<Vec<DocumentSymbol>>,
) -> DocumentSymbol {
    DocumentSymbol::new(name, detail, kind, None, None, range, selection, children)
}

/// The path of the evidence file whose entry stands at a byte, as it is written.
pub(super) fn evidence_at(document: &Document, at: usize) -> Option<String> {
    let table = spot::item_at(document, at)?.table?;
    let evidence = document.entry(table, "evidence")?;
    let entries = evidence.node.list()?;
    let inside = |start: u32, end: usize| start as usize <= at && at <= end;
    let entry = entries.iter().find(|node| {
        let start =
            node.table().and_then(|table| table.entries.first()).map_or(node.span.start, |entry| entry.key.span.start);
        inside(start.min(node.span.start), node.reach())
    })?;
    let file = &document.entry(entry.table()?, "file")?.node;
    Some(document.text_of(&file.scalar()?.text).to_owned())
}
