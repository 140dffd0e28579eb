//! `dspt verify`: judges publications from the repository alone, and prints how to do the same without dspt.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::ledger::{self, Ledger};
use super::style::{self, ATTENTION, BAD, COMMAND, GOOD, QUIET, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::ledger::verify::{self, Trust, Verdict, Verified};
use crate::model::period::in_words;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Verify {
    /// The publication, such as 2025-26/001 or 2025-26/latest [default: all of them]
    #[arg(value_name = "PUBLICATION")]
    publication: Option<String>,
    /// Your own list of who may sign, as ssh-keygen reads it
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
    /// Fail unless an administrator is proven to have signed
    #[arg(long)]
    require_signature: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `verify --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VerifyOutput {
    pub publications: Vec<VerifiedOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct VerifiedOutput {
    pub edition: String,
    pub number: String,
    /// verified or failed.
    pub verdict: String,
    /// administrator, not-proven or unsigned.
    pub identity: String,
    /// Verdict and identity in one line, for people.
    pub headline: String,
    pub level: Option<String>,
    pub date: Option<String>,
    pub commit: Option<String>,
    pub tag: String,
    /// Who signed, where that is proven.
    pub signer: Option<String>,
    pub checks: Vec<CheckOutput>,
    /// Commands of git and ssh-keygen that prove the same.
    pub commands: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckOutput {
    pub check: String,
    /// pass, fail, not-proven or not-checked.
    pub verdict: String,
    pub detail: String,
}

pub fn run(context: &Context, args: &Verify) -> Result<Outcome, Failure> {
    if let Some(file) = args.publication.as_deref().filter(|name| context.start.join(name).is_file()) {
        return Err(Failure::new(format!(
            "{} is a file; this dspt verifies publications of a repository",
            one_line(file)
        ))
        .hint("name a publication such as EDITION/001"));
    }
    let allowed_signers = match &args.allowed_signers {
        Some(file) => {
            let file = context.start.join(file);
            if !file.is_file() {
                return Err(Failure::new(format!("there is no file {}", file.display())));
            }
            Some(file)
        }
        None => None,
    };
    let ledger = Ledger::open(context)?;
    let trust = ledger.trust(Trust { allowed_signers, require_signature: args.require_signature });
    let setting = ledger.setting(&trust);
    let all = verify::verify(setting)?;
    let chosen: Vec<&Verified> = match &args.publication {
        None => all.iter().collect(),
        Some(name) => vec![ledger::choose(&all, name)?],
    };
    if chosen.is_empty() {
        return Err(Failure::new("there is nothing to verify: no publication is in this repository")
            .hint("`dspt publish` makes one; `git fetch --tags` fetches those that others made"));
    }
    if args.format == Format::Json {
        let publications = chosen
            .iter()
            .map(|verified| VerifiedOutput {
                edition: verified.edition.clone(),
                number: verified.number.clone(),
                verdict: verdict_word(verified).to_owned(),
                identity: verified.identity.word().to_owned(),
                headline: headline(verified),
                level: verified.record.as_ref().map(|record| record.level.clone()),
                date: verified.record.as_ref().map(|record| record.date.to_string()),
                commit: verified.commit.map(|commit| commit.to_string()),
                tag: verified.tag.clone(),
                signer: verified.signer.clone(),
                checks: verified
                    .checks
                    .iter()
                    .map(|check| CheckOutput {
                        check: check.check.to_owned(),
                        verdict: check.verdict.word().to_owned(),
                        detail: check.detail.clone(),
                    })
                    .collect(),
                commands: verify::commands(setting, verified),
            })
            .collect();
        context.print_json(&VerifyOutput { publications })?;
    } else {
        let mut out = String::new();
        for verified in &chosen {
            one(&mut out, &ledger, verified, context.prose_width());
        }
        if let [single] = chosen.as_slice() {
            let _ = writeln!(out, "{}", paint(STRONG, "The same without dspt:"));
            for line in verify::commands(setting, single) {
                let look = if line.starts_with('#') { QUIET } else { COMMAND };
                let _ = writeln!(out, "  {}", paint(look, one_line(&line)));
            }
            out.push('\n');
        } else {
            let _ = writeln!(
                out,
                "`dspt verify {}` prints the git commands that prove the same.\n",
                chosen[chosen.len() - 1].id()
            );
        }
        let limit = "What git cannot prove: that the answers are true, and the date. A commit carries the clock of whoever made it.";
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(limit, context.prose_width(), 0)));
        context.print(&out)?;
    }
    let failed = chosen.iter().any(|verified| !verified.is_verified());
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

fn verdict_word(verified: &Verified) -> &'static str {
    if verified.is_verified() { "verified" } else { "failed" }
}

/// Verdict, identity, and what must not be overlooked.
fn headline(verified: &Verified) -> String {
    let mut parts = vec![format!("{}, {}", verdict_word(verified), verified.identity.headline())];
    parts.extend(verified.remarks.iter().cloned());
    parts.join("; ")
}

fn one(out: &mut String, ledger: &Ledger, verified: &Verified, width: usize) {
    let (level, date) = match &verified.record {
        Some(record) => (ledger.label(record), in_words(record.date)),
        None => ("level unknown".to_owned(), "date unknown".to_owned()),
    };
    let look = match (verified.is_verified(), verified.identity) {
        (false, _) => BAD,
        (true, verify::Identity::Administrator) => GOOD,
        (true, _) => ATTENTION,
    };
    let _ = writeln!(out, "{}  {}, {date}", paint(STRONG, verified.id()), one_line(&level));
    let _ = writeln!(out, "{}", style::hang(&paint(look.bold(), headline(verified)), width, 2, 2));
    let widest = verified.checks.iter().map(|check| check.check.len()).max().unwrap_or(0);
    for check in &verified.checks {
        let (look, sign) = match check.verdict {
            Verdict::Pass => (GOOD, "✓"),
            Verdict::Fail => (BAD, "✗"),
            Verdict::NotProven | Verdict::NotChecked => (ATTENTION, "?"),
        };
        let said = if check.verdict == Verdict::Pass { String::new() } else { format!("{}: ", check.verdict.word()) };
        let text =
            format!("{} {}  {said}{}", paint(look, sign), style::pad(check.check, widest), one_line(&check.detail));
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, widest + 6));
    }
    out.push('\n');
}
