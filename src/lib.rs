//! dspt
pub mod assess;
pub mod bank;
pub mod decode;
pub mod diagnostic;
pub mod export;
pub mod lint;
pub mod model;
pub mod plan;
pub mod source;
pub mod tree;
pub mod workspace;
