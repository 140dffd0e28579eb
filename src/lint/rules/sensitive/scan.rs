//! One pass over a text for everything that must not be shown; nothing is allocated where nothing is found.
//!
//! Where it is worth a look is told of many bytes at once: digits, `-`, `_` and some pairs of letters. All else is
//! stepped over.

use crate::lint::block::{BLOCK, bits, bits_of_pairs, each_block, places};
use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    PrivateKey,
    NhsNumber,
    NationalInsuranceNumber,
    Secret,
}

/// Tells what is found and where, in the order of the text.
pub(super) fn scan(text: &str, mut found: impl FnMut(Kind, Range<usize>)) {
    // What lies before this belongs to what was found last.
    let mut from = 0;
    // Whether the block before ended with a digit.
    let mut digit_before = 0;
    each_block(text.as_bytes(), |begin, block, next| {
        let digit = bits(block, |byte| byte.is_ascii_digit());
        let dash = bits(block, |byte| matches!(byte, b'-' | b'_'));
        let letter = bits_of_pairs(block, next, may_begin);
        let after_digit = digit << 1 | digit_before;
        digit_before = digit >> (BLOCK - 1);
        // No token begins with a digit before its hyphen, which most hyphens have: those of days. A key's armour does
        // begin with two hyphens; whether the last byte is followed by one is looked at there.
        let dash = dash & (!after_digit | dash >> 1 | 1 << (BLOCK - 1));
        for at in places(digit & !after_digit | dash | letter) {
            let digits = (digit >> at).trailing_ones() as usize;
            let is_whole = at + digits < BLOCK;
            if is_whole && digits > 0 && !is_telling(text.as_bytes(), begin + at, digits) {
                continue;
            }
            if begin + at >= from
                && let Some((kind, range)) = what_begins(text, begin + at)
            {
                from = range.end;
                found(kind, range);
            }
        }
    });
}

/// Whether a letter and the one behind it may begin something.
fn may_begin(letter: u8, next: u8) -> bool {
    let (small, next_small) = (letter | 0x20, next | 0x20);
    (letter == b'A') & ((next == b'K') | (next == b'S') | (next == b'I'))
        | (small == b'b') & (next_small == b'e')
        | (small == b'p') & ((next_small == b'a') | (next_small == b'w'))
}

/// Whether a run of so many digits may be part of a number that must not be shown: years, months and days are not.
fn is_telling(bytes: &[u8], at: usize, digits: usize) -> bool {
    let is_capital = |at: Option<usize>| at.is_some_and(|at| bytes[at].is_ascii_uppercase());
    match digits {
        3 | 10 => true,
        // Behind two letters, with or without something between.
        2 | 6 => is_capital(at.checked_sub(1)) || is_capital(at.checked_sub(2)),
        _ => false,
    }
}

/// What begins at a digit before which there is none, a hyphen or stroke, or one of a few letters; with hyphen or
/// stroke it is the beginning of a token that ends there.
fn what_begins(text: &str, at: usize) -> Option<(Kind, Range<usize>)> {
    let bytes = text.as_bytes();
    let secret = |range| (Kind::Secret, range);
    match bytes[at] {
        b'0'..=b'9' => {
            let end = digits(bytes, at);
            match end - at {
                3 | 10 => nhs_number(text, at, end).map(|range| (Kind::NhsNumber, range)),
                2 | 6 => national_insurance_number(text, at).map(|range| (Kind::NationalInsuranceNumber, range)),
                _ => None,
            }
        }
        b'-' if bytes.get(at + 1) == Some(&b'-') => private_key(text, at).map(|range| (Kind::PrivateKey, range)),
        b'-' | b'_' => token_before(bytes, at).map(secret),
        b'A' => access_key(bytes, at).map(secret),
        b'B' | b'b' => bearer(bytes, at).map(secret),
        _ => password(text, at).map(secret),
    }
}

/// Whether anything is found at all.
pub(super) fn is_sensitive(text: &str) -> bool {
    let mut any = false;
    scan(text, |_, _| any = true);
    any
}

/// The end of a run of digits.
fn digits(bytes: &[u8], from: usize) -> usize {
    run(bytes, from, |byte| byte.is_ascii_digit())
}

/// A text as far as so many bytes: what is looked for ahead is near, so that no file costs more than its length.
fn first(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn run(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    from + bytes[from..].iter().take_while(|byte| belongs(**byte)).count()
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2014}')
}

/// Spaces of any width but no tab and no line end, dashes and full stops: what people put between groups of digits.
fn is_separator(c: char) -> bool {
    is_dash(c) || matches!(c, ' ' | '.' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}

/// The place after up to three separators.
fn after_separators(text: &str, from: usize) -> usize {
    from + text[from..].chars().take(3).take_while(|c| is_separator(*c)).map(char::len_utf8).sum::<usize>()
}

/// Whether a number or word ends before a place and another begins there.
fn is_apart(before: &str, after: &str) -> bool {
    !before.chars().next_back().is_some_and(char::is_alphanumeric)
        && !after.chars().next().is_some_and(char::is_alphanumeric)
}

/// Ten digits in one run or as 3-3-4, with a valid check digit, that are no part of something longer, no CQC id and no
/// telephone number.
fn nhs_number(text: &str, at: usize, first: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let end = if first - at == 10 {
        first
    } else {
        let second = after_separators(text, first);
        let second_end = digits(bytes, second);
        let third = after_separators(text, second_end);
        let end = digits(bytes, third);
        let is_grouped = second > first && second_end - second == 3 && third > second_end && end - third == 4;
        is_grouped.then_some(end)?
    };
    let number: [u8; 10] = {
        let mut number = [0; 10];
        let written = bytes[at..end].iter().filter(|byte| byte.is_ascii_digit());
        number.iter_mut().zip(written).for_each(|(digit, byte)| *digit = byte - b'0');
        number
    };
    let before = &text[..at];
    let named = before.len() >= 3 && before.as_bytes()[before.len() - 3..].eq_ignore_ascii_case(b"NHS");
    let apart = is_apart(if named { "" } else { before }, &text[end..]);
    (has_check_digit(&number) && apart && !is_cqc_id(before) && !is_telephone(before)).then_some(at..end)
}

/// The last digit is what the nine before it ask for, modulo 11. Ten equal digits are nobody's number.
fn has_check_digit(number: &[u8; 10]) -> bool {
    let sum: u32 = number.iter().zip((2..=10).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let check = (11 - sum % 11) % 11;
    check == u32::from(number[9]) && number.iter().any(|digit| *digit != number[0])
}

/// Whether the number goes on from `1-`, as the ids of the Care Quality Commission do.
fn is_cqc_id(before: &str) -> bool {
    let Some(one) = before.strip_suffix(is_dash).and_then(|before| before.strip_suffix('1')) else { return false };
    is_apart(one, "")
}

/// Whether a country's dialling code stands before the number.
fn is_telephone(before: &str) -> bool {
    let code = before.trim_end_matches(is_separator);
    ["+44", "0044", "(0)"].iter().any(|known| code.ends_with(known))
}

/// Two letters, three pairs of digits and a letter from A to D: `AB123456C`, `AB 12 34 56 C`.
fn national_insurance_number(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_gap = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'-'));
    let spaced = at > 0 && is_gap(at - 1);
    let start = at.checked_sub(if spaced { 3 } else { 2 })?;
    let (first, second) = (bytes[start], bytes[start + 1]);
    let allowed = |letter: u8| letter.is_ascii_uppercase() && !b"DFIQUV".contains(&letter);
    let given_out = !matches!(&[first, second], b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ");
    if !(allowed(first) && allowed(second) && second != b'O' && given_out) {
        return None;
    }
    let mut end = at;
    for pair in 0..3 {
        end += usize::from(pair > 0 && is_gap(end));
        if !bytes.get(end..end + 2)?.iter().all(u8::is_ascii_digit) {
            return None;
        }
        end += 2;
    }
    end += usize::from(spaced && is_gap(end));
    bytes.get(end).filter(|last| (b'A'..=b'D').contains(last))?;
    end += 1;
    is_apart(&text[..start], &text[end..]).then_some(start..end)
}

/// No private key is longer than this, in bytes.
const KEY_BYTES: usize = 16 * 1024;

/// A private key in its armour, or as much of it as there is.
fn private_key(text: &str, at: usize) -> Option<Range<usize>> {
    let label = text[at..].strip_prefix("-----BEGIN ")?;
    let label = &first(label, 64)[..first(label, 64).find("-----")?];
    if !label.strip_suffix(" BLOCK").unwrap_or(label).ends_with("PRIVATE KEY") {
        return None;
    }
    let body = at + "-----BEGIN ".len() + label.len() + "-----".len();
    let closing = format!("-----END {label}-----");
    let dashes = first(&text[body..], KEY_BYTES).find("-----").map(|length| body + length);
    let end = match dashes.filter(|end| text[*end..].starts_with(&closing)) {
        Some(end) => end + closing.len(),
        None => run(text.as_bytes(), body, |byte| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte)),
    };
    Some(at..end)
}

/// What begins a token, how long the rest is at least, and what it is made of besides letters and digits.
const TOKENS: [(&str, usize, &[u8]); 13] = [
    ("ghp_", 20, b""),
    ("gho_", 20, b""),
    ("ghu_", 20, b""),
    ("ghs_", 20, b""),
    ("ghr_", 20, b""),
    ("github_pat_", 20, b"_"),
    ("sk_live_", 16, b""),
    ("rk_live_", 16, b""),
    ("glpat-", 20, b"_-"),
    ("xoxb-", 10, b"-"),
    ("xoxp-", 10, b"-"),
    ("xoxa-", 10, b"-"),
    ("xoxs-", 10, b"-"),
];

/// A token whose well-known beginning ends with the `-` or `_` at a place.
fn token_before(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    // The last letter but one of every beginning: most hyphens are seen off by it.
    if !matches!(bytes[at.checked_sub(2)?], b'h' | b'a' | b'v' | b'x') {
        return None;
    }
    let (begin, least, besides) = TOKENS.iter().find(|(begin, ..)| bytes[..=at].ends_with(begin.as_bytes()))?;
    let start = at + 1 - begin.len();
    if !begins_word(bytes, start) {
        return None;
    }
    let end = run(bytes, at + 1, |byte| byte.is_ascii_alphanumeric() || besides.contains(&byte));
    (end - at > *least).then_some(start..end)
}

fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !bytes[at - 1].is_ascii_alphanumeric()
}

/// An access key of a cloud: `AKIA…`, `AIza…`.
fn access_key(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let (length, besides): (usize, &[u8]) = match bytes.get(at..at + 4)? {
        b"AKIA" | b"ASIA" => (20, b""),
        b"AIza" => (39, b"_-"),
        _ => return None,
    };
    let near = &bytes[..bytes.len().min(at + length + 1)];
    let end = run(near, at, |byte| byte.is_ascii_alphanumeric() || besides.contains(&byte));
    (begins_word(bytes, at) && end - at == length).then_some(at..end)
}

/// `Bearer` and a long token after it.
fn bearer(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let word = bytes.get(at..at + 7)?;
    if !word.eq_ignore_ascii_case(b"bearer ") || !begins_word(bytes, at) {
        return None;
    }
    let start = at + word.len();
    let end = run(bytes, start, |byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    (end - start >= 20 && bytes[start..end].iter().any(u8::is_ascii_digit)).then_some(start..end)
}

const PASSWORD_WORDS: [&[u8]; 5] = [b"password", b"passwd", b"passcode", b"passphrase", b"pwd"];
/// What may stand around a password besides spaces.
const QUOTES: [char; 6] = ['"', '\'', '`', '*', '\\', ' '];

/// A password that is told: `password: …`, `pwd=…`, `the password for the router is …`.
fn password(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = &text.as_bytes()[at..];
    let word = PASSWORD_WORDS
        .iter()
        .find(|word| bytes.get(..word.len()).is_some_and(|written| written.eq_ignore_ascii_case(word)))?;
    let line = first(&text[at + word.len()..], 200).lines().next()?;
    let (said, tight) = said_after(line)?;
    let value = said.trim_start_matches(QUOTES);
    let value = value.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '|')).next()?;
    let value = value.trim_end_matches(['.', ':', ')', '?', '\\']);
    if !looks_like_password(value, tight) {
        return None;
    }
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    Some(start..start + value.len())
}

/// What a line says the password is, and whether it stands straight after an equals sign.
fn said_after(line: &str) -> Option<(&str, bool)> {
    if let Some(said) = line.strip_prefix('=') {
        return Some((said, true));
    }
    let rest = line.trim_start_matches(QUOTES);
    // "the password for the router is …", "password (Wi-Fi): …"
    let rest = if ["for ", "of ", "to ", "("].iter().any(|begin| rest.starts_with(begin)) {
        let end = rest.find([':', '=']).into_iter().chain(rest.find(" is ")).min().filter(|end| *end <= 40)?;
        let about = &rest[..end];
        about.chars().all(|c| c.is_alphanumeric() || " -'&()/".contains(c)).then(|| rest[end..].trim_start())?
    } else {
        rest
    };
    if let Some(said) = rest.strip_prefix([':', '=']) {
        return Some((said, false));
    }
    let said = rest
        .get(..3)
        .filter(|is| is.eq_ignore_ascii_case("is ") || is.eq_ignore_ascii_case("is:"))
        .map(|_| &rest[3..])?;
    Some((said, false))
}

/// Whether a word is one that nobody would write for its meaning: letters and digits mixed, or odd characters inside.
fn looks_like_password(word: &str, tight: bool) -> bool {
    let core = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    if core.starts_with(['<', '{', '[', '$', '%']) || core.contains("://") {
        return false;
    }
    let digits = core.bytes().filter(u8::is_ascii_digit).count();
    let has_letter = core.contains(char::is_alphabetic);
    if tight && digits == 0 && has_letter {
        let said = ["true", "false", "none", "null", "required", "changed"];
        return core.len() >= 4 && !said.iter().any(|word| core.eq_ignore_ascii_case(word));
    }
    if core.len() < 5 {
        return false;
    }
    match (digits, has_letter) {
        (0, true) => {
            core.contains(['!', '#', '$', '%', '^', '&', '*', '@', '+', '=', '~', '?'])
                && !(core.contains('@') && core.contains('.'))
        }
        (0, false) => false,
        (digits, true) => {
            // "12-character", "1Password", "90-day"
            let counted = core.trim_start_matches(|c: char| c.is_ascii_digit());
            let is_prose = digits <= 2
                && counted.len() + digits == core.len()
                && counted.chars().all(|c| c.is_alphabetic() || c == '-');
            !is_prose
        }
        (digits, false) => digits == core.len() && digits >= 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        let mut found = Vec::new();
        scan(text, |kind, range| found.push((kind, &text[range])));
        found
    }

    #[test]
    fn nhs_numbers_are_found_however_they_are_spaced() {
        for number in [
            "9991234578",
            "999 123 4578",
            "999-123-4578",
            "999.123.4578",
            "999\u{a0}123\u{a0}4578",
            "999\u{2011}123\u{2011}4578",
            "999  123  4578",
            "943 476 5919",
        ] {
            for text in [
                number.to_owned(),
                format!("x,{number}"),
                format!("({number})."),
                format!("12 {number}, 13"),
                format!("letter-{number}_a.txt"),
            ] {
                assert_eq!(found(&text), [(Kind::NhsNumber, number)], "{text}");
            }
        }
        assert_eq!(found("NHS9991234578.pdf"), [(Kind::NhsNumber, "9991234578")]);
        assert_eq!(found("9991234578 9994567896").len(), 2);
    }

    #[test]
    fn what_only_looks_like_an_nhs_number_is_none() {
        for text in [
            "9991234579",
            "1-9991234578",
            "1\u{2013}9991234578",
            "location 1-9991234578.",
            "99912345781",
            "79991234578",
            "abc9991234578def",
            "999 1234 578",
            "999,123,4578",
            "999\t123\t4578",
            "1111111111",
            "0000000000",
            "+44 999 123 4578",
            "+44 (0)999 123 4578",
            "2026-05-01 12:30",
            "é9991234578",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("11-9991234578").len(), 1, "a CQC id begins with 1, not with 11");
    }

    #[test]
    fn every_check_digit_but_one_is_refused() {
        let valid = |nine: u32| (0..10).filter(|last| !found(&format!("{nine}{last}")).is_empty()).count();
        let counts: Vec<usize> = (400_000_000..400_000_300).map(valid).collect();
        assert!(counts.iter().all(|count| *count <= 1));
        assert!(counts.iter().filter(|count| **count == 0).count() < 60, "one in eleven has none");
    }

    #[test]
    fn national_insurance_numbers() {
        for number in ["AB123456C", "AB 12 34 56 C", "AB 123456 C", "AB-12-34-56-C", "JG103759A"] {
            assert_eq!(found(&format!("of {number}.")), [(Kind::NationalInsuranceNumber, number)]);
        }
        for text in [
            "AB123456E",
            "XAB123456CY",
            "ab123456c",
            "DA123456A",
            "AO123456A",
            "GB123456A",
            "ZA123456",
            "ZA123456 A copy",
            "AB12345C",
            "AB1234567C",
            "123456C",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn private_keys_are_found_whole() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----";
        assert_eq!(found(&format!("a\n  {key}\nb")), [(Kind::PrivateKey, key)]);
        assert_eq!(
            found("-----BEGIN RSA PRIVATE KEY-----\nMIIE\" x"),
            [(Kind::PrivateKey, "-----BEGIN RSA PRIVATE KEY-----\nMIIE")]
        );
        assert_eq!(found("-----BEGIN PGP PRIVATE KEY BLOCK-----").len(), 1);
        assert_eq!(found("-----BEGIN PUBLIC KEY-----\nbm90IGEga2V5\n-----END PUBLIC KEY-----"), []);
        assert_eq!(found("-------------------- BEGIN PRIVATE KEY"), []);
    }

    #[test]
    fn passwords_that_are_told() {
        for (text, password) in [
            ("Router password: Xk9-Tr4vQ2z!", "Xk9-Tr4vQ2z!"),
            ("The password is Rose1.", "Rose1"),
            ("the password for the Wi-Fi is sun7flower, ask Jo", "sun7flower"),
            ("Password (office): Let!me!in", "Let!me!in"),
            ("{\"password\": \"abc123\"}", "abc123"),
            ("**Password:** abc123", "abc123"),
            ("pwd=letmein", "letmein"),
            ("DB_PASSWORD=hunter2", "hunter2"),
            ("passcode: 482913", "482913"),
        ] {
            assert_eq!(found(text), [(Kind::Secret, password)], "{text}");
        }
    }

    #[test]
    fn talk_of_passwords() {
        for text in [
            "Passwords are changed every 90 days",
            "The password is changed every 90 days",
            "Password: at least 12 characters",
            "A password is 12-character or longer",
            "Password manager: 1Password",
            "Our password: 1Password",
            "Password: <see the safe>",
            "password=${PASSWORD}",
            "Password: ********",
            "Password: https://sunrise.example/reset2",
            "Password for the router, location = \"shelf1\"",
            "the original passwords?",
            "password",
            "Password is",
            "pwd",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn tokens_by_their_beginning() {
        for token in [
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_0123456789abcdefghij0123456789abcdef",
            "github_pat_a1b2c3d4e5f6g7h8i9j0_k1l2m3",
            "glpat-0123456789abcdefghij",
            "xoxb-a1b2c3d4e5-abcdef",
            "sk_live_0123456789abcdef",
            "AIza0123456789abcdefghij0123456789abcde",
        ] {
            assert_eq!(found(&format!("key {token}.")), [(Kind::Secret, token)], "{token}");
            assert_eq!(found(&format!("x{token}")), [], "{token} inside a word");
        }
        assert_eq!(found("Authorization: Bearer abcdefghij0123456789"), [(Kind::Secret, "abcdefghij0123456789")]);
        for text in [
            "AKIAIOSFODNN7EXAMPLES",
            "ghp_short",
            "the bearer of this letter",
            "bearer",
            "A",
            "snake_case and kebab-case",
            "sk_live_",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    const PIECES: &[&str] = &[
        "9991234578",
        "999",
        "123",
        "4578",
        "12",
        "2026-02-01",
        "-",
        "--",
        "_",
        ".",
        " ",
        "A",
        "AK",
        "AB",
        "AB123456C",
        "NHS",
        "é",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "MIIE",
        "ghp_0123456789abcdefghij",
        "glpat-",
        "0123456789abcdefghij",
        "AKIAIOSFODNN7EXAMPLE",
        "Bearer ",
        "password: ",
        "Rose1!x7",
        "pwd=",
        "appear",
        "be",
        "\n",
    ];

    /// Every place looked at, one after the other.
    fn found_byte_by_byte(text: &str) -> Vec<(Kind, Range<usize>)> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(byte) = text.as_bytes().get(at) {
            let hit = if byte.is_ascii() { what_begins(text, at) } else { None };
            at = match &hit {
                Some((_, range)) => range.end,
                None => digits(text.as_bytes(), at).max(at + 1),
            };
            found.extend(hit);
        }
        found
    }

    proptest! {
        #[test]
        fn nothing_is_passed_by(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
            let text = pieces.concat();
            let mut found = Vec::new();
            scan(&text, |kind, range| found.push((kind, range)));
            prop_assert_eq!(found, found_byte_by_byte(&text), "{}", text);
        }
    }
}
