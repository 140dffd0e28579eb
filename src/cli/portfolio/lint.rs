//! `dspt portfolio lint`: what is wrong in the files of every client.

use super::filter::Filter;
use super::neighbours::SameCode;
use super::{Choice, Portfolio, status};
use crate::bank::Banks;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::lint::{self as one, FailOn, Format, Page};
use crate::cli::opened::Opened;
use crate::cli::style::{self, ATTENTION, BAD, GOOD, STRONG, paint};
use crate::diagnostic::render::{self, CiFormat, Findings, HumanStyle, Part, Report, Whole, json, one_line};
use crate::diagnostic::{Severity, Summary};
use crate::ledger::around::Repositories;
use crate::ledger::facts;
use crate::library::DIRECTORY as SHARED;
use crate::lint::neighbours::Neighbours;
use crate::lint::{self, Beside, Known, KnownLines, LintResult};
use crate::portfolio::Client;
use crate::portfolio::judge::Setting;
use crate::portfolio::tree::ClientTree;
use crate::tree::WorkTree;
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

#[derive(Debug, Args)]
pub struct Lint {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    filter: Filter,
    /// The mildest severity that makes the check fail
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// How findings are shown; for CI systems files are named from the top of the repository around the portfolio
    #[arg(long, value_parser = Format::parser(), default_value = "human")]
    format: Format,
}

/// The findings of one client as they are shown, and what is counted of them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Linted {
    text: String,
    /// What it adds to the document of a CI system.
    part: Option<Part>,
    /// What the Markdown page says of it, which is made anew each time.
    #[serde(skip)]
    section: Option<one::Section>,
    summary: Summary,
    silenced: usize,
}

/// How the findings of a client become text.
#[derive(Clone, Copy)]
struct Look<'a> {
    format: Format,
    human: HumanStyle,
    fail_on: Severity,
    /// Whether there is a page beside what is printed, or instead.
    has_page: bool,
    /// What a CI system's document describes: every rule, since nobody knows yet which will have findings.
    rules: &'a [&'a str],
    base: &'a Base,
}

/// Where CI systems look files up: the top of the repository that holds the portfolio, else where the command runs.
/// A client with a repository of its own is named from there too, or all clients' files had the same names.
struct Base {
    top: PathBuf,
    portfolio: PathBuf,
}

impl Base {
    fn of(context: &Context, portfolio: &Path) -> Self {
        let portfolio = one::real(portfolio);
        let top = one::repository_above(&portfolio).map_or_else(|| one::real(&context.start), Path::to_owned);
        Self { top, portfolio }
    }

    /// What stands before the files of a directory, given from the portfolio: empty, or ending in `/`.
    fn prefix(&self, path: &str) -> String {
        match super::seen_from(&self.top, &self.portfolio.join(path)) {
            here if here == "." => String::new(),
            below => format!("{below}/"),
        }
    }
}

/// What judges a client.
#[derive(Clone, Copy)]
struct Judge<'a> {
    context: &'a Context,
    setting: Setting<'a>,
    neighbours: &'a Neighbours,
    known: &'a KnownLines,
    same_code: &'a SameCode,
    repositories: &'a Repositories,
    look: Look<'a>,
}

pub fn run(context: &Context, args: &Lint) -> Result<Outcome, Failure> {
    let mut portfolio = Portfolio::open(context, &args.choice)?;
    // A client may name any other, those too that are not asked about.
    let (neighbours, same_code) = portfolio.neighbours(context)?;
    status::keep_filtered(context, &mut portfolio, &args.filter)?;
    let portfolio = portfolio;
    let own = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let rules: Vec<&str> = lint::rule_names().collect();
    let base = Base::of(context, &portfolio.found.root);
    let look = Look {
        format: args.format,
        human: context.human_style(),
        fail_on: args.fail_on.severity(),
        has_page: one::has_page(args.format),
        rules: &rules,
        base: &base,
    };
    let repositories = Repositories::above(portfolio.found.clients.iter().map(|client| client.root.as_path()));
    let view = format!(
        "lint {:?} {} {:?} {:?} {} {} {} {:?}\n{}",
        args.format,
        look.has_page,
        args.fail_on,
        look.human,
        context.start.display(),
        base.top.display(),
        neighbours.digest(),
        same_code,
        repositories.state()
    );
    let known = KnownLines::default();
    let judge = Judge {
        context,
        setting,
        neighbours: &neighbours,
        known: &known,
        same_code: &same_code,
        repositories: &repositories,
        look,
    };
    let mut shown = Shown::begin(context, look)?;
    shown.shared(&portfolio)?;
    portfolio.over_remembered(
        context,
        &view,
        |client, tree| judge.lint(client, tree),
        |_, linted| {
            shown.with_errors += usize::from(linted.summary.error > 0);
            shown.add(linted)
        },
    )?;
    let total = shown.end(portfolio.found.clients.len())?;
    let worst = [(total.error, Severity::Error), (total.warning, Severity::Warning), (total.info, Severity::Info)];
    let failed = worst.iter().any(|(count, severity)| *count > 0 && *severity >= args.fail_on.severity());
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// The output in the making, client by client. Nothing is kept of a client that has been shown.
struct Shown<'a> {
    context: &'a Context,
    look: Look<'a>,
    total: Summary,
    silenced: usize,
    with_errors: usize,
    /// Errors of the shared answers.
    shared: usize,
    begun: bool,
    page: Page,
    /// The parts of a document that cannot begin before all of them are known, in a file without a name.
    document: Option<(&'static CiFormat, Whole<'a>, File)>,
}

impl<'a> Shown<'a> {
    fn begin(context: &'a Context, look: Look<'a>) -> Result<Self, Failure> {
        let document = match look.format {
            Format::Ci(format) => Some((format, Whole::of_portfolio(look.rules), tempfile::tempfile()?)),
            _ => None,
        };
        if matches!(look.format, Format::Json) {
            context.print("{\n  \"findings\": [")?;
        }
        Ok(Self {
            context,
            look,
            total: Summary::default(),
            silenced: 0,
            with_errors: 0,
            shared: 0,
            begun: false,
            page: Page::default(),
            document,
        })
    }

    fn add(&mut self, linted: Linted) -> Result<(), Failure> {
        self.total.add(linted.summary);
        self.silenced += linted.silenced;
        if let Some(section) = linted.section {
            self.page.add(section);
        }
        if let (Some((format, whole, file)), Some(part)) = (&mut self.document, linted.part)
            && let Some(text) = whole.take(part)
        {
            if std::mem::replace(&mut self.begun, true) {
                file.write_all(format.between.as_bytes())?;
            }
            file.write_all(text.as_bytes())?;
        }
        if linted.text.is_empty() {
            return Ok(());
        }
        if matches!(self.look.format, Format::Json) {
            self.context.print(if std::mem::replace(&mut self.begun, true) { ",\n" } else { "\n" })?;
        }
        self.context.print(&linted.text)
    }

    /// What is wrong with the shared answers themselves, before the clients and once for all of them.
    fn shared(&mut self, portfolio: &Portfolio) -> Result<(), Failure> {
        let (workspace, result) = portfolio.shared_faults();
        if result.findings.is_empty() {
            return Ok(());
        }
        let shown = super::seen_from(&self.context.start, &portfolio.found.root);
        let mut linted = linted(&workspace, &result, &shown, &self.look.base.prefix(""), self.look);
        if matches!(self.look.format, Format::Human) {
            let head = paint(STRONG, if shown == "." { SHARED.to_owned() } else { format!("{shown}/{SHARED}") });
            linted.text = format!("{head}  {}\n\n{}", counts(linted.summary), linted.text);
        }
        if self.look.has_page {
            for note in portfolio.shared_notes() {
                self.page.remark(&note);
            }
        }
        self.shared = linted.summary.error;
        self.add(linted)
    }

    /// Ends the output; what was found in all.
    fn end(self, clients: usize) -> Result<Summary, Failure> {
        let (context, total) = (self.context, self.total);
        match self.look.format {
            Format::Human => {
                let text = self.closing(clients);
                context.print(&format!("{}\n", style::wrap(&text, context.prose_width(), 0)))?;
            }
            Format::Concise => {}
            Format::Json => {
                let end = if self.begun { "\n  ]" } else { "]" };
                context.print(&format!(
                    "{end},\n  \"summary\": {{\n    \"error\": {},\n    \"warning\": {},\n    \"info\": {}\n  }},\n  \"baseline\": null\n}}\n",
                    total.error, total.warning, total.info
                ))?;
            }
            Format::Markdown => context.print(&self.page.finish())?,
            Format::Ci(_) => {
                let Some((format, whole, mut file)) = self.document else { return Ok(total) };
                let frame = (format.frame)(&whole);
                context.print_bytes(frame.before.as_bytes(), false)?;
                file.rewind()?;
                let mut buffer = vec![0; 1 << 16];
                loop {
                    match file.read(&mut buffer)? {
                        0 => break,
                        read => context.print_bytes(&buffer[..read], false)?,
                    }
                }
                context.print_bytes(frame.after.as_bytes(), false)?;
                if self.look.has_page {
                    one::append_text(&self.page.finish())?;
                }
            }
        }
        Ok(total)
    }

    fn closing(&self, clients: usize) -> String {
        let clients = style::count(clients, "client");
        let ignored = match self.silenced {
            0 => String::new(),
            silenced => format!(" {} ignored by [[lint.ignore]].", style::count(silenced, "finding")),
        };
        if self.total.error + self.total.warning + self.total.info == 0 {
            return format!("{} {clients}.{ignored}", paint(GOOD, "Nothing found in"));
        }
        let mut places = Vec::new();
        if self.with_errors > 0 {
            places.push(style::count(self.with_errors, "client"));
        }
        if self.shared > 0 {
            places.push("the shared answers".to_owned());
        }
        let errors = if places.is_empty() { String::new() } else { format!(" Errors in {}.", places.join(" and ")) };
        format!("{clients}: {}.{errors}{ignored} `dspt explain RULE` tells more.", counts(self.total))
    }
}

impl Judge<'_> {
    fn lint(self, client: &Client, tree: &ClientTree) -> Linted {
        let shown = super::seen_from(&self.context.start, &client.root);
        let workspace = self.setting.load(tree, Scope::All);
        let found = self.setting.banks_of(&client.root, &workspace).and_then(|banks| {
            if matches!(banks, Cow::Owned(_)) {
                tree.forget();
            }
            let ledger = self.ledger(client, tree, &workspace, &banks);
            let setting = lint::Setting { tree, banks: &banks, now: self.setting.now, in_full: &[] };
            let code = workspace.organisation.as_ref().map_or("", |(_, decoded)| decoded.value.ods_code.as_str());
            let same_code = self.same_code.besides(code, &client.path);
            let beside = Beside {
                neighbours: self.neighbours,
                known: self.known,
                aliases: &client.aliases,
                same_code: &same_code,
            };
            let found = lint::lint(&workspace, setting, Known { ledger: ledger.as_ref(), beside: Some(beside) });
            found.map(|result| (result, banks)).map_err(|error| error.to_string())
        });
        // Banks that cannot be used are the organisation file's fault, told where it names them.
        let (result, banks) = found.unwrap_or_else(|error| {
            tree.forget();
            (lint::not_judged(&workspace, ORGANISATION_FILE, &error), Cow::Borrowed(self.setting.banks))
        });
        let prefix = self.look.base.prefix(&client.path);
        let mut linted = linted(&workspace, &result, &shown, &prefix, self.look);
        match self.look.format {
            Format::Human if !linted.text.is_empty() => {
                let name = workspace.organisation.as_ref().map_or("", |(_, decoded)| decoded.value.name.as_str());
                let name = if name.is_empty() { String::new() } else { format!("  {}", one_line(name)) };
                let head = paint(STRONG, format!("{}{name}", one_line(&shown)));
                linted.text = format!("{head}  {}\n\n{}", counts(linted.summary), linted.text);
            }
            _ => {}
        }
        if self.look.has_page {
            tree.forget();
            let context = self.context.at(&client.root, self.setting.banks);
            let opened = Opened {
                root: client.root.clone(),
                tree: Box::new(WorkTree::new(&client.root)),
                revision: None,
                workspace,
                banks: banks.into_owned(),
                now: self.setting.now,
                ledger: OnceLock::new(),
            };
            linted.section = Some(one::section(&context, opened, result, &shown, &prefix));
        }
        linted
    }

    /// What git knows of a client; nothing where it lies in no repository, or in one that cannot be read.
    fn ledger(self, client: &Client, tree: &ClientTree, workspace: &Workspace, banks: &Banks) -> Option<lint::Ledger> {
        let around = self.repositories.around(&client.root, client.is_link, tree)?;
        let known = around.repository.as_ref().and_then(|repository| {
            let standard = lint::standard_at_hand(workspace, banks)?.ok()?;
            let setting = facts::Setting {
                repository,
                banks,
                workspace,
                tree,
                revision: None,
                standard: standard.id(),
                day: self.setting.now.date(),
            };
            facts::facts(setting).ok()
        });
        // A repository that git refuses rests on who owns it and on settings all over the machine.
        if !around.is_noted || known.is_none() {
            tree.forget();
        }
        known
    }
}

/// What was found as the format shows it.
fn linted(workspace: &Workspace, result: &LintResult, shown: &str, prefix: &str, look: Look<'_>) -> Linted {
    let findings = Findings { findings: &result.findings, workspace, root: shown, secrets: &result.secrets };
    let mut linted = Linted { summary: result.summary(), silenced: result.silenced.len(), ..Linted::default() };
    match look.format {
        Format::Ci(format) => {
            let silenced = &result.silenced;
            let report = Report { findings, silenced, prefix, fail_on: look.fail_on, rules: look.rules };
            linted.part = Some((format.part)(&report));
        }
        Format::Markdown => {}
        _ if result.findings.is_empty() => {}
        Format::Human => linted.text = render::human(findings, look.human),
        Format::Concise => linted.text = render::concise(findings),
        Format::Json => {
            let all: Vec<String> = json::findings(findings)
                .iter()
                .filter_map(|finding| serde_json::to_string_pretty(finding).ok())
                .map(|text| format!("    {}", text.replace('\n', "\n    ")))
                .collect();
            linted.text = all.join(",\n");
        }
    }
    linted
}

fn counts(summary: Summary) -> String {
    let counts =
        [(summary.error, "error", BAD), (summary.warning, "warning", ATTENTION), (summary.info, "remark", STRONG)];
    let parts = counts.into_iter().filter(|(number, _, _)| *number > 0);
    parts.map(|(number, what, look)| paint(look, style::count(number, what))).collect::<Vec<_>>().join(", ")
}
