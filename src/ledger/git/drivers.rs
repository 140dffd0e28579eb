//! What git calls on while it compares and merges: settings of a clone, and the merge of lines it would do itself.

use super::repository::{GitError, Repository};

impl Repository {
    /// Writes settings into the clone's own configuration; gives back the keys whose value was another before.
    pub fn configure(&self, settings: &[(&str, &str)]) -> Result<Vec<String>, GitError> {
        let failed = |error: git2::Error| {
            GitError::new(format!("git's configuration of this clone cannot be written: {}", error.message()))
                .hint("`git config --local --list` shows it; another git process may hold its lock")
        };
        let mut config =
            self.handle().config().and_then(|config| config.open_level(git2::ConfigLevel::Local)).map_err(failed)?;
        let mut changed = Vec::new();
        for (key, value) in settings {
            if config.get_string(key).is_ok_and(|known| known == *value) {
                continue;
            }
            config.set_str(key, value).map_err(failed)?;
            changed.push((*key).to_owned());
        }
        Ok(changed)
    }
}

/// The names and the length of conflict marks.
#[derive(Debug, Clone, Copy)]
pub struct LineMarks<'a> {
    pub size: u16,
    pub ours: &'a str,
    pub theirs: &'a str,
}

/// Merges by lines as git itself does; the bytes, and whether they are free of conflicts.
pub fn merge_lines(base: &[u8], ours: &[u8], theirs: &[u8], marks: LineMarks<'_>) -> Result<(Vec<u8>, bool), GitError> {
    let input = |content| {
        let mut input = git2::MergeFileInput::new();
        input.content(content);
        input
    };
    let mut options = git2::MergeFileOptions::new();
    options.our_label(marks.ours).their_label(marks.theirs).marker_size(marks.size).style_standard(true);
    let failed = |error: git2::Error| GitError::new(format!("the versions cannot be merged: {}", error.message()));
    // Alone among its functions this one does not make libgit2 ready, and fails where no other was called before.
    git2::Config::new().map_err(failed)?;
    let merged = git2::merge_file(&input(base), &input(ours), &input(theirs), Some(&mut options)).map_err(failed)?;
    Ok((merged.content().to_vec(), merged.is_automergeable()))
}
