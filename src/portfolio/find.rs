//! `portfolio.toml` and the clients that it means.
//!
//! A client is a directory with an `organisation.toml`. A pattern's `*`, `?` and `[…]` stand for names of directories
//! and `**` for any depth; what such a pattern meets that holds no organisation is passed over. A directory that is
//! named in full is a client even where it is not there: its row says so. `!` before a pattern leaves out what it means
//! and everything below, wherever in the list it stands.

use crate::decode;
use crate::model::{ClientEntry, Portfolio};
use crate::source::{Document, Fault, MAX_BYTES, Pointer, Syntax};
use crate::tree::{Tree as _, WorkTree, from_here};
use crate::workspace::ORGANISATION_FILE;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub const PORTFOLIO_FILE: &str = "portfolio.toml";
/// Directories that `**` goes down.
const DEPTH: usize = 12;

/// A client of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// From the portfolio's directory, with `/`.
    pub path: String,
    pub root: PathBuf,
    /// Whether its directory is a symbolic link.
    pub is_link: bool,
    pub aliases: Vec<String>,
    pub labels: BTreeMap<String, String>,
    /// The last day.
    pub left: Option<Date>,
}

impl Client {
    /// Whether the client is none any more on a day.
    pub fn has_left(&self, day: Date) -> bool {
        self.left.is_some_and(|left| left < day)
    }
}

/// A portfolio with its clients, sorted by path.
#[derive(Debug, Clone)]
pub struct Found {
    pub root: PathBuf,
    pub name: Option<String>,
    /// Where new clients go: the directory in which the first pattern looks for names.
    pub first: Option<String>,
    /// Directories of further question banks, from the portfolio.
    pub standards: Vec<String>,
    pub clients: Vec<Client>,
    /// The labels that any client has, be it none of these.
    pub labels: BTreeSet<String>,
    /// Patterns in which no organisation was found, as they are written.
    pub idle: Vec<String>,
    patterns: Vec<Pattern>,
}

impl Found {
    /// Whether an organisation in a directory is a client, or would be one.
    pub fn means(&self, directory: &Path) -> bool {
        let below = directory.strip_prefix(&self.root).map(|path| path.to_string_lossy().replace('\\', "/"));
        let whole = Pattern::new(&directory.to_string_lossy().replace('\\', "/")).plain();
        let plain = below.map_or_else(|_| beside(&self.root, directory), |below| Pattern::new(&below).plain());
        let paths = [plain, whole];
        let meets = |pattern: &&Pattern| paths.iter().any(|path| pattern.meets(path));
        let covers = |pattern: &&Pattern| paths.iter().any(|path| pattern.covers(path));
        let mut out = self.patterns.iter().filter(|pattern| pattern.leaves_out);
        let mut within = self.patterns.iter().filter(|pattern| !pattern.leaves_out);
        within.any(|pattern| meets(&pattern)) && !out.any(|pattern| covers(&pattern))
    }
}

/// A directory seen from one that it is not below, as a pattern would have it.
fn beside(root: &Path, directory: &Path) -> String {
    let up = root.ancestors().take_while(|above| !directory.starts_with(above)).count();
    let common = root.ancestors().nth(up).unwrap_or(root);
    let below = directory.strip_prefix(common).unwrap_or(directory).to_string_lossy().replace('\\', "/");
    format!("{}{below}", "../".repeat(up))
}

/// Why a portfolio cannot be read, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{PORTFOLIO_FILE}{place}: {message}")]
pub struct PortfolioError {
    /// `:line:column`, where there is one.
    pub place: String,
    pub message: String,
    pub help: Option<String>,
}

/// Reads the portfolio of a directory and finds its clients.
pub fn find(root: &Path) -> Result<Found, PortfolioError> {
    let Read { mut portfolio, named, paths } = read(root)?;
    let patterns: Vec<Pattern> = portfolio.clients.iter().map(|text| Pattern::new(text)).collect();
    let mut found: BTreeMap<String, Place> = BTreeMap::new();
    let mut idle = Vec::new();
    for (pattern, text) in patterns.iter().zip(&portfolio.clients).filter(|(pattern, _)| !pattern.leaves_out) {
        let mut own = pattern.expand(root);
        if own.is_empty() {
            idle.push(text.clone());
        }
        found.append(&mut own);
    }
    for (path, entry) in paths.iter().zip(&portfolio.entries) {
        // Of one who left nothing more need be there.
        if !found.contains_key(path) && (entry.left.is_none() || is_client(&root.join(path))) {
            found.insert(path.clone(), Place::of(root.join(path)));
        }
    }
    let labels = portfolio.entries.iter().flat_map(|entry| entry.labels.keys().cloned()).collect();
    let entries: HashMap<&str, usize> = paths.iter().map(String::as_str).zip(0..).collect();
    leave_doubles_out(root, &mut found, &entries);
    let out: Vec<&Pattern> = patterns.iter().filter(|pattern| pattern.leaves_out).collect();
    let clients = found
        .into_iter()
        .filter(|(path, _)| !out.iter().any(|pattern| pattern.covers(path)))
        .map(|(path, Place { directory: root, is_link })| {
            let entry = entries.get(path.as_str()).map(|at| std::mem::take(&mut portfolio.entries[*at]));
            let ClientEntry { aliases, labels, left, .. } = entry.unwrap_or_default();
            Client { path, root, is_link, aliases, labels, left }
        })
        .collect();
    let first = patterns.iter().filter(|pattern| !pattern.leaves_out).find_map(Pattern::directory_of_names);
    let name = portfolio.name.filter(|name| !name.trim().is_empty());
    let patterns = patterns.into_iter().chain(named).collect();
    Ok(Found { root: root.to_owned(), first, name, standards: portfolio.standards, clients, labels, idle, patterns })
}

/// A directory that is meant.
#[derive(Debug)]
struct Place {
    directory: PathBuf,
    is_link: bool,
}

impl Place {
    /// A directory by its path, which is looked at.
    fn of(directory: PathBuf) -> Self {
        Self { is_link: is_link(&directory), directory }
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(from_here(path)).is_ok_and(|found| found.file_type().is_symlink())
}

/// Keeps one of several paths to the same directory: the one that has a `[[client]]` of its own, else the plainest.
fn leave_doubles_out(root: &Path, found: &mut BTreeMap<String, Place>, entries: &HashMap<&str, usize>) {
    // Only links, and paths from elsewhere than the portfolio's directory, can lead to what another path leads to.
    let is_plain = |path: &str| !path.starts_with(['/', '.']);
    // Neighbours in the order of paths lie in one directory, mostly.
    let mut holders: Vec<&Path> = found.values().filter_map(|place| place.directory.parent()).collect();
    holders.dedup_by(|a, b| a.as_os_str() == b.as_os_str());
    let above: BTreeSet<&Path> = holders.into_iter().flat_map(Path::ancestors).collect();
    let links = above.into_iter().filter(|path| path.starts_with(root)).any(is_link);
    if !links && found.iter().all(|(path, place)| is_plain(path) && !place.is_link) {
        return;
    }
    let top = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut by_place: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for (path, place) in found.iter() {
        if let Ok(real) = place.directory.canonicalize() {
            by_place.entry(real).or_default().push(path.clone());
        }
    }
    for (real, mut paths) in by_place.into_iter().filter(|(_, paths)| paths.len() > 1) {
        paths.sort_by_cached_key(|path| {
            (!entries.contains_key(path.as_str()), top.join(path) != real, !is_plain(path), path.clone())
        });
        for double in &paths[1..] {
            found.remove(double);
        }
    }
}

/// What `portfolio.toml` says.
struct Read {
    portfolio: Portfolio,
    /// The directory of each `[[client]]`, as a pattern and as a path.
    named: Vec<Pattern>,
    paths: Vec<String>,
}

/// The file itself; every fault but one of notation is an error, for half a portfolio would look like a whole one.
fn read(root: &Path) -> Result<Read, PortfolioError> {
    let bytes = WorkTree::new(root).read(PORTFOLIO_FILE, MAX_BYTES).map_err(|error| PortfolioError {
        place: String::new(),
        message: format!("it cannot be read: {error}"),
        help: None,
    })?;
    let document = Document::read(bytes, Syntax::Toml);
    let decoded = decode::portfolio::decode(&document);
    let mut faults: Vec<&Fault> =
        document.faults.iter().chain(&decoded.faults).filter(|fault| fault.rule != "toml-1-1-only").collect();
    faults.sort_by_key(|fault| fault.span);
    if let Some(fault) = faults.first() {
        let at = document.position(fault.span.start);
        return Err(PortfolioError {
            place: format!(":{}:{}", at.line, at.column),
            message: fault.message.clone(),
            help: fault.help.clone(),
        });
    }
    let portfolio = decoded.value;
    let named: Vec<Pattern> = portfolio.entries.par_iter().map(|entry| Pattern::new(&entry.path)).collect();
    let paths: Vec<String> = named.par_iter().map(Pattern::plain).collect();
    let mut seen = HashSet::new();
    if let Some(second) = paths.iter().position(|path| !seen.insert(path)) {
        let place = document.span(&Pointer::root().key("client").index(second).key("path"));
        let at = document.position(place.start);
        return Err(PortfolioError {
            place: format!(":{}:{}", at.line, at.column),
            message: format!("{} has a [[client]] already", paths[second]),
            help: Some("keep one of the two and put everything into it".to_owned()),
        });
    }
    Ok(Read { portfolio, named, paths })
}

/// Whether an organisation lies in a directory, or something that cannot be looked into and may be one.
fn is_client(directory: &Path) -> bool {
    match fs::symlink_metadata(from_here(directory).join(ORGANISATION_FILE)) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// One part of a pattern between two `/`.
#[derive(Debug, Clone)]
enum Part {
    Name(String),
    Names(Gitignore),
    Deep,
}

impl Part {
    fn new(text: &str) -> Self {
        if text == "**" {
            return Self::Deep;
        }
        if text.contains(['*', '?', '[']) {
            let mut builder = GitignoreBuilder::new("");
            if builder.add_line(None, &format!("/{text}")).is_ok()
                && let Ok(names) = builder.build()
            {
                return Self::Names(names);
            }
        }
        Self::Name(text.to_owned())
    }

    fn meets(&self, name: &str) -> bool {
        match self {
            Self::Name(own) => own == name,
            Self::Names(names) => !name.starts_with('.') && names.matched(name, false).is_ignore(),
            Self::Deep => true,
        }
    }
}

#[derive(Debug, Clone)]
struct Pattern {
    leaves_out: bool,
    /// What stands before the first `/` of an absolute path.
    absolute: bool,
    parts: Vec<Part>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let (leaves_out, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let mut names: Vec<&str> = Vec::new();
        for name in text.trim().split('/').filter(|name| !name.is_empty() && *name != ".") {
            match names.last() {
                Some(last) if name == ".." && *last != ".." => drop(names.pop()),
                _ => names.push(name),
            }
        }
        let parts = names.into_iter().map(Part::new).collect();
        Self { leaves_out, absolute: text.trim().starts_with('/'), parts }
    }

    /// The path of a pattern that is none.
    fn plain(&self) -> String {
        let names: Vec<&str> = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Name(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        self.shown(&names.join("/"))
    }

    /// The directory in which a pattern such as `clients/*` looks for any name.
    fn directory_of_names(&self) -> Option<String> {
        let (Part::Names(names), above) = self.parts.split_last()? else { return None };
        let plain = above.iter().all(|part| matches!(part, Part::Name(_)));
        (plain && names.matched("any-name", false).is_ignore()).then(|| self.plain())
    }

    fn shown(&self, path: &str) -> String {
        match (self.absolute, path) {
            (true, path) => format!("/{path}"),
            (false, "") => ".".to_owned(),
            (false, path) => path.to_owned(),
        }
    }

    /// Whether a path, or a directory above it, is meant.
    fn covers(&self, path: &str) -> bool {
        self.matches(path, true)
    }

    /// Whether the very directory is meant.
    fn meets(&self, path: &str) -> bool {
        self.matches(path, false)
    }

    fn matches(&self, path: &str, above: bool) -> bool {
        fn meet(parts: &[Part], names: &[&str], above: bool) -> bool {
            match (parts.split_first(), names.split_first()) {
                (None, rest) => above || rest.is_none(),
                (Some((Part::Deep, rest)), _) => (0..=names.len()).any(|skipped| meet(rest, &names[skipped..], above)),
                (Some((part, rest)), Some((name, after))) => part.meets(name) && meet(rest, after, above),
                (Some(_), None) => false,
            }
        }
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
        path.starts_with('/') == self.absolute && meet(&self.parts, &names, above)
    }

    /// The clients that are meant, by path.
    fn expand(&self, root: &Path) -> BTreeMap<String, Place> {
        let base = if self.absolute { PathBuf::from("/") } else { root.to_owned() };
        let mut places = Vec::new();
        self.below(&self.parts, &Place::of(base), "", DEPTH, &mut places);
        let named = self.parts.iter().all(|part| matches!(part, Part::Name(_)));
        // A look into each of thousands of directories is what takes the time.
        let clients: Vec<_> =
            places.into_par_iter().filter(|(_, place)| named || is_client(&place.directory)).collect();
        clients.into_iter().collect()
    }

    /// The directories that are meant, whatever lies in them.
    fn below(&self, parts: &[Part], place: &Place, path: &str, depth: usize, found: &mut Vec<(String, Place)>) {
        let Place { directory, is_link } = place;
        let deeper = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        match parts.split_first() {
            None => found.push((self.shown(path), Place { directory: directory.clone(), is_link: *is_link })),
            Some((Part::Name(name), rest)) => {
                self.below(rest, &Place::of(directory.join(name)), &deeper(name), depth, found);
            }
            Some((part @ Part::Names(_), rest)) => {
                for (name, place) in directories(directory).into_iter().filter(|(name, _)| part.meets(name)) {
                    self.below(rest, &place, &deeper(&name), depth, found);
                }
            }
            Some((Part::Deep, rest)) => {
                self.below(rest, place, path, depth, found);
                if depth > 0 {
                    for (name, place) in directories(directory).into_iter().filter(|(name, _)| !name.starts_with('.')) {
                        self.below(parts, &place, &deeper(&name), depth - 1, found);
                    }
                }
            }
        }
    }
}

/// The directories in one, and links that may lead to some, by name.
fn directories(directory: &Path) -> Vec<(String, Place)> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let directories = entries.filter_map(|entry| {
        let kind = entry.file_type().ok().filter(|kind| kind.is_dir() || kind.is_symlink())?;
        let name = entry.file_name().into_string().ok()?;
        let directory = directory.join(&name);
        Some((name, Place { directory, is_link: kind.is_symlink() }))
    });
    directories.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(portfolio: &str, organisations: &[&str]) -> Vec<String> {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("field");
        for organisation in organisations {
            fs::create_dir_all(root.join(organisation)).unwrap();
            fs::write(root.join(organisation).join(ORGANISATION_FILE), "").unwrap();
        }
        fs::create_dir_all(root.join("clients/empty")).unwrap();
        fs::write(root.join(PORTFOLIO_FILE), portfolio).unwrap();
        find(&root).unwrap().clients.into_iter().map(|client| client.path).collect()
    }

    #[test]
    fn patterns_find_organisations_and_names_are_clients_anyway() {
        let all = ["clients/b", "clients/a", "clients/archive", "clients/archive/old", "../other", "clients/.hidden"];
        assert_eq!(
            found("clients = [\"clients/*\", \"!clients/archive\", \"../other\"]", &all),
            ["../other", "clients/a", "clients/b"]
        );
        assert_eq!(
            found("clients = [\"./clients/**\", \"!**/old\"]", &all),
            ["clients/a", "clients/archive", "clients/b"]
        );
        assert_eq!(
            found("clients = [\"clients/[ab]\", \"clients/a/\", \"gone\"]", &all),
            ["clients/a", "clients/b", "gone"]
        );
        assert_eq!(
            found("[[client]]\npath = \"clients/a\"\n[[client]]\npath = \"gone\"\nleft = 2026-03-31\n", &all),
            ["clients/a"]
        );
    }

    #[test]
    fn where_a_client_would_be_is_known_before_it_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("field");
        fs::create_dir(&root).unwrap();
        let means = |clients: &str, path: &str| {
            fs::write(root.join(PORTFOLIO_FILE), format!("clients = [{clients}]")).unwrap();
            find(&root).unwrap().means(&root.join(path))
        };
        assert!(means("\"clients/*\"", "clients/a1"));
        assert!(means("\"clients/*\"", "clients/../clients/./a1"));
        assert!(!means("\"clients/*\"", "clients/a/a1") && !means("\"clients/*\"", "a1"));
        assert!(!means("\"clients/*\", \"!clients/a*\"", "clients/a1"));
        assert!(means("\"clients/**\"", "clients/a/b/a1"));
        assert!(means("]\n[[client]]\npath = \"one\"\naliases = [", "one"));
        assert!(means("\"../other/*\"", "../other/a1") && !means("\"../other/*\"", "other/a1"));
        let all = format!("\"{}/*\"", directory.path().join("far").display());
        assert!(means(&all, directory.path().join("far/a1").to_str().unwrap()));
    }

    #[cfg(unix)]
    #[test]
    fn a_client_that_several_paths_lead_to_is_one() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("field");
        for name in ["clients/a", "clients/b"] {
            fs::create_dir_all(root.join(name)).unwrap();
            fs::write(root.join(name).join(ORGANISATION_FILE), "").unwrap();
        }
        std::os::unix::fs::symlink("b", root.join("clients/B")).unwrap();
        std::os::unix::fs::symlink("clients", root.join("all")).unwrap();
        let found = |portfolio: &str| {
            fs::write(root.join(PORTFOLIO_FILE), portfolio).unwrap();
            let found = find(&root).unwrap();
            (found.clients.into_iter().map(|client| client.path).collect::<Vec<_>>(), found.idle)
        };
        let absolute = root.join("clients/*").to_string_lossy().into_owned();
        let text = format!("clients = [\"clients/*\", \"all/*\", \"../field/clients/a\", \"{absolute}\", \"none/*\"]");
        assert_eq!(found(&text), (vec!["clients/a".to_owned(), "clients/b".to_owned()], vec!["none/*".to_owned()]));
        let text = "clients = [\"clients/*\"]\n[[client]]\npath = \"clients/B\"\n";
        assert_eq!(found(text).0, ["clients/B", "clients/a"]);
    }

    #[test]
    fn half_a_portfolio_is_none() {
        let directory = tempfile::tempdir().unwrap();
        let message = |text: &str| {
            fs::write(directory.path().join(PORTFOLIO_FILE), text).unwrap();
            find(directory.path()).unwrap_err().to_string()
        };
        assert_eq!(message("client = [\"a\"]"), "portfolio.toml:1:11: `client` is the text \"a\"");
        assert!(message("clients = [\"a\\\\b\"]").contains("no path"));
        assert!(message("clients = [").starts_with("portfolio.toml:1:"));
        assert_eq!(
            message("[[client]]\npath = \"a\"\n[[client]]\npath = \"./a/\"\n"),
            "portfolio.toml:4:8: a has a [[client]] already"
        );
    }
}
