//! Reads workbooks without the crate that writes them: ZIP, deflate (RFC 1951), and as much of the XML as the tests ask for.

#![cfg(feature = "xlsx")]

use jiff::civil::date;
use jiff::{Span, ToSpan as _};
use std::collections::BTreeMap;

pub(super) struct Workbook {
    parts: BTreeMap<String, String>,
    strings: Vec<String>,
    /// By cell format: whether it is unlocked, and whether it shows a day.
    formats: Vec<(bool, bool)>,
}

pub(super) struct Sheet<'w> {
    workbook: &'w Workbook,
    pub(super) xml: &'w str,
    /// By row and column: attributes and content of the cell.
    cells: BTreeMap<(usize, usize), (&'w str, &'w str)>,
}

impl Workbook {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let parts: BTreeMap<String, String> = unzip(bytes);
        let strings = elements(&parts["xl/sharedStrings.xml"], "si")
            .map(|(_, body)| decode(&elements(body, "t").map(|(_, text)| text).collect::<String>()))
            .collect();
        let styles = &parts["xl/styles.xml"];
        let days: Vec<&str> = elements(styles, "numFmt")
            .filter(|(attributes, _)| attributes.contains("yy"))
            .filter_map(|(attributes, _)| attribute(attributes, "numFmtId"))
            .collect();
        let (_, formats) = elements(styles, "cellXfs").next().expect("cell formats");
        let formats = elements(formats, "xf")
            .map(|(attributes, body)| {
                let day = attribute(attributes, "numFmtId").is_some_and(|id| days.contains(&id));
                (body.contains("locked=\"0\""), day)
            })
            .collect();
        Self { parts, strings, formats }
    }

    pub(super) fn part(&self, name: &str) -> &str {
        &self.parts[name]
    }

    pub(super) fn is_unlocked(&self, format: usize) -> bool {
        self.formats[format].0
    }

    pub(super) fn sheet(&self, number: usize) -> Sheet<'_> {
        let xml = self.part(&format!("xl/worksheets/sheet{number}.xml"));
        let cells = elements(xml, "c")
            .map(|(attributes, body)| {
                let place = attribute(attributes, "r").expect("a place");
                let (column, row) = place.split_at(place.find(|c: char| c.is_ascii_digit()).expect("a row"));
                let column = column.bytes().fold(0, |at, letter| at * 26 + usize::from(letter - b'A') + 1) - 1;
                ((row.parse().expect("a row"), column), (attributes, body))
            })
            .collect();
        Sheet { workbook: self, xml, cells }
    }
}

impl Sheet<'_> {
    /// The text of a cell, row from 1, column from 0; days as `2026-06-30`.
    pub(super) fn text(&self, row: usize, column: usize) -> String {
        let Some((attributes, body)) = self.cells.get(&(row, column)) else { return String::new() };
        let Some((_, value)) = elements(body, "v").next() else { return String::new() };
        if attribute(attributes, "t") == Some("s") {
            return self.workbook.strings[value.parse::<usize>().expect("an index")].clone();
        }
        if self.workbook.formats[self.style(row, column)].1 {
            let days: Span = value.parse::<i64>().expect("a day").days();
            return date(1899, 12, 30).checked_add(days).expect("a day").to_string();
        }
        value.to_owned()
    }

    pub(super) fn style(&self, row: usize, column: usize) -> usize {
        let cell = self.cells.get(&(row, column));
        cell.and_then(|(attributes, _)| attribute(attributes, "s")).map_or(0, |style| style.parse().expect("an index"))
    }
}

/// Elements of a name, outermost first: attributes and content. Elements of one name do not nest in what is read here.
fn elements<'x>(xml: &'x str, name: &'x str) -> impl Iterator<Item = (&'x str, &'x str)> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(&format!("<{name}"))?;
            let tag = &rest[at + 1 + name.len()..];
            let stop = tag.find('>')?;
            if !tag.starts_with([' ', '/', '>']) {
                rest = tag;
                continue;
            }
            if tag[..stop].ends_with('/') {
                rest = &tag[stop + 1..];
                return Some((&tag[..stop], ""));
            }
            let body = &tag[stop + 1..];
            let end = body.find(&format!("</{name}>"))?;
            rest = &body[end..];
            return Some((&tag[..stop], &body[..end]));
        }
    })
}

fn attribute<'x>(attributes: &'x str, name: &str) -> Option<&'x str> {
    let (_, value) = attributes.split_once(&format!(" {name}=\""))?;
    Some(value.split_once('"')?.0)
}

/// XML's entities and the escapes of spreadsheets, `_x0041_`.
fn decode(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        if let Some(c) = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            out.push_str(&rest[..at]);
            out.push(c);
            rest = &rest[at + 7..];
        } else {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
        }
    }
    out + rest
}

fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    bytes[at..at + length].iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

/// The members of a ZIP file, by its central directory.
fn unzip(bytes: &[u8]) -> BTreeMap<String, String> {
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").expect("a ZIP file");
    let mut at = number(bytes, end + 16, 4);
    let mut parts = BTreeMap::new();
    for _ in 0..number(bytes, end + 10, 2) {
        let [name, extra, comment] = [28, 30, 32].map(|field| number(bytes, at + field, 2));
        let path = std::str::from_utf8(&bytes[at + 46..at + 46 + name]).expect("a name").to_owned();
        let local = number(bytes, at + 42, 4);
        let data = local + 30 + number(bytes, local + 26, 2) + number(bytes, local + 28, 2);
        let data = &bytes[data..data + number(bytes, at + 20, 4)];
        let content = if number(bytes, at + 10, 2) == 8 { inflate(data) } else { data.to_vec() };
        assert_eq!(content.len(), number(bytes, at + 24, 4), "{path}");
        parts.insert(path, String::from_utf8(content).expect("text"));
        at += 46 + name + extra + comment;
    }
    parts
}

struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> usize {
        (0..count).fold(0, |value, place| {
            let bit = (self.bytes[self.at / 8] >> (self.at % 8)) & 1;
            self.at += 1;
            value | (usize::from(bit) << place)
        })
    }
}

/// A canonical Huffman code: how many codes of each length, and the symbols in order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[usize]) -> Self {
        let mut counts = [0; 16];
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        for symbol in &symbols {
            counts[lengths[*symbol]] += 1;
        }
        Self { counts, symbols }
    }

    fn read(&self, bits: &mut Bits<'_>) -> usize {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.take(1);
            if code < first + count {
                return self.symbols[index + code - first];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        panic!("no such code")
    }
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let mut bits = Bits { bytes, at: 0 };
    let mut out = Vec::new();
    loop {
        let last = bits.take(1) == 1;
        let (lengths, split) = match bits.take(2) {
            0 => {
                bits.at = bits.at.next_multiple_of(8);
                let length = bits.take(16);
                bits.take(16);
                out.extend((0..length).map(|_| u8::try_from(bits.take(8)).expect("a byte")));
                (Vec::new(), 0)
            }
            1 => ([vec![8; 144], vec![9; 112], vec![7; 24], vec![8; 8], vec![5; 30]].concat(), 288),
            _ => {
                let (literals, distances, count) = (bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4);
                let mut lengths = [0; 19];
                for place in &ORDER[..count] {
                    lengths[*place] = bits.take(3);
                }
                let code = Code::new(&lengths);
                let mut lengths = Vec::new();
                while lengths.len() < literals + distances {
                    let (value, times) = match code.read(&mut bits) {
                        16 => (*lengths.last().expect("a length"), bits.take(2) + 3),
                        17 => (0, bits.take(3) + 3),
                        18 => (0, bits.take(7) + 11),
                        length => (length, 1),
                    };
                    lengths.extend(std::iter::repeat_n(value, times));
                }
                (lengths, literals)
            }
        };
        if !lengths.is_empty() {
            let (literals, distances) = (Code::new(&lengths[..split]), Code::new(&lengths[split..]));
            loop {
                match literals.read(&mut bits) {
                    256 => break,
                    literal @ 0..256 => out.push(u8::try_from(literal).expect("a byte")),
                    symbol => {
                        let length = match symbol - 257 {
                            short @ 0..8 => short + 3,
                            28 => 258,
                            long => {
                                let extra = long / 4 - 1;
                                ((4 + long % 4) << extra) + 3 + bits.take(extra)
                            }
                        };
                        let distance = match distances.read(&mut bits) {
                            near @ 0..4 => near + 1,
                            far => {
                                let extra = far / 2 - 1;
                                ((2 + far % 2) << extra) + 1 + bits.take(extra)
                            }
                        };
                        for _ in 0..length {
                            out.push(out[out.len() - distance]);
                        }
                    }
                }
            }
        }
        if last {
            return out;
        }
    }
}
