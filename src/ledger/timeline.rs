//! Who changed the answer to one question, and when: read from every commit of a workspace's history, through renamed
//! files and from edition to edition.
//!
//! Each file object is read once, however many commits hold it.

use super::git::{GitError, Id, Logged, Repository};
use super::record::bare;
use super::versions::{Parsed, Versions};
use crate::model::Answer;
use crate::source::{MAX_BYTES, Syntax};
use crate::tree::{Tree, spelled_outside};
use crate::workspace::ASSESSMENTS;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// A commit that changed the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub commit: Id,
    /// By edition, rising.
    pub changes: Vec<EditionChange>,
}

/// What a commit did to the answer in one edition.
#[derive(Debug, Clone, PartialEq)]
pub struct EditionChange {
    pub edition: String,
    pub before: Option<Answer>,
    pub after: Option<Answer>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    /// Ancestors first.
    pub events: Vec<Event>,
    /// Every commit of the history, ancestors first.
    pub commits: Vec<Id>,
    /// Whether any commit holds the workspace.
    pub is_committed: bool,
    /// Commits at which a shallow clone ends.
    pub ends: Vec<Id>,
    /// Commits whose answers cannot be read: what was said before them stands until they were mended.
    pub unreadable: Vec<Id>,
}

/// The answers to the question in a commit, by edition.
type Said = BTreeMap<String, Option<Answer>>;

/// The history of one question. `number` tells its number in an edition of a standard; none where it is not asked there.
pub fn timeline(
    repository: &Repository,
    head: Id,
    number: &dyn Fn(&str, &str) -> Option<String>,
) -> Result<Timeline, GitError> {
    let log = repository.log(head)?;
    let mut reader =
        Reader { repository, number, parsed: HashMap::new(), versions: HashMap::new(), states: HashMap::new() };
    let mut timeline = Timeline::default();
    let is_shallow = repository.is_shallow();
    let mut known: HashMap<Id, Rc<Said>> = HashMap::with_capacity(log.len());
    let nothing = Rc::new(Said::new());
    for commit in &log {
        timeline.is_committed |= commit.workspace.is_some();
        let parents: Vec<&Rc<Said>> = commit.parents.iter().filter_map(|parent| known.get(parent)).collect();
        let before = parents.first().map_or(&nothing, |parent| *parent);
        let state = reader.state(commit);
        let said = if state.unreadable.is_empty() {
            state.whole
        } else {
            timeline.unreadable.push(commit.id);
            Rc::new(state.over(before))
        };
        if is_shallow && commit.parents.is_empty() {
            timeline.ends.push(commit.id);
        } else {
            let changes = changes(&said, before, &parents);
            if !changes.is_empty() {
                timeline.events.push(Event { commit: commit.id, changes });
            }
        }
        known.insert(commit.id, said);
    }
    timeline.commits = log.into_iter().map(|commit| commit.id).collect();
    Ok(timeline)
}

/// The editions that say something else than in every parent.
fn changes(now: &Rc<Said>, before: &Rc<Said>, parents: &[&Rc<Said>]) -> Vec<EditionChange> {
    if parents.iter().any(|parent| Rc::ptr_eq(parent, now) || *parent == now) {
        return Vec::new();
    }
    let mut editions: Vec<&String> = now.keys().chain(before.keys()).collect();
    editions.sort();
    editions.dedup();
    let of = |said: &Said, edition: &String| said.get(edition).cloned().flatten();
    editions
        .into_iter()
        .filter(|edition| parents.iter().all(|parent| of(parent, edition) != of(now, edition)))
        .map(|edition| EditionChange { edition: edition.clone(), before: of(before, edition), after: of(now, edition) })
        .filter(|change| change.before != change.after)
        .collect()
}

/// The answer as a tree has it, its documents with the digests of what lies there: for what is not committed yet.
pub fn said_in(tree: &dyn Tree, edition: &str, number: &str) -> Option<Answer> {
    let workspace = crate::workspace::Workspace::load(tree, crate::workspace::Scope::Edition(Some(edition)));
    let answers = workspace.answers.iter().find(|answers| answers.edition == edition)?;
    let mut answer = answers.decoded.value.answers.get(number)?.clone();
    for document in answer.evidence.iter_mut().flatten() {
        let digest = document.file.as_deref().filter(|_| !document.is_private());
        if let Some(digest) = digest.and_then(|file| tree.sha256(file).ok()) {
            document.sha256 = Some(digest);
        }
    }
    Some(answer)
}

struct Reader<'r> {
    repository: &'r Repository,
    number: &'r dyn Fn(&str, &str) -> Option<String>,
    /// By object and edition.
    parsed: HashMap<(Id, String), Rc<Parsed>>,
    /// By edition.
    versions: HashMap<String, Versions>,
    /// By the workspace's directory object.
    states: HashMap<Id, State>,
}

/// What a directory object says.
#[derive(Clone)]
struct State {
    /// Where a file cannot be read, its edition is missing here.
    whole: Rc<Said>,
    unreadable: Rc<Vec<String>>,
}

impl State {
    /// The same with what was said before, where it cannot be read now.
    fn over(&self, before: &Said) -> Said {
        let mut said = (*self.whole).clone();
        for edition in self.unreadable.iter() {
            said.insert(edition.clone(), before.get(edition).cloned().flatten());
        }
        said
    }
}

impl Reader<'_> {
    fn state(&mut self, commit: &Logged) -> State {
        let Some(workspace) = commit.workspace else {
            return State { whole: Rc::new(Said::new()), unreadable: Rc::new(Vec::new()) };
        };
        if let Some(state) = self.states.get(&workspace) {
            return state.clone();
        }
        let mut said = Said::new();
        let mut unreadable = Vec::new();
        for (name, blob) in self.repository.files_of(workspace, ASSESSMENTS) {
            let Some(syntax) = Syntax::of(&name) else { continue };
            let Some((edition, _)) = name.rsplit_once('.') else { continue };
            // Of two files for one edition the first counts: which holds is unclear, and the lint says so.
            if said.contains_key(edition) || name.starts_with('.') {
                continue;
            }
            match self.parse(blob, edition, syntax).as_ref() {
                None => unreadable.push(edition.to_owned()),
                Some(answer) => {
                    let answer = answer.clone().map(|answer| self.with_objects(answer, workspace));
                    said.insert(edition.to_owned(), answer);
                }
            }
        }
        let state = State { whole: Rc::new(said), unreadable: Rc::new(unreadable) };
        self.states.insert(workspace, state.clone());
        state
    }

    fn parse(&mut self, blob: Id, edition: &str, syntax: Syntax) -> Rc<Parsed> {
        let key = (blob, edition.to_owned());
        if let Some(parsed) = self.parsed.get(&key) {
            return Rc::clone(parsed);
        }
        let parsed = Rc::new(self.read(blob, edition, syntax));
        self.parsed.insert(key, Rc::clone(&parsed));
        parsed
    }

    fn read(&mut self, blob: Id, edition: &str, syntax: Syntax) -> Parsed {
        let bytes = self.repository.bytes_of(blob, MAX_BYTES)?;
        let versions = self.versions.entry(edition.to_owned()).or_default();
        versions.read(bytes, syntax, &|standard| (self.number)(standard, edition))
    }

    /// The documents with the object that lies in their place for a digest: a file that was replaced shows, whatever
    /// digest the answers state.
    fn with_objects(&self, mut answer: Answer, workspace: Id) -> Answer {
        for document in answer.evidence.iter_mut().flatten() {
            let file = document.file.as_deref().filter(|file| !document.is_private() && !spelled_outside(file));
            let object = file.and_then(|file| self.repository.object_at(workspace, file));
            document.sha256 = match object {
                Some(object) => Some(object.to_string()),
                None => document.sha256.as_deref().map(|digest| bare(digest).to_ascii_lowercase()),
            };
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn an_object_is_read_once_however_many_commits_hold_it() {
        let place = tempfile::tempdir().expect("a directory");
        let git = |args: &[&str]| {
            let mut command = Command::new("git");
            command.current_dir(place.path()).args(["-c", "user.name=Jo", "-c", "user.email=jo@sunrise.example"]);
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").args(args);
            assert!(command.status().expect("git is there").success(), "{args:?}");
        };
        git(&["init", "-q"]);
        std::fs::create_dir(place.path().join(ASSESSMENTS)).expect("a directory");
        for text in ["first", "second", "first", "second"] {
            let answers = format!("standard = \"s\"\nedition = \"e\"\n[answers.\"1.1.1\"]\ntext = \"{text}\"\n");
            std::fs::write(place.path().join(ASSESSMENTS).join("e.toml"), answers).expect("a file");
            git(&["add", "."]);
            git(&["commit", "-q", "-m", text]);
        }
        let repository = Repository::open(place.path()).expect("a repository");
        let head = repository.head().expect("a head").commit.expect("a commit");
        let number = |_: &str, _: &str| Some("1.1.1".to_owned());
        assert_eq!(timeline(&repository, head, &number).expect("a history").events.len(), 4);
        let log = repository.log(head).expect("a log");
        let mut reader = Reader {
            repository: &repository,
            number: &number,
            parsed: HashMap::new(),
            versions: HashMap::new(),
            states: HashMap::new(),
        };
        let states: Vec<State> = log.iter().map(|commit| reader.state(commit)).collect();
        assert_eq!(reader.parsed.len(), 2);
        assert!(Rc::ptr_eq(&states[0].whole, &states[2].whole) && Rc::ptr_eq(&states[1].whole, &states[3].whole));
    }
}
