//! What reading git costs, as ratios to git itself reading the same objects, process against process:
//! `cargo bench --bench history`.

mod measure;

use dspt::bank::Banks;
use dspt::model::ItemKind;
use measure::{head, process, row, size};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    let (commits, organisations) = (size(2_000, 20), size(1_000, 10));
    let banks = Banks::shipped();
    let bank = banks.newest(banks.default_standard()).expect("a shipped bank");
    let standard = bank.standard().expect("a sound bank");
    let edition = standard.edition();
    let numbers: Vec<&str> = standard.required().map(|item| item.number.as_str()).collect();
    let number = numbers[0];
    let place = tempfile::tempdir().expect("a place for repositories");
    let dspt = env!("CARGO_BIN_EXE_dspt");

    head("git");
    // One organisation whose answers change with every commit, the question asked about with every tenth.
    let one = place.path().join("one");
    let path = format!("assessments/{edition}.toml");
    import(&one, |stream| {
        begin(stream);
        file(stream, "organisation.toml", &organisation(0));
        file(stream, &path, &answers(&standard, 0, 0));
        for change in 1..commits {
            commit(stream, change);
            file(stream, &path, &answers(&standard, 0, change));
        }
    });
    let log = |at: &Path, path: &str| {
        process(Command::new("git").arg("-C").arg(at).args(["log", "--patch", "--format=fuller", "--", path]));
    };
    let history = |at: &Path| {
        process(Command::new(dspt).arg("-C").arg(at).args(["history", number, "--format", "json"]));
    };
    let objects = place.path().join("objects-one");
    list(&one, &objects, &["rev-list", "--objects", "--no-object-names", "HEAD"]);
    row(
        &format!("history, {commits} commits of one organisation / `git log -p`"),
        "≤ 3",
        &mut || history(&one),
        &mut || log(&one, &path),
    );
    row("the same / `git cat-file --batch` of all objects", "≤ 3", &mut || history(&one), &mut || {
        cat(&one, &objects);
    });

    // Many organisations in one repository, each commit the work of one of them.
    let many = place.path().join("many");
    let directory = |organisation: usize| format!("clients/{organisation:04}");
    import(&many, |stream| {
        begin(stream);
        for organisation_number in 0..organisations {
            let directory = directory(organisation_number);
            file(stream, &format!("{directory}/organisation.toml"), &organisation(organisation_number));
            file(stream, &format!("{directory}/{path}"), &answers(&standard, organisation_number, 0));
        }
        for change in 1..commits {
            commit(stream, change);
            let organisation = change * 7 % organisations;
            file(
                stream,
                &format!("{}/{path}", directory(organisation)),
                &answers(&standard, organisation, change * 10),
            );
        }
    });
    let workspace = many.join(directory(7));
    row(
        &format!("history, {commits} commits of {organisations} organisations / `git log -p`"),
        "≤ 3",
        &mut || history(&workspace),
        &mut || log(&workspace, "assessments"),
    );
    let objects = place.path().join("objects-two");
    let mut named = String::new();
    let earlier = format!("HEAD~{}", commits * 3 / 4);
    for revision in [earlier.as_str(), "HEAD"] {
        let _ = writeln!(named, "{revision}^{{commit}}\n{revision}^{{tree}}\n{revision}:clients");
        let _ = writeln!(
            named,
            "{revision}:{0}\n{revision}:{0}/assessments\n{revision}:{0}/organisation.toml",
            directory(7)
        );
        let _ = writeln!(named, "{revision}:{}/{path}", directory(7));
    }
    std::fs::write(&objects, named).expect("a list of objects");
    row(
        &format!("diff of two revisions, {organisations} organisations / `git cat-file --batch`"),
        "≤ 3",
        &mut || process(Command::new(dspt).arg("-C").arg(&workspace).args(["diff", &earlier, "HEAD"])),
        &mut || cat(&many, &objects),
    );
}

/// A repository made by git from a stream, packed as git packs.
fn import(at: &Path, write: impl FnOnce(&mut Vec<u8>)) {
    let mut stream = Vec::new();
    write(&mut stream);
    let git = |args: &[&str]| process(Command::new("git").args(args));
    let place = at.to_str().expect("a plain path");
    git(&["init", "-q", "-b", "main", place]);
    let mut child = Command::new("git")
        .args(["-C", place, "fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is there");
    child.stdin.take().expect("a pipe").write_all(&stream).expect("git reads");
    assert!(child.wait().expect("git ends").success(), "git imports");
    git(&["-C", place, "repack", "-adq"]);
    git(&["-C", place, "checkout", "-qf", "main"]);
}

fn begin(stream: &mut Vec<u8>) {
    commit(stream, 0);
}

fn commit(stream: &mut Vec<u8>, number: usize) {
    let when = 1_750_000_000 + number * 3_600;
    let message = format!("Change {number}");
    let _ = write!(stream, "commit refs/heads/main\ncommitter Jo Field <jo@sunrise.example> {when} +0000\n");
    let _ = write!(stream, "data {}\n{message}\n", message.len());
}

fn file(stream: &mut Vec<u8>, path: &str, text: &str) {
    let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
}

fn organisation(number: usize) -> String {
    format!("[organisation]\nods_code = \"A{number:04}\"\nname = \"Home {number} Ltd\"\n")
}

/// Answers to everything; with every change one of them says something else.
fn answers(standard: &dspt::model::Standard, organisation: usize, change: usize) -> String {
    let mut out = format!("standard = \"{}\"\nedition = \"{}\"\n", standard.id(), standard.edition());
    for (at, item) in standard.required().enumerate() {
        // The first answer changes with every tenth commit, the others in turn.
        let version = if at == 0 { change / 10 } else { (change + at) / 45 };
        let _ = writeln!(out, "\n# {} {}\n[answers.\"{}\"]", item.number, item.shown(), item.number);
        match item.kind {
            ItemKind::Tick => out.push_str("tick = true\n"),
            ItemKind::Text => {
                let _ = writeln!(
                    out,
                    "text = \"Home {organisation}: our registered manager looks after {} and goes through it with the senior team, version {version}.\"",
                    item.number
                );
            }
            _ => {
                let _ = writeln!(
                    out,
                    "evidence = [{{ location = \"Folder {organisation}\", title = \"{}\" }}]",
                    item.concept
                );
            }
        }
        let _ = writeln!(
            out,
            "owner = \"jo@sunrise.example\"\nreviewed = 2026-02-01\nreviewed_by = \"jo@sunrise.example\"\ncomment = \"See the folder in the office; version {version} of {}.\"",
            item.concept
        );
    }
    out
}

/// Writes what git lists into a file.
fn list(at: &Path, to: &Path, args: &[&str]) {
    let file = File::create(to).expect("a list of objects");
    let status = Command::new("git").arg("-C").arg(at).args(args).stdout(file).status().expect("git is there");
    assert!(status.success(), "git lists");
}

/// Reads the objects of a list.
fn cat(at: &Path, list: &Path) {
    let list = File::open(list).expect("a list of objects");
    let mut command = Command::new("git");
    command.arg("-C").arg(at).args(["cat-file", "--batch"]).stdin(list).stdout(Stdio::null());
    assert!(command.status().expect("git is there").success(), "git reads");
}
