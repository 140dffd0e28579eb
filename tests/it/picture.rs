//! The README's picture is what the program prints.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn the_picture_in_the_readme_is_real_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_dspt"))
        .current_dir(root)
        .env("COLUMNS", "80")
        .args(["-C", "examples/hazel-house", "status", "--as-of", "2026-03-02", "--color", "always"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = format!("$ dspt status\n{}", String::from_utf8(output.stdout).unwrap());
    let drawn = anstyle_svg::Term::new().render_svg(&text);
    let path = root.join("docs/status.svg");
    if env::var_os("DSPT_GENERATE").is_some_and(|mode| mode == "write") {
        fs::write(&path, &drawn).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == drawn, "docs/status.svg is stale: DSPT_GENERATE=write cargo test --test it picture");
}
