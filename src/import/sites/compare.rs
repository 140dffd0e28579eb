//! A list held against the sites of an organisation: what differs, and what could be added.

use super::{Layout, Listed, SiteList};
use crate::import::cell;
use crate::model::period::Period;
use crate::model::{Organisation, Site};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// A site is new to the list for so long; after that it is missing here.
const NEW_FOR: Period = Period { years: 1, months: 0, weeks: 0, days: 0 };

/// Characters of a headquarters' code.
const HEADQUARTERS_CODE: usize = 4;

/// How organisation.toml and a list disagree about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The list has it since the last year, organisation.toml has not.
    Opened,
    /// The list has it for longer or without a date, organisation.toml has not.
    MissingHere,
    /// The list says that it has closed or left, organisation.toml does not.
    Closed,
    /// The list has it under another parent.
    Moved,
    /// It has closed by organisation.toml, and the list still has it open.
    StillOpen,
    /// Organisation.toml has it, the list has not.
    NotInFile,
}

impl Verdict {
    pub const ALL: [Self; 6] =
        [Self::Opened, Self::MissingHere, Self::Closed, Self::Moved, Self::StillOpen, Self::NotInFile];

    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::MissingHere => "missing-here",
            Self::Closed => "closed",
            Self::Moved => "moved",
            Self::StillOpen => "still-open",
            Self::NotInFile => "not-in-file",
        }
    }
}

/// One disagreement: a site of ours, a row of the list, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub verdict: Verdict,
    /// Place in the organisation's list; none for what is not in it and for the organisation itself.
    pub site: Option<usize>,
    /// Place in the list's rows.
    pub row: Option<usize>,
}

/// A list beside an organisation's sites.
#[derive(Debug, Default)]
pub struct Comparison {
    /// By verdict, then in the order of the files.
    pub differences: Vec<Difference>,
    /// For each site of the organisation its row.
    pub rows: Vec<Option<usize>>,
    /// Sites that were compared and agree.
    pub agreeing: usize,
}

/// Compares on a day.
pub fn compare(organisation: &Organisation, list: &SiteList, day: Date) -> Comparison {
    let rows = matched(organisation, list);
    let mut comparison = Comparison { differences: Vec::new(), rows, agreeing: 0 };
    comparison.differences.extend(own(organisation, list));
    if list.layout == Layout::OdsHeadquarters {
        return comparison;
    }
    for (index, site) in organisation.sites.iter().enumerate() {
        let row = comparison.rows[index];
        match judge(site, row.map(|row| &list.rows[row]), day) {
            Some(verdict) => comparison.differences.push(Difference { verdict, site: Some(index), row }),
            None => comparison.agreeing += 1,
        }
    }
    let taken: HashSet<usize> = comparison.rows.iter().copied().flatten().collect();
    for (index, listed) in list.rows.iter().enumerate() {
        let known = taken.contains(&index) || is_own(organisation, listed);
        if known || !listed.is_ours || is_past(listed.ended(), day) {
            continue;
        }
        let since = NEW_FOR.before(day);
        let verdict =
            if listed.began().is_some_and(|began| began >= since) { Verdict::Opened } else { Verdict::MissingHere };
        comparison.differences.push(Difference { verdict, site: None, row: Some(index) });
    }
    comparison.differences.sort_by_key(|difference| difference.verdict);
    comparison
}

/// The last day is over.
fn is_past(last: Option<Date>, day: Date) -> bool {
    last.is_some_and(|last| last < day)
}

/// Whether a row is the organisation itself: a provider with one site may answer under the site's code.
fn is_own(organisation: &Organisation, listed: &Listed) -> bool {
    let codes = organisation.former_codes.iter().map(String::as_str).chain([organisation.ods_code.as_str()]);
    !listed.ods_code.is_empty() && codes.into_iter().any(|code| code.trim().eq_ignore_ascii_case(&listed.ods_code))
}

/// What a list says of the organisation's own code: that it closed, or nothing where it would have to stand.
fn own(organisation: &Organisation, list: &SiteList) -> Option<Difference> {
    let code = organisation.ods_code.trim();
    match list.rows.iter().position(|row| !row.ods_code.is_empty() && row.ods_code.eq_ignore_ascii_case(code)) {
        Some(row) if list.rows[row].closed.is_some() => {
            Some(Difference { verdict: Verdict::Closed, site: None, row: Some(row) })
        }
        // A provider that answers under its site's code does not stand among the headquarters.
        None if list.layout == Layout::OdsHeadquarters && code.len() == HEADQUARTERS_CODE => {
            Some(Difference { verdict: Verdict::NotInFile, site: None, row: None })
        }
        _ => None,
    }
}

fn judge(site: &Site, row: Option<&Listed>, day: Date) -> Option<Verdict> {
    let closed_here = is_past(site.closed, day);
    let Some(row) = row else {
        let not_yet = site.opened.is_some_and(|opened| opened > day);
        return (!closed_here && !not_yet).then_some(Verdict::NotInFile);
    };
    if !row.is_ours {
        return (!closed_here).then_some(Verdict::Moved);
    }
    match row.ended() {
        None => closed_here.then_some(Verdict::StillOpen),
        Some(ended) if site.closed == Some(ended) || site.closed == row.closed && site.closed.is_some() => None,
        Some(ended) => {
            let both = closed_here && is_past(Some(ended), day);
            (!both).then_some(Verdict::Closed)
        }
    }
}

/// For each site its row: by the code that both have, else by a name that stands once on either side where the site
/// does not have the list's kind of code yet.
fn matched(organisation: &Organisation, list: &SiteList) -> Vec<Option<usize>> {
    let index = |key: fn(&Listed) -> &str| -> HashMap<String, usize> {
        let rows = list.rows.iter().enumerate().rev().filter(|(_, row)| !key(row).is_empty());
        rows.map(|(at, row)| (key(row).to_owned(), at)).collect()
    };
    let (by_location, by_code) = (index(|row| &row.cqc_location_id), index(|row| &row.ods_code));
    let find = |map: &HashMap<String, usize>, code: &str| map.get(&code.trim().to_ascii_uppercase()).copied();
    let mut found: Vec<Option<usize>> = organisation
        .sites
        .iter()
        .map(|site| {
            let location = site.cqc_location_id.as_deref().and_then(|location| find(&by_location, location));
            location.or_else(|| find(&by_code, &site.ods_code))
        })
        .collect();
    let is_bare = |site: &Site| {
        let key =
            if list.layout.is_cqc() { site.cqc_location_id.as_deref().unwrap_or_default() } else { &site.ods_code };
        key.trim().is_empty()
    };
    let mut names: HashMap<String, (usize, Option<usize>, usize, Option<usize>)> = HashMap::new();
    for (at, site) in organisation.sites.iter().enumerate() {
        let entry = names.entry(cell::folded(site.name.as_deref().unwrap_or_default())).or_default();
        entry.0 += 1;
        entry.1 = (found[at].is_none() && is_bare(site)).then_some(at);
    }
    let taken: HashSet<usize> = found.iter().copied().flatten().collect();
    for (at, row) in list.rows.iter().enumerate().filter(|(_, row)| row.is_ours) {
        if let Some(entry) = names.get_mut(&cell::folded(&row.name)) {
            entry.2 += 1;
            entry.3 = (!taken.contains(&at)).then_some(at);
        }
    }
    names.remove("");
    let mut pairs: Vec<(usize, usize)> = names
        .into_values()
        .filter_map(|(sites, site, rows, row)| Some((site?, row?)).filter(|_| (sites, rows) == (1, 1)))
        .collect();
    pairs.sort_unstable();
    for (site, row) in pairs {
        found[site] = Some(row);
    }
    found
}
