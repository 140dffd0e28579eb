//! Where the rule reference can be read: the one place that knows it.

/// The project's repository on the web, as the package names it; empty where the package names none.
pub const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The rule reference, from the repository's root.
const RULES: &str = "docs/rules.md";

/// The page of a rule, as it was at this version, so that it says what this program means: in the repository, or, where
/// the package names none, in the package's source as its registry shows it.
pub fn rule(name: &str) -> String {
    let (package, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    match REPOSITORY.trim_end_matches('/') {
        "" => format!("https://docs.rs/crate/{package}/{version}/source/{RULES}#{name}"),
        repository => format!("{repository}/blob/v{version}/{RULES}#{name}"),
    }
}
