//! What a tree says, without places, order or notation: the yardstick of an edit.

use super::{Literal, Step};
use crate::source::{Document, Kind, Node, ScalarKind, Step as At, Syntax, with_lf};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Table(BTreeMap<String, Content>),
    List(Vec<Content>),
    Text(String),
    /// A number, a date, a truth value, or an unquoted text of YAML.
    Bare(String),
    Null,
}

impl Content {
    pub(super) fn of(document: &Document, node: &Node) -> Self {
        match &node.kind {
            Kind::Table(table) => {
                let entries = table.entries.iter();
                Self::Table(
                    entries.map(|entry| (document.key_of(entry).to_owned(), Self::of(document, &entry.node))).collect(),
                )
            }
            Kind::List(nodes) => Self::List(nodes.iter().map(|node| Self::of(document, node)).collect()),
            Kind::Scalar(scalar) => {
                let text = || document.text_of(&scalar.text).to_owned();
                match scalar.kind {
                    ScalarKind::Null => Self::Null,
                    ScalarKind::String => Self::Text(text()),
                    _ => Self::Bare(text()),
                }
            }
        }
    }

    pub(super) fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::Text(with_lf(text).into_owned()),
            Literal::Flag(flag) => Self::Bare(flag.to_string()),
            Literal::Number(number) => Self::Bare(number.to_string()),
            Literal::Date(date) => Self::Bare(date.to_string()),
            Literal::Table(entries) => {
                Self::Table(entries.iter().map(|(key, value)| ((*key).to_owned(), Self::of_literal(value))).collect())
            }
            Literal::List(values) => Self::List(values.iter().map(Self::of_literal).collect()),
        }
    }

    /// Whether what is found says what was meant. An empty table, an empty list and a YAML null say the same, and in
    /// YAML a text that was meant may stand without quotation marks.
    pub(super) fn says(&self, found: &Self, syntax: Syntax) -> bool {
        if self.is_nothing() || found.is_nothing() {
            return self.is_nothing() && found.is_nothing();
        }
        match (self, found) {
            (Self::Table(a), Self::Table(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((ka, va), (kb, vb))| ka == kb && va.says(vb, syntax))
            }
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says(b, syntax)),
            (Self::Text(a), Self::Bare(b)) => syntax == Syntax::Yaml && a == b,
            (a, b) => a == b,
        }
    }

    fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Table(entries) => entries.is_empty(),
            Self::List(values) => values.is_empty(),
            _ => false,
        }
    }

    /// Makes a change; false where what it names cannot be.
    pub(super) fn change(&mut self, step: &Step) -> bool {
        match step {
            Step::Set(pointer, literal) => return self.set(pointer.steps(), Self::of_literal(literal)),
            Step::Remove(pointer) => self.remove(pointer.steps()),
            Step::Insert(pointer, at, literal) => self.insert(pointer.steps(), *at, Self::of_literal(literal)),
        }
        true
    }

    fn set(&mut self, steps: &[At], value: Self) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            *self = value;
            return true;
        };
        if self.is_nothing() {
            *self = match step {
                At::Key(_) => Self::Table(BTreeMap::new()),
                At::Index(_) => Self::List(Vec::new()),
            };
        }
        match (step, self) {
            (At::Key(key), Self::Table(entries)) => {
                entries.entry(key.to_string()).or_insert(Self::Null).set(rest, value)
            }
            (At::Index(at), Self::List(values)) => {
                if *at == values.len() {
                    values.push(Self::Null);
                }
                values.get_mut(*at).is_some_and(|found| found.set(rest, value))
            }
            // Nothing that stands there makes way unasked.
            _ => false,
        }
    }

    fn remove(&mut self, steps: &[At]) {
        match (steps, self) {
            ([At::Key(key)], Self::Table(entries)) => {
                entries.remove(key.as_ref());
            }
            ([At::Index(at)], Self::List(values)) if *at < values.len() => {
                values.remove(*at);
            }
            ([At::Key(key), rest @ ..], Self::Table(entries)) => {
                if let Some(inner) = entries.get_mut(key.as_ref()) {
                    inner.remove(rest);
                }
            }
            ([At::Index(index), rest @ ..], Self::List(values)) => {
                if let Some(inner) = values.get_mut(*index) {
                    inner.remove(rest);
                }
            }
            _ => {}
        }
    }

    fn insert(&mut self, steps: &[At], at: usize, value: Self) {
        match (steps, self) {
            ([], Self::List(values)) => values.insert(at.min(values.len()), value),
            ([At::Key(key), rest @ ..], Self::Table(entries)) => {
                if let Some(inner) = entries.get_mut(key.as_ref()) {
                    inner.insert(rest, at, value);
                }
            }
            ([At::Index(index), rest @ ..], Self::List(values)) => {
                if let Some(inner) = values.get_mut(*index) {
                    inner.insert(rest, at, value);
                }
            }
            _ => {}
        }
    }
}
