//! Days as people type them, on the command line and when they are asked.

use crate::diagnostic::render::one_line;
use crate::form;
use jiff::civil::Date;

/// A day, and how it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    typed: String,
}

/// Reads a day, in words that say what to type where it is none.
pub fn read(text: &str) -> Result<Day, String> {
    let typed = text.trim();
    let date = typed.parse().ok().filter(|_| typed.len() == ISO).or_else(|| form::day(typed));
    let date = date.ok_or_else(|| "write a day such as 30/06/2026".to_owned())?;
    Ok(Day { date, typed: typed.to_owned() })
}

/// The characters of a day as the files have it.
const ISO: usize = 10;

impl Day {
    /// What the day was taken for, where it was typed in another way than the files have it.
    pub fn remark(&self) -> Option<String> {
        if self.typed == self.date.to_string() {
            return None;
        }
        let is_numeric = !self.typed.chars().any(char::is_alphabetic);
        let order = if is_numeric && !self.typed.starts_with(&self.date.year().to_string()) {
            ", the day before the month as in Britain"
        } else {
            ""
        };
        Some(format!("{} is read as {}{order}.", one_line(&self.typed), self.date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_typed_and_told_as_the_files_have_it() {
        let told = |text: &str| read(text).map(|day| (day.date.to_string(), day.remark()));
        assert_eq!(told("2026-06-30"), Ok(("2026-06-30".to_owned(), None)));
        for text in ["30/06/2026", "30.6.2026", "30/6/26"] {
            let remark = format!("{text} is read as 2026-06-30, the day before the month as in Britain.");
            assert_eq!(told(text), Ok(("2026-06-30".to_owned(), Some(remark))));
        }
        for text in ["30 June 2026", "30 Jun 2026", "June 30, 2026"] {
            assert_eq!(told(text), Ok(("2026-06-30".to_owned(), Some(format!("{text} is read as 2026-06-30.")))));
        }
        assert_eq!(read("05/06/2026").map(|day| day.date.month()), Ok(6), "never the American order");
        for text in ["06/30/2026", "soon", "", "2026-06"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
