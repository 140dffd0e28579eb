//! `dspt portfolio rollover`: every client into another edition, each of them wholly or not at all.

use super::filter::Filter;
use super::{Choice, Portfolio, status};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::rollover::{self, RolloverArgs, RolloverOutput};
use crate::cli::style::{self, BAD, GOOD, QUIET, paint};
use crate::diagnostic::render::one_line;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Args)]
pub struct Rollover {
    #[command(flatten)]
    each: RolloverArgs,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    filter: Filter,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `portfolio rollover --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PortfolioRolloverOutput {
    /// The edition rolled over into.
    pub to: String,
    pub clients: Vec<RolledClientOutput>,
}

/// One client.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RolledClientOutput {
    /// The client's directory, from the portfolio.
    pub path: String,
    /// What was carried, as `rollover --format json` has it; null where there is an error.
    pub rollover: Option<RolloverOutput>,
    /// Why the client was left as it was.
    pub error: Option<String>,
}

pub fn run(context: &Context, args: &Rollover) -> Result<Outcome, Failure> {
    let mut portfolio = Portfolio::open(context, &args.choice)?;
    status::keep_filtered(context, &mut portfolio, &args.filter)?;
    let (mut done, mut failed) = (0, 0);
    let mut clients = Vec::new();
    portfolio.over(
        |client| rollover::roll(&context.at(&client.root, &portfolio.banks), &args.each),
        |client, rolled| {
            match &rolled {
                Ok(_) => done += 1,
                Err(_) => failed += 1,
            }
            if matches!(args.format, Format::Json) {
                let (rollover, error) = match rolled {
                    Ok(rolled) => (Some(rolled), None),
                    Err(failure) => (None, Some(failure.message)),
                };
                clients.push(RolledClientOutput { path: client.path.clone(), rollover, error });
                return Ok(());
            }
            let path = one_line(&client.path);
            context.print(&match rolled {
                Ok(rolled) => {
                    let carried = style::count(rolled.carried.len(), "answer");
                    format!("{} {path}: {carried} carried\n", paint(GOOD, "✓"))
                }
                Err(failure) => {
                    let line = format!("{} {path}: {}", paint(BAD, "✗"), one_line(&failure.message));
                    format!("{}\n", style::hang(&line, context.prose_width(), 0, 2))
                }
            })
        },
    )?;
    let outcome = if failed > 0 { Outcome::CheckFailed } else { Outcome::Done };
    if matches!(args.format, Format::Json) {
        context.print_json(&PortfolioRolloverOutput { to: args.each.edition().to_owned(), clients })?;
        return Ok(outcome);
    }
    let rolled = if args.each.is_dry_run() { "would be rolled over" } else { "rolled over" };
    let left = if failed > 0 { format!(", {failed} left as they were") } else { String::new() };
    context.print(&format!(
        "{}\n",
        paint(QUIET, format!("{} {rolled} to {}{left}.", style::count(done, "client"), args.each.edition()))
    ))?;
    Ok(outcome)
}
