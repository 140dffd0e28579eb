//! `dspt man`: the manual pages, from the command definitions.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::{style, write};
use clap::{Args, Command};
use clap_mangen::Man as Page;
use std::path::PathBuf;

/// Bytes of a line of a page's source.
const LINE: usize = 80;

#[derive(Debug, Args)]
pub struct Man {
    /// The command whose page is printed, such as lint or sites import [default: dspt itself]
    command: Vec<String>,
    /// Write every page into a directory instead
    #[arg(short, long, value_name = "DIR", conflicts_with = "command")]
    output: Option<PathBuf>,
}

pub fn run(context: &Context, args: &Man) -> Result<Outcome, Failure> {
    let mut root = super::command();
    root.build();
    let day = context.day().to_string();
    if let Some(directory) = &args.output {
        let directory = context.start.join(directory);
        let pages = pages(&root, &day)?;
        for (name, page) in &pages {
            write::replace(&directory.join(format!("{name}.1")), page.as_bytes())?;
        }
        context.note(&format!("{} written to {}.", style::count(pages.len(), "page"), directory.display()));
        return Ok(Outcome::Done);
    }
    let mut command = &root;
    for name in &args.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            Failure::new(format!("there is no command \"{}\"", crate::diagnostic::render::one_line(name)))
                .hint("`dspt help` lists the commands")
        })?;
    }
    context.print(&render(command, &day)?)?;
    Ok(Outcome::Done)
}

/// Name and text of the page of the program and of each command, nested ones too.
fn pages(command: &Command, day: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut pages = vec![(name(command).to_owned(), render(command, day)?)];
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        pages.extend(self::pages(sub, day)?);
    }
    Ok(pages)
}

fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// A page, dated with the day at hand, so that `--as-of` makes the same page again.
fn render(command: &Command, day: &str) -> Result<String, Failure> {
    let mut page = Vec::new();
    Page::new(command.clone())
        .title(name(command).to_uppercase())
        .date(day)
        .source(concat!("dspt ", env!("CARGO_PKG_VERSION")))
        .manual("dspt manual")
        .render(&mut page)?;
    Ok(tidied(&String::from_utf8_lossy(&page)))
}

/// The same page as `mandoc -T lint` likes it: gaps as one macro, no blanks at line ends, no long lines.
fn tidied(page: &str) -> String {
    let mut out = String::new();
    let mut gap = None;
    for line in page.lines().map(str::trim_end) {
        match line {
            "" | ".sp" => gap = Some(".sp\n"),
            ".br" => gap = gap.or(Some(".br\n")),
            line => {
                let parts = [".SH", ".SS", ".TP", ".RE"].iter().any(|part| line.starts_with(part));
                out.push_str(gap.take().filter(|_| !parts).unwrap_or_default());
                wrapped(&mut out, line);
            }
        }
    }
    out
}

/// Breaks a line of text where it has blanks; a line that would begin with a control character is kept from it.
fn wrapped(out: &mut String, line: &str) {
    let is_text = !line.starts_with(['.', '\'']);
    let mut width = 0;
    for word in line.split(' ') {
        if width > 0 && is_text && width + 1 + word.len() > LINE {
            out.push('\n');
            width = 0;
            if word.starts_with(['.', '\'']) {
                out.push_str("\\&");
            }
        } else if width > 0 {
            out.push(' ');
        }
        out.push_str(word);
        width += word.len() + 1;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_tidy() {
        assert_eq!(tidied("a \n.br\n\n.br\nb\n.br\nc\n\n.SH X\n"), "a\n.sp\nb\n.br\nc\n.SH X\n");
        let long = format!("{} .end", "word ".repeat(16).trim_end());
        let told = tidied(&long);
        assert!(told.lines().all(|line| line.len() <= LINE) && told.ends_with("\n\\&.end\n"), "{told}");
    }
}
