//! What git knows of a workspace, as plain facts.
//!
//! Whoever can read git fills them in; the rules judge them and read no repository. Outside git, and for text that was
//! never saved, everything is empty and the rules that rest on it are silent.

use crate::model::{Member, ToolkitEntry};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Whether the clone is shallow and holds publications: what they were cannot be known then, and `published` and
    /// `toolkit` are empty.
    pub shallow: bool,
    /// The evidence files, as the answers write their paths, that git tracks; none outside git.
    pub tracked: Option<BTreeSet<String>>,
    /// SHA-256 of what git stores of evidence whose line ends the checkout converted, by the path that the answers write.
    pub stored: BTreeMap<String, String>,
    /// The publications of the history checked out, by edition and number.
    pub published: Vec<Published>,
    /// The entries of `publications/toolkit.toml`, each as it was first committed.
    pub toolkit: Vec<ToolkitEntry>,
    /// What is said otherwise than in the newest publication of the edition at hand; none where there is none.
    pub changed: Option<Changed>,
}

/// A publication as it was tagged, or first committed where it has no tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub edition: String,
    pub number: String,
    /// What holds it as it was, for people: a tag, or a commit.
    pub held_by: String,
    /// `sha256:<hex>` of the record.
    pub digest: String,
    /// Whom organisation.toml listed then; none where that is not known.
    pub members: Option<Vec<Member>>,
}

impl Published {
    /// `2025-26/001`, as publications are named everywhere.
    pub fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }
}

/// What was said otherwise in a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// `2025-26/001`.
    pub publication: String,
    /// Numbers of items and names of other things, sorted.
    pub what: Vec<String>,
}
