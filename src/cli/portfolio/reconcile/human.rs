//! The lines for people, those together on which repository and public record stand alike.

use super::line::Line;
use super::{Reconcile, looked_on};
use crate::cli::context::Context;
use crate::cli::style::{self, ATTENTION, BAD, GOOD, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::model::Standard;
use crate::model::period::in_words;
use crate::portfolio::reconcile::{Repository, Verdict};
use crate::workspace::TOOLKIT_FILE;
use std::fmt::Write as _;

/// What stands over the lines of a verdict. Of a client who never published, `drafts`, nothing is said that only a
/// publication could be.
fn heading(verdict: Verdict, listed: bool, drafts: bool) -> &'static str {
    match verdict {
        Verdict::PublicAhead if drafts => "Published, and the repository knows nothing of it: note what the file shows",
        Verdict::RepositoryAhead if drafts => "Not published, and the answers have come further than the public record",
        Verdict::Agrees if drafts => "Published at the level that the answers come to, and not noted in the repository",
        Verdict::PublicAhead => "The public record is ahead: note what it shows",
        Verdict::RepositoryAhead => "The repository is ahead: not yet on the toolkit, as far as the file shows",
        Verdict::NotInPublic if listed => "Not in the file: look whether the code is right",
        Verdict::NotInPublic => "Not in the file: not registered with this code, or the code is wrong",
        Verdict::NotInPortfolio if listed => "In the public record",
        Verdict::NotInPortfolio => "In the file, and no client",
        Verdict::Agrees => "Both say the same",
    }
}

/// Columns that code and a status take on the terminal.
const CODE: usize = 6;

const STATUS: usize = 24;

/// Marks what is no publication.
const ANSWERS: &str = " *";

pub(super) fn human(context: &Context, standard: &Standard, lines: &[Line], args: &Reconcile) -> String {
    let listed = args.codes.is_some();
    let width = context.width.max(60);
    let name_width = width.saturating_sub(2 + CODE + 2 + STATUS + 2 + if listed { 0 } else { STATUS + 2 }).min(48);
    let mut out = String::new();
    let row = |out: &mut String, code: &str, name: &str, here: &str, there: &str| {
        let code = style::pad(&style::cut(&one_line(code), CODE), CODE);
        let name = style::pad(&style::cut(&one_line(name), name_width), name_width);
        let there = style::cut(&one_line(there), STATUS);
        let here = style::pad(&style::cut(&one_line(here), STATUS), STATUS);
        let line =
            if listed { format!("  {code}  {name}  {there}") } else { format!("  {code}  {name}  {here}  {there}") };
        let _ = writeln!(out, "{}", line.trim_end());
    };
    let is_draft = |line: &Line| line.repository.source == Some("answers") && line.public.is_some();
    for (verdict, drafts) in Verdict::ALL.into_iter().flat_map(|verdict| [(verdict, false), (verdict, true)]) {
        let members: Vec<&Line> =
            lines.iter().filter(|line| line.verdict == Some(verdict) && is_draft(line) == drafts).collect();
        if members.is_empty() {
            continue;
        }
        let look = match verdict {
            Verdict::PublicAhead | Verdict::RepositoryAhead => ATTENTION,
            Verdict::NotInPublic => BAD,
            Verdict::NotInPortfolio => STRONG,
            Verdict::Agrees => GOOD,
        };
        let head = format!("{} ({})", heading(verdict, listed, drafts), members.len());
        let _ = writeln!(out, "{}", paint(look, style::wrap(&head, width, 0)));
        let mut titles = String::new();
        row(&mut titles, "Code", "Name", "Repository", if listed { "Status" } else { "Public record" });
        let _ = write!(out, "{}", paint(QUIET, titles));
        for line in members {
            let there = match &line.public {
                Some(public) if public.said.published || !public.status.is_empty() => public.status.as_str(),
                Some(_) => "no status",
                None => "",
            };
            let name = line.name.as_deref().unwrap_or_default();
            row(&mut out, line.ods_code.as_deref().unwrap_or_default(), name, &here(standard, line), there);
        }
        out.push('\n');
    }
    if lines.iter().any(|line| line.repository.source == Some("answers")) {
        let what = "* Nothing was published yet: this is what the answers come to.";
        let _ = writeln!(out, "{}\n", paint(QUIET, style::wrap(what, width, 0)));
    }
    out.push_str(&closing(context, lines, args));
    out
}

/// What the repository says, as the public record would put it.
fn here(standard: &Standard, line: &Line) -> String {
    let Repository { level, edition, source } = &line.repository;
    let Some(level) = level else {
        return if line.path.is_some() { "nothing published".to_owned() } else { String::new() };
    };
    let edition = edition.as_deref().unwrap_or_default();
    let short = match edition.split_once('-') {
        Some((first, second)) if first.len() == 4 => format!("{}/{second}", &first[2..]),
        _ => edition.to_owned(),
    };
    let mark = if *source == Some("answers") { ANSWERS } else { "" };
    let label = format!("{short} {}", standard.label(level));
    format!("{}{mark}", style::cut(&label, STATUS - mark.len()))
}

/// Whether the file shows what the answers come to, and no publication of it is known.
fn is_unnoted(line: &Line) -> bool {
    line.verdict == Some(Verdict::Agrees) && line.repository.source == Some("answers")
}

fn closing(context: &Context, lines: &[Line], args: &Reconcile) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let broken: Vec<&Line> = lines.iter().filter(|line| line.error.is_some()).collect();
    if !broken.is_empty() {
        let what = format!("{} with an error:", style::count(broken.len(), "client"));
        let _ = writeln!(out, "{}", paint(BAD, what));
        for line in broken {
            let (path, error) = (line.path.as_deref().unwrap_or_default(), line.error.as_deref().unwrap_or_default());
            let _ = writeln!(out, "{}", style::hang(&format!("{}: {}", one_line(path), one_line(error)), width, 2, 4));
        }
        out.push('\n');
    }
    let seen = looked_on(&args.file).map_or_else(String::new, |seen| format!(" of {}", in_words(seen)));
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .map(|verdict| (lines.iter().filter(|line| line.verdict == Some(verdict)).count(), verdict.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if args.codes.is_none() {
        let what = format!("Against the file{seen}: {}.", counts.join(", "));
        let _ = writeln!(out, "{}", style::wrap(&what, width, 0));
    } else {
        let found = lines.iter().filter(|line| line.public.is_some()).count();
        let what = format!("{found} of {} are in the file{seen}.", style::count(lines.len(), "code"));
        let _ = writeln!(out, "{}", style::wrap(&what, width, 0));
    }
    let noted = lines.iter().filter(|line| line.recorded).count();
    if args.record {
        let what = match noted {
            0 => "Nothing was noted: what the file shows with a date is noted already.".to_owned(),
            noted if args.commit.is_asked() => format!("Noted in {TOOLKIT_FILE} of {}.", style::count(noted, "client")),
            noted => format!("Noted in {TOOLKIT_FILE} of {}; commit it there.", style::count(noted, "client")),
        };
        let _ = writeln!(out, "{}", style::wrap(&what, width, 0));
    } else if lines.iter().any(|line| line.verdict == Some(Verdict::PublicAhead) || is_unnoted(line))
        && !context.global.quiet
    {
        let what = "`--record` adds what the file shows to each client's publications/toolkit.toml.";
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(what, width, 0)));
    }
    out
}
