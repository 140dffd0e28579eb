//! `dspt sites list`.

use super::{Format, excluded, is_covered, is_open};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::style::{self, ATTENTION, BAD, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::model::period::in_words;
use crate::model::{Organisation, Shares, Site};
use anstyle::Style;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use textwrap::core::display_width;

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
    let rows: Vec<[String; 6]> = sites.iter().map(|site| row(organisation, site, day)).collect();
    let titles = ["Site", "Name", "CQC", "State", "Shares", "Confirmed"];
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| display_width(&row[column]));
        cells.chain([display_width(titles[column])]).max().unwrap_or(0)
    };
    let mut widths = [0, 1, 2, 3, 4, 5].map(widest);
    // Names make way: what does not fit goes on in the next line.
    let others: usize = widths.iter().sum::<usize>() - widths[1] + 2 * (widths.len() - 1);
    widths[1] = widths[1].min(context.width.saturating_sub(others)).max(12);
    let line = |cells: &[&str]| {
        let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| style::pad(cell, width)).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let _ = writeln!(out, "{}", paint(STRONG, line(&titles)));
    for (site, cells) in sites.iter().zip(&rows) {
        let names = textwrap::wrap(&cells[1], widths[1]);
        let first = names.first().map_or("", |name| name);
        let text = line(&[&cells[0], first, &cells[2], &cells[3], &cells[4], &cells[5]]);
        let text = if is_covered(site, day) { text } else { paint(QUIET, text) };
        let _ = writeln!(out, "{text}");
        for more in names.iter().skip(1) {
            let _ = writeln!(out, "{}", line(&["", more]));
        }
        let indent = widths[0] + 2;
        for (style, remark) in remarks(organisation, site, day) {
            let _ = writeln!(out, "{}", paint(style, style::wrap(&remark, context.prose_width(), indent)));
        }
    }
    let own =
        sites.iter().any(|site| site.shares.is_some_and(|shares| shares.each().iter().any(|share| share.2.is_some())));
    if own {
        let _ = writeln!(out, "\n{}", paint(QUIET, "* the site's own word; else the organisation's for all its sites"));
    }
    out
}

/// What stands in the columns.
fn row(organisation: &Organisation, site: &Site, day: Date) -> [String; 6] {
    let text = |text: Option<&str>| one_line(text.unwrap_or_default()).trim().to_owned();
    let code = text(Some(&site.ods_code));
    let state = if site.closed.is_some_and(|closed| closed < day) {
        "closed"
    } else if site.opened.is_some_and(|opened| opened > day) {
        "to open"
    } else if excluded(site).is_some() {
        "left out"
    } else {
        "open"
    };
    let shared = organisation.shares_of(site).each().iter().filter(|share| share.2 == Some(true)).count();
    let own = site.shares.is_some_and(|shares| shares.each().iter().any(|share| share.2.is_some()));
    [
        if code.is_empty() { "?".to_owned() } else { code },
        text(site.name.as_deref()),
        text(site.cqc_location_id.as_deref()),
        state.to_owned(),
        format!("{shared} of 4{}", if own { "*" } else { "" }),
        site.confirmed.map_or_else(|| "no".to_owned(), |day| day.to_string()),
    ]
}

/// What there is to say below a site's line.
fn remarks(organisation: &Organisation, site: &Site, day: Date) -> Vec<(Style, String)> {
    let mut found = Vec::new();
    if site.ods_code.trim().is_empty() {
        found.push((ATTENTION, "has no ODS code yet".to_owned()));
    }
    if let Some(opened) = site.opened.filter(|opened| *opened > day) {
        found.push((QUIET, format!("opens on {}", in_words(opened))));
    }
    if let Some(closed) = site.closed {
        let word = if closed < day { "closed on" } else { "open until" };
        found.push((QUIET, format!("{word} {}", in_words(closed))));
    }
    if let Some(reason) = excluded(site) {
        found.push((QUIET, format!("left out: {}", one_line(reason))));
    }
    let style = if is_covered(site, day) { BAD } else { QUIET };
    let own = site.shares.unwrap_or_default().each();
    let named = |wanted: Option<bool>| -> Vec<String> {
        let all = organisation.shares_of(site).each();
        let of = all.iter().zip(&own).filter(|((_, _, answer), _)| *answer == wanted);
        of.map(|((_, what, _), (_, _, said))| format!("{what}{}", if said.is_some() { "*" } else { "" })).collect()
    };
    let (no, unsaid, yes) = (named(Some(false)), named(None), named(Some(true)));
    if !no.is_empty() {
        found.push((style, format!("does not share {}", no.join(", "))));
    }
    let own_yes: Vec<String> = yes.into_iter().filter(|what| what.ends_with('*')).collect();
    if !own_yes.is_empty() {
        found.push((QUIET, format!("shares {}", own_yes.join(", "))));
    }
    match unsaid.len() {
        0 => {}
        4 => found.push((ATTENTION, "nobody said yet what it shares with the headquarters".to_owned())),
        _ => found.push((ATTENTION, format!("nobody said yet whether it shares {}", unsaid.join(", ")))),
    }
    if let Some(by) = site.confirmed_by.as_deref().filter(|by| !by.trim().is_empty()) {
        found.push((QUIET, format!("confirmed by {}", one_line(by.trim()))));
    }
    found
}
