//! A publication to make documents of: verified, and read from its own commit, whatever the work tree says today.

use super::context::Context;
use super::error::Failure;
use super::ledger::{Ledger, choose};
use crate::assess::following_deadline;
use crate::diagnostic::render::one_line;
use crate::export::certificate::{Certificate, Proof, ValidUntil};
use crate::ledger::git::{Id, RevisionTree};
use crate::ledger::record;
use crate::ledger::verify::{self, Identity, Trust, Verdict, Verified};
use crate::model::{Organisation, Record, Standard};
use crate::workspace::{Scope, Workspace};
use std::sync::Arc;

/// A publication and its commit's tree.
pub struct Published {
    pub ledger: Ledger,
    pub verified: Verified,
    pub record: Record,
    pub commit: Id,
    pub tree: RevisionTree,
    pub workspace: Workspace,
    pub organisation: Organisation,
    /// By the bank that lies beside the record.
    pub standard: Arc<Standard>,
    /// What was published in all until the day judged on, oldest first.
    pub all: Vec<Verified>,
}

impl Published {
    /// The publication that is meant, the newest where none is named. One that does not verify is refused: a document
    /// about it would vouch for what the repository contradicts.
    pub fn open(context: &Context, name: Option<&str>) -> Result<Self, Failure> {
        let ledger = Ledger::open(context)?;
        // The repository alone decides what the documents say, so that they are the same wherever they are made.
        let trust = Trust::default();
        let mut all = verify::verify(ledger.setting(&trust))?;
        all.retain(|verified| verified.record.as_ref().is_none_or(|record| record.date <= context.day()));
        if all.is_empty() {
            return Err(Failure::new("nothing was published yet, as far as this repository knows")
                .hint("`dspt publish` makes the first publication; certificates and packs are made of one"));
        }
        let latest = context.global.edition.as_ref().map_or("latest".to_owned(), |edition| format!("{edition}/latest"));
        let verified = choose(&all, name.unwrap_or(&latest))?.clone();
        if let Some(check) = verified.checks.iter().find(|check| check.verdict == Verdict::Fail) {
            return Err(Failure::new(format!(
                "{} does not verify: {}: {}",
                verified.id(),
                check.check,
                one_line(&check.detail)
            ))
            .hint(format!("`dspt verify {}` shows every check", verified.id())));
        }
        let (Some(record), Some(commit)) = (verified.record.clone(), verified.commit) else {
            return Err(Failure::new(format!("the record of {} cannot be read", verified.id())));
        };
        let tree = ledger.repository.workspace_at(commit)?;
        let workspace = Workspace::load(&tree, Scope::Edition(Some(&record.edition)));
        let organisation =
            workspace.organisation.as_ref().map(|(_, decoded)| decoded.value.clone()).unwrap_or_default();
        let (_, bank) = verify::committed_bank(&tree, &record).map_err(Failure::new)?;
        let standard = bank.standard()?;
        Ok(Self { ledger, verified, record, commit, tree, workspace, organisation, standard, all })
    }

    /// A publication made after this one, of whatever edition.
    pub fn newer(&self) -> Option<&Verified> {
        self.all.last().filter(|last| last.id() != self.verified.id())
    }

    /// The record's own bytes.
    pub fn record_bytes(&self) -> Result<Vec<u8>, Failure> {
        let found = crate::ledger::listing::find(&self.tree, &self.record.edition, &self.record.number);
        found.map(|found| found.bytes).ok_or_else(|| Failure::new("the record is not in its own commit"))
    }

    pub fn certificate(&self) -> Result<Certificate, Failure> {
        let heads = self.ledger.banks.heads(&self.record.standard);
        let (day, known) = following_deadline(&heads, &self.record.edition, self.record.date);
        let path = record::record_path(&self.record.edition, &self.record.number);
        let proof = Proof {
            commit: self.commit.to_string(),
            tag: self.verified.tag.clone(),
            record_path: format!("{}{path}", self.verified.prefix),
            record_digest: record::digest(&self.record_bytes()?),
            signature: self.signature(),
        };
        Ok(Certificate::new(&self.record, &self.organisation, &self.standard, ValidUntil { day, known }, proof))
    }

    /// The certificate of one of the sites that the publication covers.
    pub fn site_certificate(&self, code: &str) -> Result<Certificate, Failure> {
        let certificate = self.certificate()?;
        let shown = one_line(code.trim());
        certificate.of_site(code).ok_or_else(|| {
            let sites = self.record.sites.clone().unwrap_or_default();
            let excluded = sites.excluded.iter().find(|(site, _)| site.eq_ignore_ascii_case(code.trim()));
            let id = self.record.id();
            match excluded {
                Some((site, reason)) => {
                    Failure::new(format!("{id} does not cover the site {}: {}", one_line(site), one_line(reason)))
                }
                None if sites.covered.is_empty() => {
                    Failure::new(format!("{id} covers no sites, so {shown} has no certificate of its own"))
                        .hint("without --site the certificate is the organisation's own")
                }
                None => Failure::new(format!("{id} does not cover a site {shown}"))
                    .hint(format!("it covers {}", one_line(&sites.covered.join(", ")))),
            }
        })
    }

    /// Whether it is signed and whose signature that is, as far as the repository proves it.
    fn signature(&self) -> String {
        match (self.verified.identity, &self.verified.signer) {
            (Identity::Administrator, Some(signer)) => format!("signed by {signer}, an administrator"),
            (Identity::Administrator, None) => Identity::Administrator.headline().to_owned(),
            (Identity::NotProven, _) => "signed; your own list of signers proves by whom".to_owned(),
            (Identity::Unsigned, _) => "none; git proves what was published, not who published it".to_owned(),
        }
    }
}
