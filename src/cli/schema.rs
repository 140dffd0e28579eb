//! stub
use super::context::Context;
use super::error::{Failure, Outcome};
#[derive(Debug, clap::Args)]
pub struct Schema {}
pub fn run(_: &Context, _: &Schema) -> Result<Outcome, Failure> { Ok(Outcome::Done) }
pub fn text(_: &crate::bank::Banks, _: &str) -> Result<String, Failure> { Ok(String::new()) }
