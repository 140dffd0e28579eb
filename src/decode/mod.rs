//! From trees to the model: one file for each kind of file dspt reads.
//!
//! A decoder goes on after an error and gives what is sound; what is wrong stands beside it as faults. Which parts a
//! fault has touched is kept, so that rules about what is absent do not report the same fault again.

pub mod answers;
pub mod library;
pub mod organisation;
pub mod plan;
pub mod portfolio;
pub mod publications;
pub mod standard;

use crate::source::{Document, Entry, Fault, Kind, Span, Syntax, TableForm};
use std::collections::BTreeSet;

/// What a file says, and what is wrong with its shape.
#[derive(Debug, Clone, Default)]
pub struct Decoded<T> {
    pub value: T,
    pub faults: Vec<Fault>,
    /// Items (in answers and plans) or top-level keys (elsewhere) in which something was wrong.
    pub touched: BTreeSet<String>,
    /// False where the file is of a newer format and nothing of it was read.
    pub readable: bool,
}

/// `[answers.1.1.5]`: TOML reads dots between bare keys as tables within tables. Reports each number so written below
/// an entry; says whether there was any.
fn unquoted(
    document: &Document,
    entry: &Entry,
    table: &str,
    touched: &mut BTreeSet<String>,
    faults: &mut Vec<Fault>,
) -> bool {
    let starts_one = document.syntax == Syntax::Toml
        && matches!(&entry.node.kind, Kind::Table(table) if table.form != TableForm::Inline)
        && is_bare_part(document.key_of(entry));
    starts_one && unquoted_below(document, entry, document.key_of(entry).to_owned(), table, touched, faults)
}

fn is_bare_part(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

fn unquoted_below(
    document: &Document,
    entry: &Entry,
    number: String,
    table: &str,
    touched: &mut BTreeSet<String>,
    faults: &mut Vec<Fault>,
) -> bool {
    let Kind::Table(inner) = &entry.node.kind else { return false };
    let nested: Vec<&Entry> = inner
        .entries
        .iter()
        .filter(|inner| is_bare_part(document.key_of(inner)) && matches!(inner.node.kind, Kind::Table(_)))
        .collect();
    if !nested.is_empty() {
        let mut any = false;
        for inner in nested {
            let longer = format!("{number}.{}", document.key_of(inner));
            any |= unquoted_below(document, inner, longer, table, touched, faults);
        }
        return any;
    }
    if !number.contains('.') {
        return false;
    }
    // The number as the author wrote it ends with this key and begins with the digits before it.
    let leaf = entry.key.span;
    let written = &document.text[..leaf.start as usize];
    let before = written.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ' | '\t')).len();
    let start = written[before..].find(|c: char| c.is_ascii_digit()).map_or(leaf.start as usize, |at| before + at);
    let span = Span::new(start, leaf.end as usize);
    faults.push(
        Fault::new(
            "unquoted-item",
            span,
            format!(
                "the item's number {number} stands without quotation marks, so TOML reads it as tables within tables"
            ),
        )
        .help(format!("write [{table}.\"{number}\"]"))
        .fix("put the number in quotation marks", span, format!("\"{number}\"")),
    );
    touched.insert(number);
    true
}
