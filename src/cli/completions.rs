//! `dspt completions`: completions for a shell, from the command definitions.

use super::context::Context;
use super::error::{Failure, Outcome};
use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(context: &Context, args: &Completions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "dspt", &mut script);
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
