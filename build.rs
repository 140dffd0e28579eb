//! Lists the question banks under `standards/`, and the digests of all that ever shipped, for `include_str!`, so that an
//! edition is added by adding its file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("standards");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::from("pub(super) const SHIPPED: &[(&str, &str)] = &[\n");
    let mut digests = String::from("pub(super) const DIGESTS: &[(&str, &str)] = &[\n");
    for standard in sorted(&root)? {
        let every = standard.join("shipped.txt");
        println!("cargo::rerun-if-changed={}", every.display());
        let name = standard.file_name().unwrap_or_default().display().to_string();
        let _ = writeln!(digests, "    ({name:?}, include_str!({:?})),", every.display().to_string());
        for bank in sorted(&standard)? {
            if bank.extension().is_some_and(|extension| extension == "toml") {
                println!("cargo::rerun-if-changed={}", bank.display());
                let name = bank.strip_prefix(&root).unwrap_or(&bank).display().to_string().replace('\\', "/");
                let _ = writeln!(list, "    ({name:?}, include_str!({:?})),", bank.display().to_string());
            }
        }
    }
    list.push_str("];\n");
    digests.push_str("];\n");
    list.push_str(&digests);
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("shipped.rs"), list)
}

fn sorted(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    Ok(entries)
}
