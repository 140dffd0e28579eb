//! `dspt man`: the manual pages, from the command definitions.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::{style, write};
use clap::{Args, Command};
use clap_mangen::Man as Page;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Man {
    /// The command whose page is printed [default: dspt itself]
    command: Option<String>,
    /// Write every page into a directory instead
    #[arg(short, long, value_name = "DIR", conflicts_with = "command")]
    output: Option<PathBuf>,
}

pub fn run(context: &Context, args: &Man) -> Result<Outcome, Failure> {
    let mut root = super::command();
    root.build();
    if let Some(directory) = &args.output {
        let directory = context.start.join(directory);
        let pages = pages(&root)?;
        for (name, page) in &pages {
            write::replace(&directory.join(format!("{name}.1")), page)?;
        }
        context.note(&format!("{} written to {}.", style::count(pages.len(), "page"), directory.display()));
        return Ok(Outcome::Done);
    }
    let command = match &args.command {
        None => root.clone(),
        Some(name) => root.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::new(format!("there is no command \"{name}\"")).hint("`dspt help` lists the commands")
        })?,
    };
    let page = render(&command)?;
    context.print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Done)
}

/// Name and text of the page of the program and of each command, nested ones too.
fn pages(command: &Command) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut pages = vec![(name, render(command)?)];
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        pages.extend(self::pages(sub)?);
    }
    Ok(pages)
}

fn render(command: &Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    Page::new(command.clone()).render(&mut page)?;
    Ok(page)
}
