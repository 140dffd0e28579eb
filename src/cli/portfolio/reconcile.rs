//! `dspt portfolio reconcile`: what the public record says of each client, and where it disagrees with the repository.

use super::{Choice, Portfolio};
use crate::assess::publication_standing;
use crate::bank::Banks;
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::cli::publications::with_entry;
use crate::cli::style::{self, ATTENTION, BAD, GOOD, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::export::grid::{self, Cell, Grid, Heading};
use crate::import::{ImportError, public, table};
use crate::model::period::in_words;
use crate::model::{History, Publication, PublicationSource, Standard, ToolkitEntry};
use crate::portfolio::reconcile::{self, Own, Public, Record, Repository, Verdict, Words};
use crate::workspace::{TOOLKIT_FILE, Workspace};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Reconcile {
    #[command(flatten)]
    choice: Choice,
    /// The file that the public search of the toolkit offers for download (`-`: standard input), as CSV
    file: PathBuf,
    /// Add what the file shows to each client's publications/toolkit.toml
    #[arg(long, conflicts_with = "codes")]
    record: bool,
    #[command(flatten)]
    commit: Commit,
    /// Look up the codes of a list instead of clients; no repository is needed
    #[arg(long, value_name = "LIST")]
    codes: Option<PathBuf>,
    /// Show the rows of the file that are no client, too
    #[arg(long)]
    all: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Where to write it; `-` is standard output [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// What `portfolio reconcile --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PortfolioReconcileOutput {
    pub clients: Vec<ReconciledOutput>,
}

/// One client; with `--codes` one code of the list, with `--all` one row of the file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReconciledOutput {
    /// Null where the client's file could not be read.
    pub ods_code: Option<String>,
    pub name: Option<String>,
    /// The client's directory, from the portfolio; null for what is no client.
    pub path: Option<String>,
    pub repository: RepositoryOutput,
    /// Null where the file has no row for the code.
    pub public: Option<PublicOutput>,
    /// agrees, repository-ahead, public-ahead, not-in-public or not-in-portfolio; null where there is an error.
    pub verdict: Option<String>,
    /// Whether this run noted what the file shows.
    pub recorded: bool,
    /// Why the client could not be compared, or nothing could be noted.
    pub error: Option<String>,
}

/// The newest publication that the repository knows; where there is none, what its answers come to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RepositoryOutput {
    pub level: Option<String>,
    pub edition: Option<String>,
    /// record, toolkit or answers; with `answers` nothing is published, and the level is what they come to so far.
    pub source: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicOutput {
    /// Null for what is not published, and for a status that no question bank knows.
    pub level: Option<String>,
    pub edition: Option<String>,
    pub date: Option<String>,
    /// As found.
    pub status: String,
    /// The code as found: a former one, or with something added to it.
    pub ods_code: String,
    /// How that stands on the day judged: never, current, due-soon, overdue or stale.
    pub state: Option<String>,
}

/// A row before it is shown.
struct Line {
    ods_code: Option<String>,
    name: Option<String>,
    path: Option<String>,
    repository: Repository,
    public: Option<Public>,
    verdict: Option<Verdict>,
    recorded: bool,
    error: Option<String>,
}

pub fn run(context: &Context, args: &Reconcile) -> Result<Outcome, Failure> {
    if args.commit.is_asked() && !args.record {
        return Err(Failure::new("--commit goes with --record: nothing else is written"));
    }
    if args.file == Path::new("-") && args.codes.as_deref() == Some(Path::new("-")) {
        return Err(Failure::new("standard input can be one of the two files only"));
    }
    let text = read(context, &args.file)?;
    let failed = |error: ImportError| Failure::new(format!("{}: {error}", args.file.display()));
    let (lines, banks, name) = match &args.codes {
        Some(list) => {
            let banks = context.banks_anywhere()?;
            let lines = of_list(context, &banks, args, list, &text).map_err(|error| match error {
                Fault::File(error) => failed(error),
                Fault::Other(failure) => failure,
            })?;
            (lines, banks, None)
        }
        None => {
            let portfolio = Portfolio::open(context, &args.choice)?;
            let lines = of_clients(context, &portfolio, args, &text).map_err(|error| match error {
                Fault::File(error) => failed(error),
                Fault::Other(failure) => failure,
            })?;
            (lines, portfolio.banks, portfolio.found.name)
        }
    };
    let standard = banks
        .newest(banks.default_standard())
        .ok_or_else(|| Failure::new("no question bank is at hand"))?
        .standard()?;
    let bytes = match args.format {
        Format::Human => human(context, &standard, &lines, args).into_bytes(),
        Format::Json => {
            let clients = lines.iter().map(|line| output(line, &banks, context.day())).collect();
            let text = serde_json::to_string_pretty(&PortfolioReconcileOutput { clients })
                .map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n").into_bytes()
        }
        Format::Csv => grid::csv(&as_grid(context, &lines, &banks, name.as_deref())).into_bytes(),
    };
    delivery::deliver(context, &bytes, args.format == Format::Human, args.output.as_deref())?;
    let failed = lines.iter().any(|line| line.error.is_some());
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// What is wrong with the file of the public search, or anything else.
enum Fault {
    File(ImportError),
    Other(Failure),
}

impl<E: Into<Failure>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// The text of a file that somebody named.
fn read(context: &Context, path: &Path) -> Result<String, Failure> {
    table::text(super::listed_bytes(context, path)?)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// The rows of the file, all of them or those of some codes.
fn record(text: &str, words: &Words, wanted: Option<&BTreeSet<String>>) -> Result<Record, ImportError> {
    let mut record = Record::default();
    public::each(text, |row| {
        if wanted.is_none_or(|wanted| wanted.contains(&reconcile::code(row.code).0)) {
            record.add(words, row.code, row.name, row.status, public::day(row.date));
        }
    })?;
    Ok(record)
}

/// A line for every code of a list.
fn of_list(context: &Context, banks: &Banks, args: &Reconcile, list: &Path, text: &str) -> Result<Vec<Line>, Fault> {
    let listed =
        public::codes(&read(context, list)?).map_err(|error| Failure::new(format!("{}: {error}", list.display())))?;
    let words = Words::of(banks, banks.default_standard())?;
    let wanted: BTreeSet<String> = listed.iter().map(|listed| reconcile::code(&listed.code).0).collect();
    let record = record(text, &words, (!args.all).then_some(&wanted)).map_err(Fault::File)?;
    let mut lines: Vec<Line> = listed
        .into_iter()
        .map(|listed| {
            let public = record.find([&listed.code]).map(|(_, row)| row.clone());
            Line {
                verdict: Some(if public.is_some() { Verdict::NotInPortfolio } else { Verdict::NotInPublic }),
                name: listed.name.or_else(|| public.as_ref().map(|row| row.name.clone())),
                ods_code: Some(listed.code),
                path: None,
                repository: Repository::default(),
                public,
                recorded: false,
                error: None,
            }
        })
        .collect();
    if args.all {
        lines.extend(others(&record, &wanted));
    }
    Ok(lines)
}

/// Rows of the file that nobody asked for by code.
fn others<'r>(record: &'r Record, known: &'r BTreeSet<String>) -> impl Iterator<Item = Line> + 'r {
    record.iter().filter(|(code, _)| !known.contains(*code)).map(|(_, row)| Line {
        ods_code: Some(row.code.clone()),
        name: Some(row.name.clone()),
        path: None,
        repository: Repository::default(),
        public: Some(row.clone()),
        verdict: Some(Verdict::NotInPortfolio),
        recorded: false,
        error: None,
    })
}

/// A line for every client, and what the file shows noted where that is asked for.
fn of_clients(context: &Context, portfolio: &Portfolio, args: &Reconcile, text: &str) -> Result<Vec<Line>, Fault> {
    let banks_of = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &banks_of);
    let mut clients: Vec<Own> = Vec::with_capacity(portfolio.found.clients.len());
    portfolio.over(
        |client| reconcile::own(client, setting),
        |_, own| {
            clients.push(own);
            Ok(())
        },
    )?;
    let banks = &portfolio.banks;
    let mut words: BTreeMap<&str, Arc<Words>> = BTreeMap::new();
    let default = banks.default_standard();
    let by_default = Arc::new(Words::of(banks, default)?);
    for standard in clients.iter().filter_map(|own| own.standard.as_deref()) {
        if !words.contains_key(standard) {
            let own = if standard == default { by_default.clone() } else { Arc::new(Words::of(banks, standard)?) };
            words.insert(standard, own);
        }
    }
    let known: BTreeSet<String> =
        clients.iter().flat_map(|own| &own.codes).map(|code| reconcile::code(code).0).collect();
    let record = record(text, &by_default, (!args.all).then_some(&known)).map_err(Fault::File)?;
    let seen = looked_on(&args.file).filter(|seen| *seen <= context.day()).unwrap_or(context.day());
    let mut lines = Vec::with_capacity(clients.len());
    for (client, own) in portfolio.found.clients.iter().zip(&clients) {
        let words = own.standard.as_deref().and_then(|standard| words.get(standard)).unwrap_or(&by_default);
        let public = record.find(&own.codes).map(|(_, row)| row);
        let mut line = Line {
            ods_code: own.ods_code.clone(),
            name: own.name.clone(),
            path: Some(client.path.clone()),
            repository: own.repository.clone(),
            public: public.cloned(),
            verdict: own.error.is_none().then(|| reconcile::verdict(words, &own.repository, public)),
            recorded: false,
            error: own.error.clone(),
        };
        if args.record
            && own.error.is_none()
            && let Some(entry) = public.and_then(|public| own.to_note(public, seen, context.day()))
        {
            match note(context, args.commit, &client.root, &entry) {
                Ok(recorded) => line.recorded = recorded,
                Err(failure) => line.error = Some(failure.message),
            }
        }
        lines.push(line);
    }
    if args.record {
        tell_undated(context, &lines);
    }
    if args.all {
        lines.extend(others(&record, &known));
    }
    Ok(lines)
}

/// Says which rows show a level and no day on which it was reached: an entry without one would prove nothing.
fn tell_undated(context: &Context, lines: &[Line]) {
    let is_undated = |public: &Public| {
        let says = public.said.level.is_some() && public.said.edition.is_some();
        says && public.date.is_none_or(|date| date > context.day())
    };
    let undated = lines.iter().filter(|line| line.error.is_none() && line.public.as_ref().is_some_and(is_undated));
    let codes: Vec<String> = undated.map(|line| one_line(line.ods_code.as_deref().unwrap_or_default())).collect();
    if !codes.is_empty() {
        context.note(&format!(
            "Not noted, since {} no date that can be used: {}",
            if codes.len() == 1 { "its row has" } else { "their rows have" },
            codes.join(", ")
        ));
    }
}

/// Adds an entry to a client's file; whether it was not there already.
fn note(context: &Context, commit: Commit, root: &Path, entry: &ToolkitEntry) -> Result<bool, Failure> {
    let Some(new) = with_entry(root, entry)? else { return Ok(false) };
    let what = format!("The toolkit shows {} for {}", one_line(&entry.level), one_line(&entry.edition));
    commit.save(context, root, &[(TOOLKIT_FILE, &new)], &what)?;
    Ok(true)
}

/// The day in the name that the web site gives the file: `… DD_MM_YYYY HH_MM_SS.csv`.
fn looked_on(file: &Path) -> Option<Date> {
    let name = file.file_stem()?.to_str()?;
    name.split_whitespace().find_map(|part| public::day(&part.replace('_', "/")))
}

/// How what is published stands on a day.
fn state(public: &Public, banks: &Banks, day: Date) -> Option<&'static str> {
    let mut history = History::default();
    if public.said.published {
        history.publications.push(Publication {
            edition: public.said.edition.clone()?,
            number: None,
            level: public.said.level.clone()?,
            date: public.date?,
            source: PublicationSource::Toolkit,
            toolkit: public.date,
        });
    }
    let heads = banks.heads(banks.default_standard());
    Some(publication_standing(&history, &heads, day).state.word())
}

fn output(line: &Line, banks: &Banks, day: Date) -> ReconciledOutput {
    ReconciledOutput {
        ods_code: line.ods_code.clone(),
        name: line.name.clone(),
        path: line.path.clone(),
        repository: RepositoryOutput {
            level: line.repository.level.clone(),
            edition: line.repository.edition.clone(),
            source: line.repository.source.map(str::to_owned),
        },
        public: line.public.as_ref().map(|public| PublicOutput {
            level: public.said.level.clone(),
            edition: public.said.edition.clone(),
            date: public.date.map(|date| date.to_string()),
            status: public.status.clone(),
            ods_code: public.code.clone(),
            state: state(public, banks, day).map(str::to_owned),
        }),
        verdict: line.verdict.map(|verdict| verdict.word().to_owned()),
        recorded: line.recorded,
        error: line.error.clone(),
    }
}

fn as_grid(context: &Context, lines: &[Line], banks: &Banks, name: Option<&str>) -> Grid {
    const HEADINGS: &[(&str, u8)] = &[
        ("ODS code", 9),
        ("Name", 30),
        ("Verdict", 18),
        ("Repository edition", 10),
        ("Repository level", 22),
        ("Public edition", 10),
        ("Public level", 22),
        ("Public status", 26),
        ("Published", 11),
        ("Public state", 10),
        ("Public code", 10),
        ("Directory", 24),
        ("Noted now", 8),
        ("Error", 44),
    ];
    let rows = lines.iter().map(|line| {
        let public = line.public.as_ref();
        vec![
            Cell::from(line.ods_code.as_ref()),
            Cell::from(line.name.as_ref()),
            Cell::from(line.verdict.map(Verdict::word)),
            Cell::from(line.repository.edition.as_ref()),
            Cell::from(line.repository.level.as_ref()),
            Cell::from(public.and_then(|it| it.said.edition.as_ref())),
            Cell::from(public.and_then(|it| it.said.level.as_ref())),
            Cell::from(public.map(|it| &it.status)),
            Cell::from(public.and_then(|it| it.date)),
            Cell::from(public.and_then(|it| state(it, banks, context.day()))),
            Cell::from(public.map(|it| &it.code)),
            Cell::from(line.path.as_ref()),
            Cell::from(if line.recorded { "yes" } else { "" }),
            Cell::from(line.error.as_ref()),
        ]
    });
    Grid {
        title: name.unwrap_or("Public record").to_owned(),
        about: Vec::new(),
        headings: HEADINGS.iter().map(|(title, width)| Heading { title: (*title).to_owned(), width: *width }).collect(),
        rows: rows.collect(),
        now: context.now,
    }
}

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

fn human(context: &Context, standard: &Standard, lines: &[Line], args: &Reconcile) -> String {
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
