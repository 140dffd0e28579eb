//! Git's environment variables, which count here as they do for git itself.

use std::path::{Path, PathBuf};

/// Opens the repository that `GIT_DIR` names, else the one around a directory.
pub(super) fn open(directory: &Path) -> Result<git2::Repository, git2::Error> {
    if std::env::var_os("GIT_DIR").is_some() {
        return git2::Repository::open_from_env();
    }
    search(directory)
}

/// Opens the repository around a directory, whatever `GIT_DIR` says; looked for upwards as far as
/// `GIT_CEILING_DIRECTORIES` lets git look.
pub(super) fn search(directory: &Path) -> Result<git2::Repository, git2::Error> {
    git2::Repository::open_ext(directory, git2::RepositoryOpenFlags::FROM_ENV, ceilings())
}

/// The directories into which git does not climb when it looks for a repository around one below them, links resolved.
pub(super) fn ceilings() -> Vec<PathBuf> {
    let named = std::env::var_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
    let absolute = std::env::split_paths(&named).filter(|path| path.is_absolute());
    absolute.map(|path| path.canonicalize().unwrap_or(path)).collect()
}

/// The user's configuration, as it counts outside a repository.
///
/// libgit2 heeds `GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM` and `GIT_CONFIG_NOSYSTEM` only inside one.
pub(super) fn user_config() -> Result<git2::Config, git2::Error> {
    let mut config = git2::Config::new()?;
    let mut add = |named: Option<PathBuf>, usual: Result<PathBuf, git2::Error>, level| match named.or(usual.ok()) {
        Some(file) if file.is_file() => config.add_file(&file, level, false),
        _ => Ok(()),
    };
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let no_system = std::env::var_os("GIT_CONFIG_NOSYSTEM");
    if !no_system.is_some_and(|text| git2::Config::parse_bool(&*text).unwrap_or(true)) {
        add(named("GIT_CONFIG_SYSTEM"), git2::Config::find_system(), git2::ConfigLevel::System)?;
    }
    let global = named("GIT_CONFIG_GLOBAL");
    if global.is_none() {
        add(None, git2::Config::find_xdg(), git2::ConfigLevel::XDG)?;
    }
    add(global, git2::Config::find_global(), git2::ConfigLevel::Global)?;
    config.snapshot()
}

/// What the user has git ignore in every repository.
pub(super) fn user_ignores() -> Vec<u8> {
    let configured = user_config().and_then(|config| config.get_path("core.excludesfile")).ok();
    let home = |variable: &str| std::env::var_os(variable).filter(|home| !home.is_empty()).map(PathBuf::from);
    let usual = || Some(home("XDG_CONFIG_HOME").or_else(|| Some(home("HOME")?.join(".config")))?.join("git/ignore"));
    configured.or_else(usual).and_then(|file| std::fs::read(file).ok()).unwrap_or_default()
}
