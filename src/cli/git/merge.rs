//! `dspt git merge`: git's merge driver for answers and action plans.

use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::write;
use crate::diagnostic::render::one_line;
use crate::ledger::git::{LineMarks, merge_lines};
use crate::source::merge::{Marks, merge};
use crate::source::{Document, Syntax};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Merge {
    /// The version that both come from
    base: PathBuf,
    /// The version that is merged into, and overwritten with the result
    ours: PathBuf,
    /// The version that is merged
    theirs: PathBuf,
    /// How many characters a conflict mark begins with
    #[arg(long, default_value_t = 7, value_name = "N")]
    marker_size: u16,
    /// Where the file stands in the repository
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
}

pub fn run(context: &Context, args: &Merge) -> Result<Outcome, Failure> {
    let [base, ours, theirs] = [&args.base, &args.ours, &args.theirs].map(|path| read(&context.start.join(path)));
    let [base, ours, theirs] = [base?, ours?, theirs?];
    let (our_label, their_label) = ("ours", "theirs");
    let marks = Marks { size: usize::from(args.marker_size), ours: our_label, theirs: their_label };
    let document = |bytes: &[u8]| Document::read(bytes.to_vec(), Syntax::Toml);
    let is_toml = args.path.as_deref().is_none_or(|path| Syntax::of(path) == Some(Syntax::Toml));
    let by_table = is_toml.then(|| merge(&document(&base), &document(&ours), &document(&theirs), marks)).flatten();
    let (bytes, conflicts) = match by_table {
        Some(merged) => (merged.bytes, merged.conflicts),
        None => {
            let marks = LineMarks { size: args.marker_size, ours: our_label, theirs: their_label };
            let (bytes, clean) = merge_lines(&base, &ours, &theirs, marks)?;
            (bytes, if clean { Vec::new() } else { vec!["lines".to_owned()] })
        }
    };
    write::replace(&context.start.join(&args.ours), &bytes)?;
    if conflicts.is_empty() {
        return Ok(Outcome::Done);
    }
    let name = args.path.as_deref().unwrap_or("the file");
    let list = conflicts.iter().map(|conflict| one_line(conflict)).collect::<Vec<_>>().join(", ");
    context.note(&format!("{}: both sides changed {list}", one_line(name)));
    Ok(Outcome::CheckFailed)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))
}
