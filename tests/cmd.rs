//! Stories: console blocks that are executed as written, the README's among them.
//!
//! `TRYCMD=overwrite cargo test --test cmd` rewrites what the commands print.

use std::path::Path;
use std::process::Command;

/// What git hands to hooks and to the editors that it starts: it would lead the stories into another repository.
const OF_GIT: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE",
];

/// Runs a test of this program in a process without git's variables, where there are any: what the stories start inherits
/// what this process has.
fn without_git(test: &str) -> bool {
    if OF_GIT.iter().all(|name| std::env::var_os(name).is_none()) {
        return false;
    }
    let mut again = Command::new(std::env::current_exe().expect("the test knows its program"));
    for name in OF_GIT {
        again.env_remove(name);
    }
    let status = again.args([test, "--exact", "--nocapture"]).status().expect("the test runs again");
    assert!(status.success(), "{test} fails without git's variables");
    true
}

#[test]
fn stories_are_true() {
    if without_git("stories_are_true") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The tours make workspaces below the build directory: they must not be there yet.
    let _ = std::fs::remove_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour"));
    let _ = std::fs::remove_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour-answer"));
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour"))
        .expect("the build directory is writable");
    // Nothing below is part of a repository around it, whatever this directory is: a clone, an archive, somebody else's.
    let nowhere = root.join("target/tour/nowhere");
    let stories = trycmd::TestCases::new();
    for (name, value) in NAMES.iter().zip(three_editions(root)) {
        stories.insert_var(name, value).expect("a name in capitals");
    }
    stories
        .env("GIT_CEILING_DIRECTORIES", root.to_string_lossy())
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", root.join("tests/cmd/gitconfig").to_string_lossy())
        .env("HOME", nowhere.to_string_lossy())
        .env("XDG_CONFIG_HOME", nowhere.to_string_lossy())
        .case("README.md")
        .case("docs/shared-answers.md")
        .case("tests/cmd/*.md");
}

/// Prose is wrapped, so a path in it moves the line breaks: the stories would hold only in a directory with a name as
/// long as this one's. Errors are a line each, however long.
#[test]
fn stories_rest_on_no_path() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stories =
        std::fs::read_dir(root.join("tests/cmd")).expect("stories").map(|entry| entry.expect("a story").path());
    for story in stories.chain(["README.md", "docs/shared-answers.md"].map(|name| root.join(name))) {
        let text = std::fs::read_to_string(&story).expect("plain text");
        let line = text.lines().find(|line| line.contains("[CWD]") && !line.starts_with("error: "));
        assert_eq!(line, None, "{}", story.display());
    }
}

/// Commits and keys of the built history differ each time: their places in the story, oldest first, then the keys.
const NAMES: &[&str] = &[
    "[COMMIT_A]",
    "[COMMIT_B]",
    "[COMMIT_C]",
    "[COMMIT_D]",
    "[COMMIT_E]",
    "[COMMIT_F]",
    "[COMMIT_G]",
    "[COMMIT_H]",
    "[COMMIT_I]",
    "[COMMIT_J]",
    "[COMMIT_K]",
    "[COMMIT_L]",
    "[COMMIT_M]",
    "[KEY_OF_ADEBAYO]",
    "[KEY_OF_RHIANNON]",
];

/// Builds the example headquarters with three editions in git; gives what [`NAMES`] stand for.
fn three_editions(root: &Path) -> Vec<String> {
    let place = root.join("target/tour/northfield-years");
    let run = |command: &mut Command| {
        let command = command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        let output = command.env_remove("GIT_DIR").output().expect("sh, git and ssh-keygen are there");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("plain text")
    };
    let script = root.join("examples/northfield-care/years/build.sh");
    run(Command::new("sh").arg(script).arg(&place).env("DSPT", env!("CARGO_BIN_EXE_dspt")));
    let log = run(Command::new("git").arg("-C").arg(&place).args(["log", "--reverse", "--abbrev=10", "--format=%h"]));
    let mut names: Vec<String> = log.lines().map(str::to_owned).collect();
    for key in ["adebayo.coker", "rhiannon.pryce"] {
        let file = place.join(format!(".git/throw-away-keys/{key}.pub"));
        let line = run(Command::new("ssh-keygen").arg("-lf").arg(file));
        names.push(line.split(' ').nth(1).expect("a fingerprint").to_owned());
    }
    assert_eq!(names.len(), NAMES.len(), "every commit has its name in the story");
    names
}
