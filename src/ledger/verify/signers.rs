//! The verifier's own list of who may sign, and what of it cannot be used.
//!
//! `ssh-keygen` passes over lines that it cannot read, and a list that is not there names nobody: without a word both
//! would look as if the signer were a stranger.

use crate::ledger::git::{Signers, public_key};
use std::path::Path;

#[derive(Debug)]
pub(in crate::ledger) struct List<'a> {
    path: &'a Path,
    fault: Option<Fault>,
}

#[derive(Debug)]
enum Fault {
    Unreadable(std::io::Error),
    /// The first line, counted from 1, that names nobody.
    Line(usize),
}

impl<'a> List<'a> {
    pub(in crate::ledger) fn read(path: &'a Path) -> Self {
        let fault = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).lines().position(|line| !is_sound(line)).map(|at| at + 1),
            Err(error) => return Self { path, fault: Some(Fault::Unreadable(error)) },
        };
        Self { path, fault: fault.map(Fault::Line) }
    }

    /// Who may sign by it; a list that cannot be read names nobody, and a signature that does not fit is bad all the
    /// same.
    pub(in crate::ledger) fn signers(&self) -> Signers<'a> {
        match self.fault {
            Some(Fault::Unreadable(_)) => Signers::Nobody,
            Some(Fault::Line(_)) | None => Signers::File(self.path),
        }
    }

    /// What to say of somebody who is on it.
    pub(in crate::ledger) fn names(&self, signer: &str) -> String {
        format!("{signer}, on your list of signers{}", self.remark())
    }

    /// Why it does not name the key of something signed.
    pub(in crate::ledger) fn lacks(&self, what: &str) -> String {
        match &self.fault {
            Some(Fault::Unreadable(error)) => format!(
                "your list of signers {} (--allowed-signers, or gpg.ssh.allowedSignersFile in git's configuration) cannot be read: {error}",
                self.path.display()
            ),
            Some(Fault::Line(_)) | None => {
                format!("the key of the {what} is not on your list of signers{}", self.remark())
            }
        }
    }

    fn remark(&self) -> String {
        match self.fault {
            Some(Fault::Line(line)) => {
                format!("; line {line} of {} names nobody: it is not an address and a key", self.path.display())
            }
            Some(Fault::Unreadable(_)) | None => String::new(),
        }
    }
}

/// Whether a line is blank, a remark, or has a key after the addresses and whatever options there are.
fn is_sound(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(first) = words.first() else { return true };
    // A key's data is base64 to its last group of four: one that was cut short mostly is not.
    let is_key = |pair: &[&str]| public_key(&pair.join(" ")).is_some() && pair[1].len().is_multiple_of(4);
    first.starts_with('#') || words[1..].windows(2).any(is_key)
}
