//! Documents for calendars and for the web site, and spreadsheets that come back.

mod calendar;
mod foreign;
#[cfg(feature = "xlsx")]
mod items;
mod plan;
mod portal;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Text that wants to be a formula, markup, an escape sequence, another cell or another property.
const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"https://evil.example\",\"click\")",
    "+44 20 7946 0000",
    "-2+3",
    "@SUM(1)",
    "'=1",
    "'tis",
    "one\ntwo\n\nthree",
    "say \"hi\", then; go\\n",
    "</script><script>alert(1)</script> & <b onclick='x'>\" onmouseover=\"y",
    "]]> <!-- --> {{ 7 * 7 }} {% raw %}",
    "<r>no markup & _x0041_</r>",
    "END:VEVENT\nBEGIN:VEVENT",
    "שלום \u{200f}(1) العربية",
    "👩‍⚕️ e\u{301} 語",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of an example, judged on its day.
struct Workspace {
    directory: tempfile::TempDir,
    day: &'static str,
}

impl Workspace {
    fn example(name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        copy(&root().join("examples").join(name), directory.path());
        let day = match name {
            "hazel-house" => "2026-03-02T09:30",
            "elm-lodge" => "2026-05-11",
            _ => "2026-04-20",
        };
        Self { directory, day }
    }

    /// The same organisation with every item open.
    fn emptied(&self) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let fresh = Self { directory, day: self.day };
        fresh.ok(&["init", ".", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--edition", "2025-26"]);
        fs::copy(self.path("organisation.toml"), fresh.path("organisation.toml")).unwrap();
        copy(&self.path("evidence"), &fresh.path("evidence"));
        fresh
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dspt"));
        command.arg("-C").arg(self.directory.path()).args(["--as-of", self.day]).args(arguments);
        command.env("COLUMNS", "80").env("NO_COLOR", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap()
    }

    fn ok(&self, arguments: &[&str]) -> String {
        self.ends(arguments, 0)
    }

    /// What the command prints, on both streams, after it ended with a status.
    fn ends(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        text
    }

    /// The JSON of a command, which has to fit its schema.
    fn json(&self, schema: &str, arguments: &[&str], status: i32) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
        let value = serde_json::from_slice(&output.stdout).unwrap();
        let schema = fs::read(root().join(format!("schemas/output/{schema}.schema.json"))).unwrap();
        let schema = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
        schema.validate(&value).unwrap_or_else(|error| panic!("{error}"));
        value
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
