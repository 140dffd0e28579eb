//! dspt
pub mod assess;
pub mod decode;
pub mod model;
pub mod plan;
pub mod source;
