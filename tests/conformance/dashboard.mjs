// The dashboard's own script in a browser: node dashboard.mjs FILE CLIENTS. Search, sort, and rows that fit a phone.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [file, clients] = [process.argv[2], Number(process.argv[3])];
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage();
page.on("pageerror", (error) => assert.fail(String(error)));
await page.setViewport({ width: 1280, height: 900 });
await page.goto(pathToFileURL(file).href);
const column = (at) =>
  page.evaluate(
    (at) => [...document.querySelectorAll("tbody tr:not([hidden])")].map((row) => row.cells[at].textContent.trim()),
    at,
  );
assert.equal((await column(0)).length, clients);

const names = await column(0);
const word = names[0].split(" ")[1].toLowerCase();
const meant = names.filter((name) => name.toLowerCase().includes(word));
await page.type("#find", word.toUpperCase());
await page.waitForFunction(() => document.getElementById("found").textContent !== "");
assert.deepEqual(await column(0), meant);
const shown = (number) => number.toLocaleString("en-GB");
const found = await page.$eval("#found", (found) => found.textContent);
assert.equal(found, `${shown(meant.length)} of ${shown(clients)} clients`);
await page.$eval("#find", (input) => {
  input.value = "";
  input.dispatchEvent(new Event("input"));
});
await page.waitForFunction(() => document.getElementById("found").textContent === "");
assert.equal((await column(0)).length, clients);

const heads = await page.$$("thead button");
await heads[0].click();
const ascending = await column(0);
const folded = (list) => list.map((name) => name.toLowerCase());
assert.deepEqual(folded(ascending), folded(names).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
await heads[0].click();
assert.equal((await column(0))[0].toLowerCase(), folded(ascending).at(-1));
await heads[2].click();
const share = (text) => text.split("/").reduce((met, of) => met / of);
const shares = (await column(2)).map(share);
assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
assert.equal(await page.$$eval("[aria-sort]", (heads) => heads.length), 1);

// On a phone every cell of a row is within the window.
await page.setViewport({ width: 390, height: 844 });
const wide = await page.evaluate(() => {
  const cells = [...document.querySelectorAll("tbody td")].slice(0, 900);
  return cells.filter((cell) => cell.getBoundingClientRect().right > 390).length;
});
assert.equal(wide, 0, `${wide} cells are cut off on a phone`);
await browser.close();
