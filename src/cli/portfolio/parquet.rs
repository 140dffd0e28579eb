//! `dspt portfolio export --to parquet`: two tables below a directory, partitioned as Hive does it.
//!
//! A part of a portfolio (`--shard`) writes files of its own names, so that the parts of several machines lie side by
//! side.

use super::Portfolio;
use super::status::row_of;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::write::{self, Guard};
use crate::export::columnar::{Value, Writer};
use crate::portfolio::Row;
use crate::portfolio::item::{ItemRow, items};
use crate::portfolio::judge::judge;
use crate::portfolio::lake::{CLIENTS, Column, ITEMS, partition};
use crate::portfolio::tree::ClientTree;
use crate::workspace::Workspace;
use std::collections::BTreeMap;
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file on its way.
struct Part {
    path: PathBuf,
    writer: Writer<BufWriter<NamedTempFile>>,
    /// Takes the file away where the program is stopped.
    guard: Guard,
}

/// The files of one run, by table and partition.
struct Parts<'d> {
    directory: &'d Path,
    name: &'d str,
    open: BTreeMap<String, Part>,
}

impl Parts<'_> {
    fn push<B>(&mut self, table: &str, row: &Row, columns: &[Column<Row, B>], of: &B) -> Result<(), Failure> {
        let place = format!("{table}/{}", partition(row));
        if !self.open.contains_key(&place) {
            let relative = format!("{place}/{}", self.name);
            write::refuse_links(self.directory, &relative)?;
            let path = self.directory.join(relative);
            let headings = columns.iter().map(|column| column.heading).collect();
            self.open.insert(place.clone(), begin(path, headings)?);
        }
        let values: Vec<Value> = columns.iter().map(|column| (column.of)(row, of)).collect();
        match self.open.get_mut(&place) {
            Some(part) => part.writer.push(values).map_err(|error| Failure::new(error.to_string())),
            None => Ok(()),
        }
    }

    /// Puts every file in its place; how many there are.
    fn finish(self) -> Result<Vec<PathBuf>, Failure> {
        let mut written = Vec::new();
        let mut whole = Vec::new();
        for part in self.open.into_values() {
            let failed = |error: &dyn std::fmt::Display| {
                Failure::new(format!("{} cannot be written: {error}", part.path.display()))
            };
            let buffer = part.writer.finish().map_err(|error| failed(&error))?;
            let file = buffer.into_inner().map_err(|error| failed(&error))?;
            file.as_file().sync_all().map_err(|error| failed(&error))?;
            whole.push((file, part.path, part.guard));
        }
        for (file, path, _guard) in whole {
            file.persist(&path)
                .map_err(|error| Failure::new(format!("{} cannot be written: {}", path.display(), error.error)))?;
            written.push(path);
        }
        Ok(written)
    }
}

fn begin(path: PathBuf, headings: Vec<crate::export::columnar::Heading>) -> Result<Part, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("{} cannot be written: {error}", path.display()));
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    let (file, guard) =
        write::guarded(|| NamedTempFile::new_in(directory), NamedTempFile::path).map_err(|error| failed(&error))?;
    write::share(file.path()).map_err(|error| failed(&error))?;
    let writer = Writer::new(BufWriter::new(file), headings).map_err(|error| failed(&error))?;
    Ok(Part { path, writer, guard })
}

/// Writes both tables below a directory. `shard` is which part of how many.
pub fn run(
    context: &Context,
    portfolio: &Portfolio,
    shard: (usize, usize),
    directory: &Path,
) -> Result<Outcome, Failure> {
    let (part, of) = shard;
    let name = format!("part-{part:04}-of-{of:04}.parquet");
    let before = files(directory);
    let ending = format!("-of-{of:04}.parquet");
    if let Some(other) = before.iter().find(|path| !path.to_string_lossy().ends_with(&ending)) {
        return Err(Failure::new(format!(
            "{} was not written as one of {of} part{}: the tables would hold its clients twice",
            other.display(),
            if of == 1 { "" } else { "s" }
        ))
        .hint("choose another directory, or take that file away"));
    }
    let own = |root: &Path, workspace: &Workspace| portfolio.own_banks(root, workspace);
    let setting = portfolio.setting(context, &own);
    let day = context.day();
    let mut parts = Parts { directory, name: &name, open: BTreeMap::new() };
    let (mut clients, mut broken) = (0_usize, 0_usize);
    portfolio.over(
        |client| -> (Row, Vec<ItemRow>) {
            let tree = ClientTree::new(&client.root, false);
            let judged = judge(client, &tree, setting);
            let items = judged.as_ref().map(items).unwrap_or_default();
            (row_of(client, judged), items)
        },
        |_, (row, items)| {
            clients += 1;
            broken += usize::from(row.error.is_some());
            parts.push("clients", &row, CLIENTS, &day)?;
            for item in &items {
                parts.push("items", &row, ITEMS, item)?;
            }
            Ok(())
        },
    )?;
    let written = parts.finish()?;
    // What an earlier run of the same part left in partitions that nobody is in any more would be counted still.
    for old in before.iter().filter(|path| path.ends_with(&name) && !written.contains(path)) {
        fs::remove_file(old).map_err(|error| Failure::new(format!("{} cannot be removed: {error}", old.display())))?;
    }
    let errors = if broken > 0 { format!(", {broken} of them with an error") } else { String::new() };
    context.note(&format!(
        "Written: {} of {}{errors}, below {}",
        crate::cli::style::count(written.len(), "file"),
        crate::cli::style::count(clients, "client"),
        directory.display()
    ));
    Ok(if broken > 0 { Outcome::CheckFailed } else { Outcome::Done })
}

/// The Parquet files below both tables' directories.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.join("clients"), directory.join("items")];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(entry.path()),
                Ok(_) if entry.path().extension().is_some_and(|ending| ending == "parquet") => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}
