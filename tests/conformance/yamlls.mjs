// Drives yaml-language-server over stdio as an editor does: node yamlls.mjs ANSWERS.yaml
// Numbers of items are completed, the question shows on hover, and what is wrong is marked in its place. The schema is
// the one that the file itself names; nothing is fetched.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const file = resolve(process.argv[2]);
const uri = pathToFileURL(file).href;
const text = readFileSync(file, "utf8");
const home = dirname(createRequire(import.meta.url).resolve("yaml-language-server/package.json"));
const server = spawn(process.execPath, [join(home, "bin/yaml-language-server"), "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });

let buffer = Buffer.alloc(0);
let last = 0;
const waiting = new Map();
const marked = []; // what waits for diagnostics
const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false }, format: { enable: false } } };

const send = (message) => {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
};
const ask = (method, params) =>
  new Promise((answered) => {
    last += 1;
    waiting.set(last, answered);
    send({ id: last, method, params });
  });
const tell = (method, params) => send({ method, params });

server.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString());
    buffer = buffer.subarray(end + 4 + length);
    if (message.method && message.id !== undefined) {
      const result = message.method === "workspace/configuration" ? message.params.items.map(({ section }) => settings[section] ?? null) : null;
      send({ id: message.id, result });
    } else if (message.method === "textDocument/publishDiagnostics" && message.params.uri === uri) {
      marked.splice(0).forEach((answered) => answered(message.params.diagnostics));
    } else if (waiting.has(message.id)) {
      waiting.get(message.id)(message.result);
      waiting.delete(message.id);
    }
  }
});

const fail = (what) => {
  console.error(what);
  process.exit(1);
};
setTimeout(() => fail("the server does not answer"), 60_000).unref();

await ask("initialize", {
  processId: process.pid,
  rootUri: pathToFileURL(dirname(file)).href,
  capabilities: {
    workspace: { configuration: true },
    textDocument: { completion: { completionItem: { snippetSupport: false } }, hover: { contentFormat: ["markdown"] }, publishDiagnostics: {} },
  },
});
tell("initialized", {});
tell("workspace/didChangeConfiguration", { settings });

let version = 1;
const diagnostics = () => new Promise((answered) => marked.push(answered));
const shows = (content) => {
  const next = diagnostics();
  version += 1;
  tell("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text: content }] });
  return next;
};

const first = diagnostics();
tell("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version, text } });
const clean = await first;
if (clean.length > 0) fail(`the example has faults: ${JSON.stringify(clean)}`);

// The question on hover, over the item's number.
const lines = text.split("\n");
const line = lines.findIndex((known) => /^ {2}"2\.1\.1":/.test(known));
const hover = JSON.stringify(await ask("textDocument/hover", { textDocument: { uri }, position: { line, character: 4 } }));
if (!hover.includes("induction")) fail(`no question on hover: ${hover}`);

// Numbers that are not answered yet are offered under answers.
const open = `${lines[0]}\nstandard: dspt-asc\nedition: "2025-26"\nanswers:\n  "2.1.1":\n    tick: true\n  \n`;
await shows(open);
const offered = await ask("textDocument/completion", { textDocument: { uri }, position: { line: 6, character: 2 } });
const labels = (offered.items ?? offered).map((item) => item.label);
if (!labels.includes("7.1.2") || labels.includes("2.1.1")) fail(`numbers are not offered: ${labels.slice(0, 20)}`);

// Faults in their places.
const places = (found) => found.map(({ range }) => range.start.line);
const broken = await shows(open.replace("  \n", '  "9.9.9":\n    tick: true\n  "7.1.2":\n    tick: perhaps\n'));
if (!places(broken).includes(6) || !places(broken).includes(9)) fail(`faults are not marked: ${JSON.stringify(broken)}`);
const mended = await shows(text);
if (mended.length > 0) fail(`faults stay: ${JSON.stringify(mended)}`);

await ask("shutdown", null);
tell("exit", null);
process.exit(0);
