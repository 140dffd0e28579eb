//! The certificate of a publication: what hangs on the wall, in three formats over one view.
//!
//! It says what the publication's record says and where to prove it, and nothing that the repository does not hold:
//! the date is the record's, so that the same publication gives the same bytes whenever it is printed. The SVG is laid
//! out in `layout` by the widths of two fonts that the program carries; the PDF is that SVG, part by part, each tagged
//! with what it is.

mod fonts;
mod html;
mod layout;
mod lines;
mod ornament;
mod page;
#[cfg(feature = "pdf")]
mod pdf;
mod svg;

pub use html::html;
#[cfg(feature = "pdf")]
pub use pdf::pdf;
pub use svg::svg;

use super::text::{one_line, terminal};
use crate::model::period::in_words;
use crate::model::{Organisation, Record, Standard};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// An organisation or a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub code: String,
    pub name: String,
}

impl Party {
    fn new(code: &str, name: &str) -> Self {
        let name = fit(name);
        let code = fit(code);
        Self { name: if name.is_empty() { code.clone() } else { name }, code }
    }

    /// "Sunrise House (VABCD)", or the code alone where there is no name.
    pub fn named(&self) -> String {
        if self.name == self.code { self.code.clone() } else { format!("{} ({})", self.name, self.code) }
    }
}

/// Until when the publication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidUntil {
    pub day: Date,
    /// Whether the following edition's own deadline is known; else it is taken to be a year on.
    pub known: bool,
}

/// Where a publication lies in git, and how far that proves who published it.
#[derive(Debug, Clone)]
pub struct Proof {
    pub commit: String,
    pub tag: String,
    /// The record, from the top of the repository.
    pub record_path: String,
    /// `sha256:<hex>`.
    pub record_digest: String,
    /// Whether and by whom it was signed, in one sentence.
    pub signature: String,
}

/// Everything that a certificate shows.
#[derive(Debug, Clone)]
pub struct Certificate {
    pub organisation: Party,
    /// The one site that the certificate is for.
    pub site: Option<Party>,
    /// "Data Security and Protection Toolkit for adult social care".
    pub standard: String,
    pub edition: String,
    /// The level's label.
    pub level: String,
    pub date: Date,
    pub valid_until: ValidUntil,
    /// `2025-26/001`.
    pub publication: String,
    pub covered: Vec<Party>,
    pub excluded: Vec<Party>,
    pub publisher: String,
    pub bank_digest: String,
    pub provenance: String,
    pub proof: Proof,
}

/// Text of a record or a file of organisations on one line, without control characters and marks that turn the
/// direction of what stands around them.
fn fit(text: &str) -> String {
    one_line(&terminal(text))
}

impl Certificate {
    /// The certificate of a record, from the organisation's file and the question bank of its own commit.
    pub fn new(
        record: &Record,
        organisation: &Organisation,
        standard: &Standard,
        valid_until: ValidUntil,
        proof: Proof,
    ) -> Self {
        let party = |code: &String| {
            let site = organisation.sites.iter().find(|site| site.ods_code.eq_ignore_ascii_case(code));
            Party::new(code, site.and_then(|site| site.name.as_deref()).unwrap_or_default())
        };
        let sites = record.sites.clone().unwrap_or_default();
        let publisher = match &record.publisher.role {
            Some(role) => format!("{}, {}", fit(&record.publisher.name), fit(role)),
            None => fit(&record.publisher.name),
        };
        Self {
            organisation: Party::new(&record.ods_code, &record.name),
            site: None,
            standard: standard.head.title.clone(),
            edition: record.edition.clone(),
            level: standard.label(&record.level).to_owned(),
            date: record.date,
            valid_until,
            publication: record.id(),
            covered: sites.covered.iter().map(party).collect(),
            excluded: sites.excluded.keys().map(party).collect(),
            publisher,
            bank_digest: record.bank.digest.clone(),
            provenance: standard.provenance_line(),
            proof: Proof { signature: fit(&proof.signature), ..proof },
        }
    }

    /// The same for one site that the publication covers; none where it does not.
    pub fn of_site(&self, code: &str) -> Option<Self> {
        let site = self.covered.iter().find(|site| site.code.eq_ignore_ascii_case(code.trim()))?;
        Some(Self { site: Some(site.clone()), ..self.clone() })
    }

    /// Whom it is for.
    pub fn holder(&self) -> &Party {
        self.site.as_ref().unwrap_or(&self.organisation)
    }

    pub fn title(&self) -> String {
        format!("Certificate of publication: {}, {}", self.holder().named(), self.level)
    }

    /// The letters that the fonts of the PDF do not have; they stand there without their marks, or as question marks.
    pub fn letters_without_a_font(&self) -> BTreeSet<char> {
        let texts = layout::pages(self).into_iter().flat_map(|page| page.texts);
        texts.flat_map(|text| text.words.chars().filter(|c| !text.family.has(*c)).collect::<Vec<_>>()).collect()
    }

    /// What stands between the name and the level.
    fn statement(&self) -> String {
        match &self.site {
            None => "published its self-assessment at the level".to_owned(),
            Some(_) => {
                format!("is covered by the self-assessment that {} published at the level", self.organisation.named())
            }
        }
    }

    /// The three facts below the level.
    fn facts(&self) -> [(&'static str, String); 3] {
        [
            ("Edition", self.edition.clone()),
            ("Published", in_words(self.date)),
            ("Valid until", in_words(self.valid_until.day)),
        ]
    }

    /// Why it is valid until that day.
    fn validity(&self) -> &'static str {
        if self.valid_until.known {
            "Valid until the deadline of the following edition."
        } else {
            "Valid until the deadline of the following edition, which is not known yet and taken to be a year on."
        }
    }

    /// The sites that a headquarters' certificate lists; a site's own certificate lists none.
    fn sites(&self) -> &[Party] {
        if self.site.is_some() { &[] } else { &self.covered }
    }

    /// The sites that the publication says it does not cover.
    fn left_out(&self) -> Option<String> {
        if self.site.is_some() || self.excluded.is_empty() {
            return None;
        }
        let named: Vec<String> = self.excluded.iter().map(Party::named).collect();
        Some(format!("Not covered: {}.", named.join(", ")))
    }

    /// What proves it: names and values, in the order in which a verifier asks for them.
    fn details(&self) -> [(&'static str, String); 6] {
        [
            ("Publication", format!("{}/{}", self.organisation.code, self.publication)),
            ("Published by", self.publisher.clone()),
            ("Signature", self.proof.signature.clone()),
            ("Commit", self.proof.commit.clone()),
            ("Record", self.proof.record_digest.clone()),
            ("Question set", self.bank_digest.clone()),
        ]
    }

    /// How a stranger proves it, with dspt and without.
    fn commands(&self) -> [String; 2] {
        let quoted = |text: String| {
            if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:@".contains(&byte)) {
                text
            } else {
                format!("'{}'", text.replace('\'', "'\\''"))
            }
        };
        [
            format!("dspt verify {}", self.publication),
            format!("git show {} | sha256sum", quoted(format!("{}:{}", self.proof.tag, self.proof.record_path))),
        ]
    }

    /// What stands before the commands.
    fn how_to_verify() -> &'static str {
        "In the provider's repository, with dspt or with git alone. The second prints the digest of the record above."
    }

    /// What a certificate must not be taken for.
    fn disclaimer() -> &'static str {
        "Not issued by NHS England and not affiliated with NHS England. A self-assessment, made with dspt from the \
         provider's own repository; what the national web site shows is the public record."
    }
}
