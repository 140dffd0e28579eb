//! A quick reading of the TOML that nearly every file of ours is made of: headers, keys that are bare or in double
//! quotation marks, and texts without escapes, days, whole numbers, true, false, lists and inline tables of these.
//!
//! It gives up at the first byte that is anything else, and at every fault: the parser then reads the file from its
//! beginning, and alone decides what is wrong. What both read is the same tree, to which a property test holds them.

use super::{Builder, Header, insert, scalar};
use crate::source::{Key, Kind, Node, Scalar, ScalarKind, Span, Table, TableForm, Text};
use memchr::{memchr, memchr2, memchr3};

/// More levels of brackets or parts of a key than these are left to the parser, which knows how deep is too deep.
const DEEP: usize = 5;

/// What each byte may be part of.
const IN_KEY: u8 = 1;
const BLANK: u8 = 2;

#[expect(clippy::cast_possible_truncation, reason = "bytes are counted up to 255")]
const BYTES: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let own = byte as u8;
        let mut kind = 0;
        if own.is_ascii_alphanumeric() || own == b'-' || own == b'_' {
            kind |= IN_KEY;
        }
        if own == b' ' || own == b'\t' {
            kind |= BLANK;
        }
        kinds[byte] = kind;
        byte += 1;
    }
    kinds
};

/// The tree of a file that is plain and right throughout.
pub(super) fn read(mut builder: Builder<'_>) -> Option<Node> {
    let (text, bytes) = (builder.text, builder.text.as_bytes());
    scalar::every(text, |byte| scalar::is_visible(byte) | (byte == b'\n') | is_unseen(byte)).then_some(())?;
    let has_unseen = memchr2(UNSEEN[0], UNSEEN[1], bytes).is_some();
    let mut reader = Reader { text, bytes, at: 0, has_unseen };
    while reader.at < reader.bytes.len() {
        reader.line(&mut builder)?;
    }
    (!builder.damaged).then_some(builder.root)
}

/// Where the reading is. None of what its functions give means that something is not plain.
struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Whether there are any of the bytes that may stand between, but in no text and no comment.
    has_unseen: bool,
}

/// What may stand between, but in no text and no comment that is plain.
const UNSEEN: [u8; 2] = [b'\t', b'\r'];

fn is_unseen(byte: u8) -> bool {
    (byte == UNSEEN[0]) | (byte == UNSEEN[1])
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Steps over a byte if it is this one.
    fn passes(&mut self, byte: u8) -> bool {
        let is_there = self.byte() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.passes(byte).then_some(())
    }

    /// Steps over a run of bytes of a kind.
    fn run(&mut self, kind: u8) -> Span {
        let start = self.at;
        while self.byte().is_some_and(|byte| BYTES[usize::from(byte)] & kind != 0) {
            self.at += 1;
        }
        Span::new(start, self.at)
    }

    /// An expression with the end of its line.
    fn line(&mut self, builder: &mut Builder<'_>) -> Option<()> {
        self.run(BLANK);
        match self.byte() {
            None => return Some(()),
            Some(b'#' | b'\n' | b'\r') => {}
            Some(b'[') => {
                let start = self.at;
                self.at += 1;
                let array = self.passes(b'[');
                self.keys(&mut builder.keys)?;
                self.expect(b']')?;
                if array {
                    self.expect(b']')?;
                }
                let header = Header { span: Span::new(start, self.at), array };
                let keys = std::mem::take(&mut builder.keys);
                builder.target = Some(builder.open_table(&header, &keys)?);
                builder.keys = keys;
                builder.keys.clear();
            }
            Some(_) => {
                self.keys(&mut builder.keys)?;
                self.equals()?;
                let value = self.value(0)?;
                builder.put(value);
            }
        }
        self.run(BLANK);
        self.comment()?;
        self.end_of_line()
    }

    fn comment(&mut self) -> Option<()> {
        if self.byte() == Some(b'#') {
            let rest = &self.bytes[self.at..];
            let line = memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            self.is_seen(line).then_some(())?;
            self.at += line.len();
        }
        Some(())
    }

    fn is_seen(&self, bytes: &[u8]) -> bool {
        !self.has_unseen || memchr2(UNSEEN[0], UNSEEN[1], bytes).is_none()
    }

    fn end_of_line(&mut self) -> Option<()> {
        if self.byte().is_none() {
            return Some(());
        }
        self.passes(b'\r');
        self.expect(b'\n')
    }

    fn equals(&mut self) -> Option<()> {
        self.run(BLANK);
        self.expect(b'=')?;
        self.run(BLANK);
        Some(())
    }

    /// A key with its dots.
    fn keys(&mut self, keys: &mut Vec<Key>) -> Option<()> {
        loop {
            let start = self.at;
            let text = if self.passes(b'"') { self.quoted()? } else { self.run(IN_KEY) };
            // The key of nothing at all has a place of its own, which the parser knows.
            (text.start < text.end && keys.len() < DEEP).then_some(())?;
            keys.push(Key { span: Span::new(start, self.at), text: Text::Raw(text) });
            if !self.passes(b'.') {
                return Some(());
            }
        }
    }

    /// The inside of a text, whose opening quotation mark is behind.
    fn quoted(&mut self) -> Option<Span> {
        let rest = &self.bytes[self.at..];
        let inside = &rest[..memchr3(b'"', b'\\', b'\n', rest)?];
        self.is_seen(inside).then_some(())?;
        let start = self.at;
        self.at += inside.len();
        let inside = Span::new(start, self.at);
        self.expect(b'"')?;
        Some(inside)
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        (depth < DEEP).then_some(())?;
        let start = self.at;
        let kind = match self.byte()? {
            b'"' => {
                self.at += 1;
                let inside = self.quoted()?;
                if inside.start == inside.end {
                    // Three of them begin a text of several lines.
                    (self.byte() != Some(b'"')).then_some(())?;
                    string(Span::new(start, start))
                } else {
                    string(inside)
                }
            }
            b'[' => self.list(depth)?,
            b'{' => self.inline_table(depth)?,
            b'0'..=b'9' => self.number_or_day()?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            _ => return None,
        };
        Some(Node { span: Span::new(start, self.at), kind })
    }

    fn word(&mut self, word: &str) -> Option<Kind> {
        let span = self.run(IN_KEY);
        (self.text[span.range()] == *word).then_some(())?;
        Some(Kind::Scalar(Scalar { kind: ScalarKind::Boolean, text: Text::Raw(span) }))
    }

    fn number_or_day(&mut self) -> Option<Kind> {
        let span = self.run(IN_KEY);
        // Of `.`, `:` and ` 09:30` behind it nothing is plain, of `+` neither; the end of the line will tell.
        let raw = &self.text[span.range()];
        let kind = if raw.len() == 10 && scalar::check_date(raw.as_bytes()) == Some(true) {
            ScalarKind::DateTime
        } else {
            let is_number = raw.len() < 18 && raw.bytes().all(|byte| byte.is_ascii_digit());
            (is_number && (raw.len() == 1 || !raw.starts_with('0'))).then_some(ScalarKind::Integer)?
        };
        Some(Kind::Scalar(Scalar { kind, text: Text::Raw(span) }))
    }

    fn list(&mut self, depth: usize) -> Option<Kind> {
        self.at += 1;
        let mut nodes = Vec::new();
        loop {
            self.blank_lines()?;
            if self.passes(b']') {
                break;
            }
            nodes.push(self.value(depth + 1)?);
            self.blank_lines()?;
            if !self.passes(b',') {
                self.expect(b']')?;
                break;
            }
        }
        Some(Kind::List(nodes))
    }

    /// What may stand between the elements of a list.
    fn blank_lines(&mut self) -> Option<()> {
        loop {
            self.run(BLANK);
            self.comment()?;
            match self.byte() {
                Some(b'\r' | b'\n') => self.end_of_line()?,
                _ => return Some(()),
            }
        }
    }

    fn inline_table(&mut self, depth: usize) -> Option<Kind> {
        self.at += 1;
        let mut table = Table::new(TableForm::Inline);
        let mut keys = Vec::new();
        self.run(BLANK);
        if !self.passes(b'}') {
            loop {
                self.run(BLANK);
                self.keys(&mut keys)?;
                self.equals()?;
                let value = self.value(depth + 1)?;
                insert(&mut table, &mut keys, value, self.text).ok()?;
                self.run(BLANK);
                if !self.passes(b',') {
                    self.expect(b'}')?;
                    break;
                }
            }
        }
        Some(Kind::Table(table))
    }
}

fn string(text: Span) -> Kind {
    Kind::Scalar(Scalar { kind: ScalarKind::String, text: Text::Raw(text) })
}

#[cfg(test)]
mod tests {
    use super::super::{Errors, parse_anything};
    use super::*;
    use proptest::prelude::*;

    /// The tree that is read quickly, which must be what the parser makes of the text; whether there was one.
    fn is_plain(text: &str) -> bool {
        let errors = Errors::new(text);
        let Some(root) = read(Builder::new(text, &errors, &[])) else { return false };
        let parsed = parse_anything(text);
        assert!(!parsed.damaged && parsed.faults.0.is_empty(), "the parser finds fault with {text:?}");
        assert_eq!(format!("{root:?}"), format!("{:?}", parsed.root), "{text:?}");
        true
    }

    #[test]
    fn what_files_of_ours_are_made_of_is_plain() {
        for text in [
            "",
            "# a comment",
            "a = 1\nb.c = \"é\" # why\r\n",
            "[answers.\"1.1.1\"]\ntick = true\nreviewed = 2026-02-28\n",
            "[[site]]\nname = \"\"\n[[site]]\n[site.x]\n[[site.x.y]]\nempty = {}\n",
            "evidence = [\n  { file = \"a\", private = false }, # one\n\n  {file=\"b\"},\n]",
            "count = { done = 0, of.all = 52, on = 2024-02-29 }",
        ] {
            assert!(is_plain(text), "{text:?}");
        }
        for text in [
            include_str!("../../../examples/hazel-house/organisation.toml"),
            include_str!("../../../examples/portfolio.toml"),
        ] {
            assert!(is_plain(text));
        }
    }

    #[test]
    fn everything_else_is_left_to_the_parser() {
        for text in [
            "\u{feff}a = 1",
            "a = 1\ra = 2",
            "a = 1\na = 2",
            "[a]\n[a]",
            "a = 1\n[a.b]",
            "a = [{ b = 1 }]\n[[a]]",
            "a = { b = 1, }",
            "a = { b = 1,\n c = 2 }",
            "a = \"\\n\"",
            "a = \"\"\"b\"\"\"",
            "a = 'b'",
            "a = \"\t\"",
            "a = -1",
            "a = 007",
            "a = 1_000",
            "a = 1.5",
            "a = 12:30:00",
            "a = 2026-02-29",
            "a = 2026-02-01 09:30:00",
            "a = 2026-02-01T09:30:00Z",
            "a = tru",
            "a = truer",
            "a 1",
            "a = ",
            "a.b.c.d.e.f = 1",
            "a = [[[[[[1]]]]]]",
            "a = 99999999999999999999",
            "\"\" = 1",
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
    }

    const PIECES: &[&str] = &[
        "a",
        "b",
        ".",
        " ",
        "=",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "\"",
        "\"x\"",
        "\"\"",
        "#",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "1",
        "0",
        "-",
        "2026-02-03",
        "2026-02-30",
        "true",
        "false",
        "'",
        "\\",
        "é",
        "\u{7f}",
        "T",
        ":",
        "+",
        "_",
        "\u{feff}",
        " = 1\n",
        "a = 1\n",
        "[a]\n",
        "[[a]]\n",
        "[a.b]\n",
        "a.b = {}\n",
        "[\n1,\n]",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn both_readings_are_one(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14)) {
            is_plain(&pieces.concat());
        }

        #[test]
        fn both_readings_of_a_file_with_something_changed_are_one(
            at in any::<prop::sample::Index>(),
            taken in 0..6_usize,
            piece in prop::sample::select(PIECES),
        ) {
            let text = include_str!("../../../examples/hazel-house/organisation.toml");
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.ceil_char_boundary((start + taken).min(text.len()));
            is_plain(&format!("{}{piece}{}", &text[..start], &text[end..]));
        }
    }
}
