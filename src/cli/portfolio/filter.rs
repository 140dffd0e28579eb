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

/// Rows that are meant. A client that cannot be judged is left out where something says that it is not meant, such as a
/// label; where that cannot be told, it is told instead.
#[derive(Debug, Clone, Default, PartialEq, Args)]
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

    /// Leaves out what is not meant; gives the clients of which that cannot be told.
    pub fn apply(&self, context: &Context, portfolio: &Portfolio, rows: &mut Vec<Row>) -> Result<Vec<Row>, Failure> {
        if self.is_open() {
            return Ok(Vec::new());
        }
        let all = rows.clone();
        let broken: Vec<Row> = rows.extract_if(.., |row| row.error.is_some()).collect();
        self.apply_to_judged(context, portfolio, rows, &all)?;
        let rests_on_judgement = self.level.is_some() || self.section.is_some() || self.due_within.is_some();
        let mut unclear = Vec::new();
        for row in broken {
            let mut is_clear = !rests_on_judgement;
            let mut is_meant = true;
            for condition in &self.conditions {
                let (field, value, equal) = condition_of(portfolio, condition, &all)?;
                let words = field.of(&row).words().to_lowercase();
                if words.is_empty() && matches!(field, Field::Column(_)) {
                    is_clear = false;
                } else {
                    is_meant &= (words == value || (value == "none" && words.is_empty())) == equal;
                }
            }
            match (is_meant, is_clear) {
                (true, true) => rows.push(row),
                (true, false) => unclear.push(row),
                (false, _) => {}
            }
        }
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(unclear)
    }

    fn apply_to_judged(
        &self,
        context: &Context,
        portfolio: &Portfolio,
        rows: &mut Vec<Row>,
        all: &[Row],
    ) -> Result<(), Failure> {
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
            let (field, value, equal) = condition_of(portfolio, condition, all)?;
            rows.retain(|row| {
                let words = field.of(row).words().to_lowercase();
                (words == value || (value == "none" && words.is_empty())) == equal
            });
        }
        Ok(())
    }
}

/// What a condition looks at, what it has to be, and whether it has to be that or anything else.
fn condition_of(portfolio: &Portfolio, condition: &str, rows: &[Row]) -> Result<(Field, String, bool), Failure> {
    let (name, value) = condition.split_once('=').ok_or_else(|| {
        Failure::new(format!("--where {}: there is no = in it", one_line(condition)))
            .hint("write FIELD=VALUE, such as --where team=north")
    })?;
    let (name, equal) = name.strip_suffix('!').map_or((name, true), |name| (name, false));
    let field = field(portfolio, name.trim(), rows)?;
    let value = value.trim().to_lowercase();
    // Levels are called by their ids, and by what people call them; yes is true.
    let value = match (&field, value.as_str()) {
        (Field::Column(column), "true") if column.is_flag() => "yes".to_owned(),
        (Field::Column(column), "false") if column.is_flag() => "no".to_owned(),
        (Field::Column(column), _) if column.is_level() => {
            level(portfolio, &value)?.unwrap_or_else(|| "none".to_owned())
        }
        _ => value,
    };
    Ok((field, value, equal))
}

/// The column or label with a name.
pub fn field(portfolio: &Portfolio, name: &str, rows: &[Row]) -> Result<Field, Failure> {
    // A label counts though no client that is left has it, be it in this part of the portfolio or behind other filters.
    let is_label = portfolio.found.labels.contains(name);
    // Without rows nothing is left to choose from.
    if (rows.is_empty() || is_label) && !Field::is_column(name) {
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
