//! The gates of a publication: everything that must hold, each with a verdict in words.

mod sites;

pub use sites::SiteChoice;

use super::git::{AsStored, Change, ChangeKind, Head, Repository, Signing};
use super::said::said;
use super::{listing, record};
use crate::assess::{Assessment, Edition};
use crate::bank::Banks;
use crate::diagnostic::{Finding, Severity};
use crate::lint::LintResult;
use crate::model::organisation::fits_git_ref;
use crate::model::period::{days_between, in_words};
use crate::model::standard::ConditionKind;
use crate::model::{History, Member, MemberRole, Organisation, Record, RecordSites, Standard};
use crate::source::Pointer;
use crate::tree::{Entry, Tree};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, ORGANISATION_FILE, PUBLICATIONS, TOOLKIT_FILE, Workspace};
use jiff::civil::Date;
use std::fmt::Write as _;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Index of the level; else the highest reached.
    pub level: Option<usize>,
    pub reason: Option<String>,
    pub profile_confirmed: bool,
    pub sites: SiteChoice,
    pub sign: bool,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub gate: String,
    pub passed: bool,
    /// Why, in words; where it does not pass, what to do.
    pub detail: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

impl Gate {
    fn pass(gate: &str, detail: impl Into<String>) -> Self {
        Self { gate: gate.to_owned(), passed: true, detail: detail.into(), file: None, line: None }
    }

    fn fail(gate: &str, detail: impl Into<String>) -> Self {
        Self { passed: false, ..Self::pass(gate, detail) }
    }

    fn at(mut self, file: impl Into<String>, line: u32) -> Self {
        self.file = Some(file.into());
        self.line = Some(line);
        self
    }
}

/// Everything that the gates look at.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    pub banks: &'a Banks,
    pub repository: &'a Repository,
    pub head: &'a Head,
    pub signing: &'a Signing,
    /// The work tree.
    pub tree: &'a dyn Tree,
    pub workspace: &'a Workspace,
    pub organisation: &'a Organisation,
    pub standard: &'a Standard,
    pub edition: &'a Edition,
    pub history: &'a History,
    pub assessment: &'a Assessment,
    pub lint: &'a LintResult,
    /// The records there are, oldest first.
    pub records: &'a [Record],
    pub day: Date,
    pub request: &'a Request,
}

/// Who publishes, as git and the list of members know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub email: String,
    pub role: Option<MemberRole>,
}

/// The verdicts, and what the record takes from them.
#[derive(Debug, Clone)]
pub struct Verdicts {
    pub gates: Vec<Gate>,
    /// Index of the level that is published, where one is.
    pub level: Option<usize>,
    pub sites: Option<RecordSites>,
    pub who: Option<Who>,
    pub reason: Option<String>,
}

impl Verdicts {
    pub fn ready(&self) -> bool {
        self.gates.iter().all(|gate| gate.passed)
    }
}

pub fn judge(situation: Situation<'_>) -> Verdicts {
    let level = situation.request.level.or(situation.assessment.reached);
    let (sites_gate, sites) = sites::judge(situation);
    let (reason_gate, reason) = reason(situation);
    let (publisher_gate, who) = publisher(situation);
    let mut gates = vec![
        in_git(situation),
        history(situation),
        clean(situation),
        edition(situation),
        date(situation),
        lint(situation),
    ];
    gates.push(evidence(situation));
    gates.push(level_gate(situation, level));
    gates.extend(level.map(|level| conditions(situation, level, sites.as_ref())).unwrap_or_default());
    gates.extend([profile(situation), sites_gate, reason_gate, publisher_gate]);
    gates.extend(signature(situation));
    Verdicts { gates, level, sites, who, reason }
}

/// The line, from 1, of something in a file of the workspace.
fn line_of(workspace: &Workspace, path: &str, pointer: &Pointer) -> u32 {
    let file = workspace.files.iter().find(|file| file.path == path);
    file.map_or(1, |file| file.document.position(file.document.span(pointer).start).line)
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn in_git(situation: Situation<'_>) -> Gate {
    let name = "git";
    let code = &situation.organisation.ods_code;
    if !fits_git_ref(code) {
        let line =
            line_of(situation.workspace, ORGANISATION_FILE, &Pointer::root().key("organisation").key("ods_code"));
        return Gate::fail(name, format!("the ODS code \"{code}\" cannot stand in the name of a git tag"))
            .at(ORGANISATION_FILE, line);
    }
    if situation.head.commit.is_none() {
        return Gate::fail(name, "nothing is committed yet: `git add` and `git commit` the workspace first");
    }
    match situation.head.branch() {
        Some(branch) => Gate::pass(name, format!("on the branch {branch}")),
        None => Gate::pass(name, "on a detached head: no branch will lead to the publication, only its tag"),
    }
}

/// Whether every publication that a tag names is in the history at hand, and nothing is in the way of the next tag.
fn history(situation: Situation<'_>) -> Gate {
    let name = "history";
    let family = record::tag_family(situation.banks, situation.standard.id());
    let organisation = situation.organisation;
    let tags = situation.repository.tags(family);
    let edition = situation.standard.edition();
    // A reference cannot be both a tag and the directory of others.
    let ways = [family.to_owned(), format!("{family}/{}", organisation.ods_code)];
    let ways = ways.into_iter().chain([format!("{family}/{}/{edition}", organisation.ods_code)]);
    if let Some(way) = ways.into_iter().find(|way| tags.contains(way)) {
        return Gate::fail(
            name,
            format!(
                "there is a tag named {way}, so that git can make no tag below it: rename it, \
                 `git tag {way}-old {way}` and `git tag -d {way}`"
            ),
        );
    }
    let mut codes = std::iter::once(&organisation.ods_code).chain(&organisation.former_codes);
    // What was only deleted in the work tree is in the history: gate `clean` tells how it is put back.
    let committed = situation.head.commit.and_then(|commit| situation.repository.workspace_at(commit).ok());
    let committed = committed.map(|tree| listing::names(&tree)).unwrap_or_default();
    let is_here = |tagged: &listing::Tagged| {
        let named = |edition: &str, number: &str| (edition, number) == (&tagged.edition, &tagged.number);
        situation.records.iter().any(|record| named(&record.edition, &record.number))
            || committed.iter().any(|(edition, number)| named(edition, number))
    };
    let absent = codes.find_map(|code| {
        let absent = listing::tagged(&tags, family, code).into_iter().find(|tagged| !is_here(tagged));
        absent.map(|tagged| tagged.name)
    });
    match absent {
        Some(tag) => Gate::fail(
            name,
            format!(
                "{tag} is a publication that is not in the history here: merge the branch that holds it \
                 (`git merge {tag}`); if it was taken back before anybody saw it, `git tag -d {tag}`"
            ),
        ),
        None if situation.records.is_empty() => Gate::pass(name, "nothing was published before"),
        None => Gate::pass(name, format!("{} before this one", count(situation.records.len(), "publication"))),
    }
}

/// Whether a change is to a file of this workspace that publishing rests on.
fn concerns(situation: Situation<'_>, change: &Change) -> bool {
    let path = change.path.as_str();
    let nested = path.match_indices('/').any(|(at, _)| {
        matches!(situation.tree.entry(&format!("{}/{ORGANISATION_FILE}", &path[..at])), Ok(Entry::File { .. }))
    });
    if nested {
        return false;
    }
    let below = |directory: &str| path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
    let rests = || {
        record::rests_on(situation.workspace, situation.standard.edition())
            .iter()
            .any(|file| !file.private && file.path == path)
    };
    path == ORGANISATION_FILE
        || [ASSESSMENTS, ACTION_PLANS, PUBLICATIONS].into_iter().any(below)
        || (below("evidence") && change.kind != ChangeKind::Untracked)
        || rests()
}

fn clean(situation: Situation<'_>) -> Gate {
    let name = "clean";
    let changes = match situation.repository.changes() {
        Ok(changes) => changes,
        Err(error) => {
            let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            return Gate::fail(name, format!("{}{hint}", error.message));
        }
    };
    let own: Vec<&Change> = changes.iter().filter(|change| concerns(situation, change)).collect();
    if let Some(first) = own.first() {
        let more = if own.len() > 1 { format!(" (and {} more)", own.len() - 1) } else { String::new() };
        let (path, words) = (&first.path, first.kind.words());
        // Committing an altered record would make it fail for ever.
        let is_record = path.starts_with(PUBLICATIONS) && path != TOOLKIT_FILE;
        let what = match first.kind {
            ChangeKind::Changed | ChangeKind::Deleted if is_record => {
                format!("what was published is never changed: `git checkout HEAD -- {path}` puts it back")
            }
            _ => "commit it, then publish".to_owned(),
        };
        return Gate::fail(name, format!("{path} {words}{more}: {what}")).at(path.clone(), 1);
    }
    // What git ignores shows no change: it must be in the commit all the same.
    let committed = situation.head.commit.and_then(|commit| situation.repository.workspace_at(commit).ok());
    let own = record::rests_on(situation.workspace, situation.standard.edition());
    let missing =
        own.iter().filter(|file| !file.private && situation.workspace.files.iter().any(|own| own.path == file.path));
    for file in missing {
        let there = committed.as_ref().is_some_and(|tree| matches!(tree.entry(&file.path), Ok(Entry::File { .. })));
        if !there {
            return Gate::fail(name, format!("{} is not in git: `git add` and commit it", file.path))
                .at(file.path.clone(), 1);
        }
    }
    let others = changes.len();
    Gate::pass(
        name,
        if others == 0 {
            "the workspace's files are committed".to_owned()
        } else {
            format!("the workspace's files are committed; {} elsewhere stay as they are", count(others, "change"))
        },
    )
}

fn edition(situation: Situation<'_>) -> Gate {
    let name = "edition";
    let edition = situation.edition;
    let day = situation.day;
    if let Some(opens) = edition.opens.filter(|opens| day < *opens) {
        return Gate::fail(name, format!("{} opens on {}", edition.id, in_words(opens)));
    }
    if let Some(closes) = edition.closes.filter(|closes| day > *closes) {
        return Gate::fail(
            name,
            format!("{} closed on {}; publish the edition that followed it", edition.id, in_words(closes)),
        );
    }
    let late = days_between(edition.deadline, day);
    if late > 0 {
        let late = count(usize::try_from(late).unwrap_or(0), "day");
        return Gate::pass(name, format!("{} is open, but this is late: the deadline was {late} ago", edition.id));
    }
    Gate::pass(name, format!("{} is open; its deadline is {}", edition.id, in_words(edition.deadline)))
}

fn date(situation: Situation<'_>) -> Gate {
    let name = "date";
    let newest = situation.records.iter().map(|record| record.date).max();
    match newest.filter(|newest| situation.day < *newest) {
        Some(newest) => Gate::fail(
            name,
            format!("the newest publication is of {}; a publication cannot be dated before it", in_words(newest)),
        ),
        None => Gate::pass(name, in_words(situation.day)),
    }
}

/// Whether a finding is about what is published.
fn is_published(situation: Situation<'_>, finding: &Finding) -> bool {
    let of_another = |directory: &str| {
        finding.place.file.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')).is_some_and(|name| {
            name.rsplit_once('.').is_some_and(|(edition, _)| edition != situation.standard.edition())
        })
    };
    !of_another(ASSESSMENTS) && !of_another(ACTION_PLANS)
}

fn lint(situation: Situation<'_>) -> Gate {
    let name = "lint";
    let errors: Vec<&Finding> = situation
        .lint
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error && is_published(situation, finding))
        .collect();
    if let Some(first) = errors.first() {
        let more = if errors.len() > 1 { format!(" (and {} more)", errors.len() - 1) } else { String::new() };
        return Gate::fail(name, format!("{}: {}{more}; `dspt lint` shows all", first.rule, first.message))
            .at(first.place.file.clone(), first.place.start.line);
    }
    let silenced = silenced(situation);
    Gate::pass(
        name,
        if silenced.is_empty() {
            "no errors".to_owned()
        } else {
            format!("no errors but {} silenced: {}", silenced.len(), silenced.join("; "))
        },
    )
}

/// Errors that somebody decided to live with, as the record names them.
pub fn silenced(situation: Situation<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in situation.lint.silenced.iter().filter(|finding| finding.severity == Severity::Error) {
        let ignore = situation.organisation.ignores.iter().find(|ignore| {
            ignore.rule == finding.rule
                && ignore.item.as_ref().is_none_or(|item| finding.item.as_ref() == Some(item))
                && ignore.file.as_ref().is_none_or(|file| *file == finding.place.file)
        });
        let about = finding.item.as_deref().unwrap_or(&finding.place.file);
        let until = ignore.map(|ignore| format!(" until {}", ignore.until)).unwrap_or_default();
        lines.push(format!("{} {about}{until}", finding.rule));
    }
    lines.dedup();
    lines
}

fn evidence(situation: Situation<'_>) -> Gate {
    let name = "evidence";
    let edition = situation.standard.edition();
    let committed = situation.head.commit.and_then(|commit| situation.repository.workspace_at(commit).ok());
    let place = |path: &str| {
        let answers = situation.workspace.answers.iter().find(|answers| answers.edition == edition)?;
        let (number, at) = answers.decoded.value.answers.iter().find_map(|(number, answer)| {
            let at = answer.evidence.iter().flatten().position(|entry| entry.file.as_deref() == Some(path))?;
            Some((number, at))
        })?;
        let pointer = Pointer::answer(number).key("evidence").index(at);
        let file = &situation.workspace.file(answers.file).path;
        Some((file.clone(), line_of(situation.workspace, file, &pointer)))
    };
    let refuse = |path: &str, detail: String| {
        let gate = Gate::fail(name, detail);
        match place(path) {
            Some((file, line)) => gate.at(file, line),
            None => gate,
        }
    };
    let files = record::rests_on(situation.workspace, edition);
    let (mut tracked, mut private) = (0, 0);
    for file in &files {
        if situation.workspace.files.iter().any(|own| own.path == file.path) {
            continue;
        }
        if file.private {
            private += 1;
            if situation.repository.is_tracked(&file.path) {
                return refuse(
                    &file.path,
                    format!(
                        "{} is marked private but is in git: `git rm --cached` it, and say `private` no longer if it may be shown",
                        file.path
                    ),
                );
            }
            if file.stated.is_none() && situation.tree.sha256(&file.path).is_err() {
                return refuse(
                    &file.path,
                    format!("{} is private, not at hand and has no `sha256`: state its digest", file.path),
                );
            }
            continue;
        }
        tracked += 1;
        let there = committed.as_ref().is_some_and(|tree| matches!(tree.entry(&file.path), Ok(Entry::File { .. })));
        if !there {
            let why = match situation.repository.submodule_around(&file.path) {
                Some(submodule) => format!(
                    "{} lies in the submodule {submodule}, whose files are not in this repository: copy it into evidence/",
                    file.path
                ),
                None => format!("{} is not in git: `git add` and commit it, or mark it private", file.path),
            };
            return refuse(&file.path, why);
        }
    }
    let mut detail = format!("{} in git", count(tracked, "file"));
    if private > 0 {
        let _ = write!(detail, ", {private} private by digest");
    }
    Gate::pass(name, detail)
}

fn level_gate(situation: Situation<'_>, level: Option<usize>) -> Gate {
    let name = "level";
    let standard = situation.standard;
    let Some(level) = level else {
        return Gate::fail(name, "no level is reached yet; `dspt status` shows what is missing");
    };
    let verdict = &situation.assessment.levels[level];
    let label = &standard.levels[level].label;
    if verdict.reached {
        return Gate::pass(name, format!("{label} is reached"));
    }
    let why = match verdict.missing.first() {
        Some(first) if verdict.missing.len() == 1 => format!("{} {}", first.number, first.reason),
        Some(first) => {
            format!("{} missing, first {} ({})", count(verdict.missing.len(), "item"), first.number, first.reason)
        }
        None => verdict
            .conditions
            .iter()
            .find(|condition| !condition.met && !condition.on_publishing)
            .map_or_else(String::new, |condition| condition.reason.clone()),
    };
    let edition = standard.edition();
    let gate = Gate::fail(name, format!("{label} is not reached: {why}; `dspt status --why` shows all"));
    let answers = situation.workspace.answers.iter().find(|answers| answers.edition == edition);
    match (answers, verdict.missing.first()) {
        (Some(answers), Some(first)) => {
            let file = &situation.workspace.file(answers.file).path;
            gate.at(file.clone(), line_of(situation.workspace, file, &Pointer::answer(&first.number)))
        }
        _ => gate,
    }
}

fn conditions(situation: Situation<'_>, level: usize, sites: Option<&RecordSites>) -> Vec<Gate> {
    let verdicts = situation.assessment.levels[level].conditions.iter().filter(|condition| condition.on_publishing);
    verdicts
        .map(|condition| {
            let once = situation
                .standard
                .levels
                .iter()
                .flat_map(|level| &level.conditions)
                .any(|known| known.id == condition.id && known.kind == ConditionKind::FirstPublication);
            if condition.met {
                return Gate::pass(&condition.id, condition.reason.clone());
            }
            if once && !situation.request.sites.add.is_empty() && sites.is_some() {
                return match only_sites_added(situation, level) {
                    Ok(()) => Gate::pass(
                        &condition.id,
                        "sites are added to the publication before, at the same level, with nothing else changed",
                    ),
                    Err(why) => {
                        Gate::fail(&condition.id, format!("{} Sites could only be added {why}.", condition.reason))
                    }
                };
            }
            let gate = Gate::fail(&condition.id, condition.reason.clone());
            let plan = situation.workspace.plans.iter().find(|plan| plan.edition == situation.standard.edition());
            match plan.filter(|_| !once) {
                Some(plan) => gate.at(situation.workspace.file(plan.file).path.clone(), 1),
                None if once && situation.workspace.toolkit.is_some() => gate.at(TOOLKIT_FILE, 1),
                None => gate,
            }
        })
        .collect()
}

/// Whether the publication before is of this edition and level and says the same but for sites.
fn only_sites_added(situation: Situation<'_>, level: usize) -> Result<(), &'static str> {
    let Some(last) = situation.records.last() else { return Err("to an earlier publication") };
    if last.edition != situation.standard.edition() {
        return Err("in the same edition");
    }
    if last.level != situation.standard.levels[level].id {
        return Err("at the same level");
    }
    let path = record::record_path(&last.edition, &last.number);
    let before = situation
        .head
        .commit
        .and_then(|head| listing::commit_that_added(situation.repository, head, &path))
        .and_then(|commit| situation.repository.workspace_at(commit).ok());
    let Some(before) = before else { return Err("to a publication whose commit is at hand") };
    let then = listing::said_at(&before, &last.edition);
    let answers = situation.workspace.answers.iter().find(|answers| answers.edition == last.edition);
    let tree = AsStored { work: situation.tree, repository: situation.repository };
    let now = answers.map(|answers| said(situation.organisation, &answers.decoded.value, &tree));
    match (then, now) {
        (Some(then), Some(now)) if then.differs_in_sites_only(&now) => Ok(()),
        _ => Err("with nothing else changed"),
    }
}

fn profile(situation: Situation<'_>) -> Gate {
    let name = "profile";
    if situation.request.profile_confirmed {
        return Gate::pass(name, "confirmed for this publication");
    }
    Gate::fail(name, "the organisation profile must be confirmed at each publication: read it with `dspt organisation`, then add --confirm-profile")
        .at(ORGANISATION_FILE, line_of(situation.workspace, ORGANISATION_FILE, &Pointer::root().key("profile")))
}

fn reason(situation: Situation<'_>) -> (Gate, Option<String>) {
    let name = "reason";
    let given = situation.request.reason.clone().filter(|reason| !reason.trim().is_empty());
    let again = situation.records.iter().any(|record| record.edition == situation.standard.edition());
    let adds = &situation.request.sites.add;
    let reason = given.or_else(|| (again && !adds.is_empty()).then(|| format!("Sites added: {}", adds.join(", "))));
    match (&reason, again) {
        (None, true) => (
            Gate::fail(
                name,
                format!(
                    "{} is published already: say why it is published again, with --reason",
                    situation.standard.edition()
                ),
            ),
            None,
        ),
        (None, false) => (Gate::pass(name, "the first publication of this edition here"), None),
        (Some(text), _) => (Gate::pass(name, text.clone()), reason),
    }
}

fn publisher(situation: Situation<'_>) -> (Gate, Option<Who>) {
    let name = "publisher";
    let (git_name, email) = match situation.repository.committer() {
        Ok(who) => who,
        Err(error) => {
            let hint = error.hint.map(|hint| format!(": {hint}")).unwrap_or_default();
            return (Gate::fail(name, format!("{}{hint}", error.message)), None);
        }
    };
    let members = &situation.organisation.members;
    let known: Option<&Member> = members.iter().find(|member| member.email.trim().eq_ignore_ascii_case(email.trim()));
    let who = |role| {
        Some(Who {
            name: known.map_or_else(|| git_name.clone(), |known| known.name.clone()),
            email: email.clone(),
            role,
        })
    };
    if members.is_empty() {
        return (
            Gate::pass(name, format!("{email}; organisation.toml lists no members, so nobody is refused")),
            who(None),
        );
    }
    let at = known.and_then(|known| members.iter().position(|member| std::ptr::eq(member, known))).unwrap_or(0);
    let line = line_of(situation.workspace, ORGANISATION_FILE, &Pointer::root().key("member").index(at));
    let refuse = |detail: String| (Gate::fail(name, detail).at(ORGANISATION_FILE, line), None);
    let administrators: Vec<&str> = members
        .iter()
        .filter(|member| member.role == MemberRole::Administrator)
        .filter(|member| member.left.is_none_or(|left| situation.day <= left))
        .map(|member| member.name.as_str())
        .collect();
    let may = if administrators.is_empty() {
        "an administrator publishes, and none is listed: give a member `role = \"administrator\"`".to_owned()
    } else {
        format!("let an administrator publish: {}", administrators.join(", "))
    };
    match known {
        None => refuse(format!("git's user.email here is {email}, which is no member's; {may}")),
        Some(member) if member.left.is_some_and(|left| situation.day > left) => {
            refuse(format!("{} is listed as having left; {may}", member.name))
        }
        Some(member) if member.role != MemberRole::Administrator => {
            refuse(format!("{} is listed as {}; {may}", member.name, member.role.word()))
        }
        Some(member) => (Gate::pass(name, format!("{}, administrator", member.name)), who(Some(member.role))),
    }
}

fn signature(situation: Situation<'_>) -> Option<Gate> {
    let signing = situation.signing;
    let wanted = situation.request.sign || signing.commits || signing.tags;
    if !wanted {
        return None;
    }
    Some(match signing.lacks() {
        Some(lack) => Gate::fail("signature", lack),
        None => Gate::pass("signature", format!("will be signed with {}", signing.words())),
    })
}
