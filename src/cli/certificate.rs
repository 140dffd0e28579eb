//! `dspt certificate`: what a publication is shown to others with.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::ledger::{self, Ledger};
use super::style::{COMMAND, paint};
use super::write;
use crate::ledger::proof;
use crate::ledger::verify::{self, Trust};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Certificate {
    /// The publication, such as EDITION/001 or EDITION/latest [default: the newest]
    #[arg(value_name = "PUBLICATION")]
    publication: Option<String>,
    /// Write a proof file, which `dspt verify FILE` judges without the repository; `-` is standard output
    #[arg(long, value_name = "FILE", required = true)]
    proof: Option<PathBuf>,
}

pub fn run(context: &Context, args: &Certificate) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(context)?;
    let trust = ledger.trust(Trust::default());
    let all = verify::verify(ledger.setting(&trust))?;
    let chosen = ledger::choose(&all, args.publication.as_deref().unwrap_or("latest"))?;
    if let Some(check) = chosen.checks.iter().find(|check| check.verdict == verify::Verdict::Fail) {
        return Err(Failure::new(format!("{} does not verify: {}: {}", chosen.id(), check.check, check.detail))
            .hint(format!("`dspt verify {}` shows every check", chosen.id())));
    }
    if let Some(file) = &args.proof {
        let bytes = proof::make(&ledger.repository, chosen)?;
        if file.as_os_str() == "-" {
            context.print_bytes(&bytes, false)?;
            return Ok(Outcome::Done);
        }
        write::replace(&context.start.join(file), &bytes)?;
        let name = file.display();
        context.print(&format!(
            "{name} proves {}, without answers or evidence.\n\nWhoever has it and your public key:\n      {}\n",
            chosen.id(),
            paint(COMMAND, format!("dspt verify {name} --allowed-signers FILE"))
        ))?;
    }
    Ok(Outcome::Done)
}
