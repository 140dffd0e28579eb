//! Proof files: a publication's tag object and its record in one text file, for people without the repository.
//!
//! ```text
//! dspt proof 1
//! (how to cut and check it with sed, sha256sum and ssh-keygen)
//! -----BEGIN DSPT TAG-----
//! (the tag object as `git cat-file tag` prints it, its signature last)
//! -----END DSPT TAG-----
//! -----BEGIN DSPT RECORD-----
//! (the record, byte for byte)
//! -----END DSPT RECORD-----
//! ```
//!
//! The tag's message names the record's digest, so that its one signature covers level, date and sites. Answers, names
//! of files and whatever else git's trees would show are not in it. Everything outside the two blocks is fixed text: a
//! file in which anything else stands is refused, so that nobody reads what nobody signed.

use super::git::{GitError, Judges, RawTag, Repository, Signers, Verdict as Judged, judge_signature};
use super::record;
use super::verify::{Check, Identity, List, Trust, Verdict, Verified, not_counting, quoted, record_date, tag_says};
use crate::decode::publications;
use crate::model::Record;
use crate::source::{Document, Syntax};
use crate::tree::Tree as _;

/// The most that a proof file may hold; records are a few kilobytes.
pub const MAX_BYTES: u64 = 1 << 20;

/// What every proof file begins with.
const HEAD: &str = "\
dspt proof 1

The tag of a publication and the record that it names, cut out and checked with
standard tools (this file being proof.txt):

  sed '1,/^-----BEGIN DSPT TAG-----$/d;/^-----END DSPT TAG-----$/,$d' proof.txt > tag
  sed '1,/^-----BEGIN DSPT RECORD-----$/d;/^-----END DSPT RECORD-----$/,$d' proof.txt > record.toml
  sha256sum record.toml                   # the digest that the tag's message names
  sed '/^-----BEGIN/,$d' tag > tag.txt    # where the tag is signed
  sed -n '/^-----BEGIN/,$p' tag > tag.sig
  ssh-keygen -Y verify -f allowed_signers -I ADDRESS -n git -s tag.sig < tag.txt

`dspt verify proof.txt --allowed-signers allowed_signers` does the same.

";

const TAG: (&str, &str) = ("-----BEGIN DSPT TAG-----\n", "-----END DSPT TAG-----\n");
const RECORD: (&str, &str) = ("-----BEGIN DSPT RECORD-----\n", "-----END DSPT RECORD-----\n");

/// The proof file of a publication.
pub fn make(repository: &Repository, verified: &Verified) -> Result<Vec<u8>, GitError> {
    let nothing = |why: String| GitError::new(format!("{} cannot be proven in a file: {why}", verified.id()));
    let object = repository.tag(&verified.tag).and_then(|tag| tag.object).ok_or_else(|| {
        nothing(format!("there is no annotated tag {}", verified.tag)).hint("`git fetch --tags` fetches it")
    })?;
    let commit = verified.commit.ok_or_else(|| nothing("its record is in no commit".to_owned()))?;
    let path = record::record_path(&verified.edition, &verified.number);
    let record =
        repository.workspace_at(commit)?.read(&path, MAX_BYTES).map_err(|error| nothing(format!("{path}: {error}")))?;
    let bytes = assemble(&repository.tag_bytes(object)?, &record);
    // What cannot be taken apart again as it was put together proves nothing.
    match read(&bytes) {
        Ok((tag, there)) if there == record && tag.id == object => Ok(bytes),
        Ok(_) => Err(nothing("tag and record cannot stand in one file".to_owned())),
        Err(why) => Err(nothing(why)),
    }
}

fn assemble(tag: &[u8], record: &[u8]) -> Vec<u8> {
    let parts =
        [HEAD.as_bytes(), TAG.0.as_bytes(), tag, TAG.1.as_bytes(), RECORD.0.as_bytes(), record, RECORD.1.as_bytes()];
    parts.concat()
}

/// Whether a text is meant to be a proof file.
pub fn is_proof(bytes: &[u8]) -> bool {
    bytes.starts_with(b"dspt proof ")
}

/// Takes a proof file apart, exactly as the commands in it do.
fn read(bytes: &[u8]) -> Result<(RawTag, Vec<u8>), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    if !text.starts_with("dspt proof 1\n") {
        return Err("it is no proof file of format 1".to_owned());
    }
    let body = text.strip_prefix(HEAD).ok_or("what stands before the tag is not what every proof file begins with")?;
    let inner = |text: &'_ str, (begin, end): (&str, &str)| -> Result<(usize, usize), String> {
        let start = text
            .strip_prefix(begin)
            .map(|_| begin.len())
            .ok_or_else(|| format!("`{}` is not where it belongs", begin.trim_end()))?;
        let length = lines(&text[start..]).find(|(_, line)| *line == end).map(|(at, _)| at);
        Ok((start, start + length.ok_or_else(|| format!("`{}` is missing", end.trim_end()))?))
    };
    let (start, end) = inner(body, TAG)?;
    let (tag, rest) = (&body[start..end], &body[end + TAG.1.len()..]);
    let (start, end) = inner(rest, RECORD)?;
    if rest.len() != end + RECORD.1.len() {
        return Err("something stands behind the record".to_owned());
    }
    // `sed` cuts at the first line that begins so.
    if lines(tag).filter(|(_, line)| line.starts_with("-----BEGIN")).count() > 1 {
        return Err("the tag has more than one signature".to_owned());
    }
    let tag = RawTag::read(tag.as_bytes()).ok_or("the first block is no annotated tag of a commit")?;
    Ok((tag, rest.as_bytes()[start..end].to_vec()))
}

/// The lines of a text with their places, each with its line break.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

/// What a proof file proves.
#[derive(Debug, Clone)]
pub struct Proof {
    pub verified: Verified,
    /// The tag, where the file could be taken apart.
    tag: Option<RawTag>,
}

/// Judges a proof file by itself; nothing but the verifier's own list says who may sign.
pub fn judge(bytes: &[u8], judges: &Judges, trust: &Trust) -> Proof {
    let mut verified = Verified {
        edition: String::new(),
        number: String::new(),
        record: None,
        commit: None,
        prefix: String::new(),
        tag: String::new(),
        identity: Identity::Unsigned,
        signer: None,
        signature: "unsigned",
        remarks: vec!["from the file alone".to_owned()],
        checks: Vec::new(),
    };
    // What mail did to line ends is undone: nothing that is signed holds a carriage return.
    let without: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    let (tag, record_bytes) = match read(&without) {
        Ok(parts) => parts,
        Err(why) => {
            verified.checks.push(Check::new("proof", Verdict::Fail, why));
            return Proof { verified, tag: None };
        }
    };
    verified.tag.clone_from(&tag.name);
    verified.commit = Some(tag.commit);
    let whole =
        if without.len() == bytes.len() { "whole" } else { "whole, but for line ends that were converted on the way" };
    verified.checks.push(Check::new("proof", Verdict::Pass, whole));
    match publications::record(&Document::read(record_bytes.clone(), Syntax::Toml)) {
        Ok(record) => {
            verified.edition.clone_from(&record.edition);
            verified.number.clone_from(&record.number);
            verified.checks.push(record_check(&record));
            verified.checks.push(tag_check(&tag, &record, &record_bytes));
            let (date, remark) = record_date(&record, tag.time);
            verified.remarks.extend(remark);
            signatures(&mut verified, &tag, judges, trust);
            verified.checks.push(date);
            verified.record = Some(record);
        }
        Err(why) => verified.checks.push(Check::new("record", Verdict::Fail, why)),
    }
    Proof { verified, tag: Some(tag) }
}

fn record_check(record: &Record) -> Check {
    let sites = record.sites.as_ref().map_or_else(String::new, |sites| match sites.covered.len() {
        1 => ", 1 site".to_owned(),
        count => format!(", {count} sites"),
    });
    Check::new("record", Verdict::Pass, format!("{} of {}{sites}", record.id(), record.ods_code))
}

fn tag_check(tag: &RawTag, record: &Record, bytes: &[u8]) -> Check {
    let name = "tag";
    let ending = format!("/{}/{}", record.ods_code, record.id());
    if !tag.name.ends_with(&ending) {
        return Check::new(
            name,
            Verdict::Fail,
            format!("the tag is {}; the record is {}", tag.name, ending.trim_start_matches('/')),
        );
    }
    match tag_says(&tag.message, record, &record::digest(bytes)) {
        Err(what) => Check::new(name, Verdict::Fail, format!("the tag's message does not name this {what}")),
        Ok(()) => Check::new(name, Verdict::Pass, "names edition, level, date and the record's digest"),
    }
}

fn signatures(verified: &mut Verified, tag: &RawTag, judges: &Judges, trust: &Trust) {
    let strict = |verdict| if trust.require_signature { Verdict::Fail } else { verdict };
    let Some(signed) = &tag.signed else {
        verified.checks.push(Check::new(
            "signature",
            strict(Verdict::NotProven),
            "the tag is not signed: the file proves that tag and record belong together, and nothing of who made them",
        ));
        verified.checks.push(Check::new("signer", strict(Verdict::NotProven), "nobody signed"));
        return;
    };
    let list = trust.allowed_signers.as_deref().map(List::read);
    let signers = list.as_ref().map_or(Signers::Nobody, List::signers);
    verified.identity = Identity::NotProven;
    let (word, signature, signer) = match judge_signature(judges, signed, signers) {
        Judged::Good { signer, key } => {
            verified.identity = Identity::Administrator;
            verified.signer = Some(signer.clone());
            let by = Check::new(
                "signer",
                Verdict::Pass,
                list.as_ref().map_or_else(|| signer.clone(), |list| list.names(&signer)),
            );
            ("good", Check::new("signature", Verdict::Pass, format!("tag signed with {key}")), by)
        }
        Judged::Unknown { key } => {
            let why = match &list {
                Some(list) => list.lacks("tag"),
                None => "a file cannot say who may sign; --allowed-signers FILE does".to_owned(),
            };
            let by = Check::new("signer", strict(Verdict::NotProven), why);
            ("unknown-key", Check::new("signature", Verdict::Pass, format!("tag signed with {key}")), by)
        }
        Judged::Refused { key, why } => {
            let by = Check::new("signer", strict(Verdict::NotProven), not_counting("tag", &why));
            ("unknown-key", Check::new("signature", Verdict::Pass, format!("tag signed with {key}")), by)
        }
        Judged::Bad(why) => {
            let by = Check::new("signer", Verdict::NotProven, "the signature proves nobody");
            ("bad", Check::new("signature", Verdict::Fail, format!("the signature of the tag is bad: {why}")), by)
        }
        Judged::Unchecked(why) => {
            let by = Check::new("signer", strict(Verdict::NotProven), "the signature was not checked");
            ("unknown-key", Check::new("signature", strict(Verdict::NotChecked), why), by)
        }
    };
    verified.signature = word;
    verified.checks.extend([signature, signer]);
}

/// The commands that prove the same, for a file by its name; none for what is no proof file.
pub fn commands(file: &str, proof: &Proof, trust: &Trust) -> Vec<String> {
    let Some(tag) = &proof.tag else { return Vec::new() };
    let file = quoted(file);
    let mut lines = vec![
        "# the tag and the record in it".to_owned(),
        format!("sed '1,/^-----BEGIN DSPT TAG-----$/d;/^-----END DSPT TAG-----$/,$d' {file} > tag"),
        format!("sed '1,/^-----BEGIN DSPT RECORD-----$/d;/^-----END DSPT RECORD-----$/,$d' {file} > record.toml"),
        "# the tag names the record's digest".to_owned(),
        "grep \"record sha256:$(sha256sum < record.toml | cut -c1-64)\" tag".to_owned(),
        format!("# in a clone, `git rev-parse {}` is {}", tag.name, tag.id),
    ];
    let Some(signed) = &tag.signed else { return lines };
    lines.extend([
        "# who signed".to_owned(),
        "sed '/^-----BEGIN/,$d' tag > tag.txt".to_owned(),
        "sed -n '/^-----BEGIN/,$p' tag > tag.sig".to_owned(),
    ]);
    if signed.is_ssh() {
        let allowed = trust.allowed_signers.as_ref().map(|path| quoted(&path.display().to_string()));
        let allowed = allowed.unwrap_or_else(|| "allowed_signers".to_owned());
        let signer = proof.verified.signer.as_deref().filter(|signer| !signer.contains(' ')).unwrap_or("ADDRESS");
        lines.push("# by your own list of signers (lines of: address key)".to_owned());
        lines.push(format!("ssh-keygen -Y verify -f {allowed} -I {} -n git -s tag.sig < tag.txt", quoted(signer)));
    } else {
        lines.push("gpg --verify tag.sig tag.txt".to_owned());
    }
    lines
}
