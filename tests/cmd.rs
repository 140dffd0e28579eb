//! Stories: console blocks that are executed as written, the README's among them.
//!
//! `TRYCMD=overwrite cargo test --test cmd` rewrites what the commands print.

#[test]
fn stories_are_true() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    // The tour makes a workspace below the build directory: it must not be there yet.
    let _ = std::fs::remove_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour"));
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tour"))
        .expect("the build directory is writable");
    // The examples are no part of this repository's history to whoever reads them, in a clone of whatever depth.
    let ceilings =
        std::env::join_paths(["examples", "target/tour"].map(|below| root.join(below))).expect("plain paths");
    trycmd::TestCases::new()
        .env("GIT_CEILING_DIRECTORIES", ceilings.to_string_lossy())
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .case("README.md")
        .case("tests/cmd/*.md");
}
