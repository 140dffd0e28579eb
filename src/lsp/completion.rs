//! What can stand where somebody types: items, keys of an answer, values.

use super::hover::{self, KEYS};
use super::spot::{self, HOLDERS};
use super::texts::Lines;
use crate::decode::answers::{ANSWER_KEYS, EVIDENCE_KEYS};
use crate::model::{ItemKind, Organisation, Standard};
use crate::source::{Document, Syntax};
use crate::tree::{Entry, Tree};
use jiff::civil::Date;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, Documentation, MarkupContent, MarkupKind, Position,
    TextEdit,
};

/// Files of evidence that are offered at most.
const FILES: usize = 500;
/// Keys of a row of the action plan, in the order in which people fill them in.
const ACTION_KEYS: &[&str] = &["action", "owner", "target", "status", "resources", "cost", "progress", "notes"];

/// What a completion looks at.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) document: &'a Document,
    pub(super) standard: &'a Standard,
    pub(super) organisation: &'a Organisation,
    pub(super) tree: &'a dyn Tree,
    pub(super) day: Date,
}

pub(super) fn complete(around: Surroundings<'_>, lines: &Lines<'_>, position: Position) -> Vec<CompletionItem> {
    let document = around.document;
    let at = lines.offset(position);
    let (before, after) = spot::line_around(&document.text, at);
    if before.trim_start().starts_with('#') {
        return Vec::new();
    }
    let offer = Offer { lines, at, position };
    let word = before.trim_start();
    if document.syntax == Syntax::Toml && word.starts_with('[') && !word.starts_with("[[") {
        return headers(around, &offer, word, after);
    }
    if let Some((key, typed)) = value_being_typed(word, document.syntax) {
        return values(around, &offer, key, typed);
    }
    if document.syntax == Syntax::Yaml
        && is_item_column(document, before)
        && word.trim_start_matches('"').bytes().all(is_number)
    {
        let after = after.len() - after.trim_start_matches(['"', ':']).len();
        return items(around, &offer, word.len(), after, |number| format!("\"{number}\":"));
    }
    let is_key = |c: char| c.is_ascii_lowercase() || c == '_';
    let (lead, typed) = word.split_at(word.trim_end_matches(is_key).len());
    if lead.trim_end().is_empty() || lead.trim_end() == "-" || lead.trim_end().ends_with(['{', ',']) {
        return keys(around, &offer, lead, typed);
    }
    Vec::new()
}

/// Where an offered text goes: some bytes before and behind the cursor give way to it.
struct Offer<'l> {
    lines: &'l Lines<'l>,
    at: usize,
    position: Position,
}

impl Offer<'_> {
    fn item(
        &self,
        label: String,
        kind: CompletionItemKind,
        before: usize,
        after: usize,
        text: String,
    ) -> CompletionItem {
        let mut range = self.lines.range(self.at - before..self.at + after);
        // The range must hold the cursor, whatever line ends stand behind it.
        range.end = range.end.max(self.position);
        CompletionItem {
            filter_text: Some(text.clone()),
            label,
            kind: Some(kind),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text: text })),
            ..CompletionItem::default()
        }
    }
}

fn is_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.'
}

/// `[answers."1.1.5"]`, from whatever part of it stands there.
fn headers(around: Surroundings<'_>, offer: &Offer<'_>, word: &str, after: &str) -> Vec<CompletionItem> {
    let root = around.document.root.table();
    let has = |key: &str| root.is_some_and(|root| around.document.entry(root, key).is_some());
    let holder =
        if word.starts_with("[act") || (has(HOLDERS[1]) && !has(HOLDERS[0])) { HOLDERS[1] } else { HOLDERS[0] };
    let behind = after.len() - after.trim_start_matches(['"', ']']).len();
    items(around, offer, word.len(), behind, |number| format!("[{holder}.\"{number}\"]"))
}

fn items(
    around: Surroundings<'_>,
    offer: &Offer<'_>,
    before: usize,
    after: usize,
    spell: impl Fn(&str) -> String,
) -> Vec<CompletionItem> {
    let taken: Vec<&str> = spot::items(around.document)
        .iter()
        .filter(|spot| !(spot.mark.start <= offer.at && offer.at <= spot.mark.end + 2))
        .map(|spot| spot.number)
        .collect();
    let free = around.standard.items.iter().enumerate().filter(|(_, item)| !taken.contains(&item.number.as_str()));
    free.map(|(at, item)| {
        let mut offered =
            offer.item(item.number.clone(), CompletionItemKind::Field, before, after, spell(&item.number));
        offered.detail = Some(item.shown());
        offered.sort_text = Some(format!("{at:04}"));
        offered.documentation = Some(markdown(hover::text(around.standard, item, None)));
        offered
    })
    .collect()
}

/// Whether a line of YAML begins where the items stand.
fn is_item_column(document: &Document, before: &str) -> bool {
    let column = spot::items(document).first().map(|spot| spot.mark.start - spot.region.start);
    let indent = before.len() - before.trim_start().len();
    indent == column.unwrap_or(2)
}

fn keys(around: Surroundings<'_>, offer: &Offer<'_>, lead: &str, typed: &str) -> Vec<CompletionItem> {
    let Some(spot) = spot::item_at(around.document, offer.at) else { return Vec::new() };
    let item = around.standard.items.iter().find(|item| item.number == spot.number);
    let in_entry = lead.contains('{') || lead.trim_end().ends_with(',') || lead.trim_start().starts_with('-');
    let names: Vec<&str> = match (in_entry, spot.holder) {
        (true, _) => EVIDENCE_KEYS.to_vec(),
        (false, holder) if holder == HOLDERS[1] => ACTION_KEYS.to_vec(),
        // What answers the question comes first, what answers other kinds of questions not at all.
        (false, _) => {
            let own = item.map(|item| match item.kind {
                ItemKind::Tick => "tick",
                ItemKind::Text => "text",
                ItemKind::Document => "evidence",
                ItemKind::Date => "date",
            });
            let other = |key: &str| ["tick", "text", "date"].contains(&key) && own.is_some_and(|own| own != key);
            let counted = item.is_none_or(|item| item.threshold.is_some());
            let allowed = item.is_none_or(|item| item.not_applicable.is_some());
            let rest = ANSWER_KEYS.iter().copied().filter(|key| {
                Some(*key) != own
                    && !other(key)
                    && (*key != "count" || counted)
                    && (*key != "not_applicable" || allowed)
                    && !["carried_from", "from"].contains(key)
            });
            own.into_iter().chain(rest).collect()
        }
    };
    let there: Vec<&str> = match spot.table {
        Some(table) if !in_entry => table
            .entries
            .iter()
            .filter(|entry| !entry.key.span.range().contains(&offer.at.saturating_sub(1)))
            .map(|entry| around.document.key_of(entry))
            .collect(),
        _ => Vec::new(),
    };
    let sign = if around.document.syntax == Syntax::Yaml { ": " } else { " = " };
    names
        .into_iter()
        .filter(|name| !there.contains(name))
        .enumerate()
        .map(|(at, name)| {
            let mut offered =
                offer.item(name.to_owned(), CompletionItemKind::Property, typed.len(), 0, format!("{name}{sign}"));
            offered.sort_text = Some(format!("{at:02}"));
            offered.documentation = KEYS.get(name).filter(|_| !in_entry).cloned().map(markdown);
            offered
        })
        .collect()
}

/// The key before the cursor and what stands of its value; none where no value is being typed.
fn value_being_typed(word: &str, syntax: Syntax) -> Option<(&str, &str)> {
    let start = word.rfind(['{', ',']).map_or(0, |at| at + 1);
    let sign = if syntax == Syntax::Toml { '=' } else { ':' };
    // A comma or brace inside the value does not end it.
    let (part, at) = match word[start..].find(sign) {
        Some(at) => (&word[start..], at),
        None => (word, word.find(sign)?),
    };
    let key = part[..at].trim().trim_start_matches("- ").trim();
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_key.then(|| (key, part[at + 1..].trim_start()))
}

fn values(around: Surroundings<'_>, offer: &Offer<'_>, key: &str, typed: &str) -> Vec<CompletionItem> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let bare = |text: &str| text.to_owned();
    let list = |texts: Vec<String>, spell: &dyn Fn(&str) -> String, kind: CompletionItemKind| {
        let items = texts.into_iter().enumerate().map(|(at, text)| {
            let mut offered = offer.item(text.clone(), kind, typed.len(), 0, spell(&text));
            offered.sort_text = Some(format!("{at:04}"));
            offered
        });
        items.collect::<Vec<_>>()
    };
    match key {
        "tick" | "private" => list(vec!["true".to_owned(), "false".to_owned()], &bare, CompletionItemKind::Value),
        "reviewed" | "approved" | "date" | "on" | "target" | "review_by" => {
            list(vec![around.day.to_string()], &bare, CompletionItemKind::Value)
        }
        "owner" | "reviewed_by" => {
            let members = around.organisation.members.iter().filter(|member| member.left.is_none());
            list(members.map(|member| member.email.clone()).collect(), &quoted, CompletionItemKind::Value)
        }
        "aim" => {
            let levels = around.standard.levels.iter().map(|level| level.id.clone()).collect();
            list(levels, &quoted, CompletionItemKind::EnumMember)
        }
        "status" => {
            let words = crate::model::ActionStatus::WORDS.iter().map(|word| (*word).to_owned()).collect();
            list(words, &quoted, CompletionItemKind::EnumMember)
        }
        "file" => {
            let mut files = Vec::new();
            for directory in ["evidence", "private"] {
                collect(around.tree, directory, &mut files);
            }
            list(files, &quoted, CompletionItemKind::File)
        }
        _ => Vec::new(),
    }
}

fn collect(tree: &dyn Tree, directory: &str, files: &mut Vec<String>) {
    for name in tree.list(directory).unwrap_or_default() {
        let path = format!("{directory}/{name}");
        if files.len() >= FILES || name.starts_with('.') {
            continue;
        }
        match tree.entry(&path) {
            Ok(Entry::Directory) => collect(tree, &path, files),
            Ok(Entry::File { .. }) => files.push(path),
            Err(_) => {}
        }
    }
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}
