//! Where the rule reference can be read: the one place that knows it.

/// The project's repository on the web: the one whose release this program is, as its release workflow says while it
/// builds, else the one that the package names; empty where neither says.
pub const REPOSITORY: &str = match option_env!("DSPT_RELEASE_REPOSITORY") {
    Some(repository) if !repository.is_empty() => repository,
    _ => env!("CARGO_PKG_REPOSITORY"),
};

/// The rule reference, from the repository's root.
const RULES: &str = "docs/rules.md";

/// The page of a rule, as it was at this version, so that it says what this program means.
pub fn rule(name: &str) -> String {
    rule_in(REPOSITORY, name)
}

/// In the release of a repository, or, where none is known, in the package's source as its registry shows it.
fn rule_in(repository: &str, name: &str) -> String {
    let (package, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    match repository.trim_end_matches('/') {
        "" => format!("https://docs.rs/crate/{package}/{version}/source/{RULES}#{name}"),
        repository => format!("{repository}/blob/v{version}/{RULES}#{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_in_the_release_that_the_program_comes_from() {
        let version = env!("CARGO_PKG_VERSION");
        for repository in ["https://code.example/field/dspt", "https://code.example/field/dspt/"] {
            let page = format!("https://code.example/field/dspt/blob/v{version}/docs/rules.md#secret");
            assert_eq!(rule_in(repository, "secret"), page);
        }
        assert!(rule_in("", "secret").ends_with(&format!("/{version}/source/docs/rules.md#secret")));
    }
}
