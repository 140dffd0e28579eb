use super::{answered_where, own_text};
use crate::assess::is_answered;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::{in_words, month_whose};
use crate::model::standard::WindowOf;
use jiff::civil::Date;

pub(super) static RULE: Rule = Rule {
    name: "date-outside-window",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "a date in an answer is too old for the item",
    page: include_str!("date_outside_window.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let reviews = answered_where(judged, |item| item.window.is_some_and(|window| window.of == WindowOf::Review));
    for (item, answer) in reviews {
        let Some(window) = &item.window else { continue };
        if answer.not_applicable.is_some() || !is_answered(item.kind, answer) {
            continue;
        }
        let first_day = window.first_day(context.day);
        for (key, text) in [("text", own_text(item, answer)), ("comment", answer.comment.as_deref())] {
            let Some(found) = text.and_then(|text| newest_until(text, context.day)) else { continue };
            if found.last_day >= first_day {
                continue;
            }
            sink.report(
                Draft::new(
                    &RULE,
                    judged.at_key(&item.number, key),
                    format!("{} is about {}, and this text names {}", item.number, window.words(), found.words()),
                )
                .help(format!(
                    "what counts was done on {} or later: do it again and write when, or take the old date out",
                    in_words(first_day)
                ))
                .item(&item.number),
            );
        }
    }
}

/// A day or a month that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    last_day: Date,
    month_only: bool,
}

impl Named {
    fn words(self) -> String {
        let day = in_words(self.last_day);
        match day.split_once(' ') {
            Some((_, month)) if self.month_only => month.to_owned(),
            _ => day,
        }
    }
}

/// A word or number of a text, and what stands between it and the one before.
#[derive(Clone, Copy)]
struct Token<'t> {
    gap: &'t str,
    word: &'t str,
}

/// The newest date in a text that does not lie after a day. Where several are named, the newest one says when something
/// was last done.
fn newest_until(text: &str, day: Date) -> Option<Named> {
    let mut before = Token { gap: "", word: "" };
    let mut between = before;
    let mut newest: Option<Named> = None;
    let mut rest = text;
    loop {
        let gap = rest.len() - rest.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let (gap, after) = rest.split_at(gap);
        let word = after.len() - after.trim_start_matches(char::is_alphanumeric).len();
        let (word, after) = after.split_at(word);
        if word.is_empty() {
            return newest;
        }
        rest = after;
        let last = Token { gap, word };
        if let Some(named) = date_of(before, between, last)
            && named.last_day <= day
        {
            newest = newest.max(Some(named));
        }
        if !word.eq_ignore_ascii_case("of") {
            (before, between) = (between, last);
        }
    }
}

/// The date that ends with the last of three tokens: `3 May 2023`, `May 3, 2023`, `May 2023`, `2023-05-03`, and
/// `03/05/2023` in the British order.
fn date_of(before: Token<'_>, between: Token<'_>, last: Token<'_>) -> Option<Named> {
    if !last.word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let exact = |year: i16, month: i8, day: i8| {
        (2000..2100)
            .contains(&year)
            .then(|| Date::new(year, month, day).ok())
            .flatten()
            .map(|last_day| Named { last_day, month_only: false })
    };
    let all_numbers = number(between.word).is_some();
    let numbers_apart = |sign: &str| all_numbers && between.gap == sign && last.gap == sign;
    if numbers_apart("-") && before.word.len() == 4 {
        return exact(number(before.word)?, i8::try_from(number(between.word)?).ok()?, day_number(last.word)?);
    }
    let year = number(last.word)?;
    if numbers_apart("/") || numbers_apart(".") || numbers_apart("-") {
        // Two digits of a year only between strokes: 1.3.12 is more likely the number of an item.
        let year = match last.word.len() {
            4 => year,
            2 if last.gap == "/" => 2000 + year,
            _ => return None,
        };
        return exact(year, i8::try_from(number(between.word)?).ok()?, day_number(before.word)?);
    }
    if last.word.len() != 4 {
        return None;
    }
    let loosely = |gap: &str| gap.len() <= 3 && gap.chars().all(|c| c.is_whitespace() || matches!(c, ',' | '.' | '-'));
    if !loosely(last.gap) {
        return None;
    }
    if let Some(month) = month_number(between.word) {
        return match day_number(before.word).filter(|_| loosely(between.gap)) {
            Some(day) => exact(year, month, day),
            None => {
                exact(year, month, 1).map(|first| Named { last_day: first.last_day.last_of_month(), month_only: true })
            }
        };
    }
    let month = month_number(before.word).filter(|_| loosely(between.gap))?;
    exact(year, month, day_number(between.word)?)
}

fn number(word: &str) -> Option<i16> {
    (word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok()).flatten()
}

/// `3`, `03`, `3rd`.
fn day_number(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let known = ending.is_empty() || ["st", "nd", "rd", "th"].iter().any(|known| known.eq_ignore_ascii_case(ending));
    (known && digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

fn month_number(word: &str) -> Option<i8> {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    month_whose(|name| is(name) || is(&name[..3]) || (name == "September" && is("Sept")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn newest(text: &str) -> Option<Date> {
        newest_until(text, date(2026, 1, 15)).map(|named| named.last_day)
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in [
            "done on 3 May 2023.",
            "3rd of May 2023",
            "3rd May, 2023",
            "May 3, 2023",
            "Wed 3-May-2023",
            "3 may 2023",
            "on 2023-05-03 at 10",
            "03/05/2023",
            "3.5.2023",
            "3/5/23",
        ] {
            assert_eq!(newest(text), Some(date(2023, 5, 3)), "{text}");
        }
        assert_eq!(newest("in Sept. 2024"), Some(date(2024, 9, 30)));
        assert_eq!(newest("since February 2024"), Some(date(2024, 2, 29)));
        assert_eq!(newest_until("February 2024", date(2026, 1, 15)).unwrap().words(), "February 2024");
    }

    #[test]
    fn numbers_of_other_kinds_are_no_dates() {
        for text in
            ["see 1.3.12 and 2.1.1", "in 2019", "2023/24", "31/02/2023", "call 0123 456 789", "10.0.0.12", "May be", ""]
        {
            assert_eq!(newest(text), None, "{text}");
        }
    }

    #[test]
    fn the_newest_past_date_counts() {
        assert_eq!(newest("First made on 3 May 2019, reviewed on 2 December 2025."), Some(date(2025, 12, 2)));
        assert_eq!(newest("Reviewed on 3 May 2023, next on 3 May 2027."), Some(date(2023, 5, 3)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([0-9]{1,4}|[ ./,-]|May|sept|3rd|of|é|\\PC){0,30}") {
            let _ = newest(&text);
        }
    }
}
