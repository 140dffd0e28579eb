//! The names and codes of all clients of a portfolio, to be found in a text in one pass whatever their number.
//!
//! A name is a sequence of words; the beginnings of all sequences are kept by a running digest, so that at each word of
//! a text only those are followed that may still become a name. Case does not count in names, nor do full stops and
//! apostrophes between their words, nor in codes with a digit; a code of letters alone counts in capitals, as a word
//! would not be written.

use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::LazyLock;

/// Words behind a name that say what kind of company it is.
const LEGAL: &str = "ltd limited plc llp lp cic cio co company inc incorporated uk holdings t a";

/// Words behind a name that many of a trade have: what stands before them is searched for too, if it is two words.
const TRADE: &str = "care group services service homes home healthcare solutions support agency trust charity association society partnership partners organisation and";

/// What stands between the name of a company and the one that it is known by.
const TRADING: &[&str] = &[" t/a ", " trading as "];

/// Words of the field and of every text: a name of nothing but these is not searched for, nor a code that is one.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_words.txt").split_whitespace().collect());

/// One client by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    pub code: String,
    /// The name that it is called by where it is found.
    pub name: String,
    pub aliases: Vec<String>,
}

/// A digest is one already.
#[derive(Debug, Default, Clone, Copy)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = step(self.0, u64::from(*byte));
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}

type Digests<T> = HashMap<u64, T, BuildHasherDefault<Same>>;

fn step(digest: u64, with: u64) -> u64 {
    let mixed = (digest ^ with).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// A client by its place in the list.
type Index = u32;

/// The names of all clients.
#[derive(Debug, Default)]
pub struct Neighbours {
    clients: Vec<Neighbour>,
    /// By the digest of some words: whose whole name they are, if they are more than a beginning.
    names: Digests<Vec<(Index, Box<str>)>>,
    codes: Digests<Vec<Index>>,
    firsts: Firsts,
    digest: String,
}

/// Which words may begin a name: a bit each, so that nearly every word of a text is passed by at a glance.
#[derive(Debug, Default)]
struct Firsts {
    bits: Vec<u64>,
}

impl Firsts {
    fn of(digests: &[u64]) -> Self {
        let mut made = Self { bits: vec![0; (digests.len() / 4).next_power_of_two().max(16)] };
        for digest in digests {
            let (at, bit) = made.place(*digest);
            made.bits[at] |= bit;
        }
        made
    }

    fn may_hold(&self, digest: u64) -> bool {
        let (at, bit) = self.place(digest);
        self.bits.get(at).is_some_and(|bits| bits & bit != 0)
    }

    fn place(&self, digest: u64) -> (usize, u64) {
        let at = usize::try_from(digest >> 38).unwrap_or(usize::MAX) & self.bits.len().wrapping_sub(1);
        (at, 1 << (digest >> 32 & 63))
    }
}

/// A client that a text names, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'n> {
    pub who: &'n Neighbour,
    pub range: Range<usize>,
}

/// What a client may call itself.
#[derive(Debug, Clone, Default)]
pub struct Own {
    codes: Vec<String>,
    /// Sequences of words with a blank before, between and behind.
    names: Vec<String>,
}

impl Own {
    /// Its codes, and its names whole.
    pub fn new<'t>(codes: impl IntoIterator<Item = &'t str>, names: impl IntoIterator<Item = &'t str>) -> Self {
        Self {
            codes: codes.into_iter().map(str::to_owned).collect(),
            names: names.into_iter().flat_map(forms).map(|words| format!(" {} ", words.join(" "))).collect(),
        }
    }

    /// Whether some words are part of what the client calls itself.
    fn has_in_its_name(&self, words: &str) -> bool {
        self.names.iter().any(|own| {
            own.match_indices(words).any(|(at, _)| own[..at].ends_with(' ') && own[at + words.len()..].starts_with(' '))
        })
    }
}

impl Neighbours {
    pub fn new(clients: Vec<Neighbour>) -> Self {
        let mut made = Self::default();
        let mut digest = Sha256::new();
        let mut firsts = Vec::new();
        for (at, client) in clients.iter().enumerate() {
            let at = Index::try_from(at).unwrap_or(Index::MAX);
            for text in [&client.code, &client.name].into_iter().chain(&client.aliases) {
                digest.update(text.as_bytes());
                digest.update([0]);
            }
            digest.update([1]);
            let code = client.code.trim();
            if is_code(&code.to_ascii_uppercase()) {
                made.codes.entry(exact(code)).or_default().push(at);
            }
            for name in std::iter::once(&client.name).chain(&client.aliases) {
                for words in searched(name) {
                    firsts.extend(words.first().map(|word| step(0, word_digest(word))));
                    made.add(at, &words);
                }
            }
        }
        made.digest = digest.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        made.firsts = Firsts::of(&firsts);
        made.clients = clients;
        made
    }

    fn add(&mut self, at: Index, words: &[String]) {
        let mut digest = 0;
        for (index, word) in words.iter().enumerate() {
            digest = step(digest, word_digest(word));
            let known = self.names.entry(digest).or_default();
            if index + 1 == words.len() {
                let whole: Box<str> = words.join(" ").into();
                if !known.iter().any(|(other, words)| *other == at && *words == whole) {
                    known.push((at, whole));
                }
            }
        }
    }

    /// What all names together are known by.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every client but the own one that a text names, in the order of the text; the longest name where several begin at
    /// one word.
    pub fn find(&self, text: &str, own: &Own) -> Vec<Named<'_>> {
        let mut found: Vec<(Index, Range<usize>)> = Vec::new();
        // Beginnings of names that the last word belonged to: their digest and where they begin.
        let mut begun: Vec<(u64, usize)> = Vec::new();
        let mut next: Vec<(u64, usize)> = Vec::new();
        let mut before = 0;
        for Word { range: word, digest, may_be_code } in words(text) {
            let first = step(0, digest);
            let is_begun = !begun.is_empty();
            if !is_begun && !may_be_code && !self.firsts.may_hold(first) {
                before = word.end;
                continue;
            }
            if is_begun && parts(&text[before..word.start]) {
                begun.clear();
            }
            before = word.end;
            let spelled = &text[word.clone()];
            if may_be_code {
                let whose = self.codes.get(&exact(spelled)).into_iter().flatten();
                for at in whose.filter(|at| self.clients[**at as usize].code.trim().eq_ignore_ascii_case(spelled)) {
                    if !own.codes.iter().any(|own| own.eq_ignore_ascii_case(spelled)) {
                        found.push((*at, word.clone()));
                    }
                }
            }
            begun.push((0, word.start));
            next.clear();
            for (beginning, start) in begun.drain(..) {
                let digest = step(beginning, digest);
                let Some(whole) = self.names.get(&digest) else { continue };
                next.push((digest, start));
                if whole.is_empty() {
                    continue;
                }
                // A word by itself is a name where it is written as one.
                let is_alone = start == word.start;
                if is_alone && !text[start..].starts_with(char::is_uppercase) {
                    continue;
                }
                let others = whole.iter().filter(|(_, name)| !own.has_in_its_name(name));
                let mut others = others.peekable();
                if others.peek().is_some() {
                    let said = folded(&text[start..word.end]).join(" ");
                    found.extend(others.filter(|(_, name)| **name == *said).map(|(at, _)| (*at, start..word.end)));
                }
            }
            std::mem::swap(&mut begun, &mut next);
        }
        // The longest name that begins at a word is the one that is meant.
        found.sort_by(|a, b| (a.1.start, b.1.end, a.0).cmp(&(b.1.start, a.1.end, b.0)));
        let mut kept: Vec<Named<'_>> = Vec::new();
        for (at, range) in found {
            if kept.last().is_none_or(|last| range.start >= last.range.end) {
                kept.push(Named { who: &self.clients[at as usize], range });
            }
        }
        kept
    }
}

/// Whether what stands between two words parts them: the end of a sentence or paragraph, or of a directory's name.
fn parts(between: &str) -> bool {
    let mut lines = 0;
    between.len() > 12
        || between.chars().any(|c| {
            lines += usize::from(c == '\n');
            lines > 1 || matches!(c, '!' | '?' | ';' | ':' | '/' | '\\' | '|' | '(' | ')' | '"')
        })
}

/// A word of a text: where it stands, and the digest of it without its case.
struct Word {
    range: Range<usize>,
    digest: u64,
    /// Whether it is spelled as a code is.
    may_be_code: bool,
}

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;
/// Part of a character beyond ASCII.
const WIDE: u8 = 8;
/// `&`, which is a word by itself.
const AND: u8 = 16;

/// What each byte is to a word; nothing for what is in none.
#[expect(clippy::cast_possible_truncation, reason = "bytes are counted up to 255")]
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        letters[byte] = match byte as u8 {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            b'&' => AND,
            0x80.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    letters
};

fn letter(byte: u8) -> u8 {
    LETTERS[usize::from(byte)]
}

/// Whether a word goes on with it: anything but nothing and `&`, told by one comparison.
fn is_part(kind: u8) -> bool {
    kind.wrapping_sub(1) < AND - 1
}

/// The words of a text, where they stand: runs of letters and digits, and `&`, which is a word.
struct Words<'t> {
    text: &'t str,
    at: usize,
}

fn words(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

impl Iterator for Words<'_> {
    type Item = Word;

    // Every byte of every client's answers goes through here.
    #[inline]
    fn next(&mut self) -> Option<Word> {
        let bytes = self.text.as_bytes();
        loop {
            let mut start = self.at;
            while letter(*bytes.get(start)?) == 0 {
                start += 1;
            }
            let (mut end, mut kinds) = (start, 0);
            while let Some(kind) = bytes.get(end).map(|byte| letter(*byte)).filter(|kind| is_part(*kind)) {
                kinds |= kind;
                end += 1;
            }
            if end == start {
                self.at = start + 1;
                return Some(Word { range: start..self.at, digest: word_digest("and"), may_be_code: false });
            }
            self.at = end;
            if kinds & WIDE != 0 {
                match self.cut(start) {
                    Some(word) => return Some(word),
                    None => continue,
                }
            }
            let letters = kinds & (SMALL | CAPITAL);
            let may_be_code =
                (letters == CAPITAL || letters != 0 && kinds & DIGIT != 0) && (4..=12).contains(&(end - start));
            return Some(Word { range: start..end, digest: digest_of(&bytes[start..], end - start), may_be_code });
        }
    }
}

impl Words<'_> {
    /// A word with letters beyond ASCII, as far as it is one: a typographic apostrophe, dash or blank parts words as its
    /// plain fellow does. None where nothing stands before that.
    #[cold]
    fn cut(&mut self, start: usize) -> Option<Word> {
        let word = &self.text[start..self.at];
        let cut = word.char_indices().find(|(_, c)| !c.is_alphanumeric());
        let word = cut.map_or(word, |(cut, _)| &word[..cut]);
        self.at = cut.map_or(self.at, |(cut, c)| start + cut + c.len_utf8());
        let found = Word { range: start..start + word.len(), digest: word_digest(word), may_be_code: false };
        (!word.is_empty()).then_some(found)
    }
}

/// The digest of a word of letters and digits without its case: of its first eight bytes and its length, which tell
/// nearly all words apart; what has the digest of a name is compared with it.
fn digest_of(bytes: &[u8], length: usize) -> u64 {
    let first = if let Some(first) = bytes.first_chunk::<8>() {
        u64::from_le_bytes(*first)
    } else {
        let mut first = [0; 8];
        first[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(first)
    };
    let first = if length < 8 { first & ((1 << (8 * length)) - 1) } else { first };
    // The bit that parts small letters from capitals is set in digits too.
    step(first | 0x2020_2020_2020_2020, length as u64)
}

/// The digest of any word without its case.
fn word_digest(word: &str) -> u64 {
    if word.is_ascii() {
        return digest_of(word.as_bytes(), word.len());
    }
    let lower = word.to_lowercase();
    digest_of(lower.as_bytes(), lower.len())
}

/// The digest of a code without its case.
fn exact(code: &str) -> u64 {
    code.bytes().fold(0xc0de, |digest, byte| step(digest, u64::from(byte.to_ascii_uppercase())))
}

/// Whether a word may be a code that is worth looking for: capitals and digits, four or more, not all digits and no word
/// of every text.
fn is_code(word: &str) -> bool {
    (4..=12).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
        && (word.bytes().any(|byte| byte.is_ascii_digit()) || !is_common(&word.to_lowercase()))
}

fn is_among(word: &str, list: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

fn is_common(word: &str) -> bool {
    COMMON.contains(word) || word.len() == 1 || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a name in lower case.
fn folded(name: &str) -> Vec<String> {
    let spelled = words(name).map(|word| &name[word.range]);
    spelled.map(|word| if word == "&" { "and".to_owned() } else { word.to_lowercase() }).collect()
}

/// A name whole, and what people leave of it: without what stands in brackets, up to there, and on either side of
/// "trading as".
fn forms(name: &str) -> Vec<Vec<String>> {
    let mut found = vec![folded(name)];
    let mut add = |text: &str| {
        let words = folded(text);
        if !words.is_empty() && !found.contains(&words) {
            found.push(words);
        }
    };
    let lower = name.to_ascii_lowercase();
    let cut = TRADING.iter().find_map(|word| Some((lower.find(word)?, word.len())));
    let sides = cut.map_or((Some(name), None), |(at, length)| {
        // A person who trades under a name shares the own one with many others; a company does not.
        let is_company = folded(&name[..at]).last().is_some_and(|last| is_among(last, LEGAL));
        (is_company.then_some(&name[..at]), Some(&name[at + length..]))
    });
    for side in [sides.0, sides.1].into_iter().flatten() {
        add(side);
        let Some((before, rest)) = side.split_once('(') else { continue };
        add(before);
        if let Some((_, behind)) = rest.split_once(')') {
            add(&format!("{before} {behind}"));
        }
    }
    found
}

/// The sequences of words by which a name is looked for.
fn searched(name: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = forms(name).into_iter().flat_map(shortened).collect();
    found.sort();
    found.dedup();
    found
}

/// Some words of a name, and what is left of them without the kind of company and the trade.
fn shortened(mut words: Vec<String>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let is_worth = |words: &[String]| {
        let telling: usize = words.iter().filter(|word| !is_common(word)).map(|word| word.chars().count()).sum();
        // One short word is as likely to be anything else.
        telling > 0 && (words.len() > 1 || telling >= 4)
    };
    if is_worth(&words) {
        found.push(words.clone());
    }
    let is_bare = |words: &[String]| match words {
        [.., before, last] => before != "and" && is_among(last, LEGAL),
        _ => false,
    };
    while is_bare(&words) {
        words.pop();
    }
    if is_worth(&words) {
        found.push(words.clone());
    }
    while words.len() > 2 && words.last().is_some_and(|last| is_among(last, TRADE)) {
        words.pop();
        // What people leave out of a name is its end; what is left must still tell.
        if is_worth(&words) && words.iter().filter(|word| !is_common(word)).count() > 0 {
            found.push(words.clone());
        }
    }
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours(names: &[(&str, &str, &[&str])]) -> Neighbours {
        let client = |(code, name, aliases): &(&str, &str, &[&str])| Neighbour {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        };
        Neighbours::new(names.iter().map(client).collect())
    }

    fn found(all: &Neighbours, text: &str) -> Vec<String> {
        let own = Own::new(["AOWN"], ["Own House Ltd", "Sunrise Care Annexe"]);
        all.find(text, &own).into_iter().map(|named| text[named.range].to_owned()).collect()
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let all = neighbours(&[
            ("A1B2", "Bluebell Grange Care Ltd", &["The Old Rectory"]),
            ("VXYZ", "St. Mary's & Co Limited", &[]),
            ("A3B3", "Élan Vital", &[]),
            ("A4B4", "Caremark Ltd", &[]),
            ("vab7m", "Elm Lodge Nursing Home (Calder Staithe) Ltd", &[]),
            ("VABC", "J. Singh t/a Orchard Mews", &["Own House (South)"]),
        ]);
        for (text, expected) in [
            ("Copied from Bluebell Grange Care Ltd.", vec!["Bluebell Grange Care Ltd"]),
            ("as at BLUEBELL  grange", vec!["BLUEBELL  grange"]),
            ("Bluebell Grange Care's policy", vec!["Bluebell Grange Care"]),
            ("evidence/bluebell-grange_policy.pdf", vec!["bluebell-grange"]),
            ("The Bluebell\nGrange files", vec!["Bluebell\nGrange"]),
            ("Bluebell. Grangers", vec![]),
            ("a bluebell", vec![]),
            ("bluebells grange", vec![]),
            ("bluebell (grange)", vec![]),
            ("the old rectory, A1B2 and a1b2 and XA1B2", vec!["the old rectory", "A1B2", "a1b2"]),
            ("evidence/vab7m-breach.md, VABC and vabc", vec!["vab7m", "VABC"]),
            ("Like Elm Lodge Nursing Home (Calder Staithe) Ltd.", vec!["Elm Lodge Nursing Home"]),
            ("Elm Lodge Nursing Home Ltd", vec!["Elm Lodge Nursing Home Ltd"]),
            ("J. Singh t/a Orchard Mews", vec!["Orchard Mews"]),
            ("(the orchard mews)", vec!["orchard mews"]),
            ("Own House Ltd (North), own house", vec![]),
            ("St Mary’s and co", vec!["St Mary’s and co"]),
            ("ÉLAN VITAL élan", vec!["ÉLAN VITAL"]),
            ("We use Caremark, CAREMARK and caremark.", vec!["Caremark", "CAREMARK"]),
            ("Own House Ltd, AOWN", vec![]),
        ] {
            assert_eq!(found(&all, text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_common_or_the_clients_own_is_not() {
        let all = neighbours(&[
            ("CARE", "The Care Home Ltd", &["Home Care Services", "Own House", "IT"]),
            ("8338", "Sunrise Care", &["Ash"]),
        ]);
        for text in ["CARE at the care home, home care services, IT", "8338 ash", "Own House", "Sunrise Care Annexe"] {
            assert_eq!(found(&all, text), Vec::<String>::new(), "{text}");
        }
        let stranger = Own::new(["AOWN"], ["Own House Ltd"]);
        assert_eq!(all.find("Sunrise Care Annexe", &stranger).len(), 1);
    }

    #[test]
    fn the_digest_is_that_of_all_names() {
        let of = |names: &[(&str, &str, &[&str])]| neighbours(names).digest().to_owned();
        assert_ne!(of(&[("A1B2", "a", &["b"])]), of(&[("A1B2", "a", &[]), ("b", "", &[])]));
        assert_eq!(of(&[("A1B2", "a", &[])]), of(&[("A1B2", "a", &[])]));
    }
}
