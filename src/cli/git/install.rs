//! `dspt git install`: the drivers, set up for one clone.

use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::{init, ledger};
use crate::workspace::fresh;
use std::path::Path;

pub fn run(context: &Context) -> Result<Outcome, Failure> {
    // The settings are the clone's: they need no organisation, and where there are many they serve all of them.
    let workspace = context.workspace_here();
    let repository = ledger::repository(workspace.as_deref().unwrap_or(&context.start))?;
    let program = program()?;
    let settings = [
        ("diff.dspt-answers.textconv", format!("{program} git textconv")),
        // The item stands in the heading of each change.
        ("diff.dspt-answers.xfuncname", "^([0-9A-Za-z].*)$".to_owned()),
        ("merge.dspt-answers.name", "answers, item by item".to_owned()),
        ("merge.dspt-answers.driver", format!("{program} git merge --marker-size %L --path %P %O %A %B")),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let changed = repository.configure(&settings)?;
    let completed = match &workspace {
        Some(root) => init::complete(&root.join(".gitattributes"), fresh::ATTRIBUTES)?,
        None => false,
    };
    let mut out = if changed.is_empty() {
        "This clone was set up already.\n".to_owned()
    } else {
        "This clone compares answers by what they say, and merges them item by item.\n".to_owned()
    };
    if completed {
        out.push_str(".gitattributes names the drivers now: commit it, so that every clone finds them.\n");
    }
    if workspace.is_none() {
        out.push_str(
            "Which files are compared so says the .gitattributes of each organisation, as `dspt init` writes it.\n",
        );
    }
    out.push_str("Each clone is set up on its own, since git takes no programs from a repository.\n");
    context.print(&out)?;
    Ok(Outcome::Done)
}

/// How git's shell calls this program: by name where the search path finds this very file, else by its full path.
fn program() -> Result<String, Failure> {
    let current = std::env::current_exe()
        .map_err(|error| Failure::new(format!("the place of this program cannot be found: {error}")))?;
    let real = |path: &Path| path.canonicalize().ok();
    let name = format!("dspt{}", std::env::consts::EXE_SUFFIX);
    let on_path = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).map(|place| place.join(&name)).find(|place| place.is_file()));
    if on_path.is_some_and(|found| real(&found) == real(&current)) {
        return Ok("dspt".to_owned());
    }
    let path = current.to_str().ok_or_else(|| Failure::new("the path of this program is not UTF-8"))?;
    Ok(format!("'{}'", path.replace('\\', "/").replace('\'', r"'\''")))
}
