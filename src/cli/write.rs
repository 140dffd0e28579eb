//! Writing files so that nothing is ever lost: a temporary file beside the old one, synced, then renamed over it.

use super::error::Failure;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// Replaces a file's content, or makes the file. Permissions stay; a symbolic link is refused.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    put(path, bytes, true)
}

/// The same for what can be made again at any time and is checked when it is read: nobody waits for the disk.
pub fn replace_unsynced(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    put(path, bytes, false)
}

fn put(path: &Path, bytes: &[u8], lasting: bool) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("{} cannot be written: {error}; it is as it was", path.display()))
    };
    let old = fs::symlink_metadata(path).ok();
    if old.as_ref().is_some_and(|old| old.file_type().is_symlink()) {
        return Err(Failure::new(format!("{} is a symbolic link; dspt does not write through links", path.display())));
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    let (mut file, _guard) = guarded(|| tempfile::NamedTempFile::new_in(directory), tempfile::NamedTempFile::path)
        .map_err(|error| failed(&error))?;
    file.write_all(bytes).map_err(|error| failed(&error))?;
    match &old {
        Some(old) => fs::set_permissions(file.path(), old.permissions()).map_err(|error| failed(&error))?,
        None => share(file.path()).map_err(|error| failed(&error))?,
    }
    if lasting {
        file.as_file().sync_all().map_err(|error| failed(&error))?;
    }
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Makes a new file of a workspace; refuses where something stands there already, and where a symbolic link on the way
/// would lead out of the workspace.
pub fn create(root: &Path, relative: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = root.join(relative);
    if fs::symlink_metadata(&path).is_ok() {
        return Err(Failure::new(format!("{} is there already; nothing was written", path.display())));
    }
    refuse_links(root, relative)?;
    replace(&path, bytes)
}

/// Refuses a path of the workspace that a symbolic link on the way would lead elsewhere.
pub fn refuse_links(root: &Path, relative: &str) -> Result<(), Failure> {
    let mut directory = root.to_owned();
    for part in Path::new(relative).parent().into_iter().flat_map(Path::components) {
        directory.push(part);
        if fs::symlink_metadata(&directory).is_ok_and(|found| found.file_type().is_symlink()) {
            return Err(Failure::new(format!(
                "{} is a symbolic link; dspt does not write through links",
                directory.display()
            )));
        }
    }
    Ok(())
}

/// What is half-written now: Ctrl-C takes it away.
static HALF_WRITTEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary file or directory for as long as it may be half-written.
#[must_use]
pub struct Guard(PathBuf);

impl Drop for Guard {
    fn drop(&mut self) {
        half_written().retain(|path| *path != self.0);
    }
}

fn half_written() -> MutexGuard<'static, Vec<PathBuf>> {
    HALF_WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes something that must not be left behind: where the program is stopped before the guard is dropped, it is taken
/// away.
pub fn guarded<T>(
    make: impl FnOnce() -> std::io::Result<T>,
    path: impl FnOnce(&T) -> &Path,
) -> std::io::Result<(T, Guard)> {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        // Without a handler the program ends as well, and a temporary file is the worst that it leaves behind.
        let _ = ctrlc::set_handler(stop);
    });
    // Nothing is made while the program is being stopped.
    let mut half_written = half_written();
    let made = make()?;
    let path = path(&made).to_owned();
    half_written.push(path.clone());
    Ok((made, Guard(path)))
}

/// Ends the program at once, with the status by which shells know that it was stopped.
#[expect(clippy::disallowed_methods, clippy::exit, reason = "nothing else ends a program that is in the midst of work")]
fn stop() {
    // Held until the program is no more, so that no other thread begins what nobody would take away.
    let half_written = half_written();
    for path in half_written.iter() {
        // Nothing else can be done where it cannot be taken away.
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    std::process::exit(130);
}

/// Lets others look into a directory that was a temporary one.
#[cfg(unix)]
pub fn open_to_all(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
pub fn open_to_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A temporary file is its maker's alone; a new file of the workspace is as readable as any other.
#[cfg(unix)]
pub fn share(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub fn share(_: &Path) -> std::io::Result<()> {
    Ok(())
}
