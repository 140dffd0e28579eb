//! `dspt portfolio lint`: what is wrong in the files of every client.

use super::{Choice, Portfolio};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::lint::FailOn;
use crate::cli::style::{self, ATTENTION, BAD, GOOD, STRONG, paint};
use crate::diagnostic::render::{self, Findings, HumanStyle, json, one_line};
use crate::diagnostic::{Severity, Summary};
use crate::lint::neighbours::Neighbours;
use crate::lint::{self, Beside};
use crate::portfolio::Client;
use crate::portfolio::judge::Setting;
use crate::portfolio::tree::ClientTree;
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, Args)]
pub struct Lint {
    #[command(flatten)]
    choice: Choice,
    /// The mildest severity that makes the check fail
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// By client, with the lines they are about
    Human,
    /// One line a finding
    Concise,
    /// For programs
    Json,
}

/// The findings of one client as they are shown, and what is counted of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Linted {
    text: String,
    summary: Summary,
    silenced: usize,
}

/// How the findings of a client become text.
#[derive(Clone, Copy)]
struct Look {
    format: Format,
    human: HumanStyle,
}

pub fn run(context: &Context, args: &Lint) -> Result<Outcome, Failure> {
    let portfolio = Portfolio::open(context, &args.choice)?;
    let own = |root: &std::path::Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let look = Look { format: args.format, human: context.human_style() };
    let neighbours = portfolio.neighbours(context)?;
    let names = neighbours.digest();
    let view = format!("lint {:?} {:?} {} {names}", args.format, look.human, context.start.display());
    let (mut total, mut silenced, mut with_errors, mut begun) = (Summary::default(), 0, 0, false);
    if args.format == Format::Json {
        context.print("{\n  \"findings\": [")?;
    }
    portfolio.over_remembered(
        context,
        &view,
        |client, tree| lint_one(client, tree, setting, &neighbours, &shown_root(context, client), look),
        |_, linted| {
            total.add(linted.summary);
            silenced += linted.silenced;
            with_errors += usize::from(linted.summary.error > 0);
            if linted.text.is_empty() {
                return Ok(());
            }
            if args.format == Format::Json {
                context.print(if begun { ",\n" } else { "\n" })?;
                begun = true;
            }
            context.print(&linted.text)
        },
    )?;
    match args.format {
        Format::Human => {
            let text = closing(total, silenced, with_errors, portfolio.found.clients.len());
            context.print(&format!("{}\n", style::wrap(&text, context.prose_width(), 0)))?;
        }
        Format::Concise => {}
        Format::Json => {
            let end = if begun { "\n  ]" } else { "]" };
            context.print(&format!(
                "{end},\n  \"summary\": {{\n    \"error\": {},\n    \"warning\": {},\n    \"info\": {}\n  }},\n  \"baseline\": null\n}}\n",
                total.error, total.warning, total.info
            ))?;
        }
    }
    let worst = [(total.error, Severity::Error), (total.warning, Severity::Warning), (total.info, Severity::Info)];
    let failed = worst.iter().any(|(count, severity)| *count > 0 && *severity >= args.fail_on.severity());
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

fn lint_one(
    client: &Client,
    tree: &ClientTree,
    setting: Setting<'_>,
    neighbours: &Neighbours,
    shown: &str,
    look: Look,
) -> Linted {
    let workspace = setting.load(tree, Scope::All);
    let linted = setting.banks_of(&client.root, &workspace).and_then(|banks| {
        if matches!(banks, Cow::Owned(_)) {
            tree.forget();
        }
        let setting = lint::Setting { tree, banks: &banks, now: setting.now, in_full: &[] };
        let beside = Beside { neighbours, aliases: &client.aliases };
        lint::lint_beside(&workspace, setting, &lint::Ledger::default(), Some(beside))
            .map_err(|error| error.to_string())
    });
    // Banks that cannot be used are the organisation file's fault, told where it names them.
    let result = linted.unwrap_or_else(|error| {
        tree.forget();
        lint::not_judged(&workspace, ORGANISATION_FILE, &error)
    });
    let findings =
        Findings { findings: &result.findings, workspace: &workspace, root: shown, secrets: &result.secrets };
    let summary = result.summary();
    let text = match look.format {
        _ if result.findings.is_empty() => String::new(),
        Format::Human => {
            let name = workspace.organisation.as_ref().map_or("", |(_, decoded)| decoded.value.name.as_str());
            let name = if name.is_empty() { String::new() } else { format!("  {}", one_line(name)) };
            let head = paint(STRONG, format!("{}{name}", one_line(shown)));
            format!("{head}  {}\n\n{}", counts(summary), render::human(findings, look.human))
        }
        Format::Concise => render::concise(findings),
        Format::Json => {
            let all: Vec<String> = json::findings(findings)
                .iter()
                .filter_map(|finding| serde_json::to_string_pretty(finding).ok())
                .map(|text| format!("    {}", text.replace('\n', "\n    ")))
                .collect();
            all.join(",\n")
        }
    };
    Linted { text, summary, silenced: result.silenced.len() }
}

fn counts(summary: Summary) -> String {
    let counts =
        [(summary.error, "error", BAD), (summary.warning, "warning", ATTENTION), (summary.info, "remark", STRONG)];
    let parts = counts.into_iter().filter(|(number, _, _)| *number > 0);
    parts.map(|(number, what, look)| paint(look, style::count(number, what))).collect::<Vec<_>>().join(", ")
}

fn closing(total: Summary, silenced: usize, with_errors: usize, clients: usize) -> String {
    let clients = style::count(clients, "client");
    let ignored = match silenced {
        0 => String::new(),
        silenced => format!(" {} ignored by [[lint.ignore]].", style::count(silenced, "finding")),
    };
    if total.error + total.warning + total.info == 0 {
        return format!("{} {clients}.{ignored}", paint(GOOD, "Nothing found in"));
    }
    let where_errors = match with_errors {
        0 => String::new(),
        with_errors => format!(" Errors in {}.", style::count(with_errors, "client")),
    };
    format!("{clients}: {}.{where_errors}{ignored} `dspt explain RULE` tells more.", counts(total))
}

/// A client seen from where the command runs.
fn shown_root(context: &Context, client: &Client) -> String {
    super::seen_from(&context.start, &client.root)
}
