//! An answers workbook of ours that comes back filled in.

use super::ImportArgs;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};

/// Whether a file is an answers workbook that `dspt export` made.
pub(super) fn is_ours(_: &[u8]) -> bool {
    false
}

pub(super) fn run(_: &Context, _: &ImportArgs, _: &[u8]) -> Result<Outcome, Failure> {
    Err(Failure::new("this workbook cannot be read"))
}
