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
