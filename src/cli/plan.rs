//! stub
use super::context::Context;
use super::error::{Failure, Outcome};
#[derive(Debug, clap::Args)]
pub struct Plan {}
pub fn run(_: &Context, _: &Plan) -> Result<Outcome, Failure> { Ok(Outcome::Done) }
