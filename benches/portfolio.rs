//! What a portfolio costs, held against what people would use instead and against the least that it could cost, on one
//! made-up corpus in one run: `cargo bench --bench portfolio -- --clients 20000`.
//!
//! Without `--clients` it takes 2,000 and a few minutes. The corpus is kept below the build directory.
#![expect(clippy::cast_precision_loss, reason = "a ratio need not be exact")]

mod measure;

use dspt::source::{Document, Syntax};
use measure::{head, long_row, made_up, seconds, size, tell, time};
use rayon::prelude::*;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Files that the slow ones are given.
const SAMPLE: usize = 100;
const DSPT: &str = env!("CARGO_BIN_EXE_dspt");

fn main() {
    let mut args = std::env::args().skip_while(|arg| arg != "--clients").skip(1);
    let clients: usize = args.next().map_or(size(2000, 6), |count| count.parse().expect("--clients takes a number"));
    let corpus = Corpus::new(clients);
    let (ours, files) = (corpus.files(true), corpus.files(false));
    let bytes: u64 = ours.iter().filter_map(|file| fs::metadata(file).ok()).map(|found| found.len()).sum();
    tell(&format!(
        "{clients} organisations, {} files of ours ({bytes} bytes), {} files in all\n",
        ours.len(),
        files.len()
    ));
    head("yardstick");

    let read = |file: &Path| String::from_utf8(fs::read(file).expect("a file of the corpus")).expect("UTF-8");
    // What anybody has who reads these files with the parser of choice, the toml crate, and keeps the spans.
    let bound = || {
        ours.par_iter().for_each(|file| {
            black_box(toml::de::DeTable::parse_recoverable(&read(file)));
        });
    };
    let own_reading = || {
        ours.par_iter().for_each(|file| {
            black_box(Document::read(fs::read(file).expect("a file of the corpus"), Syntax::Toml));
        });
    };
    let lstat = || {
        files.par_iter().for_each(|file| {
            black_box(fs::symlink_metadata(file).expect("a file of the corpus"));
        });
    };
    let cold = &mut || corpus.lint(&["--no-cache"]);
    long_row("cold `portfolio lint --no-cache` / reading and parsing", "≤ 1.5", cold, &mut || bound());
    long_row("the same / our own reading into trees", "", cold, &mut || own_reading());
    long_row(
        "cold `portfolio lint`, cache written / the same",
        "",
        &mut || {
            corpus.forget();
            corpus.lint(&[]);
        },
        &mut || bound(),
    );
    long_row("warm `portfolio lint` / an lstat of every file", "≤ 3", &mut || corpus.lint(&[]), &mut || lstat());

    let peak = corpus.peak(&["--no-cache"]).max(corpus.peak(&[]));
    tell(&format!("\nPeak memory of `portfolio lint`, with the cache and without: {peak} MB (goal: under 300)"));

    let few = size(100, 2);
    let small = Corpus::new(few);
    let least = |corpus: &Corpus| seconds(&mut || corpus.lint(&["--no-cache"]));
    let start = seconds(&mut || run(Command::new(DSPT).arg("--version")));
    let exponent = ((least(&corpus) - start) / (least(&small) - start)).ln() / (clients as f64 / few as f64).ln();
    tell(&format!("Growth from {few} to {clients} organisations: exponent {exponent:.2} (goal: at most 1.05)"));

    tell(&format!("\nPer file, over {SAMPLE} answers files, where dspt takes what a whole organisation takes:"));
    let own = time(1, &mut || corpus.lint(&["--no-cache"])).as_secs_f64() / clients as f64;
    let answers: Vec<&PathBuf> =
        ours.iter().filter(|file| file.parent().is_some_and(|it| it.ends_with("assessments"))).take(SAMPLE).collect();
    let schema = schema(&corpus.root, answers[0]);
    for (program, goal, options) in [
        ("check-jsonschema", "≥ 50", vec!["--schemafile".to_owned(), schema.clone()]),
        ("taplo", "≥ 5", vec!["lint".to_owned(), "--schema".to_owned(), format!("file://{schema}")]),
    ] {
        let Some(path) = find(program) else {
            tell(&format!("{program:<58} not installed (looked in PATH and DSPT_VENV)"));
            continue;
        };
        let took = time(1, &mut || run(Command::new(&path).args(&options).args(&answers))).as_secs_f64()
            / answers.len() as f64;
        tell(&format!("{program:<58} {:>6.0} µs {:>6.0} µs {:>7.1}  {goal}", own * 1e6, took * 1e6, took / own));
    }
}

/// A made-up portfolio on disk.
struct Corpus {
    root: PathBuf,
}

impl Corpus {
    fn new(clients: usize) -> Self {
        Self { root: made_up(DSPT, "portfolio", clients) }
    }

    /// Files of ours, or every file that a result depends on.
    fn files(&self, ours: bool) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut waiting = vec![self.root.join("clients")];
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(directory).expect("the corpus").flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    waiting.push(entry.path());
                } else if !ours || Syntax::of(&entry.file_name().to_string_lossy()).is_some() {
                    found.push(entry.path());
                }
            }
        }
        found.sort();
        found
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new(DSPT);
        command.current_dir(&self.root).args(["portfolio", "lint", "--format", "concise", "--as-of", "2026-03-02"]);
        command.args(options).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn lint(&self, options: &[&str]) {
        let status = self.command(options).status().expect("dspt runs");
        assert!(status.code().is_some_and(|code| code < 2), "dspt could not do its work");
    }

    fn forget(&self) {
        let _ = fs::remove_dir_all(self.root.join(".dspt"));
    }

    /// The most memory that a lint holds, in MB, as the kernel tells it while the process runs.
    fn peak(&self, options: &[&str]) -> u64 {
        let mut child = self.command(options).spawn().expect("dspt runs");
        let mut peak = 0;
        while child.try_wait().expect("dspt runs").is_none() {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = peak.max(line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0));
            std::thread::sleep(Duration::from_millis(2));
        }
        peak / 1024
    }
}

/// The schema of the answers, as a file.
fn schema(root: &Path, answers: &Path) -> String {
    let edition = answers.file_stem().expect("a name").to_string_lossy().into_owned();
    let output = Command::new(DSPT).args(["schema", "answers", "--edition", &edition]).output().expect("dspt runs");
    let path = root.join("answers.schema.json");
    fs::write(&path, output.stdout).expect("the corpus can be written");
    path.to_string_lossy().into_owned()
}

/// A program in `DSPT_VENV` or on the path.
fn find(program: &str) -> Option<PathBuf> {
    let venv = std::env::var_os("DSPT_VENV").map(|venv| PathBuf::from(venv).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    venv.into_iter()
        .chain(std::env::split_paths(&path))
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}

/// Runs a program to its end, whatever it finds.
fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.expect("the program runs");
}
