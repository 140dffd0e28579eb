//! dspt
pub mod assess;
pub mod bank;
pub mod cli;
pub mod compare;
pub mod decode;
pub mod diagnostic;
pub mod ledger;
pub mod lint;
pub mod model;
pub mod plan;
pub mod source;
pub mod tree;
pub mod workspace;
