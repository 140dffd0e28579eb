//! What dspt costs, as ratios to yardsticks measured in the same run: `cargo bench --bench ratios`.

mod measure;

use dspt::bank::Banks;
use dspt::lint::{self, Known, Setting};
use dspt::source::{Document, Syntax};
use dspt::tree::MemoryTree;
use dspt::workspace::{Scope, Workspace};
use measure::{head, process, row, tell};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

fn main() {
    let banks = Banks::shipped();
    let tree = organisation(&banks);
    let bytes: Vec<(&String, &Vec<u8>)> =
        tree.files.iter().filter(|(path, _)| Syntax::of(path) == Some(Syntax::Toml)).collect();
    let size: usize = bytes.iter().map(|(_, bytes)| bytes.len()).sum();
    tell(&format!("One organisation of 45 answers, {size} bytes of TOML\n"));
    head("yardstick");

    let now = jiff::civil::date(2026, 3, 2).into();
    let parse_with_toml = || {
        for (_, bytes) in &bytes {
            let text = std::str::from_utf8(bytes).expect("UTF-8");
            black_box(toml::de::DeTable::parse_recoverable(black_box(text)));
        }
    };
    row(
        "lint / the toml crate's spanned parser",
        "≤ 2",
        &mut || {
            let workspace = Workspace::load(black_box(&tree), Scope::All);
            let setting = Setting { tree: &tree, banks: &banks, now, in_full: &[] };
            black_box(lint::lint(&workspace, setting, Known::default()).expect("sound banks"));
        },
        &mut || parse_with_toml(),
    );
    row(
        "reading TOML into the tree / the same",
        "",
        &mut || {
            for (_, bytes) in &bytes {
                black_box(Document::read(black_box((*bytes).clone()), Syntax::Toml));
            }
        },
        &mut || parse_with_toml(),
    );

    row(
        "loading: reading and decoding the workspace / the same",
        "",
        &mut || {
            black_box(Workspace::load(black_box(&tree), Scope::All));
        },
        &mut || parse_with_toml(),
    );

    // Only a release build is worth timing as a process; cargo builds it for benches.
    let dspt = env!("CARGO_BIN_EXE_dspt");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let git = || process(Command::new("git").arg("--version"));
    for (name, day) in [("hazel-house", "2026-03-02"), ("elm-lodge", "2026-05-11"), ("northfield-care", "2026-04-20")] {
        let example = root.join("examples").join(name);
        row(
            &format!("process `dspt status`, {name} / `git --version`"),
            "≤ 10",
            &mut || {
                process(Command::new(dspt).arg("-C").arg(&example).args(["status", "--as-of", day]));
            },
            &mut || git(),
        );
    }
}

/// An organisation that has answered everything, with evidence in memory.
fn organisation(banks: &Banks) -> MemoryTree {
    let bank = banks.newest(banks.default_standard()).expect("a shipped bank");
    let standard = bank.standard().expect("a sound bank");
    let mut answers = format!("standard = \"{}\"\nedition = \"{}\"\n", standard.id(), standard.edition());
    let mut tree = MemoryTree::default();
    for item in standard.required() {
        let _ = write!(answers, "\n# {} {}\n[answers.\"{}\"]\n", item.number, item.shown(), item.number);
        match item.kind {
            dspt::model::ItemKind::Tick => answers.push_str("tick = true\n"),
            dspt::model::ItemKind::Text => {
                let _ = writeln!(
                    answers,
                    "text = \"Our registered manager looks after item {} and goes through it with the senior team every quarter.\"",
                    item.number
                );
            }
            _ => {}
        }
        if item.threshold.is_some() {
            answers.push_str("count = { done = 50, of = 52, on = 2026-02-01 }\n");
        }
        let file = format!("evidence/{}.pdf", item.concept);
        let _ = writeln!(
            answers,
            "evidence = [\n  {{ file = \"{file}\", title = \"{}\", approved = 2025-11-03, approved_by = \"Board\" }},\n]",
            item.concept
        );
        answers
            .push_str("owner = \"jo@sunrise.example\"\nreviewed = 2026-02-01\nreviewed_by = \"jo@sunrise.example\"\n");
        let _ = writeln!(
            answers,
            "comment = \"See the folder in the manager's office; the deputy knows where the key for {} is.\"",
            item.concept
        );
        tree = tree.with(&file, "%PDF-1.7\n");
    }
    let organisation = "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\nsector = \"social-care\"\n\n[profile]\nnhsmail_only = \"yes\"\nconfirmed = 2026-01-10\n\n[[member]]\nname = \"Jo Field\"\nemail = \"jo@sunrise.example\"\nrole = \"administrator\"\n";
    tree.with("organisation.toml", organisation).with(&format!("assessments/{}.toml", standard.edition()), answers)
}
