//! The publications that a tree holds, and where in the history each came.

use super::git::{Id, Repository, RevisionTree};
use super::said::{Said, said};
use crate::decode::publications;
use crate::model::{Record, ToolkitEntry};
use crate::source::{Document, MAX_BYTES, Pointer, Syntax};
use crate::tree::Tree;
use crate::workspace::{PUBLICATIONS, Scope, TOOLKIT_FILE, Workspace};

/// A record as it lies in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub edition: String,
    pub number: String,
    pub path: String,
    pub bytes: Vec<u8>,
    /// What it says, or why it cannot be read.
    pub record: Result<Record, String>,
}

impl Found {
    /// `2025-26/001`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }
}

/// Whether a name is that of a record: three digits.
pub fn is_number(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// A tag that names a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Without `refs/tags/`.
    pub name: String,
    pub edition: String,
    pub number: String,
}

/// Those of some tags that name publications of an organisation with a code, in the order given. Codes compare without
/// case.
pub fn tagged<'n>(tags: impl IntoIterator<Item = &'n String>, family: &str, code: &str) -> Vec<Tagged> {
    let read = |name: &String| {
        let rest = name.strip_prefix(family)?.strip_prefix('/')?;
        let [own, edition, number] = rest.split('/').collect::<Vec<_>>().try_into().ok()?;
        let is_of_code = own.eq_ignore_ascii_case(code) && is_number(number);
        is_of_code.then(|| Tagged { name: name.clone(), edition: edition.to_owned(), number: number.to_owned() })
    };
    tags.into_iter().filter_map(read).collect()
}

/// Edition and number of the records of a tree, by path.
pub fn names(tree: &dyn Tree) -> Vec<(String, String)> {
    let mut names = Vec::new();
    // A directory that cannot be listed is a problem of the workspace; in a revision its records have vanished.
    for edition in tree.list(PUBLICATIONS).unwrap_or_default() {
        let files = tree.list(&format!("{PUBLICATIONS}/{edition}")).unwrap_or_default();
        let numbers = files.iter().filter_map(|name| name.strip_suffix(".toml")).filter(|name| is_number(name));
        names.extend(numbers.map(|number| (edition.clone(), number.to_owned())));
    }
    names
}

/// One record of a tree.
pub fn find(tree: &dyn Tree, edition: &str, number: &str) -> Option<Found> {
    let path = super::record::record_path(edition, number);
    let bytes = tree.read(&path, MAX_BYTES).ok()?;
    let record = publications::record(&Document::read(bytes.clone(), Syntax::Toml));
    Some(Found { edition: edition.to_owned(), number: number.to_owned(), path, bytes, record })
}

/// The records of a tree, oldest first; unreadable ones last.
pub fn records(tree: &dyn Tree) -> Vec<Found> {
    let mut found: Vec<Found> =
        names(tree).iter().filter_map(|(edition, number)| find(tree, edition, number)).collect();
    found.sort_by_cached_key(|found| {
        let date = found.record.as_ref().ok().map(|record| record.date);
        (date.is_none(), date, found.edition.clone(), found.number.clone())
    });
    found
}

/// What the national web site was noted to show, in the file's order.
pub fn toolkit(tree: &dyn Tree) -> Vec<ToolkitEntry> {
    let Ok(bytes) = tree.read(TOOLKIT_FILE, MAX_BYTES) else { return Vec::new() };
    let decoded = publications::decode_toolkit(&Document::read(bytes, Syntax::Toml));
    decoded.value.into_iter().flatten().collect()
}

/// The line of an entry that notes the same publication already: by edition, level and day, whoever saw it and whenever.
/// A record that no such entry names yet is news.
pub fn noted(tree: &dyn Tree, entry: &ToolkitEntry) -> Option<u32> {
    let document = Document::read(tree.read(TOOLKIT_FILE, MAX_BYTES).ok()?, Syntax::Toml);
    let decoded = publications::decode_toolkit(&document);
    let is_same = |known: &ToolkitEntry| {
        known.void.is_none()
            && (&known.edition, &known.level, known.date) == (&entry.edition, &entry.level, entry.date)
            && (entry.record.is_none() || entry.record == known.record)
    };
    let at = decoded.value.iter().position(|known| known.as_ref().is_some_and(is_same))?;
    let place = document.span(&Pointer::root().key("published").index(at));
    Some(document.position(place.start).line)
}

/// What an edition says in a tree; none where it has no answers there.
pub fn said_at(tree: &dyn Tree, edition: &str) -> Option<Said> {
    let workspace = Workspace::load(tree, Scope::Edition(Some(edition)));
    let answers = workspace.answers.iter().find(|answers| answers.edition == edition)?;
    let (_, organisation) = workspace.organisation.as_ref()?;
    Some(said(&organisation.value, &answers.decoded.value, tree))
}

/// The oldest commit of a history that holds a file of the workspace.
pub fn commit_that_added(repository: &Repository, head: Id, path: &str) -> Option<Id> {
    let commits = repository.commits(head, &[]).ok()?;
    commits
        .into_iter()
        .map(|commit| commit.id)
        .find(|id| repository.workspace_at(*id).is_ok_and(|tree: RevisionTree| tree.id_of(path).is_some()))
}
