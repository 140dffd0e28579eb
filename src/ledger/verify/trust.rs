//! Signatures, and who may sign: the verifier's own list, else the administrators of earlier publications.

use super::signers::List;
use super::{Candidate, Check, Identity, Setting, Verdict};
use crate::ledger::git::{self, GitError, Id, Signers, Verdict as Judged, judge_signature, public_key};
use crate::model::{Member, MemberRole, Record};
use crate::tree::Tree;
use crate::workspace::{Scope, Workspace};
use jiff::civil::Date;

/// The administrators that a history vouches for.
#[derive(Debug, Clone, Default)]
pub(super) struct Ring {
    /// None before the first publication: nobody is vouched for.
    members: Option<Vec<Member>>,
    /// The publication's commit up to which the history was followed.
    upto: Option<Id>,
}

/// The members with a key that a tree lists.
fn with_keys(tree: &dyn Tree) -> Vec<Member> {
    let workspace = Workspace::load(tree, Scope::Edition(None));
    let members = workspace.organisation.map(|(_, decoded)| decoded.value.members).unwrap_or_default();
    members.into_iter().filter(|member| member.signing_key.is_some()).collect()
}

fn administrators(tree: &dyn Tree) -> Vec<Member> {
    with_keys(tree).into_iter().filter(|member| member.role == MemberRole::Administrator).collect()
}

impl Ring {
    /// Takes in what the commits since the last publication changed, each only where a trusted person signed it.
    fn advance(&mut self, setting: Setting<'_>, commit: Id) -> Result<(), GitError> {
        let (Some(members), Some(upto)) = (&mut self.members, self.upto) else { return Ok(()) };
        let between = setting.repository.commits(commit, &[upto])?;
        for info in between.iter().filter(|info| info.id != commit) {
            let [parent] = info.parents.as_slice() else { continue };
            let (now, then) = (setting.repository.workspace_at(info.id)?, setting.repository.workspace_at(*parent)?);
            let file = crate::workspace::ORGANISATION_FILE;
            if now.id_of(file) == then.id_of(file) {
                continue;
            }
            let (now, then) = (administrators(&now), administrators(&then));
            let day = jiff::Timestamp::from_second(info.time)
                .map_or(Date::MIN, |time| time.to_zoned(jiff::tz::TimeZone::UTC).date());
            let signed = setting.repository.signature_of(info.id);
            let vouched =
                signed.is_some_and(|signed| matches!(by_members(setting, &signed, members, day), Judged::Good { .. }));
            if vouched {
                members.retain(|member| now.contains(member) || !then.contains(member));
                members.extend(now.into_iter().filter(|member| !then.contains(member)));
            }
        }
        Ok(())
    }

    /// After a publication: its tree's administrators are vouched for where it was the first, or where one of those
    /// vouched for signed it.
    pub(super) fn follow(
        &mut self,
        setting: Setting<'_>,
        commit: Id,
        _: &Record,
        identity: Identity,
    ) -> Result<(), GitError> {
        if self.members.is_none() || identity == Identity::Administrator {
            self.members = Some(administrators(&setting.repository.workspace_at(commit)?));
        }
        self.upto = Some(commit);
        Ok(())
    }
}

/// Judges a signature by the keys of members who had not left on a day.
fn by_members(setting: Setting<'_>, signed: &git::Signed, members: &[Member], day: Date) -> Judged {
    let mut keys = Vec::new();
    let mut fingerprints = Vec::new();
    for (at, member) in members.iter().enumerate() {
        if member.left.is_some_and(|left| day > left) {
            continue;
        }
        let key = member.signing_key.as_deref().unwrap_or_default();
        match public_key(key) {
            // A name of our own: an address could hold what the file's format gives a meaning to.
            Some(key) => keys.push((format!("member-{at}"), key)),
            None => fingerprints.push(key.to_owned()),
        }
    }
    let signers = Signers::Members { keys: &keys, gpg: &fingerprints };
    match judge_signature(setting.judges, signed, signers) {
        Judged::Good { signer, key } => {
            let at = signer.strip_prefix("member-").and_then(|at| at.parse::<usize>().ok());
            let named = at
                .and_then(|at| members.get(at))
                .or_else(|| members.iter().find(|member| member.signing_key.as_deref() == Some(signer.as_str())));
            Judged::Good { signer: named.map_or(signer, |member| member.email.clone()), key }
        }
        other => other,
    }
}

/// Why no signature covers the record.
fn unsigned(candidate: &Candidate) -> &'static str {
    match &candidate.tag {
        None => "the tag is missing",
        Some(_) => "the tag is not signed",
    }
}

/// What is said of a key that is known and does not count.
pub(in crate::ledger) fn not_counting(what: &str, why: &str) -> String {
    format!("the key of the {what} does not count: {why}")
}

/// What the signatures of a publication are worth.
pub(super) struct Signatures {
    pub(super) identity: Identity,
    pub(super) signer: Option<String>,
    pub(super) word: &'static str,
    pub(super) checks: Vec<Check>,
}

pub(super) fn signatures(
    setting: Setting<'_>,
    candidate: &Candidate,
    commit: Id,
    record: &Record,
    ring: &mut Ring,
) -> Result<Signatures, GitError> {
    ring.advance(setting, commit)?;
    let tag = candidate.tag.as_ref().and_then(|tag| tag.signed.clone());
    let own = setting.repository.signature_of(commit);
    let objects: Vec<(&str, git::Signed)> =
        [("tag", tag), ("commit", own)].into_iter().filter_map(|(what, signed)| Some((what, signed?))).collect();
    let strict = |verdict| if setting.trust.require_signature { Verdict::Fail } else { verdict };
    if objects.is_empty() {
        return Ok(Signatures {
            identity: Identity::Unsigned,
            signer: None,
            word: "unsigned",
            checks: vec![
                Check::new("signature", strict(Verdict::NotProven), "neither tag nor commit is signed"),
                Check::new("signer", strict(Verdict::NotProven), "nobody signed"),
            ],
        });
    }
    let list = setting.trust.allowed_signers.as_deref().map(List::read);
    let none = Vec::new();
    let members = ring.members.as_ref().unwrap_or(&none);
    let mut judged = Vec::new();
    for (what, signed) in &objects {
        let verdict = match &list {
            Some(list) => judge_signature(setting.judges, signed, list.signers()),
            None => by_members(setting, signed, members, record.date),
        };
        judged.push((*what, verdict));
    }
    let kinds = judged.iter().map(|(what, _)| *what).collect::<Vec<_>>().join(" and ");
    let bad = judged.iter().find_map(|(what, verdict)| match verdict {
        Judged::Bad(why) => Some(format!("the signature of the {what} is bad: {why}")),
        _ => None,
    });
    let unchecked = judged.iter().find_map(|(_, verdict)| match verdict {
        Judged::Unchecked(why) => Some(why.clone()),
        _ => None,
    });
    let key = judged.iter().find_map(|(_, verdict)| match verdict {
        Judged::Good { key, .. } | Judged::Unknown { key } | Judged::Refused { key, .. } => Some(key.clone()),
        _ => None,
    });
    let key = key.unwrap_or_else(|| "a key that cannot be named".to_owned());
    let signer = judged.iter().find_map(|(_, verdict)| match verdict {
        Judged::Good { signer, .. } => Some(signer.clone()),
        _ => None,
    });
    let all_good = judged.iter().all(|(_, verdict)| matches!(verdict, Judged::Good { .. }));
    // The tag's signature covers the record; a signed commit alone leaves the tag to anybody.
    let covers = objects.iter().any(|(what, _)| *what == "tag");
    let signature = match (&bad, &unchecked) {
        (Some(why), _) => Check::fail("signature", why.clone()),
        (None, Some(why)) => Check::new("signature", strict(Verdict::NotChecked), why.clone()),
        (None, None) if !covers => Check::new(
            "signature",
            strict(Verdict::NotProven),
            format!("the commit is signed; {}", unsigned(candidate)),
        ),
        (None, None) => Check::pass("signature", format!("{kinds} signed with {key}")),
    };
    let (identity, check) = if bad.is_some() {
        (Identity::NotProven, Check::new("signer", Verdict::NotProven, "the signature proves nobody"))
    } else if all_good && covers {
        let by = signer.clone().unwrap_or_default();
        let why = match &list {
            Some(list) => list.names(&by),
            None => format!("{by}, an administrator by the publication before and what was signed since"),
        };
        (Identity::Administrator, Check::pass("signer", why))
    } else {
        let stranger = judged.iter().find(|(_, verdict)| !matches!(verdict, Judged::Good { .. }));
        let why = match (stranger, &list, &ring.members) {
            _ if unchecked.is_some() => "the signature was not checked".to_owned(),
            (Some((what, Judged::Refused { why, .. })), ..) => not_counting(what, why),
            (None, ..) => {
                let by = signer.as_deref().unwrap_or_default();
                format!("{}: only the commit is signed, by {by}", unsigned(candidate))
            }
            (Some((what, _)), Some(list), _) => list.lacks(what),
            (Some(_), None, None) => {
                "a first publication: no earlier one says who may sign; --allowed-signers FILE does".to_owned()
            }
            (Some((what, _)), None, Some(_)) => {
                format!("no administrator known from the publication before has the key of the {what}")
            }
        };
        (Identity::NotProven, Check::new("signer", strict(Verdict::NotProven), why))
    };
    // A key that the publication's own tree lists is a known key, though it proves nobody; the verifier's list always wins.
    let all_good = all_good
        || list.is_none()
            && objects.iter().all(|(_, signed)| {
                let tree = setting.repository.workspace_at(commit);
                let listed = tree.map(|tree| with_keys(&tree)).unwrap_or_default();
                matches!(by_members(setting, signed, &listed, record.date), Judged::Good { .. })
            });
    let word = match (&bad, all_good, &unchecked) {
        (Some(_), ..) => "bad",
        (None, true, _) => "good",
        (None, false, _) => "unknown-key",
    };
    Ok(Signatures {
        identity,
        signer: signer.filter(|_| identity == Identity::Administrator),
        word,
        checks: vec![signature, check],
    })
}
