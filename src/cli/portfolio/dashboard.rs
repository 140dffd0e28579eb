//! `dspt portfolio export --to html`: the dashboard.

use super::Portfolio;
use super::status::row_of;
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::export::dashboard;
use crate::portfolio::Row;
use crate::portfolio::dashboard::{Detail, Gathering};
use crate::portfolio::judge::judge;
use crate::portfolio::tree::ClientTree;
use crate::workspace::Workspace;
use std::path::Path;

pub fn run(context: &Context, portfolio: &Portfolio, output: Option<&Path>) -> Result<Outcome, Failure> {
    let own = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let title = portfolio.found.name.clone().unwrap_or_else(|| "Portfolio".to_owned());
    let mut gathering = Gathering::new(title, context.day());
    let mut broken = false;
    portfolio.over(
        |client| -> (Row, Detail) {
            let tree = ClientTree::new(&client.root, false);
            let judged = judge(client, &tree, setting);
            let detail = judged.as_ref().map(Detail::of).unwrap_or_default();
            (row_of(client, judged), detail)
        },
        |_, (row, detail)| {
            broken |= row.error.is_some();
            gathering.add(&row, detail);
            Ok(())
        },
    )?;
    let page = dashboard::html(&gathering.finish()).map_err(|error| Failure::new(error.to_string()))?;
    let usual = format!("out/portfolio-{}.html", context.day());
    if output.is_none() {
        portfolio.keep_out_of_git()?;
    }
    let place = delivery::place(context, output, Some((&portfolio.found.root, &usual)))?;
    delivery::put(context, place.as_deref(), page.as_bytes(), false)?;
    Ok(if broken { Outcome::CheckFailed } else { Outcome::Done })
}
