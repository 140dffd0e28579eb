//! `dspt portfolio run`: any command of dspt on each client, in this process and never through a shell.

use super::filter::Filter;
use super::{Choice, Portfolio, status};
use crate::cli::context::{Context, Global};
use crate::cli::error::{Failure, Outcome};
use crate::cli::style::{self, BAD, STRONG, paint};
use crate::cli::{Cli, Sub, dispatch};
use crate::diagnostic::render::one_line;
use crate::portfolio::Row;
use clap::{Args, Parser as _};

#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    filter: Filter,
    /// A command of dspt, such as: status --require LEVEL
    ///
    /// It runs in the client's directory. {ods}, {name}, {path} (from the portfolio) and {edition} are filled in. Each
    /// organisation confirms its own profile, so `publish` runs with `--dry-run` only. A line above each output names the
    /// client; where `--format` asks for anything but `human` it goes to standard error, and `--quiet` leaves it out.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

type Word = (&'static str, fn(&Row) -> Option<&str>);

/// What is filled in.
const WORDS: &[Word] = &[
    ("{ods}", |row| row.ods_code.as_deref()),
    ("{name}", |row| row.name.as_deref()),
    ("{path}", |row| Some(&row.path)),
    ("{edition}", |row| row.edition.as_deref()),
];

pub fn run(context: &Context, args: &Run) -> Result<Outcome, Failure> {
    // What no client could run is refused before the first one does.
    let specimen = Row {
        path: "path".to_owned(),
        ods_code: Some("ods".to_owned()),
        name: Some("name".to_owned()),
        edition: Some("edition".to_owned()),
        ..Row::default()
    };
    parse(&filled(&args.command, &specimen).map_err(Failure::new)?)?;
    let mut portfolio = Portfolio::open(context, &args.choice)?;
    let rows = status::rows_filtered(context, &mut portfolio, &args.filter)?;
    let for_programs = is_for_programs(&args.command);
    let mut failed = 0;
    for (client, row) in portfolio.found.clients.iter().zip(&rows) {
        if !context.global.quiet {
            let name = row.name.as_deref().map(|name| format!("  {}", one_line(name))).unwrap_or_default();
            let heading = format!("{}{name}", paint(STRONG, one_line(&client.path)));
            if for_programs { context.note(&heading) } else { context.print(&format!("{heading}\n"))? }
        }
        let ran = filled(&args.command, row).map_err(Failure::new).and_then(|words| parse(&words)).and_then(
            |(inner, command)| {
                let mut context = context.at(&client.root, &portfolio.banks);
                context.adopt(inner)?;
                dispatch(&context, command)
            },
        );
        match ran {
            Ok(Outcome::Done) => {}
            Ok(Outcome::CheckFailed) => failed += 1,
            Err(failure) if failure.reader_gone => return Err(failure),
            Err(failure) => {
                failed += 1;
                if let Some(findings) = &failure.findings {
                    context.note(findings.trim_end());
                }
                let path = one_line(&client.path);
                context.note(&format!("{} {path}: {}", paint(BAD, "error:"), one_line(&failure.message)));
                for hint in &failure.hints {
                    context.note(&format!("  hint: {}", one_line(hint)));
                }
            }
        }
    }
    if failed > 0 {
        let of = style::count(rows.len(), "client");
        context.note(&format!("{failed} of {of} failed."));
    }
    Ok(if failed > 0 { Outcome::CheckFailed } else { Outcome::Done })
}

/// Whether the command prints what programs read: between those no heading may stand.
fn is_for_programs(words: &[String]) -> bool {
    let format = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--format") {
        Some("") => words.get(at + 1).map(String::as_str),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    format.is_some_and(|format| format != "human")
}

/// The command's words for a client. What a client is called never becomes an option, nor a way to another directory.
fn filled(words: &[String], row: &Row) -> Result<Vec<String>, String> {
    let fill = |word: &String| {
        let (mut out, mut rest) = (String::new(), word.as_str());
        // Once from left to right: what is filled in is not looked at again.
        while let Some((at, name, of)) =
            WORDS.iter().filter_map(|(name, of)| Some((rest.find(name)?, *name, of))).min_by_key(|(at, _, _)| *at)
        {
            let value = of(row).ok_or_else(|| {
                let reason = row.error.as_deref().map(|error| format!(" ({error})")).unwrap_or_default();
                format!("{name} is not known{reason}")
            })?;
            if name != "{path}" && leads_elsewhere(value, word, name) {
                return Err(format!(
                    "{name} is \"{value}\" here, which would lead to another directory; {{ods}} or {{path}} names each client too"
                ));
            }
            out.push_str(&rest[..at]);
            out.push_str(value);
            rest = &rest[at + name.len()..];
        }
        out.push_str(rest);
        if out.starts_with('-') && !word.starts_with('-') {
            return Err(format!("{word} would become an option"));
        }
        Ok(out)
    };
    words.iter().map(fill).collect()
}

/// Whether a client's word could lead a path elsewhere. The portfolio says where a client lies; its name is its own. In
/// prose a stroke is part of many names, such as "J. Field t/a Field House".
fn leads_elsewhere(value: &str, word: &str, name: &str) -> bool {
    let strokes = ['/', '\\'];
    let climbs = value.split(strokes).any(|part| part == "..") || value.starts_with(strokes);
    let is_path = word.replace(name, "").contains(['/', '\\', '.']);
    climbs || (is_path && value.contains(strokes))
}

/// The command that the words are, and what they say for every command.
fn parse(words: &[String]) -> Result<(Global, Sub), Failure> {
    let typed = std::iter::once("dspt").chain(words.iter().map(String::as_str));
    let cli = Cli::try_parse_from(typed).map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::new(format!("{}: {first}", words.join(" "))).hint("`dspt help` lists the commands")
    })?;
    if cli.global.directory.is_some() {
        return Err(Failure::new("-C has no place here: the command runs in each client's directory"));
    }
    let global = cli.global;
    match cli.command {
        None => Err(Failure::new("which command is to be run?")),
        Some(Sub::Portfolio(_)) => Err(Failure::new("a portfolio command cannot run within another")),
        Some(Sub::Publish(args)) if !args.is_dry_run() => {
            Err(Failure::new("`publish` runs here with --dry-run only: each organisation confirms its own profile")
                .hint("publish each of them in its own directory"))
        }
        Some(command) => Ok((global, command)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else_and_stay_whole_in_prose() {
        let filled = |word: &str, called: &str| {
            let row = Row { name: Some(called.to_owned()), ..Row::default() };
            filled(&[word.to_owned()], &row).map(|words| words[0].clone())
        };
        for (word, called) in [
            ("out/{name}.csv", "../evil"),
            ("{name}", ".."),
            ("{name}", "/etc/evil"),
            ("{name}", "a\\..\\b"),
            ("{name}.csv", "A t/a B"),
        ] {
            assert!(filled(word, called).is_err(), "{word} {called}");
        }
        assert_eq!(filled("Policy of {name}", "A t/a B").as_deref(), Ok("Policy of A t/a B"));
        assert_eq!(filled("out/{name}.csv", "Hazel House Ltd.").as_deref(), Ok("out/Hazel House Ltd..csv"));
    }
}
