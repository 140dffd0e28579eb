//! The plan as a file: a new one ready to be filled in, and what an existing one still lacks.

use super::PlanRow;
use crate::decode;
use crate::model::{Action, ActionStatus, Standard};
use crate::source::edit::{self, Change, EditError, Literal, toml_key, toml_string};
use crate::source::{Document, Pointer, Syntax};
use std::fmt::Write as _;

/// Lines of comments are broken so that they fit into this many columns.
const WIDTH: usize = 100;

/// What a plan that is not there yet is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Only what the plan says.
    Nothing,
    /// A place for everything that has to be said: the answer's owner where one is known, the status, a hint of the date.
    Places,
}

/// A plan's file: the schema line for editors (without its `#:schema `), what it is about, and a table for each row.
pub fn file(schema: Option<&str>, standard: &Standard, document: Option<&str>, rows: &[PlanRow], fill: Fill) -> String {
    let mut out = String::new();
    if let Some(schema) = schema {
        let _ = writeln!(out, "#:schema {}", one_line(schema));
    }
    let goal = &standard.levels[super::goal(standard)];
    let purpose = format!(
        "Action plan: what is still to be done to reach {}, one table for each evidence item that is outstanding.",
        goal.label
    );
    comment(&mut out, &purpose);
    if fill == Fill::Places {
        comment(
            &mut out,
            "Fill in what will be done (action), who sees to it (owner: a name or an e-mail address) and by which day \
             (take the # before target away and write the date). Move status on from planned to in-progress to done. \
             resources, cost, progress and notes may stand there too.",
        );
        comment(&mut out, "`dspt plan check` says what is still missing.");
    }
    let _ = writeln!(out, "standard = {}", toml_string(standard.id()));
    let _ = writeln!(out, "edition = {}", toml_string(standard.edition()));
    if let Some(document) = document {
        let _ = writeln!(out, "document = {}", toml_string(document));
    }
    for row in rows {
        out.push('\n');
        table(&mut out, row, fill);
    }
    out
}

/// One row: its question as a comment, and its table.
fn table(out: &mut String, row: &PlanRow, fill: Fill) {
    comment(out, format!("{} {}", row.number, row.question).trim_end());
    if row.action.is_none() && fill == Fill::Places {
        hints(out, row);
    }
    let _ = writeln!(out, "[actions.{}]", toml_key(&row.number));
    match (&row.action, fill) {
        (Some(action), _) => values(out, action),
        (None, Fill::Nothing) => out.push_str("action = \"\"\n"),
        (None, Fill::Places) => {
            out.push_str("action = \"\"\n");
            let _ = writeln!(out, "owner = {}", toml_string(row.answer_owner.as_deref().unwrap_or_default()));
            out.push_str("# target = YYYY-MM-DD\n");
            let _ = writeln!(out, "status = {}", toml_string(ActionStatus::Planned.word()));
        }
    }
}

/// What helps to think of an action: how the item stands, which level it is for, what to have ready.
fn hints(out: &mut String, row: &PlanRow) {
    let levels: Vec<&str> = row.mandatory_for.iter().map(|level| level.label.as_str()).collect();
    let asked = match levels.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" Mandatory for {last}."),
        Some((last, before)) => format!(" Mandatory for {} and {last}.", before.join(", ")),
    };
    comment(out, &format!("Now: {}.{asked}", row.gap));
    if !row.prepare.is_empty() {
        comment(out, &format!("Have ready: {}.", row.prepare.join("; ").trim_end_matches('.')));
    }
}

fn values(out: &mut String, action: &Action) {
    let text = |value: &Option<String>| value.as_deref().map(toml_string);
    let lines = [
        ("action", text(&action.action)),
        ("owner", text(&action.owner)),
        ("target", action.target.map(|target| target.to_string())),
        ("status", action.status.map(|status| toml_string(status.word()))),
        ("resources", text(&action.resources)),
        ("cost", text(&action.cost)),
        ("progress", text(&action.progress)),
        ("notes", text(&action.notes)),
    ];
    for (key, value) in lines {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {value}");
        }
    }
}

/// Text on one line, without characters that a comment may not hold.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn comment(out: &mut String, text: &str) {
    let mut column = 0;
    for word in one_line(text).split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width <= WIDTH {
            out.push(' ');
            column += 1;
        } else {
            if column > 0 {
                out.push('\n');
            }
            out.push_str("# ");
            column = 2;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
}

/// What an existing plan file becomes when the outstanding items that it lacks are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The whole file: everything that was there as it was, to the byte, and the new tables.
    pub bytes: Vec<u8>,
    /// The items added, in the standard's order.
    pub numbers: Vec<String>,
}

/// Adds the outstanding items without an action to an existing plan. None where there is nothing to add.
pub fn add_missing(document: &Document, rows: &[PlanRow]) -> Result<Option<Addition>, EditError> {
    let missing: Vec<&PlanRow> =
        rows.iter().filter(|row| row.standing == super::Standing::Outstanding && row.action.is_none()).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    // Refuses a file that could not be read in full.
    let unchanged = edit::apply(document, &[])?;
    let numbers = missing.iter().map(|row| row.number.clone()).collect();
    let tables = match document.syntax {
        Syntax::Toml => append(document, unchanged, &missing),
        Syntax::Yaml => edit::apply(document, &changes(&missing)).ok(),
    };
    let bytes = match tables {
        Some(bytes) => bytes,
        // Where the actions stand between braces or behind dots, each new one goes on one line.
        None => edit::apply(document, &on_one_line(&missing))?,
    };
    Ok(Some(Addition { bytes, numbers }))
}

/// The new tables behind the last line, with their comments; none where they would not be read as meant.
fn append(document: &Document, mut bytes: Vec<u8>, missing: &[&PlanRow]) -> Option<Vec<u8>> {
    let end = if document.text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut text = String::new();
    if !document.text.is_empty() && !document.text.ends_with('\n') {
        text.push('\n');
    }
    for row in missing {
        text.push('\n');
        table(&mut text, row, Fill::Places);
    }
    bytes.extend_from_slice(text.replace('\n', end).as_bytes());
    let read = Document::read(bytes.clone(), Syntax::Toml);
    let before = decode::plan::decode(document);
    let mut after = decode::plan::decode(&read);
    let sound =
        !read.damaged && read.faults.len() <= document.faults.len() && after.faults.len() <= before.faults.len();
    let all_new = missing.iter().all(|row| after.value.actions.remove(&row.number).is_some());
    (sound && all_new && after.value == before.value).then_some(bytes)
}

/// What a new action says: nothing yet, the answer's owner where one is known, planned.
fn places(row: &PlanRow) -> [(&'static str, Literal); 3] {
    let text = |text: &str| Literal::Text(text.to_owned());
    [
        ("action", text("")),
        ("owner", text(row.answer_owner.as_deref().unwrap_or_default())),
        ("status", text(ActionStatus::Planned.word())),
    ]
}

fn changes(missing: &[&PlanRow]) -> Vec<Change> {
    let set = |row: &PlanRow, key, value| Change::Set(Pointer::action(&row.number).key(key), value);
    missing.iter().flat_map(|row| places(row).map(|(key, value)| set(row, key, value))).collect()
}

fn on_one_line(missing: &[&PlanRow]) -> Vec<Change> {
    let set = |row: &PlanRow| Change::Set(Pointer::action(&row.number), Literal::Table(places(row).to_vec()));
    missing.iter().map(|row| set(row)).collect()
}
