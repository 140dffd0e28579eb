//! What is new against an earlier state of the same files, so that a check can complain only of what got worse.
//!
//! A finding is known where the earlier state has one of the same rule in the same file about the same item (or about
//! the same subject, such as one publication's record), at least as grave, and either its line reads the same (lines may have moved) or it stands at the same value (its line may have
//! been edited). Each earlier finding makes one of today's known, so that a second fault beside an old one is new.

use crate::diagnostic::Finding;
use crate::diagnostic::fingerprint::line;
use crate::diagnostic::render::Findings;
use crate::source::Pointer;
use std::collections::HashMap;

/// Rules by which time alone makes worse what nobody touched.
pub const EXPIRY: &[&str] = &[
    "certification-expired",
    "date-outside-window",
    "evidence-out-of-window",
    "evidence-review-due",
    "expired-ignore",
    "stale-confirmation",
    "target-passed",
];

/// Today's findings against earlier ones.
#[derive(Debug, Default)]
pub struct Against {
    /// Of each of today's findings: whether it is new.
    pub is_new: Vec<bool>,
    /// Earlier findings that are there no longer.
    pub mended: usize,
}

pub fn against(now: Findings<'_>, earlier: Findings<'_>) -> Against {
    let mut left: Vec<Option<&Finding>> = earlier.findings.iter().map(Some).collect();
    let mut is_new = vec![true; now.findings.len()];
    let by_line = |findings: Findings<'_>, finding: &Finding| Some(line(findings, finding));
    let by_value = |findings: Findings<'_>, finding: &Finding| Some(pointer(findings, finding)?.to_string());
    pair(now, earlier, &mut left, &mut is_new, by_line);
    pair(now, earlier, &mut left, &mut is_new, by_value);
    Against { is_new, mended: left.iter().flatten().count() }
}

type Key<'f> = (&'f str, &'f str, Option<&'f str>, Option<&'f str>, String);

/// Takes out of `left` what makes a finding of today known.
fn pair(
    now: Findings<'_>,
    earlier: Findings<'_>,
    left: &mut [Option<&Finding>],
    is_new: &mut [bool],
    place: fn(Findings<'_>, &Finding) -> Option<String>,
) {
    let mut waiting: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for (at, finding) in earlier.findings.iter().enumerate().rev().filter(|(at, _)| left[*at].is_some()) {
        if let Some(place) = place(earlier, finding) {
            waiting.entry(key(finding, place)).or_default().push(at);
        }
    }
    for (finding, is_new) in now.findings.iter().zip(is_new).filter(|(_, is_new)| **is_new) {
        let Some(place) = place(now, finding) else { continue };
        let Some(known) = waiting.get_mut(&key(finding, place)) else { continue };
        let grave = |at: &usize| left[*at].is_some_and(|earlier| earlier.severity >= finding.severity);
        if let Some(at) = known.iter().rposition(grave) {
            left[known.remove(at)] = None;
            *is_new = false;
        }
    }
}

fn key(finding: &Finding, place: String) -> Key<'_> {
    // Answers may have moved from TOML to YAML.
    let file = finding.place.file.as_str();
    let file = [".toml", ".yaml", ".yml"].iter().find_map(|ending| file.strip_suffix(ending)).unwrap_or(file);
    // A revision holds what git tracks and nothing else: a file that lies beside it is missing there.
    let rule = if finding.rule == "evidence-not-tracked" { "evidence-file-missing" } else { finding.rule };
    (rule, file, finding.item.as_deref(), finding.subject.as_deref(), place)
}

/// The value that a finding is about.
fn pointer(findings: Findings<'_>, finding: &Finding) -> Option<Pointer> {
    let file = findings.workspace.files.iter().find(|file| file.path == finding.place.file)?;
    Some(file.document.pointer_at(finding.place.span?.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Banks;
    use crate::lint::{Known, LintResult, Setting, lint, rule};
    use crate::tree::MemoryTree;
    use crate::workspace::{Scope, Workspace};

    fn linted(answers: &str) -> (Workspace, LintResult) {
        let organisation = "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\n";
        let head = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n";
        let tree = MemoryTree::default()
            .with("organisation.toml", organisation)
            .with("assessments/2025-26.toml", format!("{head}{answers}"));
        let workspace = Workspace::load(&tree, Scope::All);
        let now = jiff::civil::date(2026, 3, 2).into();
        let banks = Banks::shipped();
        let result =
            lint(&workspace, Setting { tree: &tree, banks: &banks, now, in_full: &[] }, Known::default()).unwrap();
        (workspace, result)
    }

    fn view((workspace, result): &(Workspace, LintResult)) -> Findings<'_> {
        Findings { findings: &result.findings, workspace, root: ".", secrets: &result.secrets }
    }

    /// The rules and items of what is new, unanswered items aside.
    fn new(before: &str, after: &str) -> Vec<String> {
        let (before, after) = (linted(before), linted(after));
        let against = against(view(&after), view(&before));
        let new = after
            .1
            .findings
            .iter()
            .zip(against.is_new)
            .filter(|(finding, is_new)| *is_new && !matches!(finding.rule, "unanswered" | "count-missing"));
        new.map(|(finding, _)| format!("{} {}", finding.rule, finding.item.as_deref().unwrap_or("-"))).collect()
    }

    #[test]
    fn moved_and_edited_lines_are_no_news_and_a_second_fault_is() {
        let fault = "[answers.\"1.1.5\"]\ntext = \"TBC\"\n";
        assert_eq!(new(fault, fault), [""; 0]);
        assert_eq!(new(fault, &format!("\n\n# moved\n[answers.\"2.1.1\"]\ntick = true\n{fault}")), [""; 0]);
        assert_eq!(new(fault, "[answers.\"1.1.5\"]\ntext = \"The lead: TBC\"\n"), [""; 0]);
        assert_eq!(
            new(fault, &format!("{fault}comment = \"to be confirmed\"\n")),
            ["placeholder-text 1.1.5"],
            "another value of the same answer"
        );
        assert_eq!(new("", fault), ["placeholder-text 1.1.5"]);
        assert_eq!(new(fault, ""), [""; 0]);
    }

    #[test]
    fn an_entry_put_before_a_faulty_one_is_judged_by_itself() {
        let entry = |file: &str| format!("{{ file = \"evidence/{file}\" }},\n");
        let list = |entries: &str| format!("[answers.\"1.1.2\"]\nevidence = [\n{entries}]\n");
        let before = list(&entry("a.pdf"));
        let after = list(&format!("{}{}", entry("b.pdf"), entry("a.pdf")));
        assert_eq!(new(&before, &after), ["evidence-file-missing 1.1.2"]);
        assert_eq!(new(&after, &before), [""; 0]);
    }

    #[test]
    fn rules_that_are_named_exist() {
        let named = EXPIRY.iter().chain(&["evidence-not-tracked", "evidence-file-missing"]);
        assert!(named.copied().all(|name| rule(name).is_some()));
    }
}
