//! A bank whose items were found in the publisher's own workbook: the same bytes but for their provenance.

use crate::decode;
use crate::model::standard::Provenance;
use crate::model::{Grade, Standard};
use crate::source::edit::{self, Change, Literal, toml_key, toml_string};
use crate::source::{Document, Kind, Pointer, Syntax, TableForm};

/// What was found of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// Index into the items of the standard.
    pub item: usize,
    /// Whether it was found too which levels ask for the item; number and wording were.
    pub level: bool,
}

/// The bank's text with these items graded by the source that confirms them, and its revision raised; an error where it
/// could not be written so that it says this and nothing else.
pub fn confirm(text: &str, standard: &Standard, found: &[Confirmed], citation: &str) -> Result<Vec<u8>, String> {
    let document = Document::read_text(text, Syntax::Toml);
    let key = source_key(standard);
    let mut meant: Vec<Provenance> = standard.items.iter().map(|item| item.provenance.clone()).collect();
    let mut replacements = Vec::new();
    for Confirmed { item, level } in found {
        let provenance = &mut meant[*item];
        (provenance.wording, provenance.number) = (Grade::Verbatim, Grade::Verbatim);
        (provenance.wording_inference, provenance.number_inference) = (None, None);
        if *level {
            provenance.level = Grade::Verbatim;
            provenance.level_inference = None;
        }
        provenance.sources.push(key.clone());
        let pointer = Pointer::root().key("item").index(*item).key("provenance");
        let node = document.node(&pointer).ok_or_else(|| format!("item {} has no provenance", item + 1))?;
        if !matches!(&node.kind, Kind::Table(table) if table.form == TableForm::Inline) {
            return Err(format!("the provenance of {} is not on one line", standard.items[*item].number));
        }
        replacements.push((node.span, inline(provenance)));
    }
    let revision = Pointer::root().key("revision");
    let node = document.node(&revision).ok_or("the bank has no revision")?;
    replacements.push((node.span, (standard.head.revision + 1).to_string()));
    let regraded = Document::read(edit::splice(&document, &replacements), Syntax::Toml);
    let source = Change::Set(Pointer::root().key("sources").key(key.clone()), Literal::Text(citation.to_owned()));
    let bytes = edit::apply(&regraded, &[source]).map_err(|error| error.to_string())?;
    let read = decode::standard::decode(&bytes);
    let holds = read.faults.is_empty()
        && read.value.is_some_and(|read| {
            let same = read.items.iter().zip(&standard.items).zip(&meant).all(|((new, old), meant)| {
                (&new.number, &new.question, &new.required_for) == (&old.number, &old.question, &old.required_for)
                    && new.provenance == *meant
            });
            same && read.items.len() == standard.items.len()
                && read.head.revision == standard.head.revision + 1
                && read.sources.len() == standard.sources.len() + 1
        });
    if holds { Ok(bytes) } else { Err("the bank is written in a way that cannot be regraded safely".to_owned()) }
}

/// A key that no source has yet.
fn source_key(standard: &Standard) -> String {
    let names = std::iter::once("workbook".to_owned()).chain((2_u32..).map(|at| format!("workbook-{at}")));
    names.into_iter().find(|name| !standard.sources.contains_key(name)).unwrap_or_default()
}

fn inline(provenance: &Provenance) -> String {
    let quoted = |text: &str| toml_string(text);
    let sources: Vec<String> = provenance.sources.iter().map(|source| quoted(source)).collect();
    let mut parts = vec![
        ("wording", quoted(provenance.wording.word())),
        ("number", quoted(provenance.number.word())),
        ("level", quoted(provenance.level.word())),
        ("sources", format!("[{}]", sources.join(", "))),
    ];
    let inferences = [
        ("wording_inference", &provenance.wording_inference),
        ("number_inference", &provenance.number_inference),
        ("level_inference", &provenance.level_inference),
    ];
    parts.extend(inferences.into_iter().filter_map(|(key, said)| Some((key, quoted(said.as_ref()?)))));
    let parts: Vec<String> = parts.into_iter().map(|(key, value)| format!("{} = {value}", toml_key(key))).collect();
    format!("{{ {} }}", parts.join(", "))
}
