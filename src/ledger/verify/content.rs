//! The record, the files and the level, from the tree of the publication's commit.

use super::{Check, Setting, Verdict};
use crate::assess::{Assessment, Case, assess};
use crate::bank::Bank;
use crate::ledger::git::{CommitInfo, RevisionTree};
use crate::ledger::listing::{self, Found};
use crate::ledger::publish::count_items;
use crate::ledger::record;
use crate::model::standard::ConditionKind;
use crate::model::{History, Organisation, Record, Standard};
use crate::source::MAX_BYTES;
use crate::tree::{Entry, Tree as _, TreeError};
use crate::workspace::{Scope, Workspace};
use std::sync::Arc;

/// The workspace as the commit has it, and the bank beside the record.
pub(super) struct Loaded {
    workspace: Workspace,
    organisation: Organisation,
    bank: Result<Arc<Standard>, String>,
}

/// The bank that a publication was judged by, from its commit.
pub fn committed_bank(tree: &RevisionTree, record: &Record) -> Result<(Vec<u8>, Bank), String> {
    let path = record::bank_path(&record.standard, &record.edition, &record.bank.digest);
    let bytes = tree.read(&path, MAX_BYTES).map_err(|error| format!("{path}: {error}"))?;
    let text = String::from_utf8(bytes.clone()).map_err(|_| format!("{path} is not UTF-8 text"))?;
    let bank =
        Bank::new(path.clone(), text, false).ok_or_else(|| format!("{path} does not begin as a question bank does"))?;
    Ok((bytes, bank))
}

impl Loaded {
    pub(super) fn read(_: Setting<'_>, tree: &RevisionTree, record: &Record) -> Self {
        let workspace = Workspace::load(tree, Scope::Edition(Some(&record.edition)));
        let organisation =
            workspace.organisation.as_ref().map(|(_, decoded)| decoded.value.clone()).unwrap_or_default();
        let bank =
            committed_bank(tree, record).and_then(|(_, bank)| bank.standard().map_err(|error| error.to_string()));
        Self { workspace, organisation, bank }
    }
}

pub(super) fn record(
    _: Setting<'_>,
    tree: &RevisionTree,
    loaded: &Loaded,
    found: &Found,
    record: &Record,
    commit: &CommitInfo,
) -> Check {
    let name = "record";
    let fail = |detail: String| Check::fail(name, detail);
    if (&record.edition, &record.number) != (&found.edition, &found.number) {
        return fail(format!("{} says that it is {}", found.path, record.id()));
    }
    let organisation = &loaded.organisation;
    if !record.ods_code.eq_ignore_ascii_case(&organisation.ods_code) {
        return fail(format!(
            "the record is of {}, the organisation file of {}",
            record.ods_code, organisation.ods_code
        ));
    }
    if record.name != organisation.name {
        return fail("the record names the organisation otherwise than its file".to_owned());
    }
    if record.profile != organisation.profile.facts {
        return fail("the profile in the record is not the organisation file's".to_owned());
    }
    if let Some(sites) = &record.sites {
        let known = |code: &String| organisation.sites.iter().any(|site| site.ods_code.eq_ignore_ascii_case(code));
        if let Some(code) = sites.covered.iter().chain(sites.excluded.keys()).find(|code| !known(code)) {
            return fail(format!("the record names the site {code}, which the organisation file does not list"));
        }
    }
    let others = listing::records(tree);
    // The commit's tree holds only what was there when the record was written.
    let before = others.iter().rfind(|other| other.id() != found.id());
    let expected = before.map(|before| record::digest(&before.bytes));
    if record.previous != expected {
        return fail(match before {
            Some(before) => format!("`previous` is not the digest of {}", before.id()),
            None => "`previous` names a record, and there is none before".to_owned(),
        });
    }
    let trailers = [
        format!("DSPT-Edition: {}", record.edition),
        format!("DSPT-Level: {}", record.level),
        format!("DSPT-Publication: {}/{}", record.ods_code, record.id()),
    ];
    if let Some(trailer) =
        trailers.iter().find(|trailer| !commit.message.lines().any(|line| line.trim_end() == **trailer))
    {
        return fail(format!("the commit's message lacks `{trailer}`"));
    }
    Check::pass(
        name,
        match before {
            Some(before) => format!("follows {}", before.id()),
            None => "the first here".to_owned(),
        },
    )
}

/// The publisher, by the members of that commit. Where their file is not the published one, check `files` says so.
pub(super) fn publisher(loaded: &Loaded, record: &Record) -> Option<Check> {
    let why = record::objection(&loaded.organisation.members, record)?;
    Some(Check::fail("record", format!("the publisher is {}, {why}", record.publisher.email)))
}

pub(super) fn files(setting: Setting<'_>, tree: &RevisionTree, loaded: &Loaded, record: &Record) -> Check {
    let name = "files";
    let path = record::list_path(&record.edition, &record.number);
    let bytes = match tree.read(&path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => return Check::fail(name, format!("{path}: {error}")),
    };
    if record::digest(&bytes) != record.files {
        return Check::fail(name, format!("{path} has another digest than the record says"));
    }
    let Some(listed) = String::from_utf8(bytes).ok().and_then(|text| record::read_list(&text)) else {
        return Check::fail(name, format!("{path} is no list of digests"));
    };
    let own = record::rests_on(&loaded.workspace, &record.edition);
    if let Some(missing) = own.iter().find(|file| !listed.iter().any(|(path, _)| *path == file.path)) {
        return Check::fail(name, format!("{path} has no digest of {}", missing.path));
    }
    let mut unseen = 0;
    for (path, digest) in &listed {
        let private = own.iter().find(|file| file.path == *path).filter(|file| file.private);
        if let Some(private) = private {
            if private.stated.as_ref().is_some_and(|stated| stated != digest) {
                return Check::fail(name, format!("{path} has another digest than the answers state"));
            }
            match setting.work.sha256(path) {
                Ok(there) if there == *digest => {}
                _ => unseen += 1,
            }
            continue;
        }
        match tree.sha256(path) {
            Ok(there) if there == *digest => {}
            Ok(_) => return Check::fail(name, format!("{path} is not what was published: its digest differs")),
            Err(TreeError::Missing) => return Check::fail(name, format!("{path} is not in the commit")),
            Err(error) => return Check::fail(name, format!("{path}: {error}")),
        }
    }
    let count = listed.len();
    if unseen > 0 {
        return Check::new(
            name,
            Verdict::NotChecked,
            format!("{} of {count} digests hold; {unseen} private, not at hand as published", count - unseen),
        );
    }
    Check::pass(name, format!("{count} digests hold"))
}

/// Judges the tree as on the record's day, by the committed bank, as if the record were not there yet.
fn assessment(
    tree: &RevisionTree,
    loaded: &Loaded,
    standard: &Standard,
    record: &Record,
) -> Result<Assessment, String> {
    let answers = loaded.workspace.answers.iter().find(|answers| answers.edition == record.edition);
    let answers = answers.ok_or_else(|| format!("the commit has no answers for {}", record.edition))?;
    let broken = |file| {
        let file = loaded.workspace.file(file);
        file.document.damaged.then(|| format!("{} cannot be read whole", file.path))
    };
    if let Some(why) = broken(answers.file) {
        return Err(why);
    }
    let plan = loaded.workspace.plans.iter().find(|plan| plan.edition == record.edition);
    let document = plan.and_then(|plan| plan.decoded.value.document.as_deref());
    let own = (record.edition.as_str(), Some(record.number.as_str()));
    let mut history: History = crate::lint::history_of(&loaded.workspace, standard);
    history.publications.retain(|known| (known.edition.as_str(), known.number.as_deref()) != own);
    Ok(assess(Case {
        standard,
        organisation: &loaded.organisation,
        answers: &answers.decoded.value,
        plan: plan.map(|plan| &plan.decoded.value),
        plan_document: document.is_some_and(|path| matches!(tree.entry(path), Ok(Entry::File { .. }))),
        history: &history,
        day: record.date,
    }))
}

pub(super) fn level(setting: Setting<'_>, tree: &RevisionTree, loaded: &Loaded, record: &Record) -> Check {
    let name = "level";
    // Check `bank` says what is wrong with it.
    let Ok(standard) = &loaded.bank else {
        return Check::new(name, Verdict::NotChecked, "without its question bank the level cannot be worked out");
    };
    let Some(level) = standard.level_index(&record.level) else {
        return Check::fail(name, format!("the bank knows no level {}", record.level));
    };
    let assessment = match assessment(tree, loaded, standard, record) {
        Ok(assessment) => assessment,
        Err(why) => return Check::fail(name, why),
    };
    let label = &standard.levels[level].label;
    let verdict = &assessment.levels[level];
    if !verdict.reached {
        let why = match verdict.missing.first() {
            Some(first) => format!("{} {}", first.number, first.reason),
            None => "a condition on the profile does not hold".to_owned(),
        };
        return Check::fail(name, format!("{label} was not reached on {}: {why}", record.date));
    }
    for condition in verdict.conditions.iter().filter(|condition| condition.on_publishing && !condition.met) {
        let known = standard.levels.iter().flat_map(|level| &level.conditions).find(|known| known.id == condition.id);
        let once = known.is_some_and(|known| known.kind == ConditionKind::FirstPublication);
        if !(once && only_sites_added(setting, tree, record)) {
            return Check::fail(name, format!("{label} could not be published: {}", condition.reason));
        }
    }
    let counts = count_items(standard, &assessment, level);
    if counts != record.items {
        return Check::fail(
            name,
            format!(
                "the record counts {} met and {} not applicable; worked out again they are {} and {}",
                record.items.met, record.items.not_applicable, counts.met, counts.not_applicable
            ),
        );
    }
    let of = (standard.head.revision, standard.confirmed(), standard.required().count());
    let said = (record.bank.revision, record.bank.confirmed as usize, record.bank.required as usize);
    if of != said {
        return Check::fail(name, "what the record says of the bank is not what the bank says of itself");
    }
    Check::pass(name, format!("{label}, worked out again on {}", record.date))
}

/// The one exception to once-only: sites added to the publication before, nothing else changed.
fn only_sites_added(setting: Setting<'_>, tree: &RevisionTree, record: &Record) -> bool {
    let records = listing::records(tree);
    let before = records.iter().filter_map(|found| found.record.as_ref().ok()).rfind(|other| other.id() != record.id());
    let Some(before) = before else { return false };
    if (&before.edition, &before.level) != (&record.edition, &record.level) {
        return false;
    }
    let path = record::record_path(&before.edition, &before.number);
    let then = listing::commit_that_added(setting.repository, tree.commit(), &path)
        .and_then(|commit| setting.repository.workspace_at(commit).ok())
        .and_then(|tree| listing::said_at(&tree, &before.edition));
    let now = listing::said_at(tree, &record.edition);
    then.zip(now).is_some_and(|(then, now)| then.differs_in_sites_only(&now))
}
