//! What documents cost, as whole processes beside `git --version`: `cargo bench --bench documents`.

mod measure;

use measure::{head, process, row};
use std::fs;
use std::path::Path;
use std::process::Command;

const DSPT: &str = env!("CARGO_BIN_EXE_dspt");

fn main() {
    head("yardstick");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let place = tempfile::tempdir().expect("a directory");
    let workspace = place.path().join("workspace");
    published(&examples.join("elm-lodge"), &workspace);
    let written = |what: &str, arguments: &[&str]| {
        // A document is not written over one of another kind.
        let out = place.path().join(what.replace(' ', ""));
        row(
            &format!("process `dspt {what}` / `git --version`"),
            "≤ 50",
            &mut || {
                let at = ["--quiet", "--as-of", "2026-06-01"];
                process(Command::new(DSPT).arg("-C").arg(&workspace).args(at).args(arguments).arg("-o").arg(&out));
            },
            &mut || process(Command::new("git").arg("--version")),
        );
    };
    if cfg!(feature = "xlsx") {
        written("export --to xlsx", &["export", "--to", "xlsx"]);
    }
    for format in ["html", "md"] {
        written(&format!("export --to {format}"), &["export", "--to", format]);
    }
    let formats: &[&str] = if cfg!(feature = "pdf") { &["pdf", "svg", "html"] } else { &["svg", "html"] };
    for format in formats {
        written(&format!("certificate --format {format}"), &["certificate", "--format", format]);
    }
    written("pack", &["pack"]);
}

/// An example, committed and published.
fn published(example: &Path, workspace: &Path) {
    copy(example, workspace);
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=Priyanka Nair", "-c", "user.email=priyanka.nair@elmlodge.example"];
        process(Command::new("git").arg("-C").arg(workspace).args(who).args(arguments));
    };
    git(&["init", "-q"]);
    for (key, value) in [("user.name", "Priyanka Nair"), ("user.email", "priyanka.nair@elmlodge.example")] {
        git(&["config", key, value]);
    }
    git(&["add", "-A"]);
    git(&["commit", "-qm", "Answers"]);
    process(Command::new(DSPT).arg("-C").arg(workspace).args([
        "publish",
        "--as-of",
        "2026-05-11",
        "--confirm-profile",
    ]));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("an example") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
