//! The files of a publication: the record, the list of files it rests on, and their names.

use crate::bank::Banks;
use crate::model::{Answers, Member, MemberRole, Record};
use crate::source::edit::{toml_key, toml_string};
use crate::tree::{Tree, TreeError};
use crate::workspace::{ORGANISATION_FILE, PUBLICATIONS, Workspace};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub fn record_path(edition: &str, number: &str) -> String {
    format!("{PUBLICATIONS}/{edition}/{number}.toml")
}

pub fn list_path(edition: &str, number: &str) -> String {
    format!("{PUBLICATIONS}/{edition}/{number}.sha256")
}

/// Where the question bank with a digest (`sha256:<hex>`) lies.
pub fn bank_path(standard: &str, edition: &str, digest: &str) -> String {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    format!("{PUBLICATIONS}/banks/{standard}-{edition}-{}.toml", &hex[..hex.len().min(12)])
}

/// The tag of a publication, without `refs/tags/`. The first standard that the program ships has the program's name.
pub fn tag_name(banks: &Banks, standard: &str, code: &str, edition: &str, number: &str) -> String {
    format!("{}{edition}/{number}", tag_prefix(banks, standard, code))
}

/// What the tags of an organisation's publications begin with.
pub fn tag_prefix(banks: &Banks, standard: &str, code: &str) -> String {
    format!("{}/{code}/", tag_family(banks, standard))
}

pub fn tag_family<'a>(banks: &Banks, standard: &'a str) -> &'a str {
    if standard == banks.default_standard() { env!("CARGO_PKG_NAME") } else { standard }
}

/// `sha256:<hex>` of some bytes.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

/// The number after the highest that an edition has, `001` for the first.
pub fn next_number<'a>(taken: impl Iterator<Item = &'a str>) -> String {
    let highest = taken.filter_map(|number| number.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{:03}", highest + 1)
}

/// Why a record's publisher was none who may publish, by the members listed then; where nobody is listed nobody is
/// refused.
pub fn objection(members: &[Member], record: &Record) -> Option<String> {
    if members.is_empty() {
        return None;
    }
    let email = record.publisher.email.trim();
    let mut known = members.iter().filter(|member| member.email.trim().eq_ignore_ascii_case(email)).peekable();
    if known.peek().is_none() {
        return Some("who was no member then".to_owned());
    }
    let here: Vec<&Member> = known.filter(|member| member.left.is_none_or(|left| record.date <= left)).collect();
    match here.first() {
        None => Some("who had left by then".to_owned()),
        Some(_) if here.iter().any(|member| member.role == MemberRole::Administrator) => None,
        Some(member) => Some(format!("who was listed as {} then", member.role.word())),
    }
}

/// A record as its file.
pub fn text(record: &Record) -> String {
    let mut out = String::from("format = 1\n");
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key} = {value}");
    };
    let quoted = |text: &String| toml_string(text);
    line("standard", &quoted(&record.standard));
    line("edition", &quoted(&record.edition));
    line("number", &quoted(&record.number));
    line("ods_code", &quoted(&record.ods_code));
    line("name", &quoted(&record.name));
    line("level", &quoted(&record.level));
    line("date", &record.date.to_string());
    if let Some(reason) = &record.reason {
        line("reason", &quoted(reason));
    }
    if let Some(previous) = &record.previous {
        line("previous", &quoted(previous));
    }
    line("files", &quoted(&record.files));
    let bank = &record.bank;
    line(
        "bank",
        &format!(
            "{{ digest = {}, revision = {}, confirmed = {}, required = {} }}",
            quoted(&bank.digest),
            bank.revision,
            bank.confirmed,
            bank.required
        ),
    );
    let publisher = &record.publisher;
    let role = publisher.role.as_ref().map(|role| format!(", role = {}", quoted(role))).unwrap_or_default();
    line("publisher", &format!("{{ name = {}, email = {}{role} }}", quoted(&publisher.name), quoted(&publisher.email)));
    let confirmed = record.profile_confirmed.map(|day| ("confirmed".to_owned(), day.to_string()));
    let facts = record.profile.iter().map(|(key, value)| (key.clone(), quoted(value))).chain(confirmed);
    line("profile", &inline(facts));
    if let Some(sites) = &record.sites {
        let covered: Vec<String> = sites.covered.iter().map(quoted).collect();
        let excluded = inline(sites.excluded.iter().map(|(code, reason)| (code.clone(), quoted(reason))));
        line("sites", &format!("{{ covered = [{}], excluded = {excluded} }}", covered.join(", ")));
    }
    let items = record.items;
    line(
        "items",
        &format!(
            "{{ met = {}, not_applicable = {}, exempt = {}, optional_met = {} }}",
            items.met, items.not_applicable, items.exempt, items.optional_met
        ),
    );
    if !record.ignored.is_empty() {
        let ignored: Vec<String> = record.ignored.iter().map(quoted).collect();
        line("ignored", &format!("[{}]", ignored.join(", ")));
    }
    line("dspt", &quoted(&record.dspt));
    out
}

fn inline(entries: impl Iterator<Item = (String, String)>) -> String {
    let entries: Vec<String> = entries.map(|(key, value)| format!("{} = {value}", toml_key(&key))).collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

/// A file that a publication rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rests {
    /// From the workspace, with `/`.
    pub path: String,
    /// Kept out of git: known by its stated digest alone.
    pub private: bool,
    /// The digest that the answers state, 64 hexadecimal digits.
    pub stated: Option<String>,
}

/// The files that a publication of an edition rests on: answers, organisation, plan and every evidence file, sorted.
pub fn rests_on(workspace: &Workspace, edition: &str) -> Vec<Rests> {
    let mut files: BTreeMap<String, Rests> = BTreeMap::new();
    let mut add = |path: &str, private: bool, stated: Option<String>| {
        let path = normal(path);
        let known = files.entry(path.clone()).or_insert(Rests { path, private, stated: None });
        known.private &= private;
        known.stated = known.stated.take().or(stated);
    };
    add(ORGANISATION_FILE, false, None);
    for answers in workspace.answers.iter().filter(|answers| answers.edition == edition) {
        add(&workspace.file(answers.file).path, false, None);
        for (file, evidence) in evidence_files(&answers.decoded.value) {
            let stated = evidence.sha256.as_deref().map(bare).map(str::to_ascii_lowercase);
            add(file, evidence.is_private(), stated);
        }
    }
    for plan in workspace.plans.iter().filter(|plan| plan.edition == edition) {
        add(&workspace.file(plan.file).path, false, None);
        if let Some(document) = &plan.decoded.value.document {
            add(document, false, None);
        }
    }
    files.into_values().collect()
}

/// The evidence of all answers that is a file.
pub fn evidence_files(answers: &Answers) -> impl Iterator<Item = (&str, &crate::model::Evidence)> {
    let all = answers.answers.values().flat_map(|answer| answer.evidence.iter().flatten());
    all.filter_map(|evidence| Some((evidence.file.as_deref()?, evidence)))
}

/// A digest without `sha256:`.
pub fn bare(digest: &str) -> &str {
    digest.strip_prefix("sha256:").unwrap_or(digest)
}

/// A path without `.` and doubled slashes, so that one file has one name.
pub(super) fn normal(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

/// The digest of each file as git stores it; private ones as stated, else as they lie in the work tree.
pub fn digests(
    files: &[Rests],
    commit: &dyn Tree,
    work: Option<&dyn Tree>,
) -> Result<Vec<(String, String)>, (String, TreeError)> {
    let one = |file: &Rests| match &file.stated {
        Some(stated) if file.private => Ok(stated.clone()),
        _ if file.private => work.map_or(Err(TreeError::Missing), |work| work.sha256(&file.path)),
        _ => commit.sha256(&file.path),
    };
    files
        .iter()
        .map(|file| one(file).map(|digest| (file.path.clone(), digest)).map_err(|error| (file.path.clone(), error)))
        .collect()
}

/// The list in the format of `sha256sum`.
pub fn list(digests: &[(String, String)]) -> String {
    let mut out = String::new();
    for (path, digest) in digests {
        if path.contains(['\\', '\n', '\r']) {
            let escaped = path.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
            let _ = writeln!(out, "\\{digest}  {escaped}");
        } else {
            let _ = writeln!(out, "{digest}  {path}");
        }
    }
    out
}

/// Path and digest of each line of a list; none where it is no such list.
pub fn read_list(text: &str) -> Option<Vec<(String, String)>> {
    let line = |line: &str| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |rest| (true, rest));
        let (digest, path) = line.split_once("  ").or_else(|| line.split_once(" *"))?;
        let sound = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let path = if escaped {
            path.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")
        } else {
            path.to_owned()
        };
        sound.then(|| (path, digest.to_ascii_lowercase()))
    };
    text.lines().map(line).collect()
}

/// Whether every file that a publication rests on has the bytes it had, by the list beside the record.
pub fn is_as_listed(tree: &dyn Tree, edition: &str, number: &str) -> bool {
    let text = tree.read(&list_path(edition, number), crate::source::MAX_BYTES).ok();
    let files = text.and_then(|bytes| read_list(std::str::from_utf8(&bytes).ok()?));
    files.is_some_and(|files| {
        !files.is_empty()
            && files.iter().all(|(path, digest)| tree.sha256(path).is_ok_and(|now| now.eq_ignore_ascii_case(digest)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_as_it_was_written() {
        let digests = vec![("evidence/a b.pdf".to_owned(), "0".repeat(64)), ("odd\nname".to_owned(), "f".repeat(64))];
        assert_eq!(read_list(&list(&digests)).unwrap(), digests);
        assert_eq!(read_list("not a list"), None);
    }

    #[test]
    fn numbers_go_on_after_the_highest() {
        assert_eq!(next_number([].into_iter()), "001");
        assert_eq!(next_number(["001", "003"].into_iter()), "004");
    }
}
