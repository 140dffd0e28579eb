//! Geometry of the charts, worked out here so that templates only draw. Places are in per cent of a chart's width, which
//! suits a phone as well as a page.

use crate::model::Period;
use crate::model::period::{days_between, in_words, month_name};
use jiff::civil::Date;
use serde::Serialize;

/// A share as a bar.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    /// Per cent, one decimal.
    pub percent: String,
    /// Whether the whole of it is there.
    pub full: bool,
}

impl Bar {
    pub fn of(part: usize, whole: usize) -> Self {
        // A share of nothing is whole: nothing is asked.
        let percent = (part * 1000).checked_div(whole).map_or_else(|| "100".to_owned(), tenths);
        Self { percent, full: part >= whole }
    }
}

/// A share as a ring around a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Ring {
    pub met: usize,
    pub required: usize,
    /// Of a circumference of 100.
    pub percent: String,
    pub full: bool,
}

impl Ring {
    pub fn of(met: usize, required: usize) -> Self {
        let Bar { percent, full } = Bar::of(met, required);
        Self { met, required, percent, full }
    }
}

/// The plan's targets on a line of time.
#[derive(Debug, Clone, Serialize)]
pub struct Timeline {
    pub ticks: Vec<Tick>,
    pub lanes: Vec<Lane>,
    /// Where today is.
    pub today: String,
    /// Where the edition's deadline is; none where it lies outside.
    pub deadline: Option<String>,
    pub height: usize,
    /// The chart in words.
    pub words: String,
}

/// The beginning of a month.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    pub x: String,
    pub label: String,
}

/// One action.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    pub number: String,
    pub x: String,
    /// Where the line to its mark begins and how long it is.
    pub from: String,
    pub width: String,
    pub y: usize,
    pub mark: &'static str,
}

/// Where the lines begin, behind the numbers, and where they end.
const BEGIN: i64 = 1600;
const END: i64 = 9700;
/// Height of the head with the months, and of each lane.
const HEAD: usize = 26;
const LANE: usize = 20;
/// More would run into each other on a phone.
const TICKS: i64 = 5;

impl Timeline {
    /// None where there are no marks: number, target, late, done.
    pub fn of<'a>(
        today: Date,
        deadline: Date,
        marks: impl Iterator<Item = (&'a str, Date, bool, bool)>,
    ) -> Option<Self> {
        let mut marks: Vec<_> = marks.collect();
        marks.sort_by_key(|(_, target, _, _)| *target);
        let (first, last) = (marks.first()?.1.min(today), marks.last()?.1.max(today));
        let month = Period { years: 0, months: 1, weeks: 0, days: 0 };
        let begin = first.first_of_month();
        let end = month.after(last.first_of_month());
        let days = days_between(begin, end).max(1);
        let place = |day: Date| BEGIN + (END - BEGIN) * days_between(begin, day).clamp(0, days) / days;
        let months = i64::from((end.year() - begin.year()) * 12 + i16::from(end.month() - begin.month()));
        let every = u16::try_from((months + TICKS - 1) / TICKS).unwrap_or(1).max(1);
        let step = Period { months: every, ..month };
        let mut ticks = Vec::new();
        let mut tick = begin;
        while tick < end {
            let label = &month_name(tick)[..3];
            let label = if ticks.is_empty() || tick.month() == 1 || every >= 12 {
                format!("{label} {}", tick.year())
            } else {
                label.to_owned()
            };
            ticks.push(Tick { x: hundredths(place(tick)), label });
            tick = step.after(tick);
        }
        let lanes: Vec<Lane> = marks
            .iter()
            .enumerate()
            .map(|(at, (number, target, late, done))| {
                let (x, now) = (place(*target), place(today));
                Lane {
                    number: (*number).to_owned(),
                    x: hundredths(x),
                    from: hundredths(x.min(now)),
                    width: hundredths((x - now).abs()),
                    y: HEAD + LANE * at + LANE / 2,
                    mark: match (late, done) {
                        (_, true) => "done",
                        (true, _) => "late",
                        _ => "open",
                    },
                }
            })
            .collect();
        let late = marks.iter().filter(|(_, _, late, _)| *late).count();
        let open = marks.iter().filter(|(_, _, _, done)| !done).count();
        let words = format!(
            "{} with a date, {open} still open, {late} late; the last is due on {}.",
            if marks.len() == 1 { "1 action".to_owned() } else { format!("{} actions", marks.len()) },
            in_words(marks.last()?.1)
        );
        let height = HEAD + LANE * lanes.len() + 6;
        let deadline = (begin <= deadline && deadline <= end).then(|| hundredths(place(deadline)));
        Some(Self { ticks, lanes, today: hundredths(place(today)), deadline, height, words })
    }
}

/// Per cent from thousandths: `94.2`.
fn tenths(thousandths: usize) -> String {
    if thousandths.is_multiple_of(10) {
        (thousandths / 10).to_string()
    } else {
        format!("{}.{}", thousandths / 10, thousandths % 10)
    }
}

/// Per cent from ten-thousandths: `94.25`.
fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn shares_are_never_rounded_up() {
        assert_eq!(Bar::of(2, 3).percent, "66.6");
        assert_eq!(Bar::of(999, 1000).percent, "99.9");
        assert_eq!(Bar::of(1, 2).percent, "50");
        assert!(Bar::of(0, 0).full && !Bar::of(44, 45).full);
    }

    #[test]
    fn marks_stand_in_order_inside_the_chart() {
        let today = date(2026, 3, 2);
        let marks = [
            ("b", date(2027, 2, 28), false, false),
            ("a", date(2026, 1, 15), true, false),
            ("c", date(2026, 3, 2), false, true),
        ];
        let timeline = Timeline::of(today, date(2026, 6, 30), marks.into_iter()).unwrap();
        let numbers: Vec<&str> = timeline.lanes.iter().map(|lane| lane.number.as_str()).collect();
        assert_eq!(numbers, ["a", "c", "b"]);
        let marks: Vec<&str> = timeline.lanes.iter().map(|lane| lane.mark).collect();
        assert_eq!(marks, ["late", "done", "open"]);
        assert!(timeline.ticks.len() <= 6, "{:?}", timeline.ticks);
        let places: Vec<f64> = timeline.lanes.iter().map(|lane| lane.x.parse().unwrap()).collect();
        assert!(places.is_sorted() && places.iter().all(|x| (16.0..=97.0).contains(x)), "{places:?}");
        assert_eq!(timeline.lanes[1].x, timeline.today);
        assert!(Timeline::of(today, today, [].into_iter()).is_none());
    }
}
