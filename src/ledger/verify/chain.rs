//! What became of records and toolkit entries along the history, and the tag.

use super::{Candidate, Check, Setting, Verdict};
use crate::decode::organisation;
use crate::ledger::git::{GitError, Id, Repository, TagObject};
use crate::ledger::listing::{self, Found};
use crate::ledger::record;
use crate::model::period::days_between;
use crate::model::{Record, ToolkitEntry};
use crate::source::{Document, MAX_BYTES, Pointer, Syntax};
use crate::tree::{Tree, TreeError};
use crate::workspace::{ORGANISATION_FILE, PUBLICATIONS, TOOLKIT_FILE};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The files under `publications/` as one commit has them.
#[derive(Debug, Clone, Default)]
struct Snapshot {
    files: BTreeMap<String, Id>,
}

/// The history of everything under `publications/`.
pub(super) struct Chain {
    /// The oldest commit that holds each file.
    added: BTreeMap<String, Id>,
    /// What was changed or taken away, by path: the commit that did it and what it did.
    altered: BTreeMap<String, (Id, &'static str)>,
    /// The first commit that changed or took away a toolkit entry.
    toolkit: Option<Id>,
}

impl Chain {
    pub(super) fn read(repository: &Repository, head: Id) -> Result<Self, GitError> {
        let mut chain = Self { added: BTreeMap::new(), altered: BTreeMap::new(), toolkit: None };
        // Most commits leave publications alone: each state is read once.
        let mut states: HashMap<Option<Id>, Snapshot> = HashMap::new();
        let mut of_commit: HashMap<Id, Option<Id>> = HashMap::new();
        for commit in repository.commits(head, &[])? {
            let tree = repository.workspace_at(commit.id)?;
            let state = tree.id_of(PUBLICATIONS);
            of_commit.insert(commit.id, state);
            states.entry(state).or_insert_with(|| snapshot(&tree));
            let now = &states[&state];
            for path in now.files.keys() {
                chain.added.entry(path.clone()).or_insert(commit.id);
            }
            for parent in &commit.parents {
                let before = of_commit.get(parent).copied().flatten();
                if before == state {
                    continue;
                }
                let Some(then) = states.get(&before) else { continue };
                for (path, blob) in then.files.iter().filter(|(path, _)| *path != TOOLKIT_FILE) {
                    let what = match now.files.get(path) {
                        Some(same) if same == blob => continue,
                        Some(_) => "changed",
                        None => "taken away",
                    };
                    chain.altered.entry(path.clone()).or_insert((commit.id, what));
                }
                if chain.toolkit.is_none()
                    && then.files.get(TOOLKIT_FILE) != now.files.get(TOOLKIT_FILE)
                    && then.files.contains_key(TOOLKIT_FILE)
                {
                    let old = listing::toolkit(&repository.workspace_at(*parent)?);
                    if !only_added(&old, &listing::toolkit(&tree)) {
                        chain.toolkit = Some(commit.id);
                    }
                }
            }
        }
        Ok(chain)
    }

    pub(super) fn added(&self, path: &str) -> Option<Id> {
        self.added.get(path).copied()
    }

    /// Edition and number of every record that the history ever held.
    pub(super) fn names(&self) -> BTreeSet<(String, String)> {
        let name = |path: &String| {
            let (edition, file) = path.strip_prefix(PUBLICATIONS)?.strip_prefix('/')?.split_once('/')?;
            let number = file.strip_suffix(".toml").filter(|number| listing::is_number(number))?;
            Some((edition.to_owned(), number.to_owned()))
        };
        self.added.keys().filter_map(name).collect()
    }
}

fn snapshot(tree: &crate::ledger::git::RevisionTree) -> Snapshot {
    let mut files = BTreeMap::new();
    // What git cannot list is gone from the snapshot, and the checks say that it vanished.
    for name in tree.list(PUBLICATIONS).unwrap_or_default() {
        let path = format!("{PUBLICATIONS}/{name}");
        let inside = tree.list(&path).unwrap_or_default();
        if inside.is_empty() {
            files.extend(tree.id_of(&path).filter(|_| path == TOOLKIT_FILE).map(|id| (path.clone(), id)));
        }
        for file in inside {
            let stem = file.strip_suffix(".toml").or_else(|| file.strip_suffix(".sha256"));
            let path = format!("{path}/{file}");
            if name == "banks" || stem.is_some_and(listing::is_number) {
                files.extend(tree.id_of(&path).map(|id| (path, id)));
            }
        }
    }
    Snapshot { files }
}

/// Whether every old entry is still there, unchanged but for `void`, in the order it had. Others may come between: two
/// branches that each added one are merged so.
fn only_added(old: &[ToolkitEntry], new: &[ToolkitEntry]) -> bool {
    let mut new = new.iter();
    old.iter().all(|old| new.any(|new| old.is_kept_in(new)))
}

fn short(id: Id) -> String {
    id.to_string().chars().take(10).collect()
}

/// No record or toolkit entry ever changed or vanished.
pub(super) fn append_only(setting: Setting<'_>, chain: &Chain, candidate: &Candidate) -> Check {
    let name = "append-only";
    let paths = [
        record::record_path(&candidate.edition, &candidate.number),
        record::list_path(&candidate.edition, &candidate.number),
    ];
    let own_bank = candidate
        .found
        .as_ref()
        .and_then(|found| found.record.as_ref().ok())
        .map(|record| record::bank_path(&record.standard, &record.edition, &record.bank.digest))
        // One that never was there is no bank that vanished: check `bank` says so.
        .filter(|path| chain.added(path).is_some());
    for path in paths.iter().chain(&own_bank) {
        if let Some((commit, what)) = chain.altered.get(path) {
            return Check::fail(name, format!("{path} was {what} in the commit {}", short(*commit)));
        }
    }
    if let Some(commit) = chain.toolkit {
        return Check::fail(
            name,
            format!("an entry of {TOOLKIT_FILE} was changed or taken away in the commit {}", short(commit)),
        );
    }
    let Ok(head) = setting.repository.workspace_at(setting.head) else {
        return Check::fail(name, "the commit checked out cannot be read");
    };
    // What lies in the work tree counts too: a record is never edited, committed or not.
    for path in paths.iter().chain(&own_bank) {
        let committed = head.sha256(path);
        if committed.is_err() && candidate.commit.is_some() {
            return Check::fail(
                name,
                format!("{path} is not in the history checked out: another branch holds it, or it was taken out"),
            );
        }
        // Line ends may have been converted at the checkout.
        let same = match (head.read(path, MAX_BYTES), setting.work.read(path, MAX_BYTES)) {
            (Ok(committed), Ok(there)) => without_returns(&committed) == without_returns(&there),
            (Ok(_), Err(TreeError::Missing)) => {
                return Check::fail(
                    name,
                    format!("{path} is deleted in the work tree; `git checkout -- {path}` puts it back"),
                );
            }
            _ => true,
        };
        if !same {
            return Check::fail(
                name,
                format!("{path} is changed in the work tree; `git checkout -- {path}` puts it back"),
            );
        }
    }
    let tagged = candidate.commit.and_then(|commit| setting.repository.workspace_at(commit).ok());
    for path in &paths {
        if tagged.as_ref().is_some_and(|tagged| tagged.id_of(path) != head.id_of(path)) {
            return Check::fail(name, format!("{path} differs between the tag's commit and the history checked out"));
        }
    }
    if !only_added(&listing::toolkit(&head), &listing::toolkit(setting.work)) {
        return Check::fail(name, format!("an entry of {TOOLKIT_FILE} is changed or taken away in the work tree"));
    }
    Check::pass(name, "no record and no toolkit entry was ever changed or taken away")
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != b'\r').collect()
}

/// How a tag that was put in another's place is got back.
const BACK: &str = "`git fetch --tags --force` brings back what others have";

/// Why a tag is not the one that its place is for.
pub(super) fn misplaced(tag: &TagObject) -> Option<String> {
    let own = tag.own_name.as_ref().filter(|own| !own.eq_ignore_ascii_case(&tag.name))?;
    Some(format!("{own} was put in the place of {}: {BACK}", tag.name))
}

/// The annotated tag, and what its message says.
pub(super) fn tag(setting: Setting<'_>, candidate: &Candidate, found: &Found, record: &Record) -> Check {
    let name = "tag";
    let Some(tag) = &candidate.tag else {
        let missing = match setting.repository.has_tag(&candidate.tag_name).then_some(BACK) {
            Some(back) => format!("leads to no commit: {back}"),
            None => "is deleted, or not fetched: `git fetch --tags`".to_owned(),
        };
        return Check::fail(name, format!("the tag {} {missing}", candidate.tag_name));
    };
    if tag.object.is_none() {
        return Check::fail(name, format!("{} is no annotated tag, as `publish` makes it: {BACK}", tag.name));
    }
    if let Some(why) = misplaced(tag) {
        return Check::fail(name, why);
    }
    if let Some(code) = &candidate.stranger {
        return Check::fail(name, strange(setting.work, code));
    }
    let own_name = record::tag_name(setting.banks, &record.standard, &record.ods_code, &record.edition, &record.number);
    if !tag.name.eq_ignore_ascii_case(&own_name) {
        return Check::fail(name, format!("the tag is {}; the record says {own_name}", tag.name));
    }
    if let Err(what) = says(&tag.message, record, &record::digest(&found.bytes)) {
        return Check::fail(name, format!("the tag's message does not name this {what}"));
    }
    if setting.repository.is_within(tag.commit, setting.head) {
        return Check::pass(name, "names edition, level, date and the record's digest");
    }
    Check::pass(
        name,
        "names edition, level, date and the record's digest; its commit is no ancestor of the one checked out (squashed or rebased), and the contents are compared instead",
    )
}

/// Why a record of a code that the organisation's file does not know is not taken for this organisation's.
fn strange(work: &dyn Tree, code: &str) -> String {
    let document = Document::read(work.read(ORGANISATION_FILE, MAX_BYTES).unwrap_or_default(), Syntax::Toml);
    let now = organisation::decode(&document).value.ods_code;
    let place = document.position(document.span(&Pointer::root().key("organisation").key("ods_code")).start);
    format!(
        "it is of {code}, and the organisation is {now}: where the code was changed, write `former_codes = [\"{code}\"]` \
         beside it, at {ORGANISATION_FILE}:{}:{}",
        place.line, place.column
    )
}

/// Whether a tag's message names what the record says and the record's digest; else what it does not name.
pub(in crate::ledger) fn says(message: &str, record: &Record, digest: &str) -> Result<(), &'static str> {
    let lines = [
        ("edition", format!("edition: {}", record.edition)),
        ("level", format!("level: {}", record.level)),
        ("date", format!("date: {}", record.date)),
        ("record", format!("record {digest}")),
    ];
    let missing = lines.iter().find(|(_, line)| !message.lines().any(|known| known.trim_end() == *line));
    missing.map_or(Ok(()), |(what, _)| Err(what))
}

/// The record's day against the commit's clock, and what the headline says of it.
pub(in crate::ledger) fn date(record: &Record, time: i64) -> (Check, Option<String>) {
    let name = "date";
    let Ok(stamp) = jiff::Timestamp::from_second(time) else {
        return (Check::new(name, Verdict::NotProven, "the commit's time cannot be read"), None);
    };
    let committed = stamp.to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = days_between(record.date, committed);
    if days.abs() <= 1 {
        return (Check::pass(name, format!("{}, as the commit's clock has it", record.date)), None);
    }
    let (count, side) = (days.abs(), if days > 0 { "before" } else { "after" });
    let remark = format!("dated {count} days {side} its commit");
    (Check::new(name, Verdict::NotProven, format!("{remark} ({committed})")), Some(remark))
}
