//! What `portfolio reconcile` costs, held against reading the same file with the csv crate and judging the same clients
//! with `portfolio status`: `cargo bench --bench reconcile`.
//!
//! A made-up file of 64,000 rows, and 1,000 clients of whom every second has a row in it.

mod measure;

use measure::{made_up, row, size};
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

const DSPT: &str = env!("CARGO_BIN_EXE_dspt");

fn main() {
    let (rows, clients) = (size(64_000, 200), size(1000, 10));
    let root = made_up(DSPT, "reconcile", clients);
    let file = root.join("public.csv");
    fs::write(&file, public(&root, rows, clients)).expect("the corpus can be written");
    // Errors in made-up clients end with 1; more would be no work done.
    let dspt = |args: &[&str]| {
        let mut command = Command::new(DSPT);
        command.current_dir(&root).arg("portfolio").args(args).args(["--no-cache", "--as-of", "2026-03-02"]);
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.code().is_some_and(|code| code < 2)), "dspt could not do its work");
    };
    row(
        &format!("`portfolio reconcile`, {rows} rows, {clients} clients"),
        "≤ 5",
        &mut || dspt(&["reconcile", "public.csv"]),
        &mut || {
            let mut reader = csv::Reader::from_path(&file).expect("the corpus");
            for record in reader.records() {
                black_box(record.expect("a row"));
            }
            dspt(&["status"]);
        },
    );
}

/// The public record: the codes of every second client, then others.
fn public(root: &Path, wanted: usize, clients: usize) -> String {
    let mut text = String::from("Code,Organisation Name,Status,Date Of Publication,Primary Sector,Commissioner\n");
    let mut rows = 0;
    for number in (0..clients).step_by(2) {
        let path = root.join(format!("clients/{:03}/c{number:06}/organisation.toml", number / 1000));
        let own = fs::read_to_string(path).expect("the corpus");
        let code = own.lines().find_map(|line| line.strip_prefix("ods_code = ")).expect("a code").trim_matches('"');
        let _ = writeln!(text, "{code},\"CLIENT, NUMBER {number}\",24/25 Standards Met,20/06/2025,Social Care,");
        rows += 1;
    }
    for number in rows..wanted {
        let year = 18 + number % 7;
        let _ = writeln!(
            text,
            "8{number:05},ORGANISATION OF THE PUBLIC RECORD {number},{year}/{} Standards Met,{:02}/06/20{},Pharmacy,",
            year + 1,
            1 + number % 28,
            year + 1
        );
    }
    text
}
