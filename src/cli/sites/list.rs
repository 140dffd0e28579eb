//! `dspt sites list`.

use super::{Format, excluded, is_covered, is_open};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::style::{self, ATTENTION, BAD, QUIET, STRONG, paint};
use crate::cli::table;
use crate::diagnostic::render::one_line;
use crate::model::period::in_words;
use crate::model::{Organisation, Shares, Site};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

/// What `sites list --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SitesOutput {
    pub ods_code: String,
    pub name: String,
    /// The day judged.
    pub as_of: String,
    pub sites: Vec<SiteLine>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SiteLine {
    pub ods_code: String,
    pub name: Option<String>,
    pub cqc_location_id: Option<String>,
    /// Whether it is open on the day judged.
    pub open: bool,
    pub opened: Option<String>,
    pub closed: Option<String>,
    /// Why publications leave it out.
    pub excluded: Option<String>,
    /// Whether a publication on the day judged covers it: open, and not left out.
    pub covered: bool,
    /// The four-question scope test.
    pub shares: SharesOutput,
    /// Whether all four are shared; null while one is not answered.
    pub passes: Option<bool>,
    pub confirmed: Option<String>,
    pub confirmed_by: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SharesOutput {
    pub training: ShareOutput,
    pub policies: ShareOutput,
    pub breach_handling: ShareOutput,
    pub it: ShareOutput,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShareOutput {
    /// Whether the site shares it with the headquarters; null where nobody said.
    pub shared: Option<bool>,
    /// Whether the site's own entry says so; else it is the organisation's answer.
    pub own: bool,
}

pub(super) fn run(context: &Context, organisation: &Organisation, format: Format) -> Result<Outcome, Failure> {
    let day = context.day();
    match format {
        Format::Json => context.print_json(&output(organisation, day))?,
        Format::Human => context.print(&human(context, organisation, day))?,
    }
    Ok(Outcome::Done)
}

fn output(organisation: &Organisation, day: Date) -> SitesOutput {
    let text = |day: Option<Date>| day.map(|day| day.to_string());
    let line = |site: &Site| {
        let (own, all) = (site.shares.unwrap_or_default(), organisation.shares_of(site));
        let share = |own: Option<bool>, shared| ShareOutput { shared, own: own.is_some() };
        SiteLine {
            ods_code: site.ods_code.clone(),
            name: site.name.clone(),
            cqc_location_id: site.cqc_location_id.clone(),
            open: is_open(site, day),
            opened: text(site.opened),
            closed: text(site.closed),
            excluded: excluded(site).map(str::to_owned),
            covered: is_covered(site, day),
            shares: SharesOutput {
                training: share(own.training, all.training),
                policies: share(own.policies, all.policies),
                breach_handling: share(own.breach_handling, all.breach_handling),
                it: share(own.it, all.it),
            },
            passes: passes(all),
            confirmed: text(site.confirmed),
            confirmed_by: site.confirmed_by.clone(),
        }
    };
    SitesOutput {
        ods_code: organisation.ods_code.clone(),
        name: organisation.name.clone(),
        as_of: day.to_string(),
        sites: organisation.sites.iter().map(line).collect(),
    }
}

/// One no decides; else one open question leaves it open.
fn passes(shares: Shares) -> Option<bool> {
    let answers = shares.each().map(|(_, _, answer)| answer);
    if answers.contains(&Some(false)) {
        return Some(false);
    }
    (!answers.contains(&None)).then_some(true)
}

fn human(context: &Context, organisation: &Organisation, day: Date) -> String {
    let sites = &organisation.sites;
    let who = format!("{} ({})", one_line(&organisation.name), one_line(&organisation.ods_code));
    let mut out = format!("{}\n", paint(STRONG, who));
    if sites.is_empty() {
        let _ = writeln!(
            out,
            "No sites: [[site]] tables in organisation.toml list them; `dspt sites import FILE`\nadds them from a list of CQC or ODS."
        );
        return out;
    }
    let covered = sites.iter().filter(|site| is_covered(site, day)).count();
    let _ = writeln!(out, "{}, {covered} covered on {}\n", style::count(sites.len(), "site"), in_words(day));
    let mut rows = table::new(context.width);
    rows.set_header(["Site", "Name", "CQC", "State", "Shares", "Confirmed"].map(|title| paint(STRONG, title)));
    for site in sites {
        let code = if site.ods_code.trim().is_empty() { "no code".to_owned() } else { one_line(&site.ods_code) };
        rows.add_row([
            code,
            one_line(site.name.as_deref().unwrap_or_default()),
            // A number that is broken over two lines cannot be copied.
            one_line(site.cqc_location_id.as_deref().unwrap_or_default()).replace('-', "\u{2011}"),
            state(site, day),
            shares(organisation, site),
            site.confirmed.map_or_else(|| paint(QUIET, "no"), short),
        ]);
    }
    let _ = writeln!(out, "{rows}");
    let width = context.prose_width();
    let mut block = |title: &str, lines: Vec<(&Site, String)>| {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n{}", paint(STRONG, title));
        }
        for (site, text) in lines {
            let _ = writeln!(out, "{}", style::hang(&format!("{}  {text}", called(site)), width, 2, 9));
        }
    };
    block("Left out", sites.iter().filter_map(|site| Some((site, one_line(excluded(site)?)))).collect());
    block(
        "Confirmed by",
        sites.iter().filter_map(|site| Some((site, one_line(site.confirmed_by.as_deref()?)))).collect(),
    );
    let own = sites.iter().any(|site| site.shares.is_some());
    if own {
        let _ = writeln!(
            out,
            "\n{}",
            paint(QUIET, "* the site's own word; else the organisation's answer for all its sites")
        );
    }
    out
}

fn called(site: &Site) -> String {
    if site.ods_code.trim().is_empty() {
        one_line(site.name.as_deref().unwrap_or("?"))
    } else {
        one_line(&site.ods_code)
    }
}

/// A day in few columns.
fn short(day: Date) -> String {
    day.to_string().replace('-', "\u{2011}")
}

fn state(site: &Site, day: Date) -> String {
    if let Some(opened) = site.opened.filter(|opened| *opened > day) {
        return format!("opens {}", short(opened));
    }
    if let Some(closed) = site.closed.filter(|closed| *closed < day) {
        return paint(QUIET, format!("closed {}", short(closed)));
    }
    let open = site.closed.map_or_else(|| "open".to_owned(), |closed| format!("open until {}", short(closed)));
    if excluded(site).is_some() { paint(ATTENTION, format!("{open}, left out")) } else { open }
}

/// What a site shares in words: "all four", or what it does not share and what nobody said.
fn shares(organisation: &Organisation, site: &Site) -> String {
    let own = site.shares.unwrap_or_default().each();
    let all = organisation.shares_of(site).each();
    let named = |wanted: Option<bool>| -> Vec<String> {
        let of = all.iter().zip(&own).filter(|((_, _, answer), _)| *answer == wanted);
        of.map(|((key, _, _), (_, _, said))| format!("{}{}", word(key), if said.is_some() { "*" } else { "" }))
            .collect()
    };
    let (no, unsaid) = (named(Some(false)), named(None));
    match (no.as_slice(), unsaid.len()) {
        ([], 0) if own.iter().any(|(_, _, said)| said.is_some()) => "all four*".to_owned(),
        ([], 0) => "all four".to_owned(),
        ([], 4) => paint(ATTENTION, "not said"),
        ([], _) => paint(ATTENTION, format!("not said: {}", unsaid.join(", "))),
        (_, 0) => paint(BAD, format!("not {}", no.join(", "))),
        _ => paint(BAD, format!("not {}; not said: {}", no.join(", "), unsaid.join(", "))),
    }
}

fn word(key: &str) -> &str {
    match key {
        "breach_handling" => "breaches",
        "it" => "IT",
        other => other,
    }
}
