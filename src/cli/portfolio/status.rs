//! `dspt portfolio status`: how every client stands.

use super::{Choice, Portfolio};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::diagnostic::render::one_line;
use crate::portfolio::judge::{Setting, judge};
use crate::portfolio::tree::ClientTree;
use crate::portfolio::{Client, Row};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write as _;

#[derive(Debug, Default, Args)]
pub struct Status {
    #[command(flatten)]
    choice: Choice,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `portfolio status --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PortfolioStatusOutput {
    /// The minute judged on, ISO 8601.
    pub as_of: String,
    pub clients: Vec<Row>,
}

pub fn run(context: &Context, args: &Status) -> Result<Outcome, Failure> {
    let portfolio = Portfolio::open(context, &args.choice)?;
    let rows = rows(context, &portfolio)?;
    match args.format {
        Format::Human => context.print(&human(&rows))?,
        Format::Json => context.print_json(&PortfolioStatusOutput {
            as_of: context.now.strftime("%Y-%m-%dT%H:%M").to_string(),
            clients: rows.clone(),
        })?,
    }
    Ok(if rows.iter().any(|row| row.error.is_some()) { Outcome::CheckFailed } else { Outcome::Done })
}

/// The rows of all clients, in the order of their paths.
pub fn rows(context: &Context, portfolio: &Portfolio) -> Result<Vec<Row>, Failure> {
    let own = |root: &std::path::Path, workspace: &crate::workspace::Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let mut rows = Vec::with_capacity(portfolio.found.clients.len());
    portfolio.over_remembered(
        context,
        "status",
        |client, tree| row(client, tree, setting),
        |client, row| {
            // What the portfolio says of a client may have changed since the rest was found out.
            rows.push(row.with_words_of(client));
            Ok(())
        },
    )?;
    Ok(rows)
}

fn row(client: &Client, tree: &ClientTree, setting: Setting<'_>) -> Row {
    let judged = judge(client, tree, setting);
    // What rests on more than the client's files is found out anew each time.
    if judged.as_ref().map_or(true, |judged| judged.asked_git || matches!(judged.banks, Cow::Owned(_))) {
        tree.forget();
    }
    match judged {
        Ok(judged) => Row::judged(client, &judged),
        Err(unjudged) => Row {
            ods_code: unjudged.ods_code,
            name: unjudged.name,
            edition: unjudged.edition,
            error: Some(unjudged.error),
            ..Row::of(client)
        },
    }
}

fn human(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let said = row.error.as_deref().or(row.next.as_ref().map(|next| next.step.as_str())).unwrap_or_default();
        let _ = writeln!(out, "{}  {}", one_line(&row.path), one_line(said));
    }
    out
}
