//! `dspt organisation`: profile, roles, members and certifications: shown, changed in place, confirmed.

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::opened::Opened;
use super::style::{self, ATTENTION, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::lint;
use crate::model::Standard;
use crate::model::period::in_words;
use crate::source::edit::{self, Change, Literal};
use crate::source::{Kind, Pointer};
use crate::workspace::{ORGANISATION_FILE, Scope};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct OrganisationArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the profile, roles, certifications, members and sites
    Show,
    /// Change one value in place, such as `profile.nhsmail_only yes`
    Set {
        /// Where it stands: a path such as organisation.name or `roles.caldicott_guardian.email`
        key: String,
        /// The new value; true, false and dates are written as such
        value: String,
        #[command(flatten)]
        commit: Commit,
    },
    /// Say that the organisation profile is right
    Confirm {
        #[command(flatten)]
        commit: Commit,
    },
}

/// What `organisation --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrganisationOutput {
    pub ods_code: String,
    pub name: String,
    pub sector: Option<String>,
    pub cqc_provider_id: Option<String>,
    pub former_codes: Vec<String>,
    /// The facts of the profile, by key.
    pub profile: BTreeMap<String, String>,
    pub profile_confirmed: Option<String>,
    pub roles: BTreeMap<String, RoleOutput>,
    pub certifications: BTreeMap<String, CertificationOutput>,
    pub members: Vec<MemberOutput>,
    pub sites: Vec<SiteOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleOutput {
    pub name: Option<String>,
    pub email: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CertificationOutput {
    pub certificate: Option<String>,
    pub expires: Option<String>,
    /// Whether it counts on the day judged.
    pub current: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MemberOutput {
    pub name: String,
    pub email: String,
    pub role: String,
    pub left: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SiteOutput {
    pub ods_code: String,
    pub name: Option<String>,
    pub excluded: Option<String>,
    pub confirmed: Option<String>,
}

pub fn run(context: &Context, args: &OrganisationArgs) -> Result<Outcome, Failure> {
    if !matches!(args.command, None | Some(Command::Show)) {
        context.require_work_tree()?;
    }
    let opened = context.open(Scope::Edition(context.global.edition.as_deref()))?;
    opened.require_sound(context)?;
    let standard = match lint::standard_at_hand(&opened.workspace, &opened.banks) {
        Some(standard) => standard?,
        None => return Err(Failure::new("no question bank is at hand")),
    };
    match args.command.as_ref().unwrap_or(&Command::Show) {
        Command::Show => show(context, &opened, &standard, args.format),
        Command::Set { key, value, commit } => set(context, &opened, &standard, (key, value), *commit),
        Command::Confirm { commit } => confirm(context, &opened, &standard, *commit),
    }
}

fn show(context: &Context, opened: &Opened, standard: &Standard, format: Format) -> Result<Outcome, Failure> {
    let organisation = opened.organisation();
    let day = context.day();
    if format == Format::Json {
        context.print_json(&OrganisationOutput {
            ods_code: organisation.ods_code.clone(),
            name: organisation.name.clone(),
            sector: organisation.sector.clone(),
            cqc_provider_id: organisation.cqc_provider_id.clone(),
            former_codes: organisation.former_codes.clone(),
            profile: organisation.profile.facts.clone(),
            profile_confirmed: organisation.profile.confirmed.map(|day| day.to_string()),
            roles: organisation
                .roles
                .iter()
                .map(|(key, role)| (key.clone(), RoleOutput { name: role.name.clone(), email: role.email.clone() }))
                .collect(),
            certifications: organisation
                .certifications
                .iter()
                .map(|(key, held)| {
                    let expires = held.expires.map(|day| day.to_string());
                    (
                        key.clone(),
                        CertificationOutput {
                            certificate: held.certificate.clone(),
                            expires,
                            current: held.is_current(day),
                        },
                    )
                })
                .collect(),
            members: organisation
                .members
                .iter()
                .map(|member| MemberOutput {
                    name: member.name.clone(),
                    email: member.email.clone(),
                    role: member.role.word().to_owned(),
                    left: member.left.map(|day| day.to_string()),
                })
                .collect(),
            sites: organisation
                .sites
                .iter()
                .map(|site| SiteOutput {
                    ods_code: site.ods_code.clone(),
                    name: site.name.clone(),
                    excluded: site.excluded.clone(),
                    confirmed: site.confirmed.map(|day| day.to_string()),
                })
                .collect(),
        })?;
        return Ok(Outcome::Done);
    }
    let width = context.prose_width();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}",
        paint(STRONG, format!("{} ({})", one_line(&organisation.name), one_line(&organisation.ods_code)))
    );
    let missing = || paint(ATTENTION, "not said");
    let mut block = |title: &str, rows: Vec<(String, String)>, empty: &str| {
        let _ = writeln!(out, "\n{}", paint(STRONG, title));
        let widest = rows.iter().map(|(label, _)| textwrap::core::display_width(label)).max().unwrap_or(0).min(44);
        for (label, text) in &rows {
            let _ = writeln!(
                out,
                "{}",
                style::hang(&format!("{}  {text}", style::pad(label, widest)), width, 2, widest + 4)
            );
        }
        if rows.is_empty() {
            let _ = writeln!(out, "{}", paint(QUIET, format!("  {empty}")));
        }
    };
    let mut profile: Vec<(String, String)> = standard
        .facts
        .iter()
        .map(|fact| {
            (
                fact.question.clone(),
                organisation.profile.facts.get(&fact.key).map_or_else(missing, |value| one_line(value)),
            )
        })
        .collect();
    for known in &standard.certifications {
        let held = organisation.certifications.get(&known.key);
        let text = match held.map(|held| held.expires) {
            None => "no".to_owned(),
            Some(None) => paint(ATTENTION, "yes, but without `expires` it does not count"),
            Some(Some(expires)) if day <= expires => format!("yes, current until {}", in_words(expires)),
            Some(Some(expires)) => paint(ATTENTION, format!("expired on {}", in_words(expires))),
        };
        profile.push((known.title.clone(), text));
    }
    profile.push((
        "Confirmed".to_owned(),
        organisation.profile.confirmed.map_or_else(|| paint(ATTENTION, "never"), in_words),
    ));
    block("Profile", profile, "");
    let roles = standard
        .roles
        .iter()
        .map(|role| {
            let holder = organisation.roles.get(&role.key).map(|holder| {
                let email = holder.email.as_ref().map(|email| format!(" <{}>", one_line(email))).unwrap_or_default();
                format!("{}{email}", one_line(holder.name.as_deref().unwrap_or_default()))
            });
            (role.title.clone(), holder.unwrap_or_else(|| paint(QUIET, "vacant (the toolkit lets it be skipped)")))
        })
        .collect();
    block("Roles", roles, "");
    let members = organisation
        .members
        .iter()
        .map(|member| {
            let left = member.left.map(|day| format!(", left on {}", in_words(day))).unwrap_or_default();
            (one_line(&member.name), format!("{} <{}>{left}", member.role.word(), one_line(&member.email)))
        })
        .collect();
    block("Members", members, "none: add [[member]] tables to organisation.toml");
    if !organisation.sites.is_empty() {
        let sites = organisation
            .sites
            .iter()
            .map(|site| {
                let excluded =
                    site.excluded.as_ref().map(|why| format!("; left out: {}", one_line(why))).unwrap_or_default();
                (one_line(&site.ods_code), format!("{}{excluded}", one_line(site.name.as_deref().unwrap_or_default())))
            })
            .collect();
        block("Sites", sites, "");
    }
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn confirm(context: &Context, opened: &Opened, standard: &Arc<Standard>, commit: Commit) -> Result<Outcome, Failure> {
    let pointer = Pointer::root().key("profile").key("confirmed");
    let organisation = opened.organisation();
    let unsaid: Vec<&str> = standard
        .facts
        .iter()
        .filter(|fact| !organisation.profile.facts.contains_key(&fact.key))
        .map(|fact| fact.key.as_str())
        .collect();
    if !unsaid.is_empty() {
        return Err(Failure::new(format!("the profile does not say {} yet; nothing was confirmed", unsaid.join(", ")))
            .hint(format!("`dspt organisation set profile.{} VALUE`", unsaid[0])));
    }
    let Some((file, _)) = &opened.workspace.organisation else {
        return Err(Failure::new(format!("{ORGANISATION_FILE} cannot be read")));
    };
    let file = opened.workspace.file(*file);
    let bytes = edit::apply(&file.document, &[Change::Set(pointer, Literal::Date(context.day()))])
        .map_err(|error| Failure::new(format!("{ORGANISATION_FILE}: {error}")))?;
    commit.save(context, &opened.root, &[(ORGANISATION_FILE, &bytes)], "Confirm the organisation profile")?;
    context.print(&format!("The profile of {} is confirmed on {}.\n", one_line(&organisation.name), context.day()))?;
    Ok(Outcome::Done)
}

fn set(
    context: &Context,
    opened: &Opened,
    standard: &Standard,
    (key, value): (&str, &str),
    commit: Commit,
) -> Result<Outcome, Failure> {
    let pointer = pointer(opened, key)?;
    let literal = match value {
        "true" => Literal::Flag(true),
        "false" => Literal::Flag(false),
        _ => match value.parse::<Date>() {
            Ok(date) if value.len() == 10 => Literal::Date(date),
            _ => Literal::Text(value.to_owned()),
        },
    };
    let Some((file, _)) = &opened.workspace.organisation else {
        return Err(Failure::new(format!("{ORGANISATION_FILE} cannot be read")));
    };
    let file = opened.workspace.file(*file);
    let bytes = edit::apply(&file.document, &[Change::Set(pointer, literal)])
        .map_err(|error| Failure::new(format!("{ORGANISATION_FILE}: {error}")))?;
    refuse_worse(opened, standard, file, &bytes, key)?;
    commit.save(context, &opened.root, &[(ORGANISATION_FILE, &bytes)], &format!("Set {}", one_line(key)))?;
    context.print(&format!("{key} is now {}.\n", one_line(value)))?;
    if let Some(confirmed) = opened.organisation().profile.confirmed
        && key.starts_with("profile.")
        && !key.ends_with(".confirmed")
    {
        context.note(&format!(
            "The profile was confirmed on {} and has changed since: `dspt organisation confirm`.",
            in_words(confirmed)
        ));
    }
    Ok(Outcome::Done)
}

/// A value that the file's format or the standard does not know is refused before anything is written.
fn refuse_worse(
    opened: &Opened,
    standard: &Standard,
    file: &crate::workspace::File,
    bytes: &[u8],
    key: &str,
) -> Result<(), Failure> {
    let document = crate::source::Document::read(bytes.to_vec(), file.document.syntax);
    let decoded = crate::decode::organisation::decode(&document);
    if let Some(fault) =
        decoded.faults.iter().find(|fault| !file.faults.iter().any(|known| known.message == fault.message))
    {
        let failure = Failure::new(format!("{key}: {}; nothing was written", fault.message));
        return Err(match &fault.help {
            Some(help) => failure.hint(help.clone()),
            None => failure,
        });
    }
    let before = opened.organisation();
    for fact in &standard.facts {
        if let Some(value) = decoded.value.profile.facts.get(&fact.key)
            && !fact.values.contains(value)
            && before.profile.facts.get(&fact.key) != Some(value)
        {
            return Err(Failure::new(format!(
                "{key}: \"{}\" is none of the answers; nothing was written",
                one_line(value)
            ))
            .hint(format!("{} Answers: {}", fact.question, fact.values.join(", "))));
        }
    }
    let facts: Vec<&str> = standard.facts.iter().map(|fact| fact.key.as_str()).collect();
    let named = |list: &[crate::model::standard::Named], used: &String| list.iter().any(|named| named.key == *used);
    let after = &decoded.value;
    let strange = after.profile.facts.keys().find(|used| !facts.contains(&used.as_str()));
    let strange = strange.or_else(|| after.roles.keys().find(|used| !named(&standard.roles, used)));
    let strange = strange.or_else(|| after.certifications.keys().find(|used| !named(&standard.certifications, used)));
    match strange.filter(|strange| key.contains(strange.as_str())) {
        Some(strange) => {
            let all: Vec<&str> = standard
                .facts
                .iter()
                .map(|fact| fact.key.as_str())
                .chain(standard.roles.iter().chain(&standard.certifications).map(|named| named.key.as_str()))
                .collect();
            Err(Failure::new(format!(
                "{} {} asks for nothing called \"{}\"; nothing was written",
                standard.id(),
                standard.edition(),
                one_line(strange)
            ))
            .hint(format!("known: {}", all.join(", "))))
        }
        None => Ok(()),
    }
}

/// `site.VABCD.excluded` and `member.jo@sunrise.example.left` name an entry of a list by its code or address.
fn pointer(opened: &Opened, key: &str) -> Result<Pointer, Failure> {
    let bad = |why: &str| {
        Failure::new(format!("\"{}\": {why}", one_line(key))).hint("write a path such as organisation.name, profile.nhsmail_only, roles.caldicott_guardian.name or site.VABCD.excluded")
    };
    let (first, rest) = key.split_once('.').ok_or_else(|| bad("that is no path to a value"))?;
    if !matches!(first, "site" | "member") {
        return Ok(key.split('.').fold(Pointer::root(), |pointer, part| pointer.key(part.to_owned())));
    }
    let (name, last) = rest.rsplit_once('.').ok_or_else(|| bad("name the entry and the key in it"))?;
    let Some((file, _)) = &opened.workspace.organisation else { return Err(bad("the file cannot be read")) };
    let document = &opened.workspace.file(*file).document;
    let list = document.node(&Pointer::root().key(first.to_owned())).map(|node| &node.kind);
    let Some(Kind::List(nodes)) = list else { return Err(bad("there is no such list in organisation.toml")) };
    let id = if first == "site" { "ods_code" } else { "email" };
    let index = nodes.iter().position(|node| {
        let table = node.table().and_then(|table| document.entry(table, id));
        table
            .and_then(|entry| entry.node.scalar())
            .is_some_and(|scalar| document.text_of(&scalar.text).eq_ignore_ascii_case(name))
    });
    let index = index.ok_or_else(|| bad(&format!("there is no {first} with {id} \"{}\"", one_line(name))))?;
    Ok(Pointer::root().key(first.to_owned()).index(index).key(last.to_owned()))
}
