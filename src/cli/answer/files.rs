//! Files to choose from while the path of a document is typed.

use crate::diagnostic::render::one_line;
use inquire::CustomUserError;
use inquire::autocompletion::{Autocomplete, Replacement};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// More are no help to anybody: another letter leaves fewer.
const MOST: usize = 100;

/// What lies in some directories; paths are completed in all of them.
#[derive(Debug, Clone)]
pub struct Files(Vec<PathBuf>);

impl Files {
    pub fn below(directories: &[&Path]) -> Self {
        Self(directories.iter().map(|directory| directory.to_path_buf()).collect())
    }

    /// The paths that go on where a typed one ends, directories with a slash behind them. Hidden files are left out
    /// until their dot is typed, and so are names that no terminal can show as they are.
    fn beginning(&self, typed: &str) -> Vec<String> {
        let (directory, begin) =
            typed.rsplit_once('/').map_or(("", typed), |(above, name)| (&typed[..=above.len()], name));
        let mut found = BTreeSet::new();
        for entry in self.0.iter().filter_map(|top| top.join(directory).read_dir().ok()).flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| name.starts_with(begin) && one_line(name) == *name) else {
                continue;
            };
            if begin.is_empty() && name.starts_with('.') {
                continue;
            }
            let slash = if entry.path().is_dir() { "/" } else { "" };
            found.insert(format!("{directory}{name}{slash}"));
        }
        found.into_iter().take(MOST).collect()
    }
}

impl Autocomplete for Files {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        Ok(self.beginning(input.trim_start()))
    }

    fn get_completion(&mut self, input: &str, chosen: Option<String>) -> Result<Replacement, CustomUserError> {
        Ok(chosen.or_else(|| shared(&self.beginning(input.trim_start()))))
    }
}

/// The beginning that all of some paths have.
fn shared(paths: &[String]) -> Option<String> {
    let first = paths.first()?;
    let ends = first.char_indices().map(|(at, c)| at + c.len_utf8());
    let shared = ends.take_while(|end| paths.iter().all(|path| path.starts_with(&first[..*end]))).last()?;
    Some(first[..shared].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_path_is_completed_as_it_is_typed() {
        let top = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(top.path().join("evidence/old")).expect("directories");
        for name in ["evidence/policy.md", "evidence/policies.csv", ".gitignore", "evidence/é\u{202e}x", "notes.txt"] {
            fs::write(top.path().join(name), "").expect("a file");
        }
        let mut files = Files::below(&[top.path(), top.path()]);
        assert_eq!(files.beginning(""), ["evidence/", "notes.txt"]);
        assert_eq!(files.beginning(".g"), [".gitignore"]);
        assert_eq!(files.beginning("evidence/"), ["evidence/old/", "evidence/policies.csv", "evidence/policy.md"]);
        assert_eq!(files.beginning("nowhere/x"), [""; 0]);
        let mut complete = |typed: &str| files.get_completion(typed, None).expect("a completion");
        assert_eq!(complete("ev").as_deref(), Some("evidence/"));
        assert_eq!(complete("evidence/p").as_deref(), Some("evidence/polic"));
        assert_eq!(complete("evidence/policy").as_deref(), Some("evidence/policy.md"));
        assert_eq!(complete("x"), None);
        let whole = format!("{}/notes", top.path().display());
        assert_eq!(complete(&whole), Some(format!("{whole}.txt")), "from the top of the disk, too");
    }
}
