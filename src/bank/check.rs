//! Checks a bank that somebody wrote: its shape, its references, and what it says of its predecessor.

use super::Banks;
use crate::decode;
use crate::model::Standard;
use crate::model::standard::LineageChange;
use crate::source::{Document, Fault, Pointer, Span};

/// Everything wrong with a bank, in the order of its lines.
pub fn check(document: &Document, banks: &Banks) -> Vec<Fault> {
    let decoded = decode::standard::decode_document(document);
    let mut faults = document.faults.clone();
    faults.extend(decoded.faults);
    if let Some(standard) = &decoded.value
        && faults.is_empty()
    {
        levels_rise(document, standard, &mut faults);
        if let Some(predecessor) = &standard.head.predecessor {
            match banks.find(standard.id(), predecessor).map(super::Bank::standard) {
                Some(Ok(before)) => follows(document, standard, &before, &mut faults),
                Some(Err(error)) => faults.push(at_key(document, "predecessor", error.to_string())),
                None => faults.push(
                    at_key(
                        document,
                        "predecessor",
                        format!("no question bank is known for the predecessor {predecessor}"),
                    )
                    .help("give its directory with --standards, or leave `predecessor` out"),
                ),
            }
        }
    }
    faults.sort_by_key(|fault| fault.span);
    faults
}

fn at_key(document: &Document, key: &'static str, message: String) -> Fault {
    Fault::new("bank", document.span(&Pointer::root().key(key)), message)
}

fn item_span(document: &Document, index: usize, key: &'static str) -> Span {
    document.span(&Pointer::root().key("item").index(index).key(key))
}

/// What a lower level asks for, a higher one must ask for too: otherwise a better answer could lower the level.
fn levels_rise(document: &Document, standard: &Standard, faults: &mut Vec<Fault>) {
    for (index, item) in standard.items.iter().enumerate() {
        let asked: Vec<bool> = (0..standard.levels.len()).map(|level| standard.asks(level, item)).collect();
        if let Some(lower) = asked.windows(2).position(|pair| pair[0] && !pair[1]) {
            let message = format!(
                "{} is needed for {} but not for the higher {}",
                item.number,
                standard.levels[lower].label,
                standard.levels[lower + 1].label
            );
            faults.push(
                Fault::new("bank", item_span(document, index, "required_for"), message)
                    .help("name the higher level too"),
            );
        }
    }
}

/// The lineage must agree with the predecessor: numbers by concept, nothing vanished without a word.
fn follows(document: &Document, standard: &Standard, before: &Standard, faults: &mut Vec<Fault>) {
    for (index, item) in standard.items.iter().enumerate() {
        let Some(lineage) = &item.lineage else {
            let message = format!("{} does not say what became of it since {}", item.number, before.edition());
            faults.push(
                Fault::new("bank", item_span(document, index, "number"), message)
                    .help("add lineage = { change = \"same\", was = \"…\" } or change = \"new\""),
            );
            continue;
        };
        let span = item_span(document, index, "lineage");
        match (before.concept(&item.concept), lineage.change) {
            (Some(old), LineageChange::New) => {
                faults.push(Fault::new(
                    "bank",
                    span,
                    format!(
                        "{} is said to be new, but {} has its concept as {}",
                        item.number,
                        before.edition(),
                        old.number
                    ),
                ));
            }
            (Some(old), _) => {
                if lineage.was.as_deref() != Some(old.number.as_str()) {
                    faults.push(
                        Fault::new("bank", span, format!("{} was {} in {}", item.number, old.number, before.edition()))
                            .help(format!("write was = \"{}\"", old.number)),
                    );
                }
                if lineage.reworded != (old.question != item.question) {
                    let said = if lineage.reworded {
                        "is said to be reworded, but the wording is the same"
                    } else {
                        "is worded differently, but is not said to be reworded"
                    };
                    faults.push(Fault::new("bank", span, format!("{} {said}", item.number)));
                }
            }
            (None, LineageChange::New | LineageChange::Split | LineageChange::Merged) => {}
            (None, _) => {
                faults.push(
                    Fault::new(
                        "bank",
                        span,
                        format!("{} has no item of the concept `{}`", before.edition(), item.concept),
                    )
                    .help("write change = \"new\""),
                );
            }
        }
    }
    for old in before.items.iter().filter(|old| standard.concept(&old.concept).is_none()) {
        if !standard.retired.iter().any(|retired| retired.concept == old.concept) {
            let message =
                format!("{} of {} ({}) is neither kept nor retired", old.number, before.edition(), old.concept);
            faults.push(Fault::new("bank", Span::default(), message).help("add a [[retired]] entry"));
        }
    }
}
