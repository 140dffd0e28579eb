//! The sheet *Your organisation*, merged into its file.

use super::book::{Line, plain};
use super::merge::{Changed, Merge, Named, Signed, Surroundings, Trouble, quoted};
use crate::form::Cell;
use crate::form::book;
use crate::form::organisation::{self as form, About, SITE_TITLES, Takes};
use crate::import::Prefer;
use crate::model::Site;
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};

const SCOPE: [&str; 4] = ["training", "policies", "breach_handling", "it"];
const SITE_KEYS: [&str; 8] =
    ["ods_code", "name", "cqc_location_id", "opened", "closed", "excluded", "confirmed_by", "confirmed"];

/// Merges the lines; whether somebody said anything in them.
pub(super) fn lines(merge: &mut Merge, around: &Surroundings<'_>, lines: &[Line], signature: &Signed) -> bool {
    let current = form::lines(around.standard, around.organisation);
    let mut said = false;
    let mut new_sites = Vec::new();
    let stale = stale(&current, lines);
    for line in lines {
        if let About::FreeSite(_) = line.about {
            said |= free_site(merge, around, line, &mut new_sites);
            continue;
        }
        let now = match &line.about {
            About::Site(at, code) => site_line(&current, *at, code),
            about => current.iter().find(|known| known.about == *about),
        };
        let Some(now) = now else {
            let edited = line.cells.iter().find(|(_, typed, was)| plain(typed) != *was);
            if let Some((cell, _, _)) = edited {
                merge.unclear(cell, "the files have no such line any more");
                said = true;
            }
            continue;
        };
        for (at, ((cell, typed, was), slot)) in line.cells.iter().zip(&now.slots).enumerate() {
            if plain(typed) == *was {
                continue;
            }
            said = true;
            let value = match form::read(&slot.takes, typed) {
                Ok(value) => value,
                Err(unclear) => {
                    merge.unclear(cell, unclear.0);
                    continue;
                }
            };
            let theirs = value.plain().into_owned();
            let ours = book::shown(slot.cell.clone()).plain().into_owned();
            if theirs == *was || theirs == ours {
                continue;
            }
            if slot.takes == Takes::Nothing {
                merge.unclear(cell, "is not changed in the workbook: it says whose workbook this is");
                continue;
            }
            if now.about == About::Right && around.organisation.profile.confirmed == Some(signature.on) {
                continue;
            }
            if now.about == About::Right
                && let Some(stale) = &stale
            {
                match around.prefer {
                    Prefer::Ours => continue,
                    Prefer::Theirs => {}
                    Prefer::Neither => {
                        merge.troubles.push(stale.clone());
                        continue;
                    }
                }
            }
            let place = pointer(&now.about, at);
            if ours != *was {
                match around.prefer {
                    Prefer::Ours => continue,
                    Prefer::Theirs => {}
                    Prefer::Neither => {
                        let message = format!(
                            "the sheet says {}, the files say {} since; it was {}",
                            quoted(&theirs),
                            quoted(&ours),
                            quoted(was)
                        );
                        merge.troubles.push(Trouble::conflict(cell.clone(), message, (Named::Organisation, place)));
                        continue;
                    }
                }
            }
            let change = if now.about == About::Right {
                Change::Set(place, Literal::Date(signature.on))
            } else {
                match literal(&slot.takes, &value) {
                    Some(literal) => Change::Set(place, literal),
                    None => Change::Remove(place),
                }
            };
            merge.organisation.push(change);
            merge.changed.push(Changed {
                named: Named::Organisation,
                what: label(now, at),
                cell: cell.clone(),
                old: ours,
                new: theirs,
            });
        }
    }
    let first = around.organisation.sites.len();
    for (at, table) in new_sites.into_iter().enumerate() {
        merge.organisation.push(Change::Set(Pointer::root().key("site").index(first + at), Literal::Table(table)));
    }
    said
}

/// Something of profile or certificates that nobody edited in the sheet, though the files say otherwise since: who calls
/// them right has not seen it.
fn stale(current: &[form::Line], lines: &[Line]) -> Option<Trouble> {
    let of_profile = |line: &&Line| matches!(line.about, About::Fact(_) | About::Certification(_));
    lines.iter().filter(of_profile).find_map(|line| {
        let now = current.iter().find(|known| known.about == line.about)?;
        line.cells.iter().zip(&now.slots).enumerate().find_map(|(at, ((cell, typed, was), slot))| {
            let ours = book::shown(slot.cell.clone()).plain().into_owned();
            (plain(typed) == *was && ours != *was).then(|| {
                let message = format!(
                    "{}: what the sheet says to be right is {}, but the files say {} since",
                    label(now, at),
                    quoted(was),
                    quoted(&ours)
                );
                Trouble::conflict(cell.clone(), message, (Named::Organisation, pointer(&now.about, at)))
            })
        })
    })
}

/// The line of a site as the file has it now: the one in its place with its code, else the one with its code.
fn site_line<'l>(current: &'l [form::Line], at: usize, code: &str) -> Option<&'l form::Line> {
    let is_code = |known: &str| known.trim().eq_ignore_ascii_case(code.trim());
    let same =
        current.iter().find(|line| matches!(&line.about, About::Site(index, known) if *index == at && is_code(known)));
    same.or_else(|| {
        let mut found = current.iter().filter(|line| matches!(&line.about, About::Site(_, known) if is_code(known)));
        found.next().filter(|_| !code.trim().is_empty() && found.next().is_none())
    })
}

fn label(line: &form::Line, at: usize) -> String {
    match (&line.about, &line.label) {
        (About::Site(_, code), _) => format!("{code}, {}", SITE_TITLES[at]),
        (About::Shares, _) => SITE_TITLES[8 + at].to_owned(),
        (About::Certification(_), Some(label)) => format!("{label}, {}", ["number", "last day"][at.min(1)]),
        (About::Role(_), Some(label)) => format!("{label}, {}", ["name", "e-mail address"][at.min(1)]),
        (_, label) => label.clone().unwrap_or_default(),
    }
}

fn pointer(about: &About, at: usize) -> Pointer {
    let root = Pointer::root();
    match about {
        About::Code => root.key("organisation").key("ods_code"),
        About::Name => root.key("organisation").key("name"),
        About::CqcProvider => root.key("organisation").key("cqc_provider_id"),
        About::Fact(key) => root.key("profile").key(key.clone()),
        About::Right => root.key("profile").key("confirmed"),
        About::Certification(key) => {
            root.key("certifications").key(key.clone()).key(["certificate", "expires"][at.min(1)])
        }
        About::Role(key) => root.key("roles").key(key.clone()).key(["name", "email"][at.min(1)]),
        About::Shares => root.key("organisation").key("shares").key(SCOPE[at.min(3)]),
        About::Site(index, _) | About::FreeSite(index) => {
            let site = root.key("site").index(*index);
            match SITE_KEYS.get(at) {
                Some(key) => site.key(*key),
                None => site.key("shares").key(SCOPE[(at - SITE_KEYS.len()).min(3)]),
            }
        }
    }
}

fn literal(takes: &Takes, value: &Cell) -> Option<Literal> {
    match (takes, value) {
        (_, Cell::Empty) => None,
        (Takes::YesNo | Takes::Yes, value) => Some(Literal::Flag(value.plain() == crate::form::YES)),
        (Takes::Value(values), value) => {
            form::value_of(values, &value.plain()).map(|value| Literal::Text(value.to_owned()))
        }
        (_, Cell::Date(day)) => Some(Literal::Date(*day)),
        (_, value) => Some(Literal::Text(value.plain().into_owned())),
    }
}

/// A site that somebody added; whether anything stands in the line.
fn free_site(
    merge: &mut Merge,
    around: &Surroundings<'_>,
    line: &Line,
    new: &mut Vec<Vec<(&'static str, Literal)>>,
) -> bool {
    let mut table = Vec::new();
    let mut scope = Vec::new();
    let mut shown = Vec::new();
    let before = merge.troubles.len();
    for (at, (cell, typed, _)) in line.cells.iter().enumerate() {
        let takes = match at {
            3 | 4 | 7 => Takes::Date,
            8.. => Takes::YesNo,
            _ => Takes::Text,
        };
        match form::read(&takes, typed) {
            Ok(Cell::Empty) => {}
            Ok(value) => {
                shown.push(value.plain().into_owned());
                if let Some(literal) = literal(&takes, &value) {
                    match SITE_KEYS.get(at) {
                        Some(key) => table.push((*key, literal)),
                        None => scope.push((SCOPE[(at - SITE_KEYS.len()).min(3)], literal)),
                    }
                }
            }
            Err(unclear) => merge.unclear(cell, unclear.0),
        }
    }
    if table.is_empty() && scope.is_empty() {
        return merge.troubles.len() > before;
    }
    let cell = line.cells.first().map_or("", |(cell, _, _)| cell);
    let code = match table.first() {
        Some(("ods_code", Literal::Text(code))) => code.trim().to_owned(),
        _ => {
            merge.unclear(cell, "a site needs its ODS code");
            return true;
        }
    };
    let is_known = |site: &Site| site.ods_code.trim().eq_ignore_ascii_case(&code);
    let twice = new
        .iter()
        .any(|table| matches!(table.first(), Some((_, Literal::Text(known))) if known.eq_ignore_ascii_case(&code)));
    let sites = &around.organisation.sites;
    if sites.iter().any(|site| is_known(site) && is_the_same(site, line)) {
        return true;
    }
    if sites.iter().any(is_known) || twice {
        merge.unclear(cell, format!("there is a site {code} already"));
        return true;
    }
    if !scope.is_empty() {
        table.push(("shares", Literal::Table(scope)));
    }
    merge.changed.push(Changed {
        named: Named::Organisation,
        what: "New site".to_owned(),
        cell: cell.to_owned(),
        old: String::new(),
        new: shown.join(", "),
    });
    new.push(table);
    true
}

/// Whether a site says all that a free line says: it was taken over before.
fn is_the_same(site: &Site, line: &Line) -> bool {
    let known = form::site(site);
    line.cells.iter().zip(&known).all(|((_, typed, _), slot)| {
        let takes = if slot.takes == Takes::Nothing { &Takes::Text } else { &slot.takes };
        form::read(takes, typed).is_ok_and(|value| value.is_empty() || value == slot.cell)
    })
}
