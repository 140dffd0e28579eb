//! Judges publications from the repository alone.
//!
//! Nothing here trusts the program that published: digests are taken anew from the commit's tree, the level is worked
//! out anew by the committed bank, signatures are judged by `ssh-keygen` and `gpg`, and who may sign is read from
//! earlier publications or from the verifier's own list, never from the tree being verified.

mod bank;
mod chain;
mod content;
mod signers;
mod trust;
mod weaker;

use super::git::{GitError, Id, Judges, Repository, TagObject};
use super::listing::{self, Found};
use super::record;
use crate::bank::Banks;
use crate::model::Record;
use crate::source::MAX_BYTES;
use crate::tree::{Tree, TreeError};
use chain::Chain;
pub(super) use chain::{date as record_date, says as tag_says};
pub use content::committed_bank;
pub(super) use signers::List;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
pub(super) use trust::not_counting;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Pass,
    NotChecked,
    NotProven,
    Fail,
}

impl Verdict {
    pub const WORDS: &'static [&'static str] = &["pass", "not-checked", "not-proven", "fail"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// One check of one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub check: &'static str,
    pub verdict: Verdict,
    pub detail: String,
}

impl Check {
    pub(crate) fn new(check: &'static str, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { check, verdict, detail: detail.into() }
    }

    fn pass(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Verdict::Pass, detail)
    }

    fn fail(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Verdict::Fail, detail)
    }
}

/// Which identity was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Administrator,
    NotProven,
    Unsigned,
}

impl Identity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::NotProven => "not-proven",
            Self::Unsigned => "unsigned",
        }
    }

    pub fn headline(self) -> &'static str {
        match self {
            Self::Administrator => "signed by an administrator",
            Self::NotProven => "signed, signer not proven",
            Self::Unsigned => "unsigned: content only",
        }
    }
}

/// What became of one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub edition: String,
    pub number: String,
    pub record: Option<Record>,
    pub commit: Option<Id>,
    /// Where the workspace lay in that commit: empty, or ending in `/`.
    pub prefix: String,
    /// The tag's name, whether it is there or not.
    pub tag: String,
    pub identity: Identity,
    /// Who signed, as far as that is known.
    pub signer: Option<String>,
    /// `good`, `bad`, `unsigned` or `unknown-key`.
    pub signature: &'static str,
    /// What else stands in the headline.
    pub remarks: Vec<String>,
    pub checks: Vec<Check>,
}

impl Verified {
    pub fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }

    pub fn is_verified(&self) -> bool {
        self.checks.iter().all(|check| check.verdict != Verdict::Fail)
    }
}

/// Whom the verifier trusts, and how strictly.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The verifier's own list; wins over what the repository says.
    pub allowed_signers: Option<PathBuf>,
    pub require_signature: bool,
}

/// What is verified, and with what.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub repository: &'a Repository,
    /// What judges signatures.
    pub judges: &'a Judges,
    pub banks: &'a Banks,
    /// The work tree, for private files at hand and for what was changed without being committed.
    pub work: &'a dyn Tree,
    pub head: Id,
    /// Whether the head stands for a day gone by: what was published outside its history is not considered.
    pub is_past: bool,
    /// The organisation's code and its former ones.
    pub codes: &'a [String],
    pub trust: &'a Trust,
}

/// A publication and where it was found.
struct Candidate {
    found: Option<Found>,
    edition: String,
    number: String,
    tag_name: String,
    tag: Option<TagObject>,
    commit: Option<Id>,
    /// The code that the record is of, where the organisation has no such code, nor had one by its file.
    stranger: Option<String>,
    /// An earlier one that stands in the history beside it: both follow the same record, or none.
    rival: Option<String>,
}

impl Candidate {
    fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }

    fn record(&self) -> Option<&Record> {
        self.found.as_ref().and_then(|found| found.record.as_ref().ok())
    }
}

/// Every publication, oldest first.
pub fn verify(setting: Setting<'_>) -> Result<Vec<Verified>, GitError> {
    if setting.repository.is_shallow() {
        return Err(GitError::new("this is a shallow clone: the history that proves the publications is not here")
            .hint("`git fetch --unshallow --tags` fetches the rest"));
    }
    let chain = Chain::read(setting.repository, setting.head)?;
    let mut candidates = candidates(setting, &chain)?;
    candidates.sort_by_cached_key(|candidate| {
        let date = candidate.found.as_ref().and_then(|found| found.record.as_ref().ok()).map(|record| record.date);
        (date.is_none(), date, candidate.edition.clone(), candidate.number.clone())
    });
    note_rivals(&mut candidates, &chain);
    // Who may sign comes from the record that a record names as the one before it: by digest, so that nobody can put
    // a publication of his own in between.
    let mut rings: HashMap<String, trust::Ring> = HashMap::new();
    let mut verified: Vec<Option<Verified>> = candidates.iter().map(|_| None).collect();
    while let Some(at) = next(&candidates, &verified) {
        let candidate = &candidates[at];
        let previous = candidate.record().and_then(|record| record.previous.clone());
        let mut ring = previous.and_then(|previous| rings.get(&previous).cloned()).unwrap_or_default();
        verified[at] = Some(judge(setting, &chain, candidate, &mut ring)?);
        if let Some(found) = &candidate.found {
            rings.insert(record::digest(&found.bytes), ring);
        }
    }
    Ok(verified.into_iter().flatten().collect())
}

/// Each record follows one and is followed by one: two that follow the same were made on two branches, neither of which
/// knew of the other. The first keeps its place.
fn note_rivals(candidates: &mut [Candidate], chain: &Chain) {
    let mut followed: HashMap<Option<String>, String> = HashMap::new();
    for candidate in candidates {
        let path = record::record_path(&candidate.edition, &candidate.number);
        let Some(record) = candidate.record().filter(|_| chain.added(&path).is_some()) else { continue };
        match followed.entry(record.previous.clone()) {
            Entry::Occupied(first) => candidate.rival = Some(first.get().clone()),
            Entry::Vacant(place) => {
                place.insert(candidate.id());
            }
        }
    }
}

/// The first that is not judged yet and does not wait for the one before it.
fn next(candidates: &[Candidate], verified: &[Option<Verified>]) -> Option<usize> {
    let open = || (0..candidates.len()).filter(|at| verified[*at].is_none());
    let waits = |at: usize| {
        let previous = candidates[at].record().and_then(|record| record.previous.clone());
        previous.is_some_and(|previous| {
            open().any(|other| {
                other != at
                    && candidates[other].found.as_ref().is_some_and(|found| record::digest(&found.bytes) == previous)
            })
        })
    };
    open().find(|at| !waits(*at)).or_else(|| open().next())
}

fn candidates(setting: Setting<'_>, chain: &Chain) -> Result<Vec<Candidate>, GitError> {
    let mut names: BTreeSet<(String, String)> = chain.names();
    names.extend(listing::names(setting.work));
    let families: BTreeSet<&str> =
        setting.banks.iter().map(|bank| record::tag_family(setting.banks, &bank.head.standard)).collect();
    let mut tags = Vec::new();
    for family in families {
        for code in setting.codes {
            tags.extend(listing::tagged(setting.repository.tags_of(family, code), family, code));
        }
    }
    if !setting.is_past {
        names.extend(tags.iter().map(|tagged| (tagged.edition.clone(), tagged.number.clone())));
    }
    let mut candidates = Vec::new();
    for (edition, number) in names {
        let is_of = |tagged: &&listing::Tagged| (&tagged.edition, &tagged.number) == (&edition, &number);
        let path = record::record_path(&edition, &number);
        let mut known = tags.iter().find(is_of).map(|tagged| tagged.name.clone());
        let mut stranger = None;
        if known.is_none()
            && let Some(added) = chain.added(&path)
            && let Some(found) = listing::find(&setting.repository.workspace_at(added)?, &edition, &number)
            && let Ok(record) = found.record
            && !setting.codes.iter().any(|code| code.eq_ignore_ascii_case(&record.ods_code))
        {
            let family = record::tag_family(setting.banks, &record.standard);
            let code = record.ods_code;
            let tags = listing::tagged(setting.repository.tags_of(family, &code), family, &code);
            known = tags.iter().find(is_of).map(|tagged| tagged.name.clone());
            stranger = Some(code);
        }
        let tag = known.as_deref().and_then(|tag| setting.repository.tag(tag));
        let commit = tag.as_ref().map(|tag| tag.commit).or_else(|| chain.added(&path));
        let found = match commit {
            Some(commit) => listing::find(&setting.repository.workspace_at(commit)?, &edition, &number),
            None => listing::find(setting.work, &edition, &number),
        };
        let code = || {
            let own = found.as_ref().and_then(|found| found.record.as_ref().ok()).map(|record| record.ods_code.clone());
            own.or_else(|| setting.codes.first().cloned()).unwrap_or_default()
        };
        let standard =
            found.as_ref().and_then(|found| found.record.as_ref().ok()).map(|record| record.standard.clone());
        let standard = standard.unwrap_or_else(|| setting.banks.default_standard().to_owned());
        let tag_name = known.unwrap_or_else(|| record::tag_name(setting.banks, &standard, &code(), &edition, &number));
        candidates.push(Candidate { found, edition, number, tag_name, tag, commit, stranger, rival: None });
    }
    Ok(candidates)
}

fn judge(
    setting: Setting<'_>,
    chain: &Chain,
    candidate: &Candidate,
    ring: &mut trust::Ring,
) -> Result<Verified, GitError> {
    let mut verified = Verified {
        edition: candidate.edition.clone(),
        number: candidate.number.clone(),
        record: candidate.found.as_ref().and_then(|found| found.record.clone().ok()),
        commit: candidate.commit,
        prefix: candidate.commit.map_or("", |commit| setting.repository.place_at(commit)).to_owned(),
        tag: candidate.tag_name.clone(),
        identity: Identity::Unsigned,
        signer: None,
        signature: "unsigned",
        remarks: Vec::new(),
        checks: Vec::new(),
    };
    let (Some(found), Some(commit)) = (&candidate.found, candidate.commit) else {
        let misplaced = candidate.tag.as_ref().and_then(chain::misplaced);
        let why = match candidate.commit {
            Some(_) if misplaced.is_some() => "the tagged commit does not hold the record".to_owned(),
            Some(_) => format!(
                "the tagged commit does not hold the record: `git tag -d {}` takes a tag away that `publish` did not make",
                candidate.tag_name
            ),
            None => "the record is in no commit; only `dspt publish` makes a publication".to_owned(),
        };
        verified.checks.push(Check::fail("record", why));
        verified.checks.extend(misplaced.map(|why| Check::fail("tag", why)));
        verified.checks.push(chain::append_only(setting, chain, candidate));
        return Ok(verified);
    };
    let tree = setting.repository.workspace_at(commit)?;
    let info = setting.repository.commit(commit)?;
    let record = match &found.record {
        Ok(record) => record,
        Err(why) => {
            verified.checks.push(Check::fail("record", format!("{}: {why}", found.path)));
            verified.checks.push(chain::append_only(setting, chain, candidate));
            return Ok(verified);
        }
    };
    if verified.prefix != setting.repository.prefix() {
        verified.remarks.push(match verified.prefix.trim_end_matches('/') {
            "" => "published when the workspace was the whole repository".to_owned(),
            place => format!("published when the workspace lay in {place}"),
        });
    }
    let loaded = content::Loaded::read(setting, &tree, record);
    let mut own = content::record(setting, &tree, &loaded, found, record, &info);
    if let Some(rival) = candidate.rival.as_ref().filter(|_| own.verdict != Verdict::Fail) {
        let both = if record.previous.is_some() { "follow the same publication" } else { "say that none came before" };
        let id = record.id();
        own = Check::fail(
            "record",
            format!(
                "{rival} and {id} both {both}: they were made on two branches that were merged. Where {id} was not \
                 pushed, undo the merge, take it back and publish again; where it was, it stays failed, and what holds \
                 is published anew with --reason"
            ),
        );
    }
    let files = content::files(setting, &tree, &loaded, record);
    let hold = own.verdict != Verdict::Fail && files.verdict != Verdict::Fail;
    let publisher = if hold { content::publisher(&loaded, record) } else { None };
    verified.checks.push(publisher.unwrap_or(own));
    verified.checks.push(files);
    verified.checks.push(bank::check(setting, &tree, record));
    verified.checks.push(content::level(setting, &tree, &loaded, record));
    verified.checks.push(chain::append_only(setting, chain, candidate));
    verified.checks.push(chain::tag(setting, candidate, found, record));
    let signatures = trust::signatures(setting, candidate, commit, record, ring)?;
    verified.identity = signatures.identity;
    verified.signer = signatures.signer;
    verified.signature = signatures.word;
    verified.checks.extend(signatures.checks);
    let (date, remark) = chain::date(record, info.time);
    verified.checks.push(date);
    verified.remarks.extend(remark);
    ring.follow(setting, commit, record, verified.identity)?;
    Ok(verified)
}

/// The commands that prove the same without this program, one a line, comments between. Each can be repeated: where the
/// tag cannot be read its commit is named instead.
pub fn commands(setting: Setting<'_>, verified: &Verified) -> Vec<String> {
    let Some(commit) = verified.commit else { return Vec::new() };
    let tag = setting.repository.tag(&verified.tag).filter(|tag| tag.object.is_some());
    let name = if tag.is_some() { verified.tag.clone() } else { commit.to_string() };
    let prefix = verified.prefix.as_str();
    let record = quoted(&format!("{name}:{prefix}{}", record::record_path(&verified.edition, &verified.number)));
    let list = record::list_path(&verified.edition, &verified.number);
    let mut lines = Vec::new();
    if tag.is_some() {
        lines.push("# the tag names the record's digest".to_owned());
        lines.push(format!("git cat-file tag {}", quoted(&name)));
    } else {
        lines.push("# without the tag nothing names the record's digest".to_owned());
    }
    lines.push(format!("git show {record} | sha256sum"));
    lines.push("# every file is as it was published".to_owned());
    let tree =
        if prefix.is_empty() { quoted(&name) } else { quoted(&format!("{name}:{}", prefix.trim_end_matches('/'))) };
    lines.push(format!("mkdir published && git archive {tree} | tar -x -C published"));
    let (count, private) = listed(setting, verified);
    let pass_over = if private > 0 {
        let are = if private == 1 { "is" } else { "are" };
        lines.push(format!(
            "# of the {count} files listed, {private} {are} kept private and not in git: {} are OK",
            count - private
        ));
        "--ignore-missing "
    } else {
        ""
    };
    lines.push(format!("(cd published && sha256sum {pass_over}-c {})", quoted(&list)));
    lines.extend(who_signed(setting, verified, tag.as_ref(), commit));
    lines
}

/// The commands that show who signed: the tag, else the commit; none where nobody did.
fn who_signed(setting: Setting<'_>, verified: &Verified, tag: Option<&TagObject>, commit: Id) -> Vec<String> {
    let signed_tag = tag.and_then(|tag| Some((tag, tag.signed.as_ref()?)));
    let (kind, name, is_ssh) = match (signed_tag, setting.repository.signature_of(commit)) {
        (Some((tag, signed)), _) => ("tag", quoted(&tag.name), signed.is_ssh()),
        (None, Some(signed)) => ("commit", commit.to_string(), signed.is_ssh()),
        (None, None) => return Vec::new(),
    };
    if !is_ssh {
        return vec!["# who signed, by the keys that your gpg trusts".to_owned(), format!("git verify-{kind} {name}")];
    }
    let allowed = setting
        .trust
        .allowed_signers
        .as_ref()
        .map_or("allowed_signers".to_owned(), |path| quoted(&path.display().to_string()));
    let mut lines = vec![
        "# who signed, by your own list of signers (lines of: address key)".to_owned(),
        format!("git -c gpg.ssh.allowedSignersFile={allowed} verify-{kind} {name}"),
    ];
    if kind == "tag" {
        let signer = verified.signer.as_deref().filter(|signer| !signer.contains(' ')).unwrap_or("ADDRESS");
        lines.extend([
            format!("git cat-file tag {name} | sed '/^-----BEGIN/,$d' > tag.txt"),
            format!("git cat-file tag {name} | sed -n '/^-----BEGIN/,$p' > tag.sig"),
            format!("ssh-keygen -Y verify -f {allowed} -I {} -n git -s tag.sig < tag.txt", quoted(signer)),
        ]);
    }
    lines
}

/// How many files a publication's list names, and how many of them its commit does not hold.
fn listed(setting: Setting<'_>, verified: &Verified) -> (usize, usize) {
    let tree = verified.commit.and_then(|commit| setting.repository.workspace_at(commit).ok());
    let listed = tree.and_then(|tree| {
        let bytes = tree.read(&record::list_path(&verified.edition, &verified.number), MAX_BYTES).ok()?;
        let listed = record::read_list(&String::from_utf8(bytes).ok()?)?;
        let missing = listed.iter().filter(|(path, _)| matches!(tree.entry(path), Err(TreeError::Missing))).count();
        Some((listed.len(), missing))
    });
    listed.unwrap_or_default()
}

/// A word as a shell takes it.
pub(super) fn quoted(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:@^{}".contains(&byte)) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
