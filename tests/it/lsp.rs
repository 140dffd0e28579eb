//! The language server, driven as an editor drives it.

#![cfg(feature = "lsp")]

use dspt::bank::Banks;
use dspt::lsp::wire::{self, Incoming};
use dspt::lsp::{Ended, Outside, serve};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufReader, PipeReader, PipeWriter};
use std::path::Path;
use std::thread::JoinHandle;

/// An editor with a copy of an example open in it.
struct Editor {
    input: BufReader<PipeReader>,
    output: PipeWriter,
    server: Option<JoinHandle<Ended>>,
    directory: tempfile::TempDir,
    asked: i32,
    version: i32,
}

impl Editor {
    fn of(example: &str, now: jiff::civil::DateTime) -> Self {
        let directory = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), directory.path());
        let (theirs, output) = std::io::pipe().unwrap();
        let (input, answers) = std::io::pipe().unwrap();
        let thread = std::thread::spawn(move || {
            serve(BufReader::new(theirs), answers, Outside { now: &|| now, banks: &|_| Banks::shipped() })
        });
        let input = BufReader::new(input);
        let mut editor = Self { input, output, server: Some(thread), directory, asked: 0, version: 1 };
        editor.ask("initialize", json!({ "capabilities": {}, "processId": null, "rootUri": null }));
        editor.tell("initialized", json!({}));
        editor
    }

    fn uri(&self, path: &str) -> String {
        lsp_types::Uri::from_file_path(self.directory.path().join(path)).unwrap().to_string()
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    fn send(&mut self, mut message: Value, params: Value) {
        message["params"] = params;
        wire::write(&mut self.output, &message).unwrap();
    }

    fn receive(&mut self) -> Incoming {
        wire::read(&mut self.input).expect("the server is there")
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method }), params);
    }

    fn request(&mut self, method: &str, params: Value) {
        self.asked += 1;
        self.send(json!({ "jsonrpc": "2.0", "id": self.asked, "method": method }), params);
    }

    /// The answer to a request; what comes before it is passed over.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.request(method, params);
        loop {
            if let Incoming::Response { id, answer } = self.receive() {
                assert_eq!(id, json!(self.asked));
                assert!(answer.get("code").is_none_or(|code| !code.is_i64()), "{method}: {answer}");
                return answer;
            }
        }
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "languageId": "toml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// The findings shown for a file next, as (rule, line, character, end character).
    fn shown(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        loop {
            if let Incoming::Notification { method, params } = self.receive()
                && method == "textDocument/publishDiagnostics"
                && params["uri"] == uri.as_str()
            {
                return params["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn change(&mut self, path: &str, changes: impl serde::Serialize) {
        self.version += 1;
        let document = json!({ "uri": self.uri(path), "version": self.version });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": serde_json::to_value(changes).unwrap() }),
        );
    }

    fn at(&self, path: &str, line: usize, character: usize) -> Value {
        json!({ "textDocument": { "uri": self.uri(path) }, "position": { "line": line, "character": character } })
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        assert_eq!(self.server.take().unwrap().join().unwrap(), Ended::AsAgreed);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

const ANSWERS: &str = "assessments/2025-26.toml";

fn hazel() -> Editor {
    Editor::of("hazel-house", jiff::civil::date(2026, 3, 2).into())
}

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap_or_else(|| panic!("no line has {part}"))
}

fn rules(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn findings_follow_what_is_typed_and_count_in_utf_16() {
    let mut editor = hazel();
    let text = editor.text(ANSWERS);
    editor.open(ANSWERS, &text);
    let before = editor.shown(ANSWERS);
    let line = line_of(&text, "[answers.\"2.1.1\"]") + 1;
    // 😀 is two units of UTF-16, one character and four bytes.
    let insert = json!([{ "range": { "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 0 } }, "text": "\"😀\" = 1 # 😀\n" }]);
    editor.change(ANSWERS, insert);
    let after = editor.shown(ANSWERS);
    let unknown = after.iter().find(|finding| finding["code"] == "unknown-key").expect("the key is unknown");
    assert_eq!(
        unknown["range"],
        json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 4 } })
    );
    assert!(unknown["codeDescription"]["href"].as_str().unwrap().ends_with("docs/rules.md#unknown-key"));
    assert_eq!(unknown["severity"], 1);
    let undo = json!([{ "range": { "start": { "line": line, "character": 0 }, "end": { "line": line + 1, "character": 0 } }, "text": "" }]);
    editor.change(ANSWERS, undo);
    assert_eq!(editor.shown(ANSWERS), before);
}

#[test]
fn typing_letter_by_letter_never_harms() {
    let mut editor = hazel();
    let text = editor.text(ANSWERS);
    editor.open(ANSWERS, &text);
    editor.shown(ANSWERS);
    let line = text.lines().count();
    let typed = "\n[answers.\"10.2.1\"]\nevidence = [{ file = \"evidence/é😀.pdf\", approved = 2026-01-0";
    let mut at = (line - 1, text.lines().last().unwrap().encode_utf16().count());
    for letter in typed.chars() {
        let place = json!({ "line": at.0, "character": at.1 });
        editor.change(ANSWERS, json!([{ "range": { "start": place, "end": place }, "text": letter.to_string() }]));
        at = if letter == '\n' { (at.0 + 1, 0) } else { (at.0, at.1 + letter.len_utf16()) };
        let place = editor.at(ANSWERS, at.0, at.1);
        editor.ask("textDocument/completion", place.clone());
        editor.ask("textDocument/hover", place);
    }
    let symbols = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": editor.uri(ANSWERS) } }));
    assert!(!symbols.as_array().unwrap().is_empty());
    // What is shown last is what the same text gives in one piece.
    let whole = format!("{}{typed}", text.trim_end_matches('\n'));
    editor.change(ANSWERS, json!([{ "text": whole }]));
    assert!(rules(&editor.shown(ANSWERS)).contains(&"syntax-error"));
}

#[test]
fn the_question_stands_beside_the_answer() {
    let mut editor = hazel();
    let text = editor.text(ANSWERS);
    editor.open(ANSWERS, &text);
    let line = line_of(&text, "[answers.\"2.1.1\"]");
    let place = editor.at(ANSWERS, line, 12);
    let hover = editor.ask("textDocument/hover", place);
    let value = hover["contents"]["value"].as_str().unwrap();
    assert!(value.starts_with("**2.1.1** Does your organisation have an induction process"), "{value}");
    assert!(value.contains("now **met**"), "{value}");
    let place = editor.at(ANSWERS, line + 1, 1);
    let hover = editor.ask("textDocument/hover", place);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("ticked"), "{hover}");
}

#[test]
fn items_keys_and_values_are_completed() {
    let mut editor = hazel();
    // An item that stands nowhere else in the file yet.
    let text = editor.text(ANSWERS).replace("[answers.\"10.1.2\"]", "[answers.\"10.1.2x\"]");
    let open = line_of(&text, "[answers.\"3.4.1\"]");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(open, "[answers.\"10");
    lines.insert(open + 3, "evidence = [{ file = \"");
    lines.insert(open + 3, "no");
    let text = lines.join("\n");
    editor.open(ANSWERS, &text);
    let labels = |value: &Value| {
        value.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let place = editor.at(ANSWERS, open, 12);
    let items = editor.ask("textDocument/completion", place);
    let item = items.as_array().unwrap().iter().find(|item| item["label"] == "10.1.2").cloned();
    let item = item.unwrap_or_else(|| panic!("10.1.2 is free: {:?}", labels(&items)));
    assert_eq!(item["textEdit"]["newText"], "[answers.\"10.1.2\"]");
    assert_eq!(item["textEdit"]["range"]["start"], json!({ "line": open, "character": 0 }));
    let place = editor.at(ANSWERS, open + 3, 2);
    let keys = editor.ask("textDocument/completion", place);
    assert!(labels(&keys).contains(&"notes".to_owned()), "{keys}");
    assert!(!labels(&keys).contains(&"text".to_owned()), "a tick is no text: {keys}");
    assert!(!labels(&keys).contains(&"owner".to_owned()), "it has an owner: {keys}");
    let place = editor.at(ANSWERS, open + 4, 22);
    let files = editor.ask("textDocument/completion", place);
    assert!(labels(&files).contains(&"evidence/induction-checklist.md".to_owned()), "{files}");
}

#[test]
fn fixes_symbols_and_evidence_are_at_hand() {
    let mut editor = hazel();
    let text = editor.text(ANSWERS).replacen("reviewed_by", "reviewed_bye", 1);
    editor.open(ANSWERS, &text);
    let line = line_of(&text, "reviewed_bye");
    let range = json!({ "start": { "line": line, "character": 3 }, "end": { "line": line, "character": 3 } });
    let uri = editor.uri(ANSWERS);
    let asked = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", asked);
    let edit = &actions[0]["edit"]["changes"][&uri][0];
    assert_eq!(edit["newText"], "reviewed_by", "{actions}");
    let symbols = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(symbols[0]["name"], "Staffing and roles");
    assert!(symbols[0]["children"][0]["name"].as_str().unwrap().starts_with("1.1.5 "), "{symbols}");
    let line = line_of(&text, "evidence/induction-checklist.md");
    let place = editor.at(ANSWERS, line, 25);
    let target = editor.ask("textDocument/definition", place);
    assert_eq!(target["uri"], editor.uri("evidence/induction-checklist.md").as_str());
}

#[test]
fn a_file_of_a_megabyte_is_served() {
    let mut editor = hazel();
    let text = editor.text(ANSWERS);
    let long = format!("{text}\n# {}\n", "é😀 long ".repeat(90_000));
    assert!(long.len() > 1_000_000);
    editor.open(ANSWERS, &long);
    let before = editor.shown(ANSWERS);
    let line = line_of(&text, "[answers.\"2.1.1\"]") + 1;
    for letter in ["x", "y", "z"] {
        let place = json!({ "line": line, "character": 0 });
        editor.change(ANSWERS, json!([{ "range": { "start": place, "end": place }, "text": letter }]));
        let after = editor.shown(ANSWERS);
        assert!(after.len() > before.len(), "{after:?}");
    }
}

#[test]
fn findings_go_with_the_last_open_file() {
    let mut editor = Editor::of("broken", jiff::civil::date(2026, 5, 20).into());
    let text = editor.text(ANSWERS);
    editor.open(ANSWERS, &text);
    assert!(!editor.shown(ANSWERS).is_empty());
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": editor.uri(ANSWERS) } }));
    assert_eq!(editor.shown(ANSWERS), Vec::<Value>::new());
}

#[test]
fn what_is_no_workspace_and_what_is_no_request_is_passed_over() {
    let mut editor = hazel();
    let outside = json!({ "uri": "file:///nowhere/x.toml", "languageId": "toml", "version": 1, "text": "" });
    editor.tell("textDocument/didOpen", json!({ "textDocument": outside }));
    editor.tell("textDocument/didOpen", json!({ "textDocument": 7 }));
    editor.tell("textDocument/didChange", json!({}));
    editor.tell("$/unheard", json!(null));
    let untitled = json!({ "uri": "untitled:1", "languageId": "toml", "version": 1, "text": "" });
    editor.tell("textDocument/didOpen", json!({ "textDocument": untitled }));
    let place =
        json!({ "textDocument": { "uri": "file:///nowhere/x.toml" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.ask("textDocument/hover", place), Value::Null);
}

/// What a program that is no editor gets: each message in turn, then the answers until the server is done, as
/// (identity, error or null), and how it ended. Diagnostics are left out.
fn spoken(messages: &[Value]) -> (Vec<(Value, Value)>, Ended) {
    let (theirs, mut output) = std::io::pipe().unwrap();
    let (input, answers) = std::io::pipe().unwrap();
    let thread = std::thread::spawn(move || {
        let now = jiff::civil::date(2026, 3, 2).into();
        serve(BufReader::new(theirs), answers, Outside { now: &|| now, banks: &|_| Banks::shipped() })
    });
    for message in messages {
        wire::write(&mut output, message).unwrap();
    }
    drop(output);
    let mut input = BufReader::new(input);
    let mut heard = Vec::new();
    while let Some(message) = wire::read(&mut input) {
        if let Incoming::Response { id, answer } = message {
            let code = answer.get("code").filter(|code| code.is_i64());
            heard.push((id, code.cloned().unwrap_or_default()));
        }
    }
    (heard, thread.join().expect("it never falls over"))
}

fn request(id: impl Into<Value>, method: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "method": method, "params": {} })
}

fn told(method: &str) -> Value {
    json!({ "jsonrpc": "2.0", "method": method })
}

#[test]
fn only_who_asks_to_leave_leaves_as_agreed() {
    let (initialize, initialized) = (request(1, "initialize"), told("initialized"));
    let (shutdown, exit) = (request(2, "shutdown"), told("exit"));
    let ends = |messages: &[&Value]| spoken(&messages.iter().copied().cloned().collect::<Vec<_>>()).1;
    assert_eq!(ends(&[&initialize, &initialized, &shutdown, &exit]), Ended::AsAgreed);
    assert_eq!(ends(&[&initialize, &shutdown, &exit]), Ended::AsAgreed);
    assert_eq!(ends(&[&initialize, &initialized, &exit]), Ended::Abruptly);
    assert_eq!(ends(&[&initialize, &initialized, &shutdown]), Ended::Abruptly, "it never said that it goes");
    assert_eq!(ends(&[&shutdown, &exit]), Ended::Abruptly, "it was never greeted");
    assert_eq!(ends(&[&exit]), Ended::Abruptly);
    assert_eq!(ends(&[]), Ended::Abruptly);
}

#[test]
fn messages_out_of_turn_are_refused_and_the_rest_is_served() {
    let hover = "textDocument/hover";
    let (heard, ended) = spoken(&[
        told("textDocument/didOpen"),
        request(1, hover),
        request(2, "shutdown"),
        request(3, "initialize"),
        // A client that forgets to say `initialized` is served all the same.
        request("four", "no/such"),
        request(5, "initialize"),
        request(u64::MAX, "$/no-such"),
        json!({ "id": null, "method": hover }),
        json!({ "id": 1.5, "method": hover }),
        json!({ "id": 6, "method": hover, "params": [] }),
        json!([1, 2]),
        json!("text"),
        json!({ "id": 7, "result": null }),
        json!({ "id": 8, "error": { "code": 1, "message": "" } }),
        json!({ "method": "$/cancelRequest" }),
        json!({ "method": "textDocument/didChange", "params": { "textDocument": { "uri": 7 }, "contentChanges": {} } }),
        request(9, "shutdown"),
        told("textDocument/didOpen"),
        request(10, hover),
        request(11, "shutdown"),
        told("exit"),
    ]);
    assert_eq!(ended, Ended::AsAgreed);
    let expected = json!([
        [1, -32002],
        [2, -32002],
        [3, null],
        ["four", -32601],
        [5, -32600],
        [u64::MAX, -32601],
        [null, -32600],
        [null, -32600],
        [6, -32602],
        [null, -32600],
        [null, -32600],
        [9, null],
        [10, -32600],
        [11, -32600],
    ]);
    assert_eq!(json!(heard), expected);
}

#[test]
fn a_request_that_was_taken_back_is_not_worked_on() {
    let mut messages = vec![request(1, "initialize")];
    // The server judges while these come in; what waits then is known to be taken back.
    messages.extend((2..200).map(|id| request(id, "textDocument/hover")));
    messages.push(json!({ "method": "$/cancelRequest", "params": { "id": 199 } }));
    messages.push(json!({ "method": "$/cancelRequest", "params": { "id": 1 } }));
    messages.extend([request(200, "shutdown"), told("exit")]);
    let (heard, ended) = spoken(&messages);
    assert_eq!(ended, Ended::AsAgreed);
    let ids: Vec<i64> = heard.iter().map(|(id, _)| id.as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=200).collect::<Vec<_>>(), "each is answered, and in turn");
    let (_, last) = &heard[198];
    assert!(*last == -32602 || *last == -32800, "{last}");
}

#[test]
fn places_that_no_text_has_do_no_harm() {
    let mut editor = hazel();
    let other = json!({ "uri": editor.uri("organisation.toml"), "version": 2 });
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let unopened = json!({ "textDocument": other, "contentChanges": [{ "range": all, "text": "x" }] });
    editor.tell("textDocument/didChange", unopened);
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": editor.uri(ANSWERS) } }));
    let text = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n# 😀\n";
    editor.open(ANSWERS, text);
    editor.shown(ANSWERS);
    let far = u32::MAX;
    for (start, end) in [((far, far), (far, far)), ((2, 3), (2, 3)), ((2, 9), (0, 0)), ((1, far), (1, 0))] {
        let range = json!({
            "start": { "line": start.0, "character": start.1 }, "end": { "line": end.0, "character": end.1 },
        });
        editor.change(ANSWERS, json!([{ "range": range, "text": "é" }]));
        let uri = editor.uri(ANSWERS);
        let place = json!({ "line": start.0, "character": start.1 });
        for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
            editor.ask(method, json!({ "textDocument": { "uri": uri }, "position": place }));
        }
        let context = json!({ "diagnostics": [] });
        editor.ask(
            "textDocument/codeAction",
            json!({ "textDocument": { "uri": uri }, "range": range, "context": context }),
        );
    }
}

/// The findings of a text that is opened as it stands, without links, which differ by the directory.
fn found_in(text: &str) -> Vec<Value> {
    let mut fresh = hazel();
    fresh.open(ANSWERS, text);
    last_shown(&mut fresh)
}

#[test]
fn a_place_out_of_bounds_is_the_nearest_that_the_text_has() {
    let start = "standard = \"dspt-asc\"\nedition = \"2025-26\"\n";
    for (from, to, expected) in [
        (json!([-1, -5]), json!([0, 0]), format!("x{start}")),
        (json!([0, -1]), json!([0, i64::MIN]), format!("x{start}")),
        (json!([0, 1u64 << 40]), json!([0, 99]), start.replacen('\n', "x\n", 1)),
        (json!([1u64 << 40, 0]), json!([u64::MAX, 1e300]), format!("{start}x")),
        (json!([1, 0]), json!([0, 1e20]), start.replacen('\n', "x", 1)),
    ] {
        let mut editor = hazel();
        editor.open(ANSWERS, start);
        editor.shown(ANSWERS);
        let place = |at: &Value| json!({ "line": at[0], "character": at[1] });
        editor.change(ANSWERS, json!([{ "range": { "start": place(&from), "end": place(&to) }, "text": "x" }]));
        assert_eq!(last_shown(&mut editor), found_in(&expected), "{from} to {to}");
    }
}

#[test]
fn a_change_without_a_version_is_followed() {
    let mut editor = hazel();
    editor.open(ANSWERS, "standard = \"dspt-asc\"\nedition = \"2025-26\"\n");
    let uri = editor.uri(ANSWERS);
    for (at, document) in [
        json!({ "uri": uri }),
        json!({ "uri": uri, "version": null }),
        json!({ "uri": uri, "version": 1_763_000_000_000_i64 }),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\nbroken{at} = 1\n");
        editor
            .tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
        assert_eq!(last_shown(&mut editor), found_in(&text));
    }
}

#[test]
fn a_change_that_cannot_be_followed_is_said_and_the_next_whole_text_mends_it() {
    let whole = "standard = \"dspt-asc\"\nedition = \"2025-26\"\nbroken = 1\n";
    let (place, word) = (json!({ "line": 0, "character": 0 }), json!({ "line": "0", "character": 0 }));
    for changes in [
        json!([{ "range": { "start": word, "end": place }, "text": "x" }]),
        json!([{ "range": 7, "text": "x" }]),
        json!([{ "range": { "start": place, "end": place } }]),
        json!({}),
        json!(null),
    ] {
        let mut editor = hazel();
        editor.open(ANSWERS, whole);
        assert!(!editor.shown(ANSWERS).is_empty());
        for _ in 0..2 {
            editor.change(ANSWERS, &changes);
        }
        let said = loop {
            if let Incoming::Notification { method, params } = editor.receive()
                && method == "window/showMessage"
            {
                break params["message"].as_str().unwrap().to_owned();
            }
        };
        assert!(said.contains(ANSWERS) && said.contains("opened again"), "{said}");
        assert_eq!(editor.shown(ANSWERS), [Value::Null; 0], "nothing stands at places that are gone: {changes}");
        let hover = editor.at(ANSWERS, 0, 0);
        assert_eq!(editor.ask("textDocument/hover", hover), Value::Null);
        editor.change(ANSWERS, json!([{ "range": null, "text": whole }]));
        assert_eq!(last_shown(&mut editor), found_in(whole), "{changes}");
    }
}

#[test]
fn findings_go_from_the_address_that_they_were_shown_at() {
    let mut editor = hazel();
    // Editors spell one address in several ways; this is none that we would choose.
    let spelled = editor.uri(ANSWERS).replace("assessments", "%61ssessments");
    let text = format!("broken = 1\n{}", editor.text(ANSWERS));
    let document = json!({ "uri": spelled, "languageId": "toml", "version": 1, "text": text });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let next = |editor: &mut Editor| loop {
        if let Incoming::Notification { params, .. } = editor.receive()
            && params["uri"] == spelled.as_str()
        {
            return params["diagnostics"].as_array().unwrap().len();
        }
    };
    assert_ne!(next(&mut editor), 0);
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": spelled } }));
    assert_eq!(next(&mut editor), 0);
}

#[test]
fn lines_end_as_the_protocol_says() {
    let lines = ["standard = \"dspt-asc\"", "edition = \"2025-26\"", "broken = 1", ""];
    for end in ["\n", "\r\n"] {
        let found = found_in(&lines.join(end));
        let broken = found.iter().find(|finding| finding["code"] == "unknown-key").expect("it is found");
        assert_eq!(broken["range"]["start"], json!({ "line": 2, "character": 0 }), "{end:?}");
    }
    // A CR alone is no line end of TOML, but one of the editor's: what stands behind it is a line further down.
    let found = found_in("# a\rb\nbroken = 1\n");
    let broken = found.iter().find(|finding| finding["code"] == "unknown-key").expect("it is found");
    assert_eq!(broken["range"]["start"], json!({ "line": 2, "character": 0 }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Wherever the cursor stands in whatever is half typed, there is an answer.
    #[test]
    fn every_place_of_a_half_typed_line_is_answered(
        typed in "[a-z\"=\\[\\]{},:.#\t -]{0,6}[😀é\u{301}ß]{0,2}[a-z\"=\\[{,:. -]{0,5}", yaml in any::<bool>(),
    ) {
        let mut editor = if yaml { Editor::of("elm-lodge", jiff::civil::date(2026, 5, 11).into()) } else { hazel() };
        let file = if yaml { "assessments/2025-26.yaml" } else { ANSWERS };
        let text = editor.text(file);
        let line = text.lines().position(|line| line.contains("tick")).unwrap();
        let text = text.lines().enumerate().map(|(at, text)| if at == line { &typed } else { text });
        let text = text.collect::<Vec<_>>().join("\r\n");
        editor.open(file, &text);
        for character in 0..=typed.encode_utf16().count() + 1 {
            let place = editor.at(file, line, character);
            for method in ["textDocument/completion", "textDocument/hover", "textDocument/definition"] {
                editor.ask(method, place.clone());
            }
        }
    }

    /// However changes come, the server's text is the editor's: it finds what a fresh reading of the same text finds.
    #[test]
    fn changes_in_pieces_are_the_whole(
        edits in prop::collection::vec((0usize..400, 0usize..12, 0usize..3, 0usize..8, "[a-z\"=\\[\\]😀é\n#]{0,4}"), 1..8),
    ) {
        let mut editor = hazel();
        let mut text = editor.text(ANSWERS);
        editor.open(ANSWERS, &text);
        editor.shown(ANSWERS);
        for (line, character, lines, more, insert) in edits {
            let start = (line, character);
            let end = (line + lines, if lines == 0 { character + more } else { more });
            let range = json!({ "start": { "line": start.0, "character": start.1 }, "end": { "line": end.0, "character": end.1 } });
            editor.change(ANSWERS, json!([{ "range": range, "text": insert }]));
            let (from, to) = (offset(&text, start), offset(&text, end));
            text.replace_range(from..to.max(from), &insert);
        }
        let last = last_shown(&mut editor);
        let mut fresh = hazel();
        fresh.open(ANSWERS, &text);
        prop_assert_eq!(last, last_shown(&mut fresh));
    }
}

/// The findings of the answers file once everything sent has been judged.
fn last_shown(editor: &mut Editor) -> Vec<Value> {
    let uri = editor.uri(ANSWERS);
    // An answer comes after the judging that it needs.
    editor.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    let mut last = Vec::new();
    loop {
        match editor.receive() {
            Incoming::Response { .. } => return last,
            Incoming::Notification { params, .. } if params["uri"] == uri.as_str() => {
                last.clone_from(params["diagnostics"].as_array().unwrap());
                // Links differ by the directory.
                for finding in &mut last {
                    finding["relatedInformation"] = Value::Null;
                }
            }
            _ => {}
        }
    }
}

/// The byte at a place in UTF-16, by going over the text unit by unit.
fn offset(text: &str, (line, character): (usize, usize)) -> usize {
    let mut at = (0, 0);
    for (byte, c) in text.char_indices() {
        if at.0 == line && (at.1 + c.len_utf16() > character || c == '\n') {
            return byte;
        }
        at = if c == '\n' { (at.0 + 1, 0) } else { (at.0, at.1 + c.len_utf16()) };
    }
    text.len()
}
