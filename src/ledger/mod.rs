//! What dspt keeps in git.

pub mod git;
