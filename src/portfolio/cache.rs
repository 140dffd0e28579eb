//! What was found out about clients, kept until one of the things it was made of changes.
//!
//! A cache is a text file: a line that says what it is the cache of and when the run that wrote it began, then one line
//! a client: a digest of the rest of the line, the client's path, and as JSON everything that was looked at and what
//! came of it. A line that is damaged, of another version or half-written is no line; a cache never changes a result.

use super::tree::{Uses, short_digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

const MAGIC: &str = "dspt cache 1";

/// A cache as a run found it.
#[derive(Debug, Default)]
pub struct Cache {
    text: String,
    /// Where each client's line lies.
    lines: HashMap<String, std::ops::Range<usize>>,
    /// When the run began that wrote it, in nanoseconds since 1970.
    started: i64,
}

#[derive(Serialize)]
struct RecordOut<'a, T> {
    uses: &'a Uses,
    result: &'a T,
}

#[derive(Deserialize)]
struct RecordIn<T> {
    uses: Uses,
    result: T,
}

impl Cache {
    /// A cache of what `key` says; an empty one where the bytes are something else.
    pub fn read(bytes: Vec<u8>, key: &str) -> Self {
        let Ok(text) = String::from_utf8(bytes) else { return Self::default() };
        let started = text
            .split_once('\n')
            .and_then(|(head, _)| head.strip_prefix(MAGIC)?.strip_prefix(' ')?.split_once(' '))
            .filter(|(of, _)| *of == short_digest(key.as_bytes()))
            .and_then(|(_, started)| started.parse().ok());
        let Some(started) = started else { return Self::default() };
        let mut lines = HashMap::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let range = at..at + line.len();
            at = range.end;
            // A line without its end was cut off.
            let path = line.strip_suffix('\n').and_then(|line| line.get(33..)?.split_once('\t'));
            if let Some((path, _)) = path {
                lines.insert(path.to_owned(), range);
            }
        }
        Self { text, lines, started }
    }

    /// The line of a client, with its end.
    pub fn line(&self, path: &str) -> Option<&str> {
        self.lines.get(path).and_then(|range| self.text.get(range.clone()))
    }

    /// What was found out about a client, if everything it was made of is as it was.
    pub fn find<T: DeserializeOwned>(&self, path: &str, root: &Path) -> Option<T> {
        let line = self.line(path)?.strip_suffix('\n')?;
        let (digest, rest) = line.split_at_checked(32)?;
        let rest = rest.strip_prefix(' ').filter(|rest| short_digest(rest.as_bytes()) == digest)?;
        let (of, json) = rest.split_once('\t')?;
        let record: RecordIn<T> = serde_json::from_str(json).ok()?;
        (of == path && record.uses.hold(root, self.started)).then_some(record.result)
    }

    /// How many clients it has lines of.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// The first line of a cache.
pub fn head(key: &str, started: i64) -> String {
    format!("{MAGIC} {} {started}\n", short_digest(key.as_bytes()))
}

/// The line that remembers a client; none for a path that would not fit into one.
pub fn line<T: Serialize>(path: &str, uses: &Uses, result: &T) -> Option<String> {
    if path.contains(char::is_control) {
        return None;
    }
    let json = serde_json::to_string(&RecordOut { uses, result }).ok()?;
    let rest = format!("{path}\t{json}");
    Some(format!("{} {rest}\n", short_digest(rest.as_bytes())))
}
