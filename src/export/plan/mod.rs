//! The action plan as a document: one file a format, all of them over the same rows and cells.

mod csv;
mod html;
mod human;
mod json;
mod markdown;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use csv::csv;
pub use html::html;
pub use human::human;
pub use json::{PlanItem, PlanReport, json};
pub use markdown::markdown;
#[cfg(feature = "xlsx")]
pub use xlsx::xlsx;

use super::text::plain;
use crate::assess::Assessment;
use crate::model::period::in_words;
use crate::model::{Action, ActionPlan, ActionStatus, Answers, Organisation, Standard};
use crate::plan::generate::{self, Fill};
use crate::plan::{self, Lack, PlanRow, PlanVerdict, Standing, owner};
use jiff::civil::{Date, DateTime};

/// What the columns hold: first those of the toolkit's plan in its order, then what the plan knows besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Item,
    Section,
    Question,
    Gap,
    Action,
    Owner,
    Target,
    Status,
    Resources,
    Comments,
    Progress,
    Cost,
    MandatoryFor,
}

impl Column {
    pub const ALL: [Self; 13] = [
        Self::Item,
        Self::Section,
        Self::Question,
        Self::Gap,
        Self::Action,
        Self::Owner,
        Self::Target,
        Self::Status,
        Self::Resources,
        Self::Comments,
        Self::Progress,
        Self::Cost,
        Self::MandatoryFor,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Item => "Evidence item",
            Self::Section => "Section",
            Self::Question => "Question",
            Self::Gap => "Gap",
            Self::Action => "Action required",
            Self::Owner => "Owner",
            Self::Target => "Target date",
            Self::Status => "Status",
            Self::Resources => "Resources",
            Self::Comments => "Comments",
            Self::Progress => "Progress",
            Self::Cost => "Cost",
            Self::MandatoryFor => "Mandatory for",
        }
    }

    /// Whether the plan's file holds it, so that people may fill it in; the rest comes from the standard.
    pub fn is_filled_in(self) -> bool {
        !matches!(self, Self::Item | Self::Section | Self::Question | Self::Gap | Self::MandatoryFor)
    }
}

/// What stands in a cell. Text is [`plain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Date(Date),
}

impl Cell {
    fn text(text: &str) -> Self {
        let text = plain(text.trim());
        if text.is_empty() { Self::Empty } else { Self::Text(text.into_owned()) }
    }

    /// The cell as text, dates as `2026-06-30`.
    pub fn iso(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Date(date) => date.to_string(),
        }
    }

    /// The cell as text, dates in words.
    pub fn words(&self) -> String {
        match self {
            Self::Date(date) => in_words(*date),
            other => other.iso(),
        }
    }
}

/// The hidden sheet of the workbook that keeps what was exported, so that it is known later what was edited: whose plan
/// it is in the first row, the columns in the second, then each item's cells; and by what all that nobody is asked to fill
/// in is known again, so that what somebody types there is told from it.
pub const EXPORTED: &str = "Exported";
/// What the first cell of that sheet begins with, its layout behind it.
pub const EXPORTED_MARK: &str = "dspt action plan";
/// The layout of the workbook that is written and read.
pub const EXPORTED_LAYOUT: u32 = 2;
/// The title of that list.
pub const PRINTED: &str = "what this workbook says itself";

/// By what a text of the workbook's own is known again, wherever it stands.
pub fn printed_key(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::form::book::mark("", [words.as_str()])
}

/// What a status is called in documents for people.
pub fn status_label(status: ActionStatus) -> &'static str {
    match status {
        ActionStatus::Planned => "planned",
        ActionStatus::InProgress => "in progress",
        ActionStatus::Done => "done",
    }
}

/// Everything that a document about the plan shows.
#[derive(Debug)]
pub struct Sheet<'a> {
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    pub assessment: &'a Assessment,
    /// The moment that is judged.
    pub now: DateTime,
    pub rows: Vec<PlanRow>,
}

impl<'a> Sheet<'a> {
    pub fn new(
        organisation: &'a Organisation,
        standard: &'a Standard,
        assessment: &'a Assessment,
        answers: &Answers,
        plan: Option<&ActionPlan>,
        now: DateTime,
    ) -> Self {
        Self { organisation, standard, assessment, now, rows: plan::rows(standard, assessment, answers, plan) }
    }

    pub fn cell(&self, row: &PlanRow, column: Column) -> Cell {
        match column {
            Column::Item => Cell::text(&row.number),
            Column::Section => Cell::text(&row.section),
            Column::Question => Cell::text(&row.question),
            Column::Gap => Cell::text(&row.gap),
            Column::MandatoryFor => {
                let labels: Vec<&str> = row.mandatory_for.iter().map(|level| level.label.as_str()).collect();
                Cell::text(&labels.join(", "))
            }
            filled_in => action_cell(self.organisation, row.action.as_ref(), filled_in),
        }
    }

    /// The columns worth showing where nothing is filled in: empty ones behind the toolkit's own are left out.
    fn columns_to_read(&self) -> Vec<Column> {
        let optional =
            |column: &Column| matches!(column, Column::Resources | Column::Comments | Column::Progress | Column::Cost);
        let used = |column: Column| self.rows.iter().any(|row| self.cell(row, column) != Cell::Empty);
        Column::ALL.into_iter().filter(|column| !optional(column) || used(*column)).collect()
    }

    fn verdict(&self) -> &PlanVerdict {
        &self.assessment.plan
    }

    /// "Hazel House, ODS code VHZ4Q"
    fn whose(&self) -> String {
        format!("{}, ODS code {}", plain(self.organisation.name.trim()), plain(self.organisation.ods_code.trim()))
    }

    fn goal_label(&self) -> &str {
        &self.standard.levels[plan::goal(self.standard)].label
    }

    fn aim_label(&self) -> &str {
        &self.standard.levels[self.assessment.aim].label
    }

    /// The level aimed at, and where the plan leads if that is another one.
    fn level_line(&self) -> String {
        if self.assessment.aim == plan::goal(self.standard) {
            format!("Level aimed at: {}.", self.aim_label())
        } else {
            format!("Level aimed at: {}. The plan leads to {}.", self.aim_label(), self.goal_label())
        }
    }

    /// Whether the plan is complete, and what is late.
    fn verdict_line(&self) -> String {
        let (_, words) = self.verdict().words();
        match self.rows.iter().filter(|row| row.is_late(self.now.date())).count() {
            0 => words,
            1 => format!("{words} One action is late."),
            late => format!("{words} {late} actions are late."),
        }
    }
}

/// What stands in a cell that people fill in; nothing in the others.
pub fn action_cell(organisation: &Organisation, action: Option<&Action>, column: Column) -> Cell {
    let Some(action) = action else { return Cell::Empty };
    let typed = |text: &Option<String>| text.as_ref().map_or(Cell::Empty, |text| Cell::text(text));
    match column {
        Column::Action => typed(&action.action),
        Column::Owner => match &action.owner {
            Some(written) => Cell::text(owner::shown(organisation, written)),
            None => Cell::Empty,
        },
        Column::Target => action.target.map_or(Cell::Empty, Cell::Date),
        Column::Status => action.status.map_or(Cell::Empty, |status| Cell::text(status_label(status))),
        Column::Resources => typed(&action.resources),
        Column::Comments => typed(&action.notes),
        Column::Progress => typed(&action.progress),
        Column::Cost => typed(&action.cost),
        Column::Item | Column::Section | Column::Question | Column::Gap | Column::MandatoryFor => Cell::Empty,
    }
}

/// The plan as its file would be: what the plan says, and an empty action for each outstanding item without one.
pub fn toml(sheet: &Sheet<'_>, schema: Option<&str>) -> String {
    let document = sheet.verdict().document.as_ref().map(|(file, _)| file.as_str());
    generate::file(schema, sheet.standard, document, &sheet.rows, Fill::Nothing)
}

/// The name that the toolkit gives to the plan it offers: `DSPT_Action_plan_A1B2_02032026_0915.xlsx`.
pub fn file_name(ods_code: &str, now: DateTime) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let code: String = ods_code.trim().chars().map(fit).collect();
    format!(
        "DSPT_Action_plan_{code}_{:02}{:02}{:04}_{:02}{:02}.xlsx",
        now.day(),
        now.month(),
        now.year(),
        now.hour(),
        now.minute()
    )
}

/// What is missing in a row, in the words of its columns.
fn lack_word(lack: Lack) -> &'static str {
    match lack {
        Lack::Action => "action",
        Lack::Owner => "owner",
        Lack::Target => "target",
    }
}

fn is_open(row: &PlanRow) -> bool {
    row.standing == Standing::Outstanding
}
