//! The only place that names git2.

use std::path::Path;

/// Git's `user.email` as it counts in a directory.
pub fn user_email(directory: &Path) -> Option<String> {
    let config = match git2::Repository::discover(directory) {
        Ok(repository) => repository.config().ok()?,
        Err(_) => git2::Config::open_default().ok()?,
    };
    let email = config.get_string("user.email").ok()?;
    Some(email).filter(|email| !email.trim().is_empty())
}

/// Makes a directory a repository, unless it lies in one already. Says whether one was made.
pub fn ensure_repository(directory: &Path) -> Result<bool, String> {
    if git2::Repository::discover(directory).is_ok() {
        return Ok(false);
    }
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head("main");
    git2::Repository::init_opts(directory, &options).map(|_| true).map_err(|error| error.message().to_owned())
}
