//! What git stores of files whose line ends it converts: digests are taken over that, so that they hold on every
//! platform.

use super::{Id, Repository};
use crate::tree::{Entry, Tree, TreeError};
use git2::{AttrCheckFlags, AttrValue};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// What git does to the line ends of a file when it stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conversion {
    None,
    /// Where the file looks like text, and git does not hold it with such line ends already.
    Auto,
    Always,
}

impl Repository {
    /// SHA-256 of what git stores, or would store, of a file in the work tree, where its line ends are converted on the
    /// way. None where git stores it as it is.
    pub fn sha256_stored(&self, path: &str, work: &dyn Tree) -> Option<String> {
        let full = self.full(path);
        let Ok(Entry::File { size }) = work.entry(path) else { return None };
        if let Some((id, stored)) = self.in_index(&full) {
            // The same number of bytes: nothing was converted, or another change hides it.
            if size == stored {
                return None;
            }
            // Each line end grows by one byte: nothing else needs to be read.
            let is_longer = size > stored && size <= 2 * stored;
            if is_longer
                && let Ok(there) = work.read(path, size)
                && let Some(digest) = self.sha256_unmodified(&full, id, &there)
            {
                return Some(digest);
            }
        }
        if self.conversion(&full) == Conversion::None {
            return None;
        }
        self.sha256_of_stored(path, &work.read(path, size).ok()?)
    }

    /// The same of bytes that are to stand at a path of the workspace.
    pub fn sha256_of_stored(&self, path: &str, bytes: &[u8]) -> Option<String> {
        let full = self.full(path);
        let counts = Counts::of(bytes);
        let converted = counts.line_ends > 0
            && match self.conversion(&full) {
                Conversion::None => false,
                Conversion::Always => true,
                Conversion::Auto => !counts.is_binary() && !self.is_stored_with_returns(&full),
            };
        converted.then(|| format!("{:x}", Sha256::digest(with_plain_ends(bytes).collect::<Vec<u8>>())))
    }

    /// The digest of a file's object, where the file in the work tree differs from it by line ends that git calls
    /// unmodified.
    fn sha256_unmodified(&self, full: &str, id: Id, there: &[u8]) -> Option<String> {
        let repository = self.handle();
        let blob = repository.find_blob(id).ok()?;
        let is_blob = with_plain_ends(there).eq(blob.content().iter().copied());
        let unmodified = is_blob && repository.status_file(Path::new(full)).is_ok_and(|status| status.is_empty());
        unmodified.then(|| format!("{:x}", Sha256::digest(blob.content())))
    }

    /// The object of a file in git's index, and its size in bytes.
    fn in_index(&self, full: &str) -> Option<(Id, u64)> {
        let repository = self.handle();
        let id = repository.index().ok()?.get_path(Path::new(full), 0)?.id;
        let (size, _) = repository.odb().ok()?.read_header(id).ok()?;
        Some((id, size as u64))
    }

    fn is_stored_with_returns(&self, full: &str) -> bool {
        let Some((id, _)) = self.in_index(full) else { return false };
        let repository = self.handle();
        let Ok(blob) = repository.find_blob(id) else { return false };
        let counts = Counts::of(blob.content());
        counts.line_ends > 0 && !counts.is_binary()
    }

    /// By git's attributes for the file, else by `core.autocrlf`.
    fn conversion(&self, full: &str) -> Conversion {
        let repository = self.handle();
        let attribute = |name: &str| {
            let found = repository.get_attr_bytes(Path::new(full), name, AttrCheckFlags::FILE_THEN_INDEX);
            AttrValue::always_bytes(found.ok().flatten())
        };
        let text = match attribute("text") {
            AttrValue::Unspecified => attribute("crlf"),
            said => said,
        };
        match text {
            AttrValue::True | AttrValue::Bytes(b"input") => Conversion::Always,
            AttrValue::False => Conversion::None,
            AttrValue::Bytes(b"auto") => Conversion::Auto,
            AttrValue::Bytes(_) | AttrValue::String(_) | AttrValue::Unspecified => match attribute("eol") {
                AttrValue::Bytes(b"lf" | b"crlf") => Conversion::Always,
                _ => {
                    let setting = repository.config().and_then(|mut config| config.snapshot());
                    let is_set = setting.is_ok_and(|config| {
                        config.get_bool("core.autocrlf").unwrap_or(false)
                            || config.get_str("core.autocrlf").is_ok_and(|text| text.eq_ignore_ascii_case("input"))
                    });
                    if is_set { Conversion::Auto } else { Conversion::None }
                }
            },
        }
    }
}

/// What git counts in a file to tell text from everything else.
#[derive(Debug, Default)]
struct Counts {
    printable: usize,
    unprintable: usize,
    zeros: usize,
    /// Carriage returns without a line feed after them.
    lone: usize,
    /// Carriage returns with one.
    line_ends: usize,
}

impl Counts {
    fn of(bytes: &[u8]) -> Self {
        let mut counts = Self::default();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => counts.line_ends += 1,
                b'\r' => counts.lone += 1,
                b'\n' => {}
                // Backspace, tab, escape and form feed are text.
                0x08 | b'\t' | 0x1b | 0x0c => counts.printable += 1,
                0 => {
                    counts.zeros += 1;
                    counts.unprintable += 1;
                }
                0x01..0x20 | 0x7f => counts.unprintable += 1,
                _ => counts.printable += 1,
            }
        }
        // The end-of-file mark of old systems is no character of the text.
        if bytes.last() == Some(&0x1a) {
            counts.unprintable -= 1;
        }
        counts
    }

    fn is_binary(&self) -> bool {
        self.lone > 0 || self.zeros > 0 || self.printable / 128 < self.unprintable
    }
}

/// Bytes with each CRLF as LF.
fn with_plain_ends(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let is_end = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    (0..bytes.len()).filter(move |at| !is_end(*at)).map(|at| bytes[at])
}

/// A work tree whose files have the digests of what git stores.
#[derive(Debug, Clone, Copy)]
pub struct AsStored<'t> {
    pub work: &'t dyn Tree,
    pub repository: &'t Repository,
}

impl Tree for AsStored<'_> {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        self.work.entry(path)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        self.work.read(path, limit)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        self.work.list(directory)
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        let stored = self.repository.sha256_stored(path, self.work);
        stored.map_or_else(|| self.work.sha256(path), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    const TEXTS: [&[u8]; 12] = [
        b"one\r\ntwo\r\n",
        b"one\r\ntwo\n",
        b"one\rtwo\r\n",
        b"one\r\n\0",
        b"\x01\x02\r\n",
        b"text\r\n\x1a",
        b"\x1b[1mtext\x0c\x08\r\n",
        b"one\ntwo\n",
        b"",
        b"\xff\xfeo\0n\0\r\0\n\0",
        &[b'a'; 127],
        b"\r\n",
    ];
    const ATTRIBUTES: [&str; 10] = [
        "",
        "* text=auto",
        "* text",
        "* -text",
        "* eol=crlf",
        "* eol=lf",
        "* text=auto eol=crlf",
        "* -crlf",
        "* crlf=input",
        "* text=other",
    ];

    fn git(at: &Path, args: &[&str], input: &[u8]) -> String {
        let mut command = Command::new("git");
        command.current_dir(at).args(["-c", "user.name=Jo", "-c", "user.email=jo@sunrise.example"]).args(args);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("git is there");
        child.stdin.take().expect("a pipe").write_all(input).expect("git reads");
        let output = child.wait_with_output().expect("git ends");
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// A text with as many characters as make one unprintable one of it count, or not.
    fn nearly_binary(printable: usize) -> Vec<u8> {
        [&vec![b'a'; printable], &b"\x01\r\n"[..]].concat()
    }

    #[test]
    fn what_is_converted_is_what_git_converts() {
        let place = tempfile::tempdir().expect("a directory");
        let at = place.path();
        git(at, &["init", "-q"], b"");
        let mut texts: Vec<Vec<u8>> = TEXTS.iter().map(|text| text.to_vec()).collect();
        texts.extend([127, 128, 255, 256].map(nearly_binary));
        let names: Vec<String> = (0..texts.len()).map(|at| format!("case-{at}.txt")).collect();
        for (name, text) in names.iter().zip(&texts) {
            std::fs::write(at.join(name), text).expect("a file");
        }
        let mut converted = 0;
        for attributes in ATTRIBUTES {
            std::fs::write(at.join(".gitattributes"), format!("{attributes}\n")).expect("a file");
            for setting in ["true", "input", "false"] {
                git(at, &["config", "core.autocrlf", setting], b"");
                let ids = git(at, &["hash-object", "--stdin-paths"], names.join("\n").as_bytes());
                let repository = Repository::open(at).expect("a repository");
                for ((name, text), id) in names.iter().zip(&texts).zip(ids.lines()) {
                    let plain: Vec<u8> = with_plain_ends(text).collect();
                    let ours = repository.sha256_of_stored(name, text);
                    let stored = if ours.is_some() { &plain } else { text };
                    let expected = Id::hash_object(git2::ObjectType::Blob, stored).expect("an id");
                    assert_eq!(expected.to_string(), id, "{attributes:?}, core.autocrlf={setting}: {text:?}");
                    assert!(ours.is_none_or(|digest| digest == format!("{:x}", Sha256::digest(&plain))));
                    converted += usize::from(stored != text);
                }
            }
        }
        assert!(converted > 50, "only {converted} were converted");
    }

    #[test]
    fn what_git_holds_with_carriage_returns_keeps_them() {
        let place = tempfile::tempdir().expect("a directory");
        let at = place.path();
        git(at, &["init", "-q"], b"");
        std::fs::write(at.join("a.txt"), "one\r\n").expect("a file");
        git(at, &["add", "."], b"");
        git(at, &["commit", "-qm", "One"], b"");
        git(at, &["config", "core.autocrlf", "true"], b"");
        std::fs::write(at.join("a.txt"), "one\r\ntwo\r\n").expect("a file");
        let repository = Repository::open(at).expect("a repository");
        assert_eq!(repository.sha256_of_stored("a.txt", b"one\r\ntwo\r\n"), None);
        git(at, &["add", "."], b"");
        assert_eq!(git(at, &["cat-file", "blob", ":a.txt"], b""), "one\r\ntwo\r\n");
    }
}
