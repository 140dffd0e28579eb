//! What git knows of a workspace, for the lint: gathered with as little reading as will do.
//!
//! A tag's message has the digest of its record, and a record the digests of what lies beside it: files are held
//! against digests, and the objects behind them are not opened.

use super::git::{AsStored, GitError, Id, Repository, RevisionTree, TagObject};
use super::listing;
use super::record;
use super::said::{Said, said};
use crate::bank::Banks;
use crate::decode::organisation;
use crate::lint::{Changed, Ledger, Published};
use crate::model::{Member, Record, ToolkitEntry};
use crate::source::{Document, MAX_BYTES, Syntax};
use crate::tree::{Entry, Tree, TreeError};
use crate::workspace::{ORGANISATION_FILE, PUBLICATIONS, TOOLKIT_FILE, Workspace};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the facts are about.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub repository: &'a Repository,
    pub banks: &'a Banks,
    pub workspace: &'a Workspace,
    /// The work tree, or the files of the revision.
    pub tree: &'a dyn Tree,
    /// The commit that is read in the work tree's stead.
    pub revision: Option<Id>,
    /// The standard at hand.
    pub standard: &'a str,
    pub day: Date,
}

/// Gathers the facts. A workspace that its repository ignores as a whole counts as lying outside git.
pub fn facts(setting: Setting<'_>) -> Result<Ledger, GitError> {
    let repository = setting.repository;
    let outside = || !repository.is_tracked(ORGANISATION_FILE) && repository.is_ignored(ORGANISATION_FILE);
    if setting.revision.is_none() && outside() {
        return Ok(Ledger::default());
    }
    let mut ledger = Ledger { tracked: Some(tracked(setting)), stored: stored(setting), ..Ledger::default() };
    let head = match setting.revision {
        Some(commit) => Some(commit),
        None => repository.head()?.commit,
    };
    let Some(head) = head else { return Ok(ledger) };
    let tags = tags(setting, head);
    let lay_elsewhere = |tag: &Tag| {
        let tree = repository.workspace_at(tag.object.commit);
        tree.is_ok_and(|tree| tree.id_of(ORGANISATION_FILE).is_none())
    };
    let followed = tags.iter().any(lay_elsewhere).then(|| repository.following_moves(head)).transpose()?;
    let repository = followed.as_ref().unwrap_or(repository);
    let setting = Setting { repository, ..setting };
    let tree = repository.workspace_at(head)?;
    if tags.is_empty() && tree.id_of(PUBLICATIONS).is_none() {
        return Ok(ledger);
    }
    ledger.changed = changed(setting, head, &tags);
    if repository.is_shallow() {
        ledger.shallow = true;
        return Ok(ledger);
    }
    let mut gathered = Gathered::default();
    for tag in &tags {
        gathered.take_tag(repository, tag)?;
    }
    let hidden: Vec<Id> = tags.iter().map(|tag| tag.object.commit).collect();
    gathered.walk(repository, head, &hidden)?;
    ledger.published = gathered.published.into_values().collect();
    ledger.toolkit = gathered.toolkit;
    Ok(ledger)
}

fn tracked(setting: Setting<'_>) -> BTreeSet<String> {
    let answers = setting.workspace.answers.iter().map(|answers| &answers.decoded.value);
    let files: BTreeSet<&str> = answers.flat_map(record::evidence_files).map(|(file, _)| file).collect();
    let is_tracked = |file: &str| match setting.revision {
        Some(_) => matches!(setting.tree.entry(file), Ok(Entry::File { .. })),
        None => setting.repository.is_tracked(&record::normal(file)),
    };
    let files = files.into_iter().filter(|file| is_tracked(file));
    files.map(str::to_owned).collect()
}

/// What git stores of evidence with a digest, where it converts the line ends.
fn stored(setting: Setting<'_>) -> BTreeMap<String, String> {
    if setting.revision.is_some() {
        return BTreeMap::new();
    }
    let answers = setting.workspace.answers.iter().map(|answers| &answers.decoded.value);
    let files: BTreeSet<&str> = answers
        .flat_map(record::evidence_files)
        .filter(|(_, evidence)| evidence.sha256.is_some())
        .map(|(file, _)| file)
        .collect();
    let digest = |file: &str| setting.repository.sha256_stored(&record::normal(file), setting.tree);
    files.into_iter().filter_map(|file| Some((file.to_owned(), digest(file)?))).collect()
}

/// The tag of a publication of the history checked out.
struct Tag {
    edition: String,
    number: String,
    object: TagObject,
}

/// The tags that lead to ancestors of a commit, oldest publication first. Those of other branches are not this
/// history's.
fn tags(setting: Setting<'_>, head: Id) -> Vec<Tag> {
    let repository = setting.repository;
    let family = record::tag_family(setting.banks, setting.standard);
    let Some((_, organisation)) = &setting.workspace.organisation else { return Vec::new() };
    let organisation = &organisation.value;
    let mut tags = Vec::new();
    for code in std::iter::once(&organisation.ods_code).chain(&organisation.former_codes) {
        for tagged in listing::tagged(repository.tags_of(family, code), family, code) {
            let Some(object) = repository.tag(&tagged.name) else { continue };
            if repository.is_within(object.commit, head) {
                tags.push(Tag { edition: tagged.edition, number: tagged.number, object });
            }
        }
    }
    tags.sort_by(|a, b| (a.object.time, &a.edition, &a.number).cmp(&(b.object.time, &b.edition, &b.number)));
    tags
}

/// What was found so far, oldest first.
#[derive(Default)]
struct Gathered {
    published: BTreeMap<(String, String), Published>,
    toolkit: Vec<ToolkitEntry>,
    /// Members by the object of organisation.toml: most commits share it.
    members: HashMap<Option<Id>, Option<Vec<Member>>>,
}

impl Gathered {
    fn take_tag(&mut self, repository: &Repository, tag: &Tag) -> Result<(), GitError> {
        let tree = repository.workspace_at(tag.object.commit)?;
        let named = tag.object.message.lines().find_map(|line| line.trim_end().strip_prefix("record "));
        let digest = named.map(str::to_owned).or_else(|| {
            let bytes = tree.read(&record::record_path(&tag.edition, &tag.number), MAX_BYTES).ok()?;
            Some(record::digest(&bytes))
        });
        if let Some(digest) = digest {
            self.add(&tree, (tag.edition.clone(), tag.number.clone()), format!("the tag {}", tag.object.name), digest);
        }
        self.take_records(&tree, &format!("the tag {}", tag.object.name));
        let now = listing::toolkit(&tree);
        if kept(&self.toolkit, &now) {
            self.take_entries(&now, &[]);
        }
        Ok(())
    }

    /// The records of a tree that nothing older held.
    fn take_records(&mut self, tree: &RevisionTree, held_by: &str) {
        for (edition, number) in listing::names(tree) {
            if self.published.contains_key(&(edition.clone(), number.clone())) {
                continue;
            }
            if let Ok(bytes) = tree.read(&record::record_path(&edition, &number), MAX_BYTES) {
                self.add(tree, (edition, number), held_by.to_owned(), record::digest(&bytes));
            }
        }
    }

    fn add(&mut self, tree: &RevisionTree, name: (String, String), held_by: String, digest: String) {
        let members = self.members.entry(tree.id_of(ORGANISATION_FILE)).or_insert_with(|| members(tree)).clone();
        let (edition, number) = name.clone();
        self.published.entry(name).or_insert(Published { edition, number, held_by, digest, members });
    }

    /// The entries that were not there before; one that is known already is not taken twice.
    fn take_entries(&mut self, now: &[ToolkitEntry], before: &[ToolkitEntry]) {
        for entry in now {
            let is_known = |known: &[ToolkitEntry]| known.iter().any(|known| known.is_kept_in(entry));
            if !is_known(before) && !is_known(&self.toolkit) {
                self.toolkit.push(entry.clone());
            }
        }
    }

    /// Follows the commits since the tags. A commit that changes or takes away entries adds none: what it brings in
    /// their stead was not noted, it was altered.
    fn walk(&mut self, repository: &Repository, head: Id, hidden: &[Id]) -> Result<(), GitError> {
        for commit in repository.commits_publishing(head, hidden)? {
            let tree = repository.workspace_at(commit.id)?;
            let parents = commit.parents.iter().map(|parent| repository.workspace_at(*parent));
            let parents = parents.collect::<Result<Vec<_>, _>>()?;
            let short: String = commit.id.to_string().chars().take(10).collect();
            self.take_records(&tree, &format!("the commit {short}"));
            if parents.iter().any(|parent| parent.id_of(TOOLKIT_FILE) == tree.id_of(TOOLKIT_FILE)) {
                continue;
            }
            let before: Vec<ToolkitEntry> = parents.iter().flat_map(|parent| listing::toolkit(parent)).collect();
            let now = listing::toolkit(&tree);
            if kept(&before, &now) {
                self.take_entries(&now, &before);
            }
        }
        Ok(())
    }
}

fn kept(before: &[ToolkitEntry], now: &[ToolkitEntry]) -> bool {
    before.iter().all(|before| now.iter().any(|now| before.is_kept_in(now)))
}

fn members(tree: &RevisionTree) -> Option<Vec<Member>> {
    let bytes = tree.read(ORGANISATION_FILE, MAX_BYTES).ok()?;
    let document = Document::read(bytes, Syntax::Toml);
    let decoded = organisation::decode(&document);
    (!document.damaged && decoded.readable).then_some(decoded.value.members)
}

/// What is said otherwise than in the newest publication of the edition at hand.
fn changed(setting: Setting<'_>, head: Id, tags: &[Tag]) -> Option<Changed> {
    let workspace = setting.workspace;
    let edition = workspace.edition.as_deref()?;
    let answers = workspace.answers.iter().find(|answers| answers.edition == edition)?;
    let (_, organisation) = workspace.organisation.as_ref()?;
    let own = workspace.records.iter().map(|(_, record)| record);
    let last = own
        .filter(|record| record.edition == edition && record.date <= setting.day)
        .max_by(|a, b| (a.date, &a.number).cmp(&(b.date, &b.number)))?;
    let repository = setting.repository;
    let tag = tags.iter().find(|tag| tag.edition == last.edition && tag.number == last.number);
    let path = record::record_path(&last.edition, &last.number);
    let commit = match tag {
        Some(tag) => tag.object.commit,
        None => listing::commit_that_added(repository, head, &path)?,
    };
    let then = said_then(&repository.workspace_at(commit).ok()?, &last.edition, &last.number)?;
    let checked_out = AsStored { work: setting.tree, repository };
    let tree = if setting.revision.is_some() { setting.tree } else { &checked_out };
    let now = said(&organisation.value, &answers.decoded.value, tree);
    let publication = format!("{}/{}", last.edition, last.number);
    Some(Changed { publication, what: then.differences(&now) })
}

/// What a publication said, its evidence by the digests of its list: the files themselves stay unread.
fn said_then(tree: &RevisionTree, edition: &str, number: &str) -> Option<Said> {
    let found = listing::find(tree, edition, number)?;
    let digests = found.record.ok().and_then(|record| digests(tree, &record)).unwrap_or_default();
    listing::said_at(&Listed { tree, digests }, edition)
}

/// The list beside a record, where it is the one that the record names.
fn digests(tree: &RevisionTree, record: &Record) -> Option<HashMap<String, String>> {
    let bytes = tree.read(&record::list_path(&record.edition, &record.number), MAX_BYTES).ok()?;
    let is_own = record::digest(&bytes) == record.files;
    let listed = String::from_utf8(bytes).ok().filter(|_| is_own).and_then(|text| record::read_list(&text))?;
    Some(listed.into_iter().collect())
}

/// A revision whose files have the digests of a list.
#[derive(Debug)]
struct Listed<'t> {
    tree: &'t RevisionTree,
    digests: HashMap<String, String>,
}

impl Tree for Listed<'_> {
    fn entry(&self, path: &str) -> Result<Entry, TreeError> {
        self.tree.entry(path)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, TreeError> {
        self.tree.read(path, limit)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, TreeError> {
        self.tree.list(directory)
    }

    fn sha256(&self, path: &str) -> Result<String, TreeError> {
        self.digests.get(&record::normal(path)).map_or_else(|| self.tree.sha256(path), |digest| Ok(digest.clone()))
    }
}
