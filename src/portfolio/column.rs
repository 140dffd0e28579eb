//! What a row says, one column each: for spreadsheets, for sorting and for choosing.

use super::Row;
use crate::export::grid::{Cell, Grid, Heading};
use crate::source::decode::nearest;
use jiff::civil::{Date, DateTime};

/// A column of the portfolio.
pub struct Column {
    /// The word by which `--sort` and `--where` name it.
    pub key: &'static str,
    pub title: &'static str,
    /// In characters.
    pub width: u8,
    pub of: fn(&Row) -> Cell,
}

impl Column {
    /// Whether it says yes or no.
    pub fn is_flag(&self) -> bool {
        matches!(self.key, "toolkit" | "changed")
    }

    /// Whether it says a level, by its id.
    pub fn is_level(&self) -> bool {
        matches!(self.key, "level" | "aim" | "published-level")
    }
}

const fn column(key: &'static str, title: &'static str, width: u8, of: fn(&Row) -> Cell) -> Column {
    Column { key, title, width, of }
}

fn text(text: Option<&String>) -> Cell {
    Cell::from(text)
}

fn day(text: Option<&String>) -> Cell {
    Cell::from(text.and_then(|text| text.parse::<Date>().ok()))
}

fn yes(value: Option<bool>) -> Cell {
    Cell::from(value.map(|value| if value { "yes" } else { "no" }))
}

/// Every column but those of labels.
pub const COLUMNS: &[Column] = &[
    column("path", "Directory", 24, |row| Cell::from(&row.path)),
    column("code", "ODS code", 9, |row| text(row.ods_code.as_ref())),
    column("name", "Name", 30, |row| text(row.name.as_ref())),
    column("edition", "Edition", 9, |row| text(row.edition.as_ref())),
    column("level", "Level", 22, |row| text(row.level.as_ref())),
    column("aim", "Aims at", 22, |row| text(row.aim.as_ref())),
    column("met", "Items met", 8, |row| Cell::from(row.met)),
    column("required", "Items required", 9, |row| Cell::from(row.required)),
    column("progress", "Progress, %", 9, |row| Cell::from(row.progress().map(|progress| progress / 10))),
    column("carried", "Unconfirmed", 12, |row| Cell::from(row.carried)),
    column("errors", "Errors", 7, |row| Cell::from(row.errors)),
    column("warnings", "Warnings", 9, |row| Cell::from(row.warnings)),
    column("overdue", "Overdue evidence", 9, |row| Cell::from(row.overdue_evidence)),
    column("actions", "Open actions", 8, |row| Cell::from(row.plan.as_ref().map(|plan| plan.open))),
    column("late", "Late actions", 8, |row| Cell::from(row.plan.as_ref().map(|plan| plan.overdue))),
    column("days-late", "Days late", 7, |row| Cell::from(row.plan.as_ref().map(|plan| plan.days_late))),
    column("deadline", "Deadline", 11, |row| day(row.deadline.as_ref())),
    column("days", "Days left", 7, |row| Cell::from(row.days_to_deadline)),
    column("due", "Next due", 11, |row| day(row.next_due.as_ref())),
    column("publication", "Publication", 12, |row| text(row.publication.as_ref().map(|it| &it.state))),
    column("published", "Published", 11, |row| {
        day(row.publication.as_ref().and_then(|it| it.last.as_ref()).map(|last| &last.date))
    }),
    column("published-edition", "Published edition", 10, |row| {
        text(row.publication.as_ref().and_then(|it| it.last.as_ref()).map(|last| &last.edition))
    }),
    column("published-level", "Published level", 22, |row| {
        text(row.publication.as_ref().and_then(|it| it.last.as_ref()).map(|last| &last.level))
    }),
    column("toolkit", "On the toolkit", 9, |row| yes(row.publication.as_ref().map(|it| it.on_toolkit))),
    column("changed", "Changed since", 9, |row| yes(row.publication.as_ref().map(|it| it.changed))),
    column("next", "Next step", 44, |row| text(row.next.as_ref().map(|next| &next.step))),
    column("command", "Command", 26, |row| text(row.next.as_ref().and_then(|next| next.command.as_ref()))),
    column("left", "Left", 11, |row| day(row.left.as_ref())),
    column("error", "Error", 44, |row| text(row.error.as_ref())),
];

/// What a row is asked for by name: a column, or a label of the portfolio.
#[derive(Clone)]
pub enum Field {
    Column(&'static Column),
    Label(String),
}

impl Field {
    /// Whether a name is that of a column and not of a label.
    pub fn is_column(name: &str) -> bool {
        Self::column(name).is_some()
    }

    fn column(name: &str) -> Option<&'static Column> {
        // What JSON calls it is right, too.
        let key = match name {
            "ods_code" | "ods" => "code",
            "days_to_deadline" => "days",
            "overdue_evidence" => "overdue",
            "on_toolkit" => "toolkit",
            "next_due" => "due",
            other => other,
        };
        COLUMNS.iter().find(|column| column.key == key)
    }

    /// The field with a name; else the known name most like it.
    pub fn find(name: &str, rows: &[Row]) -> Result<Self, String> {
        if let Some(column) = Self::column(name) {
            return Ok(Self::Column(column));
        }
        if rows.iter().any(|row| row.labels.contains_key(name)) {
            return Ok(Self::Label(name.to_owned()));
        }
        let mut known: Vec<&str> = COLUMNS.iter().map(|column| column.key).collect();
        for label in rows.iter().flat_map(|row| row.labels.keys()) {
            if !known.contains(&label.as_str()) {
                known.push(label);
            }
        }
        let near = nearest(name, &known).map(|near| format!("did you mean {near}? "));
        Err(format!("{}known: {}", near.unwrap_or_default(), known.join(", ")))
    }

    pub fn of(&self, row: &Row) -> Cell {
        match self {
            Self::Column(column) => (column.of)(row),
            Self::Label(label) => Cell::from(row.labels.get(label)),
        }
    }
}

/// The keys of all labels, sorted.
pub fn labels(rows: &[Row]) -> Vec<String> {
    let mut labels: Vec<String> = rows.iter().flat_map(|row| row.labels.keys().cloned()).collect();
    labels.sort();
    labels.dedup();
    labels
}

/// The rows as a table: all columns, or those named; labels stand after the name.
pub fn grid(title: &str, about: Vec<String>, rows: &[Row], only: &[&str], now: DateTime) -> Grid {
    let wanted = |column: &&Column| only.is_empty() || only.contains(&column.key);
    let (before, after): (Vec<&Column>, Vec<&Column>) = {
        let at = COLUMNS.iter().position(|column| column.key == "edition").unwrap_or(0);
        (COLUMNS[..at].iter().filter(wanted).collect(), COLUMNS[at..].iter().filter(wanted).collect())
    };
    let labels = labels(rows);
    let heading = |column: &&Column| Heading { title: column.title.to_owned(), width: column.width };
    let mut headings: Vec<Heading> = before.iter().map(heading).collect();
    headings.extend(labels.iter().map(|label| Heading { title: label.clone(), width: 14 }));
    headings.extend(after.iter().map(heading));
    let rows = rows
        .iter()
        .map(|row| {
            let mut cells: Vec<Cell> = before.iter().map(|column| (column.of)(row)).collect();
            cells.extend(labels.iter().map(|label| Cell::from(row.labels.get(label))));
            cells.extend(after.iter().map(|column| (column.of)(row)));
            cells
        })
        .collect();
    Grid { title: title.to_owned(), about, headings, rows, now }
}
