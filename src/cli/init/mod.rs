//! `dspt init`: a ready workspace, in git.

mod ci;

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::lint::workspaces_below;
use super::standards::unknown_edition;
use super::style::{self, COMMAND, STRONG, paint};
use super::write;
use crate::diagnostic::render::one_line;
use crate::ledger::git;
use crate::model::organisation::fits_git_ref;
use crate::source::Syntax;
use crate::tree::WorkTree;
use crate::workspace::fresh::{self, Fresh};
use crate::workspace::{Scope, Workspace};
use ci::Setup;
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Init {
    /// Where to make the workspace [default: here]
    #[arg(value_name = "DIR")]
    place: Option<PathBuf>,
    /// The ODS code that the national web site knows the organisation by
    #[arg(long, value_name = "CODE", required_unless_present = "ci")]
    ods: Option<String>,
    /// The organisation's name
    #[arg(long, required_unless_present = "ci")]
    name: Option<String>,
    /// Write the answers in YAML
    #[arg(long)]
    yaml: bool,
    #[command(flatten)]
    commit: Commit,
    /// Also write, at the repository's root, the files by which CI checks every organisation in it; for a workspace
    /// that is there already, without --ods and --name
    #[arg(long, value_name = "HOST", value_enum)]
    ci: Option<ci::Ci>,
}

pub fn run(context: &Context, args: &Init) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let root = args.place.as_ref().map_or_else(|| context.start.clone(), |directory| context.start.join(directory));
    let (Some(ods), Some(name)) = (&args.ods, &args.name) else { return ci_alone(context, args, &root) };
    let code = ods.trim();
    if !fits_git_ref(code) {
        return Err(Failure::new(format!(
            "\"{}\" cannot be an ODS code here: it must be able to stand in the name of a git tag",
            one_line(ods)
        ))
        .hint("a code is letters and digits, such as A1B2 or VABCD; the toolkit's Organisation search shows yours"));
    }
    let name = name.trim();
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Failure::new("the organisation's name must be one line of text"));
    }
    let banks = context.banks()?;
    let id = banks.default_standard().to_owned();
    let bank = match &context.global.edition {
        None => banks.newest(&id),
        Some(edition) => banks.find(&id, edition),
    };
    let bank =
        bank.ok_or_else(|| unknown_edition(&banks, &id, context.global.edition.as_deref().unwrap_or_default()))?;
    let standard = bank.standard()?;
    let syntax = if args.yaml { Syntax::Yaml } else { Syntax::Toml };
    let mut files = fresh::files(Fresh { ods_code: code, name, standard: &standard, syntax });
    for schema in [
        "organisation.schema.json".to_owned(),
        "action-plan.schema.json".to_owned(),
        "toolkit.schema.json".to_owned(),
        fresh::answers_schema(&standard),
    ] {
        let text = super::schema::text(&banks, &schema)?;
        files.push((format!("{}/{schema}", fresh::SCHEMAS), text));
    }
    let taken: Vec<&str> =
        files.iter().map(|(path, _)| path.as_str()).filter(|path| root.join(path).symlink_metadata().is_ok()).collect();
    let other = if syntax == Syntax::Toml { Syntax::Yaml } else { Syntax::Toml };
    let other = fresh::answers_path(standard.edition(), other);
    if let Some(path) = taken.first().copied().or_else(|| root.join(&other).exists().then_some(other.as_str())) {
        return Err(Failure::new(format!(
            "{} is there already; nothing was written",
            shown(args.place.as_ref(), path)
        ))
        .hint("`dspt init DIR …` makes the workspace in another directory"));
    }
    let setup = args.ci.map(|ci| Setup::plan(&root, ci, &[], context.day())).transpose()?;
    if git::is_repository(&root) {
        args.commit.ready(&root, &[".gitignore", ".gitattributes"])?;
    }
    if let Some(setup) = setup.as_ref().filter(|setup| git::is_repository(&setup.top)) {
        args.commit.ready(&setup.top, &setup.paths())?;
    }
    fs::create_dir_all(&root).map_err(|error| Failure::new(format!("{} cannot be made: {error}", root.display())))?;
    for (path, text) in &files {
        write::create(&root, path, text.as_bytes())?;
    }
    complete(&root.join(".gitignore"), fresh::IGNORE)?;
    complete(&root.join(".gitattributes"), fresh::ATTRIBUTES)?;
    let made = git::ensure_repository(&root)
        .map_err(|error| Failure::new(format!("the files are written, but git made no repository: {error}")))?;
    let mut written: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    written.extend([".gitignore", ".gitattributes"].map(str::to_owned));
    let mut top = root.clone();
    if let Some(setup) = &setup {
        setup.write()?;
        // One commit of the workspace and of what serves it at the repository's root.
        for path in &mut written {
            path.insert_str(0, &setup.below);
        }
        written.extend(setup.paths().iter().map(|path| (*path).to_owned()));
        top.clone_from(&setup.top);
    }
    let written: Vec<&str> = written.iter().map(String::as_str).collect();
    args.commit.written(context, &top, &written, &format!("A workspace for {name} ({code})"))?;

    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}",
        paint(
            STRONG,
            format!(
                "A workspace for {} ({}), {} {}",
                one_line(name),
                one_line(code),
                standard.id(),
                standard.edition()
            )
        )
    );
    for (path, what) in [
        ("organisation.toml", "profile, roles, members: fill this in first"),
        (&*fresh::answers_path(standard.edition(), syntax), "every question, all open"),
        ("evidence/", "documents that the answers point to"),
        (".gitignore, .gitattributes", "private/ and out/ stay out of git; the same line ends everywhere"),
        (fresh::SCHEMAS, "schemas, so that editors complete and check"),
    ] {
        let _ =
            writeln!(out, "{}", style::hang(&format!("{}{what}", style::pad(path, 30)), context.prose_width(), 2, 32));
    }
    if let Some(setup) = &setup {
        show(&mut out, setup, context.prose_width());
    }
    if made {
        let rest = if args.commit.is_asked() { "." } else { "; nothing is committed yet." };
        let _ = writeln!(out, "It is a git repository now{rest}");
    }
    let directory = args.place.as_ref().map(|place| format!("cd {} && ", style::shell(&place.display().to_string())));
    let directory = directory.unwrap_or_default();
    let _ = writeln!(
        out,
        "\n{} see what is asked.\n      {}",
        paint(STRONG, "Next:"),
        paint(COMMAND, format!("{directory}dspt status"))
    );
    context.print(&out)?;
    Ok(Outcome::Done)
}

/// Adds CI to a workspace that is there already.
fn ci_alone(context: &Context, args: &Init, root: &Path) -> Result<Outcome, Failure> {
    let here: Vec<PathBuf> = match Context::find_root(root) {
        _ if args.ods.is_some() || args.name.is_some() => Vec::new(),
        Some(root) => vec![root],
        // At the top of a repository of many.
        None => workspaces_below(root),
    };
    let (Some(first), Some(ci)) = (here.first(), args.ci) else {
        return Err(Failure::new("a new workspace needs --ods CODE and --name NAME").hint(
            "without both, `dspt init --ci HOST` adds CI to the workspace around the directory, or to those below it",
        ));
    };
    let plan = |root: &Path| {
        let workspace = Workspace::load(&WorkTree::new(root), Scope::Edition(None));
        let members = workspace.organisation.map(|(_, decoded)| decoded.value.members).unwrap_or_default();
        Setup::plan(root, ci, &members, context.day())
    };
    let setup = plan(first)?;
    args.commit.ready(&setup.top, &setup.paths())?;
    setup.write()?;
    let mut paths: BTreeSet<&'static str> = setup.paths().into_iter().collect();
    // The workflow serves all of them; who owns which answers stands in the same file, one part an organisation.
    for other in &here[1..] {
        let further = plan(other)?;
        if further.top == setup.top {
            further.write()?;
            paths.extend(further.paths());
        }
    }
    let paths: Vec<&str> = paths.into_iter().collect();
    let what = format!("dspt checks the answers on {}", ci.host().name());
    args.commit.written(context, &setup.top, &paths, &what)?;
    let mut out = String::new();
    show(&mut out, &setup, context.prose_width());
    if here.len() > 1 {
        let _ = writeln!(out, "They serve {}.", style::count(here.len(), "organisation"));
    }
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn show(out: &mut String, setup: &Setup, width: usize) {
    let _ = writeln!(out, "{}", paint(STRONG, "At the repository's root"));
    let widest = setup.said().map(|(path, _)| path.len()).max().unwrap_or_default().max(29);
    for (path, said) in setup.said() {
        let line = format!("{} {said}", style::pad(path, widest));
        let _ = writeln!(out, "{}", style::hang(&line, width, 2, widest + 3));
    }
}

fn shown(directory: Option<&PathBuf>, path: &str) -> String {
    directory.map_or_else(|| path.to_owned(), |directory| format!("{}/{path}", directory.display()))
}

/// Adds to a file the lines that it lacks; what it has stays as it is. Says whether something was missing.
pub(super) fn complete(path: &Path, lines: &[&str]) -> Result<bool, Failure> {
    let old = match fs::read_to_string(path) {
        Ok(old) => old,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::new(format!("{} cannot be read: {error}", path.display()))),
    };
    let missing: Vec<&str> =
        lines.iter().copied().filter(|line| !old.lines().any(|known| known.trim() == *line)).collect();
    if missing.is_empty() {
        return Ok(false);
    }
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    write::replace(path, format!("{old}{gap}{}\n", missing.join("\n")).as_bytes())?;
    Ok(true)
}
