//! `dspt git textconv`: git's view of an answers file.

use crate::assess::{self, Case};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::decode;
use crate::export::meaning;
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
    let document = Document::read(bytes.clone(), syntax);
    let decoded = decode::answers::decode(&document);
    if document.damaged || !decoded.readable {
        // What cannot be read whole is compared as it stands.
        context.print_bytes(&bytes, false)?;
        return Ok(Outcome::Done);
    }
    let answers = decoded.value;
    let banks = context.banks()?;
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
    context.print_bytes(meaning::text(&answers, judged).as_bytes(), false)?;
    Ok(Outcome::Done)
}
