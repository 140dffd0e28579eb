//! Stories: console blocks that are executed as written, the README's among them.
//!
//! `TRYCMD=overwrite cargo test --test cmd` rewrites what the commands print.

#[test]
fn stories_are_true() {
    // The tours make workspaces below the build directory: they must not be there yet.
    let _ = std::fs::remove_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour"));
    let _ = std::fs::remove_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour-answer"));
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour"))
        .expect("the build directory is writable");
    trycmd::TestCases::new()
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .case("README.md")
        .case("docs/shared-answers.md")
        .case("tests/cmd/*.md");
}
