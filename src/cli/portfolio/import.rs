//! `dspt portfolio import`: a folder of workbooks that came back, whatever they are called now.
//!
//! Whose a workbook is, is said by the sheet in it that nobody sees; its name and its words decide nothing.

use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Import {
    /// The folder with the workbooks
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where a workbook and the files changed differently, keep what the files say
    #[arg(long, conflicts_with = "theirs")]
    ours: bool,
    /// Where a workbook and the files changed differently, take what the workbook says
    #[arg(long)]
    theirs: bool,
    /// Who filled them in, where a workbook does not say [default: git's user.email]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
}

#[cfg(not(feature = "xlsx"))]
pub fn run(_: &Context, _: &Import) -> Result<Outcome, Failure> {
    Err(Failure::new("this build of dspt reads no workbooks"))
}

#[cfg(feature = "xlsx")]
pub fn run(context: &Context, args: &Import) -> Result<Outcome, Failure> {
    use super::{Choice, Portfolio, status};
    use crate::cli::import::{self, ImportArgs};
    use crate::cli::style::{self, BAD, QUIET, STRONG, paint};
    use crate::diagnostic::render::one_line;
    use crate::portfolio::Client;
    use std::collections::BTreeMap;

    let portfolio = Portfolio::open(context, &Choice::default())?;
    let folder = context.start.join(&args.folder);
    let unreadable = |error: std::io::Error| Failure::new(format!("{} cannot be read: {error}", args.folder.display()));
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(unreadable)?
        .flatten()
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with(['.', '~']))
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    // A code that two clients have says nothing of either.
    let mut by_code: BTreeMap<String, Vec<&Client>> = BTreeMap::new();
    for (client, row) in portfolio.found.clients.iter().zip(status::rows(context, &portfolio)?) {
        if let Some(code) = row.ods_code {
            by_code.entry(code.trim().to_uppercase()).or_default().push(client);
        }
    }
    let (mut done, mut failed) = (0, 0);
    for path in &files {
        let name = path.file_name().map(|name| one_line(&name.to_string_lossy())).unwrap_or_default();
        let owner = import::whose(context, path).and_then(|code| {
            let code = code.trim().to_uppercase();
            match by_code.get(&code).map(Vec::as_slice) {
                // Several of one client are taken one after the other, cell by cell, as they would be by themselves.
                Some([client]) => Ok(*client),
                Some(_) => Err(Failure::new(format!("several clients have the code {code}"))),
                None => Err(Failure::new(format!("no client has the code {code}"))),
            }
        });
        let imported = owner.and_then(|client| {
            context.print(&format!("{}\n", paint(STRONG, format!("{name}: {}", one_line(&client.path)))))?;
            let own = ImportArgs::of_workbook(path.clone(), args.dry_run, (args.ours, args.theirs), args.by.clone());
            import::run(&context.at(&client.root, &portfolio.banks), &own)
        });
        match imported {
            Ok(Outcome::Done) => done += 1,
            Ok(Outcome::CheckFailed) => failed += 1,
            Err(failure) if failure.reader_gone => return Err(failure),
            Err(failure) => {
                failed += 1;
                context.note(&format!("{} {name}: {}", paint(BAD, "error:"), one_line(&failure.message)));
            }
        }
    }
    let read = if args.dry_run { "could be taken over" } else { "taken over" };
    let left = if failed > 0 { format!(", {failed} not") } else { String::new() };
    context.print(&format!("{}\n", paint(QUIET, format!("{} {read}{left}.", style::count(done, "workbook")))))?;
    Ok(if failed > 0 { Outcome::CheckFailed } else { Outcome::Done })
}
