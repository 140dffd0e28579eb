//! What an editor waits for: the findings after a change, as a ratio to a lint of the same file in the same run:
//! `cargo bench --bench lsp`.

mod measure;

use dspt::bank::Banks;
use dspt::lint::{self, Known, Setting};
use dspt::lsp::wire::{self, Incoming};
use dspt::lsp::{Outside, serve};
use dspt::tree::WorkTree;
use dspt::workspace::{Scope, Workspace};
use measure::{head, row, size};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::hint::black_box;
use std::io::BufReader;
use std::path::Path;

const ANSWERS: &str = "assessments/2025-26.toml";

fn main() {
    head("yardstick");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-house");
    let text = fs::read_to_string(example.join(ANSWERS)).expect("the example has answers");
    compare("findings after a letter is typed / lint, hazel-house", &text);
    // A megabyte of answers: the comments of each item are long.
    let long = text.replace(
        "\ntick = true\n",
        &format!("\ntick = true\nnotes = \"{}\"\n", "kept with care ".repeat(size(4000, 40))),
    );
    compare(&format!("the same in a file of {} kB", long.len() / 1000), &long);
}

fn compare(name: &str, text: &str) {
    let now = jiff::civil::date(2026, 3, 2).into();
    let directory = tempfile::tempdir().expect("a place to write to");
    let root = directory.path().to_owned();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-house");
    copy(&example, &root);
    fs::write(root.join(ANSWERS), text).expect("the copy is ours");

    let (theirs, output) = std::io::pipe().expect("the system has pipes");
    let (input, answers) = std::io::pipe().expect("the system has pipes");
    let thread = std::thread::spawn(move || {
        serve(BufReader::new(theirs), answers, Outside { now: &|| now, banks: &|_| Banks::shipped() })
    });
    let (output, input) = (RefCell::new(output), RefCell::new(BufReader::new(input)));
    let receive = || wire::read(&mut *input.borrow_mut());
    let uri = lsp_types::Uri::from_file_path(root.join(ANSWERS)).expect("an absolute path").to_string();
    let tell = |method: &str, params: Value| {
        let mut message = json!({ "jsonrpc": "2.0", "method": method });
        message["params"] = params;
        wire::write(&mut *output.borrow_mut(), &message).expect("it listens");
    };
    let ask = |id: i32, method: &str, params: Value| {
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        message["params"] = params;
        wire::write(&mut *output.borrow_mut(), &message).expect("it listens");
        while !matches!(receive(), Some(Incoming::Response { .. })) {}
    };
    ask(1, "initialize", json!({ "capabilities": {}, "processId": null, "rootUri": null }));
    tell("initialized", json!({}));
    let wait = || loop {
        if let Some(Incoming::Notification { params, .. }) = receive()
            && params["uri"] == uri.as_str()
        {
            break;
        }
    };
    let document = json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
    tell("textDocument/didOpen", json!({ "textDocument": document }));
    wait();
    let line = text.lines().position(|line| line.starts_with("comment = ")).expect("a comment");
    let mut version = 1;
    let banks = Banks::shipped();
    let tree = WorkTree::new(&root);
    row(
        name,
        "≤ 3",
        &mut || {
            version += 1;
            let (start, end) = (json!({ "line": line, "character": 12 }), json!({ "line": line, "character": 13 }));
            let letter = if version % 2 == 0 { "a" } else { "b" };
            let change = json!([{ "range": { "start": start, "end": end }, "text": letter }]);
            let document = json!({ "uri": uri, "version": version });
            tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": change }));
            wait();
        },
        &mut || {
            let workspace = Workspace::load(black_box(&tree), Scope::All);
            let setting = Setting { tree: &tree, banks: &banks, now, in_full: &[] };
            black_box(lint::lint(&workspace, setting, Known::default()).expect("sound banks"));
        },
    );
    ask(2, "shutdown", Value::Null);
    tell("exit", Value::Null);
    thread.join().expect("it ends");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a place to write to");
    for entry in fs::read_dir(from).expect("the example is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
