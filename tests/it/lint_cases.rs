//! Every file below `tests/cases/lint/` is a case; its folder is the rule it is about.

use super::case::{Case, concise};
use std::fs;
use std::path::Path;

#[test]
fn every_case_gives_exactly_its_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/lint");
    // DSPT_CASE=placeholder-text runs the cases whose name holds that.
    let only = std::env::var_os("DSPT_CASE").and_then(|only| only.into_string().ok());
    let mut failures = Vec::new();
    let mut count = 0;
    for folder in sorted(&root).into_iter().filter(|path| path.is_dir()) {
        for path in sorted(&folder) {
            let name = format!("{}/{}", folder.file_name().unwrap().display(), path.file_name().unwrap().display());
            if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
                continue;
            }
            let case = Case::read(&fs::read_to_string(&path).unwrap());
            count += 1;
            let keep_unanswered = folder.ends_with("unanswered");
            let wanted = |line: &String| keep_unanswered || !line.ends_with("[unanswered]");
            let (findings, tree) = case.run();
            let mut actual: Vec<String> = findings.iter().map(concise).filter(wanted).collect();
            let mut expected: Vec<String> = case.expected.iter().filter(|line| wanted(line)).cloned().collect();
            actual.sort();
            expected.sort();
            if actual != expected {
                let missing: Vec<_> = expected.iter().filter(|line| !actual.contains(line)).collect();
                let surplus: Vec<_> = findings
                    .iter()
                    .filter(|finding| !expected.contains(&concise(finding)) && wanted(&concise(finding)))
                    .map(|finding| format!("{}: {}", concise(finding), finding.message))
                    .collect();
                failures
                    .push(format!("{name}\n  expected, not found: {missing:#?}\n  found, not expected: {surplus:#?}"));
            }
            for (path, bytes) in &case.after {
                if tree.files.get(path) != Some(bytes) {
                    let text = String::from_utf8_lossy(tree.files.get(path).map_or(&[], Vec::as_slice)).into_owned();
                    failures.push(format!("{name}: {path} after --fix is\n{text}"));
                }
            }
        }
    }
    assert!(count > 0, "no case matches");
    assert!(failures.is_empty(), "{} of {count} cases fail:\n{}", failures.len(), failures.join("\n"));
}

fn sorted(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}
