"""Drives `dspt lsp` over standard input and output, as an editor does that knows nothing of dspt."""

import json
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading

program, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
server = subprocess.Popen([program, "lsp", "--as-of", "2026-03-02"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    server.stdin.flush()


messages = queue.Queue()


def listen():
    while True:
        length = 0
        while (line := server.stdout.readline().strip()):
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            return
        messages.put(json.loads(server.stdout.read(length)))


# As in every editor, what the server says is taken in while something is sent to it.
threading.Thread(target=listen, daemon=True).start()


def receive():
    return messages.get(timeout=30)


def ask(id, method, params):
    send({"id": id, "method": method, "params": params})
    while (message := receive()).get("id") != id:
        pass
    assert "error" not in message, message
    return message["result"]


def shown(uri):
    while True:
        message = receive()
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
            return [finding["code"] for finding in message["params"]["diagnostics"]]


# Two folders; an encoding that the client would rather have, and the one that every client has to know.
home = pathlib.Path(tempfile.mkdtemp())
other = pathlib.Path(shutil.copytree(root, home / "a folder, 100% Söhne"))
folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in (root, other)]
offered = {"general": {"positionEncodings": ["utf-8", "utf-16"]}}
greeting = {"processId": None, "rootUri": root.as_uri(), "workspaceFolders": folders, "capabilities": offered}
capabilities = ask(1, "initialize", greeting)["capabilities"]
assert capabilities["textDocumentSync"]["change"] == 2, capabilities
assert capabilities["positionEncoding"] == "utf-16", capabilities
send({"method": "initialized", "params": {}})
file = root / "assessments" / "2025-26.toml"
text = file.read_text(encoding="utf-8")
document = {"uri": file.as_uri(), "languageId": "toml", "version": 1, "text": text}
send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
before = shown(file.as_uri())
line = next(at for at, line in enumerate(text.split("\n")) if line.startswith("tick = "))
for version, letter in enumerate("x😀y", start=2):
    start = {"line": line, "character": 0}
    change = {"range": {"start": start, "end": start}, "text": letter}
    identity = {"uri": file.as_uri(), "version": version}
    send({"method": "textDocument/didChange", "params": {"textDocument": identity, "contentChanges": [change]}})
    assert shown(file.as_uri()) != before
identity = {"uri": file.as_uri(), "version": 9}
# The three letters are four units of UTF-16.
undo = {"range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 4}}, "text": ""}
send({"method": "textDocument/didChange", "params": {"textDocument": identity, "contentChanges": [undo]}})
assert shown(file.as_uri()) == before
place = {"textDocument": {"uri": file.as_uri()}, "position": {"line": line - 1, "character": 12}}
assert "**" in ask(2, "textDocument/hover", place)["contents"]["value"]

# Fast typing: a thousand changes in one breath cost a few lints, and what is shown in the end is the whole text's.
for version in range(10, 1010):
    start = {"line": line, "character": version - 10}
    change = {"range": {"start": start, "end": start}, "text": "#"}
    identity = {"uri": file.as_uri(), "version": version}
    send({"method": "textDocument/didChange", "params": {"textDocument": identity, "contentChanges": [change]}})
identity = {"uri": file.as_uri(), "version": 1010}
undo = {"range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 1000}}, "text": ""}
send({"method": "textDocument/didChange", "params": {"textDocument": identity, "contentChanges": [undo]}})
lints = 0
while True:
    message = receive()
    if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == file.as_uri():
        lints += 1
        if message["params"]["version"] == 1010:
            assert [finding["code"] for finding in message["params"]["diagnostics"]] == before
            break
assert lints < 500, lints

# Requests that are taken back, known or not, and one that nobody answers: each gets its one answer.
for id in (20, 21):
    send({"id": id, "method": "textDocument/hover", "params": place})
send({"method": "$/cancelRequest", "params": {"id": 21}})
send({"method": "$/cancelRequest", "params": {"id": 99}})
send({"id": 22, "method": "textDocument/rename", "params": place})
heard = {}
while 22 not in heard:
    message = receive()
    if "id" in message:
        assert message["id"] not in heard, message
        heard[message["id"]] = message
assert "result" in heard[20] and ("result" in heard[21] or heard[21]["error"]["code"] == -32800), heard
assert heard[22]["error"]["code"] == -32601, heard

# Another folder, in CRLF; its file is renamed while it is open.
theirs = other / "assessments" / "2025-26.toml"
crlf = text.replace("\n", "\r\n").replace('tick = true', 'tick = "😀"', 1)
send({"method": "textDocument/didOpen", "params": {"textDocument": {**document, "uri": theirs.as_uri(), "text": crlf}}})
assert len(shown(theirs.as_uri())) > len(before)
renamed = theirs.with_name("2024-25.toml")
theirs.rename(renamed)
send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": theirs.as_uri()}}})
send({"method": "textDocument/didOpen", "params": {"textDocument": {**document, "uri": renamed.as_uri(), "text": crlf}}})
said = {}
while theirs.as_uri() not in said or renamed.as_uri() not in said:
    message = receive()
    if message.get("method") == "textDocument/publishDiagnostics":
        said[message["params"]["uri"]] = [finding["code"] for finding in message["params"]["diagnostics"]]
assert said[theirs.as_uri()] == [] and said[renamed.as_uri()] != [], said
moved = {"changes": [{"uri": theirs.as_uri(), "type": 3}, {"uri": renamed.as_uri(), "type": 1}]}
send({"method": "workspace/didChangeWatchedFiles", "params": moved})

# A file of no workspace has no findings, and no answers but that there are none.
stray = home / "stray.toml"
stray.write_text("broken = [")
send({"method": "textDocument/didOpen", "params": {"textDocument": {**document, "uri": stray.as_uri(), "text": "broken = ["}}})
nowhere = {"textDocument": {"uri": stray.as_uri()}, "position": {"line": 0, "character": 0}}
assert ask(30, "textDocument/hover", nowhere) is None

# A place that no text has is the nearest one; a change that cannot be read is said.
lost = {"range": {"start": {"line": -1, "character": -7}, "end": {"line": -1, "character": 0}}, "text": "# ah\n"}
identity = {"uri": file.as_uri(), "version": 1011}
send({"method": "textDocument/didChange", "params": {"textDocument": identity, "contentChanges": [lost]}})
below = {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": 12}}
assert "**" in ask(31, "textDocument/hover", below)["contents"]["value"]
lost["range"]["start"]["line"] = "minus one"
send({"method": "textDocument/didChange", "params": {"textDocument": identity, "contentChanges": [lost]}})
while (message := receive()).get("method") != "window/showMessage":
    pass
assert "opened again" in message["params"]["message"], message
whole = {"textDocument": identity, "contentChanges": [{"text": text}]}
send({"method": "textDocument/didChange", "params": whole})
while shown(file.as_uri()) != before:
    pass

assert ask(32, "shutdown", None) is None
send({"method": "exit", "params": None})
assert server.wait(timeout=10) == 0
shutil.rmtree(home)

# Clients that keep to nothing: what cannot be read is refused, and only who takes leave as agreed is let go with 0.


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def spoken(*frames):
    ran = subprocess.run([program, "lsp"], input=b"".join(frames), capture_output=True, timeout=30)
    heard, rest = [], ran.stdout
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(head.split(b":")[1])
        heard.append(json.loads(rest[:length]))
        rest = rest[length:]
    assert b"panicked" not in ran.stderr, ran.stderr
    return ran.returncode, [(message["id"], message.get("error", {}).get("code")) for message in heard]


hello = frame({"id": 1, "method": "initialize", "params": {"capabilities": {}}})
shutdown, gone = frame({"id": 2, "method": "shutdown"}), frame({"method": "exit"})
assert spoken(hello, shutdown, gone) == (0, [(1, None), (2, None)])
assert spoken(hello, gone) == (1, [(1, None)]), "exit without shutdown"
assert spoken(gone) == (1, [])
assert spoken() == (1, [])
assert spoken(shutdown, hello, shutdown, gone) == (0, [(2, -32002), (1, None), (2, None)])
nonsense = [b"{{{{", b"[]", b"\xff\xfe", b"[" * 50000]
codes = [(None, -32700), (None, -32600), (None, -32700), (None, -32700)]
assert spoken(hello, *map(frame, nonsense), shutdown, gone) == (0, [(1, None), *codes, (2, None)])
assert spoken(hello, b"Content-Length: 99999999999999\r\n\r\n{}") == (1, [(1, None)])
assert spoken(hello, b"What?\r\n\r\n") == (1, [(1, None)])
