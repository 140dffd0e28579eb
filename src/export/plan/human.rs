//! For the terminal: what is to be done, by whom, until when.

use super::{Column, Sheet, is_open};
use crate::export::text::{one_line, shortened, terminal};
use crate::model::period::in_words;
use crate::plan::{Lack, PlanRow, Standing};
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use jiff::civil::Date;

/// Longer texts are shortened: the files have them in full.
const LONGEST: usize = 240;
const NARROWEST: u16 = 40;
/// From this width on the status has a column of its own.
const ROOMY: u16 = 100;
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The plan, fitted to a width in columns; plain text, without colour.
pub fn human(sheet: &Sheet<'_>, width: u16) -> String {
    let width = width.max(NARROWEST);
    let mut lines = Vec::new();
    let title = format!(
        "Action plan of {} ({}), edition {}, as of {}.",
        sheet.organisation.name,
        sheet.organisation.ods_code,
        sheet.standard.edition(),
        in_words(sheet.now.date())
    );
    wrap(&mut lines, &title, width);
    wrap(&mut lines, &sheet.level_line(), width);
    let (open, others): (Vec<&PlanRow>, Vec<&PlanRow>) = sheet.rows.iter().partition(|row| is_open(row));
    if !open.is_empty() {
        lines.push(String::new());
        lines.extend(table(sheet, &open, width));
    }
    if !others.is_empty() {
        lines.push(String::new());
        wrap(&mut lines, "Actions for other items:", width);
        lines.push(String::new());
        lines.extend(table(sheet, &others, width));
    }
    lines.push(String::new());
    wrap(&mut lines, &sheet.verdict_line(), width);
    wrap(&mut lines, &sheet.standard.provenance_line(), width);
    lines.join("\n") + "\n"
}

fn table(sheet: &Sheet<'_>, rows: &[&PlanRow], width: u16) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let roomy = width >= ROOMY;
    let titles = ["Item", "What is to be done", "Who", if roomy { "By" } else { "By, status" }, "Status"];
    table.set_header(&titles[..if roomy { 5 } else { 4 }]);
    for (at, row) in rows.iter().enumerate() {
        let [item, what, who, mut by, status] = cells(sheet, row);
        let mut cells = if roomy {
            vec![item, what, who, by, status]
        } else {
            by.push('\n');
            by.push_str(&status);
            vec![item, what, who, by.trim().to_owned()]
        };
        if at + 1 < rows.len() {
            // Rows have several lines each: an empty one stands between them.
            for cell in &mut cells {
                cell.push_str("\n ");
            }
        }
        table.add_row(cells);
    }
    table.set_constraints([
        ColumnConstraint::ContentWidth,
        ColumnConstraint::LowerBoundary(Width::Fixed(12)),
        ColumnConstraint::UpperBoundary(Width::Fixed((width / 5).clamp(10, 24))),
        ColumnConstraint::ContentWidth,
        ColumnConstraint::ContentWidth,
    ]);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Number, what is to be done, owner, day, status.
fn cells(sheet: &Sheet<'_>, row: &PlanRow) -> [String; 5] {
    let shown = |column| shortened(&one_line(&terminal(&sheet.cell(row, column).words())), LONGEST).into_owned();
    let lacks = row.lacks();
    let or = |column, lack, gap: &str| if lacks.contains(&lack) { gap.to_owned() } else { shown(column) };
    let mut what = shown(Column::Action);
    if lacks.contains(&Lack::Action) {
        what = format!("No action yet ({}): {}", shown(Column::Gap), shown(Column::Question));
    }
    let why = match row.standing {
        Standing::Outstanding => String::new(),
        Standing::Further => format!("\n({}; not asked for at {})", shown(Column::Gap), sheet.goal_label()),
        Standing::Settled | Standing::Unknown => format!("\n({})", shown(Column::Gap)),
    };
    what.push_str(&why);
    let by = row
        .action
        .as_ref()
        .and_then(|action| action.target)
        .map_or_else(|| or(Column::Target, Lack::Target, "no date"), short);
    let mut status = shown(Column::Status);
    if row.is_late(sheet.now.date()) {
        status.push_str(if status.is_empty() { "late" } else { ", late" });
    }
    [shown(Column::Item), what, or(Column::Owner, Lack::Owner, "nobody"), by, status]
}

/// "30 Jun 2026"
fn short(day: Date) -> String {
    let words = in_words(day);
    let parts: Vec<&str> = words.split(' ').collect();
    match parts.as_slice() {
        [day, month, year] => format!("{day:>2} {} {year}", &month[..3]),
        _ => words,
    }
}

fn wrap(lines: &mut Vec<String>, text: &str, width: u16) {
    let mut line = String::new();
    for word in one_line(&terminal(text)).split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > usize::from(width) {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}
