//! The sheet *Your organisation*: its lines, what they hold, and what a typed cell means there.

use super::read::{day, folded, shortened};
use super::{Cell, NO, Typed, Unclear, YES};
use crate::model::standard::Named;
use crate::model::{Organisation, Shares, Site, Standard};
use jiff::civil::Date;

/// The column of the sheet that names it in the hidden cells; what stands in columns before it is for people.
pub const HIDDEN_COLUMN: u16 = 13;
/// Free lines for sites that are not listed yet.
const FREE_SITES: usize = 3;

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Code,
    Name,
    CqcProvider,
    /// A fact of the profile, by key.
    Fact(String),
    /// The question whether all of it is right.
    Right,
    Certification(String),
    Role(String),
    /// What every site shares with the headquarters.
    Shares,
    /// A site, by its place in the file and the code it had.
    Site(usize, String),
    /// A free line for a site.
    FreeSite(usize),
}

/// What a cell takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    Text,
    Date,
    YesNo,
    /// One of these values of the profile, shown by [`value_words`].
    Value(Vec<String>),
    /// Only what is confirmed.
    Yes,
    /// To be read only.
    Nothing,
}

/// A cell of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub takes: Takes,
    pub cell: Cell,
}

/// A line of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub about: About,
    /// What stands in the first column; none where that is a cell of the line.
    pub label: Option<String>,
    pub slots: Vec<Slot>,
}

impl Line {
    /// The column of the first cell.
    pub fn from(&self) -> u16 {
        u16::from(self.label.is_some())
    }
}

/// The titles of a site's cells.
pub const SITE_TITLES: [&str; 12] = [
    "ODS code",
    "Name",
    "CQC location number",
    "Opened on",
    "Closed on",
    "Left out because",
    "Answers hold here, says",
    "on",
    "Same staff training?",
    "Same policies?",
    "Same breach arrangements?",
    "Same IT?",
];

impl About {
    pub fn text(&self) -> String {
        match self {
            Self::Code => "code".to_owned(),
            Self::Name => "name".to_owned(),
            Self::CqcProvider => "cqc".to_owned(),
            Self::Fact(key) => format!("fact {key}"),
            Self::Right => "right".to_owned(),
            Self::Certification(key) => format!("certification {key}"),
            Self::Role(key) => format!("role {key}"),
            Self::Shares => "shares".to_owned(),
            Self::Site(at, code) => format!("site {at} {code}"),
            Self::FreeSite(at) => format!("free {at}"),
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match word {
            "code" => Self::Code,
            "name" => Self::Name,
            "cqc" => Self::CqcProvider,
            "fact" => Self::Fact(rest.to_owned()),
            "right" => Self::Right,
            "certification" => Self::Certification(rest.to_owned()),
            "role" => Self::Role(rest.to_owned()),
            "shares" => Self::Shares,
            "site" => {
                let (at, code) = rest.split_once(' ').unwrap_or((rest, ""));
                Self::Site(at.parse().ok()?, code.to_owned())
            }
            "free" => Self::FreeSite(rest.parse().ok()?),
            _ => return None,
        })
    }
}

/// The lines in the order of the sheet.
pub fn lines(standard: &Standard, organisation: &Organisation) -> Vec<Line> {
    let text = |text: Option<&String>| slot(Takes::Text, text.map_or(Cell::Empty, |text| Cell::text(text)));
    let mut lines = vec![
        line(About::Code, "ODS code", vec![slot(Takes::Nothing, Cell::text(&organisation.ods_code))]),
        line(About::Name, "Name", vec![text(Some(&organisation.name))]),
        line(About::CqcProvider, "CQC provider number", vec![text(organisation.cqc_provider_id.as_ref())]),
    ];
    for fact in &standard.facts {
        let value = organisation.profile.facts.get(&fact.key);
        let cell = value.map_or(Cell::Empty, |value| Cell::text(&value_words(value)));
        lines.push(line(
            About::Fact(fact.key.clone()),
            &fact.question,
            vec![slot(Takes::Value(fact.values.clone()), cell)],
        ));
    }
    for Named { key, title } in &standard.certifications {
        let held = organisation.certifications.get(key);
        lines.push(line(
            About::Certification(key.clone()),
            title,
            vec![
                text(held.and_then(|held| held.certificate.as_ref())),
                slot(Takes::Date, Cell::day(held.and_then(|held| held.expires))),
            ],
        ));
    }
    lines.push(line(About::Right, "Are profile and certificates still right?", vec![slot(Takes::Yes, Cell::Empty)]));
    for Named { key, title } in &standard.roles {
        let holder = organisation.roles.get(key);
        lines.push(line(
            About::Role(key.clone()),
            title,
            vec![
                text(holder.and_then(|holder| holder.name.as_ref())),
                text(holder.and_then(|holder| holder.email.as_ref())),
            ],
        ));
    }
    if organisation.sites.is_empty() && organisation.shares.is_none() {
        return lines;
    }
    lines.push(line(About::Shares, "Every site, unless its line says otherwise", shares(organisation.shares)));
    for (at, known) in organisation.sites.iter().enumerate() {
        let about = About::Site(at, super::fit(&known.ods_code).into_owned());
        lines.push(Line { about, label: None, slots: site(known) });
    }
    for at in 0..FREE_SITES {
        let mut slots = site(&Site::default());
        slots[0].takes = Takes::Text;
        lines.push(Line { about: About::FreeSite(at), label: None, slots });
    }
    lines
}

fn line(about: About, label: &str, slots: Vec<Slot>) -> Line {
    Line { about, label: Some(label.to_owned()), slots }
}

fn slot(takes: Takes, cell: Cell) -> Slot {
    Slot { takes, cell }
}

fn shares(shares: Option<Shares>) -> Vec<Slot> {
    let words = |flag: Option<bool>| match flag {
        None => Cell::Empty,
        Some(true) => Cell::text(YES),
        Some(false) => Cell::text(NO),
    };
    shares.unwrap_or_default().each().into_iter().map(|(_, _, flag)| slot(Takes::YesNo, words(flag))).collect()
}

/// The cells of a site's line.
pub fn site(site: &Site) -> Vec<Slot> {
    let text = |text: &Option<String>| slot(Takes::Text, text.as_ref().map_or(Cell::Empty, |text| Cell::text(text)));
    let day = |day: Option<Date>| slot(Takes::Date, Cell::day(day));
    let mut slots = vec![
        slot(Takes::Nothing, Cell::text(&site.ods_code)),
        text(&site.name),
        text(&site.cqc_location_id),
        day(site.opened),
        day(site.closed),
        text(&site.excluded),
        text(&site.confirmed_by),
        day(site.confirmed),
    ];
    slots.extend(shares(site.shares));
    slots
}

/// A value of the profile in words: `not-sure` is "Not sure".
pub fn value_words(value: &str) -> String {
    let words = value.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What a typed cell means.
pub fn read(takes: &Takes, typed: &Typed) -> Result<Cell, Unclear> {
    let text = match typed {
        Typed::Empty => return Ok(Cell::Empty),
        Typed::Broken(what) => return Err(Unclear(format!("shows {what}: type the answer itself"))),
        Typed::Day(found) if *takes == Takes::Date => return Ok(Cell::Date(*found)),
        other => super::read::words(other).unwrap_or_default(),
    };
    let word = folded(&text);
    if word.is_empty() {
        return Ok(Cell::Empty);
    }
    let says = || format!("says \"{}\"", shortened(&text));
    match takes {
        Takes::Text => Ok(Cell::text(text.trim())),
        Takes::Nothing => Ok(Cell::text(&text)),
        Takes::Date => {
            day(&text).map(Cell::Date).ok_or_else(|| Unclear(format!("{}: type a day, such as 30/06/2026", says())))
        }
        Takes::YesNo | Takes::Yes => match word.as_str() {
            "yes" | "y" | "true" | "x" | "1" => Ok(Cell::text(YES)),
            "no" | "n" | "false" | "0" if *takes == Takes::YesNo => Ok(Cell::text(NO)),
            "no" | "n" => Err(Unclear(format!("{}: put right what is wrong, then choose {YES}", says()))),
            _ => {
                Err(Unclear(format!("{}: choose {YES}{}", says(), if *takes == Takes::YesNo { " or No" } else { "" })))
            }
        },
        Takes::Value(values) => {
            let short = |known: &str| folded(&value_words(known));
            let found = values.iter().find(|known| {
                short(known) == word
                    || short(known).strip_prefix(&word).is_some_and(|_| matches!(word.as_str(), "y" | "n"))
            });
            let known: Vec<String> = values.iter().map(|known| value_words(known)).collect();
            found
                .map(|found| Cell::text(&value_words(found)))
                .ok_or_else(|| Unclear(format!("{}: choose one of {}", says(), known.join(", "))))
        }
    }
}

/// The value that words of the profile stand for.
pub fn value_of<'v>(values: &'v [String], shown: &str) -> Option<&'v str> {
    values.iter().find(|known| value_words(known) == shown).map(String::as_str)
}
