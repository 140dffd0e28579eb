//! Which rows of a portfolio are shown, and in which order.

use super::Portfolio;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::diagnostic::render::one_line;
use crate::model::Period;
use crate::portfolio::Row;
use crate::portfolio::column::Field;
use clap::Args;
use jiff::civil::Date;

/// Rows that are meant. Rows with an error are never left out unseen: they are counted by whoever shows the rest.
#[derive(Debug, Clone, Default, Args)]
pub struct Filter {
    /// Only clients at this level; `none` for those that have reached none
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// Only clients with something open in a section, by the beginning of its name
    #[arg(long, value_name = "SECTION")]
    pub section: Option<String>,
    /// Only clients to whom something falls due so soon, such as P30D or 6w; what is overdue counts
    #[arg(long, value_name = "PERIOD", value_parser = parse_period)]
    pub due_within: Option<Period>,
    /// Only clients whose field or label has a value; != for those whose has not
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    pub conditions: Vec<String>,
}

pub fn parse_period(text: &str) -> Result<Period, String> {
    Period::parse_typed(text).ok_or_else(|| "write a period such as P30D, 30d or 6w".to_owned())
}

impl Filter {
    /// Whether every client is meant.
    pub fn is_open(&self) -> bool {
        self.level.is_none() && self.section.is_none() && self.due_within.is_none() && self.conditions.is_empty()
    }

    pub fn apply(&self, context: &Context, portfolio: &Portfolio, rows: &mut Vec<Row>) -> Result<(), Failure> {
        if let Some(word) = &self.level {
            let wanted = level(portfolio, word)?;
            rows.retain(|row| row.error.is_none() && row.level == wanted);
        }
        if let Some(word) = &self.section {
            let folded = word.trim().to_lowercase();
            let named = |section: &str| section.to_lowercase().starts_with(&folded);
            // Where nobody has sections, none is unknown.
            let nobody = rows.iter().all(|row| row.sections.is_empty());
            if !nobody && !rows.iter().any(|row| row.sections.iter().any(|section| named(&section.section))) {
                let mut known: Vec<&str> =
                    rows.iter().flat_map(|row| &row.sections).map(|section| section.section.as_str()).collect();
                known.sort_unstable();
                known.dedup();
                return Err(Failure::new(format!("no client has a section \"{}\"", one_line(word)))
                    .hint(format!("sections: {}", known.join(", "))));
            }
            rows.retain(|row| {
                row.sections.iter().any(|section| named(&section.section) && section.met < section.required)
            });
        }
        if let Some(period) = self.due_within {
            let last = period.after(context.day());
            rows.retain(|row| {
                row.next_due.as_ref().and_then(|due| due.parse::<Date>().ok()).is_some_and(|due| due <= last)
            });
        }
        for condition in &self.conditions {
            let (name, value) = condition.split_once('=').ok_or_else(|| {
                Failure::new(format!("--where {}: there is no = in it", one_line(condition)))
                    .hint("write FIELD=VALUE, such as --where team=north")
            })?;
            let (name, equal) = name.strip_suffix('!').map_or((name, true), |name| (name, false));
            let field = field(name.trim(), rows)?;
            let value = value.trim().to_lowercase();
            rows.retain(|row| {
                let words = field.of(row).words().to_lowercase();
                (words == value || (value == "none" && words.is_empty())) == equal
            });
        }
        Ok(())
    }
}

/// The column or label with a name.
pub fn field(name: &str, rows: &[Row]) -> Result<Field, Failure> {
    // Without rows nothing is left to choose from, and no label is known.
    if rows.is_empty() {
        return Ok(Field::Label(name.to_owned()));
    }
    Field::find(name, rows).map_err(|known| {
        Failure::new(format!("no client has a field or label \"{}\"", one_line(name))).hint(one_line(&known))
    })
}

/// A level's id by its beginning; none for `none`.
fn level(portfolio: &Portfolio, word: &str) -> Result<Option<String>, Failure> {
    let folded = word.trim().to_lowercase().replace([' ', '_'], "-");
    if folded == "none" {
        return Ok(None);
    }
    let mut ids: Vec<String> = Vec::new();
    for bank in portfolio.banks.iter() {
        let Ok(standard) = bank.standard() else { continue };
        for level in &standard.levels {
            if !ids.contains(&level.id) {
                ids.push(level.id.clone());
            }
        }
    }
    let found: Vec<&String> = ids.iter().filter(|id| id.starts_with(&folded)).collect();
    match (ids.contains(&folded), found.as_slice()) {
        (true, _) => Ok(Some(folded)),
        (_, [only]) => Ok(Some((*only).clone())),
        (_, [_, _, ..]) => Err(Failure::new(format!("several levels begin with \"{}\"", one_line(word)))
            .hint(found.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", "))),
        _ => Err(Failure::new(format!("no question bank has a level \"{}\"", one_line(word)))
            .hint(format!("levels: none, {}", ids.join(", ")))),
    }
}
