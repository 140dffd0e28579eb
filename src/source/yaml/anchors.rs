//! Anchors and aliases, within a budget.
//!
//! An anchored collection is remembered by its place in the tree and copied only where an alias asks for it, so that
//! neither anchors nor aliases can cost more than the budget allows, however they are nested.

use super::{Frame, Holds};
use crate::source::{Fault, Kind, MAX_ALIAS_NODES, MAX_DEPTH, Node, Span, Table, too_deep};
use std::collections::HashMap;

/// So many bytes of text count as one node more.
const BYTES_A_NODE: usize = 64;

#[derive(Default)]
pub(super) struct Anchors {
    known: HashMap<usize, Anchor>,
    /// In the order of the file.
    order: Vec<usize>,
    /// How many nodes the aliases have added.
    spent: usize,
    exhausted: bool,
}

enum Anchor {
    /// A scalar may be a key, which no path leads to.
    Scalar(Node),
    /// The index of the child to take in each collection, from the root.
    Path(Vec<u32>),
}

/// What looks like an anchor in a text, with where it first stands.
pub(super) fn all(text: &str) -> HashMap<&str, usize> {
    let mut found = HashMap::new();
    for (at, _) in text.match_indices('&') {
        let name = &text[at + 1..];
        let end = name.find([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}']).unwrap_or(name.len());
        found.entry(&name[..end]).or_insert(at);
    }
    found
}

impl Anchors {
    pub(super) fn count(&self) -> usize {
        self.order.len()
    }

    pub(super) fn scalar(&mut self, id: usize, node: &Node) {
        self.remember(id, || Anchor::Scalar(node.clone()));
    }

    pub(super) fn collection(&mut self, id: usize, path: impl FnOnce() -> Vec<u32>) {
        self.remember(id, || Anchor::Path(path()));
    }

    fn remember(&mut self, id: usize, anchor: impl FnOnce() -> Anchor) {
        if id != 0 {
            self.known.insert(id, anchor());
            self.order.push(id);
        }
    }

    /// Forgets all but the first anchors: the values of the others have been dropped.
    pub(super) fn forget(&mut self, keep: usize) {
        for id in self.order.drain(keep.min(self.order.len())..) {
            self.known.remove(&id);
        }
    }

    /// A copy of what an alias refers to; else what is wrong with it, if that was not said before.
    pub(super) fn resolve(&mut self, id: usize, frames: &[Frame], text: &str) -> Result<Node, Option<Box<Fault>>> {
        let fault =
            |rule, message: String, help: &str| Some(Box::new(Fault::new(rule, Span::default(), message).help(help)));
        let node = match self.known.get(&id) {
            Some(Anchor::Scalar(node)) => node,
            Some(Anchor::Path(path)) => find(path, frames).ok_or(None)?,
            None if frames.iter().any(|frame| frame.anchor == id) => {
                let help = "write the value out; dspt files need no anchors";
                return Err(fault("syntax-error", "an alias stands inside what it refers to".to_owned(), help));
            }
            None => return Err(None),
        };
        if self.exhausted {
            return Err(None);
        }
        let mut budget = MAX_ALIAS_NODES.saturating_sub(self.spent);
        let before = budget;
        let Some(height) = height(node, text, &mut budget) else {
            self.exhausted = true;
            let message = format!("the aliases of this file unfold to more than {MAX_ALIAS_NODES} values");
            return Err(fault("alias-expansion", message, "write the values out; dspt files need no anchors"));
        };
        if frames.len() + height > MAX_DEPTH {
            return Err(Some(Box::new(too_deep(Span::default()))));
        }
        self.spent += before - budget;
        Ok(node.clone())
    }
}

/// How many collections stand in each other; none where the budget does not reach.
fn height(node: &Node, text: &str, budget: &mut usize) -> Option<usize> {
    let cost = match &node.kind {
        Kind::Scalar(scalar) => 1 + scalar.text.resolve(text).len() / BYTES_A_NODE,
        _ => 1,
    };
    *budget = budget.checked_sub(cost)?;
    let mut highest = 0;
    match &node.kind {
        Kind::Scalar(_) => return Some(0),
        Kind::List(nodes) => {
            for node in nodes {
                highest = highest.max(height(node, text, budget)?);
            }
        }
        Kind::Table(Table { entries, .. }) => {
            for entry in entries {
                *budget = budget.checked_sub(entry.key.text.resolve(text).len() / BYTES_A_NODE)?;
                highest = highest.max(height(&entry.node, text, budget)?);
            }
        }
    }
    Some(highest + 1)
}

/// The node at the end of a path: the first steps may lead through collections that are still open.
fn find<'n>(path: &[u32], frames: &'n [Frame]) -> Option<&'n Node> {
    let mut frames = frames.iter();
    let mut steps = path.iter();
    let mut node = loop {
        let at = *steps.next()? as usize;
        let found = match &frames.next()?.holds {
            Holds::List(nodes) => nodes.get(at),
            Holds::Table { table, .. } => table.entries.get(at).map(|entry| &entry.node),
        };
        if let Some(found) = found {
            break found;
        }
    };
    for at in steps {
        node = match &node.kind {
            Kind::List(nodes) => nodes.get(*at as usize)?,
            Kind::Table(table) => &table.entries.get(*at as usize)?.node,
            Kind::Scalar(_) => return None,
        };
    }
    Some(node)
}
