//! Two things measured in turn, and printed as a ratio.
//!
//! Each pair is measured A B A B …, so that a busy machine slows both; the median of the pairwise ratios is printed.
//! Absolute times are given for orientation only.
//!
//! `cargo bench` measures. `cargo test` runs every benchmark once with little to do and times nothing, so that one that
//! no longer works is noticed.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints its ratios")]
#![allow(dead_code, reason = "not every benchmark needs all of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Whether this run is for figures: only `cargo bench` says `--bench`.
pub fn is_timed() -> bool {
    std::env::args().any(|arg| arg == "--bench")
}

/// How many of something there are: as many as it takes for figures, or just enough that everything happens.
pub fn size(timed: usize, tried: usize) -> usize {
    if is_timed() { timed } else { tried }
}

/// Runs a program to its end; it must succeed.
pub fn process(command: &mut Command) {
    let status =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program runs");
    assert!(status.success(), "{command:?} failed");
}

/// A made-up portfolio on disk. One for figures is kept below the build directory; else it is made anew, so that making
/// it is tried too.
pub fn made_up(dspt: &str, name: &str, clients: usize) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{clients}"));
    if !is_timed() || !root.join("portfolio.toml").is_file() {
        let _ = fs::remove_dir_all(&root);
        process(
            Command::new(dspt).args(["portfolio", "generate"]).arg(&root).args(["--clients", &clients.to_string()]),
        );
    }
    root
}

/// Prints what the columns of the rows below it are.
pub fn head(yardstick: &str) {
    tell(&format!("{:<58} {:>9} {yardstick:>9} {:>7}  goal", "", "dspt", "ratio"));
}

/// Prints a figure, where there are any.
pub fn tell(line: &str) {
    if is_timed() {
        println!("{line}");
    }
}

/// Measures two things in turn and prints the medians and the median of the pairwise ratios.
pub fn row(name: &str, goal: &str, ours: &mut dyn FnMut(), yardstick: &mut dyn FnMut()) {
    ours();
    yardstick();
    if !is_timed() {
        println!("{name}: runs");
        return;
    }
    // Enough repetitions a round that the clock's grain does not count.
    let once = time(1, yardstick).max(Duration::from_nanos(1));
    let times = usize::try_from((Duration::from_millis(3).as_nanos() / once.as_nanos()).max(1)).unwrap_or(1);
    let pairs: Vec<Pair> = (0..41).map(|_| (time(times, ours), time(times, yardstick))).collect();
    print(name, goal, &pairs, ("µs", 1e6 / times as f64));
}

/// The same for what takes a second or so: a few rounds are enough.
pub fn long_row(name: &str, goal: &str, ours: &mut dyn FnMut(), yardstick: &mut dyn FnMut()) {
    ours();
    yardstick();
    if !is_timed() {
        println!("{name}: runs");
        return;
    }
    let pairs: Vec<Pair> = (0..LONG_ROUNDS).map(|_| (time(1, ours), time(1, yardstick))).collect();
    print(name, goal, &pairs, ("ms", 1e3));
}

/// Rounds of what takes long.
const LONG_ROUNDS: usize = 5;

/// What both sides took in one round.
type Pair = (Duration, Duration);

fn print(name: &str, goal: &str, pairs: &[Pair], (unit, factor): (&str, f64)) {
    let of = |of: &dyn Fn(&Pair) -> f64| median(pairs.iter().map(of).collect());
    let ratio = of(&|pair| pair.0.as_secs_f64() / pair.1.as_secs_f64());
    let ours = of(&|pair| pair.0.as_secs_f64()) * factor;
    let yardstick = of(&|pair| pair.1.as_secs_f64()) * factor;
    println!("{name:<58} {ours:>6.0} {unit} {yardstick:>6.0} {unit} {ratio:>7.2}  {goal}");
}

/// The seconds that something long takes, the median of a few rounds.
pub fn seconds(work: &mut dyn FnMut()) -> f64 {
    median((0..size(LONG_ROUNDS, 1)).map(|_| time(1, work).as_secs_f64()).collect())
}

/// What it takes to do something so many times.
pub fn time(times: usize, work: &mut dyn FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
