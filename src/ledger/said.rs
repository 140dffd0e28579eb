//! What a publication says, apart from how its files are written: answers, comments, evidence, profile, certifications
//! and sites. Owners, notes, members, reviews, lint settings and layout say nothing to the outside.

use crate::model::{Answer, Answers, Evidence, Organisation};
use crate::tree::Tree;
use std::collections::BTreeMap;

/// Everything said, by what it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    parts: BTreeMap<String, String>,
}

/// The word before a site's code among the parts.
const SITE: &str = "site ";

pub fn said(organisation: &Organisation, answers: &Answers, tree: &dyn Tree) -> Said {
    let mut parts = BTreeMap::new();
    for (number, answer) in &answers.answers {
        let answer = in_words(answer, tree);
        if !answer.is_empty() {
            parts.insert(number.clone(), answer);
        }
    }
    for (key, value) in &organisation.profile.facts {
        parts.insert(format!("profile {key}"), value.clone());
    }
    for (key, held) in &organisation.certifications {
        parts.insert(format!("certification {key}"), format!("{:?} {:?}", held.certificate, held.expires));
    }
    for site in &organisation.sites {
        let shares = organisation.shares_of(site);
        parts.insert(
            format!("{SITE}{}", site.ods_code.to_uppercase()),
            format!("{:?} {:?} {:?} {shares:?}", site.opened, site.closed, site.excluded),
        );
    }
    Said { parts }
}

fn in_words(answer: &Answer, tree: &dyn Tree) -> String {
    if answer.is_open() && answer.comment.is_none() {
        return String::new();
    }
    let evidence: Vec<String> = answer.evidence.iter().flatten().map(|entry| document(entry, tree)).collect();
    let count = answer.count.map(|count| (count.done, count.of, count.on));
    // A text of several lines has the line ends of its checkout.
    let plain = |text: &Option<String>| text.as_ref().map(|text| text.replace("\r\n", "\n"));
    let (text, not_applicable, comment) = (plain(&answer.text), plain(&answer.not_applicable), plain(&answer.comment));
    format!(
        "{:?} {text:?} {:?} {not_applicable:?} {count:?} {comment:?} {:?} {evidence:?}",
        answer.tick, answer.date, answer.carried_from
    )
}

fn document(entry: &Evidence, tree: &dyn Tree) -> String {
    let stated = || entry.sha256.as_deref().map(|digest| super::record::bare(digest).to_ascii_lowercase());
    let digest = match &entry.file {
        Some(file) if entry.is_private() => stated().or_else(|| tree.sha256(file).ok()),
        Some(file) => tree.sha256(file).ok().or_else(stated),
        None => None,
    };
    format!("{:?} {digest:?} {:?} {:?} {:?}", entry.file, entry.link, entry.location, entry.approved)
}

impl Said {
    /// What differs from another, by item number or name, sorted.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut keys: Vec<&String> = self.parts.keys().chain(other.parts.keys()).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter().filter(|key| self.parts.get(*key) != other.parts.get(*key)).cloned().collect()
    }

    /// Whether nothing but sites differs.
    pub fn differs_in_sites_only(&self, other: &Self) -> bool {
        self.differences(other).iter().all(|key| key.starts_with(SITE))
    }
}
