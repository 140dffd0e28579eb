//! `dspt git textconv`: git's view of an answers file.

use crate::assess::{self, Case};
use crate::bank::Banks;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::decode;
use crate::export::meaning;
use crate::ledger::git::{LineMarks, merge_lines};
use crate::model::{History, Organisation};
use crate::source::{Document, MAX_BYTES, Syntax};
use clap::Args;
use std::io::Read as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Textconv {
    /// The answers file
    file: PathBuf,
}

pub fn run(context: &Context, args: &Textconv) -> Result<Outcome, Failure> {
    let failed = |error: &std::io::Error| Failure::new(format!("{} cannot be read: {error}", args.file.display()));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(context.start.join(&args.file)).map_err(|error| failed(&error))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    let syntax = args.file.to_str().and_then(Syntax::of).unwrap_or(Syntax::Toml);
    let banks = context.banks()?;
    if let Some(text) = said(context, &banks, bytes.clone(), syntax) {
        context.print_bytes(text.as_bytes(), false)?;
        return Ok(Outcome::Done);
    }
    // While a merge has conflicts git asks for the file with its marks: both sides are said, and where they differ they
    // stand between the marks again.
    let sides = sides(&bytes).map(|sides| sides.map(|side| said(context, &banks, side, syntax)));
    if let Some([Some(ours), Some(theirs)]) = sides {
        let marks = LineMarks { size: 7, ours: "ours", theirs: "theirs" };
        let (both, _) = merge_lines(b"", ours.as_bytes(), theirs.as_bytes(), marks)?;
        context.print_bytes(&both, false)?;
        return Ok(Outcome::Done);
    }
    // What cannot be read whole is compared as it stands.
    context.print_bytes(&bytes, false)?;
    Ok(Outcome::Done)
}

/// The two versions in a file with conflict marks; none where there are no marks, or other than git's.
fn sides(bytes: &[u8]) -> Option<[Vec<u8>; 2]> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // Both outside of a conflict; inside our side, the common version that some settings show, or their side.
    let mut part = None;
    let mut seen = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match (part, line.get(..7)) {
            (None, Some(b"<<<<<<<")) => (part, seen) = (Some(b'<'), true),
            (Some(b'<'), Some(b"|||||||")) => part = Some(b'|'),
            (Some(b'<' | b'|'), Some(b"=======")) => part = Some(b'='),
            (Some(b'='), Some(b">>>>>>>")) => part = None,
            (Some(b'|'), _) => {}
            (part, _) => {
                if part != Some(b'=') {
                    ours.extend_from_slice(line);
                }
                if part != Some(b'<') {
                    theirs.extend_from_slice(line);
                }
            }
        }
    }
    (seen && part.is_none()).then_some([ours, theirs])
}

/// What a file's answers say; nothing where it cannot be read whole.
fn said(context: &Context, banks: &Banks, bytes: Vec<u8>, syntax: Syntax) -> Option<String> {
    let document = Document::read(bytes, syntax);
    let decoded = decode::answers::decode(&document);
    if document.damaged || !decoded.readable {
        return None;
    }
    let answers = decoded.value;
    let standard = banks.find(&answers.standard, &answers.edition).and_then(|bank| bank.standard().ok());
    // The profile is another file's, so that an exemption by the profile is not seen here.
    let (organisation, history) = (Organisation::default(), History::default());
    let assessment = standard.as_ref().map(|standard| {
        assess::assess(Case {
            standard,
            organisation: &organisation,
            answers: &answers,
            plan: None,
            plan_document: false,
            history: &history,
            day: context.day(),
        })
    });
    let judged = standard.as_deref().zip(assessment.as_ref());
    Some(meaning::text(&answers, judged))
}
