//! Files and directories as the system has them, with as few calls of it as can be: what is opened is what is looked at,
//! so that nothing has to be asked about it before. No symbolic link is followed in the last part of a path.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// The names in a directory, sorted, in one piece of memory.
#[derive(Debug, Default)]
pub struct Names {
    text: String,
    /// Where each begins and ends in the text, and whether it is an ordinary file's.
    places: Vec<(usize, usize, bool)>,
}

impl Names {
    fn push(&mut self, name: &str, is_file: bool) {
        let start = self.text.len();
        self.text.push_str(name);
        self.places.push((start, self.text.len(), is_file));
    }

    fn sorted(mut self) -> Self {
        let text = &self.text;
        self.places.sort_unstable_by(|a, b| text[a.0..a.1].cmp(&text[b.0..b.1]));
        self
    }

    /// Every name.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|(start, end, _)| &self.text[*start..*end])
    }

    /// Whether an ordinary file has a name.
    pub fn has_file(&self, name: &str) -> bool {
        let found = self.places.binary_search_by(|(start, end, _)| self.text[*start..*end].cmp(name));
        found.is_ok_and(|at| self.places[at].2)
    }
}

/// The names in an ordinary directory, those that are no Unicode left out, and what the system says of it. Anything else
/// than such a directory is an error.
pub fn names(directory: &Path) -> io::Result<(Names, Opened)> {
    let opened = open_directory(directory)?;
    Ok((opened.names()?.sorted(), opened))
}

/// The bytes of an ordinary file and what the system says of it; none where it is longer than a limit, in bytes, or
/// changes its length meanwhile. Anything else than such a file is an error.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<(Vec<u8>, Metadata)>> {
    let file = open_file(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let Some(length) = usize::try_from(metadata.len()).ok().filter(|_| metadata.len() <= limit) else {
        return Ok(None);
    };
    let bytes = read_whole(&file, length)?;
    Ok((bytes.len() == length).then_some((bytes, metadata)))
}

#[cfg(target_os = "linux")]
mod system {
    use super::{File, Metadata, Names, Path, io};
    use rustix::buffer::spare_capacity;
    use rustix::fs::{FileType, Mode, OFlags, RawDir, open};
    use rustix::io::Errno;
    use std::mem::MaybeUninit;

    /// Bytes of entries that are asked for at once: as many as most directories have.
    const ENTRIES: usize = 8 * 1024;

    /// An open directory.
    #[derive(Debug)]
    pub struct Opened(File);

    impl Opened {
        pub fn metadata(&self) -> io::Result<Metadata> {
            self.0.metadata()
        }

        pub(super) fn names(&self) -> io::Result<Names> {
            let mut buffer = [MaybeUninit::uninit(); ENTRIES];
            let mut entries = RawDir::new(&self.0, &mut buffer);
            let mut names = Names::default();
            while let Some(entry) = entries.next() {
                let entry = entry?;
                if let Ok(name) = entry.file_name().to_str()
                    && !matches!(name, "." | "..")
                {
                    names.push(name, entry.file_type() == FileType::RegularFile);
                }
            }
            Ok(names)
        }
    }

    /// Pipes are opened without waiting for anybody who writes.
    const PLAINLY: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

    pub(super) fn open_directory(path: &Path) -> io::Result<Opened> {
        Ok(Opened(open(path, PLAINLY | OFlags::DIRECTORY, Mode::empty())?.into()))
    }

    pub(super) fn open_file(path: &Path) -> io::Result<File> {
        Ok(open(path, PLAINLY, Mode::empty())?.into())
    }

    /// As many bytes as there should be, or fewer; what comes behind is not looked for.
    pub(super) fn read_whole(file: &File, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(length.max(1));
        while bytes.len() < length {
            match rustix::io::read(file, spare_capacity(&mut bytes)) {
                Ok(0) => break,
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{File, Metadata, Names, Path, io};
    use std::fs;
    use std::io::Read as _;
    use std::path::PathBuf;

    /// A directory that was looked at.
    #[derive(Debug)]
    pub struct Opened(PathBuf);

    impl Opened {
        pub fn metadata(&self) -> io::Result<Metadata> {
            fs::symlink_metadata(&self.0)
        }

        pub(super) fn names(&self) -> io::Result<Names> {
            let mut names = Names::default();
            for entry in fs::read_dir(&self.0)? {
                let entry = entry?;
                if let Some(name) = entry.file_name().to_str() {
                    names.push(name, entry.file_type().is_ok_and(|kind| kind.is_file()));
                }
            }
            Ok(names)
        }
    }

    pub(super) fn open_directory(path: &Path) -> io::Result<Opened> {
        if !fs::symlink_metadata(path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Opened(path.to_owned()))
    }

    pub(super) fn open_file(path: &Path) -> io::Result<File> {
        if !fs::symlink_metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        File::open(path)
    }

    pub(super) fn read_whole(file: &File, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(length);
        file.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

pub use system::Opened;
use system::{open_directory, open_file, read_whole};

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn names_are_those_of_the_directory_and_tell_files_apart() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for at in 0..500 {
            fs::write(root.join(format!("a-file-with-rather-a-long-name-{at:03}.pdf")), "").unwrap();
        }
        fs::create_dir(root.join("inner")).unwrap();
        let (names, opened) = names(root).unwrap();
        let mut expected: Vec<_> =
            fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        expected.sort();
        assert_eq!(names.iter().collect::<Vec<_>>(), expected);
        assert!(names.has_file("a-file-with-rather-a-long-name-499.pdf") && !names.has_file("inner"));
        assert!(!names.has_file("a-file") && !names.has_file("zzz"));
        assert!(opened.metadata().unwrap().is_dir());
        assert!(super::names(&root.join("a-file-with-rather-a-long-name-000.pdf")).is_err());
        assert_eq!(super::names(&root.join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        for length in [0, 1, 5000] {
            fs::write(&path, vec![b'x'; length]).unwrap();
            let (bytes, metadata) = read(&path, 5000).unwrap().unwrap();
            assert_eq!((bytes.len(), metadata.len()), (length, length as u64));
        }
        assert!(read(&path, 4999).unwrap().is_none());
        assert!(read(directory.path(), 5000).is_err());
        assert_eq!(read(&path.with_file_name("none"), 1).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_pipes_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::write(root.join("file"), "x").unwrap();
        std::os::unix::fs::symlink("file", root.join("link")).unwrap();
        std::os::unix::fs::symlink(".", root.join("around")).unwrap();
        assert!(read(&root.join("link"), 10).is_err());
        assert!(names(&root.join("around")).is_err());
        let made = std::process::Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
        assert!(made.success());
        assert!(read(&root.join("pipe"), 10).is_err());
    }
}
