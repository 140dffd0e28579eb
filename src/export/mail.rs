//! Messages as files: RFC 5322 headers, quoted-printable UTF-8 text, attachments in base64, CRLF throughout.
//!
//! `dspt` sends nothing: `X-Unsent` makes mail programs open the file as a draft, `To` is left to who sends it. The same
//! message gives the same bytes: what parts it and what names it are digests of what it says.

use super::base64::base64;
use super::text::{one_line, terminal};
use jiff::civil::DateTime;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Lines of an encoded text, soft line break included (RFC 2045).
const LINE: usize = 76;

/// A message to be written.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// In UTC.
    pub at: DateTime,
    /// Name and address; left out where the address cannot stand in a header as it is.
    pub from: Option<(&'a str, &'a str)>,
    pub subject: &'a str,
    pub text: &'a str,
    /// Whether it has a `Message-ID`, made of what it says, so that two copies are known to be one.
    pub identified: bool,
    pub attachments: &'a [Attachment],
}

/// A file that goes along. Its name is plain ASCII without quotation marks.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// The whole message.
pub fn write(mail: &Mail<'_>) -> String {
    let text = quoted_printable(mail.text);
    let digest = digest(mail);
    let mut out = String::new();
    let mut header = |key: &str, value: &str| {
        let _ = write!(out, "{key}: {value}\r\n");
    };
    header("Date", &mail.at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
    if let Some((name, address)) = mail.from.and_then(|(name, email)| Some((name, address(email)?))) {
        let name = one_line(&terminal(name));
        let from = if name.is_empty() { address.to_owned() } else { format!("{} <{address}>", phrase(&name)) };
        header("From", &from);
    }
    header("Subject", &unstructured(&one_line(&terminal(mail.subject))));
    if mail.identified {
        header("Message-ID", &format!("<{}@{}.invalid>", &digest[..32], env!("CARGO_PKG_NAME")));
    }
    header("X-Unsent", "1");
    header("MIME-Version", "1.0");
    if mail.attachments.is_empty() {
        header("Content-Type", "text/plain; charset=utf-8");
        header("Content-Transfer-Encoding", "quoted-printable");
        out.push_str("\r\n");
        out.push_str(&text);
        return out;
    }
    // Neither encoding writes "=_".
    let boundary = format!("=_{}", &digest[..32]);
    header("Content-Type", &format!("multipart/mixed; boundary=\"{boundary}\""));
    let _ = write!(
        out,
        "\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{text}"
    );
    for Attachment { name, media_type, bytes } in mail.attachments {
        let _ = write!(
            out,
            "\r\n--{boundary}\r\nContent-Type: {media_type}; name=\"{name}\"\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        );
        let letters = base64(bytes);
        let mut rest = letters.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(LINE));
            out.push_str(line);
            out.push_str("\r\n");
            rest = after;
        }
    }
    let _ = write!(out, "\r\n--{boundary}--\r\n");
    out
}

/// Of everything that a message says.
fn digest(mail: &Mail<'_>) -> String {
    let mut hasher = Sha256::new();
    let (name, address) = mail.from.unwrap_or_default();
    let at = mail.at.to_string();
    for part in [&at, name, address, mail.subject, mail.text] {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    for attachment in mail.attachments {
        hasher.update(attachment.name.len().to_be_bytes());
        hasher.update(&attachment.name);
        hasher.update(Sha256::digest(&attachment.bytes));
    }
    format!("{:x}", hasher.finalize())
}

/// An e-mail address that can stand in a header as it is; none for anything else.
pub fn address(text: &str) -> Option<&str> {
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
            let text = one_line(&terminal(&text));
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

    #[test]
    fn attachments_lie_between_boundaries_that_depend_on_the_message() {
        let attachment = |bytes: &[u8]| {
            [Attachment { name: "a.pdf".to_owned(), media_type: "application/pdf", bytes: bytes.to_vec() }]
        };
        let message = |bytes: &[u8]| {
            write(&Mail {
                at: jiff::civil::date(2026, 5, 1).at(9, 30, 0, 0),
                from: Some(("Jo Field", "jo@sunrise.example")),
                subject: "Published",
                text: "Hello,\n\n=_ is no boundary.\n",
                identified: true,
                attachments: &attachment(bytes),
            })
        };
        let one = message(b"%PDF");
        assert_eq!(one, message(b"%PDF"));
        assert_ne!(one, message(b"%PDG"));
        let boundary = one.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(one.matches(&format!("--{boundary}")).count(), 3);
        assert!(one.ends_with(&format!("\r\nJVBERg==\r\n\r\n--{boundary}--\r\n")), "{one}");
        assert!(one.lines().all(|line| line.len() <= 98), "{one}");
        assert!(!one.replace("\r\n", "").contains(['\r', '\n']));
    }
}
