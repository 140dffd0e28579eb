//! Group *ledger*: publications and what the national web site shows, against what git holds of them.
//!
//! What lies in the work tree is held against what was tagged or first committed, so that putting it back clears the
//! finding; what happened in between is for `dspt verify`. All of it stands at the first character of
//! organisation.toml; the file meant is a related place.

use super::rules;
use crate::decode::publications;
use crate::ledger::record;
use crate::lint::{At, Context, Draft, Published, Rule};
use crate::model::Record;
use crate::source::{Document, MAX_BYTES, Syntax};
use crate::tree::TreeError;
use crate::workspace::ORGANISATION_FILE;

rules![
    publication_deleted,
    publication_altered,
    toolkit_entry_altered,
    history_not_here,
    publisher_not_administrator,
    changed_since_publication,
    not_on_toolkit,
];

fn draft(rule: &'static Rule, message: String) -> Draft {
    Draft::new(rule, At::Top(ORGANISATION_FILE.to_owned()), message)
}

/// What lies at the place of a file that never changes.
enum Lies {
    AsPublished(Vec<u8>),
    Otherwise,
    Nowhere,
}

/// Holds a file of a publication against its digest. Line ends may have been converted at the checkout.
fn lies(context: &Context<'_>, path: &str, digest: &str) -> Lies {
    match context.tree.read(path, MAX_BYTES) {
        Ok(bytes) if record::digest(&bytes) == digest => Lies::AsPublished(bytes),
        Ok(mut bytes) => {
            bytes.retain(|byte| *byte != b'\r');
            if record::digest(&bytes) == digest { Lies::AsPublished(bytes) } else { Lies::Otherwise }
        }
        Err(TreeError::Missing) => Lies::Nowhere,
        Err(_) => Lies::Otherwise,
    }
}

/// A file that a publication added, with the digest that it had.
struct Part {
    path: String,
    digest: String,
}

fn record_of(published: &Published) -> Part {
    Part { path: record::record_path(&published.edition, &published.number), digest: published.digest.clone() }
}

/// The files that a record names beside it: its list and its bank. A record that is not as it was names none.
fn parts(context: &Context<'_>, published: &Published) -> Vec<Part> {
    let own = record_of(published);
    let Lies::AsPublished(bytes) = lies(context, &own.path, &own.digest) else { return Vec::new() };
    let Some(record) = read(bytes) else { return Vec::new() };
    vec![
        Part { path: record::list_path(&published.edition, &published.number), digest: record.files },
        Part {
            path: record::bank_path(&record.standard, &record.edition, &record.bank.digest),
            digest: record.bank.digest,
        },
    ]
}

fn read(bytes: Vec<u8>) -> Option<Record> {
    publications::record(&Document::read(bytes, Syntax::Toml)).ok()
}

/// Every file of every publication that is not as it was, each once, with what it was called by.
fn amiss(context: &Context<'_>, deleted: bool) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for published in &context.ledger.published {
        let all = std::iter::once(record_of(published)).chain(parts(context, published));
        for part in all {
            let is_meant = match lies(context, &part.path, &part.digest) {
                Lies::AsPublished(_) => false,
                Lies::Otherwise => !deleted,
                Lies::Nowhere => deleted,
            };
            if is_meant && !found.iter().any(|(path, ..)| *path == part.path) {
                found.push((part.path, published.id(), published.held_by.clone()));
            }
        }
    }
    found
}
