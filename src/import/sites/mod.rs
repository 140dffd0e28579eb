//! Lists of sites that a user downloaded from the Care Quality Commission or from ODS.
//!
//! Headings are matched by alias, lists without headings by their number of columns. Of the country's rows only those
//! are kept that say something about this organisation: its own sites, and the codes that its file knows.

pub mod compare;
mod cqc;
mod headings;
mod ods;

use super::table::{self, Row};
use super::{ImportError, cell};
use crate::model::Organisation;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// How a list is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The directory of CQC, with lines before its headings.
    CqcDirectory,
    /// CQC's list of locations "with filters", saved as CSV.
    CqcFilters,
    /// The report `ecarehomehq`: headquarters.
    OdsHeadquarters,
    /// The report `ecarehomesite`: sites with their headquarters.
    OdsSites,
    /// The layout that most ODS reports share.
    OdsGeneric,
    /// Anything with headings for a code and its parent's code.
    OdsHeadings,
}

impl Layout {
    pub fn word(self) -> &'static str {
        match self {
            Self::CqcDirectory => "cqc-directory",
            Self::CqcFilters => "cqc-filters",
            Self::OdsHeadquarters => "ods-headquarters",
            Self::OdsSites => "ods-sites",
            Self::OdsGeneric => "ods-generic",
            Self::OdsHeadings => "ods-headings",
        }
    }

    /// What it is called to people.
    pub fn title(self) -> &'static str {
        match self {
            Self::CqcDirectory => "CQC directory",
            Self::CqcFilters => "CQC locations with filters",
            Self::OdsHeadquarters => "ODS headquarters",
            Self::OdsSites => "ODS sites",
            Self::OdsGeneric => "ODS organisations",
            Self::OdsHeadings => "ODS sites with headings",
        }
    }

    pub fn is_cqc(self) -> bool {
        matches!(self, Self::CqcDirectory | Self::CqcFilters)
    }
}

/// Where the cells of a layout stand.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    ods_code: Option<usize>,
    location: Option<usize>,
    name: Option<usize>,
    opened: Option<usize>,
    closed: Option<usize>,
    /// The parent's ODS code, or the provider's number at CQC.
    parent: Option<usize>,
    joined: Option<usize>,
    left: Option<usize>,
}

impl Columns {
    /// The columns without which a row says nothing.
    fn needed(&self) -> usize {
        [self.ods_code.or(self.location), self.location, self.parent, self.name]
            .into_iter()
            .flatten()
            .max()
            .map_or(0, |last| last + 1)
    }
}

/// How a file is read.
struct Recognised {
    layout: Layout,
    columns: Columns,
    /// How many columns its rows have.
    width: usize,
    /// Whether its rows say so by their number of columns alone.
    is_headless: bool,
    /// How many rows stand before its own.
    before: usize,
    produced: Option<Date>,
}

/// What a list says of one site. Codes are upper case; what a layout does not have is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    pub line: u64,
    pub ods_code: String,
    pub cqc_location_id: String,
    pub name: String,
    pub opened: Option<Date>,
    pub closed: Option<Date>,
    pub parent: String,
    pub joined: Option<Date>,
    pub left: Option<Date>,
    /// Whether its parent is this organisation.
    pub is_ours: bool,
}

impl Listed {
    /// The last day it was one of its parent's open sites.
    pub fn ended(&self) -> Option<Date> {
        match (self.closed, self.left) {
            (Some(closed), Some(left)) => Some(closed.min(left)),
            (closed, left) => closed.or(left),
        }
    }

    /// The first day it was one of its parent's open sites.
    pub fn began(&self) -> Option<Date> {
        self.opened.max(self.joined)
    }

    /// What identifies it in its list.
    fn key(&self, layout: Layout) -> &str {
        if layout.is_cqc() { &self.cqc_location_id } else { &self.ods_code }
    }
}

/// Something about a line that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub line: u64,
    pub text: String,
}

/// A list, as far as it concerns this organisation.
#[derive(Debug)]
pub struct SiteList {
    pub layout: Layout,
    /// The day that the list says it was made.
    pub produced: Option<Date>,
    pub rows: Vec<Listed>,
    /// How many rows the file has in all.
    pub total: usize,
    pub notes: Vec<Note>,
    /// Notes beyond those kept.
    pub more_notes: usize,
}

/// More notes than these are only counted.
const MAX_NOTES: usize = 20;

/// Reads a list of any known layout for an organisation.
pub fn read(bytes: Vec<u8>, organisation: &Organisation) -> Result<SiteList, ImportError> {
    let text = table::text(bytes)?;
    let Recognised { layout, columns, width, is_headless, before, produced } = recognise(&text)?;
    let wanted = Wanted::of(organisation, layout)?;
    let mut list = SiteList { layout, produced, rows: Vec::new(), total: 0, notes: Vec::new(), more_notes: 0 };
    let mut known: HashMap<String, usize> = HashMap::new();
    for row in table::rows(&text).skip(before) {
        let row = row?;
        if row.used() == 0 {
            continue;
        }
        list.total += 1;
        let least = if is_headless { width } else { columns.needed() };
        if row.used() > width || row.cells.len() < least {
            let cells = if row.cells.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", row.cells.len()) };
            list.note(row.line, format!("{cells} instead of {width}: left out"));
            continue;
        }
        let Some(listed) = list.listed(&row, columns, &wanted) else { continue };
        let key = listed.key(layout).to_owned();
        match known.get(&key).copied() {
            None => {
                known.insert(key, list.rows.len());
                list.rows.push(listed);
            }
            Some(first) => {
                let before = &list.rows[first];
                let worth = |listed: &Listed| (listed.is_ours, listed.ended().is_none());
                let better = worth(&listed) > worth(before);
                let other = if better { before.line } else { listed.line };
                let line = before.line;
                list.note(row.line, format!("{key} is listed again (first in line {line}); line {other} is left out"));
                if better {
                    list.rows[first] = listed;
                }
            }
        }
    }
    if list.total == 0 { Err(ImportError::Empty) } else { Ok(list) }
}

/// Recognises a file by headings among its first rows, else by how many columns these have.
fn recognise(text: &str) -> Result<Recognised, ImportError> {
    let mut first = None;
    let mut produced = None;
    let mut headless = None;
    for (at, row) in table::rows(text).take(headings::WITHIN).enumerate() {
        let row = row?;
        if row.used() == 0 {
            continue;
        }
        if let Some((layout, columns)) = headings::recognise(&row)? {
            let width = row.cells.len();
            return Ok(Recognised { layout, columns, width, is_headless: false, before: at + 1, produced });
        }
        produced = produced.or_else(|| cqc::produced(&row));
        headless = headless.or_else(|| ods::recognise(&row));
        first = first.or(Some((at, row.cells.len())));
    }
    let (before, columns) = first.ok_or(ImportError::Empty)?;
    let (layout, columns, width) = headless.ok_or(ImportError::UnknownLayout { columns })?;
    Ok(Recognised { layout, columns, width, is_headless: true, before, produced })
}

/// Codes by which rows are found to concern the organisation, upper case.
struct Wanted {
    parents: HashSet<String>,
    ods_codes: HashSet<String>,
    locations: HashSet<String>,
}

impl Wanted {
    fn of(organisation: &Organisation, layout: Layout) -> Result<Self, ImportError> {
        let set = |codes: &mut dyn Iterator<Item = &str>| -> HashSet<String> {
            codes.map(|code| code.trim().to_ascii_uppercase()).filter(|code| !code.is_empty()).collect()
        };
        let own = || {
            let former = organisation.former_codes.iter().map(String::as_str);
            former.chain(std::iter::once(organisation.ods_code.as_str()))
        };
        let parents = if layout.is_cqc() {
            set(&mut organisation.cqc_provider_id.iter().map(String::as_str))
        } else {
            set(&mut own())
        };
        if layout.is_cqc() && parents.is_empty() {
            return Err(ImportError::NoProviderId);
        }
        let sites = &organisation.sites;
        Ok(Self {
            parents,
            ods_codes: set(&mut sites.iter().map(|site| site.ods_code.as_str()).chain(own())),
            locations: set(&mut sites.iter().filter_map(|site| site.cqc_location_id.as_deref())),
        })
    }

    /// Whether a row concerns the organisation, and whether it is one of its own.
    fn judge(&self, listed: &mut Listed) -> bool {
        listed.is_ours = self.parents.contains(&listed.parent);
        listed.is_ours || self.ods_codes.contains(&listed.ods_code) || self.locations.contains(&listed.cqc_location_id)
    }
}

impl SiteList {
    fn note(&mut self, line: u64, text: String) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Note { line, text });
        } else {
            self.more_notes += 1;
        }
    }

    /// What a row says, where it concerns the organisation.
    fn listed(&mut self, row: &Row, columns: Columns, wanted: &Wanted) -> Option<Listed> {
        let text = |column: Option<usize>| column.map_or("", |column| row.cell(column));
        let code = |column| cell::code(text(column)).unwrap_or_default().to_ascii_uppercase();
        let mut listed = Listed {
            line: row.line,
            ods_code: code(columns.ods_code),
            cqc_location_id: code(columns.location),
            parent: code(columns.parent),
            ..Listed::default()
        };
        if !wanted.judge(&mut listed) {
            return None;
        }
        listed.name = cell::name(text(columns.name));
        if listed.key(self.layout).is_empty() {
            let shown = cell::name(text(if self.layout.is_cqc() { columns.location } else { columns.ods_code }));
            let why = if shown.is_empty() { "no code".to_owned() } else { format!("\"{shown}\" is no code") };
            self.note(row.line, format!("{}: {why}, left out", listed.name));
            return None;
        }
        let key = listed.key(self.layout).to_owned();
        for (column, slot) in [
            (columns.opened, &mut listed.opened),
            (columns.closed, &mut listed.closed),
            (columns.joined, &mut listed.joined),
            (columns.left, &mut listed.left),
        ] {
            if let Ok(day) = cell::day(text(column)) {
                *slot = day;
            } else {
                let shown = cell::name(text(column));
                self.note(row.line, format!("{key}: \"{shown}\" is no date and counts as none"));
            }
        }
        Some(listed)
    }
}
