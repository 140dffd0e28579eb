//! `dspt portfolio rollover`: every client into another edition, each of them wholly or not at all.

use super::filter::Filter;
use super::{Choice, Portfolio, status};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::rollover::{self, RolloverArgs};
use crate::cli::style::{self, BAD, GOOD, QUIET, paint};
use crate::diagnostic::render::one_line;
use clap::Args;
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub struct Rollover {
    #[command(flatten)]
    each: RolloverArgs,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    filter: Filter,
}

pub fn run(context: &Context, args: &Rollover) -> Result<Outcome, Failure> {
    let mut portfolio = Portfolio::open(context, &args.choice)?;
    status::keep_filtered(context, &mut portfolio, &args.filter)?;
    let (mut done, mut failed) = (0, 0);
    let mut out = String::new();
    portfolio.over(
        |client| rollover::roll(&context.at(&client.root, &portfolio.banks), &args.each),
        |client, rolled| {
            let path = one_line(&client.path);
            match rolled {
                Ok(rolled) => {
                    done += 1;
                    let carried = style::count(rolled.carried.len(), "answer");
                    let _ = writeln!(out, "{} {path}: {carried} carried", paint(GOOD, "✓"));
                }
                Err(failure) => {
                    failed += 1;
                    let line = format!("{} {path}: {}", paint(BAD, "✗"), one_line(&failure.message));
                    let _ = writeln!(out, "{}", style::hang(&line, context.prose_width(), 0, 2));
                }
            }
            context.print(&std::mem::take(&mut out))
        },
    )?;
    let rolled = if args.each.is_dry_run() { "would be rolled over" } else { "rolled over" };
    let left = if failed > 0 { format!(", {failed} left as they were") } else { String::new() };
    context.print(&format!(
        "{}\n",
        paint(QUIET, format!("{} {rolled} to {}{left}.", style::count(done, "client"), args.each.edition()))
    ))?;
    Ok(if failed > 0 { Outcome::CheckFailed } else { Outcome::Done })
}
