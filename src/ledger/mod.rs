//! What dspt keeps in git: publications, and what proves them.
//!
//! A publication is one commit that adds a record, the list of files it rests on and the question bank it was judged
//! by, and an annotated tag whose message names the record's digest, so that one signature covers everything.
//! [`publish`] makes it, [`verify`] judges it from the repository alone, [`git`] is the only part that names git2.

pub mod around;
pub mod facts;
pub mod gates;
pub mod git;
pub mod listing;
pub mod proof;
pub mod publish;
pub mod record;
pub mod said;
pub mod timeline;
pub mod verify;
mod versions;
