//! Where documents go: to standard output, to the file that was asked for, or to their usual place.
//!
//! A document may be made again over an earlier one, but never over what people wrote.

use super::context::Context;
use super::error::Failure;
use super::write;
use crate::portfolio::find::PORTFOLIO_FILE;
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, ORGANISATION_FILE, PUBLICATIONS};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What workspaces and portfolios keep that no document is put over: files, and directories with all that is in them.
const KEPT: &[&str] = &[
    ORGANISATION_FILE,
    PORTFOLIO_FILE,
    ASSESSMENTS,
    ACTION_PLANS,
    PUBLICATIONS,
    crate::library::DIRECTORY,
    "evidence",
    "private",
    "standards",
    ".git",
];
/// How workbooks and other archives begin.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Where a document goes. None: standard output, asked for with `-`, or because it has no usual place, which is a path
/// from a directory that no link leads out of.
pub fn place(
    context: &Context,
    output: Option<&Path>,
    usual: Option<(&Path, &str)>,
) -> Result<Option<PathBuf>, Failure> {
    match (output, usual) {
        (Some(path), _) if path == Path::new("-") => Ok(None),
        (Some(path), _) => Ok(Some(context.start.join(path))),
        (None, Some((root, relative))) => {
            write::refuse_links(root, relative)?;
            Ok(Some(root.join(relative)))
        }
        (None, None) => Ok(None),
    }
}

/// The format that the ending of a file's name asks for, the usual one where there is no file or no ending. An ending of
/// no format is refused: the file would open in nothing.
pub fn by_ending<F: Copy>(output: Option<&Path>, endings: &[(&str, F)], usual: F) -> Result<F, Failure> {
    let Some(path) = output.filter(|path| *path != Path::new("-")) else { return Ok(usual) };
    let Some(ending) = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()) else { return Ok(usual) };
    if let Some((_, format)) = endings.iter().find(|(known, _)| *known == ending) {
        return Ok(*format);
    }
    let mut known: Vec<String> = endings.iter().map(|(known, _)| format!(".{known}")).collect();
    known.sort();
    known.dedup();
    Err(Failure::new(format!("{} ends in .{ending}, which none of the formats here does", path.display()))
        .hint(format!("let it end in one of {}, or name the format", known.join(", "))))
}

/// Puts a document in its place and says so. Styles are for a terminal: a file holds the text alone.
pub fn put(context: &Context, place: Option<&Path>, bytes: &[u8], styled: bool) -> Result<(), Failure> {
    put_with(context, place, bytes, styled, "")
}

/// The same with a remark on what was written.
pub fn put_with(
    context: &Context,
    place: Option<&Path>,
    bytes: &[u8],
    styled: bool,
    remark: &str,
) -> Result<(), Failure> {
    let Some(path) = place else {
        return context.print_bytes(bytes, styled);
    };
    refuse_what_people_wrote(path, bytes)?;
    let plain = if styled { anstream::adapter::strip_bytes(bytes).into_vec() } else { bytes.to_vec() };
    write::replace(path, &plain)?;
    context.note(&format!("Written: {}{remark}", path.strip_prefix(&context.start).unwrap_or(path).display()));
    Ok(())
}

/// Puts text or a page where it was asked for, else on standard output.
pub fn deliver(context: &Context, bytes: &[u8], styled: bool, output: Option<&Path>) -> Result<(), Failure> {
    put(context, place(context, output, None)?.as_deref(), bytes, styled)
}

/// Refuses a path at which something stands that is no earlier document.
pub fn refuse_what_people_wrote(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let refused = |what: &str| {
        Err(Failure::new(format!("{} {what}; nothing was written", path.display()))
            .hint("name another file; without -o, documents go to out/ or to standard output"))
    };
    if !path.is_file() {
        return Ok(());
    }
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_kept = |root: &Path| {
        let first = real.strip_prefix(root).ok().and_then(|below| below.components().next());
        first.is_some_and(|first| KEPT.iter().any(|kept| first.as_os_str() == *kept))
    };
    let is_root = |root: &&Path| [ORGANISATION_FILE, PORTFOLIO_FILE].iter().any(|file| root.join(file).is_file());
    if real.ancestors().skip(1).filter(is_root).any(is_kept) {
        return refused("is one of the files that dspt works from, not a document that it made");
    }
    let mut begin = [0; ARCHIVE.len()];
    let is_archive = File::open(&real).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == ARCHIVE;
    if is_archive && !bytes.starts_with(ARCHIVE) {
        return refused("holds a workbook or an archive, which this document is not");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_document_is_put_over_what_people_wrote() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        for place in ["assessments", "out", "evidence/2026"] {
            fs::create_dir_all(at(place)).unwrap();
        }
        for file in [ORGANISATION_FILE, "assessments/a.toml", "evidence/2026/policy.pdf", "out/report.html", "notes.md"]
        {
            fs::write(at(file), "text").unwrap();
        }
        fs::write(at("out/book.xlsx"), b"PK\x03\x04 and so on").unwrap();
        let goes = |name: &str, bytes: &[u8]| refuse_what_people_wrote(&at(name), bytes).is_ok();
        for kept in [ORGANISATION_FILE, "assessments/a.toml", "evidence/2026/policy.pdf", "out/../assessments/a.toml"] {
            assert!(!goes(kept, b"text"), "{kept}");
        }
        for free in ["out/report.html", "notes.md", "new.md", "evidence/new.pdf"] {
            assert!(goes(free, b"text"), "{free}");
        }
        assert!(goes("out/book.xlsx", b"PK\x03\x04 another"));
        assert!(!goes("out/book.xlsx", b"a,b\n"));
    }
}
