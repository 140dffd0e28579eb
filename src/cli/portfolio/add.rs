//! `dspt portfolio add`: a workspace for each row of a list.

use super::{Choice, Portfolio, status};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::standards::unknown_edition;
use crate::cli::style::{self, BAD, GOOD, QUIET, paint};
use crate::cli::{schema, write};
use crate::diagnostic::render::one_line;
use crate::import::ImportError;
use crate::import::clients::{self, Listed};
use crate::ledger::git;
use crate::model::Standard;
use crate::model::organisation::fits_git_ref;
use crate::portfolio::{PORTFOLIO_FILE, Row, reconcile};
use crate::source::Syntax;
use crate::source::edit::toml_string;
use crate::workspace::ORGANISATION_FILE;
use crate::workspace::fresh::{self, Fresh};
use clap::Args;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Add {
    /// The list (`-`: standard input), as CSV with headings: ODS code, name, CQC provider id, CQC location id
    file: PathBuf,
    /// The directory to make the workspaces in [default: where `clients` of portfolio.toml looks first]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Write the answers in YAML
    #[arg(long)]
    yaml: bool,
    /// Show what would be made and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(context: &Context, args: &Add) -> Result<Outcome, Failure> {
    let choice = Choice { left: true, is_filling: true, ..Choice::default() };
    let portfolio = Portfolio::open(context, &choice)?;
    let listed = read(context, &args.file)?;
    let into = match &args.into {
        Some(into) => context.start.join(into),
        None => portfolio.found.root.join(portfolio.found.first.as_deref().ok_or_else(|| {
            Failure::new("`clients` of portfolio.toml names no directory of clients such as \"clients/*\"")
                .hint("`--into DIR` says where the workspaces are to be made")
        })?),
    };
    refuse_unmeant(args, &portfolio, &into, &listed)?;
    let id = portfolio.banks.default_standard().to_owned();
    let bank = match &context.global.edition {
        None => portfolio.banks.newest(&id),
        Some(edition) => portfolio.banks.find(&id, edition),
    };
    let edition = context.global.edition.as_deref().unwrap_or_default();
    let standard = bank.ok_or_else(|| unknown_edition(&portfolio.banks, &id, edition))?.standard()?;
    let mut taken: BTreeMap<String, Holder> = BTreeMap::new();
    for row in status::rows(context, &portfolio)? {
        let Row { path, ods_code, name, .. } = row;
        taken.extend(ods_code.map(|code| (code.to_uppercase(), Holder::Client { path, name })));
    }
    let (mut made, mut there, mut refused) = (0, 0, 0);
    for entry in &listed {
        let line = match add(context, args, &portfolio, &standard, &into, entry, &mut taken) {
            Ok(Added::There(path)) => {
                there += 1;
                format!("{} {}: {} is a client already", paint(QUIET, "·"), one_line(&path), one_line(&entry.ods_code))
            }
            Ok(Added::Made(path)) => {
                made += 1;
                let (code, name) = (one_line(&entry.ods_code), one_line(&entry.name));
                format!("{} {}: {name} ({code})", paint(GOOD, "✓"), one_line(&path))
            }
            Err(failure) => {
                refused += 1;
                format!("{} line {}: {}", paint(BAD, "✗"), entry.line, one_line(&failure.message))
            }
        };
        context.print(&format!("{}\n", style::hang(&line, context.prose_width(), 0, 2)))?;
    }
    let would = if args.dry_run { "would be made" } else { "made" };
    let mut text = format!("{} {would}", style::count(made, "workspace"));
    if there > 0 {
        text.push_str(&format!(", {there} there already"));
    }
    if refused > 0 {
        text.push_str(&format!(", {} refused", style::count(refused, "row")));
    }
    context.print(&format!("{}\n", paint(QUIET, format!("{text}."))))?;
    Ok(if refused > 0 { Outcome::CheckFailed } else { Outcome::Done })
}

fn read(context: &Context, path: &Path) -> Result<Vec<Listed>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", path.display()));
    let listed = clients::read(super::listed_bytes(context, path)?).map_err(|error| match error {
        ImportError::NoClientColumns => {
            failed(&error).hint("a list has headings such as: ODS code, name, CQC provider id, CQC location id")
        }
        error => failed(&error),
    })?;
    if listed.is_empty() { Err(failed(&"the list has headings and no rows")) } else { Ok(listed) }
}

/// Refuses to make workspaces that would be nobody's clients.
fn refuse_unmeant(args: &Add, portfolio: &Portfolio, into: &Path, listed: &[Listed]) -> Result<(), Failure> {
    let found = &portfolio.found;
    let names: Vec<String> = listed.iter().filter_map(|entry| directory(&entry.ods_code)).collect();
    let Some(unmeant) = names.iter().find(|name| !found.means(&into.join(name))) else { return Ok(()) };
    let place = |directory: &Path| one_line(&super::seen_from(&found.root, directory));
    let failure = Failure::new(format!(
        "{} would be no client, since `clients` of {PORTFOLIO_FILE} does not mean it; nothing was written",
        place(&into.join(unmeant))
    ));
    // Where another name would be meant, a pattern leaves this one out or asks for more than a directory.
    let pattern = match place(into) {
        here if here == "." => "*".to_owned(),
        below => format!("{below}/*"),
    };
    Err(match (&args.into, &found.first) {
        (Some(_), Some(first)) => failure
            .hint(format!("add \"{pattern}\" to `clients`, or leave --into away: new clients go to {first} then")),
        _ => failure.hint(format!("let `clients` have \"{pattern}\" and nothing behind a `!` that leaves it out")),
    })
}

/// The name of the directory of a new client; none for a code without a letter or digit.
fn directory(code: &str) -> Option<String> {
    let name: String =
        code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let name = name.trim_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

/// Who has a code.
enum Holder {
    Client {
        path: String,
        name: Option<String>,
    },
    /// The line of the list.
    Line(u64),
}

/// What became of a row; the workspace's path as people see it.
enum Added {
    Made(String),
    There(String),
}

/// Makes one workspace, all of it or nothing. A list is read again when rows were added to it: who is a client already,
/// under the same name, is left alone.
fn add(
    context: &Context,
    args: &Add,
    portfolio: &Portfolio,
    standard: &Standard,
    into: &Path,
    entry: &Listed,
    taken: &mut BTreeMap<String, Holder>,
) -> Result<Added, Failure> {
    let (code, name) = (entry.ods_code.as_str(), entry.name.as_str());
    if code.is_empty() {
        return Err(Failure::new(if name.is_empty() { "no code".to_owned() } else { format!("{name} has no code") }));
    }
    if let (bare, true) = reconcile::code(code) {
        return Err(Failure::new(format!("\"{code}\" marks an organisation that closed; its code is {bare}")));
    }
    if !fits_git_ref(code) || code.contains(char::is_control) {
        return Err(Failure::new(format!("\"{code}\" cannot be an ODS code")));
    }
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Failure::new(format!("{code} has no name")));
    }
    match taken.get(&code.to_uppercase()) {
        Some(Holder::Client { path, name: Some(known) }) if known.trim().eq_ignore_ascii_case(name) => {
            return Ok(Added::There(path.clone()));
        }
        Some(Holder::Client { path, name: known }) => {
            let known = known.as_ref().map(|known| format!(" as {known}")).unwrap_or_default();
            return Err(Failure::new(format!("the code {code} is taken: {path} has it{known}")));
        }
        Some(Holder::Line(line)) => {
            return Err(Failure::new(format!("the code {code} is taken: line {line} has it")));
        }
        None => {}
    }
    let directory = directory(code).ok_or_else(|| Failure::new(format!("\"{code}\" cannot be an ODS code")))?;
    let root = into.join(directory);
    let shown = super::seen_from(&context.start, &root);
    if root.symlink_metadata().is_ok() {
        return Err(Failure::new(format!("{shown} is there already; nothing was written")));
    }
    taken.insert(code.to_uppercase(), Holder::Line(entry.line));
    if args.dry_run {
        return Ok(Added::Made(shown));
    }
    fs::create_dir_all(into).map_err(|error| Failure::new(format!("{} cannot be made: {error}", into.display())))?;
    // Made beside its place and moved there whole; what is left of a failure goes with the temporary directory.
    let make = || tempfile::Builder::new().prefix(".dspt-").tempdir_in(into);
    let (fresh, _guard) = write::guarded(make, tempfile::TempDir::path)?;
    fill(portfolio, standard, fresh.path(), entry, args.yaml)?;
    fs::rename(fresh.path(), &root).map_err(|error| Failure::new(format!("{shown} cannot be made: {error}")))?;
    write::open_to_all(&root)?;
    git::ensure_repository(&root).map_err(|error| Failure::new(format!("{shown} is made, but not in git: {error}")))?;
    Ok(Added::Made(shown))
}

fn fill(portfolio: &Portfolio, standard: &Standard, root: &Path, entry: &Listed, yaml: bool) -> Result<(), Failure> {
    let syntax = if yaml { Syntax::Yaml } else { Syntax::Toml };
    let about = Fresh { ods_code: &entry.ods_code, name: &entry.name, standard, syntax };
    let mut files = fresh::files(about);
    for (path, text) in &mut files {
        if path == ORGANISATION_FILE {
            *text = with_cqc(text, entry);
        }
    }
    for schema in [
        "organisation.schema.json".to_owned(),
        "action-plan.schema.json".to_owned(),
        "toolkit.schema.json".to_owned(),
        fresh::answers_schema(standard),
    ] {
        files.push((format!("{}/{schema}", fresh::SCHEMAS), schema::text(&portfolio.banks, &schema)?));
    }
    files.push((".gitignore".to_owned(), format!("{}\n", fresh::IGNORE.join("\n"))));
    files.push((".gitattributes".to_owned(), format!("{}\n", fresh::ATTRIBUTES.join("\n"))));
    for (path, text) in &files {
        write::create(root, path, text.as_bytes())?;
    }
    Ok(())
}

/// The organisation file with CQC's numbers below the name.
fn with_cqc(text: &str, entry: &Listed) -> String {
    let mut lines = String::new();
    if let Some(provider) = &entry.cqc_provider_id {
        lines.push_str(&format!("cqc_provider_id = {}\n", toml_string(provider)));
    }
    if let Some(location) = &entry.cqc_location_id {
        // Only a site has a location, and a site needs a code of its own, which the list does not say.
        lines.push_str(&format!("# CQC location {}: the cqc_location_id of its [[site]]\n", one_line(location)));
    }
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if !line.starts_with("# cqc_provider_id") || entry.cqc_provider_id.is_none() {
            out.push_str(line);
        }
        if line.starts_with("name = ") {
            out.push_str(&lines);
        }
    }
    out
}
