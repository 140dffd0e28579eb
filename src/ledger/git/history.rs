//! Commits, tags and what they are signed over.

use super::Id;
use super::repository::{GitError, Repository};
use crate::workspace::PUBLICATIONS;
use std::collections::HashMap;
use std::path::Path;

/// A commit, as far as a verifier asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    pub id: Id,
    pub parents: Vec<Id>,
    /// Seconds since 1970, as the committer's clock had it.
    pub time: i64,
    pub message: String,
}

/// A signature and the bytes it was made over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub signature: String,
    pub payload: Vec<u8>,
    /// When it says it was made, seconds since 1970.
    pub time: i64,
}

impl Signed {
    pub fn is_ssh(&self) -> bool {
        self.signature.contains("BEGIN SSH SIGNATURE")
    }
}

/// An annotated tag, or a plain one that only points at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagObject {
    /// Without `refs/tags/`.
    pub name: String,
    /// What the tag's own object calls it: another name where it was put in another's place.
    pub own_name: Option<String>,
    pub commit: Id,
    /// The tag's own object; none where the tag is no annotated one.
    pub object: Option<Id>,
    /// The message without the signature.
    pub message: String,
    pub signed: Option<Signed>,
    pub time: i64,
}

/// The beginnings of signatures that git appends to tags.
const MARKERS: &[&str] =
    &["-----BEGIN SSH SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----", "-----BEGIN SIGNED MESSAGE-----"];

impl Repository {
    pub fn commit(&self, id: Id) -> Result<CommitInfo, GitError> {
        let repository = self.handle();
        let commit = repository.find_commit(id)?;
        Ok(CommitInfo {
            id,
            parents: commit.parent_ids().collect(),
            time: commit.time().seconds(),
            message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        })
    }

    /// The commits reachable from one and from none of the others, ancestors first.
    pub fn commits(&self, from: Id, without: &[Id]) -> Result<Vec<CommitInfo>, GitError> {
        self.reachable(from, without)?.into_iter().map(|id| self.commit(id)).collect()
    }

    fn reachable(&self, from: Id, without: &[Id]) -> Result<Vec<Id>, GitError> {
        let repository = self.handle();
        let mut walk = repository.revwalk()?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)?;
        walk.push(from)?;
        for id in without {
            walk.hide(*id)?;
        }
        Ok(walk.collect::<Result<_, _>>()?)
    }

    /// The commits of a history in which what was published here is what none of their parents had, without those within
    /// any of some others; ancestors first.
    pub fn commits_publishing(&self, head: Id, without: &[Id]) -> Result<Vec<CommitInfo>, GitError> {
        // What a commit of another branch leads back to, the lineage does not know.
        let lineage = self.lineage(head).filter(|lineage| without.iter().all(|id| lineage.holds(*id)));
        if let Some(lineage) = lineage {
            return lineage.publishing(self.prefix(), without).into_iter().map(|id| self.commit(id)).collect();
        }
        let mut known: HashMap<Id, Option<Id>> = HashMap::new();
        let mut state = |commit: Id| -> Result<Option<Id>, GitError> {
            if let Some(state) = known.get(&commit) {
                return Ok(*state);
            }
            let state = self.publications_at(commit)?;
            known.insert(commit, state);
            Ok(state)
        };
        let mut found = Vec::new();
        for id in self.reachable(head, without)? {
            let now = state(id)?;
            let parents: Vec<Id> = self.handle().find_commit(id)?.parent_ids().collect();
            let mut is_new = now.is_some();
            for parent in parents {
                is_new = is_new && state(parent)? != now;
            }
            if is_new {
                found.push(self.commit(id)?);
            }
        }
        Ok(found)
    }

    /// The object of what was published here, as a commit has it; none where it has nothing.
    fn publications_at(&self, commit: Id) -> Result<Option<Id>, GitError> {
        let path = format!("{}{PUBLICATIONS}", self.place_at(commit));
        let repository = self.handle();
        let tree = repository.find_commit(commit)?.tree()?;
        match tree.get_path(Path::new(&path)) {
            Ok(entry) => Ok(Some(entry.id())),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a commit is another or one of its ancestors.
    pub fn is_within(&self, ancestor: Id, descendant: Id) -> bool {
        match self.lineage(descendant) {
            Some(lineage) => lineage.holds(ancestor),
            None => ancestor == descendant || self.handle().graph_descendant_of(descendant, ancestor).unwrap_or(false),
        }
    }

    /// A commit's signature; none where it has none.
    pub fn signature_of(&self, id: Id) -> Option<Signed> {
        let time = self.commit(id).ok()?.time;
        let repository = self.handle();
        let (signature, payload) = repository.extract_signature(&id, None).ok()?;
        Some(Signed { signature: String::from_utf8_lossy(&signature).into_owned(), payload: payload.to_vec(), time })
    }

    /// Whether there is a tag with a name, whatever it leads to.
    pub fn has_tag(&self, name: &str) -> bool {
        self.handle().find_reference(&format!("refs/tags/{name}")).is_ok()
    }

    /// The tag with a name; none where there is none or where it leads to no commit.
    pub fn tag(&self, name: &str) -> Option<TagObject> {
        let repository = self.handle();
        let reference = repository.find_reference(&format!("refs/tags/{name}")).ok()?;
        let commit = reference.peel_to_commit().ok()?;
        let target = reference.target()?;
        let Ok(tag) = repository.find_tag(target) else {
            return Some(TagObject {
                name: name.to_owned(),
                own_name: None,
                commit: commit.id(),
                object: None,
                message: String::new(),
                signed: None,
                time: commit.time().seconds(),
            });
        };
        let time = tag.tagger().map_or(0, |tagger| tagger.when().seconds());
        let odb = repository.odb().ok()?;
        let raw = odb.read(target).ok()?;
        let bytes = raw.data();
        let split = signature_start(bytes);
        let payload = &bytes[..split.unwrap_or(bytes.len())];
        let text = String::from_utf8_lossy(payload);
        let message = text.split_once("\n\n").map_or("", |(_, message)| message).to_owned();
        let signed = split.map(|at| Signed {
            signature: String::from_utf8_lossy(&bytes[at..]).into_owned(),
            payload: payload.to_vec(),
            time,
        });
        Some(TagObject {
            name: name.to_owned(),
            own_name: tag.name().ok().map(str::to_owned),
            commit: commit.id(),
            object: Some(target),
            message,
            signed,
            time,
        })
    }

    /// Names of tags that begin with a text, without `refs/tags/`, sorted.
    pub fn tags(&self, beginning: &str) -> Vec<String> {
        let repository = self.handle();
        let mut names: Vec<String> = Vec::new();
        if let Ok(references) = repository.references_glob(&format!("refs/tags/{beginning}*")) {
            for reference in references.flatten() {
                let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
                names.extend(name.strip_prefix("refs/tags/").map(str::to_owned));
            }
        }
        names.sort();
        names
    }
}

/// Where the signature of a tag begins: the last line that begins one, as git has it.
pub(super) fn signature_start(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut found = None;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if MARKERS.iter().any(|marker| line.starts_with(marker.as_bytes())) {
            found = Some(at);
        }
        at += line.len();
    }
    found
}
