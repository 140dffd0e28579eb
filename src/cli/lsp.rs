//! `dspt lsp`: the language server over standard input and output.

use super::context::Context;
use super::error::{Failure, Outcome};
use clap::Args;

/// Serve editors: findings, questions and completion as one types
///
/// Speaks the Language Server Protocol over standard input and output. Editors start it themselves; docs/editors.md
/// says how, for each of them.
#[derive(Debug, Args)]
pub struct Lsp {
    /// What editors pass to say how they speak; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

#[cfg(feature = "lsp")]
pub fn run(context: &Context, _: &Lsp) -> Result<Outcome, Failure> {
    use crate::bank::Banks;
    use crate::lsp::{Ended, Outside, serve};

    if Context::is_interactive() {
        return Err(Failure::new("`dspt lsp` speaks with editors, not with people")
            .hint("docs/editors.md says how Visual Studio Code, Neovim, Helix and Zed start it"));
    }
    let now = || context.moment();
    // Banks that cannot be used are the lint's to report when it is run by hand: here the shipped ones still serve.
    let banks = |root: &std::path::Path| context.banks_of(root).unwrap_or_else(|_| Banks::shipped());
    let input = std::io::BufReader::new(std::io::stdin());
    Ok(match serve(input, std::io::stdout(), Outside { now: &now, banks: &banks }) {
        Ended::AsAgreed => Outcome::Done,
        Ended::Abruptly => Outcome::CheckFailed,
    })
}

#[cfg(not(feature = "lsp"))]
pub fn run(_: &Context, _: &Lsp) -> Result<Outcome, Failure> {
    Err(Failure::new("this build of dspt has no language server").hint("build it with the feature `lsp`"))
}
