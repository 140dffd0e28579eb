//! The repository's generated files are what the program makes today.

use dspt::bank::Banks;
use dspt::generate;
use std::path::Path;

#[test]
fn generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let banks = Banks::shipped();
    if std::env::var_os("DSPT_GENERATE").is_some_and(|mode| mode == "write") {
        generate::write(root, &banks).expect("the files can be written");
    }
    let stale = generate::stale(root, &banks);
    assert!(
        stale.is_empty(),
        "generated files are not fresh:\n  {}\nwrite them with\n  DSPT_GENERATE=write cargo test --test it generated",
        stale.join("\n  ")
    );
}

#[test]
fn anchors_of_the_rule_reference_are_unique() {
    let files = generate::files(&Banks::shipped());
    let rules = files.iter().find(|file| file.path == "docs/rules.md").expect("the rule reference");
    let mut anchors: Vec<&str> = rules.content.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let wanted: Vec<&str> = dspt::lint::rule_names().collect();
    let mut sorted = wanted.clone();
    anchors.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(anchors, sorted, "each rule has its heading once");
    for name in wanted {
        assert!(rules.content.contains(&format!("[{name}](#{name})")), "{name} is listed");
    }
}
