//! A level as the command line names it.

use super::error::Failure;
use crate::diagnostic::render::one_line;
use crate::model::Standard;

/// A level by its id, its label or the beginning of one.
pub fn find_level(standard: &Standard, word: &str) -> Result<usize, Failure> {
    let folded = word.to_lowercase().replace([' ', '_'], "-");
    let exact = standard.levels.iter().position(|level| level.id == folded);
    let starting: Vec<usize> =
        (0..standard.levels.len()).filter(|at| standard.levels[*at].id.starts_with(&folded)).collect();
    match (exact, starting.as_slice()) {
        (Some(level), _) => Ok(level),
        (None, [level]) => Ok(*level),
        _ => {
            let ids: Vec<&str> = standard.levels.iter().map(|level| level.id.as_str()).collect();
            Err(Failure::new(format!(
                "there is no level \"{}\" in {} {}",
                one_line(word),
                standard.id(),
                standard.edition()
            ))
            .hint(format!("levels: {}", ids.join(", "))))
        }
    }
}
