//! From trees to the model: one file for each kind of file dspt reads.
//!
//! A decoder goes on after an error and gives what is sound; what is wrong stands beside it as faults. Which parts a
//! fault has touched is kept, so that rules about what is absent do not report the same fault again.

pub mod answers;
pub mod organisation;
pub mod plan;
pub mod publications;
pub mod standard;

use crate::source::Fault;
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
