//! iCalendar (RFC 5545): whole days, with alarms. The same entries at the same moment give the same bytes.

use super::Entry;
use crate::export::text::plain;
use jiff::civil::DateTime;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Octets of a line before it is folded.
const LONGEST: usize = 75;
/// The hour of the day at which alarms go off.
const ALARM_HOUR: i8 = 9;

/// A calendar under a title. Entries of more than one organisation begin with whose they are.
pub fn ics(title: &str, entries: &[Entry], now: DateTime) -> String {
    let mut lines = Lines::default();
    lines.raw("BEGIN:VCALENDAR");
    lines.raw("VERSION:2.0");
    lines.raw(&format!("PRODID:-//dspt//dspt {}//EN", env!("CARGO_PKG_VERSION")));
    lines.raw("CALSCALE:GREGORIAN");
    lines.raw("METHOD:PUBLISH");
    lines.text("NAME", title);
    lines.text("X-WR-CALNAME", title);
    let codes: BTreeSet<String> = entries.iter().map(|entry| entry.ods_code.to_uppercase()).collect();
    for entry in entries {
        event(&mut lines, entry, now, codes.len() > 1);
    }
    lines.raw("END:VCALENDAR");
    lines.out
}

fn event(lines: &mut Lines, entry: &Entry, now: DateTime, named: bool) {
    let day = |day: jiff::civil::Date| format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
    let whose = if named { format!("{}: ", entry.organisation.trim()) } else { String::new() };
    let summary = format!("{whose}{}", entry.title);
    let mut description = entry.details.clone();
    description.extend(entry.owner.as_ref().map(|owner| format!("Owner: {owner}")));
    description.push(format!("{}, ODS code {}", entry.organisation.trim(), entry.ods_code.trim()));
    lines.raw("BEGIN:VEVENT");
    lines.raw(&format!("UID:{}", uid(entry)));
    let stamp = format!("{}T{:02}{:02}{:02}Z", day(now.date()), now.hour(), now.minute(), now.second());
    lines.raw(&format!("DTSTAMP:{stamp}"));
    // What was written later holds: calendars keep the entry with the higher number.
    lines.raw(&format!("SEQUENCE:{}", sequence(now)));
    lines.raw(&format!("DTSTART;VALUE=DATE:{}", day(entry.day)));
    if let Ok(next) = entry.day.tomorrow() {
        lines.raw(&format!("DTEND;VALUE=DATE:{}", day(next)));
    }
    lines.text("SUMMARY", &summary);
    lines.text("DESCRIPTION", &description.join("\n"));
    lines.text("CATEGORIES", entry.kind.category());
    lines.raw("TRANSP:TRANSPARENT");
    for before in entry.kind.alarms().iter().filter(|_| !entry.settled) {
        let at = entry.day.checked_sub(jiff::Span::new().days(*before)).unwrap_or(entry.day).at(ALARM_HOUR, 0, 0, 0);
        if at < now {
            continue;
        }
        lines.raw("BEGIN:VALARM");
        lines.raw("ACTION:DISPLAY");
        // An all-day entry begins at midnight.
        let days = if *before > 1 { format!("{}D", before - 1) } else { String::new() };
        lines.raw(&format!("TRIGGER:-P{days}T{}H", 24 - ALARM_HOUR));
        lines.text("DESCRIPTION", &summary);
        lines.raw("END:VALARM");
    }
    lines.raw("END:VEVENT");
}

/// A UUID made of what the entry is about (version 8 of RFC 9562).
fn uid(entry: &Entry) -> String {
    let name = format!("{}\0{}\0{}", entry.standard, entry.ods_code.trim().to_uppercase(), entry.key);
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Minutes since 1970, which a calendar can hold until the year 6053.
fn sequence(now: DateTime) -> i64 {
    let seconds = now.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |now| now.timestamp().as_second());
    (seconds / 60).clamp(0, i64::from(i32::MAX))
}

#[derive(Default)]
struct Lines {
    out: String,
}

impl Lines {
    /// A line, folded between characters.
    fn raw(&mut self, line: &str) {
        let mut room = LONGEST;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.out.push_str("\r\n ");
                room = LONGEST - 1;
            }
            self.out.push(c);
            room -= c.len_utf8();
        }
        self.out.push_str("\r\n");
    }

    /// A line whose value somebody typed.
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in plain(value.trim()).chars() {
            match c {
                '\n' => escaped.push_str("\\n"),
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                c => escaped.push(c),
            }
        }
        self.raw(&format!("{name}:{escaped}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_was_said(text in "\\PC*") {
            let mut lines = Lines::default();
            lines.text("SUMMARY", &text);
            for line in lines.out.split_terminator("\r\n") {
                prop_assert!(line.len() <= LONGEST);
            }
            let unfolded = lines.out.replace("\r\n ", "");
            prop_assert_eq!(unfolded.matches("\r\n").count(), 1);
            let value = unfolded.trim_start_matches("SUMMARY:").trim_end_matches("\r\n");
            let mut read = String::new();
            let mut chars = value.chars();
            while let Some(c) = chars.next() {
                match c {
                    '\\' => match chars.next() {
                        Some('n') => read.push('\n'),
                        Some(c) => read.push(c),
                        None => prop_assert!(false, "an escape without a character"),
                    },
                    ';' | ',' => prop_assert!(false, "a bare {c}"),
                    c => read.push(c),
                }
            }
            prop_assert_eq!(read, plain(text.trim()).into_owned());
        }
    }
}
