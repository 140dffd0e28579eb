//! `dspt portfolio due`: what falls due, by person, over all clients.
//!
//! Who sees to something is known by an e-mail address; a name without one means somebody of that client alone, so that
//! two people of one name never see each other's clients.

use super::filter::{Filter, parse_period};
use super::{Choice, Portfolio, status};
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::cli::style::{self, ATTENTION, BAD, QUIET, STRONG, paint};
use crate::cli::write;
use crate::diagnostic::render::one_line;
use crate::export::calendar::{self, Entry, Kind};
use crate::export::grid::{self, Cell, Grid, Heading};
use crate::export::mail;
use crate::export::text::terminal;
use crate::model::period::{days_between, in_words};
use crate::model::{MemberRole, Organisation, Period};
use crate::plan::owner;
use crate::portfolio::Client;
use crate::portfolio::judge::{Judged, Setting, judge};
use crate::portfolio::tree::ClientTree;
use crate::workspace::Workspace;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Due {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    filter: Filter,
    /// How far ahead to look, such as P30D or 6w; what is overdue is always shown
    #[arg(long, value_name = "PERIOD", value_parser = parse_period, default_value = "P90D")]
    within: Period,
    /// Only what this person sees to, by name or e-mail address
    #[arg(long, value_name = "WHO")]
    who: Option<String>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Where to write it; `-` is standard output; for eml a directory
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// By person, for people
    Human,
    /// By person, for programs
    Json,
    /// For spreadsheets
    Csv,
    /// One calendar of all clients
    Ics,
    /// A draft message to each person, to be opened and sent by hand
    Eml,
}

/// What `portfolio due --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PortfolioDueOutput {
    /// The minute judged on, ISO 8601.
    pub as_of: String,
    /// The last day looked at.
    pub until: String,
    pub people: Vec<PersonOutput>,
    /// Clients that could not be judged.
    pub errors: Vec<ClientErrorOutput>,
}

/// Somebody, and what falls due for them; without name and address, what nobody is named for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PersonOutput {
    pub name: Option<String>,
    pub email: Option<String>,
    pub due: Vec<DueOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct DueOutput {
    pub day: String,
    /// Days from the day judged; negative where it has passed.
    pub days: i64,
    /// deadline, certificate, review, shared-answer or action.
    pub kind: String,
    /// The client's directory, from the portfolio.
    pub path: String,
    pub ods_code: String,
    pub organisation: String,
    pub title: String,
    /// Numbers of the items that it has to do with.
    pub items: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ClientErrorOutput {
    pub path: String,
    pub error: String,
}

/// What is remembered of a client: its days with who sees to each.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Days {
    days: Vec<Matter>,
    error: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Matter {
    #[serde(with = "as_text")]
    day: Date,
    kind: usize,
    standard: String,
    ods_code: String,
    organisation: String,
    key: String,
    title: String,
    details: Vec<String>,
    items: Vec<String>,
    owner: Option<String>,
    email: Option<String>,
}

/// A day as ISO 8601 has it.
mod as_text {
    use jiff::civil::Date;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
    pub fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Matter {
    fn of(entry: Entry, organisation: &Organisation, day: Date) -> Self {
        // Where nobody is named, it is the administrator's.
        let administrator = || organisation.members_on(day).find(|member| member.role == MemberRole::Administrator);
        let (owner, email) = match entry.owner {
            Some(name) => {
                let written = owner::written(organisation, &name, None);
                let email = written.contains('@').then(|| written.to_owned());
                (Some(owner::shown(organisation, &name).to_owned()), email)
            }
            None => (
                administrator().map(|member| member.name.clone()),
                administrator().map(|member| member.email.clone()).filter(|email| !email.is_empty()),
            ),
        };
        Self {
            day: entry.day,
            kind: KINDS.iter().position(|kind| *kind == entry.kind).unwrap_or(0),
            standard: entry.standard,
            ods_code: entry.ods_code,
            organisation: entry.organisation,
            key: entry.key,
            title: entry.title,
            details: entry.details,
            items: entry.items,
            owner,
            email,
        }
    }

    fn kind(&self) -> Kind {
        KINDS.get(self.kind).copied().unwrap_or(Kind::Deadline)
    }

    fn entry(&self) -> Entry {
        Entry {
            day: self.day,
            kind: self.kind(),
            standard: self.standard.clone(),
            ods_code: self.ods_code.clone(),
            organisation: self.organisation.clone(),
            key: self.key.clone(),
            title: self.title.clone(),
            details: self.details.clone(),
            items: self.items.clone(),
            owner: self.owner.clone(),
            settled: false,
        }
    }
}

/// In the order in which they are remembered.
const KINDS: &[Kind] = &[Kind::Deadline, Kind::Certificate, Kind::Review, Kind::SharedAnswer, Kind::Action];

/// One person's days, with the client's path beside each.
struct Person {
    name: Option<String>,
    email: Option<String>,
    due: Vec<(String, Matter)>,
}

pub fn run(context: &Context, args: &Due) -> Result<Outcome, Failure> {
    let mut portfolio = Portfolio::open(context, &args.choice)?;
    status::keep_filtered(context, &mut portfolio, &args.filter)?;
    let portfolio = portfolio;
    let until = args.within.after(context.day());
    let own = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let mut people: BTreeMap<(bool, String, String), Person> = BTreeMap::new();
    let mut errors = Vec::new();
    portfolio.over_remembered(
        context,
        "due",
        |client, tree| days(client, tree, setting),
        |client, found: Days| {
            if let Some(error) = found.error {
                errors.push(ClientErrorOutput { path: client.path.clone(), error });
            }
            for day in found.days.into_iter().filter(|day| day.day <= until) {
                let person = people.entry(key(client, &day)).or_insert_with(|| Person {
                    name: day.owner.clone(),
                    email: day.email.clone(),
                    due: Vec::new(),
                });
                person.due.push((client.path.clone(), day));
            }
            Ok(())
        },
    )?;
    let mut people: Vec<Person> = people.into_values().collect();
    if let Some(who) = &args.who {
        let who = who.trim().to_lowercase();
        let is = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().to_lowercase() == who);
        people.retain(|person| is(&person.name) || is(&person.email));
    }
    for person in &mut people {
        person.due.sort_by(|(a_path, a), (b_path, b)| (a.day, a_path, a.kind).cmp(&(b.day, b_path, b.kind)));
    }
    let bytes = match args.format {
        Format::Human => human(context, &people, &errors, until).into_bytes(),
        Format::Json => {
            let text = serde_json::to_string_pretty(&output(context, &people, errors_of(&errors), until))
                .map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n").into_bytes()
        }
        Format::Csv => grid::csv(&table(context, &portfolio, &people)).into_bytes(),
        Format::Ics => {
            let mut entries: Vec<Entry> =
                people.iter().flat_map(|person| &person.due).map(|(_, day)| day.entry()).collect();
            entries.sort_by(|a, b| (a.day, &a.ods_code, a.kind, &a.key).cmp(&(b.day, &b.ods_code, b.kind, &b.key)));
            let title = portfolio.found.name.as_deref().unwrap_or("Portfolio");
            calendar::ics(title, &entries, context.now).into_bytes()
        }
        Format::Eml => {
            messages(context, args, &people, until)?;
            return Ok(told(context, &errors));
        }
    };
    delivery::deliver(context, &bytes, args.format == Format::Human, args.output.as_deref())?;
    if matches!(args.format, Format::Human | Format::Json) {
        return Ok(if errors.is_empty() { Outcome::Done } else { Outcome::CheckFailed });
    }
    Ok(told(context, &errors))
}

/// Says which clients could not be judged, where the format has no room for it.
fn told(context: &Context, errors: &[ClientErrorOutput]) -> Outcome {
    for error in errors {
        context.note(&format!("{}: {}", one_line(&error.path), one_line(&error.error)));
    }
    if errors.is_empty() { Outcome::Done } else { Outcome::CheckFailed }
}

/// Writes a draft to each person with an address; nothing is ever sent, and no message there is overwritten.
fn messages(context: &Context, args: &Due, people: &[Person], until: Date) -> Result<(), Failure> {
    let Some(directory) = args.output.as_deref().filter(|path| *path != Path::new("-")) else {
        return Err(Failure::new("messages are files: -o DIR says where to write them"));
    };
    let mut written = 0;
    let mut without = 0;
    for person in people {
        let Some(address) = person.email.as_deref().and_then(mail::address) else {
            without += 1;
            continue;
        };
        let mut text = format!("What falls due until {}:\n", in_words(until));
        let mut last = "";
        let mut due: Vec<&Matter> = person.due.iter().map(|(_, day)| day).collect();
        due.sort_by(|a, b| (&a.organisation, a.day).cmp(&(&b.organisation, b.day)));
        for day in due {
            if day.organisation != last {
                let _ = write!(text, "\n{}\n", day.organisation.trim());
                last = &day.organisation;
            }
            let late = if day.day < context.day() { " (passed)" } else { "" };
            let _ = writeln!(text, "- {}{late}: {}", in_words(day.day), day.title);
        }
        let subject = format!("{} due until {}", style::count(person.due.len(), "thing"), in_words(until));
        let message = mail::write(&mail::Mail {
            at: context.now,
            from: None,
            subject: &subject,
            text: &text,
            identified: false,
            attachments: &[],
        });
        // A draft has a place for who it is for; the address is plain, or it would be none.
        let message = format!("To: {address}\r\n{message}");
        let name: String =
            address.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
        write::create(&context.start.join(directory), &format!("{name}.eml"), message.as_bytes())?;
        written += 1;
    }
    context.note(&format!("Written: {} in {}", style::count(written, "draft"), directory.display()));
    if without > 0 {
        context.note(&format!("For {without} more no e-mail address is known: --format human shows them."));
    }
    Ok(())
}

fn days(client: &Client, tree: &ClientTree, setting: Setting<'_>) -> Days {
    let judged = judge(client, tree, setting);
    if judged.as_ref().map_or(true, |judged: &Judged<'_>| judged.asked_git || matches!(judged.banks, Cow::Owned(_))) {
        tree.forget();
    }
    match judged {
        Ok(judged) => {
            let (organisation, day) = (judged.organisation(), judged.day);
            let open = judged.days().into_iter().filter(|entry| !entry.settled);
            Days { days: open.map(|entry| Matter::of(entry, organisation, day)).collect(), error: None }
        }
        Err(unjudged) => Days { days: Vec::new(), error: Some(unjudged.error) },
    }
}

/// Who somebody is: by address over all clients, by name within one; nobody comes last.
fn key(client: &Client, day: &Matter) -> (bool, String, String) {
    let name = day.owner.as_deref().unwrap_or_default().to_lowercase();
    match &day.email {
        Some(email) => (false, email.trim().to_lowercase(), String::new()),
        None => (name.is_empty(), name, format!(" {}", client.path)),
    }
}

fn errors_of(errors: &[ClientErrorOutput]) -> Vec<ClientErrorOutput> {
    errors.iter().map(|error| ClientErrorOutput { path: error.path.clone(), error: error.error.clone() }).collect()
}

fn output(context: &Context, people: &[Person], errors: Vec<ClientErrorOutput>, until: Date) -> PortfolioDueOutput {
    PortfolioDueOutput {
        as_of: context.now.strftime("%Y-%m-%dT%H:%M").to_string(),
        until: until.to_string(),
        people: people
            .iter()
            .map(|person| PersonOutput {
                name: person.name.clone(),
                email: person.email.clone(),
                due: person
                    .due
                    .iter()
                    .map(|(path, day)| DueOutput {
                        day: day.day.to_string(),
                        days: days_between(context.day(), day.day),
                        kind: day.kind().word().to_owned(),
                        path: path.clone(),
                        ods_code: day.ods_code.clone(),
                        organisation: day.organisation.clone(),
                        title: day.title.clone(),
                        items: day.items.clone(),
                    })
                    .collect(),
            })
            .collect(),
        errors,
    }
}

fn table(context: &Context, portfolio: &Portfolio, people: &[Person]) -> Grid {
    let headings = [
        ("Who", 20),
        ("E-mail", 28),
        ("Due", 11),
        ("Days", 7),
        ("Kind", 12),
        ("Directory", 24),
        ("ODS code", 9),
        ("Organisation", 30),
        ("What", 60),
        ("Items", 12),
    ];
    let rows = people.iter().flat_map(|person| {
        person.due.iter().map(|(path, day)| {
            vec![
                Cell::from(person.name.as_ref()),
                Cell::from(person.email.as_ref()),
                Cell::from(day.day),
                Cell::from(days_between(context.day(), day.day)),
                Cell::from(day.kind().word()),
                Cell::from(path),
                Cell::from(&day.ods_code),
                Cell::from(&day.organisation),
                Cell::from(&day.title),
                Cell::from(day.items.join(" ").as_str()),
            ]
        })
    });
    Grid {
        title: portfolio.found.name.clone().unwrap_or_else(|| "Portfolio".to_owned()),
        about: Vec::new(),
        headings: headings.iter().map(|(title, width)| Heading { title: (*title).to_owned(), width: *width }).collect(),
        rows: rows.collect(),
        now: context.now,
    }
}

fn human(context: &Context, people: &[Person], errors: &[ClientErrorOutput], until: Date) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let _ = writeln!(out, "{}", paint(QUIET, format!("What falls due until {}", in_words(until))));
    if people.is_empty() {
        out.push_str("\nNothing.\n");
    }
    for person in people {
        let who = match (&person.name, &person.email) {
            (Some(name), Some(email)) if name != email => format!("{} <{}>", one_line(name), one_line(email)),
            (Some(name), _) => one_line(name),
            (None, Some(email)) => one_line(email),
            (None, None) => "Nobody is named".to_owned(),
        };
        let _ = writeln!(out, "\n{}", paint(STRONG, who));
        for (_, day) in &person.due {
            let left = days_between(context.day(), day.day);
            let look = match left {
                ..=-1 => BAD,
                0..=30 => ATTENTION,
                _ => anstyle::Style::new(),
            };
            let when = style::pad(&day.day.to_string(), 12);
            let text = one_line(&terminal(&format!("{}: {}", day.organisation.trim(), day.title)));
            let line = style::hang(&format!("{}{text}", paint(look, when)), width, 2, 14);
            let _ = writeln!(out, "{line}");
        }
    }
    if !errors.is_empty() {
        let count = style::count(errors.len(), "client");
        let _ = writeln!(out, "\n{}", paint(BAD, format!("{count} cannot be judged:")));
        for error in errors {
            let text = format!("{}: {}", one_line(&error.path), one_line(&error.error));
            let _ = writeln!(out, "{}", style::hang(&text, width, 2, 4));
        }
    }
    out
}
