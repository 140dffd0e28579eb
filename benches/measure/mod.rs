//! Two things measured in turn, and printed as a ratio.
//!
//! Each pair is measured A B A B …, so that a busy machine slows both; the median of the pairwise ratios is printed.
//! Absolute times are given for orientation only.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints its ratios")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a program to its end; it must succeed.
#[allow(dead_code, reason = "not every benchmark runs the whole program")]
pub fn process(command: &mut Command) {
    let status =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program runs");
    assert!(status.success(), "{command:?} failed");
}

/// Measures two things in turn and prints the medians and the median of the pairwise ratios.
pub fn row(name: &str, goal: &str, ours: &mut dyn FnMut(), yardstick: &mut dyn FnMut()) {
    let rounds = 41;
    ours();
    yardstick();
    let mut pairs: Vec<(Duration, Duration)> = Vec::with_capacity(rounds);
    // Enough repetitions a round that the clock's grain does not count.
    let once = time(1, yardstick).max(Duration::from_nanos(1));
    let times = usize::try_from((Duration::from_millis(3).as_nanos() / once.as_nanos()).max(1)).unwrap_or(1);
    for _ in 0..rounds {
        pairs.push((time(times, ours), time(times, yardstick)));
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let micros = |of: fn(&(Duration, Duration)) -> Duration| {
        median(pairs.iter().map(|pair| of(pair).as_secs_f64() * 1e6 / times as f64).collect())
    };
    let ratio = median(pairs.iter().map(|(ours, yardstick)| ours.as_secs_f64() / yardstick.as_secs_f64()).collect());
    println!("{name:<58} {:>6.0} µs {:>6.0} µs {ratio:>7.2}  {goal}", micros(|pair| pair.0), micros(|pair| pair.1));
}

fn time(times: usize, work: &mut dyn FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed()
}
