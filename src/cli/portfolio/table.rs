//! The portfolio on a terminal: one line a client, whatever its width, and what needs more words below.

use super::Portfolio;
use super::status::Group;
use crate::cli::context::Context;
use crate::cli::style::{self, ATTENTION, BAD, GOOD, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::model::period::in_words;
use crate::portfolio::Row;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Errors that are told in full below the table.
const ERRORS_TOLD: usize = 20;
/// Columns from which on there is room for the state of the publication, and for more of the next step.
const WIDE: usize = 100;
/// Between two columns.
const GAP: usize = 2;

/// How wide each column is; the name takes what is left.
struct Widths {
    name: usize,
    code: usize,
    level: usize,
    items: usize,
    days: usize,
    late: usize,
    /// None where there is no room for it.
    publication: usize,
    next: usize,
}

pub fn human(context: &Context, portfolio: &Portfolio, rows: &[Row], all: usize, groups: &[Group]) -> String {
    let mut out = String::new();
    let name = portfolio.found.name.as_deref().map_or_else(|| "Portfolio".to_owned(), one_line);
    let _ = writeln!(out, "{}", paint(STRONG, name));
    let of = if rows.len() == all { String::new() } else { format!(" of {all}") };
    let clients = if rows.len() == 1 && of.is_empty() { "client" } else { "clients" };
    let _ = writeln!(out, "{}{of} {clients}, judged on {}\n", rows.len(), in_words(context.day()));
    if rows.is_empty() {
        out.push_str(if all == 0 { "There are no clients yet.\n" } else { "No client fits.\n" });
        return out;
    }
    let labels = Labels::new(portfolio, rows);
    let widths = widths(context.width, rows);
    if groups.is_empty() {
        head(&mut out, &widths);
        for row in rows {
            line(&mut out, row, &widths, &labels);
        }
        out.push('\n');
    }
    for group in groups {
        let value = group.value.as_deref().map_or_else(|| "none".to_owned(), one_line);
        let title = format!("{}: {value} ({})", one_line(&group.by), group.rows.len());
        let _ = writeln!(out, "{}", paint(STRONG, title));
        head(&mut out, &widths);
        for at in &group.rows {
            line(&mut out, &rows[*at], &widths, &labels);
        }
        out.push('\n');
    }
    out.push_str(&closing(context, portfolio, rows, &labels));
    out
}

/// What levels are called, by the edition's bank.
struct Labels(BTreeMap<(String, String, String), String>);

impl Labels {
    fn new(portfolio: &Portfolio, rows: &[Row]) -> Self {
        let mut labels = BTreeMap::new();
        for row in rows {
            let (Some(standard), Some(edition)) = (&row.standard, &row.edition) else { continue };
            for id in [&row.level, &row.aim].into_iter().flatten() {
                let key = (standard.clone(), edition.clone(), id.clone());
                if labels.contains_key(&key) {
                    continue;
                }
                let bank = portfolio.banks.find(standard, edition).and_then(|bank| bank.standard().ok());
                labels.insert(key, bank.map_or_else(|| id.clone(), |standard| standard.label(id).to_owned()));
            }
        }
        Self(labels)
    }

    /// The level that a row has reached.
    fn level<'a>(&'a self, row: &'a Row) -> Option<&'a str> {
        let level = row.level.as_ref()?;
        let key = (row.standard.clone()?, row.edition.clone()?, level.clone());
        Some(self.0.get(&key).map_or(level.as_str(), String::as_str))
    }
}

fn widths(width: usize, rows: &[Row]) -> Widths {
    let widest = |least: usize, most: usize, of: &dyn Fn(&Row) -> usize| {
        rows.iter().map(of).max().unwrap_or(0).clamp(least, most)
    };
    let text = |text: Option<&str>| text.map_or(0, textwrap::core::display_width);
    let code = widest(4, 8, &|row| text(row.ods_code.as_deref()));
    let days = widest(4, 5, &|row| row.days_to_deadline.map_or(0, |days| days.to_string().len()));
    let late = widest(4, 5, &|row| late(row).to_string().len());
    let wide = width >= WIDE;
    // What is not yet on the toolkit is marked behind the state of the publication, else behind the level.
    let (level, publication) = if wide { (21, 11) } else { (13 + OFF.len(), 0) };
    let name = widest(8, if wide { 40 } else { 30 }, &|row| text(row.name.as_deref()).max(text(Some(&row.path))));
    let items = 5;
    let gaps = GAP * if wide { 7 } else { 6 };
    let left = width.saturating_sub(code + level + items + days + late + publication + gaps);
    // A command needs so much; in wide terminals the step is told in words.
    let next = if wide { left.saturating_sub(name).max(30) } else { 18 };
    Widths { name: name.min(left.saturating_sub(next)), code, level, items, days, late, publication, next }
}

fn cells(parts: &[(String, usize, bool)]) -> String {
    let mut line = String::new();
    for (text, width, right) in parts.iter().filter(|(_, width, _)| *width > 0) {
        if !line.is_empty() {
            line.push_str(&" ".repeat(GAP));
        }
        let padding = width.saturating_sub(textwrap::core::display_width(&plain(text)));
        if *right {
            line.push_str(&" ".repeat(padding));
            line.push_str(text);
        } else {
            line.push_str(text);
            line.push_str(&" ".repeat(padding));
        }
    }
    line.trim_end().to_owned()
}

/// A text without its styles.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn head(out: &mut String, widths: &Widths) {
    let line = cells(&[
        ("Client".to_owned(), widths.name, false),
        ("Code".to_owned(), widths.code, false),
        ("Level".to_owned(), widths.level, false),
        ("Items".to_owned(), widths.items, true),
        ("Days".to_owned(), widths.days, true),
        ("Late".to_owned(), widths.late, true),
        ("Publication".to_owned(), widths.publication, false),
        ("Next".to_owned(), widths.next, false),
    ]);
    let _ = writeln!(out, "{}", paint(QUIET, line));
}

fn line(out: &mut String, row: &Row, widths: &Widths, labels: &Labels) {
    let name = row.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&row.path);
    let name = style::cut(&one_line(name), widths.name);
    let code = style::cut(&one_line(row.ods_code.as_deref().unwrap_or_default()), widths.code);
    if row.error.is_some() {
        let path = one_line(&row.path);
        let text = format!("cannot be judged: {path}");
        let room = widths.level + widths.items + widths.days + widths.late + widths.next + GAP * 4;
        let said = paint(BAD, style::cut(&text, room));
        let _ =
            writeln!(out, "{}", cells(&[(name, widths.name, false), (code, widths.code, false), (said, room, false)]));
        return;
    }
    let is_wide = widths.publication > 0;
    let off = if is_off(row) { OFF } else { "" };
    let room = widths.level - if is_wide { 0 } else { OFF.len() };
    let mut level = match labels.level(row) {
        None => paint(ATTENTION, style::cut("none yet", room)),
        Some(label) if row.level == row.aim => paint(GOOD, style::cut(&one_line(label), room)),
        Some(label) => style::cut(&one_line(label), room),
    };
    if !is_wide {
        level.push_str(off);
    }
    let items = match (row.met, row.required) {
        (Some(met), Some(required)) => format!("{met}/{required}"),
        _ => String::new(),
    };
    let days = row.days_to_deadline.map_or_else(String::new, |days| match days {
        ..=0 => paint(BAD, days),
        1..=30 => paint(ATTENTION, days),
        _ => days.to_string(),
    });
    let late = match late(row) {
        0 => String::new(),
        late => paint(ATTENTION, late),
    };
    let publication = row.publication.as_ref().map_or("", |publication| publication.state.as_str());
    let next = row.next.as_ref().map_or_else(String::new, |next| {
        if is_wide {
            return next.step.clone();
        }
        let command = next.command.as_deref().unwrap_or("nothing to do");
        command.strip_prefix("dspt ").unwrap_or(command).to_owned()
    });
    let _ = writeln!(
        out,
        "{}",
        cells(&[
            (name, widths.name, false),
            (code, widths.code, false),
            (level, widths.level, false),
            (items, widths.items, true),
            (days, widths.days, true),
            (late, widths.late, true),
            (format!("{publication}{off}"), widths.publication, false),
            (style::cut(&one_line(&next), widths.next), widths.next, false),
        ])
    );
}

/// Marks whose newest publication is not known to be on the web site.
const OFF: &str = " *";

fn is_off(row: &Row) -> bool {
    row.publication.as_ref().is_some_and(|it| it.last.is_some() && !it.on_toolkit)
}

/// What is past its day: documents to be looked at again, actions of the plan.
fn late(row: &Row) -> usize {
    row.overdue_evidence.unwrap_or_default() + row.plan.as_ref().map_or(0, |plan| plan.overdue)
}

/// What all of them come to, and the errors in full.
fn closing(context: &Context, portfolio: &Portfolio, rows: &[Row], labels: &Labels) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let mut levels: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.error.is_none()) {
        *levels.entry(labels.level(row)).or_default() += 1;
    }
    let mut parts: Vec<(usize, String)> = levels
        .into_iter()
        .map(|(level, count)| {
            (count, format!("{count} {}", level.map_or_else(|| "without a level yet".to_owned(), one_line)))
        })
        .collect();
    parts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let mut text = parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join(", ");
    if !text.is_empty() {
        text.push('.');
    }
    let sum = |of: &dyn Fn(&Row) -> Option<usize>| rows.iter().filter_map(of).sum::<usize>();
    let counts = [
        (sum(&|row| row.carried), "answer", "to confirm"),
        (sum(&|row| row.overdue_evidence), "document", "overdue"),
        (sum(&|row| row.plan.as_ref().map(|plan| plan.overdue)), "action", "late"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, what, how)| format!("{} {how}", style::count(count, what)))
        .collect();
    if !counts.is_empty() {
        text = format!("{text} {}.", counts.join(", "));
    }
    let off = rows.iter().filter(|row| is_off(row)).count();
    if off > 0 {
        text = format!("{text} {} not yet on the toolkit (*).", style::count(off, "publication"));
    }
    if !text.is_empty() {
        let _ = writeln!(out, "{}", style::wrap(text.trim(), width, 0));
    }
    let broken: Vec<&Row> = rows.iter().filter(|row| row.error.is_some()).collect();
    if !broken.is_empty() {
        let gap = if out.is_empty() { "" } else { "\n" };
        let told = paint(BAD, format!("{} cannot be judged:", style::count(broken.len(), "client")));
        let _ = writeln!(out, "{gap}{told}");
        for row in broken.iter().take(ERRORS_TOLD) {
            let error = row.error.as_deref().unwrap_or_default();
            let _ =
                writeln!(out, "{}", style::hang(&format!("{}: {}", one_line(&row.path), one_line(error)), width, 2, 4));
        }
        if broken.len() > ERRORS_TOLD {
            let _ = writeln!(out, "  … and {} more; --format csv has them all", broken.len() - ERRORS_TOLD);
        }
    }
    let command = rows.iter().find_map(|row| row.next.as_ref()?.command.as_ref().map(|command| (row, command)));
    if let Some((row, command)) = command
        && !context.global.quiet
    {
        let rest = command.strip_prefix("dspt ").unwrap_or(command);
        let place = one_line(&super::seen_from(&context.start, &portfolio.found.root.join(&row.path)));
        let text =
            format!("Next is a command to be given in the client's directory: dspt -C {} {rest}", style::shell(&place));
        let _ = writeln!(out, "\n{}", paint(QUIET, style::wrap(&text, width, 0)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::row::{LastRow, PlanState, PublicationRow};

    #[test]
    fn what_is_late_and_not_on_the_toolkit_is_told_of_each_client_in_80_columns() {
        let row = |on_toolkit: bool, overdue: usize| Row {
            path: "clients/sunrise".to_owned(),
            name: Some("Sunrise Care Homes of Wenbury and Elm Green Ltd".to_owned()),
            ods_code: Some("VABCD".to_owned()),
            standard: Some("dspt-asc".to_owned()),
            edition: Some("2025-26".to_owned()),
            level: Some("Standards Met".to_owned()),
            met: Some(45),
            required: Some(45),
            days_to_deadline: Some(-120),
            overdue_evidence: Some(overdue),
            plan: Some(PlanState { open: 2, overdue, days_late: 3 }),
            publication: Some(PublicationRow {
                state: "current".to_owned(),
                changed: false,
                on_toolkit,
                last: Some(LastRow {
                    edition: "2025-26".to_owned(),
                    number: Some("001".to_owned()),
                    level: "standards-met".to_owned(),
                    date: "2026-01-01".to_owned(),
                    source: "record".to_owned(),
                }),
            }),
            ..Row::default()
        };
        let rows = [row(false, 6), row(true, 0)];
        for (width, off, on) in [(80, "Standards Met *", "Standards Met  "), (120, "current *", "current  ")] {
            let mut out = String::new();
            let widths = widths(width, &rows);
            head(&mut out, &widths);
            for row in &rows {
                line(&mut out, row, &widths, &Labels(BTreeMap::new()));
            }
            let out = plain(&out);
            let lines: Vec<&str> = out.lines().collect();
            assert!(lines.iter().all(|line| textwrap::core::display_width(line) <= width), "{out}");
            assert!(lines[1].contains(off) && lines[1].contains("  12"), "{out}");
            assert!(!lines[2].contains('*') && !lines[2].contains("  12"), "{out}");
            assert!(lines[0].contains("Late") && lines[2].contains(on.trim_end()), "{out}");
        }
    }
}
