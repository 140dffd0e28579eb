//! `--at`: a publication or a git revision, read instead of the work tree.

use super::error::Failure;
use super::ledger;
use crate::bank::{Bank, Banks};
use crate::diagnostic::render::one_line;
use crate::ledger::git::{Id, Repository, RevisionTree};
use crate::ledger::listing;
use crate::ledger::record::{digest, tag_family, tag_name};
use crate::ledger::verify::committed_bank;
use crate::tree::{Entry, Tree, WorkTree};
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// Hexadecimal digits of a commit's name that people are shown.
const SHORT: usize = 10;

/// What makes a shallow clone whole.
pub const DEEPEN: &str = "`git fetch --unshallow --tags` fetches the rest of the history";

/// A publication, as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub edition: String,
    pub number: String,
    pub date: Date,
    /// As its record has it.
    pub ods_code: String,
    pub level: String,
    /// None where a shallow clone lacks it.
    pub commit: Option<Id>,
}

impl Published {
    /// `2025-26/001`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.edition, self.number)
    }
}

/// A commit that is read, and how it was named.
#[derive(Debug, Clone)]
pub struct Revision {
    pub repository: Repository,
    pub commit: Id,
    /// None where a git revision was named.
    pub publication: Option<Published>,
    /// The workspace's directory, whether the work tree has it or not; none where the command runs outside of one.
    pub root: Option<PathBuf>,
    /// As the user wrote it.
    name: String,
}

impl Revision {
    /// Finds what a name stands for: a publication, else a git revision. `start` is where the command runs, `until` the
    /// day after which no publication is seen.
    pub fn find(name: &str, start: &Path, banks: &Banks, until: Option<Date>) -> Result<Self, Failure> {
        let here = find_root(start);
        let repository = ledger::repository(here.as_deref().unwrap_or(start))?;
        let published = match &here {
            Some(root) => publication(&repository, root, banks, name, until)?,
            None => None,
        };
        let commit = match &published {
            Some(published) => published.commit.ok_or_else(|| {
                Failure::new(format!("{} cannot be read: its commit is not in this shallow clone", published.id()))
                    .hint(DEEPEN)
            })?,
            None => resolve(&repository, name, here.is_some())?,
        };
        let root = here.or_else(|| root_within(&repository, commit, start));
        let mut repository = repository.around(root.as_deref().unwrap_or(start))?;
        if repository.workspace_at(commit)?.id_of(ORGANISATION_FILE).is_none()
            && let Some(head) = repository.head()?.commit
        {
            repository = repository.following_moves(head)?;
        }
        let revision = Self { repository, commit, publication: published, root, name: name.to_owned() };
        // Said once, before a command says that this or that file is missing.
        if let Some(root) = &revision.root {
            revision.tree(root)?;
        }
        Ok(revision)
    }

    /// The files of the workspace that the command is about.
    pub fn workspace(&self) -> Result<(&Path, RevisionTree), Failure> {
        match &self.root {
            Some(root) => Ok((root, self.tree(root)?)),
            None => Err(absent(&self.name, self.repository.top())),
        }
    }

    /// The files of a workspace as the commit has them.
    pub fn tree(&self, root: &Path) -> Result<RevisionTree, Failure> {
        let tree = self.repository_around(root)?.workspace_at(self.commit)?;
        match tree.entry(ORGANISATION_FILE) {
            Ok(Entry::File { .. }) => Ok(tree),
            _ => Err(absent(&self.name, root)),
        }
    }

    /// The repository around a workspace; where it is the one at hand, it is found where it lay in the commit.
    pub fn repository_around(&self, root: &Path) -> Result<Repository, Failure> {
        if self.root.as_deref() == Some(root) {
            return Ok(self.repository.clone());
        }
        Ok(self.repository.around(root)?)
    }

    /// Adds the bank that lies beside the record of a publication, where the one of its edition at hand is none of the
    /// user's own and not the one that the record names.
    pub fn add_committed_bank(&self, banks: &mut Banks) -> Result<(), Failure> {
        if let Some(bank) = self.committed_bank(banks)? {
            banks.add(bank);
        }
        Ok(())
    }

    /// What people are told of the bank that a publication is judged by, where it is the one beside its record.
    pub fn bank_note(&self, banks: &Banks) -> Result<Option<String>, Failure> {
        let (Some(published), Some(bank)) = (&self.publication, self.committed_bank(banks)?) else { return Ok(None) };
        let instead = match banks.find(&bank.head.standard, &bank.head.edition) {
            Some(shipped) => format!("not by revision {}, which this dspt ships", shipped.head.revision),
            None => "since this dspt has none of that edition".to_owned(),
        };
        let revision = bank.head.revision;
        Ok(Some(format!(
            "{} is judged by the question bank beside its record, revision {revision}, {instead}.",
            published.id()
        )))
    }

    fn committed_bank(&self, banks: &Banks) -> Result<Option<Bank>, Failure> {
        let (Some(published), Some(_)) = (&self.publication, &self.root) else { return Ok(None) };
        let (_, tree) = self.workspace()?;
        let found = listing::find(&tree, &published.edition, &published.number);
        let Some(record) = found.and_then(|found| found.record.ok()) else { return Ok(None) };
        let at_hand = banks.find(&record.standard, &record.edition);
        if at_hand.is_some_and(|bank| !bank.shipped || digest(bank.text.as_bytes()) == record.bank.digest) {
            return Ok(None);
        }
        // One that is not the record's own judges nothing; `verify` says what is wrong with it.
        let committed = committed_bank(&tree, &record).ok();
        Ok(committed.filter(|(bytes, _)| digest(bytes) == record.bank.digest).map(|(_, bank)| bank))
    }

    /// Every file of the repository as the commit has it.
    pub fn top(&self) -> Result<RevisionTree, Failure> {
        Ok(self.repository.top_at(self.commit)?)
    }

    /// What is read, for people: `2025-26/001`, or the revision and its commit.
    pub fn shown(&self) -> String {
        match &self.publication {
            Some(published) => format!("publication {}", published.id()),
            None => {
                let commit = self.commit.to_string();
                let short = &commit[..SHORT];
                if commit.starts_with(&self.name) {
                    format!("commit {short}")
                } else {
                    format!("{} ({short})", one_line(&self.name))
                }
            }
        }
    }
}

/// The nearest directory upwards that holds an organisation.
pub fn find_root(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|directory| directory.join(ORGANISATION_FILE).symlink_metadata().is_ok()).map(Path::to_owned)
}

/// The same in a commit, for a workspace that the work tree no longer has.
fn root_within(repository: &Repository, commit: Id, start: &Path) -> Option<PathBuf> {
    start.ancestors().find_map(|directory| {
        let tree = repository.around(directory).ok()?.workspace_at(commit).ok()?;
        tree.entry(ORGANISATION_FILE).is_ok().then(|| directory.to_owned())
    })
}

fn absent(name: &str, root: &Path) -> Failure {
    Failure::new(format!("{} holds no {ORGANISATION_FILE} for {}", one_line(name), root.display()))
        .hint("the workspace was not committed there yet, or lay in another directory")
}

/// The commit that a git revision names.
fn resolve(repository: &Repository, name: &str, has_workspace: bool) -> Result<Id, Failure> {
    repository.resolve(name).ok_or_else(|| {
        let what = if has_workspace { "no publication and no git revision" } else { "no git revision" };
        let failure = Failure::new(format!("there is {what} called \"{}\"", one_line(name)));
        if repository.is_shallow() {
            failure.hint(format!("this is a shallow clone, and it may be further back: {DEEPEN}"))
        } else {
            failure.hint(
                "`dspt publications` lists the publications; a revision is a tag, a branch or a commit, such as HEAD~3",
            )
        }
    })
}

/// How publications are named: `latest`, `EDITION/latest` or `EDITION/001`, the code before it if wanted.
struct Name<'n> {
    code: Option<&'n str>,
    edition: Option<&'n str>,
    /// None for the newest.
    number: Option<&'n str>,
}

impl<'n> Name<'n> {
    fn parse(name: &'n str) -> Option<Self> {
        let (rest, number) = name.rsplit_once('/').map_or((None, name), |(rest, number)| (Some(rest), number));
        let number = match number {
            "latest" => None,
            number if listing::is_number(number) => Some(number),
            _ => return None,
        };
        let (code, edition) = match rest {
            None => (None, None),
            Some(rest) => match rest.rsplit_once('/') {
                None => (None, Some(rest)),
                Some((code, edition)) => (Some(code.rsplit('/').next().unwrap_or(code)), Some(edition)),
            },
        };
        // A number alone could be the beginning of a commit's name.
        (edition.is_some() || number.is_none()).then_some(Self { code, edition, number })
    }

    fn means(&self, published: &Published) -> bool {
        self.edition.is_none_or(|edition| edition == published.edition)
            && self.number.is_none_or(|number| number == published.number)
            && self.code.is_none_or(|code| code.eq_ignore_ascii_case(&published.ods_code))
    }
}

/// The publication that a name means; none where it means none.
pub fn publication(
    repository: &Repository,
    root: &Path,
    banks: &Banks,
    name: &str,
    until: Option<Date>,
) -> Result<Option<Published>, Failure> {
    let Some(wanted) = Name::parse(name.trim()) else { return Ok(None) };
    let all = publications(repository, root, banks)?;
    let seen = |published: &&Published| wanted.number.is_some() || until.is_none_or(|day| published.date <= day);
    Ok(all.iter().filter(|published| wanted.means(published)).rfind(seen).cloned())
}

/// All publications of a workspace that the current commit or the tags hold, oldest first. A tag tells the commit; where
/// it is missing, the commit that added the record does.
pub fn publications(repository: &Repository, root: &Path, banks: &Banks) -> Result<Vec<Published>, Failure> {
    let mut found: Vec<Published> = Vec::new();
    let mut codes: Vec<(String, String)> = Vec::new();
    if let Some(head) = repository.head()?.commit {
        let tree = repository.workspace_at(head)?;
        for record in listing::records(&tree).into_iter().filter_map(|found| found.record.ok()) {
            let tag = tag_name(banks, &record.standard, &record.ods_code, &record.edition, &record.number);
            let path = crate::ledger::record::record_path(&record.edition, &record.number);
            let tagged = repository.tag(&tag).map(|tag| tag.commit);
            // In a shallow clone the oldest commit holds every earlier record and added none of them.
            let added = || listing::commit_that_added(repository, head, &path).filter(|_| !repository.is_shallow());
            let commit = tagged.or_else(added);
            found.push(Published {
                edition: record.edition,
                number: record.number,
                date: record.date,
                ods_code: record.ods_code,
                level: record.level,
                commit,
            });
        }
        codes.extend(codes_of(&tree));
    }
    codes.extend(codes_of(&WorkTree::new(root)));
    codes.sort();
    codes.dedup();
    // A publication that the current commit does not hold, such as one on another branch.
    for (standard, code) in codes {
        let family = tag_family(banks, &standard);
        for listing::Tagged { name, edition, number } in
            listing::tagged(repository.tags_of(family, &code), family, &code)
        {
            if found.iter().any(|known| known.edition == edition && known.number == number) {
                continue;
            }
            let Some(commit) = repository.tag(&name).map(|tag| tag.commit) else { continue };
            let record = listing::find(&repository.workspace_at(commit)?, &edition, &number);
            let Some(record) = record.and_then(|found| found.record.ok()) else { continue };
            found.push(Published {
                edition,
                number,
                date: record.date,
                ods_code: record.ods_code,
                level: record.level,
                commit: Some(commit),
            });
        }
    }
    found.sort_by(|a, b| (a.date, &a.edition, &a.number).cmp(&(b.date, &b.edition, &b.number)));
    Ok(found)
}

/// The codes under which a workspace may have published, each with the standard it answers.
fn codes_of(tree: &dyn Tree) -> Vec<(String, String)> {
    let workspace = Workspace::load(tree, Scope::Edition(None));
    let Some((_, organisation)) = &workspace.organisation else { return Vec::new() };
    let standard = workspace.answers.first().map(|answers| answers.decoded.value.standard.clone()).unwrap_or_default();
    let codes = std::iter::once(&organisation.value.ods_code).chain(&organisation.value.former_codes);
    codes
        .filter(|code| crate::model::organisation::fits_git_ref(code))
        .map(|code| (standard.clone(), code.clone()))
        .collect()
}

/// Directories at or below one that hold an organisation in a commit, all from the top of the repository.
pub fn workspaces_below(tree: &RevisionTree, directory: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.trim_end_matches('/').to_owned()];
    while let Some(directory) = waiting.pop() {
        let at = |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        if tree.entry(&at(ORGANISATION_FILE)).is_ok() {
            found.push(directory.clone());
        }
        let inside = tree.directories(&directory);
        waiting.extend(inside.iter().filter(|name| !name.starts_with('.')).map(|name| at(name)));
    }
    found.sort();
    found
}
