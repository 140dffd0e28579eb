//! Many organisations at once, through the program as people run it.

mod asked;
mod broken;
mod chosen;
mod due;
mod exported;
mod linted;
mod neighbours;
mod reconcile;
mod remembered;
mod shown;

use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A day before the deadline of the edition that the made-up clients answer.
pub const DAY: &str = "2026-03-02";

/// A made-up portfolio in a directory of its own.
pub struct Folio {
    _home: tempfile::TempDir,
    pub root: PathBuf,
}

impl Folio {
    pub fn new(clients: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("folio");
        let folio = Self { _home: home, root };
        let clients = clients.to_string();
        let made = Command::new(env!("CARGO_BIN_EXE_dspt"))
            .args(["portfolio", "generate", folio.root.to_str().unwrap(), "--clients", &clients])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        folio
    }

    /// The directory of a client.
    pub fn client(&self, number: usize) -> PathBuf {
        self.root.join(format!("clients/000/c{number:06}"))
    }

    pub fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(&self.root)
            .env("COLUMNS", "80")
            .env("NO_COLOR", "1")
            .arg("portfolio")
            .args(args)
            .args(["--as-of", DAY])
            .output()
            .unwrap()
    }

    /// The same with something on standard input.
    pub fn piped(&self, args: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dspt"))
            .current_dir(&self.root)
            .env("NO_COLOR", "1")
            .arg("portfolio")
            .args(args)
            .args(["--as-of", DAY])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    pub fn json(&self, args: &[&str]) -> (i32, Value) {
        let output = self.run(&[args, &["--format", "json"]].concat());
        let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        (output.status.code().unwrap(), value)
    }

    /// The rows of `portfolio status`, by path.
    pub fn rows(&self) -> (i32, Vec<Value>) {
        let (code, value) = self.json(&["status"]);
        (code, value["clients"].as_array().unwrap().clone())
    }
}

pub fn edit(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, change(text)).unwrap();
}
