//! The names and codes of all clients of a portfolio, to be found in a text in one pass whatever their number.
//!
//! A name is a sequence of words; the beginnings of all sequences are kept by a running digest, so that at each word of
//! a text only those are followed that may still become a name. Case does not count in names, nor do full stops and
//! apostrophes between their words, nor in codes with a digit; a code of letters alone counts in capitals, as a word
//! would not be written.

use super::block::{any, bits, each_block};
use rayon::prelude::*;
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
    /// By the digest of some words: which names they are whole, if they are more than a beginning.
    names: Digests<Vec<Whole>>,
    codes: Digests<Vec<Index>>,
    firsts: Firsts,
    digest: String,
}

/// A name as it is looked for, and who has it.
#[derive(Debug)]
struct Whole {
    words: Box<str>,
    clients: Vec<Index>,
}

/// A name as it is looked for, with the digests of its first word and of all its beginnings, the last of which it is
/// itself.
struct Searched {
    words: Box<str>,
    first: u64,
    beginnings: Vec<u64>,
}

impl Searched {
    fn of(words: &[String]) -> Self {
        let mut digest = 0;
        let mut begin = |word: &String| {
            digest = step(digest, word_digest(word));
            digest
        };
        let beginnings = words.iter().map(&mut begin).collect();
        Self { words: words.join(" ").into(), first: words.first().map_or(0, |word| word_digest(word)), beginnings }
    }
}

/// Which words may begin a name: two bits each, so that nearly every word of a text is passed by at a glance.
#[derive(Debug, Default)]
struct Firsts {
    bits: Vec<u64>,
}

impl Firsts {
    fn of(mut digests: Vec<u64>) -> Self {
        digests.sort_unstable();
        digests.dedup();
        let mut made = Self { bits: vec![0; (digests.len() / 4).next_power_of_two().max(16)] };
        for digest in digests {
            let (at, both) = made.place(digest);
            made.bits[at] |= both;
        }
        made
    }

    fn may_hold(&self, digest: u64) -> bool {
        let (at, both) = self.place(digest);
        self.bits.get(at).is_some_and(|bits| bits & both == both)
    }

    fn place(&self, digest: u64) -> (usize, u64) {
        let at = usize::try_from(digest >> 38).unwrap_or(usize::MAX) & self.bits.len().wrapping_sub(1);
        (at, 1 << (digest >> 32 & 63) | 1 << (digest >> 26 & 63))
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
        let begins = |own: &str| own.strip_prefix(words).is_some_and(|behind| behind.starts_with(' '));
        self.names.iter().any(|own| own.match_indices(' ').any(|(at, _)| begins(&own[at + 1..])))
    }
}

impl Neighbours {
    pub fn new(clients: Vec<Neighbour>) -> Self {
        let mut made = Self::default();
        let mut digest = Sha256::new();
        let names = |client: &Neighbour| -> Vec<Searched> {
            let names = std::iter::once(&client.name).chain(&client.aliases);
            names.flat_map(|name| searched(name)).map(|words| Searched::of(&words)).collect()
        };
        let named: Vec<_> = clients.par_iter().map(names).collect();
        made.names.reserve(named.iter().flatten().map(|name| name.beginnings.len()).sum());
        made.firsts = Firsts::of(named.iter().flatten().map(|name| name.first).collect());
        for (at, (client, names)) in clients.iter().zip(named).enumerate() {
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
            for name in names {
                made.add(at, name);
            }
        }
        made.digest = digest.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        made.clients = clients;
        made
    }

    fn add(&mut self, at: Index, name: Searched) {
        let Some((whole, beginnings)) = name.beginnings.split_last() else { return };
        for beginning in beginnings {
            self.names.entry(*beginning).or_default();
        }
        let known = self.names.entry(*whole).or_default();
        match known.iter_mut().find(|known| known.words == name.words) {
            Some(known) if known.clients.last() == Some(&at) => {}
            Some(known) => known.clients.push(at),
            None => known.push(Whole { words: name.words, clients: vec![at] }),
        }
    }

    /// What all names together are known by.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every client but the own one that a text names, in the order of the text; the longest name where several begin at
    /// one word.
    pub fn find(&self, text: &str, own: &Own) -> Vec<Named<'_>> {
        let mut search = Search::new(self, own, text);
        each_word(text, |word| {
            if !search.begun.is_empty() || word.may_be_code || self.firsts.may_hold(word.digest) {
                search.look(&word);
            }
        });
        let mut found = search.found;
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

/// A search through a text, behind some word of it.
struct Search<'s> {
    all: &'s Neighbours,
    own: &'s Own,
    text: &'s str,
    found: Vec<(Index, Range<usize>)>,
    /// Beginnings of names that the last word belonged to: their digest and where they begin.
    begun: Vec<(u64, usize)>,
    next: Vec<(u64, usize)>,
    /// Where the word ended that they were begun with, or went on with.
    end: usize,
    /// Digests of names that are nobody's but the own one's, which stand in nearly every text.
    own_only: Vec<u64>,
}

impl<'s> Search<'s> {
    fn new(all: &'s Neighbours, own: &'s Own, text: &'s str) -> Self {
        let (found, begun, next, own_only) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { all, own, text, found, begun, next, end: 0, own_only }
    }

    /// Looks at a word that goes on with a name, or may begin one or be a code. Few words are, and all others should not
    /// pay for it.
    #[inline(never)]
    fn look(&mut self, word: &Word) {
        if !self.begun.is_empty() && parts(&self.text[self.end..word.range.start]) {
            self.begun.clear();
        }
        self.end = word.range.end;
        if word.may_be_code {
            let spelled = &self.text[word.range.clone()];
            let is_code = |code: &str| code.trim().eq_ignore_ascii_case(spelled);
            let whose = self.all.codes.get(&exact(spelled)).into_iter().flatten();
            let whose = whose.filter(|at| is_code(&self.all.clients[**at as usize].code));
            if !self.own.codes.iter().any(|own| own.eq_ignore_ascii_case(spelled)) {
                self.found.extend(whose.map(|at| (*at, word.range.clone())));
            }
        }
        self.begun.push((0, word.range.start));
        self.next.clear();
        for at in 0..self.begun.len() {
            let (beginning, start) = self.begun[at];
            let digest = step(beginning, word.digest);
            let Some(whole) = self.all.names.get(&digest) else { continue };
            self.next.push((digest, start));
            // A word by itself is a name where it is written as one.
            let is_alone = start == word.range.start;
            let is_written_so = !is_alone || self.text[start..].starts_with(char::is_uppercase);
            if !whole.is_empty() && is_written_so && !self.own_only.contains(&digest) {
                self.name(digest, whole, start..word.range.end);
            }
        }
        std::mem::swap(&mut self.begun, &mut self.next);
    }

    /// Words with the digest of some names.
    fn name(&mut self, digest: u64, names: &[Whole], words: Range<usize>) {
        let mut others = names.iter().filter(|name| !self.own.has_in_its_name(&name.words)).peekable();
        if others.peek().is_none() {
            self.own_only.push(digest);
            return;
        }
        let said = folded(&self.text[words.clone()]).join(" ");
        for name in others.filter(|name| *name.words == *said) {
            self.found.extend(name.clients.iter().map(|at| (*at, words.clone())));
        }
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

/// Tells the words of a text in their order: runs of letters and digits, and `&`, which is a word.
fn each_word(text: &str, mut take: impl FnMut(Word)) {
    let bytes = text.as_bytes();
    // Where the run begins that the block before ended in, and whether there may be something odd in it.
    let mut open: Option<usize> = None;
    let mut was_odd = false;
    each_block(bytes, |begin, block, _| {
        let mut part = bits(block, is_part);
        let has_odd = any(block, is_odd);
        if let Some(start) = open {
            let length = part.trailing_ones();
            was_odd |= has_odd;
            let Some(behind) = u64::MAX.checked_shl(length) else { return };
            take_run(text, start..begin + length as usize, was_odd, &mut take);
            part &= behind;
        }
        (open, was_odd) = (None, has_odd);
        while part != 0 {
            let start = part.trailing_zeros();
            let end = start + (part >> start).trailing_ones();
            let run = begin + start as usize..begin + end as usize;
            let Some(behind) = u64::MAX.checked_shl(end) else {
                open = Some(run.start);
                return;
            };
            take_run(text, run, has_odd, &mut take);
            part &= behind;
        }
    });
    if let Some(start) = open {
        take_run(text, start..bytes.len(), true, &mut take);
    }
}

#[inline]
fn take_run(text: &str, run: Range<usize>, is_odd: bool, take: &mut impl FnMut(Word)) {
    if is_odd { each_word_apart(text, run, take) } else { take(word_of(text.as_bytes(), run)) }
}

/// Whether a byte is part of a word.
fn is_part(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10) | is_odd(byte)
}

/// Whether a byte is part of a word, but none of the plain ones: of a character beyond ASCII, or `&`.
fn is_odd(byte: u8) -> bool {
    (byte >= 0x80) | (byte == b'&')
}

/// The words of a run that may have `&` in it, or letters beyond ASCII: a typographic apostrophe, dash or blank parts
/// words as its plain fellow does.
#[cold]
fn each_word_apart(text: &str, run: Range<usize>, take: &mut impl FnMut(Word)) {
    let (bytes, mut start) = (text.as_bytes(), run.start);
    while start < run.end {
        let rest = &text[start..run.end];
        let parting = rest.char_indices().find(|(_, c)| !c.is_alphanumeric());
        let (length, behind) = parting.map_or((rest.len(), rest.len()), |(at, c)| (at, at + c.len_utf8()));
        let word = &rest[..length];
        if word.is_ascii() && !word.is_empty() {
            take(word_of(bytes, start..start + length));
        } else if !word.is_empty() {
            take(Word { range: start..start + length, digest: word_digest(word), may_be_code: false });
        }
        if rest[length..behind] == *"&" {
            take(Word { range: start + length..start + behind, digest: word_digest("and"), may_be_code: false });
        }
        start += behind;
    }
}

/// A word of ASCII letters and digits.
#[inline(always)]
fn word_of(bytes: &[u8], range: Range<usize>) -> Word {
    // Both bits are set in a small letter, one in a capital or digit: most words are seen to be no code by their first
    // eight letters, and long ones by their last.
    const SMALL: u64 = 0x6060_6060_6060_6060;
    let length = range.len();
    let first = eight(&bytes[range.start..], length);
    let is_small = |letters: u64| letters & SMALL == SMALL & within(length);
    let is_small = is_small(first) && (length <= 8 || is_small(eight(&bytes[range.end - 8..], length)));
    let may_be_code = !is_small && (4..=12).contains(&length) && is_spelled_as_code(&bytes[range.clone()]);
    Word { range, digest: mixed(first, length), may_be_code }
}

/// Capitals, or letters and digits.
fn is_spelled_as_code(word: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| word.iter().any(is);
    if has(u8::is_ascii_digit) { has(u8::is_ascii_alphabetic) } else { !has(u8::is_ascii_lowercase) }
}

/// The first eight bytes of a word of so many, zeros behind its end.
#[inline]
fn eight(bytes: &[u8], length: usize) -> u64 {
    let first = match bytes.first_chunk() {
        Some(first) => u64::from_le_bytes(*first),
        None => bytes.iter().rev().fold(0, |first, byte| first << 8 | u64::from(*byte)),
    };
    first & within(length)
}

/// The bits of the first so many of eight bytes.
#[inline]
fn within(length: usize) -> u64 {
    if length < 8 { (1 << (8 * length)) - 1 } else { u64::MAX }
}

/// The digest of a word without its case: of its first eight bytes and its length, which tell nearly all words apart;
/// what has the digest of a name is compared with it.
fn mixed(first: u64, length: usize) -> u64 {
    // The bit that parts small letters from capitals is set in digits too.
    step(first | 0x2020_2020_2020_2020, length as u64)
}

/// The digest of any word without its case.
fn word_digest(word: &str) -> u64 {
    let digest = |word: &str| mixed(eight(word.as_bytes(), word.len()), word.len());
    if word.is_ascii() { digest(word) } else { digest(&word.to_lowercase()) }
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
    let mut words = Vec::new();
    each_word(name, |word| {
        let spelled = &name[word.range];
        words.push(if spelled == "&" { "and".to_owned() } else { spelled.to_lowercase() });
    });
    words
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn words_are_runs_of_letters_and_digits(text in "([a-zA-Z0-9]{0,14}[ .&/é’À–\n]{0,2}){0,40}") {
            let mut found = Vec::new();
            each_word(&text, |word| found.push((text[word.range].to_owned(), word.digest, word.may_be_code)));
            let apart = text.replace('&', " & ");
            let words = apart.split(|c: char| !c.is_alphanumeric() && c != '&').filter(|word| !word.is_empty());
            let expected: Vec<_> = words
                .map(|word| {
                    let has = |is: fn(&u8) -> bool| word.bytes().any(|byte| is(&byte));
                    let (small, capital) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
                    let is_spelled_so = if has(u8::is_ascii_digit) { small || capital } else { capital && !small };
                    let may_be_code = word.is_ascii() && is_spelled_so && (4..=12).contains(&word.len());
                    (word.to_owned(), word_digest(if word == "&" { "and" } else { word }), may_be_code)
                })
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
