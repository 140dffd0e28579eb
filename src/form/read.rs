//! What a cell that comes back means.

use super::{CHANGED, Cell, Field, Holds, NOT_APPLICABLE, NOT_YET, YES, choice};
use crate::model::period::month_whose;
use crate::model::{Item, ItemKind};
use jiff::civil::Date;

/// What was found in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    Empty,
    Text(String),
    Number(f64),
    /// A cell that is formatted as a day.
    Day(Date),
    Flag(bool),
    /// `#N/A` and the like.
    Broken(String),
}

/// A cell whose meaning cannot be told, in words that stand behind its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear(pub String);

/// What a cell means for a field of an item.
pub fn read(item: &Item, field: Field, typed: &Typed) -> Result<Cell, Unclear> {
    if let Typed::Broken(what) = typed {
        return Err(Unclear(format!("shows {what}: type the answer itself")));
    }
    match field.holds(item.kind) {
        Holds::Date => match words(typed).as_deref().map(folded) {
            Some(word) if field == Field::Answer && is_not_applicable(&word) => {
                Ok(Cell::Text(NOT_APPLICABLE.to_owned()))
            }
            _ => date(typed),
        },
        Holds::Number => number(typed),
        Holds::Text => {
            let Some(text) = words(typed) else { return Ok(Cell::Empty) };
            match field {
                Field::StillTrue => still_true(&text),
                Field::Answer => answer(item, typed, text),
                _ => Ok(text_cell(prose(typed, text))),
            }
        }
    }
}

/// The words of a text: spreadsheets make a truth value of one that says no more than `true`.
fn prose(typed: &Typed, text: String) -> String {
    match typed {
        Typed::Flag(flag) => flag.to_string().to_uppercase(),
        _ => text,
    }
}

fn text_cell(text: String) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// The text of a cell; none where it is empty. Numbers as people type them.
pub(super) fn words(typed: &Typed) -> Option<String> {
    match typed {
        Typed::Empty | Typed::Broken(_) => None,
        Typed::Text(text) if text.contains('\r') => Some(text.replace("\r\n", "\n").replace('\r', "\n")),
        Typed::Text(text) => Some(text.clone()),
        Typed::Number(number) => Some(number.to_string()),
        Typed::Day(day) => Some(day.to_string()),
        Typed::Flag(true) => Some(YES.to_owned()),
        Typed::Flag(false) => Some("No".to_owned()),
    }
}

/// Words as they are compared: case, blanks and full stops aside.
pub(super) fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_matches(['.', '!']).replace('’', "'")
}

fn is_yes(word: &str) -> bool {
    matches!(word, "yes" | "y" | "true" | "x" | "✓" | "✔" | "☑" | "ticked" | "tick" | "1" | "done")
}

fn is_no(word: &str) -> bool {
    matches!(word, "not yet" | "no" | "n" | "false" | "0" | "not done" | "no, not yet" | "unticked")
}

fn is_not_applicable(word: &str) -> bool {
    matches!(word, "not applicable" | "n/a" | "na" | "n.a" | "not-applicable" | "does not apply" | "doesn't apply")
}

fn still_true(text: &str) -> Result<Cell, Unclear> {
    match folded(text).as_str() {
        "" => Ok(Cell::Empty),
        word if is_yes(word) || word == "still true" => Ok(Cell::Text(YES.to_owned())),
        "i have changed it" | "changed" | "i've changed it" => Ok(Cell::Text(CHANGED.to_owned())),
        "no" | "n" | "not yet" => Err(Unclear(format!(
            "says \"{}\": change the answer in its row and choose \"{CHANGED}\" here",
            shortened(text)
        ))),
        _ => Err(Unclear(format!("says \"{}\": choose {YES} or {CHANGED}", shortened(text)))),
    }
}

fn answer(item: &Item, typed: &Typed, text: String) -> Result<Cell, Unclear> {
    let word = folded(&text);
    if is_not_applicable(&word) {
        return Ok(Cell::Text(NOT_APPLICABLE.to_owned()));
    }
    match item.kind {
        _ if word.is_empty() && item.kind != ItemKind::Text => Ok(Cell::Empty),
        ItemKind::Tick if is_yes(&word) => Ok(Cell::Text(choice(item, true).to_owned())),
        ItemKind::Tick if is_no(&word) => Ok(Cell::Text(choice(item, false).to_owned())),
        ItemKind::Tick => Err(Unclear(format!(
            "says \"{}\": choose {YES} or {NOT_YET}{}, and write the rest under {}",
            shortened(&text),
            if item.not_applicable.is_some() { " or Not applicable" } else { "" },
            Field::Comment.title()
        ))),
        ItemKind::Document => Err(Unclear(format!(
            "says \"{}\": the question asks for a document, name it under \"{}\"",
            shortened(&text),
            Field::Document.title()
        ))),
        ItemKind::Date => date(typed),
        ItemKind::Text => Ok(text_cell(prose(typed, text))),
    }
}

fn number(typed: &Typed) -> Result<Cell, Unclear> {
    let unclear = |shown: &str| Unclear(format!("says \"{}\": type a whole number", shortened(shown)));
    match typed {
        Typed::Empty => Ok(Cell::Empty),
        Typed::Number(number) => {
            let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
            if whole { Ok(Cell::Number(*number as u32)) } else { Err(unclear(&number.to_string())) }
        }
        Typed::Text(text) => match text.trim() {
            "" => Ok(Cell::Empty),
            digits => digits.replace([',', ' '], "").parse().map(Cell::Number).map_err(|_| unclear(digits)),
        },
        Typed::Day(_) | Typed::Flag(_) | Typed::Broken(_) => Err(unclear(&words(typed).unwrap_or_default())),
    }
}

fn date(typed: &Typed) -> Result<Cell, Unclear> {
    let text = match typed {
        Typed::Empty => return Ok(Cell::Empty),
        Typed::Day(day) => return Ok(Cell::Date(*day)),
        Typed::Text(text) if text.trim().is_empty() => return Ok(Cell::Empty),
        Typed::Text(text) => text.clone(),
        other => words(other).unwrap_or_default(),
    };
    match day(&text) {
        Some(day) => Ok(Cell::Date(day)),
        None => Err(Unclear(format!("says \"{}\": type a day, such as 30/06/2026", shortened(&text)))),
    }
}

/// A day as people in Britain type it: 30/06/2026, 30.6.26, 30-06-2026, 30 June 2026, 30th Jun 2026, June 30, 2026; or
/// 2026-06-30. A time of day behind it says nothing more.
pub fn day(text: &str) -> Option<Date> {
    let lower = text.trim().to_lowercase();
    let is_time =
        |text: &str| text.contains(':') && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    let lower = match lower.rsplit_once(['t', ' ']) {
        Some((day, time)) if is_time(time) => day.trim_end(),
        _ => &lower,
    };
    let parts: Vec<&str> =
        lower.split(['/', '.', '-', ' ', ',']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let of_month = |text: &str| {
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        number(digits).and_then(|day| i8::try_from(day).ok())
    };
    let year = |text: &str| match text.len() {
        4 => number(text),
        2 => number(text).map(|year| 2000 + year),
        _ => None,
    };
    let month = |text: &str| number(text).and_then(|month| i8::try_from(month).ok()).or_else(|| named(text));
    let (year, month, day) = if first.len() == 4 && number(first).is_some() {
        (number(first)?, month(second)?, of_month(third)?)
    } else if named(first).is_some() {
        (year(third)?, named(first)?, of_month(second)?)
    } else {
        (year(third)?, month(second)?, of_month(first)?)
    };
    Date::new(year, month, day).ok().filter(|day| (1900..=2200).contains(&day.year()))
}

/// A month by its name or the beginning of it, in small letters.
fn named(month: &str) -> Option<i8> {
    if month.len() < 3 {
        return None;
    }
    month_whose(|name| name.to_lowercase().starts_with(month))
}

/// What was typed, short enough for a message.
pub(super) fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() > 40 { format!("{}…", line.chars().take(39).collect::<String>()) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as on;

    #[test]
    fn days_are_understood_as_they_are_typed() {
        for text in [
            "30/06/2026",
            "30/6/26",
            "30.06.2026",
            "30-06-2026",
            "2026-06-30",
            " 30 June 2026 ",
            "30th jun 2026",
            "June 30, 2026",
            "2026-06-30 00:00:00",
            "2026-06-30T00:00:00",
            "30 JUNE 2026",
        ] {
            assert_eq!(day(text), Some(on(2026, 6, 30)), "{text}");
        }
        for text in ["", "31/02/2026", "June 2026", "soon", "06/2026", "30/06/2026 or so", "1/2/3/2026", "30/06/126"] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(day("1 sept 2025"), Some(on(2025, 9, 1)));
    }
}
