//! Editing in place: bytes are spliced at spans, the result is read again and compared.
//!
//! One way for TOML and YAML. What an edit does not touch stays identical to the byte: comments, blank lines, order,
//! quoting, line ends, a byte order mark. After each splice the text is parsed anew and must hold exactly the old
//! content with the change applied; otherwise nothing is given back and the caller keeps the old bytes. A list or a
//! table that is set anew is changed element by element, so that those that stay keep their bytes and comments.

mod content;
mod place;
mod toml;
mod yaml;

use super::{Document, Fault, Kind, Node, Pointer, Span, Syntax, TableForm};
use content::Content;
use jiff::civil::Date;

pub use toml::{toml_key, toml_string};

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Text(String),
    Flag(bool),
    Number(i64),
    Date(Date),
    /// A table on one line, such as a count or an evidence entry.
    Table(Vec<(&'static str, Literal)>),
    /// A list with one table or text a line.
    List(Vec<Literal>),
}

/// A key and its value as lines of a new file, in column `indent`, with the last line break. Written as an edit would.
pub fn line(syntax: Syntax, key: &str, literal: &Literal, indent: usize) -> String {
    let document = Document::empty(syntax);
    let pad = " ".repeat(indent);
    match syntax {
        Syntax::Toml => format!("{pad}{} = {}\n", toml_key(key), toml::value_at(&document, literal, &pad, true)),
        Syntax::Yaml => format!("{pad}{}:{}\n", yaml::yaml_key(key), yaml::after_key(&document, literal, indent)),
    }
}

/// One change to a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Writes the value under the pointer; tables on the way are made where they are missing. An index that is the
    /// length of its list adds an element.
    Set(Pointer, Literal),
    /// Takes the key or element and its value away, with its line; no change where it is not there.
    Remove(Pointer),
}

/// Why a file was left as it was.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    #[error("the file has errors (line {line}): mend them first, `dspt lint` shows them")]
    Damaged { line: u32 },
    #[error("`{0}` cannot be written here without moving other text; change it by hand")]
    NoPlace(String),
    #[error("writing `{0}` would have changed something else as well, so nothing was written; change it by hand")]
    WouldDisturb(String),
}

/// Replaces ranges of text; ranges may not overlap. The byte order mark is put back.
pub fn splice(document: &Document, replacements: &[(Span, String)]) -> Vec<u8> {
    let mut sorted: Vec<_> = replacements.iter().collect();
    sorted.sort_by_key(|(span, _)| *span);
    let mut out = Vec::with_capacity(document.text.len() + 64);
    if document.byte_order_mark {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut at = 0;
    for (span, text) in sorted {
        out.extend_from_slice(&document.text.as_bytes()[at..span.start as usize]);
        out.extend_from_slice(text.as_bytes());
        at = span.end as usize;
    }
    out.extend_from_slice(&document.text.as_bytes()[at..]);
    out
}

/// Applies changes; gives the new bytes of the file. Changes that do not meet are made over one reading, others one
/// after the other.
pub fn apply(document: &Document, changes: &[Change]) -> Result<Vec<u8>, EditError> {
    if document.damaged {
        let fault = document.faults.iter().find(|fault| fault.rule != "toml-1-1-only");
        let at = fault.map_or(Span::default(), |Fault { span, .. }| *span);
        return Err(EditError::Damaged { line: document.position(at.start).line });
    }
    let mut current: Option<Document> = None;
    for (index, change) in changes.iter().enumerate() {
        let document = current.as_ref().unwrap_or(document);
        // The first may make what the others go into: a list, a table.
        if index <= 1
            && changes.len() - index > 1
            && let Some(bytes) = at_once(document, &changes[index..])
        {
            return Ok(bytes);
        }
        let step = match change {
            Change::Set(pointer, literal) => Step::Set(pointer.clone(), literal.clone()),
            Change::Remove(pointer) => Step::Remove(widened(document, pointer)),
        };
        if let Some(changed) = take(document, &step)? {
            current = Some(changed);
        }
    }
    Ok(splice(current.as_ref().unwrap_or(document), &[]))
}

/// All changes over one reading of the document: every splice is worked out on the text as it is, the whole is read and
/// compared once. None where they may meet (one lies in what another makes, replaces or takes away), or where that did
/// not say what was meant.
fn at_once(document: &Document, changes: &[Change]) -> Option<Vec<u8>> {
    let mut intended = Content::of(document, &document.root);
    let mut all: Vec<(Span, String)> = Vec::new();
    // How many elements were added to a list already: on the text as it is each goes behind its last one.
    let mut added: Vec<(Pointer, usize)> = Vec::new();
    for change in changes {
        let (pointer, meant) = match change {
            Change::Set(pointer, literal) => (pointer, Some(literal)),
            Change::Remove(pointer) => (pointer, None),
        };
        let node = document.node(pointer);
        let step = match (meant, node) {
            (None, None) => continue,
            (None, Some(_)) if widened(document, pointer) != *pointer => return None,
            (None, Some(_)) => Step::Remove(pointer.clone()),
            // What is changed part by part, or is made of parts, goes by itself.
            (Some(Literal::Table(_) | Literal::List(_)), Some(_)) => return None,
            (Some(literal), Some(node)) => {
                if Content::of_literal(literal).says(&Content::of(document, node), document.syntax) {
                    continue;
                }
                Step::Set(pointer.clone(), literal.clone())
            }
            (Some(literal), None) => Step::Set(on_text(document, pointer, &mut added)?, literal.clone()),
        };
        let meant = match (&step, meant) {
            (Step::Set(..), Some(literal)) => Step::Set(pointer.clone(), literal.clone()),
            _ => Step::Remove(pointer.clone()),
        };
        if !intended.change(&meant) {
            return None;
        }
        all.extend(match document.syntax {
            Syntax::Toml => toml::splices(document, &step),
            Syntax::Yaml => yaml::splices(document, &step),
        }?);
    }
    all.sort_by_key(|(span, _)| *span);
    // Blocks at one place are set apart by one blank line, not by one below and one above.
    let end = place::line_break(document);
    for at in 1..all.len() {
        let (before, after) = all.split_at_mut(at);
        let ((above, upper), (below, lower)) = (&before[at - 1], &mut after[0]);
        if below.start < above.end {
            return None;
        }
        if above == below && upper.ends_with(&end.repeat(2)) && lower.starts_with(end) {
            lower.drain(..end.len());
        }
    }
    let bytes = splice(document, &all);
    let read = Document::read(bytes.clone(), document.syntax);
    let clean = !read.damaged && read.faults.len() <= document.faults.len();
    (clean && intended.says(&Content::of(&read, &read.root), document.syntax)).then_some(bytes)
}

/// A pointer to a new element of a list, as it is while the ones before it are not written yet.
fn on_text(document: &Document, pointer: &Pointer, added: &mut Vec<(Pointer, usize)>) -> Option<Pointer> {
    let Some((super::Step::Index(at), list)) = pointer.split_last() else { return Some(pointer.clone()) };
    // A list that is not there yet is made by its first element alone.
    let Kind::List(nodes) = &document.node(&list)?.kind else { return None };
    let known = added.iter().position(|(known, _)| *known == list);
    let known = known.unwrap_or_else(|| {
        added.push((list.clone(), 0));
        added.len() - 1
    });
    let before = &mut added[known].1;
    if *at != nodes.len() + *before {
        return None;
    }
    *before += 1;
    Some(list.index(nodes.len()))
}

/// A table that is only there because something is in it goes with the last thing in it.
fn widened(document: &Document, pointer: &Pointer) -> Pointer {
    if document.node(pointer).is_some()
        && let Some((_, parent)) = pointer.split_last()
        && let Some(Kind::Table(table)) = document.node(&parent).map(|node| &node.kind)
        && matches!(table.form, TableForm::Dotted | TableForm::Implied)
        && table.entries.len() == 1
    {
        return widened(document, &parent);
    }
    pointer.clone()
}

/// A change as it is carried out.
enum Step {
    Set(Pointer, Literal),
    Remove(Pointer),
    /// A new element of a list, before the one with this index.
    Insert(Pointer, usize, Literal),
}

impl Step {
    fn pointer(&self) -> &Pointer {
        match self {
            Self::Set(pointer, _) | Self::Remove(pointer) | Self::Insert(pointer, ..) => pointer,
        }
    }
}

/// The replacements that make a step; none where it cannot be made.
type Splices = Option<Vec<(Span, String)>>;

/// The document after a step; none where the step changes nothing.
fn take(document: &Document, step: &Step) -> Result<Option<Document>, EditError> {
    let before = Content::of(document, &document.root);
    let mut intended = before.clone();
    let name = || step.pointer().to_string();
    if !intended.change(step) {
        return Err(EditError::NoPlace(name()));
    }
    if intended.says(&before, document.syntax) {
        return Ok(None);
    }
    if let Step::Set(pointer, literal) = step
        && let Some(node) = document.node(pointer)
        && let Some(parts) = parts(document, pointer, node, literal)
        && let Ok(changed) = take_all(document, &parts)
        && intended.says(&Content::of(&changed, &changed.root), document.syntax)
    {
        return Ok(Some(changed));
    }
    let splices = match document.syntax {
        Syntax::Toml => toml::splices(document, step),
        Syntax::Yaml => yaml::splices(document, step),
    };
    let splices = splices.ok_or_else(|| EditError::NoPlace(name()))?;
    let read = Document::read(splice(document, &splices), document.syntax);
    let clean = !read.damaged && read.faults.len() <= document.faults.len();
    if clean && intended.says(&Content::of(&read, &read.root), document.syntax) {
        Ok(Some(read))
    } else {
        Err(EditError::WouldDisturb(name()))
    }
}

fn take_all(document: &Document, steps: &[Step]) -> Result<Document, EditError> {
    let mut current: Option<Document> = None;
    for step in steps {
        if let Some(changed) = take(current.as_ref().unwrap_or(document), step)? {
            current = Some(changed);
        }
    }
    Ok(current.unwrap_or_else(|| Document::read(splice(document, &[]), document.syntax)))
}

/// The single steps that turn a list or a table into another, where they have something in common that is worth
/// keeping or comments that must be kept.
fn parts(document: &Document, pointer: &Pointer, node: &Node, literal: &Literal) -> Option<Vec<Step>> {
    let same = |node: &Node, literal: &Literal| {
        Content::of_literal(literal).says(&Content::of(document, node), document.syntax)
    };
    let mut steps = Vec::new();
    let common = match (&node.kind, literal) {
        (Kind::Table(table), Literal::Table(entries)) => {
            let is_kept = |key: &str| entries.iter().any(|(kept, _)| *kept == key);
            steps.extend(entries.iter().map(|(key, value)| Step::Set(pointer.clone().key(*key), value.clone())));
            let keys = table.entries.iter().map(|entry| document.key_of(entry));
            let gone = keys.clone().filter(|key| !is_kept(key));
            steps.extend(gone.map(|key| Step::Remove(pointer.clone().key(key.to_owned()))));
            keys.filter(|key| is_kept(key)).count()
        }
        (Kind::List(nodes), Literal::List(values)) => {
            let prefix = nodes.iter().zip(values).take_while(|(node, value)| same(node, value)).count();
            let rest = nodes.len().min(values.len()) - prefix;
            let pairs = nodes.iter().rev().zip(values.iter().rev()).take(rest);
            let suffix = pairs.take_while(|(node, value)| same(node, value)).count();
            let (old, new) = (nodes.len() - suffix, values.len() - suffix);
            let replaced = prefix..old.min(new);
            steps.extend(replaced.map(|at| Step::Set(pointer.clone().index(at), values[at].clone())));
            steps.extend((new.max(prefix)..old).rev().map(|at| Step::Remove(pointer.clone().index(at))));
            steps.extend((old..new).map(|at| Step::Insert(pointer.clone(), at, values[at].clone())));
            prefix + suffix
        }
        _ => return None,
    };
    (common > 0 || place::has_comment(document, node, node.span)).then_some(steps)
}
