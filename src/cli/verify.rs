//! `dspt verify`: judges publications from the repository alone, and prints how to do the same without dspt.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::ledger::{self, Ledger};
use super::style::{self, ATTENTION, BAD, COMMAND, GOOD, QUIET, STRONG, paint};
use crate::bank::Banks;
use crate::diagnostic::render::one_line;
use crate::ledger::git::Judges;
use crate::ledger::proof;
use crate::ledger::verify::{self, Trust, Verdict, Verified};
use crate::model::Record;
use crate::model::period::in_words;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Verify {
    /// The publication, such as 2025-26/001 or 2025-26/latest, or a proof file [default: all publications]
    #[arg(value_name = "PUBLICATION|FILE")]
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
    if let Some(name) = args.publication.as_deref().filter(|name| context.start.join(name).is_file()) {
        return proof_file(context, args, name, allowed_signers);
    }
    let ledger = Ledger::open(context)?;
    let trust = ledger.trust(Trust { allowed_signers, require_signature: args.require_signature });
    let setting = ledger.setting(&trust);
    let mut all = verify::verify(setting)?;
    if context.global.as_of.is_some() {
        let is_seen = |verified: &Verified| verified.record.as_ref().is_none_or(|record| record.date <= context.day());
        let (seen, later): (Vec<Verified>, Vec<Verified>) = all.into_iter().partition(is_seen);
        if let Some(name) = &args.publication
            && let Ok(meant) = ledger::choose(&later, name)
            && ledger::choose(&seen, name).is_err()
            && let Some(record) = &meant.record
        {
            return Err(Failure::new(format!("{} was published on {}", meant.id(), in_words(record.date)))
                .hint(format!("--as-of {} sees nothing that is later; leave it out", context.day())));
        }
        all = seen;
    }
    let chosen: Vec<&Verified> = match &args.publication {
        None => all.iter().collect(),
        Some(name) => vec![ledger::choose(&all, name)?],
    };
    if chosen.is_empty() {
        return Err(Failure::new("there is nothing to verify: no publication is in this repository")
            .hint("`dspt publish` makes one; `git fetch --tags` fetches those that others made"));
    }
    if args.format == Format::Json {
        let publications =
            chosen.iter().map(|verified| output(verified, verify::commands(setting, verified))).collect();
        context.print_json(&VerifyOutput { publications })?;
    } else {
        let mut out = String::new();
        for verified in &chosen {
            one(&mut out, &ledger.banks, verified, context.prose_width());
        }
        if let [single] = chosen.as_slice() {
            without_dspt(&mut out, &verify::commands(setting, single));
        } else {
            let _ = writeln!(
                out,
                "`dspt verify {}` prints the git commands that prove the same.\n",
                chosen[chosen.len() - 1].id()
            );
        }
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(LIMIT, context.prose_width(), 0)));
        context.print(&out)?;
    }
    let failed = chosen.iter().any(|verified| !verified.is_verified());
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

const LIMIT: &str =
    "What git cannot prove: that the answers are true, and the date. A commit carries the clock of whoever made it.";

/// Judges a proof file by itself: no repository is read.
fn proof_file(
    context: &Context,
    args: &Verify,
    name: &str,
    allowed_signers: Option<PathBuf>,
) -> Result<Outcome, Failure> {
    let unreadable = |error: std::io::Error| Failure::new(format!("{} cannot be read: {error}", one_line(name)));
    let mut bytes = Vec::new();
    let file = File::open(context.start.join(name)).map_err(unreadable)?;
    file.take(proof::MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > proof::MAX_BYTES || !proof::is_proof(&bytes) {
        return Err(Failure::new(format!("{} is no proof file of dspt", one_line(name)))
            .hint("`dspt certificate EDITION/001 --proof FILE` makes one; without a file, `dspt verify EDITION/001` reads the repository"));
    }
    let (judges, configured) = Judges::of_user();
    let allowed_signers = allowed_signers.or(configured);
    let trust = Trust { allowed_signers, require_signature: args.require_signature };
    let proof = proof::judge(&bytes, &judges, &trust);
    let verified = &proof.verified;
    let commands = proof::commands(name, &proof, &trust);
    if args.format == Format::Json {
        context.print_json(&VerifyOutput { publications: vec![output(verified, commands)] })?;
    } else {
        let mut out = String::new();
        one(&mut out, &context.banks()?, verified, context.prose_width());
        if let Some(record) = &verified.record {
            said(&mut out, record, context.prose_width());
        }
        without_dspt(&mut out, &commands);
        let limit = format!("{LIMIT} Answers and evidence are not in the file; the repository has them.");
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&limit, context.prose_width(), 0)));
        context.print(&out)?;
    }
    Ok(if verified.is_verified() { Outcome::Done } else { Outcome::CheckFailed })
}

/// What a record says, which the repository shows otherwise.
fn said(out: &mut String, record: &Record, width: usize) {
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "{}", style::hang(&format!("{}{text}", style::pad(name, 12)), width, 2, 14));
    };
    line("For", &format!("{} ({})", one_line(&record.name), one_line(&record.ods_code)));
    line("By", &format!("{} <{}>", one_line(&record.publisher.name), one_line(&record.publisher.email)));
    if let Some(sites) = &record.sites {
        line("Sites", &one_line(&sites.covered.join(", ")));
        for (code, reason) in &sites.excluded {
            line("Without", &format!("{}: {}", one_line(code), one_line(reason)));
        }
    }
    if let Some(reason) = &record.reason {
        line("Reason", &one_line(reason));
    }
    out.push('\n');
}

fn without_dspt(out: &mut String, commands: &[String]) {
    if commands.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", paint(STRONG, "The same without dspt:"));
    for line in commands {
        let look = if line.starts_with('#') { QUIET } else { COMMAND };
        let _ = writeln!(out, "  {}", paint(look, one_line(line)));
    }
    out.push('\n');
}

fn output(verified: &Verified, commands: Vec<String>) -> VerifiedOutput {
    let checks = verified.checks.iter().map(|check| CheckOutput {
        check: check.check.to_owned(),
        verdict: check.verdict.word().to_owned(),
        detail: check.detail.clone(),
    });
    VerifiedOutput {
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
        checks: checks.collect(),
        commands,
    }
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

fn one(out: &mut String, banks: &Banks, verified: &Verified, width: usize) {
    let (level, date) = match &verified.record {
        Some(record) => (ledger::label(banks, record), in_words(record.date)),
        None => ("level unknown".to_owned(), "date unknown".to_owned()),
    };
    let look = match (verified.is_verified(), verified.identity) {
        (false, _) => BAD,
        (true, verify::Identity::Administrator) => GOOD,
        (true, _) => ATTENTION,
    };
    let id = if verified.number.is_empty() { "Unknown".to_owned() } else { one_line(&verified.id()) };
    let _ = writeln!(out, "{}  {}, {date}", paint(STRONG, id), one_line(&level));
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
