//! What the parser leaves open about scalars: dates that no calendar knows, numbers out of range, TOML 1.1.

use super::{Encoding, ScalarKind};
use std::borrow::Cow;
use std::num::{IntErrorKind, ParseIntError};
use toml_parser::decoder::ScalarKind as Decoded;

pub(super) enum Verdict {
    Fine,
    Wrong(&'static str),
    /// Right in TOML 1.1 alone: what it is, and what to write instead.
    Only11(&'static str, &'static str),
}

pub(super) fn kind(decoded: Decoded) -> ScalarKind {
    match decoded {
        Decoded::String => ScalarKind::String,
        Decoded::Boolean(_) => ScalarKind::Boolean,
        Decoded::DateTime => ScalarKind::DateTime,
        Decoded::Float => ScalarKind::Float,
        Decoded::Integer(_) => ScalarKind::Integer,
    }
}

/// What a key or text says where it stands there as it is, as nearly all do: the decoder is for escapes and errors.
/// None leaves it to that.
pub(super) fn plain(raw: &str, encoding: Option<Encoding>) -> Option<&str> {
    let (text, is_plain) = match encoding {
        Some(Encoding::BasicString) => {
            let text = raw.strip_prefix('"')?.strip_suffix('"')?;
            (text, every(text, |byte| is_visible(byte) && byte != b'\\' && byte != b'"'))
        }
        None => (raw, every(raw, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')),
        Some(_) => return None,
    };
    (is_plain && !text.is_empty()).then_some(text)
}

/// Whether nothing in a comment is forbidden.
pub(super) fn is_plain_comment(raw: &str) -> bool {
    raw.starts_with('#') && every(raw, is_visible)
}

pub(super) fn is_visible(byte: u8) -> bool {
    (byte >= b' ') & (byte != 0x7f)
}

/// Whether all bytes are of a kind; looked at many at a time, which stopping at the first that is not would prevent.
pub(super) fn every(text: &str, is: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & is(byte))
}

pub(super) fn check(kind: ScalarKind, encoding: Option<Encoding>, raw: &str) -> Verdict {
    match kind {
        ScalarKind::DateTime => check_date_time(raw),
        ScalarKind::Integer => check_integer(raw),
        // The parser counts the digits of every script as digits.
        ScalarKind::Float if !raw.is_ascii() => Verdict::Wrong(NO_NUMBER),
        ScalarKind::String
            if matches!(encoding, Some(Encoding::BasicString | Encoding::MlBasicString)) && has_new_escape(raw) =>
        {
            Verdict::Only11(
                "the escapes \\e and \\x are only allowed since TOML 1.1",
                "write the character itself or \\uXXXX",
            )
        }
        _ => Verdict::Fine,
    }
}

fn has_new_escape(raw: &str) -> bool {
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && matches!(bytes.next(), Some(b'e' | b'x')) {
            return true;
        }
    }
    false
}

const NO_NUMBER: &str = "this is no number";

fn check_integer(raw: &str) -> Verdict {
    let digits = if raw.contains('_') { Cow::Owned(raw.replace('_', "")) } else { Cow::Borrowed(raw) };
    let parsed = match digits.get(..2) {
        Some("0x") => i64::from_str_radix(&digits[2..], 16),
        Some("0o") => i64::from_str_radix(&digits[2..], 8),
        Some("0b") => i64::from_str_radix(&digits[2..], 2),
        _ => digits.parse(),
    };
    match parsed.as_ref().map_err(ParseIntError::kind) {
        Ok(_) => Verdict::Fine,
        Err(IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) => Verdict::Wrong("this number is too large"),
        Err(_) => Verdict::Wrong(NO_NUMBER),
    }
}

const MALFORMED: Verdict = Verdict::Wrong("a date is written 2026-02-01, a time 09:30:00");

fn check_date_time(raw: &str) -> Verdict {
    let (date, time) = if raw.as_bytes().get(4) == Some(&b'-') {
        let (Some(date), Some(rest)) = (raw.get(..10), raw.get(10..)) else { return MALFORMED };
        match rest.split_at_checked(1) {
            None => (Some(date), None),
            Some(("T" | "t" | " ", time)) => (Some(date), Some(time)),
            Some(_) => return MALFORMED,
        }
    } else {
        (None, Some(raw))
    };
    if let Some(date) = date {
        match check_date(date.as_bytes()) {
            Some(true) => {}
            Some(false) => return Verdict::Wrong("there is no such date in the calendar"),
            None => return MALFORMED,
        }
    }
    time.map_or(Verdict::Fine, |time| check_time(time, date.is_some()))
}

/// Whether ten bytes are a day of the calendar; none where they are not even shaped like one.
pub(super) fn check_date(date: &[u8]) -> Option<bool> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')))
    };
    let (year, month, day) = (number(&[*y1, *y2, *y3, *y4])?, number(&[*m1, *m2])?, number(&[*d1, *d2])?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    Some(1 <= day && day <= days)
}

fn check_time(time: &str, may_have_offset: bool) -> Verdict {
    let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) if may_have_offset => time.split_at(at),
        _ => (time, ""),
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| if text.len() == 2 && digits(text) { text.parse::<u8>().ok() } else { None };
    let mut parts = clock.split(':').map(number);
    let (Some(Some(hour)), Some(Some(minute))) = (parts.next(), parts.next()) else { return MALFORMED };
    let second = parts.next();
    let offset_fits = match offset.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => true,
        Some(("+" | "-", zone)) => zone.split_once(':').is_some_and(|(hours, minutes)| {
            number(hours).is_some_and(|h| h < 24) && number(minutes).is_some_and(|m| m < 60)
        }),
        Some(_) => false,
    };
    if second == Some(None) || parts.next().is_some() || !offset_fits || fraction.is_some_and(|f| !digits(f)) {
        return MALFORMED;
    }
    match second.flatten() {
        // A leap second is a second too.
        Some(second) if hour < 24 && minute < 60 && second <= 60 => Verdict::Fine,
        None if fraction.is_none() && hour < 24 && minute < 60 => Verdict::Only11(
            "a time without seconds is only allowed since TOML 1.1",
            "write the seconds, such as 09:30:00",
        ),
        _ => Verdict::Wrong("there is no such time of day"),
    }
}
