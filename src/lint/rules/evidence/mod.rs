//! Group *evidence*: the documents behind the answers.
//!
//! What is carried over is passed over until it is confirmed; only that a path leads out of the workspace is said of
//! every entry there is.

use super::rules;
use crate::lint::{At, Draft, Judged, Rule};
use crate::model::{Answer, Evidence, Item, ItemKind};
use crate::source::Pointer;
use crate::workspace::FileId;

rules![
    missing_evidence,
    evidence_file_missing,
    evidence_digest,
    evidence_out_of_window,
    evidence_review_due,
    evidence_date_in_future,
    malformed_link,
    evidence_not_tracked,
    private_evidence_tracked,
];

/// One entry of an answer's evidence.
struct Entry<'a> {
    item: &'a Item,
    answer: &'a Answer,
    index: usize,
    evidence: &'a Evidence,
}

impl Entry<'_> {
    /// The place of a key's value in the entry.
    fn at(&self, judged: &Judged<'_>, key: &'static str) -> At {
        evidence_at(judged.file(), &self.item.number, self.index, key)
    }

    /// Whether the document is there to prove that the item does not apply: then its window asks nothing of it.
    fn proves_not_applicable(&self) -> bool {
        self.answer.not_applicable.is_some()
    }
}

/// The entries of the organisation's own answers, in the standard's order.
fn entries<'a>(judged: &Judged<'a>) -> impl Iterator<Item = Entry<'a>> {
    judged.answered().flat_map(|(item, answer)| entries_of(item, answer))
}

fn entries_of<'a>(item: &'a Item, answer: &'a Answer) -> impl Iterator<Item = Entry<'a>> {
    let list = answer.evidence.iter().flatten().enumerate();
    list.map(move |(index, evidence)| Entry { item, answer, index, evidence })
}

/// The place of a key's value in an entry of an answer's evidence.
pub(super) fn evidence_at(file: FileId, number: &str, index: usize, key: &'static str) -> At {
    At::value(file, Pointer::answer(number).key("evidence").index(index).key(key))
}

/// A path that leads out of the workspace, under the rule about that.
pub(super) fn leads_out(rule: &'static Rule, at: At, path: &str) -> Draft {
    let message = if crate::tree::spelled_outside(path) {
        "this path leads out of the workspace"
    } else {
        "a symbolic link on this path leads out of the workspace"
    };
    Draft::new(rule, at, message).help(
        "copy the file into `evidence/` (or `private/`) and write its path from the workspace, with `/` and without `..`",
    )
}

/// Whether somebody has dealt with an item that asks for a document, but no document is given. Who merely looks after
/// it, and private notes, do not make an open item a document that is missing.
pub(super) fn lacks_documents(item: &Item, answer: &Answer) -> bool {
    item.kind == ItemKind::Document
        && !answer.has_evidence()
        && answer.carried_from.is_none()
        && answer.not_applicable.is_none()
        && answer.tick.is_none()
        && answer.text.is_none()
        && answer.date.is_none()
        && (answer.evidence.is_some()
            || answer.reviewed.is_some()
            || answer.reviewed_by.is_some()
            || answer.comment.is_some())
}

/// A text as both TOML and YAML take it between quotation marks, if it needs no escapes.
fn quoted(text: &str) -> Option<String> {
    let plain = !text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\'));
    plain.then(|| format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use crate::bank::Banks;
    use crate::lint::{Known, Setting, lint};
    use crate::tree::WorkTree;
    use crate::workspace::{Scope, Workspace};
    use jiff::civil::date;
    use std::fs;

    const DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    /// The findings about evidence of a workspace on disk, as `file:line rule`.
    fn findings(root: &std::path::Path) -> Vec<String> {
        let tree = WorkTree::new(root);
        let workspace = Workspace::load(&tree, Scope::All);
        let setting = Setting { tree: &tree, banks: &Banks::shipped(), now: date(2026, 1, 15).into(), in_full: &[] };
        let found = lint(&workspace, setting, Known::default()).unwrap().findings;
        let about = |rule: &str| rule.starts_with("evidence-") || rule == "path-escapes-workspace";
        let found = found.iter().filter(|finding| about(finding.rule));
        found.map(|finding| format!("{}:{} {}", finding.place.file, finding.place.start.line, finding.rule)).collect()
    }

    fn write(root: &std::path::Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_directory_is_no_evidence() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        write(root, "organisation.toml", "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\n");
        write(root, "evidence/notice.txt", "Kept for the test.\n");
        let entries = format!(
            "[\n{{ file = \"evidence\" }},\n{{ file = \"evidence\", sha256 = \"{DIGEST}\" }},\n{{ file = \"evidence/notice.txt/x\" }},\n{{ file = \" \" }},\n]"
        );
        write(
            root,
            "assessments/2025-26.toml",
            &format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n[answers.\"1.1.3\"]\nevidence = {entries}\n"),
        );
        let expected = [5, 6, 7, 8].map(|line| format!("assessments/2025-26.toml:{line} evidence-file-missing"));
        assert_eq!(findings(root), expected);
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_out_are_told_once_in_every_edition() {
        let directory = tempfile::tempdir().unwrap();
        let root = &directory.path().join("workspace");
        write(directory.path(), "secret.txt", "Not ours.\n");
        write(root, "organisation.toml", "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\n");
        write(root, "evidence/notice.txt", "Kept for the test.\n");
        std::os::unix::fs::symlink("../../secret.txt", root.join("evidence/out.txt")).unwrap();
        std::os::unix::fs::symlink("notice.txt", root.join("evidence/in.txt")).unwrap();
        for edition in ["2024-25", "2025-26"] {
            let answers = format!(
                r#"standard = "dspt-asc"
edition = "{edition}"
[answers."1.1.3"]
evidence = [
  {{ file = "evidence/in.txt" }},
  {{ file = "evidence/out.txt" }},
  {{ file = "evidence/out.txt", sha256 = "{DIGEST}" }},
]
[answers."1.1.2"]
carried_from = "2023-24"
evidence = [{{ file = "evidence/out.txt", sha256 = "{DIGEST}", private = true }}]
"#
            );
            write(root, &format!("assessments/{edition}.toml"), &answers);
        }
        let plan = "standard = \"dspt-asc\"\nedition = \"2025-26\"\ndocument = \"evidence/out.txt\"\n";
        write(root, "action-plans/2025-26.toml", plan);
        let expected = [
            "assessments/2024-25.toml:6",
            "assessments/2024-25.toml:7",
            "assessments/2024-25.toml:11",
            "assessments/2025-26.toml:6",
            "assessments/2025-26.toml:7",
            "assessments/2025-26.toml:11",
            "action-plans/2025-26.toml:3",
        ]
        .map(|place| format!("{place} path-escapes-workspace"));
        assert_eq!(findings(root), expected);
    }
}
