//! Group *files*: what is written cannot be read, or says nothing that the format knows.
//!
//! Most of these are found while a file is read or decoded and only reported here; files of every edition are judged
//! by this group.

use super::rules;
use crate::lint::{At, Draft, Rule, Sink, rule};
use crate::source::{Document, Kind, Span};
use crate::workspace::{FileId, Workspace};

rules![
    syntax_error,
    merge_conflict,
    unknown_key,
    wrong_type,
    missing_key,
    duplicate_key,
    unknown_item,
    unquoted_item,
    unknown_edition,
    edition_differs_from_file_name,
    two_answer_files,
    two_places,
    file_too_large,
    alias_expansion,
    too_deep,
    path_escapes_workspace,
    not_utf_8,
    unreadable,
    newer_format,
    toml_1_1_only,
];

/// Reports what reading and decoding found.
pub(in crate::lint) fn report_reading(workspace: &Workspace, sink: &mut Sink<'_>) {
    for problem in &workspace.problems {
        let Some(rule) = rule(problem.rule) else { continue };
        let mut draft = Draft::new(rule, At::Top(problem.path.clone()), problem.message.clone());
        if let Some(help) = &problem.help {
            draft = draft.help(help.clone());
        }
        if let Some(other) = &problem.related {
            draft = draft.related(At::Top(other.clone()), "the other file");
        }
        sink.report(draft);
    }
    for (at, file) in workspace.files.iter().enumerate() {
        for fault in &file.faults {
            let Some(rule) = rule(fault.rule) else { continue };
            sink.report_fault(rule, FileId(at), fault, item_at(&file.document, fault.span));
        }
    }
}

/// The item in whose answer or action a place lies.
fn item_at(document: &Document, span: Span) -> Option<String> {
    let root = document.root.table()?;
    let entries = ["answers", "actions"].iter().find_map(|key| document.entry(root, key))?;
    let Kind::Table(table) = &entries.node.kind else { return None };
    let before = table.entries.iter().filter(|entry| entry.key.span.start <= span.end);
    let number = document.key_of(before.max_by_key(|entry| entry.key.span.start)?);
    number.bytes().any(|byte| byte.is_ascii_digit()).then(|| number.to_owned())
}

/// Reports a word that is none of those the standard declares, at a value.
fn unknown_word(rule: &'static Rule, at: At, what: &str, word: &str, known: &[&str]) -> Draft {
    let draft = Draft::new(rule, at, format!("\"{}\" is no {what}", crate::source::decode::shorten(word)));
    match crate::source::decode::nearest(word, known) {
        Some(near) => draft.help(format!("did you mean \"{near}\"?")),
        None => draft.help(format!("known: {}", known.join(", "))),
    }
}
