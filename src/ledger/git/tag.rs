//! A tag object as its bytes, for proofs that leave the repository.

use super::Id;
use super::history::{Signed, signature_start};
use super::repository::{GitError, Repository};

/// What the bytes of an annotated tag say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTag {
    /// The name of the tag object itself, worked out from its bytes.
    pub id: Id,
    /// What it points at, a commit.
    pub commit: Id,
    pub name: String,
    /// When it was made, seconds since 1970.
    pub time: i64,
    /// The message without the signature.
    pub message: String,
    pub signed: Option<Signed>,
}

impl RawTag {
    /// None where the bytes are no tag of a commit.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let id = Id::hash_object(git2::ObjectType::Tag, bytes).ok()?;
        let split = signature_start(bytes);
        let payload = &bytes[..split.unwrap_or(bytes.len())];
        let text = std::str::from_utf8(payload).ok()?;
        let (head, message) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let commit = Id::from_str(lines.next()?.strip_prefix("object ")?).ok()?;
        lines.next().filter(|line| *line == "type commit")?;
        let name = lines.next()?.strip_prefix("tag ")?.to_owned();
        let tagger = lines.next()?.strip_prefix("tagger ")?;
        let time = tagger.rsplit(' ').nth(1)?.parse().ok()?;
        let signed = match split {
            Some(at) => Some(Signed {
                signature: std::str::from_utf8(&bytes[at..]).ok()?.to_owned(),
                payload: payload.to_vec(),
                time,
            }),
            None => None,
        };
        Some(Self { id, commit, name, time, message: message.to_owned(), signed })
    }
}

impl Repository {
    /// The bytes of a tag object.
    pub fn tag_bytes(&self, id: Id) -> Result<Vec<u8>, GitError> {
        let repository = self.handle();
        let odb = repository.odb()?;
        Ok(odb.read(id)?.data().to_vec())
    }
}
