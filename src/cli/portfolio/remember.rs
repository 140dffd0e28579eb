//! Going over the clients of a portfolio: on all cores, in their order, with what was found out before where it still
//! holds, and with a bar on the terminal where it takes long.

use super::Portfolio;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::cli::write;
use crate::portfolio::Client;
use crate::portfolio::cache::{self, Cache};
use crate::portfolio::tree::{ClientTree, short_digest};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

/// Clients that a core takes at a time: handing over costs little beside judging them.
const HANDFUL: usize = 16;
/// Handfuls that wait to be handed on before the cores do.
const WAITING: usize = 64;
/// Work that takes less is not worth a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where the caches lie, from the portfolio.
const DIRECTORY: &str = ".dspt/cache";

/// What became of one client: the result, and the line that remembers it.
enum Done<T> {
    Remembered(T),
    Fresh(T, Option<String>),
}

impl Portfolio {
    /// Does something for every client, on all cores, and hands on what came of it in the clients' order.
    pub fn over<T: Send>(
        &self,
        work: impl Fn(&Client) -> T + Sync,
        mut each: impl FnMut(&Client, T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut progress = Progress::new(self.found.clients.len());
        in_order(&self.found.clients, work, |client, done| {
            progress.beside(|| each(client, done))?;
            progress.go();
            Ok(())
        })
    }

    /// The same, but what was found out by an earlier run is handed on as it is where nothing that it was made of has
    /// changed. `view` names everything that shapes a result besides the client's files: the first word is the cache.
    ///
    /// What is handed to `work` notes which files it looks at; where a result rests on anything else,
    /// [`ClientTree::forget`] says so.
    pub fn over_remembered<T: Serialize + DeserializeOwned + Send>(
        &self,
        context: &Context,
        view: &str,
        work: impl Fn(&Client, &ClientTree) -> T + Sync,
        each: impl FnMut(&Client, T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.over_these_remembered(context, view, &self.found.clients, &self.unchosen, work, each)
    }

    /// The same for some clients in the order of their paths; `others` are those of whom nobody asks this time.
    pub fn over_these_remembered<T: Serialize + DeserializeOwned + Send>(
        &self,
        context: &Context,
        view: &str,
        clients: &[Client],
        others: &[Client],
        work: impl Fn(&Client, &ClientTree) -> T + Sync,
        mut each: impl FnMut(&Client, T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let started = now();
        let file = self.cache_file(view);
        let key = file.as_ref().map_or_else(String::new, |_| self.key(context, view));
        let old = file.as_ref().and_then(|file| std::fs::read(file).ok()).map(|bytes| Cache::read(bytes, &key));
        let old = old.unwrap_or_default();
        let keeps = file.is_some();
        let mut new = cache::head(&key, started);
        let mut fresh = false;
        let mut kept = 0;
        let mut progress = Progress::new(clients.len());
        let one = |client: &Client| {
            if let Some(known) = old.find(&client.path, &client.root) {
                return Done::Remembered(known);
            }
            let tree = ClientTree::new(&client.root, keeps).knowing(self.known.get(&client.path).cloned());
            let result = work(client, &tree);
            let line = tree.uses().and_then(|uses| cache::line(&client.path, &uses, &result));
            Done::Fresh(result, line)
        };
        in_order(clients, one, |client, done| {
            let result = match done {
                Done::Remembered(result) => {
                    kept += 1;
                    new.push_str(old.line(&client.path).unwrap_or_default());
                    result
                }
                Done::Fresh(result, line) => {
                    fresh |= line.is_some();
                    new.extend(line);
                    result
                }
            };
            progress.beside(|| each(client, result))?;
            progress.go();
            Ok(())
        })?;
        // Clients that were not asked about this time are remembered on.
        for client in others {
            if let Some(line) = old.line(&client.path) {
                kept += 1;
                new.push_str(line);
            }
        }
        if let Some(file) = file.filter(|_| fresh || kept != old.len()) {
            self.remember(context, &file, new.as_bytes());
        }
        Ok(())
    }

    /// Everything that every client's result rests on besides its own files.
    fn key(&self, context: &Context, view: &str) -> String {
        let mut key = format!(
            "{} {} {} {}\n{view}\n",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            context.day(),
            context.global.edition.as_deref().unwrap_or_default()
        );
        for bank in self.banks.iter() {
            key.push_str(&format!("{} {}\n", bank.origin, short_digest(bank.text.as_bytes())));
        }
        for library in self.libraries.iter().flat_map(|libraries| &libraries.files) {
            key.push_str(&format!("{} {}\n", library.path, short_digest(library.document.text.as_bytes())));
        }
        for problem in self.libraries.iter().flat_map(|libraries| &libraries.problems) {
            key.push_str(&format!("{} {}\n", problem.path, problem.message));
        }
        key
    }

    fn cache_file(&self, view: &str) -> Option<PathBuf> {
        let name = view.split_whitespace().next()?;
        (!self.no_cache).then(|| self.found.root.join(DIRECTORY).join(format!("{name}.txt")))
    }

    /// Writes a cache. Where that cannot be, the work is done all the same.
    fn remember(&self, context: &Context, file: &std::path::Path, bytes: &[u8]) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let ignore = self.found.root.join(DIRECTORY).join(".gitignore");
        let written = write::refuse_links(&self.found.root, &format!("{DIRECTORY}/{name}")).and_then(|()| {
            if ignore.symlink_metadata().is_err() {
                write::replace(&ignore, b"*\n")?;
            }
            // What it holds was found out before its time, as far as the next run is concerned, so the clock of the
            // line above counts, not the file's.
            write::replace_unsynced(file, bytes)
        });
        if let (Err(failure), true) = (written, context.global.verbose) {
            context.note(&format!("Nothing is remembered: {failure}"));
        }
    }
}

/// Does something for every client on all cores and hands on what came of it in the clients' order, while the next are
/// at work already.
fn in_order<T: Send>(
    clients: &[Client],
    work: impl Fn(&Client) -> T + Sync,
    mut each: impl FnMut(&Client, T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let handfuls: Vec<&[Client]> = clients.chunks(HANDFUL).collect();
    let next = AtomicUsize::new(0);
    let (done, finished) = mpsc::sync_channel(WAITING);
    let labour = |done: mpsc::SyncSender<(usize, Vec<T>)>| {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(handful) = handfuls.get(at) else { return };
            // Nobody waits for it any longer where handing on has failed.
            if done.send((at, handful.iter().map(&work).collect())).is_err() {
                return;
            }
        }
    };
    let labour = &labour;
    rayon::in_place_scope(move |scope| {
        for _ in 0..rayon::current_num_threads() {
            let done = done.clone();
            scope.spawn(move |_| labour(done));
        }
        drop(done);
        let mut early = BTreeMap::new();
        let mut at = 0;
        for (index, results) in finished {
            early.insert(index, results);
            while let Some(results) = early.remove(&at) {
                for (client, result) in clients.iter().skip(at * HANDFUL).zip(results) {
                    each(client, result)?;
                }
                at += 1;
            }
        }
        Ok(())
    })
}

/// Nanoseconds since 1970: what the times of files are held against.
#[expect(clippy::disallowed_methods, reason = "the clock of the file system, not of any judgement")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

/// A bar on standard error, from when the work has gone on for a second, if somebody sits there.
struct Progress {
    began: Instant,
    clients: usize,
    done: usize,
    bar: Option<ProgressBar>,
    shown: bool,
}

impl Progress {
    fn new(clients: usize) -> Self {
        Self { began: Instant::now(), clients, done: 0, bar: None, shown: std::io::stderr().is_terminal() }
    }

    fn go(&mut self) {
        self.done += 1;
        if self.bar.is_none() && self.shown && self.began.elapsed() > PATIENCE {
            let bar = ProgressBar::with_draw_target(Some(self.clients as u64), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len} clients, {msg} left") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            // The bar itself has seen nothing of what was done before it was there.
            let count = |clients: usize| u32::try_from(clients).unwrap_or(u32::MAX);
            let left = self.began.elapsed() / count(self.done).max(1) * count(self.clients - self.done);
            bar.set_message(format!("{:#}", HumanDuration(left)));
            bar.set_position(self.done as u64);
        }
    }

    /// Prints something without the bar in its way.
    fn beside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
