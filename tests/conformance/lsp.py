"""Drives `dspt lsp` over standard input and output, as an editor does that knows nothing of dspt."""

import json
import pathlib
import subprocess
import sys

program, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
server = subprocess.Popen([program, "lsp", "--as-of", "2026-03-02"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    server.stdin.flush()


def receive():
    length = 0
    while (line := server.stdout.readline().strip()):
        name, value = line.split(b":")
        if name.lower() == b"content-length":
            length = int(value)
    assert length, "the server is gone"
    return json.loads(server.stdout.read(length))


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


capabilities = ask(1, "initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})["capabilities"]
assert capabilities["textDocumentSync"]["change"] == 2, capabilities
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
assert ask(3, "shutdown", None) is None
send({"method": "exit", "params": None})
assert server.wait(timeout=10) == 0
