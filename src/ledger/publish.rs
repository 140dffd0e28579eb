//! From gates that all passed to the files, commit and tag of a publication.

use super::gates::{Situation, Verdicts, silenced};
use super::git::{GitError, NewFile, Publication, Published, RevisionTree};
use super::{listing, record};
use crate::assess::State;
use crate::model::period::in_words;
use crate::model::{ItemCounts, Publisher, Record, RecordBank};
use crate::tree::Tree as _;

/// Everything that publishing writes.
#[derive(Debug, Clone)]
pub struct Draft {
    pub record: Record,
    pub files: Vec<NewFile>,
    pub message: String,
    pub tag: String,
    pub tag_message: String,
}

impl Draft {
    /// `A1B2/2025-26/001`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.record.ods_code, self.record.id())
    }
}

/// Draws a publication up.
pub fn draft(situation: Situation<'_>, verdicts: &Verdicts) -> Result<Draft, GitError> {
    let (standard, banks) = (situation.standard, situation.banks);
    let (Some(level), Some(who), Some(head)) = (verdicts.level, &verdicts.who, situation.head.commit) else {
        return Err(GitError::new("a publication is drawn up only when every gate has passed"));
    };
    let committed: RevisionTree = situation.repository.workspace_at(head)?;
    let earlier = listing::records(&committed);
    let edition = standard.edition();
    let code = situation.organisation.ods_code.clone();
    let taken = earlier.iter().filter(|found| found.edition == edition).map(|found| found.number.clone());
    // A number whose tag is there is taken, though its record may lie on another branch.
    let family = record::tag_family(banks, standard.id());
    let tags = situation.repository.tags(&format!("{family}/"));
    let tagged = listing::tagged(&tags, family, &code).into_iter().filter(|tagged| tagged.edition == edition);
    let taken: Vec<String> = taken.chain(tagged.map(|tagged| tagged.number)).collect();
    let number = record::next_number(taken.iter().map(String::as_str));

    let digests = record::digests(&record::rests_on(situation.workspace, edition), &committed, Some(situation.tree))
        .map_err(|(path, error)| GitError::new(format!("{path}: {error}")))?;
    let list = record::list(&digests);
    let bank = banks
        .find(standard.id(), edition)
        .ok_or_else(|| GitError::new(format!("the question bank {} {edition} is not at hand", standard.id())))?;
    let as_count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let record = Record {
        standard: standard.id().to_owned(),
        edition: edition.to_owned(),
        number: number.clone(),
        ods_code: code.clone(),
        name: situation.organisation.name.clone(),
        level: standard.levels[level].id.clone(),
        date: situation.day,
        reason: verdicts.reason.clone(),
        previous: earlier.last().map(|found| record::digest(&found.bytes)),
        files: record::digest(list.as_bytes()),
        bank: RecordBank {
            digest: standard.digest.clone(),
            revision: standard.head.revision,
            confirmed: as_count(standard.confirmed()),
            required: as_count(standard.required().count()),
        },
        publisher: Publisher {
            name: who.name.clone(),
            email: who.email.clone(),
            role: who.role.map(|role| role.word().to_owned()),
        },
        profile: situation.organisation.profile.facts.clone(),
        profile_confirmed: Some(situation.day),
        sites: verdicts.sites.clone(),
        items: counts(situation, level),
        ignored: silenced(situation),
        dspt: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let text = record::text(&record);
    let label = &standard.levels[level].label;
    let name = format!("{code}/{edition}/{number}");
    let message = format!(
        "Publish {edition}/{number}: {label}\n\n{} ({code}), {}.\n\nDSPT-Edition: {edition}\nDSPT-Level: {}\nDSPT-Publication: {name}\n",
        record.name.lines().next().unwrap_or_default(),
        in_words(record.date),
        record.level
    );
    let tag_message = format!(
        "Publication {name}\n\nedition: {edition}\nlevel: {}\ndate: {}\nrecord {}\n",
        record.level,
        record.date,
        record::digest(text.as_bytes())
    );
    let mut files = vec![
        NewFile { path: record::record_path(edition, &number), content: text.into_bytes() },
        NewFile { path: record::list_path(edition, &number), content: list.into_bytes() },
    ];
    let bank_path = record::bank_path(standard.id(), edition, &standard.digest);
    if committed.sha256(&bank_path).ok().as_deref() != Some(record::bare(&standard.digest)) {
        files.push(NewFile { path: bank_path, content: bank.text.as_bytes().to_vec() });
    }
    let tag = record::tag_name(banks, standard.id(), &code, edition, &number);
    Ok(Draft { record, files, message, tag, tag_message })
}

/// How the items stand at a level.
pub fn count_items(
    standard: &crate::model::Standard,
    assessment: &crate::assess::Assessment,
    level: usize,
) -> ItemCounts {
    let mut counts = ItemCounts::default();
    for (item, verdict) in standard.items.iter().zip(&assessment.items) {
        let counter = match (standard.asks(level, item), verdict.state) {
            (true, State::Met) => &mut counts.met,
            (true, State::NotApplicable) => &mut counts.not_applicable,
            (true, State::Exempt) => &mut counts.exempt,
            (false, State::Met | State::NotApplicable | State::Exempt) => &mut counts.optional_met,
            _ => continue,
        };
        *counter += 1;
    }
    counts
}

fn counts(situation: Situation<'_>, level: usize) -> ItemCounts {
    count_items(situation.standard, situation.assessment, level)
}

/// Writes a draft into the repository: all of it or nothing.
pub fn commit(situation: Situation<'_>, draft: &Draft) -> Result<Published, GitError> {
    let Some(parent) = situation.head.commit else { return Err(GitError::new("nothing is committed yet")) };
    let name = draft.record.id();
    let signing = situation.signing;
    // One signature without the other would leave half of it unproven: either setting signs both.
    let sign = situation.request.sign || signing.commits || signing.tags;
    let publication = Publication {
        name: &name,
        parent,
        files: &draft.files,
        message: &draft.message,
        tag: &draft.tag,
        tag_message: &draft.tag_message,
        sign_commit: sign,
        sign_tag: sign,
    };
    situation.repository.publish(&publication, signing)
}
