//! The letter about missing and wrong branches, as a draft message: RFC 5322, quoted-printable UTF-8.
//!
//! Nobody is invented: `From` is an administrator of organisation.toml, or is left out; `To` is left to who sends it.
//! `X-Unsent` makes mail programs open it as a draft.

use super::check::Parts;
use crate::import::cell;
use crate::import::sites::compare::{Difference, Verdict};
use crate::model::Member;
use crate::model::period::in_words;
use jiff::civil::DateTime;
use std::fmt::Write as _;
use std::path::Path;

/// Lines of a quoted-printable text, soft line break included (RFC 2045).
const LINE: usize = 76;

/// The whole message, CRLF line ends throughout.
pub(super) fn write(parts: &Parts<'_>, file: &Path, now: DateTime) -> String {
    let sender = parts
        .organisation
        .members_on(now.date())
        .find(|member| member.role.word() == "administrator" && address(&member.email).is_some());
    let name = cell::name(&parts.organisation.name);
    let code = cell::name(&parts.organisation.ods_code);
    let mut out = String::new();
    let mut header = |key: &str, value: &str| {
        let _ = write!(out, "{key}: {value}\r\n");
    };
    header("Date", &now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
    if let Some(sender) = sender {
        let address = address(&sender.email).unwrap_or_default();
        let shown = cell::name(&sender.name);
        let from = if shown.is_empty() { address.to_owned() } else { format!("{} <{address}>", phrase(&shown)) };
        header("From", &from);
    }
    header("Subject", &unstructured(&format!("Branches of {name} ({code}) that need correcting")));
    header("X-Unsent", "1");
    header("MIME-Version", "1.0");
    header("Content-Type", "text/plain; charset=utf-8");
    header("Content-Transfer-Encoding", "quoted-printable");
    out.push_str("\r\n");
    out.push_str(&quoted_printable(&body(parts, file, &name, &code, sender, now)));
    out
}

fn body(parts: &Parts<'_>, file: &Path, name: &str, code: &str, sender: Option<&Member>, now: DateTime) -> String {
    let list = parts.list;
    let made = list.produced.map(|day| format!(" of {}", in_words(day))).unwrap_or_default();
    let file = file.file_name().map(|file| format!(" ({})", cell::name(&file.to_string_lossy()))).unwrap_or_default();
    let provider = parts.organisation.cqc_provider_id.as_deref().map(cell::name).filter(|id| !id.is_empty());
    let provider = provider.map(|id| format!(", CQC provider {id}")).unwrap_or_default();
    let mut text = format!(
        "Hello,\n\nwe compared the branches of {name} (ODS code {code}{provider}) with the list \"{}\"{made}{file} on {}. \
         These entries do not agree with our records. Please correct them, or tell us who can.\n",
        list.layout.title(),
        in_words(now.date())
    );
    for (verdict, title) in [
        (Verdict::NotInFile, "Ours, but missing in the list"),
        (Verdict::Moved, "Ours, but listed under another provider"),
        (Verdict::Closed, "Listed as closed or as having left us, but open by our records"),
        (Verdict::StillOpen, "Listed as open, but closed by our records"),
        (Verdict::Opened, "Listed as newly ours, but not in our records"),
        (Verdict::MissingHere, "Listed as ours, but not in our records"),
    ] {
        let mut entries =
            parts.comparison.differences.iter().filter(|difference| difference.verdict == verdict).peekable();
        if entries.peek().is_some() {
            let _ = write!(text, "\n{title}:\n");
        }
        for difference in entries {
            let _ = writeln!(text, "- {}", entry(parts, difference));
        }
    }
    text.push_str("\nKind regards\n");
    if let Some(sender) = sender.map(|sender| cell::name(&sender.name)).filter(|sender| !sender.is_empty()) {
        let _ = writeln!(text, "{sender}");
    }
    let _ = writeln!(text, "{name}");
    text
}

fn entry(parts: &Parts<'_>, difference: &Difference) -> String {
    let mut codes = Vec::new();
    codes.extend(parts.ods_code(difference).map(|code| format!("ODS code {}", cell::name(code))));
    codes.extend(parts.location(difference).map(|id| format!("CQC location {}", cell::name(id))));
    let name = parts.name(difference).map(cell::name).unwrap_or_default();
    let name = if name.is_empty() { "(no name)".to_owned() } else { name };
    let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    match difference.verdict {
        // The heading says it all.
        Verdict::NotInFile => format!("{name}{codes}"),
        _ => format!("{name}{codes}: {}", parts.detail(difference)),
    }
}

/// An e-mail address that can stand in a header as it is; none for anything else.
fn address(text: &str) -> Option<&str> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dotted =
        |part: &str| !part.is_empty() && part.split('.').all(|label| !label.is_empty()) && part.chars().all(atom);
    (dotted(local) && dotted(domain) && text.len() <= 254).then_some(text)
}

/// A name before an address: as it is, between quotation marks, or as encoded words.
fn phrase(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '\'');
    if name.chars().all(plain) {
        name.to_owned()
    } else if name.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        encoded_words(name)
    }
}

/// The value of a header that is plain text. Long ones are folded at blanks.
fn unstructured(text: &str) -> String {
    let ascii = text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    // A text that looks like an encoded word would be taken for one.
    if !ascii || text.contains("=?") || text.split(' ').any(|word| word.len() > 60) {
        return encoded_words(text);
    }
    let mut out = String::new();
    let mut column = "Subject: ".len();
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 && column + word.len() >= 78 {
            out.push_str("\r\n ");
            column = 1;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

/// RFC 2047, encoding Q: at most 75 characters a word, none of which cuts a character in two.
fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for c in text.chars() {
        let mut piece = String::new();
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            match byte {
                b' ' => piece.push('_'),
                byte if byte.is_ascii_alphanumeric() => piece.push(char::from(byte)),
                byte => piece.push_str(&escape(byte)),
            }
        }
        // "=?utf-8?Q?" and "?=" are twelve characters.
        if words.last().is_none_or(|word| word.len() + piece.len() > 50) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push_str(&piece);
        }
    }
    words.iter().map(|word| format!("=?utf-8?Q?{word}?=")).collect::<Vec<_>>().join("\r\n ")
}

/// A byte as both encodings write what they cannot hold.
fn escape(byte: u8) -> String {
    format!("={byte:02X}")
}

/// RFC 2045: lines of at most 76 characters, CRLF, blanks at their ends encoded.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut column = 0;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            let last = chars.peek().is_none();
            let literal = (c.is_ascii_graphic() && c != '=') || (c == ' ' && !last);
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).bytes();
            let mut piece = if literal { c.to_string() } else { bytes.map(escape).collect() };
            if column + piece.len() >= LINE {
                out.push_str("=\r\n");
                column = 0;
            }
            // A full stop at the beginning of a line would end the message on its way.
            if column == 0 && piece == "." {
                piece = escape(b'.');
            }
            column += piece.len();
            out.push_str(&piece);
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text that a quoted-printable one stands for.
    fn decoded(text: &str) -> String {
        let joined = text.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            if *byte == b'=' {
                let hex = std::str::from_utf8(&after[..2]).expect("hex digits");
                bytes.push(u8::from_str_radix(hex, 16).expect("hex digits"));
                rest = &after[2..];
            } else {
                bytes.push(*byte);
                rest = after;
            }
        }
        String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
    }

    proptest! {
        #[test]
        fn bodies_come_back_whole(text in "([ -~é€😀=.]{0,120}\n){1,4}") {
            let message = quoted_printable(&text);
            prop_assert_eq!(decoded(&message), text);
            for line in message.split("\r\n") {
                prop_assert!(line.len() <= LINE && line.is_ascii() && !line.ends_with(' ') && !line.starts_with('.'));
            }
        }

        #[test]
        fn no_header_gains_a_line(text in "\\PC*|[\r\n: A-Za-z=?é\u{1b}]{0,200}") {
            let text = cell::name(&text);
            for value in [phrase(&text), unstructured(&text)] {
                prop_assert!(value.is_ascii());
                for line in value.split("\r\n").skip(1) {
                    prop_assert!(line.starts_with(' '), "{value:?}");
                }
                prop_assert!(!value.replace("\r\n ", "").contains(['\r', '\n']));
            }
        }
    }

    #[test]
    fn addresses_are_plain_or_none() {
        assert_eq!(address(" jo@sunrise.example "), Some("jo@sunrise.example"));
        for text in [
            "",
            "jo",
            "jo@",
            "@x.example",
            "jo@x.example\r\nBcc: a@x.example",
            "a b@x.example",
            "a@x..example",
            "<a@x.example>",
            "a,b@x.example",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_quoted_or_encoded() {
        assert_eq!(phrase("Jo O'Field-Smith"), "Jo O'Field-Smith");
        assert_eq!(phrase("Field, Jo \"J\""), "\"Field, Jo \\\"J\\\"\"");
        assert_eq!(phrase("Zoë"), "=?utf-8?Q?Zo=C3=AB?=");
    }
}
