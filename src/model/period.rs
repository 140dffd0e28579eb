//! ISO 8601 durations of whole years, months, weeks and days.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use std::fmt;

/// A length of time in calendar units, such as `P1Y` or `P90D`. A year from a day is the same day a year later;
/// 29 February counts as 28 February where the other year has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub years: u16,
    pub months: u16,
    pub weeks: u16,
    pub days: u16,
}

impl Period {
    /// Reads `P1Y`, `P6M`, `P2W`, `P30D` or a mix of them in that order; no times of day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty())?;
        let mut period = Self { years: 0, months: 0, weeks: 0, days: 0 };
        for (unit, field) in
            [('Y', &mut period.years), ('M', &mut period.months), ('W', &mut period.weeks), ('D', &mut period.days)]
        {
            if let Some((number, after)) = rest.split_once(unit)
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
            {
                *field = number.parse().ok()?;
                rest = after;
            }
        }
        rest.is_empty().then_some(period)
    }

    /// The same, or `30d` and `6w` as people type them on a command line.
    pub fn parse_typed(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        match (lower.strip_suffix('d'), lower.strip_suffix('w')) {
            (Some(days), _) if !days.starts_with('p') => {
                Some(Self { years: 0, months: 0, weeks: 0, days: days.parse().ok()? })
            }
            (_, Some(weeks)) if !weeks.starts_with('p') => {
                Some(Self { years: 0, months: 0, weeks: weeks.parse().ok()?, days: 0 })
            }
            _ => Self::parse(&text.to_ascii_uppercase()),
        }
    }

    fn span(self) -> Span {
        i64::from(self.years)
            .years()
            .months(i64::from(self.months))
            .weeks(i64::from(self.weeks))
            .days(i64::from(self.days))
    }

    /// The day this long before another; the calendar's first day where it would lie before it.
    pub fn before(self, day: Date) -> Date {
        day.checked_sub(self.span()).unwrap_or(Date::MIN)
    }

    pub fn after(self, day: Date) -> Date {
        day.checked_add(self.span()).unwrap_or(Date::MAX)
    }

    /// In words: "12 months", "3 years", "90 days".
    pub fn words(self) -> String {
        let months = u32::from(self.years) * 12 + u32::from(self.months);
        let days = u32::from(self.weeks) * 7 + u32::from(self.days);
        let plural = |count: u32, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        let long = match months {
            0 => None,
            12 => Some("12 months".to_owned()),
            months if months % 12 == 0 => Some(plural(months / 12, "year")),
            months => Some(plural(months, "month")),
        };
        match (long, days) {
            (Some(long), 0) => long,
            (Some(long), days) => format!("{long} and {}", plural(days, "day")),
            (None, days) => plural(days, "day"),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("P")?;
        for (count, unit) in [(self.years, 'Y'), (self.months, 'M'), (self.weeks, 'W'), (self.days, 'D')] {
            if count > 0 {
                write!(out, "{count}{unit}")?;
            }
        }
        if *self == (Self { years: 0, months: 0, weeks: 0, days: 0 }) { out.write_str("0D") } else { Ok(()) }
    }
}

/// Whole days from one day to another, negative where the second comes first.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

/// The names of the months; each is known by its first three letters.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The name of a day's month: "June".
pub fn month_name(day: Date) -> &'static str {
    MONTHS[usize::from(day.month().unsigned_abs()) - 1]
}

/// The number of the month with the first name of which it holds.
pub fn month_whose(name: impl Fn(&str) -> bool) -> Option<i8> {
    (1..).zip(MONTHS).find(|(_, known)| name(known)).map(|(number, _)| number)
}

/// A day in words: "30 June 2026".
pub fn in_words(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn durations_are_read_and_written_as_iso_8601() {
        for text in ["P1Y", "P6M", "P2W", "P90D", "P1Y6M", "P3Y"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "P", "1Y", "P1", "PT1H", "P-1Y", "P1D1Y", "P1.5Y"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        assert_eq!(Period::parse_typed("30d"), Period::parse("P30D"));
        assert_eq!(Period::parse_typed("6w"), Period::parse("P6W"));
        assert_eq!(Period::parse_typed("p30d"), Period::parse("P30D"));
    }

    #[test]
    fn a_year_is_the_same_day_a_year_later() {
        let year = Period::parse("P1Y").unwrap();
        assert_eq!(year.before(date(2026, 6, 30)), date(2025, 6, 30));
        assert_eq!(year.before(date(2024, 2, 29)), date(2023, 2, 28));
        assert_eq!(year.after(date(2025, 6, 30)), date(2026, 6, 30));
    }

    #[test]
    fn days_are_counted_over_year_ends() {
        assert_eq!(days_between(date(2025, 12, 31), date(2026, 1, 1)), 1);
        assert_eq!(days_between(date(2026, 6, 30), date(2026, 4, 1)), -90);
    }
}
