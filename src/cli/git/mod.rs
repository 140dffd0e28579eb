//! `dspt git`: what git calls on while it compares and merges answers.

mod install;
mod merge;
mod textconv;

use super::context::Context;
use super::error::{Failure, Outcome};
use clap::{Args, Subcommand};

/// Make git compare and merge answers by what they say
///
/// After `dspt git install`, `git diff` and `git log -p` of an answers file show what changed in the answers (an item
/// that was unmet is met), and two people's changes are merged item by item. Only items that both changed are conflicts,
/// and those hold both texts; what decides an answer always comes from one side. While a merge has conflicts `git diff`
/// shows what the two sides say. YAML files are compared so too and merged by git's own means.
#[derive(Debug, Args)]
pub struct GitArgs {
    #[command(subcommand)]
    command: Option<GitCommand>,
}

#[derive(Debug, Subcommand)]
enum GitCommand {
    /// Set both drivers up for this clone
    Install,
    /// Merge two versions of a file; called by git
    #[command(hide = true)]
    Merge(merge::Merge),
    /// Print what an answers file says; called by git
    #[command(hide = true)]
    Textconv(textconv::Textconv),
}

pub fn run(context: &Context, args: &GitArgs) -> Result<Outcome, Failure> {
    match args.command.as_ref().unwrap_or(&GitCommand::Install) {
        GitCommand::Install => install::run(context),
        GitCommand::Merge(args) => merge::run(context, args),
        GitCommand::Textconv(args) => textconv::run(context, args),
    }
}
